//! Writing rows: matched, checked against what is known, written with their ledger entries.

use super::matching::{self, Match, completes, same_issuer};
use super::memory::{Memory, PORTION};
use super::row::{Candidate, Refusal};
use super::{Outcome, Row, RowReport, Standing, Terms};
use crate::domain::code::{Noun, code_of};
use crate::domain::day::Day;
use crate::domain::workbook::Band;
use crate::error::say;
use crate::store::producer::ProducerRow;
use crate::store::{StoreResult, WriteTx, certificate, decision, product, projection};
use chrono::Datelike;
use std::collections::{BTreeSet, HashMap};

/// An import under way.
pub(super) struct Load<'t> {
    pub(super) terms: &'t Terms,
    pub(super) memory: Memory,
    /// The product of each row, by its position among the rows.
    products: Vec<Option<i64>>,
}

impl<'t> Load<'t> {
    pub(super) fn new(terms: &'t Terms) -> Self {
        Self { terms, memory: Memory::default(), products: Vec::new() }
    }

    /// Writes one row, with both its recognitions or none.
    pub(super) fn row(&mut self, tx: &mut WriteTx<'_>, row: &Row) -> StoreResult<RowReport> {
        let mut report = RowReport {
            row: row.number,
            sheet: row.sheet.clone(),
            name: row.name.clone(),
            outcome: Outcome::Unchanged,
            product: None,
            certificate: None,
            valid_until: None,
            before: None,
            after: None,
            notes: row.notes.clone(),
        };
        let mut product = None;
        match self.written(tx, row, &mut report)? {
            Ok(id) => product = Some(id),
            Err(refusal) => report.outcome = Outcome::Refused(refusal),
        }
        self.products.push(product);
        Ok(report)
    }

    fn written(&mut self, tx: &mut WriteTx<'_>, row: &Row, report: &mut RowReport) -> StoreResult<Result<i64, Refusal>> {
        if let Some(refusal) = &row.refusal {
            return Ok(Err(refusal.clone()));
        }
        let mut candidates = Vec::with_capacity(row.recognitions.len());
        for (band, cells) in &row.recognitions {
            match cells.check(self.terms.today) {
                Ok(candidate) => candidates.push((*band, candidate)),
                Err(refusal) => return Ok(Err(row.locate(refusal, *band))),
            }
        }
        if let Some(refusal) = out_of_order(&candidates) {
            return Ok(Err(row.locate(refusal, Band::Second)));
        }
        // Everything is asked before anything is written, so that a refused row leaves nothing behind.
        let Some((_, first)) = candidates.first() else { return Ok(Err(no_recognition())) };
        let mut producer = matching::find_producer(tx, first)?;
        let mut found = Vec::with_capacity(candidates.len());
        for (band, candidate) in &mut candidates {
            let one = match matching::find_product(tx, &mut self.memory, candidate, producer.as_ref())? {
                Ok(one) => one,
                Err(refusal) => return Ok(Err(row.locate(refusal, *band))),
            };
            let refusal = match taken_gtin(tx, candidate, &one)? {
                Some(refusal) => Some(refusal),
                None => match taken_official_code(tx, candidate, &one)? {
                    Some(refusal) => Some(refusal),
                    None => taken_number(tx, candidate)?,
                },
            };
            let refusal = refusal.or_else(|| {
                let told = matches!(&one, Match::Recognition(record, index) if !completes(candidate, record, *index));
                if told { None } else { self.terms.scope.refusal(candidate).or_else(|| row.doubt.clone()) }
            });
            if let Some(refusal) = refusal {
                return Ok(Err(row.locate(refusal, *band)));
            }
            found.push(one);
        }
        for record in found.iter().filter_map(Match::record) {
            self.memory.before.entry(record.product.id).or_insert_with(|| Standing::of(record, self.terms.today));
        }
        // A row is about one product, whatever its recognitions alone would have been taken for.
        let known = |one: &&Match| matches!(one, Match::Recognition(..));
        let mut product =
            found.iter().find(known).or(found.iter().find(|one| one.record().is_some())).and_then(Match::record).map(|r| r.product.id);
        let several = found.len() > 1;
        if let Some(id) = product.filter(|_| several) {
            for (band, candidate) in &candidates {
                if let Err(refusal) = matching::of_product(tx, &self.memory, id, candidate)? {
                    return Ok(Err(row.locate(refusal, *band)));
                }
            }
        }
        for ((_, mut candidate), mut found) in candidates.into_iter().zip(found) {
            if let Some(id) = product.filter(|_| several && !matches!(found, Match::Recognition(..))) {
                found = matching::of_product(tx, &self.memory, id, &candidate)?.unwrap_or(found);
            }
            let (outcome, id, certificate) = self.recognition(tx, &candidate, found, &mut producer)?;
            self.memory.state(certificate, row.number, &candidate.name_vi);
            product = Some(id);
            report.outcome = std::mem::replace(&mut report.outcome, Outcome::Unchanged).or_more(outcome);
            report.product = Some(code_of(Noun::Product, id).into());
            report.certificate = Some(code_of(Noun::Certificate, certificate).into());
            report.valid_until = candidate.term.map(|term| term.valid_until);
            report.notes.append(&mut candidate.notes);
        }
        Ok(product.ok_or_else(no_recognition))
    }

    /// Writes one recognition; product and certificate are returned.
    fn recognition(
        &mut self,
        tx: &mut WriteTx<'_>,
        candidate: &Candidate,
        found: Match,
        producer: &mut Option<ProducerRow>,
    ) -> StoreResult<(Outcome, i64, i64)> {
        Ok(match found {
            Match::Recognition(record, index) => {
                let certificate = record.certificates[index].id;
                if !completes(candidate, &record, index) {
                    return Ok((Outcome::Unchanged, record.product.id, certificate));
                }
                let producer = self.producer_id(tx, candidate, producer)?;
                self.update_product(tx, candidate, &record, producer)?;
                self.complete_certificate(tx, candidate, certificate)?;
                tx.touch([record.product.id]);
                (Outcome::Completed, record.product.id, certificate)
            }
            Match::Product(record) => {
                let producer = self.producer_id(tx, candidate, producer)?;
                self.update_product(tx, candidate, &record, producer)?;
                (Outcome::Added, record.product.id, self.add_certificate(tx, candidate, record.product.id)?)
            }
            Match::New => {
                let producer = self.producer_id(tx, candidate, producer)?;
                let product = self.add_product(tx, candidate, producer)?;
                (Outcome::Created, product, self.add_certificate(tx, candidate, product)?)
            }
        })
    }

    /// Adds to the reports what verdicts were and are, once all rows are through.
    pub(super) fn standings(&self, tx: &mut WriteTx<'_>, reports: &mut [RowReport]) -> StoreResult<()> {
        let met: Vec<i64> = self.products.iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let mut after = HashMap::with_capacity(met.len());
        for portion in met.chunks(PORTION) {
            let records = projection::assemble(tx.conn(), portion)?;
            after.extend(records.iter().map(|record| (record.product.id, Standing::of(record, self.terms.today))));
        }
        for (report, product) in reports.iter_mut().zip(&self.products) {
            let Some(product) = product else { continue };
            report.before = self.memory.before.get(product).copied();
            report.after = after.get(product).copied();
        }
        Ok(())
    }
}

fn no_recognition() -> Refusal {
    Refusal::new("decision_date", "no-recognition", say("dòng này không nêu lần công nhận nào", "the row states no recognition"))
}

/// The second recognition of a row is later than the first, and not the same decision with another day.
fn out_of_order(candidates: &[(Band, Candidate)]) -> Option<Refusal> {
    let [(_, first), (_, second)] = candidates else { return None };
    let day = |candidate: &Candidate| candidate.term.map(|term| term.signed_on);
    let year = |candidate: &Candidate| day(candidate).map(|day| day.year()).or(candidate.round_year);
    let (before, after) = (day(first), day(second));
    let turned = match (before, after) {
        (Some(before), Some(after)) => after <= before,
        _ => matches!((year(first), year(second)), (Some(before), Some(after)) if after < before),
    };
    let column = if after.is_some() { "decision_date" } else { "year" };
    if turned {
        let detail = say("lần công nhận thứ hai phải sau lần đầu", "the second recognition must be later than the first");
        return Some(Refusal::new(column, "out-of-order", detail));
    }
    let same_number = first.number_key.is_some() && first.number_key == second.number_key && first.issuer == second.issuer;
    (same_number && before.is_some() && after.is_some() && year(first) == year(second)).then(|| {
        let detail = say(
            "một cơ quan không ký hai quyết định cùng số trong một năm",
            "one authority does not sign two decisions of one number in one year",
        );
        Refusal::new("decision_number", "number-taken", detail)
    })
}

/// A number stands once a year for each authority; the second day under it is a misprint of one.
fn taken_number(tx: &mut WriteTx<'_>, candidate: &Candidate) -> StoreResult<Option<Refusal>> {
    let (Some(key), Some(term)) = (&candidate.number_key, candidate.term) else { return Ok(None) };
    let year = |day: Day| day.year();
    let known = decision::by_number(tx.conn(), key)?
        .into_iter()
        .filter(|row| same_issuer(row.issuer.as_deref(), candidate))
        .filter_map(|row| row.signed_on);
    let other = known.into_iter().find(|day| *day != term.signed_on && year(*day) == year(term.signed_on));
    Ok(other.map(|day| {
        let detail = say(
            format!("quyết định số này của cơ quan ban hành đã có với ngày {}; số chỉ bắt đầu lại theo năm", day.format("%d/%m/%Y")),
            format!("this authority's decision of that number is dated {day}; numbers restart every year only"),
        );
        Refusal::new("decision_date", "number-taken", detail)
    }))
}

fn taken_gtin(tx: &mut WriteTx<'_>, candidate: &Candidate, found: &Match) -> StoreResult<Option<Refusal>> {
    let own = found.record().map(|record| record.product.id);
    let taken = product::by_gtins(tx.conn(), &candidate.gtins)?.into_iter().find(|(_, product)| Some(*product) != own);
    Ok(taken.map(|(gtin, product)| {
        let code = code_of(Noun::Product, product);
        let detail = say(format!("{gtin} là của sản phẩm {code}"), format!("{gtin} belongs to the product {code}"));
        Refusal::new("gtins", "gtin-taken", detail)
    }))
}

/// An official code names one certificate, so it is of one product.
fn taken_official_code(tx: &mut WriteTx<'_>, candidate: &Candidate, found: &Match) -> StoreResult<Option<Refusal>> {
    let Some(code) = &candidate.official_code else { return Ok(None) };
    let own = found.record().map(|record| record.product.id);
    let known = certificate::by_official_codes(tx.conn(), std::slice::from_ref(code))?;
    Ok(known.into_iter().find(|(_, product, _)| Some(*product) != own).map(|(code, product, holder)| {
        let (holder, product) = (code_of(Noun::Certificate, holder), code_of(Noun::Product, product));
        let detail = say(
            format!("{code} là của giấy chứng nhận {holder}, sản phẩm {product}"),
            format!("{code} belongs to the certificate {holder} of the product {product}"),
        );
        Refusal::new("official_code", "official-code-taken", detail)
    }))
}
