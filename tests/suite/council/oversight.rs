//! What a council looks after: what runs out, what is missing, who did what.

use crate::support::council::{AUDITOR, CLERK, COMMUNE, MINISTRY, OTHER_PROVINCE, Sides, Who};
use crate::support::registry::{Database, IMPORTED, instant, on_both};
use ocop_registry::domain::code;
use ocop_registry::store::command::{self, CommandRow};
use ocop_registry::store::decision::{self, DecisionRow};
use serde_json::{Value, json};

on_both!(the_radar, what_the_data_wants, who_did_what);

/// On 21 November 2026. "Ngày 7" is signed a week before, "Ngày 8" a day earlier.
const LIST: &str = "\
name_vi,producer_name,province,stars,level,decision_number,decision_date,gtins,source_url
Còn 19 ngày,HTX Một,Thái Nguyên,4,province,1/QĐ-UBND,2023-12-10,8930000000002,
Còn 72 ngày,HTX Hai,Bắc Kạn,4,province,2/QĐ-UBND,2024-02-01,,
Còn 109 ngày,HTX Hai,Bắc Kạn,4,province,3/QĐ-UBND,2024-03-10,,
Còn 170 ngày,HTX Một,Thái Nguyên,4,province,4/QĐ-UBND,2024-05-10,,
Còn lâu,HTX Một,Thái Nguyên,4,province,5/QĐ-UBND,2024-06-20,,https://example.vn/ocop
Hết hạn,HTX Ba,Thái Nguyên,4,province,6/QĐ-UBND,2023-06-01,,
Hết hạn đã lâu,HTX Ba,Thái Nguyên,4,province,7/QĐ-UBND,2022-01-01,,
Được công nhận lại,HTX Bốn,Thái Nguyên,4,province,8/QĐ-UBND,2023-06-02,,
Được công nhận lại,HTX Bốn,Thái Nguyên,4,province,9/QĐ-UBND,2026-05-01,,
Ngày 7,HTX Bốn,Thái Nguyên,4,province,10/QĐ-UBND,2026-11-14,,
Ngày 8,HTX Bốn,Thái Nguyên,4,province,11/QĐ-UBND,2026-11-13,,
Nơi khác,HTX Năm,Thanh Hóa,4,province,1/QĐ-UBND,2023-12-10,,
";

async fn sides(database: Database) -> Sides {
    Sides::of(database.rows(LIST).await).await
}

async fn read(sides: &Sides, who: Who, address: &str) -> Value {
    let answer = sides.get_as(who, address).await;
    assert_eq!(answer.status, 200, "{address}: {}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store", "{address}");
    answer.json()
}

/// All names of a list, one by one, and that there and back is the same.
async fn names(sides: &Sides, who: Who, list: &str) -> Vec<String> {
    let joint = if list.contains('?') { '&' } else { '?' };
    let name = |item: &Value| item["name"]["vi"].as_str().or(item["number"].as_str()).expect("a name").to_owned();
    let whole = read(sides, who, &format!("{list}{joint}first=200")).await;
    let all: Vec<String> = whole["items"].as_array().expect("items").iter().map(name).collect();
    let (mut met, mut next) = (Vec::new(), format!("{list}{joint}first=1"));
    while met.len() <= all.len() {
        let page = read(sides, who, &next).await;
        met.extend(page["items"].as_array().expect("items").iter().map(name));
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        if let Some(cursor) = page["pageInfo"]["startCursor"].as_str() {
            let back = read(sides, who, &format!("{list}{joint}first=1&before={cursor}")).await;
            let before: Vec<String> = back["items"].as_array().expect("items").iter().map(name).collect();
            assert_eq!(before.first(), met.len().checked_sub(2).map(|index| &met[index]), "{list}: back from {met:?}");
        }
        next = format!("{list}{joint}first=1&after={}", page["pageInfo"]["endCursor"].as_str().expect("a cursor"));
    }
    assert_eq!(met, all, "{list}");
    all
}

fn counts(radar: &Value) -> Vec<i64> {
    radar["buckets"].as_array().expect("buckets").iter().map(|bucket| bucket["products"].as_i64().expect("a count")).collect()
}

async fn the_radar(database: Database) {
    let sides = sides(database).await;
    for (who, expected) in
        [(CLERK, vec![1, 2, 3, 4, 1]), (OTHER_PROVINCE, vec![1, 1, 1, 1, 0]), (MINISTRY, vec![2, 3, 4, 5, 1]), (COMMUNE, vec![0; 5])]
    {
        let radar = read(&sides, who, "/council/v1/radar").await;
        assert_eq!(counts(&radar), expected, "{}", who.subject);
        assert_eq!(radar["asOf"], "2026-11-21");
    }
    let radar = read(&sides, CLERK, "/council/v1/radar?expiredWithin=1000").await;
    assert_eq!(counts(&radar), [1, 2, 3, 4, 2]);
    let buckets = radar["buckets"].as_array().expect("buckets");
    assert_eq!(
        json!([buckets[3]["bucket"], buckets[3]["endsFrom"], buckets[3]["endsUntil"], buckets[3]["producers"]]),
        json!(["within_180", "2026-11-21", "2027-05-20", 2])
    );
    assert_eq!(
        json!([buckets[4]["bucket"], buckets[4]["endsFrom"], buckets[4]["endsUntil"]]),
        json!(["expired", "2024-02-25", "2026-11-20"])
    );
    for (list, expected) in [
        ("/council/v1/radar/products", vec!["Còn 19 ngày", "Còn 72 ngày", "Còn 109 ngày", "Còn 170 ngày"]),
        ("/council/v1/radar/products?bucket=within_90", vec!["Còn 19 ngày", "Còn 72 ngày"]),
        ("/council/v1/radar/products?bucket=expired", vec!["Hết hạn"]),
        ("/council/v1/radar/products?bucket=expired&expiredWithin=1000", vec!["Hết hạn", "Hết hạn đã lâu"]),
    ] {
        assert_eq!(names(&sides, CLERK, list).await, expected, "{list}");
    }
    assert_eq!(names(&sides, OTHER_PROVINCE, "/council/v1/radar/products").await, ["Nơi khác"]);
    // The day moves on, and nothing is written.
    sides.at("2026-11-21T09:00:00Z");
    assert_eq!(counts(&read(&sides, CLERK, "/council/v1/radar").await), [1, 2, 3, 4, 1]);
    let later = sides.get_as(CLERK, "/council/v1/radar/products?bucket=soon").await;
    assert_eq!((later.status, &later.json()["errors"][0]["parameter"]), (400, &json!("bucket")));
}

async fn what_the_data_wants(database: Database) {
    let sides = sides(database).await;
    let told = |quality: &Value| {
        let of = |member: &str| -> Vec<Value> {
            quality[member].as_array().expect("findings").iter().map(|f| json!([f["gap"], f["count"]])).collect()
        };
        json!([of("products"), of("decisions")])
    };
    let quality = read(&sides, CLERK, "/council/v1/quality").await;
    let expected = |gtin, press, document, late| {
        json!([[["missing_gtin", gtin], ["portal_or_press", press]], [["missing_document", document], ["late_entry", late]]])
    };
    assert_eq!(told(&quality), expected(7, 1, 11, 10));
    assert_eq!(quality["lateAfterDays"], 7);
    assert_eq!(told(&read(&sides, MINISTRY, "/council/v1/quality").await), expected(8, 1, 12, 11));
    assert_eq!(told(&read(&sides, COMMUNE, "/council/v1/quality").await), expected(0, 0, 0, 0));
    let certified = ["Còn 72 ngày", "Còn 109 ngày", "Còn 170 ngày", "Còn lâu", "Được công nhận lại", "Ngày 7", "Ngày 8"];
    assert_eq!(names(&sides, CLERK, "/council/v1/quality/products").await, certified);
    assert_eq!(names(&sides, CLERK, "/council/v1/quality/products?gap=portal_or_press").await, ["Còn lâu"]);
    let late = names(&sides, CLERK, "/council/v1/quality/decisions?gap=late_entry").await;
    assert!(late.len() == 10 && !late.contains(&"10/QĐ-UBND".to_owned()), "{late:?}");
    // A barcode and a document later they want less.
    let products = read(&sides, CLERK, "/council/v1/quality/products?first=1").await;
    let decision =
        read(&sides, CLERK, "/council/v1/quality/decisions?first=1").await["items"][0]["code"].as_str().expect("a code").to_owned();
    let product = products["items"][0]["code"].as_str().expect("a code").to_owned();
    sides
        .write("VN34-19/approver", None, |tx| {
            let row = decision::find(tx.conn(), code::parse(&decision).expect("a code").1)?.expect("the decision");
            tx.correct(DecisionRow { document_sha256: Some("0".repeat(64)), ..row })?;
            let (id, product_id) = (99, code::parse(&product).expect("a code").1);
            let gtin = ocop_registry::store::product::ProductGtinRow { id, product_id, gtin: "08930000000019".into(), ended_on: None };
            tx.create(&[gtin])?;
            tx.touch([product_id]);
            Ok(())
        })
        .await;
    assert_eq!(told(&read(&sides, CLERK, "/council/v1/quality").await), expected(6, 1, 10, 10));
    assert!(!names(&sides, CLERK, "/council/v1/quality/decisions").await.contains(&"1/QĐ-UBND".to_owned()));
}

async fn who_did_what(database: Database) {
    let sides = sides(database).await;
    sides
        .write("operator", None, |tx| {
            for (unit, about) in [("VN34-19", "P1"), ("VN34-38", "P2"), ("VN34-19", "P3"), ("VN", "P4"), ("VN34-19", "P5")] {
                let row = CommandRow {
                    id: 0,
                    at: instant(IMPORTED).naive_utc(),
                    subject: "lan".into(),
                    unit: unit.into(),
                    command: "create_product".into(),
                    about: about.into(),
                    position: 7,
                };
                command::note(tx.conn(), row)?;
            }
            Ok(())
        })
        .await;
    let about = |page: &Value| -> Vec<String> {
        page["items"].as_array().expect("items").iter().map(|run| run["about"].as_str().expect("a code").to_owned()).collect()
    };
    assert_eq!(about(&read(&sides, AUDITOR, "/council/v1/commands").await), ["P5", "P3", "P1"]);
    assert_eq!(about(&read(&sides, MINISTRY, "/council/v1/commands").await), ["P4"]);
    let first = read(&sides, AUDITOR, "/council/v1/commands?first=2").await;
    assert_eq!(
        first["items"][0],
        json!({"id": 5, "at": IMPORTED, "subject": "lan", "unit": "VN34-19", "command": "create_product", "about": "P5", "position": 7})
    );
    let after = first["pageInfo"]["endCursor"].as_str().expect("a cursor");
    let last = read(&sides, AUDITOR, &format!("/council/v1/commands?first=2&after={after}")).await;
    assert_eq!((about(&last), &last["pageInfo"]["hasNextPage"]), (vec!["P1".to_owned()], &json!(false)));
    let before = last["pageInfo"]["startCursor"].as_str().expect("a cursor");
    assert_eq!(about(&read(&sides, AUDITOR, &format!("/council/v1/commands?first=1&before={before}")).await), ["P3"]);
    let refused = sides.get_as(CLERK, "/council/v1/commands").await;
    assert_eq!((refused.status, &refused.json()["type"]), (403, &json!("https://ocop.example/problems/forbidden")));
}
