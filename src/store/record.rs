//! Stored records, read by number.

use super::connection::Conn;
use super::error::{StoreError, StoreResult};
use super::schema::{ledger, records};
use crate::domain::record::Record;
use diesel::prelude::*;

/// First byte of a stored record. Counted up whenever the shape of [`Record`] or of what is made
/// from it changes; `migrate` then makes all of it again.
pub(super) const FORMAT: u8 = 2;

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
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(1_000) {
        let query = records::table.filter(records::product_id.eq_any(chunk)).order(records::product_id);
        found.extend(query.select((records::product_id, records::body)).load::<(i64, Vec<u8>)>(conn)?);
    }
    Ok(found)
}

/// Records after a number, in order.
pub fn page(conn: &mut Conn, after: i64, limit: i64) -> StoreResult<Vec<Record>> {
    let bodies: Vec<Vec<u8>> =
        records::table.filter(records::product_id.gt(after)).order(records::product_id).limit(limit).select(records::body).load(conn)?;
    bodies.iter().map(|body| decode(body)).collect()
}
