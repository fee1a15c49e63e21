//! GraphQL over HTTP: methods, media types, statuses, caching, limits by address.

use super::{data, post};
use crate::support::registry::{Answer, Database, get, on_both, request};
use serde_json::{Value, json};

on_both!(
    media_types_and_statuses,
    the_ways_to_ask,
    what_is_wrong_is_told,
    answers_are_kept_and_confirmed,
    one_answer_one_snapshot,
    the_page_to_try_queries,
);

const RESPONSE: &str = "application/graphql-response+json";

fn is(answer: &Answer, status: u16, media: &str) {
    assert_eq!((answer.status, answer.header("content-type")), (status, format!("{media}; charset=utf-8").as_str()), "{}", answer.text());
}

async fn media_types_and_statuses(database: Database) {
    let registry = database.sample().await;
    for (accept, media) in [
        ("*/*", "application/json"),
        (RESPONSE, RESPONSE),
        ("application/json", "application/json"),
        ("text/html, */*;q=0.1", "application/json"),
    ] {
        let with = |query: &str| post(query, &json!({})).insert_header(("accept", accept));
        let strict = media == RESPONSE;
        is(&registry.ask(with("{ asOf }")).await, 200, media);
        // Read but not carried out: 4xx where the media type is GraphQL's own, 200 where it is plain JSON.
        for query in ["{", "{ nothing }", "query A { asOf } query B { asOf }", "mutation { asOf }", "{ product }"] {
            let answer = registry.ask(with(query)).await;
            is(&answer, if strict { 400 } else { 200 }, media);
            assert_eq!((answer.json().get("data"), answer.header("cache-control")), (None, "no-store"), "{query}");
        }
        // One field of several fails: the rest is there.
        let partial = registry.ask(with("{ asOf verify(identifier: \"P00000BX\") { outcome } }")).await;
        is(&partial, 200, media);
        assert_eq!((&partial.json()["data"]["verify"], partial.header("cache-control")), (&Value::Null, "no-store"));
        assert_eq!(partial.json()["errors"][0]["path"], json!(["verify"]));
        // What cannot be read as a request is 4xx in any media type.
        for (status, ask) in [
            (400, request("POST", "/graphql").insert_header(("content-type", "application/json")).set_payload("{\"query\": ")),
            (400, request("POST", "/graphql").set_json(json!({"variables": {}}))),
            (400, request("POST", "/graphql").set_json(json!({"query": 1}))),
            (400, request("POST", "/graphql").set_json(json!({"query": "{ asOf }", "variables": [1]}))),
            (400, request("POST", "/graphql").set_json(json!([{"query": "{ asOf }"}, {"query": "{ asOf }"}]))),
            (400, get("/graphql")),
            (400, get("/graphql?query={asOf}&variables=x")),
            (415, request("POST", "/graphql").insert_header(("content-type", "text/plain")).set_payload("{ asOf }")),
            (415, request("POST", "/graphql").set_payload("{}")),
            (405, get("/graphql?query=mutation{asOf}")),
        ] {
            let answer = registry.ask(ask.insert_header(("accept", accept))).await;
            is(&answer, status, media);
            assert!(answer.json()["errors"][0]["extensions"]["code"].is_string());
        }
    }
    let refused = registry.ask(post("{ asOf }", &json!({})).insert_header(("accept", "text/html"))).await;
    assert_eq!((refused.status, refused.header("content-type")), (406, "application/problem+json"));
    let large = "x".repeat(2 * 1024 * 1024);
    let answer = registry.ask(post("query($x: String) { products(q: $x) { totalCount } }", &json!({"x": large}))).await;
    assert_eq!((answer.status, &answer.json()["errors"][0]["extensions"]["code"]), (413, &json!("payload-too-large")));
}

async fn the_ways_to_ask(database: Database) {
    let registry = database.sample().await;
    let query = "query Q($code: ID!) { product(code: $code) { code } }";
    let expected = data(&registry, query, json!({"code": "P00000BY"})).await;
    let address = format!("/graphql?query={query}&variables={{\"code\":\"P00000BY\"}}&operationName=Q");
    let by_get = registry.get(&address).await;
    assert_eq!((by_get.status, &by_get.json()["data"]), (200, &expected));
    let by_query = registry.ask(request("QUERY", "/graphql").set_json(json!({"query": query, "variables": {"code": "P00000BY"}}))).await;
    assert_eq!((by_query.status, &by_query.json()["data"]), (200, &expected));
    let head = registry.ask(request("HEAD", &address)).await;
    assert_eq!((head.status, head.header("etag")), (200, by_get.header("etag")));
    for method in ["PUT", "DELETE", "PATCH"] {
        let answer = registry.ask(request(method, "/graphql")).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD, POST, QUERY, OPTIONS"), "{method}");
    }
    let preflight = registry.ask(request("OPTIONS", "/graphql").insert_header(("origin", "https://shop.example"))).await;
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (204, "*"));
    assert_eq!(preflight.header("access-control-allow-methods"), "GET, HEAD, POST, QUERY, OPTIONS");
    assert!(preflight.header("access-control-allow-headers").contains("Content-Type"));
    assert_eq!(by_get.header("access-control-allow-origin"), "*");
    assert!(by_get.header("ratelimit").contains("r="));
    // The schema has one root: mutations and subscriptions are no part of it.
    let roots = data(&registry, "{ __schema { queryType { name } mutationType { name } subscriptionType { name } } }", json!({})).await;
    assert_eq!(roots["__schema"], json!({"queryType": {"name": "Query"}, "mutationType": null, "subscriptionType": null}));
}

async fn what_is_wrong_is_told(database: Database) {
    let registry = database.sample().await;
    for (query, variables, code, told) in [
        ("{", json!({}), "malformed-request", "expected"),
        ("", json!({}), "malformed-request", "expected"),
        ("subscription { asOf }", json!({}), "malformed-request", "queries only"),
        ("mutation { asOf }", json!({}), "malformed-request", "queries only"),
        ("{ prodcut(code: \"P00000BY\") { code } }", json!({}), "unknown-field", "Did you mean \"product\""),
        ("{ product(code: \"P00000BY\") { certificatoin } }", json!({}), "unknown-field", "Did you mean \"certification\""),
        ("{ product(cod: \"P00000BY\", code: \"P00000BY\") { code } }", json!({}), "unknown-parameter", "Did you mean \"code\""),
        ("{ products(first: \"x\") { totalCount } }", json!({}), "invalid-value", "first"),
        ("{ products(status: [valid, vaild]) { totalCount } }", json!({}), "invalid-value", "status"),
        ("{ product { code } }", json!({}), "missing-parameter", "code"),
        ("query($x: Int!) { products(first: $x) { totalCount } }", json!({}), "missing-parameter", "$x"),
        ("query($x: Int!) { products(first: $x) { totalCount } }", json!({"x": "two"}), "invalid-value", "$x: \"two\" is no Int"),
        (
            "query($x: [Standing!]) { products(status: $x) { totalCount } }",
            json!({"x": ["vaild"]}),
            "invalid-value",
            "$x[0]: \"vaild\" is no Standing. Did you mean \"valid\"?",
        ),
        ("query($x: Boolean!) { asOf @skip(if: $x) }", json!({"x": 1}), "invalid-value", "Boolean"),
        ("{ products(first: 201) { totalCount } }", json!({}), "invalid-value", "201"),
        ("{ products(first: 2, last: 2) { totalCount } }", json!({}), "conflicting-parameters", "first with after"),
        ("{ products(after: \"x\") { totalCount } }", json!({}), "invalid-cursor", "cursor"),
        ("{ products(province: \"Atlantis\") { totalCount } }", json!({}), "unresolved-place", "Atlantis"),
        ("{ products(on: \"2026-02-30\") { totalCount } }", json!({}), "invalid-date", "2026-02-30"),
        ("{ products(q: \"mat\", sort: name) { totalCount } }", json!({}), "conflicting-parameters", "sort"),
        ("{ product(code: \"P00000BX\") { code } }", json!({}), "checksum-failed", "typing error"),
        ("{ product(code: \"M000007J\") { code } }", json!({}), "malformed-identifier", "kind"),
        ("{ verify { outcome } }", json!({}), "missing-parameter", "identifier"),
        ("{ product(code: \"P00000BY\") { producer { products(after: \"x\") { totalCount } } } }", json!({}), "invalid-cursor", "cursor"),
        ("{ ...F } fragment F on Query { ...F }", json!({}), "malformed-request", "within itself"),
        ("{ ...Gone }", json!({}), "malformed-request", "Gone"),
        ("{ asOf { day } }", json!({}), "malformed-request", "asOf"),
        ("{ groups }", json!({}), "malformed-request", "groups"),
    ] {
        let answer = super::asked(&registry, query, variables).await;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], code, "{query}: {answer}");
        assert!(error["message"].as_str().is_some_and(|text| text.contains(told)), "{query}: {error}");
    }
    let unknown = registry
        .ask(request("POST", "/graphql").set_json(json!({"query": "query A { asOf } query B { licence }", "operationName": "C"})))
        .await;
    assert_eq!(unknown.json()["errors"][0]["extensions"]["code"], "invalid-value");
    let second = registry
        .ask(request("POST", "/graphql").set_json(json!({"query": "query A { asOf } query B { licence }", "operationName": "B"})))
        .await;
    assert!(second.json()["data"]["licence"].is_string());
    // Nothing is known: that is an answer.
    let nothing =
        data(&registry, "{ product(code: \"P00VEX00\") { code } place(key: \"x\") { key } node(id: \"x\") { id } }", json!({})).await;
    assert_eq!(nothing, json!({"product": null, "place": null, "node": null}));
    // In the language of the client.
    let vietnamese =
        registry.ask(post("{ product(code: \"P00000BX\") { code } }", &json!({})).insert_header(("accept-language", "vi"))).await;
    assert!(vietnamese.json()["errors"][0]["message"].as_str().is_some_and(|text| text.contains("lỗi gõ")));
}

async fn answers_are_kept_and_confirmed(database: Database) {
    let registry = database.sample().await;
    let query = "query($code: ID!, $on: Date) { product(code: $code, on: $on) { code certification { status } } }";
    let hits = || registry.public.metrics.hits.get();
    let ask = |query: &str, variables: Value| registry.ask(post(query, &variables));
    let first = ask(query, json!({"code": "P00000BY", "on": "2022-01-01"})).await;
    let before = hits();
    let same = ask(query, json!({"code": "P00000BY", "on": "2022-01-01"})).await;
    assert_eq!((&same.body, same.header("etag"), hits() - before), (&first.body, first.header("etag"), 1));
    // The same question in other words is worked out again, to the same answer.
    let again = ask(&query.replace(", ", "\n").replace(' ', "  "), json!({"on": "2022-01-01", "code": "P00000BY"})).await;
    assert_eq!((&again.body, again.header("etag"), hits() - before), (&first.body, first.header("etag"), 1), "one hit");
    for other in [json!({"code": "P00000BY", "on": "2030-01-01"}), json!({"code": "P00000CW", "on": "2022-01-01"})] {
        assert_ne!(ask(query, other).await.body, first.body);
    }
    let address = format!("/graphql?query={query}&variables={{\"code\":\"P00000BY\",\"on\":\"2022-01-01\"}}");
    let (by_get, before) = (registry.get(&address).await, hits());
    assert_eq!((&by_get.body, registry.get(&address).await.body == first.body, hits() - before), (&first.body, true, 1));
    // Another representation is not taken from what is ready for the first.
    let other = registry.ask(get(&address).insert_header(("accept", RESPONSE))).await;
    is(&other, 200, RESPONSE);
    assert!(other.body == by_get.body && other.header("etag") != by_get.header("etag"), "two representations, two tags");
    is(&registry.get(&address).await, 200, "application/json");
    assert_eq!(registry.ask(get(&address).insert_header(("accept", "text/html"))).await.status, 406);
    assert_eq!(by_get.header("vary"), "Accept, Accept-Encoding, Accept-Language");
    assert!(by_get.header("cache-control").starts_with("public, max-age=60"));
    for ask in [get(&address), post(query, &json!({"code": "P00000BY", "on": "2022-01-01"}))] {
        let same = registry.ask(ask.insert_header(("if-none-match", first.header("etag")))).await;
        assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, first.header("etag")));
    }
    let packed =
        registry.ask(get("/graphql?query={products(first:50){nodes{code,name{vi}}}}").insert_header(("accept-encoding", "gzip"))).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    // Over a midnight, and over a write.
    registry.at("2026-11-21T16:59:50Z");
    assert!(registry.get(&address).await.header("cache-control").starts_with("public, max-age=10"));
    let today = ask("{ asOf dataVersion }", json!({})).await.json();
    registry.at("2026-11-21T17:00:00Z");
    let tomorrow = ask("{ asOf dataVersion }", json!({})).await.json();
    assert_eq!((&today["data"]["asOf"], &tomorrow["data"]["asOf"]), (&json!("2026-11-21"), &json!("2026-11-22")));
    let report = registry.import("name_vi,province,stars,level,decision_date\nNem chua,Thanh Hóa,4,province,2026-02-02\n").await;
    let after = ask("{ asOf dataVersion }", json!({})).await.json();
    assert_eq!((&after["data"]["dataVersion"], &after["extensions"]["dataVersion"]), (&json!(report.position), &json!(report.position)));
}

async fn one_answer_one_snapshot(database: Database) {
    let registry = database.generated().await;
    let query =
        "{ dataVersion asOf products(first: 1) { totalCount } stats { products dataVersion asOf } changes(first: 1) { dataVersion } }";
    let answer = super::asked(&registry, query, json!({})).await;
    let (data, extensions) = (&answer["data"], &answer["extensions"]);
    for version in [&data["dataVersion"], &data["stats"]["dataVersion"], &data["changes"]["dataVersion"]] {
        assert_eq!(version, &extensions["dataVersion"]);
    }
    assert_eq!((&data["asOf"], &data["stats"]["asOf"]), (&extensions["asOf"], &extensions["asOf"]));
    assert_eq!(data["products"]["totalCount"], data["stats"]["products"]);
}

async fn the_page_to_try_queries(database: Database) {
    let registry = database.sample().await;
    let page = registry.get("/graphiql").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self';") && !policy.contains("http"), "{policy}");
    // Everything that it names is here, and it names no other host.
    let named: Vec<&str> = page.text().split('"').filter(|text| text.starts_with("/graphiql/")).collect();
    assert_eq!((named.len(), page.text().contains("://")), (5, false));
    for asset in named {
        let plain = registry.get(asset).await;
        let packed = registry.ask(get(asset).insert_header(("accept-encoding", "gzip, br"))).await;
        assert_eq!((plain.status, packed.status, plain.header("content-type")), (200, 200, packed.header("content-type")), "{asset}");
        if packed.header("content-encoding") == "gzip" {
            assert!(packed.body.len() * 14 < plain.body.len() * 10, "{asset}");
            assert_eq!(ocop_registry::http::encode::unpacked(&packed.body), plain.body, "{asset}");
        }
    }
    assert_eq!(registry.get("/graphiql/nothing.js").await.status, 404);
    // Its examples find something on the sample.
    let script = include_str!("../../../src/graphql/assets/start.js");
    let examples: Vec<&str> = script.split('`').skip(1).step_by(2).collect();
    assert_eq!(examples.len(), 5);
    for example in examples {
        let found = data(&registry, example, json!({})).await;
        assert!(!found.to_string().contains("\"nodes\":[]"), "{example}: {found}");
    }
}
