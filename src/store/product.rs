//! Products, their earlier names and their barcodes.

use super::connection::Conn;
use super::error::StoreResult;
use super::ledger::ledgered;
use super::schema::{product_gtins, product_names, products};
use crate::domain::day::Day;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = products, treat_none_as_null = true)]
pub struct ProductRow {
    /// Number; its code is computed from it.
    pub id: i64,
    /// Who makes it.
    pub producer_id: Option<i64>,
    /// Name.
    pub name_vi: String,
    /// Name in English.
    pub name_en: Option<String>,
    /// Group of the classification in force.
    pub group_no: Option<i16>,
    /// Set of the classification in force.
    pub set_no: Option<i16>,
    /// Key of its place.
    pub place: String,
    /// Kind of source.
    pub source: String,
    /// Address of the source.
    pub source_url: Option<String>,
    /// The product that this one was found to be.
    #[serde(default)]
    pub merged_into: Option<i64>,
}
ledgered!(ProductRow, products, "product", 10);

/// An earlier name of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = product_names, treat_none_as_null = true)]
pub struct ProductNameRow {
    /// Number.
    pub id: i64,
    /// Whose it is.
    pub product_id: i64,
    /// Name.
    pub name_vi: String,
    /// The day on which it was taken back; it was never a name then.
    #[serde(default)]
    pub ended_on: Option<Day>,
}
ledgered!(ProductNameRow, product_names, "product_name", 4);

/// A barcode of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = product_gtins, treat_none_as_null = true)]
pub struct ProductGtinRow {
    /// Number.
    pub id: i64,
    /// Whose it is.
    pub product_id: i64,
    /// The 14 digits.
    pub gtin: String,
    /// The day on which it ended; it leads nowhere from then on.
    #[serde(default)]
    pub ended_on: Option<Day>,
}
ledgered!(ProductGtinRow, product_gtins, "product_gtin", 4);

/// Products by number, in order.
pub fn find_all(conn: &mut Conn, ids: &[i64]) -> StoreResult<Vec<ProductRow>> {
    Ok(products::table.filter(products::id.eq_any(ids)).order(products::id).select(ProductRow::as_select()).load(conn)?)
}

/// Every product of a producer, or of none.
pub fn of_producer(conn: &mut Conn, producer: i64) -> StoreResult<Vec<i64>> {
    Ok(products::table
        .filter(products::producer_id.eq(producer))
        .filter(products::merged_into.is_null())
        .order(products::id)
        .select(products::id)
        .load(conn)?)
}

/// Every product that was found to be another.
pub fn merged(conn: &mut Conn) -> StoreResult<Vec<ProductRow>> {
    Ok(products::table.filter(products::merged_into.is_not_null()).order(products::id).select(ProductRow::as_select()).load(conn)?)
}

/// The products of producers, as (producer, product), by number.
pub fn of_producers(conn: &mut Conn, producers: &[i64]) -> StoreResult<Vec<(i64, i64)>> {
    let query = products::table.filter(products::producer_id.eq_any(producers)).filter(products::merged_into.is_null());
    let query = query.order((products::producer_id, products::id));
    Ok(query.select((products::producer_id.assume_not_null(), products::id)).load(conn)?)
}

/// Products of today's province that bear a folded name now; only those without a producer where asked so.
pub fn named(conn: &mut Conn, name_key: &str, province_now: &str, orphans: bool) -> StoreResult<Vec<i64>> {
    use super::schema::listings::dsl;
    let mut query = dsl::listings
        .filter(dsl::name_key.eq(name_key))
        .filter(dsl::province_now.eq(province_now))
        .order(dsl::product_id)
        .select(dsl::product_id)
        .distinct()
        .into_boxed();
    if orphans {
        query = query.filter(dsl::producer_id.eq(0));
    }
    Ok(query.load(conn)?)
}

/// Products that lie in one of today's provinces, after a number, in order.
pub fn in_province(conn: &mut Conn, province_now: &str, after: i64, limit: i64) -> StoreResult<Vec<i64>> {
    use super::schema::listings::dsl;
    Ok(dsl::listings
        .filter(dsl::province_now.eq(province_now))
        .filter(dsl::product_id.gt(after))
        .order(dsl::product_id)
        .select(dsl::product_id)
        .distinct()
        .limit(limit)
        .load(conn)?)
}

/// Products that lie in one of today's communes, after a number, in order.
pub fn in_commune(conn: &mut Conn, commune_now: &str, after: i64, limit: i64) -> StoreResult<Vec<i64>> {
    use super::schema::listings::dsl;
    Ok(dsl::listings
        .filter(dsl::commune_now.eq(commune_now))
        .filter(dsl::product_id.gt(after))
        .order(dsl::product_id)
        .select(dsl::product_id)
        .distinct()
        .limit(limit)
        .load(conn)?)
}

/// Products that one of some authorities recognised, after a number, in order.
pub fn recognised_by(conn: &mut Conn, issuers: &[&str], after: i64, limit: i64) -> StoreResult<Vec<i64>> {
    use super::schema::certificates::dsl;
    Ok(dsl::certificates
        .filter(dsl::issuer.eq_any(issuers))
        .filter(dsl::merged_into.is_null())
        .filter(dsl::product_id.gt(after))
        .order(dsl::product_id)
        .select(dsl::product_id)
        .distinct()
        .limit(limit)
        .load(conn)?)
}

/// Earlier names of products.
pub fn names(conn: &mut Conn, ids: &[i64]) -> StoreResult<Vec<ProductNameRow>> {
    use product_names::dsl;
    Ok(dsl::product_names
        .filter(dsl::product_id.eq_any(ids))
        .filter(dsl::ended_on.is_null())
        .order(dsl::id)
        .select(ProductNameRow::as_select())
        .load(conn)?)
}

/// Barcodes of products.
pub fn gtins(conn: &mut Conn, ids: &[i64]) -> StoreResult<Vec<ProductGtinRow>> {
    use product_gtins::dsl;
    Ok(dsl::product_gtins
        .filter(dsl::product_id.eq_any(ids))
        .filter(dsl::ended_on.is_null())
        .order(dsl::gtin)
        .select(ProductGtinRow::as_select())
        .load(conn)?)
}

/// The products that barcodes belong to, as (barcode, product).
pub fn by_gtins(conn: &mut Conn, gtins: &[String]) -> StoreResult<Vec<(String, i64)>> {
    use product_gtins::dsl;
    Ok(dsl::product_gtins
        .filter(dsl::gtin.eq_any(gtins))
        .filter(dsl::ended_on.is_null())
        .select((dsl::gtin, dsl::product_id))
        .load(conn)?)
}

/// The highest number given to a product.
pub fn last_number(conn: &mut Conn) -> StoreResult<Option<i64>> {
    Ok(products::table.select(diesel::dsl::max(products::id)).first(conn)?)
}

/// The numbers of products that were not merged into others, from `first` up to, but not including, `end`.
pub fn numbers(conn: &mut Conn, first: i64, end: i64) -> StoreResult<Vec<i64>> {
    Ok(products::table
        .filter(products::id.ge(first).and(products::id.lt(end)))
        .filter(products::merged_into.is_null())
        .order(products::id)
        .select(products::id)
        .load(conn)?)
}
