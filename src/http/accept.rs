//! What a client accepts (RFC 9110, sections 12.5.1, 12.5.3 and 12.5.4), and at which addresses that chooses.

use actix_web::http::header::{self, HeaderMap};

/// Languages that problems are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Vietnamese, the first language of the registry.
    Vietnamese,
    /// English.
    English,
}

impl Language {
    /// Of two sentences the one in this language.
    pub fn pick<T>(self, vi: T, en: T) -> T {
        match self {
            Self::Vietnamese => vi,
            Self::English => en,
        }
    }

    /// The tag (RFC 5646).
    pub fn tag(self) -> &'static str {
        self.pick("vi", "en")
    }
}

/// Shapes of the addresses that people and machines share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A page for people.
    Page,
    /// JSON, as `/v1` answers.
    Json,
    /// JSON-LD, in the words of schema.org.
    JsonLd,
}

/// The media types of the shapes, in the order of preference among equals.
pub const SHAPES: [(&str, Shape); 3] =
    [("text/html", Shape::Page), ("application/json", Shape::Json), ("application/ld+json", Shape::JsonLd)];

/// Content codings, in the order of preference among equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Identity,
    /// Zstandard (RFC 8878).
    Zstd,
    /// Brotli (RFC 7932).
    Brotli,
    /// Gzip (RFC 1952).
    Gzip,
}

impl Coding {
    /// The name in `Content-Encoding`; `None` for identity.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Zstd => Some("zstd"),
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
        }
    }
}

/// The members of a list header with their weights; a weight that cannot be read counts as 1.
fn weighted(value: &str) -> impl Iterator<Item = (&str, f32)> {
    value.split(',').map(|member| {
        let (name, parameters) = member.split_once(';').unwrap_or((member, ""));
        let weight = parameters.split(';').find_map(|p| p.trim().strip_prefix("q=")).and_then(|q| q.trim().parse().ok());
        (name.trim(), weight.unwrap_or(1.0))
    })
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether one of the media types will do.
pub fn accepts(headers: &HeaderMap, types: &[&str]) -> bool {
    let Some(accept) = text(headers, header::ACCEPT) else { return true };
    if accept == "*/*" {
        return true;
    }
    weighted(accept).filter(|(_, weight)| *weight > 0.0).any(|(range, _)| {
        types.iter().any(|media| {
            range == "*/*"
                || range.eq_ignore_ascii_case(media)
                || range.strip_suffix("/*").is_some_and(|kind| media.split('/').next() == Some(kind))
        })
    })
}

/// Which of the media types of GraphQL answers a client wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphqlMedia {
    /// `application/json`, also for those who do not say.
    Json,
    /// `application/graphql-response+json`, whose status tells how the request went.
    Response,
}

/// The media type for a GraphQL answer; `None` when neither will do.
pub fn graphql_media(headers: &HeaderMap) -> Option<GraphqlMedia> {
    let Some(accept) = text(headers, header::ACCEPT) else { return Some(GraphqlMedia::Json) };
    // Where several ranges fit, the most specific one counts (RFC 9110, section 12.5.1).
    let weight = |media: &str| {
        let specific = |range: &str| match range {
            "*/*" => Some(0),
            "application/*" => Some(1),
            range => range.eq_ignore_ascii_case(media).then_some(2),
        };
        weighted(accept).filter_map(|(range, weight)| Some((specific(range)?, weight))).max_by_key(|(specific, _)| *specific)
    };
    let (json, response) = (weight("application/json"), weight("application/graphql-response+json"));
    let told = |weight: Option<(i32, f32)>| weight.map_or(0.0, |(_, weight)| weight);
    if told(json).max(told(response)) <= 0.0 {
        return None;
    }
    // Asked for by name it is preferred among equals; a range alone means what everybody understands.
    let by_name = response.is_some_and(|(specific, _)| specific == 2);
    let wanted = if by_name { told(response) >= told(json) } else { told(response) > told(json) };
    Some(if wanted { GraphqlMedia::Response } else { GraphqlMedia::Json })
}

/// The address of the GraphQL door, whose answers differ by more than their coding.
pub const GRAPHQL: &str = "/graphql";

/// Which of the media types a client likes best; among equals the first, and the first too when it
/// says nothing. `None` when it takes none of them.
pub fn preferred(headers: &HeaderMap, types: &[&str]) -> Option<usize> {
    let Some(accept) = text(headers, header::ACCEPT) else { return Some(0) };
    let weight = |media: &str| {
        let kind = media.split('/').next().unwrap_or_default();
        let exactness = |range: &str| match range.strip_suffix("/*") {
            _ if range.eq_ignore_ascii_case(media) => Some(2),
            Some("*") => Some(0),
            Some(of) if of.eq_ignore_ascii_case(kind) => Some(1),
            _ => None,
        };
        let fitting = weighted(accept).filter_map(|(range, weight)| Some((exactness(range)?, weight)));
        fitting.max_by_key(|(exactness, _)| *exactness).map_or(0.0, |(_, weight)| weight)
    };
    let mut best = (None, 0.0);
    for (index, media) in types.iter().enumerate() {
        let weight = weight(media);
        if weight > best.1 {
            best = (Some(index), weight);
        }
    }
    best.0
}

/// The shape that a client likes best, of those of [`SHAPES`].
pub fn shape(headers: &HeaderMap) -> Option<Shape> {
    // Browsers say so first; the rest of their header need not be read.
    if text(headers, header::ACCEPT).is_some_and(|accept| accept.starts_with("text/html,")) {
        return Some(Shape::Page);
    }
    preferred(headers, &SHAPES.map(|(media, _)| media)).map(|index| SHAPES[index].1)
}

/// Beginnings of the addresses that are for machines and operators alone.
const FOR_MACHINES: [&str; 9] =
    ["/v1/", "/graphql", "/council/", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics", "/.well-known/"];

/// Whether people ask at an address, so that it may answer with a page.
pub fn for_people(path: &str) -> bool {
    !FOR_MACHINES.iter().any(|beginning| path.starts_with(beginning))
}

/// Whether a client at an address is to be told in a page.
pub fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    for_people(path) && text(headers, header::ACCEPT).is_some_and(|accept| accept.contains("html")) && shape(headers) == Some(Shape::Page)
}

/// Whether shape and language of an answer depend on headers: where people ask, but for files.
pub fn negotiated(path: &str) -> bool {
    !path.contains('.') && for_people(path)
}

/// A number for what chooses among the answers of one address besides the day: what a ready answer
/// is kept under. Coding; where people ask, shape and language; of GraphQL, media type and language.
/// `None` when there is no such answer.
pub fn variant(path: &str, headers: &HeaderMap) -> Option<u8> {
    let coding = coding(headers) as u8;
    if path == GRAPHQL {
        let media = graphql_media(headers)? as u8;
        return Some(coding | media << 2 | (language(headers) as u8) << 3);
    }
    if !negotiated(path) {
        return Some(coding);
    }
    let shape = shape(headers).map_or(0, |shape| 1 + shape as u8);
    Some(coding + 4 * (language(headers) as u8 + 2 * shape))
}

/// The language of a page: the one that its address names by `lang`, else as [`language`].
pub fn language_of_page(query: &str, headers: &HeaderMap) -> Language {
    match query.split('&').find_map(|pair| pair.strip_prefix("lang=")) {
        Some("en") => Language::English,
        Some("vi") => Language::Vietnamese,
        _ => language(headers),
    }
}

/// The language for problems: Vietnamese unless English is preferred.
pub fn language(headers: &HeaderMap) -> Language {
    let Some(accept) = text(headers, header::ACCEPT_LANGUAGE) else { return Language::Vietnamese };
    let weight = |tag: &str| {
        let exact = |name: &str| name.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case(tag));
        weighted(accept).filter(|(name, _)| exact(name)).map(|(_, weight)| weight).fold(0.0, f32::max)
    };
    if weight("en") > weight("vi") { Language::English } else { Language::Vietnamese }
}

/// The content coding for a body.
pub fn coding(headers: &HeaderMap) -> Coding {
    let Some(accept) = text(headers, header::ACCEPT_ENCODING) else { return Coding::Identity };
    let mut best = (Coding::Identity, 0.0);
    for coding in [Coding::Zstd, Coding::Brotli, Coding::Gzip] {
        let named = weighted(accept).find(|(name, _)| coding.name().is_some_and(|own| name.eq_ignore_ascii_case(own)));
        let weight = named.or_else(|| weighted(accept).find(|(name, _)| *name == "*")).map_or(0.0, |(_, weight)| weight);
        if weight > best.1 {
            best = (coding, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn with(name: header::HeaderName, value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn media_types() {
        for (accept, yes) in [
            ("*/*", true),
            ("application/json", true),
            ("application/*;q=0.5", true),
            ("text/html, application/json;q=0.9", true),
            ("text/html", false),
            ("application/json;q=0", false),
        ] {
            assert_eq!(accepts(&with(header::ACCEPT, accept), &["application/json"]), yes, "{accept}");
        }
    }

    #[test]
    fn shapes() {
        for (accept, best) in [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(Shape::Page)),
            ("*/*", Some(Shape::Page)),
            ("application/json", Some(Shape::Json)),
            ("application/*", Some(Shape::Json)),
            ("application/ld+json, application/json;q=0.9", Some(Shape::JsonLd)),
            ("text/html;q=0.5, application/json", Some(Shape::Json)),
            ("text/html;q=0, */*", Some(Shape::Json)),
            ("image/png", None),
        ] {
            assert_eq!(shape(&with(header::ACCEPT, accept)), best, "{accept}");
        }
        assert_eq!(shape(&HeaderMap::new()), Some(Shape::Page));
        assert!(!wants_page("/", &with(header::ACCEPT, "*/*")), "only who names HTML is told so");
        assert!(wants_page("/P00000BY", &with(header::ACCEPT, "text/html,*/*;q=0.8")));
        assert!(!wants_page("/v1/products", &with(header::ACCEPT, "text/html,*/*;q=0.8")));
    }

    #[test]
    fn variants_differ_where_answers_do() {
        let mut headers = with(header::ACCEPT, "application/json");
        let json = variant("/P00000BY", &headers);
        assert_eq!(variant("/v1/products/P00000BY", &headers), variant("/v1/products/P00000BY", &HeaderMap::new()));
        assert_eq!(variant("/P00000BY/qr.svg", &headers), variant("/P00000BY/qr.svg", &HeaderMap::new()));
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
        let english = variant("/P00000BY", &headers);
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("br"));
        let numbers = [json, english, variant("/P00000BY", &headers), variant("/P00000BY", &HeaderMap::new())];
        assert!(numbers.iter().enumerate().all(|(i, n)| !numbers[..i].contains(n)), "{numbers:?}");
    }

    #[test]
    fn graphql_media_types() {
        const RESPONSE: &str = "application/graphql-response+json";
        for (accept, wanted) in [
            ("*/*", Some(GraphqlMedia::Json)),
            ("application/*", Some(GraphqlMedia::Json)),
            ("application/json", Some(GraphqlMedia::Json)),
            (RESPONSE, Some(GraphqlMedia::Response)),
            ("application/json, application/graphql-response+json", Some(GraphqlMedia::Response)),
            ("application/graphql-response+json;q=0.5, application/json", Some(GraphqlMedia::Json)),
            ("application/graphql-response+json;q=0.5, */*;q=0.1", Some(GraphqlMedia::Response)),
            ("application/json;q=0, */*", Some(GraphqlMedia::Response)),
            ("text/html", None),
        ] {
            assert_eq!(graphql_media(&with(header::ACCEPT, accept)), wanted, "{accept}");
        }
    }

    #[test]
    fn languages_and_codings() {
        for (accept, language_is) in [
            ("vi", Language::Vietnamese),
            ("en-GB,en;q=0.9", Language::English),
            ("fr", Language::Vietnamese),
            ("en;q=0.5,vi;q=0.8", Language::Vietnamese),
        ] {
            assert_eq!(language(&with(header::ACCEPT_LANGUAGE, accept)), language_is, "{accept}");
        }
        for (accept, coding_is) in [
            ("gzip, br, zstd", Coding::Zstd),
            ("gzip", Coding::Gzip),
            ("gzip;q=1, br;q=0.5", Coding::Gzip),
            ("identity", Coding::Identity),
            ("*", Coding::Zstd),
            ("br;q=0", Coding::Identity),
        ] {
            assert_eq!(coding(&with(header::ACCEPT_ENCODING, accept)), coding_is, "{accept}");
        }
    }
}
