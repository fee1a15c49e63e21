//! Stored records, read by number.

use super::connection::Conn;
use super::connection::on;
use super::error::{StoreError, StoreResult};
use super::schema::{ledger, listings, records};
use crate::domain::record::Record;
use crate::domain::regime::FEWEST_STARS;
use crate::domain::timeline::Standing;
use diesel::dsl;
use diesel::prelude::*;
use smol_str::SmolStr;

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
pub(super) const FORMAT: u8 = 4;

/// Writes a record as it is stored. Most certificates repeat the product's name and place: there they are left empty,
/// which none is of itself, so that more records share a page and fewer bytes are read.
pub(super) fn encode(record: &Record) -> StoreResult<Vec<u8>> {
    let mut stored = record.clone();
    let leave_out = |text: &mut SmolStr, as_here: &SmolStr| {
        if text == as_here {
            *text = SmolStr::default();
        }
    };
    for certificate in &mut stored.certificates {
        leave_out(&mut certificate.name_then, &record.product.name_vi);
        leave_out(&mut certificate.place_then, &record.product.place);
    }
    postcard::to_extend(&stored, vec![FORMAT]).map_err(|e| StoreError::Query(format!("cannot encode a record: {e}")))
}

/// Reads a stored record.
pub fn decode(body: &[u8]) -> StoreResult<Record> {
    let Some((&FORMAT, rest)) = body.split_first() else {
        return Err(StoreError::Unusable("the stored records are of another version. Run `ocop-registry migrate`.".into()));
    };
    let mut record: Record = postcard::from_bytes(rest).map_err(|e| StoreError::Query(format!("cannot decode a record: {e}")))?;
    let put_back = |text: &mut SmolStr, as_here: &SmolStr| {
        if text.is_empty() {
            *text = as_here.clone();
        }
    };
    for certificate in &mut record.certificates {
        put_back(&mut certificate.name_then, &record.product.name_vi);
        put_back(&mut certificate.place_then, &record.product.place);
    }
    Ok(record)
}

/// A record.
pub fn find(conn: &mut Conn, id: i64) -> StoreResult<Option<Record>> {
    let query = records::table.find(id).select(records::body);
    let body: Option<Vec<u8>> = on!(conn, c => query.first(c).optional()?);
    body.as_deref().map(decode).transpose()
}

/// A record and the ledger position it belongs to, in one statement and so from one snapshot.
pub fn find_at_position(conn: &mut Conn, id: i64) -> StoreResult<(Option<Record>, i64)> {
    let body = records::table.find(id).select(records::body).single_value();
    let position = ledger::table.select(diesel::dsl::max(ledger::position)).single_value();
    let query = diesel::select((body, position));
    let (body, position): (Option<Vec<u8>>, Option<i64>) = on!(conn, c => query.get_result(c)?);
    Ok((body.as_deref().map(decode).transpose()?, position.unwrap_or(0)))
}

diesel::alias!(const OWN: Alias<Own> = listings as own);

/// The spans in which a product is certified on a day.
#[dsl::auto_type(no_type_alias)]
fn certified_on(day: i32) -> _ {
    let (valid, extended): (&'static str, &'static str) = (Standing::Valid.as_str(), Standing::Extended.as_str());
    let fewest: i16 = FEWEST_STARS.into();
    let standing = listings::standing.eq(valid).or(listings::standing.eq(extended));
    listings::first_day.le(day).and(listings::last_day.ge(day)).and(standing).and(listings::stars.ge(fewest))
}

/// Records of a producer's products that are certified on a day, by number; at most so many.
pub fn certified_of(conn: &mut Conn, producer: i64, day: i32, most: i64) -> StoreResult<Vec<Record>> {
    let certified = listings::table.filter(listings::producer_id.eq(producer)).filter(certified_on(day));
    let certified = certified.select(listings::product_id).order(listings::product_id).limit(most);
    let query = records::table.filter(records::product_id.eq_any(certified)).select(records::body).order(records::product_id);
    let bodies: Vec<Vec<u8>> = on!(conn, c => query.load(c)?);
    bodies.iter().map(|body| decode(body)).collect()
}

/// A record with what stands beside it.
#[derive(Debug)]
pub struct WithCertified {
    /// The record, where there is one.
    pub record: Option<Record>,
    /// What else its producer has certified, by number; looked for only where the record itself is not.
    pub certified: Vec<Record>,
    /// The ledger position that all of it belongs to.
    pub position: i64,
}

/// A record and, where it is not certified on a day, what else its producer has that is, at most so many: see
/// [`certified_of`]. One statement; embedded SQLite finds the same in two with fewer pages.
pub fn find_with_certified(conn: &mut Conn, id: i64, day: i32, most: i64) -> StoreResult<WithCertified> {
    let position = ledger::table.select(dsl::max(ledger::position)).single_value();
    let columns = (records::product_id, records::body, position);
    // The span of that day tells the producer, where it is not certified itself; those of nobody have the number 0.
    let itself = OWN
        .filter(OWN.field(listings::product_id).eq(id))
        .filter(OWN.field(listings::first_day).le(day))
        .filter(OWN.field(listings::last_day).ge(day));
    let standing = OWN.field(listings::standing);
    let declined = standing
        .ne(Standing::Valid.as_str())
        .and(standing.ne(Standing::Extended.as_str()))
        .or(OWN.field(listings::stars).lt(i16::from(FEWEST_STARS)));
    let producer = OWN.field(listings::producer_id);
    let producer = itself.filter(declined).filter(producer.gt(0_i64)).select(producer).single_value();
    let certified = listings::table.filter(listings::producer_id.nullable().eq(producer)).filter(certified_on(day));
    let certified = certified.select(listings::product_id).order(listings::product_id).limit(most);
    let beside = records::table.filter(records::product_id.eq_any(certified)).select(columns);
    let query = records::table.find(id).select(columns).union_all(beside);
    let mut rows: Vec<(i64, Vec<u8>, Option<i64>)> = on!(conn, c => query.load(c)?);
    rows.sort_unstable_by_key(|(number, ..)| *number);
    let position = rows.first().and_then(|(.., position)| *position).unwrap_or(0);
    let own = rows.iter().position(|(number, ..)| *number == id).map(|index| rows.remove(index));
    let record = own.map(|(_, body, _)| decode(&body)).transpose()?;
    let certified = rows.iter().map(|(_, body, _)| decode(body)).collect::<StoreResult<_>>()?;
    Ok(WithCertified { record, certified, position })
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
