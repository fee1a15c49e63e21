//! Answers on the wire: encoded once, tagged, with a freshness that never crosses a Vietnamese
//! midnight (RFC 9110, RFC 9111, RFC 5861).

use super::Public;
use super::accept::{Coding, Language, coding, language_of_page, negotiated, variant};
use super::encode::encode;
use super::front::requested;
use crate::domain::code::{Noun, code_of};
use crate::domain::day::{civil_day, number, seconds_to_midnight};
use crate::read::answer::{Answer, Media};
use crate::read::cache::Ready;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use std::fmt::Write as _;
use std::sync::Arc;

/// Seconds that a stale answer may serve while a fresh one is fetched.
const STALE_WHILE_REVALIDATE: u32 = 30;
/// Seconds that a stale answer may serve while the registry fails; also those kept here, while the database is away.
pub(super) const STALE_IF_ERROR: u32 = 600;

/// How an answer may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// By anybody, and here, until the next ledger position or midnight.
    Shared,
    /// By clients, but not here: the request does not stand in the address alone.
    Outside,
    /// By nobody.
    No,
}

/// In what form answers of an address come.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// Media type.
    pub media: Media,
    /// What of a request they depend on besides the address.
    pub vary: &'static str,
}

/// A link of an answer (RFC 8288).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub address: String,
    /// What that is to the answer.
    pub relation: &'static str,
    /// The media type there, where the address has several.
    pub media: Option<Media>,
}

/// Links of an answer beside `self`.
pub type Links<'l> = &'l [Link];

impl Link {
    /// The one address of what is answered.
    pub fn canonical(address: impl Into<String>) -> Self {
        Self { address: address.into(), relation: "canonical", media: None }
    }

    fn to(address: String, relation: &'static str, media: Media) -> Self {
        Self { address, relation, media: Some(media) }
    }
}

impl Public {
    /// The links of a record, alike at every door: its permanent address, its other shapes, and what
    /// describes it.
    pub fn links_of(&self, noun: Noun, id: i64) -> Vec<Link> {
        let (base, code) = (&self.base_url, code_of(noun, id));
        let list = match noun {
            Noun::Product => "products",
            Noun::Producer => "producers",
            Noun::Decision => "decisions",
            Noun::Certificate => "certificates",
        };
        let mut links = vec![
            Link::canonical(format!("{base}/{code}")),
            Link::to(format!("{base}/{code}"), "alternate", Media::Html),
            Link::to(format!("{base}/v1/{list}/{code}"), "alternate", Media::Json),
        ];
        if noun == Noun::Product {
            links.push(Link::to(format!("{base}/{code}"), "alternate", Media::JsonLd));
        }
        if matches!(noun, Noun::Product | Noun::Certificate) {
            links.push(Link { address: format!("/v1/verifications/{code}"), relation: "describedby", media: None });
        } else {
            links.push(Link { address: "/openapi.json".into(), relation: "describedby", media: None });
        }
        links
    }

    /// Sends an answer, and keeps it ready for the next who asks.
    pub fn reply(&self, request: &HttpRequest, answer: Answer, keep: Keep, links: Links<'_>) -> HttpResponse {
        let keys = if keep == Keep::Shared { vec![requested(request)] } else { Vec::new() };
        let negotiated = negotiated(request.path());
        let vary = if negotiated { "Accept, Accept-Encoding, Accept-Language" } else { "Accept-Encoding" };
        let form = Form { media: answer.media, vary };
        self.reply_as(request, answer, keep, links, &form, &keys)
    }

    /// The same in another form, kept under other keys.
    pub fn reply_as(
        &self,
        request: &HttpRequest,
        answer: Answer,
        keep: Keep,
        links: Links<'_>,
        form: &Form,
        keys: &[String],
    ) -> HttpResponse {
        let coding = coding(request.headers());
        // What is said of a record is said where it lives on.
        let links = if answer.moved_to.is_some() { &[] } else { links };
        let link = self.link(&requested(request), &answer, links);
        let location = answer.moved_to.as_deref().map(|code| elsewhere(request, code));
        let began = self.began(request);
        let (position, day) = (answer.position, number(civil_day(began)));
        let language = (form.media == Media::Html).then(|| language_of_page(request.query_string(), request.headers()));
        let ready = Arc::new(ready(answer, coding, link, form, location, language));
        if let Some(variant) = variant(request.path(), request.headers()) {
            for key in keys {
                self.reader.cache.put(position, day, variant, key, ready.clone());
            }
        }
        self.send(&ready, request.headers(), keep, began)
    }

    /// Sends what is ready: whole, or 304 when the client has it, or 308 to where it is.
    pub fn send(&self, ready: &Ready, request: &HeaderMap, keep: Keep, began: DateTime<Utc>) -> HttpResponse {
        if let Some(location) = &ready.location {
            // Preconditions are about what would be 200 (RFC 9110, section 13.2.1).
            let mut response = HttpResponse::PermanentRedirect();
            response.insert_header((header::LOCATION, shared(location)));
            response.insert_header((header::VARY, HeaderValue::from_static(ready.vary)));
            self.freshness(&mut response, keep, began);
            return Self::whole(response, ready);
        }
        let has_it =
            request.get(header::IF_NONE_MATCH).is_some_and(|tags| std::str::from_utf8(&ready.etag).is_ok_and(|etag| matches(tags, etag)));
        let mut response = if has_it { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        self.freshness(&mut response, keep, began);
        response.insert_header((header::ETAG, shared(&ready.etag)));
        response.insert_header((header::VARY, HeaderValue::from_static(ready.vary)));
        if let Some((position, day)) = ready.held {
            response.insert_header(("x-data-version", position.to_string())).insert_header(("x-as-of", day.to_string()));
        }
        if has_it {
            return response.finish();
        }
        Self::whole(response, ready)
    }

    /// Adds the body and what it is.
    fn whole(mut response: HttpResponseBuilder, ready: &Ready) -> HttpResponse {
        response.insert_header((header::LINK, shared(&ready.link)));
        response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static(ready.media.content_type())));
        if let Some(encoding) = ready.encoding {
            response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(encoding)));
        }
        if let Some(language) = ready.language {
            response.insert_header((header::CONTENT_LANGUAGE, HeaderValue::from_static(language)));
        }
        let mut response = response.body(ready.body.clone());
        if matches!(ready.media, Media::Html | Media::Svg) {
            safely(response.headers_mut(), ready.media);
        }
        response
    }

    /// `Cache-Control`, with every time capped at the next midnight in Vietnam.
    /// An answer to a request that began on the day before is over already.
    pub fn freshness(&self, response: &mut HttpResponseBuilder, keep: Keep, began: DateTime<Utc>) {
        if keep == Keep::No {
            response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")));
            return;
        }
        let now = self.reader.clock.now();
        let left = if civil_day(now) == civil_day(began) { seconds_to_midnight(now) } else { 0 };
        let fresh = self.max_age.min(left);
        let mut value = String::with_capacity(96);
        let (revalidate, error) = (STALE_WHILE_REVALIDATE.min(left - fresh), STALE_IF_ERROR.min(left - fresh));
        // Writing to a string cannot fail.
        let _ = write!(value, "public, max-age={fresh}, stale-while-revalidate={revalidate}, stale-if-error={error}");
        response.insert_header((header::CACHE_CONTROL, value));
    }

    fn link(&self, target: &str, answer: &Answer, links: Links<'_>) -> String {
        let mut value = format!("<{target}>; rel=\"self\"");
        if let Some(cursor) = &answer.next {
            let _ = write!(value, ", <{}>; rel=\"next\"", turned(target, "after", cursor));
        }
        if let Some(cursor) = &answer.prev {
            let _ = write!(value, ", <{}>; rel=\"prev\"", turned(target, "before", cursor));
        }
        for link in links {
            let _ = write!(value, ", <{}>; rel=\"{}\"", link.address, link.relation);
            if let Some(media) = link.media {
                let media = media.content_type().split(';').next().unwrap_or_default();
                let _ = write!(value, "; type=\"{media}\"");
            }
        }
        let mut add = |address: &str, relation: &str| {
            let _ = write!(value, ", <{address}>; rel=\"{relation}\"");
        };
        add(&self.licence, "license");
        add("/openapi.json", "service-desc");
        add("/docs/", "service-doc");
        value
    }
}

/// What a browser may do with a page: nothing but show what this registry itself serves (CSP level 3).
const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// What it may do with a drawing that it opens as a page of its own.
const DRAWING_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Tells browsers to take a page or drawing for no more than it is.
pub(super) fn safely(headers: &mut HeaderMap, media: Media) {
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    if media == Media::Svg {
        set(header::CONTENT_SECURITY_POLICY, DRAWING_POLICY);
        // Shops show badges and codes from here.
        set(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
        return;
    }
    set(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(), microphone=()");
}

/// A header's value that is kept ready; copying it costs nothing.
fn shared(text: &Bytes) -> HeaderValue {
    HeaderValue::from_maybe_shared(text.clone()).unwrap_or(HeaderValue::from_static(""))
}

/// The same address with another code.
fn elsewhere(request: &HttpRequest, code: &str) -> Bytes {
    let pattern = request.match_pattern().unwrap_or_default();
    let path = match request.match_info().get("code") {
        // Where people ask, the pattern also says which letters a code has.
        Some(written) if !pattern.contains("{code}") => request.path().replacen(written, code, 1),
        _ => pattern.replace("{code}", code),
    };
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{path}{query}").into()
}

/// The same address with another cursor.
fn turned(target: &str, parameter: &str, cursor: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut serializer = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name != "after" && name != "before" {
            serializer.append_pair(&name, &value);
        }
    }
    serializer.append_pair(parameter, cursor);
    format!("{path}?{}", serializer.finish())
}

/// Whether `If-None-Match` names the tag; compared weakly, as RFC 9110 section 13.1.2 asks.
pub fn matches(tags: &HeaderValue, etag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.to_str().is_ok_and(|tags| tags.trim() == "*" || tags.split(',').any(|tag| opaque(tag) == opaque(etag)))
}

fn ready(answer: Answer, coding: Coding, link: String, form: &Form, location: Option<Bytes>, language: Option<Language>) -> Ready {
    let Answer { body, media, hash, weak, position, as_of, .. } = answer;
    // A picture is compressed already.
    let coding = if media == Media::Png { Coding::Identity } else { coding };
    let (body, encoding) = match encode(&body, coding) {
        Some(encoded) => (encoded, coding.name()),
        None => (body, None),
    };
    // Another coding is another sequence of bytes, and the same bytes as another media type are another
    // representation, so a strong tag must differ.
    let kind = if form.media == Media::GraphqlJson { "-json" } else { "" };
    let suffix = encoding.map_or_else(|| kind.to_owned(), |name| format!("{kind}-{name}"));
    let etag = format!("{}\"{hash:032x}{suffix}\"", if weak { "W/" } else { "" });
    Ready {
        body: Bytes::from(body),
        encoding,
        etag: etag.into(),
        link: link.into(),
        media: form.media,
        vary: form.vary,
        language: language.map(Language::tag),
        held: as_of.map(|day| (position, day)),
        location,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        let matches = |tags: &'static str, etag: &str| matches(&HeaderValue::from_static(tags), etag);
        assert!(matches("\"a\"", "\"a\""));
        assert!(matches("W/\"a\", \"b\"", "\"b\""));
        assert!(matches("\"a\"", "W/\"a\""));
        assert!(matches("*", "\"a\""));
        assert!(!matches("\"a\"", "\"b\""));
    }

    #[test]
    fn turning_pages_keeps_the_rest() {
        assert_eq!(
            turned("/v1/products?q=m%E1%BA%ADt+ong&after=x&first=5", "after", "y"),
            "/v1/products?q=m%E1%BA%ADt+ong&first=5&after=y"
        );
    }
}
