//! Writing rows: matched, checked against what is known, written with their ledger entries.

use super::again::Addition;
use super::matching::{self, Match, completes, same_issuer};
use super::memory::{Memory, PORTION};
use super::row::{Candidate, Refusal};
use super::{Outcome, Row, RowReport, Standing, Terms};
use crate::domain::code::{Noun, code_of};
use crate::domain::day::Day;
use crate::domain::record::{Certificate, Record};
use crate::domain::workbook::Band;
use crate::error::{Text, say};
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
            let not_ours = || self.terms.scope.refusal(candidate).or_else(|| row.doubt.clone());
            let refusal = match (refusal, told_again(candidate, &one)) {
                (Some(refusal), _) => Some(refusal),
                (None, None) => not_ours(),
                (None, Some((record, index))) => match Addition::of(tx, candidate, record, index)? {
                    Ok(facts) if !facts.is_empty() && not_ours().is_some() => {
                        candidate.adds = false;
                        candidate.notes.push(left_out());
                        None
                    }
                    facts => facts.err(),
                },
            };
            if let Some(refusal) = refusal {
                return Ok(Err(row.locate(refusal, *band)));
            }
            candidate.notes.extend(undated(candidate, &one));
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
            if let Some(id) = product.filter(|_| several) {
                found = matching::of_product(tx, &self.memory, id, &candidate)?.unwrap_or(found);
            }
            let (outcome, id, certificate, valid_until) = self.recognition(tx, &candidate, found, &mut producer)?;
            self.memory.state(certificate, row.number, &candidate.name_vi);
            product = Some(id);
            report.outcome = std::mem::replace(&mut report.outcome, Outcome::Unchanged).or_more(outcome);
            report.product = Some(code_of(Noun::Product, id).into());
            report.certificate = Some(code_of(Noun::Certificate, certificate).into());
            report.valid_until = valid_until;
            report.notes.append(&mut candidate.notes);
        }
        Ok(product.ok_or_else(no_recognition))
    }

    /// Writes one recognition; product, certificate and its last day are returned.
    fn recognition(
        &mut self,
        tx: &mut WriteTx<'_>,
        candidate: &Candidate,
        found: Match,
        producer: &mut Option<ProducerRow>,
    ) -> StoreResult<(Outcome, i64, i64, Option<Day>)> {
        let valid_until = candidate.term.map(|term| term.valid_until);
        Ok(match found {
            Match::Recognition(record, index) => {
                let Certificate { id: certificate, valid_until: known, .. } = record.certificates[index];
                if !completes(candidate, &record, index) {
                    let facts = Addition::of(tx, candidate, &record, index)?.unwrap_or_default();
                    if facts.is_empty() {
                        return Ok((Outcome::Unchanged, record.product.id, certificate, known));
                    }
                    let known = facts.valid_until.or(known);
                    self.add_facts(tx, candidate, (&record, index), facts, producer)?;
                    return Ok((Outcome::Completed, record.product.id, certificate, known));
                }
                let producer = self.producer_id(tx, candidate, producer)?;
                self.update_product(tx, candidate, &record, producer)?;
                self.complete_certificate(tx, candidate, certificate)?;
                tx.touch([record.product.id]);
                (Outcome::Completed, record.product.id, certificate, valid_until)
            }
            Match::Product(record) => {
                let producer = self.producer_id(tx, candidate, producer)?;
                self.update_product(tx, candidate, &record, producer)?;
                (Outcome::Added, record.product.id, self.add_certificate(tx, candidate, record.product.id)?, valid_until)
            }
            Match::New => {
                let producer = self.producer_id(tx, candidate, producer)?;
                let product = self.add_product(tx, candidate, producer)?;
                (Outcome::Created, product, self.add_certificate(tx, candidate, product)?, valid_until)
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

/// The recognition that a row tells again without dating it.
fn told_again<'m>(candidate: &Candidate, found: &'m Match) -> Option<(&'m Record, usize)> {
    match found {
        Match::Recognition(record, index) if !completes(candidate, record, *index) => Some((record, *index)),
        _ => None,
    }
}

/// What a row adds to a recognition that is known is for the authority that signed to tell.
fn left_out() -> Text {
    say(
        "lần công nhận này đã có; phần bổ sung phải do cơ quan ban hành nhập nên không được ghi",
        "this recognition is known; what the row adds to it is for the authority that signed to import, and was left out",
    )
}

/// What a row without a dated decision comes to.
fn undated(candidate: &Candidate, found: &Match) -> Option<Text> {
    let known = told_again(candidate, found).and_then(|(record, index)| record.certificates[index].valid_from);
    candidate.term.is_none().then(|| match known {
        Some(day) => say(
            format!("không có ngày quyết định; lần công nhận này đã có với ngày {}", day.format("%d/%m/%Y")),
            format!("no dated decision; this recognition is known with the day {day}"),
        ),
        None => say(
            "không có ngày quyết định: ghi nhận chưa rõ thời hạn, không coi là được công nhận",
            "no dated decision: kept as a recognition of unknown term, never certified",
        ),
    })
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
