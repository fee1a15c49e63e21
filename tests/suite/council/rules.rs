//! What the law and the registry let a decision say, as tables: each row is tried as a dry run, which
//! tells every conflict, on both databases.

use super::decisions::{HASH, recognition};
use crate::support::council::{APPROVER, CLERK, MINISTRY, OTHER_PROVINCE, Sides, Who};
use crate::support::registry::{Database, on_both};
use ocop_registry::domain::code::{Noun, encode};
use serde_json::{Value, json};

on_both!(
    what_a_recognition_may_not_say,
    what_a_recognition_may_say,
    acts_on_certificates,
    a_number_stands_once_a_year,
    four_eyes,
    five_hundred_products
);

/// The hash of an empty file.
fn sha256_of_nothing() -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(b"").iter().map(|byte| format!("{byte:02X}")).collect()
}

/// A well-formed code under which there is nothing.
fn unknown(noun: Noun) -> String {
    // Not every number has a code.
    (9_999_990..).find_map(|serial| encode(noun, serial)).expect("a code").into()
}

/// Members put over a body, by pointer.
type Changes<'c> = &'c [(&'c str, Value)];

/// What a dry run says of a draft: places and codes of its conflicts.
async fn conflicts(sides: &Sides, who: Who, decision: &Value) -> Vec<(String, String)> {
    let tried = sides.send(who, "POST", "/council/v1/drafts?dryRun=true", None, Some(decision)).await;
    let told = tried.json();
    let (remarks, code) = if tried.status == 200 { ("conflicts", "code") } else { ("errors", "code") };
    let text = |remark: &Value, member: &str| remark[member].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    told[remarks].as_array().unwrap_or_else(|| panic!("{told}")).iter().map(|r| (text(r, "pointer"), text(r, code))).collect()
}

/// A body with members put over it; a pointer names each.
fn with(body: &Value, changes: Changes<'_>) -> Value {
    let mut body = body.clone();
    for (pointer, value) in changes {
        let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
        let parent = body.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}"));
        match parent {
            Value::Array(items) => items.push(value.clone()),
            other => other[member] = value.clone(),
        }
    }
    body
}

async fn what_a_recognition_may_not_say(database: Database) {
    let sides = database.sides().await;
    let product = sides.product("Trà đúng luật").await;
    let elsewhere = sides.json("/v1/products?province=VN34-38&first=1&fields=code").await["items"][0]["code"].clone();
    let known = sides.json("/v1/certificates?first=200&fields=officialCode").await;
    let taken = known["items"].as_array().expect("items").iter().find_map(|c| c["officialCode"].as_str().map(str::to_owned));
    let base = recognition("77/QĐ-UBND", &product, 4);
    let position = sides.public.reader.position();
    let mut table = vec![
        (vec![("/kind", json!("promotion"))], "/kind", "invalid-value"),
        (vec![("/number", json!("bảy mươi bảy"))], "/number", "invalid-value"),
        (vec![("/number", json!("77/QĐ-BNNMT"))], "/number", "rule-broken"),
        (vec![("/number", json!("7".repeat(101)))], "/number", "invalid-value"),
        (vec![("/signedOn", Value::Null)], "/signedOn", "invalid-date"),
        (vec![("/signedOn", json!("2026-11-22"))], "/signedOn", "in-the-future"),
        (vec![("/documentSha256", json!("9f86"))], "/documentSha256", "invalid-value"),
        (vec![("/documentUrl", json!("http://example.vn/qd.pdf"))], "/documentUrl", "invalid-value"),
        (vec![("/effectiveOn", json!("2026-11-11"))], "/effectiveOn", "contradicts-term"),
        (vec![("/annuls", json!("D00001E6"))], "/annuls", "rule-broken"),
        (vec![("/issuer", json!("VN34-00"))], "/issuer", "invalid-value"),
        (vec![("/issuer", json!("VN34-38"))], "/issuer", "outside-jurisdiction"),
        (vec![("/issuer", json!("VN-MAE"))], "/issuer", "outside-jurisdiction"),
        (vec![("/issuer", json!("VN63-19"))], "/issuer", "issuer-not-in-office"),
        // Thái Nguyên and Bắc Kạn could both sign then: whoever drafts has to say.
        (vec![("/signedOn", json!("2025-03-12"))], "/issuer", "issuer-not-in-office"),
        (vec![("/documentSha256", json!(sha256_of_nothing()))], "/documentSha256", "invalid-value"),
        (vec![("/items", json!([]))], "/items", "rule-broken"),
        (vec![("/items", json!(vec![base["items"][0].clone(); 501]))], "/items", "rule-broken"),
        (vec![("/items/-", base["items"][0].clone())], "/items/1/product", "rule-broken"),
        (vec![("/items/0/product", json!(elsewhere))], "/items/0/product", "outside-jurisdiction"),
        (vec![("/items/0/product", json!(unknown(Noun::Product)))], "/items/0/product", "unknown-thing"),
        (vec![("/items/0/product", json!("P00000MD"))], "/items/0/product", "checksum-failed"),
        (vec![("/items/0/product", json!("C00000BV"))], "/items/0/product", "malformed-identifier"),
        (vec![("/items/0/certificate", json!("C00000BV"))], "/items/0", "invalid-value"),
        (vec![("/items/0/stars", Value::Null)], "/items/0/stars", "invalid-value"),
        (vec![("/items/0/stars", json!(1))], "/items/0/stars", "rule-broken"),
        (vec![("/items/0/stars", json!(2))], "/items/0/stars", "rule-broken"),
        (vec![("/items/0/stars", json!(6))], "/items/0/stars", "invalid-value"),
        (vec![("/items/0/stars", json!(-3))], "/items/0/stars", "invalid-value"),
        (vec![("/items/0/stars", json!(5)), ("/items/0/score", json!(95))], "/items/0/stars", "issuer-may-not-recognise"),
        (vec![("/items/0/score", json!(69.99))], "/items/0/score", "contradicts-stars"),
        (vec![("/items/0/score", json!(100.01))], "/items/0/score", "invalid-value"),
        (vec![("/items/0/score", json!(75.555))], "/items/0/score", "invalid-value"),
        (vec![("/items/0/officialCode", json!("15-4375"))], "/items/0/officialCode", "invalid-value"),
        (vec![("/items/0/validUntil", json!("2029-12-12"))], "/items/0/validUntil", "contradicts-term"),
        (vec![("/items/0/validUntil", json!("2029-10-09"))], "/items/0/validUntil", "contradicts-term"),
        (vec![("/items/0/regime", json!("qd999"))], "/items/0/regime", "invalid-value"),
        (vec![("/items/0/regime", json!("qd1489"))], "/items/0/stars", "issuer-may-not-recognise"),
        // Before the first regime; and three stars while only districts gave them.
        (vec![("/signedOn", json!("2019-08-20")), ("/issuer", json!("VN63-19"))], "/items/0/product", "rule-broken"),
        (
            vec![("/signedOn", json!("2024-02-29")), ("/issuer", json!("VN63-19")), ("/items/0/stars", json!(3))],
            "/items/0/stars",
            "issuer-may-not-recognise",
        ),
    ];
    table.extend(taken.map(|taken| (vec![("/items/0/officialCode", json!(taken))], "/items/0/officialCode", "taken")));
    for (changes, pointer, code) in &table {
        let found = conflicts(&sides, CLERK, &with(&base, changes)).await;
        assert!(found.contains(&((*pointer).to_owned(), (*code).to_owned())), "{changes:?}: {found:?}");
    }
    assert_eq!(conflicts(&sides, CLERK, &base).await, [], "and without them it may be published");
    // What a dry run tells is what publishing refuses, with nothing written.
    let refused = sides.publish(&with(&base, &[("/items/0/stars", json!(5)), ("/items/0/score", json!(120))])).await;
    let told = refused.json();
    let pointers: Vec<&str> = told["errors"].as_array().expect("faults").iter().filter_map(|fault| fault["pointer"].as_str()).collect();
    assert_eq!((refused.status, pointers), (400, vec!["/items/0/score", "/items/0/stars"]), "{told}");
    // The product itself and its producer are all that was written.
    assert_eq!(sides.json("/v1/changes?after=0&first=1").await["dataVersion"], json!(position));
    assert_eq!(sides.json(&format!("/v1/verifications/{product}")).await["outcome"], "not_certified");
}

async fn what_a_recognition_may_say(database: Database) {
    let sides = database.sides().await;
    let product = sides.product("Trà ranh giới").await;
    let base = recognition("78/QĐ-UBND", &product, 4);
    // Changes; last valid day; regime; warnings.
    let table: &[(Changes<'_>, &str, &str, &[&str])] = &[
        (&[], "2029-11-10", "qd26", &[]),
        (&[("/items/0/validUntil", json!("2029-11-30"))], "2029-11-30", "qd26", &[]),
        (&[("/items/0/score", json!(70))], "2029-11-10", "qd26", &[]),
        (&[("/items/0/stars", json!(3)), ("/items/0/score", json!(50))], "2029-11-10", "qd26", &[]),
        // A successor enters what the unit that ended had signed, on 29 February too.
        (&[("/issuer", json!("VN63-06")), ("/signedOn", json!("2024-02-29"))], "2027-02-28", "qd148", &["late-entry"]),
        // Three stars by the new province in the gap of July 2025.
        (
            &[("/signedOn", json!("2025-07-03")), ("/items/0/stars", json!(3)), ("/items/0/score", Value::Null)],
            "2028-07-03",
            "qd148",
            &["late-entry", "gap-july-2025"],
        ),
        (&[("/items/0/officialCode", json!("19-01840-77-2026"))], "2029-11-10", "qd26", &[]),
    ];
    for (changes, until, regime, warnings) in table {
        let decision = with(&base, changes);
        let tried = sides.send(CLERK, "POST", "/council/v1/drafts?dryRun=true", None, Some(&decision)).await;
        let told = tried.json();
        assert_eq!((tried.status, &told["conflicts"]), (200, &json!([])), "{changes:?}: {told}");
        let given = &told["certificates"][0];
        assert_eq!((&given["validUntil"], &given["regime"]), (&json!(until), &json!(regime)), "{changes:?}");
        let codes: Vec<&str> = told["warnings"].as_array().expect("warnings").iter().filter_map(|w| w["code"].as_str()).collect();
        assert_eq!(codes, *warnings, "{changes:?}");
    }
}

async fn acts_on_certificates(database: Database) {
    let sides = database.sides().await;
    let product = sides.product("Trà gia hạn").await;
    let published = sides.publish(&recognition("79/QĐ-UBND", &product, 4)).await.json();
    let (certificate, decision) = (published["certificates"][0]["code"].clone(), published["decision"].clone());
    // A certificate of the same council's province that ran out, and one of five stars.
    let first = async |list: &str| sides.json(list).await["items"][0]["code"].clone();
    let over = with(
        &recognition("78/QĐ-UBND", &sides.product("Trà đã qua").await, 4),
        &[("/issuer", json!("VN63-19")), ("/signedOn", json!("2023-05-10"))],
    );
    let expired = sides.publish(&over).await.json()["certificates"][0]["code"].clone();
    let five = first("/v1/products?province=VN34-19&stars=5&status=valid&first=1").await;
    let five = first(&format!("/v1/certificates?product={}&stars=5&first=1", five.as_str().expect("a code"))).await;
    let act = |kind: &str, item: Value| json!({"kind": kind, "number": "80/QĐ-UBND", "signedOn": "2026-11-20", "documentSha256": HASH, "items": [item]});
    let extension = |certificate: &Value, until: &str| act("extension", json!({"certificate": certificate, "until": until}));
    let withdrawal = |certificate: &Value, ground: &str| act("withdrawal", json!({"certificate": certificate, "ground": ground}));
    let annulment = json!({
        "kind": "annulment", "number": "80/QĐ-UBND", "signedOn": "2026-11-20", "documentSha256": HASH, "annuls": decision,
    });
    let table = [
        (CLERK, extension(&certificate, "2030-05-09"), None),
        (CLERK, extension(&certificate, "2029-11-11"), None),
        (CLERK, extension(&certificate, "2030-05-10"), Some(("/items/0/until", "contradicts-term"))),
        (CLERK, extension(&certificate, "2029-11-10"), Some(("/items/0/until", "contradicts-term"))),
        (CLERK, extension(&expired, "2026-12-31"), Some(("/items/0", "illegal-transition"))),
        (CLERK, extension(&five, "2026-12-31"), Some(("/items/0", "issuer-may-not-recognise"))),
        (CLERK, withdrawal(&certificate, "mark_misuse"), None),
        (CLERK, withdrawal(&certificate, ""), Some(("/items/0/ground", "invalid-value"))),
        (CLERK, withdrawal(&certificate, "dislike"), Some(("/items/0/ground", "invalid-value"))),
        (CLERK, withdrawal(&five, "mark_misuse"), Some(("/items/0", "issuer-may-not-recognise"))),
        (CLERK, withdrawal(&expired, "mark_misuse"), Some(("/items/0", "illegal-transition"))),
        (OTHER_PROVINCE, withdrawal(&certificate, "mark_misuse"), Some(("/items/0", "outside-jurisdiction"))),
        (CLERK, withdrawal(&json!(unknown(Noun::Certificate)), "mark_misuse"), Some(("/items/0/certificate", "unknown-thing"))),
        (CLERK, annulment.clone(), None),
        (CLERK, with(&annulment, &[("/effectiveOn", json!("2026-11-10"))]), None),
        (CLERK, with(&annulment, &[("/effectiveOn", json!("2026-11-09"))]), Some(("/effectiveOn", "contradicts-term"))),
        (CLERK, with(&annulment, &[("/signedOn", json!("2026-11-09"))]), Some(("/signedOn", "contradicts-term"))),
        (CLERK, with(&withdrawal(&certificate, "other"), &[("/signedOn", json!("2026-11-09"))]), Some(("/items/0", "illegal-transition"))),
        (
            CLERK,
            with(&withdrawal(&certificate, "other"), &[("/effectiveOn", json!("2028-01-01"))]),
            Some(("/effectiveOn", "contradicts-term")),
        ),
        (CLERK, with(&annulment, &[("/items", json!([{"certificate": certificate}]))]), Some(("/items", "rule-broken"))),
        (CLERK, with(&annulment, &[("/annuls", Value::Null)]), Some(("/annuls", "invalid-value"))),
        (CLERK, with(&annulment, &[("/annuls", json!(unknown(Noun::Decision)))]), Some(("/annuls", "unknown-thing"))),
        (OTHER_PROVINCE, annulment.clone(), Some(("/annuls", "outside-jurisdiction"))),
    ];
    for (who, decision, expected) in table {
        let found = conflicts(&sides, who, &decision).await;
        match expected {
            None => assert_eq!(found, [], "{decision}"),
            Some((pointer, code)) => {
                assert!(found.contains(&(pointer.to_owned(), code.to_owned())), "{} {decision}: {found:?}", who.subject)
            }
        }
    }
    // An extension is there to be seen, and cannot be had twice beyond its bound.
    let extended = sides.publish(&extension(&certificate, "2030-05-09")).await;
    assert_eq!(extended.status, 200, "{}", extended.text());
    let said = sides.json(&format!("/v1/verifications/{product}?on=2030-05-09")).await;
    assert_eq!((&said["outcome"], &said["status"]), (&json!("certified"), &json!("extended")));
    assert_eq!(sides.json(&format!("/v1/verifications/{product}?on=2030-05-10")).await["outcome"], "not_certified");
    let again = with(&extension(&certificate, "2030-05-10"), &[("/number", json!("81/QĐ-UBND"))]);
    for until in ["2030-05-10", "2030-05-09", "2029-12-31"] {
        let again = with(&again, &[("/items/0/until", json!(until))]);
        assert_eq!(conflicts(&sides, CLERK, &again).await, [("/items/0/until".to_owned(), "contradicts-term".to_owned())], "{until}");
    }
    let early = extended.json()["warnings"].as_array().is_some_and(|all| all.iter().any(|warning| warning["code"] == "early-extension"));
    assert!(early, "three years ahead of the end");
    // Only recognitions are annulled, and only once.
    let number = |n: u32| ("/number", json!(format!("{n}/QĐ-UBND")));
    let of_extension = with(&annulment, &[number(82), ("/annuls", extended.json()["decision"].clone())]);
    assert_eq!(conflicts(&sides, CLERK, &of_extension).await, [("/annuls".to_owned(), "rule-broken".to_owned())]);
    assert_eq!(sides.publish(&with(&annulment, &[number(83)])).await.status, 200);
    let twice = with(&annulment, &[number(84)]);
    assert_eq!(conflicts(&sides, CLERK, &twice).await, [("/annuls".to_owned(), "illegal-transition".to_owned())]);
    assert_eq!(sides.json(&format!("/v1/verifications/{product}")).await["outcome"], "not_certified");
}

async fn a_number_stands_once_a_year(database: Database) {
    let sides = database.sides().await;
    let product = sides.product("Trà một số").await;
    let base = recognition("90/QĐ-UBND", &product, 4);
    assert_eq!(sides.publish(&base).await.status, 200);
    let taken = ("/number".to_owned(), "taken".to_owned());
    // A day on which the product was not recognised yet.
    let later = with(&base, &[("/signedOn", json!("2026-11-12"))]);
    assert_eq!(conflicts(&sides, CLERK, &later).await, std::slice::from_ref(&taken));
    assert_eq!(conflicts(&sides, CLERK, &with(&later, &[("/number", json!(" 090/qđ-ubnd"))])).await, [taken]);
    assert_eq!(conflicts(&sides, CLERK, &with(&later, &[("/signedOn", json!("2025-11-12"))])).await, [], "another year");
    let merged = [("/signedOn", json!("2025-03-12")), ("/issuer", json!("VN63-06"))];
    assert_eq!(conflicts(&sides, CLERK, &with(&later, &merged)).await, [], "another authority of the same council");
    let theirs = json!({"name": "Hợp tác xã Nơi khác", "place": "VN34-38"});
    let theirs = sides.send(OTHER_PROVINCE, "POST", "/council/v1/producers", None, Some(&theirs)).await.json();
    // What they make is not for others to add.
    let mine = json!({"name": {"vi": "Trà nơi khác"}, "producer": theirs["code"], "place": "VN34-19"});
    let refused = sides.send(CLERK, "POST", "/council/v1/products", None, Some(&mine)).await;
    assert_eq!((refused.status, refused.json()["errors"][0]["pointer"].as_str()), (403, Some("/producer")), "{}", refused.text());
    let theirs = json!({"name": {"vi": "Trà nơi khác"}, "producer": theirs["code"], "place": "VN34-38"});
    let theirs = sides.send(OTHER_PROVINCE, "POST", "/council/v1/products", None, Some(&theirs)).await.json();
    let theirs = with(&later, &[("/items/0/product", theirs["code"].clone())]);
    assert_eq!(conflicts(&sides, OTHER_PROVINCE, &theirs).await, [], "another council");
    // Only one authority of theirs could sign before the mergers, so it need not be named.
    let before = with(&theirs, &[("/signedOn", json!("2025-03-12"))]);
    assert_eq!(conflicts(&sides, OTHER_PROVINCE, &before).await, [], "their province as it was");
    let five = with(&later, &[("/number", json!("90/QĐ-BNNMT")), ("/items/0/stars", json!(5)), ("/items/0/score", json!(95))]);
    assert_eq!(conflicts(&sides, MINISTRY, &five).await, [], "the ministry");
}

async fn four_eyes(database: Database) {
    const BOTH: Who = Who::of("VN34-19", "lan", &["clerk", "approver"]);
    let sides = database.sides().await;
    let product = sides.product("Trà bốn mắt").await;
    let draft = sides.send(BOTH, "POST", "/council/v1/drafts", None, Some(&recognition("91/QĐ-UBND", &product, 4))).await;
    let (address, tag) = (draft.header("location").to_owned(), draft.header("etag").to_owned());
    let publish = format!("{address}/publish");
    let refused = sides.send(BOTH, "POST", &publish, Some(&tag), None).await;
    assert_eq!((refused.status, refused.json()["type"].as_str().map(|t| t.ends_with("/four-eyes"))), (403, Some(true)));
    // Whoever changes it has drafted it too.
    let changed = recognition("92/QĐ-UBND", &product, 4);
    let tag = sides.send(APPROVER, "PUT", &address, Some(&tag), Some(&changed)).await.header("etag").to_owned();
    assert_eq!(sides.send(APPROVER, "POST", &publish, Some(&tag), None).await.status, 403);
    const THIRD: Who = Who::of("VN34-19", "bình", &["approver"]);
    // Nobody of another council sees it.
    for (method, path) in [("GET", &address), ("DELETE", &address), ("POST", &publish)] {
        assert_eq!(sides.send(OTHER_PROVINCE, method, path, Some(&tag), None).await.status, 404, "{method} {path}");
    }
    let published = sides.send(THIRD, "POST", &publish, Some(&tag), None).await;
    assert_eq!(published.status, 200, "{}", published.text());
}

async fn five_hundred_products(database: Database) {
    let rows: String = (1..=500).map(|n| format!("Trà số {n},HTX Chè {n},Thái Nguyên,4,province,{n}/QĐ-UBND,2025-08-12\n")).collect();
    let list = format!("name_vi,producer_name,province,stars,level,decision_number,decision_date\n{rows}");
    let sides = Sides::of(database.rows(&list).await).await;
    let products = sides.all("/v1/products?fields=code").await;
    assert_eq!(products.len(), 500);
    let items: Vec<Value> = products.iter().map(|product| json!({"product": product["code"], "stars": 4})).collect();
    let decision = with(&recognition("93/QĐ-UBND", "", 4), &[("/items", Value::Array(items))]);
    let published = sides.publish(&decision).await;
    assert_eq!(published.status, 200, "{}", published.text());
    let told = published.json();
    assert_eq!((told["certificates"].as_array().map(Vec::len), told["verdicts"].as_array().map(Vec::len)), (Some(500), Some(500)));
    let code = told["decision"].as_str().expect("a code");
    assert_eq!(sides.all(&format!("/v1/decisions/{code}/products?fields=code")).await.len(), 500);
    // The certificates of before are superseded from the day of the new ones, not earlier.
    let product = products[499]["code"].as_str().expect("a code");
    for (on, until) in [("2026-11-09", "2028-08-12"), ("2026-11-10", "2029-11-10")] {
        assert_eq!(sides.json(&format!("/v1/verifications/{product}?on={on}")).await["validUntil"], until, "{on}");
    }
}
