//! `/v1/decisions`.

use super::product::words;
use super::{Registry, Told, coded};
use crate::domain::authority::authority;
use crate::domain::code::Noun;
use crate::domain::decision_number;
use crate::domain::record::DecisionKind;
use crate::error::{Code, Problem, say};
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::decision::{DecisionFilter, ORDER, PRODUCTS_ORDER, decision, decisions};
use crate::read::view::decision::Decision;
use crate::read::view::fields::members;
use crate::read::view::page::{Page, Single};
use crate::read::view::product::Product;
use actix_web::{HttpRequest, get, web::Path};
use std::sync::LazyLock;

static MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<Decision>);
static PRODUCT_MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<Product>);

/// Reads the key of an authority.
pub(super) fn issuer(value: &str) -> Result<String, Problem> {
    match authority(value) {
        Some(known) => Ok(known.key.clone()),
        None => Err(Problem::parameter(
            "issuer",
            Code::InvalidValue,
            say(
                format!("\"{value}\" không phải khóa cơ quan ban hành, như VN63-38 (UBND tỉnh Thanh Hóa) hay VN-MARD."),
                format!("\"{value}\" is no key of an authority, such as VN63-38 (People's Committee of Thanh Hóa) or VN-MARD."),
            ),
        )),
    }
}

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
    let filter = DecisionFilter {
        issuer: params.read("issuer", issuer),
        number_key: params.read("number", |number| {
            decision_number::key(number).ok_or_else(|| {
                let detail = say(format!("\"{number}\" không phải số quyết định."), format!("\"{number}\" is no number of a decision."));
                Problem::parameter("number", Code::InvalidValue, detail)
            })
        }),
        kind: params.word("kind", &words(DecisionKind::ALL, DecisionKind::as_str)).map(|kind| kind.as_str().to_owned()),
        year: params.number("year", 2018, 2999).and_then(|year| i32::try_from(year).ok()),
    };
    let fields = params.fields(&MEMBERS);
    let page = params.page(ORDER);
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
    let canonical = format!("{}/v1/decisions/{}", registry.base_url, crate::domain::code::code_of(Noun::Decision, id));
    Ok(registry.reply(&request, answer, Keep::Shared, &[(&canonical, "canonical")]))
}

/// The products that a decision recognised, as far as the registry knows.
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
