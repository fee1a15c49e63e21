//! A real decision from token to public verdict, as the README tells it; and as another node sees it.

use crate::support::database::Database;
use crate::support::program::{Served, free_address, said, wait};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const PUBLIC: &str = "127.0.0.1:8080";
const COUNCIL: &str = "127.0.0.1:8081";
/// How soon another process shows what was published; it looks twice a second.
const SOON: Duration = Duration::from_secs(1);

#[test]
fn a_real_decision_on_sqlite() {
    walk(&Database::sqlite());
}

#[test]
fn a_real_decision_on_postgres() {
    walk(&Database::postgres("walk"));
}

/// The lines of the README, at other addresses.
fn lines(public: &str, council: &str) -> String {
    let readme = include_str!("../../../README.md");
    let block = readme.split("```sh\n").find(|block| block.contains("walk-publish")).expect("the walk");
    let lines = block.split("```").next().expect("its end");
    assert!(lines.contains(PUBLIC) && lines.contains(COUNCIL), "the README's addresses");
    lines.replace(PUBLIC, public).replace(COUNCIL, council)
}

fn walk(database: &Database) {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let path = directory.path();
    said(path, &["keys", "new"]);
    std::fs::write(path.join("quyet-dinh.pdf"), "the signed document").expect("a file");
    let council = free_address().to_string();
    let arguments = ["--database-url", &database.url, "--council-keys", "jwks.json", "--council-listen", &council];
    let served = Served::start(path, &arguments);
    let program = Path::new(env!("CARGO_BIN_EXE_ocop-registry")).parent().expect("its directory");
    let search = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let run = |lines: &str| {
        let output = Command::new("bash")
            .args(["-eu", "-o", "pipefail", "-c", lines])
            .current_dir(path)
            .env_clear()
            .env("PATH", &search)
            .output()
            .expect("bash runs");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let faults = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && faults.is_empty(), "{told}{faults}");
        told
    };
    let lines = lines(&served.address.to_string(), &council);
    let told = run(&lines);
    let answers: Vec<Value> = told
        .match_indices("{\"")
        .filter_map(|(begin, _)| serde_json::Deserializer::from_str(&told[begin..]).into_iter().next()?.ok())
        .collect();
    let with = |member: &str| answers.iter().find(|answer| answer.get(member).is_some()).unwrap_or_else(|| panic!("no {member}: {told}"));
    let dry_run = with("verdicts");
    assert_eq!((&dry_run["verdicts"][0]["after"]["stars"], &dry_run["certificates"][0]["validUntil"]), (&5.into(), &"2028-06-26".into()));
    let verdict = with("asOf");
    assert_eq!(verdict["validUntil"], "2028-06-26", "{verdict}");
    assert_eq!((&verdict["stars"], &verdict["decision"]["number"]), (&5.into(), &"2361/QĐ-BNNMT".into()), "{verdict}");
    assert!(told.contains("\"approver\"") && !told.contains("approver@"), "the history tells roles and no persons: {told}");
    // The same lines again: every command is answered as before, and nothing is there twice.
    let position = database.position();
    run(&lines);
    assert_eq!(database.position(), position);
    assert_eq!(database.verify().disagreements, 0);
}

#[test]
fn another_node_on_sqlite() {
    another_node(&Database::sqlite());
}

#[test]
fn another_node_on_postgres() {
    another_node(&Database::postgres("nodes"));
}

/// Two processes on one database: what is published at one is seen at the other.
fn another_node(database: &Database) {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let (one, two) = (directory.path().join("one"), directory.path().join("two"));
    for path in [&one, &two] {
        std::fs::create_dir(path).expect("a directory");
    }
    said(&one, &["keys", "new"]);
    database.import(crate::support::database::list(
        "producer_name=HTX Chè; province=Thái Nguyên; stars=4; level=province",
        &["name_vi=Trà đinh; decision_number=12/QĐ-UBND; decision_date=2025-08-12"],
    ));
    let council = free_address();
    let address = council.to_string();
    let arguments = ["--database-url", &database.url, "--council-keys", "jwks.json", "--council-listen", &address];
    let here = Served::start(&one, &arguments);
    let there = Served::start(&two, &["--database-url", &database.url]);
    let issue = ["token", "issue", "--council", "province", "--unit", "VN34-19", "--role", "approver", "--ttl", "8h"];
    let bearer = format!("Authorization: Bearer {}", said(&one, &issue).trim());
    let (_, _, list) = there.get("/v1/products");
    let list: Value = serde_json::from_str(&list).expect("JSON");
    let code = list["items"][0]["code"].as_str().expect("a code").to_owned();
    let (product, names) = (format!("/v1/products/{code}"), format!("/council/v1/products/{code}"));
    let mut fastest = Duration::MAX;
    for n in 1..=5 {
        let (_, before, _) = there.get(&product);
        let (_, state, _) = here.at(council).get_with(&names, &[&bearer]);
        let tag = state.lines().find_map(|line| line.strip_prefix("etag: ")).expect("a tag").to_owned();
        let key = format!("Idempotency-Key: other-node-{n}");
        let headers = [&*bearer, &key, &format!("If-Match: {tag}"), "Content-Type: application/json"];
        let name = format!("Trà đinh {n}");
        let body = serde_json::json!({"vi": name, "current": true}).to_string();
        let (status, _, told) = here.at(council).send("POST", &format!("{names}/names"), &headers, body.as_bytes());
        assert_eq!(status, 200, "{told}");
        let begin = Instant::now();
        assert!(here.get(&product).2.contains(&name), "on the same node at once");
        assert!(wait(|| there.get(&product).2.contains(&name)), "the other node never sees it");
        fastest = fastest.min(begin.elapsed());
        let (_, after, _) = there.get(&product);
        let tag = |head: &str| head.lines().find(|line| line.starts_with("etag: ")).map(str::to_owned).expect("a tag");
        assert_ne!(tag(&before), tag(&after));
    }
    assert!(fastest < SOON, "the other node looks too rarely: {fastest:?}");
}
