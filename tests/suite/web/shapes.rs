//! One address, several shapes and languages, each kept apart and told so to caches.

use super::{code, page, registry};
use crate::support::registry::{BASE, Database, get, on_both, request};
use serde_json::{Value, json};

on_both!(linked_alike_at_both_doors, by_accept, by_language, structured_data, kept_ready, browsers_are_told_what_a_page_may_do, methods);

async fn linked_alike_at_both_doors(database: Database) {
    let registry = registry(database).await;
    let nem = code(&registry, "Nem chua").await;
    let record = registry.json(&format!("/v1/products/{nem}")).await;
    let of = |value: &Value| value.as_str().expect("a code").to_owned();
    for (list, code) in [
        ("products", nem),
        ("certificates", of(&record["certificates"][0]["code"])),
        ("producers", of(&record["producer"]["code"])),
        ("decisions", of(&record["certification"]["decision"]["code"])),
    ] {
        let json = registry.ask(get(&format!("/{code}")).insert_header(("accept", "application/json"))).await;
        let page = page(&registry, &format!("/{code}")).await;
        for answer in [&json, &page, &registry.get(&format!("/v1/{list}/{code}")).await] {
            let link = answer.header("link");
            for expected in [
                format!("<{BASE}/{code}>; rel=\"canonical\""),
                format!("<{BASE}/{code}>; rel=\"alternate\"; type=\"text/html\""),
                format!("<{BASE}/v1/{list}/{code}>; rel=\"alternate\"; type=\"application/json\""),
                "rel=\"describedby\"".into(),
                "rel=\"license\"".into(),
                "rel=\"service-desc\"".into(),
            ] {
                assert!(link.contains(&expected), "{list}: {expected} in {link}");
            }
            assert_eq!(link.matches("rel=\"canonical\"").count(), 1, "{link}");
        }
        let head = format!("<link rel=\"alternate\" type=\"application/json\" href=\"{BASE}/v1/{list}/{code}\">");
        assert!(page.text().contains(&head), "{list}: {}", page.text());
    }
    let first = page(&registry, "/search?q=nem&first=2").await;
    assert!(first.header("link").contains("rel=\"next\"") && !first.header("link").contains("rel=\"prev\""), "{}", first.header("link"));
    let next = first.text().split("<a class=\"button plain\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a link on");
    assert!(next.contains("first=2"), "as many as before: {next}");
    let second = page(&registry, &next.replace("&amp;", "&")).await;
    assert_eq!((second.status, second.text().matches("<span class=\"chip").count()), (200, 2));
    assert!(second.header("link").contains("rel=\"prev\""), "{}", second.header("link"));
    let many = registry.get("/search?first=51").await;
    assert_eq!((many.status, many.json()["errors"][0]["parameter"].clone()), (400, json!("first")));
    // Nothing found: no heading over nothing.
    assert!(!super::text(&registry, "/search?q=khongcogi").await.contains("Theo số sao"));
}

async fn by_accept(database: Database) {
    let registry = registry(database).await;
    let code = code(&registry, "Nem chua").await;
    for (accept, media) in [
        ("text/html,*/*;q=0.8", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("application/json", "application/json"),
        ("application/ld+json", "application/ld+json"),
        ("application/json;q=0.5, application/ld+json", "application/ld+json"),
    ] {
        // Twice: made and kept ready.
        for _ in 0..2 {
            let answer = registry.ask(get(&format!("/{code}")).insert_header(("accept", accept))).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, media), "{accept}");
            assert_eq!(answer.header("vary"), "Accept, Accept-Encoding, Accept-Language");
        }
    }
    let json = registry.ask(get(&format!("/{code}")).insert_header(("accept", "application/json"))).await.json();
    assert_eq!(json, registry.json(&format!("/v1/products/{code}")).await, "JSON is what /v1 answers");
    let refused = registry.ask(get(&format!("/{code}")).insert_header(("accept", "image/png"))).await;
    assert_eq!((refused.status, refused.json()["type"].clone()), (406, json!(format!("{BASE}/problems/not-acceptable"))));
    let product = registry.json(&format!("/v1/products/{code}")).await;
    let other = [&product["certificates"][0]["code"], &product["producer"]["code"], &product["certification"]["decision"]["code"]];
    for (code, list) in other.into_iter().zip(["certificates", "producers", "decisions"]) {
        let code = code.as_str().expect("a code");
        let json = registry.ask(get(&format!("/{code}")).insert_header(("accept", "application/json"))).await.json();
        assert_eq!(json, registry.json(&format!("/v1/{list}/{code}")).await);
    }
}

async fn by_language(database: Database) {
    let registry = registry(database).await;
    let code = code(&registry, "Nem chua").await;
    for (address, accepted, lang) in [
        ("", "en-GB,en;q=0.9", "en"),
        ("", "vi", "vi"),
        ("", "fr", "vi"),
        ("?lang=vi", "en", "vi"),
        ("?lang=en", "vi", "en"),
        ("", "en-GB,en;q=0.9", "en"),
    ] {
        let request = get(&format!("/{code}{address}")).insert_header(("accept", "text/html,*/*;q=0.1"));
        let answer = registry.ask(request.insert_header(("accept-language", accepted))).await;
        assert!(answer.text().contains(&format!("<html lang=\"{lang}\">")), "{address} {accepted}");
        assert_eq!(answer.header("content-language"), lang, "{address} {accepted}");
        // The other language is one link away, and a chosen one is carried on.
        assert_eq!(answer.text().contains("href=\"/?lang="), address.contains("lang"), "{address} {accepted}");
    }
    for address in ["/", "/search?q=nem", "/overview", "/scan", &format!("/{code}/report")] {
        // Twice: made and kept ready.
        for _ in 0..2 {
            let told = [
                page(&registry, address).await,
                page(&registry, &format!("{address}{}lang=en", if address.contains('?') { '&' } else { '?' })).await,
            ];
            assert_eq!(
                told.each_ref().map(|answer| (answer.status, answer.header("content-language"))),
                [(200, "vi"), (200, "en")],
                "{address}"
            );
        }
    }
    let json = registry.ask(get(&format!("/{code}")).insert_header(("accept", "application/json"))).await;
    assert_eq!(json.header("content-language"), "", "a record has names in both languages");
    let english = page(&registry, &format!("/{code}?lang=en")).await;
    assert!(english.text().contains("Fermented pork roll") && english.text().contains("by Decision 12/QĐ-UBND"));
    assert!(english.text().contains(&format!("<link rel=\"canonical\" href=\"{BASE}/{code}\">")));
    assert!(english.text().contains(&format!("hreflang=\"vi\" href=\"{BASE}/{code}?lang=vi\"")));
}

async fn structured_data(database: Database) {
    let registry = registry(database).await;
    let data = async |name: &str| -> Value {
        let code = code(&registry, name).await;
        registry.ask(get(&format!("/{code}")).insert_header(("accept", "application/ld+json"))).await.json()
    };
    let nem = data("Nem chua").await;
    let code = code(&registry, "Nem chua").await;
    assert_eq!(
        json!([nem["@context"], nem["@type"], nem["@id"], nem["name"], nem["gtin14"], nem["manufacturer"]["name"]]),
        json!(["https://schema.org", "Product", format!("{BASE}/{code}"), "Nem chua", "08930000000002", "HTX Nem"])
    );
    // It has no word for the day that it holds for, so its headers say it; also when it is ready, or had already.
    let position = registry.public.reader.position().to_string();
    for (query, day) in [("", "2026-11-21"), ("", "2026-11-21"), ("?on=2025-09-01", "2025-09-01")] {
        let asked = || get(&format!("/{code}{query}")).insert_header(("accept", "application/ld+json"));
        let answer = registry.ask(asked()).await;
        assert_eq!((answer.status, answer.header("x-data-version"), answer.header("x-as-of")), (200, position.as_str(), day), "{query}");
        let again = registry.ask(asked().insert_header(("if-none-match", answer.header("etag")))).await;
        assert_eq!((again.status, again.header("x-data-version"), again.header("x-as-of")), (304, position.as_str(), day), "{query}");
    }
    let certification = &nem["hasCertification"][0];
    assert_eq!(
        json!([certification["@type"], certification["certificationStatus"], certification["certificationRating"]["ratingValue"]]),
        json!(["Certification", "https://schema.org/CertificationActive", 4])
    );
    assert_eq!(json!([certification["validFrom"], certification["expires"]]), json!(["2025-08-08", "2028-08-08"]));
    assert_eq!(certification["issuedBy"]["name"], "UBND tỉnh Thanh Hóa");
    for name in ["Nem rán", "Nem thính", "Mắm tép"] {
        let status = data(name).await["hasCertification"][0]["certificationStatus"].clone();
        assert_eq!(status, "https://schema.org/CertificationInactive", "{name}");
    }
    assert_eq!(data("Mắm tôm").await["hasCertification"][0]["expires"], "2027-03-01", "with its extension");
    assert_eq!(data("Trà sen").await.get("hasCertification"), None, "a recognition of unknown term is no certification");
    let page = page(&registry, &format!("/{code}")).await;
    for tag in [
        format!("property=\"og:url\" content=\"{BASE}/{code}\""),
        format!("property=\"og:image\" content=\"{BASE}/{code}/picture.png?on=2026-11-21\""),
        "property=\"og:description\" content=\"Tra cứu ngày 21/11/2026: Nem chua. Được công nhận OCOP 4 sao.\"".into(),
        "property=\"og:title\" content=\"Nem chua: Được công nhận OCOP 4 sao (21/11/2026)\"".into(),
    ] {
        assert!(page.text().contains(&tag), "{tag}");
    }
}

async fn kept_ready(database: Database) {
    let registry = registry(database).await;
    let code = code(&registry, "Nem chua").await;
    let first = page(&registry, &format!("/{code}")).await;
    let tag = first.header("etag").to_owned();
    let again = registry
        .ask(get(&format!("/{code}")).insert_header(("accept", "text/html,*/*")).insert_header(("if-none-match", tag.as_str())))
        .await;
    assert_eq!((again.status, again.header("etag"), again.body.len()), (304, tag.as_str(), 0));
    let before = registry.public.reader.cache.len();
    page(&registry, &format!("/{code}")).await;
    page(&registry, &format!("/{code}?fbclid=abc&utm_source=x")).await;
    assert_eq!(registry.public.reader.cache.len(), before, "what trackers add fills no memory");
    // Another language, another tag.
    let english =
        registry.ask(get(&format!("/{code}")).insert_header(("accept", "text/html,*/*")).insert_header(("accept-language", "en"))).await;
    assert_ne!(english.header("etag"), tag);
    // A write is seen at once.
    registry.import("name_vi,producer_name,province,stars,level,decision_date\nChả,HTX Nem,Thanh Hóa,4,province,2025-08-08\n").await;
    assert_ne!(page(&registry, &format!("/{code}")).await.header("etag"), tag);
}

async fn browsers_are_told_what_a_page_may_do(database: Database) {
    let registry = registry(database).await;
    let code = code(&registry, "Nem chua").await;
    for address in
        ["/".to_owned(), format!("/{code}"), "/search?q=nem".into(), "/nothing".into(), "/P00000BX".into(), format!("/{code}/report")]
    {
        let answer = page(&registry, &address).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe") && !policy.contains("http"),
            "{address}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'") && policy.contains("form-action 'self'"));
        assert_eq!((answer.header("x-content-type-options"), answer.header("referrer-policy")), ("nosniff", "same-origin"), "{address}");
        let page = answer.text();
        assert!(!page.contains(" style=") && !page.contains("<style") && !page.contains(" onclick"), "{address}");
        for loaded in page.split("src=\"").skip(1) {
            assert!(loaded.starts_with('/'), "{address}: nothing comes from elsewhere");
        }
    }
}

async fn methods(database: Database) {
    let registry = registry(database).await;
    let code = code(&registry, "Nem chua").await;
    for address in [
        "/",
        "/search",
        "/overview",
        "/scan",
        "/robots.txt",
        "/sitemap.xml",
        "/.well-known/gs1resolver",
        &format!("/{code}"),
        &format!("/{code}/qr.svg"),
    ] {
        let options = registry.ask(request("OPTIONS", address)).await;
        assert_eq!((options.status, options.header("allow")), (204, "GET, HEAD, OPTIONS"), "{address}");
        let refused = registry.ask(request("DELETE", address).insert_header(("accept", "text/html"))).await;
        assert_eq!((refused.status, refused.header("allow")), (405, "GET, HEAD, OPTIONS"), "{address}");
        let head = registry.ask(request("HEAD", address)).await;
        assert_eq!((head.status, head.header("etag")), (200, registry.get(address).await.header("etag")), "{address}");
    }
    let query = registry.ask(request("QUERY", &format!("/{code}/report")).insert_header(("sec-fetch-site", "same-origin"))).await;
    assert_eq!((query.status, query.header("allow")), (405, "GET, HEAD, POST, OPTIONS"), "a safe method never writes");
}
