//! What the OpenAPI documents of both sides have in common: the problems that an operation may
//! answer with, examples taken from real answers, short references.

use super::problem::{ProblemDetails, ProblemFault};
use crate::error::Code;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ArrayItems, Components, Schema};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, ResponseBuilder, ServerBuilder, content::ContentBuilder};
use utoipa::{PartialSchema, ToSchema};

/// Completes the document that a side's routes made.
///
/// `problems` says what an operation may answer with, from its address and itself; `examples` are
/// real answers by operation, as JSON.
pub fn complete(mut document: OpenApi, examples: &str, problems: impl Fn(&str, &Operation) -> Vec<Code>) -> OpenApi {
    document.info.version = env!("CARGO_PKG_VERSION").into();
    document.servers = Some(vec![ServerBuilder::new().url("/").description(Some("This registry")).build()]);
    let examples: BTreeMap<String, BTreeMap<String, Value>> = serde_json::from_str(examples).unwrap_or_default();
    let mut told = BTreeSet::new();
    for (path, item) in &mut document.paths.paths {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            for code in problems(path, operation) {
                let name = code.status().to_string();
                operation.responses.responses.insert(name.clone(), RefOr::Ref(Ref::from_response_name(format!("Problem{name}"))));
                told.insert(code.status());
            }
            if let Some(examples) = operation.operation_id.as_ref().and_then(|id| examples.get(id)) {
                illustrate(operation, examples);
            }
        }
    }
    let components = document.components.get_or_insert_with(Components::new);
    components.schemas.insert(ProblemDetails::name().into(), ProblemDetails::schema());
    components.schemas.insert(ProblemFault::name().into(), ProblemFault::schema());
    refer(&mut components.schemas);
    for code in Code::ALL.iter().rev().filter(|code| told.contains(&code.status())) {
        components.responses.insert(format!("Problem{}", code.status()), RefOr::T(problem(*code)));
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
