//! The quality of the data that the council looks after.

use super::{Registry, Told, area};
use crate::auth::Actor;
use crate::domain::quality::{DecisionGap, ProductGap};
use crate::http::asked::words;
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::quality;
use crate::read::view::decision::Decision;
use crate::read::view::fields::members;
use crate::read::view::page::Page;
use crate::read::view::product::Product;
use crate::read::view::quality::Quality;
use actix_web::{HttpRequest, get};
use std::sync::LazyLock;

static PRODUCT_MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<Product>);
static DECISION_MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<Decision>);

/// What is missing or weak among what the council looks after: barcodes, signed documents, entries in time.
#[utoipa::path(
    operation_id = "getQuality", tag = "oversight",
    responses((status = 200, description = "A count for each gap.", body = Quality)),
)]
#[get("/council/v1/quality")]
pub(super) async fn counts(actor: Actor, request: HttpRequest, registry: Registry) -> Told {
    let today = registry.today(&request);
    Params::of(request.query_string()).finish()?;
    let answer = registry.reader.ask(move |snapshot| quality::quality(snapshot, &area(&actor), today)).await?;
    Ok(registry.reply(&request, answer, Keep::No, &[]))
}

/// The products with one gap, by number.
#[utoipa::path(
    operation_id = "listQualityProducts", tag = "oversight",
    params(
        ("gap" = Option<String>, Query, description = "`missing_gtin` (certified today, no barcode known) or `portal_or_press` (a certificate known from a portal or the press only); `missing_gtin` when left out."),
        ("fields" = Option<String>, Query, description = "Members wanted of each item, with commas between."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it."),
        ("before" = Option<String>, Query, description = "Cursor: items before it."),
    ),
    responses((status = 200, description = "A page of products.", body = Page<Product>)),
)]
#[get("/council/v1/quality/products")]
pub(super) async fn products(actor: Actor, request: HttpRequest, registry: Registry) -> Told {
    let today = registry.today(&request);
    let mut params = Params::of(request.query_string());
    let gap = params.word("gap", &words(ProductGap::ALL, ProductGap::as_str)).unwrap_or(ProductGap::MissingGtin);
    let fields = params.fields(&PRODUCT_MEMBERS);
    let page = params.page(quality::PRODUCTS_ORDER);
    params.finish()?;
    let area = area(&actor);
    let answer = registry.reader.ask(move |snapshot| quality::products(snapshot, &area, gap, &page, today, fields.as_deref())).await?;
    Ok(registry.reply(&request, answer, Keep::No, &[]))
}

/// The decisions with one gap, by number: those that the council's authorities signed, before the mergers too.
#[utoipa::path(
    operation_id = "listQualityDecisions", tag = "oversight",
    params(
        ("gap" = Option<String>, Query, description = "`missing_document` (no hash of the signed document) or `late_entry` (entered more than 7 days after signing); `missing_document` when left out."),
        ("fields" = Option<String>, Query, description = "Members wanted of each item, with commas between."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it."),
        ("before" = Option<String>, Query, description = "Cursor: items before it."),
    ),
    responses((status = 200, description = "A page of decisions.", body = Page<Decision>)),
)]
#[get("/council/v1/quality/decisions")]
pub(super) async fn decisions(actor: Actor, request: HttpRequest, registry: Registry) -> Told {
    let today = registry.today(&request);
    let mut params = Params::of(request.query_string());
    let gap = params.word("gap", &words(DecisionGap::ALL, DecisionGap::as_str)).unwrap_or(DecisionGap::MissingDocument);
    let fields = params.fields(&DECISION_MEMBERS);
    let page = params.page(quality::DECISIONS_ORDER);
    params.finish()?;
    let area = area(&actor);
    let answer = registry.reader.ask(move |snapshot| quality::decisions(snapshot, &area, gap, &page, today, fields.as_deref())).await?;
    Ok(registry.reply(&request, answer, Keep::No, &[]))
}
