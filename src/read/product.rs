//! Questions about products.

use super::answer::Answer;
use super::cursor::{Cursor, PageAsk, settle};
use super::merged::{look_elsewhere, survivor};
use super::view::page::Page;
use super::view::product::Product;
use super::view::stats::{Facet, FacetCount};
use super::{ReadResult, Reader};
use crate::domain::code::Noun;
use crate::domain::day::{Day, number};
use crate::domain::place::{Generation, Level, PlaceId, gazetteer};
use crate::domain::text::fold;
use crate::store::count::{self, Dimension};
use crate::store::listing::{self, At, Keyset, Listed, NameRange};
pub use crate::store::listing::{ListingFilter, Order, PlaceFilter};
pub use crate::store::owner::Owner;
use crate::store::{Snapshot, StoreResult, record, search};

/// A list of products.
#[derive(Debug, Clone)]
pub struct ProductList {
    /// The filter; its day is set from `on`.
    pub filter: ListingFilter,
    /// The day that statuses are about.
    pub on: Day,
    /// Text searched for; then the order is by rank.
    pub text: Option<String>,
    /// The order, when nothing is searched for.
    pub order: Order,
    /// Whether it is turned round.
    pub descending: bool,
    /// Name of the order, for cursors.
    pub order_name: String,
    /// The page.
    pub page: PageAsk,
    /// Members wanted; all when `None`.
    pub fields: Option<Vec<String>>,
    /// Counts wanted, with their names.
    pub facets: Vec<(&'static str, Dimension)>,
}

/// One product with its history.
pub async fn product(reader: &Reader, id: i64, on: Day, fields: Option<Vec<String>>) -> ReadResult<Answer> {
    let (record, position) = reader.door.glance(move |conn| record::find_at_position(conn, id)).await?;
    reader.learn(position);
    let Some(record) = record else { return look_elsewhere(reader, Noun::Product, id, on).await };
    Ok(Answer::single(Product::of(record, on, true), position, on, fields.as_deref()))
}

/// A page of products, rendered.
pub fn products(snapshot: &mut Snapshot<'_>, ask: &ProductList) -> ReadResult<Answer> {
    let (items, envelope) = settled(snapshot, ask)?;
    Answer::page_of(items, envelope, ask.fields.as_deref())
}

/// A page of products.
pub(super) fn page(snapshot: &mut Snapshot<'_>, ask: &ProductList) -> ReadResult<Page<Product>> {
    let (items, envelope) = settled(snapshot, ask)?;
    Ok(Page { items: items.collect::<ReadResult<_>>()?, ..envelope })
}

/// The products of a page, each made when its turn comes, and the page without them.
fn settled(
    snapshot: &mut Snapshot<'_>,
    ask: &ProductList,
) -> ReadResult<(impl ExactSizeIterator<Item = ReadResult<Product>>, Page<Product>)> {
    let rows = rows(snapshot, ask)?;
    let (rows, page_info) = settle(rows, &ask.page, |(tier, listed)| Cursor::at(&ask.order_name, *tier, &listed.at));
    let facets = if ask.facets.is_empty() { None } else { Some(facets(snapshot, ask)?) };
    let on = ask.on;
    let items = rows.into_iter().map(move |(_, listed)| Ok(Product::of(listed.record()?, on, false)));
    Ok((items, Page { items: Vec::new(), page_info, facets, data_version: snapshot.position, as_of: on }))
}

/// The rows of a page of products.
pub(super) fn rows(snapshot: &mut Snapshot<'_>, ask: &ProductList) -> ReadResult<Vec<(u8, Listed)>> {
    let filter = on_day(snapshot, &ask.filter, ask.on)?;
    Ok(match &ask.text {
        None => plain(snapshot, ask, &filter)?,
        Some(text) => ranked(snapshot, ask, &filter, &fold(text))?,
    })
}

/// A filter on a day; one that names a producer who was merged means the one who lives on.
pub(super) fn on_day(snapshot: &mut Snapshot<'_>, filter: &ListingFilter, on: Day) -> StoreResult<ListingFilter> {
    let mut filter = ListingFilter { day: number(on), ..filter.clone() };
    if let Some(asked) = filter.producer {
        filter.producer = survivor(snapshot.conn, Noun::Producer, asked)?.or(Some(asked));
    }
    Ok(filter)
}

/// The filter for what lies in a place.
pub fn in_place(id: PlaceId) -> PlaceFilter {
    let gazetteer = gazetteer();
    let place = gazetteer.place(id);
    let key = place.key.clone();
    match (place.level, place.generation) {
        (Level::Province, Generation::Of34) => PlaceFilter::ProvinceNow(gazetteer.place(gazetteer.province_now(id)).key.clone()),
        (Level::Province, Generation::Of63) => PlaceFilter::ProvinceThen(key),
        (Level::District, _) => PlaceFilter::DistrictThen(key),
        (Level::Commune, Generation::Of34) => PlaceFilter::CommuneNow(key),
        (Level::Commune, Generation::Of63) => PlaceFilter::CommuneThen(key),
    }
}

fn start(cursor: &Cursor) -> At {
    At { text: cursor.text.clone(), value: cursor.value, id: cursor.id }
}

fn plain(snapshot: &mut Snapshot<'_>, ask: &ProductList, filter: &ListingFilter) -> StoreResult<Vec<(u8, Listed)>> {
    let keyset = Keyset {
        order: ask.order,
        descending: ask.descending != ask.page.backwards(),
        after: ask.page.from.as_ref().map(|(cursor, _)| start(cursor)),
        limit: ask.page.limit(),
    };
    let rows = listing::page(snapshot.conn, filter, None, &keyset)?;
    Ok(rows.into_iter().map(|row| (0, row)).collect())
}

/// The rank groups of a search, best first.
const TIERS: [Tier; 4] = [Tier::Code, Tier::Name, Tier::Prefix, Tier::Words];

#[derive(Clone, Copy)]
enum Tier {
    /// The text is the product's code or barcode.
    Code,
    /// It is the product's name.
    Name,
    /// The name begins with it.
    Prefix,
    /// All its words occur in names, producer or province.
    Words,
}

fn ranked(snapshot: &mut Snapshot<'_>, ask: &ProductList, filter: &ListingFilter, folded: &str) -> StoreResult<Vec<(u8, Listed)>> {
    let backwards = ask.page.backwards();
    let mut tiers: Vec<(u8, Tier)> = (0..).zip(TIERS).collect();
    if backwards {
        tiers.reverse();
    }
    let mut after = None;
    if let Some((cursor, _)) = &ask.page.from {
        tiers.retain(|(tier, _)| if backwards { *tier <= cursor.tier } else { *tier >= cursor.tier });
        after = Some((cursor.tier, start(cursor)));
    }
    let mut rows = Vec::new();
    for (number, tier) in tiers {
        let missing = ask.page.limit() - i64::try_from(rows.len()).unwrap_or(0);
        if missing <= 0 {
            break;
        }
        let keyset = Keyset {
            order: if matches!(tier, Tier::Prefix) { Order::Name } else { Order::Number },
            descending: backwards,
            after: after.as_ref().filter(|(tier, _)| *tier == number).map(|(_, at)| at.clone()),
            limit: missing,
        };
        let found = tier_page(snapshot, ask, filter, folded, tier, &keyset)?;
        rows.extend(found.into_iter().map(|row| (number, row)));
    }
    Ok(rows)
}

fn tier_page(
    snapshot: &mut Snapshot<'_>,
    ask: &ProductList,
    filter: &ListingFilter,
    folded: &str,
    tier: Tier,
    keyset: &Keyset,
) -> StoreResult<Vec<Listed>> {
    let conn = &mut *snapshot.conn;
    match tier {
        Tier::Code => {
            let Some(product) = super::verification::product_of_text(conn, ask.text.as_deref().unwrap_or_default())? else {
                return Ok(Vec::new());
            };
            listing::page(conn, &ListingFilter { product: Some(product), ..filter.clone() }, None, keyset)
        }
        Tier::Name => listing::page(conn, filter, Some(&NameRange::Is(folded.to_owned())), keyset),
        Tier::Prefix => listing::page(conn, filter, Some(&NameRange::Longer(folded.to_owned())), keyset),
        Tier::Words => listing::page_of_words(conn, filter, &search::words(folded), folded, keyset),
    }
}

/// What the whole of a list is counted by: its filter, and the folded text where that is no code of a product.
fn counted(snapshot: &mut Snapshot<'_>, ask: &ProductList) -> StoreResult<(ListingFilter, Option<String>)> {
    let filter = on_day(snapshot, &ask.filter, ask.on)?;
    let Some(text) = ask.text.as_deref() else { return Ok((filter, None)) };
    Ok(match super::verification::product_of_text(snapshot.conn, text)? {
        Some(product) => (ListingFilter { product: Some(product), ..filter }, None),
        None => (filter, Some(fold(text))),
    })
}

/// Counts over the whole of a list.
pub fn facets(snapshot: &mut Snapshot<'_>, ask: &ProductList) -> StoreResult<Vec<Facet>> {
    let (filter, text) = &counted(snapshot, ask)?;
    let facet = |(by, dimension): &(&'static str, Dimension)| {
        let counts = count::count_by(snapshot.conn, filter, text.as_deref(), *dimension)?;
        let values =
            counts.into_iter().map(|count| FacetCount { value: known(count.key), products: count.products, producers: count.producers });
        Ok(Facet { by: (*by).to_owned(), values: values.collect() })
    };
    ask.facets.iter().map(facet).collect()
}

/// How many products a list has in all.
pub fn total(snapshot: &mut Snapshot<'_>, ask: &ProductList) -> StoreResult<i64> {
    let (filter, text) = counted(snapshot, ask)?;
    match text {
        None => Ok(count::totals(snapshot.conn, &filter)?.products),
        text => Ok(count::count_by(snapshot.conn, &filter, text.as_deref(), Dimension::Standing)?.iter().map(|count| count.products).sum()),
    }
}

/// The value of a count; the spans keep "not known" as 0 or as empty text.
pub(super) fn known(key: String) -> Option<String> {
    Some(key).filter(|key| !key.is_empty() && key != "0")
}
