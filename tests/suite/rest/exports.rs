//! Whole tables as streams: the same as the lists, in formats that others read.

use super::codes;
use crate::support::registry::{Answer, Database, get, on_both};
use serde_json::Value;
use std::io::Read;

on_both!(ndjson_is_the_list, csv_is_the_list, rfc_4180, formulas_are_text, unchanged_streams, codings_of_streams, an_empty_registry);

fn lines(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.body.ends_with(b"\n"));
    answer.text().lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// Rows of CSV as (column, cell) of the header's names.
fn rows(answer: &Answer) -> Vec<std::collections::BTreeMap<String, String>> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    csv::ReaderBuilder::new().from_reader(&*answer.body).deserialize().map(|row| row.expect("a row of CSV")).collect()
}

async fn ndjson_is_the_list(database: Database) {
    let registry = database.generated().await;
    for on in ["2026-11-21", "2023-06-30"] {
        for table in ["products", "certificates"] {
            let answer = registry.get(&format!("/v1/exports/{table}.ndjson?on={on}")).await;
            assert_eq!(answer.header("content-type"), "application/x-ndjson");
            let mut stream = lines(&answer);
            for line in &mut stream {
                let line = line.as_object_mut().expect("an object");
                assert_eq!(line.remove("asOf"), Some(on.into()));
                assert_eq!(line.remove("dataVersion"), Some(registry.public.reader.position().into()));
            }
            let mut list = registry.all(&format!("/v1/{table}?on={on}")).await;
            // Certificates come by product in the stream, by number in the list.
            let code = |item: &Value| item["code"].as_str().expect("a code").to_owned();
            stream.sort_by_key(code);
            list.sort_by_key(code);
            assert_eq!(stream, list, "{table} on {on}");
        }
    }
}

async fn csv_is_the_list(database: Database) {
    let registry = database.generated().await;
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_f64().expect("a number").to_string(),
        other => other.to_string(),
    };
    let products = rows(&registry.get("/v1/exports/products.csv").await);
    let list = registry.all("/v1/products").await;
    assert_eq!(products.iter().map(|row| row["code"].as_str()).collect::<Vec<_>>(), codes(&list));
    for (row, item) in products.iter().zip(&list) {
        let certification = &item["certification"];
        for (column, value) in [
            ("name_vi", &item["name"]["vi"]),
            ("group", &item["group"]["number"]),
            ("producer_name", &item["producer"]["name"]),
            ("producer_form", &item["producer"]["form"]),
            ("place_then_key", &item["place"]["then"]["key"]),
            ("place_now", &item["place"]["now"]["name"]),
            ("outcome", &certification["outcome"]),
            ("status", &certification["status"]),
            ("stars", &certification["stars"]),
            ("valid_until", &certification["validUntil"]),
            ("ocop_label_allowed", &certification["ocopLabelAllowed"]),
            ("decision_number", &certification["decision"]["number"]),
            ("issuer", &certification["decision"]["issuer"]["name"]["vi"]),
        ] {
            assert_eq!(row[column], text(value), "{column} of {}", row["code"]);
        }
        let gtins: Vec<&str> = item["gtins"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        assert_eq!(row["gtins"], gtins.join("|"));
    }
    let certificates = rows(&registry.get("/v1/exports/certificates.csv").await);
    let list: std::collections::BTreeMap<String, Value> =
        registry.all("/v1/certificates").await.into_iter().map(|item| (text(&item["code"]), item)).collect();
    assert_eq!(certificates.len(), list.len());
    for row in &certificates {
        let item = &list[&row["code"]];
        for (column, member) in [
            ("status", "status"),
            ("stars", "stars"),
            ("score", "score"),
            ("valid_from", "validFrom"),
            ("extended_until", "extendedUntil"),
            ("official_code", "officialCode"),
            ("round_year", "roundYear"),
            ("name_then", "nameThen"),
        ] {
            assert_eq!(row[column], text(&item[member]), "{column} of {}", row["code"]);
        }
    }
}

async fn rfc_4180(database: Database) {
    let registry =
        database.rows("name_vi,province,stars,level,decision_date\n\"Nem \"\"chua\"\", loại 1\",Thanh Hóa,4,province,2025-08-08\n").await;
    let answer = registry.get("/v1/exports/products.csv").await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    let text = answer.text();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!((lines.len(), lines[2]), (3, ""), "every line ends with CR and LF: {text:?}");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
    assert!(lines[0].starts_with("code,name_vi,name_en,") && !text.starts_with('\u{feff}'));
    assert!(lines[1].contains(",\"Nem \"\"chua\"\", loại 1\","), "{}", lines[1]);
    assert_eq!(rows(&answer)[0]["name_vi"], "Nem \"chua\", loại 1");
}

async fn formulas_are_text(database: Database) {
    let list = "name_vi,producer_name,province,stars,level,decision_date\n=1+1,@HTX,Thanh Hóa,4,province,2025-08-08\n-Nem,+HTX Nem,Thanh Hóa,4,province,2025-08-08\n";
    let registry = database.rows(list).await;
    let products = rows(&registry.get("/v1/exports/products.csv").await);
    let cells: Vec<[&str; 2]> = products.iter().map(|row| [&*row["name_vi"], &*row["producer_name"]]).collect();
    assert_eq!(cells, [["'=1+1", "'@HTX"], ["'-Nem", "'+HTX Nem"]]);
    let certificates = rows(&registry.get("/v1/exports/certificates.csv").await);
    assert!(certificates.iter().all(|row| row["name_then"].starts_with('\'') && row["product_name"].starts_with('\'')));
    assert_eq!(lines(&registry.get("/v1/exports/products.ndjson").await)[0]["name"]["vi"], "=1+1", "JSON is no spreadsheet");
}

async fn unchanged_streams(database: Database) {
    let registry = database.generated().await;
    let mut tags = Vec::new();
    for address in ["products.csv", "products.ndjson", "certificates.csv", "certificates.ndjson", "products.csv?on=2026-01-01"] {
        let address = format!("/v1/exports/{address}");
        let whole = registry.get(&address).await;
        let etag = whole.header("etag").to_owned();
        assert!(etag.starts_with('"'), "{etag}");
        assert_eq!(whole.header("x-data-version"), registry.public.reader.position().to_string());
        let same = registry.ask(get(&address).insert_header(("if-none-match", etag.as_str()))).await;
        assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, etag.as_str()), "{address}");
        assert_eq!((same.header("cache-control"), same.header("vary")), (whole.header("cache-control"), whole.header("vary")));
        tags.push((address, etag));
    }
    assert_eq!(tags.iter().map(|(_, etag)| etag).collect::<std::collections::BTreeSet<_>>().len(), tags.len());
    // Another process writes; a stream is never taken for unchanged then.
    registry.import_unseen("name_vi,province,stars,level,decision_date\nNem,Thanh Hóa,4,province,2025-08-08\n");
    let (address, etag) = &tags[0];
    let changed = registry.ask(get(address).insert_header(("if-none-match", etag.as_str()))).await;
    assert_eq!((changed.status, rows(&changed).len()), (200, 401));
    registry.at("2026-11-22T03:00:00Z");
    let next_day = registry.ask(get(address).insert_header(("if-none-match", changed.header("etag")))).await;
    assert_eq!((next_day.status, next_day.header("x-as-of")), (200, "2026-11-22"));
}

async fn codings_of_streams(database: Database) {
    let registry = database.generated().await;
    let plain = registry.get("/v1/exports/products.ndjson").await;
    let mut tags = vec![plain.header("etag").to_owned()];
    for coding in ["gzip", "br", "zstd"] {
        let answer = registry.ask(get("/v1/exports/products.ndjson").insert_header(("accept-encoding", coding))).await;
        assert_eq!((answer.header("content-encoding"), answer.header("vary")), (coding, "Accept-Encoding"));
        let mut body = Vec::new();
        match coding {
            "gzip" => drop(flate2::read::GzDecoder::new(&*answer.body).read_to_end(&mut body).expect("gzip")),
            "br" => drop(brotli::Decompressor::new(&*answer.body, 4_096).read_to_end(&mut body).expect("br")),
            _ => body = zstd::decode_all(&*answer.body).expect("zstd"),
        }
        assert!(body == plain.body, "{coding}");
        assert!(answer.body.len() < plain.body.len() / 3, "{coding}");
        tags.push(answer.header("etag").to_owned());
    }
    assert_eq!(tags.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "{tags:?}");
}

async fn an_empty_registry(database: Database) {
    let registry = database.rows("name_vi,province\n").await;
    let answer = registry.get("/v1/exports/products.csv").await;
    assert_eq!((answer.text().lines().count(), rows(&answer).len()), (1, 0), "the header stands alone");
    assert_eq!(registry.get("/v1/exports/certificates.ndjson").await.body, b"");
}
