//! Why a token does not let its holder act, and the sentence for it.

use super::actor::{CouncilKind, Role};
use crate::domain::day::Day;
use crate::error::{Code, Problem, say};

/// Why somebody may not act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No token came.
    NoToken,
    /// The token cannot be trusted. The reason is for the log and never for the client.
    Invalid(&'static str),
    /// The token was good once.
    Expired,
    /// No key has been had yet to check tokens with.
    NoKeys,
    /// The account has no role of the registry.
    NoRole,
    /// The account names no kind of council, or an unknown one.
    UnknownCouncil,
    /// The ministry has no unit.
    MinistryWithUnit,
    /// No unit of the council's level has that key; empty when none was named.
    UnknownUnit(String),
    /// The unit does not exist yet.
    UnitNotYet {
        /// Its key.
        key: String,
        /// Its name.
        name: &'static str,
    },
    /// The unit has ended.
    UnitEnded {
        /// Its key.
        key: String,
        /// Its name.
        name: &'static str,
        /// Its last day, where known.
        on: Option<Day>,
        /// Key and name of each unit that came after.
        successors: Vec<(&'static str, &'static str)>,
    },
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let account = |vi: String, en: String| Self::new(Code::UnusableAccount, say(vi, en));
        match refusal {
            Refusal::NoToken => Self::new(
                Code::AuthenticationRequired,
                say("Hãy gửi kèm mã truy cập: Authorization: Bearer ….", "Send an access token: Authorization: Bearer …."),
            ),
            Refusal::Invalid(_) => Self::new(Code::InvalidToken, say("Mã truy cập không được chấp nhận.", "The token is not accepted.")),
            Refusal::Expired => {
                Self::new(Code::InvalidToken, say("Mã truy cập đã hết hạn; hãy lấy mã mới.", "The token has expired; get a new one."))
            }
            Refusal::NoKeys => {
                let detail = say(
                    "Chưa lấy được khóa của bên cấp mã truy cập; hãy thử lại sau.",
                    "The keys of the tokens' issuer cannot be had for now; try again later.",
                );
                Self { retry_after: Some(10), ..Self::new(Code::Unavailable, detail) }
            }
            Refusal::NoRole => {
                let roles = Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
                account(
                    format!("Tài khoản chưa có vai trò nào ở đây ({roles}); hãy nhờ quản trị viên cấp."),
                    format!("The account has no role here ({roles}); ask your administrator for one."),
                )
            }
            Refusal::UnknownCouncil => {
                let kinds = CouncilKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
                account(
                    format!("Tài khoản phải thuộc một hội đồng: mục \"council\" của mã truy cập là một trong {kinds}."),
                    format!("The account must belong to a council: the claim \"council\" of the token is one of {kinds}."),
                )
            }
            Refusal::MinistryWithUnit => account(
                "Tài khoản của Bộ không được ghi đơn vị (\"unit\").".into(),
                "An account of the ministry must not name a unit (\"unit\").".into(),
            ),
            Refusal::UnknownUnit(key) if key.is_empty() => account(
                "Tài khoản phải ghi đơn vị (\"unit\"), ví dụ VN34-24.".into(),
                "The account must name its unit (\"unit\"), for example VN34-24.".into(),
            ),
            Refusal::UnknownUnit(key) => account(
                format!("Không có đơn vị \"{key}\" ở cấp của hội đồng này; xem /v1/places."),
                format!("There is no unit \"{key}\" at the level of this council; see /v1/places."),
            ),
            Refusal::UnitNotYet { key, name } => account(
                format!("{name} ({key}) chưa được thành lập vào ngày này."),
                format!("{name} ({key}) does not exist yet on this day."),
            ),
            Refusal::UnitEnded { key, name, on, successors } => {
                let list = successors.iter().map(|(key, name)| format!("{name} ({key})")).collect::<Vec<_>>().join(", ");
                let (vi, en) =
                    on.map_or_else(Default::default, |day| (format!(" sau ngày {}", day.format("%d/%m/%Y")), format!(" after {day}")));
                let detail = say(
                    format!("{name} ({key}) không còn tồn tại{vi}; đơn vị kế tục: {list}. Hãy dùng tài khoản của đơn vị kế tục."),
                    format!("{name} ({key}) ended{en}; its successor is {list}. Use an account of the successor."),
                );
                Self::new(Code::UnitEnded, detail)
            }
        }
    }
}
