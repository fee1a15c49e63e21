//! The page of a certificate: the verdict on its product, and where this certificate stands.

use super::frame::{Head, Visit, page as framed};
use super::words::{self, plain_name};
use super::{Registry, Told, asked_shape, item, keep, other_day, product, send};
use crate::domain::code::{Noun, code_of};
use crate::http::accept::Shape;
use crate::read::sheet::{self, Asked};
use crate::read::view::certificate::Certificate;
use actix_web::HttpRequest;
use maud::{Markup, html};

/// `/C…`: a page or the record in JSON.
pub(super) async fn page(request: &HttpRequest, registry: &Registry, id: i64) -> Told {
    let today = registry.today(request);
    let other = other_day(request, today)?;
    let on = other.unwrap_or(today);
    let code = code_of(Noun::Certificate, id);
    let address = format!("{}/{code}", registry.base_url);
    if asked_shape(request, &[Shape::Page, Shape::Json])? == Shape::Json {
        let answer = crate::read::certificate::certificate(&registry.reader, id, on, None).await?;
        return Ok(registry.reply(request, answer, keep(request), &registry.links_of(Noun::Certificate, id)));
    }
    let (sheet, position) = sheet::product(&registry.reader, Asked::Certificate(id), on).await?;
    let visit = Visit::of(request, registry, position).on(other);
    let name = plain_name(visit.language, &sheet.product.name);
    let title = visit.say(format!("Giấy chứng nhận {code}: {name}"), format!("Certificate {code}: {name}"));
    let also = [("application/json", format!("{}/v1/certificates/{code}", registry.base_url))];
    let head = Head { title: &title, description: &title, canonical: Some(&address), also: &also, ..Head::default() };
    let standing = sheet.cited.as_ref().map_or_else(|| html! {}, |cited| standing(&visit, cited));
    let main = product::under_certificate(&visit, &sheet, &format!("/{}", sheet.product.code), &standing);
    Ok(send(registry, request, &visit, framed(&visit, &head, main), keep(request), Some(&address)))
}

/// What is known of this certificate itself.
fn standing(visit: &Visit, certificate: &Certificate) -> Markup {
    let language = visit.language;
    html! {
        section aria-labelledby="certificate" {
            h2 #certificate { (visit.say("Giấy chứng nhận ", "Certificate ")) (certificate.code) }
            dl {
                dt { (visit.say(format!("Tình trạng {}", visit.when()), format!("Status {}", visit.when()))) }
                dd { strong { @match certificate.status {
                    Some(status) => (words::status(language, status)),
                    None => (visit.say("Chưa rõ thời hạn", "Term not known")),
                } } }
                @if let Some(stars) = certificate.stars { dt { (visit.say("Số sao", "Stars")) } dd { (words::stars(language, stars)) } }
                (item::days(visit, certificate))
                @if let Some(cited) = &certificate.decision { dt { (visit.say("Quyết định", "Decision")) } dd { (item::decision(visit, cited)) } }
                dt { (visit.say("Tên sản phẩm khi đó", "Product's name then")) }
                dd { (words::vi(language, &certificate.name_then)) }
                @if let Some(place) = &certificate.place_then { dt { (visit.say("Nơi sản xuất khi đó", "Made in, then")) } dd { (words::vi(language, place.name)) } }
                @if let Some(code) = &certificate.official_code { dt { (visit.say("Mã số sản phẩm OCOP", "Official product code")) } dd { (code) } }
                @if let Some(regime) = certificate.regime { dt { (visit.say("Quy định áp dụng", "Rules applied")) } dd { (words::regime(language, regime)) } }
            }
        }
    }
}
