//! Post-checks (hậu kiểm): those that took place, and those that a council plans.

use super::connection::{Conn, by_number};
use super::error::StoreResult;
use super::ledger::ledgered;
use super::schema::{planned_checks, post_checks};
use crate::domain::day::Day;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A post-check that took place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = post_checks, treat_none_as_null = true)]
pub struct PostCheckRow {
    /// Number.
    pub id: i64,
    /// Of which product.
    pub product_id: i64,
    /// Key of the unit whose council checked.
    pub unit: String,
    /// `planned` or `ad_hoc`.
    pub basis: String,
    /// The day.
    pub carried_out_on: Day,
    /// What was found; for the council, not for the public.
    pub findings: String,
    /// By when what was found has to be put right.
    pub deadline: Option<Day>,
    /// How it ended; `None` while it is open.
    pub outcome: Option<String>,
    /// The day it ended.
    pub concluded_on: Option<Day>,
    /// The withdrawal that it led to.
    pub decision_id: Option<i64>,
}
ledgered!(PostCheckRow, post_checks, "post_check", 10);

/// A check that a council plans. Not in the ledger: nobody outside may know of it beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = planned_checks, treat_none_as_null = true)]
pub struct PlannedCheckRow {
    /// Number.
    pub id: i64,
    /// Key of the unit whose council plans it.
    pub unit: String,
    /// Of which product.
    pub product_id: i64,
    /// The day by which it should take place.
    pub due_on: Day,
    /// Why this product.
    pub reason: String,
    /// `planned`, `carried_out` or `dropped`.
    pub state: String,
    /// The check that came of it.
    pub post_check_id: Option<i64>,
}

/// A post-check by number.
pub fn find(conn: &mut Conn, id: i64) -> StoreResult<Option<PostCheckRow>> {
    Ok(post_checks::table.find(id).select(PostCheckRow::as_select()).first(conn).optional()?)
}

/// The post-checks of products, oldest first.
pub fn of_products(conn: &mut Conn, products: &[i64]) -> StoreResult<Vec<PostCheckRow>> {
    use post_checks::dsl;
    Ok(dsl::post_checks
        .filter(dsl::product_id.eq_any(products))
        .order((dsl::carried_out_on, dsl::id))
        .select(PostCheckRow::as_select())
        .load(conn)?)
}

/// A page of the post-checks of a council, by number; backwards the rows come in descending order.
pub fn list(
    conn: &mut Conn,
    unit: &str,
    open_only: bool,
    from: Option<i64>,
    backwards: bool,
    limit: i64,
) -> StoreResult<Vec<PostCheckRow>> {
    use post_checks::dsl;
    let mut query = dsl::post_checks.filter(dsl::unit.eq(unit)).limit(limit).select(PostCheckRow::as_select()).into_boxed();
    if open_only {
        query = query.filter(dsl::outcome.is_null());
    }
    Ok(by_number!(query, dsl::id, from, backwards).load(conn)?)
}

/// A planned check by number.
pub fn find_planned(conn: &mut Conn, id: i64) -> StoreResult<Option<PlannedCheckRow>> {
    Ok(planned_checks::table.find(id).select(PlannedCheckRow::as_select()).first(conn).optional()?)
}

/// The checks that a council has planned and not done, the next due first.
pub fn planned(conn: &mut Conn, unit: &str, limit: i64) -> StoreResult<Vec<PlannedCheckRow>> {
    use planned_checks::dsl;
    Ok(dsl::planned_checks
        .filter(dsl::unit.eq(unit))
        .filter(dsl::state.eq("planned"))
        .order((dsl::due_on, dsl::id))
        .limit(limit)
        .select(PlannedCheckRow::as_select())
        .load(conn)?)
}

/// The highest number of a planned check.
pub fn last_planned_id(conn: &mut Conn) -> StoreResult<i64> {
    use planned_checks::dsl;
    Ok(dsl::planned_checks.select(dsl::id).order(dsl::id.desc()).first::<i64>(conn).optional()?.unwrap_or(0))
}

/// Keeps a planned check, new or changed.
pub fn keep_planned(conn: &mut Conn, row: &PlannedCheckRow) -> StoreResult<()> {
    if diesel::update(planned_checks::table.find(row.id)).set(row).execute(conn)? == 0 {
        diesel::insert_into(planned_checks::table).values(row).execute(conn)?;
    }
    Ok(())
}
