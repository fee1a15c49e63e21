//! Decisions from draft to public verdict, on both databases.

use crate::support::council::{APPROVER, CLERK, Sides, Who};
use crate::support::registry::{Answer, Database, get, on_both, request};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

on_both!(from_a_draft_to_the_public_verdict_and_back);

/// SHA-256 of nothing in particular.
pub(crate) const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

impl Sides {
    /// Sends a command with a key of its own.
    pub(crate) async fn send(&self, who: Who, method: &str, address: &str, tag: Option<&str>, body: Option<&Value>) -> Answer {
        static KEYS: AtomicU32 = AtomicU32::new(1);
        let mut asked = request(method, address);
        asked = asked.insert_header(("idempotency-key", format!("\"test-key-{}\"", KEYS.fetch_add(1, Ordering::Relaxed))));
        if let Some(tag) = tag {
            asked = asked.insert_header(("if-match", tag.to_owned()));
        }
        if let Some(body) = body {
            asked = asked.set_json(body);
        }
        self.ask_as(who, asked).await
    }

    /// The tag of a thing.
    pub(crate) async fn tag(&self, who: Who, address: &str) -> String {
        let answer = self.get_as(who, address).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.text());
        answer.header("etag").to_owned()
    }

    /// A new product of Thái Nguyên, by code.
    pub(crate) async fn product(&self, name: &str) -> String {
        let producer = json!({"name": format!("Hợp tác xã {name}"), "place": "VN34-19"});
        let producer = self.send(CLERK, "POST", "/council/v1/producers", None, Some(&producer)).await;
        assert_eq!(producer.status, 201, "{}", producer.text());
        let product = json!({"name": {"vi": name}, "producer": producer.json()["code"], "set": 11, "place": "VN34-19"});
        let product = self.send(CLERK, "POST", "/council/v1/products", None, Some(&product)).await;
        assert_eq!(product.status, 201, "{}", product.text());
        product.json()["code"].as_str().expect("a code").to_owned()
    }

    /// Drafts a decision as the clerk and publishes it as the approver.
    pub(crate) async fn publish(&self, decision: &Value) -> Answer {
        let draft = self.send(CLERK, "POST", "/council/v1/drafts", None, Some(decision)).await;
        assert_eq!(draft.status, 201, "{}", draft.text());
        let address = format!("{}/publish", draft.header("location"));
        self.send(APPROVER, "POST", &address, Some(draft.header("etag")), None).await
    }
}

/// A recognition of a product, signed in November 2026 by Thái Nguyên.
pub(crate) fn recognition(number: &str, product: &str, stars: u8) -> Value {
    json!({
        "kind": "recognition", "number": number, "signedOn": "2026-11-10", "documentSha256": HASH,
        "items": [{"product": product, "stars": stars, "score": 75.5}],
    })
}

async fn from_a_draft_to_the_public_verdict_and_back(database: Database) {
    let sides = database.sides().await;
    let product = sides.product("Trà đinh thử nghiệm").await;
    let verdict = format!("/v1/verifications/{product}");
    let before = sides.get(&verdict).await;
    assert_eq!((before.status, before.json()["outcome"].as_str()), (200, Some("not_certified")));

    // A clerk drafts and sees what would happen, but does not publish.
    let decision = recognition("4021/QĐ-UBND", &product, 4);
    let tried = sides.send(CLERK, "POST", "/council/v1/drafts?dryRun=true", None, Some(&decision)).await;
    assert_eq!(tried.status, 200, "{}", tried.text());
    let effects = tried.json();
    assert_eq!(effects["conflicts"], json!([]));
    assert_eq!(effects["certificates"][0]["validUntil"], "2029-11-10");
    assert_eq!(effects["verdicts"][0]["before"]["outcome"], "not_certified");
    assert_eq!(effects["verdicts"][0]["after"]["outcome"], "certified");
    assert_eq!(sides.get_as(CLERK, "/council/v1/drafts").await.json()["items"], json!([]), "a dry run keeps nothing");
    let draft = sides.send(CLERK, "POST", "/council/v1/drafts", None, Some(&decision)).await;
    assert_eq!(draft.status, 201, "{}", draft.text());
    let (address, tag) = (draft.header("location").to_owned(), draft.header("etag").to_owned());
    let publish = format!("{address}/publish");
    assert_eq!(sides.send(CLERK, "POST", &publish, Some(&tag), None).await.status, 403);
    assert_eq!(sides.send(APPROVER, "POST", &publish, None, None).await.status, 428);
    assert_eq!(sides.send(APPROVER, "POST", &publish, Some("*"), None).await.status, 428, "that names nothing that was read");
    assert_eq!(sides.send(APPROVER, "POST", &publish, Some("\"old\""), None).await.status, 412);
    assert_eq!(sides.get(&verdict).await.header("etag"), before.header("etag"), "nothing was published");

    let published = sides.send(APPROVER, "POST", &publish, Some(&tag), None).await;
    assert_eq!(published.status, 200, "{}", published.text());
    let certificate = published.json()["certificates"][0]["code"].as_str().expect("a code").to_owned();
    let code = published.json()["decision"].as_str().expect("a code").to_owned();
    let after = sides.get(&verdict).await;
    assert_ne!(after.header("etag"), before.header("etag"));
    let said = after.json();
    assert_eq!((said["outcome"].as_str(), said["stars"].as_i64()), (Some("certified"), Some(4)));
    assert_eq!((said["validUntil"].as_str(), said["decision"]["code"].as_str()), (Some("2029-11-10"), Some(code.as_str())));
    assert_eq!(sides.send(APPROVER, "POST", &publish, Some(&tag), None).await.status, 412, "it is no draft any more");
    let tag = sides.tag(APPROVER, &address).await;
    assert_eq!(sides.send(APPROVER, "POST", &publish, Some(&tag), None).await.status, 409);

    // The same number again is refused, an extension is too early for nobody, a withdrawal ends it.
    let again = sides.publish(&recognition("4021/qđ-ubnd", &product, 4)).await;
    assert_eq!(again.status, 409, "{}", again.text());
    let extension = json!({
        "kind": "extension", "number": "4022/QĐ-UBND", "signedOn": "2026-11-20", "documentSha256": HASH,
        "items": [{"certificate": certificate, "until": "2030-05-10"}],
    });
    let refused = sides.publish(&extension).await;
    assert_eq!((refused.status, refused.json()["errors"][0]["pointer"].as_str()), (422, Some("/items/0/until")), "{}", refused.text());
    let withdrawal = json!({
        "kind": "withdrawal", "number": "4023/QĐ-UBND", "signedOn": "2026-11-20", "documentSha256": HASH,
        "items": [{"certificate": certificate, "ground": "mark_misuse"}],
    });
    let withdrawn = sides.publish(&withdrawal).await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.text());
    let said = sides.json(&verdict).await;
    assert_eq!((said["outcome"].as_str(), said["status"].as_str()), (Some("not_certified"), Some("withdrawn")));
    let twice = json!({
        "kind": "withdrawal", "number": "4024/QĐ-UBND", "signedOn": "2026-11-20", "documentSha256": HASH,
        "items": [{"certificate": certificate, "ground": "mark_misuse"}],
    });
    let refused = sides.publish(&twice).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(refused.text().contains("annulment"), "it names what may still happen: {}", refused.text());
    let annulment = json!({
        "kind": "annulment", "number": "4025/QĐ-UBND", "signedOn": "2026-11-20", "effectiveOn": "2026-11-10",
        "documentSha256": HASH, "annuls": code,
    });
    let annulled = sides.publish(&annulment).await;
    assert_eq!(annulled.status, 200, "{}", annulled.text());
    let said = sides.json(&verdict).await;
    assert_eq!((said["outcome"].as_str(), said["status"].as_str()), (Some("not_certified"), Some("annulled")));
    let changes = sides.ask(get("/v1/changes?after=0&first=1")).await;
    assert_eq!(changes.status, 200);
}
