//! Single records: products with their history, producers, decisions, certificates, places, lists of the law.

use super::{codes, items};
use crate::support::registry::{BASE, Database, day, on_both};
use ocop_registry::domain::record::ActKind;
use serde_json::{Value, json};

on_both!(
    a_product_and_what_it_leads_to,
    chains_of_the_sample,
    upgrade_and_extension,
    producers,
    decisions,
    places,
    lists_of_the_law,
    codes_as_people_write_them,
);

async fn a_product_and_what_it_leads_to(database: Database) {
    let registry = database.sample().await;
    let answer = registry.get("/v1/products/P00000BY").await;
    let product = answer.json();
    assert_eq!(product["name"], json!({"vi": "Trà xanh", "en": null}));
    assert_eq!(product["formerNames"], json!(["Trà xanh hộp 100gr"]));
    assert_eq!(product["place"]["then"]["name"], "Xã Thông Nguyên, Huyện Hoàng Su Phì, Tỉnh Hà Giang");
    assert_eq!(product["place"]["now"]["name"], "Xã Thông Nguyên, Tỉnh Tuyên Quang");
    assert_eq!((&product["dataVersion"], &product["asOf"]), (&json!(registry.public.reader.position()), &json!("2026-11-21")));
    for link in [
        format!("<{BASE}/P00000BY>; rel=\"canonical\""),
        format!("<{BASE}/P00000BY>; rel=\"alternate\"; type=\"text/html\""),
        format!("<{BASE}/P00000BY>; rel=\"alternate\"; type=\"application/ld+json\""),
        format!("<{BASE}/v1/products/P00000BY>; rel=\"alternate\"; type=\"application/json\""),
        "</v1/verifications/P00000BY>; rel=\"describedby\"".into(),
        "rel=\"license\"".into(),
        "rel=\"service-desc\"".into(),
        "</v1/products/P00000BY>; rel=\"self\"".into(),
    ] {
        assert!(answer.header("link").contains(&link), "{link} in {}", answer.header("link"));
    }
    let history = product["certificates"].as_array().expect("a history");
    assert_eq!(
        history.iter().map(|c| (&c["roundYear"], &c["stars"])).collect::<Vec<_>>(),
        [(&json!(2024), &json!(5)), (&json!(2020), &json!(5))]
    );
    let first = &history[1];
    assert_eq!((&first["validFrom"], &first["validUntil"]), (&json!("2021-06-30"), &json!("2024-06-30")));
    assert_eq!(first["nameThen"], "Trà xanh hộp 100gr");

    let code = first["code"].as_str().expect("a code");
    let certificate = registry.json(&format!("/v1/certificates/{code}")).await;
    assert_eq!(certificate["product"]["code"], "P00000BY");
    for member in ["status", "stars", "validFrom", "validUntil", "decision", "issuer", "regime", "nameThen", "placeThen", "provenance"] {
        assert_eq!(certificate[member], first[member], "{member}");
    }
    let cited = &certificate["decision"];
    assert_eq!(cited["number"], "2890/QĐ-BNN-VPĐP");
    let decision = registry.json(&format!("/v1/decisions/{}", cited["code"].as_str().expect("a code"))).await;
    assert_eq!(
        (&decision["number"], &decision["signedOn"], &decision["issuer"]["key"]),
        (&cited["number"], &json!("2021-06-30"), &json!("VN-MARD"))
    );
    // On a day of its term the same product is certified, and the list says the same as the record.
    let then = registry.json("/v1/products/P00000BY?on=2022-01-01").await;
    assert_eq!(then["certification"]["outcome"], "certified");
    let listed = registry.json("/v1/products?q=P00000BY&on=2022-01-01").await;
    assert_eq!(items(&listed)[0]["certification"], then["certification"]);
}

/// Name searched for, province, and the recognitions as (year of the round or 0, stars), newest first.
type Chain = (&'static str, &'static str, &'static [(i64, i64)]);

const CHAINS: [Chain; 7] = [
    ("Miến dong Tài Hoan", "VN63-06", &[(2024, 5), (2020, 5)]),
    ("Trà xanh hộp 100gr", "VN63-02", &[(2024, 5), (2020, 5)]),
    ("Hồng trà hộp 100gr", "VN63-02", &[(2024, 5), (2020, 5)]),
    ("Mỳ gạo Lục Ngạn", "VN63-24", &[(2024, 4), (2021, 4)]),
    ("Vú sữa Tân Yên", "VN63-24", &[(2024, 4), (2021, 4)]),
    ("cải Kale", "VN63-30", &[(2023, 4), (2020, 4)]),
    ("Cao tỏi đen Phú Sinh", "VN34-51", &[(2025, 4), (0, 3)]),
];

async fn chains_of_the_sample(database: Database) {
    let registry = database.sample().await;
    for (name, province, rounds) in CHAINS {
        let found = registry.json(&format!("/v1/products?q={name}&province={province}")).await;
        let [product] = items(&found) else { panic!("{name}: {found}") };
        let product = registry.json(&format!("/v1/products/{}", product["code"].as_str().expect("a code"))).await;
        let history = product["certificates"].as_array().expect("a history");
        let told: Vec<_> = history.iter().map(|c| (c["roundYear"].as_i64().unwrap_or(0), c["stars"].as_i64().unwrap_or(0))).collect();
        assert_eq!(told, rounds, "{name}");
    }
}

async fn upgrade_and_extension(database: Database) {
    let registry = database
        .rows(
            "name_vi,producer_name,province,stars,level,decision_date\n\
             Nem chua,HTX Nem,Thanh Hóa,3,province,2022-03-10\n\
             Nem chua,HTX Nem,Thanh Hóa,4,province,2023-12-01\n",
        )
        .await;
    let all = registry.all("/v1/products").await;
    let [product] = all.as_slice() else { panic!("one product with two recognitions: {all:?}") };
    let code = product["code"].as_str().expect("a code");
    let ask = |on: &str| format!("/v1/products/{code}?on={on}");
    let told = |product: &Value| {
        let certification = &product["certification"];
        let history: Vec<_> = product["certificates"].as_array().expect("a history").iter().map(|c| c["status"].clone()).collect();
        json!([certification["status"], certification["stars"], certification["validUntil"], history])
    };
    for (on, expected) in [
        ("2022-03-09", json!(["not_yet_valid", 3, "2025-03-10", ["not_yet_valid", "not_yet_valid"]])),
        ("2022-03-10", json!(["valid", 3, "2025-03-10", ["not_yet_valid", "valid"]])),
        ("2023-11-30", json!(["valid", 3, "2025-03-10", ["not_yet_valid", "valid"]])),
        ("2023-12-01", json!(["valid", 4, "2026-12-01", ["valid", "superseded"]])),
        ("2026-12-01", json!(["valid", 4, "2026-12-01", ["valid", "superseded"]])),
        ("2026-12-02", json!(["expired", 4, "2026-12-01", ["expired", "superseded"]])),
    ] {
        assert_eq!(told(&registry.json(&ask(on)).await), expected, "on {on}");
    }
    let newest = registry.json(&ask("2026-12-01")).await["certification"]["certificate"].as_str().expect("a code").to_owned();
    registry.act(&newest, ActKind::Extension, "2026-12-02", Some("2027-05-30")).await;
    for (on, status, until) in
        [("2026-12-02", "extended", "2027-05-30"), ("2027-05-30", "extended", "2027-05-30"), ("2027-05-31", "expired", "2027-05-30")]
    {
        let product = registry.json(&ask(on)).await;
        assert_eq!(
            (&product["certification"]["status"], &product["certification"]["validUntil"]),
            (&json!(status), &json!(until)),
            "on {on}"
        );
    }
    let certificate = registry.json(&format!("/v1/certificates/{newest}?on=2027-01-01")).await;
    assert_eq!((&certificate["validUntil"], &certificate["extendedUntil"]), (&json!("2026-12-01"), &json!("2027-05-30")));
    assert_eq!(certificate["acts"][0]["kind"], "extension");
}

async fn producers(database: Database) {
    let registry = database.sample().await;
    let product = registry.json("/v1/products/P00000BY").await;
    let code = product["producer"]["code"].as_str().expect("a producer");
    let producer = registry.json(&format!("/v1/producers/{code}?on=2022-01-01")).await;
    assert_eq!(producer["name"], product["producer"]["name"]);
    assert_eq!(producer["asOf"], "2022-01-01");
    let own = registry.all(&format!("/v1/products?producer={code}&on=2022-01-01")).await;
    let told = producer["products"].as_array().expect("products");
    assert_eq!(codes(told), codes(&own));
    for (summary, product) in told.iter().zip(&own) {
        assert_eq!(summary["outcome"], product["certification"]["outcome"]);
        assert_eq!(summary["validUntil"], product["certification"]["validUntil"]);
        assert_eq!(summary["stars"], product["certification"]["stars"]);
    }
}

async fn decisions(database: Database) {
    let registry = database.sample().await;
    let decision = registry.json("/v1/decisions/D00001E6").await;
    assert_eq!((&decision["number"], &decision["signedOn"]), (&json!("2942/QĐ-UBND"), &json!("2021-08-05")));
    let products = registry.all("/v1/decisions/D00001E6/products?on=2023-01-01").await;
    let certificates = registry.all("/v1/certificates?decision=D00001E6&on=2023-01-01").await;
    assert_eq!(decision["knownCertificates"], certificates.len());
    let mut cited: Vec<&str> = certificates.iter().map(|c| c["product"]["code"].as_str().expect("a code")).collect();
    cited.sort_unstable();
    let mut told = codes(&products);
    assert!(told.is_sorted(), "by number");
    told.sort_unstable();
    assert_eq!(told, cited);
    assert!(products.iter().all(|p| p["certification"]["outcome"] == "certified"), "all were certified on that day");
    // One number, two authorities.
    let same = registry.all("/v1/decisions?number=5445/QĐ-UBND").await;
    let issuers: Vec<_> = same.iter().map(|d| d["issuer"]["key"].as_str().expect("an issuer")).collect();
    assert_eq!(issuers, ["VN63-37-377", "VN63-38"]);
}

async fn places(database: Database) {
    let registry = database.sample().await;
    let old = registry.json("/v1/places/VN63-24").await;
    assert_eq!((&old["name"]["vi"], &old["code"], &old["validTo"]), (&json!("Tỉnh Bắc Giang"), &json!("24"), &json!("2025-06-30")));
    assert_eq!((&old["division"], &old["current"], &old["level"]), (&json!(63), &json!(false), &json!("province")));
    assert_eq!(old["successors"][0]["name"], "Tỉnh Bắc Ninh");
    let now = registry.json("/v1/places/VN34-24").await;
    assert_eq!((&now["name"]["vi"], &now["current"]), (&json!("Thành phố Bắc Ninh"), &json!(true)));
    // The statistics office gave the code 24 to another province; the day tells which is meant.
    for (on, name) in [("2025-06-30", "Tỉnh Bắc Giang"), ("2025-07-01", "Tỉnh Bắc Ninh")] {
        let found = registry.all(&format!("/v1/places?code=24&level=province&on={on}")).await;
        assert!(found.iter().any(|place| place["name"]["vi"] == name), "{on}: {found:?}");
        assert!(found.iter().all(|place| place["validTo"].as_str().is_none_or(|last| day(last) >= day(on))), "{found:?}");
    }
    let district = registry.json("/v1/places/VN63-24-219").await;
    assert_eq!((&district["name"]["vi"], &district["parent"]["key"]), (&json!("Huyện Lục Ngạn"), &json!("VN63-24")));
    let communes = registry.all("/v1/places?within=VN63-24-219&level=commune").await;
    assert!(communes.len() > 20);
    let commune = communes.iter().find(|c| c["successors"].as_array().is_some_and(|s| s.len() == 1)).expect("most went to one unit");
    let successor = commune["successors"][0]["key"].as_str().expect("a key");
    let successor = registry.json(&format!("/v1/places/{successor}")).await;
    let before = successor["predecessors"].as_array().expect("predecessors");
    assert!(before.iter().any(|p| p["key"] == commune["key"]), "succession is told from both sides");
    let found = registry.json("/v1/places?q=luc ngan&level=district").await;
    assert_eq!(items(&found)[0]["key"], "VN63-24-219");
    assert_eq!(registry.get("/v1/places/VN99-1").await.status, 404);
}

async fn lists_of_the_law(database: Database) {
    let registry = database.sample().await;
    let groups = registry.json("/v1/groups").await;
    assert_eq!(items(&groups).iter().map(|g| g["number"].as_i64().expect("a number")).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    let sets: Vec<i64> =
        items(&groups).iter().flat_map(|g| g["sets"].as_array().expect("sets")).map(|s| s["number"].as_i64().expect("a number")).collect();
    assert_eq!(sets, (1..=26).collect::<Vec<_>>());
    let regimes = registry.json("/v1/regimes").await;
    let firsts: Vec<&str> = items(&regimes).iter().map(|r| r["validFrom"].as_str().expect("a day")).collect();
    assert!(firsts.is_sorted() && firsts.len() >= 3, "oldest first: {firsts:?}");
    assert!(items(&regimes).iter().all(|r| r["termMonths"] == 36 && r["extensionDays"] == 180));
    let five = |r: &Value| r["issuers"].as_array().expect("rules").iter().any(|rule| rule["starsMax"] == 5 && rule["level"] == "national");
    assert!(items(&regimes).iter().all(five), "five stars are national under every regime");
}

async fn codes_as_people_write_them(database: Database) {
    let registry = database.sample().await;
    let canonical = format!("<{BASE}/P00000BY>; rel=\"canonical\"");
    for written in ["P00000BY", "p00000by", "P-00000-BY", "p ooooo by"] {
        let answer = registry.get(&format!("/v1/products/{written}")).await;
        assert_eq!((answer.status, &answer.json()["code"]), (200, &json!("P00000BY")), "{written}");
        assert!(answer.header("link").contains(&canonical), "{written}: {}", answer.header("link"));
    }
}
