//! The OpenAPI 3.1 document of the council side: what the routes say of themselves, and the problems
//! that every operation may answer with.

use crate::error::Code;
use crate::http;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, RefOr, Required};

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
        (name = "producers", description = "Producers: entered, corrected, merged."),
        (name = "products", description = "Products: entered, corrected, merged; their names and barcodes."),
        (name = "drafts", description = "Decisions before they are published, and their publishing."),
        (name = "decisions", description = "Published decisions, and documents for those known from elsewhere."),
        (name = "post-checks", description = "Post-checks (hậu kiểm), planned and carried out."),
        (name = "imports", description = "Provincial workbooks: handed in, imported as jobs, reported row by row."),
        (name = "exports", description = "The council's own products as files."),
        (name = "oversight", description = "What runs out, what is missing, who did what."),
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
/// Of commands, which need a key when they are POSTs and a tag when they change something.
const WITH_KEY: [Code; 3] = [Code::KeyMissing, Code::KeyInFlight, Code::KeyReused];
const WITH_TAG: [Code; 2] = [Code::PreconditionFailed, Code::PreconditionRequired];
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
    for (path, item) in &mut document.paths.paths {
        if let Some(post) = &mut item.post {
            parameters(post, true, path.contains('{'));
        }
        for change in [&mut item.put, &mut item.delete].into_iter().flatten() {
            parameters(change, false, true);
        }
    }
    http::document::complete(document, "{}", |path, operation| {
        let open = |operation: &Operation| operation.tags.as_ref().is_some_and(|tags| tags.iter().any(|tag| tag == "status"));
        let takes = |name: &str| {
            operation.parameters.iter().flatten().any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.name == name))
        };
        let with_token = WITH_TOKEN.into_iter().filter(|_| !open(operation));
        let with_path = WITH_PATH.into_iter().filter(|_| path.contains('{'));
        let with_body = WITH_BODY.into_iter().filter(|_| operation.request_body.is_some());
        let with_key = WITH_KEY.into_iter().filter(|_| takes(KEY));
        let with_tag = WITH_TAG.into_iter().filter(|_| takes(TAG));
        STATUS.into_iter().chain(with_token).chain(with_path).chain(with_body).chain(with_key).chain(with_tag).collect()
    })
}

const KEY: &str = "Idempotency-Key";
const TAG: &str = "If-Match";

/// What every command takes besides its own: a key, a tag, and whether it is only tried.
fn parameters(command: &mut Operation, key_required: bool, tag: bool) {
    let text = |kind| RefOr::T(Schema::Object(ObjectBuilder::new().schema_type(kind).build()));
    let required = |required| if required { Required::True } else { Required::False };
    let mut add = |name: &str, place, needed, kind, description: &str| {
        let parameter = ParameterBuilder::new().name(name).parameter_in(place).required(required(needed)).schema(Some(text(kind)));
        command.parameters.get_or_insert_default().push(RefOr::T(parameter.description(Some(description)).build()));
    };
    // Of a dry run nothing is created, so it answers as if something had only been changed.
    if let Some(created) = command.responses.responses.get("201").cloned() {
        command.responses.responses.entry("200".into()).or_insert(created);
    }
    add("dryRun", ParameterIn::Query, false, Type::Boolean, "Show what would happen, and write nothing; no key is needed then.");
    let about = "A key of your own, such as a UUID: the same command sent again with it answers the same, with `Idempotency-Replayed: true`, for at least 24 hours.";
    add(KEY, ParameterIn::Header, key_required, Type::String, about);
    if tag {
        add(TAG, ParameterIn::Header, true, Type::String, "The tag (`ETag`) of what is changed, as you read it.");
    }
}
