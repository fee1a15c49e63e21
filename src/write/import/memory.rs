//! What an import knows of the products it has met, so that a row costs the same whether its producer
//! has ten products or ten thousand.

use super::Standing;
use super::row::Candidate;
use crate::domain::code::Noun;
use crate::domain::lineage::lineage;
use crate::domain::product_name::core;
use crate::domain::record::{Certificate, Record};
use crate::domain::text::{fold, marked};
use crate::store::{StoreResult, WriteTx, merged, product, projection};
use smol_str::SmolStr;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

/// Products assembled at once.
pub(super) const PORTION: usize = 500;

#[derive(Default)]
pub(super) struct Memory {
    shelves: HashMap<i64, Shelf>,
    /// Folded name and today's province of the products that this import wrote: what the lists of the
    /// database will say once they are made.
    current: HashMap<i64, (String, String)>,
    by_current: HashMap<(String, String), BTreeSet<i64>>,
    merged: Option<Merged>,
    /// Which row of this import states a certificate, and under what name.
    stated: HashMap<i64, (u64, String)>,
    /// Verdicts before the import, of every product met.
    pub(super) before: HashMap<i64, Standing>,
}

/// The names of one producer's products.
#[derive(Default)]
struct Shelf {
    names: Vec<(i64, String)>,
    marked: HashMap<String, BTreeSet<i64>>,
    /// By the written name of the producer, which a product's name may end in, and by core.
    cores: HashMap<String, HashMap<String, BTreeSet<i64>>>,
}

/// Where merged products lead: survivors by the producer and by the name and province that were theirs.
#[derive(Default)]
struct Merged {
    by_producer: HashMap<i64, BTreeSet<i64>>,
    by_name: HashMap<(String, String), BTreeSet<i64>>,
}

impl Merged {
    fn read(tx: &mut WriteTx<'_>) -> StoreResult<Self> {
        let rows = product::merged(tx.conn())?;
        let products: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let producers: Vec<i64> = rows.iter().filter_map(|row| row.producer_id).collect();
        let survivors = merged::survivors(tx.conn(), Noun::Product, &products)?;
        let producers = merged::survivors(tx.conn(), Noun::Producer, &producers)?;
        let mut found = Self::default();
        for row in rows {
            let Some(survivor) = survivors.get(&row.id) else { continue };
            if let Some(producer) = row.producer_id {
                let producer = producers.get(&producer).copied().unwrap_or(producer);
                found.by_producer.entry(producer).or_default().insert(*survivor);
            }
            found.by_name.entry((fold(&row.name_vi), lineage(&row.place).province_now)).or_default().insert(*survivor);
        }
        Ok(found)
    }
}

impl Shelf {
    fn learn(&mut self, product: i64, name: &str) {
        if !self.marked.entry(marked(name)).or_default().insert(product) {
            return;
        }
        for (maker, cores) in &mut self.cores {
            cores.entry(core(name, Some(maker))).or_default().insert(product);
        }
        self.names.push((product, name.to_owned()));
    }
}

impl Memory {
    /// The producer's products that bear the name, or bear it but for pack and brand.
    pub(super) fn like(&mut self, tx: &mut WriteTx<'_>, producer: i64, maker: &str, name: &str) -> StoreResult<Vec<i64>> {
        let merged = self.merged(tx)?.by_producer.get(&producer).cloned();
        let shelf = match self.shelves.entry(producer) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let mut shelf = Shelf::default();
                let mut own = product::of_producer(tx.conn(), producer)?;
                own.extend(merged.into_iter().flatten());
                for portion in own.chunks(PORTION) {
                    for record in projection::assemble(tx.conn(), portion)? {
                        names(&record).for_each(|name| shelf.learn(record.product.id, name));
                    }
                }
                place.insert(shelf)
            }
        };
        let names = &shelf.names;
        let cores = shelf.cores.entry(maker.to_owned()).or_insert_with(|| {
            let mut cores: HashMap<String, BTreeSet<i64>> = HashMap::new();
            for (product, name) in names {
                cores.entry(core(name, Some(maker))).or_default().insert(*product);
            }
            cores
        });
        let exact = shelf.marked.get(&marked(name)).into_iter().flatten();
        let alike = cores.get(&core(name, Some(maker))).into_iter().flatten();
        let found: BTreeSet<i64> = exact.chain(alike).copied().collect();
        Ok(found.into_iter().collect())
    }

    fn merged(&mut self, tx: &mut WriteTx<'_>) -> StoreResult<&Merged> {
        let merged = match self.merged.take() {
            Some(merged) => merged,
            None => Merged::read(tx)?,
        };
        Ok(self.merged.insert(merged))
    }

    /// Products of today's province that bear a folded name now, or bore it when they were merged; only those
    /// without a producer where asked so.
    pub(super) fn named(&mut self, tx: &mut WriteTx<'_>, name_key: &str, province: &str, orphans: bool) -> StoreResult<Vec<i64>> {
        let mut found: BTreeSet<i64> = product::named(tx.conn(), name_key, province, orphans)?.into_iter().collect();
        found.retain(|id| !self.current.contains_key(id));
        let key = (name_key.to_owned(), province.to_owned());
        found.extend(self.by_current.get(&key).into_iter().flatten());
        found.extend(self.merged(tx)?.by_name.get(&key).into_iter().flatten());
        Ok(found.into_iter().collect())
    }

    /// Remembers that a row states a certificate under a name.
    pub(super) fn state(&mut self, certificate: i64, row: u64, name: &str) {
        self.stated.entry(certificate).or_insert_with(|| (row, marked(name)));
    }

    /// The first row of this import that states a certificate.
    pub(super) fn row_of(&self, certificate: i64) -> Option<u64> {
        self.stated.get(&certificate).map(|(row, _)| *row)
    }

    /// Whether an earlier row states this certificate under a name that the candidate does not bear: two
    /// rows of one decision may be two products, and neither may stand for the other.
    pub(super) fn told_otherwise(&self, certificate: &Certificate, candidate: &Candidate) -> bool {
        self.stated.get(&certificate.id).is_some_and(|(_, name)| *name != marked(&candidate.name_vi))
    }

    /// Remembers what was written of a product.
    pub(super) fn learn<'n>(
        &mut self,
        product: i64,
        producer: Option<i64>,
        (name, place): (&'n str, &str),
        others: impl Iterator<Item = &'n str>,
    ) {
        // A shelf that nobody has asked for is read from the tables when somebody does.
        if let Some(shelf) = producer.and_then(|producer| self.shelves.get_mut(&producer)) {
            std::iter::once(name).chain(others).for_each(|name| shelf.learn(product, name));
        }
        let now = (fold(name), lineage(place).province_now);
        if let Some(before) = self.current.insert(product, now.clone())
            && let Some(there) = self.by_current.get_mut(&before)
        {
            there.remove(&product);
        }
        self.by_current.entry(now).or_default().insert(product);
    }
}

/// Every name that a product bears or has borne.
pub(super) fn names(record: &Record) -> impl Iterator<Item = &str> {
    let product = &record.product;
    std::iter::once(&product.name_vi)
        .chain(&product.former_names)
        .chain(record.certificates.iter().map(|c| &c.name_then))
        .map(SmolStr::as_str)
}
