//! Which of many products are certified on this day? What single identifiers ask in some statements each is gathered
//! for all of them in few.

use super::ReadResult;
use super::answer::Answer;
use super::merged::survivors;
use super::verification::{Identifier, Unreadable, brief};
use super::view::verification::{BatchError, BatchFailure, BatchItem, Verification};
use crate::domain::code::Noun;
use crate::domain::day::Day;
use crate::domain::verdict::{Outcome, Reason};
use crate::store::{Conn, Snapshot, StoreResult, certificate, product, record};
use std::collections::HashMap;

/// The most identifiers of one batch.
pub const MOST_IDENTIFIERS: usize = 5_000;
/// The most of them that name a decision or a producer, each of which takes several look-ups.
pub const MOST_COMPOUND: usize = 500;

/// One identifier of a batch: as asked, and what it was read as.
pub type BatchEntry = (String, Result<Identifier, Unreadable>);

/// The views on many identifiers, in their order; one bad identifier fails only its row.
fn verdicts<'s>(
    snapshot: &'s mut Snapshot<'_>,
    entries: &'s [BatchEntry],
    on: Day,
    vietnamese: bool,
) -> ReadResult<impl ExactSizeIterator<Item = ReadResult<BatchItem>> + 's> {
    let known = gather(snapshot.conn, entries)?;
    Ok(entries.iter().enumerate().map(move |(index, (asked, identifier))| {
        Ok(match identifier {
            Ok(identifier) => BatchItem::Verified(Box::new(known.answer(snapshot.conn, asked.clone(), identifier, on)?)),
            Err((code, detail)) => BatchItem::Failed(BatchFailure {
                identifier: asked.clone(),
                error: BatchError {
                    pointer: format!("/identifiers/{index}"),
                    code: code.as_str().into(),
                    detail: if vietnamese { &detail.vi } else { &detail.en }.clone().into_owned(),
                },
            }),
        })
    }))
}

/// The views on many identifiers.
pub fn verdicts_on(snapshot: &mut Snapshot<'_>, entries: &[BatchEntry], on: Day, vietnamese: bool) -> ReadResult<Vec<BatchItem>> {
    verdicts(snapshot, entries, on, vietnamese)?.collect()
}

/// The answers on many identifiers, rendered one by one.
pub fn batch(snapshot: &mut Snapshot<'_>, entries: &[BatchEntry], on: Day, vietnamese: bool) -> ReadResult<Answer> {
    let position = snapshot.position;
    Answer::one_by_one(verdicts(snapshot, entries, on, vietnamese)?, position, on)
}

/// What a batch asks about, read in few statements.
struct Known {
    /// By number, in order, as they are stored: each is read when its turn comes.
    records: Vec<(i64, Vec<u8>)>,
    gtins: HashMap<String, i64>,
    officials: HashMap<String, Vec<(i64, i64)>>,
    certificates: HashMap<i64, i64>,
    /// Where identifiers of what was merged lead: the product and, if they name one, the certificate.
    merged: HashMap<Identifier, (i64, Option<i64>)>,
}

fn gather(conn: &mut Conn, entries: &[BatchEntry]) -> StoreResult<Known> {
    let (mut products, mut gtins, mut officials, mut cited) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for identifier in entries.iter().filter_map(|(_, read)| read.as_ref().ok()) {
        match identifier {
            Identifier::Coded(Noun::Product, id) => products.push(*id),
            Identifier::Coded(Noun::Certificate, id) => cited.push(*id),
            Identifier::Gtin(gtin) => gtins.push(gtin.clone()),
            Identifier::Official(code) => officials.push(code.clone()),
            Identifier::Coded(Noun::Producer | Noun::Decision, _) | Identifier::Decision(_) => {}
        }
    }
    let mut known = Known {
        records: Vec::new(),
        gtins: HashMap::new(),
        officials: HashMap::new(),
        certificates: HashMap::new(),
        merged: HashMap::new(),
    };
    for chunk in gtins.chunks(1_000) {
        known.gtins.extend(product::by_gtins(conn, chunk)?);
    }
    for chunk in officials.chunks(1_000) {
        for (code, product, certificate) in certificate::by_official_codes(conn, chunk)? {
            known.officials.entry(code).or_default().push((product, certificate));
        }
    }
    for chunk in cited.chunks(1_000) {
        known.certificates.extend(certificate::products_of(conn, chunk)?);
    }
    products.extend(known.gtins.values());
    products.extend(known.officials.values().flatten().map(|(product, _)| product));
    products.extend(known.certificates.values());
    products.sort_unstable();
    products.dedup();
    known.records = record::find_stored(conn, &products)?;
    known.follow_merged(conn, entries)?;
    Ok(known)
}

impl Known {
    /// Looks for what was not found among what was merged, again in few statements.
    fn follow_merged(&mut self, conn: &mut Conn, entries: &[BatchEntry]) -> StoreResult<()> {
        let (mut products, mut cited, mut officials) = (Vec::new(), Vec::new(), Vec::new());
        for identifier in entries.iter().filter_map(|(_, read)| read.as_ref().ok()) {
            match identifier {
                Identifier::Coded(Noun::Product, id) if self.stored(*id).is_none() => products.push(*id),
                Identifier::Coded(Noun::Certificate, id) if !self.certificates.contains_key(id) => cited.push((identifier, *id)),
                Identifier::Official(code) if !self.officials.contains_key(code) => officials.push(code.clone()),
                _ => {}
            }
        }
        let led: HashMap<i64, i64> = survivors(conn, Noun::Product, &products)?;
        self.merged.extend(led.into_iter().map(|(id, product)| (Identifier::Coded(Noun::Product, id), (product, None))));
        let mut cited: Vec<(Identifier, i64)> = cited.into_iter().map(|(identifier, id)| (identifier.clone(), id)).collect();
        for chunk in officials.chunks(1_000) {
            let merged = certificate::merged_by_official_codes(conn, chunk)?;
            cited.extend(merged.into_iter().map(|(code, id)| (Identifier::Official(code), id)));
        }
        let led = survivors(conn, Noun::Certificate, &cited.iter().map(|(_, id)| *id).collect::<Vec<_>>())?;
        let mut of = HashMap::new();
        for chunk in led.values().copied().collect::<Vec<_>>().chunks(1_000) {
            of.extend(certificate::products_of(conn, chunk)?);
        }
        for (identifier, id) in cited {
            if let Some(certificate) = led.get(&id)
                && let Some(product) = of.get(certificate)
            {
                self.merged.insert(identifier, (*product, Some(*certificate)));
            }
        }
        let products: Vec<i64> = self.merged.values().map(|(product, _)| *product).collect();
        self.records.extend(record::find_stored(conn, &products)?);
        self.records.sort_unstable_by_key(|(id, _)| *id);
        self.records.dedup_by_key(|(id, _)| *id);
        Ok(())
    }

    /// The stored record of a product.
    fn stored(&self, id: i64) -> Option<&[u8]> {
        let at = self.records.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.records.get(at).map(|(_, body)| body.as_slice())
    }

    fn answer(&self, conn: &mut Conn, asked: String, identifier: &Identifier, on: Day) -> StoreResult<Verification> {
        let (product, cited) = match identifier {
            Identifier::Coded(Noun::Product, id) => (Some(*id), None),
            Identifier::Coded(Noun::Certificate, id) => (self.certificates.get(id).copied(), Some(*id)),
            Identifier::Gtin(gtin) => (self.gtins.get(gtin).copied(), None),
            Identifier::Official(code) => match self.officials.get(code).map(Vec::as_slice) {
                Some([one]) => (Some(one.0), Some(one.1)),
                Some([_, ..]) => return brief(conn, asked, identifier, on),
                _ => (None, None),
            },
            Identifier::Coded(Noun::Producer | Noun::Decision, _) | Identifier::Decision(_) => return brief(conn, asked, identifier, on),
        };
        let merged = self.merged.get(identifier);
        let (product, cited) = merged.map_or((product, cited), |(product, cited)| (Some(*product), *cited));
        Ok(match product.and_then(|id| self.stored(id)) {
            Some(body) => {
                let record = record::decode(body)?;
                let mut verification = Verification::of(asked, identifier.kind(), &record, cited, on);
                verification.certification.reasons.extend(merged.map(|_| Reason::IdentifierOfMergedRecord));
                verification
            }
            None => Verification::without_product(asked, identifier.kind(), Outcome::NotFound, Reason::UnknownIdentifier),
        })
    }
}
