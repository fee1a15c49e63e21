//! Follows relations: what each of several things leads to, read for all of them together.

use super::level::Level;
use super::model::Noun;
use super::questions::Key;
use super::relation::{Only, Related, Relation};
use super::render::{Rendered, Sheet};
use super::run::{Connection, Runner, Things, connection, each};
use crate::domain::day::Day;
use crate::domain::place::{self, PlaceId, gazetteer};
use crate::read::graph::{self, Stretch};
use crate::read::place::PlaceFilter;
use crate::read::product::Owner;
use crate::read::view::certificate::Certificate;
use crate::read::{ReadResult, producer, product, reference};
use std::collections::HashMap;
use std::hash::Hash;

impl Runner<'_, '_, '_> {
    /// What each of several things leads to.
    pub(super) fn follow(&mut self, relation: Relation, asked: &Related, level: &Level, things: &Things, on: Day) -> ReadResult<Rendered> {
        let cursors = level.picks(&["edges", "cursor"]);
        match (relation, things) {
            (Relation::ProductCertificates, Things::Products(all)) => {
                let mut sheet = Sheet::new(1, all.len());
                let mut certificates = Vec::new();
                each(all, &mut sheet, |sheet, record| {
                    let begin = certificates.len();
                    certificates.extend(Certificate::order(record).into_iter().map(|index| Some((record.clone(), index))));
                    sheet.list(0, begin..certificates.len());
                });
                let inner = self.render(level, Things::Certificates(certificates), on)?;
                Ok(sheet.filled(vec![inner]))
            }
            (Relation::ProducerIdentifiers, Things::Producers(all)) => {
                let mut found = graph::identifiers(self.snapshot()?, &numbers(all))?;
                let mut sheet = Sheet::new(level.groups.len(), all.len());
                each(all, &mut sheet, |sheet, (id, _)| sheet.any(&found.remove(id).unwrap_or_default(), &level.members));
                self.filled(sheet, &level.groups, &Things::Plain, on)
            }
            (Relation::ProducerProducts, Things::Producers(all)) => {
                let found = graph::products_of_producers(self.snapshot()?, &numbers(all))?;
                self.known_products(&numbers(all), &found, asked, level, on)
            }
            (Relation::DecisionProducts, Things::Decisions(all)) => {
                let decisions = all.iter().flatten().map(|(id, view)| (*id, view));
                let found = graph::products_of_decisions(self.snapshot()?, decisions)?;
                self.known_products(&numbers(all), &found, asked, level, on)
            }
            (Relation::DecisionCertificates, Things::Decisions(all)) => {
                let found = graph::of_decisions(self.snapshot()?, &numbers(all))?;
                let owner: HashMap<i64, i64> = found.values().flatten().map(|(product, certificate)| (*certificate, *product)).collect();
                let found = found
                    .into_iter()
                    .map(|(decision, pairs)| {
                        let mut ids: Vec<i64> = pairs.into_iter().map(|(_, certificate)| certificate).collect();
                        ids.sort_unstable();
                        (decision, ids)
                    })
                    .collect();
                let (pages, rows) = known_pages(&numbers(all), &found, asked, cursors);
                let things = self.certificates(rows.into_iter().map(|id| Some((id, *owner.get(&id)?))))?;
                self.render(level, Things::Pages(pages, Box::new(things)), on)
            }
            (Relation::DecisionCount, Things::Decisions(all)) => {
                let found = graph::known_certificates(self.snapshot()?, &numbers(all))?;
                let mut sheet = Sheet::new(0, all.len());
                each(all, &mut sheet, |sheet, (id, _)| sheet.value(&found.get(id).copied().unwrap_or(0)));
                Ok(sheet.filled(Vec::new()))
            }
            (Relation::Products, things) => self.products_of(&owners(things), asked, level, on),
            (Relation::PlaceProducers | Relation::PlaceDecisions, Things::Places(all)) => self.of_places(all, asked, level, on),
            (Relation::PlacePlaces, Things::Places(all)) => {
                let Only::Places(only) = &asked.only else { return Ok(nothing()) };
                let (mut pages, mut rows) = (Vec::with_capacity(all.len()), Vec::new());
                for place in all {
                    let filter = PlaceFilter { within: Some(*place), ..only.clone() };
                    let stretch = graph::places(&filter, &asked.page, cursors);
                    let total = level.picks(&["totalCount"]).then(|| graph::total_places(&filter));
                    pages.push(Some(connection(rows.len(), stretch.rows.len(), stretch.cursors, stretch.page_info, total)));
                    rows.extend(stretch.rows);
                }
                self.render(level, Things::Pages(pages, Box::new(Things::Places(rows))), on)
            }
            (Relation::GroupSets, Things::Classes(all, _)) => {
                let (mut sheet, mut sets) = (Sheet::new(1, all.len()), Vec::new());
                for group in all {
                    let begin = sets.len();
                    sets.extend(reference::set_numbers(Some(number_of(*group))).into_iter().map(Key::Number));
                    sheet.list(0, begin..sets.len());
                }
                let inner = self.render(level, Things::Classes(sets, Noun::Set), on)?;
                Ok(sheet.filled(vec![inner]))
            }
            (Relation::SetGroup, Things::Classes(all, _)) => {
                let groups = all.iter().map(|set| Key::Number(reference::group_of(number_of(*set)).unwrap_or_default())).collect();
                self.render(level, Things::Classes(groups, Noun::Group), on)
            }
            _ => Ok(nothing()),
        }
    }

    /// Pages of products of which all numbers are known.
    fn known_products(
        &mut self,
        owners: &[i64],
        found: &HashMap<i64, Vec<i64>>,
        asked: &Related,
        level: &Level,
        on: Day,
    ) -> ReadResult<Rendered> {
        let (pages, rows) = known_pages(owners, found, asked, level.picks(&["edges", "cursor"]));
        let things = self.numbered(Noun::Product, &rows)?;
        self.render(level, Things::Pages(pages, Box::new(things)), on)
    }

    /// A page of products for each owner, of each the page alone being read.
    fn products_of(&mut self, owners: &[Owner], asked: &Related, level: &Level, on: Day) -> ReadResult<Rendered> {
        let Only::Products(filter) = &asked.only else { return Ok(nothing()) };
        let (once, at) = distinct(owners.iter().map(Some));
        let found = graph::products_of(self.snapshot()?, &once, filter, on, &asked.page)?;
        let counted = level.picks(&["totalCount"]);
        let totals = if counted { graph::total_products_of(self.snapshot()?, &once, filter, on)? } else { Vec::new() };
        let (pages, rows) = found_pages(&at, &found, &totals, asked, level.picks(&["edges", "cursor"]));
        let things = self.numbered(Noun::Product, &rows)?;
        self.render(level, Things::Pages(pages, Box::new(things)), on)
    }

    /// The same of what is found by the key of a place: producers by that of a province, decisions by that of the
    /// unit whose authority signed.
    fn of_places(&mut self, places: &[PlaceId], asked: &Related, level: &Level, on: Day) -> ReadResult<Rendered> {
        let province = |id: &PlaceId| (gazetteer().place(*id).level == place::Level::Province).then(|| producer::in_province(*id));
        let keys: Vec<Option<String>> = match &asked.only {
            Only::Producers(_) => places.iter().map(province).collect(),
            _ => places.iter().map(|id| Some(gazetteer().place(*id).key.clone())).collect(),
        };
        let (once, at) = distinct(keys.iter().map(Option::as_ref));
        let counted = level.picks(&["totalCount"]);
        let (mut noun, mut found, mut totals) = (Noun::Producer, Vec::new(), Vec::new());
        match &asked.only {
            Only::Producers(filter) => {
                found = graph::producers_of(self.snapshot()?, &once, filter, &asked.page)?;
                if counted {
                    totals = graph::total_producers_of(self.snapshot()?, &once, filter)?;
                }
            }
            Only::Decisions(filter) => {
                noun = Noun::Decision;
                found = graph::decisions_of(self.snapshot()?, &once, filter, &asked.page)?;
                if counted {
                    totals = graph::total_decisions_of(self.snapshot()?, &once, filter)?;
                }
            }
            _ => {}
        }
        let (pages, rows) = found_pages(&at, &found, &totals, asked, level.picks(&["edges", "cursor"]));
        let things = self.numbered(noun, &rows)?;
        self.render(level, Things::Pages(pages, Box::new(things)), on)
    }

    /// Things by number; nothing is read for none.
    fn numbered(&mut self, noun: Noun, numbers: &[i64]) -> ReadResult<Things> {
        match numbers {
            [] => Ok(Things::Plain),
            some => self.load(noun, &some.iter().map(|number| Key::Number(*number)).collect::<Vec<_>>()),
        }
    }
}

fn nothing() -> Rendered {
    Sheet::new(0, 0).filled(Vec::new())
}

/// The number of a group, set or regime; 0, which nothing has, for what is none.
const fn number_of(key: Key) -> i64 {
    match key {
        Key::Number(number) => number,
        Key::Place(_) => 0,
    }
}

/// What the products of these things are found by.
fn owners(things: &Things) -> Vec<Owner> {
    let class = |key: &Key, noun: Noun| {
        let number = number_of(*key);
        let small = i16::try_from(number).unwrap_or_default();
        match noun {
            Noun::Group => Owner::Group(small),
            Noun::Set => Owner::Set(small),
            _ => Owner::Regime(reference::regime(number).map(|regime| regime.code.as_str().to_owned()).unwrap_or_default()),
        }
    };
    match things {
        Things::Places(all) => all.iter().map(|id| Owner::Place(product::in_place(*id))).collect(),
        Things::Classes(all, noun) => all.iter().map(|key| class(key, *noun)).collect(),
        _ => Vec::new(),
    }
}

/// Each owner once, and for each of those met its place among them.
fn distinct<'o, T: Clone + Eq + Hash + 'o>(owners: impl Iterator<Item = Option<&'o T>>) -> (Vec<T>, Vec<Option<usize>>) {
    let (mut once, mut known) = (Vec::new(), HashMap::new());
    let mut place = |owner: &'o T| {
        *known.entry(owner).or_insert_with(|| {
            once.push(owner.clone());
            once.len() - 1
        })
    };
    let at = owners.map(|owner| owner.map(&mut place)).collect();
    (once, at)
}

/// The numbers of things that are there; a missing one has 0, which nothing has.
fn numbers<T>(all: &[Option<(i64, T)>]) -> Vec<i64> {
    all.iter().map(|thing| thing.as_ref().map_or(0, |(number, _)| *number)).collect()
}

/// The pages of several owners, one after another, and the numbers on them.
fn known_pages(owners: &[i64], found: &HashMap<i64, Vec<i64>>, asked: &Related, cursors: bool) -> (Vec<Option<Connection>>, Vec<i64>) {
    let mut rows = Vec::new();
    let pages = owners.iter().map(|owner| {
        let ids = found.get(owner).map_or(&[][..], Vec::as_slice);
        let stretch = graph::page_of(ids, &asked.page, &asked.order, cursors);
        Some(page(&mut rows, stretch, i64::try_from(ids.len()).ok()))
    });
    (pages.collect(), rows)
}

/// The same of pages as they were found, each owner by its place among them.
fn found_pages(
    at: &[Option<usize>],
    found: &[Vec<i64>],
    totals: &[i64],
    asked: &Related,
    cursors: bool,
) -> (Vec<Option<Connection>>, Vec<i64>) {
    let mut rows = Vec::new();
    let pages = at.iter().map(|at| {
        let stretch = graph::page_found(found.get((*at)?).cloned().unwrap_or_default(), &asked.page, &asked.order, cursors);
        Some(page(&mut rows, stretch, totals.get((*at)?).copied()))
    });
    (pages.collect(), rows)
}

fn page(rows: &mut Vec<i64>, stretch: Stretch<i64>, total: Option<i64>) -> Connection {
    let begin = rows.len();
    rows.extend_from_slice(&stretch.rows);
    connection(begin, stretch.rows.len(), stretch.cursors, stretch.page_info, total)
}
