//! The council side as whoever runs the program meets it: keys, tokens, two listeners.

use crate::support::program::{Served, command, free_address, run, said, sentence};
use serde_json::Value;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

#[test]
fn three_commands_lead_to_an_answer() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let path = directory.path();
    let made = said(path, &["keys", "new"]);
    assert!(made.contains("council-key.pem  signs tokens; keep it secret"), "{made}");
    assert_eq!(std::fs::metadata(path.join("council-key.pem")).expect("the key").permissions().mode() & 0o777, 0o600);
    let council = free_address();
    let served = Served::start(path, &["--sample", "--council-keys", "jwks.json", "--council-listen", &council.to_string()]);
    let token = said(path, &["token", "issue", "--council", "province", "--unit", "VN34-24", "--role", "approver", "--ttl", "8h"]);
    assert_eq!(
        (token.lines().count(), token.matches('.').count(), token.trim().len() < 2_000),
        (1, 2, true),
        "a token and nothing else: {token}"
    );
    let bearer = format!("Authorization: Bearer {}", token.trim());
    let (status, head, body) = served.at(council).get_with("/council/v1/me", &[&bearer]);
    assert_eq!(status, 200, "{body}");
    assert!(head.contains("cache-control: no-store"), "{head}");
    let me: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((&me["subject"], &me["unit"]["key"]), (&"approver@VN34-24".into(), &"VN34-24".into()));
    assert_eq!(served.at(council).get("/council/v1/me").0, 401);
    assert_eq!(served.get_with("/council/v1/me", &[&bearer]).0, 404, "never through the public port");
    assert_eq!(served.at(council).get("/v1/products").0, 404);
    let stderr = std::fs::read_to_string(path.join("stderr")).expect("the log");
    assert!(stderr.contains("serving the councils") && stderr.contains("NoToken"), "{stderr}");
    assert!(!stderr.contains(token.trim().split('.').nth(2).expect("a signature")), "a token is never logged");
    assert!(std::fs::read_to_string(path.join("stdout")).expect("what it said").contains(&format!("http://{council}/docs/")));
    served.signal("TERM");
    assert_eq!(served.ended().code(), Some(0), "both listeners end together");
}

#[test]
fn without_keys_it_says_how_to_turn_the_councils_on() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let served = Served::start(directory.path(), &["--sample"]);
    assert_eq!(served.get("/council/v1/me").0, 404);
    let stdout = std::fs::read_to_string(directory.path().join("stdout")).expect("what it said");
    assert!(stdout.contains("ocop-registry keys new") && stdout.contains("--council-keys"), "{stdout}");
}

#[test]
fn new_keys_never_replace_old_ones() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let path = directory.path();
    said(path, &["keys", "new", "--dir", "keys"]);
    let read = |name: &str| std::fs::read_to_string(path.join("keys").join(name)).expect("a file");
    let before = (read("council-key.pem"), read("jwks.json"));
    for gone in ["nothing", "jwks.json", "council-key.pem"] {
        let saved = path.join("keys").join(gone);
        let text = std::fs::read_to_string(&saved).ok();
        // Even half of a pair is kept.
        if text.is_some() {
            std::fs::remove_file(&saved).expect("it is there");
        }
        let told = sentence(&run(path, &["keys", "new", "--dir", "keys"]));
        assert!(told.contains("is not overwritten") && told.contains("--dir"), "{told}");
        assert!(!saved.exists(), "nothing is made beside the other half");
        if let Some(text) = text {
            std::fs::write(&saved, text).expect("a file");
        }
    }
    assert_eq!((read("council-key.pem"), read("jwks.json")), before);
    let set: Value = serde_json::from_str(&before.1).expect("JSON");
    assert_eq!(set["keys"][0]["kid"].as_str().map(str::len), Some(43), "an RFC 7638 thumbprint");
    assert!(set["keys"][0].get("d").is_none());
    let nowhere = sentence(&run(path, &["keys", "new", "--dir", "/dev/null/keys"]));
    assert!(nowhere.contains("/dev/null/keys"), "{nowhere}");
}

fn issue(directory: &Path, arguments: &[&str]) -> String {
    sentence(&run(directory, &[&["token", "issue"], arguments].concat()))
}

#[test]
fn tokens_are_for_councils_that_there_are() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let path = directory.path();
    let told = issue(path, &["--council", "ministry", "--role", "clerk"]);
    assert!(told.contains("council-key.pem") && told.contains("ocop-registry keys new"), "{told}");
    said(path, &["keys", "new"]);
    for (arguments, with) in [
        (&["--council", "province", "--unit", "VN63-24", "--role", "clerk"][..], "its successor is Thành phố Bắc Ninh (VN34-24)"),
        (&["--council", "province", "--unit", "VN34-00", "--role", "clerk"], "VN34-00"),
        (&["--council", "province", "--role", "clerk"], "must name its unit"),
        (&["--council", "commune", "--unit", "VN34-24", "--role", "clerk"], "VN34-24"),
        (&["--council", "ministry", "--unit", "VN34-24", "--role", "clerk"], "must not name a unit"),
        (&["--council", "ministry", "--role", "clerk", "--key", "jwks.json"], "no Ed25519 private key"),
    ] {
        let told = issue(path, arguments);
        assert!(told.contains(with), "{arguments:?}: {told}");
    }
    for arguments in [
        &["--council", "district", "--unit", "VN34-24", "--role", "clerk"][..],
        &["--council", "ministry", "--role", "boss"],
        &["--council", "ministry"],
        &["--council", "ministry", "--role", "clerk", "--ttl", "32d"],
        &["--council", "ministry", "--role", "clerk", "--ttl", "soon"],
        &["--council", "ministry", "--role", "clerk", "--subject", ""],
    ] {
        let output = run(path, &[&["token", "issue"], arguments].concat());
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
    }
    std::fs::set_permissions(path.join("council-key.pem"), std::fs::Permissions::from_mode(0o644)).expect("a mode");
    let output =
        command(path, &["token", "issue", "--council", "ministry", "--role", "clerk", "--role", "auditor"]).output().expect("it runs");
    assert!(output.status.success() && String::from_utf8_lossy(&output.stderr).contains("chmod 600"), "{output:?}");
    for help in [&["keys", "new", "--help"][..], &["token", "issue", "--help"]] {
        let help = said(path, help);
        assert!(help.contains("Usage: ocop-registry ") && help.len() > 400, "{help}");
    }
}

#[test]
fn it_does_not_start_with_keys_that_it_cannot_use() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let path = directory.path();
    said(path, &["keys", "new"]);
    let fails = |arguments: &[&str]| sentence(&run(path, &[&["serve"], arguments].concat()));
    assert!(fails(&["--council-keys", "none.json"]).contains("cannot use the keys in none.json"));
    assert!(fails(&["--council-keys", "council-key.pem"]).contains("private key"));
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let told = fails(&["--listen", "127.0.0.1:0", "--council-keys", "jwks.json", "--council-listen", &address]);
    assert!(told.contains(&address) && told.contains("--council-listen"), "{told}");
    for wrong in [&["--council-keys", "http://id.example/jwks"][..], &["--token-leeway", "61"]] {
        assert_eq!(run(path, &[&["serve"], wrong].concat()).status.code(), Some(2), "{wrong:?}");
    }
}
