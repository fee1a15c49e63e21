//! The change feed: every position once, in order, and soon.

use super::items;
use crate::support::registry::{Database, Registry, on_both};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

on_both!(without_gaps, what_a_change_says, waiting_wakes_up, waiting_ends);

const LIST: &str = "\
name_vi,producer_name,province,stars,level,decision_number,decision_date,gtins
Nem chua,HTX Nem,Thanh Hóa,4,province,12/QĐ-UBND,2025-08-08,8930000000002
";
const MORE: &str = "name_vi,province,stars,level,decision_date\nChè,Thái Nguyên,4,province,2025-08-08\n";

async fn feed(registry: &Registry, mut after: i64, first: usize) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let part = registry.json(&format!("/v1/changes?after={after}&first={first}")).await;
        all.extend(items(&part).iter().cloned());
        assert_eq!(part["nextAfter"], items(&part).last().map_or(json!(after), |change| change["position"].clone()));
        after = part["nextAfter"].as_i64().expect("a position");
        assert_eq!(part["hasMore"], json!(after < part["dataVersion"].as_i64().expect("a position")));
        if part["hasMore"] == false {
            return all;
        }
    }
}

async fn without_gaps(database: Database) {
    let registry = database.sample().await;
    let positions = |feed: &[Value]| feed.iter().map(|c| c["position"].as_i64().expect("a position")).collect::<Vec<_>>();
    let all = feed(&registry, 0, 1_000).await;
    let last = registry.public.reader.position();
    assert_eq!(positions(&all), (1..=last).collect::<Vec<_>>());
    // A list written in the middle of reading is simply what comes next.
    let some = registry.json("/v1/changes?first=10").await;
    assert_eq!((items(&some), &some["nextAfter"], &some["hasMore"]), (&all[..10], &json!(10), &json!(true)));
    let report = registry.import(MORE).await;
    let rest = feed(&registry, last, 2).await;
    assert_eq!(positions(&rest), (last + 1..=report.position).collect::<Vec<_>>());
    let end = registry.json(&format!("/v1/changes?after={}", report.position)).await;
    assert_eq!(json!([end["items"], end["nextAfter"], end["hasMore"]]), json!([[], report.position, false]));
}

async fn what_a_change_says(database: Database) {
    let registry = database.rows(LIST).await;
    let all = feed(&registry, 0, 100).await;
    let told: Vec<Value> = all.iter().map(|c| json!([c["action"], c["noun"]])).collect();
    let nouns = ["producer", "product", "product_gtin", "decision", "certificate"];
    assert_eq!(told, nouns.map(|noun| json!(["created", noun])), "what is cited comes before what cites it");
    for change in &all {
        assert_eq!(json!([change["at"], change["actor"], change["command"]]), json!(["2026-11-21T02:30:00Z", "operator", "import"]));
    }
    let product = all[1]["code"].as_str().expect("a code");
    assert_eq!(registry.json(&format!("/v1/products/{product}")).await["producer"]["code"], all[0]["code"]);
    assert_eq!((&all[2]["product"], &all[2]["code"]), (&json!(product), &Value::Null));
    assert_eq!((&all[4]["product"], &all[1]["product"]), (&json!(product), &json!(product)));
    assert_eq!(all[1]["producer"], all[0]["code"]);
    let certificate = all[4]["code"].as_str().expect("a code");
    assert_eq!(registry.json(&format!("/v1/certificates/{certificate}")).await["decision"]["code"], all[3]["code"]);
    // A row that dates a recognition corrects it.
    registry.import("name_vi,province,stars,level,year\nChè,Thái Nguyên,4,province,2025\n").await;
    let before = registry.public.reader.position();
    registry.import("name_vi,province,stars,level,decision_date,year\nChè,Thái Nguyên,4,province,2025-08-08,2025\n").await;
    let told: Vec<Value> = feed(&registry, before, 100).await.iter().map(|c| json!([c["action"], c["noun"]])).collect();
    assert_eq!(told, [json!(["created", "decision"]), json!(["corrected", "certificate"])]);
}

async fn waiting_wakes_up(database: Database) {
    let registry = database.rows(LIST).await;
    let position = registry.public.reader.position();
    let begun = Instant::now();
    let address = format!("/v1/changes?after={position}&wait=30");
    let write = async {
        actix_web::rt::time::sleep(Duration::from_millis(200)).await;
        registry.import(MORE).await
    };
    let (answer, report) = futures_util::future::join(registry.get(&address), write).await;
    assert!(begun.elapsed() < Duration::from_secs(10), "woken by the write, not by the end of the wait");
    assert_eq!(answer.json()["nextAfter"], report.position);
    assert_eq!(answer.header("cache-control"), "no-store", "the wait is not part of what may be kept");
    // What is there already is told without waiting.
    let begun = Instant::now();
    let answer = registry.json(&format!("/v1/changes?after={position}&wait=30")).await;
    assert!(begun.elapsed() < Duration::from_secs(10) && !items(&answer).is_empty());
}

async fn waiting_ends(database: Database) {
    let registry = database.rows(LIST).await;
    let position = registry.public.reader.position();
    let begun = Instant::now();
    let answer = registry.json(&format!("/v1/changes?after={position}&wait=1")).await;
    assert!((Duration::from_millis(900)..Duration::from_secs(10)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    assert_eq!(json!([answer["items"], answer["nextAfter"], answer["hasMore"]]), json!([[], position, false]));
    // A position that is still to come is not believed.
    let ahead = registry.json(&format!("/v1/changes?after={}", position + 1_000)).await;
    assert_eq!(ahead["nextAfter"], position);
}
