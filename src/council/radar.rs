//! The renewal radar of the council.

use super::{Registry, Told, area};
use crate::auth::Actor;
use crate::domain::renewal::{Bucket, LOOK_BACK};
use crate::http::asked::words;
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::product::products;
use crate::read::radar;
use crate::read::view::fields::members;
use crate::read::view::page::Page;
use crate::read::view::product::Product;
use crate::read::view::radar::Radar;
use actix_web::{HttpRequest, get};
use std::sync::LazyLock;

static MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<Product>);

fn look_back(params: &mut Params) -> i64 {
    params.number("expiredWithin", 1, 3_650).unwrap_or(LOOK_BACK)
}

/// What runs out soon among what the council looks after, and what ran out and was not renewed.
#[utoipa::path(
    operation_id = "getRadar", tag = "oversight",
    params(("expiredWithin" = Option<i64>, Query, description = "Days back in which a term ended, 1-3650; 365 when left out.")),
    responses((status = 200, description = "A count for each bucket.", body = Radar)),
)]
#[get("/council/v1/radar")]
pub(super) async fn counts(actor: Actor, request: HttpRequest, registry: Registry) -> Told {
    let today = registry.today(&request);
    let mut params = Params::of(request.query_string());
    let look_back = look_back(&mut params);
    params.finish()?;
    let place = area(&actor).place;
    let answer = registry.reader.ask(move |snapshot| radar::radar(snapshot, place.as_ref(), today, look_back)).await?;
    Ok(registry.reply(&request, answer, Keep::No, &[]))
}

/// The products of one bucket of the radar: what ends soonest first, of the expired ones the latest.
#[utoipa::path(
    operation_id = "listRadarProducts", tag = "oversight",
    params(
        ("bucket" = Option<String>, Query, description = "`within_30`, `within_90`, `within_120`, `within_180` or `expired`; `within_180` when left out."),
        ("expiredWithin" = Option<i64>, Query, description = "Days back in which a term ended, 1-3650; 365 when left out."),
        ("fields" = Option<String>, Query, description = "Members wanted of each item, with commas between."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it."),
        ("before" = Option<String>, Query, description = "Cursor: items before it."),
    ),
    responses((status = 200, description = "A page of products.", body = Page<Product>)),
)]
#[get("/council/v1/radar/products")]
pub(super) async fn list(actor: Actor, request: HttpRequest, registry: Registry) -> Told {
    let today = registry.today(&request);
    let mut params = Params::of(request.query_string());
    let bucket = params.word("bucket", &words(Bucket::ALL, Bucket::as_str)).unwrap_or(Bucket::Within180);
    let look_back = look_back(&mut params);
    let fields = params.fields(&MEMBERS);
    let page = params.page(&radar::order(bucket));
    params.finish()?;
    let ask = radar::list(bucket, area(&actor).place.as_ref(), today, look_back, page, fields);
    let answer = registry.reader.ask(move |snapshot| products(snapshot, &ask)).await?;
    Ok(registry.reply(&request, answer, Keep::No, &[]))
}
