//! `/v1/products`.

use super::{Registry, Told, coded};
use crate::domain::code::Noun;
use crate::domain::day::{number, plus_days};
use crate::domain::place::{Generation, Level};
use crate::domain::producer::Form;
use crate::domain::regime::Regime;
use crate::domain::text::fold;
use crate::domain::timeline::Standing;
use crate::error::{Code, Problem, say};
use crate::http::Public;
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::product::{ListingFilter, Order, PlaceFilter, ProductList, product, products};
use crate::read::stats::DIMENSIONS;
use crate::read::view::fields::members;
use crate::read::view::page::{Page, Single};
use crate::read::view::product::Product;
use actix_web::{HttpRequest, get, web::Path};
use std::sync::LazyLock;

static MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<Product>);

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

/// Certified products and those that were, with what each is on a day.
///
/// Without filters every product of the registry is listed. `status`, `stars`, `regime` and the
/// terms are those of the day `on`, today in Vietnam when it is left out.
#[utoipa::path(
    operation_id = "listProducts", tag = "products",
    params(
        ("q" = Option<String>, Query, description = "Text, in any case and with or without diacritics. Best first: exact code or barcode, exact name, beginning of the name, all words in names, producer and province. Excludes `sort`.", example = "mat ong bac ha"),
        ("province" = Option<String>, Query, description = "Province, by key (`VN34-24` now, `VN63-24` before July 2025) or by a name that means one."),
        ("district" = Option<String>, Query, description = "District of the division before July 2025, by key or by a name that means one, within `province` when given."),
        ("commune" = Option<String>, Query, description = "Commune, now or then, by key or by a name that means one, within `province` when given."),
        ("group" = Option<i64>, Query, description = "Product group, 1-6."),
        ("set" = Option<i64>, Query, description = "Product set, 1-26."),
        ("stars" = Option<i64>, Query, description = "Exactly so many stars."),
        ("starsMin" = Option<i64>, Query, description = "At least so many stars."),
        ("starsMax" = Option<i64>, Query, description = "At most so many stars, among products whose stars are known."),
        ("status" = Option<String>, Query, description = "Standing on the day: one or more of `not_yet_valid`, `valid`, `extended`, `expired`, `withdrawn`, `annulled`, `undetermined`, `not_recognised`, with commas between.", example = "valid,extended"),
        ("on" = Option<chrono::NaiveDate>, Query, description = "The day that everything is about; today when left out."),
        ("validOn" = Option<chrono::NaiveDate>, Query, description = "Short for `on` and `status=valid,extended`."),
        ("expiresWithin" = Option<i64>, Query, description = "Valid or extended, with the last day at most so many days after the day."),
        ("expiredSince" = Option<chrono::NaiveDate>, Query, description = "Expired on the day, with the last valid day on or after this one."),
        ("producer" = Option<String>, Query, description = "Registry code of the producer."),
        ("form" = Option<String>, Query, description = "Legal forms of the producer, with commas between.", example = "cooperative,cooperative_union"),
        ("regime" = Option<String>, Query, description = "Legal regime of the certificate."),
        ("sort" = Option<String>, Query, description = "`code`, `name`, `validUntil` or `stars`; with `-` before it turned round. The default is `code`, with `expiresWithin` or `expiredSince` it is `validUntil`."),
        ("facets" = Option<String>, Query, description = "Counts over the whole list by any of `province`, `provinceThen`, `stars`, `status`, `group`, `set`, `form`, `regime`, with commas between."),
        ("fields" = Option<String>, Query, description = "Members wanted of each item, with commas between."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it."),
        ("before" = Option<String>, Query, description = "Cursor: items before it."),
    ),
    responses((status = 200, description = "A page of products.", body = Page<Product>)),
)]
#[get("/v1/products")]
pub(super) async fn list(request: HttpRequest, registry: Registry) -> Told {
    let ask = read(&request, &registry)?;
    let answer = registry.reader.ask(move |snapshot| products(snapshot, &ask)).await?;
    Ok(registry.reply(&request, answer, Keep::Shared, &[]))
}

/// One product with every recognition known of it.
#[utoipa::path(
    operation_id = "getProduct", tag = "products",
    params(
        ("code" = String, Path, description = "Registry code, as people write it: any case, spaces or hyphens between.", example = "P00000BY"),
        ("on" = Option<chrono::NaiveDate>, Query, description = "The day that statuses are about; today when left out."),
        ("fields" = Option<String>, Query, description = "Members wanted, with commas between."),
    ),
    responses((status = 200, description = "The product.", body = Single<Product>)),
)]
#[get("/v1/products/{code}")]
pub(super) async fn one(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let id = coded(&code, Noun::Product)?;
    let mut params = Params::of(request.query_string());
    let on = params.day("on").unwrap_or_else(|| registry.today(&request));
    let fields = params.fields(&MEMBERS);
    params.finish()?;
    let answer = product(&registry.reader, id, on, fields).await?;
    let canonical = format!("{}/v1/products/{}", registry.base_url, crate::domain::code::code_of(Noun::Product, id));
    let verification = format!("/v1/verifications/{}", crate::domain::code::code_of(Noun::Product, id));
    Ok(registry.reply(&request, answer, Keep::Shared, &[(&canonical, "canonical"), (&verification, "describedby")]))
}

fn read(request: &HttpRequest, registry: &Public) -> Result<ProductList, Problem> {
    let mut params = Params::of(request.query_string());
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
    let day = valid_on.or(on).unwrap_or_else(|| registry.today(request));
    let mut filter = filter(&mut params);
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
        narrow(&mut params, "validOn", &in_force);
    }
    let within = params.number("expiresWithin", 0, 3_650);
    let since = params.day("expiredSince");
    if within.is_some() {
        narrow(&mut params, "expiresWithin", &in_force);
    }
    if since.is_some() {
        narrow(&mut params, "expiredSince", &[Standing::Expired]);
    }
    filter.ends = match (within, since) {
        (Some(days), _) => Some((number(day), number(plus_days(day, days)))),
        (None, Some(since)) => Some((number(since), number(day))),
        (None, None) => None,
    };
    let facets = params.words("facets", &DIMENSIONS.map(|(name, dimension)| (name, (name, dimension))));
    let fields = params.fields(&MEMBERS);
    // Who asks for what ends soon wants the soonest first, and the index has them in that order.
    let usual = if filter.ends.is_some() { ("validUntil", (Order::End, false)) } else { ("code", (Order::Number, false)) };
    let (order_name, (order, descending)) = sort.unwrap_or(usual);
    let order_name = if text.is_some() { "rank" } else { order_name };
    // A cursor belongs to one list: the same order of the same products.
    let asked = format!("{order_name} {text:?} {within:?} {since:?} {:?}", ListingFilter { ends: None, ..filter.clone() });
    let order_name = crate::read::cursor::name_of(&asked);
    let page = params.page(&order_name);
    params.finish()?;
    Ok(ProductList { filter, on: day, text, order, descending, order_name, page, fields, facets })
}

/// The filters that lists and counts share.
pub(super) fn filter(params: &mut Params) -> ListingFilter {
    let province = params.read("province", |name| crate::read::place::resolve("province", name, Some(Level::Province), None));
    let district = params.read("district", |name| crate::read::place::resolve("district", name, Some(Level::District), province));
    let commune = params.read("commune", |name| crate::read::place::resolve("commune", name, Some(Level::Commune), district.or(province)));
    let gazetteer = crate::domain::place::gazetteer();
    let place = commune.or(district).or(province).map(|id| {
        let place = gazetteer.place(id);
        let key = if place.level == Level::Province && place.generation == Generation::Of34 {
            gazetteer.place(gazetteer.province_now(id)).key.clone()
        } else {
            place.key.clone()
        };
        match (place.level, place.generation) {
            (Level::Province, Generation::Of34) => PlaceFilter::ProvinceNow(key),
            (Level::Province, Generation::Of63) => PlaceFilter::ProvinceThen(key),
            (Level::District, _) => PlaceFilter::DistrictThen(key),
            (Level::Commune, Generation::Of34) => PlaceFilter::CommuneNow(key),
            (Level::Commune, Generation::Of63) => PlaceFilter::CommuneThen(key),
        }
    });
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
pub(super) fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<(&'static str, T)> {
    all.iter().map(|value| (word(*value), *value)).collect()
}
