//! Certificates.

use super::Provenance;
use super::decision::{DecisionRef, Issuer};
use super::place::PlaceRef;
use super::product::ProductRef;
use crate::domain::code::{Noun, code_of};
use crate::domain::record::{self, ActKind, Ending, Ground, Record};
use crate::domain::regime::{Regime, Warning};
use crate::domain::verdict::{Status, certificate_status};
use chrono::NaiveDate;
use serde::Serialize;
use smol_str::SmolStr;
use utoipa::ToSchema;

/// One recognition of one product.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// Registry code.
    #[schema(value_type = String, example = "C00000BV")]
    pub code: SmolStr,
    /// Whose it is; left out inside that product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductRef>,
    /// Status on the day of the answer; `null` for a recognition whose term cannot be told.
    pub status: Option<Status>,
    /// Stars, where stated.
    #[schema(minimum = 3, maximum = 5)]
    pub stars: Option<i16>,
    /// Points of 100, where known.
    #[schema(example = 90.86)]
    pub score: Option<f64>,
    /// First valid day of the term, also where an annulment means that it never counted.
    #[serde(serialize_with = "super::day")]
    pub valid_from: Option<NaiveDate>,
    /// Last valid day of the term, before any extension or act; `endsOn` is the one in effect.
    #[serde(serialize_with = "super::day")]
    pub valid_until: Option<NaiveDate>,
    /// Last valid day with the extension, where one was granted.
    #[serde(serialize_with = "super::day")]
    pub extended_until: Option<NaiveDate>,
    /// Last valid day in effect: with extension, or the eve of the act that ends it, also of one still to come;
    /// `null` where the term cannot be told, and for what never counted.
    #[serde(serialize_with = "super::day")]
    pub ends_on: Option<NaiveDate>,
    /// What ends it then.
    pub ends_by: Option<Ending>,
    /// The decision, where number or day is known.
    pub decision: Option<DecisionRef>,
    /// SHA-256 of the decision's signed document, in hexadecimal, where the council recorded it.
    #[schema(value_type = Option<String>, example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub document_sha256: Option<SmolStr>,
    /// Who recognised, where known.
    pub issuer: Option<Issuer>,
    /// The regime, where the day is known.
    pub regime: Option<Regime>,
    /// Product code printed on the score sheet; it changes at every re-evaluation.
    #[schema(value_type = Option<String>, example = "83-829-28780-3-2022")]
    pub official_code: Option<SmolStr>,
    /// Year of the round that the source names; not the year of signing.
    #[schema(example = 2020)]
    pub round_year: Option<i32>,
    /// The product's name at that time.
    #[schema(value_type = String, example = "Trà xanh hộp 100gr")]
    pub name_then: SmolStr,
    /// Where it was made, as named at that time.
    pub place_then: Option<PlaceRef>,
    /// What was recorded about it.
    pub acts: Vec<Act>,
    /// A doubt recorded with it.
    pub warning: Option<Warning>,
    /// Where this is from.
    pub provenance: Provenance,
}

/// Something recorded about a certificate.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Act {
    /// What was done.
    pub kind: ActKind,
    /// First day on which it holds.
    pub effective_on: NaiveDate,
    /// New last day, of an extension.
    pub until: Option<NaiveDate>,
    /// Legal ground, of a withdrawal.
    pub ground: Option<Ground>,
    /// The instrument.
    pub decision: Option<DecisionRef>,
}

impl Certificate {
    /// The certificates of a record, newest first. One without a day stands at the end of its round's year.
    pub fn history(record: &Record, day: NaiveDate) -> Vec<Self> {
        Self::order(record).into_iter().map(|index| Self::of(record, index, day, false)).collect()
    }

    /// Which certificates of a record these are, in that order.
    pub fn order(record: &Record) -> Vec<usize> {
        let begun = |index: &usize| {
            let certificate = &record.certificates[*index];
            let round_ends = || NaiveDate::from_ymd_opt(certificate.round_year?, 12, 31);
            std::cmp::Reverse((certificate.valid_from.or_else(round_ends), *index))
        };
        let mut order: Vec<usize> = (0..record.certificates.len()).collect();
        order.sort_by_key(begun);
        order
    }

    /// One certificate of a record.
    pub fn of(record: &Record, index: usize, day: NaiveDate, with_product: bool) -> Self {
        let certificate: record::Certificate = record.certificates[index].clone();
        let term = certificate.term();
        let extended = term.filter(|term| term.extended_until > term.until).map(|term| term.extended_until);
        let issuer = certificate.issuer.as_deref();
        Self {
            code: code_of(Noun::Certificate, certificate.id),
            product: with_product.then(|| ProductRef::of(&record.product)),
            status: certificate_status(record, index, day),
            stars: certificate.stars,
            score: certificate.score.map(|hundredths| f64::from(hundredths) / 100.0),
            valid_from: certificate.valid_from,
            valid_until: certificate.valid_until,
            extended_until: extended,
            ends_on: term.filter(|term| !term.is_void()).map(|term| term.last_day()),
            ends_by: term.map(|term| term.ending()),
            issuer: issuer.and_then(|key| Issuer::of_key(key, certificate.valid_from)),
            document_sha256: certificate.decision.as_ref().and_then(|decision| decision.document_sha256.clone()),
            decision: certificate.decision.map(|decision| DecisionRef::of(decision, issuer)),
            regime: certificate.regime,
            official_code: certificate.official_code,
            round_year: certificate.round_year,
            name_then: certificate.name_then,
            place_then: PlaceRef::of_key(&certificate.place_then),
            acts: certificate
                .acts
                .into_iter()
                .map(|act| Act {
                    kind: act.kind,
                    effective_on: act.effective_on,
                    until: act.until,
                    ground: act.ground,
                    decision: act.decision.map(|decision| DecisionRef::of(decision, None)),
                })
                .collect(),
            warning: certificate.warning,
            provenance: certificate.provenance.into(),
        }
    }
}
