//! The frame of every page: head, header, footer, and what a page knows of its visit.

use super::assets;
use super::words::{date, day as said_day};
use crate::domain::day::Day;
use crate::http::Public;
use crate::http::accept::{Language, language_of_page};
use crate::http::front::requested;
use actix_web::HttpRequest;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// What a page knows of who asks, and of what it was made from.
pub(super) struct Visit {
    /// The page's language.
    pub(super) language: Language,
    /// Whether the address names it, so that links have to carry it on.
    chosen: bool,
    /// The address asked, without the language.
    target: String,
    /// Day and ledger position that the page holds for; `None` on pages of problems.
    as_of: Option<Day>,
    /// Whether that day was asked for and is not today.
    pub(super) other_day: bool,
    /// The ledger position.
    pub(super) position: i64,
}

/// What stands in the head of a page besides what all have.
#[derive(Default)]
pub(super) struct Head<'h> {
    /// Title, without the site's name.
    pub(super) title: &'h str,
    /// Title where the page is shared, when it is another: with the verdict and its day.
    pub(super) shared: Option<&'h str>,
    /// What search engines and shared links show; never an undated claim.
    pub(super) description: &'h str,
    /// The page's one address, absolute; `None` keeps it out of search engines.
    pub(super) canonical: Option<&'h str>,
    /// Address of a picture for shared links, absolute.
    pub(super) picture: Option<&'h str>,
    /// JSON-LD, as JSON.
    pub(super) data: Option<&'h str>,
    /// The same in other shapes: media type and address.
    pub(super) also: &'h [(&'h str, String)],
    /// Whether the page uses the camera's script.
    pub(super) scans: bool,
}

impl Visit {
    /// The visit of a request that is answered from a ledger position.
    pub(super) fn of(request: &HttpRequest, registry: &Public, position: i64) -> Self {
        let visit = Self::to(&requested(request), language_of_page(request.query_string(), request.headers()));
        Self { as_of: Some(registry.today(request)), position, ..visit }
    }

    /// A visit to an address, of which no more is known.
    pub(super) fn to(target: &str, language: Language) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (named, rest): (Vec<&str>, Vec<&str>) = query.split('&').filter(|pair| !pair.is_empty()).partition(|p| p.starts_with("lang="));
        let target = if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
        Self { language, chosen: !named.is_empty(), target, as_of: None, other_day: false, position: 0 }
    }

    /// The same visit, asking about another day than today.
    pub(super) fn on(self, day: Option<Day>) -> Self {
        Self { as_of: day.or(self.as_of), other_day: day.is_some(), ..self }
    }

    /// Of two texts the one in the page's language.
    pub(super) fn say<T>(&self, vi: T, en: T) -> T {
        self.language.pick(vi, en)
    }

    /// An address of this site as this page links to it.
    pub(super) fn link(&self, address: &str) -> String {
        if self.chosen { in_language(address, self.language) } else { address.to_owned() }
    }

    /// The day that the page holds for.
    pub(super) fn day(&self) -> Day {
        self.as_of.unwrap_or_default()
    }

    /// This page about today.
    pub(super) fn link_of_today(&self) -> String {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let rest: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("on=")).collect();
        self.link(&if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) })
    }

    /// A sentence that holds for the page's day; the day is said wherever it is not today.
    pub(super) fn dated(&self, text: String) -> String {
        if !self.other_day {
            return text;
        }
        let day = said_day(self.language, self.day());
        self.say(format!("Ngày {day}: {text}"), format!("On {day}: {text}"))
    }

    /// The page's day inside a sentence.
    pub(super) fn when(&self) -> String {
        if !self.other_day {
            return self.say("hôm nay", "today").to_owned();
        }
        let day = said_day(self.language, self.day());
        self.say(format!("ngày {day}"), format!("on {day}"))
    }

    /// A hidden field that carries the language through a form.
    pub(super) fn field(&self) -> Markup {
        html! { @if self.chosen { input type="hidden" name="lang" value=(self.language.tag()); } }
    }
}

fn in_language(address: &str, language: Language) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}lang={}", language.tag())
}

/// The registry's name.
pub(super) fn site_name(language: Language) -> &'static str {
    language.pick("Sổ đăng ký OCOP", "OCOP Registry")
}

/// A whole page.
pub(super) fn page(visit: &Visit, head: &Head<'_>, main: Markup) -> String {
    let language = visit.language;
    let other = language.pick(Language::English, Language::Vietnamese);
    let title = if head.title.is_empty() { site_name(language).to_owned() } else { format!("{} · {}", head.title, site_name(language)) };
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                meta name="description" content=(head.description);
                meta name="color-scheme" content="light dark";
                meta name="theme-color" content="#14532d";
                link rel="icon" href=(assets::ICON.address()) type="image/svg+xml";
                link rel="stylesheet" href=(assets::STYLE.address());
                @if let Some(address) = head.canonical {
                    link rel="canonical" href=(address);
                    link rel="alternate" hreflang="vi" href=(in_language(address, Language::Vietnamese));
                    link rel="alternate" hreflang="en" href=(in_language(address, Language::English));
                    link rel="alternate" hreflang="x-default" href=(address);
                    @for (media, at) in head.also { link rel="alternate" type=(media) href=(at); }
                    meta property="og:url" content=(address);
                } @else {
                    meta name="robots" content="noindex";
                }
                meta property="og:type" content="website";
                meta property="og:site_name" content=(site_name(language));
                meta property="og:title" content=(head.shared.unwrap_or(&title));
                meta property="og:description" content=(head.description);
                meta property="og:locale" content=(language.pick("vi_VN", "en_GB"));
                @if let Some(picture) = head.picture {
                    meta property="og:image" content=(picture);
                    meta property="og:image:type" content="image/png";
                    meta property="og:image:width" content="1200";
                    meta property="og:image:height" content="630";
                    meta property="og:image:alt" content=(head.description);
                    meta name="twitter:card" content="summary_large_image";
                }
                @if let Some(data) = head.data {
                    // Inside a script element only "<" could end it; JSON may write it otherwise.
                    script type="application/ld+json" { (PreEscaped(data.replace('<', "\\u003c"))) }
                }
                @if head.scans { script src=(assets::SCAN.address()) defer {} }
            }
            body {
                a.skip href="#main" { (visit.say("Đến nội dung chính", "Skip to content")) }
                header.top {
                    a.home href=(visit.link("/")) { (mark()) span { (site_name(language)) } }
                    nav aria-label=(visit.say("Trang chính", "Main")) {
                        a href=(visit.link("/search")) { (visit.say("Tìm kiếm", "Search")) }
                        a href=(visit.link("/overview")) { (visit.say("Tổng quan", "Overview")) }
                        a href=(in_language(&visit.target, other)) hreflang=(other.tag()) lang=(other.tag()) rel="nofollow" {
                            (language.pick("English", "Tiếng Việt"))
                        }
                    }
                }
                main #main { (main) }
                footer {
                    @if let Some(day) = visit.as_of {
                        p {
                            (visit.say("Đúng cho ngày ", "True for ")) (date(language, day))
                            (visit.say(", phiên bản dữ liệu ", ", data version ")) (visit.position) "."
                        }
                    }
                    p {
                        (visit.say(
                            "OCOP (Mỗi xã một sản phẩm) chứng nhận từng sản phẩm, trong 36 tháng; không chứng nhận chủ thể.",
                            "OCOP (One Commune One Product) certifies single products, for 36 months; it certifies no producer.",
                        ))
                    }
                    p {
                        a href="/docs/" lang="en" { "API" } " · "
                        a href="/v1/exports/products.csv" { (visit.say("Tải dữ liệu (CSV)", "Download the data (CSV)")) }
                    }
                }
            }
        }
    }
    .into_string()
}

/// The registry's own mark.
pub(super) fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 32 32" aria-hidden="true" focusable="false" {
            circle cx="16" cy="16" r="15" {}
            path d="M16 5.5l3.1 6.6 7.2.9-5.3 5 1.4 7.1L16 21.6l-6.4 3.5 1.4-7.1-5.3-5 7.2-.9z" {}
        }
    }
}

/// The one box: code, barcode, decision number, or a name.
pub(super) fn box_of_search(visit: &Visit, text: &str, label: &str) -> Markup {
    html! {
        form.ask action="/search" method="get" role="search" {
            (visit.field())
            label for="q" { (label) }
            div.row {
                input #q type="search" name="q" value=(text) maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false" required;
                button type="submit" { (visit.say("Tra cứu", "Look up")) }
            }
            p.hint {
                (visit.say("Ví dụ: ", "For example: ")) b { "P00000MC" } ", " b { "8930000000002" } ", " b { "2585/QĐ-UBND" } ", "
                b lang="vi" { "mật ong" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_carry_a_chosen_language_on() {
        let visit = Visit::to("/search?q=nem&lang=en&stars=4", Language::English);
        assert_eq!((visit.target.as_str(), visit.link("/P00000BY")), ("/search?q=nem&stars=4", "/P00000BY?lang=en".into()));
        assert_eq!(Visit::to("/", Language::English).link("/search?q=x"), "/search?q=x");
    }
}
