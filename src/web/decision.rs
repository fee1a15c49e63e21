//! The page of a decision: who signed it, when, whether it stands, and all the products that it
//! recognised or acted on.

use super::frame::{Head, Visit, page as framed};
use super::search::{page_of, pages};
use super::verdict::{Kind, products_with, saying};
use super::words::{self, date, number};
use super::{Registry, Told, asked_shape, item, keep, parameters, see_other, send, send_list};
use crate::domain::code::{Noun, code_of};
use crate::domain::decision_number;
use crate::domain::record::DecisionKind;
use crate::error::{Code, Problem, say};
use crate::http::accept::Shape;
use crate::http::reply::Keep;
use crate::read::decision::PRODUCTS_ORDER;
use crate::read::sheet::{self, DecisionSheet};
use crate::read::view::decision::Decision;
use actix_web::HttpRequest;
use maud::{Markup, html};

/// `/D…`: a page or the record in JSON.
pub(super) async fn page(request: &HttpRequest, registry: &Registry, id: i64) -> Told {
    let today = registry.today(request);
    let code = code_of(Noun::Decision, id);
    let address = format!("{}/{code}", registry.base_url);
    let mut params = parameters(request);
    let other = params.day("on").filter(|day| *day != today);
    let on = other.unwrap_or(today);
    if asked_shape(request, &[Shape::Page, Shape::Json])? == Shape::Json {
        params.finish()?;
        let answer = crate::read::decision::decision(&registry.reader, id, on, None).await?;
        return Ok(registry.reply(request, answer, keep(request), &registry.links_of(Noun::Decision, id)));
    }
    let ask = page_of(&mut params, PRODUCTS_ORDER);
    params.finish()?;
    let (sheet, position) = sheet::decision(&registry.reader, id, ask, on).await?;
    let visit = Visit::of(request, registry, position).on(other);
    let title = title(&visit, &sheet.decision);
    let also = [("application/json", format!("{}/v1/decisions/{code}", registry.base_url))];
    let head = Head { title: &title, description: &title, canonical: Some(&address), also: &also, ..Head::default() };
    let html = framed(&visit, &head, main(&visit, &sheet, &title));
    Ok(send_list(registry, request, &visit, html, &sheet.products.page_info, Some(&address)))
}

fn title(visit: &Visit, decision: &Decision) -> String {
    let kind = words::decision(visit.language, decision.kind);
    match &decision.number {
        Some(number) => format!("{kind} {number}"),
        None => format!("{kind} {}", decision.code),
    }
}

fn main(visit: &Visit, sheet: &DecisionSheet, title: &str) -> Markup {
    let DecisionSheet { decision, products } = sheet;
    let on: Vec<_> = visit.other_day.then(|| ("on", visit.day().to_string())).into_iter().collect();
    let heading = match decision.kind {
        DecisionKind::Recognition => visit.say("Sản phẩm được công nhận theo quyết định này", "Products recognised by this decision"),
        DecisionKind::Withdrawal => visit.say("Sản phẩm bị thu hồi theo quyết định này", "Products whose certificates it withdraws"),
        DecisionKind::Annulment => visit.say("Sản phẩm bị hủy bỏ công nhận theo quyết định này", "Products whose recognition it annuls"),
        DecisionKind::Extension => visit.say("Sản phẩm được gia hạn theo quyết định này", "Products whose certificates it extends"),
    };
    html! {
        @match &decision.annulled_by {
            Some(by) => (saying(
                visit,
                Kind::Annulled,
                visit.say("Quyết định này đã bị hủy bỏ", "This decision was annulled"),
                None,
                &html! { (title) },
                &html! { p.term { (visit.say("Bởi ", "By ")) (item::decision(visit, by)) } },
            )),
            None => h1 { (title) },
        }
        (facts(visit, decision))
        section aria-labelledby="products" {
            h2 #products { (heading) }
            p { (visit.say(
                format!("Mỗi dòng là kết luận {}, không phải của ngày ký.", visit.when()),
                format!("Each line is the verdict {}, not that of the day of signing.", visit.when()),
            )) }
            @if products.items.is_empty() { p { (visit.say("Sổ đăng ký chưa biết sản phẩm nào.", "The registry knows none.")) } }
            (products_with(visit, &products.items, |product| item::acts_of(visit, product, &decision.code)))
            (pages(visit, &format!("/{}", decision.code), &on, &products.page_info))
        }
    }
}

fn facts(visit: &Visit, decision: &Decision) -> Markup {
    let language = visit.language;
    html! {
        dl {
            dt { (visit.say("Cơ quan ban hành", "Signed by")) }
            dd { @match &decision.issuer {
                Some(issuer) => { (words::name(language, &issuer.name)) " " span.small { "(" (words::level(language, issuer.level)) ")" } }
                None => (visit.say("Chưa rõ", "Not known")),
            } }
            dt { (visit.say("Ngày ký", "Signed on")) }
            dd { @match decision.signed_on {
                Some(day) => (date(language, day)),
                None => (visit.say("Chưa rõ: không thể tính thời hạn", "Not known, so no term can be told")),
            } }
            @if let Some(annulled) = &decision.annuls { dt { (visit.say("Hủy bỏ", "Annuls")) } dd { (item::decision(visit, annulled)) } }
            @if let Some(by) = &decision.annulled_by { dt { (visit.say("Đã bị hủy bỏ bởi", "Annulled by")) } dd { (item::decision(visit, by)) } }
            @if let Some(hash) = &decision.document_sha256 { dt { (visit.say("Mã băm văn bản (SHA-256)", "Hash of the document (SHA-256)")) } dd { code { (hash) } } }
            @if let Some(year) = decision.round_year { dt { (visit.say("Đợt đánh giá", "Round")) } dd { (year) } }
            @if let Some(known) = decision.known_certificates {
                dt { (visit.say("Giấy chứng nhận đã biết", "Certificates known")) }
                dd { (number(language, known)) " " span.small { (visit.say("(quyết định có thể có nhiều hơn)", "(the decision itself may list more)")) } }
            }
            dt { (visit.say("Mã đăng ký", "Registry code")) }
            dd { code { (decision.code) } }
            dt { (visit.say("Nguồn", "Source")) }
            dd {
                (words::source(language, decision.provenance.source))
                @if let Some(url) = decision.provenance.url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://")) {
                    " (" a href=(url) rel="nofollow noopener external" { (visit.say("xem", "see")) } ")"
                }
            }
        }
    }
}

/// `/decisions?number=…`: numbers restart every year at every authority, so one may name several.
pub(super) async fn of_number(request: HttpRequest, registry: Registry) -> Told {
    let mut params = parameters(&request);
    let asked = params.text("number").unwrap_or_default();
    let key = decision_number::key(&asked);
    params.finish()?;
    let Some(key) = key else {
        let detail = say(format!("\"{asked}\" không phải số quyết định."), format!("\"{asked}\" is no number of a decision."));
        return Err(Problem::parameter("number", Code::InvalidValue, detail));
    };
    let (found, position) = sheet::decisions_of_number(&registry.reader, key).await?;
    let visit = Visit::of(&request, &registry, position);
    if let [one] = found.as_slice() {
        return Ok(see_other(&visit.link(&format!("/{}", one.code))));
    }
    let title = visit.say(format!("Quyết định số {asked}"), format!("Decisions numbered {asked}"));
    let main = html! {
        h1 { (title) }
        @if found.is_empty() {
            div.note.open { p { (visit.say(
                "Sổ đăng ký chưa biết quyết định nào mang số này. Điều đó không có nghĩa là quyết định không tồn tại.",
                "The registry knows no decision of this number. That does not mean that there is none.",
            )) } }
        } @else {
            p { (visit.say("Số quyết định đánh lại từ đầu mỗi năm ở mỗi cơ quan. Chọn quyết định đúng:", "Numbers restart every year at every authority. Choose the right one:")) }
            ul.products { @for decision in &found { li {
                a href=(visit.link(&format!("/{}", decision.code))) {
                    (decision.number.as_deref().unwrap_or(&decision.code))
                    @if let Some(issuer) = &decision.issuer { ", " (words::name(visit.language, &issuer.name)) }
                }
                span.small {
                    @match (decision.signed_on, decision.round_year) {
                        (Some(day), _) => (date(visit.language, day)),
                        (None, Some(year)) => { (visit.say("đợt ", "round of ")) (year) }
                        (None, None) => (visit.say("chưa rõ ngày", "day not known")),
                    }
                    @if let Some(known) = decision.known_certificates { " · " (number(visit.language, known)) (visit.say(" giấy chứng nhận", " certificates")) }
                }
            } } }
        }
        (super::frame::box_of_search(&visit, &asked, visit.say("Tra cứu khác", "Look up something else")))
    };
    Ok(send(&registry, &request, &visit, framed(&visit, &Head { title: &title, ..Head::default() }, main), Keep::Shared, None))
}
