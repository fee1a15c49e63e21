//! The renewal radar of a council: what runs out soon, what ran out and was not renewed.

use super::ReadResult;
use super::answer::Answer;
use super::cursor::PageAsk;
use super::product::{Order, PlaceFilter, ProductList};
use super::view::radar::{Radar, RadarBucket};
use crate::domain::day::{Day, number};
use crate::domain::renewal::Bucket;
use crate::store::listing::ListingFilter;
use crate::store::{Snapshot, count};

/// Counts of every bucket; `place` is what the council looks after, everything when `None`.
pub fn radar(snapshot: &mut Snapshot<'_>, place: Option<&PlaceFilter>, on: Day, look_back: i64) -> ReadResult<Answer> {
    let mut buckets = Vec::with_capacity(Bucket::ALL.len());
    for bucket in Bucket::ALL {
        let (ends_from, ends_until) = bucket.ends(on, look_back);
        let count = count::totals(snapshot.conn, &filter(*bucket, place, on, look_back))?;
        buckets.push(RadarBucket { bucket: *bucket, ends_from, ends_until, products: count.products, producers: count.producers });
    }
    let view = Radar { buckets, data_version: snapshot.position, as_of: on };
    Ok(Answer::of(&view, snapshot.position))
}

/// Name of the order of a bucket's products, for cursors.
pub fn order(bucket: Bucket) -> String {
    format!("radar-{bucket}")
}

/// The products of a bucket as a list: those that end soonest first, of the expired ones the latest.
pub fn list(
    bucket: Bucket,
    place: Option<&PlaceFilter>,
    on: Day,
    look_back: i64,
    page: PageAsk,
    fields: Option<Vec<String>>,
) -> ProductList {
    ProductList {
        filter: filter(bucket, place, on, look_back),
        on,
        text: None,
        order: Order::End,
        descending: bucket == Bucket::Expired,
        order_name: order(bucket),
        page,
        fields,
        facets: Vec::new(),
    }
}

fn filter(bucket: Bucket, place: Option<&PlaceFilter>, on: Day, look_back: i64) -> ListingFilter {
    let (first, last) = bucket.ends(on, look_back);
    ListingFilter {
        day: number(on),
        standings: bucket.standings().to_vec(),
        place: place.cloned(),
        ends: Some((number(first), number(last))),
        ..ListingFilter::default()
    }
}
