//! Which product a row speaks of, and whether its recognition is already known.
//!
//! Two wrong answers are possible. Making one product of two could lend a certificate to a product
//! that has none, so a match needs the same producer, or a name that carries the producer's brand.
//! Making two of one leaves the older certificate in force beside the one that took its place, so a
//! product of the same producer, name and place is never added twice: where it cannot be told what a
//! row speaks of, the row is refused. Only another name for pack or brand keeps rows apart.

use super::clash;
use super::memory::{Memory, names};
use super::row::{Candidate, Refusal};
use crate::domain::authority;
use crate::domain::code::{Noun, code_of};
use crate::domain::day::Day;
use crate::domain::decision_number;
use crate::domain::lineage::lineage;
use crate::domain::place;
use crate::domain::producer::name_key;
use crate::domain::product_name::{brand, core};
use crate::domain::record::{Certificate, Record};
use crate::domain::text::{fold, marked};
use crate::error::say;
use crate::store::producer::ProducerRow;
use crate::store::{StoreResult, WriteTx, merged, producer, projection};
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

/// The producer that a row names, if it is known. A name that a merged producer bore leads to the survivor.
pub(super) fn find_producer(tx: &mut WriteTx<'_>, candidate: &Candidate) -> StoreResult<Option<ProducerRow>> {
    let Some(named) = &candidate.producer else { return Ok(None) };
    if let Some(code) = &named.tax_code
        && let Some(id) = producer::by_identifier(tx.conn(), "tax_code", code)?
    {
        return producer::find(tx.conn(), id);
    }
    let here = place_key(candidate);
    let rows = producer::ever_matching(tx.conn(), &name_key(&named.name), &province_now(candidate))?;
    let merged: Vec<i64> = rows.iter().filter(|row| row.merged_into.is_some()).map(|row| row.id).collect();
    let survivors = merged::survivors(tx.conn(), Noun::Producer, &merged)?;
    let mut fitting: Vec<(bool, i64)> = Vec::new();
    for row in rows {
        let id = survivors.get(&row.id).copied().unwrap_or(row.id);
        // By now a tax code of its own is another one.
        let other = named.tax_code.is_some() && tax_code(tx, id)?.is_some();
        // People and cooperatives of one name live in several places; companies do not share names. What a
        // list left out of a producer's place, its products may tell.
        let mut elsewhere = || -> StoreResult<bool> {
            Ok(apart(&row.place, &here) || producer::places(tx.conn(), id)?.iter().any(|place| apart(place, &here)))
        };
        if !other && (named.form.has_name_of_its_own() || !elsewhere()?) {
            fitting.push((row.place == here, id));
        }
    }
    let here = fitting.iter().find(|(here, _)| *here).map(|(_, id)| *id);
    let only = || fitting.first().map(|(_, id)| *id).filter(|first| fitting.iter().all(|(_, id)| id == first));
    match here.or_else(only) {
        Some(id) => producer::find(tx.conn(), id),
        None => Ok(None),
    }
}

/// The tax code of a producer, where one is known.
pub(super) fn tax_code(tx: &mut WriteTx<'_>, producer: i64) -> StoreResult<Option<String>> {
    let identifiers = producer::identifiers(tx.conn(), &[producer])?;
    Ok(identifiers.into_iter().find(|identifier| identifier.kind == "tax_code").map(|identifier| identifier.value))
}

/// The product that a row speaks of; a refusal where that cannot be told, or where what the row says
/// of it contradicts what is known.
pub(super) fn find_product(
    tx: &mut WriteTx<'_>,
    memory: &mut Memory,
    candidate: &mut Candidate,
    producer: Option<&ProducerRow>,
) -> StoreResult<Result<Match, Refusal>> {
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
            (Some(maker), None) if vouches(candidate, maker) && !made_elsewhere(&record, &here) => branded.push(record),
            (None, Some(maker)) if vouches(candidate, &maker.name) && !made_elsewhere(&record, &here) => branded.push(record),
            (None, None) if around(&record.product.place) == around(&here) => nameless.push(record),
            _ => {}
        }
    }

    let told = [&exact, &branded, &alike, &nameless].into_iter().flatten();
    if let Some((record, index)) = told.into_iter().find_map(|record| Some((record, known(record, candidate)?))) {
        return Ok(settled(memory, record.clone(), Some(index), candidate));
    }
    // One producer's products of one name in one place are one product: what was decided later comes after
    // what was decided before, however soon. Two of them, and nobody can tell which one is meant.
    for mut tier in [exact, branded] {
        if tier.iter().any(|record| !made_elsewhere(record, &here)) {
            tier.retain(|record| !made_elsewhere(record, &here));
        }
        if tier.len() > 1 {
            return Ok(Err(clash::several(&tier)));
        }
        if let Some(record) = tier.pop() {
            let elsewhere = made_elsewhere(&record, &here);
            if let Some(rival) = record.certificates.iter().find(|rival| contradicts(rival, candidate)) {
                if elsewhere {
                    return Ok(Err(clash::elsewhere(&record)));
                }
                if candidate.term.is_none() {
                    return Ok(Err(clash::undated(memory, &record, rival, candidate)));
                }
            }
            return Ok(settled(memory, record, None, candidate));
        }
    }
    // Of unknown producers, what one decision says twice of one name in one place is a contradiction.
    let same_decision = |rival: &&Certificate| contradicts(rival, candidate) && rival.valid_from == signed_on(candidate);
    for record in nameless.iter().filter(|record| candidate.term.is_some() && record.product.place == here) {
        if let Some(rival) = record.certificates.iter().find(same_decision) {
            return Ok(Err(clash::same_day(memory, record, rival, candidate)));
        }
    }
    let (mut open, contradicted): (Vec<_>, Vec<_>) = alike
        .into_iter()
        .partition(|record| !record.certificates.iter().any(|rival| contradicts(rival, candidate) || on_its_day(rival, candidate)));
    if open.len() != 1 {
        let apart_from = if open.is_empty() { &contradicted } else { &open };
        if !apart_from.is_empty() {
            let codes = clash::codes(apart_from);
            candidate.notes.push(say(
                format!("có thể là một trong các sản phẩm {codes} dưới tên khác; được ghi thành sản phẩm riêng"),
                format!("may be any of the products {codes} under another name; it was kept apart"),
            ));
        }
        return Ok(Ok(Match::New));
    }
    let Some(record) = open.pop() else { return Ok(Ok(Match::New)) };
    let (code, name) = (code_of(Noun::Product, record.product.id), &record.product.name_vi);
    candidate.notes.push(say(
        format!("được coi là sản phẩm {code} \"{name}\" dưới tên khác"),
        format!("taken for the product {code} \"{name}\" under another name"),
    ));
    Ok(Ok(Match::Product(Box::new(record))))
}

/// The same for a row whose product is known otherwise; a refusal where what it says contradicts what is known.
pub(super) fn of_product(
    tx: &mut WriteTx<'_>,
    memory: &Memory,
    product: i64,
    candidate: &Candidate,
) -> StoreResult<Result<Match, Refusal>> {
    let record = projection::assemble(tx.conn(), &[product])?.into_iter().next();
    Ok(record.map_or(Ok(Match::New), |record| {
        let index = known(&record, candidate);
        settled(memory, record, index, candidate)
    }))
}

/// Whether the row dates a recognition that was known without its day.
pub(super) fn completes(candidate: &Candidate, record: &Record, index: usize) -> bool {
    record.certificates[index].valid_from.is_none() && candidate.term.is_some()
}

/// A row about a known product: its recognition `index` told again, or a further one. A product is
/// recognised once on a day.
fn settled(memory: &Memory, record: Record, index: Option<usize>, candidate: &Candidate) -> Result<Match, Refusal> {
    let written = index.is_none_or(|index| completes(candidate, &record, index));
    let rival = record.certificates.iter().find(|rival| written && on_its_day(rival, candidate));
    let renamed = index.map(|index| &record.certificates[index]).filter(|told| memory.told_otherwise(told, candidate));
    if let Some(rival) = rival.or(renamed) {
        return Err(clash::same_day(memory, &record, rival, candidate));
    }
    let record = Box::new(record);
    Ok(index.map_or_else(|| Match::Product(record.clone()), |index| Match::Recognition(record.clone(), index)))
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

/// Whether a product is made in another place, by what it or any of its recognitions says.
pub(super) fn made_elsewhere(record: &Record, here: &str) -> bool {
    let told = record.certificates.iter().map(|certificate| &certificate.place_then);
    std::iter::once(&record.product.place).chain(told).any(|place| apart(place, here))
}

/// Both are known and differ.
fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

/// The index of the recognition that the row reports again. Under another name of the product it is the same
/// only by its day and number.
fn known(record: &Record, candidate: &Candidate) -> Option<usize> {
    let key = marked(&candidate.name_vi);
    let number = |certificate: &Certificate| certificate.decision.as_ref().and_then(|d| d.number.as_deref()).and_then(decision_number::key);
    let agrees = |certificate: &Certificate| {
        certificate.stars == candidate.stars
            && same_issuer(certificate.issuer.as_deref(), candidate)
            && !differ(number(certificate).as_ref(), candidate.number_key.as_ref())
    };
    let same_name = |certificate: &Certificate| marked(&certificate.name_then) == key;
    let position = |fits: &dyn Fn(&Certificate) -> bool| record.certificates.iter().position(|one| agrees(one) && fits(one));
    position(&|one| on_its_day(one, candidate) && same_name(one))
        .or_else(|| {
            let borne = names(record).any(|name| marked(name) == key);
            position(&|one| borne && on_its_day(one, candidate) && number(one).is_some() && number(one) == candidate.number_key)
        })
        .or_else(|| {
            // A report that leaves the day out is of the same one if all else agrees.
            position(&|one| {
                let undated = one.valid_from.is_none() || candidate.term.is_none();
                let same_round = one.round_year == candidate.round_year || year(one) == year_of(candidate);
                undated && same_round && same_name(one)
            })
        })
}

fn signed_on(candidate: &Candidate) -> Option<Day> {
    candidate.term.map(|term| term.signed_on)
}

/// Whether a certificate is of the very day of the row's decision.
fn on_its_day(certificate: &Certificate, candidate: &Candidate) -> bool {
    certificate.valid_from.is_some() && certificate.valid_from == signed_on(candidate)
}

/// Whether it was the row's authority that signed, whatever it was called on that day.
pub(super) fn same_issuer(issuer: Option<&str>, candidate: &Candidate) -> bool {
    match (issuer, candidate.issuer.as_deref()) {
        (Some(one), Some(other)) => authority::is_same(one, other),
        (one, other) => one == other,
    }
}

fn year(certificate: &Certificate) -> Option<i32> {
    certificate.round_year.or(certificate.valid_from.map(|day| day.year()))
}

fn year_of(candidate: &Candidate) -> Option<i32> {
    candidate.round_year.or(signed_on(candidate).map(|day| day.year()))
}

/// Two recognitions by one authority in one round that are not the same one. Where the authority is
/// not stated, another name decides that it may be the same one.
fn contradicts(certificate: &Certificate, candidate: &Candidate) -> bool {
    let same_issuer = same_issuer(certificate.issuer.as_deref(), candidate)
        || ((certificate.issuer.is_none() || candidate.issuer.is_none()) && marked(&certificate.name_then) != marked(&candidate.name_vi));
    same_issuer && year(certificate) == year_of(candidate)
}
