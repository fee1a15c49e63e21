//! Workbooks through the door: handed in, polled, reported, seen by the public; and the way back.

use crate::support::council::{APPROVER, AUDITOR, CLERK, COMMUNE, MINISTRY, OTHER_PROVINCE, Sides, Who};
use crate::support::program::{Listener, Served, free_address, said, wait};
use crate::support::registry::{Answer, Database, NOW, instant, on_both, request};
use actix_web::test::TestRequest;
use ocop_registry::store::WriteDoor;
use ocop_registry::write::Writer;
use ocop_registry::write::workbook::Media;
use ocop_registry::write::workbook::job::run_next;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

on_both!(
    a_workbook_becomes_public_at_once,
    what_is_exported_imports_again_without_a_change,
    a_file_that_cannot_be_imported_is_refused_at_the_door,
);

const HEADINGS: &str = "STT,Tên sản phẩm,Tên chủ thể,Xã,Sao lần đầu,Ngày lần đầu,Số QĐ lần đầu,Cơ quan lần đầu\n";

/// A workbook of Thái Nguyên in CSV, with a product for each name and day.
fn list(rows: &[(&str, &str)]) -> String {
    let row = |(number, (name, day)): (usize, &(&str, &str))| {
        format!("{number},{name},Hợp tác xã Nhập {number},,4,{day},2585/QĐ-UBND,UBND tỉnh Thái Nguyên\n")
    };
    HEADINGS.to_owned() + &(1..).zip(rows).map(row).collect::<String>()
}

impl Sides {
    async fn hand_in(&self, who: Who, key: Option<&str>, query: &str, media: &str, file: impl Into<Vec<u8>>) -> Answer {
        let mut asked: TestRequest =
            request("POST", &format!("/council/v1/imports{query}")).insert_header(("content-type", media.to_owned()));
        if let Some(key) = key {
            asked = asked.insert_header(("idempotency-key", key.to_owned()));
        }
        self.ask_as(who, asked.set_payload(file.into())).await
    }

    /// Runs the oldest job, as the worker of a process does.
    async fn work(&self) {
        let writer = Arc::new(Writer::new(WriteDoor::new(self.settings.database.database_url.clone()), true));
        run_next(&writer, instant(NOW)).await.expect("the database answers").expect("a job");
    }
}

async fn a_workbook_becomes_public_at_once(database: Database) {
    let sides = database.sides().await;
    let file = list(&[("Chè nhập một", "10/11/2026"), ("Chè nhập hai", "31/02/2026")]);
    let none = sides.hand_in(APPROVER, None, "", Media::CSV, file.clone()).await;
    assert_eq!((none.status, &none.json()["type"].as_str().unwrap_or_default().ends_with("/idempotency-key-missing")), (400, &true));
    let refused = sides.hand_in(CLERK, Some("key-of-a-clerk"), "", Media::CSV, file.clone()).await;
    assert_eq!(refused.status, 403, "{}", refused.text());

    // An approver imports what somebody else has tried.
    let tried = sides.hand_in(APPROVER, None, "?dryRun=true", Media::CSV, file.clone()).await;
    assert_eq!(tried.status, 202, "{}", tried.text());
    let four_eyes = async |when: &str| {
        let refused = sides.hand_in(APPROVER, Some(when), "?partial=true", Media::CSV, file.clone()).await;
        let kind = refused.json()["type"].as_str().unwrap_or_default().to_owned();
        assert!(refused.status == 403 && kind.ends_with("/four-eyes"), "{when}: {}", refused.text());
    };
    sides.work().await;
    four_eyes("tried-by-oneself").await;
    let tried = sides.hand_in(CLERK, None, "?dryRun=true", Media::CSV, file.clone()).await;
    assert_eq!(tried.status, 202, "{}", tried.text());
    four_eyes("not-yet-ended").await;
    let address = tried.header("location").to_owned();
    sides.work().await;
    let other = file.replace("Chè nhập hai", "Chè nhập ba");
    let refused = sides.hand_in(APPROVER, Some("another-file"), "?partial=true", Media::CSV, other).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    let state = sides.get_as(APPROVER, &address).await;
    assert_eq!((state.status, &state.json()["state"], &state.json()["written"]), (200, &"done".into(), &false.into()));
    let rows = sides.get_as(AUDITOR, &format!("{address}/rows?outcome=refused")).await.json();
    let fault = &rows["items"][0];
    assert_eq!((&fault["row"], &fault["fault"]["column"], &fault["fault"]["code"]), (&3.into(), &"F".into(), &"malformed".into()));
    assert_eq!(rows["items"].as_array().map(Vec::len), Some(1));

    // The approver has the good row published.
    let done = sides.hand_in(APPROVER, Some("key-of-the-approver"), "?partial=true", Media::CSV, file.clone()).await;
    assert_eq!((done.status, &done.json()["state"], &done.json()["rows"]), (202, &"queued".into(), &2.into()), "{}", done.text());
    let again = sides.hand_in(APPROVER, Some("key-of-the-approver"), "?partial=true", Media::CSV, file.clone()).await;
    assert_eq!((again.status, again.header("idempotency-replayed"), again.header("location")), (202, "true", done.header("location")));
    let address = done.header("location").to_owned();
    assert_eq!(sides.json("/v1/products?q=chè+nhập+một").await["items"], Value::Array(Vec::new()));
    sides.work().await;
    let ended = sides.get_as(APPROVER, &address).await.json();
    assert_eq!(
        (&ended["state"], &ended["written"], &ended["outcomes"]["created"], &ended["outcomes"]["refused"]),
        (&"done".into(), &true.into(), &1.into(), &1.into())
    );
    let instant = |member: &str| ended[member].as_str().and_then(|text| text.parse::<chrono::DateTime<chrono::Utc>>().ok());
    assert!(instant("endedAt") > instant("startedAt"), "{ended}");
    let nothing = sides.hand_in(APPROVER, Some("key-of-nothing"), "", Media::CSV, HEADINGS).await;
    assert!(nothing.status == 422 && nothing.text().contains("không có gì để nhập"), "{}", nothing.text());
    // Whoever reads that it is done reads it on the public side too.
    let found = sides.json("/v1/products?q=chè+nhập+một").await;
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
    let verdict = &found["items"][0]["certification"];
    assert_eq!((&verdict["outcome"], &verdict["stars"], &verdict["validUntil"]), (&"certified".into(), &4.into(), &"2029-11-10".into()));
    let rows = sides.get_as(CLERK, &format!("{address}/rows")).await.json();
    assert_eq!(rows["items"][0]["product"], found["items"][0]["code"]);
    assert_eq!(rows["items"][0]["after"]["outcome"], "certified");
    let report = sides.get_as(CLERK, &format!("{address}/rows.csv")).await;
    assert_eq!((report.status, report.header("content-type")), (200, "text/csv; charset=utf-8; header=present"));
    assert!(report.text().starts_with("sheet,row,outcome,name,") && report.text().contains("31/02/2026"), "{}", report.text());
    let listed = sides.get_as(APPROVER, "/council/v1/imports?first=1").await.json();
    assert_eq!((&listed["items"][0]["id"], &listed["pageInfo"]["hasNextPage"]), (&ended["id"], &true.into()));

    // What is of one council is not there for others.
    for who in [OTHER_PROVINCE, MINISTRY, COMMUNE] {
        for what in ["", "/rows", "/rows.csv"] {
            assert_eq!(sides.get_as(who, &format!("{address}{what}")).await.status, 404, "{who:?}{what}");
        }
        assert_eq!(sides.get_as(who, "/council/v1/imports").await.json()["items"], Value::Array(Vec::new()));
    }
}

async fn what_is_exported_imports_again_without_a_change(database: Database) {
    let sides = database.sides().await;
    let export = sides.get_as(AUDITOR, "/council/v1/exports/products.xlsx").await;
    assert_eq!((export.status, export.header("content-type")), (200, Media::XLSX));
    assert!(export.header("content-disposition").contains("san-pham-ocop-2026-11-21.xlsx"));
    let position = export.header("x-data-version").to_owned();
    let tried = sides.hand_in(CLERK, None, "?dryRun=true", Media::XLSX, export.body.to_vec()).await;
    assert_eq!(tried.status, 202, "{}", tried.text());
    sides.work().await;
    let done = sides.hand_in(APPROVER, Some("the-way-back"), "", Media::XLSX, export.body.to_vec()).await;
    assert_eq!(done.status, 202, "{}", done.text());
    sides.work().await;
    let ended = sides.get_as(APPROVER, done.header("location")).await.json();
    assert_eq!(ended["outcomes"]["unchanged"], ended["rows"], "{ended}");
    assert!(ended["rows"].as_u64() > Some(10) && ended["dataVersion"].as_i64() == position.parse().ok(), "{ended}");

    let table = sides.get_as(CLERK, "/council/v1/exports/ptnt-ocop.csv?on=2024-01-01").await;
    assert!(
        table.text().starts_with("MA_OCOP,Ma_DonViHanhChinh,Ma_ThoiGian,") && table.header("x-as-of") == "2024-01-01",
        "{}",
        table.text()
    );
    assert!(table.text().lines().skip(1).all(|line| line.contains(",2024,")));
    // A commune takes away what lies in it, the ministry what it recognised.
    let rows = |answer: &Answer| answer.text().lines().count();
    let of_commune = sides.get_as(COMMUNE, "/council/v1/exports/ptnt-ocop.csv").await;
    let of_ministry = sides.get_as(MINISTRY, "/council/v1/exports/ptnt-ocop.csv").await;
    assert!(rows(&of_commune) < rows(&table) && rows(&of_ministry) > 40);
    assert!(of_ministry.text().lines().skip(1).all(|line| line.contains(",5*,") || !line.contains("Còn hiệu lực")));

    let template = sides.get_as(CLERK, "/council/v1/imports/template.xlsx").await;
    assert_eq!((template.status, template.header("content-type"), &template.body[..2]), (200, Media::XLSX, &b"PK"[..]));
    let tried = sides.hand_in(CLERK, None, "?dryRun=true", Media::XLSX, template.body.to_vec()).await;
    assert!(tried.status == 422 && tried.text().contains("không có gì để nhập"), "the template is understood: {}", tried.text());
}

async fn a_file_that_cannot_be_imported_is_refused_at_the_door(database: Database) {
    let sides = database.sides().await;
    let good = list(&[("Chè", "10/11/2026")]);
    let old = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat();
    for (what, query, media, file, status, kind) in [
        ("another kind", "", "application/json", b"{}".to_vec(), 415, "unsupported-media-type"),
        ("an old workbook", "", Media::XLSX, old, 415, "unsupported-media-type"),
        ("nonsense", "", Media::XLSX, b"nonsense".to_vec(), 422, "unreadable-workbook"),
        ("another list", "", Media::CSV, b"a,b\n1,2\n".to_vec(), 422, "unreadable-workbook"),
        ("too much", "", Media::CSV, vec![b'x'; 10 * 1024 * 1024 + 1], 413, "payload-too-large"),
        ("a wrong word", "?partial=yes", Media::CSV, good.clone().into_bytes(), 400, "invalid-value"),
        ("an unknown parameter", "?force=true", Media::CSV, good.clone().into_bytes(), 400, "unknown-parameter"),
    ] {
        let key = format!("key-{}", what.replace(' ', "-"));
        let answer = sides.hand_in(APPROVER, Some(&key), query, media, file).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        assert!(answer.json()["type"].as_str().is_some_and(|found| found.ends_with(&format!("/{kind}"))), "{what}: {}", answer.text());
    }
    assert_eq!(sides.get_as(APPROVER, "/council/v1/imports").await.json()["items"], Value::Array(Vec::new()));
    for address in ["/council/v1/imports/0", "/council/v1/imports/x", "/council/v1/imports/x/rows"] {
        assert_eq!(sides.get_as(APPROVER, address).await.status, 400, "{address}");
    }
    assert_eq!(sides.get_as(APPROVER, "/council/v1/imports/7").await.status, 404);
    assert_eq!(sides.get_as(APPROVER, "/council/v1/exports/products.xlsx?on=soon").await.status, 400);
}

/// Status and JSON of the answer of a running server.
fn asked(council: Listener, method: &str, address: &str, headers: &[&str], body: &[u8]) -> (u16, Value) {
    let (status, _, body) = council.send(method, address, headers, body);
    (status, serde_json::from_str(&body).unwrap_or_default())
}

#[test]
fn an_import_survives_the_end_of_its_process() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let path: &Path = directory.path();
    said(path, &["keys", "new"]);
    let token = said(path, &["token", "issue", "--council", "province", "--unit", "VN34-19", "--role", "approver", "--ttl", "8h"]);
    let bearer = format!("Authorization: Bearer {}", token.trim());
    // The day is the machine's: a decision of long ago is good on all of them.
    let names: Vec<String> = (0..400).map(|index| format!("Chè {index}")).collect();
    let rows: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "10/10/2025")).collect();
    let file = list(&rows);
    let council = free_address();
    let listen = council.to_string();
    let arguments = ["--database-url", "registry.db", "--council-keys", "jwks.json", "--council-listen", &listen, "--four-eyes", "false"];
    let start = || Served::start(path, &arguments);

    let mut served = start();
    let headers = [bearer.as_str(), "Content-Type: text/csv", "Idempotency-Key: the-only-one"];
    let (status, state) = asked(served.at(council), "POST", "/council/v1/imports", &headers, file.as_bytes());
    assert_eq!((status, &state["rows"]), (202, &400.into()), "{state}");
    let under_way = wait(|| {
        let (_, state) = asked(served.at(council), "GET", "/council/v1/imports/1", &[&bearer], b"");
        state["state"] == "running" && state["rowsDone"].as_u64() > Some(20)
    });
    assert!(under_way, "it is seen under way");
    served.signal("KILL");
    assert!(wait(|| !served.lives()));

    let served = start();
    let mut ended = Value::Null;
    wait(|| {
        ended = asked(served.at(council), "GET", "/council/v1/imports/1", &[&bearer], b"").1;
        ended["state"] == "done"
    });
    assert_eq!((&ended["written"], &ended["outcomes"]["created"]), (&true.into(), &400.into()), "{ended}");
    let found = served.get("/v1/stats?by=status").2;
    assert!(found.contains("400"), "{found}");
    served.signal("TERM");
    assert_eq!(served.ended().code(), Some(0));
    let verified = said(path, &["ledger", "verify", "--database-url", "registry.db"]);
    assert!(!verified.is_empty());
}
