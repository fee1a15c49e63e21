//! Search and browse: one list with filters, counts and pages by links; provinces and groups are the
//! same list with one filter set.

use super::frame::{Head, Visit, box_of_search, page as framed};
use super::verdict::products;
use super::words::{self as said, number};
use super::{Registry, Told, parameters, see_other, send_list};
use crate::domain::classification::classification;
use crate::domain::code::{Noun, code_of};
use crate::domain::decision_number;
use crate::domain::place::{Generation, Level, PlaceId, gazetteer};
use crate::domain::text::{fold, path_of_address};
use crate::domain::timeline::Standing;
use crate::error::{Code, Problem, say};
use crate::http::Public;
use crate::http::asked::{coded, words};
use crate::http::params::Params;
use crate::read::cursor::{PageAsk, USUAL, name_of};
use crate::read::product::{ListingFilter, Order, PlaceFilter, ProductList};
use crate::read::sheet;
use crate::read::stats::DIMENSIONS;
use crate::read::verification::Identifier;
use crate::read::view::page::{Page, PageInfo};
use crate::read::view::product::Product;
use crate::read::view::stats::Facet;
use actix_web::HttpRequest;
use actix_web::web::Path;
use maud::{Markup, html};

/// The most products on a page.
const MOST: u32 = 50;

/// What the list may be ordered by: in requests, in both languages, and for the store.
const ORDERS: [(&str, &str, &str, Order, bool); 4] = [
    ("validUntil", "Sắp hết hạn trước", "Ending first", Order::End, false),
    ("-validUntil", "Mới nhất trước", "Newest first", Order::End, true),
    ("name", "Theo tên", "By name", Order::Name, false),
    ("-stars", "Nhiều sao trước", "Most stars first", Order::Stars, true),
];

/// What stands in the address of a list, as it was written.
#[derive(Debug, Clone, Default)]
struct Asked {
    text: String,
    province: Option<PlaceId>,
    group: Option<i16>,
    stars: Option<i16>,
    standings: Vec<Standing>,
    producer: Option<i64>,
    sort: Option<&'static str>,
    first: Option<u32>,
}

/// `/search`: a list, or the page of what the text names.
pub(super) async fn page(request: HttpRequest, registry: Registry) -> Told {
    let mut params = parameters(&request);
    let text = params.text("q").unwrap_or_default().trim().to_owned();
    let visit = Visit::of(&request, &registry, 0);
    if let Some(elsewhere) = named(&text)? {
        return Ok(see_other(&visit.link(&elsewhere)));
    }
    let gazetteer = gazetteer();
    let province = params.read("province", |name| crate::read::place::resolve("province", name, Some(Level::Province), None));
    let small = |value: Option<i64>| value.and_then(|value| i16::try_from(value).ok());
    let asked = Asked {
        text,
        province: province.map(|id| if gazetteer.place(id).generation == Generation::Of34 { gazetteer.province_now(id) } else { id }),
        group: small(params.number("group", 1, 6)),
        stars: small(params.number("stars", 3, 5)),
        standings: params.words("status", &words(Standing::ALL, Standing::as_str)),
        producer: params.read("producer", |text| coded(text, Noun::Producer)),
        sort: params.word("sort", &ORDERS.map(|order| (order.0, order.0))),
        first: None,
    };
    let title = match asked.text.as_str() {
        "" => visit.say("Sản phẩm", "Products").to_owned(),
        text => visit.say(format!("Kết quả cho \"{text}\""), format!("Results for \"{text}\"")),
    };
    answer(&request, &registry, params, asked, "/search", &title, None).await
}

/// `/provinces/{key}`: the products of a province, of today or of the division before.
pub(super) async fn province(request: HttpRequest, registry: Registry, key: Path<String>) -> Told {
    let gazetteer = gazetteer();
    let id = gazetteer.get(&key).filter(|id| gazetteer.place(*id).level == Level::Province).ok_or_else(|| Problem::not_found(&key))?;
    let id = if gazetteer.place(id).generation == Generation::Of34 { gazetteer.province_now(id) } else { id };
    let place = gazetteer.place(id);
    if place.key != *key {
        return Ok(see_other(&Visit::of(&request, &registry, 0).link(&format!("/provinces/{}", place.key))));
    }
    let title = if place.is_current() { place.name.to_owned() } else { format!("{} (cũ)", place.name) };
    fixed(&request, &registry, Asked { province: Some(id), ..Asked::default() }, &format!("/provinces/{key}"), &title).await
}

/// `/groups/{number}`: the products of a group.
pub(super) async fn group(request: HttpRequest, registry: Registry, number: Path<String>) -> Told {
    let group = number.parse().ok().and_then(|number| classification().group(number)).ok_or_else(|| Problem::not_found(&number))?;
    let visit = Visit::of(&request, &registry, 0);
    let title = visit.say(&group.vi, &group.en);
    fixed(&request, &registry, Asked { group: Some(group.number), ..Asked::default() }, &format!("/groups/{}", group.number), title).await
}

/// A list whose one filter stands in the path.
async fn fixed(request: &HttpRequest, registry: &Public, asked: Asked, path: &str, title: &str) -> Told {
    let mut params = parameters(request);
    let status = params.words("status", &words(Standing::ALL, Standing::as_str));
    let address = format!("{}{path}", registry.base_url);
    answer(request, registry, params, Asked { standings: status, ..asked }, path, title, Some(&address)).await
}

/// The page of the one thing that a text names, if it names one.
fn named(text: &str) -> Result<Option<String>, Problem> {
    if let Some(path) = path_of_address(text) {
        // What a QR code holds: its last part is a code or a barcode, or it is nothing to us.
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        return Ok(match Identifier::parse(text).or_else(|_| Identifier::parse(last)) {
            Ok(Identifier::Coded(noun, id)) => Some(format!("/{}", code_of(noun, id))),
            Ok(Identifier::Gtin(gtin)) => Some(format!("/01/{gtin}")),
            _ => None,
        });
    }
    let read = Identifier::parse(text);
    Ok(match read {
        Ok(Identifier::Coded(noun, id)) => Some(format!("/{}", code_of(noun, id))),
        Ok(Identifier::Gtin(gtin)) => Some(format!("/01/{gtin}")),
        Ok(Identifier::Official(code)) => {
            Some(format!("/verify?{}", form_urlencoded::Serializer::new(String::new()).append_pair("id", &code).finish()))
        }
        // Without a digit it is rather a word of eight letters than a code with an error.
        Err((Code::ChecksumFailed, detail)) if text.contains(|c: char| c.is_ascii_digit()) => {
            return Err(Problem::parameter("q", Code::ChecksumFailed, detail));
        }
        _ if is_decision_number(text) => {
            Some(format!("/decisions?{}", form_urlencoded::Serializer::new(String::new()).append_pair("number", text).finish()))
        }
        _ => None,
    })
}

/// Whether a text looks like `858/QĐ-UBND`.
fn is_decision_number(text: &str) -> bool {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    digits > 0 && text[digits..].starts_with('/') && fold(&text[digits..]).starts_with("qd") && decision_number::key(text).is_some()
}

async fn answer(
    request: &HttpRequest,
    registry: &Public,
    mut params: Params,
    asked: Asked,
    path: &str,
    title: &str,
    canonical: Option<&str>,
) -> Told {
    if !asked.text.is_empty() && fold(&asked.text).is_empty() {
        let detail = say("Hãy nhập chữ hoặc số.", "Type letters or digits.");
        return Err(Problem::parameter("q", Code::InvalidValue, detail));
    }
    let order = ORDERS.iter().find(|order| Some(order.0) == asked.sort);
    let (order, descending) = order.map_or((Order::Number, false), |order| (order.3, order.4));
    let filter = asked.filter();
    let ranked = if asked.text.is_empty() { format!("{order:?} {descending}") } else { "rank".into() };
    let order_name = name_of(&format!("page {ranked} {} {filter:?}", asked.text));
    let page = page_of(&mut params, &order_name);
    let asked = Asked { first: (page.first != USUAL).then_some(page.first), ..asked };
    params.finish()?;
    let counted = ["status", "stars", "group", "province"];
    let ask = ProductList {
        filter,
        on: registry.today(request),
        text: Some(asked.text.clone()).filter(|text| !text.is_empty()),
        order,
        descending,
        order_name,
        page,
        fields: None,
        facets: DIMENSIONS.into_iter().filter(|(name, _)| counted.contains(name)).collect(),
    };
    let (list, position) = sheet::list(&registry.reader, ask).await?;
    let visit = Visit::of(request, registry, position);
    let main = main(&visit, &asked, &list, path, title);
    let head = Head { title, description: title, canonical, ..Head::default() };
    Ok(send_list(registry, request, &visit, framed(&visit, &head, main), &list.page_info, canonical))
}

impl Asked {
    fn filter(&self) -> ListingFilter {
        let gazetteer = gazetteer();
        let place = self.province.map(|id| gazetteer.place(id)).map(|place| match place.generation {
            Generation::Of34 => PlaceFilter::ProvinceNow(place.key.clone()),
            Generation::Of63 => PlaceFilter::ProvinceThen(place.key.clone()),
        });
        ListingFilter {
            place,
            group: self.group,
            stars_min: self.stars,
            stars_max: self.stars,
            standings: self.standings.clone(),
            producer: self.producer,
            ..ListingFilter::default()
        }
    }

    /// The filters as parameters; `path` may stand for one of them.
    fn parameters(&self, path: &str) -> Vec<(&'static str, String)> {
        let inside = |beginning: &str| path.starts_with(beginning);
        let mut pairs = Vec::new();
        let mut add = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        add("q", Some(self.text.clone()).filter(|text| !text.is_empty()));
        add("province", self.province.filter(|_| !inside("/provinces/")).map(|id| gazetteer().place(id).key.clone()));
        add("group", self.group.filter(|_| !inside("/groups/")).map(|group| group.to_string()));
        add("stars", self.stars.map(|stars| stars.to_string()));
        add("status", Some(self.standings.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(",")).filter(|all| !all.is_empty()));
        add("producer", self.producer.map(|id| code_of(Noun::Producer, id).into()));
        add("sort", self.sort.map(str::to_owned));
        add("first", self.first.map(|first| first.to_string()));
        pairs
    }
}

/// The page of a list that is asked for: shorter than those for machines, so that it loads on a phone.
pub(super) fn page_of(params: &mut Params, order: &str) -> PageAsk {
    let page = params.page(order);
    if page.first > MOST {
        let detail = say(format!("first là số từ 1 đến {MOST} ở trang này."), format!("Pages for people take 1 to {MOST}."));
        params.fault("first", Code::InvalidValue, detail);
    }
    page
}

/// An address with parameters.
fn address(path: &str, pairs: &[(&str, String)]) -> String {
    if pairs.is_empty() {
        return path.to_owned();
    }
    format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

/// Links to the pages before and after.
pub(super) fn pages(visit: &Visit, path: &str, pairs: &[(&'static str, String)], info: &PageInfo) -> Markup {
    let turned = |name: &'static str, cursor: &str| {
        let mut pairs = pairs.to_vec();
        pairs.push((name, cursor.to_owned()));
        visit.link(&address(path, &pairs))
    };
    html! {
        @if info.has_previous_page || info.has_next_page {
            nav.pages aria-label=(visit.say("Các trang", "Pages")) {
                @if let Some(cursor) = info.start_cursor.as_deref().filter(|_| info.has_previous_page) {
                    a.button.plain href=(turned("before", cursor)) rel="prev" { (visit.say("← Trang trước", "← Previous")) }
                }
                @if let Some(cursor) = info.end_cursor.as_deref().filter(|_| info.has_next_page) {
                    a.button.plain href=(turned("after", cursor)) rel="next" { (visit.say("Trang sau →", "Next →")) }
                }
            }
        }
    }
}

fn main(visit: &Visit, asked: &Asked, list: &Page<Product>, path: &str, title: &str) -> Markup {
    let facets = list.facets.as_deref().unwrap_or_default();
    let total: i64 =
        facets.iter().find(|facet| facet.by == "status").map_or(0, |facet| facet.values.iter().map(|value| value.products).sum());
    html! {
        h1 { (title) }
        p { (visit.say(
            format!("{} sản phẩm, mỗi sản phẩm với kết luận của hôm nay.", number(visit.language, total)),
            format!("{} products, each with today's verdict.", number(visit.language, total)),
        )) }
        (filters(visit, asked, facets, path))
        (counts(visit, asked, facets, path))
        @if list.items.is_empty() {
            div.note.open { p { (visit.say(
                "Không có sản phẩm nào khớp. Thử ít từ hơn, không cần dấu; hoặc tìm tên chủ thể.",
                "Nothing matches. Try fewer words, diacritics are not needed; or the producer's name.",
            )) } }
        }
        (products(visit, &list.items))
        (pages(visit, path, &asked.parameters(path), &list.page_info))
    }
}

/// The filters as a form, for those who come to narrow down.
fn filters(visit: &Visit, asked: &Asked, facets: &[Facet], path: &str) -> Markup {
    let gazetteer = gazetteer();
    if path != "/search" {
        return html! { (box_of_search(visit, "", visit.say("Tìm trong cả nước", "Search the whole country"))) };
    }
    let provinces: Vec<&str> =
        facets.iter().filter(|facet| facet.by == "province").flat_map(|facet| &facet.values).filter_map(|v| v.value.as_deref()).collect();
    let chosen = asked.province.map(|id| gazetteer.place(id).key.as_str());
    html! {
        form.ask action="/search" method="get" role="search" {
            (visit.field())
            label for="q" { (visit.say("Tên, mã, mã vạch hoặc số quyết định", "Name, code, barcode or decision number")) }
            div.row {
                input #q type="search" name="q" value=(asked.text) maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false";
                button type="submit" { (visit.say("Tìm", "Search")) }
            }
            details open[!asked.parameters(path).iter().all(|(name, _)| *name == "q")] {
                summary { (visit.say("Bộ lọc", "Filters")) }
                div.filters {
                    @if let Some(id) = asked.producer { input type="hidden" name="producer" value=(code_of(Noun::Producer, id)); }
                    div {
                        label for="province" { (visit.say("Tỉnh, thành phố", "Province")) }
                        select #province name="province" {
                            option value="" { (visit.say("Cả nước", "All")) }
                            @for key in provinces.iter().copied().chain(chosen.filter(|key| !provinces.contains(key))) {
                                option value=(key) selected[Some(key) == chosen] { (gazetteer.get(key).map_or(key, |id| gazetteer.place(id).name)) }
                            }
                        }
                    }
                    div {
                        label for="group" { (visit.say("Nhóm", "Group")) }
                        select #group name="group" {
                            option value="" { (visit.say("Mọi nhóm", "All")) }
                            @for group in &classification().groups {
                                option value=(group.number) selected[Some(group.number) == asked.group] { (visit.say(&group.vi, &group.en)) }
                            }
                        }
                    }
                    div {
                        label for="stars" { (visit.say("Số sao", "Stars")) }
                        select #stars name="stars" {
                            option value="" { (visit.say("Mọi mức", "All")) }
                            @for n in [5_i16, 4, 3] { option value=(n) selected[Some(n) == asked.stars] { (said::stars(visit.language, n)) } }
                        }
                    }
                    div {
                        label for="status" { (visit.say("Tình trạng hôm nay", "Today")) }
                        select #status name="status" {
                            option value="" { (visit.say("Mọi tình trạng", "All")) }
                            option value="valid,extended" selected[asked.standings == [Standing::Valid, Standing::Extended]] { (visit.say("Đang được công nhận", "In force")) }
                            @for standing in Standing::ALL { option value=(standing.as_str()) selected[asked.standings == [*standing]] { (said::standing(visit.language, *standing)) } }
                        }
                    }
                    div {
                        label for="sort" { (visit.say("Thứ tự (khi không tìm chữ)", "Order (without text)")) }
                        select #sort name="sort" disabled[!asked.text.is_empty()] {
                            option value="" { (visit.say("Theo mã", "By code")) }
                            @for (word, vi, en, ..) in ORDERS { option value=(word) selected[Some(word) == asked.sort] { (visit.say(vi, en)) } }
                        }
                    }
                    div.row { button type="submit" { (visit.say("Lọc", "Filter")) } }
                }
            }
        }
    }
}

/// Counts over the whole list, each a link that narrows it or, where it is set, widens it again.
fn counts(visit: &Visit, asked: &Asked, facets: &[Facet], path: &str) -> Markup {
    let link = |name: &'static str, value: Option<&str>| {
        let mut pairs = asked.parameters(path);
        pairs.retain(|(known, _)| *known != name);
        pairs.extend(value.map(|value| (name, value.to_owned())));
        visit.link(&address(path, &pairs))
    };
    let of = |by: &str| facets.iter().find(|facet| facet.by == by).map(|facet| facet.values.as_slice()).unwrap_or_default();
    html! {
        @if !of("status").is_empty() { h2 { (visit.say("Theo tình trạng hôm nay", "By status today")) } }
        ul.facets hidden[of("status").is_empty()] {
            @for count in of("status") {
                @if let Some(standing) = count.value.as_deref().and_then(Standing::parse) {
                    @let current = asked.standings == [standing];
                    li { a href=(link("status", (!current).then_some(standing.as_str()))) aria-current=[current.then_some("true")] {
                        (said::standing(visit.language, standing)) ": " (number(visit.language, count.products))
                    } }
                }
            }
        }
        @if path == "/search" && !of("stars").is_empty() {
            h2 { (visit.say("Theo số sao", "By stars")) }
            ul.facets {
                @for count in of("stars").iter().rev() {
                    @if let Some(stars) = count.value.as_deref().and_then(|n| n.parse::<i16>().ok()) {
                        @let current = asked.stars == Some(stars);
                        li { a href=(link("stars", (!current).then_some(stars.to_string()).as_deref())) aria-current=[current.then_some("true")] {
                            (said::stars(visit.language, stars)) ": " (number(visit.language, count.products))
                        } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_box_takes() {
        for (text, leads_to) in [
            ("p00000mc", Some("/P00000MC")),
            ("893-0000-00000-2", Some("/01/08930000000002")),
            ("2585/QĐ-UBND", Some("/decisions?number=2585%2FQ%C4%90-UBND")),
            ("2585 / qd-ubnd", None),
            ("83-829-28780-3-2022", Some("/verify?id=83-829-28780-3-2022")),
            ("https://ocop.example/P00000MC?lang=en", Some("/P00000MC")),
            ("HTTPS://OCOP.EXAMPLE/P00000MC", Some("/P00000MC")),
            ("https://id.gs1.org/01/08930000000002", Some("/01/08930000000002")),
            ("https://id.gs1.org/01/08930000000002/10/LOT?17=261231", Some("/01/08930000000002")),
            ("https://evil.example/phish", None),
            ("https://ocop.example", None),
            ("mật ong", None),
            ("MIEN DONG", None),
            ("HTX 19/5", None),
            ("", None),
        ] {
            assert_eq!(named(text).expect(text).as_deref(), leads_to, "{text}");
        }
        for typing_error in ["P00000MX", "8930000000003"] {
            assert_eq!(named(typing_error).expect_err("a wrong check character").code, Code::ChecksumFailed);
        }
    }
}
