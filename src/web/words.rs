//! What pages call things, in both languages.

use crate::domain::authority::Level;
use crate::domain::producer::Form;
use crate::domain::record::{ActKind, CheckOutcome, DecisionKind, Ground, Source};
use crate::domain::regime::{Regime, Warning};
use crate::domain::timeline::Standing;
use crate::domain::verdict::{Reason, Status};
use crate::http::accept::Language;
use crate::read::view::Name;
use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

/// A day as people write it.
pub(super) fn day(language: Language, day: NaiveDate) -> String {
    match language {
        Language::Vietnamese => day.format("%d/%m/%Y").to_string(),
        Language::English => day.format("%-d %B %Y").to_string(),
    }
}

/// A day, marked up for machines too.
pub(super) fn date(language: Language, on: NaiveDate) -> Markup {
    html! { time datetime=(on) { (day(language, on)) } }
}

/// A number with its thousands apart, as each language writes them.
pub(super) fn number(language: Language, number: i64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(language.pick('.', ','));
        }
        grouped.push(digit);
    }
    grouped
}

/// A number with decimals, as each language writes it.
pub(super) fn decimal(language: Language, number: f64) -> String {
    let text = number.to_string();
    language.pick(text.replace('.', ","), text)
}

/// How many days lie between two.
pub(super) fn days(language: Language, from: NaiveDate, to: NaiveDate) -> String {
    match (language, (to - from).num_days()) {
        (Language::Vietnamese, days) => format!("{days} ngày"),
        (Language::English, 1) => "1 day".into(),
        (Language::English, days) => format!("{days} days"),
    }
}

/// Vietnamese text, said to be so where the page is in English.
pub(super) fn vi(language: Language, text: &str) -> Markup {
    match language {
        Language::Vietnamese => html! { (text) },
        Language::English => html! { span lang="vi" { (text) } },
    }
}

/// A name in the page's language: where English is not known, Vietnamese.
pub(super) fn name(language: Language, name: &Name) -> Markup {
    match (language, &name.en) {
        (Language::English, Some(en)) => html! { (en) },
        _ => vi(language, &name.vi),
    }
}

/// The same as plain text.
pub(super) fn plain_name(language: Language, name: &Name) -> &str {
    match (language, &name.en) {
        (Language::English, Some(en)) => en,
        _ => &name.vi,
    }
}

/// What is known of a certificate's stars, for reading aloud.
pub(super) fn stars(language: Language, stars: i16) -> String {
    match language {
        Language::Vietnamese => format!("{stars} sao"),
        Language::English => format!("{stars} stars"),
    }
}

/// Declares a function from words of a vocabulary to both languages.
macro_rules! called {
    ($(#[$doc:meta])* $name:ident($type:ty) { $($variant:path => $vi:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        pub(super) fn $name(language: Language, value: $type) -> &'static str {
            match value { $($variant => language.pick($vi, $en),)+ }
        }
    };
}

called! {
    /// The status of a certificate.
    status(Status) {
        Status::NotYetValid => "Chưa có hiệu lực", "Not yet valid";
        Status::Valid => "Còn hiệu lực", "Valid";
        Status::Expired => "Đã hết hạn", "Expired";
        Status::Extended => "Được gia hạn", "Extended";
        Status::Superseded => "Đã được thay thế", "Superseded";
        Status::Withdrawn => "Đã bị thu hồi", "Withdrawn";
        Status::Annulled => "Đã bị hủy bỏ", "Annulled";
    }
}

called! {
    /// The standing by which lists are filtered.
    standing(Standing) {
        Standing::NotYetValid => "Chưa có hiệu lực", "Not yet valid";
        Standing::Valid => "Còn hiệu lực", "Valid";
        Standing::Extended => "Được gia hạn", "Extended";
        Standing::Expired => "Đã hết hạn", "Expired";
        Standing::Withdrawn => "Đã bị thu hồi", "Withdrawn";
        Standing::Annulled => "Đã bị hủy bỏ", "Annulled";
        Standing::Undetermined => "Chưa xác định", "Undetermined";
        Standing::NotRecognised => "Chưa được công nhận", "Not recognised";
    }
}

called! {
    /// Why the verdict is what it is, in a sentence.
    reason(Reason) {
        Reason::IdentifierOfMergedRecord => "Mã này thuộc bản ghi đã được gộp vào sản phẩm dưới đây.", "This code is of a record that was merged into the product below.";
        Reason::InTerm => "Giấy chứng nhận đang trong thời hạn 36 tháng.", "The certificate is within its term of 36 months.";
        Reason::ExtensionRuns => "Giấy chứng nhận đã hết hạn nhưng được gia hạn trong khi chờ đánh giá lại.", "The term is over, but a recorded extension runs while a re-evaluation is pending.";
        Reason::TermEnded => "Thời hạn của giấy chứng nhận đã kết thúc.", "The term of the certificate has ended.";
        Reason::NotBegun => "Giấy chứng nhận chưa đến ngày có hiệu lực.", "The first day of the certificate is still to come.";
        Reason::Withdrawn => "Giấy chứng nhận đã bị thu hồi.", "The certificate was withdrawn.";
        Reason::Annulled => "Quyết định công nhận đã bị hủy bỏ.", "The recognition was annulled.";
        Reason::BelowThreeStars => "Dưới 3 sao: luật không cấp giấy chứng nhận.", "Fewer than 3 stars: the law gives no certificate.";
        Reason::NoDatedDecision => "Có ghi nhận sản phẩm từng được công nhận, nhưng chưa thấy quyết định có ngày ký nên không biết thời hạn.", "A recognition is reported, but no decision with a date is known, so its term cannot be told.";
        Reason::StarsNotStated => "Quyết định đã biết không ghi số sao.", "The known decision does not state the stars.";
        Reason::NoRecognition => "Không có công nhận nào cho ngày này.", "No recognition is known for this day.";
        Reason::RenewalWindowOpen => "Đang trong thời gian nộp hồ sơ đánh giá lại (180 đến 120 ngày trước khi hết hạn).", "This is the time to file for re-evaluation (180 to 120 days before the end).";
        Reason::RenewalLate => "Còn dưới 120 ngày: đã quá thời gian nộp hồ sơ đánh giá lại.", "Less than 120 days are left: the time to file for re-evaluation is over.";
        Reason::SuccessorAhead => "Đã có giấy chứng nhận mới, có hiệu lực sau.", "A newer certificate begins later.";
        Reason::GapJuly2025 => "Quyết định ký từ 1 đến 5/7/2025, giữa hai quy định.", "The decision is dated 1-5 July 2025, between two sets of rules.";
        Reason::TransitionQd26 => "Quyết định theo điều khoản chuyển tiếp của QĐ 26/2026/QĐ-TTg.", "The decision rests on the transition rules of Decision 26/2026/QĐ-TTg.";
        Reason::SourcePortalOrPress => "Theo cổng thông tin nhà nước hoặc báo chí; chưa đối chiếu bản quyết định đã ký.", "Known from a state portal or the press; the signed decision was not seen.";
        Reason::IdentifierOfEarlierCertificate => "Mã đã tra là của một giấy chứng nhận cũ của sản phẩm này.", "The code asked for belongs to an earlier certificate of this product.";
        Reason::ProducerKnown => "Chủ thể này có sản phẩm khác đang được công nhận; điều đó không áp dụng cho sản phẩm này.", "The producer has other products that are certified; that says nothing about this one.";
        Reason::UnknownIdentifier => "Sổ đăng ký không có gì dưới mã này.", "The registry has nothing under this code.";
        Reason::SeveralMatches => "Nhiều sản phẩm cùng khớp với mã này.", "Several products answer to this code.";
    }
}

called! {
    /// Legal forms of producers.
    form(Form) {
        Form::Cooperative => "Hợp tác xã", "Cooperative";
        Form::CooperativeUnion => "Liên hiệp hợp tác xã", "Union of cooperatives";
        Form::CooperativeGroup => "Tổ hợp tác", "Cooperative group";
        Form::LimitedCompany => "Công ty TNHH", "Limited company";
        Form::JointStockCompany => "Công ty cổ phần", "Joint-stock company";
        Form::PrivateEnterprise => "Doanh nghiệp tư nhân", "Private enterprise";
        Form::CompanyBranch => "Chi nhánh công ty", "Branch of a company";
        Form::Company => "Công ty", "Company";
        Form::HouseholdBusiness => "Hộ kinh doanh", "Household business";
        Form::Household => "Hộ sản xuất", "Household";
        Form::Farm => "Trang trại", "Farm";
        Form::Association => "Hội, hiệp hội", "Association";
        Form::Establishment => "Cơ sở sản xuất", "Establishment";
        Form::Unknown => "Chưa rõ loại hình", "Form not known";
    }
}

called! {
    /// What was recorded about a certificate.
    act(ActKind) {
        ActKind::Withdrawal => "Thu hồi", "Withdrawal";
        ActKind::Annulment => "Hủy bỏ", "Annulment";
        ActKind::Extension => "Gia hạn", "Extension";
    }
}

called! {
    /// How a post-check ended.
    check(CheckOutcome) {
        CheckOutcome::Kept => "giấy chứng nhận được giữ nguyên", "the certificate stands";
        CheckOutcome::Corrected => "đã khắc phục, giấy chứng nhận được giữ nguyên", "put right, the certificate stands";
        CheckOutcome::Withdrawn => "giấy chứng nhận bị thu hồi", "the certificate was withdrawn";
    }
}

called! {
    /// Legal grounds of a withdrawal.
    ground(Ground) {
        Ground::ForgedDossier => "Hồ sơ giả mạo", "Forged dossier";
        Ground::CriteriaNotMet => "Không còn đạt tiêu chí", "The criteria are no longer met";
        Ground::LawBreach => "Vi phạm pháp luật", "Breach of law";
        Ground::MarkMisuse => "Sử dụng sai nhãn hiệu OCOP", "Misuse of the mark";
        Ground::ProductionCeased => "Ngừng sản xuất", "Production ceased";
        Ground::Other => "Lý do khác", "Another ground";
    }
}

called! {
    /// What a decision does.
    decision(DecisionKind) {
        DecisionKind::Recognition => "Quyết định công nhận", "Decision of recognition";
        DecisionKind::Withdrawal => "Quyết định thu hồi", "Decision of withdrawal";
        DecisionKind::Annulment => "Quyết định hủy bỏ", "Decision of annulment";
        DecisionKind::Extension => "Quyết định gia hạn", "Decision of extension";
    }
}

called! {
    /// How good a source is.
    source(Source) {
        Source::SignedDecision => "Quyết định đã ký", "The signed decision";
        Source::CouncilRecord => "Sổ của hội đồng cấp tỉnh", "The provincial council's own book";
        Source::PortalOrPress => "Cổng thông tin nhà nước hoặc báo chí", "A state portal or the press";
        Source::Other => "Nguồn khác", "Another source";
    }
}

called! {
    /// Doubts recorded with a certificate.
    warning(Warning) {
        Warning::GapJuly2025 => "Ký giữa hai quy định (1 đến 5/7/2025)", "Signed between two sets of rules (1-5 July 2025)";
        Warning::TransitionQd26 => "Theo điều khoản chuyển tiếp của QĐ 26/2026/QĐ-TTg", "Under the transition rules of Decision 26/2026/QĐ-TTg";
    }
}

called! {
    /// Levels of authorities.
    level(Level) {
        Level::National => "Trung ương", "Centre";
        Level::Province => "Cấp tỉnh", "Province";
        Level::District => "Cấp huyện", "District";
    }
}

called! {
    /// The instrument that a regime rests on, in short.
    regime(Regime) {
        Regime::Qd1048 => "QĐ 1048/QĐ-TTg (2019)", "Decision 1048/QĐ-TTg (2019)";
        Regime::Qd148 => "QĐ 148/QĐ-TTg (2023)", "Decision 148/QĐ-TTg (2023)";
        Regime::Qd1489 => "QĐ 1489/QĐ-TTg (2025)", "Decision 1489/QĐ-TTg (2025)";
        Regime::Qd26 => "QĐ 26/2026/QĐ-TTg (2026)", "Decision 26/2026/QĐ-TTg (2026)";
    }
}

/// A day and how it stands to another, such as "21/11/2026 (hôm nay)".
pub(super) fn year_end(language: Language, on: NaiveDate, today: NaiveDate) -> String {
    if on == today { language.pick("Nay", "Now").to_owned() } else { on.year().to_string() }
}
