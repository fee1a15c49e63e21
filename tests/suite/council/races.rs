//! Commands at the same time: one wins, none is lost, one key means one effect.

use super::decisions::recognition;
use crate::support::council::{APPROVER, CLERK};
use crate::support::registry::{Database, on_both, request};
use futures_util::future::join_all;
use serde_json::json;

on_both!(one_of_fifty_wins, one_key_means_one_effect);

async fn one_of_fifty_wins(database: Database) {
    let sides = database.sides().await;
    let product = sides.product("Trà tranh chấp").await;
    let address = format!("/council/v1/products/{product}");
    let tag = sides.tag(APPROVER, &address).await;
    let names = format!("{address}/names");
    let bodies: Vec<_> = (0..50).map(|n| json!({"vi": format!("Tên thứ {n}")})).collect();
    let answers = join_all(bodies.iter().map(|body| sides.send(APPROVER, "POST", &names, Some(&tag), Some(body)))).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 49, "{statuses:?}");
    let state = sides.get_as(APPROVER, &address).await.json();
    assert_eq!(state["otherNames"].as_array().map(Vec::len), Some(1), "{state}");
}

async fn one_key_means_one_effect(database: Database) {
    let sides = database.sides().await;
    let product = sides.product("Trà gửi lại").await;
    let decision = recognition("4021/QĐ-UBND", &product, 3);
    let draft = sides.send(CLERK, "POST", "/council/v1/drafts", None, Some(&decision)).await;
    let (address, tag) = (format!("{}/publish", draft.header("location")), draft.header("etag").to_owned());
    let before = sides.json("/v1/changes?after=0&first=1").await["dataVersion"].as_i64().expect("a position");
    let publish = || {
        let asked =
            request("POST", &address).insert_header(("idempotency-key", "\"the-one-key\"")).insert_header(("if-match", tag.clone()));
        sides.ask_as(APPROVER, asked)
    };
    let answers = join_all((0..100).map(|_| publish())).await;
    let done: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 409), "done, or still being done");
    assert_eq!(done.iter().filter(|answer| answer.header("idempotency-replayed").is_empty()).count(), 1);
    assert!(done.iter().all(|answer| answer.body == done[0].body));
    let late = publish().await;
    assert_eq!((late.status, late.header("idempotency-replayed")), (200, "true"), "{}", late.text());
    assert_eq!(late.body, done[0].body);
    // One decision and one certificate.
    let after = sides.json("/v1/changes?after=0&first=1").await["dataVersion"].as_i64().expect("a position");
    assert_eq!(after - before, 2);
    let other = request("POST", "/council/v1/producers")
        .insert_header(("idempotency-key", "the-one-key"))
        .set_json(json!({"name": "Hợp tác xã Khác", "place": "VN34-19"}));
    let refused = sides.ask_as(APPROVER, other).await;
    assert_eq!((refused.status, refused.json()["type"].as_str().map(|t| t.ends_with("idempotency-key-reused"))), (422, Some(true)));
    let keyless = request("POST", "/council/v1/producers").set_json(json!({"name": "Hợp tác xã Khác", "place": "VN34-19"}));
    assert_eq!(sides.ask_as(APPROVER, keyless).await.status, 400);
}
