//! The page of a product: what a QR code on a label leads to.

use super::frame::{Head, Visit, page as framed};
use super::verdict::{self, Kind, panel, summaries, term};
use super::words::{self, day, plain_name};
use super::{Registry, Told, asked_shape, item, jsonld, keep, other_day, send};
use crate::domain::code::{Noun, code_of};
use crate::domain::verdict::Reason;
use crate::http::Public;
use crate::http::accept::Shape;
use crate::read::answer::{Answer, Media};
use crate::read::sheet::{self, Asked, ProductSheet};
use actix_web::HttpRequest;
use maud::{Markup, html};

/// `/P…`: a page, the record in JSON, or JSON-LD.
pub(super) async fn page(request: &HttpRequest, registry: &Registry, id: i64) -> Told {
    let today = registry.today(request);
    let other = other_day(request, today)?;
    let on = other.unwrap_or(today);
    let code = code_of(Noun::Product, id);
    let address = format!("{}/{code}", registry.base_url);
    let links = registry.links_of(Noun::Product, id);
    match asked_shape(request, &[Shape::Page, Shape::Json, Shape::JsonLd])? {
        Shape::Json => {
            let answer = crate::read::product::product(&registry.reader, id, on, None).await?;
            Ok(registry.reply(request, answer, keep(request), &links))
        }
        Shape::JsonLd => {
            let (sheet, position) = sheet::product(&registry.reader, Asked::Product(id), on).await?;
            let data = jsonld::product(&registry.base_url, &sheet.product).to_string();
            let answer = Answer::rendered(data.into_bytes(), Media::JsonLd, position).holding_for(on);
            Ok(registry.reply(request, answer, keep(request), &links))
        }
        Shape::Page => {
            let (sheet, position) = sheet::product(&registry.reader, Asked::Product(id), on).await?;
            let visit = Visit::of(request, registry, position).on(other);
            Ok(send(registry, request, &visit, render(&visit, registry, &sheet, &address), keep(request), Some(&address)))
        }
    }
}

fn render(visit: &Visit, registry: &Public, sheet: &ProductSheet, address: &str) -> String {
    let product = &sheet.product;
    let kind = Kind::of(&product.certification, visit.day());
    let name = plain_name(visit.language, &product.name);
    // Named with its day, so that networks that keep pictures fetch a new one with every page.
    let picture = format!("{address}/picture.png?on={}", visit.day());
    let headline = kind.headline(visit, product.certification.stars);
    let shared = format!("{name}: {headline} ({})", day(visit.language, visit.day()));
    let data = jsonld::product(&registry.base_url, product).to_string();
    let json = format!("{}/v1/products/{}", registry.base_url, product.code);
    let also = [("application/json", json), ("application/ld+json", address.to_owned())];
    let head = Head {
        title: name,
        shared: Some(&shared),
        description: &dated(visit, kind, product.certification.stars, name),
        canonical: Some(address),
        also: &also,
        picture: Some(&picture),
        // Whoever collects such data does not read for which day it holds.
        data: Some(data.as_str()).filter(|_| !visit.other_day),
        ..Head::default()
    };
    framed(visit, &head, main(visit, sheet, kind, address))
}

/// What is said where it may be kept for long: with the day for which it is true.
fn dated(visit: &Visit, kind: Kind, stars: Option<i16>, name: &str) -> String {
    let today = day(visit.language, visit.day());
    let headline = kind.headline(visit, stars);
    if visit.other_day {
        return visit.say(format!("{name}. {}.", visit.dated(headline.clone())), format!("{name}. {}.", visit.dated(headline)));
    }
    visit.say(format!("Tra cứu ngày {today}: {name}. {headline}."), format!("As of {today}: {name}. {headline}."))
}

fn main(visit: &Visit, sheet: &ProductSheet, kind: Kind, address: &str) -> Markup {
    let ProductSheet { product, verification, .. } = sheet;
    let name = words::name(visit.language, &product.name);
    let cited = sheet.cited.as_ref().map(|certificate| certificate.code.as_str());
    html! {
        (panel(visit, kind, product.certification.stars, &name, &term(visit, kind, product)))
        (reasons(visit, kind, &verification.certification.reasons))
        (item::facts(visit, product))
        (item::claim(visit, &verification.permitted_claim))
        @if let Some(others) = verification.producer_certified_products.as_deref().filter(|others| !others.is_empty()) {
            section aria-labelledby="others" {
                h2 #others { (visit.say("Sản phẩm khác của chủ thể đang được công nhận", "Other products of this producer that are certified")) }
                p { (visit.say(
                    "Công nhận chỉ áp dụng cho từng sản phẩm dưới đây, không áp dụng cho sản phẩm ở trên.",
                    "Certification holds for each product below only, not for the one above.",
                )) }
                (summaries(visit, others))
            }
        }
        (item::history(visit, product.certificates.as_deref().unwrap_or_default(), cited))
        (item::post_checks(visit, product.post_checks.as_deref().unwrap_or_default()))
        @if !visit.other_day { (share(visit, &product.code, kind, address)) }
    }
}

/// Why, in sentences; what the headline says already is left out.
pub(super) fn reasons(visit: &Visit, kind: Kind, reasons: &[Reason]) -> Markup {
    let said = |reason: &&Reason| !matches!(reason, Reason::InTerm | Reason::UnknownIdentifier | Reason::SeveralMatches);
    let reasons: Vec<&Reason> = reasons.iter().filter(said).collect();
    html! {
        @if !reasons.is_empty() {
            div.note.(kind.class()) { @for reason in reasons { p { (words::reason(visit.language, *reason)) } } }
        }
    }
}

/// QR code, badge, label, report.
fn share(visit: &Visit, code: &str, kind: Kind, address: &str) -> Markup {
    let badge = format!("<a href=\"{address}\"><img src=\"{address}/badge.svg\" width=\"220\" height=\"64\" alt=\"OCOP {code}\"></a>");
    html! {
        section.noprint aria-labelledby="share" {
            h2 #share { (visit.say("Thấy nhãn ghi khác?", "Does a label say otherwise?")) }
            p.actions { a.button href=(visit.link(&format!("/{code}/report"))) { (visit.say("Báo nhãn sai", "Report a wrong label")) } }
            h2 { (visit.say("Mã QR và huy hiệu", "QR code and badge")) }
            img.qr src=(format!("/{code}/qr.svg")) width="176" height="176" alt=(visit.say(format!("Mã QR dẫn đến trang này, {address}"), format!("QR code of this page, {address}"))) loading="lazy";
            p.actions {
                a.button.plain href=(format!("/{code}/qr.svg")) download=(format!("{code}.svg")) { (visit.say("Tải SVG", "Save SVG")) }
                a.button.plain href=(format!("/{code}/qr.png")) download=(format!("{code}.png")) { (visit.say("Tải PNG", "Save PNG")) }
                @if kind.is_yes() { a.button.plain href=(visit.link(&format!("/{code}/label"))) { (visit.say("In nhãn kệ", "Print a shelf label")) } }
            }
            details {
                summary { (visit.say("Gắn huy hiệu vào trang bán hàng", "Show the badge in a shop")) }
                p { img src=(format!("/{code}/badge.svg")) width="220" height="64" alt=(visit.say("Huy hiệu của sản phẩm này", "Badge of this product")) loading="lazy"; }
                p { (visit.say("Huy hiệu tự chuyển xám khi giấy chứng nhận kết thúc. Chép đoạn mã này:", "The badge turns grey by itself when the certificate ends. Copy this:")) }
                pre tabindex="0" { code { (badge) } }
            }
        }
    }
}

/// The page of a product under the code of one of its certificates.
pub(super) fn under_certificate(visit: &Visit, sheet: &ProductSheet, address: &str, before: &Markup) -> Markup {
    let kind = Kind::of(&sheet.product.certification, visit.day());
    let product = &sheet.product;
    let name = words::name(visit.language, &product.name);
    let cited = sheet.cited.as_ref().map(|certificate| certificate.code.as_str());
    html! {
        (verdict::panel(visit, kind, product.certification.stars, &name, &term(visit, kind, product)))
        (reasons(visit, kind, &sheet.verification.certification.reasons))
        (before)
        (item::claim(visit, &sheet.verification.permitted_claim))
        (item::history(visit, product.certificates.as_deref().unwrap_or_default(), cited))
        p.actions { a.button href=(visit.link(address)) { (visit.say("Trang của sản phẩm", "The product's page")) } }
    }
}
