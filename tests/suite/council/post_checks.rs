//! Post-checks (hậu kiểm) from a plan to their outcome, on both databases.

use super::decisions::{HASH, recognition};
use crate::support::council::{APPROVER, CLERK, MINISTRY, OTHER_PROVINCE, Sides};
use crate::support::registry::{Answer, Database, on_both};
use serde_json::{Value, json};

on_both!(from_a_plan_to_a_withdrawal, what_may_not_be_recorded);

const PLANS: &str = "/council/v1/planned-checks";
const CHECKS: &str = "/council/v1/post-checks";

/// A product of Thái Nguyên that is certified since 10 November 2026, and its certificate.
async fn certified(sides: &Sides, name: &str, number: &str) -> (String, Value) {
    let product = sides.product(name).await;
    let published = sides.publish(&recognition(number, &product, 4)).await;
    assert_eq!(published.status, 200, "{}", published.text());
    (product, published.json()["certificates"][0]["code"].clone())
}

async fn conclude(sides: &Sides, address: &str, body: &Value) -> Answer {
    let tag = sides.tag(APPROVER, address).await;
    sides.send(APPROVER, "POST", &format!("{address}/conclude"), Some(&tag), Some(body)).await
}

/// Where in the body a command was wrong.
fn refused(answer: &Answer) -> (u16, String) {
    let told = answer.json();
    (answer.status, told["errors"][0]["pointer"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned())
}

async fn from_a_plan_to_a_withdrawal(database: Database) {
    let sides = database.sides().await;
    let (product, certificate) = certified(&sides, "Trà hậu kiểm", "300/QĐ-UBND").await;
    let public = format!("/v1/products/{product}");
    let plan = json!({"product": product, "dueOn": "2026-12-15", "reason": "Kế hoạch quý IV"});
    let planned = sides.send(CLERK, "POST", PLANS, None, Some(&plan)).await;
    assert_eq!(planned.status, 201, "{}", planned.text());
    assert_eq!(sides.json(&public).await["postChecks"], json!([]), "a plan is not public");
    let check = json!({
        "product": product, "plan": planned.json()["id"], "carriedOutOn": "2026-11-18",
        "findings": "Nhãn ghi sai số sao", "deadline": "2026-11-20",
    });
    assert_eq!(sides.send(CLERK, "POST", CHECKS, None, Some(&check)).await.status, 403, "a clerk prepares");
    let recorded = sides.send(APPROVER, "POST", CHECKS, None, Some(&check)).await;
    assert_eq!(recorded.status, 201, "{}", recorded.text());
    let address = recorded.header("location").to_owned();
    assert_eq!(sides.get_as(CLERK, PLANS).await.json()["items"], json!([]), "it is carried out");
    // That it took place is public, what was found is not.
    let shown = sides.get(&public).await;
    assert_eq!(shown.json()["postChecks"][0]["carriedOutOn"], "2026-11-18");
    assert_eq!((&shown.json()["postChecks"][0]["outcome"], shown.text().contains("Nhãn ghi sai")), (&Value::Null, false));
    assert_eq!(sides.get_as(OTHER_PROVINCE, &address).await.status, 404);
    assert_eq!(sides.get_as(CLERK, &format!("{CHECKS}?open=true")).await.json()["items"].as_array().map(Vec::len), Some(1));

    // It cannot end with a withdrawal before there is one, nor with one of before the check.
    let withdrawn = |decision: &Value| json!({"outcome": "withdrawn", "concludedOn": "2026-11-21", "decision": decision});
    assert_eq!(refused(&conclude(&sides, &address, &withdrawn(&Value::Null)).await), (400, "/decision".to_owned()));
    let withdrawal = |number: &str, signed_on: &str| {
        json!({
            "kind": "withdrawal", "number": number, "signedOn": signed_on, "documentSha256": HASH,
            "items": [{"certificate": certificate, "ground": "mark_misuse"}],
        })
    };
    let published = sides.publish(&withdrawal("301/QĐ-UBND", "2026-11-20")).await;
    assert_eq!(published.status, 200, "{}", published.text());
    let decision = published.json()["decision"].clone();
    assert_eq!(
        refused(&conclude(&sides, &address, &json!({"outcome": "kept", "concludedOn": "2026-11-17"})).await),
        (422, "/concludedOn".into())
    );
    let concluded = conclude(&sides, &address, &withdrawn(&decision)).await;
    assert_eq!(concluded.status, 200, "{}", concluded.text());
    let told = &sides.json(&public).await["postChecks"][0];
    assert_eq!((&told["outcome"], &told["decision"]["code"]), (&json!("withdrawn"), &decision));
    let again = conclude(&sides, &address, &json!({"outcome": "kept", "concludedOn": "2026-11-21"})).await;
    assert_eq!(again.status, 409, "{}", again.text());
    assert_eq!(sides.json(&format!("/v1/verifications/{product}")).await["status"], "withdrawn");
}

async fn what_may_not_be_recorded(database: Database) {
    let sides = database.sides().await;
    let (product, certificate) = certified(&sides, "Trà hậu kiểm sai", "310/QĐ-UBND").await;
    let never = sides.product("Trà chưa công nhận").await;
    let (other, _) = certified(&sides, "Trà khác", "311/QĐ-UBND").await;
    let base = json!({"product": product, "carriedOutOn": "2026-11-18", "findings": "Không có gì"});
    let with = |member: &str, value: Value| {
        let mut body = base.clone();
        body[member] = value;
        body
    };
    for (body, expected) in [
        (with("product", json!(never)), (422, "/product")),
        (with("product", json!("P00000MD")), (400, "/product")),
        (with("carriedOutOn", json!("2026-11-09")), (422, "/carriedOutOn")),
        (with("carriedOutOn", json!("2026-11-22")), (422, "/carriedOutOn")),
        (with("deadline", json!("2026-11-17")), (422, "/deadline")),
    ] {
        let answer = sides.send(APPROVER, "POST", CHECKS, None, Some(&body)).await;
        assert_eq!(refused(&answer), (expected.0, expected.1.to_owned()), "{body}");
    }
    assert_eq!(sides.send(OTHER_PROVINCE, "POST", CHECKS, None, Some(&base)).await.status, 403);
    assert_eq!(sides.send(MINISTRY, "POST", CHECKS, None, Some(&base)).await.status, 403, "four stars are the province's to check");
    let plan = json!({"product": other, "dueOn": "2026-12-15", "reason": "Kế hoạch"});
    let plan = sides.send(CLERK, "POST", PLANS, None, Some(&plan)).await.json();
    assert_eq!(refused(&sides.send(APPROVER, "POST", CHECKS, None, Some(&with("plan", plan["id"].clone()))).await), (422, "/plan".into()));
    let late = json!({"product": product, "dueOn": "2026-11-20", "reason": "Kế hoạch"});
    assert_eq!(refused(&sides.send(CLERK, "POST", PLANS, None, Some(&late)).await), (422, "/dueOn".into()));
    assert_eq!(sides.json(&format!("/v1/products/{product}")).await["postChecks"], json!([]), "nothing of this was kept");
    // A withdrawal signed before the check did not come of it.
    let withdrawal = json!({
        "kind": "withdrawal", "number": "312/QĐ-UBND", "signedOn": "2026-11-15", "documentSha256": HASH,
        "items": [{"certificate": certificate, "ground": "other"}],
    });
    let decision = sides.publish(&withdrawal).await.json()["decision"].clone();
    let check = sides.send(APPROVER, "POST", CHECKS, None, Some(&base)).await;
    assert_eq!(check.status, 201, "{}", check.text());
    let ended = json!({"outcome": "withdrawn", "concludedOn": "2026-11-21", "decision": decision});
    assert_eq!(refused(&conclude(&sides, check.header("location"), &ended).await), (422, "/decision".into()));
}
