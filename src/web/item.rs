//! Parts that the pages of products and certificates share: facts, history, permitted claim.

use super::frame::Visit;
use super::verdict::governing;
use super::words::{self, date, vi};
use crate::domain::record::{ActKind, Ending};
use crate::domain::verdict::Status;
use crate::read::view::certificate::{Act, Certificate};
use crate::read::view::decision::DecisionRef;
use crate::read::view::place::PlaceThenAndNow;
use crate::read::view::post_check::PostCheck;
use crate::read::view::product::Product;
use crate::read::view::verification::PermittedClaim;
use maud::{Markup, html};

/// A decision in a sentence: number, day, issuer, with a link to its page.
pub(super) fn decision(visit: &Visit, decision: &DecisionRef) -> Markup {
    let language = visit.language;
    html! {
        a href=(visit.link(&format!("/{}", decision.code))) {
            @match &decision.number {
                Some(number) => { (visit.say("Quyết định ", "Decision ")) (vi(language, number)) }
                None => (visit.say("Quyết định chưa rõ số", "Decision of unknown number")),
            }
        }
        @if let Some(day) = decision.signed_on { (visit.say(" ngày ", " of ")) (date(language, day)) }
        @if let Some(issuer) = &decision.issuer { (visit.say(" của ", " by ")) (words::name(language, &issuer.name)) }
    }
}

/// Where something is: the name that the source used, and today's where it differs.
pub(super) fn place(visit: &Visit, place: &PlaceThenAndNow) -> Markup {
    let language = visit.language;
    match (&place.then, &place.now) {
        (Some(then), Some(now)) if then.name != now.name => html! {
            (vi(language, then.name)) br;
            span.small { (visit.say("nay là ", "today ")) } (vi(language, now.name))
        },
        (Some(one), _) | (None, Some(one)) => vi(language, one.name),
        (None, None) => html! { (visit.say("Chưa rõ", "Not known")) },
    }
}

/// The days of a certificate: its term and, where something else ended it or will, that too; each said
/// to be what it is.
pub(super) fn days(visit: &Visit, certificate: &Certificate) -> Markup {
    let language = visit.language;
    let (Some(from), Some(until)) = (certificate.valid_from, certificate.valid_until) else { return html! {} };
    let as_printed = certificate.ends_on == Some(until);
    html! {
        dt { @if as_printed { (visit.say("Thời hạn", "Term")) } @else { (visit.say("Thời hạn ghi trên giấy", "Term as printed")) } }
        dd { (date(language, from)) " – " (date(language, until)) }
        @if !as_printed {
            dt { (visit.say("Có giá trị thực tế", "In force in fact")) }
            dd { @match certificate.ends_on {
                Some(end) => { (date(language, from)) " – " (date(language, end)) },
                None => (visit.say("Chưa từng: bị hủy bỏ từ ngày đầu", "Never: annulled from its first day")),
            } }
        }
        @if let Some(ended) = ending(certificate) {
            dt { (words::act(language, ended.kind)) }
            dd { (by_act(visit, ended)) }
        }
    }
}

/// The act that ended a certificate, or will.
pub(super) fn ending(certificate: &Certificate) -> Option<&Act> {
    let kind = match (certificate.status, certificate.ends_by) {
        (Some(Status::Annulled), _) | (_, Some(Ending::Annulment)) => ActKind::Annulment,
        (Some(Status::Withdrawn), _) | (_, Some(Ending::Withdrawal)) => ActKind::Withdrawal,
        _ => return None,
    };
    certificate.acts.iter().filter(|act| act.kind == kind).min_by_key(|act| act.effective_on)
}

/// From when an act holds, by which decision, on which ground.
pub(super) fn by_act(visit: &Visit, act: &Act) -> Markup {
    let language = visit.language;
    html! {
        (visit.say("Từ ngày ", "From ")) (date(language, act.effective_on))
        @if let Some(until) = act.until { (visit.say(" đến hết ", " to the end of ")) (date(language, until)) }
        @if let Some(cited) = &act.decision { (visit.say(", theo ", ", by ")) (decision(visit, cited)) }
        @if let Some(ground) = act.ground { (visit.say(". Lý do: ", ". Ground: ")) (words::ground(language, ground)) }
    }
}

/// What a decision did to the certificates of a product.
pub(super) fn acts_of(visit: &Visit, product: &Product, code: &str) -> Markup {
    let by_it = |act: &&Act| act.decision.as_ref().is_some_and(|cited| cited.code == code);
    html! {
        @for certificate in product.certificates.iter().flatten() {
            @for act in certificate.acts.iter().filter(by_it) {
                span.small {
                    (words::act(visit.language, act.kind)) " " a href=(visit.link(&format!("/{}", certificate.code))) { (certificate.code) }
                    ": " (by_act(visit, &Act { decision: None, ..act.clone() }))
                }
            }
        }
    }
}

/// The facts under the verdict.
pub(super) fn facts(visit: &Visit, product: &Product) -> Markup {
    let language = visit.language;
    let certification = &product.certification;
    let governing = governing(product);
    html! {
        dl {
            @if let Some(cited) = &certification.decision {
                dt { (visit.say("Theo quyết định công nhận", "Recognised by")) }
                dd { (decision(visit, cited)) }
            }
            @let told = certification.valid_from.is_some() || certification.status == Some(Status::Annulled);
            @if let Some(certificate) = governing.filter(|_| told) { (days(visit, certificate)) }
            dt { (visit.say("Chủ thể", "Producer")) }
            dd {
                @match &product.producer {
                    Some(producer) => {
                        a href=(visit.link(&format!("/{}", producer.code))) { (vi(language, &producer.name)) }
                        " " span.small { "(" (words::form(language, producer.form)) ")" }
                    }
                    None => (visit.say("Chưa rõ", "Not known")),
                }
            }
            dt { (visit.say("Nơi sản xuất", "Made in")) }
            dd { (place(visit, &product.place)) }
            @if let Some(group) = &product.group {
                dt { (visit.say("Nhóm sản phẩm", "Product group")) }
                dd {
                    a href=(visit.link(&format!("/groups/{}", group.number))) { (words::name(language, &group.name)) }
                    @if let Some(set) = &product.set { ": " (words::name(language, &set.name)) }
                }
            }
            @if let Some(regime) = certification.regime {
                dt { (visit.say("Quy định áp dụng", "Rules applied")) }
                dd { (words::regime(language, regime)) }
            }
            @if let Some(score) = governing.and_then(|c| c.score) {
                dt { (visit.say("Điểm đánh giá", "Points")) }
                dd { (words::decimal(language, score)) " / 100" }
            }
            @if !product.gtins.is_empty() {
                dt { (visit.say("Mã vạch", "Barcode")) }
                dd { (product.gtins.iter().map(|gtin| written(gtin)).collect::<Vec<_>>().join(", ")) }
            }
            @if let Some(code) = governing.and_then(|c| c.official_code.as_deref()) {
                dt { (visit.say("Mã số sản phẩm OCOP", "Official product code")) }
                dd { (code) }
            }
            dt { (visit.say("Mã đăng ký", "Registry code")) }
            dd { code { (product.code) } }
            @if !product.former_names.is_empty() {
                dt { (visit.say("Tên khác trong các lần công nhận", "Names in other recognitions")) }
                dd { (vi(language, &product.former_names.join("; "))) }
            }
            dt { (visit.say("Nguồn", "Source")) }
            dd {
                @let provenance = governing.map_or(&product.provenance, |c| &c.provenance);
                (words::source(language, provenance.source))
                @if let Some(url) = provenance.url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://")) {
                    " (" a href=(url) rel="nofollow noopener external" { (visit.say("xem", "see")) } ")"
                }
            }
        }
    }
}

/// A barcode as it is printed: without the zeros that only fill it up to 14 digits.
pub(super) fn written(gtin: &str) -> &str {
    let digits = gtin.trim_start_matches('0').len();
    let length = [8, 12, 13, 14].into_iter().find(|length| digits <= *length).unwrap_or(14);
    &gtin[gtin.len().saturating_sub(length)..]
}

/// The sentence that may be shown, or that none may.
pub(super) fn claim(visit: &Visit, claim: &PermittedClaim) -> Markup {
    html! {
        section aria-labelledby="claim" {
            h2 #claim { (visit.say("Được ghi trên nhãn và quảng cáo", "What may be claimed")) }
            div.note.(if claim.allowed { "yes" } else { "no" }) { p.claim { (visit.say(&claim.vi, &claim.en)) } }
        }
    }
}

/// Everything known to have happened, newest first.
pub(super) fn history(visit: &Visit, certificates: &[Certificate], cited: Option<&str>) -> Markup {
    html! {
        section aria-labelledby="history" {
            h2 #history { (visit.say("Lịch sử", "History")) }
            @if certificates.is_empty() { p { (visit.say("Chưa có công nhận nào.", "No recognition is known.")) } }
            ol.timeline {
                @for certificate in certificates {
                    li { (entry(visit, certificate, cited == Some(certificate.code.as_str()))) }
                }
            }
        }
    }
}

/// Post-checks: that they took place, and how they ended.
pub(super) fn post_checks(visit: &Visit, checks: &[PostCheck]) -> Markup {
    let language = visit.language;
    html! {
        @if !checks.is_empty() {
            section aria-labelledby="checks" {
                h2 #checks { (visit.say("Hậu kiểm", "Post-checks")) }
                ul { @for check in checks { li {
                    (date(language, check.carried_out_on)) ": "
                    (check.outcome.map_or(visit.say("đang xử lý", "under way"), |outcome| words::check(language, outcome)))
                    @if let Some(day) = check.concluded_on { " (" (date(language, day)) ")" }
                    @if let Some(cited) = &check.decision { ". " (decision(visit, cited)) }
                } } }
            }
        }
    }
}

fn entry(visit: &Visit, certificate: &Certificate, is_cited: bool) -> Markup {
    let language = visit.language;
    let stars = certificate.stars.map_or_else(|| visit.say("chưa rõ số sao", "stars not stated").to_owned(), |n| words::stars(language, n));
    let when = match (certificate.valid_from, certificate.round_year) {
        (Some(from), _) => date(language, from),
        (None, Some(year)) => html! { (visit.say("Đợt đánh giá năm ", "Round of ")) (year) },
        (None, None) => html! { (visit.say("Không rõ ngày", "Day not known")) },
    };
    html! {
        h3 { (when) ": " (visit.say("công nhận ", "recognised, ")) (stars) }
        p {
            @match certificate.status {
                Some(status) => strong { (words::status(language, status)) },
                None => strong { (visit.say("Chưa rõ thời hạn", "Term not known")) },
            }
            @match (certificate.status, ending(certificate)) {
                (Some(Status::Withdrawn | Status::Annulled), Some(ended)) => {
                    (visit.say(" từ ngày ", " from ")) (date(language, ended.effective_on))
                    @if let Some(until) = certificate.valid_until {
                        " (" (visit.say("thời hạn ghi trên giấy: đến hết ", "term as printed: to the end of ")) (date(language, until)) ")"
                    }
                }
                _ => @if let Some(until) = certificate.ends_on { (visit.say(", đến hết ", ", to the end of ")) (date(language, until)) },
            }
            " · " a href=(visit.link(&format!("/{}", certificate.code))) { (visit.say("Giấy chứng nhận ", "Certificate ")) (certificate.code) }
            @if is_cited { " " strong { (visit.say("(mã đã tra)", "(the code asked for)")) } }
        }
        p.small {
            @match (&certificate.decision, &certificate.issuer) {
                (Some(cited), _) => (decision(visit, cited)),
                (None, Some(issuer)) => (words::name(language, &issuer.name)),
                (None, None) => (visit.say("Chưa rõ cơ quan ban hành", "Issuer not known")),
            }
            @if let Some(then) = &certificate.place_then { " · " (vi(language, then.name)) }
        }
        @if let Some(warning) = certificate.warning { p.small { (words::warning(language, warning)) } }
        @if !certificate.acts.is_empty() { ul { @for act in &certificate.acts { li { (self::act(visit, act)) } } } }
    }
}

fn act(visit: &Visit, act: &Act) -> Markup {
    let language = visit.language;
    html! {
        strong { (words::act(language, act.kind)) } (visit.say(" từ ngày ", " from ")) (date(language, act.effective_on))
        @if let Some(until) = act.until { (visit.say(" đến hết ", " to the end of ")) (date(language, until)) }
        @if let Some(ground) = act.ground { ": " (words::ground(language, ground)) }
        @if let Some(cited) = &act.decision { ". " (decision(visit, cited)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn barcodes_as_printed() {
        for (kept, printed) in [
            ("08930000000002", "8930000000002"),
            ("00000096385074", "96385074"),
            ("00012345678905", "012345678905"),
            ("18930000000009", "18930000000009"),
        ] {
            assert_eq!(written(kept), printed);
        }
    }
}
