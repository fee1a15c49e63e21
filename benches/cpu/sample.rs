//! What the registry under test holds, learnt through its own API before anything is measured.

use crate::Result;
use crate::client::{Connection, Request};
use crate::options::Options;
use crate::words::percent_encode;
use serde_json::Value;
use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Keys of the 34 provinces since 1 July 2025.
const PROVINCES: [&str; 34] = [
    "01", "04", "08", "11", "12", "14", "15", "19", "20", "22", "24", "25", "31", "33", "37", "38", "40", "42", "44", "46", "48", "51",
    "52", "56", "66", "68", "75", "79", "80", "82", "86", "91", "92", "96",
];

/// Products kept from the walk through the registry, evenly spread over all that it passed.
const KEPT: usize = 60_000;

/// Different list requests looked for; the scenarios take fewer.
const LISTS: usize = 2_500;

/// Rows between two starting points of lists: wide steps first, narrow ones in a small registry.
const STRIDES: [usize; 4] = [50, 23, 7, 3];

/// Rows of a list scenario.
const LIST_ROWS: usize = 50;

pub(crate) struct Product {
    pub(crate) code: String,
    pub(crate) name: String,
}

pub(crate) struct Sample {
    /// In random order.
    pub(crate) products: Vec<Product>,
    /// Filtered lists, no two alike, in random order.
    pub(crate) list_targets: Vec<String>,
}

pub(crate) fn collect(address: SocketAddr, options: &Options) -> Result<Sample> {
    let (walk_limit, lists) = if options.quick { (Duration::from_secs(10), LISTS / 5) } else { (Duration::from_secs(90), LISTS) };
    let mut api = Api { connection: Connection::open(address)? };
    let mut dice = Dice(0x0c0b_2026);
    let mut products = walk(&mut api, walk_limit, &mut dice)?;
    if products.is_empty() {
        return Err("the registry holds no products: generate some first".into());
    }
    dice.shuffle(&mut products);
    let mut list_targets = list_targets(&mut api, lists)?;
    dice.shuffle(&mut list_targets);
    Ok(Sample { products, list_targets })
}

/// Pages through the whole registry, one page of each province in turn: where time runs out
/// before the end, the sample still comes from everywhere.
fn walk(api: &mut Api, limit: Duration, dice: &mut Dice) -> Result<Vec<Product>> {
    let started = Instant::now();
    let mut kept: Vec<Product> = Vec::new();
    let mut passed = 0;
    let mut open: Vec<_> = PROVINCES.iter().map(|key| (*key, None)).collect();
    while !open.is_empty() && started.elapsed() < limit {
        let mut still_open = Vec::new();
        for (key, cursor) in open {
            let target = format!("/v1/products?province=VN34-{key}&first=200&fields=code,name");
            let page = api.page(&target, cursor.as_deref())?;
            for product in page.products()? {
                passed += 1;
                if kept.len() < KEPT {
                    kept.push(product);
                } else if let Some(place) = kept.get_mut(dice.below(passed)) {
                    *place = product;
                }
            }
            if let Some(next) = page.next() {
                still_open.push((key, Some(next)));
            }
        }
        open = still_open;
    }
    let whole = if open.is_empty() { "all" } else { "the first" };
    eprintln!("sampled {} of {whole} {passed} products in {:.1} s", kept.len(), started.elapsed().as_secs_f64());
    Ok(kept)
}

/// Lists of 50 that start at different rows of the 34 provinces.
fn list_targets(api: &mut Api, wanted: usize) -> Result<Vec<String>> {
    let mut known = HashSet::new();
    let mut targets = Vec::new();
    let mut shorter = Vec::new();
    let per_province = wanted.div_ceil(PROVINCES.len());
    for stride in STRIDES {
        for key in PROVINCES {
            let filter = format!("/v1/products?province=VN34-{key}&stars=4&status=valid");
            let step = format!("{filter}&first={stride}&fields=code");
            let mut starts = vec![None];
            let mut rows = 0;
            while starts.len() <= per_province + LIST_ROWS / stride {
                let cursor: Option<&String> = starts.last().and_then(Option::as_ref);
                let page = api.page(&step, cursor.map(String::as_str))?;
                rows += page.items()?.len();
                let Some(next) = page.next() else { break };
                starts.push(Some(next));
            }
            for (index, start) in starts.into_iter().enumerate() {
                let after = start.map_or(String::new(), |cursor| format!("&after={}", percent_encode(&cursor)));
                let target = format!("{filter}&first={LIST_ROWS}{after}");
                if !known.insert(target.clone()) {
                    continue;
                }
                if index * stride + LIST_ROWS <= rows {
                    targets.push(target);
                } else {
                    shorter.push(target);
                }
            }
        }
        if targets.len() >= wanted {
            break;
        }
    }
    // A registry too small for full lists is still good for a trial of this bench.
    if targets.len() < 100 {
        eprintln!("fewer than 100 full lists of {LIST_ROWS}: shorter ones are asked too");
        targets.append(&mut shorter);
    }
    Ok(targets)
}

struct Api {
    connection: Connection,
}

struct Page(Value);

impl Api {
    fn page(&mut self, target: &str, cursor: Option<&str>) -> Result<Page> {
        let target = match cursor {
            Some(cursor) => format!("{target}&after={}", percent_encode(cursor)),
            None => target.to_owned(),
        };
        let answer = self.connection.ask(&Request::get(&target).to_bytes(None))?;
        if answer.status != 200 {
            let body = String::from_utf8_lossy(&answer.body);
            return Err(format!("{} to {target}: {body}", answer.status).into());
        }
        Ok(Page(serde_json::from_slice(&answer.body)?))
    }
}

impl Page {
    fn items(&self) -> Result<&Vec<Value>> {
        let items = self.0["items"].as_array();
        items.ok_or_else(|| "a list without items".into())
    }

    fn products(&self) -> Result<Vec<Product>> {
        self.items()?
            .iter()
            .map(|item| {
                let code = item["code"].as_str().ok_or("a product without a code")?;
                let name = item["name"]["vi"].as_str().unwrap_or_default();
                Ok(Product { code: code.to_owned(), name: name.to_owned() })
            })
            .collect()
    }

    /// The cursor of the next page, where there is one.
    fn next(&self) -> Option<String> {
        let info = &self.0["pageInfo"];
        let cursor = info["endCursor"].as_str()?;
        info["hasNextPage"].as_bool()?.then(|| cursor.to_owned())
    }
}

/// A small random generator (SplitMix64) with a fixed seed: the same requests in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % bound.max(1) as u64).unwrap_or(0)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
