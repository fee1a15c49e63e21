//! Producers and their identifiers.

use super::connection::{Conn, MultiBackend, by_number};
use super::error::StoreResult;
use super::ledger::ledgered;
use super::schema::{producer_identifiers, producers};
use super::together::{self, Part};
use crate::domain::day::Day;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A producer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = producers, treat_none_as_null = true)]
pub struct ProducerRow {
    /// Number; its code is computed from it.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Folded name, by which lists are sorted.
    pub name_key: String,
    /// Name by which written forms of one producer meet.
    pub match_key: String,
    /// Legal form.
    pub form: String,
    /// Key of its place.
    pub place: String,
    /// Key of today's province of that place.
    pub province: String,
    /// Kind of source.
    pub source: String,
    /// Address of the source.
    pub source_url: Option<String>,
    /// The producer that this one was found to be.
    #[serde(default)]
    pub merged_into: Option<i64>,
}
ledgered!(ProducerRow, producers, "producer", 10);

/// An identifier of a producer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = producer_identifiers, treat_none_as_null = true)]
pub struct ProducerIdentifierRow {
    /// Number.
    pub id: i64,
    /// Whose it is.
    pub producer_id: i64,
    /// Kind.
    pub kind: String,
    /// Value, as kept.
    pub value: String,
    /// The day on which it ended; it is nobody's from then on.
    #[serde(default)]
    pub ended_on: Option<Day>,
}
ledgered!(ProducerIdentifierRow, producer_identifiers, "producer_identifier", 5);

/// What a list of producers is filtered by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProducerFilter {
    /// Beginning of the folded name.
    pub name: Option<String>,
    /// Today's province.
    pub province: Option<String>,
    /// Legal forms.
    pub forms: Vec<String>,
}

/// A producer by number.
pub fn find(conn: &mut Conn, id: i64) -> StoreResult<Option<ProducerRow>> {
    Ok(producers::table.find(id).select(ProducerRow::as_select()).first(conn).optional()?)
}

/// The producer that carries an identifier.
pub fn by_identifier(conn: &mut Conn, kind: &str, value: &str) -> StoreResult<Option<i64>> {
    use producer_identifiers::dsl;
    Ok(dsl::producer_identifiers
        .filter(dsl::kind.eq(kind))
        .filter(dsl::value.eq(value))
        .filter(dsl::ended_on.is_null())
        .select(dsl::producer_id)
        .first(conn)
        .optional()?)
}

/// The producers of a province whose written names meet under a key.
pub fn matching(conn: &mut Conn, match_key: &str, province: &str) -> StoreResult<Vec<ProducerRow>> {
    let mut rows = ever_matching(conn, match_key, province)?;
    rows.retain(|row| row.merged_into.is_none());
    Ok(rows)
}

/// The same with those that were merged into others.
pub fn ever_matching(conn: &mut Conn, match_key: &str, province: &str) -> StoreResult<Vec<ProducerRow>> {
    use producers::dsl;
    Ok(dsl::producers
        .filter(dsl::match_key.eq(match_key))
        .filter(dsl::province.eq(province))
        .order(dsl::id)
        .select(ProducerRow::as_select())
        .load(conn)?)
}

/// The places that a producer's recognitions name, each once.
pub fn places(conn: &mut Conn, id: i64) -> StoreResult<Vec<String>> {
    use super::schema::{certificates, products};
    Ok(certificates::table
        .inner_join(products::table.on(products::id.eq(certificates::product_id)))
        .filter(products::producer_id.eq(id))
        .select(certificates::place_then)
        .distinct()
        .load(conn)?)
}

/// Producers by number, in no order.
pub fn find_all(conn: &mut Conn, ids: &[i64]) -> StoreResult<Vec<ProducerRow>> {
    Ok(producers::table.filter(producers::id.eq_any(ids)).select(ProducerRow::as_select()).load(conn)?)
}

/// The identifiers of producers.
pub fn identifiers(conn: &mut Conn, ids: &[i64]) -> StoreResult<Vec<ProducerIdentifierRow>> {
    use producer_identifiers::dsl;
    Ok(dsl::producer_identifiers
        .filter(dsl::producer_id.eq_any(ids))
        .filter(dsl::ended_on.is_null())
        .order((dsl::kind, dsl::value))
        .select(ProducerIdentifierRow::as_select())
        .load(conn)?)
}

/// Applies a filter to a boxed query.
macro_rules! filtered {
    ($query:expr, $filter:expr) => {{
        use producers::dsl;
        let (mut query, filter): (_, &ProducerFilter) = ($query.filter(dsl::merged_into.is_null()), $filter);
        if let Some(name) = &filter.name {
            query = query.filter(dsl::name_key.ge(name.clone())).filter(dsl::name_key.lt(format!("{name}\u{10ffff}")));
        }
        if let Some(province) = &filter.province {
            query = query.filter(dsl::province.eq(province.clone()));
        }
        if !filter.forms.is_empty() {
            query = query.filter(dsl::form.eq_any(filter.forms.clone()));
        }
        query
    }};
}

/// How many producers a filter lets through.
pub fn total(conn: &mut Conn, filter: &ProducerFilter) -> StoreResult<i64> {
    Ok(filtered!(producers::table.count().into_boxed::<MultiBackend>(), filter).get_result(conn)?)
}

/// A page of producers by number; backwards the rows come in descending order.
pub fn list(conn: &mut Conn, filter: &ProducerFilter, from: Option<i64>, backwards: bool, limit: i64) -> StoreResult<Vec<ProducerRow>> {
    use producers::dsl;
    let query = filtered!(dsl::producers.select(ProducerRow::as_select()).limit(limit).into_boxed::<MultiBackend>(), filter);
    Ok(by_number!(query, dsl::id, from, backwards).load(conn)?)
}

/// The numbers on one page for each of several provinces, of the producers that a filter lets through;
/// backwards they come in descending order. One statement.
pub fn pages(
    conn: &mut Conn,
    provinces: &[String],
    filter: &ProducerFilter,
    from: Option<i64>,
    backwards: bool,
    limit: i64,
) -> StoreResult<Vec<Vec<i64>>> {
    use producers::dsl;
    let part = |province: &String| {
        let filter = ProducerFilter { province: Some(province.clone()), ..filter.clone() };
        let query = filtered!(dsl::producers.select(dsl::id).limit(limit).into_boxed::<MultiBackend>(), &filter);
        Part::Page(by_number!(query, dsl::id, from, backwards))
    };
    together::ask(conn, provinces.iter().map(part).collect(), backwards)
}

/// How many producers of each of several provinces a filter lets through, in one statement.
pub fn counts(conn: &mut Conn, provinces: &[String], filter: &ProducerFilter) -> StoreResult<Vec<i64>> {
    let part = |province: &String| {
        let filter = ProducerFilter { province: Some(province.clone()), ..filter.clone() };
        Part::Count(filtered!(producers::table.count().into_boxed::<MultiBackend>(), &filter))
    };
    Ok(together::ask(conn, provinces.iter().map(part).collect(), false)?.into_iter().flatten().collect())
}
