//! A shelf label to print: only for what is certified today, with the code to check it by later.

use super::frame::{Head, Visit, page as framed};
use super::verdict::{Kind, panel, stars, term};
use super::words::{date, name};
use super::{Registry, Told, canonical, coded_product, keep, or_where_it_lives_on, parameters, send};
use crate::domain::code::{Noun, code_of};
use crate::read::sheet::{self, Asked, ProductSheet};
use actix_web::HttpRequest;
use actix_web::web::Path;
use maud::{Markup, html};

/// `/P…/label`.
pub(super) async fn page(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let id = coded_product(&code)?;
    if let Some(elsewhere) = canonical(&request, &code, Noun::Product, id, "/label") {
        return Ok(elsewhere);
    }
    parameters(&request).finish()?;
    let (sheet, position) = match sheet::product(&registry.reader, Asked::Product(id), registry.today(&request)).await {
        Ok(seen) => seen,
        Err(error) => return or_where_it_lives_on(Err(error.into()), &request, &registry, (Noun::Product, id), "/label").await,
    };
    let visit = Visit::of(&request, &registry, position);
    let title = visit.say("Nhãn kệ", "Shelf label");
    let main = main(&visit, &sheet, &format!("{}/{}", registry.base_url, code_of(Noun::Product, id)));
    Ok(send(&registry, &request, &visit, framed(&visit, &Head { title, ..Head::default() }, main), keep(&request), None))
}

fn main(visit: &Visit, sheet: &ProductSheet, address: &str) -> Markup {
    let product = &sheet.product;
    let kind = Kind::of(&product.certification, visit.day());
    let title = name(visit.language, &product.name);
    let back = html! { p.actions { a.button.plain href=(visit.link(&format!("/{}", product.code))) { (visit.say("Về trang sản phẩm", "Back to the product")) } } };
    let (true, Some(n)) = (kind.is_yes(), product.certification.stars) else {
        return html! {
            (panel(visit, kind, None, &title, &term(visit, kind, product)))
            div.note.no { p { (visit.say("Hôm nay không được in nhãn OCOP cho sản phẩm này.", "No OCOP label may be printed for this product today.")) } }
            (back)
        };
    };
    html! {
        div.noprint {
            h1 { (visit.say("Nhãn kệ để in", "Shelf label to print")) }
            p { (visit.say(
                "Dùng lệnh in của trình duyệt; chỉ có nhãn được in ra. Gỡ nhãn khi hết hạn; người mua quét mã để kiểm tra bất cứ lúc nào.",
                "Use the browser's print command; only the label is printed. Take it down when it ends; buyers can scan the code at any time.",
            )) }
        }
        div.shelf {
            div {
                h2 { (title) }
                (stars(visit, n))
                p { (visit.say(&sheet.verification.permitted_claim.vi, &sheet.verification.permitted_claim.en)) }
                @if let Some(producer) = &product.producer { p { (super::words::vi(visit.language, &producer.name)) } }
                p.small { (visit.say("In ngày ", "Printed on ")) (date(visit.language, visit.day())) (visit.say(". Quét mã để biết hôm nay.", ". Scan to know today.")) }
            }
            div {
                img src=(format!("/{}/qr.svg", product.code)) width="136" height="136" alt=(visit.say(format!("Mã QR dẫn đến {address}"), format!("QR code leading to {address}")));
                p.small { code { (product.code) } }
            }
        }
        div.noprint { (back) }
    }
}
