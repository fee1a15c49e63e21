//! The OpenAPI 3.1 document: what the routes say of themselves, the problems that every operation
//! may answer with, and examples taken from real answers.

use crate::error::Code;
use crate::http::problem::{ProblemDetails, ProblemFault};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::OpenApi;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ArrayItems, Schema};
use utoipa::openapi::{Content, OpenApi as Document, Ref, RefOr, ResponseBuilder, ServerBuilder, content::ContentBuilder};

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
    components(schemas(ProblemDetails, ProblemFault)),
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
    document.info.version = env!("CARGO_PKG_VERSION").into();
    document.servers = Some(vec![ServerBuilder::new().url("/").description(Some("This registry")).build()]);
    document.security = Some(vec![utoipa::openapi::security::SecurityRequirement::default()]);
    let examples: BTreeMap<String, BTreeMap<String, Value>> = serde_json::from_str(EXAMPLES).unwrap_or_default();
    for (path, item) in &mut document.paths.paths {
        for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
            let has_body = operation.request_body.is_some();
            let status = operation.tags.as_ref().is_some_and(|tags| tags.iter().any(|tag| tag == "status"));
            let codes = if status { STATUS.to_vec() } else { EVERYWHERE.to_vec() };
            let codes = codes
                .into_iter()
                .chain(WITH_PATH.into_iter().filter(|_| path.contains('{')))
                .chain(WITH_BODY.into_iter().filter(|_| has_body));
            for code in codes {
                let name = code.status().to_string();
                operation.responses.responses.insert(name.clone(), RefOr::Ref(Ref::from_response_name(format!("Problem{name}"))));
            }
            if let Some(examples) = operation.operation_id.as_ref().and_then(|id| examples.get(id)) {
                illustrate(operation, examples);
            }
        }
    }
    if let Some(components) = &mut document.components {
        refer(&mut components.schemas);
        for code in EVERYWHERE.into_iter().chain(WITH_PATH).chain(WITH_BODY) {
            components.responses.insert(format!("Problem{}", code.status()), RefOr::T(problem(code)));
        }
    }
    document
}

/// The envelopes come with the schema of their item written out; a reference to it says the same.
fn refer(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    let names: Vec<String> = schemas.keys().cloned().collect();
    for (name, schema) in schemas {
        let Some((_, item)) = name.split_once('_') else { continue };
        let known = || RefOr::Ref(Ref::from_schema_name(item));
        match schema {
            _ if !names.iter().any(|name| name == item) => {}
            RefOr::T(Schema::Object(envelope)) => {
                // Counts are asked for of products only.
                if item != "Product" {
                    envelope.properties.retain(|member, _| member != "facets");
                }
                if let Some(RefOr::T(Schema::Array(items))) = envelope.properties.get_mut("items") {
                    items.items = ArrayItems::RefOrSchema(Box::new(known()));
                }
            }
            RefOr::T(Schema::AllOf(all)) => {
                if let Some(first) = all.items.first_mut() {
                    *first = known();
                }
            }
            _ => {}
        }
    }
}

fn illustrate(operation: &mut Operation, examples: &BTreeMap<String, Value>) {
    let show = |content: &mut RefOr<Content>, example: &Value| {
        if let RefOr::T(content) = content {
            content.example = Some(example.clone());
        }
    };
    if let (Some(example), Some(RefOr::T(body))) = (examples.get("request"), &mut operation.request_body) {
        body.content.values_mut().for_each(|content| show(content, example));
    }
    if let (Some(example), Some(RefOr::T(response))) = (examples.get("200"), operation.responses.responses.get_mut("200")) {
        response.content.values_mut().for_each(|content| show(content, example));
    }
}

/// One problem as a response: its codes share the status.
fn problem(code: Code) -> utoipa::openapi::Response {
    let codes: Vec<&str> = Code::ALL.iter().filter(|other| other.status() == code.status()).map(|code| code.as_str()).collect();
    let example = json!({
        "type": format!("https://ocop.example/problems/{}", code.as_str()),
        "title": code.title().en,
        "status": code.status(),
        "detail": code.title().en,
        "instance": "urn:request:5f2c9a1e-2a",
    });
    let content: Content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemDetails"))).example(Some(example)).build();
    ResponseBuilder::new()
        .description(format!("A problem (RFC 9457): {}.", codes.join(", ")))
        .content("application/problem+json", content)
        .build()
}
