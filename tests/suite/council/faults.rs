//! The server is killed again and again while councils write: what was acknowledged is there, nothing
//! is half there, and whoever was cut off sends the same command again.

use crate::support::database::Database;
use crate::support::program::{Served, free_address, said, wait};
use ocop_registry::domain::code;
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

const KILLS: usize = 50;
const WRITERS: usize = 4;
/// Products of one decision.
const ITEMS: usize = 3;

#[test]
fn sqlite_survives_kills() {
    survive(&Database::sqlite());
}

#[test]
fn postgres_survives_kills() {
    survive(&Database::postgres("faults"));
}

/// A council's people, on a server that comes and goes.
struct Office<'o> {
    council: SocketAddr,
    token: &'o str,
    /// No new decision is begun.
    closing: &'o AtomicBool,
    /// Ids of the decisions of which a server said that they are published.
    acknowledged: &'o Mutex<Vec<i64>>,
    /// Commands that were answered, and those of them that had to be sent again.
    answered: &'o AtomicU64,
    resent: &'o AtomicU64,
}

impl Office<'_> {
    /// Sends one command until a server answers, always with the same key.
    fn send(&self, key: &str, path: &str, tag: Option<&str>, body: &Value) -> (String, Value) {
        let mut headers = vec![
            format!("Authorization: Bearer {}", self.token),
            format!("Idempotency-Key: \"{key}\""),
            "Content-Type: application/json".to_owned(),
        ];
        headers.extend(tag.map(|tag| format!("If-Match: {tag}")));
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        for attempt in 0.. {
            match Served::try_send(self.council, "POST", path, &headers, &body) {
                // An answer that was cut off in the middle is none.
                Ok((200 | 201, head, body)) if serde_json::from_str::<Value>(&body).is_ok() => {
                    self.answered.fetch_add(1, Ordering::Relaxed);
                    self.resent.fetch_add(u64::from(attempt > 0), Ordering::Relaxed);
                    return (head, serde_json::from_str(&body).expect("JSON"));
                }
                // Cut off, or the first of two is still on its way in PostgreSQL.
                Ok((200 | 201 | 409 | 503, ..)) | Err(_) if attempt < 3_000 => thread::sleep(Duration::from_millis(10)),
                other => panic!("{path} {key}: {other:?}"),
            }
        }
        unreachable!("every other answer ends this")
    }

    /// Enters products and has decisions on them published, one after the other.
    fn work(&self, writer: usize) {
        let producer = json!({"name": format!("Hợp tác xã số {writer}"), "place": "VN34-19"});
        let (_, producer) = self.send(&format!("producer-{writer}"), "/council/v1/producers", None, &producer);
        for round in 0.. {
            if self.closing.load(Ordering::Relaxed) {
                return;
            }
            let items: Vec<Value> = (0..ITEMS)
                .map(|n| {
                    let body =
                        json!({"name": {"vi": format!("Trà {writer} {round} {n}")}, "producer": producer["code"], "place": "VN34-19"});
                    let (_, product) = self.send(&format!("product-{writer}-{round}-{n}"), "/council/v1/products", None, &body);
                    json!({"product": product["code"], "stars": 4})
                })
                .collect();
            let decision = json!({
                "kind": "recognition", "number": format!("{}/QĐ-UBND", 1 + round * WRITERS + writer),
                "signedOn": "2025-08-10", "documentSha256": "0".repeat(64), "items": items,
            });
            let (head, _) = self.send(&format!("draft-{writer}-{round}"), "/council/v1/drafts", None, &decision);
            let header = |name: &str| {
                let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                line.unwrap_or_else(|| panic!("no {name}: {head}")).to_owned()
            };
            let publish = format!("{}/publish", header("location"));
            let (_, published) = self.send(&format!("publish-{writer}-{round}"), &publish, Some(&header("etag")), &Value::Null);
            let (_, id) = code::parse(published["decision"].as_str().expect("a code")).expect("a code");
            self.acknowledged.lock().expect("no writer panics").push(id);
        }
    }
}

fn survive(database: &Database) {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let path = directory.path();
    said(path, &["keys", "new"]);
    let issue = ["token", "issue", "--council", "province", "--unit", "VN34-19", "--role", "clerk", "--role", "approver", "--ttl", "8h"];
    let token = said(path, &issue);
    let council = free_address();
    let (closing, acknowledged) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    let (answered, resent) = (AtomicU64::new(0), AtomicU64::new(0));
    let office =
        Office { council, token: token.trim(), closing: &closing, acknowledged: &acknowledged, answered: &answered, resent: &resent };
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    thread::scope(|scope| {
        let office = &office;
        let writers: Vec<_> = (0..WRITERS).map(|writer| scope.spawn(move || office.work(writer))).collect();
        for _ in 0..KILLS {
            let served = start(path, database, council);
            // However slow the machine is, something was done, and something is being done.
            let enough = answered.load(Ordering::Relaxed) + random.u64(0..5);
            assert!(wait(|| answered.load(Ordering::Relaxed) >= enough), "nothing is answered any more");
            thread::sleep(Duration::from_micros(random.u64(0..30_000)));
            served.signal("KILL");
            let told = acknowledged.lock().expect("no writer panics").clone();
            served.ended();
            look(database, &told);
        }
        let _served = start(path, database, council);
        closing.store(true, Ordering::Relaxed);
        writers.into_iter().for_each(|writer| writer.join().expect("a writer ends well"));
    });
    let told = acknowledged.into_inner().expect("no writer panics");
    let resent = resent.into_inner();
    println!("{} decisions, {resent} commands sent again", told.len());
    assert!(told.len() > 5 && resent > 10, "too little was going on: {} decisions, {resent} sent again", told.len());
    look(database, &told);
    // Sent again or not, each command had one effect.
    let count = |table: &str| usize::try_from(database.number(&format!("SELECT count(*) FROM {table}"))).expect("a count");
    assert_eq!(
        [count("producers"), count("products"), count("decisions"), count("certificates"), count("drafts")],
        [WRITERS, told.len() * ITEMS, told.len(), told.len() * ITEMS, told.len()]
    );
}

fn start(directory: &Path, database: &Database, council: SocketAddr) -> Served {
    let address = council.to_string();
    let keys = ["--council-keys", "jwks.json", "--council-listen", &address, "--rate-limit", "1000000", "--four-eyes", "false"];
    let served = Served::start(directory, &[&["--database-url", &database.url][..], &keys].concat());
    assert!(wait(|| TcpStream::connect(council).is_ok()), "the council side never answered");
    served
}

/// After a kill: nothing lost, nothing half there, no gap, and the tables are what the ledger says.
fn look(database: &Database, acknowledged: &[i64]) {
    let ids = acknowledged.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    if !ids.is_empty() {
        let there = database.number(&format!("SELECT count(*) FROM decisions WHERE id IN ({ids})"));
        assert_eq!(there, i64::try_from(acknowledged.len()).expect("a count"), "an acknowledged decision is gone");
    }
    let half = format!(
        "SELECT count(*) FROM decisions WHERE {ITEMS} <> (SELECT count(*) FROM certificates WHERE certificates.decision_id = decisions.id)"
    );
    assert_eq!(database.number(&half), 0, "a decision is half there");
    assert_eq!(database.number("SELECT coalesce(max(position), 0) - count(*) FROM ledger"), 0, "positions have a gap");
    let report = database.verify();
    assert_eq!((report.findings.as_slice(), report.disagreements), (&[][..], 0));
}
