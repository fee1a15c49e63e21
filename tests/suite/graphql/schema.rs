//! The schema as it is written down.

use super::data;
use crate::support::program::{run, said, sentence};
use crate::support::registry::{Database, on_both};
use serde_json::json;

on_both!(every_field_is_described);

const SDL: &str = include_str!("../../../schema.graphql");

#[test]
fn the_committed_schema_is_the_programs() {
    assert!(SDL == ocop_registry::graphql::sdl(), "run `ocop-registry schema`");
    // Sorted: a change of it shows as what it is.
    let types: Vec<&str> = SDL.lines().filter_map(|line| line.strip_prefix("type ")).collect();
    assert!(types.len() > 40 && types.is_sorted(), "{types:?}");
}

#[test]
fn a_breaking_change_is_refused_and_named() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (dir, file) = (scratch.path(), scratch.path().join("schema.graphql"));
    said(dir, &["schema"]);
    assert_eq!(std::fs::read_to_string(&file).expect("it is written"), SDL);
    said(dir, &["schema", "--check"]);
    // A field that clients knew and that this program no longer has.
    let known = SDL.replacen("type Query {", "type Query {\n  \"Gone.\"\n  shops(first: Int): Int\n", 1);
    std::fs::write(&file, &known).expect("written");
    for arguments in [&["schema", "--check"][..], &["schema"]] {
        let told = sentence(&run(dir, arguments));
        assert!(told.contains("the field Query.shops is gone") && told.contains("--breaking"), "{told}");
        assert_eq!(std::fs::read_to_string(&file).expect("it is there"), known, "nothing is written");
    }
    said(dir, &["schema", "--breaking"]);
    assert_eq!(std::fs::read_to_string(&file).expect("it is written"), SDL);
    // A change that breaks nobody is only told to be written down.
    std::fs::write(&file, SDL.replacen("Address of the licence", "The licence", 1)).expect("written");
    let told = sentence(&run(dir, &["schema", "--check"]));
    assert!(told.contains("is not what the code says"), "{told}");
    said(dir, &["schema"]);
}

async fn every_field_is_described(database: Database) {
    let registry = database.sample().await;
    let query = "{ __schema { types { name kind description fields { name description type { kind name ofType { kind name } } args { name description } } inputFields { name description } enumValues { name description } } } }";
    let schema = data(&registry, query, json!({})).await;
    let types = schema["__schema"]["types"].as_array().expect("types");
    let (mut fields, mut words) = (0, 0);
    for ty in types.iter().filter(|ty| !ty["name"].as_str().is_some_and(|name| name.starts_with("__"))) {
        let described = |thing: &serde_json::Value, of: &str| {
            assert!(thing["description"].as_str().is_some_and(|text| text.len() > 3), "{of}: {thing}");
        };
        let name = ty["name"].as_str().expect("a name");
        // Those that the specification itself describes.
        if ["Boolean", "Float", "ID", "Int", "String"].contains(&name) {
            continue;
        }
        described(ty, name);
        for word in ty["enumValues"].as_array().into_iter().flatten() {
            words += 1;
            described(word, name);
        }
        for field in ty["fields"].as_array().into_iter().chain(ty["inputFields"].as_array()).flatten() {
            fields += 1;
            described(field, name);
            field["args"].as_array().into_iter().flatten().for_each(|argument| described(argument, name));
        }
    }
    assert!(fields > 200 && words > 80, "{fields} fields, {words} words");
}
