//! What happened to something, and what the public may know of it.

use super::{codes, items};
use crate::support::registry::{Database, Registry, day, on_both};
use ocop_registry::domain::code::{self, Noun, code_of};
use ocop_registry::domain::decision_number;
use ocop_registry::domain::record::ActKind;
use ocop_registry::store::certificate::{self, ActRow};
use ocop_registry::store::decision::{self, DecisionRow};
use ocop_registry::store::ledger::Ledgered;
use ocop_registry::store::post_check::PostCheckRow;
use ocop_registry::store::product::{self, ProductGtinRow, ProductNameRow};
use serde_json::{Value, json};

on_both!(of_a_product, of_its_certificate, of_its_decision, of_its_producer, page_by_page, unknown, findings_stay_with_the_council);

const LIST: &str = "\
name_vi,producer_name,province,stars,level,decision_number,decision_date,gtins
Tương ớt,HTX Tương,Thanh Hóa,4,province,22/QĐ-UBND,2025-08-08,8930000000125
Tương cà,HTX Tương,Thanh Hóa,3,province,23/QĐ-UBND,2025-08-08,
";
pub(super) const APPROVER: &str = "VN34-38/approver";
const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const FINDINGS: &str = "Nhãn in 5 sao";

/// The codes of a product that much has happened to.
pub(crate) struct Story {
    pub(crate) product: String,
    pub(crate) producer: String,
    pub(crate) certificate: String,
    pub(crate) decision: String,
    pub(crate) annulment: String,
}

fn id(code: &str) -> i64 {
    code::parse(code).expect("a code").1
}

/// A decision of the province's people's committee.
fn decided(id: i64, kind: &str, number: &str, annuls: Option<i64>) -> DecisionRow {
    DecisionRow {
        id,
        kind: kind.into(),
        number: Some(number.into()),
        number_key: decision_number::key(number),
        issuer: Some("VN34-38".into()),
        signed_on: Some(day("2026-10-01")),
        round_year: None,
        source: "signed_decision".into(),
        source_url: None,
        document_sha256: None,
        annuls,
    }
}

/// Lets everything happen to a product that can happen to one.
pub(crate) async fn story(registry: &Registry) -> Story {
    registry.import(LIST).await;
    let record = registry.json("/v1/verifications/8930000000125").await;
    let code = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).expect("a code").to_owned();
    let (product, producer) = (code("/product/code"), code("/producer/code"));
    let (certificate, decision) = (code("/certificate"), code("/decision/code"));
    let product_id = id(&product);
    registry
        .write(APPROVER, None, |tx| {
            let row = decision::find(tx.conn(), id(&decision))?.expect("the decision");
            tx.correct(DecisionRow { document_sha256: Some(HASH.into()), ..row })?;
            tx.touch([product_id]);
            Ok(())
        })
        .await;
    registry
        .write(APPROVER, Some("Tên in trên quyết định."), |tx| {
            let row = product::find_all(tx.conn(), &[product_id])?.remove(0);
            let former = ProductNameRow { id: tx.next_id::<ProductNameRow>()?, product_id, name_vi: row.name_vi.clone(), ended_on: None };
            tx.create(std::slice::from_ref(&former))?;
            tx.correct(product::ProductRow { name_vi: "Tương ớt Thanh Hóa".into(), set_no: Some(11), group_no: Some(1), ..row })?;
            tx.correct(ProductNameRow { ended_on: Some(day("2026-11-20")), ..former })?;
            tx.touch([product_id]);
            Ok(())
        })
        .await;
    registry
        .write("VN34-38/clerk", None, |tx| {
            let row = product::gtins(tx.conn(), &[product_id])?.remove(0);
            tx.correct(ProductGtinRow { ended_on: Some(day("2026-11-20")), ..row })?;
            let id = tx.next_id::<ProductGtinRow>()?;
            tx.create(&[ProductGtinRow { id, product_id, gtin: "08930000000132".into(), ended_on: None }])?;
            tx.touch([product_id]);
            Ok(())
        })
        .await;
    registry.act(&certificate, ActKind::Extension, "2026-11-01", Some("2028-12-31")).await;
    registry
        .write("VN/approver", Some("Theo kết luận hậu kiểm."), |tx| {
            let check = PostCheckRow {
                id: tx.next_id::<PostCheckRow>()?,
                product_id,
                unit: "VN34-38".into(),
                basis: "ad_hoc".into(),
                carried_out_on: day("2026-09-15"),
                findings: FINDINGS.into(),
                deadline: None,
                outcome: None,
                concluded_on: None,
                decision_id: None,
            };
            tx.create(std::slice::from_ref(&check))?;
            tx.correct(PostCheckRow { deadline: Some(day("2026-09-30")), ..check.clone() })?;
            let withdrawal = tx.next_coded_id::<DecisionRow>(Noun::Decision)?;
            tx.create(&[decided(withdrawal, "withdrawal", "99/QĐ-UBND", None)])?;
            let act = ActRow {
                id: tx.next_id::<ActRow>()?,
                certificate_id: id(&certificate),
                decision_id: Some(withdrawal),
                kind: "withdrawal".into(),
                effective_on: day("2026-10-02"),
                until: None,
                ground: Some("mark_misuse".into()),
            };
            tx.create(&[act])?;
            let concluded = PostCheckRow {
                deadline: Some(day("2026-09-30")),
                outcome: Some("withdrawn".into()),
                concluded_on: Some(day("2026-10-01")),
                decision_id: Some(withdrawal),
                ..check
            };
            tx.correct(concluded)?;
            tx.touch([product_id]);
            Ok(())
        })
        .await;
    let annulment = registry
        .write(APPROVER, None, |tx| {
            let row = certificate::find(tx.conn(), id(&certificate))?.expect("the certificate");
            tx.correct(certificate::CertificateRow { stars: Some(3), score: Some(6_900), ..row })?;
            let annulment = tx.next_coded_id::<DecisionRow>(Noun::Decision)?;
            tx.create(&[decided(annulment, "annulment", "100/QĐ-UBND", Some(id(&decision)))])?;
            let act = ActRow {
                id: tx.next_id::<ActRow>()?,
                certificate_id: id(&certificate),
                decision_id: Some(annulment),
                kind: "annulment".into(),
                effective_on: day("2026-10-03"),
                until: None,
                ground: None,
            };
            tx.create(&[act])?;
            tx.touch([product_id]);
            Ok(code_of(Noun::Decision, annulment))
        })
        .await;
    Story { product, producer, certificate, decision, annulment: annulment.into() }
}

/// The events of a history, newest first.
fn events(steps: &[Value]) -> Vec<&str> {
    steps.iter().map(|step| step["event"].as_str().expect("an event")).collect()
}

fn of<'s>(steps: &'s [Value], event: &str) -> &'s Value {
    steps.iter().find(|step| step["event"] == event).unwrap_or_else(|| panic!("no {event} among {:?}", events(steps)))
}

async fn of_a_product(database: Database) {
    let registry = database.rows("name_vi,province\n").await;
    let Story { product, certificate, .. } = story(&registry).await;
    let steps = registry.all(&format!("/v1/products/{product}/history")).await;
    assert_eq!(
        events(&steps),
        [
            "annulled",
            "corrected",
            "post_check_concluded",
            "withdrawn",
            "corrected",
            "post_check_carried_out",
            "extended",
            "barcode_added",
            "barcode_ended",
            "name_ended",
            "renamed",
            "name_added",
            "document_attached",
            "recognised",
            "barcode_added",
            "registered",
        ]
    );
    let positions: Vec<i64> = steps.iter().map(|step| step["position"].as_i64().expect("a position")).collect();
    assert!(positions.is_sorted_by(|a, b| a > b), "{positions:?}");
    let feed = registry.json("/v1/changes?first=1000").await;
    for step in &steps {
        let change = &items(&feed)[usize::try_from(step["position"].as_i64().expect("a position") - 1).expect("small")];
        assert_eq!((&step["recordedAt"], &step["cause"]), (&change["at"], &change["cause"]));
    }

    let recognised = of(&steps, "recognised");
    assert_eq!(
        json!([recognised["code"], recognised["holdsFrom"], recognised["until"], recognised["decision"]["number"]]),
        json!([certificate, "2025-08-08", "2028-08-08", "22/QĐ-UBND"])
    );
    assert_eq!((&recognised["issuer"]["key"], &recognised["decision"]["signedOn"]), (&json!("VN34-38"), &json!("2025-08-08")));
    assert_eq!(recognised["recordedBy"], json!({"role": "operator", "council": null}));

    let withdrawn = of(&steps, "withdrawn");
    assert_eq!(
        json!([withdrawn["code"], withdrawn["holdsFrom"], withdrawn["ground"], withdrawn["decision"]["number"], withdrawn["cause"]]),
        json!([certificate, "2026-10-02", "mark_misuse", "99/QĐ-UBND", "Theo kết luận hậu kiểm."])
    );
    assert_eq!(withdrawn["issuer"]["name"]["vi"], "UBND tỉnh Thanh Hóa");
    let ministry = &withdrawn["recordedBy"];
    assert_eq!(
        (&ministry["role"], &ministry["council"]["key"], &ministry["council"]["name"]["vi"]),
        (&json!("approver"), &json!("VN"), &json!("Bộ Nông nghiệp và Môi trường"))
    );
    let renamed = of(&steps, "renamed");
    assert_eq!(
        json!([renamed["value"], renamed["changed"], renamed["cause"], renamed["recordedBy"]]),
        json!([
            "Tương ớt Thanh Hóa",
            ["name", "group", "set"],
            "Tên in trên quyết định.",
            {"role": "approver", "council": {"key": "VN34-38", "name": {"vi": "Tỉnh Thanh Hóa", "en": null}}}
        ])
    );
    assert_eq!(json!([steps[1]["code"], steps[1]["changed"]]), json!([certificate, ["stars", "score"]]));
    assert_eq!(json!([steps[4]["code"], steps[4]["changed"]]), json!([product, []]), "a deadline is the council's own");
    for (event, value, holds_from) in [
        ("barcode_ended", json!("08930000000125"), json!("2026-11-20")),
        ("barcode_added", json!("08930000000132"), Value::Null),
        ("name_ended", json!("Tương ớt"), json!("2026-11-20")),
        ("extended", Value::Null, json!("2026-11-01")),
        ("annulled", Value::Null, json!("2026-10-03")),
    ] {
        let step = of(&steps, event);
        assert_eq!(json!([step["value"], step["holdsFrom"]]), json!([value, holds_from]), "{event}");
    }
    assert_eq!(of(&steps, "extended")["until"], "2028-12-31");
    let concluded = &of(&steps, "post_check_concluded")["postCheck"];
    assert_eq!(
        json!([concluded["basis"], concluded["carriedOutOn"], concluded["outcome"], concluded["concludedOn"]]),
        json!(["ad_hoc", "2026-09-15", "withdrawn", "2026-10-01"])
    );
    assert_eq!(of(&steps, "post_check_carried_out")["postCheck"]["outcome"], Value::Null, "as it was then");

    let record = registry.json(&format!("/v1/products/{product}")).await;
    let [check] = record["postChecks"].as_array().expect("post-checks").as_slice() else { panic!("one check: {record}") };
    assert_eq!(check, concluded);
    assert_eq!((&check["council"]["key"], &check["decision"]["number"]), (&json!("VN34-38"), &json!("99/QĐ-UBND")));
    let listed = registry.json("/v1/products").await;
    assert!(items(&listed).iter().all(|product| product.get("postChecks").is_none()), "in single records only");
}

async fn of_its_certificate(database: Database) {
    let registry = database.rows("name_vi,province\n").await;
    let Story { certificate, .. } = story(&registry).await;
    let steps = registry.all(&format!("/v1/certificates/{certificate}/history")).await;
    assert_eq!(events(&steps), ["annulled", "corrected", "withdrawn", "extended", "document_attached", "recognised"]);
    let record = registry.json(&format!("/v1/certificates/{certificate}")).await;
    assert_eq!(record["documentSha256"], HASH);
    let withdrawal = &record["acts"].as_array().expect("acts").iter().find(|act| act["kind"] == "withdrawal").expect("it")["decision"];
    assert_eq!((&withdrawal["number"], &withdrawal["issuer"]["key"]), (&json!("99/QĐ-UBND"), &json!("VN34-38")));
}

async fn of_its_decision(database: Database) {
    let registry = database.rows("name_vi,province\n").await;
    let Story { decision, annulment, .. } = story(&registry).await;
    let steps = registry.all(&format!("/v1/decisions/{decision}/history")).await;
    assert_eq!(events(&steps), ["annulled", "document_attached", "registered"]);
    assert_eq!(codes(&steps), [&annulment, &decision, &decision]);
    assert_eq!(json!([steps[0]["holdsFrom"], steps[0]["decision"]["number"]]), json!(["2026-10-01", "100/QĐ-UBND"]));
    assert_eq!(json!([steps[1]["changed"], steps[1]["decision"]["code"]]), json!([["documentSha256"], decision]));
    assert_eq!(steps[2]["holdsFrom"], "2025-08-08");
    let own = registry.all(&format!("/v1/decisions/{annulment}/history")).await;
    assert_eq!(events(&own), ["registered"]);

    let record = registry.json(&format!("/v1/decisions/{decision}")).await;
    assert_eq!(json!([record["documentSha256"], record["annulledBy"]["code"]]), json!([HASH, annulment]));
    assert!(record.get("annuls").is_none());
    let record = registry.json(&format!("/v1/decisions/{annulment}")).await;
    assert_eq!(json!([record["annuls"]["code"], record["documentSha256"]]), json!([decision, null]));
    // The feed names the instrument of what rests on one.
    let feed = registry.json("/v1/changes?first=1000").await;
    let cited =
        |noun: &'static str| items(&feed).iter().filter(move |change| change["noun"] == noun).map(|change| change["decision"].clone());
    assert!(cited("act").any(|cited| cited == json!(annulment)));
    assert!(cited("certificate").any(|cited| cited == json!(decision)));
    assert_eq!(cited("post_check").filter(Value::is_string).count(), 1, "of the one that led to a withdrawal");
    let about: Vec<_> = items(&feed).iter().filter(|change| change["noun"] == "act").map(|change| &change["certificate"]).collect();
    assert!(about.len() == 3 && about.iter().all(|code| code.is_string()), "{about:?}");
}

async fn of_its_producer(database: Database) {
    let registry = database.rows("name_vi,province\n").await;
    let Story { producer, .. } = story(&registry).await;
    registry
        .import("name_vi,producer_name,province,stars,level,year,tax_code\nTương xoài,HTX Tương,Thanh Hóa,3,province,2025,0100109106\n")
        .await;
    let steps = registry.all(&format!("/v1/producers/{producer}/history")).await;
    assert_eq!(events(&steps), ["identifier_added", "registered"]);
    assert_eq!(json!([steps[0]["value"], steps[1]["value"], steps[0]["code"]]), json!(["0100109106", "HTX Tương", producer]));
}

async fn page_by_page(database: Database) {
    let registry = database.rows("name_vi,province\n").await;
    let Story { product, .. } = story(&registry).await;
    let address = format!("/v1/products/{product}/history");
    let all = registry.all(&address).await;
    for first in [1, 3, 7] {
        let (mut met, mut next) = (Vec::new(), format!("{address}?first={first}"));
        let last = loop {
            let page = registry.json(&next).await;
            met.extend(items(&page).iter().cloned());
            if page["pageInfo"]["hasNextPage"] == false {
                break page;
            }
            next = format!("{address}?first={first}&after={}", page["pageInfo"]["endCursor"].as_str().expect("a cursor"));
        };
        assert_eq!(met, all, "by {first}");
        let before = last["pageInfo"]["startCursor"].as_str().expect("a cursor");
        let back = registry.json(&format!("{address}?first={first}&before={before}")).await;
        let from = all.len() - items(&last).len();
        assert_eq!(items(&back), &all[from.saturating_sub(first)..from], "back by {first}");
    }
    let reduced = registry.json(&format!("{address}?first=1&fields=event,code")).await;
    assert_eq!(items(&reduced)[0].as_object().expect("a step").len(), 2);
}

async fn unknown(database: Database) {
    let registry = database.rows(LIST).await;
    for noun in [Noun::Product, Noun::Producer, Noun::Certificate, Noun::Decision] {
        let list = match noun {
            Noun::Product => "products",
            Noun::Producer => "producers",
            Noun::Certificate => "certificates",
            Noun::Decision => "decisions",
        };
        let free = code::next_serial(noun, 5_000_000).expect("a number");
        let answer = registry.get(&format!("/v1/{list}/{}/history", code_of(noun, free))).await;
        assert_eq!((answer.status, &answer.json()["type"]), (404, &json!("https://ocop.example/problems/not-found")), "{list}");
        assert_eq!(registry.get(&format!("/v1/{list}/X/history")).await.status, 400);
    }
}

/// What a check found is in the ledger, and in no answer.
async fn findings_stay_with_the_council(database: Database) {
    let registry = database.rows("name_vi,province\n").await;
    let Story { product, producer, certificate, decision, .. } = story(&registry).await;
    let kept = registry.write("operator", None, |tx| Ok(PostCheckRow::page(tx.conn(), 0, 10)?.remove(0).findings)).await;
    assert_eq!(kept, FINDINGS);
    let mut addresses = vec!["/v1/changes?first=1000".to_owned(), "/v1/exports/products.ndjson".into(), "/v1/products".into()];
    addresses.push(format!("/v1/verifications/{product}"));
    for (list, code) in [("products", &product), ("producers", &producer), ("certificates", &certificate), ("decisions", &decision)] {
        addresses.extend([format!("/v1/{list}/{code}"), format!("/v1/{list}/{code}/history")]);
    }
    for address in addresses {
        let answer = registry.get(&address).await;
        assert_eq!(answer.status, 200, "{address}");
        assert!(!answer.text().contains("5 sao") && !answer.text().contains("findings"), "{address}");
    }
}
