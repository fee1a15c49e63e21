//! Text search: what comes first, and that typing habits do not matter.

use super::{items, names};
use crate::support::registry::{Database, on_both};

on_both!(best_first, codes_and_barcodes, case_and_diacritics_do_not_matter, words_of_producer_and_province, with_filters_and_counts);

const LIST: &str = "\
name_vi,producer_name,commune,province,stars,level,decision_date,gtins,official_code,name_en
Rượu mật ong bạc hà,HTX Mèo Vạc,xã Mèo Vạc,Tuyên Quang,3,province,2025-08-01,,,
Mật ong bạc hà Mèo Vạc,HTX Mèo Vạc,xã Mèo Vạc,Tuyên Quang,4,province,2025-08-01,8930000000002,02-027-00946-7-2025,
Mật ong rừng,Công ty Bạc Hà,,Cao Bằng,3,province,2025-08-01,,,
Mật ong bạc hà,HTX Lũng Cú,,Hà Giang,3,province,2022-03-01,,,Mint honey
Mật ong bạc hà Đồng Văn,HTX Đồng Văn,xã Đồng Văn,Tuyên Quang,3,province,2025-08-01,,,
Đường thốt nốt,Hộ ông Chau,,An Giang,3,province,2025-08-01,,,
Mật ong,HTX Đồng Văn,xã Đồng Văn,Tuyên Quang,3,province,2025-08-01,,,
";

async fn best_first(database: Database) {
    let registry = database.rows(LIST).await;
    let page = registry.json("/v1/products?q=mat ong bac ha").await;
    let expected = [
        "Mật ong bạc hà",          // the name
        "Mật ong bạc hà Đồng Văn", // names that begin with it, in order of the alphabet
        "Mật ong bạc hà Mèo Vạc",
        "Rượu mật ong bạc hà", // all words, in order of registration
        "Mật ong rừng",
    ];
    assert_eq!(names(items(&page)), expected);
    // The beginning of a word is the beginning of a name, and of no other word.
    let page = registry.json("/v1/products?q=mật on").await;
    assert_eq!(names(items(&page)), ["Mật ong", "Mật ong bạc hà", "Mật ong bạc hà Đồng Văn", "Mật ong bạc hà Mèo Vạc", "Mật ong rừng"]);
    assert!(items(&registry.json("/v1/products?q=mật ong gừng").await).is_empty());
}

async fn codes_and_barcodes(database: Database) {
    let registry = database.rows(LIST).await;
    let all = registry.all("/v1/products").await;
    let honey = &all[1];
    let code = honey["code"].as_str().expect("a code");
    let certificate = honey["certification"]["certificate"].as_str().expect("a certificate");
    let lower = code.to_lowercase();
    for q in [code, lower.as_str(), certificate, "8930000000002", "893-0000-00000-2", "08930000000002", "02-027-00946-7-2025"] {
        let page = registry.json(&format!("/v1/products?q={q}")).await;
        assert_eq!(names(items(&page)), ["Mật ong bạc hà Mèo Vạc"], "{q}");
    }
    let page = registry.json("/v1/products?q=8930000000003").await;
    assert!(items(&page).is_empty(), "a mistyped barcode finds nothing");
}

async fn case_and_diacritics_do_not_matter(database: Database) {
    let registry = database.rows(LIST).await;
    // The last one is written in NFD, as some keyboards do.
    for q in [
        "duong thot not",
        "đường thốt nốt",
        "ĐƯỜNG THỐT NỐT",
        "Duong  Thốt-nốt",
        "đu\u{31b}o\u{31b}\u{300}ng tho\u{302}\u{301}t no\u{302}\u{301}t",
    ] {
        let page = registry.json(&format!("/v1/products?q={q}")).await;
        assert_eq!(names(items(&page)), ["Đường thốt nốt"], "{q}");
    }
    let page = registry.json("/v1/products?q=MINT honey").await;
    assert_eq!(names(items(&page)), ["Mật ong bạc hà"], "the English name counts too");
    // What could mean something to a text index is text.
    for (q, found) in [
        ("mật* OR ong", 0),
        ("\"mật ong\"", 6),
        ("mật %26 !ong", 6),
        ("mật:*", 6),
        ("' OR 1=1 --", 0),
        ("NEAR(mật ong)", 0),
        ("mật_ong", 6),
    ] {
        let page = registry.json(&format!("/v1/products?q={q}")).await;
        assert_eq!(items(&page).len(), found, "{q}: {:?}", names(items(&page)));
    }
    assert_eq!(registry.get("/v1/products?q=%25_*").await.status, 400, "nothing to search for");
}

async fn words_of_producer_and_province(database: Database) {
    let registry = database.rows(LIST).await;
    for (q, found) in [
        ("mật ong cao bằng", &["Mật ong rừng"][..]),
        // Cao Bằng is still there; Hà Giang is a part of Tuyên Quang today, and is found by both names.
        ("rượu hà giang", &["Rượu mật ong bạc hà"]),
        ("rượu tuyên quang", &["Rượu mật ong bạc hà"]),
        ("htx mèo vạc", &["Rượu mật ong bạc hà", "Mật ong bạc hà Mèo Vạc"]),
        ("ông chau", &["Đường thốt nốt"]),
    ] {
        let page = registry.json(&format!("/v1/products?q={q}")).await;
        assert_eq!(names(items(&page)), found, "{q}");
    }
}

async fn with_filters_and_counts(database: Database) {
    let registry = database.rows(LIST).await;
    let page = registry.json("/v1/products?q=mật ong bạc hà&status=valid&facets=stars,status").await;
    assert_eq!(
        names(items(&page)),
        ["Mật ong bạc hà Đồng Văn", "Mật ong bạc hà Mèo Vạc", "Rượu mật ong bạc hà", "Mật ong rừng"],
        "the exact name has expired"
    );
    let stars = &page["facets"][0]["values"];
    assert_eq!((&stars[0]["value"], &stars[0]["products"]), (&"3".into(), &3.into()));
    assert_eq!((&stars[1]["value"], &stars[1]["products"]), (&"4".into(), &1.into()));
    let page = registry.json("/v1/products?q=mật ong bạc hà&on=2023-01-01&status=valid").await;
    assert_eq!(names(items(&page)), ["Mật ong bạc hà"], "then only this one was certified");
    let code = items(&page)[0]["code"].as_str().expect("a code").to_owned();
    let page = registry.json(&format!("/v1/products?q={code}&facets=status")).await;
    assert_eq!(
        (items(&page).len(), &page["facets"][0]["values"]),
        (1, &serde_json::json!([{"value": "expired", "products": 1, "producers": 1}]))
    );
    let stats = registry.json("/v1/stats?on=2023-01-01").await;
    assert_eq!((&stats["on"], &stats["asOf"]), (&"2023-01-01".into(), &"2023-01-01".into()), "the day that the counts hold for");
}
