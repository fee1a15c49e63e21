//! The verdict first: every kind in its own word, shape and colour, and never a yes without one.

use super::{VERDICTS, code, page, registry, text};
use crate::support::registry::{Database, Registry, on_both};
use std::collections::{BTreeMap, BTreeSet};

on_both!(
    every_verdict_is_unmistakable,
    the_verdict_turns_with_the_day,
    beside_a_no_stand_the_producers_products,
    a_product_of_a_known_producer_that_is_not_there,
    certificates_and_decisions,
    what_users_wrote_is_only_text,
);

/// What stands between two texts.
fn between<'t>(page: &'t str, from: &str, to: &str) -> &'t str {
    let (_, rest) = page.split_once(from).unwrap_or_else(|| panic!("no {from}: {page}"));
    rest.split_once(to).unwrap_or_else(|| panic!("no {to} after {from}")).0
}

async fn every_verdict_is_unmistakable(database: Database) {
    let registry = registry(database).await;
    let mut shapes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, class, vi, en) in VERDICTS {
        let code = code(&registry, name).await;
        let answer = registry.json(&format!("/v1/verifications/{code}")).await;
        let certified = answer["outcome"] == "certified";
        for (lang, headline) in [("vi", vi), ("en", en)] {
            let page = text(&registry, &format!("/{code}?lang={lang}")).await;
            assert!(page.contains(&format!("<html lang=\"{lang}\">")));
            let main = between(&page, "<main id=\"main\">", "</main>");
            assert!(main.starts_with(&format!("<div class=\"verdict {class}\">")), "{name}: the verdict comes first: {main}");
            assert_eq!(between(main, "<h1>", "</h1>"), headline, "{name}");
            // A yes and its claim stand there exactly when the verdict says so.
            assert_eq!(["yes", "soon"].contains(&class), certified, "{name}");
            assert_eq!(main.contains("/label"), certified, "{name}: labels are for what is certified");
            let claim = answer["permittedClaim"][lang].as_str().expect("a claim");
            assert!(main.contains(&format!("<p class=\"claim\">{claim}</p>")), "{name}");
            let shape = between(main, "<path class=\"out\" d=\"", "\"").to_owned() + between(main, "<path class=\"in\" d=\"", "\"");
            shapes.entry(vi.split(" OCOP").next().unwrap_or_default().to_owned() + class).or_default().insert(shape);
        }
        if !certified {
            let head = between(&text(&registry, &format!("/{code}?lang=vi")).await, "<div class=\"verdict", "<section").to_owned();
            assert!(!head.contains("Được công nhận") && !head.contains("class=\"stars\""), "{name}: {head}");
        }
    }
    assert!(shapes.values().all(|of_kind| of_kind.len() == 1), "{shapes:?}");
    let distinct: BTreeSet<_> = shapes.values().flatten().collect();
    assert_eq!(distinct.len(), shapes.len(), "two kinds share a shape");
}

async fn the_verdict_turns_with_the_day(database: Database) {
    let registry = registry(database).await;
    let code = code(&registry, "Nem nướng").await;
    let headline = async |registry: &Registry| between(&text(registry, &format!("/{code}")).await, "<h1>", "</h1>").to_owned();
    for (moment, said) in [
        ("2024-02-28T16:59:59Z", "Chưa có hiệu lực"),
        ("2024-02-28T17:00:00Z", "Được công nhận OCOP 4 sao"),
        ("2026-08-31T16:59:59Z", "Được công nhận OCOP 4 sao"),
        ("2026-08-31T17:00:00Z", "Được công nhận OCOP 4 sao, sắp hết hạn"),
        ("2027-02-28T16:59:59Z", "Được công nhận OCOP 4 sao, sắp hết hạn"),
        ("2027-02-28T17:00:00Z", "Đã hết hạn công nhận OCOP"),
    ] {
        registry.at(moment);
        assert_eq!(headline(&registry).await, said, "{moment}");
    }
    registry.at("2027-02-28T16:59:50Z");
    let last = page(&registry, &format!("/{code}")).await;
    assert_eq!(last.header("cache-control"), "public, max-age=10, stale-while-revalidate=0, stale-if-error=0");
    assert!(last.text().contains("Hôm nay là ngày cuối cùng"));
}

async fn beside_a_no_stand_the_producers_products(database: Database) {
    let registry = registry(database).await;
    let expired = text(&registry, &format!("/{}", code(&registry, "Nem rán").await)).await;
    let others = between(&expired, "id=\"others\"", "</section>");
    assert!(others.contains("không áp dụng cho sản phẩm ở trên"));
    for (name, there) in [("Nem chua", true), ("Nem nướng", true), ("Nem thính", false), ("Nem rán", false)] {
        assert_eq!(others.contains(&code(&registry, name).await), there, "{name}");
    }
    let certified = text(&registry, &format!("/{}", code(&registry, "Nem chua").await)).await;
    assert!(!certified.contains("id=\"others\""));
    let producer = registry.json(&format!("/v1/products/{}", code(&registry, "Nem rán").await)).await["producer"]["code"].clone();
    let producer = text(&registry, &format!("/{}", producer.as_str().expect("a code"))).await;
    assert!(!producer.contains("class=\"verdict") && producer.contains("không cấp cho chủ thể"), "a producer is never certified");
    assert!(between(&producer, "id=\"rest\"", "</section>").contains("Nem rán"));
}

async fn a_product_of_a_known_producer_that_is_not_there(database: Database) {
    let registry = registry(database).await;
    let producer = registry.json(&format!("/v1/products/{}", code(&registry, "Nem chua").await)).await["producer"]["code"].clone();
    let producer = producer.as_str().expect("a code");
    let missing = text(&registry, &format!("/{producer}/check?product=Nem <b>lụi</b>")).await;
    assert!(missing.contains("<div class=\"verdict no\">") && missing.contains("Không được công nhận OCOP"));
    assert!(missing.contains("Nem &lt;b&gt;lụi&lt;/b&gt;") && between(&missing, "id=\"certified\"", "</section>").contains("Nem chua"));
    let there = page(&registry, &format!("/{producer}/check?product=NEM CHUA")).await;
    assert_eq!((there.status, there.header("location")), (303, format!("/{}", code(&registry, "Nem chua").await).as_str()));
}

async fn certificates_and_decisions(database: Database) {
    let registry = registry(database).await;
    let product = registry.json(&format!("/v1/products/{}", code(&registry, "Nem thính").await)).await;
    let certificate = product["certificates"][0]["code"].as_str().expect("a code");
    let page = text(&registry, &format!("/{certificate}")).await;
    assert!(page.contains("Đã bị thu hồi công nhận OCOP") && between(&page, "id=\"certificate\"", "</section>").contains("Đã bị thu hồi"));
    assert!(between(&page, "id=\"history\"", "</section>").contains("01/06/2026"), "the act and its day");
    let decision = text(&registry, &format!("/{}", product["certification"]["decision"]["code"].as_str().expect("a code"))).await;
    assert!(decision.contains("Quyết định công nhận 35/QĐ-UBND") && decision.contains("UBND tỉnh Thanh Hóa"));
    assert!(decision.contains("Nem thính") && decision.contains("Mắm tép") && !decision.contains("chip yes"));
}

async fn what_users_wrote_is_only_text(database: Database) {
    let list = "name_vi,producer_name,province,stars,level,decision_date\n\
                \"Nem </script><script>alert(1)</script>\",\"HTX \"\"><img src=x onerror=alert(1)>\",Thanh Hóa,4,province,2025-08-08\n";
    let registry = database.rows(list).await;
    let code = registry.all("/v1/products").await[0]["code"].as_str().expect("a code").to_owned();
    for address in
        ["/", &format!("/{code}"), "/search?q=nem", "/search?q=<script>alert(2)</script>", "/overview", &format!("/{code}/report")]
    {
        let page = text(&registry, address).await;
        for script in page.split("<script").skip(1) {
            assert!(script.starts_with(" type=\"application/ld+json\"") || script.starts_with(" src=\"/assets/"), "{address}: {script}");
        }
        assert!(!page.contains("<img src=x") && !page.contains("alert(1)</script>"), "{address}");
    }
    let badge = registry.get(&format!("/{code}/badge.svg")).await;
    assert!(!badge.text().contains("<script"));
    let data = text(&registry, &format!("/{code}")).await;
    let data: serde_json::Value = serde_json::from_str(between(&data, "ld+json\">", "</script>")).expect("JSON in the page");
    assert_eq!(data["name"], "Nem </script><script>alert(1)</script>");
}
