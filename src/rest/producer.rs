//! `/v1/producers`.

use super::{Registry, Told};
use crate::domain::code::Noun;
use crate::http::asked::{self, coded};
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::producer::{producer, producers};
use crate::read::view::fields::members;
use crate::read::view::merged::Moved;
use crate::read::view::page::{Page, Single};
use crate::read::view::producer::Producer;
use actix_web::{HttpRequest, get, web::Path};
use std::sync::LazyLock;

static MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<Producer>);

/// Producers of the programme.
#[utoipa::path(
    operation_id = "listProducers", tag = "producers",
    params(
        ("name" = Option<String>, Query, description = "Beginning of the name, in any case and with or without diacritics.", example = "htx"),
        ("province" = Option<String>, Query, description = "Province of today, by key or name; a province of before July 2025 means the one it became part of."),
        ("form" = Option<String>, Query, description = "Legal forms, with commas between.", example = "cooperative"),
        ("fields" = Option<String>, Query, description = "Members wanted of each item, with commas between."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it."),
        ("before" = Option<String>, Query, description = "Cursor: items before it."),
    ),
    responses((status = 200, description = "A page of producers.", body = Page<Producer>)),
)]
#[get("/v1/producers")]
pub(super) async fn list(request: HttpRequest, registry: Registry) -> Told {
    let today = registry.today(&request);
    let mut params = Params::of(request.query_string());
    let (filter, page) = asked::producers(&mut params);
    let fields = params.fields(&MEMBERS);
    params.finish()?;
    let answer = registry.reader.ask(move |snapshot| producers(snapshot, &filter, &page, today, fields.as_deref())).await?;
    Ok(registry.reply(&request, answer, Keep::Shared, &[]))
}

/// One producer with its identifiers and products.
#[utoipa::path(
    operation_id = "getProducer", tag = "producers",
    params(
        ("code" = String, Path, description = "Registry code.", example = "M000007J"),
        ("on" = Option<chrono::NaiveDate>, Query, description = "The day that the products' answers are about; today when left out."),
        ("fields" = Option<String>, Query, description = "Members wanted, with commas between."),
    ),
    responses(
        (status = 200, description = "The producer.", body = Single<Producer>),
        (
            status = 308, description = "It was found to be another one, which lives on under the code in `Location`.",
            body = Single<Moved>, headers(("Location" = String, description = "The same address with that code."))
        ),
    ),
)]
#[get("/v1/producers/{code}")]
pub(super) async fn one(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let id = coded(&code, Noun::Producer)?;
    let mut params = Params::of(request.query_string());
    let on = params.day("on").unwrap_or_else(|| registry.today(&request));
    let fields = params.fields(&MEMBERS);
    params.finish()?;
    let answer = producer(&registry.reader, id, on, fields).await?;
    Ok(registry.reply(&request, answer, Keep::Shared, &registry.links_of(Noun::Producer, id)))
}
