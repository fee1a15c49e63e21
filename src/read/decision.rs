//! Questions about decisions.

use super::answer::Answer;
use super::cursor::{Cursor, PageAsk, settle};
use super::view::decision::{Decision, DecisionRef};
use super::view::page::Page;
use super::view::product::Product;
use super::{ReadResult, Reader};
use crate::domain::code::{Noun, code_of};
use crate::domain::day::Day;
use crate::domain::record::DecisionKind;
use crate::error::Problem;
use crate::store::decision;
pub use crate::store::decision::DecisionFilter;
use crate::store::{Snapshot, certificate, record};

/// Name of the order, for cursors.
pub const ORDER: &str = "decision";
/// Name of the order of a decision's products, for cursors.
pub const PRODUCTS_ORDER: &str = "decision-products";

/// One decision, rendered.
pub async fn decision(reader: &Reader, id: i64, today: Day, fields: Option<Vec<String>>) -> ReadResult<Answer> {
    reader
        .ask(move |snapshot| {
            let view = whole(snapshot, id)?;
            Ok(Answer::single(view, snapshot.position, today, fields.as_deref()))
        })
        .await
}

/// One decision with what it annuls and what annulled it.
pub(super) fn whole(snapshot: &mut Snapshot<'_>, id: i64) -> ReadResult<Decision> {
    let row = decision::find(snapshot.conn, id)?.ok_or_else(|| Problem::not_found(&code_of(Noun::Decision, id)))?;
    let count = certificate::count_of_decision(snapshot.conn, id)?;
    let annuls = row.annuls.map(|annulled| decision::find(snapshot.conn, annulled)).transpose()?.flatten();
    let annulled_by = decision::annulling(snapshot.conn, &[id])?;
    Ok(Decision {
        annuls: annuls.as_ref().map(DecisionRef::of_row),
        annulled_by: annulled_by.first().map(DecisionRef::of_row),
        ..Decision::of(row, Some(count))
    })
}

/// A page of decisions.
pub fn decisions(
    snapshot: &mut Snapshot<'_>,
    filter: &DecisionFilter,
    page: &PageAsk,
    today: Day,
    fields: Option<&[String]>,
) -> ReadResult<Answer> {
    let rows = decision::list(snapshot.conn, filter, page.id(), page.backwards(), page.limit())?;
    let (rows, page_info) = settle(rows, page, |row| Cursor::by_number(ORDER, row.id));
    let items = rows.into_iter().map(|row| Decision::of(row, None)).collect();
    Answer::page(Page { items, page_info, facets: None, data_version: snapshot.position, as_of: today }, fields)
}

/// A page of the products that a decision recognised or acted on, rendered.
pub fn products(snapshot: &mut Snapshot<'_>, id: i64, page: &PageAsk, on: Day, fields: Option<&[String]>) -> ReadResult<Answer> {
    Answer::page(products_page(snapshot, id, page, on)?, fields)
}

/// A page of the products that a decision recognised or, where it withdraws, annuls or extends, acted
/// on: those with their certificates, which tell what it did.
pub(super) fn products_page(snapshot: &mut Snapshot<'_>, id: i64, page: &PageAsk, on: Day) -> ReadResult<Page<Product>> {
    let row = decision::find(snapshot.conn, id)?.ok_or_else(|| Problem::not_found(&code_of(Noun::Decision, id)))?;
    let acts = row.kind != DecisionKind::Recognition.as_str();
    let ids = if acts { certificate::products_acted_on } else { certificate::products_of_decision };
    let ids = ids(snapshot.conn, id, page.id(), page.backwards(), page.limit())?;
    let (ids, page_info) = settle(ids, page, |id| Cursor::by_number(PRODUCTS_ORDER, *id));
    let records = record::find_all(snapshot.conn, &ids)?;
    let items = records.into_iter().map(|record| Product::of(record, on, acts)).collect();
    Ok(Page { items, page_info, facets: None, data_version: snapshot.position, as_of: on })
}
