//! The number of SQL statements depends on what a query looks like, never on how much it finds.

use super::asked;
use crate::support::registry::{Database, Registry, on_both};
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, Once};

on_both!(nestings_cost_the_same_whatever_they_find, nothing_is_read_for_what_is_known);

/// Statements by database.
static COUNTS: LazyLock<Mutex<HashMap<String, u32>>> = LazyLock::new(Mutex::default);

/// Counts the statements of one connection.
#[derive(Default)]
struct Counter {
    database: String,
}

impl Instrumentation for Counter {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => self.database = url.to_owned(),
            InstrumentationEvent::StartQuery { query, .. } => {
                let query = query.to_string();
                // The frame of a snapshot is always the same.
                if !["BEGIN", "ROLLBACK", "PRAGMA", "SET "].iter().any(|word| query.starts_with(word)) {
                    *COUNTS.lock().expect("no test fails here").entry(self.database.clone()).or_default() += 1;
                }
            }
            _ => {}
        }
    }
}

fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| set_default_instrumentation(|| Some(Box::new(Counter::default()))).expect("it can be set once"));
}

/// The statements of one question and what it found.
async fn counted(registry: &Registry, query: &str, first: u32) -> (u32, Value) {
    let of = |registry: &Registry| COUNTS.lock().expect("no test fails here").get(registry.database()).copied().unwrap_or(0);
    let before = of(registry);
    let answer = asked(registry, query, json!({"first": first})).await;
    assert_eq!(answer.get("errors"), None, "{query}");
    (of(registry) - before, answer["data"].clone())
}

/// Objects in an answer.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        _ => 0,
    }
}

async fn nestings_cost_the_same_whatever_they_find(database: Database) {
    watch();
    // Without a cache every question is a new one.
    let registry = database.generated_with(|settings| settings.cache_mib = 0).await;
    // Each with its statements: the ledger position, and one for each thing that is read together;
    // decisions come with what annulled them.
    for (query, statements) in [
        ("query($first: Int) { producers(first: $first) { nodes { code name } } }", 2),
        ("query($first: Int) { producers(first: $first) { nodes { identifiers { kind } products(first: 5) { nodes { code } } } } }", 5),
        ("query($first: Int) { products(first: $first) { nodes { code producer { provenance { source } } } } }", 3),
        (
            "query($first: Int) { producers(first: $first) { nodes { products(first: 3) { nodes { certificates { code decision { code kind products(first: 3) { nodes { code producer { name place { now { name } } } } } } } } } } } }",
            9,
        ),
        (
            "query($first: Int) { decisions(first: $first) { nodes { knownCertificates certificates(first: 3) { nodes { product { code gtins } } } } } }",
            7,
        ),
        (
            "query($first: Int) { certificates(first: $first) { totalCount nodes { decision { kind } product { formerNames producer { provenance { source } } } } } }",
            8,
        ),
        // Of each province its own page: one statement for all of them, and their records.
        (
            "query($first: Int) { places(first: $first, level: province, on: \"2026-11-21\") { nodes { products(first: 3) { nodes { code } } places(first: 3) { nodes { key } } } } }",
            3,
        ),
        (
            "query($first: Int) { places(first: $first, level: province, on: \"2026-11-21\") { nodes { products(first: 3) { totalCount nodes { producer { provenance { source } } } } producers(first: 3) { totalCount nodes { name products(first: 2) { nodes { code } } } } decisions(first: 2) { nodes { number issuer { place { decisions(first: 1) { nodes { code } } } } } } } } }",
            16,
        ),
        // Where a filter has several conditions, one more for all places in which it finds little.
        (
            "query($first: Int) { places(first: $first, level: province, on: \"2026-11-21\") { nodes { products(first: 5, stars: 4, status: [valid, expired]) { nodes { code } } } } }",
            4,
        ),
        ("query($first: Int) { changes(first: $first) { items { producer { provenance { source } } } } }", 3),
    ] {
        let (few, little) = counted(&registry, query, 2).await;
        let (many, much) = counted(&registry, query, 40).await;
        assert!(size(&much) > 3 * size(&little), "more is found: {} and {}", size(&much), size(&little));
        assert_eq!((few, many), (statements, statements), "{query}");
    }
}

async fn nothing_is_read_for_what_is_known(database: Database) {
    watch();
    let registry = database.generated_with(|settings| settings.cache_mib = 0).await;
    for query in [
        "{ groups { number sets { name { vi } group { sets { group { numeral } } } } } sets { group { number } } }",
        "{ place(key: \"VN34-38\") { places(first: 5, level: commune) { totalCount nodes { key parent { place { places(first: 2) { nodes { key } } } } } } } }",
        "{ places(first: 5) { nodes { parent { place { name { vi } } } } } }",
        "{ regimes { code } asOf licence __typename }",
    ] {
        assert_eq!(counted(&registry, query, 1).await.0, 0, "{query}");
    }
    // Groups and sets are few, but what they lead to is read for all of them together.
    let shop = "query($first: Int) { groups { sets { products(first: $first) { nodes { code name { vi } producer { name provenance { source } } set { group { sets { number } } } } } } } }";
    assert_eq!((counted(&registry, shop, 1).await.0, counted(&registry, shop, 10).await.0), (4, 4));
    // What stands in a product's own record costs nothing more.
    let lean = "query($first: Int) { producers(first: $first) { nodes { products(first: 3) { nodes { code certification { decision { number } } producer { code name form } group { name { vi } } certificates { code } } } } } }";
    assert_eq!(counted(&registry, lean, 10).await.0, 4);
}
