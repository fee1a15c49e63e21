//! What robots look for.

use super::{page, registry};
use crate::support::registry::{BASE, Database, on_both};

on_both!(maps_and_robots, security_contact, assets);

async fn maps_and_robots(database: Database) {
    let registry = registry(database).await;
    let robots = registry.get("/robots.txt").await;
    assert!(robots.text().contains(&format!("Sitemap: {BASE}/sitemap.xml")) && robots.text().contains("Disallow: /search"));
    let index = registry.get("/sitemap.xml").await;
    let files: Vec<&str> = index.text().split("<loc>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!(files, [format!("{BASE}/sitemap/pages.xml"), format!("{BASE}/sitemap/0.xml")]);
    let products = registry.get("/sitemap/0.xml").await;
    let named: Vec<&str> = products.text().split("<loc>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    let all = registry.all("/v1/products").await;
    let expected: Vec<String> = all.iter().map(|item| format!("{BASE}/{}", item["code"].as_str().expect("a code"))).collect();
    assert_eq!(named, expected);
    let pages = registry.get("/sitemap/pages.xml").await;
    for address in pages.text().split("<loc>").skip(1).filter_map(|rest| rest.split('<').next()) {
        let path = address.strip_prefix(BASE).expect("an address of this site");
        assert_eq!(page(&registry, path).await.status, 200, "{path}");
    }
    assert_eq!(registry.get("/sitemap/9.xml").await.status, 404);
    assert_eq!(registry.get("/sitemap/x.xml").await.status, 404);
}

async fn security_contact(database: Database) {
    let registry = registry(database).await;
    assert_eq!(registry.get("/.well-known/security.txt").await.status, 404, "nobody is named who was not asked");
    let named = database.sample_with(|settings| settings.security_contact = Some("mailto:an-ninh@ocop.example".into())).await;
    let text = named.get("/.well-known/security.txt").await.text().to_owned();
    assert!(text.starts_with("Contact: mailto:an-ninh@ocop.example\nExpires: 2027-05-20T00:00:00Z\n"), "{text}");
    assert!(text.contains(&format!("Canonical: {BASE}/.well-known/security.txt")));
}

async fn assets(database: Database) {
    let registry = registry(database).await;
    let start = page(&registry, "/scan").await.text().to_owned();
    let files: Vec<&str> = start.split('"').filter(|part| part.starts_with("/assets/")).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        let answer = registry.get(file).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "public, max-age=31536000, immutable"), "{file}");
    }
    assert_eq!(registry.get("/assets/style-0000000000000000.css").await.status, 404, "an old hash is no other content");
    assert_eq!(registry.get("/favicon.ico").await.status, 308);
}
