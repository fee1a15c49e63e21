//! What a query may ask for, and hostile ones: refused before anything is read, in bounded time.

use super::{asked, code, data, post};
use crate::support::registry::{Database, on_both, request};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

on_both!(
    costs_are_told_and_bounded,
    all_that_is_asked_counts,
    answers_are_of_bounded_length,
    hostile_documents_are_refused_at_once,
    tools_pass
);

/// Far more than a refusal takes, on a machine that does other things too.
const AT_ONCE: Duration = Duration::from_secs(3);

async fn costs_are_told_and_bounded(database: Database) {
    let registry = database.sample().await;
    let cost = async |query: &str| asked(&registry, query, json!({})).await["extensions"]["cost"].clone();
    let one = cost("{ product(code: \"P00000BY\") { code } }").await;
    assert_eq!(one["limit"], 200_000);
    let of = |cost: &Value| cost["requested"].as_u64().expect("a number");
    let (ten, hundred) =
        (cost("{ products(first: 10) { nodes { code } } }").await, cost("{ products(first: 100) { nodes { code } } }").await);
    assert!(of(&one) < of(&ten) && of(&ten) * 9 < of(&hundred), "{one} {ten} {hundred}: sizes of pages count");
    let aliased = cost("{ a: products(first: 10) { nodes { code } } b: products(first: 10) { nodes { code } } }").await;
    assert_eq!(of(&aliased), 2 * of(&ten));
    // In a fragment, by a variable, in a variable's default: the same.
    let spread =
        cost("query($n: Int = 100) { ...P } fragment P on Query { products(first: $n) { nodes { ... on Product { code } } } }").await;
    assert_eq!(of(&spread), of(&hundred));
    let left_out = cost("{ products(first: 10) { nodes { code name @skip(if: true) { vi } } } }").await;
    assert_eq!(of(&left_out), of(&ten));
    // What a screen shows is far below the limit, what walks all there is far above it.
    for screen in [
        "{ places(first: 34, level: province) { nodes { name { vi } products(first: 5) { totalCount nodes { code name { vi } } } } } }",
        "{ places(first: 34, level: province) { nodes { products(first: 5, status: [valid, extended]) { nodes { code } } } } }",
        "{ groups { sets { products(first: 3) { nodes { code name { vi } producer { name } } } } } }",
    ] {
        let cost = of(&cost(screen).await);
        assert!((100..120_000).contains(&cost), "{screen}: {cost}");
    }
    for greedy in [
        "{ a: stats(by: [province, provinceThen, stars, status, group, set, form, regime]) { products } b: stats(by: [stars]) { products } }",
        "{ places(first: 200) { nodes { places(first: 200) { nodes { places(first: 200) { nodes { key } } } } } } }",
        "{ places(first: 200) { nodes { places(first: 200) { totalCount } } } a: places(first: 200) { nodes { places { nodes { places { totalCount } } } } } }",
        "{ places(first: 200) { nodes { products(first: 200) { nodes { code } } } } }",
        "{ places(first: 200) { nodes { products(first: 1) { totalCount } } } }",
        "{ places(first: 200) { nodes { producers(first: 1, name: \"x\") { totalCount } } } }",
        "{ sets { group { sets { group { sets { products(first: 50) { nodes { set { group { products { totalCount } } } } } } } } } } }",
    ] {
        let begun = Instant::now();
        let refused = asked(&registry, greedy, json!({})).await;
        assert_eq!((&refused["errors"][0]["extensions"]["code"], refused.get("data")), (&json!("query-too-large"), None), "{greedy}");
        assert!(begun.elapsed() < AT_ONCE, "{greedy}");
    }
    let greedy = "{ producers(first: 200) { nodes { products(first: 200) { nodes { code producer { products(first: 200) { nodes { code } } } } } } } }";
    let refused = asked(&registry, greedy, json!({})).await;
    assert_eq!((&refused["errors"][0]["extensions"]["code"], refused.get("data")), (&json!("query-too-large"), None));
    assert!(of(&refused["extensions"]["cost"]) > 200_000);
    // As many as REST takes, and one more.
    let batch = "query($all: [String!]!) { verifyBatch(identifiers: $all) { ... on Verification { identifier outcome status stars validUntil product { code name { vi } } permittedClaim { allowed vi } } } }";
    let all = |count: usize| json!({"all": vec!["P00000BY"; count]});
    let answer = registry.ask(post(batch, &all(5_000))).await.json();
    assert_eq!((answer.get("errors"), answer["data"]["verifyBatch"].as_array().map(Vec::len)), (None, Some(5_000)));
    assert_eq!(code(&registry, batch, all(5_001)).await, "too-many-identifiers");
    assert_eq!(code(&registry, "query($all: [ID!]!) { nodes(ids: $all) { id } }", all(201)).await, "too-many-identifiers");
}

async fn hostile_documents_are_refused_at_once(database: Database) {
    let registry = database.sample().await;
    let deep = |depth: usize| {
        format!("{{ product(code: \"P00000BY\") {}{{ code }}{} }}", "{ producer { products { nodes ".repeat(depth), "} } }".repeat(depth))
    };
    let doubling = |count: usize| {
        let fragments: String = (0..count).map(|n| format!("fragment F{n} on Product {{ ...F{0} ...F{0} }} ", n + 1)).collect();
        format!("{{ product(code: \"P00000BY\") {{ ...F0 }} }} {fragments} fragment F{count} on Product {{ code }}")
    };
    let circle = |count: usize| {
        let fragments: String = (0..count).map(|n| format!("fragment F{n} on Product {{ ...F{} }} ", (n + 1) % count)).collect();
        format!("{{ product(code: \"P00000BY\") {{ ...F0 }} }} {fragments}")
    };
    let aliases = |count: usize| format!("{{ {} }}", (0..count).map(|n| format!("a{n}: asOf ")).collect::<String>());
    let introspection =
        |depth: usize| format!("{{ __schema {{ types {}{{ name }}{} }} }}", "{ fields { type ".repeat(depth), "} }".repeat(depth));
    let large: Vec<(&str, String)> = vec![
        ("nesting", deep(20)),
        ("nesting of selections", deep(5)),
        ("endless nesting", "{ a".repeat(100_000)),
        ("endless nesting of lists", format!("{{ nodes(ids: {}", "[".repeat(60_000))),
        ("endless nesting of objects", format!("{{ verify(decision: {}", "{a:".repeat(20_000))),
        ("fragments that double", doubling(60)),
        ("few fragments that double", doubling(20)),
        ("aliases", aliases(5_000)),
        ("fewer aliases", aliases(150)),
        ("directives", format!("{{ asOf {} }}", "@include(if: true) ".repeat(500))),
        ("fields", format!("{{ {} }}", "asOf ".repeat(20_000))),
        ("tokens", "{ asOf } ".repeat(5_000)),
        ("a long name", format!("{{ {} }}", "x".repeat(1_000_000))),
        ("a long text", format!("{{ product(code: \"{}\") {{ code }} }}", "9".repeat(1_000_000))),
        ("an open text", format!("{{ product(code: \"{}", "\\\"".repeat(30_000))),
        ("a long comment", format!("#{}\n{{ asOf }}", "x".repeat(100_000))),
        ("deep introspection", introspection(20)),
    ];
    for (what, document) in large {
        let begun = Instant::now();
        let answer = asked(&registry, &document, json!({})).await;
        let told = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{what}: {answer}"));
        let open = what == "an open text";
        assert_eq!(told, if open { "malformed-request" } else { "query-too-large" }, "{what}: {answer}");
        assert!(begun.elapsed() < AT_ONCE, "{what} took {:?}", begun.elapsed());
        assert!(answer.to_string().len() < 2_000, "{what}: a refusal is short");
    }
    for (what, document, expected) in [
        ("a circle", circle(1), "malformed-request"),
        ("a wide circle", circle(50), "malformed-request"),
        ("a byte that is no letter", "{ as\u{0}Of }".into(), "malformed-request"),
        ("nothing but comments", "# x\n".repeat(10_000), "malformed-request"),
        ("many unknown fields", format!("{{ {} }}", (0..1_500).map(|n| format!("x{n} ")).collect::<String>()), "unknown-field"),
        (
            "fragments nobody spreads",
            format!("{{ asOf }} {}", (0..500).map(|n| format!("fragment F{n} on Query {{ asOf }} ")).collect::<String>()),
            "malformed-request",
        ),
    ] {
        let begun = Instant::now();
        assert_eq!(code(&registry, &document, json!({})).await, expected, "{what}");
        assert!(begun.elapsed() < AT_ONCE, "{what} took {:?}", begun.elapsed());
    }
    // Variables: many, deep, and of the wrong kind.
    let deep = (0..100).fold(json!("x"), |inner, _| json!([inner]));
    for (variables, expected) in [
        (json!({"x": vec!["P00000BY"; 100_000]}), "too-many-identifiers"),
        (json!({"x": deep}), "invalid-value"),
        (json!({"x": {"x": {"x": 1}}}), "invalid-value"),
        (json!({"x": 1e300}), "invalid-value"),
    ] {
        let begun = Instant::now();
        assert_eq!(code(&registry, "query($x: [String!]!) { verifyBatch(identifiers: $x) { __typename } }", variables).await, expected);
        assert!(begun.elapsed() < AT_ONCE);
    }
    let endless = format!("{{\"query\": {}", "[".repeat(1_000_000));
    let answer = registry.ask(request("POST", "/graphql").insert_header(("content-type", "application/json")).set_payload(endless)).await;
    assert_eq!(answer.status, 400);
    // After all that it answers.
    assert_eq!(data(&registry, "{ product(code: \"P00000BY\") { code } }", json!({})).await["product"]["code"], "P00000BY");
}

async fn all_that_is_asked_counts(database: Database) {
    let registry = database.sample().await;
    let times = |count: usize, field: &str| (0..count).map(|n| format!("a{n}: {field} ")).collect::<String>();
    let all = |count: usize| json!({"x": vec!["P00000BY"; count]});
    let batches = |count: usize| format!("query($x: [String!]!) {{ {} }}", times(count, "verifyBatch(identifiers: $x) { __typename }"));
    assert_eq!(code(&registry, &batches(2), all(2_501)).await, "too-many-identifiers");
    assert_eq!(code(&registry, &batches(100), all(5_000)).await, "too-many-identifiers");
    assert_eq!(asked(&registry, &batches(2), all(2_500)).await.get("errors"), None);
    let cost = async |query: &str, variables: Value| {
        asked(&registry, query, variables).await["extensions"]["cost"]["requested"].as_u64().expect("a number")
    };
    assert!(cost(&batches(1), all(5_000)).await >= 10_000);
    assert!(cost("{ changes(first: 1000) { hasMore } }", json!({})).await >= 10_000);
    assert!(cost("query($x: [ID!]!) { nodes(ids: $x) { id } }", json!({"x": vec!["P00000BY"; 200]})).await >= 2_000);
    // A failure of a batch is an item like any other.
    let failures =
        "query($x: [String!]!) { verifyBatch(identifiers: $x) { ... on BatchFailure { identifier error { pointer code detail } } } }";
    assert!(cost(failures, all(1_000)).await >= 5_000);
    let full = include_str!("introspection.graphql");
    let told = cost(full, json!({})).await;
    assert!((10_000..100_000).contains(&told), "{told}");
    for greedy in [
        format!("{{ {} }}", times(100, "changes(first: 1000) { hasMore }")),
        format!("{{ {} }}", times(60, "__schema { types { name description fields { name description args { name description type { name ofType { name ofType { name } } } } } } }")),
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }".into(),
        "{ __type(name: \"Query\") { ...F } } fragment F on __Type { fields { type { fields { type { fields { type { fields { name } } } } } } } }".into(),
    ] {
        let begun = Instant::now();
        assert_eq!(code(&registry, &greedy, json!({})).await, "query-too-large", "{greedy}");
        assert!(begun.elapsed() < AT_ONCE);
    }
}

async fn answers_are_of_bounded_length(database: Database) {
    let registry = database.sample().await;
    let named = |length: usize| {
        format!(
            "query($x: [String!]!) {{ {}: verifyBatch(identifiers: $x) {{ ... on Verification {{ {}: identifier }} }} }}",
            "a".repeat(length),
            "b".repeat(length)
        )
    };
    let all = |count: usize, text: String| json!({"x": vec![text; count]});
    assert_eq!(code(&registry, &named(101), all(1, "P00000BY".into())).await, "query-too-large");
    assert_eq!(asked(&registry, &named(100), all(1, "P00000BY".into())).await.get("errors"), None);
    // As much as may be asked, each item as long as may be: refused, not held in memory.
    let many = (0..99).map(|n| format!("{}{n:02}: identifier ", "b".repeat(98))).collect::<String>();
    let query = format!("query($x: [String!]!) {{ verifyBatch(identifiers: $x) {{ ... on BatchFailure {{ {many} }} }} }}");
    let answer = registry.ask(post(&query, &all(1_900, "x".repeat(250))).insert_header(("accept-language", "en"))).await;
    let told = answer.json();
    assert_eq!((told.get("data"), &told["errors"][0]["extensions"]["code"]), (None, &json!("query-too-large")));
    assert!(answer.text().contains("longer than 32 MiB"), "{}", answer.text());
    // What cannot be read is not repeated whole.
    let long = "9".repeat(50_000);
    let told = registry.ask(post(&format!("{{ verify(identifier: \"{long}\") {{ outcome }} }}"), &json!({}))).await;
    assert!(told.body.len() < 2_000 && told.json()["data"]["verify"].is_null(), "{}", told.body.len());
    let address = format!("/graphql?query={{verify(identifier:\"{long}\"){{outcome}}}}");
    let told = registry.ask(crate::support::registry::get(&address).insert_header(("accept-language", "en"))).await;
    assert!(told.status == 414 && told.text().contains("POST /graphql"), "{}", told.text());
}

async fn tools_pass(database: Database) {
    let registry = database.sample().await;
    // What GraphiQL and code generators ask first (graphql-js 16, with all its options).
    let introspection = include_str!("introspection.graphql");
    let found = data(&registry, introspection, json!({})).await;
    assert!(found["__schema"]["types"].as_array().is_some_and(|types| types.len() > 60));
    let query = "{ __type(name: \"Product\") { kind interfaces { name } fields { name } } __schema { queryType { name } } asOf }";
    let found = data(&registry, query, json!({})).await;
    assert_eq!(found["__type"]["interfaces"], json!([{"name": "Node"}]));
    assert_eq!(found["asOf"], "2026-11-21");
}
