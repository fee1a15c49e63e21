//! Lists page by page: no row lost, none twice, in either direction, whatever is written meanwhile.

use super::{codes, items};
use crate::support::registry::{Database, Registry, on_both};
use ocop_registry::domain::text::fold;
use serde_json::Value;
use std::collections::BTreeSet;

on_both!(there_and_back, orders, every_list_both_ways, rows_written_between_pages, links_turn_the_pages, cursors_belong_to_their_list);

const SORTS: [&str; 8] = ["code", "-code", "name", "-name", "validUntil", "-validUntil", "stars", "-stars"];

/// All pages of a list, forwards, then from its end backwards; asserts that both say the same.
async fn both_ways(registry: &Registry, list: &str, first: usize, identity: fn(&Value) -> &str) -> Vec<String> {
    let joint = if list.contains('?') { '&' } else { '?' };
    let ids = |page: &Value| items(page).iter().map(|item| identity(item).to_owned()).collect::<Vec<_>>();
    let (mut forwards, mut from) = (Vec::new(), String::new());
    let last = loop {
        let page = registry.json(&format!("{list}{joint}first={first}{from}")).await;
        let info = &page["pageInfo"];
        assert_eq!(info["hasPreviousPage"], !from.is_empty(), "{list}");
        forwards.push(ids(&page));
        if info["hasNextPage"] == false {
            break page;
        }
        assert_eq!(items(&page).len(), first, "only the last page is short: {list}");
        from = format!("&after={}", info["endCursor"].as_str().expect("a cursor"));
    };
    let mut backwards = vec![ids(&last)];
    let mut info = last["pageInfo"].clone();
    while info["hasPreviousPage"] == true {
        let before = info["startCursor"].as_str().expect("a cursor");
        let page = registry.json(&format!("{list}{joint}first={first}&before={before}")).await;
        assert_eq!(page["pageInfo"]["hasNextPage"], true, "{list}");
        backwards.push(ids(&page));
        info = page["pageInfo"].clone();
    }
    backwards.reverse();
    // A last page may be short; so may the first one on the way back. The rows are the same.
    let (forwards, backwards) = (forwards.concat(), backwards.concat());
    assert_eq!(forwards, backwards, "{list}, by {first}");
    let once: BTreeSet<_> = forwards.iter().collect();
    assert_eq!(once.len(), forwards.len(), "{list}: no row twice");
    forwards
}

fn code(item: &Value) -> &str {
    item["code"].as_str().expect("a code")
}

fn key(item: &Value) -> &str {
    item["key"].as_str().expect("a key")
}

async fn there_and_back(database: Database) {
    let registry = database.generated().await;
    let all: BTreeSet<String> = registry.all("/v1/products?fields=code").await.iter().map(|p| code(p).to_owned()).collect();
    for sort in SORTS {
        let paged = both_ways(&registry, &format!("/v1/products?fields=code&sort={sort}"), 57, code).await;
        assert_eq!(paged.len(), all.len(), "{sort}");
        assert_eq!(BTreeSet::from_iter(paged), all, "{sort}");
    }
    // A search has four groups of rows; pages cross from one to the next.
    let found = both_ways(&registry, "/v1/products?q=trà&fields=code", 3, code).await;
    assert!(found.len() > 6, "{found:?}");
    both_ways(&registry, "/v1/products?status=expired&sort=-stars&fields=code", 7, code).await;
}

async fn orders(database: Database) {
    let registry = database.generated().await;
    let by_code = registry.all("/v1/products").await;
    for (sort, turned) in [("name", "-name"), ("validUntil", "-validUntil"), ("stars", "-stars"), ("code", "-code")] {
        let key = |p: &Value| match sort {
            "name" => (fold(p["name"]["vi"].as_str().expect("a name")), 0),
            "validUntil" => (p["certification"]["validUntil"].as_str().unwrap_or_default().to_owned(), 0),
            "stars" => (String::new(), p["certification"]["stars"].as_i64().unwrap_or(0)),
            _ => (String::new(), 0),
        };
        let mut expected = by_code.clone();
        // Stable, so that ties stay in the order of registration.
        expected.sort_by_key(key);
        let found = registry.all(&format!("/v1/products?sort={sort}")).await;
        assert_eq!(codes(&found), codes(&expected), "{sort}");
        expected.reverse();
        let found = registry.all(&format!("/v1/products?sort={turned}")).await;
        assert_eq!(codes(&found), codes(&expected), "{turned}");
    }
}

async fn every_list_both_ways(database: Database) {
    let registry = database.sample().await;
    assert_eq!(both_ways(&registry, "/v1/products?fields=code", 200, code).await.len(), 1_233);
    assert!(both_ways(&registry, "/v1/producers?fields=code", 190, code).await.len() > 500);
    both_ways(&registry, "/v1/producers?form=cooperative&name=htx&fields=code", 7, code).await;
    assert!(both_ways(&registry, "/v1/decisions?fields=code", 9, code).await.len() > 20);
    assert_eq!(both_ways(&registry, "/v1/certificates?fields=code", 200, code).await.len(), 1_242);
    both_ways(&registry, "/v1/certificates?stars=5&fields=code", 11, code).await;
    let products = both_ways(&registry, "/v1/decisions/D00001E6/products?fields=code", 3, code).await;
    assert!(products.len() > 3, "{products:?}");
    assert_eq!(both_ways(&registry, "/v1/places?level=province&fields=key", 17, key).await.len(), 101);
    both_ways(&registry, "/v1/places?within=VN63-24&level=district&fields=key", 4, key).await;
}

async fn rows_written_between_pages(database: Database) {
    let row = |name: &str, date: &str| format!("{name},Thanh Hóa,3,province,{date}\n");
    let head = "name_vi,province,stars,level,decision_date\n";
    let list = |names: std::ops::Range<u32>, prefix: &str, date: &str| {
        names.fold(head.to_owned(), |list, n| list + &row(&format!("{prefix} {n:02}"), date))
    };
    for sort in ["code", "-name", "validUntil", "-stars"] {
        let registry = database.rows(&list(0..30, "Nem chua", "2025-08-05")).await;
        let before = registry.all("/v1/products?fields=code").await;
        let mut seen = Vec::new();
        let mut from = String::new();
        for turn in 0.. {
            let page = registry.json(&format!("/v1/products?sort={sort}&first=7&fields=code{from}")).await;
            seen.extend(codes(items(&page)).into_iter().map(str::to_owned));
            if page["pageInfo"]["hasNextPage"] == false || turn > 20 {
                break;
            }
            from = format!("&after={}", page["pageInfo"]["endCursor"].as_str().expect("a cursor"));
            if turn < 3 {
                // In every order some of these fall before the cursor and some after it.
                registry.import(&list(turn * 2..turn * 2 + 2, "An nam", "2025-07-20")).await;
                registry.import(&list(turn * 2..turn * 2 + 2, "Yến sào", "2025-09-05")).await;
            }
        }
        let once: BTreeSet<&str> = seen.iter().map(String::as_str).collect();
        assert_eq!(once.len(), seen.len(), "{sort}: no row twice");
        for code in codes(&before) {
            assert!(once.contains(code), "{sort}: {code} is lost");
        }
    }
}

/// The address that a `Link` names for a relation.
fn linked(header: &str, relation: &str) -> Option<String> {
    let end = format!("rel=\"{relation}\"");
    let link = header.split(", <").find(|link| link.ends_with(&end))?;
    Some(link.trim_start_matches('<').split_once('>')?.0.to_owned())
}

async fn links_turn_the_pages(database: Database) {
    let registry = database.sample().await;
    let list = "/v1/products?q=mật ong&first=20&fields=code";
    let (mut address, mut seen) = (crate::support::registry::encoded(list), Vec::new());
    let back = loop {
        let answer = registry.get(&address).await;
        assert_eq!(answer.status, 200);
        assert_eq!(linked(answer.header("link"), "self").as_deref(), Some(address.as_str()));
        seen.extend(codes(items(&answer.json())).into_iter().map(str::to_owned));
        match linked(answer.header("link"), "next") {
            Some(next) => address = next,
            None => break linked(answer.header("link"), "prev"),
        }
    };
    assert_eq!(seen, codes(&registry.all("/v1/products?q=mật ong&fields=code").await), "the links lead through the whole list");
    let previous = registry.json(&back.expect("the last page has one before it")).await;
    assert_eq!(codes(items(&previous)), seen[seen.len() / 20 * 20 - 20..][..20]);
}

async fn cursors_belong_to_their_list(database: Database) {
    let registry = database.sample().await;
    let page = registry.json("/v1/products?first=2&sort=name").await;
    let cursor = page["pageInfo"]["endCursor"].as_str().expect("a cursor");
    for address in [
        format!("/v1/products?after={cursor}"),
        format!("/v1/products?sort=-name&after={cursor}"),
        format!("/v1/products?q=mat&after={cursor}"),
        format!("/v1/producers?before={cursor}"),
        format!("/v1/products?sort=name&after={}x", cursor),
        format!("/v1/products?sort=name&after={}", &cursor[1..]),
    ] {
        let answer = registry.get(&address).await;
        assert_eq!((answer.status, &answer.json()["errors"][0]["code"]), (400, &"invalid-cursor".into()), "{address}");
    }
    // Past the end there is nothing, and no error.
    let last = registry.json("/v1/products?sort=name&first=1").await["pageInfo"]["startCursor"].as_str().expect("a cursor").to_owned();
    let page = registry.json(&format!("/v1/products?sort=name&before={last}")).await;
    assert!(items(&page).is_empty());
    assert_eq!(page["pageInfo"]["hasPreviousPage"], false);
}
