//! "Report a wrong label": kept for councils, bounded, without a word about who told it.

use super::{code, page, registry};
use crate::support::council::{CLERK, COMMUNE, MINISTRY, OTHER_PROVINCE, Sides, Who};
use crate::support::registry::{Answer, Database, Registry, on_both, request};
use ocop_registry::store::DatabaseUrl;
use serde_json::{Value, json};
use std::net::SocketAddr;

on_both!(kept_for_the_council, only_from_the_registrys_own_page, what_was_typed_is_not_lost, bounded, a_node_that_only_reads);

/// Sends a form, each from an address of its own unless one is given.
async fn send(registry: &Registry, product: &str, form: &str, from: (&str, &str), address: Option<u8>) -> Answer {
    static NEXT: std::sync::atomic::AtomicU16 = std::sync::atomic::AtomicU16::new(0);
    let fresh = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_be_bytes();
    let peer = SocketAddr::from((address.map_or([10, 1, fresh[0], fresh[1]], |last| [10, 2, 0, last]), 4_000));
    let request = request("POST", &format!("/{product}/report")).peer_addr(peer).insert_header(from);
    let request = request.insert_header(("accept", "text/html")).insert_header(("content-type", "application/x-www-form-urlencoded"));
    registry.ask(request.set_payload(form.to_owned())).await
}

const HERE: (&str, &str) = ("sec-fetch-site", "same-origin");

/// What a council is told of.
async fn kept(sides: &Sides, who: Who, parameters: &str) -> Vec<Value> {
    let answer = sides.get_as(who, &format!("/council/v1/label-reports?first=100{parameters}")).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{}", answer.text());
    answer.json()["items"].as_array().expect("items").clone()
}

async fn kept_for_the_council(database: Database) {
    let sides = Sides::of(registry(database).await).await;
    let (nem, tra) = (code(&sides, "Nem rán").await, code(&sides, "Trà sen").await);
    let position = sides.public.reader.position();
    let form = page(&sides, &format!("/{nem}/report")).await;
    assert!(form.text().contains("method=\"post\"") && form.text().contains("name=\"kind\""));
    let sent = send(&sides, &nem, "kind=not_certified&seen=Ch%E1%BB%A3%20%0ABa&note=Nhãn+ghi+4+sao", HERE, None).await;
    assert_eq!((sent.status, sent.header("location")), (303, format!("/{nem}/report?sent=1").as_str()));
    assert!(page(&sides, sent.header("location")).await.text().contains("báo cáo đã được ghi nhận"));
    assert_eq!(send(&sides, &tra, "kind=other", HERE, None).await.status, 303);
    // The same once more is good, and kept once.
    assert_eq!(send(&sides, &tra, "kind=other&seen=&note=", HERE, None).await.status, 303);
    let first = json!({"id": 1, "product": nem, "province": "VN34-38", "reportedOn": "2026-11-21",
        "kind": "not_certified", "seenAt": "Chợ Ba", "note": "Nhãn ghi 4 sao"});
    let second = json!({"id": 2, "product": tra, "province": "VN34-40", "reportedOn": "2026-11-21",
        "kind": "other", "seenAt": "", "note": ""});
    assert_eq!(kept(&sides, MINISTRY, "").await, [second, first.clone()]);
    assert_eq!(kept(&sides, OTHER_PROVINCE, "").await, [first], "each council sees its own");
    assert_eq!(kept(&sides, CLERK, "").await, [json!(null); 0]);
    assert_eq!(sides.get_as(COMMUNE, "/council/v1/label-reports").await.status, 403);
    let newest = sides.get_as(MINISTRY, "/council/v1/label-reports?first=1&fields=id").await.json();
    let after = newest["pageInfo"]["endCursor"].as_str().expect("a cursor");
    assert_eq!(newest["items"], json!([{"id": 2}]));
    assert_eq!(kept(&sides, MINISTRY, &format!("&fields=id&after={after}")).await, [json!({"id": 1})]);
    assert_eq!(sides.get("/council/v1/label-reports").await.status, 404, "the public does not see them");
    // Hearsay changes nothing that the registry says.
    sides.public.reader.refresh().await.expect("a position");
    assert_eq!(sides.public.reader.position(), position);
}

async fn only_from_the_registrys_own_page(database: Database) {
    let registry = Sides::of(registry(database).await).await;
    let nem = code(&registry, "Nem rán").await;
    for from in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("x-nothing", ""),
    ] {
        let refused = send(&registry, &nem, "kind=other", from, None).await;
        assert_eq!((refused.status, refused.header("content-type")), (403, "text/html; charset=utf-8"), "{from:?}");
    }
    assert_eq!(send(&registry, &nem, "kind=other", ("origin", "https://ocop.example"), None).await.status, 303);
    // What fills in the field that nobody sees is thanked and forgotten.
    assert_eq!(send(&registry, &nem, "kind=counterfeit&website=http://spam", HERE, None).await.status, 303);
    assert_eq!(kept(&registry, MINISTRY, "").await.len(), 1);
}

async fn what_was_typed_is_not_lost(database: Database) {
    let registry = Sides::of(registry(database).await).await;
    let nem = code(&registry, "Nem rán").await;
    let typed =
        async |kind: &str, seen: &str| send(&registry, &nem, &format!("{kind}seen={seen}&note=Ghi <b>4</b> sao"), HERE, Some(7)).await;
    let unsaid = typed("", "Chợ").await;
    assert_eq!((unsaid.status, unsaid.header("cache-control"), unsaid.header("etag")), (400, "no-store", ""));
    assert!(unsaid.text().contains("Hãy chọn nhãn sai ở đâu") && unsaid.text().contains("value=\"Chợ\""), "{}", unsaid.text());
    assert!(unsaid.text().contains("Ghi &lt;b&gt;4&lt;/b&gt; sao</textarea>"), "{}", unsaid.text());
    let mut last = typed("kind=wrong_stars&", "Siêu thị").await;
    for _ in 0..8 {
        last = typed("kind=wrong_stars&", "Siêu thị").await;
    }
    assert_eq!(last.status, 429, "{}", last.text());
    assert!(!last.header("retry-after").is_empty() && last.text().contains("value=\"wrong_stars\" required checked"), "{}", last.text());
    assert!(last.text().contains("value=\"Siêu thị\""));
}

async fn bounded(database: Database) {
    let registry = Sides::of(registry(database).await).await;
    let nem = code(&registry, "Nem rán").await;
    let long = "x".repeat(501);
    for (form, status) in [
        ("kind=nothing", 400),
        ("", 400),
        (&*format!("kind=other&note={long}"), 400),
        (&*format!("kind=other&note={}", "x".repeat(20_000)), 413),
    ] {
        assert_eq!(send(&registry, &nem, form, HERE, None).await.status, status, "{}", &form[..form.len().min(40)]);
    }
    let json = request("POST", &format!("/{nem}/report")).insert_header(HERE).set_json(serde_json::json!({"kind": "other"}));
    assert_eq!(registry.ask(json).await.status, 415);
    assert_eq!(send(&registry, "P00000BX", "kind=other", HERE, None).await.status, 400);
    assert_eq!(kept(&registry, MINISTRY, "").await.len(), 0);
    // One address: five a minute.
    let mut statuses = Vec::new();
    for n in 0..6 {
        statuses.push(send(&registry, &nem, &format!("kind=other&note={n}"), HERE, Some(1)).await.status);
    }
    assert_eq!(statuses, [303, 303, 303, 303, 303, 429]);
    // One product: twenty a day, from however many.
    for n in 5..20 {
        assert_eq!(send(&registry, &nem, &format!("kind=other&note={n}"), HERE, None).await.status, 303, "{n}");
    }
    let full = send(&registry, &nem, "kind=other&note=21", HERE, None).await;
    assert_eq!((full.status, kept(&registry, MINISTRY, "").await.len()), (429, 20));
    assert!(!full.header("retry-after").is_empty() && full.text().contains("đã có đủ báo cáo"));
    registry.at("2026-11-21T17:00:00Z");
    assert_eq!(send(&registry, &nem, "kind=other&note=21", HERE, None).await.status, 303, "another day");
}

async fn a_node_that_only_reads(database: Database) {
    let node = database
        .sample_with(|settings| {
            settings.read_database_url = Some(settings.database.database_url.clone());
            settings.database.database_url = DatabaseUrl::Sqlite("ocop.db".into());
        })
        .await;
    let product = node.all("/v1/products?fields=code").await[0]["code"].as_str().expect("a code").to_owned();
    assert!(page(&node, &format!("/{product}/report")).await.text().contains("Không nhận báo cáo ở đây"));
    let refused = send(&node, &product, "kind=other", HERE, None).await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "3600"));
    assert!(refused.text().contains("chỉ để tra cứu"));
}
