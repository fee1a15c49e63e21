//! Counts of products and producers on a day.

use super::ReadResult;
use super::answer::Answer;
use super::product::{known, on_day};
use super::view::stats::{Breakdown, BreakdownRow, Stats};
use crate::domain::classification::classification;
use crate::domain::day::Day;
use crate::domain::place::gazetteer;
use crate::domain::regime::FEWEST_STARS;
use crate::domain::timeline::Standing;
use crate::store::Snapshot;
use crate::store::count::{self, Count, Dimension, Totals};
use crate::store::listing::ListingFilter;
use std::collections::HashMap;

/// How everything here is counted.
const RULE: &str = "products: each product once, by its standing on that day; certified: those with a certificate of at least 3 stars in its term or extension; producers: each producer known by name once per value";

/// A property to count by, and its name in requests.
pub type By = (&'static str, Dimension);

/// What can be counted by: the name in requests and the dimension.
pub const DIMENSIONS: [(&str, Dimension); 8] = [
    ("province", Dimension::ProvinceNow),
    ("provinceThen", Dimension::ProvinceThen),
    ("stars", Dimension::Stars),
    ("status", Dimension::Standing),
    ("group", Dimension::Group),
    ("set", Dimension::Set),
    ("form", Dimension::Form),
    ("regime", Dimension::Regime),
];

/// Counts on a day, by some properties, among the products that a filter lets through; rendered.
pub fn stats(snapshot: &mut Snapshot<'_>, filter: &ListingFilter, on: Day, by: &[(&'static str, Dimension)]) -> ReadResult<Answer> {
    let position = snapshot.position;
    Ok(Answer::of(&counts(snapshot, filter, on, by)?, position))
}

/// Counts on a day, by some properties, among the products that a filter lets through.
pub fn counts(snapshot: &mut Snapshot<'_>, filter: &ListingFilter, on: Day, by: &[(&'static str, Dimension)]) -> ReadResult<Stats> {
    let all = on_day(snapshot, filter, on)?;
    let certified = certified_among(&all);
    let totals = count::totals(snapshot.conn, &all)?;
    let certified_totals = match &certified {
        Some(certified) => count::totals(snapshot.conn, certified)?,
        None => Totals { products: 0, producers: 0 },
    };
    let mut breakdowns = Vec::with_capacity(by.len());
    for (name, dimension) in by {
        let rows = count::count_by(snapshot.conn, &all, None, *dimension)?;
        let certified = match &certified {
            Some(certified) => count::count_by(snapshot.conn, certified, None, *dimension)?,
            None => Vec::new(),
        };
        let mut certified: HashMap<String, Count> = certified.into_iter().map(|count| (count.key.clone(), count)).collect();
        let values = rows
            .into_iter()
            .map(|count| {
                let yes = certified.remove(&count.key);
                BreakdownRow {
                    label: label(*dimension, &count.key),
                    value: known(count.key),
                    products: count.products,
                    producers: count.producers,
                    certified: yes.as_ref().map_or(0, |count| count.products),
                    certified_producers: yes.as_ref().map_or(0, |count| count.producers),
                }
            })
            .collect();
        breakdowns.push(Breakdown { by: (*name).to_owned(), values });
    }
    let Totals { products, producers } = totals;
    Ok(Stats {
        on,
        counting_rule: RULE.into(),
        products,
        certified: certified_totals.products,
        producers,
        certified_producers: certified_totals.producers,
        breakdowns,
        data_version: snapshot.position,
        as_of: on,
    })
}

/// The certified ones of what a filter lets through; `None` when its standings leave none.
fn certified_among(all: &ListingFilter) -> Option<ListingFilter> {
    let fewest = i16::from(FEWEST_STARS);
    let mut standings = vec![Standing::Valid, Standing::Extended];
    standings.retain(|standing| all.standings.is_empty() || all.standings.contains(standing));
    let stars_min = Some(all.stars_min.map_or(fewest, |least| least.max(fewest)));
    (!standings.is_empty()).then(|| ListingFilter { standings, stars_min, ..all.clone() })
}

fn label(dimension: Dimension, key: &str) -> Option<String> {
    match dimension {
        Dimension::ProvinceNow | Dimension::ProvinceThen => gazetteer().get(key).map(|id| gazetteer().place(id).name.to_owned()),
        Dimension::Group => classification().group(key.parse().ok()?).map(|group| group.vi.clone()),
        Dimension::Set => classification().set(key.parse().ok()?).map(|set| set.vi.clone()),
        _ => None,
    }
}
