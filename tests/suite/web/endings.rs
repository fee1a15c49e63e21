//! What ends a certificate, and when, is told alike wherever a product is shown.

use super::{VERDICTS, code, happen, registry, text};
use crate::support::registry::{Database, Registry, get, on_both};
use ocop_registry::domain::record::ActKind;
use serde_json::{Value, json};

on_both!(an_act_to_come_ends_it_soon, structured_data_ends_when_the_verdict_does, one_chip_everywhere);

/// The first certificate of a product of a name.
async fn certificate(registry: &Registry, name: &str) -> String {
    let record = registry.json(&format!("/v1/products/{}", code(registry, name).await)).await;
    record["certificates"][0]["code"].as_str().expect("a code").to_owned()
}

/// The line of a product in a list.
fn line(page: &str, code: &str) -> String {
    let rest = page.split("<li>").find(|line| line.contains(&format!("href=\"/{code}"))).unwrap_or_else(|| panic!("{code}: {page}"));
    rest.split("</li>").next().unwrap_or_default().to_owned()
}

async fn an_act_to_come_ends_it_soon(database: Database) {
    let registry = registry(database).await;
    for (name, kind, said, english) in [
        ("Nem chua", ActKind::Withdrawal, "Còn 8 ngày: đã có quyết định thu hồi", "8 days left: a withdrawal is signed"),
        ("Cao lá vối", ActKind::Annulment, "Còn 8 ngày: đã có quyết định hủy bỏ", "8 days left: an annulment is signed"),
    ] {
        registry.act(&certificate(&registry, name).await, kind, "2026-11-30", None).await;
        let code = code(&registry, name).await;
        let page = text(&registry, &format!("/{code}")).await;
        assert!(page.contains("<div class=\"verdict soon\">") && page.contains(", sắp hết hạn</h1>"), "{name}: {page}");
        assert!(page.contains("29/11/2026") && page.contains(said), "{name}: {page}");
        assert!(text(&registry, &format!("/{code}?lang=en")).await.contains(english), "{name}");
        let record = registry.json(&format!("/v1/products/{code}")).await;
        let certification = &record["certification"];
        assert_eq!(
            json!([certification["outcome"], certification["validUntil"], certification["endsBy"], certification["renewal"]]),
            json!(["certified", "2026-11-29", kind.as_str(), "none"]),
            "{name}"
        );
        let found = text(&registry, &format!("/search?q={name}")).await;
        assert!(line(&found, &code).contains("chip soon") && line(&found, &code).contains("còn 8 ngày"), "{name}: {found}");
    }
    // The term and an extension say so too.
    let extended = text(&registry, &format!("/{}", code(&registry, "Mắm tôm").await)).await;
    assert!(extended.contains("Còn 100 ngày, trong thời gian gia hạn"), "{extended}");
    let ending = text(&registry, &format!("/{}", code(&registry, "Nem nướng").await)).await;
    assert!(ending.contains("Còn 99 ngày: hết thời hạn 36 tháng"), "{ending}");
}

async fn structured_data_ends_when_the_verdict_does(database: Database) {
    let registry = registry(database).await;
    registry.act(&certificate(&registry, "Nem chua").await, ActKind::Withdrawal, "2026-12-01", None).await;
    // Annulled from its first day: it never counted.
    registry.act(&certificate(&registry, "Cao lá vối").await, ActKind::Annulment, "2025-09-09", None).await;
    for (name, expires, ends_by) in [
        ("Nem chua", "2026-11-30", "withdrawal"),
        ("Nem thính", "2026-05-31", "withdrawal"),
        ("Mắm tép", "2026-06-30", "annulment"),
        ("Mắm tôm", "2027-03-01", "extension"),
        ("Nem nướng", "2027-02-28", "term"),
    ] {
        let code = code(&registry, name).await;
        let data = registry.ask(get(&format!("/{code}")).insert_header(("accept", "application/ld+json"))).await.json();
        let record = registry.json(&format!("/v1/products/{code}")).await;
        assert_eq!(data["hasCertification"][0]["expires"], expires, "{name}");
        assert_eq!(record["certification"]["validUntil"], expires, "{name}");
        assert_eq!(record["certification"]["endsBy"], ends_by, "{name}");
        assert_eq!(json!([record["certificates"][0]["endsOn"], record["certificates"][0]["endsBy"]]), json!([expires, ends_by]), "{name}");
    }
    let void = code(&registry, "Cao lá vối").await;
    let data = registry.ask(get(&format!("/{void}")).insert_header(("accept", "application/ld+json"))).await.json();
    assert_eq!(data.get("hasCertification"), None);
    let record = registry.json(&format!("/v1/products/{void}")).await;
    let (now, certificate) = (&record["certification"], &record["certificates"][0]);
    assert_eq!(
        json!([now["outcome"], now["status"], now["validFrom"], now["validUntil"], now["endsBy"]]),
        json!(["not_certified", "annulled", null, null, "annulment"])
    );
    assert_eq!(json!([certificate["validFrom"], certificate["endsOn"], certificate["endsBy"]]), json!(["2025-09-09", null, "annulment"]));
    let verdict = registry.json(&format!("/v1/verifications/{void}")).await;
    assert_eq!(json!([verdict["validFrom"], verdict["validUntil"]]), json!([null, null]));
    assert_eq!(registry.json("/v1/products?status=annulled&q=Cao lá vối").await["items"][0]["certification"]["validUntil"], Value::Null);
    assert!(text(&registry, &format!("/{void}")).await.contains("Chưa từng: bị hủy bỏ từ ngày đầu"));
}

async fn one_chip_everywhere(database: Database) {
    let list = super::LIST
        .replace("HTX Mắm,", "HTX Nem,")
        .replace("HTX Sen,Nghệ An", "HTX Nem,Thanh Hóa")
        .replace("Hộ Ba,Nghệ An", "HTX Nem,Thanh Hóa");
    let registry = database.rows(&list).await;
    happen(&registry).await;
    let producer = registry.json(&format!("/v1/products/{}", code(&registry, "Nem chua").await)).await["producer"]["code"].take();
    let producer = producer.as_str().expect("a code");
    let summaries = registry.json(&format!("/v1/producers/{producer}")).await["products"].take();
    let producer = text(&registry, &format!("/{producer}")).await;
    for (name, class, ..) in VERDICTS.into_iter().filter(|(name, ..)| *name != "Bánh gai") {
        let code = code(&registry, name).await;
        let record = registry.json(&format!("/v1/products/{code}")).await;
        let shown = line(&producer, &code);
        assert!(shown.contains(&format!("chip {class}")), "{name}: {shown}");
        // A day stands there only where it is one of the verdict's.
        assert_eq!(shown.contains("<time"), ["yes", "soon"].contains(&class) || name == "Nem rán", "{name}: {shown}");
        let chip = shown.split("<span class=\"chip").nth(1).and_then(|rest| rest.split("</span><").next()).expect("a chip").to_owned();
        let found = line(&text(&registry, &format!("/search?q={name}")).await, &code);
        assert!(found.contains(&chip), "{name}: {chip}\n{found}");
        if let Some(decision) = record["certification"]["decision"]["code"].as_str() {
            assert!(line(&text(&registry, &format!("/{decision}")).await, &code).contains(&chip), "{name}");
        }
        let summary = summaries.as_array().expect("a list").iter().find(|one| one["code"] == *code).expect("it is listed");
        for member in ["outcome", "status", "stars", "validUntil", "endsBy", "renewal"] {
            assert_eq!(summary[member], record["certification"][member], "{name}: {member}");
        }
    }
}
