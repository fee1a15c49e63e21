//! What operators and machines ask of the council side; no token is needed.

use super::Told;
use crate::auth::Verifier;
use crate::http::problem::no_such_path;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};

/// Whether the process runs.
#[utoipa::path(operation_id = "healthz", tag = "status", security(()), responses((status = 200, description = "It does.", body = String, content_type = "text/plain", example = json!("ok"))))]
#[get("/healthz")]
pub(super) async fn healthz() -> HttpResponse {
    plain("ok\n")
}

/// The public keys that tokens are checked with (RFC 7517), when the registry keeps them in a file.
#[utoipa::path(operation_id = "jwks", tag = "status", security(()), responses(
    (status = 200, description = "The set.", body = Object, content_type = "application/jwk-set+json"),
    (status = 404, description = "The keys are an identity provider's, who publishes them."),
))]
#[get("/.well-known/jwks.json")]
pub(super) async fn jwks(verifier: Data<Verifier>) -> Told {
    let set = verifier.keys.published().await.ok_or_else(no_such_path)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/jwk-set+json"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=60"))
        .body(set.to_string()))
}

/// Leads people to the documentation.
#[utoipa::path(operation_id = "root", tag = "status", security(()), responses((status = 200, description = "Where to go.", body = String, content_type = "text/plain")))]
#[get("/")]
pub(super) async fn root() -> HttpResponse {
    plain(
        "Sổ đăng ký sản phẩm OCOP: phía hội đồng / Registry of certified OCOP products: council side\n\nTài liệu / documentation: /docs/\nOpenAPI: /openapi.json\n",
    )
}

fn plain(text: &'static str) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8")).body(text)
}
