//! Which commands were run for a council: for its auditors, never public.

use super::ReadResult;
use super::answer::Answer;
use super::cursor::{Cursor, PageAsk, settle};
use super::view::command::CommandRun;
use super::view::page::Page;
use crate::domain::day::Day;
use crate::store::{Snapshot, command};

/// Name of the order, for cursors.
pub const ORDER: &str = "command";

/// A page of the commands run for a unit, newest first.
pub fn commands(snapshot: &mut Snapshot<'_>, unit: &str, page: &PageAsk, today: Day, fields: Option<&[String]>) -> ReadResult<Answer> {
    let rows = command::list(snapshot.conn, unit, page.id(), page.backwards(), page.limit())?;
    let (rows, page_info) = settle(rows, page, |row| Cursor::by_number(ORDER, row.id));
    let items = rows.into_iter().map(CommandRun::of).collect();
    Answer::page(Page { items, page_info, facets: None, data_version: snapshot.position, as_of: today }, fields)
}
