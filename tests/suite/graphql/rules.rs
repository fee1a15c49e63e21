//! The rules of the specification that decide what is answered: what breaks one is not carried out.

use super::post;
use crate::support::registry::{Database, Registry, on_both};
use serde_json::{Value, json};

on_both!(fields_under_one_name_are_one_field);

/// Asks as a client of GraphQL's own media type does: status, and the first error with its code and
/// whether it has a place.
async fn refused(registry: &Registry, query: &str, variables: Value) -> (u16, String) {
    let ask =
        post(query, &variables).insert_header(("accept", "application/graphql-response+json")).insert_header(("accept-language", "en"));
    let answer = registry.ask(ask).await;
    let told = answer.json();
    if answer.status == 400 {
        assert_eq!(told.get("data"), None, "{query}");
        assert!(told["errors"][0]["locations"][0]["line"].is_u64(), "{query}: {told}");
    }
    (answer.status, told["errors"][0]["message"].as_str().unwrap_or_default().to_owned())
}

async fn fields_under_one_name_are_one_field(database: Database) {
    let registry = database.sample().await;
    let (arguments, fields, types) = ("differing arguments", "are different fields", "conflicting types");
    for (query, told) in [
        (
            "{ verify(identifier: \"P00000MC\") { permittedClaim { allowed } } ...Card } fragment Card on Query { verify(identifier: \"P00000BY\") { outcome } }",
            arguments,
        ),
        (
            "{ ...Card verify(identifier: \"P00000MC\") { outcome } } fragment Card on Query { verify(identifier: \"P00000BY\") { outcome } }",
            arguments,
        ),
        (
            "{ ...A ...B } fragment A on Query { v: verify(identifier: \"P00000MC\") { outcome } } fragment B on Query { ... { v: verify(identifier: \"P00000BY\") { outcome } } }",
            arguments,
        ),
        (
            "{ product(code: \"P00000BY\", on: \"2022-01-01\") { code } ... on Query { product(code: \"P00000BY\", on: \"2023-01-01\") { code } } }",
            arguments,
        ),
        (
            "{ product(code: \"P00000BY\") { code } ...F } fragment F on Query { product(code: \"P00000BY\", on: \"2023-01-01\") { code } }",
            arguments,
        ),
        (
            "{ product(code: \"P00000BY\") { producer { products(first: 1) { nodes { code } } ...F } } } fragment F on Producer { products(last: 1) { nodes { code } } }",
            arguments,
        ),
        (
            "query($a: Int, $b: Int) { product(code: \"P00000BY\") { producer { products(first: $a) { totalCount } } producer { ...F } } } fragment F on Producer { products(first: $b) { totalCount } }",
            arguments,
        ),
        ("{ product(code: \"P00000BY\") { x: code ...F } } fragment F on Product { x: formerNames }", types),
        ("{ product(code: \"P00000BY\") { x: status { code } ...F } } fragment F on Product { x: code }", "Cannot query field"),
        ("{ product(code: \"P00000BY\") { x: code ...F } } fragment F on Product { x: id }", types),
        (
            "{ product(code: \"P00000BY\") { certification { x: outcome } ...F } } fragment F on Product { certification { x: status } }",
            types,
        ),
        ("{ place(key: \"VN34-24\") { x: key ...F } } fragment F on Place { ...G } fragment G on Place { x: id }", types),
        ("{ a: asOf ...F } fragment F on Query { a: dataVersion }", types),
        ("{ a: producer(code: \"M0000003\") { code } ...F } fragment F on Query { a: product(code: \"P00000BY\") { code } }", fields),
        ("{ node(id: \"C0000234\") { ... on Product { x: formerNames } ... on Certificate { x: stars } } }", types),
        ("{ node(id: \"C0000234\") { ... on Product { x: name { y: vi } } ... on Producer { x: name } } }", types),
        ("{ node(id: \"C0000234\") { ... on Node { x: id } ... on Product { x: code } } }", types),
        (
            "{ node(id: \"C0000234\") { ... on Product { x: producer { y: name } } ... on Certificate { x: product { y: formerNames } } } }",
            types,
        ),
        ("{ verifyBatch(identifiers: [\"P00000BY\"]) { ... on Verification { r: stars } ... on BatchFailure { r: identifier } } }", types),
        ("{ node(id: \"C0000234\") { ... on Product { x: producer { code } } ... on Certificate { x: product { code } } } }", types),
        ("query A { asOf } query B { x: asOf ...F } fragment F on Query { x: dataVersion }", types),
        ("{ __type(name: \"Product\") { x: name } ...F } fragment F on Query { __type(name: \"Producer\") { name } }", arguments),
        ("{ __type(name: \"Product\") { x: name ...F } } fragment F on __Type { x: description }", fields),
    ] {
        let (status, message) = refused(&registry, query, json!({})).await;
        assert!(status == 400 && message.contains(told), "{query}: {status} {message}");
    }
    // The same field however often and wherever, and other fields of things that are not the same.
    for query in [
        "{ verify(identifier: \"P00000MC\") { outcome } ...Card } fragment Card on Query { verify(identifier: \"P00000MC\") { permittedClaim { allowed } } }",
        "{ a: places(q: \"lao\", on: \"2024-01-01\") { totalCount } ...F } fragment F on Query { a: places(on: \"2024-01-01\", q: \"lao\") { nodes { key } } }",
        "{ node(id: \"P00000BY\") { ... on Product { x: code } ... on Producer { x: name } ... on Node { id } } }",
        "{ nodes(ids: [\"P00000BY\"]) { id ... on Product { code } ... on Producer { code products(first: 1) { totalCount } } ... on Decision { products(first: 2) { totalCount } } } }",
        "{ verifyBatch(identifiers: [\"P00000BY\"]) { ... on Verification { identifier } ... on BatchFailure { identifier } } }",
    ] {
        let (status, message) = refused(&registry, query, json!({})).await;
        assert_eq!((status, message.as_str()), (200, ""), "{query}");
    }
    // However many: in little time.
    let same = format!("{{ {} ...F }} fragment F on Query {{ asOf: dataVersion }}", "asOf ".repeat(1_900));
    assert_eq!(refused(&registry, &same, json!({})).await.0, 400);
}
