//! The queries of the README work on the sample.

use super::data;
use crate::support::registry::{Database, on_both};
use serde_json::{Value, json};

on_both!(the_readmes_queries_find_something);

async fn the_readmes_queries_find_something(database: Database) {
    let registry = database.sample().await;
    let readme = include_str!("../../../README.md");
    let queries: Vec<&str> = readme.split("```graphql\n").skip(1).map(|rest| rest.split("```").next().expect("an end")).collect();
    assert_eq!(queries.len(), 6);
    for query in queries {
        let found = data(&registry, query, json!({})).await;
        assert!(full(&found), "{query}: {found}");
    }
}

/// Whether no thing is missing and no list is empty.
fn full(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            members.iter().all(|(name, value)| !(value.is_null() && name != "en" && name != "validUntil") && full(value))
        }
        Value::Array(items) => !items.is_empty() && items.iter().all(full),
        _ => true,
    }
}
