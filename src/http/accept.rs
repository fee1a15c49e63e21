//! What a client accepts (RFC 9110, sections 12.5.1, 12.5.3 and 12.5.4).

use actix_web::http::header::{self, HeaderMap};

/// Languages that problems are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Vietnamese, the first language of the registry.
    Vietnamese,
    /// English.
    English,
}

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
