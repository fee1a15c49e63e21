//! Which product a row speaks of, and whether its recognition is already known.
//!
//! Two wrong answers are possible. Making one product of two could lend a certificate to a product
//! that has none, so a match needs the same producer (or a name that carries the producer's brand)
//! and no contradiction between the recognitions. Making two of one only splits a history.

use super::row::Candidate;
use crate::domain::code::{Noun, code_of};
use crate::domain::lineage::lineage;
use crate::domain::place;
use crate::domain::producer::name_key;
use crate::domain::product_name::{bears_brand, core};
use crate::domain::record::{Certificate, Record};
use crate::domain::text::fold;
use crate::store::producer::ProducerRow;
use crate::store::{StoreResult, WriteTx, producer, product, projection};
use chrono::Datelike;

/// What a row was found to be.
pub(super) enum Match {
    /// Nothing known.
    New,
    /// A further recognition of a known product.
    Product(Box<Record>),
    /// A recognition that is known, by its index in the record.
    Recognition(Box<Record>, usize),
}

/// The producer that a row names, if it is known.
pub(super) fn find_producer(tx: &mut WriteTx<'_>, candidate: &Candidate) -> StoreResult<Option<ProducerRow>> {
    let Some(named) = &candidate.producer else { return Ok(None) };
    if let Some(code) = &named.tax_code
        && let Some(id) = producer::by_identifier(tx.conn(), "tax_code", code)?
    {
        return producer::find(tx.conn(), id);
    }
    Ok(producer::matching(tx.conn(), &name_key(&named.name), &province_now(candidate))?.into_iter().next())
}

/// The product that a row speaks of.
pub(super) fn find_product(tx: &mut WriteTx<'_>, candidate: &mut Candidate, producer: Option<&ProducerRow>) -> StoreResult<Match> {
    let key = fold(&candidate.name_vi);
    let same_name = product::named(tx.conn(), &key, &province_now(candidate))?;
    let same_name = projection::assemble(tx.conn(), &same_name)?;
    let maker = candidate.producer.as_ref().map(|p| p.name.as_str());
    let mut found: Vec<Record> = Vec::new();
    if let Some(producer) = producer {
        let ids = product::of_producer(tx.conn(), producer.id)?;
        let own = projection::assemble(tx.conn(), &ids)?;
        let core_key = core(&candidate.name_vi, maker);
        let (exact, others): (Vec<Record>, Vec<Record>) = own.into_iter().partition(|record| names(record).any(|name| fold(name) == key));
        found.extend(exact);
        found.extend(others.into_iter().filter(|record| names(record).any(|name| core(name, maker) == core_key)));
    }
    match maker {
        // A row that knew no producer may have come first; the brand in the name vouches for it.
        Some(maker) if bears_brand(&candidate.name_vi, maker) => {
            found.extend(same_name.into_iter().filter(|record| record.producer.is_none()))
        }
        Some(_) => {}
        None => found.extend(same_name.into_iter().filter(|record| {
            let branded = record.producer.as_ref().is_none_or(|producer| bears_brand(&candidate.name_vi, &producer.name));
            branded && same_district(record, candidate)
        })),
    }
    if let Some((record, index)) = found.iter().find_map(|record| Some((record, known(record, candidate)?))) {
        return Ok(Match::Recognition(Box::new(record.clone()), index));
    }
    found.retain(|record| !record.certificates.iter().any(|certificate| contradicts(certificate, candidate)));
    Ok(match found.into_iter().next() {
        Some(record) => {
            if names(&record).all(|name| fold(name) != key) {
                let code = code_of(Noun::Product, record.product.id);
                candidate.notes.push(format!("taken for the product {code} \"{}\" under another name", record.product.name_vi));
            }
            Match::Product(Box::new(record))
        }
        None => Match::New,
    })
}

fn province_now(candidate: &Candidate) -> String {
    let gazetteer = place::gazetteer();
    gazetteer.place(gazetteer.province_now(candidate.place)).key.clone()
}

fn names(record: &Record) -> impl Iterator<Item = &str> {
    let product = &record.product;
    std::iter::once(&product.name_vi)
        .chain(&product.former_names)
        .chain(record.certificates.iter().map(|c| &c.name_then))
        .map(String::as_str)
}

/// Neither names a district that the other does not.
fn same_district(record: &Record, candidate: &Candidate) -> bool {
    let (one, other) =
        (lineage(&record.product.place).district_then, lineage(&place::gazetteer().place(candidate.place).key).district_then);
    one.is_empty() || other.is_empty() || one == other
}

/// Both are known and differ.
fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

/// The index of the recognition that the row reports again.
fn known(record: &Record, candidate: &Candidate) -> Option<usize> {
    record.certificates.iter().position(|certificate| {
        let number = certificate.decision.as_ref().and_then(|d| d.number.as_deref()).and_then(crate::domain::decision_number::key);
        let signed_on = candidate.term.map(|term| term.signed_on);
        let same_name = fold(&certificate.name_then) == fold(&candidate.name_vi);
        let same_round = match (certificate.valid_from, signed_on) {
            (Some(one), Some(other)) => one == other,
            // A report that leaves the day out is of the same one if all else agrees.
            _ => certificate.round_year == candidate.round_year,
        };
        same_name
            && same_round
            && certificate.stars == candidate.stars
            && certificate.issuer == candidate.issuer
            && !differ(number.as_ref(), candidate.number_key.as_ref())
    })
}

/// Two recognitions by one authority in one round cannot be of one product.
fn contradicts(certificate: &Certificate, candidate: &Candidate) -> bool {
    let year = |round: Option<i32>, day: Option<chrono::NaiveDate>| round.or(day.map(|day| day.year()));
    let one = year(certificate.round_year, certificate.valid_from);
    let other = year(candidate.round_year, candidate.term.map(|term| term.signed_on));
    certificate.issuer == candidate.issuer && one == other
}
