//! `import`: a product list in CSV, row by row, in one transaction.
//!
//! Every row ends in a stated [`Outcome`]. Refused rows are reported and left out; the others are
//! written together or, when anything fails, not at all. The same list a second time changes nothing.

mod matching;
mod row;

use crate::domain::code::{Noun, code_of};
use crate::domain::day::Day;
use crate::domain::place::{self, PlaceId};
use crate::domain::producer::name_key;
use crate::domain::record::{DecisionKind, Record, Source};
use crate::domain::text::fold;
use crate::store::certificate::{self, CertificateRow};
use crate::store::decision::{self, DecisionRow};
use crate::store::producer::{ProducerIdentifierRow, ProducerRow};
use crate::store::product::{self, ProductGtinRow, ProductNameRow, ProductRow};
use crate::store::{Origin, StoreError, StoreResult, WriteDoor, WriteTx};
use chrono::NaiveDateTime;
use matching::{Match, place_key};
pub use row::Refusal;
use row::{Candidate, Cells};
use std::io::Read;

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A product that was not known, with its first recognition.
    Created,
    /// A further recognition of a known product.
    Added,
    /// A recognition known without its day is now dated.
    Completed,
    /// Reported before; nothing to write.
    Unchanged,
    /// Not written.
    Refused(Refusal),
}

impl Outcome {
    /// The word in reports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Added => "added",
            Self::Completed => "completed",
            Self::Unchanged => "unchanged",
            Self::Refused(_) => "refused",
        }
    }
}

/// The report on one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowReport {
    /// Number of the row as a spreadsheet counts: the header is 1.
    pub row: u64,
    /// The product's name as the row has it.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Code of the product.
    pub product: Option<String>,
    /// Code of the certificate.
    pub certificate: Option<String>,
    /// Last valid day; `None` where no dated decision gives one.
    pub valid_until: Option<Day>,
    /// What else to know, one sentence each.
    pub notes: Vec<String>,
}

/// The report on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// One report a row, in order of the file.
    pub rows: Vec<RowReport>,
    /// The ledger position afterwards; unchanged by a dry run.
    pub position: i64,
}

impl Report {
    /// How many rows ended with an outcome of this word.
    pub fn count(&self, outcome: &str) -> usize {
        self.rows.iter().filter(|row| row.outcome.as_str() == outcome).count()
    }
}

/// Why a list was not read at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is no product list.
    #[error("{0}")]
    File(String),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The most rows that one list may have.
pub const MOST_ROWS: usize = 200_000;

/// Imports a list. With `keep` false nothing stays written and the report says what would.
pub fn import(
    door: &WriteDoor,
    list: impl Read,
    today: Day,
    at: NaiveDateTime,
    keep: bool,
    progress: impl Fn(usize, usize),
) -> Result<Report, ImportError> {
    let rows = read(list)?;
    let origin = Origin { actor: "operator".into(), command: "import".into(), cause: None };
    let (reports, position) = door.write::<_, ImportError>(origin, at, keep, |tx| {
        let mut reports = Vec::with_capacity(rows.len());
        for (done, (line, cells)) in rows.iter().enumerate() {
            reports.push(one_row(tx, *line, cells, today)?);
            progress(done + 1, rows.len());
        }
        Ok(reports)
    })?;
    Ok(Report { rows: reports, position })
}

fn read(list: impl Read) -> Result<Vec<(u64, Cells)>, ImportError> {
    let mut reader = csv::ReaderBuilder::new().from_reader(list);
    let mut rows = Vec::new();
    let headers = reader.headers().map_err(|e| ImportError::File(format!("the file is no CSV in UTF-8: {e}")))?.clone();
    for required in ["name_vi", "province"] {
        if !headers.iter().any(|header| header.trim_start_matches('\u{feff}') == required) {
            // Whatever was given, perhaps a workbook: no longer than a line, nothing that a terminal obeys.
            let first = headers.iter().collect::<Vec<_>>().join(",");
            let first: String = first.chars().take(200).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
            return Err(ImportError::File(format!("the file has no column \"{required}\"; its first line is: {first}")));
        }
    }
    let headers: csv::StringRecord = headers.iter().map(|header| header.trim_start_matches('\u{feff}')).collect();
    // A column that nobody knows is told even when no row follows.
    let nothing: csv::StringRecord = headers.iter().map(|_| "").collect();
    nothing.deserialize::<Cells>(Some(&headers)).map_err(|e| ImportError::File(format!("the first line: {e}")))?;
    // Numbered as a spreadsheet numbers rows: the header is 1.
    for (line, record) in (2u64..).zip(reader.records()) {
        let record = record.map_err(|e| ImportError::File(format!("the file cannot be read as CSV in UTF-8: {e}")))?;
        let cells = record.deserialize(Some(&headers)).map_err(|e| ImportError::File(format!("row {line}: {e}")))?;
        if rows.len() == MOST_ROWS {
            return Err(ImportError::File(format!("the file has more than {MOST_ROWS} rows; split it")));
        }
        rows.push((line, cells));
    }
    Ok(rows)
}

fn one_row(tx: &mut WriteTx<'_>, row: u64, cells: &Cells, today: Day) -> StoreResult<RowReport> {
    let mut report = RowReport {
        row,
        name: crate::domain::text::nfc(&cells.name_vi),
        outcome: Outcome::Unchanged,
        product: None,
        certificate: None,
        valid_until: None,
        notes: Vec::new(),
    };
    let mut candidate = match cells.check(today) {
        Ok(candidate) => candidate,
        Err(refusal) => {
            report.outcome = Outcome::Refused(refusal);
            return Ok(report);
        }
    };
    let producer = matching::find_producer(tx, &candidate)?;
    let found = matching::find_product(tx, &mut candidate, producer.as_ref())?;
    let refusal = match taken_gtin(tx, &candidate, &found)? {
        Some(refusal) => Some(refusal),
        None => taken_number(tx, &candidate)?,
    };
    if let Some(refusal) = refusal {
        report.outcome = Outcome::Refused(refusal);
        return Ok(report);
    }
    report.valid_until = candidate.term.map(|term| term.valid_until);
    let (product, certificate) = match found {
        Match::Recognition(record, index) => {
            let certificate = &record.certificates[index];
            if certificate.valid_from.is_none() && candidate.term.is_some() {
                report.outcome = Outcome::Completed;
                let producer = producer_id(tx, &candidate, producer)?;
                update_product(tx, &candidate, &record, producer)?;
                complete_certificate(tx, &candidate, certificate.id)?;
                tx.touch([record.product.id]);
            }
            (record.product.id, certificate.id)
        }
        Match::Product(record) => {
            report.outcome = Outcome::Added;
            let producer = producer_id(tx, &candidate, producer)?;
            update_product(tx, &candidate, &record, producer)?;
            (record.product.id, add_certificate(tx, &candidate, record.product.id)?)
        }
        Match::New => {
            report.outcome = Outcome::Created;
            let producer = producer_id(tx, &candidate, producer)?;
            let product = add_product(tx, &candidate, producer)?;
            (product, add_certificate(tx, &candidate, product)?)
        }
    };
    // The next row may speak of the same product.
    tx.project()?;
    report.product = Some(code_of(Noun::Product, product));
    report.certificate = Some(code_of(Noun::Certificate, certificate));
    report.notes = candidate.notes;
    Ok(report)
}

/// A number stands once a year for each authority; the second day under it is a misprint of one.
fn taken_number(tx: &mut WriteTx<'_>, candidate: &Candidate) -> StoreResult<Option<Refusal>> {
    let (Some(key), Some(term)) = (&candidate.number_key, candidate.term) else { return Ok(None) };
    let year = |day: Day| chrono::Datelike::year(&day);
    let known =
        decision::by_number(tx.conn(), key)?.into_iter().filter(|row| row.issuer == candidate.issuer).filter_map(|row| row.signed_on);
    let other = known.into_iter().find(|day| *day != term.signed_on && year(*day) == year(term.signed_on));
    Ok(other.map(|day| Refusal {
        column: Some("decision_date"),
        code: "number-taken",
        detail: format!("this authority's decision of that number is dated {day}; numbers restart every year only"),
    }))
}

fn taken_gtin(tx: &mut WriteTx<'_>, candidate: &Candidate, found: &Match) -> StoreResult<Option<Refusal>> {
    let own = match found {
        Match::New => None,
        Match::Product(record) | Match::Recognition(record, _) => Some(record.product.id),
    };
    let taken = product::by_gtins(tx.conn(), &candidate.gtins)?.into_iter().find(|(_, product)| Some(*product) != own);
    Ok(taken.map(|(gtin, product)| Refusal {
        column: Some("gtins"),
        code: "gtin-taken",
        detail: format!("{gtin} belongs to the product {}", code_of(Noun::Product, product)),
    }))
}

fn source(candidate: &Candidate) -> String {
    if candidate.source_url.is_some() { Source::PortalOrPress } else { Source::Other }.as_str().into()
}

/// The number of the row's producer, who is added when not known.
fn producer_id(tx: &mut WriteTx<'_>, candidate: &Candidate, known: Option<ProducerRow>) -> StoreResult<Option<i64>> {
    let Some(named) = &candidate.producer else { return Ok(None) };
    if let Some(known) = known {
        if let Some(code) = &named.tax_code
            && matching::tax_code(tx, known.id)?.is_none()
        {
            add_tax_code(tx, known.id, code)?;
        }
        return Ok(Some(known.id));
    }
    let id = tx.next_coded_id::<ProducerRow>(Noun::Producer)?;
    let gazetteer = place::gazetteer();
    tx.create(&[ProducerRow {
        id,
        name: named.name.clone(),
        name_key: fold(&named.name),
        match_key: name_key(&named.name),
        form: named.form.as_str().into(),
        place: place_key(candidate),
        province: gazetteer.place(gazetteer.province_now(candidate.place)).key.clone(),
        source: source(candidate),
        source_url: candidate.source_url.clone(),
        merged_into: None,
    }])?;
    if let Some(code) = &named.tax_code {
        add_tax_code(tx, id, code)?;
    }
    Ok(Some(id))
}

fn add_tax_code(tx: &mut WriteTx<'_>, producer_id: i64, code: &str) -> StoreResult<()> {
    let id = tx.next_id::<ProducerIdentifierRow>()?;
    tx.create(&[ProducerIdentifierRow { id, producer_id, kind: "tax_code".into(), value: code.to_owned(), ended_on: None }])
}

fn add_product(tx: &mut WriteTx<'_>, candidate: &Candidate, producer_id: Option<i64>) -> StoreResult<i64> {
    let id = tx.next_coded_id::<ProductRow>(Noun::Product)?;
    tx.create(&[ProductRow {
        id,
        producer_id,
        name_vi: candidate.name_vi.clone(),
        name_en: candidate.name_en.clone(),
        group_no: candidate.class.map(|class| class.group),
        set_no: candidate.class.and_then(|class| class.set),
        place: place_key(candidate),
        source: source(candidate),
        source_url: candidate.source_url.clone(),
        merged_into: None,
    }])?;
    add_gtins(tx, candidate, id, &[])?;
    Ok(id)
}

fn add_gtins(tx: &mut WriteTx<'_>, candidate: &Candidate, product_id: i64, known: &[String]) -> StoreResult<()> {
    for gtin in candidate.gtins.iter().filter(|gtin| !known.contains(gtin)) {
        let id = tx.next_id::<ProductGtinRow>()?;
        tx.create(&[ProductGtinRow { id, product_id, gtin: gtin.clone(), ended_on: None }])?;
    }
    Ok(())
}

/// A later recognition brings the product's name and place up to date, and may bring its producer.
fn update_product(tx: &mut WriteTx<'_>, candidate: &Candidate, record: &Record, producer_id: Option<i64>) -> StoreResult<()> {
    let product = &record.product;
    let year = |round: Option<i32>, day: Option<Day>| round.or(day.map(|day| chrono::Datelike::year(&day)));
    let latest = record.certificates.iter().filter_map(|c| year(c.round_year, c.valid_from)).max();
    let newer = year(candidate.round_year, candidate.term.map(|term| term.signed_on)) >= latest;
    let renamed = fold(&product.name_vi) != fold(&candidate.name_vi);
    let (name_vi, other) = if newer && renamed { (&candidate.name_vi, &product.name_vi) } else { (&product.name_vi, &candidate.name_vi) };
    if renamed && !product.former_names.contains(other) {
        let id = tx.next_id::<ProductNameRow>()?;
        tx.create(&[ProductNameRow { id, product_id: product.id, name_vi: other.clone(), ended_on: None }])?;
    }
    add_gtins(tx, candidate, product.id, &product.gtins)?;
    let row = ProductRow {
        id: product.id,
        producer_id: record.producer.as_ref().map(|p| p.id).or(producer_id),
        name_vi: name_vi.clone(),
        name_en: product.name_en.clone().or_else(|| candidate.name_en.clone()),
        group_no: candidate.class.map(|class| class.group).filter(|_| newer).or(product.group),
        set_no: candidate.class.filter(|_| newer).map_or(product.set, |class| class.set),
        place: if newer && is_deeper(&product.place, candidate) { place_key(candidate) } else { product.place.clone() },
        source: product.provenance.source.as_str().into(),
        source_url: product.provenance.url.clone(),
        merged_into: None,
    };
    let before = product::find_all(tx.conn(), &[product.id])?;
    if before.first() != Some(&row) {
        tx.correct(row)?;
    }
    Ok(())
}

/// Whether the row places the product at least as exactly as it is placed now.
fn is_deeper(place: &str, candidate: &Candidate) -> bool {
    let gazetteer = place::gazetteer();
    gazetteer.get(place).is_none_or(|known| gazetteer.place(candidate.place).level >= gazetteer.place(known).level)
}

fn add_certificate(tx: &mut WriteTx<'_>, candidate: &Candidate, product_id: i64) -> StoreResult<i64> {
    let decision_id = decision_id(tx, candidate)?;
    let id = tx.next_coded_id::<CertificateRow>(Noun::Certificate)?;
    tx.create(&[certificate_row(candidate, id, product_id, decision_id)])?;
    tx.touch([product_id]);
    Ok(id)
}

fn certificate_row(candidate: &Candidate, id: i64, product_id: i64, decision_id: Option<i64>) -> CertificateRow {
    CertificateRow {
        id,
        product_id,
        decision_id,
        issuer: candidate.issuer.clone(),
        regime: candidate.term.map(|term| term.regime.as_str().into()),
        stars: candidate.stars,
        score: candidate.score,
        official_code: candidate.official_code.clone(),
        round_year: candidate.round_year,
        valid_from: candidate.term.map(|term| term.signed_on),
        valid_until: candidate.term.map(|term| term.valid_until),
        name_then: candidate.name_vi.clone(),
        place_then: place_key(candidate),
        warning: candidate.term.and_then(|term| term.warning).map(|warning| warning.as_str().into()),
        source: source(candidate),
        source_url: candidate.source_url.clone(),
        merged_into: None,
    }
}

/// Gives a recognition of unknown term the day that this row states, and with it its source.
fn complete_certificate(tx: &mut WriteTx<'_>, candidate: &Candidate, id: i64) -> StoreResult<()> {
    let decision_id = decision_id(tx, candidate)?;
    let Some(known) = certificate::find(tx.conn(), id)? else { return Ok(()) };
    tx.correct(CertificateRow {
        name_then: known.name_then.clone(),
        score: candidate.score.or(known.score),
        official_code: candidate.official_code.clone().or(known.official_code),
        ..certificate_row(candidate, id, known.product_id, decision_id)
    })
}

/// The province of its own division that a place lies in.
fn province_of(place: &str) -> Option<PlaceId> {
    let gazetteer = place::gazetteer();
    gazetteer.get(place).map(|id| gazetteer.province(id))
}

/// The number of the row's decision, which is added when not known; `None` where the row cites none.
fn decision_id(tx: &mut WriteTx<'_>, candidate: &Candidate) -> StoreResult<Option<i64>> {
    let signed_on = candidate.term.map(|term| term.signed_on);
    if candidate.number.is_none() && signed_on.is_none() {
        return Ok(None);
    }
    let mut known = decision::recognitions(tx.conn(), candidate.issuer.as_deref(), candidate.number_key.as_deref(), signed_on)?;
    if candidate.issuer.is_none() {
        // Every province counts its own numbers: of an unknown authority, the place must agree.
        let mut near = Vec::new();
        for row in known {
            let products = certificate::products_of_decision(tx.conn(), row.id, None, false, 1)?;
            let first = product::find_all(tx.conn(), &products)?.into_iter().next();
            if first.is_some_and(|product| province_of(&product.place) == province_of(&place_key(candidate))) {
                near.push(row);
            }
        }
        known = near;
    }
    // Numbers restart every year, so an undated one is the same only in the same round.
    if let Some(row) = known.into_iter().find(|row| signed_on.is_some() || row.round_year == candidate.round_year) {
        return Ok(Some(row.id));
    }
    let id = tx.next_coded_id::<DecisionRow>(Noun::Decision)?;
    tx.create(&[DecisionRow {
        id,
        kind: DecisionKind::Recognition.as_str().into(),
        number: candidate.number.clone(),
        number_key: candidate.number_key.clone(),
        issuer: candidate.issuer.clone(),
        signed_on,
        round_year: candidate.round_year,
        source: source(candidate),
        source_url: candidate.source_url.clone(),
        document_sha256: None,
        annuls: None,
    }])?;
    Ok(Some(id))
}
