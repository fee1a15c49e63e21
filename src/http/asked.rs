//! Questions as both query strings and GraphQL arguments put them: one function for each question, so
//! that every door takes the same words and refuses the same ones.

use super::params::Params;
use crate::domain::authority::authority;
use crate::domain::code::{self, CodeError, Noun};
use crate::domain::day::{Day, number, plus_days};
use crate::domain::decision_number;
use crate::domain::place::Level;
use crate::domain::producer::Form;
use crate::domain::record::DecisionKind;
use crate::domain::regime::Regime;
use crate::domain::text::fold;
use crate::domain::timeline::Standing;
use crate::error::{Code, Problem, Text, say};
use crate::read::batch::{BatchEntry, MOST_COMPOUND, MOST_IDENTIFIERS};
use crate::read::certificate::CertificateFilter;
use crate::read::cursor::PageAsk;
use crate::read::decision::DecisionFilter;
use crate::read::place::PlaceFilter as PlacesFilter;
use crate::read::producer::ProducerFilter;
use crate::read::product::{ListingFilter, Order, ProductList};
use crate::read::stats::DIMENSIONS;
use crate::read::verification::{DecisionAsk, Identifier};
use crate::read::{certificate, decision, place, producer, product};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ops::RangeInclusive;
use utoipa::ToSchema;

/// Years in which decisions may be signed: before 2018 there was no programme.
const YEARS: RangeInclusive<i64> = 2018..=2999;

/// Orders by name in requests: the order, and whether it is turned round.
const ORDERS: [(&str, (Order, bool)); 8] = [
    ("code", (Order::Number, false)),
    ("-code", (Order::Number, true)),
    ("name", (Order::Name, false)),
    ("-name", (Order::Name, true)),
    ("validUntil", (Order::End, false)),
    ("-validUntil", (Order::End, true)),
    ("stars", (Order::Stars, false)),
    ("-stars", (Order::Stars, true)),
];

/// A list of products; what statuses are about is `today` when no day is asked for.
pub fn products(params: &mut Params, today: Day) -> ProductList {
    let text = params.read("q", |text| {
        let unreadable = || {
            Problem::parameter(
                "q",
                Code::InvalidValue,
                say("Hãy tìm bằng ít nhất một chữ cái hoặc chữ số.", "Search for at least one letter or digit."),
            )
        };
        if fold(text).is_empty() { Err(unreadable()) } else { Ok(text.to_owned()) }
    });
    let valid_on = params.day("validOn");
    let on = params.day("on");
    let sort = params.word("sort", &ORDERS.map(|(name, order)| (name, (name, order))));
    for (name, given, other, clash) in [("on", on.is_some(), "validOn", valid_on.is_some()), ("sort", sort.is_some(), "q", text.is_some())]
    {
        if given && clash {
            let detail = say(format!("Không dùng {name} cùng với {other}."), format!("Use either {name} or {other}."));
            params.fault(name, Code::ConflictingParameters, detail);
        }
    }
    let day = valid_on.or(on).unwrap_or(today);
    let mut filter = filter(params);
    let mut narrow = |params: &mut Params, name: &str, standings: &[Standing]| {
        if filter.standings.is_empty() {
            filter.standings = standings.to_vec();
        } else {
            filter.standings.retain(|standing| standings.contains(standing));
            if filter.standings.is_empty() {
                let detail = say(format!("{name} và status loại trừ nhau."), format!("{name} and status exclude each other."));
                params.fault(name, Code::ConflictingParameters, detail);
            }
        }
    };
    let in_force = [Standing::Valid, Standing::Extended];
    if valid_on.is_some() {
        narrow(params, "validOn", &in_force);
    }
    let within = params.number("expiresWithin", 0, 3_650);
    let since = params.day("expiredSince");
    if within.is_some() {
        narrow(params, "expiresWithin", &in_force);
    }
    if since.is_some() {
        narrow(params, "expiredSince", &[Standing::Expired]);
    }
    filter.ends = match (within, since) {
        (Some(days), _) => Some((number(day), number(plus_days(day, days)))),
        (None, Some(since)) => Some((number(since), number(day))),
        (None, None) => None,
    };
    let facets = params.words("facets", &DIMENSIONS.map(|(name, dimension)| (name, (name, dimension))));
    // Who asks for what ends soon wants the soonest first, and the index has them in that order.
    let usual = if filter.ends.is_some() { ("validUntil", (Order::End, false)) } else { ("code", (Order::Number, false)) };
    let (order_name, (order, descending)) = sort.unwrap_or(usual);
    let order_name = if text.is_some() { "rank" } else { order_name };
    // A cursor belongs to one list: the same order of the same products.
    let asked = format!("{order_name} {text:?} {within:?} {since:?} {:?}", ListingFilter { ends: None, ..filter.clone() });
    let order_name = crate::read::cursor::name_of(&asked);
    let page = params.page(&order_name);
    ProductList { filter, on: day, text, order, descending, order_name, page, fields: None, facets }
}

/// The filters that lists and counts share.
pub fn filter(params: &mut Params) -> ListingFilter {
    let province = params.read("province", |name| place::resolve("province", name, Some(Level::Province), None));
    let district = params.read("district", |name| place::resolve("district", name, Some(Level::District), province));
    let commune = params.read("commune", |name| place::resolve("commune", name, Some(Level::Commune), district.or(province)));
    let place = commune.or(district).or(province).map(product::in_place);
    let stars = |params: &mut Params, name| params.number(name, 3, 5).and_then(|stars| i16::try_from(stars).ok());
    let exactly = stars(params, "stars");
    let (least, most) = (stars(params, "starsMin"), stars(params, "starsMax"));
    if exactly.is_some() && (least.is_some() || most.is_some()) {
        let detail = say("Không dùng stars cùng với starsMin hay starsMax.", "Use either stars or starsMin and starsMax.");
        params.fault("stars", Code::ConflictingParameters, detail);
    }
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        params.fault("starsMax", Code::ConflictingParameters, say("starsMax nhỏ hơn starsMin.", "starsMax is less than starsMin."));
    }
    let small = |value: Option<i64>| value.and_then(|value| i16::try_from(value).ok());
    let producer = params.read("producer", |text| {
        coded(text, Noun::Producer).map_err(|problem| Problem::parameter("producer", problem.code, problem.detail))
    });
    ListingFilter {
        place,
        stars_min: exactly.or(least),
        stars_max: exactly.or(most),
        group: small(params.number("group", 1, 6)),
        set: small(params.number("set", 1, 26)),
        standings: params.words("status", &words(Standing::ALL, Standing::as_str)),
        forms: params.words("form", &words(Form::ALL, Form::as_str)).into_iter().map(|form| form.as_str().to_owned()).collect(),
        regime: params.word("regime", &words(Regime::ALL, Regime::as_str)).map(|regime| regime.as_str().to_owned()),
        producer,
        ..ListingFilter::default()
    }
}

/// A vocabulary as pairs of word and value.
pub fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<(&'static str, T)> {
    all.iter().map(|value| (word(*value), *value)).collect()
}

/// A list of producers.
pub fn producers(params: &mut Params) -> (ProducerFilter, PageAsk) {
    let province = params.read("province", |name| place::resolve("province", name, Some(Level::Province), None));
    let filter = ProducerFilter {
        name: params.text("name").map(|name| fold(&name)).filter(|name| !name.is_empty()),
        province: province.map(producer::in_province),
        forms: params.words("form", &words(Form::ALL, Form::as_str)).into_iter().map(|form| form.as_str().to_owned()).collect(),
    };
    (filter, params.page(producer::ORDER))
}

/// A list of decisions.
pub fn decisions(params: &mut Params) -> (DecisionFilter, PageAsk) {
    let filter = DecisionFilter {
        issuer: params.read("issuer", issuer),
        number_key: params.read("number", |number| {
            decision_number::key(number).ok_or_else(|| {
                let detail = say(format!("\"{number}\" không phải số quyết định."), format!("\"{number}\" is no number of a decision."));
                Problem::parameter("number", Code::InvalidValue, detail)
            })
        }),
        kind: params.word("kind", &words(DecisionKind::ALL, DecisionKind::as_str)).map(|kind| kind.as_str().to_owned()),
        year: params.number("year", *YEARS.start(), *YEARS.end()).and_then(|year| i32::try_from(year).ok()),
    };
    (filter, params.page(decision::ORDER))
}

/// A list of certificates.
pub fn certificates(params: &mut Params) -> (CertificateFilter, PageAsk) {
    let code = |params: &mut Params, name: &'static str, noun: Noun| {
        params.read(name, |text| coded(text, noun).map_err(|problem| Problem::parameter(name, problem.code, problem.detail)))
    };
    let filter = CertificateFilter {
        product: code(params, "product", Noun::Product),
        decision: code(params, "decision", Noun::Decision),
        issuer: params.read("issuer", issuer),
        stars: params.number("stars", 3, 5).and_then(|stars| i16::try_from(stars).ok()),
        regime: params.word("regime", &words(Regime::ALL, Regime::as_str)).map(|regime| regime.as_str().to_owned()),
    };
    (filter, params.page(certificate::ORDER))
}

/// Levels of places by name.
const LEVELS: [(&str, Level); 3] = [("province", Level::Province), ("district", Level::District), ("commune", Level::Commune)];

/// A list of places.
pub fn places(params: &mut Params) -> (PlacesFilter, PageAsk) {
    let filter = PlacesFilter {
        text: params.text("q"),
        level: params.word("level", &LEVELS),
        within: params.read("within", |name| place::resolve("within", name, None, None)),
        code: params.text("code"),
        on: params.day("on"),
    };
    let page = params.page(&filter.order());
    (filter, page)
}

/// A product by decision and name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchDecision {
    /// Number of the decision as printed.
    pub number: String,
    /// Who signed: key of the authority, or words of its name.
    pub issuer: String,
    /// Name of the product.
    pub name: String,
    /// Year of signing.
    #[schema(minimum = 2018, maximum = 2999)]
    pub year: Option<i32>,
}

/// Identifiers of a batch, in their order: each a text, or a decision with issuer and product name.
/// One that cannot be read fails only its row.
pub fn identifiers(identifiers: &[Value]) -> Result<Vec<BatchEntry>, Problem> {
    let most = |limit: usize, what: Text| {
        let Text { vi, en } = what;
        let detail = say(format!("Tối đa {limit} {vi} mỗi lần; hãy chia nhỏ."), format!("At most {limit} {en} at once; split the list."));
        Problem::pointer("/identifiers", Code::TooManyIdentifiers, detail)
    };
    if identifiers.len() > MOST_IDENTIFIERS {
        return Err(most(MOST_IDENTIFIERS, say("mã", "identifiers")));
    }
    let entries: Vec<BatchEntry> = identifiers.iter().map(entry).collect();
    if entries.iter().filter(|(_, read)| read.as_ref().is_ok_and(Identifier::is_compound)).count() > MOST_COMPOUND {
        return Err(most(MOST_COMPOUND, say("mã quyết định hoặc chủ thể", "identifiers of decisions or producers")));
    }
    Ok(entries)
}

fn entry(value: &Value) -> BatchEntry {
    match value {
        Value::String(text) => (text.clone(), Identifier::parse(text)),
        other => match BatchDecision::deserialize(other) {
            Ok(BatchDecision { number, issuer, name, .. }) if [&number, &issuer, &name].iter().any(|text| text.trim().is_empty()) => {
                let detail = say("Cần có số, cơ quan ban hành và tên sản phẩm.", "Number, issuer and name of the product are needed.");
                (format!("{number} {issuer} {name}"), Err((Code::MalformedIdentifier, detail)))
            }
            Ok(BatchDecision { number, issuer, name, year: Some(year) }) if !YEARS.contains(&year.into()) => {
                let detail = say(
                    format!("year phải là số nguyên từ {} đến {}.", YEARS.start(), YEARS.end()),
                    format!("The year must be a whole number from {} to {}.", YEARS.start(), YEARS.end()),
                );
                (format!("{number} {issuer} {name}"), Err((Code::MalformedIdentifier, detail)))
            }
            Ok(BatchDecision { number, issuer, name, year }) => {
                (format!("{number} {issuer} {name}"), Ok(Identifier::Decision(DecisionAsk { number, issuer, year, name })))
            }
            Err(_) => {
                let detail = say(
                    "Cần một chuỗi, hoặc đối tượng {number, issuer, name, year}.",
                    "A text is needed, or an object {number, issuer, name, year}.",
                );
                (other.to_string().chars().take(200).collect(), Err((Code::MalformedIdentifier, detail)))
            }
        },
    }
}

/// A product by decision and name: what was asked, in one line, and the question.
pub fn by_decision(params: &mut Params) -> (String, Identifier) {
    let mut required = |name| params.required(name).unwrap_or_default();
    let (number, issuer, name) = (required("number"), required("issuer"), required("name"));
    let year = params.number("year", *YEARS.start(), *YEARS.end()).and_then(|year| i32::try_from(year).ok());
    (format!("{number} {issuer} {name}"), Identifier::Decision(DecisionAsk { number, issuer, year, name }))
}

/// Reads the key of an authority.
fn issuer(value: &str) -> Result<String, Problem> {
    match authority(value) {
        Some(known) => Ok(known.key.clone()),
        None => Err(Problem::parameter(
            "issuer",
            Code::InvalidValue,
            say(
                format!("\"{value}\" không phải khóa cơ quan ban hành, như VN63-38 (UBND tỉnh Thanh Hóa) hay VN-MARD."),
                format!("\"{value}\" is no key of an authority, such as VN63-38 (People's Committee of Thanh Hóa) or VN-MARD."),
            ),
        )),
    }
}

/// Reads a registry code of a kind as people write it.
pub fn coded(text: &str, noun: Noun) -> Result<i64, Problem> {
    match code::parse(text) {
        Ok((kind, serial)) if kind == noun => Ok(serial),
        Ok((kind, _)) => Err(Problem::parameter(
            "code",
            Code::MalformedIdentifier,
            say(
                format!("\"{text}\" là mã loại {kind}, ở đây cần mã loại {noun}."),
                format!("\"{text}\" is a code of kind {kind}; here a code of kind {noun} is needed."),
            ),
        )),
        Err(CodeError::Checksum) => Err(Problem::parameter(
            "code",
            Code::ChecksumFailed,
            say(
                format!("\"{text}\" sai ký tự kiểm tra; hãy kiểm tra lỗi gõ."),
                format!("The check character of \"{text}\" is wrong; look for a typing error."),
            ),
        )),
        Err(CodeError::Malformed) => Err(Problem::parameter(
            "code",
            Code::MalformedIdentifier,
            say(format!("\"{text}\" không phải mã đăng ký."), format!("\"{text}\" is no registry code.")),
        )),
    }
}
