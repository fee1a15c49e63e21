//! The verdict as people see it: word, shape and colour, each of which says it alone.

use super::frame::Visit;
use super::{item, words};
use crate::domain::day::Day;
use crate::domain::record::Ending;
use crate::domain::renewal::Bucket;
use crate::domain::verdict::{Outcome, Renewal, Status};
use crate::read::view::certificate::Certificate;
use crate::read::view::product::{Certification, Product, ProductSummary};
use maud::{Markup, html};

/// The verdicts that people have to tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Certified.
    Certified,
    /// Certified, but for 180 days at most, whatever ends it.
    Ending,
    /// Not yet valid.
    Ahead,
    /// Past its term.
    Expired,
    /// Withdrawn.
    Withdrawn,
    /// Annulled.
    Annulled,
    /// Not certified for another reason.
    NotCertified,
    /// A recognition is known, but not its term.
    Undetermined,
    /// Nothing is known.
    NotFound,
    /// Several products match.
    Ambiguous,
}

/// What of a verdict makes its kind, wherever it is shown.
pub(super) struct Judged {
    outcome: Outcome,
    status: Option<Status>,
    valid_until: Option<Day>,
    ends_by: Option<Ending>,
    renewal: Renewal,
}

impl From<&Certification> for Judged {
    fn from(of: &Certification) -> Self {
        Self { outcome: of.outcome, status: of.status, valid_until: of.valid_until, ends_by: of.ends_by, renewal: of.renewal }
    }
}

impl From<&ProductSummary> for Judged {
    fn from(of: &ProductSummary) -> Self {
        Self { outcome: of.outcome, status: of.status, valid_until: of.valid_until, ends_by: of.ends_by, renewal: of.renewal }
    }
}

impl Judged {
    /// Whether certification ends within 180 days. Where a successor takes over there is no renewal to
    /// do and nothing ends, unless an act comes first.
    fn ends_soon(&self, day: Day) -> bool {
        let near = self.valid_until.is_some_and(|until| until <= Bucket::Within180.ends(day, 0).1);
        let by_act = matches!(self.ends_by, Some(Ending::Withdrawal | Ending::Annulment));
        near && (by_act || self.status == Some(Status::Extended) || self.renewal != Renewal::None)
    }
}

impl Kind {
    /// The kind of a verdict on a day. Only an outcome of "certified" makes a yes.
    pub(super) fn of(verdict: impl Into<Judged>, day: Day) -> Self {
        let verdict = verdict.into();
        match (verdict.outcome, verdict.status) {
            (Outcome::Certified, _) if verdict.ends_soon(day) => Self::Ending,
            (Outcome::Certified, _) => Self::Certified,
            (Outcome::Undetermined, _) => Self::Undetermined,
            (Outcome::NotFound, _) => Self::NotFound,
            (Outcome::Ambiguous, _) => Self::Ambiguous,
            (Outcome::NotCertified, Some(Status::NotYetValid)) => Self::Ahead,
            (Outcome::NotCertified, Some(Status::Expired | Status::Superseded)) => Self::Expired,
            (Outcome::NotCertified, Some(Status::Withdrawn)) => Self::Withdrawn,
            (Outcome::NotCertified, Some(Status::Annulled)) => Self::Annulled,
            (Outcome::NotCertified, Some(Status::Valid | Status::Extended) | None) => Self::NotCertified,
        }
    }

    /// Whether it is a yes.
    pub(super) fn is_yes(self) -> bool {
        matches!(self, Self::Certified | Self::Ending)
    }

    /// The class that gives its colour.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Certified => "yes",
            Self::Ending => "soon",
            Self::Expired | Self::Ahead => "over",
            Self::Withdrawn | Self::Annulled | Self::NotCertified => "no",
            Self::Undetermined | Self::NotFound | Self::Ambiguous => "open",
        }
    }

    /// Its headline.
    pub(super) fn headline(self, visit: &Visit, stars: Option<i16>) -> String {
        let n = stars.map_or(String::new(), |stars| words::stars(visit.language, stars));
        let text = match self {
            Self::Certified => return visit.say(format!("Được công nhận OCOP {n}"), format!("Certified OCOP, {n}")),
            Self::Ending => return visit.say(format!("Được công nhận OCOP {n}, sắp hết hạn"), format!("Certified OCOP, {n}, ending soon")),
            Self::Ahead => visit.say("Chưa có hiệu lực", "Not valid yet"),
            Self::Expired => visit.say("Đã hết hạn công nhận OCOP", "OCOP certification has expired"),
            Self::Withdrawn => visit.say("Đã bị thu hồi công nhận OCOP", "OCOP certification was withdrawn"),
            Self::Annulled => visit.say("Công nhận OCOP đã bị hủy bỏ", "OCOP recognition was annulled"),
            Self::NotCertified => visit.say("Không được công nhận OCOP", "Not certified OCOP"),
            Self::Undetermined => visit.say("Chưa xác định được", "Cannot be determined"),
            Self::NotFound => visit.say("Không có trong sổ đăng ký", "Not in the registry"),
            Self::Ambiguous => visit.say("Nhiều sản phẩm cùng khớp", "Several products match"),
        };
        text.to_owned()
    }

    /// The same in a word or two, for lists.
    pub(super) fn word(self, visit: &Visit) -> &'static str {
        match self {
            Self::Certified => visit.say("Được công nhận", "Certified"),
            Self::Ending => visit.say("Sắp hết hạn", "Ending soon"),
            Self::Ahead => visit.say("Chưa có hiệu lực", "Not valid yet"),
            Self::Expired => visit.say("Đã hết hạn", "Expired"),
            Self::Withdrawn => visit.say("Đã bị thu hồi", "Withdrawn"),
            Self::Annulled => visit.say("Đã bị hủy bỏ", "Annulled"),
            Self::NotCertified => visit.say("Không được công nhận", "Not certified"),
            Self::Undetermined => visit.say("Chưa xác định", "Undetermined"),
            Self::NotFound => visit.say("Không có", "Not found"),
            Self::Ambiguous => visit.say("Trùng mã", "Ambiguous"),
        }
    }

    /// Its shape: another outline for each, so that it can be told without colour.
    pub(super) fn sign(self) -> Markup {
        const SEAL: &str = "M24 3.8Q30.7 -1.1 34.1 6.5Q42.4 5.6 41.5 13.9Q49.1 17.3 44.2 24Q49.1 30.7 41.5 34.1Q42.4 42.4 34.1 41.5Q30.7 49.1 24 44.2Q17.3 49.1 13.9 41.5Q5.6 42.4 6.5 34.1Q-1.1 30.7 3.8 24Q-1.1 17.3 6.5 13.9Q5.6 5.6 13.9 6.5Q17.3 -1.1 24 3.8z";
        const OCTAGON: &str = "M15 2h18l13 13v18L33 46H15L2 33V15z";
        const DIAMOND: &str = "M24 1l23 23-23 23L1 24z";
        const SQUARE: &str = "M6 4h36a3 3 0 0 1 3 3v34a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3z";
        const CIRCLE: &str = "M24 2a22 22 0 1 1 0 44 22 22 0 0 1 0-44z";
        const PAIR: &str = "M3 3h28v28H3zM36 12h9v33H12v-9h24z";
        let (outline, inside) = match self {
            Self::Certified => (SEAL, "M13.5 24.5l7.5 7.5L35 17"),
            Self::Ending => (SEAL, "M24 13v11.5l7.5 5"),
            Self::Ahead => (SQUARE, "M13 24h20M26 16l8 8-8 8"),
            Self::Expired => (SQUARE, "M15 12h18M15 36h18M17 12c0 8 14 16 14 24M31 12c0 8-14 16-14 24"),
            Self::Withdrawn => (OCTAGON, "M15 15l18 18M33 15L15 33"),
            Self::Annulled => (OCTAGON, "M13 24h22M15 15l18 18"),
            Self::NotCertified => (CIRCLE, "M13 24h22"),
            Self::Undetermined | Self::NotFound => (DIAMOND, "M18.5 18.5a5.5 5.5 0 1 1 8.2 4.8c-1.9 1.1-2.7 2-2.7 4.4M24 33v.5"),
            Self::Ambiguous => (PAIR, "M10 17h14"),
        };
        html! {
            svg.sign viewBox="0 0 48 48" aria-hidden="true" focusable="false" { path.out d=(outline) {} path.in d=(inside) {} }
        }
    }
}

/// Stars as a picture: as many filled as there are, of five.
pub(super) fn stars(visit: &Visit, filled: i16) -> Markup {
    html! {
        svg.stars viewBox="0 0 120 24" role="img" aria-label=(words::stars(visit.language, filled)) {
            @for place in 0..5_i16 {
                path.off[place >= filled] transform=(format!("translate({} 0)", 24 * place))
                    d="M12 1.8l3 6.6 7.2.8-5.3 4.9 1.5 7.1L12 17.6l-6.4 3.6 1.5-7.1L1.8 9.2 9 8.4z" {}
            }
        }
    }
}

/// The panel at the head of a page: the verdict before all else.
pub(super) fn panel(visit: &Visit, kind: Kind, stars_of: Option<i16>, name: &Markup, below: &Markup) -> Markup {
    saying(visit, kind, &visit.dated(kind.headline(visit, stars_of)), stars_of, name, below)
}

/// A panel with a headline of its own, for what is no product.
pub(super) fn saying(visit: &Visit, kind: Kind, headline: &str, stars_of: Option<i16>, name: &Markup, below: &Markup) -> Markup {
    html! {
        div.verdict.(kind.class()) {
            div.answer {
                (kind.sign())
                div {
                    h1 { (headline) }
                    @if let Some(n) = stars_of.filter(|_| kind.is_yes()) { (stars(visit, n)) }
                }
            }
            div.about {
                p.what { (name) }
                (below)
                @if visit.other_day { p { (visit.say(
                    "Theo những gì đã ghi nhận đến nay; không phải kết luận của hôm nay. ",
                    "By what is recorded so far; this is not today's verdict. ",
                )) a href=(visit.link_of_today()) { (visit.say("Xem hôm nay", "See today")) } } }
            }
        }
    }
}

/// What stands below the headline of a product: until when, or since when not.
pub(super) fn term(visit: &Visit, kind: Kind, product: &Product) -> Markup {
    let (language, today, certification) = (visit.language, visit.day(), &product.certification);
    let governing = governing(product);
    let by_act = || html! { @if let Some(act) = governing.and_then(item::ending) { p.term { (item::by_act(visit, act)) } } };
    match (kind, certification.valid_until) {
        (Kind::Certified, Some(until)) => {
            html! { p.term { (visit.say("Có giá trị đến hết ngày ", "Valid to the end of ")) strong { (words::date(language, until)) } } }
        }
        (Kind::Ending, Some(until)) => html! {
            p.term { (visit.say("Có giá trị đến hết ngày ", "Valid to the end of ")) strong { (words::date(language, until)) } }
            p.term {
                @if until == today && visit.other_day { (visit.say("Đó là ngày cuối cùng", "That is the last day")) }
                @else if until == today { (visit.say("Hôm nay là ngày cuối cùng", "Today is the last day")) }
                @else { (visit.say(format!("Còn {}", words::days(language, today, until)), format!("{} left", words::days(language, today, until)))) }
                (why_it_ends(visit, certification))
            }
            (by_act())
        },
        (Kind::Expired, Some(until)) => {
            html! { p.term { (visit.say("Hết giá trị sau ngày ", "It ended after ")) strong { (words::date(language, until)) } } }
        }
        (Kind::Ahead, _) => {
            html! { @if let Some(from) = certification.valid_from { p.term { (visit.say("Có hiệu lực từ ngày ", "Valid from ")) (words::date(language, from)) } } }
        }
        (Kind::Withdrawn | Kind::Annulled, _) => by_act(),
        (Kind::Undetermined, _) => {
            html! { p.term { (visit.say("Không rõ thời hạn: đừng coi là được công nhận.", "Its term is not known: do not take it for certified.")) } }
        }
        _ => html! {},
    }
}

/// Why certification ends soon.
fn why_it_ends(visit: &Visit, certification: &Certification) -> &'static str {
    match (certification.ends_by, certification.status) {
        (Some(Ending::Withdrawal), _) => visit.say(": đã có quyết định thu hồi", ": a withdrawal is signed"),
        (Some(Ending::Annulment), _) => visit.say(": đã có quyết định hủy bỏ", ": an annulment is signed"),
        (_, Some(Status::Extended)) => visit.say(", trong thời gian gia hạn", ", in an extension"),
        (Some(Ending::Extension), _) => visit.say(": hết thời hạn và gia hạn", ": its term and extension end"),
        _ => visit.say(": hết thời hạn 36 tháng", ": its term of 36 months ends"),
    }
}

/// The day that a line of a list tells: until when, or since when not. Kinds without one tell none.
fn told_day(visit: &Visit, kind: Kind, until: Option<Day>) -> Markup {
    let Some(until) = until.filter(|_| kind.is_yes() || kind == Kind::Expired) else { return html! {} };
    let before = if kind.is_yes() { visit.say("đến hết ", "to the end of ") } else { visit.say("hết hạn sau ", "ended after ") };
    html! {
        (before) (words::date(visit.language, until))
        @if kind == Kind::Ending { ", " (left(visit, until)) }
    }
}

/// How long it is to the last day.
fn left(visit: &Visit, until: Day) -> String {
    if until == visit.day() {
        return visit.say("ngày cuối cùng", "the last day").to_owned();
    }
    let days = words::days(visit.language, visit.day(), until);
    visit.say(format!("còn {days}"), format!("{days} left"))
}

/// The certificate that the verdict rests on.
pub(super) fn governing(product: &Product) -> Option<&Certificate> {
    let code = product.certification.certificate.as_deref()?;
    product.certificates.as_deref()?.iter().find(|certificate| certificate.code == code)
}

/// A verdict in a list: small, but still word and shape and colour.
pub(super) fn chip(visit: &Visit, kind: Kind, stars_of: Option<i16>) -> Markup {
    html! {
        span.chip.(kind.class()) {
            (kind.sign()) span { (kind.word(visit)) }
            @if let Some(n) = stars_of.filter(|_| kind.is_yes()) { (stars(visit, n)) }
        }
    }
}

/// Products in a list, each with its verdict.
pub(super) fn summaries(visit: &Visit, products: &[ProductSummary]) -> Markup {
    html! {
        ul.products {
            @for product in products {
                li {
                    a href=(visit.link(&format!("/{}", product.code))) { (words::name(visit.language, &product.name)) }
                    @let kind = Kind::of(product, visit.day());
                    (chip(visit, kind, product.stars))
                    @let day = told_day(visit, kind, product.valid_until);
                    @if !day.0.is_empty() { span.small { (day) } }
                }
            }
        }
    }
}

/// Products in a list of which all is known.
pub(super) fn products(visit: &Visit, products: &[Product]) -> Markup {
    products_with(visit, products, |_| html! {})
}

/// Products in a list, each with more to say of it.
pub(super) fn products_with(visit: &Visit, products: &[Product], more: impl Fn(&Product) -> Markup) -> Markup {
    html! {
        ul.products {
            @for product in products {
                @let kind = Kind::of(&product.certification, visit.day());
                @let day = told_day(visit, kind, product.certification.valid_until);
                li {
                    a href=(visit.link(&format!("/{}", product.code))) { (words::name(visit.language, &product.name)) }
                    (chip(visit, kind, product.certification.stars))
                    span.small {
                        @if !day.0.is_empty() { (day) " · " }
                        @if let Some(producer) = &product.producer { (words::vi(visit.language, &producer.name)) " · " }
                        @if let Some(place) = &product.place.now { (words::vi(visit.language, place.name.rsplit(", ").next().unwrap_or(place.name))) }
                    }
                    (more(product))
                }
            }
        }
    }
}
