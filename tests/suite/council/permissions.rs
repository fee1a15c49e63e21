//! Who may do what: every operation of the council side's document, as everybody.
//!
//! A new operation needs a row. A row says how to ask, and who is let through: a letter for each of the
//! columns. The letters stand for what is answered:
//!
//! | letter | answer |
//! |---|---|
//! | `+` | let through: anything but 401, 403 and a fault of the registry |
//! | `-` | 403, known but not permitted |
//! | `0` | 404, because what belongs to others is invisible |
//! | `?` | 401, unknown |
//!
//! Each of these answers is also compared with what the document says of it.

use crate::support::council::{APPROVER, AUDITOR, CLERK, COMMUNE, MINISTRY, OTHER_PROVINCE, Sides, signed, token};
use crate::support::registry::{Answer, Database, NOW, instant, on_both, request};
use crate::support::schema::{Operation, Seen, document, faults, operations};
use ocop_registry::http::Side;
use serde_json::Value;
use std::collections::BTreeSet;

on_both!(everybody_may_do_what_the_table_says);

/// The columns: who asks. The province's people are of Thái Nguyên, and so is what they ask for.
const COLUMNS: [&str; 9] = ["none", "expired", "audience", "other", "commune", "clerk", "approver", "auditor", "ministry"];

/// Operation; how to ask it; who is let through.
#[rustfmt::skip]
const TABLE: &[(&str, Ask, &str)] = &[
    //                                          none
    //                                          | expired
    //                                          | | wrong audience
    //                                          | | | other province
    //                                          | | | | commune
    //                                          | | | | | clerk
    //                                          | | | | | | approver
    //                                          | | | | | | | auditor
    //                                          | | | | | | | | ministry
    ("healthz", GET,                           "+ + + + + + + + +"),
    ("jwks",    GET,                           "+ + + + + + + + +"),
    ("root",    GET,                           "+ + + + + + + + +"),
    ("getMe",   GET,                           "? ? ? + + + + + +"),
    // What is of Thái Nguyên; nothing is written. Of the papers asked for there are none.
    ("createProducer", PRODUCER,               "? ? ? - - + + - -"),
    ("getProducerState", SEE_PRODUCER,         "? ? ? - - + + + +"),
    ("correctProducer", PRODUCER,              "? ? ? - - - + - -"),
    ("mergeProducer", MERGE_PRODUCER,          "? ? ? - - - + - -"),
    ("createProduct", PRODUCT,                 "? ? ? - - + + - -"),
    ("getProductState", SEE_PRODUCT,           "? ? ? - - + + + +"),
    ("correctProduct", PRODUCT,                "? ? ? - - - + - -"),
    ("mergeProduct", MERGE_PRODUCT,            "? ? ? - - - + - -"),
    ("addGtin", GTIN,                          "? ? ? - - - + - -"),
    ("endGtin", END_GTIN,                          "? ? ? - - - + - -"),
    ("addName", NAME,                          "? ? ? - - - + - -"),
    ("endName", END_NAME,                          "? ? ? - - - + - -"),
    ("listDrafts", GET,                        "? ? ? + + + + + +"),
    ("createDraft", DRAFT,                     "? ? ? + - + + - +"),
    ("getDraft", SEE_PAPER,                    "? ? ? 0 0 0 0 0 0"),
    ("changeDraft", DRAFT,                     "? ? ? 0 - 0 0 - 0"),
    ("discardDraft", PAPER,                    "? ? ? 0 - 0 0 - 0"),
    ("publishDraft", PAPER,                    "? ? ? 0 - 0 0 - 0"),
    ("getDecisionState", SEE_DOCUMENT,         "? ? ? + + + + + +"),
    ("attachDocument", DOCUMENT,               "? ? ? - - - - - +"),
    ("listPlannedChecks", GET,                 "? ? ? + + + + + +"),
    // The product has five stars, so its checks are the ministry\'s.
    ("planCheck", PLAN,                        "? ? ? - - - - - +"),
    ("dropPlannedCheck", PAPER,                "? ? ? 0 - 0 0 - 0"),
    ("listPostChecks", GET,                    "? ? ? + + + + + +"),
    ("recordCheck", CHECK,                     "? ? ? - - - - - +"),
    ("getPostCheck", SEE_PAPER,                "? ? ? 0 0 0 0 0 0"),
    ("concludeCheck", CONCLUSION,              "? ? ? 0 - - 0 - 0"),
    ("listLabelReports", GET,                  "? ? ? + - + + + +"),
    // An import publishes at once; trying one does not. The jobs asked for are nobody's.
    ("createImport",      WORKBOOK,            "? ? ? + - - + - +"),
    ("listImports",       GET,                 "? ? ? + + + + + +"),
    ("getImport",         IMPORT,              "? ? ? 0 0 0 0 0 0"),
    ("listImportRows",    IMPORT,              "? ? ? 0 0 0 0 0 0"),
    ("getImportReport",   IMPORT,              "? ? ? 0 0 0 0 0 0"),
    ("getImportTemplate", GET,                 "? ? ? + + + + + +"),
    ("exportOwnProducts", GET,                 "? ? ? + + + + + +"),
    ("exportPtntOcop",    GET,                 "? ? ? + + + + + +"),
    ("getRadar",             GET,              "? ? ? + + + + + +"),
    ("listRadarProducts",    GET,              "? ? ? + + + + + +"),
    ("getQuality",           GET,              "? ? ? + + + + + +"),
    ("listQualityProducts",  GET,              "? ? ? + + + + + +"),
    ("listQualityDecisions", GET,              "? ? ? + + + + + +"),
    ("listCommands",         GET,              "? ? ? + + - - + +"),
];

/// How an operation is asked.
#[derive(Clone, Copy)]
struct Ask {
    /// Values of the parameters in the path, by name.
    path: &'static [(&'static str, &'static str)],
    /// What follows the path, from `?`.
    query: &'static str,
    /// The body, as JSON.
    body: Option<&'static str>,
    /// Headers besides the token.
    headers: &'static [(&'static str, &'static str)],
}

/// Nothing but the address.
const GET: Ask = Ask { path: &[], query: "", body: None, headers: &[] };
/// Nothing is written.
const DRY: &str = "?dryRun=true";
const SEE_PRODUCER: Ask = Ask { path: &[("code", "M00000BB")], ..GET };
const PRODUCER: Ask =
    Ask { query: DRY, body: Some(r#"{"name": "Hợp tác xã Mới", "place": "VN34-19", "reason": "Ghi sai tên"}"#), ..SEE_PRODUCER };
const MERGE_PRODUCER: Ask = Ask { query: DRY, body: Some(r#"{"into": "M000008H", "reason": "Cùng một chủ thể"}"#), ..SEE_PRODUCER };
const SEE_PRODUCT: Ask = Ask { path: &[("code", "P00000MC"), ("gtin", "8930000000002")], ..GET };
const PRODUCT: Ask = Ask {
    query: DRY,
    body: Some(r#"{"name": {"vi": "Chè mới"}, "producer": "M00000BB", "place": "VN34-19", "reason": "Ghi sai tên"}"#),
    ..SEE_PRODUCT
};
const MERGE_PRODUCT: Ask = Ask { query: DRY, body: Some(r#"{"into": "P00000ES", "reason": "Cùng một sản phẩm"}"#), ..SEE_PRODUCT };
const GTIN: Ask = Ask { query: DRY, body: Some(r#"{"gtin": "8930000000002"}"#), ..SEE_PRODUCT };
const END_GTIN: Ask = Ask { query: "?dryRun=true&reason=Nhập nhầm", ..SEE_PRODUCT };
const NAME: Ask = Ask { query: DRY, body: Some(r#"{"vi": "Tên khác"}"#), ..SEE_PRODUCT };
const END_NAME: Ask = Ask { query: "?dryRun=true&reason=Nhập nhầm&name=Tên khác", ..SEE_PRODUCT };
const SEE_PAPER: Ask = Ask { path: &[("id", "1")], ..GET };
const PAPER: Ask = Ask { query: DRY, ..SEE_PAPER };
const DRAFT: Ask = Ask { body: Some(r#"{"kind": "recognition"}"#), ..PAPER };
const SEE_DOCUMENT: Ask = Ask { path: &[("code", "D0000010")], ..GET };
const DOCUMENT: Ask = Ask {
    query: DRY,
    body: Some(r#"{"sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "reason": "Đã đối chiếu"}"#),
    ..SEE_DOCUMENT
};
const PLAN: Ask = Ask { query: DRY, body: Some(r#"{"product": "P00000MC", "dueOn": "2026-12-01", "reason": "Định kỳ"}"#), ..GET };
const CHECK: Ask = Ask { query: DRY, body: Some(r#"{"product": "P00000MC", "carriedOutOn": "2026-11-20", "findings": "Đạt"}"#), ..GET };
const CONCLUSION: Ask = Ask { body: Some(r#"{"outcome": "kept", "concludedOn": "2026-11-20"}"#), ..PAPER };
/// A file of the wrong kind, which those who may hand one in are told.
const WORKBOOK: Ask = Ask { body: Some("{}"), headers: &[("idempotency-key", "key-of-a-workbook")], ..GET };
/// An import that there is not.
const IMPORT: Ask = Ask { path: &[("id", "1")], ..GET };

/// The token of a column; none for nobody.
fn token_of(column: &str) -> Option<String> {
    let mut claims = CLERK.claims(instant(NOW));
    Some(match column {
        "none" => return None,
        "expired" => {
            for (claim, hours) in [("nbf", -9), ("iat", -9), ("exp", -1)] {
                claims[claim] = (instant(NOW).timestamp() + hours * 3_600).into();
            }
            signed(&claims)
        }
        "audience" => {
            claims["aud"] = "another-registry".into();
            signed(&claims)
        }
        "other" => token(OTHER_PROVINCE),
        "commune" => token(COMMUNE),
        "clerk" => token(CLERK),
        "approver" => token(APPROVER),
        "auditor" => token(AUDITOR),
        "ministry" => token(MINISTRY),
        column => panic!("nobody is called {column}"),
    })
}

fn letter(status: u16) -> char {
    match status {
        401 => '?',
        403 => '-',
        404 => '0',
        200..=499 => '+',
        _ => '!',
    }
}

async fn everybody_may_do_what_the_table_says(database: Database) {
    let operations = operations(Side::Council);
    let documented: BTreeSet<&str> = operations.iter().map(|operation| operation.id).collect();
    let rows: BTreeSet<&str> = TABLE.iter().map(|(id, ..)| *id).collect();
    assert_eq!(rows.len(), TABLE.len(), "an operation has one row");
    assert_eq!(documented, rows, "every operation of the document needs a row in this file, and no row is left over");
    let sides = database.sides().await;
    let mut wrong = Vec::new();
    for (id, ask, expected) in TABLE {
        let operation = operations.iter().find(|operation| operation.id == *id).expect("it is documented");
        let mut seen = String::new();
        for column in COLUMNS {
            let answer = asked(&sides, operation, *ask, token_of(column)).await;
            wrong.extend(undocumented(operation, &answer).into_iter().map(|fault| format!("{id} as {column}: {fault}")));
            seen.push(letter(answer.status));
            seen.push(' ');
        }
        if seen.trim_end() != *expected {
            wrong.push(format!("{id}: expected {expected}\n{:width$}      seen {seen}", "", width = id.len()));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", COLUMNS.join(" "), wrong.join("\n"));
}

/// The answer to an operation, asked with a token.
async fn asked(sides: &Sides, operation: &Operation, ask: Ask, token: Option<String>) -> Answer {
    let mut address = ask.path.iter().fold(operation.path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    assert!(!address.contains('{'), "{address}: the row gives no value for it");
    address.push_str(ask.query);
    let mut request = request(&operation.method.to_uppercase(), &address);
    for header in ask.headers {
        request = request.insert_header(*header);
    }
    if let Some(body) = ask.body {
        let body: Value = serde_json::from_str(body).expect("the row's body is JSON");
        request = request.set_json(body);
    }
    match token {
        Some(token) => sides.ask_with(&token, request).await,
        None => sides.ask_council(request).await,
    }
}

/// What the document does not say of an answer.
fn undocumented(operation: &Operation, answer: &Answer) -> Vec<String> {
    let status = answer.status.to_string();
    let mut response = &operation.about["responses"][&status];
    if let Some(reference) = response["$ref"].as_str() {
        response = document(Side::Council).pointer(reference.trim_start_matches('#')).expect("the reference leads somewhere");
    }
    let media = answer.header("content-type").split(';').next().unwrap_or_default();
    match response["content"].get(media) {
        Some(content) if media.ends_with("json") => faults(&content["schema"], &answer.json(), "", &mut Seen::new()),
        Some(_) => Vec::new(),
        None if answer.body.is_empty() && response.is_object() => Vec::new(),
        None => vec![format!("{status} as {media} is not documented")],
    }
}
