//! Products and decisions that want something, for the councils that look after them.

use super::connection::{Conn, MultiBackend, by_number};
use super::decision::DecisionRow;
use super::error::StoreResult;
use super::listing::{ListingFilter, filtered};
use super::product;
use super::schema::{certificates, decisions, ledger, listings};
use crate::domain::day::{Day, civil_day};
use crate::domain::quality::{DecisionGap, LATE_AFTER, ProductGap};
use chrono::NaiveDateTime;
use diesel::dsl::count_star;
use diesel::prelude::*;
use std::collections::HashSet;

/// A page of the products with a gap, by number; backwards in descending order.
pub fn products(
    conn: &mut Conn,
    filter: &ListingFilter,
    gap: ProductGap,
    from: Option<i64>,
    backwards: bool,
    limit: i64,
) -> StoreResult<Vec<i64>> {
    let wanted = usize::try_from(limit).unwrap_or(0);
    let mut found = Vec::new();
    wanting(conn, filter, gap, from, backwards, |id| {
        found.push(id);
        found.len() < wanted
    })?;
    Ok(found)
}

/// How many products have a gap.
pub fn count_products(conn: &mut Conn, filter: &ListingFilter, gap: ProductGap) -> StoreResult<i64> {
    let mut count = 0;
    wanting(conn, filter, gap, None, false, |_| {
        count += 1;
        true
    })?;
    Ok(count)
}

/// Meets the products with a gap in order of their numbers until told to stop. Asked in one statement,
/// a planner may begin with every barcode or certificate that there is.
fn wanting(
    conn: &mut Conn,
    filter: &ListingFilter,
    gap: ProductGap,
    mut from: Option<i64>,
    backwards: bool,
    mut meet: impl FnMut(i64) -> bool,
) -> StoreResult<()> {
    let id = listings::product_id;
    loop {
        let mut query = filtered!(listings::table.select(id).into_boxed::<MultiBackend>(), filter).limit(STEP);
        query = match (from, backwards) {
            (Some(from), false) => query.filter(id.gt(from)),
            (Some(from), true) => query.filter(id.lt(from)),
            (None, _) => query,
        };
        query = if backwards { query.order(id.desc()) } else { query.order(id.asc()) };
        let met: Vec<i64> = query.load(conn)?;
        from = met.last().copied();
        let ended = i64::try_from(met.len()).unwrap_or(0) < STEP;
        let wants: HashSet<i64> = match gap {
            ProductGap::MissingGtin => {
                let known: HashSet<i64> = product::gtins(conn, &met)?.into_iter().map(|row| row.product_id).collect();
                met.iter().copied().filter(|id| !known.contains(id)).collect()
            }
            ProductGap::PortalOrPress => certificates::table
                .filter(certificates::product_id.eq_any(&met))
                .filter(certificates::merged_into.is_null())
                .filter(certificates::source.eq("portal_or_press"))
                .select(certificates::product_id)
                .load::<i64>(conn)?
                .into_iter()
                .collect(),
        };
        for id in met {
            if wants.contains(&id) && !meet(id) {
                return Ok(());
            }
        }
        if ended {
            return Ok(());
        }
    }
}

/// Whose decisions are meant: those of some authorities, or everybody's.
pub type Issuers<'i> = Option<&'i [String]>;

/// A page of the decisions with a gap, by number; backwards in descending order.
pub fn decisions(
    conn: &mut Conn,
    issuers: Issuers<'_>,
    gap: DecisionGap,
    from: Option<i64>,
    backwards: bool,
    limit: i64,
) -> StoreResult<Vec<DecisionRow>> {
    match gap {
        DecisionGap::MissingDocument => undocumented(conn, issuers, from, backwards, limit),
        DecisionGap::LateEntry => {
            let wanted = usize::try_from(limit).unwrap_or(0);
            let mut late = Vec::new();
            entered(conn, issuers, from, backwards, |row, at| {
                late.extend(is_late(row.signed_on, at).then_some(row));
                late.len() < wanted
            })?;
            Ok(late)
        }
    }
}

/// How many decisions have a gap.
pub fn count_decisions(conn: &mut Conn, issuers: Issuers<'_>, gap: DecisionGap) -> StoreResult<i64> {
    match gap {
        DecisionGap::MissingDocument => {
            let query = decisions::table.filter(decisions::document_sha256.is_null()).select(count_star()).into_boxed::<MultiBackend>();
            let query = match issuers {
                Some(issuers) => query.filter(decisions::issuer.eq_any(issuers)),
                None => query,
            };
            Ok(query.first(conn)?)
        }
        DecisionGap::LateEntry => {
            let mut count = 0;
            entered(conn, issuers, None, false, |row, at| {
                count += i64::from(is_late(row.signed_on, at));
                true
            })?;
            Ok(count)
        }
    }
}

fn undocumented(conn: &mut Conn, issuers: Issuers<'_>, from: Option<i64>, backwards: bool, limit: i64) -> StoreResult<Vec<DecisionRow>> {
    use decisions::dsl;
    let mut query =
        dsl::decisions.filter(dsl::document_sha256.is_null()).select(DecisionRow::as_select()).limit(limit).into_boxed::<MultiBackend>();
    if let Some(issuers) = issuers {
        query = query.filter(dsl::issuer.eq_any(issuers.to_vec()));
    }
    Ok(by_number!(query, dsl::id, from, backwards).load(conn)?)
}

fn is_late(signed_on: Option<Day>, at: NaiveDateTime) -> bool {
    signed_on.is_some_and(|signed_on| (civil_day(at.and_utc()) - signed_on).num_days() > LATE_AFTER)
}

/// Products or decisions met in one step.
const STEP: i64 = 500;

/// Meets decisions in order of their numbers, each with when it was entered, until told to stop.
/// Days between a date and an instant are counted differently by the two databases, so not by them.
fn entered(
    conn: &mut Conn,
    issuers: Issuers<'_>,
    mut from: Option<i64>,
    backwards: bool,
    mut meet: impl FnMut(DecisionRow, NaiveDateTime) -> bool,
) -> StoreResult<()> {
    use decisions::dsl;
    loop {
        let entry = ledger::noun.eq("decision").and(ledger::noun_id.eq(dsl::id)).and(ledger::action.eq("created"));
        let mut query = dsl::decisions
            .inner_join(ledger::table.on(entry))
            .select((DecisionRow::as_select(), ledger::at))
            .limit(STEP)
            .into_boxed::<MultiBackend>();
        if let Some(issuers) = issuers {
            query = query.filter(dsl::issuer.eq_any(issuers.to_vec()));
        }
        let rows: Vec<(DecisionRow, NaiveDateTime)> = by_number!(query, dsl::id, from, backwards).load(conn)?;
        let ended = i64::try_from(rows.len()).unwrap_or(0) < STEP;
        from = rows.last().map(|(row, _)| row.id).or(from);
        for (row, at) in rows {
            if !meet(row, at) {
                return Ok(());
            }
        }
        if ended {
            return Ok(());
        }
    }
}
