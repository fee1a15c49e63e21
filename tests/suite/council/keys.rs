//! The keys that tokens are checked with: what is taken as one, and how they are changed while the registry runs.

use crate::support::council::{APPROVER, Sides, replace, verifier};
use crate::support::issuer::Issuer;
use crate::support::registry::{Database, NOW, get, instant};
use crate::support::tokens::{Signer, jwks};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;

const ME: &str = "/council/v1/me";

/// A good token by a key, under an id.
fn token(signer: &Signer, kid: Option<&str>) -> String {
    let mut header = json!({"typ": "at+jwt", "alg": signer.algorithm()});
    if let Some(kid) = kid {
        header["kid"] = kid.into();
    }
    signer.token(&header, &APPROVER.claims(instant(NOW)))
}

async fn status(sides: &Sides, signer: &Signer, kid: Option<&str>) -> u16 {
    sides.ask_with(&token(signer, kid), get(ME)).await.status
}

/// A registry whose tokens are checked by what a source has.
async fn by(source: &str) -> Sides {
    Sides::with_keys(Database::Sqlite.sample().await, source).await
}

#[actix_web::test]
async fn every_kind_of_key_in_every_form() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let path = scratch.path().join("keys");
    let signers = Signer::all();
    let file = path.to_string_lossy();
    std::fs::write(&path, jwks(&signers.each_ref().map(|signer| signer.jwk(signer.algorithm())))).expect("a file");
    let mut sides = by(&file).await;
    for signer in &signers {
        assert_eq!(status(&sides, signer, Some(signer.algorithm())).await, 200, "by its id");
        assert_eq!(status(&sides, signer, None).await, 200, "the only key of its algorithm");
        assert_eq!(status(&sides, signer, Some("other")).await, 401);
    }
    // The set that the registry publishes does as a source itself.
    let published = sides.ask_council(get("/.well-known/jwks.json")).await;
    assert_eq!((published.status, published.header("content-type")), (200, "application/jwk-set+json"));
    std::fs::write(&path, published.text()).expect("a file");
    sides.check_by(&file).await;
    for signer in &signers {
        assert_eq!(status(&sides, signer, Some(signer.algorithm())).await, 200);
    }
    std::fs::write(&path, signers.each_ref().map(Signer::pem).concat()).expect("a file");
    sides.check_by(&file).await;
    for signer in &signers {
        assert_eq!(status(&sides, signer, None).await, 200, "{} in PEM", signer.algorithm());
        assert_eq!(status(&sides, signer, Some("whatever the issuer calls it")).await, 200, "keys in PEM have no id");
    }
    let key = sides.ask_council(get("/.well-known/jwks.json")).await.json()["keys"].clone();
    assert_eq!(key.as_array().map(Vec::len), Some(3));
    // Two keys of one algorithm and no id: it is not guessed which.
    std::fs::write(&path, jwks(&[Signer::ed().jwk("a"), signers[0].jwk("b")])).expect("a file");
    sides.check_by(&file).await;
    assert_eq!(status(&sides, &signers[0], None).await, 401);
    assert_eq!(status(&sides, &signers[0], Some("b")).await, 200);
}

#[actix_web::test]
async fn what_is_no_key() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let path = scratch.path().join("keys");
    let registry = Database::Sqlite.sample().await;
    let [ed, ec, rsa] = Signer::all();
    let with = |key: &Signer, member: &str, value: Value| {
        let mut jwk = key.jwk("own");
        jwk[member] = value;
        jwks(&[jwk])
    };
    let weak = "_".repeat(170) + "8";
    for (text, told) in [
        (String::new(), "neither"),
        ("key".to_owned(), "neither"),
        ("[]".to_owned(), "neither"),
        ("{}".to_owned(), "neither"),
        ("{\"keys\": 1}".to_owned(), "neither"),
        (jwks(&[]), "the set is empty"),
        (with(&ed, "d", json!("AAAA")), "private key"),
        (with(&rsa, "d", json!("AAAA")), "private key"),
        (with(&ed, "use", json!("enc")), "not for signatures"),
        (with(&ed, "key_ops", json!(["sign"])), "not for signatures"),
        (with(&ed, "crv", json!("Ed448")), "no usable key"),
        (with(&ed, "crv", json!("X25519")), "no usable key"),
        (with(&ed, "x", json!("AAAA")), "32 bytes"),
        (with(&ed, "x", json!("***")), "base64url"),
        (with(&ed, "alg", json!("ES256")), "only EdDSA, ES256 and RS256"),
        (with(&ec, "crv", json!("P-384")), "only Ed25519, P-256 and RSA"),
        (with(&ec, "x", ec.jwk("own")["y"].clone()), "not on the curve"),
        (with(&ec, "alg", json!("RS256")), "only EdDSA, ES256 and RS256"),
        (with(&rsa, "alg", json!("RS512")), "only EdDSA, ES256 and RS256"),
        (with(&rsa, "alg", json!("HS256")), "only EdDSA, ES256 and RS256"),
        (with(&rsa, "n", json!(weak)), "an RSA key of 1024 bits"),
        (with(&rsa, "n", json!("AAAA".to_owned() + &weak)), "an RSA key of 1024 bits"),
        (jwks(&[json!({"kty": "oct", "kid": "own", "k": "c2VjcmV0"})]), "only Ed25519, P-256 and RSA"),
        (jwks(&vec![ed.jwk("own"); 101]), "more than 100 keys"),
        (
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIEY6S+iPhQKBPlh8g4g7BvZEoSaTa37UO9zHAvj4T5k6\n-----END PRIVATE KEY-----\n"
                .to_owned(),
            "private key",
        ),
        ("-----BEGIN CERTIFICATE-----\nMC4C\n-----END CERTIFICATE-----\n".to_owned(), "openssl x509 -pubkey"),
        ("-----BEGIN PUBLIC KEY-----\nMC4C\n-----END PUBLIC KEY-----\n".to_owned(), "only Ed25519, P-256"),
        (ed.pem().replace("END PUBLIC", "END OTHER"), "neither"),
    ] {
        std::fs::write(&path, &text).expect("a file");
        let wrong = verifier(&registry.settings, &path.to_string_lossy()).expect_err(&text);
        assert!(wrong.contains(told) && wrong.contains("cannot use the keys in "), "{text}: {wrong}");
    }
    let none = verifier(&registry.settings, "no/such/file").expect_err("there is none");
    assert!(none.contains("no/such/file"), "{none}");
    // One key that can be used is enough; the others are an identity provider's own affair.
    let set = jwks(&[json!({"kty": "new", "kid": "n"}), json!(1), json!({"kty": "oct", "k": "c2VjcmV0", "kid": "own"}), ed.jwk("own")]);
    std::fs::write(&path, set).expect("a file");
    let sides = by(&path.to_string_lossy()).await;
    assert_eq!(status(&sides, &ed, Some("own")).await, 200);
    assert_eq!(status(&sides, &ed, Some("n")).await, 401);
}

#[actix_web::test]
async fn a_file_is_changed_without_a_restart() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let path = scratch.path().join("jwks.json");
    let (old, new) = (Signer::ed(), Signer::ec());
    std::fs::write(&path, jwks(&[old.jwk("old")])).expect("a file");
    let sides = by(&path.to_string_lossy()).await;
    assert_eq!(status(&sides, &new, Some("new")).await, 401);
    replace(&path, &jwks(&[old.jwk("old"), new.jwk("new")]));
    actix_web::rt::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(status(&sides, &new, Some("new")).await, 200, "an unknown id makes it look");
    assert_eq!(status(&sides, &old, Some("old")).await, 200);
    replace(&path, &jwks(&[new.jwk("new")]));
    actix_web::rt::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(status(&sides, &old, Some("old")).await, 401, "a key that was taken back is gone within a second");
    // A mistake, or no file at all, leaves the last good keys.
    for broken in [Some("{\"keys\": ["), Some("{\"keys\": []}"), None] {
        match broken {
            Some(text) => replace(&path, text),
            None => std::fs::remove_file(&path).expect("the file is there"),
        }
        actix_web::rt::time::sleep(Duration::from_millis(1_100)).await;
        assert_eq!(status(&sides, &new, Some("new")).await, 200, "{broken:?}");
        assert_eq!(status(&sides, &old, Some("old")).await, 401, "{broken:?}");
    }
    replace(&path, &jwks(&[old.jwk("old")]));
    actix_web::rt::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(status(&sides, &old, Some("old")).await, 200, "and it mends");
}

#[actix_web::test]
async fn an_address_is_asked_again_for_new_keys_but_not_by_everybody() {
    let (old, new, stranger) = (Signer::ed(), Signer::rsa(), Signer::ed());
    let issuer = Issuer::start(&jwks(&[old.jwk("old")]));
    let sides = by(&issuer.url()).await;
    for _ in 0..20 {
        assert_eq!(status(&sides, &old, Some("old")).await, 200);
    }
    assert_eq!(issuer.asked(), 1, "once, at the start");
    issuer.publish(&jwks(&[old.jwk("old"), new.jwk("new")]));
    let both =
        join_all((0..50).map(|n| status(&sides, if n % 2 == 0 { &new } else { &old }, Some(if n % 2 == 0 { "new" } else { "old" })))).await;
    assert!(both.iter().all(|status| *status == 200), "{both:?}");
    assert_eq!(issuer.asked(), 2, "fifty at once ask once");
    let refused = join_all((0..50).map(|_| status(&sides, &stranger, Some("stranger")))).await;
    assert!(refused.iter().all(|status| *status == 401), "{refused:?}");
    assert_eq!(issuer.asked(), 2, "whoever makes ids up does not make it ask");
    // Keys are the provider's to publish.
    assert_eq!(sides.ask_council(get("/.well-known/jwks.json")).await.status, 404);
}

#[actix_web::test]
async fn an_address_that_fails_leaves_the_keys() {
    let (known, new) = (Signer::ed(), Signer::ed());
    for (status_line, body) in [
        ("500 Internal Server Error", String::new()),
        ("404 Not Found", jwks(&[new.jwk("new")])),
        ("302 Found", String::new()),
        ("200 OK", "<html>".to_owned()),
        ("200 OK", jwks(&[])),
        ("200 OK", format!("{{\"x\": \"{}\", \"keys\": [{}]}}", "x".repeat(300_000), new.jwk("new"))),
    ] {
        let issuer = Issuer::start(&jwks(&[known.jwk("known")]));
        let sides = by(&issuer.url()).await;
        issuer.answer(status_line, &body);
        assert_eq!(status(&sides, &new, Some("new")).await, 401, "{status_line}");
        assert_eq!(status(&sides, &known, Some("known")).await, 200, "{status_line}");
        assert_eq!(issuer.asked(), 2, "{status_line}: no redirection is followed");
    }
}

#[actix_web::test]
async fn without_any_key_nobody_is_let_in() {
    let known = Signer::ed();
    let issuer = Issuer::start("");
    issuer.answer("503 Service Unavailable", "");
    let sides = by(&issuer.url()).await;
    for _ in 0..5 {
        let answer = sides.ask_with(&token(&known, Some("known")), get(ME)).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "10"), "{}", answer.text());
    }
    assert_eq!(issuer.asked(), 1, "and the address is left in peace");
    assert_eq!(sides.ask_council(get("/healthz")).await.status, 200);
    // Nobody is there at all.
    let gone = issuer.url();
    drop(issuer);
    assert_eq!(status(&by(&gone).await, &known, Some("known")).await, 503);
}

#[test]
fn addresses_that_are_not_trusted() {
    let registry = ["http://id.example/jwks", "ftp://127.0.0.1/jwks", "https://user:secret@id.example/jwks", "https://"];
    for address in registry {
        let told = address.parse::<ocop_registry::auth::KeySource>().expect_err(address);
        assert!(!told.contains("secret"), "{told}");
    }
}
