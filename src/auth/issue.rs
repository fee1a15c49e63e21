//! Keys and tokens of the registry's own, for a start without an identity provider.

use super::actor::{Council, Roles};
use super::jwk::thumbprint;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde::Serialize;
use thiserror::Error;

/// Why no key or token can be made.
#[derive(Debug, Error)]
pub enum IssueError {
    /// The file is no Ed25519 private key.
    #[error("it is no Ed25519 private key in PEM (PKCS #8); `ocop-registry keys new` makes one")]
    NotAKey,
    /// The crypto backend failed.
    #[error("the crypto library failed: {0}")]
    Crypto(String),
}

/// A new pair of keys.
pub struct KeyPair {
    /// The private key in PEM (PKCS #8, RFC 8410). Keep it secret.
    pub private_pem: String,
    /// The JWK set with the public key.
    pub jwks: String,
}

/// Makes a pair of Ed25519 keys.
///
/// # Errors
/// When the crypto backend fails.
pub fn new_key() -> Result<KeyPair, IssueError> {
    let crypto = |error: &dyn std::fmt::Display| IssueError::Crypto(error.to_string());
    let pair = Ed25519KeyPair::generate().map_err(|e| crypto(&e))?;
    // The first version of PKCS #8, which every tool reads.
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|e| crypto(&e))?;
    let der: &[u8] = der.as_ref();
    let jwks = JwkSet { keys: vec![public(&EncodingKey::from_ed_der(der))?] };
    Ok(KeyPair {
        private_pem: format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der)),
        jwks: serde_json::to_string_pretty(&jwks).map_err(|e| crypto(&e))? + "\n",
    })
}

/// The public part of a key, known by its thumbprint.
fn public(key: &EncodingKey) -> Result<Jwk, IssueError> {
    let mut jwk = Jwk::from_encoding_key(key, Algorithm::EdDSA).map_err(|_| IssueError::NotAKey)?;
    jwk.common.key_id = Some(thumbprint(&jwk).map_err(|_| IssueError::NotAKey)?);
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok(jwk)
}

/// What a token grants.
#[derive(Debug, Clone)]
pub struct Grant<'g> {
    /// Who issues it.
    pub issuer: &'g str,
    /// For whom it is.
    pub audience: &'g str,
    /// Who holds it.
    pub subject: &'g str,
    /// The council acted for.
    pub council: &'g Council,
    /// The roles there.
    pub roles: &'g Roles,
    /// From when on.
    pub from: DateTime<Utc>,
    /// For how long.
    pub ttl: TimeDelta,
}

#[derive(Serialize)]
struct Claims<'g> {
    iss: &'g str,
    aud: &'g str,
    sub: &'g str,
    client_id: &'g str,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
    council: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    roles: Vec<&'static str>,
}

/// Signs a token with a private key in PEM.
///
/// # Errors
/// When that is no Ed25519 key.
pub fn issue(private_pem: &[u8], grant: &Grant<'_>) -> Result<String, IssueError> {
    let der = PrivatePkcs8KeyDer::from_pem_slice(private_pem).map_err(|_| IssueError::NotAKey)?;
    let key = EncodingKey::from_ed_der(der.secret_pkcs8_der());
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some("at+jwt".into());
    header.kid = public(&key)?.common.key_id;
    let mut id = [0; 16];
    aws_lc_rs::rand::fill(&mut id).map_err(|e| IssueError::Crypto(e.to_string()))?;
    let claims = Claims {
        iss: grant.issuer,
        aud: grant.audience,
        sub: grant.subject,
        client_id: "ocop-registry",
        iat: grant.from.timestamp(),
        nbf: grant.from.timestamp(),
        exp: (grant.from + grant.ttl).timestamp(),
        jti: URL_SAFE_NO_PAD.encode(id),
        council: grant.council.kind().as_str(),
        unit: grant.council.unit().map(|unit| unit.key()),
        roles: grant.roles.iter().map(|role| role.as_str()).collect(),
    };
    encode(&header, &claims, &key).map_err(|_| IssueError::NotAKey)
}
