//! `/v1/verifications/{identifier}` and by decision: is this certified on that day?

use super::codes;
use crate::support::registry::{BASE, Database, Registry, on_both};
use ocop_registry::domain::code::{Noun, encode};
use ocop_registry::domain::record::ActKind;
use serde_json::{Value, json};

on_both!(
    every_kind_of_identifier,
    as_scanners_read_them,
    one_fault_for_each_parameter,
    typing_errors_are_not_a_no,
    a_producer_is_no_product,
    by_decision_issuer_and_name,
    several_products,
    days,
    claims,
    acts,
);

const LIST: &str = "\
name_vi,producer_name,province,stars,level,decision_number,decision_date,gtins,official_code
Nem chua,HTX Nem,Thanh Hóa,4,province,12/QĐ-UBND,2024-02-29,8930000000002|96385074,38-380-14641-7-2024
Nem nướng,HTX Nem,Thanh Hóa,4,province,12/QĐ-UBND,2024-02-29,,
Nem rán,HTX Nem,Thanh Hóa,4,province,34/QĐ-UBND,2020-03-10,6291041500213,38-380-14641-8-2020
Chả mực,Hộ Ba,Quảng Ninh,4,province,12/QĐ-UBND,2024-05-05,,38-380-14641-9-2024
Chè,,Thái Nguyên,4,province,56/QĐ-UBND,2020-01-02,,
";

/// The code of the product of a name.
async fn code(registry: &Registry, name: &str) -> String {
    let page = registry.json(&format!("/v1/products?q={name}&first=1")).await;
    page["items"][0]["code"].as_str().expect("the product is there").to_owned()
}

async fn every_kind_of_identifier(database: Database) {
    let registry = database.rows(LIST).await;
    let product = code(&registry, "Nem chua").await;
    let record = registry.json(&format!("/v1/products/{product}")).await;
    let certificate = record["certificates"][0]["code"].as_str().expect("a code").to_owned();
    let lower = product.to_lowercase();
    for (identifier, kind) in [
        (product.as_str(), "product_code"),
        (&lower, "product_code"),
        (&certificate, "certificate_code"),
        ("8930000000002", "gtin"),
        ("08930000000002", "gtin"),
        ("893 0000-000002", "gtin"),
        ("(01)08930000000002", "gtin"),
        ("96385074", "gtin"),
        ("38-380-14641-7-2024", "official_code"),
    ] {
        let answer = registry.json(&format!("/v1/verifications/{identifier}")).await;
        let told = json!([answer["identifier"], answer["identifierType"], answer["outcome"], answer["status"], answer["product"]["code"]]);
        assert_eq!(told, json!([identifier, kind, "certified", "valid", product]));
        assert_eq!(
            (&answer["stars"], &answer["validFrom"], &answer["validUntil"]),
            (&json!(4), &json!("2024-02-29"), &json!("2027-02-28"))
        );
        assert_eq!((&answer["decision"]["number"], &answer["decision"]["issuer"]["key"]), (&json!("12/QĐ-UBND"), &json!("VN63-38")));
        assert_eq!((&answer["certificate"], &answer["ocopLabelAllowed"]), (&json!(certificate), &json!(true)));
        assert_eq!((&answer["dataVersion"], &answer["asOf"]), (&json!(registry.public.reader.position()), &json!("2026-11-21")));
        assert_eq!((&answer["renewal"], &answer["nextChangeOn"]), (&json!("late"), &json!("2027-03-01")));
    }
    // A code with a right check character that was never given.
    let never = |noun| (500_000..).find_map(|serial| encode(noun, serial)).expect("a code");
    for (unknown, kind) in [
        (never(Noun::Product).as_str(), "product_code"),
        (&never(Noun::Certificate), "certificate_code"),
        (&never(Noun::Producer), "producer_code"),
        (&never(Noun::Decision), "decision_code"),
        ("9520000000004", "gtin"),
        ("38-380-14641-7-2023", "official_code"),
    ] {
        let answer = registry.json(&format!("/v1/verifications/{unknown}")).await;
        assert_eq!(
            json!([answer["outcome"], answer["identifierType"], answer["reasons"]]),
            json!(["not_found", kind, ["unknown-identifier"]])
        );
        assert_eq!(answer["permittedClaim"]["allowed"], false);
    }
}

async fn one_fault_for_each_parameter(database: Database) {
    let registry = database.rows(LIST).await;
    let answer = registry.get("/v1/verifications?number=&issuer=%20&year=1").await;
    let told = answer.json();
    let faults = told["errors"].as_array().expect("faults").iter().map(|fault| json!([fault["parameter"], fault["code"]]));
    let expected = [["issuer", "invalid-value"], ["name", "missing-parameter"], ["number", "invalid-value"], ["year", "invalid-value"]];
    let mut faults: Vec<String> = faults.map(|fault| fault.to_string()).collect();
    faults.sort();
    assert_eq!((answer.status, faults), (400, expected.map(|fault| json!(fault).to_string()).to_vec()));
}

/// What phones and hand scanners read from labels, as it is.
async fn as_scanners_read_them(database: Database) {
    let registry = database.rows(LIST).await;
    let product = code(&registry, "Nem chua").await;
    let gtin = "08930000000002";
    let mut wrong: Vec<char> = product.chars().collect();
    wrong.swap(6, 7);
    let wrong: String = wrong.into_iter().collect();
    let read = [
        (format!("{BASE}/{product}"), "certified"),
        (format!("{BASE}/{product}/?lang=en#top"), "certified"),
        (format!("HTTPS://OCOP.EXAMPLE/{}", product.to_lowercase()), "certified"),
        (format!("https://id.gs1.org/01/{gtin}"), "certified"),
        (format!("https://id.gs1.org/01/{gtin}/10/LOT"), "certified"),
        (format!("https://id.gs1.org/01/{gtin}/10/01/21/7?17=261231"), "certified"),
        (format!("https://id.gs1.org/01/{gtin}?17=261231"), "certified"),
        (format!("(01){gtin}(10)AB"), "certified"),
        (format!("(01){gtin}(17)261231(10)AB/1"), "certified"),
        (format!("{BASE}/{wrong}"), "checksum-failed"),
        ("https://id.gs1.org/01/08930000000003/10/LOT".into(), "checksum-failed"),
        ("(01)08930000000003(10)AB".into(), "checksum-failed"),
        (BASE.into(), "malformed-identifier"),
        (format!("{BASE}/groups/1"), "malformed-identifier"),
        (format!("ftp://ocop.example/{product}"), "malformed-identifier"),
        (format!("https://ocop.example/?code={product}"), "malformed-identifier"),
    ];
    let identifiers: Vec<&String> = read.iter().map(|(text, _)| text).collect();
    let batch = registry.post("/v1/verifications", &json!({"identifiers": identifiers})).await.json();
    for ((text, expected), item) in read.iter().zip(batch["items"].as_array().expect("items")) {
        let told = item["error"]["code"].as_str().or(item["outcome"].as_str());
        assert_eq!((told, item["identifier"].as_str()), (Some(*expected), Some(text.as_str())), "{text}");
        if *expected == "certified" {
            assert_eq!(item["product"]["code"], *product, "{text}");
        }
        let path: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let alone = registry.get(&format!("/v1/verifications/{}", path.replace('+', "%20"))).await;
        assert_eq!(alone.status, if *expected == "certified" { 200 } else { 400 }, "{text}: {}", alone.text());
    }
}

async fn typing_errors_are_not_a_no(database: Database) {
    let registry = database.rows(LIST).await;
    let product = code(&registry, "Nem chua").await;
    let mut swapped: Vec<char> = product.chars().collect();
    swapped.swap(6, 7);
    let swapped: String = swapped.into_iter().collect();
    for (identifier, problem) in [
        (swapped.as_str(), "checksum-failed"),
        ("8930000000003", "checksum-failed"),
        ("893000000000", "checksum-failed"),
        ("893", "malformed-identifier"),
        ("mật ong", "malformed-identifier"),
        ("X0000018", "malformed-identifier"),
        ("38-380-14641-7-1999", "malformed-identifier"),
    ] {
        let answer = registry.get(&format!("/v1/verifications/{identifier}")).await;
        let told = answer.json();
        assert_eq!(
            json!([answer.status, told["errors"][0]["code"], told["errors"][0]["parameter"]]),
            json!([400, problem, "identifier"]),
            "{identifier}"
        );
        assert!(told.get("outcome").is_none());
    }
}

async fn a_producer_is_no_product(database: Database) {
    let registry = database.rows(LIST).await;
    let product = registry.json(&format!("/v1/verifications/{}", code(&registry, "Nem rán").await)).await;
    assert_eq!(json!([product["outcome"], product["status"]]), json!(["not_certified", "expired"]));
    assert!(product["reasons"].as_array().is_some_and(|reasons| reasons.contains(&json!("producer-known"))), "{product}");
    let beside = product["producerCertifiedProducts"].as_array().expect("the producer's certified products");
    let expected = [code(&registry, "Nem chua").await, code(&registry, "Nem nướng").await];
    assert_eq!(codes(beside), expected);

    let producer = product["producer"]["code"].as_str().expect("a code");
    let answer = registry.json(&format!("/v1/verifications/{producer}")).await;
    assert_eq!(
        json!([answer["outcome"], answer["identifierType"], answer["product"], answer["reasons"]]),
        json!(["not_certified", "producer_code", null, ["producer-known"]])
    );
    assert_eq!(codes(answer["producerCertifiedProducts"].as_array().expect("products")), expected);
    assert_eq!(answer["ocopLabelAllowed"], false, "a producer's code never permits a claim");
    // Certified products need nothing beside them; a product of unknown producer has nothing.
    let certified = registry.json("/v1/verifications/8930000000002").await;
    assert_eq!(certified.get("producerCertifiedProducts"), None);
    let alone = registry.json(&format!("/v1/verifications/{}", code(&registry, "Chè").await)).await;
    assert_eq!(json!([alone["outcome"], alone["producer"]]), json!(["not_certified", null]));
    assert_eq!(alone["reasons"], json!(["term-ended"]));
}

async fn by_decision_issuer_and_name(database: Database) {
    let registry = database.rows(LIST).await;
    let ask = async |number: &str, issuer: &str, name: &str, more: &str| {
        let answer = registry.json(&format!("/v1/verifications?number={number}&issuer={issuer}&name={name}{more}")).await;
        assert_eq!(answer["identifierType"], "decision");
        answer
    };
    let nem = code(&registry, "Nem chua").await;
    for (number, issuer, name) in
        [("12/QĐ-UBND", "VN63-38", "Nem chua"), ("12/qđ-ubnd", "Thanh Hóa", "nem chua"), ("12/QĐ-UBND", "ubnd tinh thanh hoa", "NEM CHUA")]
    {
        let answer = ask(number, issuer, name, "").await;
        assert_eq!(json!([answer["outcome"], answer["product"]["code"]]), json!(["certified", nem]), "{number} {issuer} {name}");
    }
    assert_eq!(ask("12/QĐ-UBND", "VN63-38", "Nem chua", "&year=2024").await["outcome"], "certified");
    assert_eq!(ask("12/QĐ-UBND", "VN63-38", "Nem chua", "&on=2027-03-01").await["outcome"], "not_certified");
    for (number, issuer, name, more) in [
        ("12/QĐ-UBND", "VN63-22", "Nem chua", ""),
        ("12/QĐ-UBND", "VN63-38", "Chả mực", ""),
        ("34/QĐ-UBND", "VN63-38", "Nem chua", ""),
        ("12/QĐ-UBND", "VN63-38", "Nem chua", "&year=2023"),
        ("12/QĐ-UBND", "Hóa", "Nem chu", ""),
    ] {
        let answer = ask(number, issuer, name, more).await;
        assert_eq!(json!([answer["outcome"], answer["product"]]), json!(["not_found", null]), "{number} {issuer} {name} {more}");
    }
    let other = ask("12/QĐ-UBND", "Quảng Ninh", "chả mực", "").await;
    assert_eq!(other["product"]["name"]["vi"], "Chả mực", "the same number by another authority");
}

async fn several_products(database: Database) {
    let registry = database.rows(LIST).await;
    let decisions = registry.all("/v1/decisions?number=12/QĐ-UBND&issuer=VN63-38").await;
    let of_two = decisions[0]["code"].as_str().expect("a code");
    let answer = registry.json(&format!("/v1/verifications/{of_two}")).await;
    assert_eq!(
        json!([answer["outcome"], answer["identifierType"], answer["reasons"]]),
        json!(["ambiguous", "decision_code", ["several-matches"]])
    );
    assert_eq!(
        codes(answer["candidates"].as_array().expect("candidates")),
        [code(&registry, "Nem chua").await, code(&registry, "Nem nướng").await]
    );
    assert_eq!(answer["permittedClaim"]["allowed"], false);
    let decisions = registry.all("/v1/decisions?number=56/QĐ-UBND").await;
    let of_one = decisions[0]["code"].as_str().expect("a code");
    let answer = registry.json(&format!("/v1/verifications/{of_one}?on=2021-01-01")).await;
    assert_eq!(json!([answer["outcome"], answer["product"]["code"]]), json!(["certified", code(&registry, "Chè").await]));

    // All candidates up to twenty are named, not just enough to see that there are several.
    let list = (0..25).fold("name_vi,province,stars,level,decision_number,decision_date\n".to_owned(), |list, n| {
        list + &format!("Rau {n:02},Nghệ An,4,province,78/QĐ-UBND,2025-08-08\n")
    });
    registry.import(&list).await;
    let decision = registry.all("/v1/decisions?number=78/QĐ-UBND").await[0]["code"].as_str().expect("a code").to_owned();
    let answer = registry.json(&format!("/v1/verifications/{decision}")).await;
    assert_eq!(answer["candidates"].as_array().map(Vec::len), Some(20));

    // A code of an earlier certificate leads to the product as it is now, and says so.
    registry.import("name_vi,producer_name,province,stars,level,decision_date\nNem rán,HTX Nem,Thanh Hóa,4,province,2025-08-08\n").await;
    let earlier = registry.json("/v1/verifications/38-380-14641-8-2020").await;
    assert_eq!(json!([earlier["outcome"], earlier["validFrom"]]), json!(["certified", "2025-08-08"]));
    let reasons = |answer: &Value| answer["reasons"].as_array().cloned().unwrap_or_default();
    assert!(reasons(&earlier).contains(&json!("identifier-of-earlier-certificate")));
    let old = registry.all("/v1/decisions?number=34/QĐ-UBND").await[0]["code"].as_str().expect("a code").to_owned();
    assert!(reasons(&registry.json(&format!("/v1/verifications/{old}")).await).contains(&json!("identifier-of-earlier-certificate")));
    let now = registry.json(&format!("/v1/verifications/{}", code(&registry, "Nem rán").await)).await;
    assert!(!reasons(&now).contains(&json!("identifier-of-earlier-certificate")));
}

async fn days(database: Database) {
    let registry = database.rows(LIST).await;
    let product = code(&registry, "Nem chua").await;
    for (on, outcome, status, renewal, next) in [
        ("2024-02-28", "not_certified", "not_yet_valid", "none", "2024-02-29"),
        ("2024-02-29", "certified", "valid", "none", "2026-09-01"),
        ("2026-08-31", "certified", "valid", "none", "2026-09-01"),
        ("2026-09-01", "certified", "valid", "window_open", "2026-11-01"),
        ("2026-10-31", "certified", "valid", "window_open", "2026-11-01"),
        ("2026-11-01", "certified", "valid", "late", "2027-03-01"),
        ("2027-02-28", "certified", "valid", "late", "2027-03-01"),
        ("2027-03-01", "not_certified", "expired", "none", ""),
        ("2999-12-31", "not_certified", "expired", "none", ""),
    ] {
        let answer = registry.json(&format!("/v1/verifications/{product}?on={on}")).await;
        let told = [&answer["outcome"], &answer["status"], &answer["renewal"]].map(|value| value.as_str().unwrap_or_default());
        assert_eq!(told, [outcome, status, renewal], "on {on}");
        assert_eq!(answer["nextChangeOn"].as_str().unwrap_or_default(), next, "on {on}");
        assert_eq!(answer["asOf"], json!(on));
        // The announced day is the next one that differs.
        if !next.is_empty() {
            let changed = registry.json(&format!("/v1/verifications/{product}?on={next}")).await;
            assert_ne!([&changed["status"], &changed["renewal"]], [&answer["status"], &answer["renewal"]], "from {on} to {next}");
        }
    }
}

async fn claims(database: Database) {
    let registry = database.rows(LIST).await;
    let claim = registry.json("/v1/verifications/8930000000002").await["permittedClaim"].clone();
    assert_eq!(
        claim,
        json!({
            "allowed": true,
            "vi": "Sản phẩm OCOP Việt Nam 4 sao, theo Quyết định số 12/QĐ-UBND ngày 29/02/2024 của UBND tỉnh Thanh Hóa, có giá trị đến hết ngày 28/02/2027.",
            "en": "OCOP Vietnam product, 4 stars, by Decision 12/QĐ-UBND of 2024-02-29 of People's Committee of Thanh Hóa, valid to the end of 2027-02-28.",
        })
    );
    let none = json!({
        "allowed": false,
        "vi": "Không được ghi hoặc quảng cáo là sản phẩm OCOP vào ngày này.",
        "en": "No OCOP claim may be shown for this product on this day.",
    });
    for address in ["8930000000002?on=2027-03-01", "6291041500213", "9520000000004"] {
        assert_eq!(registry.json(&format!("/v1/verifications/{address}")).await["permittedClaim"], none, "{address}");
    }
    // A recognition without a dated decision permits nothing either.
    registry.import("name_vi,province,stars,level,year\nTrà,Thanh Hóa,4,province,2025\n").await;
    let undetermined = registry.json(&format!("/v1/verifications/{}", code(&registry, "Trà").await)).await;
    assert_eq!(json!([undetermined["outcome"], undetermined["ocopLabelAllowed"]]), json!(["undetermined", false]));
    assert_eq!(undetermined["permittedClaim"], none);
}

async fn acts(database: Database) {
    let registry = database.rows(LIST).await;
    let certificate = registry.json("/v1/verifications/8930000000002").await["certificate"].as_str().expect("a code").to_owned();
    registry.act(&certificate, ActKind::Withdrawal, "2026-06-01", None).await;
    for (on, told) in [("2026-05-31", json!(["certified", "valid", true])), ("2026-06-01", json!(["not_certified", "withdrawn", false]))] {
        let answer = registry.json(&format!("/v1/verifications/{certificate}?on={on}")).await;
        assert_eq!(json!([answer["outcome"], answer["status"], answer["ocopLabelAllowed"]]), told, "on {on}");
    }
    let today = registry.json("/v1/verifications/8930000000002").await;
    assert_eq!(today["status"], "withdrawn");
    assert_eq!(codes(today["producerCertifiedProducts"].as_array().expect("the producer is known")), [code(&registry, "Nem nướng").await]);
}
