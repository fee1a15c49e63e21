//! Decisions.

use super::connection::{Conn, MultiBackend, by_number};
use super::error::StoreResult;
use super::ledger::ledgered;
use super::schema::decisions;
use super::together::{self, Part};
use crate::domain::day::{Day, ymd};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = decisions, treat_none_as_null = true)]
pub struct DecisionRow {
    /// Number; its code is computed from it.
    pub id: i64,
    /// What it does.
    pub kind: String,
    /// Its own number, as printed.
    pub number: Option<String>,
    /// That number as it is compared.
    pub number_key: Option<String>,
    /// Key of the authority that signed.
    pub issuer: Option<String>,
    /// The day it was signed.
    pub signed_on: Option<Day>,
    /// Year of the round, where the day is not known.
    pub round_year: Option<i32>,
    /// Kind of source.
    pub source: String,
    /// Address of the source.
    pub source_url: Option<String>,
    /// SHA-256 of the signed document, in hexadecimal.
    #[serde(default)]
    pub document_sha256: Option<String>,
    /// The decision that this one annuls.
    #[serde(default)]
    pub annuls: Option<i64>,
}
ledgered!(DecisionRow, decisions, "decision", 11);

/// What a list of decisions is filtered by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionFilter {
    /// Key of the authority.
    pub issuer: Option<String>,
    /// Number as compared.
    pub number_key: Option<String>,
    /// Kind.
    pub kind: Option<String>,
    /// Year of signing.
    pub year: Option<i32>,
}

/// A decision by number.
pub fn find(conn: &mut Conn, id: i64) -> StoreResult<Option<DecisionRow>> {
    Ok(decisions::table.find(id).select(DecisionRow::as_select()).first(conn).optional()?)
}

/// Decisions that bear a number, of any issuer and year.
pub fn by_number(conn: &mut Conn, number_key: &str) -> StoreResult<Vec<DecisionRow>> {
    use decisions::dsl;
    Ok(dsl::decisions.filter(dsl::number_key.eq(number_key)).order(dsl::id).select(DecisionRow::as_select()).load(conn)?)
}

/// Decisions by number, in no order.
pub fn find_all(conn: &mut Conn, ids: &[i64]) -> StoreResult<Vec<DecisionRow>> {
    Ok(decisions::table.filter(decisions::id.eq_any(ids)).select(DecisionRow::as_select()).load(conn)?)
}

/// The decisions that annul any of these, the first of them first.
pub fn annulling(conn: &mut Conn, ids: &[i64]) -> StoreResult<Vec<DecisionRow>> {
    use decisions::dsl;
    Ok(dsl::decisions.filter(dsl::annuls.eq_any(ids)).order(dsl::id).select(DecisionRow::as_select()).load(conn)?)
}

/// The recognitions that an authority signed under a number, or without a known number on a day.
pub fn recognitions(
    conn: &mut Conn,
    issuer: Option<&str>,
    number_key: Option<&str>,
    signed_on: Option<Day>,
) -> StoreResult<Vec<DecisionRow>> {
    use decisions::dsl;
    let mut query = dsl::decisions.filter(dsl::kind.eq("recognition")).order(dsl::id).select(DecisionRow::as_select()).into_boxed();
    query = match issuer {
        Some(issuer) => query.filter(dsl::issuer.eq(issuer.to_owned())),
        None => query.filter(dsl::issuer.is_null()),
    };
    query = match number_key {
        Some(key) => query.filter(dsl::number_key.eq(key.to_owned())),
        None => query.filter(dsl::number_key.is_null()),
    };
    query = match signed_on {
        Some(day) => query.filter(dsl::signed_on.eq(day)),
        None => query.filter(dsl::signed_on.is_null()),
    };
    Ok(query.load(conn)?)
}

/// Applies a filter to a boxed query.
macro_rules! filtered {
    ($query:expr, $filter:expr) => {{
        use decisions::dsl;
        let (mut query, filter): (_, &DecisionFilter) = ($query, $filter);
        if let Some(issuer) = &filter.issuer {
            query = query.filter(dsl::issuer.eq(issuer.clone()));
        }
        if let Some(key) = &filter.number_key {
            query = query.filter(dsl::number_key.eq(key.clone()));
        }
        if let Some(kind) = &filter.kind {
            query = query.filter(dsl::kind.eq(kind.clone()));
        }
        if let Some(year) = filter.year {
            query = query.filter(dsl::signed_on.between(ymd(year, 1, 1), ymd(year, 12, 31)));
        }
        query
    }};
}

/// How many decisions a filter lets through.
pub fn total(conn: &mut Conn, filter: &DecisionFilter) -> StoreResult<i64> {
    Ok(filtered!(decisions::table.count().into_boxed::<MultiBackend>(), filter).get_result(conn)?)
}

/// A page of decisions by number; backwards the rows come in descending order.
pub fn list(conn: &mut Conn, filter: &DecisionFilter, from: Option<i64>, backwards: bool, limit: i64) -> StoreResult<Vec<DecisionRow>> {
    use decisions::dsl;
    let query = filtered!(dsl::decisions.select(DecisionRow::as_select()).limit(limit).into_boxed::<MultiBackend>(), filter);
    Ok(by_number!(query, dsl::id, from, backwards).load(conn)?)
}

/// The numbers on one page for each of several authorities, of the decisions that a filter lets through;
/// backwards they come in descending order. One statement.
pub fn pages(
    conn: &mut Conn,
    issuers: &[String],
    filter: &DecisionFilter,
    from: Option<i64>,
    backwards: bool,
    limit: i64,
) -> StoreResult<Vec<Vec<i64>>> {
    use decisions::dsl;
    let part = |issuer: &String| {
        let filter = DecisionFilter { issuer: Some(issuer.clone()), ..filter.clone() };
        let query = filtered!(dsl::decisions.select(dsl::id).limit(limit).into_boxed::<MultiBackend>(), &filter);
        Part::Page(by_number!(query, dsl::id, from, backwards))
    };
    together::ask(conn, issuers.iter().map(part).collect(), backwards)
}

/// How many decisions of each of several authorities a filter lets through, in one statement.
pub fn counts(conn: &mut Conn, issuers: &[String], filter: &DecisionFilter) -> StoreResult<Vec<i64>> {
    let part = |issuer: &String| {
        let filter = DecisionFilter { issuer: Some(issuer.clone()), ..filter.clone() };
        Part::Count(filtered!(decisions::table.count().into_boxed::<MultiBackend>(), &filter))
    };
    Ok(together::ask(conn, issuers.iter().map(part).collect(), false)?.into_iter().flatten().collect())
}
