//! Who is let in: only the holder of a token that is genuine, meant for this registry, in its time,
//! of a unit that acts today, and with a role.

use crate::support::council::{APPROVER, CLERK, COMMUNE, MINISTRY, OTHER_PROVINCE, signed, token};
use crate::support::registry::{Answer, Database, NOW, get, instant, on_both, request};
use crate::support::tokens::{Signer, assembled, hs256, jwks};
use serde_json::{Value, json};

on_both!(
    the_actor_is_who_the_token_names,
    without_a_token,
    tokens_that_are_not_accepted,
    key_confusion,
    a_token_in_its_time,
    accounts_that_make_no_actor,
    what_providers_send_is_understood,
    never_through_the_public_side,
    answers_are_nobodys_to_keep,
    unknown_addresses_and_methods,
);

const ME: &str = "/council/v1/me";

/// The claims of a good token, changed.
fn claims(change: Value) -> Value {
    let mut claims = APPROVER.claims(instant(NOW));
    for (name, value) in change.as_object().expect("members") {
        match value {
            Value::Null => drop(claims.as_object_mut().expect("members").remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

/// A refusal is a 401 that says no more than that, in the same words whatever was wrong.
fn not_accepted(answer: &Answer, what: &str) {
    let problem = answer.json();
    assert_eq!((answer.status, &problem["type"]), (401, &json!("https://ocop.example/problems/invalid-token")), "{what}: {problem}");
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer realm=\"ocop-registry\", error=\"invalid_token\", error_description=\"The token is not accepted.\"",
        "{what}"
    );
    assert_eq!(problem["detail"], "Mã truy cập không được chấp nhận.", "{what}");
}

async fn the_actor_is_who_the_token_names(database: Database) {
    let sides = database.sides().await;
    let me = sides.get_as(APPROVER, ME).await;
    assert_eq!(me.status, 200, "{}", me.text());
    assert_eq!(
        me.json(),
        json!({
            "subject": "hùng",
            "council": "province",
            "unit": {"key": "VN34-19", "name": "Tỉnh Thái Nguyên"},
            "provinces": [
                {"key": "VN34-19", "name": "Tỉnh Thái Nguyên"},
                {"key": "VN63-06", "name": "Tỉnh Bắc Kạn"},
                {"key": "VN63-19", "name": "Tỉnh Thái Nguyên"},
            ],
            "roles": ["approver"],
            "asOf": "2026-11-21",
        })
    );
    let ministry = sides.get_as(MINISTRY, ME).await.json();
    assert_eq!((&ministry["council"], &ministry["unit"], &ministry["provinces"]), (&json!("ministry"), &Value::Null, &json!([])));
    let commune = sides.get_as(COMMUNE, ME).await.json();
    assert_eq!((&commune["council"], &commune["unit"]["key"]), (&json!("commune"), &json!("VN34-19-01840")));
    assert_eq!(sides.get_as(OTHER_PROVINCE, ME).await.json()["roles"], json!(["clerk", "approver", "auditor"]));
}

async fn without_a_token(database: Database) {
    let sides = database.sides().await;
    for header in [None, Some("Basic bGFuOmxhbg=="), Some(""), Some("Bearer"), Some("token")] {
        let asked = header.into_iter().fold(get(ME), |asked, header| asked.insert_header(("authorization", header)));
        let answer = sides.ask_council(asked.insert_header(("accept-language", "en"))).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer realm=\"ocop-registry\""), "{header:?}");
        assert_eq!(answer.json()["title"], "A token is needed", "{header:?}");
    }
    // In the address a token would end in logs (RFC 6750, section 5.3).
    let token = token(CLERK);
    assert_eq!(sides.ask_council(get(&format!("{ME}?access_token={token}"))).await.status, 401);
    // Names of schemes have no case (RFC 9110, section 11.1).
    assert_eq!(sides.ask_council(get(ME).insert_header(("authorization", format!("bearer {token}")))).await.status, 200);
    let twice = get(ME).append_header(("authorization", format!("Bearer {token}"))).append_header(("authorization", "Bearer x"));
    not_accepted(&sides.ask_council(twice).await, "two at once");
    // What is wrong with the rest of a request is for those who are let in.
    assert_eq!(sides.ask_council(get(&format!("{ME}?colour=red"))).await.status, 401);
    assert_eq!(sides.get_as(CLERK, &format!("{ME}?colour=red")).await.json()["errors"][0]["code"], "unknown-parameter");
}

async fn tokens_that_are_not_accepted(database: Database) {
    let sides = database.sides().await;
    let good = token(APPROVER);
    let parts: Vec<&str> = good.split('.').collect();
    let stranger = Signer::ed();
    let header = json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "test"});
    let other_claims = signed(&claims(json!({"roles": ["clerk"]})));
    let other_claims = other_claims.split('.').nth(1).expect("claims");
    let none = |alg: &str| assembled(&json!({"typ": "JWT", "alg": alg, "kid": "test"}), &claims(json!({})), |_| Vec::new());
    let of_stranger = |header: &Value| stranger.token(header, &claims(json!({})));
    for (what, token) in [
        ("no token", "no-token-at-all".to_owned()),
        ("only dots", "..".to_owned()),
        ("a blank inside", good.replacen('.', " .", 1)),
        ("a signature cut", good[..good.len() - 4].to_owned()),
        ("a signature missing", format!("{}.{}.", parts[0], parts[1])),
        ("claims of another token", format!("{}.{other_claims}.{}", parts[0], parts[2])),
        ("alg none", none("none")),
        ("alg None", none("None")),
        ("an unknown algorithm", none("XX999")),
        ("another's key under a known kid", of_stranger(&header)),
        ("an unknown kid", of_stranger(&json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "stranger"}))),
        ("a key that the token brings along", of_stranger(&json!({"alg": "EdDSA", "jwk": stranger.jwk("stranger")}))),
        ("another audience", signed(&claims(json!({"aud": "another-registry"})))),
        ("no audience", signed(&claims(json!({"aud": null})))),
        ("an empty list of audiences", signed(&claims(json!({"aud": []})))),
        ("another issuer", signed(&claims(json!({"iss": "https://evil.example"})))),
        ("no issuer", signed(&claims(json!({"iss": null})))),
        ("no subject", signed(&claims(json!({"sub": null})))),
        ("an empty subject", signed(&claims(json!({"sub": ""})))),
        ("a subject of two lines", signed(&claims(json!({"sub": "lan\nadmin"})))),
        ("a subject without end", signed(&claims(json!({"sub": "x".repeat(300)})))),
        ("no end", signed(&claims(json!({"exp": null})))),
        ("an end that is no number", signed(&claims(json!({"exp": "2030-01-01"})))),
        ("an end before time", signed(&claims(json!({"exp": -1})))),
        ("not yet valid", signed(&claims(json!({"nbf": instant(NOW).timestamp() + 3_600})))),
        ("made in the future", signed(&claims(json!({"iat": instant(NOW).timestamp() + 3_600})))),
        ("too long", signed(&claims(json!({"more": "x".repeat(9_000)})))),
    ] {
        let answer = sides.ask_with(&token, get(ME)).await;
        not_accepted(&answer, what);
        assert!(!answer.text().contains(&token), "{what}: a token is never told");
    }
    // The same with other headers over good claims and a good signature.
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let path = scratch.path().join("jwks.json");
    std::fs::write(&path, jwks(&[stranger.jwk("own")])).expect("a file");
    let mut sides = sides;
    sides.check_by(&path.to_string_lossy()).await;
    assert_eq!(sides.ask_with(&of_stranger(&json!({"alg": "EdDSA", "kid": "own"})), get(ME)).await.status, 200);
    for (what, header) in [
        ("an ID token's sibling", json!({"alg": "EdDSA", "kid": "own", "typ": "logout+jwt"})),
        ("an extension that must be understood", json!({"alg": "EdDSA", "kid": "own", "crit": ["exp"], "exp": 1})),
        ("another algorithm than the key's", json!({"alg": "ES256", "kid": "own"})),
        ("no algorithm", json!({"kid": "own"})),
    ] {
        not_accepted(&sides.ask_with(&of_stranger(&header), get(ME)).await, what);
    }
}

async fn key_confusion(database: Database) {
    let mut sides = database.sides().await;
    let scratch = tempfile::tempdir().expect("a scratch directory");
    for signer in Signer::all() {
        for (file, text) in [("keys.pem", signer.pem()), ("keys.json", jwks(&[signer.jwk("own")]))] {
            let path = scratch.path().join(file);
            std::fs::write(&path, &text).expect("a file");
            sides.check_by(&path.to_string_lossy()).await;
            let own = signer.algorithm();
            let claims = claims(json!({}));
            let good = signer.token(&json!({"alg": own, "kid": "own"}), &claims);
            assert_eq!(sides.ask_with(&good, get(ME)).await.status, 200, "{own} by {file}");
            // The public key is no secret, so it must not do as one.
            for secret in
                [text.as_str(), text.trim_end(), &signer.pem(), signer.pem().trim_end(), signer.jwk("own")["x"].as_str().unwrap_or("")]
            {
                for algorithm in ["HS256", "HS384", "HS512"] {
                    let header = json!({"alg": algorithm, "kid": "own"});
                    let forged = assembled(&header, &claims, |message| hs256(secret.as_bytes(), message));
                    not_accepted(&sides.ask_with(&forged, get(ME)).await, &format!("{algorithm} by the public key of {own}"));
                }
            }
            // Nor does a good signature stand under the name of another algorithm.
            for other in ["EdDSA", "ES256", "RS256", "RS384", "PS256", "ES384"].into_iter().filter(|other| *other != own) {
                let forged = signer.token(&json!({"alg": other, "kid": "own"}), &claims);
                not_accepted(&sides.ask_with(&forged, get(ME)).await, &format!("{own} called {other}"));
            }
        }
    }
}

async fn a_token_in_its_time(database: Database) {
    let sides = database.sides().await;
    let token = token(APPROVER);
    // Good for eight hours from 03:00; clocks may differ by 30 seconds.
    for (moment, status) in [
        ("2026-11-21T02:59:29Z", 401),
        ("2026-11-21T02:59:30Z", 200),
        ("2026-11-21T11:00:29Z", 200),
        ("2026-11-21T11:00:30Z", 401),
        ("2026-11-22T03:00:00Z", 401),
    ] {
        sides.at(moment);
        assert_eq!(sides.ask_with(&token, get(ME)).await.status, status, "{moment}");
    }
    let answer = sides.ask_with(&token, get(ME).insert_header(("accept-language", "en"))).await;
    assert_eq!(answer.json()["detail"], "The token has expired; get a new one.");
    assert!(
        answer.header("www-authenticate").contains("error=\"invalid_token\", error_description=\"The token has expired; get a new one.\"")
    );
    // Whoever cannot sign learns nothing of that.
    let forged = Signer::ed().token(&json!({"alg": "EdDSA", "kid": "test"}), &APPROVER.claims(instant(NOW)));
    not_accepted(&sides.ask_with(&forged, get(ME)).await, "expired and forged");
}

async fn accounts_that_make_no_actor(database: Database) {
    let sides = database.sides().await;
    for (change, code, told) in [
        (
            json!({"unit": "VN63-24"}),
            "unit-ended",
            "Tỉnh Bắc Giang (VN63-24) ended after 2025-06-30; its successor is Thành phố Bắc Ninh (VN34-24).",
        ),
        (json!({"unit": "VN34-75-tinh"}), "unit-ended", "Thành phố Đồng Nai (VN34-75)"),
        (json!({"unit": "VN34-00"}), "unusable-account", "\"VN34-00\""),
        (json!({"unit": "VN34-19-01840"}), "unusable-account", "\"VN34-19-01840\" at the level"),
        (json!({"unit": null}), "unusable-account", "must name its unit"),
        (json!({"council": "commune"}), "unusable-account", "\"VN34-19\" at the level"),
        (json!({"council": "ministry"}), "unusable-account", "must not name a unit"),
        (json!({"council": "district"}), "unusable-account", "ministry, province, commune"),
        (json!({"council": null}), "unusable-account", "ministry, province, commune"),
        (json!({"roles": null}), "unusable-account", "clerk, approver, auditor"),
        (json!({"roles": []}), "unusable-account", "clerk, approver, auditor"),
        (json!({"roles": ["admin", "Approver", "offline_access"]}), "unusable-account", "clerk, approver, auditor"),
    ] {
        let answer = sides.ask_with(&signed(&claims(change.clone())), get(ME).insert_header(("accept-language", "en"))).await;
        let problem = answer.json();
        assert_eq!(answer.status, 403, "{change}: {problem}");
        assert_eq!(problem["type"], format!("https://ocop.example/problems/{code}"), "{change}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(told)), "{change}: {problem}");
        assert!(!answer.headers.contains_key("www-authenticate"), "{change}: another token does not help");
    }
    // The day of the act decides.
    let province = |unit: &str, from: &str| {
        let mut claims = APPROVER.claims(instant(from));
        claims["unit"] = unit.into();
        signed(&claims)
    };
    for (unit, moment, status) in [
        ("VN63-24", "2025-06-30T16:59:59Z", 200),
        ("VN63-24", "2025-06-30T17:00:00Z", 403),
        ("VN34-24", "2025-06-30T16:59:59Z", 403),
        ("VN34-24", "2025-06-30T17:00:00Z", 200),
    ] {
        sides.at(moment);
        assert_eq!(sides.ask_with(&province(unit, moment), get(ME)).await.status, status, "{unit} at {moment}");
    }
}

async fn what_providers_send_is_understood(database: Database) {
    let sides = database.sides().await;
    for (change, roles) in [
        (json!({"aud": ["account", "ocop-registry"]}), json!(["approver"])),
        (json!({"roles": ["default-roles-ocop", "auditor", "clerk", "clerk"]}), json!(["clerk", "auditor"])),
        (json!({"roles": "clerk approver"}), json!(["clerk", "approver"])),
        (json!({"exp": 1_795_300_000.5, "nbf": null, "iat": null}), json!(["approver"])),
        (json!({"scope": "openid", "azp": "ocop", "jti": "1", "realm_access": {"roles": ["x"]}}), json!(["approver"])),
    ] {
        let answer = sides.ask_with(&signed(&claims(change.clone())), get(ME)).await;
        assert_eq!((answer.status, &answer.json()["roles"]), (200, &roles), "{change}: {}", answer.text());
    }
}

async fn never_through_the_public_side(database: Database) {
    let sides = database.sides().await;
    let bearer = ("authorization", format!("Bearer {}", token(MINISTRY)));
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "QUERY", "OPTIONS"] {
        for address in [ME, "/council/v1/", "/council", "//council/v1/me", "/v1/../council/v1/me", "/.well-known/jwks.json"] {
            let answer = sides.ask(request(method, address).insert_header(bearer.clone())).await;
            assert_eq!(answer.status, 404, "{method} {address}");
        }
    }
    // Nor the public side through the council's.
    for address in ["/v1/products", "/v1/exports/products.csv", "/metrics"] {
        assert_eq!(sides.get_as(MINISTRY, address).await.status, 404, "{address}");
    }
}

async fn answers_are_nobodys_to_keep(database: Database) {
    let sides = database.sides().await;
    for token in [Some(token(CLERK)), Some("x".to_owned()), None] {
        let asked = token.iter().fold(get(ME), |asked, token| asked.insert_header(("authorization", format!("Bearer {token}"))));
        let answer = sides.ask_council(asked).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{token:?}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "no other site's script reads this");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(!answer.header("x-request-id").is_empty());
    }
    let head = sides.ask_as(CLERK, request("HEAD", ME)).await;
    assert_eq!((head.status, head.header("cache-control")), (200, "no-store"));
}

async fn unknown_addresses_and_methods(database: Database) {
    let sides = database.sides().await;
    let nothing = sides.get_as(CLERK, "/council/v1/nothing").await;
    assert_eq!((nothing.status, &nothing.json()["type"]), (404, &json!("https://ocop.example/problems/unknown-path")));
    for method in ["POST", "DELETE", "QUERY"] {
        let answer = sides.ask_as(CLERK, request(method, ME)).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD, OPTIONS"), "{method}");
    }
    let options = sides.ask_council(request("OPTIONS", ME)).await;
    assert_eq!((options.status, options.header("allow")), (204, "GET, HEAD, OPTIONS"));
    assert_eq!(options.header("access-control-allow-methods"), "", "no other site's script is let in");
    let html = sides.ask_as(CLERK, get(ME).insert_header(("accept", "text/html"))).await;
    assert_eq!((html.status, html.header("content-type")), (406, "application/problem+json"));
    assert_eq!(sides.ask_council(get("/healthz")).await.status, 200);
    assert_eq!(sides.ask_council(get("/docs/")).await.status, 200);
}
