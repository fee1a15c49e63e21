//! The OpenAPI 3.1 document: what the routes say of themselves, the problems that every operation
//! may answer with, and examples taken from real answers.

use crate::error::Code;
use crate::http;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;

/// Head of the document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "OCOP registry",
        description = "Public registry of certified OCOP products of Vietnam (Mỗi xã một sản phẩm, One Commune One Product).\n\nIs this product certified today, with how many stars, by which decision, until when? No account is needed. Every answer states the ledger position (`dataVersion`) and the civil day in Vietnam (`asOf`) it belongs to, may be kept until `max-age`, and is confirmed cheaply with `If-None-Match`.",
        license(name = "MIT", identifier = "MIT"),
        contact(name = "The registry's operator", url = "https://github.com/ocop-registry/ocop-registry"),
    ),
    tags(
        (name = "verification", description = "Is this certified on that day?"),
        (name = "products", description = "Products and their certificates."),
        (name = "producers", description = "Who makes them."),
        (name = "decisions", description = "Decisions that recognise, withdraw, annul, extend."),
        (name = "certificates", description = "Single recognitions."),
        (name = "places", description = "Administrative units, then and now."),
        (name = "reference", description = "Lists of the law."),
        (name = "statistics", description = "Counts."),
        (name = "changes", description = "What changed, in order."),
        (name = "exports", description = "Whole tables as streams."),
        (name = "status", description = "Health, metrics, problems."),
    ),
)]
struct Head;

/// The head, to which the routes add themselves.
pub fn head() -> Document {
    Head::openapi()
}

/// Real answers on the sample data, by operation; a test keeps them so.
const EXAMPLES: &str = include_str!("examples.json");

/// Problems that an operation may answer with, besides what only some can.
const EVERYWHERE: [Code; 5] = [Code::InvalidValue, Code::NotAcceptable, Code::RateLimited, Code::Internal, Code::Unavailable];
const WITH_PATH: [Code; 1] = [Code::NotFound];
const WITH_BODY: [Code; 3] = [Code::PayloadTooLarge, Code::UnsupportedMediaType, Code::TooManyIdentifiers];
/// Addresses for operators, which take no parameters and are read as they are.
const STATUS: [Code; 3] = [Code::RateLimited, Code::Internal, Code::Unavailable];

/// Completes the document that the routes made.
pub fn complete(mut document: Document) -> Document {
    document.security = Some(vec![utoipa::openapi::security::SecurityRequirement::default()]);
    http::document::complete(document, EXAMPLES, |path, operation| {
        let status = operation.tags.as_ref().is_some_and(|tags| tags.iter().any(|tag| tag == "status"));
        let codes = if status { STATUS.to_vec() } else { EVERYWHERE.to_vec() };
        let with_path = WITH_PATH.into_iter().filter(|_| path.contains('{'));
        let with_body = WITH_BODY.into_iter().filter(|_| operation.request_body.is_some());
        codes.into_iter().chain(with_path).chain(with_body).collect()
    })
}
