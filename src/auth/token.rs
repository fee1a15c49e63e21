//! Tokens: JWT access tokens (RFC 7519, RFC 9068, RFC 8725).
//!
//! Taken is what is signed with EdDSA, ES256 or RS256 by a known key of that very algorithm, names
//! the expected issuer and audience, and is in its time. `typ` may be `at+jwt` (RFC 9068), `JWT` or
//! absent, because common identity providers send those; what keeps ID tokens out is their audience.
//! `crit` is refused: no extension is understood here (RFC 7515, section 4.1.11).

use super::actor::{Actor, Council, CouncilKind, Roles};
use super::keys::Keys;
use super::refusal::Refusal;
use crate::domain::day::civil_day;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Deserialize;

/// The longest token that is looked at.
pub const LONGEST: usize = 8_192;
/// The longest name of a subject, in bytes.
const LONGEST_SUBJECT: usize = 255;
/// The algorithms; each key is for one of them.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::EdDSA, Algorithm::ES256, Algorithm::RS256];
/// Types of tokens, in lower case.
const TYPES: [&str; 3] = ["at+jwt", "application/at+jwt", "jwt"];

/// What a token says. Issuer and audience are checked where the signature is.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    // `NumericDate` may have a fraction (RFC 7519, section 2).
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
    council: Option<String>,
    unit: Option<String>,
    #[serde(default)]
    roles: Words,
}

/// Roles as a list, or as one text with blanks between.
#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    List(Vec<String>),
    Text(String),
}

impl Default for Words {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Words {
    fn iter(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Self::List(list) => Box::new(list.iter().map(String::as_str)),
            Self::Text(text) => Box::new(text.split_whitespace()),
        }
    }
}

/// Checks tokens.
#[derive(Debug)]
pub struct Verifier {
    /// The keys.
    pub keys: Keys,
    /// The expected `iss`.
    pub issuer: String,
    /// The expected `aud`.
    pub audience: String,
    /// Seconds by which the clocks of issuer and registry may differ.
    pub leeway: u32,
}

impl Verifier {
    /// The actor that a token names at an instant.
    ///
    /// # Errors
    /// When the token cannot be trusted, or what it says of the account makes no actor.
    pub async fn actor(&self, token: &str, now: DateTime<Utc>) -> Result<Actor, Refusal> {
        let claims = self.claims(token, now).await?;
        let kind = claims.council.as_deref().and_then(CouncilKind::parse).ok_or(Refusal::UnknownCouncil)?;
        let council = Council::of(kind, claims.unit.as_deref(), civil_day(now))?;
        let roles = Roles::of(claims.roles.iter())?;
        Ok(Actor { subject: claims.sub, council, roles })
    }

    async fn claims(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, Refusal> {
        if token.len() > LONGEST {
            return Err(Refusal::Invalid("it is too long"));
        }
        let header = decode_header(token).map_err(|_| Refusal::Invalid("its header cannot be read"))?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(Refusal::Invalid("its algorithm is not taken"));
        }
        if header.typ.is_some_and(|typ| !TYPES.contains(&typ.to_ascii_lowercase().as_str())) || header.crit.is_some() {
            return Err(Refusal::Invalid("it is another kind of token"));
        }
        let key = self.keys.find(header.kid.as_deref(), header.alg).await?;
        let mut validation = Validation::new(key.algorithm);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        // Its own look at the time would take the system's clock, not the one that the registry answers by.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims = decode::<Claims>(token, &key.decoding, &validation).map_err(|error| Refusal::Invalid(reason(error.kind())))?.claims;
        self.in_time(&claims, now)?;
        let plain = |subject: &str| !subject.is_empty() && subject.len() <= LONGEST_SUBJECT && !subject.chars().any(char::is_control);
        if plain(&claims.sub) { Ok(claims) } else { Err(Refusal::Invalid("its subject is no name")) }
    }

    fn in_time(&self, claims: &Claims, now: DateTime<Utc>) -> Result<(), Refusal> {
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact far beyond any date")]
        let now = now.timestamp() as f64;
        let leeway = f64::from(self.leeway);
        if [claims.nbf, claims.iat].into_iter().flatten().any(|from| from > now + leeway) {
            return Err(Refusal::Invalid("its time has not come"));
        }
        // RFC 7519, section 4.1.4: not accepted on or after that instant.
        if claims.exp + leeway > now { Ok(()) } else { Err(Refusal::Expired) }
    }
}

/// What the log says of a token that was refused: never a part of the token.
fn reason(kind: &jsonwebtoken::errors::ErrorKind) -> &'static str {
    use jsonwebtoken::errors::ErrorKind as Kind;
    match kind {
        Kind::InvalidSignature => "its signature is wrong",
        Kind::InvalidIssuer => "it is from another issuer",
        Kind::InvalidAudience => "it is for another audience",
        Kind::MissingRequiredClaim(_) | Kind::InvalidClaimFormat(_) | Kind::Json(_) => "a claim is missing or malformed",
        _ => "it cannot be read",
    }
}
