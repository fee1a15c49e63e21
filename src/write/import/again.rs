//! What a row adds to a recognition that is known. Lists differ in what they tell: one has the barcodes, another
//! the points. What was left open is filled in; what contradicts what is known is refused.

use super::clash;
use super::effect::new_gtins;
use super::matching::{made_elsewhere, place_key, tax_code};
use super::row::{Candidate, Refusal};
use crate::domain::classification::Class;
use crate::domain::day::{Day, term_end};
use crate::domain::place;
use crate::domain::record::{Certificate, Record, Source};
use crate::domain::regime::TERM_MONTHS;
use crate::store::{StoreResult, WriteTx};

/// Facts that were not known.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Addition {
    /// The last day as printed, where only the anniversary was known.
    pub(super) valid_until: Option<Day>,
    pub(super) score: Option<i32>,
    pub(super) official_code: Option<String>,
    pub(super) name_en: Option<String>,
    pub(super) class: Option<Class>,
    pub(super) gtins: Vec<String>,
    /// A place within the one that was known, of the product and of the recognition.
    pub(super) place: Option<String>,
    pub(super) place_then: Option<String>,
    /// Who makes it, or the maker's tax code.
    pub(super) producer: bool,
}

impl Addition {
    /// What the row adds to the recognition `index` of a record.
    pub(super) fn of(tx: &mut WriteTx<'_>, candidate: &Candidate, record: &Record, index: usize) -> StoreResult<Result<Self, Refusal>> {
        if !candidate.adds {
            return Ok(Ok(Self::default()));
        }
        let (product, certificate) = (&record.product, &record.certificates[index]);
        let facts = printed(candidate, certificate).and_then(|valid_until| {
            Ok((
                valid_until,
                new(certificate.score, candidate.score, "score", certificate)?,
                new(certificate.official_code.as_deref(), candidate.official_code.as_deref(), "official_code", certificate)?,
            ))
        });
        let (valid_until, score, official_code) = match facts {
            Ok(facts) => facts,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let classed = candidate.class.filter(|class| match (product.group, product.set) {
            (None, _) => true,
            (Some(group), None) => class.group == group && class.set.is_some(),
            (Some(_), Some(_)) => false,
        });
        let producer = match (&record.producer, &candidate.producer) {
            (None, Some(_)) => true,
            (Some(known), Some(named)) if named.tax_code.is_some() => tax_code(tx, known.id)?.is_none(),
            _ => false,
        };
        Ok(Ok(Self {
            valid_until,
            score,
            official_code: official_code.map(str::to_owned),
            name_en: candidate.name_en.clone().filter(|_| product.name_en.is_none()),
            class: classed,
            gtins: new_gtins(candidate, product),
            place: finer(&product.place, record, candidate),
            place_then: finer(&certificate.place_then, record, candidate),
            producer,
        }))
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A fact that was left open; a refusal where another was known.
fn new<T: PartialEq>(known: Option<T>, told: Option<T>, column: &'static str, certificate: &Certificate) -> Result<Option<T>, Refusal> {
    match (known, told) {
        (Some(known), Some(told)) if known != told => Err(clash::told_otherwise(column, certificate)),
        (Some(_), _) => Ok(None),
        (None, told) => Ok(told),
    }
}

/// The printed last day, which goes before the anniversary; but not behind the back of a signed decision that was
/// seen, or of an act that was taken on the term as it was known.
fn printed(candidate: &Candidate, certificate: &Certificate) -> Result<Option<Day>, Refusal> {
    let Some(day) = candidate.term.filter(|term| term.is_printed).map(|term| term.valid_until) else { return Ok(None) };
    let computed = certificate.valid_from.map(|from| term_end(from, TERM_MONTHS));
    let open =
        certificate.valid_until == computed && certificate.acts.is_empty() && certificate.provenance.source != Source::SignedDecision;
    match certificate.valid_until {
        Some(known) if known == day => Ok(None),
        Some(_) if !open => Err(clash::told_otherwise("valid_until", certificate)),
        _ => Ok(Some(day)),
    }
}

/// The row's place, where it is a unit inside the one that was known and nothing else places the product otherwise.
pub(super) fn finer(known: &str, record: &Record, candidate: &Candidate) -> Option<String> {
    let (gazetteer, here) = (place::gazetteer(), place_key(candidate));
    let within = gazetteer.get(known).is_some_and(|known| gazetteer.ancestors(candidate.place).any(|around| around == known));
    Some(here).filter(|here| within && !made_elsewhere(record, here))
}
