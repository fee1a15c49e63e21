//! Questions about producers.

use super::answer::Answer;
use super::cursor::{Cursor, PageAsk, settle};
use super::merged::elsewhere;
use super::view::page::Page;
use super::view::producer::{Identifier, Producer};
use super::view::product::ProductSummary;
use super::{ReadResult, Reader};
use crate::domain::code::Noun;
use crate::domain::day::Day;
use crate::domain::place::{PlaceId, gazetteer};
use crate::store::producer;
pub use crate::store::producer::ProducerFilter;
use crate::store::producer::ProducerRow;
use crate::store::{Snapshot, product, record};

/// Name of the order, for cursors.
pub const ORDER: &str = "producer";
/// The most products shown with a producer; the list of products has them all.
const MOST_PRODUCTS: usize = 200;

/// One producer with its identifiers and products, rendered.
pub async fn producer(reader: &Reader, id: i64, on: Day, fields: Option<Vec<String>>) -> ReadResult<Answer> {
    reader
        .ask(move |snapshot| {
            let row = producer::find(snapshot.conn, id)?.filter(|row| row.merged_into.is_none());
            let Some(row) = row else { return elsewhere(snapshot, Noun::Producer, id, on) };
            let view = whole(snapshot, row, on)?;
            Ok(Answer::single(view, snapshot.position, on, fields.as_deref()))
        })
        .await
}

/// One producer with its identifiers and products.
pub(super) fn whole(snapshot: &mut Snapshot<'_>, row: ProducerRow, on: Day) -> ReadResult<Producer> {
    let id = row.id;
    let identifiers = producer::identifiers(snapshot.conn, &[id])?.into_iter().filter_map(Identifier::of).collect();
    let mut ids = product::of_producer(snapshot.conn, id)?;
    ids.truncate(MOST_PRODUCTS);
    let products = record::find_all(snapshot.conn, &ids)?.iter().map(|record| ProductSummary::of(record, on)).collect();
    Ok(Producer { identifiers: Some(identifiers), products: Some(products), ..Producer::of(row) })
}

/// The key by which the producers of a province are found: those of one of the old division are among
/// those of the one it became part of.
pub fn in_province(id: PlaceId) -> String {
    gazetteer().place(gazetteer().province_now(id)).key.clone()
}

/// A page of producers.
pub fn producers(
    snapshot: &mut Snapshot<'_>,
    filter: &ProducerFilter,
    page: &PageAsk,
    today: Day,
    fields: Option<&[String]>,
) -> ReadResult<Answer> {
    let rows = producer::list(snapshot.conn, filter, page.id(), page.backwards(), page.limit())?;
    let (rows, page_info) = settle(rows, page, |row| Cursor::by_number(ORDER, row.id));
    let items = rows.into_iter().map(Producer::of).collect();
    Answer::page(Page { items, page_info, facets: None, data_version: snapshot.position, as_of: today }, fields)
}
