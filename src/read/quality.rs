//! What is missing or weak in the data that a council looks after.

use super::ReadResult;
use super::answer::Answer;
use super::cursor::{Cursor, PageAsk, settle};
use super::product::{ListingFilter, PlaceFilter};
use super::view::decision::Decision;
use super::view::page::Page;
use super::view::product::Product;
use super::view::quality::{DecisionFinding, ProductFinding, Quality};
use crate::domain::day::{Day, number};
use crate::domain::quality::{DecisionGap, LATE_AFTER, ProductGap};
use crate::domain::regime::FEWEST_STARS;
use crate::domain::timeline::Standing;
use crate::store::{Snapshot, quality, record};

/// Name of the order of products with a gap, for cursors.
pub const PRODUCTS_ORDER: &str = "quality-products";
/// Name of the order of decisions with a gap, for cursors.
pub const DECISIONS_ORDER: &str = "quality-decisions";

/// What a council looks after: products of a place, decisions of authorities; everything where `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Where the products are.
    pub place: Option<PlaceFilter>,
    /// Keys of those who signed the decisions.
    pub issuers: Option<Vec<String>>,
}

/// Counts of every gap.
pub fn quality(snapshot: &mut Snapshot<'_>, area: &Area, on: Day) -> ReadResult<Answer> {
    let mut products = Vec::with_capacity(ProductGap::ALL.len());
    for gap in ProductGap::ALL {
        let count = quality::count_products(snapshot.conn, &filter(*gap, area, on), *gap)?;
        products.push(ProductFinding { gap: *gap, count });
    }
    let mut decisions = Vec::with_capacity(DecisionGap::ALL.len());
    for gap in DecisionGap::ALL {
        let count = quality::count_decisions(snapshot.conn, area.issuers.as_deref(), *gap)?;
        decisions.push(DecisionFinding { gap: *gap, count });
    }
    let view = Quality { products, decisions, late_after_days: LATE_AFTER, data_version: snapshot.position, as_of: on };
    Ok(Answer::of(&view, snapshot.position))
}

/// A page of the products with a gap.
pub fn products(
    snapshot: &mut Snapshot<'_>,
    area: &Area,
    gap: ProductGap,
    page: &PageAsk,
    on: Day,
    fields: Option<&[String]>,
) -> ReadResult<Answer> {
    let ids = quality::products(snapshot.conn, &filter(gap, area, on), gap, page.id(), page.backwards(), page.limit())?;
    let (ids, page_info) = settle(ids, page, |id| Cursor::by_number(PRODUCTS_ORDER, *id));
    let items = record::find_all(snapshot.conn, &ids)?.into_iter().map(|record| Product::of(record, on, false)).collect();
    Answer::page(Page { items, page_info, facets: None, data_version: snapshot.position, as_of: on }, fields)
}

/// A page of the decisions with a gap.
pub fn decisions(
    snapshot: &mut Snapshot<'_>,
    area: &Area,
    gap: DecisionGap,
    page: &PageAsk,
    on: Day,
    fields: Option<&[String]>,
) -> ReadResult<Answer> {
    let rows = quality::decisions(snapshot.conn, area.issuers.as_deref(), gap, page.id(), page.backwards(), page.limit())?;
    let (rows, page_info) = settle(rows, page, |row| Cursor::by_number(DECISIONS_ORDER, row.id));
    let items = rows.into_iter().map(|row| Decision::of(row, None)).collect();
    Answer::page(Page { items, page_info, facets: None, data_version: snapshot.position, as_of: on }, fields)
}

fn filter(gap: ProductGap, area: &Area, on: Day) -> ListingFilter {
    let all = ListingFilter { day: number(on), place: area.place.clone(), ..ListingFilter::default() };
    match gap {
        ProductGap::MissingGtin => {
            ListingFilter { standings: vec![Standing::Valid, Standing::Extended], stars_min: Some(i16::from(FEWEST_STARS)), ..all }
        }
        ProductGap::PortalOrPress => all,
    }
}
