//! What is made from the tables for reading: the record of each product, its spans, its words.
//! One function makes them, in the transaction that changed the tables.

use super::connection::{Conn, on};
use super::error::{StoreError, StoreResult};
use super::schema::{listings, records};
use super::write_door::{begin, end};
use super::{certificate, decision, post_check, producer, product, search};
use crate::domain::day::number;
use crate::domain::lineage::{Lineage, lineage};
use crate::domain::producer::Form;
use crate::domain::record::{
    Act, ActKind, Certificate, CheckBasis, CheckOutcome, Decision, Ground, PostCheck, Producer, Product, Provenance, Record, Source,
};
use crate::domain::regime::{Regime, Warning};
use crate::domain::text::fold;
use crate::domain::timeline::timeline;
use diesel::prelude::*;
use smol_str::SmolStr;
use std::collections::HashMap;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = listings)]
pub(super) struct ListingRow {
    pub(super) product_id: i64,
    pub(super) first_day: i32,
    pub(super) last_day: i32,
    pub(super) standing: String,
    pub(super) stars: i16,
    pub(super) valid_until: i32,
    pub(super) regime: String,
    pub(super) group_no: i16,
    pub(super) set_no: i16,
    pub(super) form: String,
    pub(super) producer_id: i64,
    pub(super) province_now: String,
    pub(super) province_then: String,
    pub(super) district_then: String,
    pub(super) commune_now: String,
    pub(super) commune_then: String,
    pub(super) name_key: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = records)]
pub(super) struct RecordRow {
    pub(super) product_id: i64,
    pub(super) body: Vec<u8>,
}

/// Everything made for one product.
pub(super) struct Projected {
    pub(super) record: RecordRow,
    pub(super) listings: Vec<ListingRow>,
    pub(super) words: String,
}

/// Makes everything again for these products.
pub(super) fn refresh(conn: &mut Conn, product_ids: &[i64]) -> StoreResult<()> {
    for chunk in product_ids.chunks(500) {
        let made = project(conn, chunk)?;
        diesel::delete(records::table.filter(records::product_id.eq_any(chunk))).execute(conn)?;
        diesel::delete(listings::table.filter(listings::product_id.eq_any(chunk))).execute(conn)?;
        let (mut bodies, mut spans, mut words) = (Vec::new(), Vec::new(), Vec::new());
        for one in made {
            words.push((one.record.product_id, one.words));
            bodies.push(one.record);
            spans.extend(one.listings);
        }
        on!(conn, c => diesel::insert_into(records::table).values(&bodies).execute(c))?;
        for part in spans.chunks(60_000 / 17) {
            on!(conn, c => diesel::insert_into(listings::table).values(part).execute(c))?;
        }
        search::replace(conn, chunk, &words)?;
    }
    Ok(())
}

/// Makes everything again when this program stores it in another form than the database holds.
pub(super) fn rebuild_if_outdated(conn: &mut Conn) -> StoreResult<()> {
    let sample: Option<Vec<u8>> = records::table.select(records::body).first(conn).optional()?;
    if sample.as_deref().and_then(<[u8]>::first).is_none_or(|format| *format == super::record::FORMAT) {
        return Ok(());
    }
    begin(conn)?;
    let mut after = 0;
    loop {
        let rows = <product::ProductRow as super::ledger::Ledgered>::page(conn, after, 500)?;
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let Some(last) = ids.last() else { break };
        after = *last;
        refresh(conn, &ids)?;
    }
    end(conn, true)?;
    search::in_one_piece(conn)
}

/// What the tables say about these products, in order of their numbers.
pub(super) fn project(conn: &mut Conn, product_ids: &[i64]) -> StoreResult<Vec<Projected>> {
    assemble(conn, product_ids)?
        .into_iter()
        .map(|record| {
            Ok(Projected {
                words: words(&record),
                listings: spans(&record),
                record: RecordRow { product_id: record.product.id, body: super::record::encode(&record)? },
            })
        })
        .collect()
}

/// The records of these products as the tables are now, inside a command too.
pub fn assemble(conn: &mut Conn, product_ids: &[i64]) -> StoreResult<Vec<Record>> {
    let mut products = product::find_all(conn, product_ids)?;
    // What was found to be another product has no record of its own.
    products.retain(|row| row.merged_into.is_none());
    let mut names: HashMap<i64, Vec<SmolStr>> = HashMap::new();
    for row in product::names(conn, product_ids)? {
        names.entry(row.product_id).or_default().push(row.name_vi.into());
    }
    let mut gtins: HashMap<i64, Vec<SmolStr>> = HashMap::new();
    for row in product::gtins(conn, product_ids)? {
        gtins.entry(row.product_id).or_default().push(row.gtin.into());
    }
    let producer_ids: Vec<i64> = unique(products.iter().filter_map(|p| p.producer_id));
    let producers: HashMap<i64, producer::ProducerRow> =
        producer::find_all(conn, &producer_ids)?.into_iter().map(|row| (row.id, row)).collect();

    let rows = certificate::of_products(conn, product_ids)?;
    let mut acts: HashMap<i64, Vec<certificate::ActRow>> = HashMap::new();
    let certificate_ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    for act in certificate::acts_of(conn, &certificate_ids)? {
        acts.entry(act.certificate_id).or_default().push(act);
    }
    let checked = post_check::of_products(conn, product_ids)?;
    let of_acts = acts.values().flatten().filter_map(|act| act.decision_id);
    let of_checks = checked.iter().filter_map(|check| check.decision_id);
    let cited = unique(rows.iter().filter_map(|row| row.decision_id).chain(of_acts).chain(of_checks));
    let decisions: HashMap<i64, decision::DecisionRow> = decision::find_all(conn, &cited)?.into_iter().map(|row| (row.id, row)).collect();
    let cite = |id: Option<i64>| {
        let row = decisions.get(&id?)?;
        Some(Decision {
            id: row.id,
            number: row.number.clone().map(Into::into),
            signed_on: row.signed_on,
            issuer: row.issuer.clone().map(Into::into),
            document_sha256: row.document_sha256.clone().map(Into::into),
        })
    };
    // A certificate names its authority itself.
    let cite_own = |id| cite(id).map(|decision| Decision { issuer: None, ..decision });

    let mut certificates: HashMap<i64, Vec<Certificate>> = HashMap::new();
    for row in rows {
        let acts = acts.remove(&row.id).unwrap_or_default();
        let acts = acts.into_iter().map(|act| {
            Ok(Act {
                kind: word(&act.kind, ActKind::parse)?,
                effective_on: act.effective_on,
                until: act.until,
                ground: act.ground.as_deref().map(|g| word(g, Ground::parse)).transpose()?,
                decision: cite(act.decision_id),
            })
        });
        let certificate = Certificate {
            id: row.id,
            decision: cite_own(row.decision_id),
            issuer: row.issuer.map(Into::into),
            regime: row.regime.as_deref().map(|r| word(r, Regime::parse)).transpose()?,
            stars: row.stars,
            score: row.score,
            official_code: row.official_code.map(Into::into),
            round_year: row.round_year,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            name_then: row.name_then.into(),
            place_then: row.place_then.into(),
            acts: acts.collect::<StoreResult<_>>()?,
            warning: row.warning.as_deref().map(|w| word(w, Warning::parse)).transpose()?,
            provenance: Provenance { source: word(&row.source, Source::parse)?, url: row.source_url.map(Into::into) },
        };
        certificates.entry(row.product_id).or_default().push(certificate);
    }

    let mut checks: HashMap<i64, Vec<PostCheck>> = HashMap::new();
    for row in checked {
        let check = PostCheck {
            basis: word(&row.basis, CheckBasis::parse)?,
            carried_out_on: row.carried_out_on,
            outcome: row.outcome.as_deref().map(|outcome| word(outcome, CheckOutcome::parse)).transpose()?,
            concluded_on: row.concluded_on,
            decision: cite(row.decision_id),
            unit: row.unit.into(),
        };
        checks.entry(row.product_id).or_default().push(check);
    }

    products
        .into_iter()
        .map(|row| {
            let mut history = certificates.remove(&row.id).unwrap_or_default();
            history.sort_by_key(Certificate::rank);
            let producer = row.producer_id.and_then(|id| producers.get(&id)).map(|p| {
                Ok::<_, StoreError>(Producer {
                    id: p.id,
                    name: p.name.clone().into(),
                    form: word(&p.form, Form::parse)?,
                    place: p.place.clone().into(),
                })
            });
            Ok(Record {
                product: Product {
                    id: row.id,
                    name_vi: row.name_vi.into(),
                    name_en: row.name_en.map(Into::into),
                    former_names: names.remove(&row.id).unwrap_or_default(),
                    gtins: gtins.remove(&row.id).unwrap_or_default(),
                    group: row.group_no,
                    set: row.set_no,
                    place: row.place.into(),
                    provenance: Provenance { source: word(&row.source, Source::parse)?, url: row.source_url.map(Into::into) },
                },
                producer: producer.transpose()?,
                certificates: history,
                post_checks: checks.remove(&row.id).unwrap_or_default(),
            })
        })
        .collect()
}

/// A stored word as the value it stands for.
fn word<T>(text: &str, parse: fn(&str) -> Option<T>) -> StoreResult<T> {
    parse(text).ok_or_else(|| StoreError::Unusable(format!("the database holds the word \"{text}\", which this program does not know")))
}

fn unique(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn spans(record: &Record) -> Vec<ListingRow> {
    let Lineage { province_now, province_then, district_then, commune_now, commune_then } = lineage(&record.product.place);
    let name_key = fold(&record.product.name_vi);
    timeline(record)
        .into_iter()
        .map(|span| {
            let certificate = span.certificate.and_then(|i| record.certificates.get(i));
            ListingRow {
                product_id: record.product.id,
                first_day: number(span.from),
                last_day: number(span.to),
                standing: span.standing.as_str().into(),
                stars: certificate.and_then(|c| c.stars).unwrap_or(0),
                valid_until: span.valid_until.map_or(0, number),
                regime: certificate.and_then(|c| c.regime).map_or("", Regime::as_str).into(),
                group_no: record.product.group.unwrap_or(0),
                set_no: record.product.set.unwrap_or(0),
                form: record.producer.as_ref().map_or(Form::Unknown, |p| p.form).as_str().into(),
                producer_id: record.producer.as_ref().map_or(0, |p| p.id),
                province_now: province_now.clone(),
                province_then: province_then.clone(),
                district_then: district_then.clone(),
                commune_now: commune_now.clone(),
                commune_then: commune_then.clone(),
                name_key: name_key.clone(),
            }
        })
        .collect()
}

/// What a product is found by: its names, its producer's, and those of the provinces around it.
fn words(record: &Record) -> String {
    let gazetteer = crate::domain::place::gazetteer();
    let Lineage { province_now, province_then, .. } = lineage(&record.product.place);
    let provinces = [province_now, province_then];
    let provinces = provinces.iter().filter_map(|key| gazetteer.get(key)).map(|id| gazetteer.place(id).short_name);
    let product = &record.product;
    let names =
        std::iter::once(product.name_vi.as_str()).chain(product.name_en.as_deref()).chain(product.former_names.iter().map(SmolStr::as_str));
    let text: Vec<&str> = names.chain(record.producer.iter().map(|p| p.name.as_str())).chain(provinces).collect();
    let folded = fold(&text.join(" "));
    let mut words: Vec<&str> = folded.split(' ').collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}
