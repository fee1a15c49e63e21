//! Lists of products on a day: filters, orders, keyset pages, counts. Every question names its day
//! and asks the spans of [`super::projection`].

use super::connection::{Conn, MultiBackend, by_number};
use super::error::{StoreError, StoreResult};
use super::record::{decode, find_stored};
use super::schema::{listings, records};
use super::search::{self, Words};
use super::walk::{is_broad, walk};
use crate::domain::record::Record;
use crate::domain::timeline::Standing;
use diesel::prelude::*;

/// What products are filtered by. Days are numbers, as in the spans.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListingFilter {
    /// The day that all else is about.
    pub day: i32,
    /// Standings, any of them; empty: all.
    pub standings: Vec<Standing>,
    /// Fewest stars.
    pub stars_min: Option<i16>,
    /// Most stars.
    pub stars_max: Option<i16>,
    /// Regime of the certificate.
    pub regime: Option<String>,
    /// Group.
    pub group: Option<i16>,
    /// Set.
    pub set: Option<i16>,
    /// Legal forms of the producer, any of them; empty: all.
    pub forms: Vec<String>,
    /// Producer.
    pub producer: Option<i64>,
    /// Product.
    pub product: Option<i64>,
    /// Where.
    pub place: Option<PlaceFilter>,
    /// First and last day on which the term may end.
    pub ends: Option<(i32, i32)>,
}

/// One unit, of today or of the division before.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PlaceFilter {
    /// Today's province.
    ProvinceNow(String),
    /// A province of the old division.
    ProvinceThen(String),
    /// A district of the old division.
    DistrictThen(String),
    /// Today's commune.
    CommuneNow(String),
    /// A commune of the old division.
    CommuneThen(String),
}

/// The order of a list; ties are broken by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By number, which is the order of registration.
    Number,
    /// By folded name.
    Name,
    /// By the end of the term; products without one first.
    End,
    /// By stars.
    Stars,
}

/// A position in an order: the key of a row and its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// The name, for [`Order::Name`].
    pub text: String,
    /// The day or the stars, for the others.
    pub value: i32,
    /// The product.
    pub id: i64,
}

impl At {
    /// A place in the order of numbers.
    pub fn number(id: i64) -> Self {
        Self { text: String::new(), value: 0, id }
    }
}

/// Where a page begins and which way it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyset {
    /// The order.
    pub order: Order,
    /// Whether it is turned round.
    pub descending: bool,
    /// The row before the page.
    pub after: Option<At>,
    /// Rows at most.
    pub limit: i64,
}

/// Which names a page is limited to, in a ranked search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameRange {
    /// Exactly this folded name.
    Is(String),
    /// Longer names that begin with it.
    Longer(String),
}

/// A row of a page.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Where it stands.
    pub at: At,
    stored: Vec<u8>,
}

impl Listed {
    /// The record, read from its stored form.
    pub fn record(&self) -> StoreResult<Record> {
        decode(&self.stored)
    }
}

/// Applies a filter to a boxed query over the spans.
macro_rules! filtered {
    ($query:expr, $filter:expr) => {{
        use $crate::store::listing::PlaceFilter;
        use $crate::store::schema::listings::dsl as l;
        let filter: &$crate::store::listing::ListingFilter = $filter;
        let mut query = $query.filter(l::first_day.le(filter.day)).filter(l::last_day.ge(filter.day));
        match filter.standings.as_slice() {
            [] => {}
            [one] => query = query.filter(l::standing.eq(one.as_str())),
            // Two are common ("in force") and as a plain OR their statement can be kept prepared.
            [one, two] => query = query.filter(l::standing.eq(one.as_str()).or(l::standing.eq(two.as_str()))),
            several => query = query.filter(l::standing.eq_any(several.iter().map(|s| s.as_str()).collect::<Vec<_>>())),
        }
        match (filter.stars_min, filter.stars_max) {
            (Some(min), Some(max)) if min == max => query = query.filter(l::stars.eq(min)),
            (min, max) => {
                if let Some(min) = min {
                    query = query.filter(l::stars.ge(min));
                }
                if let Some(max) = max {
                    query = query.filter(l::stars.le(max)).filter(l::stars.gt(0));
                }
            }
        }
        if let Some(regime) = &filter.regime {
            query = query.filter(l::regime.eq(regime.clone()));
        }
        if let Some(group) = filter.group {
            query = query.filter(l::group_no.eq(group));
        }
        if let Some(set) = filter.set {
            query = query.filter(l::set_no.eq(set));
        }
        match filter.forms.as_slice() {
            [] => {}
            [one] => query = query.filter(l::form.eq(one.clone())),
            several => query = query.filter(l::form.eq_any(several.to_vec())),
        }
        if let Some(producer) = filter.producer {
            query = query.filter(l::producer_id.eq(producer));
        }
        if let Some(product) = filter.product {
            query = query.filter(l::product_id.eq(product));
        }
        match &filter.place {
            None => {}
            Some(PlaceFilter::ProvinceNow(key)) => query = query.filter(l::province_now.eq(key.clone())),
            Some(PlaceFilter::ProvinceThen(key)) => query = query.filter(l::province_then.eq(key.clone())),
            Some(PlaceFilter::DistrictThen(key)) => query = query.filter(l::district_then.eq(key.clone())),
            Some(PlaceFilter::CommuneNow(key)) => query = query.filter(l::commune_now.eq(key.clone())),
            Some(PlaceFilter::CommuneThen(key)) => query = query.filter(l::commune_then.eq(key.clone())),
        }
        if let Some((first, last)) = filter.ends {
            query = query.filter(l::valid_until.ge(first)).filter(l::valid_until.le(last));
        }
        query
    }};
}
pub(super) use filtered;

/// Adds order, start and limit. A row after (k, id) has key ≥ k and either key > k or a higher
/// number; the first half alone lets an index begin there.
macro_rules! paged {
    ($query:expr, $keyset:expr, $column:expr, $key:expr) => {{
        let id = listings::product_id;
        let mut query = $query;
        if let Some(at) = &$keyset.after {
            query = if $keyset.descending {
                query.filter($column.le($key(at))).filter($column.lt($key(at)).or(id.lt(at.id)))
            } else {
                query.filter($column.ge($key(at))).filter($column.gt($key(at)).or(id.gt(at.id)))
            };
        }
        if $keyset.descending { query.order(($column.desc(), id.desc())) } else { query.order(($column.asc(), id.asc())) }
    }};
}

/// The spans as a boxed query that selects the given columns.
macro_rules! spans {
    ($columns:expr, $filter:expr, $names:expr) => {{
        use $crate::store::listing::NameRange;
        let query = filtered!(listings::table.select($columns).into_boxed::<MultiBackend>(), $filter);
        match $names {
            None => query,
            Some(NameRange::Is(name)) => query.filter(listings::name_key.eq(name.clone())),
            Some(NameRange::Longer(name)) => {
                query.filter(listings::name_key.gt(name.clone())).filter(listings::name_key.lt(format!("{name}\u{10ffff}")))
            }
        }
    }};
}
pub(super) use spans;

/// One page of products, in the order asked.
pub fn page(conn: &mut Conn, filter: &ListingFilter, names: Option<&NameRange>, keyset: &Keyset) -> StoreResult<Vec<Listed>> {
    let broad = names.is_none() && is_broad(filter, keyset.order);
    if names.is_none() && !broad && keyset.order == Order::Number {
        let from = keyset.after.as_ref().map(|at| at.id);
        return by_index(conn, filter, from, keyset.descending, keyset.limit);
    }
    let walked = if broad { walk(conn, filter, keyset)? } else { None };
    let found = match walked {
        Some(found) => found,
        None => keys(conn, filter, names, keyset)?,
    };
    with_records(conn, found)
}

/// A page of what a filter lets through that an index finds in the order of numbers, in one statement: on the way
/// to a database far away each counts.
fn by_index(conn: &mut Conn, filter: &ListingFilter, from: Option<i64>, descending: bool, limit: i64) -> StoreResult<Vec<Listed>> {
    let id = listings::product_id;
    // The sum hides from planners that they might as well begin with the records.
    let joined = listings::table.inner_join(records::table.on(records::product_id.eq(id + 0_i64)));
    let query = filtered!(joined.select((id, records::body)).into_boxed::<MultiBackend>(), filter);
    let rows: Vec<(i64, Vec<u8>)> = by_number!(query.limit(limit), id, from, descending).load(conn)?;
    Ok(rows.into_iter().map(|(id, stored)| Listed { at: At::number(id), stored }).collect())
}

/// Where the rows of a page stand. Records are read afterwards: joined here, a planner may begin
/// with them, or carry their bodies through a sort.
pub(super) fn keys(conn: &mut Conn, filter: &ListingFilter, names: Option<&NameRange>, keyset: &Keyset) -> StoreResult<Vec<At>> {
    let id = listings::product_id;
    Ok(match keyset.order {
        Order::Number => {
            let from = keyset.after.as_ref().map(|at| at.id);
            let query = spans!(id, filter, names).limit(keyset.limit);
            let rows: Vec<i64> = by_number!(query, id, from, keyset.descending).load(conn)?;
            rows.into_iter().map(At::number).collect()
        }
        Order::Name => {
            let query = spans!((id, listings::name_key), filter, names);
            let query = paged!(query, keyset, listings::name_key, |at: &At| at.text.clone());
            let rows: Vec<(i64, String)> = query.limit(keyset.limit).load(conn)?;
            rows.into_iter().map(|(id, text)| At { text, ..At::number(id) }).collect()
        }
        Order::End => {
            let query = spans!((id, listings::valid_until), filter, names);
            let query = paged!(query, keyset, listings::valid_until, |at: &At| at.value);
            let rows: Vec<(i64, i32)> = query.limit(keyset.limit).load(conn)?;
            rows.into_iter().map(|(id, value)| At { value, ..At::number(id) }).collect()
        }
        Order::Stars => {
            let query = spans!((id, listings::stars), filter, names);
            let query = paged!(query, keyset, listings::stars, |at: &At| i16::try_from(at.value).unwrap_or(0));
            let rows: Vec<(i64, i16)> = query.limit(keyset.limit).load(conn)?;
            rows.into_iter().map(|(id, stars)| At { value: stars.into(), ..At::number(id) }).collect()
        }
    })
}

/// Numbers in one statement.
pub(super) const CHUNK: usize = 500;

/// Reads the records of a page, in its order.
fn with_records(conn: &mut Conn, found: Vec<At>) -> StoreResult<Vec<Listed>> {
    let ids: Vec<i64> = found.iter().map(|at| at.id).collect();
    let mut stored = find_stored(conn, &ids)?;
    found
        .into_iter()
        .map(|at| match stored.binary_search_by_key(&at.id, |(id, _)| *id) {
            Ok(place) => Ok(Listed { stored: std::mem::take(&mut stored[place].1), at }),
            Err(_) => Err(StoreError::Query(format!("product {} is listed but has no record", at.id))),
        })
        .collect()
}

/// One page of products whose names do not begin with the words but that carry all of them, by
/// number. The text index gives candidates in order, the spans say which of them are meant.
pub fn page_of_words(conn: &mut Conn, filter: &ListingFilter, words: &Words, except: &str, keyset: &Keyset) -> StoreResult<Vec<Listed>> {
    let wanted = usize::try_from(keyset.limit).unwrap_or(0);
    let (mut from, mut step) = (keyset.after.as_ref().map(|at| at.id), keyset.limit.max(16));
    let mut found = Vec::new();
    loop {
        let hits = search::hits(conn, words, from, keyset.descending, step)?;
        let Some(last) = hits.last() else { break };
        from = Some(*last);
        let exhausted = i64::try_from(hits.len()).unwrap_or(0) < step;
        for chunk in hits.chunks(CHUNK) {
            let mut ids = among(conn, filter, chunk, except)?;
            if keyset.descending {
                ids.reverse();
            }
            found.extend(ids.into_iter().map(At::number));
            if found.len() >= wanted {
                break;
            }
        }
        if found.len() >= wanted || exhausted {
            break;
        }
        step = (step * 4).min(20_000);
    }
    found.truncate(wanted);
    with_records(conn, found)
}

fn among(conn: &mut Conn, filter: &ListingFilter, ids: &[i64], except: &str) -> StoreResult<Vec<i64>> {
    let query = spans!(listings::product_id, filter, None::<&NameRange>)
        .filter(listings::product_id.eq_any(ids.to_vec()))
        .filter(listings::name_key.lt(except.to_owned()).or(listings::name_key.ge(format!("{except}\u{10ffff}"))))
        .order(listings::product_id);
    Ok(query.load(conn)?)
}
