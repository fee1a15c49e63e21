//! Keys and tokens of every kind, put together byte by byte, so that wrong ones can be made too.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A pair of keys.
pub(crate) enum Signer {
    Ed(Ed25519KeyPair),
    Ec(EcdsaKeyPair),
    Rsa(rsa::KeyPair),
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Signer {
    pub(crate) fn ed() -> Self {
        Self::Ed(Ed25519KeyPair::generate().expect("a key"))
    }

    pub(crate) fn ec() -> Self {
        Self::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"))
    }

    pub(crate) fn rsa() -> Self {
        Self::Rsa(rsa::KeyPair::generate(KeySize::Rsa2048).expect("a key"))
    }

    /// One of each kind that is taken.
    pub(crate) fn all() -> [Self; 3] {
        [Self::ed(), Self::ec(), Self::rsa()]
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        match self {
            Self::Ed(_) => "EdDSA",
            Self::Ec(_) => "ES256",
            Self::Rsa(_) => "RS256",
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Ed(key) => key.sign(message).as_ref().to_vec(),
            Self::Ec(key) => key.sign(&SystemRandom::new(), message).expect("a signature").as_ref().to_vec(),
            Self::Rsa(key) => {
                let mut made = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut made).expect("a signature");
                made
            }
        }
    }

    /// The public key as a member of a JWK set.
    pub(crate) fn jwk(&self, kid: &str) -> Value {
        match self {
            Self::Ed(key) => json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": text(key.public_key().as_ref())}),
            Self::Ec(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": text(x), "y": text(y)})
            }
            Self::Rsa(key) => {
                let public = key.public_key();
                let (n, e) = (public.modulus(), public.exponent());
                let [n, e] = [n, e].map(|number| text(number.big_endian_without_leading_zero()));
                json!({"kty": "RSA", "kid": kid, "n": n, "e": e})
            }
        }
    }

    /// The public key in PEM.
    pub(crate) fn pem(&self) -> String {
        let der: PublicKeyX509Der<'_> = match self {
            Self::Ed(key) => key.public_key().as_der(),
            Self::Ec(key) => key.public_key().as_der(),
            Self::Rsa(key) => key.public_key().as_der(),
        }
        .expect("DER");
        let coded = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = coded.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }

    /// A token of a header and claims.
    pub(crate) fn token(&self, header: &Value, claims: &Value) -> String {
        assembled(header, claims, |message| self.sign(message))
    }
}

/// A token whose signature is made by a function of its first two parts.
pub(crate) fn assembled(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", text(header.to_string().as_bytes()), text(claims.to_string().as_bytes()));
    let signature = text(&sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// An HMAC over a message, by a secret that should be none.
pub(crate) fn hs256(secret: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message).as_ref().to_vec()
}

/// A JWK set.
pub(crate) fn jwks(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}
