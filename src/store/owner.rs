//! The products of several things at once, by number: of each its own page, as a list with that thing in
//! its filter has it.

use super::connection::{Conn, MultiBackend, by_number};
use super::error::StoreResult;
use super::listing::{Keyset, ListingFilter, Order, PlaceFilter, filtered, spans};
use super::schema::listings;
use super::together::{self, MET, Part};
use super::walk::is_broad;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use std::collections::HashMap;

/// What a list of products belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A place.
    Place(PlaceFilter),
    /// A group.
    Group(i16),
    /// A set.
    Set(i16),
    /// A regime.
    Regime(String),
}

impl Owner {
    /// A filter for what belongs to it alone.
    fn own(&self, filter: ListingFilter) -> ListingFilter {
        match self.clone() {
            Self::Place(place) => ListingFilter { place: Some(place), ..filter },
            Self::Group(group) => ListingFilter { group: Some(group), ..filter },
            Self::Set(set) => ListingFilter { set: Some(set), ..filter },
            Self::Regime(regime) => ListingFilter { regime: Some(regime), ..filter },
        }
    }
}

/// How many of an owner's products are met in turn before those that a filter lets through are sorted.
const TURNS: i64 = 2_048;

/// How many rows are sorted for several owners together.
const GATHERED: i64 = 10_000;

/// The numbers on one page for each of several owners, of what a filter lets through; by number,
/// whatever the order of `keyset` is. One statement; where the filter may let much through but finds
/// little, up to four more, whatever the number of owners.
pub fn pages(conn: &mut Conn, owners: &[Owner], filter: &ListingFilter, keyset: &Keyset) -> StoreResult<Vec<Vec<i64>>> {
    let id = listings::product_id;
    let Keyset { descending, after, limit, .. } = keyset;
    let from = after.as_ref().map(|at| at.id);
    let page = |filter: &ListingFilter, limit: i64| by_number!(spans!(id, filter, None).limit(limit), id, from, *descending);
    let all = ListingFilter { day: filter.day, ..ListingFilter::default() };
    let broad = |owner: &Owner| is_broad(&owner.own(filter.clone()), Order::Number);
    let part = |owner: &Owner| {
        let meant = owner.own(filter.clone());
        if !broad(owner) {
            return Part::Page(page(&meant, *limit));
        }
        let meant = filtered!(listings::table.count().into_boxed::<MultiBackend>(), &meant).filter(id.eq(sql::<BigInt>(MET)));
        Part::Met { first: page(&owner.own(all.clone()), TURNS), meant, descending: *descending, limit: *limit }
    };
    let mut found = together::ask(conn, owners.iter().map(part).collect(), *descending)?;
    let wanted = usize::try_from(*limit).unwrap_or(usize::MAX);
    let rare = owners.iter().zip(&mut found).filter(|(owner, page)| page.len() < wanted && broad(owner));
    let (rare, pages): (Vec<&Owner>, Vec<_>) = rare.unzip();
    // For each by itself a planner may look through much of the registry, again and again.
    let gathered = if rare.len() > 1 { gathered(conn, &rare, filter, keyset)? } else { None };
    let rest = match gathered {
        Some(gathered) => gathered,
        None => together::ask(conn, rare.iter().map(|owner| Part::Page(page(&owner.own(filter.clone()), *limit))).collect(), *descending)?,
    };
    pages.into_iter().zip(rest).for_each(|(page, rest)| *page = rest);
    Ok(found)
}

/// The same pages from all that a filter lets through in the lists of some owners; `None` when that is
/// so much that each owner's own is soon met. One statement for each kind of owner, of which there are five.
fn gathered(conn: &mut Conn, owners: &[&Owner], filter: &ListingFilter, keyset: &Keyset) -> StoreResult<Option<Vec<Vec<i64>>>> {
    let mut found: HashMap<Owner, Vec<i64>> = HashMap::new();
    macro_rules! gather {
        ($column:expr, $kind:pat => $key:expr, $owner:expr) => {
            let keys: Vec<_> = owners.iter().filter_map(|owner| if let $kind = owner { Some($key.clone()) } else { None }).collect();
            if !keys.is_empty() {
                let query = spans!(($column, listings::product_id), filter, None).filter($column.eq_any(keys)).limit(GATHERED);
                let rows: Vec<(_, i64)> = query.load(conn)?;
                if i64::try_from(rows.len()).is_ok_and(|rows| rows >= GATHERED) {
                    return Ok(None);
                }
                rows.into_iter().for_each(|(key, product)| found.entry($owner(key)).or_default().push(product));
            }
        };
    }
    gather!(listings::province_now, Owner::Place(PlaceFilter::ProvinceNow(key)) => key, |key| Owner::Place(PlaceFilter::ProvinceNow(key)));
    gather!(listings::province_then, Owner::Place(PlaceFilter::ProvinceThen(key)) => key, |key| Owner::Place(PlaceFilter::ProvinceThen(key)));
    gather!(listings::group_no, Owner::Group(number) => number, Owner::Group);
    gather!(listings::set_no, Owner::Set(number) => number, Owner::Set);
    gather!(listings::regime, Owner::Regime(code) => code, Owner::Regime);
    let wanted = usize::try_from(keyset.limit).unwrap_or(usize::MAX);
    let page = |owner: &&Owner| {
        let mut numbers = found.get(*owner).cloned().unwrap_or_default();
        numbers.sort_unstable();
        if keyset.descending {
            numbers.reverse();
        }
        let beyond = |number: &i64| match &keyset.after {
            Some(at) if keyset.descending => *number < at.id,
            Some(at) => *number > at.id,
            None => true,
        };
        numbers.into_iter().filter(beyond).take(wanted).collect()
    };
    Ok(Some(owners.iter().map(page).collect()))
}

/// How many products of each of several owners a filter lets through, in one statement.
pub fn counts(conn: &mut Conn, owners: &[Owner], filter: &ListingFilter) -> StoreResult<Vec<i64>> {
    let part = |owner: &Owner| Part::Count(filtered!(listings::table.count().into_boxed::<MultiBackend>(), &owner.own(filter.clone())));
    Ok(together::ask(conn, owners.iter().map(part).collect(), false)?.into_iter().flatten().collect())
}
