//! Public keys: read from a JWK set (RFC 7517) or PEM (RFC 7468), each pinned to one algorithm.

use aws_lc_rs::io::Positive;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters, EllipticCurveKeyType, Jwk, JwkSet, KeyAlgorithm,
    KeyOperations, OctetKeyPairParameters, OctetKeyPairType, PublicKeyUse, RSAKeyParameters, RSAKeyType, ThumbprintHash,
};
use jsonwebtoken::{Algorithm, DecodingKey};
use rustls::pki_types::pem::{PemObject, SectionKind};
use serde::Deserialize;
use serde_json::Value;
use std::ops::RangeInclusive;
use thiserror::Error;

/// Bits of an RSA modulus: shorter ones can be broken, longer ones are not verified by the backend.
const RSA_BITS: RangeInclusive<usize> = 2_048..=8_192;
/// The most keys that a set may have.
const MOST_KEYS: usize = 100;
/// What precedes the 32 bytes of an Ed25519 key in its `SubjectPublicKeyInfo` (RFC 8410, section 4).
const ED25519_INFO: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// What precedes the coordinates of a P-256 key, uncompressed, in its `SubjectPublicKeyInfo` (RFC 5480, section 2).
const P256_INFO: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01,
    0x07, 0x03, 0x42, 0x00, 0x04,
];

/// Why keys cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// It is neither a JWK set nor PEM.
    #[error("it is neither a JSON Web Key Set ({{\"keys\": […]}}) nor a public key in PEM")]
    Malformed,
    /// There is a private key where only public ones may be.
    #[error("it contains a private key; give the public part only")]
    Private,
    /// No key in it can be used.
    #[error("it has no usable key: {0}")]
    None(String),
    /// There are too many.
    #[error("it has more than {MOST_KEYS} keys")]
    TooMany,
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(String),
}

/// A public key, for one algorithm.
#[derive(Debug, Clone)]
pub struct Key {
    /// The public part, and nothing else.
    jwk: Jwk,
    /// The only algorithm that it verifies.
    pub(super) algorithm: Algorithm,
    pub(super) decoding: DecodingKey,
}

impl Key {
    /// Its id, where it has one.
    pub fn kid(&self) -> Option<&str> {
        self.jwk.common.key_id.as_deref()
    }

    /// A key that is pinned to the algorithm of its type.
    fn of(algorithm: AlgorithmParameters, kid: Option<String>) -> Result<Self, String> {
        let bytes = |name: &str, text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| format!("\"{name}\" is not base64url"));
        let pinned = match &algorithm {
            AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
                if bytes("x", &pair.x)?.len() != 32 {
                    return Err("an Ed25519 key has 32 bytes".into());
                }
                Algorithm::EdDSA
            }
            AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
                let point = [vec![0x04], bytes("x", &curve.x)?, bytes("y", &curve.y)?].concat();
                if point.len() != 65 || ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point).is_err() {
                    return Err("the point is not on the curve P-256".into());
                }
                Algorithm::ES256
            }
            AlgorithmParameters::RSA(rsa) => {
                let bits = bits(&bytes("n", &rsa.n)?);
                bytes("e", &rsa.e)?;
                if !RSA_BITS.contains(&bits) {
                    return Err(format!("an RSA key of {bits} bits; {} to {} are taken", RSA_BITS.start(), RSA_BITS.end()));
                }
                Algorithm::RS256
            }
            _ => return Err("only Ed25519, P-256 and RSA keys are taken".into()),
        };
        let common = CommonParameters {
            public_key_use: Some(PublicKeyUse::Signature),
            key_algorithm: Some(match pinned {
                Algorithm::EdDSA => KeyAlgorithm::EdDSA,
                Algorithm::ES256 => KeyAlgorithm::ES256,
                _ => KeyAlgorithm::RS256,
            }),
            key_id: kid,
            ..CommonParameters::default()
        };
        let jwk = Jwk { common, algorithm };
        let decoding = DecodingKey::from_jwk(&jwk).map_err(|e| e.to_string())?;
        Ok(Self { jwk, algorithm: pinned, decoding })
    }

    /// One member of a set. Its `use`, `key_ops` and `alg` may narrow what it is for, never widen it.
    fn of_json(value: Value) -> Result<Self, String> {
        let jwk = Jwk::deserialize(value).map_err(|e| e.to_string())?;
        let CommonParameters { public_key_use, key_operations, key_algorithm, key_id, .. } = jwk.common;
        if public_key_use.is_some_and(|used| used != PublicKeyUse::Signature)
            || key_operations.is_some_and(|operations| !operations.contains(&KeyOperations::Verify))
        {
            return Err("it is not for signatures".into());
        }
        let key = Self::of(jwk.algorithm, key_id)?;
        if key_algorithm.is_some_and(|named| Some(named) != key.jwk.common.key_algorithm) {
            return Err("only EdDSA, ES256 and RS256 are taken".into());
        }
        Ok(key)
    }

    /// The key of a `SubjectPublicKeyInfo`, known by its thumbprint.
    fn of_info(info: &[u8]) -> Result<Self, String> {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        if let Some(point) = info.strip_prefix(&ED25519_INFO) {
            let curve = EllipticCurve::Ed25519;
            let pair = OctetKeyPairParameters { key_type: OctetKeyPairType::OctetKeyPair, curve, x: text(point) };
            return Self::of(AlgorithmParameters::OctetKeyPair(pair), None);
        }
        if let Some((x, y)) = info.strip_prefix(&P256_INFO).and_then(|point| point.split_at_checked(32)) {
            let (key_type, curve) = (EllipticCurveKeyType::EC, EllipticCurve::P256);
            return Self::of(
                AlgorithmParameters::EllipticCurve(EllipticCurveKeyParameters { key_type, curve, x: text(x), y: text(y) }),
                None,
            );
        }
        let rsa = rsa::PublicKey::from_der(info).map_err(|_| "only Ed25519, P-256 (uncompressed) and RSA keys are taken".to_owned())?;
        let number = |number: Positive<'_>| text(number.big_endian_without_leading_zero());
        let (n, e) = (number(rsa.modulus()), number(rsa.exponent()));
        Self::of(AlgorithmParameters::RSA(RSAKeyParameters { key_type: RSAKeyType::RSA, n, e }), None)
    }
}

/// Bits of a big-endian number.
fn bits(number: &[u8]) -> usize {
    let significant = number.iter().position(|byte| *byte != 0).map_or(&[][..], |start| &number[start..]);
    significant.first().map_or(0, |first| significant.len() * 8 - first.leading_zeros() as usize)
}

/// Reads a JWK set or public keys in PEM. Members of a set that this registry has no use for are
/// passed over, as RFC 7517 section 5 asks; keys in PEM have no id, so they serve any.
///
/// # Errors
/// When nothing usable is left, or anything private is in it.
pub fn read(bytes: &[u8]) -> Result<Vec<Key>, KeyError> {
    let begin = bytes.trim_ascii_start();
    let found: Vec<Result<Key, String>> = if begin.starts_with(b"{") {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_slice(begin).map_err(|_| KeyError::Malformed)?;
        if set.keys.iter().any(|key| key.get("d").is_some()) {
            return Err(KeyError::Private);
        }
        set.keys.into_iter().map(Key::of_json).collect()
    } else {
        let sections: Vec<(SectionKind, Vec<u8>)> =
            PemObject::pem_slice_iter(begin).collect::<Result<_, _>>().map_err(|_| KeyError::Malformed)?;
        sections
            .iter()
            .map(|(kind, der)| match kind {
                SectionKind::PublicKey => Ok(Key::of_info(der)),
                SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey => Err(KeyError::Private),
                other => Ok(Err(format!("a section {other:?} is no public key (openssl x509 -pubkey takes the key out of a certificate)"))),
            })
            .collect::<Result<_, _>>()?
    };
    if found.is_empty() && !begin.starts_with(b"{") {
        return Err(KeyError::Malformed);
    }
    if found.len() > MOST_KEYS {
        return Err(KeyError::TooMany);
    }
    let mut why = "the set is empty".to_owned();
    let mut keys = Vec::with_capacity(found.len());
    for key in found {
        match key {
            Ok(key) => keys.push(key),
            Err(reason) => why = reason,
        }
    }
    if keys.is_empty() { Err(KeyError::None(why)) } else { Ok(keys) }
}

/// The keys as a set that may be published.
pub fn published(keys: &[Key]) -> Value {
    let set = JwkSet { keys: keys.iter().map(|key| key.jwk.clone()).collect() };
    serde_json::to_value(set).unwrap_or_default()
}

/// The thumbprint of a key (RFC 7638, SHA-256), by which a new key is known.
pub(super) fn thumbprint(jwk: &Jwk) -> Result<String, jsonwebtoken::errors::Error> {
    jwk.thumbprint(ThumbprintHash::SHA256)
}
