//! `/v1/places`.

use super::{Registry, Told};
use crate::http::asked;
use crate::http::params::Params;
use crate::http::reply::{Keep, Link};
use crate::read::place::{place, places};
use crate::read::view::fields::members;
use crate::read::view::page::{Page, Single};
use crate::read::view::place::Place;
use actix_web::{HttpRequest, get, web::Path};
use std::sync::LazyLock;

static MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<Place>);

/// Administrative units of today and of the division before July 2025, with successors.
#[utoipa::path(
    operation_id = "listPlaces", tag = "places",
    params(
        ("q" = Option<String>, Query, description = "Words of the name, with or without diacritics; best first.", example = "bac giang"),
        ("level" = Option<String>, Query, description = "`province`, `district` or `commune`."),
        ("within" = Option<String>, Query, description = "Key or unambiguous name of a unit around it.", example = "VN63-24"),
        ("code" = Option<String>, Query, description = "Code of the statistics office. Codes were re-used, so give `on` as well.", example = "24"),
        ("on" = Option<chrono::NaiveDate>, Query, description = "Only units that existed on this day.", example = "2025-06-30"),
        ("fields" = Option<String>, Query, description = "Members wanted of each item, with commas between."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it."),
        ("before" = Option<String>, Query, description = "Cursor: items before it."),
    ),
    responses((status = 200, description = "A page of places.", body = Page<Place>)),
)]
#[get("/v1/places")]
pub(super) async fn list(request: HttpRequest, registry: Registry) -> Told {
    let mut params = Params::of(request.query_string());
    let (filter, page) = asked::places(&mut params);
    let fields = params.fields(&MEMBERS);
    params.finish()?;
    let answer = places(&filter, &page, registry.reader.position(), registry.today(&request), fields.as_deref())?;
    Ok(registry.reply(&request, answer, Keep::Shared, &[]))
}

/// One place.
#[utoipa::path(
    operation_id = "getPlace", tag = "places",
    params(
        ("key" = String, Path, description = "Stable key.", example = "VN63-24"),
        ("fields" = Option<String>, Query, description = "Members wanted, with commas between."),
    ),
    responses((status = 200, description = "The place.", body = Single<Place>)),
)]
#[get("/v1/places/{key}")]
pub(super) async fn one(request: HttpRequest, registry: Registry, key: Path<String>) -> Told {
    let mut params = Params::of(request.query_string());
    let fields = params.fields(&MEMBERS);
    params.finish()?;
    let answer = place(&key, registry.reader.position(), registry.today(&request), fields.as_deref())?;
    let canonical = format!("{}/v1/places/{key}", registry.base_url);
    Ok(registry.reply(&request, answer, Keep::Shared, &[Link::canonical(canonical)]))
}
