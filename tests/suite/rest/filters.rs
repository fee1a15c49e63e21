//! Filters and facets of lists, held against a plain look at every product.

use super::{codes, items};
use crate::support::registry::{Database, Registry, day, on_both};
use ocop_registry::domain::lineage::lineage;
use ocop_registry::domain::record::ActKind;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

on_both!(
    products_by_what_their_own_answer_says,
    statuses_agree_with_the_verdicts,
    ends_of_terms,
    places_then_and_now,
    filters_together,
    facets_count_the_items,
    statistics_count_the_items,
    other_lists,
    members_asked_for,
);

/// Days before, within and after the terms of the made-up products.
const DAYS: [&str; 4] = ["2020-03-01", "2024-06-30", "2026-11-21", "2028-01-01"];

/// What a product's own answer means for the filter `status`.
fn standing(product: &Value) -> &str {
    let certification = &product["certification"];
    match (certification["outcome"].as_str(), certification["status"].as_str()) {
        (Some("undetermined"), _) => "undetermined",
        (_, None) => "not_recognised",
        (_, Some(status)) => status,
    }
}

fn stars(product: &Value) -> i64 {
    product["certification"]["stars"].as_i64().unwrap_or(0)
}

fn form(product: &Value) -> &str {
    product["producer"]["form"].as_str().unwrap_or("unknown")
}

/// The value of a property as filters and counts name it; `None` where it is not known.
fn property<'p>(product: &'p Value, by: &str) -> Option<Cow<'p, str>> {
    let number = |value: &Value| value.as_i64().map(|number| number.to_string().into());
    match by {
        "status" => Some(standing(product).into()),
        "stars" => number(&product["certification"]["stars"]),
        "regime" => product["certification"]["regime"].as_str().map(Into::into),
        "form" => Some(form(product).into()),
        "group" => number(&product["group"]["number"]),
        "set" => number(&product["set"]["number"]),
        "province" => {
            let key = product["place"]["now"]["key"].as_str()?;
            Some(key.match_indices('-').nth(1).map_or(key, |(end, _)| &key[..end]).into())
        }
        // A unit of today may have come from one old province only; then it is counted there.
        "provinceThen" => {
            Some(lineage(product["place"]["then"]["key"].as_str()?).province_then.into()).filter(|key: &Cow<'_, str>| !key.is_empty())
        }
        other => panic!("no property {other}"),
    }
}

/// Asserts that a filter gives exactly the products of `all` that a condition holds for; returns how many.
async fn same(registry: &Registry, on: &str, all: &[Value], filter: &str, holds: impl Fn(&Value) -> bool) -> usize {
    let found = registry.all(&format!("/v1/products?on={on}&fields=code&{filter}")).await;
    let expected: Vec<&str> = all.iter().filter(|item| holds(item)).map(|item| item["code"].as_str().expect("a code")).collect();
    assert_eq!(codes(&found), expected, "on {on}, {filter}");
    expected.len()
}

async fn products_by_what_their_own_answer_says(database: Database) {
    let registry = database.generated().await;
    let mut hits = BTreeMap::new();
    for on in DAYS {
        let all = registry.all(&format!("/v1/products?on={on}")).await;
        assert_eq!(all.len(), 400);
        let mut count = |name: String, found| *hits.entry(name).or_insert(0) += found;
        for n in 3..=5 {
            count(format!("stars={n}"), same(&registry, on, &all, &format!("stars={n}"), |p| stars(p) == n).await);
            count(format!("starsMin={n}"), same(&registry, on, &all, &format!("starsMin={n}"), |p| stars(p) >= n).await);
            count(format!("starsMax={n}"), same(&registry, on, &all, &format!("starsMax={n}"), |p| (3..=n).contains(&stars(p))).await);
        }
        for by in ["regime", "form", "group", "set", "province"] {
            let values: BTreeSet<_> = all.iter().filter_map(|p| property(p, by)).collect();
            // Every fifth value of the long ones is enough.
            for value in values.iter().step_by(if values.len() > 12 { 5 } else { 1 }) {
                let wanted = |p: &Value| property(p, by).as_ref() == Some(value);
                count(by.to_owned(), same(&registry, on, &all, &format!("{by}={value}"), wanted).await);
            }
        }
        let producer = all[7]["producer"]["code"].as_str().expect("made-up products have producers");
        count("producer".into(), same(&registry, on, &all, &format!("producer={producer}"), |p| p["producer"]["code"] == producer).await);
        let forms = "form=cooperative,household";
        count(forms.into(), same(&registry, on, &all, forms, |p| ["cooperative", "household"].contains(&form(p))).await);
    }
    assert!(hits.values().all(|hits| *hits > 0), "a filter that finds nothing proves nothing: {hits:?}");
}

async fn statuses_agree_with_the_verdicts(database: Database) {
    let registry = database.generated().await;
    let statuses = ["not_yet_valid", "valid", "extended", "expired", "withdrawn", "annulled", "undetermined", "not_recognised"];
    let in_force = registry.json("/v1/products?validOn=2026-11-21&sort=validUntil&first=3").await;
    let certification = |index: usize, member: &str| items(&in_force)[index]["certification"][member].as_str().expect("a text").to_owned();
    let end = day(&certification(0, "validUntil"));
    let after = |days| (end + chrono::Days::new(days)).to_string();
    registry.act(&certification(0, "certificate"), ActKind::Extension, &after(1), Some(&after(180))).await;
    registry.act(&certification(1, "certificate"), ActKind::Annulment, "2026-11-21", None).await;
    registry.act(&certification(2, "certificate"), ActKind::Withdrawal, "2026-11-21", None).await;
    let mut seen = BTreeSet::new();
    for on in DAYS.into_iter().chain(["2021-12-31", "2022-01-01", "2023-08-15", &after(30)]) {
        let all = registry.all(&format!("/v1/products?on={on}")).await;
        let mut total = 0;
        for status in statuses {
            let found = same(&registry, on, &all, &format!("status={status}"), |p| standing(p) == status).await;
            if found > 0 {
                seen.insert(status);
            }
            total += found;
        }
        assert_eq!(total, all.len(), "every product has one standing on {on}");
        same(&registry, on, &all, "status=valid,extended", |p| ["valid", "extended"].contains(&standing(p))).await;
        let valid_on = registry.all(&format!("/v1/products?validOn={on}&fields=code")).await;
        let certified: Vec<_> = all.iter().filter(|p| p["certification"]["outcome"] == "certified").cloned().collect();
        assert_eq!(codes(&valid_on), codes(&certified), "valid on {on}");
        for product in &all {
            let certification = &product["certification"];
            assert_eq!(certification["ocopLabelAllowed"], certification["outcome"] == "certified", "{product}");
        }
    }
    assert_eq!(seen, BTreeSet::from(statuses), "every standing must occur for this to prove anything");
}

async fn ends_of_terms(database: Database) {
    let registry = database.generated().await;
    let on = "2026-11-21";
    let all = registry.all(&format!("/v1/products?on={on}")).await;
    let until = |p: &Value| p["certification"]["validUntil"].as_str().map(day);
    for days in [0, 30, 365] {
        let last = day(on) + chrono::Days::new(days);
        let in_force = |p: &Value| ["valid", "extended"].contains(&standing(p));
        same(&registry, on, &all, &format!("expiresWithin={days}&sort=code"), |p| in_force(p) && until(p).is_some_and(|end| end <= last))
            .await;
    }
    // The soonest come first, if nothing else is asked for.
    for asked in ["expiresWithin=365", "expiredSince=2025-01-01"] {
        let (usual, by_end) = (format!("/v1/products?on={on}&{asked}"), format!("/v1/products?on={on}&{asked}&sort=validUntil"));
        assert_eq!(codes(&registry.all(&usual).await), codes(&registry.all(&by_end).await), "{asked}");
    }
    for since in ["2025-01-01", "2026-06-01"] {
        let late = |p: &Value| standing(p) == "expired" && until(p).is_some_and(|end| end >= day(since));
        let found = same(&registry, on, &all, &format!("expiredSince={since}&sort=code"), late).await;
        assert!(found > 0, "some have expired since {since}");
    }
}

async fn places_then_and_now(database: Database) {
    let registry = database.sample().await;
    let all = registry.all("/v1/products").await;
    let on = "2026-11-21";
    let within = |p: &Value, which: &str, key: &str| {
        p["place"][which]["key"].as_str().is_some_and(|place| place == key || place.starts_with(&format!("{key}-")))
    };
    // Bắc Giang became a part of the new Bắc Ninh; the old Bắc Ninh had another extent.
    for (asked, which, key) in [
        ("province=VN34-24", "now", "VN34-24"),
        ("province=VN63-24", "then", "VN63-24"),
        ("province=Bắc Giang", "then", "VN63-24"),
        ("province=tinh thanh hoa", "now", "VN34-38"),
        ("district=VN63-24-219", "then", "VN63-24-219"),
        ("province=Bắc Giang&district=Lục Ngạn", "then", "VN63-24-219"),
    ] {
        let found = same(&registry, on, &all, asked, |p| within(p, which, key)).await;
        assert!(found > 0, "{asked}");
    }
    let commune = all.iter().find(|p| p["place"]["then"]["key"].as_str().is_some_and(|key| key.matches('-').count() == 3));
    let key = commune.expect("some product is placed in a commune")["place"]["then"]["key"].as_str().expect("a key").to_owned();
    assert!(same(&registry, on, &all, &format!("commune={key}"), |p| within(p, "then", &key)).await > 0);
    let commune = all.iter().find(|p| p["place"]["now"]["key"].as_str().is_some_and(|key| key.matches('-').count() == 2));
    let key = commune.expect("some product's commune of today is known")["place"]["now"]["key"].as_str().expect("a key").to_owned();
    assert!(same(&registry, on, &all, &format!("commune={key}"), |p| within(p, "now", &key)).await > 0);
}

async fn filters_together(database: Database) {
    let registry = database.generated().await;
    let on = "2026-11-21";
    let all = registry.all(&format!("/v1/products?on={on}")).await;
    let found = same(&registry, on, &all, "status=valid&stars=3&form=cooperative,household&group=1", |p| {
        standing(p) == "valid" && stars(p) == 3 && ["cooperative", "household"].contains(&form(p)) && p["group"]["number"] == 1
    });
    assert!(found.await > 0);
    same(&registry, on, &all, "starsMin=3&starsMax=4&status=expired", |p| standing(p) == "expired" && [3, 4].contains(&stars(p))).await;
}

/// Counts products by a property, without those where it is not known.
fn tally(products: &[Value], by: &str) -> BTreeMap<String, i64> {
    let mut tally = BTreeMap::new();
    for value in products.iter().filter_map(|p| property(p, by)) {
        *tally.entry(value.into_owned()).or_insert(0) += 1;
    }
    tally
}

fn counts(rows: &Value, of: &str) -> BTreeMap<String, i64> {
    let rows = rows["values"].as_array().expect("counts have values");
    let row = |row: &Value| Some((row["value"].as_str()?.to_owned(), row[of].as_i64()?));
    rows.iter().filter_map(row).filter(|(_, count)| *count > 0).collect()
}

const DIMENSIONS: [&str; 8] = ["province", "provinceThen", "stars", "status", "group", "set", "form", "regime"];

async fn facets_count_the_items(database: Database) {
    let registry = database.generated().await;
    for filter in ["on=2026-11-21", "on=2023-01-01&status=valid", "on=2026-11-21&q=mật ong"] {
        let all = registry.all(&format!("/v1/products?{filter}")).await;
        assert!(!all.is_empty(), "{filter}");
        let page = registry.json(&format!("/v1/products?{filter}&first=1&facets={}", DIMENSIONS.join(","))).await;
        let facets = page["facets"].as_array().expect("facets were asked for");
        assert_eq!(facets.iter().map(|facet| facet["by"].as_str().expect("a name")).collect::<Vec<_>>(), DIMENSIONS);
        for facet in facets {
            let by = facet["by"].as_str().expect("a name");
            assert_eq!(counts(facet, "products"), tally(&all, by), "{by} of {filter}");
            let products: i64 = facet["values"].as_array().expect("values").iter().filter_map(|v| v["products"].as_i64()).sum();
            assert_eq!(products, i64::try_from(all.len()).expect("small"), "{by} of {filter} counts each product once");
        }
    }
    assert_eq!(registry.json("/v1/products?first=1").await.get("facets"), None, "facets only when asked for");
}

async fn statistics_count_the_items(database: Database) {
    let registry = database.generated().await;
    let total = |items: &[Value]| i64::try_from(items.len()).expect("small");
    for filter in
        ["on=2026-11-21", "on=2026-11-21&status=expired", "on=2026-11-21&stars=4", "on=2025-01-01&starsMin=4&status=valid,expired"]
    {
        let all = registry.all(&format!("/v1/products?{filter}")).await;
        let certified: Vec<Value> = all.iter().filter(|p| p["certification"]["outcome"] == "certified").cloned().collect();
        let stats = registry.json(&format!("/v1/stats?{filter}&by={}", DIMENSIONS.join(","))).await;
        assert_eq!(stats["products"], total(&all), "{filter}");
        assert_eq!(stats["certified"], total(&certified), "{filter}");
        let producers = |items: &[Value]| items.iter().filter_map(|p| p["producer"]["code"].as_str()).collect::<BTreeSet<_>>().len();
        assert_eq!(stats["producers"], producers(&all), "{filter}");
        assert_eq!(stats["certifiedProducers"], producers(&certified), "{filter}");
        for breakdown in stats["breakdowns"].as_array().expect("breakdowns") {
            let by = breakdown["by"].as_str().expect("a name");
            assert_eq!(counts(breakdown, "products"), tally(&all, by), "{by} of {filter}");
            assert_eq!(counts(breakdown, "certified"), tally(&certified, by), "{by} of {filter}, certified");
        }
        assert!(stats["countingRule"].as_str().is_some_and(|rule| !rule.is_empty()));
        assert_eq!(stats["on"], filter[3..13]);
    }
}

async fn other_lists(database: Database) {
    let registry = database.sample().await;
    let decisions = registry.all("/v1/decisions").await;
    let certificates = registry.all("/v1/certificates").await;
    assert_eq!(certificates.len(), 1_242, "every row of the sample but one, which repeats another, is a recognition");
    for (list, all, filter, holds) in [
        ("decisions", &decisions, "issuer=VN63-38", Box::new(|d: &Value| d["issuer"]["key"] == "VN63-38") as Box<dyn Fn(&Value) -> bool>),
        ("decisions", &decisions, "number=5445/qđ-ubnd", Box::new(|d| d["number"] == "5445/QĐ-UBND")),
        ("decisions", &decisions, "kind=recognition", Box::new(|d| d["kind"] == "recognition")),
        ("decisions", &decisions, "year=2021", Box::new(|d| d["signedOn"].as_str().is_some_and(|day| day.starts_with("2021")))),
        ("certificates", &certificates, "issuer=VN-MARD", Box::new(|c| c["issuer"]["key"] == "VN-MARD")),
        ("certificates", &certificates, "stars=5", Box::new(|c| c["stars"] == 5)),
        ("certificates", &certificates, "product=P00000BY", Box::new(|c| c["product"]["code"] == "P00000BY")),
        ("certificates", &certificates, "decision=D00001E6", Box::new(|c| c["decision"]["code"] == "D00001E6")),
        ("certificates", &certificates, "regime=qd1048", Box::new(|c| c["regime"] == "qd1048")),
    ] {
        let expected: Vec<Value> = all.iter().filter(|item| holds(item)).cloned().collect();
        assert!(!expected.is_empty(), "{list}?{filter}");
        assert_eq!(registry.all(&format!("/v1/{list}?{filter}")).await, expected, "{list}?{filter}");
    }
    let producers = registry.all("/v1/producers").await;
    let named = registry.all("/v1/producers?name=hợp tác xã").await;
    let begins = |p: &&Value| ocop_registry::domain::text::fold(p["name"].as_str().expect("a name")).starts_with("hop tac xa");
    assert_eq!(named, producers.iter().filter(begins).cloned().collect::<Vec<_>>());
    let thanh_hoa = registry.all("/v1/producers?province=VN63-38&form=cooperative").await;
    assert!(!thanh_hoa.is_empty());
    assert!(
        thanh_hoa.iter().all(|p| p["form"] == "cooperative" && p["place"]["now"]["key"].as_str().is_some_and(|k| k.starts_with("VN34-38")))
    );
}

async fn members_asked_for(database: Database) {
    let registry = database.sample().await;
    let whole = registry.json("/v1/products?first=3").await;
    let part = registry.json("/v1/products?first=3&fields=code,certification").await;
    for (whole, part) in items(&whole).iter().zip(items(&part)) {
        assert_eq!(part, &json!({"code": whole["code"], "certification": whole["certification"]}));
    }
    assert_eq!((&part["pageInfo"], &part["dataVersion"], &part["asOf"]), (&whole["pageInfo"], &whole["dataVersion"], &whole["asOf"]));
    for (address, member) in [
        ("/v1/products/P00000BY", "name"),
        ("/v1/producers/M000007J", "products"),
        ("/v1/certificates/C00000BV", "acts"),
        ("/v1/places/VN63-24", "successors"),
    ] {
        let (whole, part) = (registry.get(address).await, registry.get(&format!("{address}?fields={member}")).await);
        assert_eq!((whole.status, part.status), (200, 200), "{address}");
        let whole = whole.json();
        let expected = json!({member: whole[member], "dataVersion": whole["dataVersion"], "asOf": whole["asOf"]});
        assert_eq!(part.json(), expected, "{address}");
    }
}
