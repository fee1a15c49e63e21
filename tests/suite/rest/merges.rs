//! What was merged: its codes stay good, its rows are gone from everywhere else.

use super::history::APPROVER;
use super::{codes, items};
use crate::support::registry::{Database, Registry, get, on_both, request};
use ocop_registry::domain::code;
use ocop_registry::store::certificate::{self, CertificateRow};
use ocop_registry::store::producer::{self, ProducerRow};
use ocop_registry::store::product::{self, ProductRow};
use serde_json::{Value, json};

on_both!(lead_on, lead_on_in_pages, are_gone_from_lists, answer_as_the_survivor, in_batches, stay_in_history, round_and_round);

pub(crate) const LIST: &str = "\
name_vi,producer_name,province,stars,level,decision_number,decision_date,official_code
Nem chua,HTX Nem,Thanh Hóa,4,province,12/QĐ-UBND,2025-08-08,38-380-14641-7-2025
Nem Thanh,HTX Nem Thanh,Thanh Hóa,4,province,12b/QĐ-UBND,2025-08-08,38-380-14641-8-2025
Nem xứ Thanh,Nguyễn Thị Nem,Thanh Hóa,4,province,12c/QĐ-UBND,2025-08-08,38-380-14641-9-2025
Chè,HTX Chè,Thái Nguyên,4,province,13/QĐ-UBND,2025-08-08,
";

/// Products, certificates and producers of the list, in its order.
pub(crate) struct Merged {
    pub(crate) products: Vec<String>,
    pub(crate) certificates: Vec<String>,
    pub(crate) producers: Vec<String>,
}

fn id(code: &str) -> i64 {
    code::parse(code).expect("a code").1
}

/// The third of the list was merged into the second, and that into the first.
pub(crate) async fn merged(registry: &Registry) -> Merged {
    let all = registry.all("/v1/products").await;
    let text = |pointer: &str| all.iter().map(|p| p.pointer(pointer).and_then(Value::as_str).expect("a code").to_owned()).collect();
    let merged = Merged { products: text("/code"), certificates: text("/certification/certificate"), producers: text("/producer/code") };
    for (from, into) in [(2, 1), (1, 0)] {
        let of = |codes: &[String]| (id(&codes[from]), id(&codes[into]));
        registry
            .write(APPROVER, Some("Trùng với sản phẩm đã đăng ký."), |tx| {
                let (maker, other_maker) = of(&merged.producers);
                let row = producer::find(tx.conn(), maker)?.expect("the producer");
                tx.correct(ProducerRow { merged_into: Some(other_maker), ..row })?;
                let (product, other) = of(&merged.products);
                let row = product::find_all(tx.conn(), &[product])?.remove(0);
                tx.correct(ProductRow { merged_into: Some(other), producer_id: Some(other_maker), ..row })?;
                let (of_product, survivor) = of(&merged.certificates);
                let row = certificate::find(tx.conn(), of_product)?.expect("the certificate");
                tx.correct(CertificateRow { product_id: other, merged_into: Some(survivor), ..row })?;
                tx.touch([product, other]);
                Ok(())
            })
            .await;
    }
    merged
}

async fn lead_on_in_pages(database: Database) {
    let registry = database.rows(LIST).await;
    let merged = merged(&registry).await;
    for (codes, files) in [
        (&merged.products, &["", "/badge.svg", "/label", "/report"][..]),
        (&merged.certificates, &["", "/badge.svg"]),
        (&merged.producers, &["", "/check?product=nem"]),
    ] {
        for old in &codes[1..3] {
            for (file, accept) in
                files.iter().map(|file| (*file, "text/html,*/*;q=0.1")).chain([("", "application/json"), ("?lang=en", "text/html")])
            {
                let answer = registry.ask(get(&format!("/{old}{file}")).insert_header(("accept", accept))).await;
                assert_eq!((answer.status, answer.header("location")), (308, format!("/{}{file}", codes[0]).as_str()), "{file} {accept}");
            }
        }
    }
    let map = registry.get("/sitemap/0.xml").await;
    assert!(map.text().contains(&merged.products[0]) && !map.text().contains(&merged.products[1]));
}

async fn lead_on(database: Database) {
    let registry = database.rows(LIST).await;
    let merged = merged(&registry).await;
    for (list, codes) in [("products", &merged.products), ("certificates", &merged.certificates), ("producers", &merged.producers)] {
        let there = |path: &str| format!("/v1/{list}/{}{path}", codes[0]);
        for old in &codes[1..3] {
            for path in ["", "?on=2026-01-01&fields=code", "/history", "/history?first=3"] {
                // The second answer is a ready one.
                for _ in 0..2 {
                    let address = format!("/v1/{list}/{old}{path}");
                    let answer = registry.ask(get(&address).insert_header(("if-none-match", "*"))).await;
                    assert_eq!((answer.status, answer.header("location")), (308, there(path).as_str()), "{address}");
                    assert!(answer.header("cache-control").starts_with("public, max-age=60"), "{address}");
                    assert_eq!(json!([answer.json()["code"], answer.json()["mergedInto"]]), json!([old, codes[0]]), "{address}");
                    assert!(answer.header("etag").is_empty() && !answer.header("link").contains("canonical"), "{address}");
                    assert_eq!(registry.get(answer.header("location")).await.status, 200);
                }
            }
            let written = old.to_lowercase();
            assert_eq!(registry.get(&format!("/v1/{list}/{written}")).await.header("location"), there(""));
            assert_eq!(registry.ask(request("HEAD", &format!("/v1/{list}/{old}"))).await.status, 308);
        }
        assert_eq!(registry.get(&there("")).await.status, 200);
    }
    // Just before midnight it may be kept that long, and no longer.
    registry.at("2026-11-21T16:59:50Z");
    let answer = registry.get(&format!("/v1/products/{}", merged.products[1])).await;
    assert!(answer.header("cache-control").starts_with("public, max-age=10,"), "{}", answer.header("cache-control"));
}

async fn are_gone_from_lists(database: Database) {
    let registry = database.rows(LIST).await;
    let before = registry.json("/v1/stats?by=province").await;
    let merged = merged(&registry).await;
    let left = |codes: &[String]| vec![codes[0].clone(), codes[3].clone()];
    for (list, kept) in [
        ("/v1/products", left(&merged.products)),
        ("/v1/products?validOn=2026-01-01", left(&merged.products)),
        ("/v1/products?q=nem", left(&merged.products)[..1].to_vec()),
        ("/v1/products?province=VN34-38", left(&merged.products)[..1].to_vec()),
        ("/v1/producers", left(&merged.producers)),
        ("/v1/certificates", left(&merged.certificates)),
    ] {
        assert_eq!(codes(&registry.all(list).await), kept, "{list}");
    }
    let after = registry.json("/v1/stats?by=province").await;
    assert_eq!(json!([before["products"], before["producers"]]), json!([4, 4]));
    assert_eq!(json!([after["products"], after["certified"], after["producers"]]), json!([2, 2, 2]));
    for table in ["products", "certificates"] {
        let export = registry.get(&format!("/v1/exports/{table}.ndjson")).await;
        assert_eq!(export.text().lines().count(), 2, "{table}");
    }
    for decision in registry.all("/v1/decisions").await {
        let gone = decision["number"] == "12b/QĐ-UBND" || decision["number"] == "12c/QĐ-UBND";
        let code = decision["code"].as_str().expect("a code");
        let products = registry.all(&format!("/v1/decisions/{code}/products")).await;
        assert_eq!(products.len(), usize::from(!gone));
        assert_eq!(registry.json(&format!("/v1/decisions/{code}")).await["knownCertificates"], usize::from(!gone));
    }
    // Codes of what was merged still narrow lists down, to what lives on.
    let (product, maker) = (&merged.products[2], &merged.producers[1]);
    for list in [
        format!("/v1/products?q={product}"),
        format!("/v1/products?q={}", merged.certificates[1]),
        "/v1/products?q=38-380-14641-9-2025".into(),
        format!("/v1/products?producer={maker}"),
    ] {
        assert_eq!(codes(&registry.all(&list).await), [&merged.products[0]], "{list}");
    }
    assert_eq!(codes(&registry.all(&format!("/v1/certificates?product={product}")).await), [&merged.certificates[0]]);
    assert_eq!(registry.json(&format!("/v1/stats?by=stars&producer={maker}")).await["products"], 1);
    let own = registry.json(&format!("/v1/producers/{}", merged.producers[0])).await;
    assert_eq!(codes(own["products"].as_array().expect("products")), [&merged.products[0]]);
}

async fn answer_as_the_survivor(database: Database) {
    let registry = database.rows(LIST).await;
    let merged = merged(&registry).await;
    let survivor = registry.json(&format!("/v1/verifications/{}", merged.products[0])).await;
    assert_eq!(survivor["outcome"], "certified");
    let reason = json!("identifier-of-merged-record");
    assert!(!survivor["reasons"].as_array().expect("reasons").contains(&reason));
    let decisions = registry.all("/v1/decisions?number=12c/QĐ-UBND").await;
    for identifier in [
        merged.products[1].clone(),
        merged.products[2].clone(),
        merged.certificates[1].clone(),
        merged.certificates[2].clone(),
        "38-380-14641-8-2025".into(),
        "38-380-14641-9-2025".into(),
        decisions[0]["code"].as_str().expect("a code").into(),
        "?number=12c/QĐ-UBND&issuer=Thanh Hóa&name=nem xu thanh".into(),
    ] {
        let slash = if identifier.starts_with('?') { "" } else { "/" };
        let answer = registry.json(&format!("/v1/verifications{slash}{identifier}")).await;
        for member in ["outcome", "status", "stars", "validUntil", "certificate", "decision", "product", "producer", "permittedClaim"] {
            assert_eq!(answer[member], survivor[member], "{identifier}: {member}");
        }
        let reasons = answer["reasons"].as_array().expect("reasons");
        assert!(reasons.contains(&reason), "{identifier}: {reasons:?}");
        assert!(!reasons.contains(&json!("identifier-of-earlier-certificate")), "{identifier}: it is the current one under another number");
    }
    let maker = registry.json(&format!("/v1/verifications/{}", merged.producers[2])).await;
    assert_eq!(json!([maker["outcome"], maker["producer"]["code"]]), json!(["not_certified", merged.producers[0]]));
    assert_eq!(codes(maker["producerCertifiedProducts"].as_array().expect("products")), [&merged.products[0]]);
    assert!(maker["reasons"].as_array().expect("reasons").contains(&reason));
    // Under another name the merged decision says nothing.
    let other = registry.json("/v1/verifications?number=12c/QĐ-UBND&issuer=Thanh Hóa&name=che").await;
    assert_eq!(other["outcome"], "not_found");
}

async fn in_batches(database: Database) {
    let registry = database.rows(LIST).await;
    let merged = merged(&registry).await;
    let mut identifiers: Vec<Value> = Vec::new();
    identifiers.extend(merged.products.iter().chain(&merged.certificates).chain(&merged.producers).map(|code| json!(code)));
    identifiers.extend(["38-380-14641-7-2025", "38-380-14641-8-2025", "38-380-14641-9-2025"].map(|code| json!(code)));
    identifiers.push(json!({"number": "12c/QĐ-UBND", "issuer": "Thanh Hóa", "name": "Nem xứ Thanh"}));
    identifiers.extend([json!(code::code_of(code::Noun::Product, code::next_serial(code::Noun::Product, 9_999).expect("a number")))]);
    let answer = registry.post("/v1/verifications", &json!({"identifiers": identifiers.clone()})).await.json();
    assert_eq!(items(&answer).len(), identifiers.len());
    for (identifier, item) in identifiers.iter().zip(items(&answer)) {
        let address = match identifier.as_str() {
            Some(code) => format!("/v1/verifications/{code}"),
            None => "/v1/verifications?number=12c/QĐ-UBND&issuer=Thanh Hóa&name=Nem xứ Thanh".to_owned(),
        };
        let mut single = registry.json(&address).await;
        let members = single.as_object_mut().expect("an object");
        members.retain(|member, _| !["producerCertifiedProducts", "dataVersion", "asOf"].contains(&member.as_str()));
        assert_eq!(&single, item, "{identifier}");
    }
}

async fn stay_in_history(database: Database) {
    let registry = database.rows(LIST).await;
    let merged = merged(&registry).await;
    let steps = registry.all(&format!("/v1/products/{}/history", merged.products[0])).await;
    let merges: Vec<_> = steps.iter().filter(|step| step["event"] == "merged").map(|s| json!([s["code"], s["mergedInto"]])).collect();
    let (p, c) = (&merged.products, &merged.certificates);
    assert_eq!(merges, [json!([c[1], c[0]]), json!([p[1], p[0]]), json!([c[2], c[1]]), json!([p[2], p[1]])]);
    assert!(steps.iter().filter(|step| step["event"] == "merged").all(|step| step["cause"] == "Trùng với sản phẩm đã đăng ký."));
    let registered: Vec<Value> = steps.iter().filter(|step| step["event"] == "registered").cloned().collect();
    let mut registered = codes(&registered);
    registered.sort_unstable();
    assert_eq!(registered, p[..3], "with the beginnings of those that were merged");
    let of_maker = registry.all(&format!("/v1/producers/{}/history", merged.producers[0])).await;
    let events: Vec<_> = of_maker.iter().map(|step| step["event"].as_str().expect("an event")).collect();
    assert_eq!(events, ["merged", "merged", "registered", "registered", "registered"]);
    let feed = registry.json("/v1/changes?first=1000").await;
    let told: Vec<_> = items(&feed).iter().filter(|change| change["mergedInto"].is_string()).collect();
    assert_eq!(told.len(), 6);
    for change in told {
        assert_eq!((&change["action"], &change["cause"]), (&json!("corrected"), &json!("Trùng với sản phẩm đã đăng ký.")));
    }
}

/// A circle, which no command makes, ends in "not found" and not in an endless search.
async fn round_and_round(database: Database) {
    let registry = database.rows(LIST).await;
    let merged = merged(&registry).await;
    registry
        .write("operator", None, |tx| {
            let first = product::find_all(tx.conn(), &[id(&merged.products[0])])?.remove(0);
            let (product, into) = (first.id, id(&merged.products[2]));
            tx.correct(ProductRow { merged_into: Some(into), ..first })?;
            tx.touch([product]);
            Ok(())
        })
        .await;
    for product in &merged.products[..3] {
        assert_eq!(registry.get(&format!("/v1/products/{product}")).await.status, 404);
        assert_eq!(registry.json(&format!("/v1/verifications/{product}")).await["outcome"], "not_found");
    }
    let batch = registry.post("/v1/verifications", &json!({"identifiers": merged.products})).await.json();
    let outcomes: Vec<_> = items(&batch).iter().map(|item| item["outcome"].as_str().expect("an outcome")).collect();
    assert_eq!(outcomes, ["not_found", "not_found", "not_found", "certified"]);
}
