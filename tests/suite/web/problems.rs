//! Problems told to people, and the pages where their `type` leads.

use super::{page, text};
use crate::support::registry::{BASE, Database, get, on_both};
use ocop_registry::error::Code;

on_both!(kinds_are_explained_in_both_languages, a_way_on, for_machines_where_people_ask);

async fn kinds_are_explained_in_both_languages(database: Database) {
    let registry = database.empty_with(|_| ()).await;
    let all = [text(&registry, "/problems").await, text(&registry, "/problems?lang=en").await];
    for code in Code::ALL {
        let (address, title) = (format!("/problems/{}", code.as_str()), code.title());
        let vietnamese = text(&registry, &address).await;
        let english = text(&registry, &format!("{address}?lang=en")).await;
        for (html, all, lang, headline, link) in
            [(&vietnamese, &all[0], "vi", &title.vi, address.clone()), (&english, &all[1], "en", &title.en, format!("{address}?lang=en"))]
        {
            for part in [
                format!("<html lang=\"{lang}\">"),
                format!("<h1>{headline}</h1>"),
                format!("<code>{}</code>", code.as_str()),
                format!("<dd>{}</dd>", code.status()),
                "<main id=\"main\">".into(),
                "rel=\"stylesheet\"".into(),
                "class=\"button plain\" href=\"/docs/\"".into(),
                format!("class=\"button plain\" href=\"/{}\"", if lang == "en" { "?lang=en" } else { "" }),
                format!("<link rel=\"canonical\" href=\"{BASE}{address}\">"),
            ] {
                assert!(html.contains(&part), "{address}: {part}");
            }
            assert!(all.contains(&format!("href=\"{link}\"")) && all.contains(headline.as_ref()), "{address}");
        }
        let advice =
            |html: &str| html.split("<div class=\"note open\"><p>").nth(1).and_then(|rest| rest.split('<').next()).map(str::to_owned);
        let (vi, en) = (advice(&vietnamese), advice(&english));
        assert!(vi.is_some() && en.is_some() && vi != en, "{address}: {vi:?}, {en:?}");
    }
    // Whoever follows the `type` without naming a shape gets the page too, in the language that is preferred.
    let asked = registry
        .ask(get("/problems/not-found").insert_header(("accept", "application/json")).insert_header(("accept-language", "en")))
        .await;
    assert_eq!((asked.status, asked.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!((asked.header("content-language"), asked.header("vary")), ("en", "Accept-Language"));
    assert_eq!(asked.header("cache-control"), "public, max-age=3600");
    let unknown = page(&registry, "/problems/no-such-problem").await;
    assert_eq!((unknown.status, unknown.header("content-type")), (404, "text/html; charset=utf-8"));
}

async fn a_way_on(database: Database) {
    let registry = database.empty_with(|_| ()).await;
    for (lang, label) in [("vi", "tài liệu API"), ("en", "API documentation")] {
        let nothing = page(&registry, &format!("/nothing/here?lang={lang}")).await;
        assert_eq!((nothing.status, nothing.header("content-language")), (404, lang));
        for part in [format!("<a href=\"/docs/\">{label}</a>."), format!("href=\"/problems/unknown-path?lang={lang}\"")] {
            assert!(nothing.text().contains(&part), "{part}: {}", nothing.text());
        }
    }
}

async fn for_machines_where_people_ask(database: Database) {
    let registry = database.empty_with(|_| ()).await;
    let json = async |address: &str, accepted: &str| {
        let asked = get(address).insert_header(("accept", "application/json")).insert_header(("accept-language", accepted));
        registry.ask(asked).await
    };
    for (address, accepted, lang) in [
        ("/P00000BX", "vi", "vi"),
        ("/P00000BX", "en", "en"),
        ("/P00000BX?lang=en", "vi", "en"),
        ("/P00000BX?lang=vi", "en", "vi"),
        ("/search?first=51&lang=en", "vi", "en"),
        ("/nothing/here?lang=en", "vi", "en"),
    ] {
        let answer = json(address, accepted).await;
        assert_eq!((answer.header("content-type"), answer.header("content-language")), ("application/problem+json", lang), "{address}");
        assert_eq!(answer.header("vary"), "Accept, Accept-Language", "the same problem may be a page: {address}");
        let problem = answer.json();
        let code = Code::ALL.iter().find(|code| problem["type"] == format!("{BASE}/problems/{}", code.as_str())).expect("a known kind");
        let title = code.title();
        assert_eq!(problem["title"], if lang == "en" { title.en } else { title.vi }.as_ref(), "{address}");
    }
    // Where machines alone ask, headers alone choose.
    let record = json("/v1/products/P00000BX?lang=en", "vi").await;
    assert_eq!((record.header("content-language"), record.header("vary")), ("vi", "Accept-Language"));
}
