//! Another day than today: said at the top, judged by that day's verdict; what cannot be asked is refused.

use super::{code, page, registry, text};
use crate::support::registry::{Database, get, on_both};
use serde_json::json;

on_both!(another_day, what_cannot_be_asked, by_decision);

async fn another_day(database: Database) {
    let registry = registry(database).await;
    // In force today, to the end of 8 August 2028.
    let nem = code(&registry, "Nem chua").await;
    for (day, class, headline, english) in [
        ("2029-01-01", "over", "Ngày 01/01/2029: Đã hết hạn công nhận OCOP", "On 1 January 2029: OCOP certification has expired"),
        (
            "2028-08-08",
            "soon",
            "Ngày 08/08/2028: Được công nhận OCOP 4 sao, sắp hết hạn",
            "On 8 August 2028: Certified OCOP, 4 stars, ending soon",
        ),
        ("2025-08-07", "over", "Ngày 07/08/2025: Chưa có hiệu lực", "On 7 August 2025: Not valid yet"),
        ("2026-11-21", "yes", "Được công nhận OCOP 4 sao", "Certified OCOP, 4 stars"),
    ] {
        let vi = text(&registry, &format!("/{nem}?on={day}")).await;
        assert!(vi.contains(&format!("<main id=\"main\"><div class=\"verdict {class}\">")), "{day}: {vi}");
        assert!(vi.contains(&format!("<h1>{headline}</h1>")), "{day}");
        let today = day == "2026-11-21";
        assert_eq!(vi.contains(&format!("href=\"/{nem}\">Xem hôm nay</a>")), !today, "{day}");
        assert_eq!(
            (vi.contains("<script type=\"application/ld+json\""), vi.contains("/badge.svg")),
            (today, today),
            "{day}: what is about today alone"
        );
        let en = text(&registry, &format!("/{nem}?on={day}&lang=en")).await;
        assert!(en.contains(&format!("<h1>{english}</h1>")), "{day}: {en}");
        assert!(en.contains(&format!("href=\"/{nem}?on={day}&amp;lang=vi\"")), "{day}: the other language is about the same day");
        let expected = registry.json(&format!("/v1/products/{nem}?on={day}")).await;
        let json = registry.ask(get(&format!("/{nem}?on={day}")).insert_header(("accept", "application/json"))).await.json();
        assert_eq!((&json, &json["asOf"]), (&expected, &json!(day)));
        let data = registry.ask(get(&format!("/{nem}?on={day}")).insert_header(("accept", "application/ld+json"))).await.json();
        let active = if json["certification"]["outcome"] == "certified" { "Active" } else { "Inactive" };
        assert_eq!(data["hasCertification"][0]["certificationStatus"], format!("https://schema.org/Certification{active}"), "{day}");
        let led = page(&registry, &format!("/verify?id={nem}&on={day}")).await;
        let on = if today { String::new() } else { format!("?on={day}") };
        assert_eq!((led.status, led.header("location")), (303, format!("/{nem}{on}").as_str()));
    }
    let record = registry.json(&format!("/v1/products/{nem}")).await;
    let of = |value: &serde_json::Value| value.as_str().expect("a code").to_owned();
    let certificate = text(&registry, &format!("/{}?on=2029-01-01", of(&record["certificates"][0]["code"]))).await;
    assert!(
        certificate.contains("<h1>Ngày 01/01/2029: Đã hết hạn công nhận OCOP</h1>") && certificate.contains("Tình trạng ngày 01/01/2029")
    );
    for other in [of(&record["producer"]["code"]), of(&record["certification"]["decision"]["code"])] {
        assert!(text(&registry, &format!("/{other}")).await.contains("chip yes"), "{other}");
        let later = text(&registry, &format!("/{other}?on=2030-01-01")).await;
        assert!(later.contains("ngày 01/01/2030") && !later.contains("chip yes"), "{other}: {later}");
    }
}

async fn what_cannot_be_asked(database: Database) {
    let registry = registry(database).await;
    let nem = code(&registry, "Nem chua").await;
    let record = registry.json(&format!("/v1/products/{nem}")).await;
    let of = |value: &serde_json::Value| value.as_str().expect("a code").to_owned();
    let things = [
        nem.clone(),
        of(&record["certificates"][0]["code"]),
        of(&record["producer"]["code"]),
        of(&record["certification"]["decision"]["code"]),
    ];
    let mut wrong: Vec<(String, &str)> = things
        .iter()
        .flat_map(|code| {
            [("foo=1", "foo"), ("on=2030-13-01", "on"), ("on=", "on"), ("lang=de", "lang")].map(|(q, name)| (format!("/{code}?{q}"), name))
        })
        .collect();
    for file in ["badge.svg", "qr.svg", "qr.png", "picture.png", "label"] {
        wrong.push((format!("/{nem}/{file}?foo=1"), "foo"));
    }
    for address in ["/", "/overview", "/scan", "/verify"] {
        wrong.push((format!("{address}?foo=1"), "foo"));
    }
    for (address, name) in wrong {
        let told = registry.get(&address).await;
        assert_eq!((told.status, told.json()["errors"][0]["parameter"].clone()), (400, json!(name)), "{address}");
        assert_eq!(page(&registry, &address).await.status, 400, "{address}");
    }
    // Whoever follows a link from a network or a shop is answered.
    for counted in ["fbclid=x", "utm_source=zalo&utm_medium=post", "gclid=1&lang=en", "zarsrc=30"] {
        text(&registry, &format!("/{nem}?{counted}")).await;
        text(&registry, &format!("/search?q=nem&{counted}")).await;
    }
}

async fn by_decision(database: Database) {
    let registry = registry(database).await;
    for (asked, missing) in [
        ("number=40/QĐ-UBND", vec!["issuer", "name"]),
        ("number=40/QĐ-UBND&name=bánh gai", vec!["issuer"]),
        ("issuer=Nghệ An", vec!["number", "name"]),
    ] {
        let told = registry.get(&format!("/verify?{asked}")).await;
        assert_eq!(told.status, 400, "{asked}");
        let errors = told.json()["errors"].take();
        let named: Vec<&str> = errors.as_array().expect("faults").iter().filter_map(|fault| fault["parameter"].as_str()).collect();
        assert_eq!((named, errors[0]["code"].clone()), (missing, json!("missing-parameter")), "{asked}");
    }
    let both = registry.get("/verify?id=P00000BY&number=1/QĐ-UBND").await;
    assert_eq!((both.status, both.json()["errors"][0]["parameter"].clone()), (400, json!("number")));
    let later = text(&registry, "/verify?number=40/QĐ-UBND&issuer=Nghệ An&name=bánh gai&on=2030-01-01").await;
    assert!(later.contains("Ngày 01/01/2030: Nhiều sản phẩm cùng khớp") && !later.contains("chip yes"));
}
