//! The OpenAPI 3.1 document of the council side: what the routes say of themselves, and the problems
//! that every operation may answer with.

use crate::error::Code;
use crate::http;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};

/// Head of the document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "OCOP registry, council side",
        description = "Where the councils write: the OCOP agency of a province, the ministry, communes. On a listener of its own, never reachable through the public one.\n\nEvery request under `/council/v1` carries a token (RFC 6750) that names the holder, the council with its unit, and roles: `clerk` prepares, `approver` publishes, `auditor` reads. A province sees and changes what lies in its unit and in the units merged into it. Answers are never kept by caches.",
        license(name = "MIT", identifier = "MIT"),
        contact(name = "The registry's operator", url = "https://github.com/ocop-registry/ocop-registry"),
    ),
    tags(
        (name = "identity", description = "Who is acting."),
        (name = "status", description = "Health and keys."),
    ),
)]
struct Head;

/// The head, to which the routes add themselves.
pub fn head() -> Document {
    Head::openapi()
}

/// Problems of every address; those of operators need no token and take no parameters.
const STATUS: [Code; 3] = [Code::RateLimited, Code::Internal, Code::Unavailable];
const WITH_TOKEN: [Code; 4] = [Code::InvalidValue, Code::InvalidToken, Code::Forbidden, Code::NotAcceptable];
const WITH_PATH: [Code; 1] = [Code::NotFound];
const WITH_BODY: [Code; 2] = [Code::PayloadTooLarge, Code::UnsupportedMediaType];

/// Name of the way to prove who one is.
const BEARER: &str = "bearer";

/// Completes the document that the routes made.
pub fn complete(mut document: Document) -> Document {
    let scheme = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("A JWT access token (RFC 9068) signed with EdDSA, ES256 or RS256; claims `council`, `unit`, `roles`."))
        .build();
    document.components.get_or_insert_default().add_security_scheme(BEARER, SecurityScheme::Http(scheme));
    document.security = Some(vec![SecurityRequirement::new(BEARER, Vec::<String>::new())]);
    http::document::complete(document, "{}", |path, operation| {
        let open = |operation: &Operation| operation.tags.as_ref().is_some_and(|tags| tags.iter().any(|tag| tag == "status"));
        let with_token = WITH_TOKEN.into_iter().filter(|_| !open(operation));
        let with_path = WITH_PATH.into_iter().filter(|_| path.contains('{'));
        let with_body = WITH_BODY.into_iter().filter(|_| operation.request_body.is_some());
        STATUS.into_iter().chain(with_token).chain(with_path).chain(with_body).collect()
    })
}
