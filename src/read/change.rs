//! The change feed.

use super::ReadResult;
use super::answer::Answer;
use super::view::change::{Change, Changes};
use crate::domain::day::Day;
use crate::store::{Snapshot, ledger};

/// The most changes of one answer.
pub const MOST: u32 = 1_000;

/// Changes after a position.
pub fn changes(snapshot: &mut Snapshot<'_>, after: i64, first: u32, today: Day) -> ReadResult<Answer> {
    Ok(Answer::of(&feed(snapshot, after, first, today)?, snapshot.position))
}

/// The same as a view.
pub fn feed(snapshot: &mut Snapshot<'_>, after: i64, first: u32, today: Day) -> ReadResult<Changes> {
    let entries = ledger::after(snapshot.conn, after, i64::from(first))?;
    let next_after = entries.last().map_or(after.min(snapshot.position), |entry| entry.position);
    Ok(Changes {
        items: entries.into_iter().map(Change::of).collect(),
        next_after,
        has_more: next_after < snapshot.position,
        data_version: snapshot.position,
        as_of: today,
    })
}
