//! Fills an empty registry with made-up products, for tests and benchmarks. The same plan gives the
//! same registry. Nothing of it is real except the places and the authorities, and every row says
//! that its source is neither a decision nor the press.

mod history;
mod home;
mod names;
mod words;

use crate::domain::classification::classification;
use crate::domain::code::Noun;
use crate::domain::day::{Day, term_end};
use crate::domain::decision_number;
use crate::domain::producer::name_key;
use crate::domain::record::{ActKind, DecisionKind, Source};
use crate::domain::regime::{Regime, TERM_MONTHS, Warning};
use crate::domain::text::fold;
use crate::store::certificate::{ActRow, CertificateRow};
use crate::store::decision::DecisionRow;
use crate::store::producer::ProducerRow;
use crate::store::product::{ProductGtinRow, ProductNameRow, ProductRow};
use crate::store::{Origin, StoreError, StoreResult, WriteDoor, WriteTx, ledger};
use chrono::{Datelike, NaiveDateTime};
use fastrand::Rng;
use history::{Recognition, history};
use home::Home;
use std::collections::{HashMap, HashSet};
use words::{KINDS, Kind};

/// What to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How many products.
    pub products: u64,
    /// Another seed gives another registry.
    pub seed: u64,
    /// The last day of a decision.
    pub today: Day,
}

/// How many rows were made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Generated {
    /// Producers.
    pub producers: u64,
    /// Products.
    pub products: u64,
    /// Barcodes.
    pub gtins: u64,
    /// Decisions.
    pub decisions: u64,
    /// Certificates.
    pub certificates: u64,
    /// Withdrawals, annulments and extensions.
    pub acts: u64,
}

/// Products in one transaction.
const BATCH: u64 = 10_000;
/// Fewer products are a small registry.
const SMALL: u64 = 10_000;
/// Who makes them, in the ledger.
const ACTOR: &str = "operator";

/// Fills an empty registry. `progress` is told how many products there are so far. What was
/// written before a failure stays; begin again with an empty database.
pub fn generate(door: &WriteDoor, plan: &Plan, at: NaiveDateTime, progress: &dyn Fn(u64)) -> Result<Generated, StoreError> {
    if plan.today < history::BEGIN {
        return Err(StoreError::Unusable(format!(
            "cannot generate products up to {}: the programme began on {}",
            plan.today,
            history::BEGIN
        )));
    }
    let mut maker = Maker::new(plan);
    progress(0);
    loop {
        let size = BATCH.min(plan.products - maker.made.products);
        let origin = Origin { actor: ACTOR.into(), command: "generate".into(), cause: None };
        let first = maker.made.products == 0;
        door.write(origin, at, true, |tx| {
            if first && ledger::position(tx.conn())? != 0 {
                return Err(StoreError::Unusable("the registry is not empty: generated products go into an empty database only".into()));
            }
            maker.batch(tx, size)
        })?;
        progress(maker.made.products);
        if maker.made.products >= plan.products {
            return Ok(maker.made);
        }
    }
}

/// Rows of one transaction, in the order in which they cite each other.
#[derive(Default)]
struct Batch {
    producers: Vec<ProducerRow>,
    products: Vec<ProductRow>,
    names: Vec<ProductNameRow>,
    gtins: Vec<ProductGtinRow>,
    decisions: Vec<DecisionRow>,
    certificates: Vec<CertificateRow>,
    acts: Vec<ActRow>,
}

struct Maker<'p> {
    plan: &'p Plan,
    rng: Rng,
    homes: Vec<Home>,
    /// The communes of the list under way, and how many producers it has left: registries fill by the lists of
    /// provinces, so that the products of one lie together, some hundred at a time.
    list: (Vec<Home>, u32),
    /// Kinds by weight, and the kinds of each group.
    kinds: Vec<(u32, &'static Kind)>,
    groups: HashMap<i16, Vec<(u32, &'static Kind)>>,
    /// Decisions that have room for more products, and how much.
    open: HashMap<(&'static str, Day, DecisionKind), (i64, u32)>,
    /// Numbers given, by authority and year.
    numbers: HashSet<(&'static str, i32, u32)>,
    batch: Batch,
    made: Generated,
}

fn group_of(kind: &Kind) -> i16 {
    classification().set(kind.set).map_or(0, |set| set.group)
}

fn source() -> String {
    Source::Other.as_str().into()
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

impl<'p> Maker<'p> {
    fn new(plan: &'p Plan) -> Self {
        let kinds: Vec<_> = KINDS.iter().map(|kind| (kind.weight, kind)).collect();
        let mut groups: HashMap<i16, Vec<_>> = HashMap::new();
        for one in &kinds {
            groups.entry(group_of(one.1)).or_default().push(*one);
        }
        Self {
            plan,
            rng: Rng::with_seed(plan.seed),
            homes: Home::all(),
            list: (Vec::new(), 0),
            kinds,
            groups,
            open: HashMap::new(),
            numbers: HashSet::new(),
            batch: Batch::default(),
            made: Generated::default(),
        }
    }

    /// Makes and writes so many products, producer by producer.
    fn batch(&mut self, tx: &mut WriteTx<'_>, size: u64) -> StoreResult<()> {
        self.batch = Batch::default();
        while count(self.batch.products.len()) < size {
            let room = size - count(self.batch.products.len());
            let many = names::weighted(&mut self.rng, &[(58, 1), (20, 2), (11, 3), (5, 4), (3, 5), (2, 7), (1, 10)]);
            self.producer(tx, room.min(many))?;
        }
        let batch = std::mem::take(&mut self.batch);
        tx.create(&batch.producers)?;
        tx.create(&batch.decisions)?;
        tx.create(&batch.products)?;
        tx.create(&batch.names)?;
        tx.create(&batch.gtins)?;
        tx.create(&batch.certificates)?;
        tx.create(&batch.acts)?;
        tx.touch(batch.products.iter().map(|row| row.id));
        self.made.producers += count(batch.producers.len());
        self.made.products += count(batch.products.len());
        self.made.gtins += count(batch.gtins.len());
        self.made.decisions += count(batch.decisions.len());
        self.made.certificates += count(batch.certificates.len());
        self.made.acts += count(batch.acts.len());
        Ok(())
    }

    /// A producer with so many products, all from its commune.
    fn producer(&mut self, tx: &mut WriteTx<'_>, products: u64) -> StoreResult<()> {
        let home = self.home();
        let kind = names::weighted(&mut self.rng, &self.kinds);
        let brand = names::brand(&mut self.rng);
        let (form, name) = names::producer(&mut self.rng, kind, &brand, &home);
        let id = tx.next_coded_id::<ProducerRow>(Noun::Producer)?;
        let mut latest = history::BEGIN;
        for nth in 0..products {
            let other = nth > 0 && self.rng.bool();
            let kind = if other { names::weighted(&mut self.rng, &self.groups[&group_of(kind)]) } else { kind };
            latest = latest.max(self.product(tx, id, kind, &brand, &home)?);
        }
        self.batch.producers.push(ProducerRow {
            id,
            name_key: fold(&name),
            match_key: name_key(&name),
            name,
            form: form.as_str().into(),
            place: home.key(latest).into(),
            province: home.province_now().into(),
            source: source(),
            source_url: None,
            merged_into: None,
        });
        Ok(())
    }

    /// A commune of the province whose list is under way. A small registry would hold few lists: there every
    /// producer comes from anywhere.
    fn home(&mut self) -> Home {
        if self.plan.products < SMALL {
            return names::pick(&mut self.rng, &self.homes);
        }
        if self.list.1 == 0 {
            let province = names::pick(&mut self.rng, &self.homes).province_now();
            let communes = self.homes.iter().filter(|home| home.province_now() == province).copied();
            self.list = (communes.collect(), self.rng.u32(20..200));
        }
        self.list.1 -= 1;
        names::pick(&mut self.rng, &self.list.0)
    }

    /// A product with its recognitions; returns the day of the latest.
    fn product(&mut self, tx: &mut WriteTx<'_>, producer: i64, kind: &Kind, brand: &str, home: &Home) -> StoreResult<Day> {
        let id = tx.next_coded_id::<ProductRow>(Noun::Product)?;
        let (name_vi, name_en) = names::product(&mut self.rng, kind, brand, home);
        let history = history(&mut self.rng, self.plan, home);
        let renamed = history.len() > 1 && self.rng.u32(..100) < 12;
        let former = renamed.then(|| names::product(&mut self.rng, kind, brand, home).0).filter(|name| *name != name_vi);
        if let Some(former) = &former {
            self.batch.names.push(ProductNameRow {
                id: tx.next_id::<ProductNameRow>()?,
                product_id: id,
                name_vi: former.clone(),
                ended_on: None,
            });
        }
        for _ in 0..names::weighted(&mut self.rng, &[(60, 0), (36, 1), (4, 2)]) {
            let row = tx.next_id::<ProductGtinRow>()?;
            self.batch.gtins.push(ProductGtinRow {
                id: row,
                product_id: id,
                gtin: names::gtin(row.unsigned_abs(), self.plan.seed),
                ended_on: None,
            });
        }
        let (mut latest, mut place) = (history::BEGIN, home.key(history::BEGIN));
        for (nth, one) in history.iter().enumerate() {
            let name_then = former.as_ref().filter(|_| nth == 0).unwrap_or(&name_vi);
            self.recognition(tx, id, name_then, one, home)?;
            latest = one.day.unwrap_or(latest);
            place = one.place;
        }
        self.batch.products.push(ProductRow {
            id,
            producer_id: Some(producer),
            name_vi,
            name_en,
            group_no: Some(group_of(kind)),
            set_no: Some(kind.set),
            place: place.into(),
            source: source(),
            source_url: None,
            merged_into: None,
        });
        Ok(latest)
    }

    fn recognition(&mut self, tx: &mut WriteTx<'_>, product: i64, name: &str, one: &Recognition, home: &Home) -> StoreResult<()> {
        let id = tx.next_coded_id::<CertificateRow>(Noun::Certificate)?;
        let decision = one.day.map(|day| self.decision(tx, one.issuer, day, DecisionKind::Recognition)).transpose()?;
        let coded = one.day.filter(|_| self.rng.u32(..10) < 3);
        self.batch.certificates.push(CertificateRow {
            id,
            product_id: product,
            decision_id: decision,
            issuer: Some(one.issuer.into()),
            regime: one.regime.map(Regime::as_str).map(Into::into),
            stars: Some(one.stars.into()),
            score: one.score,
            official_code: coded.map(|day| format!("{}-{}-{}", home.official_prefix(day), id % 1_000_000, one.year)),
            round_year: Some(one.year),
            valid_from: one.day,
            valid_until: one.day.map(|day| term_end(day, TERM_MONTHS)),
            name_then: name.into(),
            place_then: one.place.into(),
            warning: one.warning.map(Warning::as_str).map(Into::into),
            source: source(),
            source_url: None,
            merged_into: None,
        });
        let Some(act) = &one.act else { return Ok(()) };
        let kind = match act.kind {
            ActKind::Withdrawal => DecisionKind::Withdrawal,
            ActKind::Annulment => DecisionKind::Annulment,
            ActKind::Extension => DecisionKind::Extension,
        };
        let decision = self.decision(tx, act.issuer, act.signed_on, kind)?;
        self.batch.acts.push(ActRow {
            id: tx.next_id::<ActRow>()?,
            certificate_id: id,
            decision_id: Some(decision),
            kind: act.kind.as_str().into(),
            effective_on: act.effective_on,
            until: act.until,
            ground: act.ground.map(|ground| ground.as_str().into()),
        });
        Ok(())
    }

    /// A decision of that authority, day and kind with room for one more product.
    fn decision(&mut self, tx: &mut WriteTx<'_>, issuer: &'static str, day: Day, kind: DecisionKind) -> StoreResult<i64> {
        let rng = &mut self.rng;
        if let Some((id, room)) = self.open.get_mut(&(issuer, day, kind)).filter(|(_, room)| *room > 0) {
            *room -= 1;
            return Ok(*id);
        }
        let id = tx.next_coded_id::<DecisionRow>(Noun::Decision)?;
        self.open.insert((issuer, day, kind), (id, rng.u32(4..60)));
        // Numbers count up through the year.
        let mut number = day.ordinal() * 12 + rng.u32(..12);
        while !self.numbers.insert((issuer, day.year(), number)) {
            number += 1;
        }
        let signs = match issuer {
            "VN-MARD" => "QĐ-BNN-VPĐP",
            "VN-MAE" => "QĐ-BNNMT",
            _ => "QĐ-UBND",
        };
        let number = format!("{number}/{signs}");
        self.batch.decisions.push(DecisionRow {
            id,
            kind: kind.as_str().into(),
            number_key: decision_number::key(&number),
            number: Some(number),
            issuer: Some(issuer.into()),
            signed_on: Some(day),
            round_year: None,
            source: source(),
            source_url: None,
            document_sha256: None,
            annuls: None,
        });
        Ok(id)
    }
}

#[cfg(test)]
mod tests;
