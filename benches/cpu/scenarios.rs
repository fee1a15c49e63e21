//! The table of scenarios: what is asked, how often, and how much it may cost.

use crate::client::Request;
use crate::sample::Sample;
use crate::words;
use std::collections::HashSet;

pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// The bare server's route, so that both servers do the routing.
    pub(crate) route: &'static str,
    pub(crate) kind: Kind,
    /// Makes up to so many requests, no two alike.
    pub(crate) requests: fn(&Sample, usize) -> Vec<Request>,
    /// Warm: requests in each round. Cold: different requests in all rounds together.
    pub(crate) count: usize,
    /// Requests to the bare server in each round; it is so quick that it needs more of them.
    pub(crate) bare_count: usize,
    pub(crate) connections: usize,
    pub(crate) limit: Limit,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// The same request again and again: the answer cache is meant to hit.
    Warm,
    /// Warm, with the entity tag of the answer: 304.
    Conditional,
    /// Never the same request twice, on a server that was just started: the cache cannot hit.
    Cold,
}

#[derive(Clone, Copy)]
pub(crate) enum Limit {
    /// So many times the bare handler's CPU time.
    Times(f64),
    /// So many microseconds of CPU time.
    Micros(f64),
}

const LOOKUP: Scenario = Scenario {
    name: "warm look-up",
    route: "/v1/products/{code}",
    kind: Kind::Warm,
    requests: lookups,
    count: 30_000,
    bare_count: 30_000,
    connections: 16,
    limit: Limit::Times(1.3),
};

pub(crate) const ALL: &[Scenario] = &[
    LOOKUP,
    Scenario { name: "warm verification", route: "/v1/verifications/{code}", requests: verifications, ..LOOKUP },
    Scenario { name: "warm verdict page", route: "/{code}", requests: pages, limit: Limit::Times(1.5), ..LOOKUP },
    Scenario { name: "warm list of 50", route: "/v1/products", requests: lists, ..LOOKUP },
    Scenario { name: "warm conditional look-up (304)", kind: Kind::Conditional, ..LOOKUP },
    Scenario { name: "cold look-up", kind: Kind::Cold, count: 8_400, bare_count: 10_000, limit: Limit::Times(8.0), ..LOOKUP },
    Scenario {
        name: "cold verification",
        route: "/v1/verifications/{code}",
        kind: Kind::Cold,
        requests: verifications,
        count: 8_400,
        bare_count: 10_000,
        limit: Limit::Times(8.0),
        ..LOOKUP
    },
    Scenario {
        name: "cold filtered list of 50",
        route: "/v1/products",
        kind: Kind::Cold,
        requests: lists,
        count: 2_100,
        bare_count: 10_000,
        limit: Limit::Micros(400.0),
        ..LOOKUP
    },
    Scenario {
        name: "cold text search, three words",
        route: "/v1/products",
        kind: Kind::Cold,
        requests: searches,
        count: 2_100,
        bare_count: 10_000,
        limit: Limit::Micros(1_000.0),
        ..LOOKUP
    },
    Scenario {
        name: "batch of 100",
        route: "/v1/verifications",
        kind: Kind::Cold,
        requests: |sample, wanted| batches(sample, wanted, 100),
        count: 2_100,
        bare_count: 4_000,
        limit: Limit::Micros(1_000.0),
        ..LOOKUP
    },
    Scenario {
        name: "batch of 5,000",
        route: "/v1/verifications",
        kind: Kind::Cold,
        requests: |sample, wanted| batches(sample, wanted, 5_000),
        count: 42,
        bare_count: 200,
        // The bodies are megabytes: more connections would only fill the sockets' buffers.
        connections: 4,
        limit: Limit::Micros(40_000.0),
    },
    Scenario { name: "warm GraphQL by GET", requests: screens_by_get, ..GRAPHQL },
    Scenario { name: "warm GraphQL by POST", requests: screens, ..GRAPHQL },
    Scenario {
        name: "cold GraphQL: product, producer, its ten products",
        kind: Kind::Cold,
        requests: screens,
        count: 8_400,
        limit: Limit::Micros(300.0),
        ..GRAPHQL
    },
    Scenario {
        name: "cold GraphQL: 20 products with producers",
        kind: Kind::Cold,
        requests: shelves,
        count: 2_100,
        limit: Limit::Micros(400.0),
        ..GRAPHQL
    },
];

const GRAPHQL: Scenario = Scenario { name: "GraphQL", route: "/graphql", limit: Limit::Times(1.5), bare_count: 10_000, ..LOOKUP };

fn lookups(sample: &Sample, wanted: usize) -> Vec<Request> {
    one_per_code(sample, wanted, "/v1/products/")
}

fn verifications(sample: &Sample, wanted: usize) -> Vec<Request> {
    one_per_code(sample, wanted, "/v1/verifications/")
}

fn pages(sample: &Sample, wanted: usize) -> Vec<Request> {
    one_per_code(sample, wanted, "/")
}

fn one_per_code(sample: &Sample, wanted: usize, path: &str) -> Vec<Request> {
    let codes = sample.products.iter().map(|product| &product.code);
    codes.take(wanted).map(|code| Request::get(format!("{path}{code}"))).collect()
}

/// One screen of an app: a product, who makes it, and what else they make.
const SCREEN: &str = "query Screen($code: ID!) { product(code: $code) { code name { vi en } certification { outcome stars validUntil } \
                      producer { code name place { now { name } } products(first: 10) { nodes { code name { vi } certification { outcome stars } } } } } }";

fn screens(sample: &Sample, wanted: usize) -> Vec<Request> {
    let ask = |code: &String| serde_json::json!({"query": SCREEN, "variables": {"code": code}}).to_string();
    sample.products.iter().take(wanted).map(|product| Request::post("/graphql", ask(&product.code))).collect()
}

fn screens_by_get(sample: &Sample, wanted: usize) -> Vec<Request> {
    let query = words::percent_encode(SCREEN);
    let target = |code: &String| format!("/graphql?query={query}&variables={}", words::percent_encode(&format!("{{\"code\":\"{code}\"}}")));
    sample.products.iter().take(wanted).map(|product| Request::get(target(&product.code))).collect()
}

/// A shelf: 20 products of a filtered list, each with its producer.
const SHELF: &str = "query Shelf($province: String!, $after: String) { products(province: $province, stars: 4, status: [valid], first: 20, after: $after) \
                     { nodes { code name { vi } certification { outcome stars validUntil } producer { code name place { now { name } } } } pageInfo { endCursor hasNextPage } } }";

fn shelves(sample: &Sample, wanted: usize) -> Vec<Request> {
    let shelf = |target: &String| {
        let value = |name: &str| target.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let body = serde_json::json!({"query": SHELF, "variables": {"province": value("province"), "after": value("after")}});
        Request::post("/graphql", body.to_string())
    };
    sample.list_targets.iter().take(wanted).map(shelf).collect()
}

fn lists(sample: &Sample, wanted: usize) -> Vec<Request> {
    let targets = sample.list_targets.iter().take(wanted);
    targets.map(Request::get).collect()
}

/// Half of the people leave out the marks of Vietnamese letters, so every other request does.
fn searches(sample: &Sample, wanted: usize) -> Vec<Request> {
    let triples = words::triples(&sample.products, wanted);
    let phrases = triples.iter().enumerate().map(|(index, words)| {
        let words = words.iter().map(|word| {
            let folded = if index % 2 == 0 { words::fold(word) } else { word.clone() };
            words::percent_encode(&folded)
        });
        words.collect::<Vec<_>>().join("+")
    });
    phrases.map(|phrase| Request::get(format!("/v1/products?q={phrase}&first=20"))).collect()
}

/// Slices of the sample, in a circle: where it is short, a code comes again in another batch.
fn batches(sample: &Sample, wanted: usize, size: usize) -> Vec<Request> {
    let codes: Vec<_> = sample.products.iter().map(|product| &product.code).collect();
    let mut known = HashSet::new();
    (0..wanted)
        // One code further in each turn of the circle, so that its slices are not the same again.
        .map(|batch| batch * size + batch * size / codes.len().max(1))
        .filter_map(|start| {
            let circle = codes.iter().cycle().skip(start % codes.len().max(1));
            let identifiers: Vec<_> = circle.take(size).collect();
            let body = serde_json::json!({ "identifiers": identifiers }).to_string();
            known.insert(body.clone()).then_some(body)
        })
        .map(|body| Request::post("/v1/verifications", body))
        .collect()
}
