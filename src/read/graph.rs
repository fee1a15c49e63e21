//! Questions about many things at once, for doors that walk from one noun to the next. Each is one
//! statement however many things it is about (one for every `CHUNK`, to be exact), so the number of
//! statements of a walk depends on its shape only.

use super::certificate::CertificateFilter;
use super::cursor::{Cursor, PageAsk, settle};
use super::decision::DecisionFilter;
use super::place::PlaceFilter;
use super::producer::ProducerFilter;
use super::product::{self, ListingFilter, Owner, ProductList};
use super::view::decision::{Decision, DecisionRef};
use super::view::page::PageInfo;
use super::view::producer::{Identifier, Producer};
use super::{ReadResult, place};
use crate::domain::code::Noun;
use crate::domain::day::Day;
use crate::domain::place::PlaceId;
use crate::domain::record::{DecisionKind, Record};
use crate::store::decision::DecisionRow;
use crate::store::listing::{At, Keyset, Order};
use crate::store::producer::ProducerRow;
use crate::store::{Snapshot, StoreResult, certificate, decision, merged, owner, producer, record};
use std::collections::HashMap;

/// Numbers in one statement: below what either database takes as parameters.
const CHUNK: usize = 1_000;

/// A page of rows, with the cursor of each when they are wanted.
pub struct Stretch<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Their cursors; empty when nobody asked.
    pub cursors: Vec<String>,
    /// Where the page lies.
    pub page_info: PageInfo,
}

impl<T> Stretch<T> {
    fn of(rows: Vec<T>, page: &PageAsk, with_cursors: bool, cursor: impl Fn(&T) -> Cursor) -> Self {
        let (rows, page_info) = settle(rows, page, &cursor);
        let cursors = if with_cursors { rows.iter().map(|row| cursor(row).encode()).collect() } else { Vec::new() };
        Self { rows, cursors, page_info }
    }

    fn map<U>(self, view: impl FnMut(T) -> U) -> Stretch<U> {
        Stretch { rows: self.rows.into_iter().map(view).collect(), cursors: self.cursors, page_info: self.page_info }
    }
}

/// A page of numbers that are all known, in ascending order.
pub fn page_of(ids: &[i64], page: &PageAsk, order: &str, with_cursors: bool) -> Stretch<i64> {
    let wanted = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    let rows: Vec<i64> = match (page.id(), page.backwards()) {
        (from, true) => {
            let end = from.map_or(ids.len(), |from| ids.partition_point(|id| *id < from));
            ids[..end].iter().rev().take(wanted).copied().collect()
        }
        (from, false) => {
            let start = from.map_or(0, |from| ids.partition_point(|id| *id <= from));
            ids[start..].iter().take(wanted).copied().collect()
        }
    };
    Stretch::of(rows, page, with_cursors, |id| Cursor::by_number(order, *id))
}

/// A page of numbers as a statement found them: in the order in which it looked, with one more where there are more.
pub fn page_found(ids: Vec<i64>, page: &PageAsk, order: &str, with_cursors: bool) -> Stretch<i64> {
    Stretch::of(ids, page, with_cursors, |id| Cursor::by_number(order, *id))
}

/// The numbers of the products on one page for each owner, of those that a filter lets through on a day.
pub fn products_of(
    snapshot: &mut Snapshot<'_>,
    owners: &[Owner],
    filter: &ListingFilter,
    on: Day,
    page: &PageAsk,
) -> ReadResult<Vec<Vec<i64>>> {
    let filter = product::on_day(snapshot, filter, on)?;
    let after = page.id().map(At::number);
    let keyset = Keyset { order: Order::Number, descending: page.backwards(), after, limit: page.limit() };
    Ok(owner::pages(snapshot.conn, owners, &filter, &keyset)?)
}

/// How many products of each owner a filter lets through on a day.
pub fn total_products_of(snapshot: &mut Snapshot<'_>, owners: &[Owner], filter: &ListingFilter, on: Day) -> ReadResult<Vec<i64>> {
    let filter = product::on_day(snapshot, filter, on)?;
    Ok(owner::counts(snapshot.conn, owners, &filter)?)
}

/// The numbers of the producers on one page for each province, of those that a filter lets through.
pub fn producers_of(
    snapshot: &mut Snapshot<'_>,
    provinces: &[String],
    filter: &ProducerFilter,
    page: &PageAsk,
) -> ReadResult<Vec<Vec<i64>>> {
    Ok(producer::pages(snapshot.conn, provinces, filter, page.id(), page.backwards(), page.limit())?)
}

/// How many producers of each province a filter lets through.
pub fn total_producers_of(snapshot: &mut Snapshot<'_>, provinces: &[String], filter: &ProducerFilter) -> ReadResult<Vec<i64>> {
    Ok(producer::counts(snapshot.conn, provinces, filter)?)
}

/// The numbers of the decisions on one page for each authority, of those that a filter lets through.
pub fn decisions_of(snapshot: &mut Snapshot<'_>, issuers: &[String], filter: &DecisionFilter, page: &PageAsk) -> ReadResult<Vec<Vec<i64>>> {
    Ok(decision::pages(snapshot.conn, issuers, filter, page.id(), page.backwards(), page.limit())?)
}

/// How many decisions of each authority a filter lets through.
pub fn total_decisions_of(snapshot: &mut Snapshot<'_>, issuers: &[String], filter: &DecisionFilter) -> ReadResult<Vec<i64>> {
    Ok(decision::counts(snapshot.conn, issuers, filter)?)
}

/// A page of products, as their records.
pub fn products(snapshot: &mut Snapshot<'_>, ask: &ProductList, with_cursors: bool) -> ReadResult<Stretch<Record>> {
    let rows = product::rows(snapshot, ask)?;
    let stretch = Stretch::of(rows, &ask.page, with_cursors, |(tier, listed)| Cursor::at(&ask.order_name, *tier, &listed.at));
    Ok(Stretch {
        rows: stretch.rows.iter().map(|(_, listed)| listed.record()).collect::<StoreResult<_>>()?,
        cursors: stretch.cursors,
        page_info: stretch.page_info,
    })
}

/// Products by number, as their records; unknown numbers are left out.
pub fn records(snapshot: &mut Snapshot<'_>, ids: &[i64]) -> ReadResult<Vec<Record>> {
    Ok(record::find_all(snapshot.conn, ids)?)
}

fn numbered(row: ProducerRow) -> (i64, Producer) {
    (row.id, Producer::of(row))
}

/// A page of producers.
pub fn producers(
    snapshot: &mut Snapshot<'_>,
    filter: &ProducerFilter,
    page: &PageAsk,
    with_cursors: bool,
) -> ReadResult<Stretch<(i64, Producer)>> {
    let rows = producer::list(snapshot.conn, filter, page.id(), page.backwards(), page.limit())?;
    Ok(Stretch::of(rows, page, with_cursors, |row| Cursor::by_number(super::producer::ORDER, row.id)).map(numbered))
}

/// How many producers a filter lets through.
pub fn total_producers(snapshot: &mut Snapshot<'_>, filter: &ProducerFilter) -> ReadResult<i64> {
    Ok(producer::total(snapshot.conn, filter)?)
}

/// Producers by number, in no order; those that were merged are left out.
pub fn producers_by_number(snapshot: &mut Snapshot<'_>, ids: &[i64]) -> ReadResult<Vec<(i64, Producer)>> {
    let rows = chunked(ids, |chunk| producer::find_all(snapshot.conn, chunk))?;
    Ok(rows.into_iter().filter(|row| row.merged_into.is_none()).map(numbered).collect())
}

/// Where those of some numbers live on that were merged.
pub fn survivors(snapshot: &mut Snapshot<'_>, noun: Noun, ids: &[i64]) -> ReadResult<HashMap<i64, i64>> {
    Ok(merged::survivors(snapshot.conn, noun, ids)?)
}

/// The identifiers of producers.
pub fn identifiers(snapshot: &mut Snapshot<'_>, producers: &[i64]) -> ReadResult<HashMap<i64, Vec<Identifier>>> {
    let rows = chunked(producers, |chunk| producer::identifiers(snapshot.conn, chunk))?;
    Ok(grouped(rows.into_iter().filter_map(|row| Some((row.producer_id, Identifier::of(row)?)))))
}

/// The numbers of the products of producers, in ascending order.
pub fn products_of_producers(snapshot: &mut Snapshot<'_>, producers: &[i64]) -> ReadResult<HashMap<i64, Vec<i64>>> {
    Ok(grouped(chunked(producers, |chunk| crate::store::product::of_producers(snapshot.conn, chunk))?))
}

/// A page of decisions.
pub fn decisions(
    snapshot: &mut Snapshot<'_>,
    filter: &DecisionFilter,
    page: &PageAsk,
    with_cursors: bool,
) -> ReadResult<Stretch<(i64, Decision)>> {
    let rows = decision::list(snapshot.conn, filter, page.id(), page.backwards(), page.limit())?;
    let Stretch { rows, cursors, page_info } =
        Stretch::of(rows, page, with_cursors, |row| Cursor::by_number(super::decision::ORDER, row.id));
    Ok(Stretch { rows: with_annulments(snapshot, rows)?, cursors, page_info })
}

/// Decisions with what they annul and what annulled them.
fn with_annulments(snapshot: &mut Snapshot<'_>, rows: Vec<DecisionRow>) -> ReadResult<Vec<(i64, Decision)>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let annulling = chunked(&ids, |chunk| decision::annulling(snapshot.conn, chunk))?;
    let annulled: Vec<i64> = rows.iter().filter_map(|row| row.annuls).collect();
    let annulled: HashMap<i64, DecisionRow> =
        chunked(&annulled, |chunk| decision::find_all(snapshot.conn, chunk))?.into_iter().map(|row| (row.id, row)).collect();
    let view = |row: DecisionRow| {
        let annuls = row.annuls.and_then(|id| annulled.get(&id)).map(DecisionRef::of_row);
        let annulled_by = annulling.iter().find(|other| other.annuls == Some(row.id)).map(DecisionRef::of_row);
        (row.id, Decision { annuls, annulled_by, ..Decision::of(row, None) })
    };
    Ok(rows.into_iter().map(view).collect())
}

/// How many decisions a filter lets through.
pub fn total_decisions(snapshot: &mut Snapshot<'_>, filter: &DecisionFilter) -> ReadResult<i64> {
    Ok(decision::total(snapshot.conn, filter)?)
}

/// Decisions by number, in no order.
pub fn decisions_by_number(snapshot: &mut Snapshot<'_>, ids: &[i64]) -> ReadResult<Vec<(i64, Decision)>> {
    let rows = chunked(ids, |chunk| decision::find_all(snapshot.conn, chunk))?;
    with_annulments(snapshot, rows)
}

/// How many certificates of each decision are known; one without any is left out.
pub fn known_certificates(snapshot: &mut Snapshot<'_>, decisions: &[i64]) -> ReadResult<HashMap<i64, i64>> {
    Ok(chunked(decisions, |chunk| certificate::counts_of_decisions(snapshot.conn, chunk))?.into_iter().collect())
}

/// The certificates that decisions gave, as (product, certificate), by number of the product.
pub fn of_decisions(snapshot: &mut Snapshot<'_>, decisions: &[i64]) -> ReadResult<HashMap<i64, Vec<(i64, i64)>>> {
    let rows = chunked(decisions, |chunk| certificate::of_decisions(snapshot.conn, chunk))?;
    Ok(grouped(rows.into_iter().map(|(decision, product, certificate)| (decision, (product, certificate)))))
}

/// The numbers of the products that decisions recognised or, where they withdraw, annul or extend,
/// acted on, in ascending order.
pub fn products_of_decisions<'d>(
    snapshot: &mut Snapshot<'_>,
    decisions: impl Iterator<Item = (i64, &'d Decision)>,
) -> ReadResult<HashMap<i64, Vec<i64>>> {
    let (recognitions, others): (Vec<_>, Vec<_>) = decisions.partition(|(_, view)| view.kind == DecisionKind::Recognition);
    let ids = |some: Vec<(i64, &Decision)>| some.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    let mut found = grouped(chunked(&ids(others), |chunk| certificate::acted_on_by(snapshot.conn, chunk))?);
    for (decision, pairs) in of_decisions(snapshot, &ids(recognitions))? {
        let mut products: Vec<i64> = pairs.into_iter().map(|(product, _)| product).collect();
        products.dedup();
        found.insert(decision, products);
    }
    Ok(found)
}

/// A page of certificates, as (certificate, product).
pub fn certificates(
    snapshot: &mut Snapshot<'_>,
    filter: &CertificateFilter,
    page: &PageAsk,
    with_cursors: bool,
) -> ReadResult<Stretch<(i64, i64)>> {
    let filter = &super::certificate::of_survivor(snapshot, filter)?;
    let rows = certificate::list(snapshot.conn, filter, page.id(), page.backwards(), page.limit())?;
    Ok(Stretch::of(rows, page, with_cursors, |(id, _)| Cursor::by_number(super::certificate::ORDER, *id)))
}

/// How many certificates a filter lets through.
pub fn total_certificates(snapshot: &mut Snapshot<'_>, filter: &CertificateFilter) -> ReadResult<i64> {
    let filter = &super::certificate::of_survivor(snapshot, filter)?;
    Ok(certificate::total(snapshot.conn, filter)?)
}

/// The products of certificates, as (certificate, product); unknown numbers are left out.
pub fn certificates_by_number(snapshot: &mut Snapshot<'_>, ids: &[i64]) -> ReadResult<Vec<(i64, i64)>> {
    Ok(chunked(ids, |chunk| certificate::products_of(snapshot.conn, chunk))?)
}

/// A page of places.
pub fn places(filter: &PlaceFilter, page: &PageAsk, with_cursors: bool) -> Stretch<PlaceId> {
    let (rows, page_info) = place::page_of(filter, page);
    let order = filter.order();
    let cursors = if with_cursors { rows.iter().map(|id| place::cursor(&order, *id).encode()).collect() } else { Vec::new() };
    Stretch { rows, cursors, page_info }
}

/// How many places a filter lets through.
pub fn total_places(filter: &PlaceFilter) -> i64 {
    let all = PageAsk { first: u32::MAX - 1, ..PageAsk::default() };
    i64::try_from(place::page_of(filter, &all).0.len()).unwrap_or(i64::MAX)
}

fn chunked<T>(ids: &[i64], mut question: impl FnMut(&[i64]) -> StoreResult<Vec<T>>) -> StoreResult<Vec<T>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        found.extend(question(chunk)?);
    }
    Ok(found)
}

fn grouped<T>(rows: impl IntoIterator<Item = (i64, T)>) -> HashMap<i64, Vec<T>> {
    let mut groups: HashMap<i64, Vec<T>> = HashMap::new();
    for (key, row) in rows {
        groups.entry(key).or_default().push(row);
    }
    groups
}
