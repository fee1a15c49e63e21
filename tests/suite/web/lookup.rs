//! The one box, errors with a way on, lists.

use super::{code, page, registry, text};
use crate::support::registry::{Database, get, on_both};
use ocop_registry::domain::code::{Noun, encode};

on_both!(the_box_takes_anything, typing_errors, what_is_unknown, ambiguous, lists, problems_as_pages);

async fn the_box_takes_anything(database: Database) {
    let registry = registry(database).await;
    let nem = code(&registry, "Nem chua").await;
    let decision = registry.all("/v1/decisions?number=13/QĐ-UBND").await[0]["code"].as_str().expect("a code").to_owned();
    for (typed, leads_to) in [
        (nem.to_lowercase(), format!("/{nem}")),
        (format!("{} {}", &nem[..4], &nem[4..]), format!("/{nem}")),
        ("893 0000 000002".into(), "/01/08930000000002".into()),
        ("13/QĐ-UBND".into(), "/decisions?number=13%2FQ%C4%90-UBND".into()),
        ("38-14641-7-2025".into(), "/verify?id=38-14641-7-2025".into()),
    ] {
        let answer = page(&registry, &format!("/search?q={typed}")).await;
        assert_eq!((answer.status, answer.header("location")), (303, leads_to.as_str()), "{typed}");
    }
    let one = page(&registry, "/decisions?number=13%2FQ%C4%90-UBND").await;
    assert_eq!((one.status, one.header("location")), (303, format!("/{decision}").as_str()));
    let official = page(&registry, "/verify?id=38-14641-7-2025&lang=en").await;
    assert_eq!((official.status, official.header("location")), (303, format!("/{nem}?lang=en").as_str()));
    let found = text(&registry, "/search?q=nem").await;
    assert!(found.contains(&nem) && found.contains("Nem rán") && !found.contains("Trà sen"));
    let by_producer = text(&registry, "/search?q=htx+sen").await;
    assert!(by_producer.contains("Trà sen"));
    assert!(text(&registry, "/decisions?number=99/QĐ-UBND").await.contains("chưa biết quyết định nào"));
}

async fn typing_errors(database: Database) {
    let registry = registry(database).await;
    let nem = code(&registry, "Nem chua").await;
    let wrong: String = nem
        .chars()
        .rev()
        .enumerate()
        .map(|(i, c)| if i == 0 { if c == '7' { '8' } else { '7' } } else { c })
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    for address in [
        format!("/{wrong}"),
        format!("/search?q={wrong}"),
        "/01/8930000000003".into(),
        "/search?q=8930000000003".into(),
        "/verify?id=8930000000003".into(),
    ] {
        for (lang, said) in
            [("vi", "không có nghĩa là sản phẩm không được công nhận"), ("en", "does not mean that the product is not certified")]
        {
            let joint = if address.contains('?') { '&' } else { '?' };
            let answer = page(&registry, &format!("{address}{joint}lang={lang}")).await;
            assert_eq!(
                (answer.status, answer.header("content-type"), answer.header("cache-control")),
                (400, "text/html; charset=utf-8", "no-store"),
                "{address}"
            );
            let text = answer.text();
            assert!(text.contains(said) || text.to_lowercase().contains(said), "{address}: {text}");
            assert!(!text.contains("class=\"verdict") && text.contains("name=\"q\""), "{address}: no verdict, but the box");
        }
    }
    let machine = registry.ask(get(&format!("/{wrong}")).insert_header(("accept", "application/json"))).await;
    assert_eq!((machine.status, machine.json()["errors"][0]["code"].as_str()), (400, Some("checksum-failed")));
    // As people write them, codes lead to the one address.
    for written in [nem.to_lowercase(), nem.replace('0', "O")] {
        let moved = page(&registry, &format!("/{written}?lang=en")).await;
        assert_eq!((moved.status, moved.header("location")), (308, format!("/{nem}?lang=en").as_str()));
    }
}

async fn what_is_unknown(database: Database) {
    let registry = registry(database).await;
    for noun in [Noun::Product, Noun::Certificate, Noun::Producer, Noun::Decision] {
        let never = (500_000..).find_map(|serial| encode(noun, serial)).expect("a code");
        let answer = page(&registry, &format!("/{never}")).await;
        assert_eq!(answer.status, 404);
        assert!(answer.text().contains("<div class=\"verdict open\">") && answer.text().contains("Không có trong sổ đăng ký"), "{never}");
        assert!(answer.text().contains(&format!("value=\"{never}\"")), "the box has what was typed");
    }
    let led = page(&registry, "/01/9520000000004").await;
    assert_eq!((led.status, led.header("location")), (307, "https://ocop.example/verify?id=09520000000004"));
    let unknown = text(&registry, "/verify?id=09520000000004").await;
    assert!(unknown.contains("<div class=\"verdict open\">") && unknown.contains("Đừng coi sản phẩm là được công nhận"));
    assert!(unknown.contains("<meta name=\"robots\" content=\"noindex\">"));
}

async fn ambiguous(database: Database) {
    let registry = registry(database).await;
    let several = text(&registry, "/verify?number=40/QĐ-UBND&issuer=Nghệ An&name=bánh gai").await;
    assert!(several.contains("<div class=\"verdict open\">") && several.contains("Nhiều sản phẩm cùng khớp"));
    assert_eq!(several.matches("class=\"chip yes\"").count(), 2, "each candidate with its own verdict");
}

async fn lists(database: Database) {
    let registry = database.generated().await;
    let mut address = "/search?status=valid&sort=name&first=7".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = text(&registry, &address).await;
        seen.extend(page.split("<li><a href=\"/P").skip(1).map(|rest| format!("P{}", &rest[..7])));
        let Some(next) = page.split("<a class=\"button plain\" href=\"").skip(1).find(|link| link.contains("rel=\"next\"")) else { break };
        let link = next.split('"').next().expect("an address").replace("&amp;", "&");
        address = if link.contains("first=") { link } else { format!("{link}&first=7") };
    }
    let expected = registry.all("/v1/products?status=valid&sort=name").await;
    let expected: Vec<&str> = expected.iter().map(|item| item["code"].as_str().expect("a code")).collect();
    assert_eq!(seen, expected, "all pages together are the list");
    // Counts are those of /v1, and narrow the list.
    let counted = registry.json("/v1/products?facets=status&first=1").await;
    let all = text(&registry, "/search").await;
    for value in counted["facets"][0]["values"].as_array().expect("values") {
        let (standing, count) = (value["value"].as_str().expect("a word"), value["products"].as_i64().expect("a count"));
        assert!(
            all.contains(&format!("href=\"/search?status={standing}\"")) && all.contains(&format!(": {count}</a>")),
            "{standing} {count}"
        );
    }
    let province = counted["items"][0]["place"]["now"]["key"].as_str().expect("a key").split('-').take(2).collect::<Vec<_>>().join("-");
    let list = text(&registry, &format!("/provinces/{province}")).await;
    let total = registry.json(&format!("/v1/products?province={province}&facets=status&first=1")).await;
    let total: i64 = total["facets"][0]["values"].as_array().expect("values").iter().filter_map(|value| value["products"].as_i64()).sum();
    assert!(list.contains(&format!("{total} sản phẩm")), "{province}: {total}");
    assert_eq!(page(&registry, "/provinces/VN34-999").await.status, 404);
    assert_eq!(page(&registry, "/groups/7").await.status, 404);
    assert!(text(&registry, "/groups/1").await.contains("Thực phẩm"));
    let overview = text(&registry, "/overview").await;
    let stats = registry.json("/v1/stats?by=province").await;
    assert_eq!(
        overview.matches("/provinces/VN34-").count(),
        34 + stats["breakdowns"][0]["values"].as_array().expect("rows").iter().filter(|row| !row["value"].is_null()).count()
    );
    assert!(overview.contains(&format!("<b>{}</b>", stats["certified"])), "as /v1/stats counts");
}

async fn problems_as_pages(database: Database) {
    let registry = registry(database).await;
    for (address, status) in
        [("/nothing", 404), ("/search?colour=red", 400), ("/search?stars=9", 400), ("/search?q=!?", 400), ("/search?after=x", 400)]
    {
        let vi = page(&registry, address).await;
        assert_eq!(
            (vi.status, vi.header("content-type"), vi.header("vary")),
            (status, "text/html; charset=utf-8", "Accept, Accept-Language"),
            "{address}"
        );
        assert!(vi.text().contains("<html lang=\"vi\">") && vi.text().contains("href=\"/\"") && vi.text().contains("name=\"q\""));
        let en = registry.ask(get(address).insert_header(("accept", "text/html")).insert_header(("accept-language", "en"))).await;
        assert!(en.text().contains("<html lang=\"en\">"), "{address}");
        let machine = registry.get(address).await;
        assert_eq!((machine.status, machine.header("content-type")), (status, "application/problem+json"), "{address}");
    }
    // An address for machines never answers with a page.
    for address in ["/v1/products/P00000BX", "/v1/nothing", "/v1/products?colour=red", "/.well-known/nothing"] {
        assert_eq!(page(&registry, address).await.header("content-type").split(';').next(), Some("application/problem+json"), "{address}");
    }
}
