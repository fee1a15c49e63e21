//! The page of a producer: it is never certified itself; its products are, one by one.

use super::frame::{Head, Visit, page as framed};
use super::verdict::{Kind, panel, summaries};
use super::words::{self, vi};
use super::{Registry, Told, asked_shape, coded, item, keep, or_where_it_lives_on, other_day, parameters, see_other, send};
use crate::domain::code::{Noun, code_of};
use crate::domain::text::fold;
use crate::domain::verdict::Outcome;
use crate::http::accept::Shape;
use crate::http::problem::no_such_path;
use crate::http::reply::Keep;
use crate::read::sheet;
use crate::read::view::producer::Producer;
use crate::read::view::product::ProductSummary;
use actix_web::HttpRequest;
use actix_web::web::Path;
use maud::{Markup, html};

/// `/M…`: a page or the record in JSON.
pub(super) async fn page(request: &HttpRequest, registry: &Registry, id: i64) -> Told {
    let today = registry.today(request);
    let other = other_day(request, today)?;
    let on = other.unwrap_or(today);
    let code = code_of(Noun::Producer, id);
    let address = format!("{}/{code}", registry.base_url);
    if asked_shape(request, &[Shape::Page, Shape::Json])? == Shape::Json {
        let answer = crate::read::producer::producer(&registry.reader, id, on, None).await?;
        return Ok(registry.reply(request, answer, keep(request), &registry.links_of(Noun::Producer, id)));
    }
    let (producer, position) = sheet::producer(&registry.reader, id, on).await?;
    let visit = Visit::of(request, registry, position).on(other);
    let description = visit.say(format!("Chủ thể OCOP: {}", producer.name), format!("OCOP producer: {}", producer.name));
    let also = [("application/json", format!("{}/v1/producers/{code}", registry.base_url))];
    let head = Head { title: &producer.name, description: &description, canonical: Some(&address), also: &also, ..Head::default() };
    let main = html! {
        h1 { (vi(visit.language, &producer.name)) }
        (nature(&visit))
        (facts(&visit, &producer))
        (lists(&visit, &producer))
        (unlisted(&visit, &producer.code, ""))
    };
    Ok(send(registry, request, &visit, framed(&visit, &head, main), keep(request), Some(&address)))
}

/// `/M…/check?product=…`: is the product of this name, of this producer, certified?
pub(super) async fn check(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let (Noun::Producer, id) = coded(&code)? else { return Err(no_such_path()) };
    let mut params = parameters(&request);
    let asked = params.text("product").unwrap_or_default();
    params.finish()?;
    let (producer, position) = match sheet::producer(&registry.reader, id, registry.today(&request)).await {
        Ok(seen) => seen,
        Err(error) => return or_where_it_lives_on(Err(error.into()), &request, &registry, (Noun::Producer, id), "/check").await,
    };
    let visit = Visit::of(&request, &registry, position);
    let wanted = fold(&asked);
    if wanted.is_empty() {
        return Ok(see_other(&visit.link(&format!("/{}", producer.code))));
    }
    let named =
        |product: &&ProductSummary| fold(&product.name.vi) == wanted || product.name.en.as_deref().is_some_and(|en| fold(en) == wanted);
    let matching: Vec<&ProductSummary> = producer.products.iter().flatten().filter(named).collect();
    if let [one] = matching.as_slice() {
        return Ok(see_other(&visit.link(&format!("/{}", one.code))));
    }
    let kind = if matching.is_empty() { Kind::NotCertified } else { Kind::Ambiguous };
    let below = html! { p.term { (visit.say("Chủ thể: ", "Producer: ")) (vi(visit.language, &producer.name)) } };
    let main = html! {
        (panel(&visit, kind, None, &vi(visit.language, &asked), &below))
        @if kind == Kind::NotCertified {
            div.note.no { p { (visit.say(
                "Sổ đăng ký biết chủ thể này, nhưng không có sản phẩm nào mang đúng tên đã nhập. Công nhận của sản phẩm khác không áp dụng cho sản phẩm này.",
                "The registry knows this producer, but no product of exactly this name. What other products were awarded does not hold for this one.",
            )) } }
        } @else {
            (summaries(&visit, &matching.into_iter().cloned().collect::<Vec<_>>()))
        }
        (lists(&visit, &producer))
        (unlisted(&visit, &producer.code, &asked))
    };
    let title = kind.headline(&visit, None);
    Ok(send(&registry, &request, &visit, framed(&visit, &Head { title: &title, ..Head::default() }, main), Keep::Outside, None))
}

fn nature(visit: &Visit) -> Markup {
    html! {
        p.lead { (visit.say(
            "Công nhận OCOP cấp cho từng sản phẩm, không cấp cho chủ thể. Hãy xem đúng sản phẩm:",
            "OCOP certifies single products, not producers. Look at the very product:",
        )) }
    }
}

fn facts(visit: &Visit, producer: &Producer) -> Markup {
    html! {
        dl {
            dt { (visit.say("Loại hình", "Legal form")) } dd { (words::form(visit.language, producer.form)) }
            dt { (visit.say("Địa bàn", "Where")) } dd { (item::place(visit, &producer.place)) }
            dt { (visit.say("Mã đăng ký", "Registry code")) } dd { code { (producer.code) } }
        }
    }
}

fn lists(visit: &Visit, producer: &Producer) -> Markup {
    let (certified, others): (Vec<_>, Vec<_>) =
        producer.products.iter().flatten().cloned().partition(|product| product.outcome == Outcome::Certified);
    html! {
        section aria-labelledby="certified" {
            h2 #certified { (visit.say(format!("Sản phẩm được công nhận {}", visit.when()), format!("Products certified {}", visit.when()))) }
            @if certified.is_empty() { p { (visit.say("Không có sản phẩm nào.", "There are none.")) } }
            (summaries(visit, &certified))
        }
        @if !others.is_empty() {
            section aria-labelledby="rest" {
                h2 #rest { (visit.say(format!("Sản phẩm khác, không được công nhận {}", visit.when()), format!("Other products, not certified {}", visit.when()))) }
                (summaries(visit, &others))
            }
        }
        p { a href=(visit.link(&format!("/search?producer={}", producer.code))) { (visit.say("Lọc và xem tất cả", "Filter and see all")) } }
    }
}

fn unlisted(visit: &Visit, code: &str, asked: &str) -> Markup {
    html! {
        form.ask action=(format!("/{code}/check")) method="get" {
            (visit.field())
            label for="product" { (visit.say("Không thấy? Nhập tên sản phẩm ghi trên nhãn", "Not there? Type the name on the label")) }
            div.row {
                input #product name="product" value=(asked) maxlength="200" autocomplete="off" required;
                button type="submit" { (visit.say("Kiểm tra", "Check")) }
            }
        }
    }
}
