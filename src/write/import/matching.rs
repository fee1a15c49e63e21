//! Which product a row speaks of, and whether its recognition is already known.
//!
//! Two wrong answers are possible. Making one product of two could lend a certificate to a product
//! that has none, so a match needs the same producer (or a name that carries the producer's brand)
//! and no contradiction between the recognitions. Making two of one only splits a history.

use super::memory::{Memory, names};
use super::row::Candidate;
use crate::domain::code::{Noun, code_of};
use crate::domain::lineage::lineage;
use crate::domain::place;
use crate::domain::producer::name_key;
use crate::domain::product_name::{brand, core};
use crate::domain::record::{Certificate, Record};
use crate::domain::text::{fold, marked};
use crate::error::say;
use crate::store::producer::ProducerRow;
use crate::store::{StoreResult, WriteTx, producer, projection};
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

impl Match {
    /// The product, where it is known.
    pub(super) fn record(&self) -> Option<&Record> {
        match self {
            Self::New => None,
            Self::Product(record) | Self::Recognition(record, _) => Some(record),
        }
    }
}

/// The producer that a row names, if it is known.
pub(super) fn find_producer(tx: &mut WriteTx<'_>, candidate: &Candidate) -> StoreResult<Option<ProducerRow>> {
    let Some(named) = &candidate.producer else { return Ok(None) };
    if let Some(code) = &named.tax_code
        && let Some(id) = producer::by_identifier(tx.conn(), "tax_code", code)?
    {
        return producer::find(tx.conn(), id);
    }
    let here = place_key(candidate);
    let mut fitting = Vec::new();
    for row in producer::matching(tx.conn(), &name_key(&named.name), &province_now(candidate))? {
        // By now a tax code of its own is another one.
        let other = named.tax_code.is_some() && tax_code(tx, row.id)?.is_some();
        // People and cooperatives of one name live in several places; companies do not share names.
        if !other && (named.form.has_name_of_its_own() || !apart(&row.place, &here)) {
            fitting.push(row);
        }
    }
    Ok(match fitting.iter().position(|row| row.place == here) {
        Some(index) => Some(fitting.swap_remove(index)),
        None if fitting.len() == 1 => fitting.pop(),
        None => None,
    })
}

/// The tax code of a producer, where one is known.
pub(super) fn tax_code(tx: &mut WriteTx<'_>, producer: i64) -> StoreResult<Option<String>> {
    let identifiers = producer::identifiers(tx.conn(), &[producer])?;
    Ok(identifiers.into_iter().find(|identifier| identifier.kind == "tax_code").map(|identifier| identifier.value))
}

/// The product that a row speaks of.
pub(super) fn find_product(
    tx: &mut WriteTx<'_>,
    memory: &mut Memory,
    candidate: &mut Candidate,
    producer: Option<&ProducerRow>,
) -> StoreResult<Match> {
    let key = marked(&candidate.name_vi);
    let bears = |record: &Record| names(record).any(|name| marked(name) == key);
    let maker = candidate.producer.as_ref().map(|p| p.name.as_str());
    let here = place_key(candidate);

    // The producer's own products: of this name, then of this name but for pack and brand.
    let (mut exact, mut alike) = (Vec::new(), Vec::new());
    if let Some(producer) = producer {
        let ids = memory.like(tx, producer.id, maker.unwrap_or_default(), &candidate.name_vi)?;
        let core_key = core(&candidate.name_vi, maker);
        for record in projection::assemble(tx.conn(), &ids)? {
            if bears(&record) {
                exact.push(record);
            } else if names(&record).any(|name| core(name, maker) == core_key) {
                alike.push(record);
            }
        }
    }
    // Where a side names no producer, the brand in the name vouches for it; without a brand only
    // the same recognition, told again, is recognised.
    let (mut branded, mut nameless) = (Vec::new(), Vec::new());
    let same_name = memory.named(tx, &fold(&candidate.name_vi), &province_now(candidate), maker.is_some())?;
    for record in projection::assemble(tx.conn(), &same_name)?.into_iter().filter(bears) {
        match (maker, &record.producer) {
            (Some(maker), None) if vouches(candidate, maker) && !apart(&record.product.place, &here) => branded.push(record),
            (None, Some(maker)) if vouches(candidate, &maker.name) && !apart(&record.product.place, &here) => branded.push(record),
            (None, None) if around(&record.product.place) == around(&here) => nameless.push(record),
            _ => {}
        }
    }

    let told = [&exact, &alike, &branded, &nameless].into_iter().flatten();
    if let Some((record, index)) = told.into_iter().find_map(|record| Some((record, known(record, candidate)?))) {
        return Ok(Match::Recognition(Box::new(record.clone()), index));
    }
    for mut tier in [exact, alike, branded] {
        tier.retain(|record| !record.certificates.iter().any(|certificate| contradicts(certificate, candidate)));
        if tier.len() > 1 {
            let codes: Vec<String> = tier.iter().map(|record| code_of(Noun::Product, record.product.id)).collect();
            let codes = codes.join(", ");
            candidate.notes.push(say(
                format!("có thể là một trong các sản phẩm {codes}, nên ghi thành sản phẩm riêng"),
                format!("may be any of the products {codes}, so it was kept apart"),
            ));
            return Ok(Match::New);
        }
        if let Some(record) = tier.pop() {
            if !bears(&record) {
                let code = code_of(Noun::Product, record.product.id);
                let name = &record.product.name_vi;
                candidate.notes.push(say(
                    format!("được coi là sản phẩm {code} \"{name}\" dưới tên khác"),
                    format!("taken for the product {code} \"{name}\" under another name"),
                ));
            }
            return Ok(Match::Product(Box::new(record)));
        }
    }
    Ok(Match::New)
}

/// The same for a row whose product is known otherwise; `None` when there is no such product.
pub(super) fn of_product(tx: &mut WriteTx<'_>, product: i64, candidate: &Candidate) -> StoreResult<Option<Match>> {
    let record = projection::assemble(tx.conn(), &[product])?.into_iter().next();
    Ok(record.map(|record| match known(&record, candidate) {
        Some(index) => Match::Recognition(Box::new(record), index),
        None => Match::Product(Box::new(record)),
    }))
}

/// Whether the row's name ends in the brand of a maker, and that brand is not merely the place where
/// others make the same.
fn vouches(candidate: &Candidate, maker: &str) -> bool {
    let within = Some(place::gazetteer().province_now(candidate.place));
    brand(&candidate.name_vi, maker).is_some_and(|brand| {
        let query = place::Query { name: &brand, within, ..place::Query::default() };
        place::gazetteer().resolve(query).candidates().is_empty()
    })
}

/// Key of the deepest place that the row names.
pub(super) fn place_key(candidate: &Candidate) -> String {
    place::gazetteer().place(candidate.place).key.clone()
}

fn province_now(candidate: &Candidate) -> String {
    let gazetteer = place::gazetteer();
    gazetteer.place(gazetteer.province_now(candidate.place)).key.clone()
}

/// The old units that a place lies in, as far as it says.
fn around(place: &str) -> (String, String) {
    let lineage = lineage(place);
    (lineage.province_then, lineage.district_then)
}

/// Both places name a unit of one kind, and it is another one.
fn apart(one: &str, other: &str) -> bool {
    let (one, other) = (lineage(one), lineage(other));
    let differ = |one: &str, other: &str| !one.is_empty() && !other.is_empty() && one != other;
    differ(&one.province_then, &other.province_then)
        || differ(&one.district_then, &other.district_then)
        || differ(&one.commune_then, &other.commune_then)
        || differ(&one.commune_now, &other.commune_now)
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
        let same_name = marked(&certificate.name_then) == marked(&candidate.name_vi);
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

/// Two recognitions by one authority in one round cannot be of one product. Where the authority is
/// not stated, another name decides that it may be the same one.
fn contradicts(certificate: &Certificate, candidate: &Candidate) -> bool {
    let year = |round: Option<i32>, day: Option<chrono::NaiveDate>| round.or(day.map(|day| day.year()));
    let one = year(certificate.round_year, certificate.valid_from);
    let other = year(candidate.round_year, candidate.term.map(|term| term.signed_on));
    let same_issuer = certificate.issuer == candidate.issuer
        || ((certificate.issuer.is_none() || candidate.issuer.is_none()) && marked(&certificate.name_then) != marked(&candidate.name_vi));
    same_issuer && one == other
}
