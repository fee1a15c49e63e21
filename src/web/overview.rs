//! The overview: certified products by province, by year, by group and by stars.

use super::chart::{bars, map};
use super::frame::{Head, Visit, page as framed};
use super::words::{self, number, year_end};
use super::{Registry, Told, keep, parameters, send};
use crate::domain::classification::classification;
use crate::read::sheet::{self, OverviewSheet};
use crate::read::view::stats::BreakdownRow;
use actix_web::HttpRequest;
use maud::{Markup, html};

/// `/overview`.
pub(super) async fn page(request: HttpRequest, registry: Registry) -> Told {
    parameters(&request).finish()?;
    let (sheet, position) = sheet::overview(&registry.reader, registry.today(&request)).await?;
    let visit = Visit::of(&request, &registry, position);
    let address = format!("{}/overview", registry.base_url);
    let title = visit.say("Tổng quan", "Overview");
    let description = visit.say(
        "Sản phẩm OCOP đang được công nhận theo tỉnh, năm, nhóm và số sao.",
        "Certified OCOP products by province, year, group and stars.",
    );
    let head = Head { title, description, canonical: Some(&address), ..Head::default() };
    Ok(send(&registry, &request, &visit, framed(&visit, &head, main(&visit, &sheet)), keep(&request), Some(&address)))
}

fn main(visit: &Visit, sheet: &OverviewSheet) -> Markup {
    let stats = &sheet.stats;
    let rows = |by: &str| stats.breakdowns.iter().find(|one| one.by == by).map(|one| one.values.as_slice()).unwrap_or_default();
    let n = |count| number(visit.language, count);
    html! {
        h1 { (visit.say("Sản phẩm OCOP đang được công nhận", "OCOP products certified today")) }
        ul.cards {
            li.card { b { (n(stats.certified)) } (visit.say("sản phẩm được công nhận hôm nay", "products certified today")) }
            li.card { b { (n(stats.certified_producers)) } (visit.say("chủ thể của các sản phẩm đó", "producers of those")) }
            li.card { b { (n(stats.products)) } (visit.say("sản phẩm sổ đăng ký biết", "products known to the registry")) }
        }
        p.small { (visit.say(
            "Mỗi sản phẩm tính một lần, theo kết luận của hôm nay: có giấy chứng nhận từ 3 sao còn hạn hoặc đang gia hạn.",
            "Each product counts once, by today's verdict: a certificate of at least 3 stars in its term or extension.",
        )) }
        div.board { section aria-labelledby="provinces" {
            h2 #provinces { (visit.say("Theo tỉnh, thành phố hiện nay", "By today's province")) }
            (map(visit, rows("province")))
            details {
                summary { (visit.say("Xem dạng bảng", "As a table")) }
                (table(visit, visit.say("Tỉnh, thành phố", "Province"), rows("province").iter().map(|row| {
                    let name = row.label.clone().unwrap_or_else(|| visit.say("Chưa rõ", "Not known").to_owned());
                    (html! { @match &row.value {
                        Some(key) => a href=(visit.link(&format!("/provinces/{key}"))) { (words::vi(visit.language, &name)) },
                        None => (name),
                    } }, row)
                })))
            }
        }
        div { section aria-labelledby="years" {
            h2 #years { (visit.say("Cuối mỗi năm", "At the end of each year")) }
            (bars(visit, &sheet.by_year))
            details {
                summary { (visit.say("Xem dạng bảng", "As a table")) }
                table {
                    thead { tr { th scope="col" { (visit.say("Cuối năm", "End of")) } th.n scope="col" { (visit.say("Được công nhận", "Certified")) } } }
                    tbody { @for (day, count) in &sheet.by_year { tr { th scope="row" { (year_end(visit.language, *day, visit.day())) } td.n { (n(*count)) } } } }
                }
            }
        }
        section aria-labelledby="groups" {
            h2 #groups { (visit.say("Theo nhóm sản phẩm", "By product group")) }
            (table(visit, visit.say("Nhóm", "Group"), rows("group").iter().map(|row| {
                let group = row.value.as_deref().and_then(|number| classification().group(number.parse().ok()?));
                (html! { @match group {
                    Some(group) => a href=(visit.link(&format!("/groups/{}", group.number))) { (visit.say(&group.vi, &group.en)) },
                    None => (visit.say("Chưa rõ", "Not known")),
                } }, row)
            })))
        }
        section aria-labelledby="stars" {
            h2 #stars { (visit.say("Theo số sao", "By stars")) }
            (table(visit, visit.say("Số sao", "Stars"), rows("stars").iter().map(|row| {
                let stars = row.value.as_deref().and_then(|n| n.parse().ok());
                (html! { @match stars { Some(n) => (words::stars(visit.language, n)), None => (visit.say("Chưa rõ", "Not known")) } }, row)
            })))
        } } }
    }
}

fn table<'r>(visit: &Visit, heading: &str, rows: impl Iterator<Item = (Markup, &'r BreakdownRow)>) -> Markup {
    let n = |count| number(visit.language, count);
    html! {
        table {
            thead { tr {
                th scope="col" { (heading) }
                th.n scope="col" { (visit.say("Được công nhận", "Certified")) }
                th.n scope="col" { (visit.say("Đã biết", "Known")) }
            } }
            tbody { @for (name, row) in rows { tr { th scope="row" { (name) } td.n { (n(row.certified)) } td.n { (n(row.products)) } } } }
        }
    }
}
