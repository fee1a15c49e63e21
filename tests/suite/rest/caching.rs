//! What may be kept, for how long, and how little an unchanged answer costs.

use super::items;
use crate::support::registry::{Answer, Database, day, get, on_both};
use serde_json::json;
use std::io::Read;

on_both!(
    over_the_last_day_of_a_certificate,
    never_past_midnight_in_vietnam,
    unchanged_answers,
    codings,
    a_write_is_seen_at_once,
    days_asked_for,
);

/// The seconds that `Cache-Control` allows for a directive.
fn seconds(answer: &Answer, directive: &str) -> u32 {
    let value = answer.header("cache-control").split(", ").find_map(|part| part.strip_prefix(directive)?.strip_prefix('='));
    value.unwrap_or_else(|| panic!("no {directive} in {:?}", answer.header("cache-control"))).parse().expect("seconds")
}

const LIST: &str = "name_vi,province,stars,level,decision_date\nNem chua,Thanh Hóa,4,province,2024-02-29\n";

async fn over_the_last_day_of_a_certificate(database: Database) {
    let registry = database.rows(LIST).await;
    let code = registry.all("/v1/products").await[0]["code"].as_str().expect("a code").to_owned();
    let addresses = [
        format!("/v1/products/{code}"),
        format!("/v1/verifications/{code}"),
        "/v1/products?status=valid".into(),
        "/v1/stats?by=status".into(),
        "/v1/certificates".into(),
    ];
    for address in &addresses {
        registry.at("2027-02-28T16:59:50Z");
        let before = registry.get(address).await;
        assert_eq!(seconds(&before, "max-age"), 10, "{address}");
        assert_eq!((seconds(&before, "stale-while-revalidate"), seconds(&before, "stale-if-error")), (0, 0), "{address}");
        let etag = before.header("etag").to_owned();
        // Asked again it is ready, and is still that of the day.
        registry.at("2027-02-28T16:59:59Z");
        let ready = registry.get(address).await;
        assert_eq!((&ready.body, ready.header("etag"), seconds(&ready, "max-age")), (&before.body, etag.as_str(), 1), "{address}");
        // Midnight in Vietnam. Nothing is written.
        registry.at("2027-02-28T17:00:00Z");
        let after = registry.ask(get(address).insert_header(("if-none-match", etag.as_str()))).await;
        assert_eq!(after.status, 200, "{address}: the old tag is of yesterday");
        assert_ne!(after.header("etag"), etag, "{address}");
        assert_eq!(
            (seconds(&after, "max-age"), seconds(&after, "stale-while-revalidate"), seconds(&after, "stale-if-error")),
            (60, 30, 600)
        );
        assert_eq!((&before.json()["asOf"], &after.json()["asOf"]), (&json!("2027-02-28"), &json!("2027-03-01")), "{address}");
        assert_eq!(before.json()["dataVersion"], after.json()["dataVersion"], "{address}");
    }
    registry.at("2027-02-28T12:00:00Z");
    assert_eq!(registry.json(&addresses[1]).await["status"], "valid");
    assert_eq!(items(&registry.json(&addresses[2]).await).len(), 1);
    registry.at("2027-02-28T18:00:00Z");
    assert_eq!(registry.json(&addresses[1]).await["status"], "expired");
    assert_eq!(items(&registry.json(&addresses[2]).await).len(), 0);
}

async fn never_past_midnight_in_vietnam(database: Database) {
    for most in [0, 60, 86_400] {
        let registry = database.sample_with(|settings| settings.max_age = most).await;
        for (moment, left) in
            [("2026-11-21T17:00:00Z", 86_400), ("2026-11-21T03:00:00Z", 50_400), ("2026-11-21T16:58:30Z", 90), ("2026-11-21T16:59:59Z", 1)]
        {
            registry.at(moment);
            for address in ["/v1/groups", "/v1/products/P00000BY", "/v1/exports/products.csv"] {
                let answer = registry.get(address).await;
                let fresh = seconds(&answer, "max-age");
                assert_eq!(fresh, most.min(left), "{address} at {moment}");
                for stale in ["stale-while-revalidate", "stale-if-error"] {
                    assert!(fresh + seconds(&answer, stale) <= left, "{address} at {moment}: {}", answer.header("cache-control"));
                }
                assert!(answer.header("cache-control").starts_with("public, "));
            }
        }
    }
}

async fn unchanged_answers(database: Database) {
    let registry = database.sample().await;
    for address in [
        "/v1/products?first=3",
        "/v1/products/P00000BY",
        "/v1/verifications/P00000BY",
        "/v1/places/VN63-24",
        "/v1/stats",
        "/v1/changes?first=2",
        "/v1/groups",
    ] {
        let whole = registry.get(address).await;
        let etag = whole.header("etag");
        assert!(etag.starts_with('"') && etag.ends_with('"'), "a strong tag: {etag}");
        assert_eq!(whole.header("vary"), "Accept-Encoding", "{address}");
        for tags in [etag.to_owned(), format!("\"other\", {etag}"), format!("W/{etag}"), "*".into()] {
            let same = registry.ask(get(address).insert_header(("if-none-match", tags.as_str()))).await;
            assert_eq!((same.status, same.body.len()), (304, 0), "{address}, {tags}");
            for name in ["etag", "cache-control", "vary"] {
                assert_eq!(same.header(name), whole.header(name), "{address}: {name} of 304");
            }
        }
        let other = registry.ask(get(address).insert_header(("if-none-match", "\"other\""))).await;
        assert_eq!((other.status, &other.body), (200, &whole.body), "{address}");
        assert_eq!(registry.get(address).await.header("etag"), etag, "the same answer has the same tag");
    }
}

async fn codings(database: Database) {
    let registry = database.sample().await;
    let address = "/v1/products?first=20";
    let plain = registry.get(address).await;
    assert_eq!(plain.header("content-encoding"), "");
    let mut tags = vec![plain.header("etag").to_owned()];
    for (accepted, coding) in [("gzip", "gzip"), ("br", "br"), ("zstd", "zstd"), ("gzip;q=0.5, br", "br"), ("identity, deflate", "")] {
        let ask = || get(address).insert_header(("accept-encoding", accepted));
        let answer = registry.ask(ask()).await;
        assert_eq!(answer.header("content-encoding"), coding, "{accepted}");
        let mut body = Vec::new();
        match coding {
            "gzip" => drop(flate2::read::GzDecoder::new(&*answer.body).read_to_end(&mut body).expect("gzip")),
            "br" => drop(brotli::Decompressor::new(&*answer.body, 4_096).read_to_end(&mut body).expect("br")),
            "zstd" => body = zstd::decode_all(&*answer.body).expect("zstd"),
            _ => body.clone_from(&answer.body),
        }
        assert_eq!(body, plain.body, "{accepted}");
        assert_eq!((answer.header("vary"), answer.header("content-type")), ("Accept-Encoding", "application/json"));
        let same = registry.ask(ask().insert_header(("if-none-match", answer.header("etag")))).await;
        assert_eq!((same.status, same.header("etag")), (304, answer.header("etag")), "{accepted}");
        tags.push(answer.header("etag").to_owned());
    }
    // Other bytes, other strong tag; the same bytes, the same one.
    assert_eq!(tags.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "{tags:?}");
    assert_eq!((&tags[2], &tags[0]), (&tags[4], &tags[5]));
}

async fn a_write_is_seen_at_once(database: Database) {
    let registry = database.rows(LIST).await;
    let addresses = ["/v1/products", "/v1/stats", "/v1/certificates", "/v1/groups"];
    let mut before = Vec::new();
    for address in addresses {
        before.push(registry.get(address).await);
    }
    let other = "name_vi,province,stars,level,decision_date\nChè,Thái Nguyên,4,province,2025-08-08\n";
    let report = registry.import_unseen(other);
    for (address, before) in addresses.iter().zip(&before) {
        assert_eq!(&registry.get(address).await.body, &before.body, "{address}: this process has not looked yet");
    }
    registry.public.reader.refresh().await.expect("the database answers");
    for (address, before) in addresses.iter().zip(&before) {
        let after = registry.ask(get(address).insert_header(("if-none-match", before.header("etag")))).await;
        assert_eq!((after.status, &after.json()["dataVersion"]), (200, &json!(report.position)), "{address}");
        assert_ne!(after.header("etag"), before.header("etag"), "{address}");
    }
    assert_eq!(items(&registry.json("/v1/products").await).len(), 2);
    // The same list a second time changes nothing, and so no answer.
    let etag = registry.get("/v1/products").await.header("etag").to_owned();
    registry.import(other).await;
    assert_eq!(registry.ask(get("/v1/products").insert_header(("if-none-match", etag.as_str()))).await.status, 304);
}

async fn days_asked_for(database: Database) {
    let registry = database.rows(LIST).await;
    // An answer about a stated day is the same whichever day it is asked on.
    let asked = "/v1/products?on=2027-02-28";
    let now = registry.get(asked).await;
    registry.at("2030-01-01T00:00:00Z");
    let later = registry.get(asked).await;
    assert_eq!((later.header("etag"), &later.body), (now.header("etag"), &now.body));
    assert_eq!(now.json()["asOf"], "2027-02-28");
    let today = registry.json("/v1/products").await;
    assert_eq!(day(today["asOf"].as_str().expect("a day")), day("2030-01-01"), "seven in the morning in Vietnam");
}
