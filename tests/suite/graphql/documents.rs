//! Persisted documents: by hash, and by a list of trusted ones.

use crate::support::program::{run, sentence};
use crate::support::registry::{Answer, Database, Registry, get, on_both, request};
use serde_json::{Value, json};

on_both!(documents_by_hash, trusted_documents);

/// A document that no other test sends, and its SHA-256.
const DOCUMENT: &str = "query Persisted($code: ID!) { product(code: $code) { code name { vi } } }";
const HASH: &str = "6aeaa7eefdba7f40c9875dbe74b5a20a76540bb316a2f295fe8a128960b22b10";

fn refused(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json()["errors"][0]["extensions"]["code"].clone())
}

async fn asked(registry: &Registry, body: &Value) -> Answer {
    let ask = request("POST", "/graphql").set_json(body).insert_header(("accept", "application/graphql-response+json"));
    registry.ask(ask).await
}

async fn documents_by_hash(database: Database) {
    let registry = database.sample().await;
    let variables = json!({"code": "P00000BY"});
    // A blank of its own for each database: documents are shared by all servers of a process.
    let document = if database == Database::Sqlite { DOCUMENT.to_owned() } else { format!("{DOCUMENT} ") };
    let hash = if database == Database::Sqlite { HASH } else { "94ddf093422f1e795bb8a6321b30b037212c909470f320efedbe260a621052e9" };
    let persisted = json!({"persistedQuery": {"version": 1, "sha256Hash": hash}});
    let unknown = asked(&registry, &json!({"variables": variables, "extensions": persisted})).await;
    assert_eq!(refused(&unknown), (404, json!("unknown-document")));
    // The very words that clients of this protocol look for.
    assert_eq!((&unknown.json()["errors"][0]["message"], unknown.header("cache-control")), (&json!("PersistedQueryNotFound"), "no-store"));
    let other = asked(&registry, &json!({"query": "{ asOf }", "extensions": persisted})).await;
    assert_eq!(refused(&other), (400, json!("invalid-value")));
    for contradicting in [
        json!({"query": document, "documentId": format!("sha256:{}", "0".repeat(64))}),
        json!({"query": document, "documentId": "sha256:12"}),
        json!({"documentId": format!("sha256:{}", "0".repeat(64)), "extensions": persisted}),
        json!({"query": document, "extensions": {"persistedQuery": {"version": 2, "sha256Hash": hash}}}),
        json!({"query": document, "extensions": {"persistedQuery": {"sha256Hash": hash}}}),
    ] {
        assert_eq!(asked(&registry, &contradicting).await.status, 400, "{contradicting}");
    }
    let sent = asked(&registry, &json!({"query": document, "variables": variables, "extensions": persisted})).await;
    assert_eq!((sent.status, &sent.json()["data"]["product"]["code"]), (200, &json!("P00000BY")));
    let by_hash = asked(&registry, &json!({"variables": variables, "extensions": persisted})).await;
    let by_id = asked(&registry, &json!({"documentId": format!("sha256:{hash}"), "variables": variables})).await;
    assert_eq!((&by_hash.body, &by_id.body), (&sent.body, &sent.body));
    // By GET, for any cache on the way.
    for address in [
        format!("/graphql?documentId=sha256:{hash}&variables={variables}"),
        format!("/graphql?variables={variables}&extensions={persisted}"),
    ] {
        let by_get = registry.get(&address).await;
        assert_eq!((by_get.status, &by_get.json()["data"]), (200, &sent.json()["data"]), "{address}");
        assert!(by_get.header("cache-control").starts_with("public, max-age="));
        let same = registry.ask(get(&address).insert_header(("if-none-match", by_get.header("etag")))).await;
        assert_eq!(same.status, 304);
    }
    for id in ["sha256:12", "md5:1", "", "sha256:zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"] {
        assert_eq!(refused(&asked(&registry, &json!({"documentId": id})).await), (400, json!("invalid-value")), "{id}");
    }
}

async fn trusted_documents(database: Database) {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let file = scratch.path().join("trusted.json");
    let manifest = json!({"format": "apollo-persisted-query-manifest", "operations": [{"id": "one", "name": "A", "type": "query", "body": "query A { asOf }"}]});
    for list in [json!({"one": "query A { asOf }"}), manifest] {
        std::fs::write(&file, list.to_string()).expect("written");
        let registry = database.sample_with(|settings| settings.trusted_documents = Some(file.clone())).await;
        for body in [json!({"documentId": "one"}), json!({"query": "query A { asOf }"}), json!({"documentId": "sha256:one"})] {
            assert_eq!(asked(&registry, &body).await.status, 200, "{body}");
        }
        for query in ["{ licence }", "query A { asOf  }", "{ __schema { queryType { name } } }"] {
            assert_eq!(refused(&asked(&registry, &json!({"query": query})).await), (403, json!("document-not-allowed")), "{query}");
        }
        assert_eq!(refused(&asked(&registry, &json!({"documentId": "two"})).await), (404, json!("unknown-document")));
        // Good elsewhere and so known to the process, but not on this list.
        let open = database.sample().await;
        assert_eq!(asked(&open, &json!({"query": "{ licence }"})).await.status, 200);
        let hash = "d15de3d288b50158268c225d81b655d2a4c389bf993160b8104eacc1c97f3ca1";
        let persisted = json!({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash}}});
        assert_eq!(refused(&asked(&registry, &persisted).await), (404, json!("unknown-document")));
    }
}

#[test]
fn a_bad_list_of_trusted_documents_is_told_at_the_start() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    std::fs::write(scratch.path().join("list.json"), "[1]").expect("written");
    std::fs::write(scratch.path().join("wrong.json"), json!({"one": "{ asOf }", "two": "{ prodcts { totalCount } }"}).to_string())
        .expect("written");
    for (file, why) in
        [("list.json", "no JSON object"), ("gone.json", "No such file"), ("wrong.json", "document two: Cannot query field \"prodcts\"")]
    {
        let told = sentence(&run(scratch.path(), &["serve", "--listen", "127.0.0.1:0", "--trusted-documents", file]));
        assert!(told.contains(file) && told.contains(why), "{told}");
    }
}
