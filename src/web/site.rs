//! What robots and security researchers look for.

use super::{Registry, Told};
use crate::domain::classification::classification;
use crate::domain::place::{Level, gazetteer};
use crate::error::Problem;
use crate::http::problem::no_such_path;
use crate::http::reply::Keep;
use crate::read::answer::{Answer, Media};
use crate::read::sheet;
use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{SecondsFormat, TimeDelta, Timelike};
use std::fmt::Write as _;

/// Days that the contact of `security.txt` is good for; the standard advises less than a year.
const CONTACT_DAYS: i64 = 180;

/// `/robots.txt` (RFC 9309).
pub(super) async fn robots(registry: Registry) -> HttpResponse {
    plain(format!(
        "User-agent: *\nDisallow: /search\nDisallow: /verify\nDisallow: /*/report\nDisallow: /*/check\n\nSitemap: {}/sitemap.xml\n",
        registry.base_url
    ))
}

fn plain(text: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(text)
}

/// `/sitemap.xml`: the index (sitemaps.org protocol), because one file may name 50,000 addresses.
pub(super) async fn map(request: HttpRequest, registry: Registry) -> Told {
    let (files, position) = sheet::map_files(&registry.reader).await?;
    let mut xml = head("sitemapindex");
    for file in std::iter::once("pages".to_owned()).chain((0..files).map(|file| file.to_string())) {
        // Writing to a string cannot fail.
        let _ = write!(xml, "<sitemap><loc>{}/sitemap/{file}.xml</loc></sitemap>", registry.base_url);
    }
    xml.push_str("</sitemapindex>\n");
    Ok(registry.reply(&request, Answer::rendered(xml.into_bytes(), Media::Xml, position), Keep::Shared, &[]))
}

/// `/sitemap/{file}.xml`: the pages, or products by number.
pub(super) async fn map_file(request: HttpRequest, registry: Registry, file: Path<String>) -> Told {
    let (paths, position) = match file.as_str() {
        "pages" => (pages(), registry.reader.position()),
        number => {
            let file: i64 = number.parse().ok().filter(|file| *file >= 0).ok_or_else(no_such_path)?;
            let (codes, position) = sheet::mapped(&registry.reader, file).await?;
            if codes.is_empty() && file > 0 {
                return Err(Problem::not_found(number));
            }
            (codes.into_iter().map(|code| format!("/{code}")).collect(), position)
        }
    };
    let mut xml = head("urlset");
    for path in paths {
        let _ = write!(xml, "<url><loc>{}{path}</loc></url>", registry.base_url);
    }
    xml.push_str("</urlset>\n");
    Ok(registry.reply(&request, Answer::rendered(xml.into_bytes(), Media::Xml, position), Keep::Outside, &[]))
}

fn head(element: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{element} xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">")
}

/// The pages that are no product's.
fn pages() -> Vec<String> {
    let gazetteer = gazetteer();
    let provinces = gazetteer.all().map(|id| gazetteer.place(id)).filter(|place| place.level == Level::Province && place.is_current());
    let mut pages = vec!["/".to_owned(), "/overview".to_owned(), "/scan".to_owned()];
    pages.extend(classification().groups.iter().map(|group| format!("/groups/{}", group.number)));
    pages.extend(provinces.map(|place| format!("/provinces/{}", place.key)));
    pages
}

/// `/.well-known/security.txt` (RFC 9116), where the operator names a contact.
pub(super) async fn security(request: HttpRequest, registry: Registry) -> Told {
    let contact = registry.security_contact.as_deref().ok_or_else(no_such_path)?;
    let until = registry.began(&request) + TimeDelta::days(CONTACT_DAYS);
    // One value a day, so that what caches hold is the same.
    let until = until.with_hour(0).and_then(|t| t.with_minute(0)).and_then(|t| t.with_second(0)).unwrap_or(until);
    let until = until.to_rfc3339_opts(SecondsFormat::Secs, true);
    let base = &registry.base_url;
    Ok(plain(format!("Contact: {contact}\nExpires: {until}\nPreferred-Languages: vi, en\nCanonical: {base}/.well-known/security.txt\n")))
}
