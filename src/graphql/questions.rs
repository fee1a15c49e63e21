//! The questions: the fields of `Query` with their arguments. The words are those of the REST side.

use super::model::{Argument, DATE, Field, Kind, Noun, Source, Ty, Type, Word, add};
use crate::domain::day::Day;
use crate::domain::place::PlaceId;
use crate::error::Problem;
use crate::read::batch::BatchEntry;
use crate::read::certificate::CertificateFilter;
use crate::read::cursor::PageAsk;
use crate::read::decision::DecisionFilter;
use crate::read::place::PlaceFilter;
use crate::read::producer::ProducerFilter;
use crate::read::product::{ListingFilter, ProductList};
use crate::read::stats::By;
use crate::read::verification::Identifier;
use std::collections::BTreeMap;

/// What a field of `Query` asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    One(Noun),
    Node,
    Nodes,
    Products,
    Producers,
    Decisions,
    Certificates,
    Places,
    Groups,
    Sets,
    Regimes,
    Stats,
    Changes,
    Verify,
    VerifyBatch,
    DataVersion,
    AsOf,
    Licence,
}

/// The key of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Number(i64),
    Place(PlaceId),
}

/// A question with its arguments read.
pub(super) enum Question {
    One(Noun, Option<Key>),
    Nodes(Vec<Option<(Noun, Key)>>),
    Products(Box<ProductList>),
    Producers(ProducerFilter, PageAsk),
    Decisions(DecisionFilter, PageAsk),
    Certificates(CertificateFilter, PageAsk),
    Places(PlaceFilter, PageAsk),
    Groups,
    Sets,
    Regimes,
    Stats(Box<ListingFilter>, Vec<By>),
    Changes { after: i64, first: u32 },
    Verify(String, Identifier),
    VerifyBatch(Vec<BatchEntry>),
    DataVersion,
    AsOf,
    Licence,
}

/// A question and the day that it is about.
pub(super) struct Asked {
    pub(super) question: Question,
    pub(super) on: Day,
    /// Items of a list that cannot be read, by their places in it.
    pub(super) failed: Vec<(usize, Problem)>,
}

impl Asked {
    pub(super) const fn of(question: Question, on: Day) -> Self {
        Self { question, on, failed: Vec::new() }
    }
}

const fn argument(name: &'static str, ty: Ty, about: &'static str) -> Argument {
    Argument { name, ty, about }
}

/// Arguments as (name, type, description).
fn arguments(rows: &[(&'static str, &str, &'static str)]) -> Vec<Argument> {
    rows.iter().map(|(name, ty, about)| argument(name, Ty::of(ty), about)).collect()
}

const ON: (&str, &str, &str) = ("on", DATE, "The day that statuses are about; today in Vietnam when left out.");

const PAGE: [(&str, &str, &str); 4] = [
    ("first", "Int", "Items at most, 1-200, from the beginning or from `after` on; 20 when neither `first` nor `last` is given."),
    ("after", "String", "Cursor: items after it."),
    ("last", "Int", "Items at most, 1-200, up to the end or up to `before`."),
    ("before", "String", "Cursor: items before it; together with `last`."),
];

/// The arguments of every page.
pub(super) fn page() -> Vec<Argument> {
    arguments(&PAGE)
}

const LEVEL: (&str, &str, &str) = ("level", "PlaceLevel", "Level.");
const EXISTING: (&str, &str, &str) =
    ("on", DATE, "Only units that existed on this day; at the root, the day that statuses within them are about.");

/// The arguments of the products of something: all that products are filtered by, but that itself.
pub(super) fn products_of(leave: &[&str]) -> Vec<Argument> {
    let filter = FILTER.iter().filter(|(name, ..)| !leave.contains(name)).chain(&ENDS).chain(&PAGE);
    arguments(&filter.copied().collect::<Vec<_>>())
}

/// The arguments of the producers of a province.
pub(super) fn producers_of() -> Vec<Argument> {
    arguments(&[&PRODUCERS[..], &PAGE].concat())
}

/// The arguments of the decisions of an authority.
pub(super) fn decisions_of() -> Vec<Argument> {
    arguments(&[&DECISIONS[..], &PAGE].concat())
}

/// The arguments of the units within a place.
pub(super) fn places_within() -> Vec<Argument> {
    arguments(&[&[LEVEL, EXISTING][..], &PAGE].concat())
}

const FILTER: [(&str, &str, &str); 12] = [
    ("province", "String", "Province, by key (`VN34-24` now, `VN63-24` before July 2025) or by a name that means one."),
    ("district", "String", "District of the division before July 2025, by key or by a name that means one, within `province` when given."),
    ("commune", "String", "Commune, now or then, by key or by a name that means one, within `province` when given."),
    ("group", "Int", "Product group, 1-6."),
    ("set", "Int", "Product set, 1-26."),
    ("stars", "Int", "Exactly so many stars."),
    ("starsMin", "Int", "At least so many stars."),
    ("starsMax", "Int", "At most so many stars, among products whose stars are known."),
    ("status", "[Standing!]", "Standing on the day: any of these."),
    ("producer", "ID", "Registry code of the producer."),
    ("form", "[ProducerForm!]", "Legal forms of the producer: any of these."),
    ("regime", "RegimeCode", "Legal regime of the certificate."),
];

const ENDS: [(&str, &str, &str); 2] = [
    ("expiresWithin", "Int", "Valid or extended, with the last day at most so many days after the day."),
    ("expiredSince", DATE, "Expired on the day, with the last valid day on or after this one."),
];

const PRODUCERS: [(&str, &str, &str); 2] = [
    ("name", "String", "Beginning of the name, in any case and with or without diacritics."),
    ("form", "[ProducerForm!]", "Legal forms: any of these."),
];

const DECISIONS: [(&str, &str, &str); 3] = [
    ("number", "String", "Number as printed, in any case."),
    ("kind", "DecisionKind", "What it does."),
    ("year", "Int", "Year of signing."),
];

const LIST: [(&str, &str, &str); 5] = [
    (
        "q",
        "String",
        "Text, in any case and with or without diacritics. Best first: exact code or barcode, exact name, beginning of the name, all words in names, producer and province. Excludes `sort`.",
    ),
    ("validOn", DATE, "Short for `on` and the statuses `valid` and `extended`."),
    ("sort", "ProductOrder", "The order; `code` when left out, with `expiresWithin` or `expiredSince` it is `validUntil`."),
    ("descending", "Boolean", "Whether the order is turned round."),
    ("facets", "[Dimension!]", "Properties that the field `facets` counts by."),
];

const DECISION: [(&str, &str, &str); 4] = [
    ("number", "String!", "Number of the decision as printed."),
    ("issuer", "String!", "Who signed: key of the authority, or words of its name."),
    ("name", "String!", "Name of the product, with or without diacritics."),
    ("year", "Int", "Year of signing: numbers restart every year."),
];

/// Every question: name, type of its answer, arguments, description.
fn questions() -> Vec<Field> {
    let ask = |name: &str, ty: &str, rows: Vec<Argument>, about: &str, ask: Ask| Field {
        name: name.into(),
        ty: Ty::of(ty),
        about: about.into(),
        arguments: rows,
        source: Source::Question(ask),
    };
    let joined = |parts: &[&[(&'static str, &str, &'static str)]]| parts.iter().flat_map(|part| arguments(part)).collect::<Vec<_>>();
    let coded = |noun: &str, about: &'static str, on: bool, asked| {
        let rows = [("code", "ID!", "Registry code, as people write it: any case, spaces or hyphens between.")];
        let ty = format!("{}{}", noun[..1].to_uppercase(), &noun[1..]);
        ask(noun, &ty, if on { joined(&[&rows, &[ON]]) } else { arguments(&rows) }, about, Ask::One(asked))
    };
    vec![
        coded("product", "One product; `null` when nothing is known under the code.", true, Noun::Product),
        coded("producer", "One producer; `null` when nothing is known under the code.", true, Noun::Producer),
        coded("decision", "One decision; `null` when nothing is known under the code.", true, Noun::Decision),
        coded("certificate", "One certificate; `null` when nothing is known under the code.", true, Noun::Certificate),
        ask(
            "place",
            "Place",
            arguments(&[("key", "ID!", "Stable key, such as `VN34-91`."), ON]),
            "One place; `null` when there is none.",
            Ask::One(Noun::Place),
        ),
        ask(
            "node",
            "Node",
            joined(&[&[("id", "ID!", "Global id.")], &[ON]]),
            "The thing of a global id; `null` when there is none.",
            Ask::Node,
        ),
        ask(
            "nodes",
            "[Node!]",
            joined(&[&[("ids", "[ID!]!", "Global ids, at most 200.")], &[ON]]),
            "The things of global ids, in their order, with `null` where there is none.",
            Ask::Nodes,
        ),
        ask(
            "products",
            "ProductConnection",
            joined(&[&LIST, &ENDS, &FILTER, &[ON], &PAGE]),
            "Certified products and those that were, with what each is on a day.",
            Ask::Products,
        ),
        ask(
            "producers",
            "ProducerConnection",
            joined(&[
                &PRODUCERS,
                &[
                    (
                        "province",
                        "String",
                        "Province of today, by key or name; a province of before July 2025 means the one it became part of.",
                    ),
                    ON,
                ],
                &PAGE,
            ]),
            "Producers of the programme, by registry code.",
            Ask::Producers,
        ),
        ask(
            "decisions",
            "DecisionConnection",
            joined(&[
                &[("issuer", "String", "Key of the authority that signed: that of the unit, or of the ministry.")],
                &DECISIONS,
                &[ON],
                &PAGE,
            ]),
            "Decisions that recognised products, withdrew, annulled or extended, by registry code.",
            Ask::Decisions,
        ),
        ask(
            "certificates",
            "CertificateConnection",
            joined(&[
                &[
                    ("product", "ID", "Registry code of the product."),
                    ("decision", "ID", "Registry code of the decision."),
                    ("issuer", "String", "Key of the authority that recognised."),
                    ("stars", "Int", "Exactly so many stars."),
                    ("regime", "RegimeCode", "Legal regime."),
                    ON,
                ],
                &PAGE,
            ]),
            "Certificates, with the status of each on a day, by registry code.",
            Ask::Certificates,
        ),
        ask(
            "places",
            "PlaceConnection",
            joined(&[
                &[
                    ("q", "String", "Words of the name, with or without diacritics; best first."),
                    LEVEL,
                    ("within", "String", "Key or unambiguous name of a unit around it."),
                    ("code", "String", "Code of the statistics office. Codes were re-used, so give `on` as well."),
                    EXISTING,
                ],
                &PAGE,
            ]),
            "Administrative units of today and of the division before July 2025, by key.",
            Ask::Places,
        ),
        ask("groups", "[Group!]!", arguments(&[ON]), "The six product groups, with what they were called before.", Ask::Groups),
        ask("sets", "[Set!]!", arguments(&[ON]), "The 26 product sets.", Ask::Sets),
        ask("regimes", "[Regime!]!", arguments(&[ON]), "The legal regimes, and who may recognise how many stars under each.", Ask::Regimes),
        ask(
            "stats",
            "Stats",
            joined(&[&[("by", "[Dimension!]", "Properties to count by.")], &FILTER, &[("on", DATE, "The day; today when left out.")]]),
            "Products and producers on a day, in all and by province, stars, group, form and more.",
            Ask::Stats,
        ),
        ask(
            "changes",
            "Changes",
            arguments(&[
                ("after", "Int", "Ledger position: changes after it; 0 when left out."),
                ("first", "Int", "Changes at most, 1-1000; 100 when left out."),
            ]),
            "Every change of the registry, by ledger position and without gaps.",
            Ask::Changes,
        ),
        ask(
            "verify",
            "Verification",
            joined(&[
                &[
                    (
                        "identifier",
                        "String",
                        "Registry code (of a product, certificate, producer or decision), barcode in any written form, or official product code. One with a wrong check digit is a typing error, never a \"not certified\".",
                    ),
                    ("decision", "DecisionIdentifier", "A product by decision and name, instead of `identifier`."),
                ],
                &[("on", DATE, "The day, past or to come; today in Vietnam when left out.")],
            ]),
            "Is the product under this identifier certified on that day?",
            Ask::Verify,
        ),
        ask(
            "verifyBatch",
            "[BatchItem!]",
            joined(&[
                &[
                    ("identifiers", "[String!]", "Identifiers, each as `verify` takes it."),
                    ("decisions", "[DecisionIdentifier!]", "Products by decision and name."),
                ],
                &[("on", DATE, "The day, past or to come; today in Vietnam when left out.")],
            ]),
            "Verifies up to 5,000 at once: as many answers as identifiers and decisions, in that order; one bad identifier fails only its own row. At most 500 of them may name a decision or a producer.",
            Ask::VerifyBatch,
        ),
        ask("dataVersion", "Int!", Vec::new(), "Ledger position that this answer belongs to.", Ask::DataVersion),
        ask("asOf", "Date!", Vec::new(), "Civil day in Vietnam on which this answer was given.", Ask::AsOf),
        ask("licence", "String!", Vec::new(), "Address of the licence of the data.", Ask::Licence),
    ]
}

const COUNTED_BY: [(&str, &str); 8] = [
    ("province", "Province of today, by key."),
    ("provinceThen", "Province of the division before July 2025, by key."),
    ("stars", "Stars of the certificate that governs."),
    ("status", "Standing on the day."),
    ("group", "Product group, by number."),
    ("set", "Product set, by number."),
    ("form", "Legal form of the producer."),
    ("regime", "Legal regime of the certificate that governs."),
];

const ORDERS: [(&str, &str); 4] = [
    ("code", "By registry code, which is the order of registration."),
    ("name", "By name without diacritics."),
    ("validUntil", "By last valid day; products without one first."),
    ("stars", "By stars."),
];

const LEVELS: [(&str, &str); 3] = [
    ("province", "Provinces and cities under the central government."),
    ("district", "Districts, towns and cities of a province; there are none since July 2025."),
    ("commune", "Communes, wards, townships and special zones."),
];

/// Adds `Query` and what its arguments need.
pub(super) fn add_to(types: &mut BTreeMap<String, Type>) {
    let about = "The public registry of certified OCOP products of Vietnam (Mỗi xã một sản phẩm, One Commune One Product).";
    add(types, "Query", about, Kind::Object(questions()));
    let words = |rows: &[(&str, &str)]| {
        Kind::Words(rows.iter().map(|(name, about)| Word { name: (*name).to_owned(), about: (*about).to_owned() }).collect())
    };
    add(types, "Dimension", "What products can be counted by.", words(&COUNTED_BY));
    add(types, "ProductOrder", "Orders of lists of products; ties are broken by code.", words(&ORDERS));
    add(types, "PlaceLevel", "Levels of places.", words(&LEVELS));
    add(types, "DecisionIdentifier", "A product by decision and name.", Kind::Input(arguments(&DECISION)));
}
