//! Carries a plan out, level by level: all things of a kind that a level leads to are read together.
//! So the number of statements is that of the plan's groups, whatever the number of rows, and the order
//! of fields is the query's.

use super::cost::too_large;
use super::document::Wrong;
use super::level::{Failed, Group, Level, Plan, Root, RootWhat, Shape, What};
use super::model::Noun;
use super::questions::{Asked, Key, Question};
use super::render::{MOST_BYTES, Rendered, Sheet};
use crate::domain::code;
use crate::domain::day::Day;
use crate::domain::place::PlaceId;
use crate::domain::record::Record;
use crate::error::{Code, Problem, say};
use crate::read::graph::{self, Stretch};
use crate::read::view::certificate::Certificate;
use crate::read::view::decision::Decision;
use crate::read::view::page::PageInfo;
use crate::read::view::place::Place;
use crate::read::view::producer::Producer;
use crate::read::view::product::Product;
use crate::read::view::stats::Facet;
use crate::read::view::verification::BatchItem;
use crate::read::{ReadError, ReadResult, Snapshot, batch, change, product, reference, stats, verification};
use serde::Serialize;
use std::collections::HashMap;
use std::rc::Rc;

/// What is known besides the plan.
pub(super) struct Around {
    pub(super) today: Day,
    /// The newest known position, for plans that read nothing.
    pub(super) position: i64,
    pub(super) licence: String,
    pub(super) vietnamese: bool,
    /// What the schema says of itself, by name in the answer.
    pub(super) introspection: HashMap<String, String>,
}

/// An answer as far as its data, and what kept some of it from being there.
pub(super) struct Ran {
    /// `{"data":{…}`: the rest of the answer follows.
    pub(super) body: Vec<u8>,
    pub(super) failed: Vec<Failed>,
}

/// A page in the form of the Relay specification; nodes are rows of what is read beside it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Connection {
    edges: Vec<Edge>,
    nodes: Vec<u32>,
    page_info: PageInfo,
    total_count: Option<i64>,
    facets: Vec<Facet>,
}

#[derive(Serialize)]
struct Edge {
    cursor: String,
    node: u32,
}

/// Things of one kind; a thing that is not there keeps its place.
pub(super) enum Things {
    Products(Vec<Option<Rc<Record>>>),
    Producers(Vec<Option<(i64, Producer)>>),
    Decisions(Vec<Option<(i64, Decision)>>),
    Certificates(Vec<Option<(Rc<Record>, usize)>>),
    Places(Vec<PlaceId>),
    Classes(Vec<Key>, Noun),
    /// Pages, and the things on them.
    Pages(Vec<Option<Connection>>, Box<Things>),
    /// Views that lead to nothing of their own.
    Plain,
}

impl Things {
    fn len(&self) -> usize {
        match self {
            Self::Products(all) => all.len(),
            Self::Producers(all) => all.len(),
            Self::Decisions(all) => all.len(),
            Self::Certificates(all) => all.len(),
            Self::Places(all) => all.len(),
            Self::Classes(all, _) => all.len(),
            Self::Pages(all, _) => all.len(),
            Self::Plain => 0,
        }
    }
}

pub(super) struct Runner<'r, 's, 'c> {
    snapshot: Option<&'r mut Snapshot<'c>>,
    around: &'s Around,
    /// Bytes rendered so far.
    rendered: usize,
}

/// Carries a plan out.
pub(super) fn run(plan: &Plan, snapshot: Option<&mut Snapshot<'_>>, around: &Around) -> ReadResult<Ran> {
    let mut runner = Runner { snapshot, around, rendered: 0 };
    let mut ran = Ran { body: Vec::with_capacity(1_024), failed: plan.failed.clone() };
    ran.body.extend_from_slice(b"{\"data\":{");
    let mut nothing = false;
    for (nth, Root { key, place, required, what }) in plan.roots.iter().enumerate() {
        let comma = if nth > 0 { "," } else { "" };
        ran.body.extend_from_slice(format!("{comma}\"{key}\":").as_bytes());
        let begun = ran.body.len();
        let answered = match what {
            RootWhat::Typename => {
                ran.body.extend_from_slice(b"\"Query\"");
                Ok(())
            }
            RootWhat::Introspection => {
                ran.body.extend_from_slice(around.introspection.get(key).map_or(b"null".as_slice(), |value| value.as_bytes()));
                Ok(())
            }
            RootWhat::Nothing => {
                nothing |= required;
                ran.body.extend_from_slice(b"null");
                Ok(())
            }
            RootWhat::Question(asked, shape) => runner.answer(asked, shape, &mut ran.body),
        };
        if ran.body.len() > MOST_BYTES {
            return Err(too_long().into());
        }
        match answered {
            Ok(()) => {}
            Err(ReadError::Problem(problem)) if problem.code != Code::QueryTooLarge => {
                nothing |= required;
                ran.body.truncate(begun);
                ran.body.extend_from_slice(b"null");
                ran.failed.push(Failed { path: vec![key.as_str().into()], wrong: Wrong::at(*place, *problem) });
            }
            Err(error) => return Err(error),
        }
    }
    ran.body.push(b'}');
    if nothing {
        // What may not be null takes all around it along.
        ran.body.clear();
        ran.body.extend_from_slice(b"{\"data\":null");
    }
    Ok(ran)
}

/// An answer that would be too long.
fn too_long() -> Problem {
    const MOST: usize = MOST_BYTES >> 20;
    too_large(
        format!("Câu trả lời dài hơn {MOST} MiB; hãy chọn ít trường hơn hoặc trang nhỏ hơn."),
        format!("The answer is longer than {MOST} MiB; select fewer fields or smaller pages."),
    )
}

impl<'c> Runner<'_, '_, 'c> {
    pub(super) fn snapshot(&mut self) -> ReadResult<&mut Snapshot<'c>> {
        let fault = || Problem::new(Code::Internal, say("Có lỗi khi xử lý yêu cầu.", "The plan reads where it said that it would not."));
        self.snapshot.as_deref_mut().ok_or_else(|| fault().into())
    }

    fn answer(&mut self, asked: &Asked, shape: &Shape, target: &mut Vec<u8>) -> ReadResult<()> {
        let Asked { question, on, .. } = asked;
        let on = *on;
        let level = match shape {
            Shape::Scalar => return self.scalar(question, target),
            Shape::Nodes { levels, list } => {
                let ends: (&[u8], &[u8]) = if *list { (b"[", b"]") } else { (b"", b"") };
                target.extend_from_slice(ends.0);
                self.nodes(question, levels, on, target)?;
                target.extend_from_slice(ends.1);
                return Ok(());
            }
            Shape::Batch { verification, failure } => return self.batch(question, verification, failure, on, target),
            Shape::One(level) => level,
        };
        let rendered = match question {
            Question::One(noun, Some(key)) => {
                let things = self.load(*noun, &[*key])?;
                self.render(level, things, on)?
            }
            Question::Products(ask) => {
                let stretch = graph::products(self.snapshot()?, ask, level.picks(&["edges", "cursor"]))?;
                let total = if level.picks(&["totalCount"]) { Some(product::total(self.snapshot()?, ask)?) } else { None };
                let facets = if level.picks(&["facets"]) { product::facets(self.snapshot()?, ask)? } else { Vec::new() };
                let (mut page, things) = paged(stretch, |record| Some(Rc::new(record)));
                (page.total_count, page.facets) = (total, facets);
                self.render(level, Things::Pages(vec![Some(page)], Box::new(Things::Products(things))), on)?
            }
            Question::Producers(filter, ask) => {
                let stretch = graph::producers(self.snapshot()?, filter, ask, level.picks(&["edges", "cursor"]))?;
                let (mut page, things) = paged(stretch, Some);
                if level.picks(&["totalCount"]) {
                    page.total_count = Some(graph::total_producers(self.snapshot()?, filter)?);
                }
                self.render(level, Things::Pages(vec![Some(page)], Box::new(Things::Producers(things))), on)?
            }
            Question::Decisions(filter, ask) => {
                let stretch = graph::decisions(self.snapshot()?, filter, ask, level.picks(&["edges", "cursor"]))?;
                let (mut page, things) = paged(stretch, Some);
                if level.picks(&["totalCount"]) {
                    page.total_count = Some(graph::total_decisions(self.snapshot()?, filter)?);
                }
                self.render(level, Things::Pages(vec![Some(page)], Box::new(Things::Decisions(things))), on)?
            }
            Question::Certificates(filter, ask) => {
                let stretch = graph::certificates(self.snapshot()?, filter, ask, level.picks(&["edges", "cursor"]))?;
                let (mut page, pairs) = paged(stretch, |pair| pair);
                if level.picks(&["totalCount"]) {
                    page.total_count = Some(graph::total_certificates(self.snapshot()?, filter)?);
                }
                let things = self.certificates(pairs.into_iter().map(Some))?;
                self.render(level, Things::Pages(vec![Some(page)], Box::new(things)), on)?
            }
            Question::Places(filter, ask) => {
                let stretch = graph::places(filter, ask, level.picks(&["edges", "cursor"]));
                let (mut page, things) = paged(stretch, |id| id);
                if level.picks(&["totalCount"]) {
                    page.total_count = Some(graph::total_places(filter));
                }
                self.render(level, Things::Pages(vec![Some(page)], Box::new(Things::Places(things))), on)?
            }
            Question::Groups => return self.classes(level, reference::group_numbers(), Noun::Group, on, target),
            Question::Sets => return self.classes(level, reference::set_numbers(None), Noun::Set, on, target),
            Question::Regimes => return self.classes(level, reference::regime_numbers(), Noun::Regime, on, target),
            Question::Stats(filter, by) => {
                let view = stats::counts(self.snapshot()?, filter, on, by)?;
                self.view(level, &view, on)?
            }
            Question::Changes { after, first } => {
                let view = change::feed(self.snapshot()?, *after, *first, on)?;
                self.view(level, &view, on)?
            }
            Question::Verify(asked, identifier) => {
                let view = verification::verdict_on(self.snapshot()?, asked.clone(), identifier, on)?;
                self.view(level, &view, on)?
            }
            _ => {
                target.extend_from_slice(b"null");
                return Ok(());
            }
        };
        rendered.write(0, target);
        Ok(())
    }

    fn scalar(&mut self, question: &Question, target: &mut Vec<u8>) -> ReadResult<()> {
        let position = self.snapshot.as_ref().map_or(self.around.position, |snapshot| snapshot.position);
        let value = match question {
            Question::DataVersion => serde_json::json!(position),
            Question::AsOf => serde_json::json!(self.around.today),
            _ => serde_json::json!(self.around.licence),
        };
        target.extend_from_slice(value.to_string().as_bytes());
        Ok(())
    }

    /// All groups, sets or regimes.
    fn classes(&mut self, level: &Level, numbers: Vec<i64>, noun: Noun, on: Day, target: &mut Vec<u8>) -> ReadResult<()> {
        let length = numbers.len();
        let things = Things::Classes(numbers.into_iter().map(Key::Number).collect(), noun);
        let rendered = self.render(level, things, on)?;
        target.push(b'[');
        for item in 0..length {
            if item > 0 {
                target.push(b',');
            }
            rendered.write(item, target);
        }
        target.push(b']');
        Ok(())
    }

    /// Things of several kinds, each kind read together.
    fn nodes(&mut self, question: &Question, levels: &[(Noun, Level)], on: Day, target: &mut Vec<u8>) -> ReadResult<()> {
        let Question::Nodes(ids) = question else { return Ok(()) };
        let mut kinds = HashMap::new();
        for (noun, level) in levels {
            let keys: Vec<Key> = ids.iter().flatten().filter(|(kind, _)| kind == noun).map(|(_, key)| *key).collect();
            if !keys.is_empty() {
                let things = self.load(*noun, &keys)?;
                kinds.insert(*noun, (self.render(level, things, on)?, 0));
            }
        }
        for (nth, id) in ids.iter().enumerate() {
            if nth > 0 {
                target.push(b',');
            }
            match id.and_then(|(noun, _)| kinds.get_mut(&noun)) {
                Some((rendered, next)) => {
                    rendered.write(*next, target);
                    *next += 1;
                }
                None => target.extend_from_slice(b"null"),
            }
        }
        Ok(())
    }

    fn batch(&mut self, question: &Question, verification: &Level, failure: &Level, on: Day, target: &mut Vec<u8>) -> ReadResult<()> {
        let Question::VerifyBatch(entries) = question else { return Ok(()) };
        let vietnamese = self.around.vietnamese;
        let items = batch::verdicts_on(self.snapshot()?, entries, on, vietnamese)?;
        let (mut verified, mut failed) = (Sheet::new(verification.groups.len(), items.len()), Sheet::new(failure.groups.len(), 0));
        for item in &items {
            match item {
                BatchItem::Verified(view) => verified.item(view, &verification.members),
                BatchItem::Failed(view) => failed.item(view, &failure.members),
            }
        }
        let verified = self.filled(verified, &verification.groups, &Things::Plain, on)?;
        let failed = self.filled(failed, &failure.groups, &Things::Plain, on)?;
        let (mut yes, mut no) = (0, 0);
        target.push(b'[');
        for (nth, item) in items.iter().enumerate() {
            if nth > 0 {
                target.push(b',');
            }
            let (rendered, next) = if matches!(item, BatchItem::Verified(_)) { (&verified, &mut yes) } else { (&failed, &mut no) };
            rendered.write(*next, target);
            *next += 1;
        }
        target.push(b']');
        Ok(())
    }

    /// A view, or a list of views, that is there already.
    fn view<T: Serialize>(&mut self, level: &Level, view: &T, on: Day) -> ReadResult<Rendered> {
        let mut sheet = Sheet::new(level.groups.len(), 1);
        sheet.any(view, &level.members);
        self.filled(sheet, &level.groups, &Things::Plain, on)
    }

    /// Things and all that they lead to.
    pub(super) fn render(&mut self, level: &Level, things: Things, on: Day) -> ReadResult<Rendered> {
        let mut sheet = Sheet::new(level.groups.len(), things.len());
        let members = &level.members;
        match &things {
            Things::Products(all) => each(all, &mut sheet, |sheet, record| {
                sheet.item(&Product::brief(record, on), members);
            }),
            Things::Producers(all) => each(all, &mut sheet, |sheet, (_, view)| sheet.item(view, members)),
            Things::Decisions(all) => each(all, &mut sheet, |sheet, (_, view)| sheet.item(view, members)),
            Things::Certificates(all) => each(all, &mut sheet, |sheet, (record, index)| {
                sheet.item(&Certificate::of(record, *index, on, true), members);
            }),
            Things::Places(all) => all.iter().for_each(|id| sheet.item(&Place::of(*id), members)),
            Things::Classes(all, noun) => {
                for key in all {
                    match (noun, key) {
                        (Noun::Group, Key::Number(number)) => sheet.any(&reference::group(*number), members),
                        (Noun::Regime, Key::Number(number)) => sheet.any(&reference::regime(*number), members),
                        (_, Key::Number(number)) => sheet.any(&reference::set(*number), members),
                        _ => sheet.nothing(),
                    }
                }
            }
            Things::Pages(all, _) => each(all, &mut sheet, |sheet, page| sheet.item(page, members)),
            Things::Plain => {}
        }
        self.filled(sheet, &level.groups, &things, on)
    }

    pub(super) fn filled(&mut self, mut sheet: Sheet, groups: &[Group], things: &Things, on: Day) -> ReadResult<Rendered> {
        self.rendered += sheet.len();
        if self.rendered > MOST_BYTES {
            return Err(too_long().into());
        }
        let mut filled = Vec::with_capacity(groups.len());
        let keys = std::mem::take(&mut sheet.keys);
        for (group, keys) in groups.iter().zip(keys) {
            filled.push(match &group.what {
                What::Things(noun) => {
                    let things = self.load(*noun, &keys.all)?;
                    self.render(&group.level, things, on)?
                }
                What::Rows => match things {
                    Things::Pages(_, rows) => self.render(&group.level, rows.again(), on)?,
                    _ => Sheet::new(0, 0).filled(Vec::new()),
                },
                What::Relation(relation, asked) => self.follow(*relation, asked, &group.level, things, on)?,
            });
        }
        Ok(sheet.filled(filled))
    }

    /// Things by key, in the order of their keys. What was merged is the one that lives on.
    pub(super) fn load(&mut self, noun: Noun, keys: &[Key]) -> ReadResult<Things> {
        let mut numbers: Vec<i64> =
            keys.iter().filter_map(|key| if let Key::Number(number) = key { Some(*number) } else { None }).collect();
        let things = self.known(noun, keys, &numbers)?;
        let (coded, missing) = match &things {
            Things::Products(all) => (code::Noun::Product, missing(&numbers, all)),
            Things::Producers(all) => (code::Noun::Producer, missing(&numbers, all)),
            Things::Certificates(all) => (code::Noun::Certificate, missing(&numbers, all)),
            _ => return Ok(things),
        };
        if missing.is_empty() {
            return Ok(things);
        }
        let led = graph::survivors(self.snapshot()?, coded, &missing)?;
        if led.is_empty() {
            return Ok(things);
        }
        for number in &mut numbers {
            *number = led.get(number).copied().unwrap_or(*number);
        }
        self.known(noun, keys, &numbers)
    }

    /// Things that were not merged, by their numbers.
    fn known(&mut self, noun: Noun, keys: &[Key], numbers: &[i64]) -> ReadResult<Things> {
        Ok(match noun {
            Noun::Product => {
                let found = self.records(numbers)?;
                Things::Products(numbers.iter().map(|number| found.get(number).cloned()).collect())
            }
            Noun::Producer => {
                let found: HashMap<i64, _> = graph::producers_by_number(self.snapshot()?, numbers)?.into_iter().collect();
                Things::Producers(in_order(numbers, found))
            }
            Noun::Decision => {
                let found: HashMap<i64, _> = graph::decisions_by_number(self.snapshot()?, numbers)?.into_iter().collect();
                Things::Decisions(in_order(numbers, found))
            }
            Noun::Certificate => {
                let found: HashMap<i64, i64> = graph::certificates_by_number(self.snapshot()?, numbers)?.into_iter().collect();
                self.certificates(numbers.iter().map(|number| Some((*number, *found.get(number)?))))?
            }
            Noun::Place => Things::Places(keys.iter().filter_map(|key| if let Key::Place(id) = key { Some(*id) } else { None }).collect()),
            Noun::Group | Noun::Set | Noun::Regime => Things::Classes(keys.to_vec(), noun),
        })
    }

    fn records(&mut self, numbers: &[i64]) -> ReadResult<HashMap<i64, Rc<Record>>> {
        let mut once = numbers.to_vec();
        once.sort_unstable();
        once.dedup();
        let found = graph::records(self.snapshot()?, &once)?;
        Ok(found.into_iter().map(|record| (record.product.id, Rc::new(record))).collect())
    }

    /// Certificates as (certificate, product).
    pub(super) fn certificates(&mut self, pairs: impl Iterator<Item = Option<(i64, i64)>>) -> ReadResult<Things> {
        let pairs: Vec<Option<(i64, i64)>> = pairs.collect();
        let products: Vec<i64> = pairs.iter().flatten().map(|(_, product)| *product).collect();
        let records = self.records(&products)?;
        let find = |pair: Option<(i64, i64)>| {
            let (certificate, product) = pair?;
            let record = records.get(&product)?;
            let index = record.certificates.iter().position(|known| known.id == certificate)?;
            Some((record.clone(), index))
        };
        Ok(Things::Certificates(pairs.into_iter().map(find).collect()))
    }
}

impl Things {
    /// The same things for another group; they are shared or small.
    fn again(&self) -> Self {
        match self {
            Self::Products(all) => Self::Products(all.clone()),
            Self::Producers(all) => Self::Producers(all.clone()),
            Self::Decisions(all) => Self::Decisions(all.clone()),
            Self::Certificates(all) => Self::Certificates(all.clone()),
            Self::Places(all) => Self::Places(all.clone()),
            Self::Classes(all, noun) => Self::Classes(all.clone(), *noun),
            Self::Pages(..) | Self::Plain => Self::Plain,
        }
    }
}

pub(super) fn each<T>(all: &[Option<T>], sheet: &mut Sheet, mut render: impl FnMut(&mut Sheet, &T)) {
    for thing in all {
        match thing {
            Some(thing) => render(sheet, thing),
            None => sheet.nothing(),
        }
    }
}

fn in_order<T: Clone>(numbers: &[i64], found: HashMap<i64, T>) -> Vec<Option<(i64, T)>> {
    numbers.iter().map(|number| found.get(number).map(|thing| (*number, thing.clone()))).collect()
}

/// The numbers under which nothing was found.
fn missing<T>(numbers: &[i64], found: &[Option<T>]) -> Vec<i64> {
    numbers.iter().zip(found).filter(|(_, thing)| thing.is_none()).map(|(number, _)| *number).collect()
}

fn row(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// One page, whose rows are all there are.
fn paged<T, U>(stretch: Stretch<T>, thing: impl FnMut(T) -> U) -> (Connection, Vec<U>) {
    let things: Vec<U> = stretch.rows.into_iter().map(thing).collect();
    let page = connection(0, things.len(), stretch.cursors, stretch.page_info, None);
    (page, things)
}

pub(super) fn connection(begin: usize, length: usize, cursors: Vec<String>, page_info: PageInfo, total_count: Option<i64>) -> Connection {
    let nodes: Vec<u32> = (begin..begin + length).map(row).collect();
    let mut cursors = cursors.into_iter();
    let edges = nodes.iter().map(|node| Edge { cursor: cursors.next().unwrap_or_default(), node: *node }).collect();
    Connection { edges, nodes, page_info, total_count, facets: Vec::new() }
}
