//! The products of several things at once, by number: of each its own page, as a list with that thing in
//! its filter has it.

use super::connection::{Conn, MultiBackend, by_number};
use super::error::StoreResult;
use super::listing::{Keyset, ListingFilter, Order, PlaceFilter, filtered, is_broad, spans};
use super::schema::listings;
use super::together::{self, MET, Part};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

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

/// The numbers on one page for each of several owners, of what a filter lets through; by number,
/// whatever the order of `keyset` is. One statement, or two where the filter may let much through.
pub fn pages(conn: &mut Conn, owners: &[Owner], filter: &ListingFilter, keyset: &Keyset) -> StoreResult<Vec<Vec<i64>>> {
    let id = listings::product_id;
    let Keyset { descending, after, limit, .. } = keyset;
    let from = after.as_ref().map(|at| at.id);
    let page = |filter: &ListingFilter, limit: i64| by_number!(spans!(id, filter, None::<&NameRange>).limit(limit), id, from, *descending);
    let all = ListingFilter { day: filter.day, ..ListingFilter::default() };
    let part = |owner: &Owner| {
        let meant = owner.own(filter.clone());
        if !is_broad(&meant, Order::Number) {
            return Part::Page(page(&meant, *limit));
        }
        let meant = filtered!(listings::table.count().into_boxed::<MultiBackend>(), &meant).filter(id.eq(sql::<BigInt>(MET)));
        Part::Met { first: page(&owner.own(all.clone()), TURNS), meant, descending: *descending, limit: *limit }
    };
    let mut found = together::ask(conn, owners.iter().map(part).collect(), *descending)?;
    let wanted = usize::try_from(*limit).unwrap_or(usize::MAX);
    let broad =
        owners.iter().zip(&mut found).filter(|(owner, page)| page.len() < wanted && is_broad(&owner.own(filter.clone()), Order::Number));
    let (rare, pages): (Vec<_>, Vec<_>) = broad.unzip();
    let parts = rare.into_iter().map(|owner| Part::Page(page(&owner.own(filter.clone()), *limit))).collect();
    for (page, rest) in pages.into_iter().zip(together::ask(conn, parts, *descending)?) {
        *page = rest;
    }
    Ok(found)
}

/// How many products of each of several owners a filter lets through, in one statement.
pub fn counts(conn: &mut Conn, owners: &[Owner], filter: &ListingFilter) -> StoreResult<Vec<i64>> {
    let part = |owner: &Owner| Part::Count(filtered!(listings::table.count().into_boxed::<MultiBackend>(), &owner.own(filter.clone())));
    Ok(together::ask(conn, owners.iter().map(part).collect(), false)?.into_iter().flatten().collect())
}
