//! `/v1/decisions`.

use super::{Registry, Told};
use crate::domain::code::Noun;
use crate::http::asked::{self, coded};
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::decision::{PRODUCTS_ORDER, decision, decisions};
use crate::read::view::decision::Decision;
use crate::read::view::fields::members;
use crate::read::view::page::{Page, Single};
use crate::read::view::product::Product;
use actix_web::{HttpRequest, get, web::Path};
use std::sync::LazyLock;

static MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<Decision>);
static PRODUCT_MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<Product>);

/// Decisions that recognised products, withdrew, annulled or extended.
#[utoipa::path(
    operation_id = "listDecisions", tag = "decisions",
    params(
        ("issuer" = Option<String>, Query, description = "Key of the authority that signed: that of the unit, or of the ministry.", example = "VN63-38"),
        ("number" = Option<String>, Query, description = "Number as printed, in any case.", example = "2942/QĐ-UBND"),
        ("kind" = Option<String>, Query, description = "`recognition`, `withdrawal`, `annulment` or `extension`."),
        ("year" = Option<i64>, Query, description = "Year of signing.", example = 2021),
        ("fields" = Option<String>, Query, description = "Members wanted of each item, with commas between."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it."),
        ("before" = Option<String>, Query, description = "Cursor: items before it."),
    ),
    responses((status = 200, description = "A page of decisions.", body = Page<Decision>)),
)]
#[get("/v1/decisions")]
pub(super) async fn list(request: HttpRequest, registry: Registry) -> Told {
    let today = registry.today(&request);
    let mut params = Params::of(request.query_string());
    let (filter, page) = asked::decisions(&mut params);
    let fields = params.fields(&MEMBERS);
    params.finish()?;
    let answer = registry.reader.ask(move |snapshot| decisions(snapshot, &filter, &page, today, fields.as_deref())).await?;
    Ok(registry.reply(&request, answer, Keep::Shared, &[]))
}

/// One decision.
#[utoipa::path(
    operation_id = "getDecision", tag = "decisions",
    params(
        ("code" = String, Path, description = "Registry code.", example = "D0000010"),
        ("fields" = Option<String>, Query, description = "Members wanted, with commas between."),
    ),
    responses((status = 200, description = "The decision.", body = Single<Decision>)),
)]
#[get("/v1/decisions/{code}")]
pub(super) async fn one(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let id = coded(&code, Noun::Decision)?;
    let mut params = Params::of(request.query_string());
    let fields = params.fields(&MEMBERS);
    params.finish()?;
    let answer = decision(&registry.reader, id, registry.today(&request), fields).await?;
    Ok(registry.reply(&request, answer, Keep::Shared, &registry.links_of(Noun::Decision, id)))
}

/// The products that a decision recognised, as far as the registry knows; of a decision that withdraws,
/// annuls or extends those that it acted on, with their certificates, whose `acts` tell what it did.
#[utoipa::path(
    operation_id = "listDecisionProducts", tag = "decisions",
    params(
        ("code" = String, Path, description = "Registry code of the decision.", example = "D0000010"),
        ("on" = Option<chrono::NaiveDate>, Query, description = "The day that statuses are about; today when left out."),
        ("fields" = Option<String>, Query, description = "Members wanted of each item, with commas between."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it."),
        ("before" = Option<String>, Query, description = "Cursor: items before it."),
    ),
    responses((status = 200, description = "A page of products.", body = Page<Product>)),
)]
#[get("/v1/decisions/{code}/products")]
pub(super) async fn products(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let id = coded(&code, Noun::Decision)?;
    let mut params = Params::of(request.query_string());
    let on = params.day("on").unwrap_or_else(|| registry.today(&request));
    let fields = params.fields(&PRODUCT_MEMBERS);
    let page = params.page(PRODUCTS_ORDER);
    params.finish()?;
    let answer = registry.reader.ask(move |snapshot| crate::read::decision::products(snapshot, id, &page, on, fields.as_deref())).await?;
    Ok(registry.reply(&request, answer, Keep::Shared, &[]))
}
