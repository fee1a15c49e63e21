//! What the public told of labels: for the councils that carry out post-checks, never public.

use super::ReadResult;
use super::answer::Answer;
use super::cursor::{Cursor, PageAsk, settle};
use super::view::label_report::LabelReport;
use super::view::page::Page;
use crate::domain::day::Day;
use crate::store::{Snapshot, label_report};

/// Name of the order, for cursors.
pub const ORDER: &str = "label-report";

/// A page of reports, newest first: on the products of one of today's provinces, by its key, or on all.
pub fn label_reports(
    snapshot: &mut Snapshot<'_>,
    province: Option<&str>,
    page: &PageAsk,
    today: Day,
    fields: Option<&[String]>,
) -> ReadResult<Answer> {
    let rows = label_report::list(snapshot.conn, province, page.id(), page.backwards(), page.limit())?;
    let (rows, page_info) = settle(rows, page, |row| Cursor::by_number(ORDER, row.id));
    let items = rows.into_iter().map(LabelReport::of).collect();
    Answer::page(Page { items, page_info, facets: None, data_version: snapshot.position, as_of: today }, fields)
}
