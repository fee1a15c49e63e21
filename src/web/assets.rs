//! Style, script and icon: in the program, under addresses that carry a hash of what they say, so
//! that browsers may keep them for ever.

use super::Told;
use crate::http::accept::{Coding, coding};
use crate::http::encode::encode;
use crate::http::problem::no_such_path;
use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_64;

/// A file of the program.
pub(super) struct Asset {
    name: &'static str,
    ending: &'static str,
    media: &'static str,
    body: &'static str,
    address: LazyLock<String>,
    /// The body in each coding, by number of the coding; made when first asked for.
    coded: [LazyLock<Option<Vec<u8>>>; 4],
}

/// Makes an asset; a macro, because its lazy parts name the file themselves.
macro_rules! asset {
    ($name:literal, $ending:literal, $media:literal) => {{
        const BODY: &str = include_str!(concat!("assets/", $name, ".", $ending));
        Asset {
            name: $name,
            ending: $ending,
            media: $media,
            body: BODY,
            address: LazyLock::new(|| format!(concat!("/assets/", $name, "-{:016x}.", $ending), xxh3_64(BODY.as_bytes()))),
            coded: [
                LazyLock::new(|| None),
                LazyLock::new(|| encode(BODY.as_bytes(), Coding::Zstd)),
                LazyLock::new(|| encode(BODY.as_bytes(), Coding::Brotli)),
                LazyLock::new(|| encode(BODY.as_bytes(), Coding::Gzip)),
            ],
        }
    }};
}

/// How pages look.
pub(super) static STYLE: Asset = asset!("style", "css", "text/css; charset=utf-8");
/// Reads codes by the camera.
pub(super) static SCAN: Asset = asset!("scan", "js", "text/javascript; charset=utf-8");
/// The mark in tabs.
pub(super) static ICON: Asset = asset!("icon", "svg", "image/svg+xml");

impl Asset {
    /// Its address, with the hash of what it says.
    pub(super) fn address(&self) -> &str {
        &self.address
    }
}

/// `/assets/{name}`: one of the files. An older hash is told 404, never another content.
pub(super) async fn file(request: HttpRequest, name: Path<String>) -> Told {
    let asset = [&STYLE, &SCAN, &ICON].into_iter().find(|asset| asset.address().ends_with(&format!("/{name}"))).ok_or_else(no_such_path)?;
    debug_assert!(name.starts_with(asset.name) && name.ends_with(asset.ending));
    let coding = coding(request.headers());
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, asset.media))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"));
    Ok(match (&*asset.coded[coding as usize], coding.name()) {
        (Some(coded), Some(name)) => response.insert_header((header::CONTENT_ENCODING, name)).body(coded.as_slice()),
        _ => response.body(asset.body),
    })
}

/// `/favicon.ico`: for those who ask without reading the page.
pub(super) async fn favicon() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, ICON.address()))
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .finish()
}
