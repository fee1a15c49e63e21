//! Drafts of decisions: a council's working papers, not in the ledger.

use super::connection::{Conn, by_number};
use super::error::StoreResult;
use super::schema::drafts;
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = drafts, treat_none_as_null = true)]
pub struct DraftRow {
    /// Number.
    pub id: i64,
    /// Key of the unit whose council it belongs to.
    pub unit: String,
    /// `draft`, `published` or `discarded`.
    pub state: String,
    /// What would be decided, as JSON.
    pub body: String,
    /// Counted up with every change.
    pub revision: i64,
    /// Who began it.
    pub drafted_by: String,
    /// Who changed it last.
    pub changed_by: String,
    /// When that was, UTC.
    pub changed_at: NaiveDateTime,
    /// The decision that it became.
    pub decision_id: Option<i64>,
}

/// A draft by number.
pub fn find(conn: &mut Conn, id: i64) -> StoreResult<Option<DraftRow>> {
    Ok(drafts::table.find(id).select(DraftRow::as_select()).first(conn).optional()?)
}

/// A page of a council's drafts in a state, by number; backwards the rows come in descending order.
pub fn list(conn: &mut Conn, unit: &str, state: &str, from: Option<i64>, backwards: bool, limit: i64) -> StoreResult<Vec<DraftRow>> {
    use drafts::dsl;
    let query = dsl::drafts.filter(dsl::unit.eq(unit)).filter(dsl::state.eq(state)).limit(limit).select(DraftRow::as_select()).into_boxed();
    Ok(by_number!(query, dsl::id, from, backwards).load(conn)?)
}

/// The highest number of a draft.
pub fn last_id(conn: &mut Conn) -> StoreResult<i64> {
    use drafts::dsl;
    Ok(dsl::drafts.select(dsl::id).order(dsl::id.desc()).first::<i64>(conn).optional()?.unwrap_or(0))
}

/// Keeps a draft, new or changed.
pub fn keep(conn: &mut Conn, row: &DraftRow) -> StoreResult<()> {
    if diesel::update(drafts::table.find(row.id)).set(row).execute(conn)? == 0 {
        diesel::insert_into(drafts::table).values(row).execute(conn)?;
    }
    Ok(())
}
