//! `/v1/…/{code}/history`: what happened to something, step by step.

use super::{Registry, Told};
use crate::domain::code::Noun;
use crate::http::asked::coded;
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::history::{ORDER, steps};
use crate::read::view::fields::members;
use crate::read::view::history::HistoryStep;
use crate::read::view::merged::Moved;
use crate::read::view::page::{Page, Single};
use actix_web::{HttpRequest, get, web::Path};
use std::sync::LazyLock;

static MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<HistoryStep>);

async fn history(noun: Noun, request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let id = coded(&code, noun)?;
    let today = registry.today(&request);
    let mut params = Params::of(request.query_string());
    let fields = params.fields(&MEMBERS);
    let page = params.page(ORDER);
    params.finish()?;
    let answer = registry.reader.ask(move |snapshot| steps(snapshot, noun, id, &page, today, fields.as_deref())).await?;
    Ok(registry.reply(&request, answer, Keep::Shared, &[]))
}

/// What happened to a product, newest first: its recognitions and what became of them, names, barcodes,
/// post-checks, corrections; also of products that were found to be this one.
#[utoipa::path(
    operation_id = "getProductHistory", tag = "products",
    params(
        ("code" = String, Path, description = "Registry code.", example = "P00000BY"),
        ("fields" = Option<String>, Query, description = "Members wanted of each step, with commas between."),
        ("first" = Option<i64>, Query, description = "Steps at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: steps after it, which are older."),
        ("before" = Option<String>, Query, description = "Cursor: steps before it, which are newer."),
    ),
    responses(
        (status = 200, description = "A page of steps.", body = Page<HistoryStep>),
        (
            status = 308, description = "It was found to be another one, which lives on under the code in `Location`.",
            body = Single<Moved>, headers(("Location" = String, description = "The same address with that code."))
        ),
    ),
)]
#[get("/v1/products/{code}/history")]
pub(super) async fn of_product(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    history(Noun::Product, request, registry, code).await
}

/// What happened to a producer, newest first: names, identifiers, corrections, merges.
#[utoipa::path(
    operation_id = "getProducerHistory", tag = "producers",
    params(
        ("code" = String, Path, description = "Registry code.", example = "M000007J"),
        ("fields" = Option<String>, Query, description = "Members wanted of each step, with commas between."),
        ("first" = Option<i64>, Query, description = "Steps at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: steps after it, which are older."),
        ("before" = Option<String>, Query, description = "Cursor: steps before it, which are newer."),
    ),
    responses(
        (status = 200, description = "A page of steps.", body = Page<HistoryStep>),
        (
            status = 308, description = "It was found to be another one, which lives on under the code in `Location`.",
            body = Single<Moved>, headers(("Location" = String, description = "The same address with that code."))
        ),
    ),
)]
#[get("/v1/producers/{code}/history")]
pub(super) async fn of_producer(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    history(Noun::Producer, request, registry, code).await
}

/// What happened to a certificate, newest first: recognition, extension, withdrawal, annulment, corrections,
/// and what became of its decision.
#[utoipa::path(
    operation_id = "getCertificateHistory", tag = "certificates",
    params(
        ("code" = String, Path, description = "Registry code.", example = "C00000BV"),
        ("fields" = Option<String>, Query, description = "Members wanted of each step, with commas between."),
        ("first" = Option<i64>, Query, description = "Steps at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: steps after it, which are older."),
        ("before" = Option<String>, Query, description = "Cursor: steps before it, which are newer."),
    ),
    responses(
        (status = 200, description = "A page of steps.", body = Page<HistoryStep>),
        (
            status = 308, description = "It was found to be another one, which lives on under the code in `Location`.",
            body = Single<Moved>, headers(("Location" = String, description = "The same address with that code."))
        ),
    ),
)]
#[get("/v1/certificates/{code}/history")]
pub(super) async fn of_certificate(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    history(Noun::Certificate, request, registry, code).await
}

/// What happened to a decision, newest first: its registration, its document, corrections, its annulment.
#[utoipa::path(
    operation_id = "getDecisionHistory", tag = "decisions",
    params(
        ("code" = String, Path, description = "Registry code.", example = "D0000010"),
        ("fields" = Option<String>, Query, description = "Members wanted of each step, with commas between."),
        ("first" = Option<i64>, Query, description = "Steps at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: steps after it, which are older."),
        ("before" = Option<String>, Query, description = "Cursor: steps before it, which are newer."),
    ),
    responses((status = 200, description = "A page of steps.", body = Page<HistoryStep>)),
)]
#[get("/v1/decisions/{code}/history")]
pub(super) async fn of_decision(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    history(Noun::Decision, request, registry, code).await
}
