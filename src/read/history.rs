//! What happened to something: its ledger entries as steps that the public can read.

use super::ReadResult;
use super::answer::Answer;
use super::cursor::{Cursor, PageAsk, settle};
use super::merged::moved;
use super::view::history::HistoryStep;
use super::view::page::Page;
use crate::domain::code::{Noun, code_of};
use crate::domain::day::Day;
use crate::error::Problem;
use crate::store::{Snapshot, decision, history, ledger};
use serde_json::Value;
use std::collections::HashMap;

/// Name of the order, for cursors.
pub const ORDER: &str = "history";

/// A page of the history of a product, producer, certificate or decision, newest first. Its
/// statements do not grow with the page.
pub fn steps(
    snapshot: &mut Snapshot<'_>,
    noun: Noun,
    id: i64,
    page: &PageAsk,
    today: Day,
    fields: Option<&[String]>,
) -> ReadResult<Answer> {
    if let Some(moved) = moved(snapshot, noun, id, today)? {
        return Ok(moved);
    }
    if !ledger::knows(snapshot.conn, word(noun), id)? {
        return Err(Problem::not_found(&code_of(noun, id)).into());
    }
    let rows = history::rows(snapshot.conn, noun, id)?;
    let entries = ledger::of_rows(snapshot.conn, &rows, page.id(), page.backwards(), page.limit())?;
    let (entries, page_info) = settle(entries, page, |entry| Cursor::by_number(ORDER, entry.position));

    let corrections: Vec<i64> = entries.iter().filter(|entry| entry.action == "corrected").map(|entry| entry.position).collect();
    let mut before = ledger::before(snapshot.conn, &corrections)?;
    let entries: Vec<_> = entries
        .into_iter()
        .map(|entry| {
            let before: Option<Value> = before.remove(&entry.position).and_then(|body| serde_json::from_str(&body).ok());
            let after: Value = serde_json::from_str(&entry.body).unwrap_or_default();
            (entry, before, after)
        })
        .collect();
    let cited: Vec<i64> = entries.iter().filter_map(|(entry, _, after)| HistoryStep::cites(entry, after)).collect();
    let decisions: HashMap<i64, _> = decision::find_all(snapshot.conn, &cited)?.into_iter().map(|row| (row.id, row)).collect();
    let items: Vec<HistoryStep> = entries
        .into_iter()
        .filter_map(|(entry, before, after)| HistoryStep::of(entry, before.as_ref(), &after, (noun, id), &decisions))
        .collect();
    Answer::page(Page { items, page_info, facets: None, data_version: snapshot.position, as_of: today }, fields)
}

/// The ledger's word for a noun.
fn word(noun: Noun) -> &'static str {
    match noun {
        Noun::Product => "product",
        Noun::Producer => "producer",
        Noun::Certificate => "certificate",
        Noun::Decision => "decision",
    }
}
