//! The examples of the OpenAPI document are real answers on the sample. `UPDATE_EXAMPLES=1` writes them anew.

use crate::support::registry::{Database, on_both};
use crate::support::schema::operations;
use ocop_registry::http::Side;
use serde_json::{Map, Value, json};

on_both!(examples_are_real_answers);

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rest/examples.json");

/// What each operation is asked.
const ASKED: &[(&str, &str)] = &[
    ("listProducts", "/v1/products?province=VN34-51&status=valid&first=1&facets=stars"),
    ("getProduct", "/v1/products/P00000BY"),
    ("getProductHistory", "/v1/products/P00000BY/history?first=2"),
    ("getProducerHistory", "/v1/producers/M000007J/history"),
    ("getDecisionHistory", "/v1/decisions/D00001E6/history"),
    ("getCertificateHistory", "/v1/certificates/C00000BV/history"),
    ("listProducers", "/v1/producers?name=htx&first=1"),
    ("getProducer", "/v1/producers/M000007J"),
    ("listDecisions", "/v1/decisions?issuer=VN63-38&year=2021&first=1"),
    ("getDecision", "/v1/decisions/D00001E6"),
    ("listDecisionProducts", "/v1/decisions/D00001E6/products?first=1"),
    ("listCertificates", "/v1/certificates?product=P00000BY&first=1"),
    ("getCertificate", "/v1/certificates/C00000BV"),
    ("listPlaces", "/v1/places?q=bac giang&level=province&first=1"),
    ("getPlace", "/v1/places/VN63-24"),
    ("listGroups", "/v1/groups"),
    ("listRegimes", "/v1/regimes"),
    ("verify", "/v1/verifications/P00000BY?on=2022-01-01"),
    ("verifyByDecision", "/v1/verifications?number=2942/QĐ-UBND&issuer=Thanh Hóa&name=Viên nang sâm báo Triso&on=2022-01-01"),
    ("getStats", "/v1/stats?by=stars&province=VN34-38"),
    ("listChanges", "/v1/changes?first=2"),
];

async fn examples_are_real_answers(database: Database) {
    let registry = database.sample().await;
    let mut real = Map::new();
    for (operation, address) in ASKED {
        let answer = registry.json(address).await;
        let shows_something = answer["items"].as_array().is_none_or(|items| !items.is_empty()) && answer["outcome"] != "not_found";
        assert!(shows_something, "{address}");
        real.insert((*operation).to_owned(), json!({"200": answer}));
    }
    let batch = json!({
        "identifiers": [
            "P00000BY",
            "8930000000003",
            {"number": "2942/QĐ-UBND", "issuer": "Thanh Hóa", "name": "Viên nang sâm báo Triso", "year": 2021},
        ],
        "on": "2022-01-01",
    });
    let answer = registry.post("/v1/verifications", &batch).await;
    real.insert("verifyBatch".into(), json!({"request": batch, "200": answer.json()}));
    let real = Value::Object(real);

    for operation in operations(Side::Public) {
        let json = operation.about["responses"]["200"]["content"].get("application/json").is_some();
        assert_eq!(json, real.get(operation.id).is_some(), "an example for each operation that answers in JSON: {}", operation.id);
    }
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        if database == Database::Sqlite {
            let text = serde_json::to_string_pretty(&real).expect("JSON") + "\n";
            std::fs::write(FILE, text).expect("the file can be written");
        }
        return;
    }
    let known: Value = serde_json::from_str(&std::fs::read_to_string(FILE).expect("the file")).expect("JSON");
    for (operation, example) in real.as_object().expect("an object") {
        assert_eq!(&known[operation], example, "{operation}: run this test with UPDATE_EXAMPLES=1");
    }
    assert_eq!(known.as_object().map(Map::len), real.as_object().map(Map::len), "no example of an operation that is gone");
}
