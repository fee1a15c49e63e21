//! Commands that were run: by whom, for auditors; and their answers, for whoever asks twice.

use super::connection::{Conn, by_number};
use super::error::StoreResult;
use super::schema::{commands, saved_answers};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A command that was run.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = commands)]
pub struct CommandRow {
    /// Number.
    pub id: i64,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Who, as the identity provider names them.
    pub subject: String,
    /// Key of the unit for which they acted.
    pub unit: String,
    /// Which command.
    pub command: String,
    /// Code or number of what it was about.
    pub about: String,
    /// Ledger position afterwards.
    pub position: i64,
}

/// The answer to a command, for the same command sent again.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = saved_answers)]
pub struct SavedAnswerRow {
    /// Who asked.
    pub subject: String,
    /// The key that they gave it.
    pub key: String,
    /// Hash of what they asked.
    pub fingerprint: String,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// The answer, as JSON.
    pub answer: String,
}

/// Notes that a command was run.
pub fn note(conn: &mut Conn, row: CommandRow) -> StoreResult<()> {
    let last: Option<i64> = commands::table.select(commands::id).order(commands::id.desc()).first(conn).optional()?;
    diesel::insert_into(commands::table).values(CommandRow { id: last.unwrap_or(0) + 1, ..row }).execute(conn)?;
    Ok(())
}

/// A page of the commands run for a unit, newest first; backwards in ascending order.
pub fn list(conn: &mut Conn, unit: &str, from: Option<i64>, backwards: bool, limit: i64) -> StoreResult<Vec<CommandRow>> {
    use commands::dsl;
    let query = dsl::commands.filter(dsl::unit.eq(unit)).limit(limit).select(CommandRow::as_select()).into_boxed();
    Ok(by_number!(query, dsl::id, from, !backwards).load(conn)?)
}

/// The answer saved under somebody's key.
pub fn saved(conn: &mut Conn, subject: &str, key: &str) -> StoreResult<Option<SavedAnswerRow>> {
    Ok(saved_answers::table.find((subject, key)).select(SavedAnswerRow::as_select()).first(conn).optional()?)
}

/// Saves an answer, and forgets those from before a moment.
pub fn save(conn: &mut Conn, row: &SavedAnswerRow, forget_before: NaiveDateTime) -> StoreResult<()> {
    diesel::delete(saved_answers::table.filter(saved_answers::at.lt(forget_before))).execute(conn)?;
    diesel::insert_into(saved_answers::table).values(row).execute(conn)?;
    Ok(())
}
