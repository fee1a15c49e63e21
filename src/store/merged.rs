//! What was found to be the same as another: its number leads to the one that lives on.

use super::connection::Conn;
use super::error::StoreResult;
use super::schema::{certificates, producers, products};
use crate::domain::code::Noun;
use diesel::prelude::*;
use std::collections::HashMap;

/// The most merges that are followed from one number, one after another. More than this is a fault
/// of the data, and then nothing is known under that number.
const LONGEST: usize = 32;
/// Numbers in one statement.
const CHUNK: usize = 1_000;

/// Runs a statement on the table of a noun; decisions are never merged.
macro_rules! on_table {
    ($noun:expr, $table:ident => $query:expr) => {
        match $noun {
            Noun::Product => {
                use products as $table;
                Ok($query)
            }
            Noun::Producer => {
                use producers as $table;
                Ok($query)
            }
            Noun::Certificate => {
                use certificates as $table;
                Ok($query)
            }
            Noun::Decision => Ok(Vec::new()),
        }
    };
}

/// The survivors of those numbers that were merged, as number asked → number that lives on.
pub fn survivors(conn: &mut Conn, noun: Noun, ids: &[i64]) -> StoreResult<HashMap<i64, i64>> {
    let mut ways: HashMap<i64, i64> = ids.iter().map(|id| (*id, *id)).collect();
    for step in 0..=LONGEST {
        let mut ends: Vec<i64> = ways.values().copied().collect();
        ends.sort_unstable();
        ends.dedup();
        let mut next = HashMap::new();
        for chunk in ends.chunks(CHUNK) {
            next.extend(steps(conn, noun, chunk)?);
        }
        if next.is_empty() || step == LONGEST {
            ways.retain(|from, to| from != to && !next.contains_key(to));
            break;
        }
        for end in ways.values_mut() {
            *end = next.get(end).copied().unwrap_or(*end);
        }
        // What was not merged need not be asked about again.
        ways.retain(|from, to| from != to);
    }
    Ok(ways)
}

/// The survivor of a number that was merged.
pub fn survivor(conn: &mut Conn, noun: Noun, id: i64) -> StoreResult<Option<i64>> {
    Ok(survivors(conn, noun, &[id])?.remove(&id))
}

/// Everything that was merged into a number, directly or by way of others.
pub fn absorbed(conn: &mut Conn, noun: Noun, id: i64) -> StoreResult<Vec<i64>> {
    let (mut all, mut last) = (Vec::new(), vec![id]);
    for _ in 0..LONGEST {
        last = into(conn, noun, &last)?;
        if last.is_empty() {
            break;
        }
        all.extend_from_slice(&last);
    }
    Ok(all)
}

fn steps(conn: &mut Conn, noun: Noun, ids: &[i64]) -> StoreResult<Vec<(i64, i64)>> {
    on_table!(noun, table => table::table
        .filter(table::id.eq_any(ids))
        .filter(table::merged_into.is_not_null())
        .select((table::id, table::merged_into.assume_not_null()))
        .load(conn)?)
}

fn into(conn: &mut Conn, noun: Noun, ids: &[i64]) -> StoreResult<Vec<i64>> {
    on_table!(noun, table => table::table
        .filter(table::merged_into.eq_any(ids))
        .order(table::id)
        .select(table::id)
        .load(conn)?)
}
