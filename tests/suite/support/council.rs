//! A registry with both of its sides, and people of several councils who ask the council side.

use super::registry::{Answer, Database, Door, NOW, Registry, instant, request};
use super::tokens::{Signer, jwks};
use actix_web::test::TestRequest;
use chrono::{DateTime, Utc};
use ocop_registry::app;
use ocop_registry::auth::{KeySource, Verifier};
use ocop_registry::config::ServeSettings;
use serde_json::{Value, json};
use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;

/// The key that signs everybody's tokens, and its id.
static SIGNER: LazyLock<Signer> = LazyLock::new(Signer::ed);
const KID: &str = "test";

/// Somebody who asks, as a token names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) subject: &'static str,
    pub(crate) council: &'static str,
    pub(crate) unit: Option<&'static str>,
    pub(crate) roles: &'static [&'static str],
}

impl Who {
    /// Somebody of a province.
    pub(crate) const fn of(unit: &'static str, subject: &'static str, roles: &'static [&'static str]) -> Self {
        Self { subject, council: "province", unit: Some(unit), roles }
    }

    /// The claims of a token that is good for eight hours from an instant.
    pub(crate) fn claims(&self, from: DateTime<Utc>) -> Value {
        let at = from.timestamp();
        let mut claims = json!({
            "iss": "ocop-registry", "aud": "ocop-registry", "sub": self.subject,
            "iat": at, "nbf": at, "exp": at + 8 * 3_600,
            "council": self.council, "roles": self.roles,
        });
        if let Some(unit) = self.unit {
            claims["unit"] = unit.into();
        }
        claims
    }
}

/// People of Thái Nguyên, into which Bắc Kạn was merged, and others.
pub(crate) const CLERK: Who = Who::of("VN34-19", "lan", &["clerk"]);
pub(crate) const APPROVER: Who = Who::of("VN34-19", "hùng", &["approver"]);
pub(crate) const AUDITOR: Who = Who::of("VN34-19", "mai", &["auditor"]);
pub(crate) const OTHER_PROVINCE: Who = Who::of("VN34-38", "sơn", &["clerk", "approver", "auditor"]);
pub(crate) const COMMUNE: Who =
    Who { subject: "thủy", council: "commune", unit: Some("VN34-19-01840"), roles: &["clerk", "approver", "auditor"] };
pub(crate) const MINISTRY: Who = Who { subject: "bộ", council: "ministry", unit: None, roles: &["clerk", "approver", "auditor"] };

/// A token for somebody, of the instant at which a test begins.
pub(crate) fn token(who: Who) -> String {
    signed(&who.claims(instant(NOW)))
}

/// A good token with these claims.
pub(crate) fn signed(claims: &Value) -> String {
    SIGNER.token(&json!({"typ": "at+jwt", "alg": "EdDSA", "kid": KID}), claims)
}

/// Checks tokens by a source of keys, with the settings of `serve`.
pub(crate) fn verifier(settings: &ServeSettings, source: &str) -> Result<Arc<Verifier>, String> {
    let mut council = settings.council.clone();
    council.council_keys = Some(source.parse::<KeySource>()?);
    app::verifier(&council).map(|verifier| Arc::new(verifier.expect("keys were given")))
}

/// A registry with both sides.
pub(crate) struct Sides {
    registry: Registry,
    door: Door,
    _keys: Option<TempDir>,
}

impl Deref for Sides {
    type Target = Registry;

    /// The public side.
    fn deref(&self) -> &Registry {
        &self.registry
    }
}

impl Sides {
    /// Both sides of a registry, by everybody's key.
    pub(crate) async fn of(registry: Registry) -> Self {
        let keys = tempfile::tempdir().expect("a scratch directory");
        let path = keys.path().join("jwks.json");
        std::fs::write(&path, jwks(&[SIGNER.jwk(KID)])).expect("a file");
        let mut sides = Self::with_keys(registry, &path.to_string_lossy()).await;
        sides._keys = Some(keys);
        sides
    }

    /// Both sides of a registry, by keys of another source.
    pub(crate) async fn with_keys(registry: Registry, source: &str) -> Self {
        let verifier = verifier(&registry.settings, source).expect("the keys can be used");
        let door = registry.council(verifier).await;
        Self { registry, door, _keys: None }
    }

    /// Checks tokens by the keys of another source from now on.
    pub(crate) async fn check_by(&mut self, source: &str) {
        self.door = self.registry.council(verifier(&self.registry.settings, source).expect("the keys can be used")).await;
    }

    /// Asks the council side, with no token.
    pub(crate) async fn ask_council(&self, request: TestRequest) -> Answer {
        (self.door)(request).await
    }

    /// Asks the council side with a token.
    pub(crate) async fn ask_with(&self, token: &str, request: TestRequest) -> Answer {
        self.ask_council(request.insert_header(("authorization", format!("Bearer {token}")))).await
    }

    /// Asks the council side as somebody.
    pub(crate) async fn ask_as(&self, who: Who, request: TestRequest) -> Answer {
        self.ask_with(&token(who), request).await
    }

    /// Asks the council side by GET as somebody.
    pub(crate) async fn get_as(&self, who: Who, address: &str) -> Answer {
        self.ask_as(who, request("GET", address)).await
    }
}

impl Database {
    /// Both sides of the registry of the real products.
    pub(crate) async fn sides(self) -> Sides {
        Sides::of(self.sample().await).await
    }
}

/// Writes a file anew, in one step, as careful operators do.
pub(crate) fn replace(path: &Path, text: &str) {
    let new = path.with_extension("new");
    std::fs::write(&new, text).expect("a file");
    std::fs::rename(new, path).expect("the file can be replaced");
}
