//! The OpenAPI document and the routes say the same.

use super::history::story;
use crate::support::registry::{Database, on_both, request};
use crate::support::schema::{self, Operation, Seen, addresses, document, faults, operations, parameters};
use ocop_registry::domain::record::ActKind;
use ocop_registry::http::Side;
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both!(parameters_are_those_of_the_routes, answers_are_as_documented, problems_are_as_documented);

#[actix_web::test]
async fn every_route_is_documented() {
    let mut routes = BTreeSet::new();
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rest")).expect("the door's sources") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a source");
        for line in text.lines() {
            for method in ["get", "post", "put", "patch", "delete"] {
                if let Some(path) = line.trim().strip_prefix(&format!("#[{method}(\"")).and_then(|rest| rest.strip_suffix("\")]")) {
                    routes.insert((method.to_owned(), path.to_owned()));
                }
            }
        }
    }
    let documented: BTreeSet<_> = operations(Side::Public).iter().map(|o| (o.method.to_owned(), o.path.to_owned())).collect();
    assert!(documented.len() > 20);
    assert_eq!(documented, routes);
    let ids: BTreeSet<_> = operations(Side::Public).iter().map(|o| o.id).collect();
    assert_eq!(ids.len(), documented.len(), "an id for each operation");
}

#[actix_web::test]
async fn the_committed_document_is_what_the_routes_say() {
    let committed: Value = serde_json::from_str(include_str!("../../../openapi/public.json")).expect("JSON");
    assert!(&committed == document(Side::Public), "run `cargo run -- schema` and commit openapi/public.json");
}

fn is_data(operation: &Operation) -> bool {
    operation.path.starts_with("/v1/")
}

async fn parameters_are_those_of_the_routes(database: Database) {
    let registry = database.sample().await;
    for operation in operations(Side::Public).iter().filter(|operation| operation.method == "get") {
        let address = schema::address(operation);
        let answer = registry.get(&address).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.text());
        assert!(!answer.text().contains("\"not_found\""), "{address}: an example that nothing is known of");
        let joint = if address.contains('?') { '&' } else { '?' };
        for parameter in parameters(operation, "query") {
            let name = parameter["name"].as_str().expect("a name");
            // Cursors come from the list itself; required parameters are in the address already.
            if parameter["required"] == true || ["after", "before"].contains(&name) && operation.id != "listChanges" {
                continue;
            }
            let asked = format!("{address}{joint}{name}={}", schema::value(operation, parameter));
            // `fields` has other names where the record has no code.
            let asked =
                if operation.id.ends_with("Place") || operation.id == "listPlaces" { asked.replace("=code", "=key") } else { asked };
            let answer = registry.get(&asked).await;
            assert_eq!(answer.status, 200, "{asked}: {}", answer.text());
            if parameter["schema"]["type"].as_str() == Some("integer") {
                let answer = registry.get(&format!("{address}{joint}{name}=many")).await;
                assert_eq!((answer.status, &answer.json()["errors"][0]["parameter"]), (400, &json!(name)), "{address}: {name} is a number");
            }
            if parameter["schema"]["format"].as_str() == Some("date") {
                let answer = registry.get(&format!("{address}{joint}{name}=soon")).await;
                assert_eq!(
                    (answer.status, &answer.json()["errors"][0]["code"]),
                    (400, &json!("invalid-date")),
                    "{address}: {name} is a day"
                );
            }
        }
        if is_data(operation) {
            let answer = registry.get(&format!("{address}{joint}undocumented=1")).await;
            let fault = answer.json()["errors"][0].clone();
            assert_eq!(
                json!([answer.status, fault["code"], fault["parameter"]]),
                json!([400, "unknown-parameter", "undocumented"]),
                "{address}"
            );
        }
    }
    // Every parameter that a route names in its list of known ones is documented.
    for operation in operations(Side::Public).iter().filter(|operation| operation.method == "get" && is_data(operation)) {
        let address = schema::address(operation);
        let joint = if address.contains('?') { '&' } else { '?' };
        let asked = crate::support::registry::get(&format!("{address}{joint}undocumented=1")).insert_header(("accept-language", "en"));
        let detail = registry.ask(asked).await.json()["detail"].as_str().expect("a sentence").to_owned();
        let known = detail.split("the parameters are: ").nth(1).map(|list| list.trim_end_matches('.')).unwrap_or_default();
        let known: BTreeSet<&str> = known.split(", ").filter(|name| !name.is_empty()).collect();
        let documented: BTreeSet<&str> = parameters(operation, "query").iter().filter_map(|p| p["name"].as_str()).collect();
        assert_eq!(known, documented, "{}", operation.id);
    }
}

fn body_schema(operation: &Operation) -> Option<&'static Value> {
    operation.about["responses"]["200"]["content"].get("application/json").map(|content| &content["schema"])
}

async fn answers_are_as_documented(database: Database) {
    let registry = database.sample().await;
    let certified = registry.json("/v1/products?validOn=2026-11-21&first=1").await["items"][0].clone();
    let certificate = certified["certification"]["certificate"].as_str().expect("a code");
    registry.act(certificate, ActKind::Extension, "2026-12-02", Some("2030-01-01")).await;
    registry
        .import(
            "name_vi,name_en,producer_name,tax_code,province,stars,level,decision_number,decision_date,gtins,official_code,score,product_group\n\
             Nem chua,Sour sausage,HTX Nem,0100109106,Thanh Hóa,4,province,12/QĐ-UBND,2025-08-08,8930000000002,38-380-14641-7-2025,\"70,5\",Thực phẩm\n\
             Nem rán,,HTX Nem,,Thanh Hóa,4,province,12/QĐ-UBND,2025-08-08,,,,Thực phẩm\n",
        )
        .await;
    let told = story(&registry).await;
    let (mut seen, mut documented, mut visited) = (Seen::new(), Seen::new(), BTreeSet::new());
    let own = registry.json("/v1/verifications/8930000000002").await;
    let (producer, decision) = (own["producer"]["code"].as_str().expect("a code"), own["decision"]["code"].as_str().expect("a code"));
    let more = [
        ("listProducts", "/v1/products?facets=stars,regime&first=50".to_owned()),
        ("getProduct", format!("/v1/products/{}", certified["code"].as_str().expect("a code"))),
        ("getProduct", format!("/v1/products/{}", own["product"]["code"].as_str().expect("a code"))),
        ("getProducer", format!("/v1/producers/{producer}")),
        ("getCertificate", format!("/v1/certificates/{certificate}")),
        ("getPlace", "/v1/places/VN34-24".to_owned()),
        ("listPlaces", "/v1/places?level=commune&within=VN34-75&first=200".to_owned()),
        ("listPlaces", "/v1/places?level=commune&within=VN63-24&first=200".to_owned()),
        ("verify", "/v1/verifications/8930000000002".to_owned()),
        ("verify", format!("/v1/verifications/{producer}")),
        ("verify", format!("/v1/verifications/{decision}")),
        ("verify", "/v1/verifications/9520000000004".to_owned()),
        ("getStats", "/v1/stats?by=province,stars".to_owned()),
        ("getProduct", format!("/v1/products/{}", told.product)),
        ("getProductHistory", format!("/v1/products/{}/history", told.product)),
        ("getDecision", format!("/v1/decisions/{}", told.decision)),
        ("getDecision", format!("/v1/decisions/{}", told.annulment)),
        ("listCertificates", "/v1/certificates?first=200".to_owned()),
    ];
    let mut asked: Vec<(String, String)> = addresses();
    asked.extend(more.map(|(id, address)| (id.to_owned(), address)));
    let all = operations(Side::Public);
    for (id, address) in asked {
        let operation = all.iter().find(|operation| operation.id == id && operation.method == "get").expect("an operation");
        let answer = registry.get(&address).await;
        let documented_types: Vec<&String> = operation.about["responses"]["200"]["content"].as_object().expect("content").keys().collect();
        let media = answer.header("content-type").split(';').next().unwrap_or_default();
        assert!(documented_types.iter().any(|documented| *documented == media), "{address}: {media} is none of {documented_types:?}");
        if let Some(body) = body_schema(operation) {
            let wrong = faults(body, &answer.json(), "", &mut seen);
            assert!(wrong.is_empty(), "{address}: {wrong:#?}");
            schema::reachable(body, &mut documented, &mut visited);
        }
    }
    let batch = all.iter().find(|operation| operation.id == "verifyBatch").expect("an operation");
    let answer = registry.ask(request("POST", "/v1/verifications").set_json(json!({"identifiers": ["8930000000002", "893"]}))).await.json();
    let body = body_schema(batch).expect("a body");
    let wrong = faults(body, &answer, "", &mut seen);
    assert!(wrong.is_empty(), "{wrong:#?}");
    schema::reachable(body, &mut documented, &mut visited);
    let never: Vec<_> = documented.difference(&seen).collect();
    assert!(never.is_empty(), "documented, but no answer has them: {never:?}");
}

async fn problems_are_as_documented(database: Database) {
    let registry = database.sample().await;
    let body = &document(Side::Public)["components"]["schemas"]["ProblemDetails"];
    for operation in operations(Side::Public).iter().filter(|operation| is_data(operation)) {
        let responses = operation.about["responses"].as_object().expect("responses");
        for status in ["400", "406", "429", "500", "503"] {
            assert!(responses.contains_key(status), "{} documents {status}", operation.id);
        }
        assert_eq!(responses.contains_key("404"), operation.path.contains('{'), "{}", operation.id);
        for status in ["413", "415", "422"] {
            assert_eq!(responses.contains_key(status), operation.method == "post", "{} and {status}", operation.id);
        }
        for (status, response) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
            let name = response["$ref"].as_str().and_then(|r| r.strip_prefix("#/components/responses/")).expect("a reference");
            let shared = &document(Side::Public)["components"]["responses"][name];
            assert!(shared["content"].get("application/problem+json").is_some(), "{status} of {}", operation.id);
        }
        let answer =
            registry.ask(request("GET", &format!("{}?undocumented=1", operation.path.split('{').next().unwrap_or_default()))).await;
        let wrong = faults(body, &answer.json(), "", &mut Seen::new());
        assert!(answer.status >= 400 && wrong.is_empty(), "{}: {wrong:?}", operation.id);
    }
}
