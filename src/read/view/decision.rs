//! Decisions and who signs them.

use super::{Name, Provenance};
use crate::domain::authority::{Level, authority};
use crate::domain::code::{Noun, code_of};
use crate::domain::record::{self, DecisionKind, Source};
use crate::store::decision::DecisionRow;
use chrono::NaiveDate;
use serde::Serialize;
use smol_str::SmolStr;
use utoipa::ToSchema;

/// The authority that signed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Issuer {
    /// Stable key: that of the unit whose people's committee it is, or of the ministry.
    #[schema(example = "VN-MARD")]
    pub key: &'static str,
    /// Its level.
    pub level: Level,
    /// Its name on the day of signing, where that is known.
    pub name: Name,
}

/// A decision as certificates cite it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DecisionRef {
    /// Registry code.
    #[schema(value_type = String, example = "D0000010")]
    pub code: SmolStr,
    /// Its own number; unique only with issuer and year. `null` where the source gives only the day.
    #[schema(value_type = Option<String>, example = "2890/QĐ-BNN-VPĐP")]
    pub number: Option<SmolStr>,
    /// The day it was signed; `null` where no source gives it.
    #[serde(serialize_with = "super::day")]
    pub signed_on: Option<NaiveDate>,
    /// Who signed.
    pub issuer: Option<Issuer>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// Registry code.
    #[schema(value_type = String, example = "D0000010")]
    pub code: SmolStr,
    /// What it does.
    pub kind: DecisionKind,
    /// Its own number; unique only with issuer and year.
    #[schema(value_type = Option<String>, example = "2890/QĐ-BNN-VPĐP")]
    pub number: Option<SmolStr>,
    /// The day it was signed, where known.
    #[serde(serialize_with = "super::day")]
    pub signed_on: Option<NaiveDate>,
    /// Who signed.
    pub issuer: Option<Issuer>,
    /// Year of the round that the source names; not the year of signing.
    #[schema(example = 2020)]
    pub round_year: Option<i32>,
    /// How many of its certificates the registry knows; the decision itself may list more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_certificates: Option<i64>,
    /// SHA-256 of the signed document, in hexadecimal, where the council recorded it.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub document_sha256: Option<String>,
    /// The decision that this one annuls as a whole; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annuls: Option<DecisionRef>,
    /// The decision that annulled this one as a whole; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annulled_by: Option<DecisionRef>,
    /// Where this is from.
    pub provenance: Provenance,
}

impl Issuer {
    /// The authority of a key, as it was called on a day where one is known.
    pub fn of_key(key: &str, day: Option<NaiveDate>) -> Option<Self> {
        let known = authority(key)?;
        let named = day.map_or(known, |day| known.on(day));
        Some(Self { key: &known.key, level: known.level, name: Name::of(&named.vi, Some(&named.en)) })
    }
}

impl DecisionRef {
    /// A decision as others cite it, with the authority that they name.
    pub fn of(decision: record::Decision, issuer: Option<&str>) -> Self {
        Self {
            code: code_of(Noun::Decision, decision.id),
            number: decision.number,
            signed_on: decision.signed_on,
            issuer: issuer.or(decision.issuer.as_deref()).and_then(|key| Issuer::of_key(key, decision.signed_on)),
        }
    }

    /// A decision as its own row has it.
    pub fn of_row(row: &DecisionRow) -> Self {
        Self {
            code: code_of(Noun::Decision, row.id),
            number: row.number.clone().map(Into::into),
            signed_on: row.signed_on,
            issuer: row.issuer.as_deref().and_then(|key| Issuer::of_key(key, row.signed_on)),
        }
    }
}

impl Decision {
    /// The view of a row.
    pub fn of(row: DecisionRow, known_certificates: Option<i64>) -> Self {
        Self {
            code: code_of(Noun::Decision, row.id),
            kind: DecisionKind::parse(&row.kind).unwrap_or(DecisionKind::Recognition),
            number: row.number.map(Into::into),
            signed_on: row.signed_on,
            issuer: row.issuer.as_deref().and_then(|key| Issuer::of_key(key, row.signed_on)),
            round_year: row.round_year,
            known_certificates,
            document_sha256: row.document_sha256,
            annuls: None,
            annulled_by: None,
            provenance: Provenance { source: Source::parse(&row.source).unwrap_or(Source::Other), url: row.source_url.map(Into::into) },
        }
    }
}
