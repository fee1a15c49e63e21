//! What was merged or annulled is the same here as in REST.

use super::data;
use crate::rest::history::{Story, story};
use crate::rest::merges::{LIST, merged};
use crate::support::registry::{Database, on_both};
use serde_json::json;

on_both!(codes_of_what_was_merged_lead_on, filters_by_what_was_merged, what_annuls_and_was_annulled);

async fn codes_of_what_was_merged_lead_on(database: Database) {
    let registry = database.rows(LIST).await;
    let merged = merged(&registry).await;
    let query = "query ($product: ID!, $certificate: ID!, $producer: ID!, $all: [ID!]!) {
        product: node(id: $product) { id }
        certificate: node(id: $certificate) { id }
        producer: node(id: $producer) { id ... on Producer { products { nodes { code } } } }
        nodes(ids: $all) { id }
    }";
    for old in 1..3 {
        let (product, certificate, producer) = (&merged.products[old], &merged.certificates[old], &merged.producers[old]);
        let all = [product, &merged.products[3], certificate, producer];
        let told = data(&registry, query, json!({"product": product, "certificate": certificate, "producer": producer, "all": all})).await;
        let (product, certificate, producer) = (&merged.products[0], &merged.certificates[0], &merged.producers[0]);
        assert_eq!(
            told,
            json!({
                "product": {"id": product},
                "certificate": {"id": certificate},
                "producer": {"id": producer, "products": {"nodes": [{"code": product}]}},
                "nodes": [{"id": product}, {"id": merged.products[3]}, {"id": certificate}, {"id": producer}],
            })
        );
    }
}

async fn filters_by_what_was_merged(database: Database) {
    let registry = database.rows(LIST).await;
    let merged = merged(&registry).await;
    let query = "query ($product: ID!, $producer: ID!) {
        certificates(product: $product) { totalCount nodes { code } }
        products(producer: $producer) { totalCount }
        producers { totalCount }
    }";
    let told = data(&registry, query, json!({"product": merged.products[2], "producer": merged.producers[2]})).await;
    // Of a place the same: who was merged is the one who lives on, and is there once.
    let rest = registry.json(&format!("/v1/producers/{}", merged.producers[0])).await;
    let province = rest["place"]["now"]["key"].as_str().expect("a key")[..7].to_owned();
    let query = "query ($place: ID!, $producer: ID!) {
        place(key: $place) { producers { totalCount nodes { code } } all: products { totalCount nodes { code } } products(producer: $producer) { totalCount nodes { code } } }
    }";
    let of = data(&registry, query, json!({"place": province, "producer": merged.producers[2]})).await["place"].take();
    for (list, address) in [
        ("producers", format!("/v1/producers?province={province}")),
        ("all", format!("/v1/products?province={province}")),
        ("products", format!("/v1/products?province={province}&producer={}", merged.producers[2])),
    ] {
        let rest: Vec<_> = registry.all(&address).await.iter().map(|item| json!({"code": item["code"]})).collect();
        assert!(!rest.is_empty(), "{address}");
        assert_eq!(of[list], json!({"totalCount": rest.len(), "nodes": rest}), "{address}");
    }
    let one = json!({"totalCount": 1, "nodes": [{"code": merged.certificates[0]}]});
    assert_eq!(told, json!({"certificates": one, "products": {"totalCount": 1}, "producers": {"totalCount": 2}}));
}

async fn what_annuls_and_was_annulled(database: Database) {
    let registry = database.rows("name_vi,province\n").await;
    let Story { product, decision, annulment, .. } = story(&registry).await;
    let query = "query ($decision: ID!, $annulment: ID!, $product: ID!) {
        annulled: node(id: $decision) { ... on Decision { documentSha256 annuls { code } annulledBy { code number kind } } }
        annulment: node(id: $annulment) { ... on Decision { annuls { code number } annulledBy { code } products { totalCount nodes { code certificates { acts { kind decision { code } } } } } } }
        product: node(id: $product) { ... on Product { postChecks { outcome council { key } decision { number } } } }
    }";
    let told = data(&registry, query, json!({"decision": decision, "annulment": annulment, "product": product})).await;
    let rest = registry.json(&format!("/v1/decisions/{decision}")).await;
    assert_eq!(told["annulled"]["documentSha256"], rest["documentSha256"]);
    assert_eq!(
        json!([told["annulled"]["annuls"], told["annulled"]["annulledBy"]]),
        json!([null, {"code": annulment, "number": "100/QĐ-UBND", "kind": "annulment"}])
    );
    assert_eq!(
        json!([told["annulment"]["annuls"], told["annulment"]["annulledBy"]]),
        json!([{"code": decision, "number": "22/QĐ-UBND"}, null])
    );
    // It recognised nothing, but acted on the product.
    let listed = registry.all(&format!("/v1/decisions/{annulment}/products")).await;
    assert_eq!(listed.len(), 1);
    let products = &told["annulment"]["products"];
    assert_eq!((&products["totalCount"], &products["nodes"][0]["code"]), (&json!(1), &json!(product)));
    let acts =
        products["nodes"][0]["certificates"].as_array().expect("certificates").iter().flat_map(|one| one["acts"].as_array().expect("acts"));
    assert!(acts.into_iter().any(|act| *act == json!({"kind": "annulment", "decision": {"code": annulment}})), "{products}");
    assert_eq!(
        told["product"]["postChecks"],
        json!([{"outcome": "withdrawn", "council": {"key": "VN34-38"}, "decision": {"number": "99/QĐ-UBND"}}])
    );
}
