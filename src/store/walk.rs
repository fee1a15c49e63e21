//! Walks through a long list: what a filter lets much of through is met on the way sooner than all of it is sorted.

use super::connection::{Conn, MultiBackend};
use super::error::StoreResult;
use super::listing::{At, CHUNK, Keyset, ListingFilter, Order, PlaceFilter, filtered, keys, spans};
use super::schema::listings;
use crate::domain::timeline::Standing;
use diesel::prelude::*;
use std::collections::HashSet;

/// Whether a filter may let so much through that its rows are soon met on the way through the list,
/// while sorting them all would take long. An index that stands in the order asked needs neither.
pub(super) fn is_broad(filter: &ListingFilter, order: Order) -> bool {
    use PlaceFilter::{CommuneNow, CommuneThen, DistrictThen};
    let narrow = filter.producer.is_some()
        || filter.product.is_some()
        || matches!(filter.place, Some(DistrictThen(_) | CommuneNow(_) | CommuneThen(_)));
    let stars = (filter.stars_min.is_some() || filter.stars_max.is_some()) && order != Order::Stars;
    let one_star = filter.stars_min == filter.stars_max;
    let ranges = [filter.standings.len() > 1, filter.forms.len() > 1, stars && !one_star, filter.ends.is_some() && order != Order::End];
    let values = [
        filter.standings.len() == 1,
        filter.forms.len() == 1,
        stars && one_star,
        filter.regime.is_some(),
        filter.group.is_some(),
        filter.set.is_some(),
        filter.place.is_some(),
    ];
    let values = values.into_iter().filter(|is| *is).count();
    // The commonest combination has an index of its own, in the order asked.
    let indexed =
        matches!(filter.place, Some(PlaceFilter::ProvinceNow(_))) && one_star && stars && values >= 3 && filter.standings.len() == 1;
    // So has what ends soon in a province.
    let soon = matches!(filter.place, Some(PlaceFilter::ProvinceNow(_))) && filter.ends.is_some() && order == Order::End;
    let narrow = narrow || (indexed && order == Order::Number) || soon;
    !narrow && (ranges.contains(&true) || values > usize::from(order == Order::Number))
}

/// How many rows of the list are met in each step of a walk.
const STEPS: [i64; 4] = [64, 448, 1_536, 6_144];

/// Walks through the list in its order and keeps the rows that the filter lets through; `None` when
/// they are too few for that. Then they are few enough to be sorted.
pub(super) fn walk(conn: &mut Conn, filter: &ListingFilter, keyset: &Keyset) -> StoreResult<Option<Vec<At>>> {
    let mut all = ListingFilter { day: filter.day, ..ListingFilter::default() };
    match keyset.order {
        Order::Stars => (all.stars_min, all.stars_max) = (filter.stars_min, filter.stars_max),
        Order::End => all.ends = ends(filter),
        Order::Number | Order::Name => {}
    }
    let wanted = usize::try_from(keyset.limit).unwrap_or(0);
    let mut ahead = keyset.clone();
    let mut found = Vec::new();
    for step in STEPS {
        ahead.limit = step;
        let met = keys(conn, &all, None, &ahead)?;
        let ended = i64::try_from(met.len()).unwrap_or(0) < step;
        ahead.after = met.last().cloned();
        let ids: Vec<i64> = met.iter().map(|at| at.id).collect();
        let meant = meant(conn, filter, &ids)?;
        found.extend(met.into_iter().filter(|at| meant.contains(&at.id)));
        if found.len() >= wanted || ended {
            found.truncate(wanted);
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// First and last end that a filter lets through: what is in force has not ended, what has expired has.
fn ends(filter: &ListingFilter) -> Option<(i32, i32)> {
    let (first, last) = filter.ends.unwrap_or((0, i32::MAX));
    let only = |meant: &[Standing]| !filter.standings.is_empty() && filter.standings.iter().all(|standing| meant.contains(standing));
    if only(&[Standing::Valid, Standing::Extended]) {
        Some((first.max(filter.day), last))
    } else if only(&[Standing::Expired]) {
        Some((first.max(1), last.min(filter.day - 1)))
    } else {
        filter.ends
    }
}

/// Which of these products a filter lets through.
fn meant(conn: &mut Conn, filter: &ListingFilter, ids: &[i64]) -> StoreResult<HashSet<i64>> {
    let mut found = HashSet::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let query = spans!(listings::product_id, filter, None::<&NameRange>).filter(listings::product_id.eq_any(chunk.to_vec()));
        found.extend(query.load::<i64>(conn)?);
    }
    Ok(found)
}
