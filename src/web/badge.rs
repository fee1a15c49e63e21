//! The badge that shops show: stars and the last day while certified, grey from the day after.

use super::verdict::Kind;
use super::words::{day, plain_name};
use super::{Registry, Told, canonical, coded, keep, or_where_it_lives_on, parameters};
use crate::domain::code::Noun;
use crate::http::accept::{Language, language_of_page};
use crate::http::problem::no_such_path;
use crate::read::answer::{Answer, Media};
use crate::read::sheet::{self, Asked};
use actix_web::HttpRequest;
use actix_web::web::Path;
use maud::{Markup, html};

/// `/P…/badge.svg`, in Vietnamese or, with `?lang=en`, in English.
pub(super) async fn svg(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let (noun, id) = coded(&code)?;
    let asked = match noun {
        Noun::Product => Asked::Product(id),
        Noun::Certificate => Asked::Certificate(id),
        Noun::Producer | Noun::Decision => return Err(no_such_path()),
    };
    if let Some(elsewhere) = canonical(&request, &code, noun, id, "/badge.svg") {
        return Ok(elsewhere);
    }
    parameters(&request).finish()?;
    let today = registry.today(&request);
    // A picture has no header of its own to choose a language by: the page around it says which.
    let language = language_of_page(request.query_string(), &actix_web::http::header::HeaderMap::new());
    let (sheet, position) = match sheet::product(&registry.reader, asked, today).await {
        Ok(seen) => seen,
        Err(error) => return or_where_it_lives_on(Err(error.into()), &request, &registry, (noun, id), "/badge.svg").await,
    };
    let product = &sheet.product;
    let kind = Kind::of(&product.certification, today);
    let badge = Badge { language, kind, stars: product.certification.stars, name: plain_name(language, &product.name) };
    let until = product.certification.valid_until.map(|until| day(language, until));
    let answer = Answer::rendered(badge.draw(until.as_deref()).into_string().into_bytes(), Media::Svg, position);
    Ok(registry.reply(&request, answer, keep(&request), &[]))
}

struct Badge<'n> {
    language: Language,
    kind: Kind,
    stars: Option<i16>,
    name: &'n str,
}

impl Badge<'_> {
    fn draw(&self, until: Option<&str>) -> Markup {
        let yes = self.kind.is_yes();
        let (ground, ink, lit) = if yes { ("#14532d", "#ffffff", "#fbbf24") } else { ("#57534e", "#ffffff", "#57534e") };
        let stars = self.stars.filter(|_| yes).unwrap_or(0);
        let line = match (self.kind, until) {
            (Kind::Certified | Kind::Ending, Some(until)) => self.language.pick(format!("đến hết {until}"), format!("to {until}")),
            (Kind::Expired, Some(until)) => self.language.pick(format!("đã hết hạn {until}"), format!("expired {until}")),
            (Kind::Withdrawn, _) => self.language.pick("đã bị thu hồi", "withdrawn").into(),
            (Kind::Annulled, _) => self.language.pick("đã bị hủy bỏ", "annulled").into(),
            (Kind::Undetermined, _) => self.language.pick("chưa xác định thời hạn", "term not known").into(),
            (Kind::Ahead, _) => self.language.pick("chưa có hiệu lực", "not valid yet").into(),
            _ => self.language.pick("không được công nhận", "not certified").to_owned(),
        };
        let headline = if yes { self.language.pick(format!("OCOP {stars} sao"), format!("OCOP {stars} stars")) } else { "OCOP".into() };
        html! {
            svg xmlns="http://www.w3.org/2000/svg" width="220" height="64" viewBox="0 0 220 64" role="img" aria-labelledby="t" lang=(self.language.tag()) {
                title id="t" { (headline) ", " (line) ": " (self.name) }
                rect width="220" height="64" rx="8" fill=(ground) {}
                circle cx="32" cy="32" r="22" fill="none" stroke=(ink) stroke-width="2" {}
                @if yes { path d="M22 33l7 7 14-16" fill="none" stroke=(ink) stroke-width="4.5" stroke-linecap="round" stroke-linejoin="round" {} }
                @else { path d="M22 32h20" fill="none" stroke=(ink) stroke-width="4.5" stroke-linecap="round" {} }
                g fill=(ink) font-family="system-ui,-apple-system,Segoe UI,Roboto,Noto Sans,sans-serif" {
                    text x="64" y="28" font-size="19" font-weight="700" { "OCOP" }
                    text x="64" y="50" font-size="14" { (line) }
                }
                @if yes {
                    @for n in 0..5_i16 {
                        path transform=(format!("translate({} 11) scale(.76)", 124 + 18 * n)) fill=(if n < stars { lit } else { "none" }) stroke=(lit) stroke-width="1.2"
                            d="M12 1.8l3 6.6 7.2.8-5.3 4.9 1.5 7.1L12 17.6l-6.4 3.6 1.5-7.1L1.8 9.2 9 8.4z" {}
                    }
                }
            }
        }
    }
}
