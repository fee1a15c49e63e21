//! Is the product under this identifier certified on this day?

use super::answer::Answer;
use super::merged::{survivor, survivors};
use super::view::page::Single;
use super::view::producer::ProducerRef;
use super::view::product::ProductSummary;
use super::view::verification::{IdentifierType, Verification};
use super::{ReadResult, Reader};
use crate::domain::authority::authority;
use crate::domain::code::{self, CodeError, Noun};
use crate::domain::day::{Day, number};
use crate::domain::gtin::{Gtin, GtinError};
use crate::domain::record::Record;
use crate::domain::text::{fold, path_of_address};
use crate::domain::verdict::{Outcome, Reason};
use crate::domain::{decision_number, official_code};
use crate::error::{Code, Text, say};
use crate::store::decision::DecisionRow;
use crate::store::{Conn, Snapshot, StoreResult, certificate, decision, producer, product, record};
use chrono::Datelike;

/// The most products named beside an answer.
const MOST_BESIDE: u8 = 20;

/// What an identifier asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identifier {
    /// A registry code.
    Coded(Noun, i64),
    /// A barcode, as 14 digits.
    Gtin(String),
    /// A code printed on a score sheet.
    Official(String),
    /// A decision's number, who signed it, in which year, and the product's name.
    Decision(DecisionAsk),
}

/// A product by decision and name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DecisionAsk {
    /// Number as printed.
    pub number: String,
    /// Key of the authority, or words of its name.
    pub issuer: String,
    /// Year of signing, or of the round, where known.
    pub year: Option<i32>,
    /// Name of the product.
    pub name: String,
}

/// An identifier that cannot be read.
pub type Unreadable = (Code, Text);

impl Identifier {
    /// Reads a code, barcode or official code as people write it, or as scanners give it: the address that a label's QR
    /// code leads to ends in a registry code, and GS1 element strings and Digital Links hold a barcode.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        if let Some(official) = official_code::parse(text) {
            return Ok(Self::Official(official));
        }
        let checksum = |what_vi: &str, what_en: &str| {
            (
                Code::ChecksumFailed,
                say(
                    format!(
                        "\"{text}\": {what_vi} sai ký tự kiểm tra; hãy kiểm tra lại lỗi gõ. Điều này không có nghĩa là sản phẩm không được công nhận."
                    ),
                    format!(
                        "\"{text}\": the check character of this {what_en} is wrong; look for a typing error. It does not mean that the product is not certified."
                    ),
                ),
            )
        };
        match Gtin::parse(text) {
            Ok(gtin) => return Ok(Self::Gtin(gtin.as_str().to_owned())),
            Err(GtinError::Checksum) => return Err(checksum("mã vạch", "barcode")),
            Err(GtinError::Malformed) => {}
        }
        let path = path_of_address(text.trim()).map(|path| path.trim_end_matches('/'));
        match code::parse(path.and_then(|path| path.rsplit('/').next()).unwrap_or(text)) {
            Ok((noun, serial)) => Ok(Self::Coded(noun, serial)),
            Err(CodeError::Checksum) => Err(checksum("mã đăng ký", "registry code")),
            Err(CodeError::Malformed) => Err(malformed(text)),
        }
    }

    /// Whether it names something that has many products.
    pub fn is_compound(&self) -> bool {
        matches!(self, Self::Coded(Noun::Producer | Noun::Decision, _) | Self::Decision(_))
    }

    pub(super) fn kind(&self) -> IdentifierType {
        match self {
            Self::Coded(Noun::Product, _) => IdentifierType::ProductCode,
            Self::Coded(Noun::Certificate, _) => IdentifierType::CertificateCode,
            Self::Coded(Noun::Producer, _) => IdentifierType::ProducerCode,
            Self::Coded(Noun::Decision, _) => IdentifierType::DecisionCode,
            Self::Gtin(_) => IdentifierType::Gtin,
            Self::Official(_) => IdentifierType::OfficialCode,
            Self::Decision(_) => IdentifierType::Decision,
        }
    }
}

/// The most of what cannot be read that is repeated, in characters.
const MOST_SHOWN: usize = 100;

fn malformed(text: &str) -> Unreadable {
    let text = text.char_indices().nth(MOST_SHOWN).map_or(text, |(end, _)| &text[..end]);
    (
        Code::MalformedIdentifier,
        say(
            format!(
                "\"{text}\" không phải mã đăng ký (như P00000BY), mã vạch (8, 12, 13 hoặc 14 chữ số), liên kết có một trong hai mã đó, hay mã sản phẩm OCOP (như 83-829-28780-3-2022)."
            ),
            format!(
                "\"{text}\" is no registry code (such as P00000BY), barcode (8, 12, 13 or 14 digits), link with one of these, or official product code (such as 83-829-28780-3-2022)."
            ),
        ),
    )
}

/// The product that a text is the code or barcode of, if it is one.
pub(super) fn product_of_text(conn: &mut Conn, text: &str) -> StoreResult<Option<i64>> {
    let Ok(identifier) = Identifier::parse(text) else { return Ok(None) };
    if identifier.is_compound() {
        return Ok(None);
    }
    let (mut found, _) = found(conn, &identifier)?;
    if found.is_empty() {
        (found, _) = found_merged(conn, &identifier)?;
    }
    Ok(found.last().map(|record| record.product.id))
}

/// The answer on one identifier.
pub async fn verification(reader: &Reader, asked: String, identifier: Identifier, on: Day) -> ReadResult<Answer> {
    let quick = !identifier.is_compound();
    // On the way to a database elsewhere each statement counts: the commonest question is one.
    if let (Identifier::Coded(Noun::Product, id), false) = (&identifier, reader.door.is_near()) {
        let id = *id;
        let found = reader.door.glance(move |conn| record::find_with_certified(conn, id, number(on), MOST_BESIDE.into())).await?;
        if let Some(record) = &found.record {
            reader.learn(found.position);
            let verification = Verification::of(asked, identifier.kind(), record, None, on);
            return Ok(single(beside(verification, record, &found.certified, on), found.position, on));
        }
    }
    let question =
        move |snapshot: &mut Snapshot<'_>| Ok(single(one(snapshot.conn, asked.clone(), &identifier, on)?, snapshot.position, on));
    let answer = if quick { reader.door.glance_at(question).await } else { reader.door.snapshot(question).await }?;
    reader.learn(answer.position);
    Ok(answer)
}

fn single(verification: Verification, position: i64, on: Day) -> Answer {
    Answer::of(&Single { item: verification, data_version: position, as_of: on }, position)
}

/// The view on one identifier, on a snapshot.
pub fn verdict_on(snapshot: &mut Snapshot<'_>, asked: String, identifier: &Identifier, on: Day) -> ReadResult<Verification> {
    Ok(one(snapshot.conn, asked, identifier, on)?)
}

pub(super) fn one(conn: &mut Conn, asked: String, identifier: &Identifier, on: Day) -> StoreResult<Verification> {
    match alone(conn, asked, identifier, on)? {
        (verification, Some(record)) => with_others(conn, verification, &record, on),
        (verification, None) => Ok(verification),
    }
}

/// The view without what stands beside the product, and the product's record where there is one.
fn alone(conn: &mut Conn, asked: String, identifier: &Identifier, on: Day) -> StoreResult<(Verification, Option<Record>)> {
    if let Identifier::Coded(Noun::Producer, id) = identifier {
        return Ok((of_producer(conn, asked, *id, on)?, None));
    }
    let unknown = |asked| Verification::without_product(asked, identifier.kind(), Outcome::NotFound, Reason::UnknownIdentifier);
    let (mut candidates, mut cited) = found(conn, identifier)?;
    let merged = candidates.is_empty();
    if merged {
        (candidates, cited) = found_merged(conn, identifier)?;
    }
    let mut verification = match candidates.as_slice() {
        [] => return Ok((unknown(asked), None)),
        [record] => Verification::of(asked, identifier.kind(), record, cited, on),
        several => {
            let beside = several.iter().take(MOST_BESIDE.into()).map(|record| ProductSummary::of(record, on)).collect();
            let ambiguous = Verification::without_product(asked, identifier.kind(), Outcome::Ambiguous, Reason::SeveralMatches);
            return Ok((Verification { candidates: Some(beside), ..ambiguous }, None));
        }
    };
    if merged {
        verification.certification.reasons.push(Reason::IdentifierOfMergedRecord);
    }
    Ok((verification, candidates.pop()))
}

/// The answer on a record with what else its producer has certified, where the answer is no.
pub(super) fn with_others(conn: &mut Conn, verification: Verification, record: &Record, on: Day) -> StoreResult<Verification> {
    let producer = record.producer.as_ref().filter(|_| verification.certification.outcome != Outcome::Certified);
    let others = producer.map(|producer| record::certified_of(conn, producer.id, number(on), MOST_BESIDE.into())).transpose()?;
    Ok(beside(verification, record, &others.unwrap_or_default(), on))
}

/// The same with records that were read before.
fn beside(mut verification: Verification, record: &Record, others: &[Record], on: Day) -> Verification {
    if verification.certification.outcome != Outcome::Certified && record.producer.is_some() {
        let others = others.iter().filter(|other| other.product.id != record.product.id);
        let others: Vec<_> = others.map(|other| ProductSummary::of(other, on)).collect();
        if !others.is_empty() {
            verification.certification.reasons.push(Reason::ProducerKnown);
        }
        verification.producer_certified_products = Some(others);
    }
    verification
}

/// The products that an identifier names, and the certificate when it names one.
fn found(conn: &mut Conn, identifier: &Identifier) -> StoreResult<(Vec<Record>, Option<i64>)> {
    Ok(match identifier {
        Identifier::Coded(Noun::Producer, _) => (Vec::new(), None),
        Identifier::Coded(Noun::Product, id) => (record::find(conn, *id)?.into_iter().collect(), None),
        Identifier::Coded(Noun::Certificate, id) => {
            let product = certificate::product_of(conn, *id)?;
            (product.map(|id| record::find(conn, id)).transpose()?.flatten().into_iter().collect(), Some(*id))
        }
        Identifier::Coded(Noun::Decision, id) => {
            let products = certificate::products_of_decision(conn, *id, None, false, MOST_BESIDE.into())?;
            let records = record::find_all(conn, &products)?;
            let cited = match records.as_slice() {
                [record] => record.certificates.iter().find(|c| c.decision.as_ref().is_some_and(|d| d.id == *id)).map(|c| c.id),
                _ => None,
            };
            (records, cited)
        }
        Identifier::Gtin(gtin) => {
            let found = product::by_gtins(conn, std::slice::from_ref(gtin))?;
            (record::find_all(conn, &found.iter().map(|(_, product)| *product).collect::<Vec<_>>())?, None)
        }
        Identifier::Official(code) => {
            let found = certificate::by_official_codes(conn, std::slice::from_ref(code))?;
            let mut products: Vec<i64> = found.iter().map(|(_, product, _)| *product).collect();
            products.dedup();
            (record::find_all(conn, &products)?, found.last().map(|(.., certificate)| *certificate))
        }
        Identifier::Decision(ask) => of_decision(conn, ask)?,
    })
}

/// The same for an identifier of what was merged: the products and the certificate that live on.
fn found_merged(conn: &mut Conn, identifier: &Identifier) -> StoreResult<(Vec<Record>, Option<i64>)> {
    let merged = match identifier {
        Identifier::Coded(Noun::Certificate, id) => vec![*id],
        Identifier::Official(code) => {
            certificate::merged_by_official_codes(conn, std::slice::from_ref(code))?.into_iter().map(|(_, id)| id).collect()
        }
        Identifier::Coded(Noun::Decision, id) => certificate::merged_of_decision(conn, *id)?.into_iter().map(|(id, _)| id).collect(),
        Identifier::Decision(ask) => {
            let (mut merged, name) = (Vec::new(), fold(&ask.name));
            for row in decisions(conn, ask)? {
                let certificates = certificate::merged_of_decision(conn, row.id)?;
                merged.extend(certificates.into_iter().filter(|(_, then)| fold(then) == name).map(|(id, _)| id));
            }
            merged
        }
        Identifier::Coded(Noun::Product, id) => {
            let product = survivor(conn, Noun::Product, *id)?;
            return Ok((record::find_all(conn, product.as_slice())?, None));
        }
        Identifier::Coded(Noun::Producer, _) | Identifier::Gtin(_) => Vec::new(),
    };
    let mut certificates: Vec<i64> = survivors(conn, Noun::Certificate, &merged)?.into_values().collect();
    certificates.sort_unstable();
    certificates.dedup();
    let mut products: Vec<i64> = Vec::new();
    for chunk in certificates.chunks(1_000) {
        products.extend(certificate::products_of(conn, chunk)?.into_iter().map(|(_, product)| product));
    }
    products.sort_unstable();
    products.dedup();
    // One more than are named would say as much.
    products.truncate(MOST_BESIDE.into());
    let cited = if let [one] = certificates.as_slice() { Some(*one) } else { None };
    Ok((record::find_all(conn, &products)?, cited))
}

/// The view as in batches: what else the producer has certified is not looked for.
pub(super) fn brief(conn: &mut Conn, asked: String, identifier: &Identifier, on: Day) -> StoreResult<Verification> {
    Ok(Verification { producer_certified_products: None, ..alone(conn, asked, identifier, on)?.0 })
}

/// A producer's code names no product: the answer is no, with what the producer has certified.
fn of_producer(conn: &mut Conn, asked: String, id: i64, on: Day) -> StoreResult<Verification> {
    let survivor = survivor(conn, Noun::Producer, id)?;
    let Some(row) = producer::find(conn, survivor.unwrap_or(id))? else {
        return Ok(Verification::without_product(asked, IdentifierType::ProducerCode, Outcome::NotFound, Reason::UnknownIdentifier));
    };
    let certified = record::certified_of(conn, row.id, number(on), MOST_BESIDE.into())?;
    let certified = certified.iter().map(|record| ProductSummary::of(record, on)).collect();
    let form = crate::domain::producer::Form::parse(&row.form).unwrap_or(crate::domain::producer::Form::Unknown);
    let mut answer = Verification::without_product(asked, IdentifierType::ProducerCode, Outcome::NotCertified, Reason::ProducerKnown);
    answer.certification.reasons.extend(survivor.map(|_| Reason::IdentifierOfMergedRecord));
    let producer = ProducerRef { code: code::code_of(Noun::Producer, row.id), name: row.name.into(), form };
    Ok(Verification { producer: Some(producer), producer_certified_products: Some(certified), ..answer })
}

/// The decisions of a number, year and authority.
fn decisions(conn: &mut Conn, ask: &DecisionAsk) -> StoreResult<Vec<DecisionRow>> {
    let Some(key) = decision_number::key(&ask.number) else { return Ok(Vec::new()) };
    let mut rows = decision::by_number(conn, &key)?;
    rows.retain(|row| {
        let year_fits =
            ask.year.is_none_or(|year| row.signed_on.map(|day| day.year()).or(row.round_year).is_none_or(|known| known == year));
        year_fits && signed_by(row.issuer.as_deref(), row.signed_on, &ask.issuer)
    });
    Ok(rows)
}

/// The products of a decision that bear a name, and the certificate when there is one product.
fn of_decision(conn: &mut Conn, ask: &DecisionAsk) -> StoreResult<(Vec<Record>, Option<i64>)> {
    let name = fold(&ask.name);
    let mut found = Vec::new();
    for row in decisions(conn, ask)? {
        let mut from = None;
        loop {
            let products = certificate::products_of_decision(conn, row.id, from, false, 500)?;
            let Some(last) = products.last() else { break };
            from = Some(*last);
            for record in record::find_all(conn, &products)? {
                let cited = record.certificates.iter().find(|c| c.decision.as_ref().is_some_and(|d| d.id == row.id));
                let Some(cited) = cited.map(|c| (c.id, fold(&c.name_then))) else { continue };
                if cited.1 == name || fold(&record.product.name_vi) == name {
                    found.push((record, cited.0));
                }
            }
        }
    }
    let cited = if let [(_, certificate)] = found.as_slice() { Some(*certificate) } else { None };
    Ok((found.into_iter().map(|(record, _)| record).collect(), cited))
}

/// Whether an authority is the one that a key or words of a name mean: its name now or on the day of signing.
fn signed_by(key: Option<&str>, day: Option<Day>, asked: &str) -> bool {
    let Some(known) = key.and_then(authority) else { return false };
    let asked_words = fold(asked);
    let says = |name: &str| !asked_words.is_empty() && format!(" {} ", fold(name)).contains(&format!(" {asked_words} "));
    known.key == asked || says(&known.vi) || day.is_some_and(|day| says(&known.on(day).vi))
}
