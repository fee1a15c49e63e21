//! The ledger: every change of the registry, numbered without gaps.
//!
//! A row type of a ledgered table implements [`Ledgered`] through one macro, and [`super::WriteTx`]
//! writes row and entry together. An entry's body is the row as it is afterwards.

use super::connection::{Conn, MultiBackend, on};
use super::error::StoreResult;
use super::schema::ledger;
use super::search::PlusZero;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

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
    let query = ledger::table.select(ledger::position).order(ledger::position.desc());
    Ok(on!(conn, c => query.first::<i64>(c).optional()?).unwrap_or(0))
}

/// Entries after a position, in order.
pub fn after(conn: &mut Conn, position: i64, limit: i64) -> StoreResult<Vec<Entry>> {
    Ok(ledger::table.filter(ledger::position.gt(position)).order(ledger::position).limit(limit).select(Entry::as_select()).load(conn)?)
}

/// Rows of one table whose entries are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// The table's name in the ledger.
    pub noun: &'static str,
    /// The rows' numbers.
    pub ids: Vec<i64>,
    /// Whether only corrections are wanted, not how the rows came about.
    pub corrections: bool,
}

/// Whether the ledger has anything on a row.
pub fn knows(conn: &mut Conn, noun: &str, id: i64) -> StoreResult<bool> {
    let entries = ledger::table.filter(ledger::noun.eq(noun)).filter(ledger::noun_id.eq(id)).select(ledger::position);
    Ok(entries.first::<i64>(conn).optional()?.is_some())
}

/// A page of the entries of some rows, newest first: those before a position or, backwards, after it
/// in ascending order.
pub fn of_rows(conn: &mut Conn, rows: &[Rows], from: Option<i64>, backwards: bool, limit: i64) -> StoreResult<Vec<Entry>> {
    // The rows' own entries are few; by the bare column a planner may walk through all there are.
    let order = || PlusZero::new(ledger::position, 0_i64.into_sql::<BigInt>());
    let mut found: Vec<i64> = Vec::new();
    for Rows { noun, ids, corrections } in rows {
        for chunk in ids.chunks(1_000) {
            let mut query = ledger::table
                .filter(ledger::noun.eq(*noun))
                .filter(ledger::noun_id.eq_any(chunk))
                .select(ledger::position)
                .limit(limit)
                .into_boxed::<MultiBackend>();
            if *corrections {
                query = query.filter(ledger::action.eq("corrected"));
            }
            query = match (from, backwards) {
                (Some(position), false) => query.filter(ledger::position.lt(position)),
                (Some(position), true) => query.filter(ledger::position.gt(position)),
                (None, _) => query,
            };
            query = if backwards { query.order(order().asc()) } else { query.order(order().desc()) };
            found.extend(query.load::<i64>(conn)?);
        }
    }
    found.sort_unstable();
    if !backwards {
        found.reverse();
    }
    found.truncate(usize::try_from(limit).unwrap_or(0));
    let mut entries: Vec<Entry> =
        ledger::table.filter(ledger::position.eq_any(&found)).order(ledger::position).select(Entry::as_select()).load(conn)?;
    if !backwards {
        entries.reverse();
    }
    Ok(entries)
}

/// The bodies that entries corrected: by the position of the correction, the row as it was before.
pub fn before(conn: &mut Conn, corrections: &[i64]) -> StoreResult<HashMap<i64, String>> {
    let earlier = diesel::alias!(ledger as earlier);
    let pairs: Vec<(i64, Option<i64>)> = ledger::table
        .inner_join(
            earlier.on(earlier
                .field(ledger::noun)
                .eq(ledger::noun)
                .and(earlier.field(ledger::noun_id).eq(ledger::noun_id))
                .and(earlier.field(ledger::position).lt(ledger::position))),
        )
        .filter(ledger::position.eq_any(corrections))
        .group_by(ledger::position)
        .select((ledger::position, diesel::dsl::max(earlier.field(ledger::position))))
        .load(conn)?;
    let positions: Vec<i64> = pairs.iter().filter_map(|(_, before)| *before).collect();
    let bodies: HashMap<i64, String> = ledger::table
        .filter(ledger::position.eq_any(positions))
        .select((ledger::position, ledger::body))
        .load::<(i64, String)>(conn)?
        .into_iter()
        .collect();
    Ok(pairs.into_iter().filter_map(|(position, before)| Some((position, bodies.get(&before?)?.clone()))).collect())
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
