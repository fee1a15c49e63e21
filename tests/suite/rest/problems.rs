//! Requests that cannot be answered: what is said, where the fault is, in both languages.

use crate::support::registry::{BASE, Database, get, on_both, request};
use ocop_registry::domain::code::{Noun, encode};
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both!(bad_requests, all_faults_at_once, in_both_languages, methods, media_types, nothing_there, never_html, pages_of_problems);

/// Address, status, code, parameter at fault.
const BAD: &[(&str, u16, &str, &str)] = &[
    ("/v1/products?colour=red", 400, "unknown-parameter", "colour"),
    ("/v1/products?Status=valid", 400, "unknown-parameter", "Status"),
    ("/v1/groups?first=2", 400, "unknown-parameter", "first"),
    ("/v1/products/P00000BY?status=valid", 400, "unknown-parameter", "status"),
    ("/v1/products?status=valid&status=expired", 400, "repeated-parameter", "status"),
    ("/v1/products?status=VALID", 400, "invalid-value", "status"),
    ("/v1/products?status=valid,gone", 400, "invalid-value", "status"),
    ("/v1/products?stars=2", 400, "invalid-value", "stars"),
    ("/v1/products?stars=four", 400, "invalid-value", "stars"),
    ("/v1/products?stars=4&starsMin=3", 400, "conflicting-parameters", "stars"),
    ("/v1/products?group=7", 400, "invalid-value", "group"),
    ("/v1/products?set=0", 400, "invalid-value", "set"),
    ("/v1/products?sort=price", 400, "invalid-value", "sort"),
    ("/v1/products?sort=name&q=nem", 400, "conflicting-parameters", "sort"),
    ("/v1/products?on=2026-01-01&validOn=2026-01-01", 400, "conflicting-parameters", "on"),
    ("/v1/products?validOn=2026-01-01&status=expired", 400, "conflicting-parameters", "validOn"),
    ("/v1/products?expiresWithin=30&status=expired", 400, "conflicting-parameters", "expiresWithin"),
    ("/v1/products?expiredSince=2026-01-01&status=valid", 400, "conflicting-parameters", "expiredSince"),
    ("/v1/products?expiresWithin=-1", 400, "invalid-value", "expiresWithin"),
    ("/v1/products?on=2026-02-30", 400, "invalid-date", "on"),
    ("/v1/products?on=21/11/2026", 400, "invalid-date", "on"),
    ("/v1/products?first=0", 400, "invalid-value", "first"),
    ("/v1/products?first=201", 400, "invalid-value", "first"),
    ("/v1/products?after=xyz", 400, "invalid-cursor", "after"),
    ("/v1/products?fields=code,colour", 400, "unknown-field", "fields"),
    ("/v1/products?facets=colour", 400, "invalid-value", "facets"),
    ("/v1/products?province=Atlantis", 400, "unresolved-place", "province"),
    ("/v1/products?commune=Tân Lập", 400, "unresolved-place", "commune"),
    ("/v1/products?province=VN63-24-219", 400, "unresolved-place", "province"),
    ("/v1/products?producer=P00000BY", 400, "malformed-identifier", "producer"),
    ("/v1/products?producer=M00000AA", 400, "checksum-failed", "producer"),
    ("/v1/products?regime=qd99", 400, "invalid-value", "regime"),
    ("/v1/products?q=%00", 400, "invalid-value", "q"),
    ("/v1/products?q=%FF", 400, "invalid-value", "q"),
    ("/v1/products?q=%zz", 400, "invalid-value", "q"),
    ("/v1/products?q=50%", 400, "invalid-value", "q"),
    ("/v1/products?q=", 400, "invalid-value", "q"),
    ("/v1/products?province=", 400, "invalid-value", "province"),
    ("/v1/products?status=&stars=4", 400, "invalid-value", "status"),
    ("/v1/products?on=", 400, "invalid-date", "on"),
    ("/v1/products?q=!?", 400, "invalid-value", "q"),
    ("/v1/products/P00000BX", 400, "checksum-failed", "code"),
    ("/v1/products/C00000BV", 400, "malformed-identifier", "code"),
    ("/v1/products/nem-chua", 400, "malformed-identifier", "code"),
    ("/v1/certificates?issuer=Thanh Hóa", 400, "invalid-value", "issuer"),
    ("/v1/decisions?year=1999", 400, "invalid-value", "year"),
    ("/v1/decisions?number=QĐ", 400, "invalid-value", "number"),
    ("/v1/decisions?kind=praise", 400, "invalid-value", "kind"),
    ("/v1/places?level=galaxy", 400, "invalid-value", "level"),
    ("/v1/places?within=Atlantis", 400, "unresolved-place", "within"),
    ("/v1/verifications", 400, "missing-parameter", "number"),
    ("/v1/verifications?number=1/QĐ-UBND&issuer=VN63-38", 400, "missing-parameter", "name"),
    ("/v1/verifications/P00000BX", 400, "checksum-failed", "identifier"),
    ("/v1/stats?by=colour", 400, "invalid-value", "by"),
    ("/v1/changes?after=-1", 400, "invalid-value", "after"),
    ("/v1/changes?first=1001", 400, "invalid-value", "first"),
    ("/v1/changes?wait=31", 400, "invalid-value", "wait"),
    ("/v1/exports/products.csv?format=x", 400, "unknown-parameter", "format"),
];

async fn bad_requests(database: Database) {
    let registry = database.sample().await;
    let mut ids = BTreeSet::new();
    for (address, status, code, parameter) in BAD {
        let answer = registry.get(address).await;
        let problem = answer.json();
        let fault = &problem["errors"][0];
        assert_eq!(json!([answer.status, fault["code"], fault["parameter"]]), json!([status, code, parameter]), "{address}: {problem}");
        assert_eq!(problem["type"], format!("{BASE}/problems/{code}"), "{address}");
        assert_eq!(problem["status"], *status);
        assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()));
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
        assert_eq!(problem["instance"], format!("urn:request:{}", answer.header("x-request-id")), "{address}");
        assert_eq!((answer.header("content-type"), answer.header("cache-control")), ("application/problem+json", "no-store"));
        assert_eq!(answer.header("access-control-allow-origin"), "*", "scripts of other sites may read problems too");
        assert!(ids.insert(problem["instance"].to_string()), "every request has an id of its own");
    }
}

async fn all_faults_at_once(database: Database) {
    let registry = database.sample().await;
    let problem = registry.get("/v1/products?colour=red&stars=9&on=tomorrow&first=0").await.json();
    let faults: BTreeSet<&str> =
        problem["errors"].as_array().expect("faults").iter().filter_map(|fault| fault["parameter"].as_str()).collect();
    assert_eq!(faults, BTreeSet::from(["colour", "first", "on", "stars"]));
    // What may be asked instead is named.
    let detail = registry.ask(get("/v1/products?colour=red").insert_header(("accept-language", "en"))).await.json()["detail"].to_string();
    for known in ["province", "status", "expiresWithin", "fields"] {
        assert!(detail.contains(known), "{detail}");
    }
    let detail = registry.get("/v1/products?status=gone").await.json()["detail"].to_string();
    assert!(detail.contains("not_yet_valid") && detail.contains("undetermined"), "{detail}");
}

async fn in_both_languages(database: Database) {
    let registry = database.sample().await;
    for (address, _, code, _) in BAD {
        let mut told = Vec::new();
        for language in ["vi", "en"] {
            let answer = registry.ask(get(address).insert_header(("accept-language", language))).await;
            assert_eq!((answer.header("content-language"), answer.header("vary")), (language, "Accept-Language"), "{address}");
            let problem = answer.json();
            assert_eq!(problem["errors"][0]["code"], *code, "codes never change");
            told.push((problem["title"].clone(), problem["detail"].clone()));
        }
        assert!(told[0].0 != told[1].0 && told[0].1 != told[1].1, "{address}: {told:?}");
    }
}

async fn methods(database: Database) {
    let registry = database.sample().await;
    for (method, address, allow) in [
        ("POST", "/v1/products", "GET, HEAD, OPTIONS"),
        ("DELETE", "/v1/products/P00000BY", "GET, HEAD, OPTIONS"),
        ("PATCH", "/v1/exports/products.csv", "GET, HEAD, OPTIONS"),
        ("PUT", "/v1/verifications", "GET, HEAD, POST, QUERY, OPTIONS"),
        ("POST", "/v1/verifications/P00000BY", "GET, HEAD, OPTIONS"),
        ("BREW", "/v1/groups", "GET, HEAD, OPTIONS"),
        ("POST", "/openapi.json", "GET, HEAD, OPTIONS"),
    ] {
        let answer = registry.ask(request(method, address)).await;
        assert_eq!((answer.status, answer.header("allow")), (405, allow), "{method} {address}");
        assert_eq!(answer.json()["type"], format!("{BASE}/problems/method-not-allowed"));
    }
}

async fn media_types(database: Database) {
    let registry = database.sample().await;
    for (address, accept, status) in [
        ("/v1/products", "application/json", 200),
        ("/v1/products", "text/html, */*;q=0.1", 200),
        ("/v1/products", "application/*", 200),
        ("/v1/products", "text/html", 406),
        ("/v1/products", "application/xml, text/csv", 406),
        ("/v1/products", "application/json;q=0", 406),
        ("/v1/exports/products.csv", "text/csv", 200),
        ("/v1/exports/products.csv", "text/*", 200),
        ("/v1/exports/products.csv", "application/json", 406),
        ("/v1/exports/products.ndjson", "application/x-ndjson", 200),
        ("/v1/exports/products.ndjson", "text/csv", 406),
    ] {
        let answer = registry.ask(get(address).insert_header(("accept", accept))).await;
        assert_eq!(answer.status, status, "{address}, {accept}");
        if status == 406 {
            assert_eq!(answer.json()["type"], format!("{BASE}/problems/not-acceptable"));
        }
        // Also when the answer is ready.
        assert_eq!(registry.ask(get(address).insert_header(("accept", accept))).await.status, status, "{address}, {accept}, again");
    }
}

async fn nothing_there(database: Database) {
    let registry = database.sample().await;
    for (address, code) in [
        ("/v1/places/VN63-00", "not-found"),
        ("/v1/exports/products.xlsx", "not-found"),
        ("/v1/exports/people.csv", "unknown-path"),
        ("/v1/product", "unknown-path"),
        ("/v1/products/", "unknown-path"),
        ("/v2/products", "unknown-path"),
        ("/v1", "unknown-path"),
        ("/problems/no-such-problem", "unknown-path"),
    ] {
        let answer = registry.get(address).await;
        assert_eq!((answer.status, &answer.json()["type"]), (404, &json!(format!("{BASE}/problems/{code}"))), "{address}");
    }
    // A code with a right check character that was never given.
    let never = |noun| (500_000..).find_map(|serial| encode(noun, serial)).expect("a code");
    let (decision, product) = (never(Noun::Decision), never(Noun::Product));
    let (producer, certificate) = (never(Noun::Producer), never(Noun::Certificate));
    for address in [
        format!("/v1/decisions/{decision}"),
        format!("/v1/decisions/{decision}/products"),
        format!("/v1/products/{product}"),
        format!("/v1/producers/{producer}"),
        format!("/v1/certificates/{certificate}"),
    ] {
        let answer = registry.get(&address).await;
        assert_eq!((answer.status, &answer.json()["type"]), (404, &json!(format!("{BASE}/problems/not-found"))), "{address}");
    }
}

async fn never_html(database: Database) {
    let registry = database.sample().await;
    let long = format!("/v1/products?q={}", "a".repeat(9_000));
    let long_value = format!("/v1/products?q={}", "a".repeat(501));
    for (address, status) in [
        (long.as_str(), 414),
        (&long_value, 400),
        ("/v1/products/%FF", 400),
        ("/v1/products/%2F..%2F..%2Fetc%2Fpasswd", 400),
        ("/v1/products/<script>alert(1)</script>", 404),
        ("/v1/products?%00=1", 400),
        ("/v1/products?=1", 400),
        ("/v1/products?q=nem&&&first=1&", 200),
        ("/v1//products", 404),
        ("/v1/%70roducts", 200),
    ] {
        let answer = registry.get(address).await;
        assert_eq!(answer.status, status, "{address}: {}", answer.text());
        let media = if status == 200 { "application/json" } else { "application/problem+json" };
        assert_eq!(answer.header("content-type"), media, "{address}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

async fn pages_of_problems(database: Database) {
    let registry = database.sample().await;
    let all = registry.get("/problems").await;
    let codes: BTreeSet<&str> = BAD.iter().map(|(_, _, code, _)| *code).chain(["rate-limited", "unavailable", "internal"]).collect();
    for code in codes {
        let page = registry.get(&format!("/problems/{code}")).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "what `type` leads to");
        assert!(page.text().contains(code) && all.text().contains(code), "{code}");
    }
    let titles = |value: &Value| value["title"].as_str().expect("a title").to_owned();
    let problem = registry.get("/v1/nothing").await.json();
    assert!(registry.get("/problems/unknown-path").await.text().contains(&titles(&problem)), "the page says the same as the problem");
}
