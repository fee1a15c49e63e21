//! The public REST side, asked as clients ask it, on both databases.

mod batch;
mod caching;
mod changes;
mod examples;
mod exports;
mod filters;
pub(crate) mod history;
pub(crate) mod merges;
mod openapi;
mod paging;
mod problems;
mod records;
mod search;
mod verification;
mod wire;

use serde_json::Value;

/// The codes of items, in their order.
fn codes(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["code"].as_str().expect("an item has a code")).collect()
}

/// The items of a page.
fn items(page: &Value) -> &[Value] {
    page["items"].as_array().expect("a list has items")
}

/// The Vietnamese names of products, in their order.
fn names(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["name"]["vi"].as_str().expect("a product has a name")).collect()
}
