//! The ledger: every change of the registry, numbered without gaps.
//!
//! A row type of a ledgered table implements [`Ledgered`] through one macro, and [`super::WriteTx`]
//! writes row and entry together. An entry's body is the row as it is afterwards.

use super::connection::{Conn, on};
use super::error::StoreResult;
use super::schema::ledger;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger)]
pub struct Entry {
    /// Its number, from 1.
    pub position: i64,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Who, by role; never a personal name.
    pub actor: String,
    /// Which command.
    pub command: String,
    /// `created` or `corrected`.
    pub action: String,
    /// Which table.
    pub noun: String,
    /// Which row.
    pub noun_id: i64,
    /// The row after the change, as JSON.
    pub body: String,
    /// Why, where a reason was asked for.
    pub cause: Option<String>,
}

/// A row of a table that the ledger covers.
pub trait Ledgered: Serialize + DeserializeOwned + PartialEq + Sized {
    /// The table's name in the ledger.
    const NOUN: &'static str;
    /// The row's number.
    fn id(&self) -> i64;
    /// Adds rows.
    fn insert(conn: &mut Conn, rows: &[Self]) -> StoreResult<()>;
    /// Writes the row over the one with its number.
    fn update(&self, conn: &mut Conn) -> StoreResult<()>;
    /// Rows after a number, in order.
    fn page(conn: &mut Conn, after: i64, limit: i64) -> StoreResult<Vec<Self>>;
    /// The highest number given.
    fn last_id(conn: &mut Conn) -> StoreResult<i64>;
}

/// Implements [`Ledgered`] for a row type of a table.
macro_rules! ledgered {
    ($row:ty, $table:ident, $noun:literal, $columns:literal) => {
        impl $crate::store::ledger::Ledgered for $row {
            const NOUN: &'static str = $noun;

            fn id(&self) -> i64 {
                self.id
            }

            fn insert(conn: &mut $crate::store::Conn, rows: &[Self]) -> $crate::store::StoreResult<()> {
                // PostgreSQL takes 65,535 parameters in a statement.
                for chunk in rows.chunks(60_000 / $columns) {
                    $crate::store::connection::on!(conn, c => diesel::insert_into($crate::store::schema::$table::table).values(chunk).execute(c))?;
                }
                Ok(())
            }

            fn update(&self, conn: &mut $crate::store::Conn) -> $crate::store::StoreResult<()> {
                diesel::update($crate::store::schema::$table::table.find(self.id)).set(self).execute(conn)?;
                Ok(())
            }

            fn page(conn: &mut $crate::store::Conn, after: i64, limit: i64) -> $crate::store::StoreResult<Vec<Self>> {
                use $crate::store::schema::$table::dsl;
                Ok(dsl::$table.filter(dsl::id.gt(after)).order(dsl::id).limit(limit).select(Self::as_select()).load(conn)?)
            }

            fn last_id(conn: &mut $crate::store::Conn) -> $crate::store::StoreResult<i64> {
                use $crate::store::schema::$table::dsl;
                Ok(dsl::$table.select(dsl::id).order(dsl::id.desc()).first::<i64>(conn).optional()?.unwrap_or(0))
            }
        }
    };
}
pub(super) use ledgered;

/// The highest position; 0 before the first entry.
pub fn position(conn: &mut Conn) -> StoreResult<i64> {
    Ok(ledger::table.select(ledger::position).order(ledger::position.desc()).first::<i64>(conn).optional()?.unwrap_or(0))
}

/// Entries after a position, in order.
pub fn after(conn: &mut Conn, position: i64, limit: i64) -> StoreResult<Vec<Entry>> {
    Ok(ledger::table.filter(ledger::position.gt(position)).order(ledger::position).limit(limit).select(Entry::as_select()).load(conn)?)
}

/// When an entry was written.
pub fn written_at(conn: &mut Conn, position: i64) -> StoreResult<Option<NaiveDateTime>> {
    Ok(ledger::table.find(position).select(ledger::at).first(conn).optional()?)
}

pub(super) fn append(conn: &mut Conn, entries: &[Entry]) -> StoreResult<()> {
    for chunk in entries.chunks(7_000) {
        on!(conn, c => diesel::insert_into(ledger::table).values(chunk).execute(c))?;
    }
    Ok(())
}
