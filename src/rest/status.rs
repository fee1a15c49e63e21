//! What operators and machines ask besides the data: health, metrics, problems, catalogue.

use super::{Registry, Told};
use crate::error::Code;
use crate::http::problem::no_such_path;
use crate::read::ReadError;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web::Path};
use serde_json::json;

/// Whether the process runs.
#[utoipa::path(operation_id = "healthz", tag = "status", responses((status = 200, description = "It does.", body = String, content_type = "text/plain", example = json!("ok"))))]
#[get("/healthz")]
pub(super) async fn healthz() -> HttpResponse {
    plain("ok\n")
}

/// Whether the database answers, and the ledger position it is at.
#[utoipa::path(operation_id = "readyz", tag = "status", responses((status = 200, description = "It does.", body = String, content_type = "text/plain", example = json!("ready at ledger position 3118"))))]
#[get("/readyz")]
pub(super) async fn readyz(registry: Registry) -> Told {
    let position = registry.reader.refresh().await.map_err(ReadError::from)?;
    Ok(plain(format!("ready at ledger position {position}\n")))
}

/// Counters in Prometheus' text format.
#[utoipa::path(operation_id = "metrics", tag = "status", responses((status = 200, description = "The counters.", body = String, content_type = "text/plain")))]
#[get("/metrics")]
pub(super) async fn metrics(registry: Registry) -> HttpResponse {
    let cache = &registry.reader.cache;
    let text = registry.metrics.text(registry.reader.position(), cache.weight(), cache.len());
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(text)
}

fn plain(text: impl Into<String>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(text.into())
}

/// Every kind of problem, as a page.
#[utoipa::path(operation_id = "listProblems", tag = "status", responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
#[get("/problems")]
pub(super) async fn problems(request: HttpRequest, registry: Registry) -> HttpResponse {
    registry.tell_kind(None, &request)
}

/// One kind of problem, as a page: what the `type` of a problem leads to.
#[utoipa::path(
    operation_id = "getProblem", tag = "status",
    params(("code" = String, Path, description = "The problem's code.", example = "checksum-failed")),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")),
)]
#[get("/problems/{code}")]
pub(super) async fn problem(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let code = Code::ALL.iter().find(|known| known.as_str() == code.as_str()).ok_or_else(no_such_path)?;
    Ok(registry.tell_kind(Some(*code), &request))
}

/// The interfaces that are offered here (RFC 9727).
#[utoipa::path(operation_id = "apiCatalog", tag = "status", responses((status = 200, description = "The catalogue.", body = Object, content_type = "application/linkset+json")))]
#[get("/.well-known/api-catalog")]
pub(super) async fn catalog(registry: Registry) -> HttpResponse {
    let base = &registry.base_url;
    let set = json!({"linkset": [{
        "anchor": format!("{base}/v1/"),
        "service-desc": [{"href": format!("{base}/openapi.json"), "type": "application/json"}],
        "service-doc": [{"href": format!("{base}/docs/"), "type": "text/html"}],
        "status": [{"href": format!("{base}/readyz"), "type": "text/plain"}],
        "license": [{"href": registry.licence}],
    }]});
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\""))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(set.to_string())
}
