//! The GraphQL door, asked as clients ask it, on both databases.

mod clients;
mod documents;
mod http;
mod limits;
mod merges;
mod paging;
mod readme;
mod rules;
mod same;
mod schema;
mod statements;

use crate::support::registry::{Registry, request};
use actix_web::test::TestRequest;
use serde_json::{Value, json};

/// A POST of a document with variables.
fn post(query: &str, variables: &Value) -> TestRequest {
    request("POST", "/graphql").set_json(json!({"query": query, "variables": variables}))
}

/// The whole answer to a document.
async fn asked(registry: &Registry, query: &str, variables: Value) -> Value {
    let answer = registry.ask(post(query, &variables).insert_header(("accept-language", "en"))).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    answer.json()
}

/// The data of an answer without errors.
async fn data(registry: &Registry, query: &str, variables: Value) -> Value {
    let mut answer = asked(registry, query, variables).await;
    assert_eq!(answer.get("errors"), None, "{query}");
    answer["data"].take()
}

/// The code of the only error of a document.
async fn code(registry: &Registry, query: &str, variables: Value) -> String {
    let answer = asked(registry, query, variables).await;
    let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("{query}: no error in {answer}"));
    assert!(errors.iter().all(|error| error["message"].as_str().is_some_and(|text| !text.is_empty())), "{query}: {answer}");
    errors[0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{query}: {answer}")).to_owned()
}
