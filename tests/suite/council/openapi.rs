//! The council side's OpenAPI document and its routes say the same.

use crate::support::registry::{Database, get, on_both};
use crate::support::schema::{Operation, document, operations};
use ocop_registry::http::Side;
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both!(it_is_served_with_its_page);

#[test]
fn every_route_is_documented() {
    let mut routes = BTreeSet::new();
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/council")).expect("the door's sources") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a source");
        for line in text.lines() {
            for method in ["get", "post", "put", "patch", "delete"] {
                if let Some(path) = line.trim().strip_prefix(&format!("#[{method}(\"")).and_then(|rest| rest.strip_suffix("\")]")) {
                    routes.insert((method.to_owned(), path.to_owned()));
                }
            }
        }
    }
    let documented: BTreeSet<_> = operations(Side::Council).iter().map(|o| (o.method.to_owned(), o.path.to_owned())).collect();
    assert_eq!(documented, routes);
    let ids: BTreeSet<_> = operations(Side::Council).iter().map(|operation| operation.id).collect();
    assert_eq!(ids.len(), documented.len(), "an id for each operation");
}

#[test]
fn whatever_is_not_for_operators_needs_a_token() {
    let document = document(Side::Council);
    assert_eq!(document["security"], json!([{"bearer": []}]));
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    for Operation { method, path, about, .. } in operations(Side::Council) {
        let open = about["tags"] == json!(["status"]);
        assert_eq!(about.get("security") == Some(&json!([{}])) || about.get("security") == Some(&json!([])), open, "{method} {path}");
        assert_eq!(path.starts_with("/council/v1/"), !open, "{method} {path}");
        let statuses: BTreeSet<&str> = about["responses"].as_object().expect("responses").keys().map(String::as_str).collect();
        for status in ["429", "500", "503"] {
            assert!(statuses.contains(status), "{method} {path} documents {status}");
        }
        for status in ["400", "401", "403", "406"] {
            assert_eq!(statuses.contains(status), !open, "{method} {path} and {status}");
        }
    }
    // Every reference leads somewhere.
    let text = document.to_string();
    for reference in text.split("\"#/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(&format!("/{reference}")).is_some(), "{reference}");
    }
}

#[test]
fn one_name_means_one_shape_on_both_sides() {
    let schemas = |side| document(side)["components"]["schemas"].as_object().expect("schemas");
    for (name, schema) in schemas(Side::Council) {
        if let Some(public) = schemas(Side::Public).get(name) {
            assert_eq!(schema, public, "{name}");
        }
    }
}

#[test]
fn the_committed_document_is_what_the_routes_say() {
    let committed: Value = serde_json::from_str(include_str!("../../../openapi/council.json")).expect("JSON");
    assert!(&committed == document(Side::Council), "run `cargo run -- schema` and commit openapi/council.json");
}

async fn it_is_served_with_its_page(database: Database) {
    let sides = database.sides().await;
    let served = sides.ask_council(get("/openapi.json")).await;
    assert_eq!((served.status, &served.json()), (200, document(Side::Council)));
    let page = sides.ask_council(get("/docs/")).await;
    assert!(page.status == 200 && page.text().contains("swagger-ui"), "{}", page.text());
    // Each side has its own and only its own.
    assert!(!sides.json("/openapi.json").await.to_string().contains("/council/v1/"));
    assert!(!served.text().contains("\"/v1/"));
}
