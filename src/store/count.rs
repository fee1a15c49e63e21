//! Counts of products and producers on a day, over the spans of [`super::projection`].

use super::connection::{Conn, MultiBackend};
use super::error::StoreResult;
use super::listing::{ListingFilter, filtered};
use super::schema::listings;
use super::search;
use diesel::AggregateExpressionMethods;
use diesel::dsl::{count, count_star};
use diesel::prelude::*;

/// What products are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Today's province.
    ProvinceNow,
    /// Province of the old division.
    ProvinceThen,
    /// Stars of the certificate; 0 where not stated.
    Stars,
    /// Standing.
    Standing,
    /// Group; 0 where not known.
    Group,
    /// Set; 0 where not known.
    Set,
    /// Legal form of the producer.
    Form,
    /// Regime; empty where not known.
    Regime,
}

/// Products and producers of one value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The value, as text.
    pub key: String,
    /// Products.
    pub products: i64,
    /// Producers known by name.
    pub producers: i64,
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// NULL where both are equal.
    fn nullif(value: diesel::sql_types::BigInt, other: diesel::sql_types::BigInt)
    -> diesel::sql_types::Nullable<diesel::sql_types::BigInt>;
}

/// Counts the products that a filter lets through and, if a folded text is given, whose names begin
/// with it or that carry all its words.
pub fn count_by(conn: &mut Conn, filter: &ListingFilter, text: Option<&str>, dimension: Dimension) -> StoreResult<Vec<Count>> {
    macro_rules! by {
        ($column:expr, $type:ty) => {{
            // Number 0 stands for "no producer known" and is not counted as one.
            let producers = count(nullif(listings::producer_id, 0_i64)).aggregate_distinct();
            let query = listings::table.group_by($column).select(($column, count_star(), producers)).into_boxed::<MultiBackend>();
            let query = filtered!(query, filter).order($column);
            let query = match text {
                None => query,
                Some(text) => {
                    let begins = listings::name_key.ge(text.to_owned()).and(listings::name_key.lt(format!("{text}\u{10ffff}")));
                    let words = search::words(text);
                    if conn.is_sqlite() {
                        let hits = search::fts_words::table.filter(search::fts(&words)).select(search::fts_words::rowid);
                        query.filter(begins.or(listings::product_id.eq_any(hits)))
                    } else {
                        let hits = search::vector_words::table.filter(search::vector(&words)).select(search::vector_words::product_id);
                        query.filter(begins.or(listings::product_id.eq_any(hits)))
                    }
                }
            };
            let rows: Vec<($type, i64, i64)> = query.load(conn)?;
            rows.into_iter().map(|(key, products, producers)| Count { key: key.to_string(), products, producers }).collect()
        }};
    }
    Ok(match dimension {
        Dimension::ProvinceNow => by!(listings::province_now, String),
        Dimension::ProvinceThen => by!(listings::province_then, String),
        Dimension::Stars => by!(listings::stars, i16),
        Dimension::Standing => by!(listings::standing, String),
        Dimension::Group => by!(listings::group_no, i16),
        Dimension::Set => by!(listings::set_no, i16),
        Dimension::Form => by!(listings::form, String),
        Dimension::Regime => by!(listings::regime, String),
    })
}

/// Products and producers in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Products.
    pub products: i64,
    /// Producers known by name.
    pub producers: i64,
}

/// Counts everything that a filter lets through.
pub fn totals(conn: &mut Conn, filter: &ListingFilter) -> StoreResult<Totals> {
    let producers = count(nullif(listings::producer_id, 0_i64)).aggregate_distinct();
    let query = filtered!(listings::table.select((count_star(), producers)).into_boxed::<MultiBackend>(), filter);
    let (products, producers) = query.first(conn)?;
    Ok(Totals { products, producers })
}
