//! Stored records, read by number.

use super::connection::Conn;
use super::error::{StoreError, StoreResult};
use super::schema::{ledger, records};
use crate::domain::record::Record;
use diesel::prelude::*;

diesel::table! {
    /// SQLite's table of what stands in a JSON array: its hidden column takes the array.
    json_each (value) {
        /// An element.
        value -> BigInt,
        /// The array.
        json -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(json_each, records);

/// First byte of a stored record. Counted up whenever the shape of [`Record`] or of what is made
/// from it changes; `migrate` then makes all of it again.
pub(super) const FORMAT: u8 = 3;

pub(super) fn encode(record: &Record) -> StoreResult<Vec<u8>> {
    postcard::to_extend(record, vec![FORMAT]).map_err(|e| StoreError::Query(format!("cannot encode a record: {e}")))
}

/// Reads a stored record.
pub fn decode(body: &[u8]) -> StoreResult<Record> {
    match body.split_first() {
        Some((&FORMAT, rest)) => postcard::from_bytes(rest).map_err(|e| StoreError::Query(format!("cannot decode a record: {e}"))),
        _ => Err(StoreError::Unusable("the stored records are of another version. Run `ocop-registry migrate`.".into())),
    }
}

/// A record and the ledger position it belongs to, in one statement and so from one snapshot.
pub fn find_at_position(conn: &mut Conn, id: i64) -> StoreResult<(Option<Record>, i64)> {
    let body = records::table.find(id).select(records::body).single_value();
    let position = ledger::table.select(diesel::dsl::max(ledger::position)).single_value();
    let (body, position): (Option<Vec<u8>>, Option<i64>) = diesel::select((body, position)).get_result(conn)?;
    Ok((body.as_deref().map(decode).transpose()?, position.unwrap_or(0)))
}

/// Records by number, ordered by number; unknown numbers are left out.
pub fn find_all(conn: &mut Conn, ids: &[i64]) -> StoreResult<Vec<Record>> {
    find_stored(conn, ids)?.iter().map(|(_, body)| decode(body)).collect()
}

/// The same as they are stored, for [`decode`], each with its number.
pub fn find_stored(conn: &mut Conn, ids: &[i64]) -> StoreResult<Vec<(i64, Vec<u8>)>> {
    match conn {
        // As one text, the numbers leave the statement the same however many they are: it stays prepared.
        Conn::Sqlite(c) => {
            let text = serde_json::to_string(ids).map_err(|e| StoreError::Query(e.to_string()))?;
            let ids = json_each::table.filter(json_each::json.eq(text)).select(json_each::value);
            let query = records::table.filter(records::product_id.eq_any(ids)).order(records::product_id);
            Ok(query.select((records::product_id, records::body)).load(c)?)
        }
        Conn::Postgres(c) => {
            let query = records::table.filter(records::product_id.eq_any(ids)).order(records::product_id);
            Ok(query.select((records::product_id, records::body)).load(c)?)
        }
    }
}

/// Records after a number, in order.
pub fn page(conn: &mut Conn, after: i64, limit: i64) -> StoreResult<Vec<Record>> {
    let bodies: Vec<Vec<u8>> =
        records::table.filter(records::product_id.gt(after)).order(records::product_id).limit(limit).select(records::body).load(conn)?;
    bodies.iter().map(|body| decode(body)).collect()
}
