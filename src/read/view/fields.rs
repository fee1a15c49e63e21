//! `fields=`: an answer with some members only. The names come from the view's own schema.

use serde_json::Value;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

/// The members of a view, in order.
pub fn members<T: PartialSchema>() -> Vec<String> {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object.properties.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// Keeps the named members of an object.
pub fn keep(value: &mut Value, fields: &[String]) {
    if let Value::Object(members) = value {
        members.retain(|name, _| fields.iter().any(|field| field == name));
    }
}
