//! The tables that a row changes: producer, product, decision, certificate.

use super::again::{Addition, finer};
use super::load::Load;
use super::matching::{self, place_key};
use super::memory::names;
use super::row::Candidate;
use crate::domain::code::Noun;
use crate::domain::day::Day;
use crate::domain::place::{self, PlaceId};
use crate::domain::producer::name_key;
use crate::domain::record::{DecisionKind, Product, Record, Source};
use crate::domain::text::fold;
use crate::store::certificate::{self, CertificateRow};
use crate::store::decision::{self, DecisionRow};
use crate::store::producer::{ProducerIdentifierRow, ProducerRow};
use crate::store::product::{self, ProductGtinRow, ProductNameRow, ProductRow};
use crate::store::{StoreResult, WriteTx};
use chrono::Datelike;

impl Load<'_> {
    fn source(&self, candidate: &Candidate) -> String {
        if candidate.source_url.is_some() { Source::PortalOrPress } else { self.terms.source }.as_str().into()
    }

    /// The number of the row's producer, who is added when not known.
    pub(super) fn producer_id(
        &self,
        tx: &mut WriteTx<'_>,
        candidate: &Candidate,
        known: &mut Option<ProducerRow>,
    ) -> StoreResult<Option<i64>> {
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
        let row = ProducerRow {
            id,
            name: named.name.clone(),
            name_key: fold(&named.name),
            match_key: name_key(&named.name),
            form: named.form.as_str().into(),
            place: place_key(candidate),
            province: gazetteer.place(gazetteer.province_now(candidate.place)).key.clone(),
            source: self.source(candidate),
            source_url: candidate.source_url.clone(),
            merged_into: None,
        };
        tx.create(std::slice::from_ref(&row))?;
        *known = Some(row);
        if let Some(code) = &named.tax_code {
            add_tax_code(tx, id, code)?;
        }
        Ok(Some(id))
    }

    pub(super) fn add_product(&mut self, tx: &mut WriteTx<'_>, candidate: &Candidate, producer_id: Option<i64>) -> StoreResult<i64> {
        let id = tx.next_coded_id::<ProductRow>(Noun::Product)?;
        tx.create(&[ProductRow {
            id,
            producer_id,
            name_vi: candidate.name_vi.clone(),
            name_en: candidate.name_en.clone(),
            group_no: candidate.class.map(|class| class.group),
            set_no: candidate.class.and_then(|class| class.set),
            place: place_key(candidate),
            source: self.source(candidate),
            source_url: candidate.source_url.clone(),
            merged_into: None,
        }])?;
        add_gtins(tx, id, &candidate.gtins)?;
        self.memory.learn(id, producer_id, (&candidate.name_vi, &place_key(candidate)), std::iter::empty());
        Ok(id)
    }

    /// A later recognition brings the product's name and place up to date, and may bring its producer.
    pub(super) fn update_product(
        &mut self,
        tx: &mut WriteTx<'_>,
        candidate: &Candidate,
        record: &Record,
        producer_id: Option<i64>,
    ) -> StoreResult<()> {
        let product = &record.product;
        let year = |round: Option<i32>, day: Option<Day>| round.or(day.map(|day| day.year()));
        let latest = record.certificates.iter().filter_map(|c| year(c.round_year, c.valid_from)).max();
        let newer = year(candidate.round_year, candidate.term.map(|term| term.signed_on)) >= latest;
        let renamed = fold(&product.name_vi) != fold(&candidate.name_vi);
        let (new, known) = (candidate.name_vi.as_str(), product.name_vi.as_str());
        let (name_vi, other) = if newer && renamed { (new, known) } else { (known, new) };
        if renamed && !product.former_names.iter().any(|name| name == other) {
            let id = tx.next_id::<ProductNameRow>()?;
            tx.create(&[ProductNameRow { id, product_id: product.id, name_vi: other.to_owned(), ended_on: None }])?;
        }
        add_gtins(tx, product.id, &new_gtins(candidate, product))?;
        let class = candidate.class.filter(|_| newer || product.group.is_none());
        let deeper = newer && is_deeper(&product.place, candidate);
        let place = if deeper { Some(place_key(candidate)) } else { finer(&product.place, record, candidate) };
        let row = ProductRow {
            id: product.id,
            producer_id: record.producer.as_ref().map(|p| p.id).or(producer_id),
            name_vi: name_vi.to_owned(),
            name_en: product.name_en.as_deref().or(candidate.name_en.as_deref()).map(str::to_owned),
            group_no: class.map_or(product.group, |class| Some(class.group)),
            set_no: class.map_or(product.set, |class| class.set),
            place: place.unwrap_or_else(|| product.place.to_string()),
            source: product.provenance.source.as_str().into(),
            source_url: product.provenance.url.clone().map(Into::into),
            merged_into: None,
        };
        let others = names(record).chain([candidate.name_vi.as_str()]);
        self.memory.learn(row.id, row.producer_id, (&row.name_vi, &row.place), others);
        let before = product::find_all(tx.conn(), &[product.id])?;
        if before.first() != Some(&row) {
            tx.correct(row)?;
        }
        Ok(())
    }

    pub(super) fn add_certificate(&self, tx: &mut WriteTx<'_>, candidate: &Candidate, product_id: i64) -> StoreResult<i64> {
        let decision_id = self.decision_id(tx, candidate)?;
        let id = tx.next_coded_id::<CertificateRow>(Noun::Certificate)?;
        tx.create(&[self.certificate_row(candidate, id, product_id, decision_id)])?;
        tx.touch([product_id]);
        Ok(id)
    }

    fn certificate_row(&self, candidate: &Candidate, id: i64, product_id: i64, decision_id: Option<i64>) -> CertificateRow {
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
            source: self.source(candidate),
            source_url: candidate.source_url.clone(),
            merged_into: None,
        }
    }

    /// Gives a recognition of unknown term the day that this row states, and with it its source.
    pub(super) fn complete_certificate(&self, tx: &mut WriteTx<'_>, candidate: &Candidate, id: i64) -> StoreResult<()> {
        let decision_id = self.decision_id(tx, candidate)?;
        let Some(known) = certificate::find(tx.conn(), id)? else { return Ok(()) };
        tx.correct(CertificateRow {
            name_then: known.name_then.clone(),
            score: candidate.score.or(known.score),
            official_code: candidate.official_code.clone().or(known.official_code),
            ..self.certificate_row(candidate, id, known.product_id, decision_id)
        })
    }

    /// Fills in what was left open about a recognition that is known.
    pub(super) fn add_facts(
        &mut self,
        tx: &mut WriteTx<'_>,
        candidate: &Candidate,
        (record, index): (&Record, usize),
        facts: Addition,
        producer: &mut Option<ProducerRow>,
    ) -> StoreResult<()> {
        let (product_id, certificate_id) = (record.product.id, record.certificates[index].id);
        let maker = if facts.producer { self.producer_id(tx, candidate, producer)? } else { None };
        if let Some(known) = product::find_all(tx.conn(), &[product_id])?.pop() {
            let row = ProductRow {
                producer_id: known.producer_id.or(maker),
                name_en: facts.name_en.or_else(|| known.name_en.clone()),
                group_no: facts.class.map_or(known.group_no, |class| Some(class.group)),
                set_no: facts.class.map_or(known.set_no, |class| class.set),
                place: facts.place.unwrap_or_else(|| known.place.clone()),
                ..known.clone()
            };
            if row != known {
                self.memory.learn(row.id, row.producer_id, (&row.name_vi, &row.place), names(record));
                tx.correct(row)?;
            }
        }
        add_gtins(tx, product_id, &facts.gtins)?;
        if let Some(known) = certificate::find(tx.conn(), certificate_id)? {
            let row = CertificateRow {
                score: facts.score.or(known.score),
                official_code: facts.official_code.or_else(|| known.official_code.clone()),
                valid_until: facts.valid_until.or(known.valid_until),
                place_then: facts.place_then.unwrap_or_else(|| known.place_then.clone()),
                ..known.clone()
            };
            if row != known {
                tx.correct(row)?;
            }
        }
        tx.touch([product_id]);
        Ok(())
    }

    /// The number of the row's decision, which is added when not known; `None` where the row cites none.
    fn decision_id(&self, tx: &mut WriteTx<'_>, candidate: &Candidate) -> StoreResult<Option<i64>> {
        let signed_on = candidate.term.map(|term| term.signed_on);
        if candidate.number.is_none() && signed_on.is_none() {
            return Ok(None);
        }
        // Councils cite their authority by its key of today, lists by that of the day.
        if let (Some(key), Some(day)) = (&candidate.number_key, signed_on) {
            let recognition = |row: &DecisionRow| row.kind == DecisionKind::Recognition.as_str() && row.signed_on == Some(day);
            let same = |row: &&DecisionRow| recognition(row) && matching::same_issuer(row.issuer.as_deref(), candidate);
            if let Some(row) = decision::by_number(tx.conn(), key)?.iter().find(same) {
                return Ok(Some(row.id));
            }
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
            source: self.source(candidate),
            source_url: candidate.source_url.clone(),
            document_sha256: None,
            annuls: None,
        }])?;
        Ok(Some(id))
    }
}

fn add_tax_code(tx: &mut WriteTx<'_>, producer_id: i64, code: &str) -> StoreResult<()> {
    let id = tx.next_id::<ProducerIdentifierRow>()?;
    tx.create(&[ProducerIdentifierRow { id, producer_id, kind: "tax_code".into(), value: code.to_owned(), ended_on: None }])
}

/// The barcodes of the row that a product does not have yet.
pub(super) fn new_gtins(candidate: &Candidate, product: &Product) -> Vec<String> {
    candidate.gtins.iter().filter(|gtin| !product.gtins.iter().any(|known| known == *gtin)).cloned().collect()
}

fn add_gtins(tx: &mut WriteTx<'_>, product_id: i64, gtins: &[String]) -> StoreResult<()> {
    for gtin in gtins {
        let id = tx.next_id::<ProductGtinRow>()?;
        tx.create(&[ProductGtinRow { id, product_id, gtin: gtin.clone(), ended_on: None }])?;
    }
    Ok(())
}

/// Whether the row places the product at least as exactly as it is placed now.
fn is_deeper(place: &str, candidate: &Candidate) -> bool {
    let gazetteer = place::gazetteer();
    gazetteer.get(place).is_none_or(|known| gazetteer.place(candidate.place).level >= gazetteer.place(known).level)
}

/// The province of its own division that a place lies in.
fn province_of(place: &str) -> Option<PlaceId> {
    let gazetteer = place::gazetteer();
    gazetteer.get(place).map(|id| gazetteer.province(id))
}
