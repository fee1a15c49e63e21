//! `/graphiql`: a page to try queries on. Everything it needs comes with the program; it asks no other host.
//!
//! The assets are those of the npm packages graphiql 3.9.0, react and react-dom 18.3.1 (all MIT), each
//! packed by gzip; a test compares them with the packages.

use crate::error::Problem;
use crate::http::problem::no_such_path;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

/// An asset: name, media type, and its bytes as gzip packs them.
type Asset = (&'static str, &'static str, &'static [u8]);

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

const PACKED: [Asset; 4] = [
    ("react.production.min.js", SCRIPT, include_bytes!("assets/react.production.min.js.gz")),
    ("react-dom.production.min.js", SCRIPT, include_bytes!("assets/react-dom.production.min.js.gz")),
    ("graphiql.min.js", SCRIPT, include_bytes!("assets/graphiql.min.js.gz")),
    ("graphiql.min.css", STYLE, include_bytes!("assets/graphiql.min.css.gz")),
];

/// Our own part: starts the page with example queries.
const START: &str = include_str!("assets/start.js");

const PAGE: &str = include_str!("assets/graphiql.html");

/// Scripts and data from here only. The editor measures and places lines by styles that it writes
/// itself, so these cannot be forbidden; fonts and icons stand in the style sheet.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; \
                      img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Answers `/graphiql`.
pub(super) async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .body(PAGE)
}

/// Answers `/graphiql/…`.
pub(super) async fn asset(request: HttpRequest, name: Path<String>) -> Result<HttpResponse, Problem> {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "public, max-age=86400")).insert_header((header::VARY, "Accept-Encoding"));
    if name.as_str() == "start.js" {
        return Ok(response.insert_header((header::CONTENT_TYPE, SCRIPT)).body(START));
    }
    let (_, media, packed) = PACKED.iter().find(|(known, ..)| *known == name.as_str()).ok_or_else(no_such_path)?;
    response.insert_header((header::CONTENT_TYPE, *media));
    if takes_gzip(request.headers()) {
        return Ok(response.insert_header((header::CONTENT_ENCODING, "gzip")).body(*packed));
    }
    Ok(response.body(crate::http::encode::unpacked(packed)))
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        matches!(parts.next(), Some("gzip" | "*")) && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0"))
    })
}
