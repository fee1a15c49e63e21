//! `POST /v1/verifications`: up to 5,000 identifiers at once.

use super::items;
use crate::support::registry::{Database, Registry, on_both, request};
use serde_json::{Value, json};

on_both!(
    each_in_its_place,
    the_same_as_one_by_one,
    five_thousand_and_one_more,
    asked_by_query,
    unchanged_until_a_verdict_changes,
    bodies_that_are_refused,
);

const LIST: &str = "\
name_vi,producer_name,province,stars,level,decision_number,decision_date,gtins,official_code
Nem chua,HTX Nem,Thanh Hóa,4,province,12/QĐ-UBND,2024-02-29,8930000000002,38-380-14641-7-2024
Nem nướng,HTX Nem,Thanh Hóa,4,province,12/QĐ-UBND,2024-02-29,,
Nem rán,HTX Nem,Thanh Hóa,4,province,34/QĐ-UBND,2020-03-10,6291041500213,
";
const OTHER: &str = "name_vi,province,stars,level,decision_date\nChè,Thái Nguyên,4,province,2025-08-08\n";

async fn codes(registry: &Registry) -> Vec<String> {
    registry.all("/v1/products").await.iter().map(|p| p["code"].as_str().expect("a code").to_owned()).collect()
}

async fn each_in_its_place(database: Database) {
    let registry = database.rows(LIST).await;
    let products = codes(&registry).await;
    let identifiers = json!([
        products[2],
        "8930000000003",
        "8930000000002",
        {"number": "12/QĐ-UBND", "issuer": "Thanh Hóa", "name": "nem nướng"},
        42,
        "9520000000004",
        products[2],
        {"number": "12/QĐ-UBND", "issuer": "Thanh Hóa"},
        "38-380-14641-7-2024",
        "",
        null,
        {"number": "12/QĐ-UBND", "issuer": " ", "name": "nem nướng"},
        {"number": "12/QĐ-UBND", "issuer": "Thanh Hóa", "name": "nem nướng", "year": 1},
    ]);
    let answer = registry.post("/v1/verifications", &json!({"identifiers": identifiers})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let batch = answer.json();
    assert_eq!((&batch["dataVersion"], &batch["asOf"]), (&json!(registry.public.reader.position()), &json!("2026-11-21")));
    let told: Vec<Value> = items(&batch)
        .iter()
        .map(|item| match item.get("error") {
            Some(error) => json!([error["code"], error["pointer"]]),
            None => json!([item["outcome"], item["product"]["code"]]),
        })
        .collect();
    assert_eq!(
        told,
        [
            json!(["not_certified", products[2]]),
            json!(["checksum-failed", "/identifiers/1"]),
            json!(["certified", products[0]]),
            json!(["certified", products[1]]),
            json!(["malformed-identifier", "/identifiers/4"]),
            json!(["not_found", null]),
            json!(["not_certified", products[2]]),
            json!(["malformed-identifier", "/identifiers/7"]),
            json!(["certified", products[0]]),
            json!(["malformed-identifier", "/identifiers/9"]),
            json!(["malformed-identifier", "/identifiers/10"]),
            json!(["malformed-identifier", "/identifiers/11"]),
            json!(["malformed-identifier", "/identifiers/12"]),
        ]
    );
    assert_eq!(items(&batch)[0]["identifier"], json!(products[2]), "as asked");
    // The sentences of rows at fault follow the language.
    let english = registry
        .ask(request("POST", "/v1/verifications").insert_header(("accept-language", "en")).set_json(json!({"identifiers": ["893"]})))
        .await;
    assert!(english.json()["items"][0]["error"]["detail"].as_str().is_some_and(|detail| detail.contains("is no registry code")));
    assert!(english.header("vary").contains("Accept-Language"));
    let none = registry.post("/v1/verifications", &json!({"identifiers": []})).await;
    assert_eq!((none.status, &none.json()["items"]), (200, &json!([])));
}

/// Renewed, of a producer alone, of nobody: all that may stand beside an answer.
const FURTHER: &str = "\
name_vi,producer_name,province,stars,level,decision_number,decision_date,gtins,official_code
Nem rán,HTX Nem,Thanh Hóa,3,province,9/QĐ-UBND,2019-10-10,,38-380-14641-1-2019
Gạo nếp,HTX Gạo,Thanh Hóa,3,province,34/QĐ-UBND,2020-03-10,,38-380-14642-1-2020
Gạo nếp,HTX Gạo,Thanh Hóa,4,province,12/QĐ-UBND,2024-02-29,,38-380-14642-2-2024
Gạo tẻ,HTX Lúa,Thanh Hóa,3,province,35/QĐ-UBND,2020-03-10,9520000000011,38-380-14643-1-2020
Muối,,Thanh Hóa,3,province,35/QĐ-UBND,2020-03-10,,38-380-14644-1-2020
";

/// Every identifier of a registry: of all products, their certificates, decisions and producers.
async fn every_identifier(registry: &Registry) -> Vec<String> {
    let mut identifiers = Vec::new();
    for list in ["products", "certificates", "decisions", "producers"] {
        let codes = registry.all(&format!("/v1/{list}")).await;
        identifiers.extend(codes.iter().map(|item| item["code"].as_str().expect("a code").to_owned()));
    }
    for product in registry.all("/v1/products").await {
        let gtins = product["gtins"].as_array().into_iter().flatten().filter_map(|gtin| gtin.as_str().map(str::to_owned));
        identifiers.extend(gtins);
    }
    for certificate in registry.all("/v1/certificates").await {
        identifiers.extend(certificate["officialCode"].as_str().map(str::to_owned));
    }
    identifiers
}

async fn the_same_as_one_by_one(database: Database) {
    let registry = database.rows(LIST).await;
    registry.import(FURTHER).await;
    same_as_one_by_one(&registry, every_identifier(&registry).await, 12).await;
    let registry = database.sample().await;
    let some = every_identifier(&registry).await.into_iter().step_by(23).collect();
    same_as_one_by_one(&registry, some, 2).await;
}

/// Compares; so many answers by themselves at least say that the producer is known.
async fn same_as_one_by_one(registry: &Registry, mut identifiers: Vec<String>, known: usize) {
    identifiers.push("9520000000004".into());
    let mut told = 0;
    for on in ["2022-01-01", "2026-11-21", "2027-03-01"] {
        let batch = registry.post("/v1/verifications", &json!({"identifiers": identifiers, "on": on})).await.json();
        assert_eq!(batch["asOf"], on);
        for (identifier, item) in identifiers.iter().zip(items(&batch)) {
            let mut one = registry.json(&format!("/v1/verifications/{identifier}?on={on}")).await;
            let members = one.as_object_mut().expect("an object");
            for only_alone in ["dataVersion", "asOf", "producerCertifiedProducts"] {
                members.remove(only_alone);
            }
            // What else the producer has is looked for only when asked for one, whatever kind of identifier asks.
            if one["identifierType"] != "producer_code"
                && let Some(reasons) = one["reasons"].as_array_mut()
            {
                let before = reasons.len();
                reasons.retain(|reason| reason != "producer-known");
                told += before - reasons.len();
            }
            assert_eq!(*item, one, "{identifier} on {on}");
        }
    }
    assert!(told >= known, "{told} producers are known");
}

async fn five_thousand_and_one_more(database: Database) {
    let registry = database.generated().await;
    let products = codes(&registry).await;
    let identifiers: Vec<&String> = products.iter().cycle().take(5_000).collect();
    let answer = registry.post("/v1/verifications", &json!({"identifiers": identifiers})).await;
    let batch = answer.json();
    assert_eq!((answer.status, items(&batch).len()), (200, 5_000));
    assert!(items(&batch).iter().zip(&identifiers).all(|(item, asked)| item["product"]["code"] == **asked), "in order");

    let identifiers: Vec<&String> = products.iter().cycle().take(5_001).collect();
    let answer = registry.post("/v1/verifications", &json!({"identifiers": identifiers})).await;
    let problem = answer.json();
    assert_eq!(
        json!([answer.status, problem["errors"][0]["code"], problem["errors"][0]["pointer"]]),
        json!([422, "too-many-identifiers", "/identifiers"])
    );
    let decision = json!({"number": "1/QĐ-UBND", "issuer": "Thanh Hóa", "name": "Nem"});
    let answer = registry.post("/v1/verifications", &json!({"identifiers": vec![decision; 501]})).await;
    assert_eq!((answer.status, &answer.json()["errors"][0]["code"]), (422, &json!("too-many-identifiers")));
}

async fn asked_by_query(database: Database) {
    let registry = database.rows(LIST).await;
    let body = json!({"identifiers": ["8930000000002"]});
    let posted = registry.post("/v1/verifications", &body).await;
    let queried = registry.ask(request("QUERY", "/v1/verifications").set_json(&body)).await;
    assert_eq!((queried.status, queried.json()), (200, posted.json()));
    assert_eq!(posted.header("cache-control"), "no-store");
    assert!(queried.header("cache-control").starts_with("public, max-age=60"), "QUERY is safe and may be kept");
    assert_eq!(queried.header("etag"), posted.header("etag"));
    let refused = registry.ask(request("QUERY", "/v1/products").set_json(&body)).await;
    assert_eq!((refused.status, refused.header("allow")), (405, "GET, HEAD, OPTIONS"));
}

async fn unchanged_until_a_verdict_changes(database: Database) {
    let registry = database.rows(LIST).await;
    let mut products = codes(&registry).await;
    products.push("9520000000004".into());
    let again = async |etag: &str, on: Option<&str>| {
        let asked = request("POST", "/v1/verifications").insert_header(("if-none-match", etag));
        registry.ask(asked.set_json(json!({"identifiers": products, "on": on}))).await
    };
    let first = registry.post("/v1/verifications", &json!({"identifiers": products})).await;
    let etag = first.header("etag").to_owned();
    assert!(etag.starts_with("W/\""), "dataVersion is not covered, so the tag is weak");
    let same = again(&etag, None).await;
    assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, etag.as_str()));
    assert_eq!((same.header("cache-control"), same.header("vary")), (first.header("cache-control"), first.header("vary")));

    registry.import(OTHER).await;
    assert_eq!(again(&etag, None).await.status, 304, "a write elsewhere changes no verdict of this list");

    // The clock passes the last day of one of them; a day before, the verdicts of that day are asked for.
    let day_before = again("\"none\"", Some("2027-02-28")).await;
    registry.at("2027-02-28T16:59:59Z");
    assert_eq!(again(day_before.header("etag"), None).await.status, 304);
    registry.at("2027-02-28T17:00:00Z");
    let after = again(day_before.header("etag"), None).await;
    assert_eq!((after.status, &after.json()["items"][0]["status"]), (200, &json!("expired")));

    // So does a new recognition of one of them.
    registry.at("2026-11-21T03:00:00Z");
    registry.import("name_vi,producer_name,province,stars,level,decision_date\nNem rán,HTX Nem,Thanh Hóa,4,province,2025-08-08\n").await;
    let changed = again(&etag, None).await;
    assert_eq!((changed.status, &changed.json()["items"][2]["outcome"]), (200, &json!("certified")));
    assert_ne!(changed.header("etag"), etag);
}

async fn bodies_that_are_refused(database: Database) {
    let registry = database.rows(LIST).await;
    let post =
        |body: &str| request("POST", "/v1/verifications").insert_header(("content-type", "application/json")).set_payload(body.to_owned());
    for (body, status, code, pointer) in [
        ("", 400, "malformed-request", None),
        ("{", 400, "malformed-request", None),
        ("{\"identifiers\": [\"\u{1}\"]}", 400, "malformed-request", None),
        ("[]", 400, "invalid-value", Some("")),
        ("{}", 400, "invalid-value", Some("/identifiers")),
        ("{\"identifiers\": \"8930000000002\"}", 400, "invalid-value", Some("/identifiers")),
        ("{\"identifiers\": [], \"on\": \"2026-02-30\"}", 400, "invalid-date", Some("/on")),
        ("{\"identifiers\": [], \"on\": 20260221}", 400, "invalid-date", Some("/on")),
        ("{\"identifiers\": [\"893\"], \"identifiers\": []}", 400, "invalid-value", Some("/identifiers")),
        ("{\"on\": null, \"identifiers\": [], \"on\": null}", 400, "invalid-value", Some("/on")),
        ("{\"identifiers\": [], \"ids\": []}", 400, "unknown-field", Some("/ids")),
        ("{\"identifiers\": [], \"a/b~c\": []}", 400, "unknown-field", Some("/a~1b~0c")),
    ] {
        let answer = registry.ask(post(body)).await;
        let problem = answer.json();
        let kind = problem["type"].as_str().and_then(|kind| kind.rsplit('/').next());
        assert_eq!((answer.status, kind, problem["errors"][0]["pointer"].as_str()), (status, Some(code), pointer), "{body}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    for (media, coding, status) in [
        ("text/plain", "identity", 415),
        ("application/x-www-form-urlencoded", "identity", 415),
        ("application/jsonx", "identity", 415),
        ("application/json", "gzip", 415),
        ("application/json; charset=utf-16", "identity", 415),
        ("application/json;charset=\"UTF-8\"", "identity", 200),
        ("Application/JSON; charset=utf-8", "identity", 200),
    ] {
        let asked = request("POST", "/v1/verifications").insert_header(("content-type", media)).insert_header(("content-encoding", coding));
        let answer = registry.ask(asked.set_payload("{\"identifiers\": []}")).await;
        assert_eq!(answer.status, status, "{media}, {coding}");
    }
    let answer = registry.ask(request("POST", "/v1/verifications").set_payload("{\"identifiers\": []}")).await;
    assert_eq!(answer.status, 415, "no media type at all");
    let large = format!("{{\"identifiers\": [\"{}\"]}}", "9".repeat(2 * 1024 * 1024));
    let answer = registry.ask(post(&large)).await;
    assert_eq!((answer.status, answer.header("content-type")), (413, "application/problem+json"));
}
