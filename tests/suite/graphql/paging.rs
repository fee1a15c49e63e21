//! Relay: global ids, connections both ways, counts when asked for.

use super::data;
use crate::support::registry::{Database, Registry, on_both};
use serde_json::{Value, json};

on_both!(every_list_there_and_back, every_relation_there_and_back, the_pages_of_a_relation, ids_lead_back, the_order_is_the_querys);

const PAGE: &str = "edges { cursor node { id } } nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } totalCount";

fn ids(page: &Value) -> Vec<String> {
    let nodes = page["nodes"].as_array().expect("nodes");
    let ids: Vec<String> = nodes.iter().map(|node| node["id"].as_str().expect("an id").to_owned()).collect();
    let edges = page["edges"].as_array().expect("edges");
    assert!(edges.iter().map(|edge| &edge["node"]).eq(nodes), "edges and nodes are the same");
    if let (Some(first), Some(last)) = (edges.first(), edges.last()) {
        assert_eq!((&first["cursor"], &last["cursor"]), (&page["pageInfo"]["startCursor"], &page["pageInfo"]["endCursor"]));
    }
    ids
}

/// Walks a list from one end to the other and checks what each page says of its neighbours.
async fn walked(registry: &Registry, list: &str, most: usize, forwards: bool, at: fn(&Value) -> &Value) -> Vec<String> {
    let (size, from) = if forwards { ("first", "after") } else { ("last", "before") };
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let query = list.replace("PAGE", &format!("{size}: {most}{cursor}")).replace("FIELDS", PAGE);
        let found = data(registry, &query, json!({})).await;
        let page = at(&found);
        let (ids, info) = (ids(page), &page["pageInfo"]);
        let more = if forwards { "hasNextPage" } else { "hasPreviousPage" };
        let behind = if forwards { "hasPreviousPage" } else { "hasNextPage" };
        assert_eq!(info[behind], !all.is_empty(), "{query}");
        if forwards {
            all.extend(ids)
        } else {
            all.splice(0..0, ids).for_each(drop)
        }
        if info[more] == false {
            assert_eq!(page["totalCount"], all.len(), "{query}");
            return all;
        }
        let turn = if forwards { "endCursor" } else { "startCursor" };
        cursor = format!(", {from}: {}", info[turn]);
    }
}

async fn every_list_there_and_back(database: Database) {
    let registry = database.generated().await;
    for (field, arguments) in [
        ("products", ""),
        ("products", "province: \"VN34-51\", "),
        ("products", "sort: name, descending: true, status: [valid, expired], stars: 4, "),
        ("products", "sort: validUntil, form: [cooperative], "),
        ("products", "q: \"tra\", "),
        ("producers", "form: [cooperative], "),
        ("decisions", "kind: recognition, "),
        ("certificates", "stars: 4, "),
        ("places", "level: province, "),
        ("places", "q: \"thanh\", "),
    ] {
        there_and_back(&registry, &format!("{{ list: {field}({arguments}PAGE) {{ FIELDS }} }}"), 7, list_of).await;
    }
}

async fn there_and_back(registry: &Registry, list: &str, most: usize, at: fn(&Value) -> &Value) {
    let forwards = walked(registry, list, most, true, at).await;
    assert!(forwards.len() > most, "{list}: {}", forwards.len());
    assert_eq!(walked(registry, list, most, false, at).await, forwards, "{list}");
    let mut once = forwards.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), forwards.len(), "{list}");
}

async fn every_relation_there_and_back(database: Database) {
    let registry = database.generated().await;
    for (of, relation) in [
        ("place(key: \"VN34-51\")", "products("),
        ("place(key: \"VN34-51\")", "products(status: [valid, expired], starsMin: 3, "),
        ("place(key: \"VN34-51\")", "producers("),
        ("place(key: \"VN34-51\")", "producers(form: [cooperative, household], "),
        ("place(key: \"VN34-51\")", "decisions("),
        ("place(key: \"VN34-51\")", "decisions(kind: recognition, "),
        ("place(key: \"VN34-51\")", "places(level: commune, "),
        ("groups", "products("),
        ("groups", "products(stars: 4, form: [cooperative, household, joint_stock_company, limited_company], "),
        ("regimes", "products(status: [expired], "),
    ] {
        // Of several owners the same arguments ask for a page each; here the first is followed.
        there_and_back(&registry, &format!("{{ of: {of} {{ list: {relation}PAGE) {{ FIELDS }} }} }}"), 2, of_owner).await;
    }
    // A cursor belongs to the list of its filter.
    let of = "place(key: \"VN34-51\")";
    let found = data(&registry, &format!("{{ {of} {{ products(first: 1, stars: 4) {{ pageInfo {{ endCursor }} }} }} }}"), json!({})).await;
    let cursor = &found["place"]["products"]["pageInfo"]["endCursor"];
    for other in ["products(AFTER)", "products(stars: 3, AFTER)", "producers(AFTER)", "decisions(AFTER)", "places(AFTER)"] {
        let query = format!("{{ {of} {{ {} {{ totalCount }} }} }}", other.replace("AFTER", &format!("after: {cursor}")));
        assert_eq!(super::code(&registry, &query, json!({})).await, "invalid-cursor", "{query}");
    }
}

fn of_owner(found: &Value) -> &Value {
    let of = found["of"].as_array().and_then(|all| all.first()).unwrap_or(&found["of"]);
    &of["list"]
}

fn list_of(found: &Value) -> &Value {
    &found["list"]
}

async fn the_pages_of_a_relation(database: Database) {
    let registry = database.generated().await;
    let found = data(
        &registry,
        "{ decisions(first: 200) { nodes { id knownCertificates certificates { totalCount } products { totalCount } } } }",
        json!({}),
    )
    .await;
    let decisions = found["decisions"]["nodes"].as_array().expect("nodes");
    for decision in decisions {
        assert_eq!(decision["knownCertificates"], decision["certificates"]["totalCount"]);
    }
    let largest = decisions.iter().max_by_key(|decision| decision["products"]["totalCount"].as_i64()).expect("a decision");
    let (id, count) = (largest["id"].as_str().expect("an id"), largest["products"]["totalCount"].as_u64().expect("a count"));
    assert!(count > 4, "{count}");
    let list = format!("{{ decision(code: \"{id}\") {{ list: products(PAGE) {{ FIELDS }} }} }}");
    let forwards = walked(&registry, &list, 2, true, within).await;
    assert_eq!(forwards.len() as u64, count);
    assert_eq!(walked(&registry, &list, 2, false, within).await, forwards);
    let rest = registry.all(&format!("/v1/decisions/{id}/products")).await;
    assert!(rest.iter().map(|product| product["code"].as_str().expect("a code")).eq(forwards.iter().map(String::as_str)));
    // A cursor of one list is none of another.
    let cursor =
        data(&registry, &format!("{{ decision(code: \"{id}\") {{ products(first: 1) {{ pageInfo {{ endCursor }} }} }} }}"), json!({}))
            .await;
    let cursor = &cursor["decision"]["products"]["pageInfo"]["endCursor"];
    assert_eq!(super::code(&registry, &format!("{{ products(after: {cursor}) {{ totalCount }} }}"), json!({})).await, "invalid-cursor");
}

fn within(found: &Value) -> &Value {
    &found["decision"]["list"]
}

async fn ids_lead_back(database: Database) {
    let registry = database.sample().await;
    let query =
        "{ products(first: 3) { nodes { id producer { id } certificates { id decision { id } } place { now { place { id } } } } } }";
    let found = data(&registry, query, json!({})).await;
    let mut all = Vec::new();
    gather(&found, &mut all);
    assert!(all.len() >= 9, "{all:?}");
    let query =
        "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Product { code } ... on Place { key } ... on Node { again: id } } }";
    let found = data(&registry, query, json!({"ids": all})).await;
    for (node, id) in found["nodes"].as_array().expect("nodes").iter().zip(&all) {
        assert_eq!((&node["id"], &node["again"]), (&json!(id), &json!(id)));
        let kind = match &id[..1] {
            "P" => "Product",
            "M" => "Producer",
            "C" => "Certificate",
            "D" => "Decision",
            _ => "Place",
        };
        assert_eq!(node["__typename"], kind);
        let one = data(&registry, "query($id: ID!) { node(id: $id) { __typename id } }", json!({"id": id})).await;
        assert_eq!((&one["node"]["id"], &one["node"]["__typename"]), (&json!(id), &json!(kind)));
    }
    // Twice the same, and one that is nobody's.
    let found = data(&registry, "{ nodes(ids: [\"P00000BY\", \"x\", \"P00000BY\"]) { id } }", json!({})).await;
    assert_eq!(found["nodes"], json!([{"id": "P00000BY"}, null, {"id": "P00000BY"}]));
}

fn gather(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| match value {
            Value::String(id) if name == "id" => all.push(id.clone()),
            inner => gather(inner, all),
        }),
        Value::Array(items) => items.iter().for_each(|item| gather(item, all)),
        _ => {}
    }
}

async fn the_order_is_the_querys(database: Database) {
    let registry = database.sample().await;
    // Fields come in the order asked, under the names asked; the same field twice is one.
    let query = "{ product(code: \"P00000BY\") { z: code producer { name } name { en vi } a: code certification { stars outcome } ...Again certification { status } } } fragment Again on Product { __typename producer { form } }";
    let answer = registry.ask(super::post(query, &json!({}))).await;
    let expected = r#"{"data":{"product":{"z":"P00000BY","producer":{"name":"HTX chế biến chè Phìn Hồ","form":"cooperative"},"name":{"en":null,"vi":"Trà xanh"},"a":"P00000BY","certification":{"stars":5,"outcome":"undetermined","status":null},"__typename":"Product"}}"#;
    assert!(answer.text().starts_with(expected), "{}", answer.text());
    let skipped = "query($yes: Boolean!) { product(code: \"P00000BY\") { code @skip(if: $yes) name @include(if: $yes) { vi } ... @skip(if: $yes) { gtins } } }";
    assert_eq!(data(&registry, skipped, json!({"yes": true})).await["product"], json!({"name": {"vi": "Trà xanh"}}));
    assert_eq!(data(&registry, skipped, json!({"yes": false})).await["product"], json!({"code": "P00000BY", "gtins": []}));
}
