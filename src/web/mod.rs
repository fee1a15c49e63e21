//! The door for people: pages that need no script, in Vietnamese and English, with the verdict first.
//!
//! Every page is one function of a sheet of `read::sheet` and the visit; it is kept ready like any
//! other answer. The short address of a thing (`/P00000BY`) answers a page, JSON or JSON-LD.

mod assets;
mod badge;
mod certificate;
mod chart;
mod decision;
mod frame;
mod gs1;
mod item;
mod jsonld;
mod label;
mod label_report;
mod overview;
mod picture;
pub mod problem;
pub mod problem_kind;
mod producer;
mod product;
mod qr;
mod scan;
mod search;
mod site;
mod start;
mod verdict;
mod verify;
mod words;

use crate::domain::code::{self, CodeError, Noun, code_of};
use crate::domain::day::Day;
use crate::error::{Code, Problem, say};
use crate::http::Public;
use crate::http::accept::{SHAPES, Shape, shape};
use crate::http::params::Params;
use crate::http::reply::{Keep, Link};
use crate::read::answer::{Answer, Media};
use crate::read::sheet;
use crate::read::view::page::PageInfo;
use actix_web::http::header;
use actix_web::web::{Data, Path, ServiceConfig, get, post};
use actix_web::{HttpRequest, HttpResponse};
use frame::Visit;

/// The public side, as handlers get it.
type Registry = Data<Public>;
/// What a handler returns; the front renders problems.
type Told = Result<HttpResponse, Problem>;

/// Registry codes in an address, as people may write them.
const CODE: &str = "/{code:[PMCDpmcd][0-9A-Za-z]{7}}";

/// The addresses of this door beside files, with their methods: for 405 and OPTIONS.
pub fn addresses() -> Vec<(String, Vec<String>)> {
    let read = ["GET", "HEAD", "OPTIONS"].map(str::to_owned).to_vec();
    let fixed = ["/", "/search", "/scan", "/overview", "/verify", "/decisions", "/robots.txt", "/sitemap.xml", "/favicon.ico"];
    let with_names = [
        "/groups/{number}",
        "/provinces/{key}",
        "/sitemap/{file}.xml",
        "/assets/{name}",
        "/01/{gtin}",
        "/01/{gtin}/{rest:.*}",
        "/.well-known/gs1resolver",
        "/.well-known/security.txt",
    ];
    let of_code = ["", "/qr.svg", "/qr.png", "/badge.svg", "/picture.png", "/label", "/check"].map(|rest| format!("{CODE}{rest}"));
    let addresses = fixed.into_iter().chain(with_names).map(str::to_owned).chain(of_code);
    let mut addresses: Vec<_> = addresses.map(|address| (address, read.clone())).collect();
    addresses.push((format!("{CODE}/report"), ["GET", "HEAD", "POST", "OPTIONS"].map(str::to_owned).to_vec()));
    addresses
}

/// Registers every page.
pub fn configure(config: &mut ServiceConfig) {
    // Their guards stand on the resources, so that other methods come to the fallback.
    config
        .route("/", get().to(start::page))
        .route("/search", get().to(search::page))
        .route("/groups/{number}", get().to(search::group))
        .route("/provinces/{key}", get().to(search::province))
        .route("/overview", get().to(overview::page))
        .route("/scan", get().to(scan::page))
        .route("/verify", get().to(verify::page))
        .route("/decisions", get().to(decision::of_number))
        .route("/assets/{name}", get().to(assets::file))
        .route("/favicon.ico", get().to(assets::favicon))
        .route("/robots.txt", get().to(site::robots))
        .route("/sitemap.xml", get().to(site::map))
        .route("/sitemap/{file}.xml", get().to(site::map_file))
        .route("/.well-known/security.txt", get().to(site::security))
        .route("/.well-known/gs1resolver", get().to(gs1::resolver))
        .route("/01/{gtin}", get().to(gs1::link))
        .route("/01/{gtin}/{rest:.*}", get().to(gs1::link))
        .route(&format!("{CODE}/qr.svg"), get().to(qr::svg))
        .route(&format!("{CODE}/qr.png"), get().to(qr::png))
        .route(&format!("{CODE}/picture.png"), get().to(picture::png))
        .route(&format!("{CODE}/badge.svg"), get().to(badge::svg))
        .route(&format!("{CODE}/label"), get().to(label::page))
        .route(&format!("{CODE}/check"), get().to(producer::check))
        .route(&format!("{CODE}/report"), get().to(label_report::form))
        .route(&format!("{CODE}/report"), post().to(label_report::file))
        .route(CODE, get().to(thing));
}

/// The short, permanent address of a product, certificate, decision or producer.
async fn thing(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let (noun, id) = coded(&code)?;
    if let Some(elsewhere) = canonical(&request, &code, noun, id, "") {
        return Ok(elsewhere);
    }
    let told = match noun {
        Noun::Product => product::page(&request, &registry, id).await,
        Noun::Certificate => certificate::page(&request, &registry, id).await,
        Noun::Decision => decision::page(&request, &registry, id).await,
        Noun::Producer => producer::page(&request, &registry, id).await,
    };
    or_where_it_lives_on(told, &request, &registry, (noun, id), "").await
}

/// What was merged is not unknown: it leads to where it lives on.
async fn or_where_it_lives_on(told: Told, request: &HttpRequest, registry: &Registry, (noun, id): (Noun, i64), rest: &str) -> Told {
    let problem = match told {
        Err(problem) if problem.code == Code::NotFound => problem,
        told => return told,
    };
    let code = sheet::lives_on(&registry.reader, noun, id).await?.ok_or(problem)?;
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = HttpResponse::PermanentRedirect();
    registry.freshness(&mut response, Keep::Outside, registry.began(request));
    Ok(response.insert_header((header::LOCATION, format!("/{code}{rest}{query}"))).finish())
}

/// Reads a registry code from an address.
fn coded(text: &str) -> Result<(Noun, i64), Problem> {
    code::parse(text).map_err(|error| match error {
        CodeError::Checksum => Problem::parameter("code", Code::ChecksumFailed, miswritten(text)),
        CodeError::Malformed => crate::http::problem::no_such_path(),
    })
}

/// What is said of a code whose check character is wrong.
fn miswritten(text: &str) -> crate::error::Text {
    say(
        format!(
            "Mã \"{text}\" bị gõ sai hoặc in sai: ký tự kiểm tra không khớp. Điều này không có nghĩa là sản phẩm không được công nhận; hãy đọc lại mã trên nhãn."
        ),
        format!(
            "The code \"{text}\" is mistyped or misprinted: its check character does not fit. This does not mean that the product is not certified; read the code on the label again."
        ),
    )
}

/// Reads the code of a product, the only kind that some addresses take.
fn coded_product(text: &str) -> Result<i64, Problem> {
    match coded(text)? {
        (Noun::Product, id) => Ok(id),
        _ => Err(crate::http::problem::no_such_path()),
    }
}

/// Leads to the one address of a thing when its code was written in another way.
fn canonical(request: &HttpRequest, written: &str, noun: Noun, id: i64, rest: &str) -> Option<HttpResponse> {
    let code = code_of(noun, id);
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    (code != written).then(|| {
        HttpResponse::PermanentRedirect()
            .insert_header((header::LOCATION, format!("/{code}{rest}{query}")))
            .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
            .finish()
    })
}

/// Leads on to another address.
fn see_other(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).insert_header((header::CACHE_CONTROL, "no-store")).finish()
}

/// The shape that is asked for, of those that an address has.
fn asked_shape(request: &HttpRequest, offered: &[Shape]) -> Result<Shape, Problem> {
    shape(request.headers()).filter(|shape| offered.contains(shape)).ok_or_else(|| {
        let types: Vec<&str> = SHAPES.iter().filter(|(_, shape)| offered.contains(shape)).map(|(media, _)| *media).collect();
        let types = types.join(", ");
        Problem::new(Code::NotAcceptable, say(format!("Địa chỉ này trả: {types}."), format!("This address answers with {types}.")))
    })
}

/// The parameters of a page, its language among them. What networks and shops add to links to count
/// visits asks for nothing: whoever followed such a link is answered. Nor does the empty field of a form,
/// but for a day, of which a link may have lost the value.
fn parameters(request: &HttpRequest) -> Params {
    let empty = |pair: &str| pair.strip_suffix('=').is_some_and(|name| name != "on");
    let query: Vec<&str> = request.query_string().split('&').filter(|pair| !counts_visits(pair) && !empty(pair)).collect();
    let mut params = Params::of(&query.join("&"));
    params.word("lang", &[("vi", ()), ("en", ())]);
    params
}

/// Whether a parameter is one of those by which visits are counted.
fn counts_visits(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    name.starts_with("utm_") || matches!(name, "fbclid" | "gclid" | "msclkid" | "zarsrc" | "ttclid" | "igshid" | "_ga" | "_gl")
}

/// The other day that a thing is asked about; `None` is today.
fn other_day(request: &HttpRequest, today: Day) -> Result<Option<Day>, Problem> {
    let mut params = parameters(request);
    let on = params.day("on");
    params.finish()?;
    Ok(on.filter(|day| *day != today))
}

/// How long an answer is kept here: pages of a thing are the same whatever stands in the query but
/// the language, and what trackers add must not fill the memory.
fn keep(request: &HttpRequest) -> Keep {
    if matches!(request.query_string(), "" | "lang=vi" | "lang=en") { Keep::Shared } else { Keep::Outside }
}

/// Sends a page; one of a thing names its other shapes.
fn send(registry: &Public, request: &HttpRequest, visit: &Visit, html: String, keep: Keep, canonical: Option<&str>) -> HttpResponse {
    let answer = Answer::rendered(html.into_bytes(), Media::Html, visit.position);
    registry.reply(request, answer, keep, &links_of_page(registry, canonical))
}

/// The same for a page of a list, which names those around it.
fn send_list(
    registry: &Public,
    request: &HttpRequest,
    visit: &Visit,
    html: String,
    info: &PageInfo,
    canonical: Option<&str>,
) -> HttpResponse {
    let next = info.end_cursor.clone().filter(|_| info.has_next_page);
    let prev = info.start_cursor.clone().filter(|_| info.has_previous_page);
    let answer = Answer { next, prev, ..Answer::rendered(html.into_bytes(), Media::Html, visit.position) };
    registry.reply(request, answer, Keep::Shared, &links_of_page(registry, canonical))
}

fn links_of_page(registry: &Public, canonical: Option<&str>) -> Vec<Link> {
    let Some(address) = canonical else { return Vec::new() };
    let code = address.strip_prefix(&registry.base_url).and_then(|path| path.strip_prefix('/'));
    match code.and_then(|code| code::parse(code).ok()) {
        Some((noun, id)) => registry.links_of(noun, id),
        None => vec![Link::canonical(address)],
    }
}
