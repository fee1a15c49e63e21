//! The door `/council/v1`, on a listener of its own: it reads a request of an actor, asks one
//! question or runs one command, answers. One registration makes route, handler and specification.

mod command;
mod decision;
pub mod document;
mod draft;
mod export;
mod import;
mod label_report;
mod me;
mod post_check;
mod producer;
mod product;
mod quality;
mod radar;
mod status;

use crate::auth::{Actor, Council};
use crate::domain::day::Day;
use crate::domain::place::gazetteer;
use crate::error::{Code, Problem, say};
use crate::http::params::Params;
use crate::http::{Public, body};
use crate::read::cursor::{Cursor, PageAsk, settle};
use crate::read::product::PlaceFilter;
use crate::read::quality::Area;
use crate::read::view::page::Page;
use crate::write::{Ask, AskKey, Done, Writer, state};
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa_actix_web::service_config::ServiceConfig;
use xxhash_rust::xxh3::xxh3_128;

/// What both sides share, as handlers get it.
type Registry = Data<Public>;
/// Where commands go, as handlers get it.
type Commands = Data<Writer>;
/// What a handler returns; the front renders problems.
type Told = Result<HttpResponse, Problem>;

/// The largest body of a command: a decision on 500 products fits several times.
const LARGEST_BODY: usize = 1024 * 1024;
const KEY: &str = "idempotency-key";

/// Registers every route of the council side.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(me::me)
        .service(producer::create)
        .service(producer::one)
        .service(producer::correct)
        .service(producer::merge)
        .service(product::create)
        .service(product::one)
        .service(product::correct)
        .service(product::merge)
        .service(product::add_gtin)
        .service(product::end_gtin)
        .service(product::add_name)
        .service(product::end_name)
        .service(draft::list)
        .service(draft::create)
        .service(draft::one)
        .service(draft::change)
        .service(draft::discard)
        .service(draft::publish)
        .service(decision::one)
        .service(decision::attach)
        .service(post_check::plans)
        .service(post_check::plan)
        .service(post_check::drop_plan)
        .service(post_check::list)
        .service(post_check::record)
        .service(post_check::one)
        .service(post_check::conclude)
        .service(label_report::list)
        .service(import::create)
        .service(import::list)
        .service(import::template)
        .service(import::rows)
        .service(import::report)
        .service(import::one)
        .service(export::products)
        .service(export::ptnt_ocop)
        .service(radar::counts)
        .service(radar::list)
        .service(quality::counts)
        .service(quality::products)
        .service(quality::decisions)
        .service(command::list)
        .service(status::healthz)
        .service(status::jwks)
        .service(status::root);
}

/// Reads a command with a body.
async fn command<T: DeserializeOwned>(
    actor: Actor,
    request: &HttpRequest,
    registry: &Registry,
    payload: Payload,
) -> Result<(Ask, T), Problem> {
    let mut params = Params::of(request.query_string());
    let dry_run = dry_run(&mut params);
    params.finish()?;
    body::expect_json(request)?;
    let bytes = body::read(request, payload, LARGEST_BODY).await?;
    let told = body::json(&bytes)?;
    Ok((ask(actor, request, registry, dry_run, &bytes)?, told))
}

/// Reads a command that has no body; it may have other parameters.
fn bare_command(actor: Actor, request: &HttpRequest, registry: &Registry, mut params: Params) -> Result<Ask, Problem> {
    let dry_run = dry_run(&mut params);
    params.finish()?;
    ask(actor, request, registry, dry_run, &[])
}

fn dry_run(params: &mut Params) -> bool {
    params.word("dryRun", &[("true", true), ("false", false)]).unwrap_or(false)
}

fn ask(actor: Actor, request: &HttpRequest, registry: &Registry, dry_run: bool, body: &[u8]) -> Result<Ask, Problem> {
    let if_match = request.headers().get(header::IF_MATCH).and_then(|tags| tags.to_str().ok()).map(str::to_owned);
    let key = key(request)?;
    if key.is_none() && request.method() == Method::POST && !dry_run {
        let detail = say(
            "Gửi Idempotency-Key (ví dụ một UUID), để gửi lại mà không ghi hai lần.",
            "Send an Idempotency-Key, such as a UUID, so that sending it again cannot write it twice.",
        );
        return Err(Problem::new(Code::KeyMissing, detail));
    }
    let key = key.filter(|_| !dry_run).map(|key| {
        let target = request.uri().path_and_query().map_or("", |target| target.as_str());
        let mut asked = format!("{} {target}\n{}\n", request.method(), if_match.as_deref().unwrap_or_default()).into_bytes();
        asked.extend_from_slice(body);
        AskKey { key, fingerprint: format!("{:032x}", xxh3_128(&asked)) }
    });
    Ok(Ask { actor, at: registry.began(request), dry_run, if_match, key })
}

/// `Idempotency-Key`: a string of structured fields (RFC 9651), taken without its quotes too.
fn key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let mut values = request.headers().get_all(KEY);
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let key = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let plain = key.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\'));
    if values.next().is_some() || !plain || !(8..=128).contains(&key.len()) {
        let detail = say(
            "Idempotency-Key gồm 8 đến 128 ký tự ASCII, gửi một lần.",
            "An Idempotency-Key has 8 to 128 visible ASCII characters and is sent once.",
        );
        return Err(Problem::parameter("Idempotency-Key", Code::InvalidValue, detail));
    }
    Ok(Some(key.to_owned()))
}

/// Answers a command. The public side of this process sees what was written from now on.
fn told(registry: &Registry, dry_run: bool, done: Result<Done, Problem>) -> Told {
    let done = done?;
    registry.reader.learn(done.position);
    // Of a dry run there is nothing to be found anywhere.
    let status = if dry_run { StatusCode::OK } else { StatusCode::from_u16(done.status).unwrap_or(StatusCode::OK) };
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    if let Some(location) = done.location.filter(|_| !dry_run) {
        response.insert_header((header::LOCATION, location));
    }
    if let Some(etag) = done.etag.filter(|_| !dry_run) {
        response.insert_header((header::ETAG, etag));
    }
    if done.replayed {
        response.insert_header(("Idempotency-Replayed", "true"));
    }
    Ok(response.content_type("application/json").body(done.body))
}

/// Shows the state of a thing, with the tag by which it is changed.
fn shown(state: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::ETAG, state::tag(state))).json(state)
}

/// Shows a page of things that are listed by number.
fn listed<T: Serialize>(
    (items, data_version): (Vec<T>, i64),
    (order, page, as_of): (&str, &PageAsk, Day),
    number: fn(&T) -> i64,
) -> HttpResponse {
    let (items, page_info) = settle(items, page, |item| Cursor::by_number(order, number(item)));
    let page = Page { items, page_info, facets: None, data_version, as_of };
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(page)
}

/// What an actor's council looks after, as questions take it.
fn area(actor: &Actor) -> Area {
    let gazetteer = gazetteer();
    match &actor.council {
        Council::Ministry => Area { place: None, issuers: None },
        Council::Province(unit) => {
            let now = gazetteer.place(gazetteer.province_now(unit.place()));
            Area { place: Some(PlaceFilter::ProvinceNow(now.key.clone())), issuers: Some(unit.signatories()) }
        }
        // A commune signs no decisions of the programme.
        Council::Commune(unit) => Area { place: Some(PlaceFilter::CommuneNow(unit.key().into())), issuers: Some(Vec::new()) },
    }
}
