//! The pages in a real browser (Chromium, driven by `tests/browser/check.mjs`). Once, on SQLite: what a
//! browser gets is the same text on both databases, which the other tests hold.

use super::decisions::decide;
use super::{LIST, VERDICTS, code, happen};
use crate::support::registry::{Database, encoded};
use actix_web::HttpServer;
use ocop_registry::app;
use ocop_registry::domain::code::{Noun, encode};
use ocop_registry::domain::record::ActKind;
use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

/// Where Chromium may be.
const BROWSERS: [&str; 3] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

#[actix_web::test]
async fn in_a_browser() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let url = base.clone();
    let registry = Database::Sqlite.empty_with(move |settings| settings.public_url = Some(url)).await;
    registry.import(LIST).await;
    happen(&registry).await;
    // One name of 200 letters without a space, and a decision with the hash of its document.
    let long = format!("Chè{}", "a".repeat(197));
    registry.import(&format!("name_vi,producer_name,province,stars,level,decision_number,decision_date\n{long},HTX {long},Nghệ An,4,province,41/QĐ-UBND,2025-08-08\n")).await;
    let withdrawal = decide(&registry, ActKind::Withdrawal, "42/QĐ-UBND", &[&long], ("2026-11-29", None), None).await;
    let (public, reports) = (registry.public.clone(), app::label_reports(&registry.settings));
    let server = HttpServer::new(move || app::app(public.clone(), reports.clone())).workers(1).disable_signals().listen(listener);
    let server = server.expect("the port can be used").run();
    let handle = server.handle();
    actix_web::rt::spawn(server);

    let mut pages = Vec::new();
    let mut add = |name: &str, address: &str, status: u16, headline: Option<&str>, colour: Option<&str>| {
        pages.push(json!({"name": name, "address": encoded(address), "status": status, "headline": headline, "colour": colour}));
    };
    for (i, (name, colour, headline, english)) in VERDICTS.iter().enumerate() {
        let code = code(&registry, name).await;
        add(&format!("verdict-{i}-{colour}"), &format!("/{code}"), 200, Some(headline), Some(colour));
        if i == 0 {
            add("verdict-english", &format!("/{code}?lang=en"), 200, Some(english), Some(colour));
            add("label", &format!("/{code}/label"), 200, None, None);
            add("report", &format!("/{code}/report"), 200, None, None);
        }
    }
    let product = code(&registry, "Nem chua").await;
    let never = encode(Noun::Product, 500_001).or_else(|| encode(Noun::Product, 500_002)).expect("a code");
    let record = registry.json(&format!("/v1/products/{}", code(&registry, "Nem thính").await)).await;
    let text = |value: &Value| value.as_str().expect("a code").to_owned();
    let (certificate, producer) = (text(&record["certificates"][0]["code"]), text(&record["producer"]["code"]));
    let decision = text(&record["certification"]["decision"]["code"]);
    add("unknown", &format!("/{never}"), 404, Some("Không có trong sổ đăng ký"), Some("open"));
    add("mistyped", "/P00000BX", 400, Some("Mã bị gõ sai"), None);
    add("ambiguous", "/verify?number=40/QĐ-UBND&issuer=Nghệ An&name=bánh gai", 200, Some("Nhiều sản phẩm cùng khớp"), Some("open"));
    add("producer-known", &format!("/{producer}/check?product=Nem lụi"), 200, Some("Không được công nhận OCOP"), Some("no"));
    add("start", "/", 200, None, None);
    add("search", "/search?q=nem", 200, None, None);
    add("filters", "/search?status=valid,extended&lang=en", 200, None, None);
    add("overview", "/overview", 200, None, None);
    add("province", "/provinces/VN34-38", 200, None, None);
    add("group", "/groups/1", 200, None, None);
    add("producer", &format!("/{producer}"), 200, Some("HTX Nem"), None);
    add("certificate", &format!("/{certificate}"), 200, None, Some("no"));
    add("decision", &format!("/{decision}"), 200, None, None);
    let record = registry.json(&format!("/v1/products/{}", code(&registry, &long).await)).await;
    let (long, maker) = (text(&record["code"]), text(&record["producer"]["code"]));
    add("long-name", &format!("/{long}"), 200, None, Some("soon"));
    add(
        "long-name-another-day",
        &format!("/{long}?on=2026-12-01&lang=en"),
        200,
        Some("On 1 December 2026: OCOP certification was withdrawn"),
        Some("no"),
    );
    add("long-name-certificate", &format!("/{}", text(&record["certificates"][0]["code"])), 200, None, Some("soon"));
    add("long-name-producer", &format!("/{maker}"), 200, None, None);
    add("decision-of-withdrawal", &format!("/{withdrawal}"), 200, None, None);
    add("decisions", "/decisions?number=99/QĐ-UBND", 200, None, None);
    add("scan", "/scan", 200, None, None);
    add("nothing", "/nothing/here", 404, None, None);
    add("problem", "/problems/checksum-failed", 200, Some("Sai ký tự kiểm tra"), None);
    add("problems", "/problems?lang=en", 200, Some("Kinds of problems"), None);

    let count = pages.len();
    let shots = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
    std::fs::create_dir_all(&shots).expect("a directory for screenshots");
    let executable = BROWSERS.iter().find(|path| Path::new(path).exists()).expect("Chromium is installed; tests/run does that");
    let scans = json!([
        {"read": format!("{}/{product}", base.to_uppercase()), "leads": format!("/{product}")},
        {"read": "https://evil.example/phish", "leads": "/search?q=https%3A%2F%2Fevil.example%2Fphish"},
        {"read": "https://id.gs1.org/01/08930000000002", "leads": format!("/{product}")},
        {"read": "8930000000002", "leads": format!("/{product}")},
    ]);
    let asked = json!({"base": base, "shots": shots, "executable": executable, "pages": pages, "product": product, "scans": scans});
    let told = actix_web::web::block(move || look(&asked)).await.expect("the browser ran");
    handle.stop(false).await;
    let faults = told["faults"].as_array().expect("what is wrong");
    let faults: Vec<&str> = faults.iter().filter_map(Value::as_str).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert_eq!(told["weights"].as_object().map(serde_json::Map::len), Some(count), "every page was looked at");
}

/// Runs the browser over what is asked and reads what it found.
fn look(asked: &Value) -> Value {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let mut node = Command::new("node")
        .arg("check.mjs")
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("Node.js is installed; tests/run does that");
    node.stdin.take().expect("a pipe").write_all(asked.to_string().as_bytes()).expect("the list of pages is read");
    let output = node.wait_with_output().expect("it ends");
    assert!(output.status.success(), "check.mjs failed; are its packages installed? tests/run does that");
    serde_json::from_slice(&output.stdout).expect("what it found, as JSON")
}
