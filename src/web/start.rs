//! The start page: one box, what the stars mean, what is new and what ends.

use super::frame::{Head, Visit, box_of_search, page as framed};
use super::verdict::{Kind, chip, products, stars};
use super::words::number;
use super::{Registry, Told, keep, parameters, send};
use crate::read::sheet::{self, StartSheet};
use actix_web::HttpRequest;
use maud::{Markup, html};

/// `/`.
pub(super) async fn page(request: HttpRequest, registry: Registry) -> Told {
    parameters(&request).finish()?;
    let (sheet, position) = sheet::start(&registry.reader, registry.today(&request)).await?;
    let visit = Visit::of(&request, &registry, position);
    let address = format!("{}/", registry.base_url);
    let description = visit.say(
        "Tra cứu sản phẩm OCOP: hôm nay có được công nhận không, mấy sao, theo quyết định nào, đến ngày nào.",
        "Look up OCOP products: certified today or not, with how many stars, by which decision, until when.",
    );
    let head = Head { description, canonical: Some(&address), ..Head::default() };
    Ok(send(&registry, &request, &visit, framed(&visit, &head, main(&visit, &sheet)), keep(&request), Some(&address)))
}

fn main(visit: &Visit, sheet: &StartSheet) -> Markup {
    html! {
        h1 { (visit.say("Sản phẩm OCOP này có được công nhận không?", "Is this OCOP product certified?")) }
        (box_of_search(visit, "", visit.say("Mã trên nhãn, mã vạch, số quyết định, tên sản phẩm hoặc chủ thể", "Code on the label, barcode, decision number, name of product or producer")))
        p.actions { a.button.plain href=(visit.link("/scan")) { (visit.say("Quét bằng máy ảnh", "Scan with the camera")) } }

        section aria-labelledby="answers" {
            h2 #answers { (visit.say("Câu trả lời trông như thế nào", "What an answer looks like")) }
            ul.cards {
                @for (kind, vi, en) in SIGNS {
                    li.card { (chip(visit, kind, None)) p.small { (visit.say(vi, en)) } }
                }
            }
        }
        section aria-labelledby="meaning" {
            h2 #meaning { (visit.say("Số sao nghĩa là gì", "What the stars mean")) }
            dl {
                @for (n, points, vi, en) in STARS {
                    dt { (stars(visit, n)) }
                    dd { (visit.say(format!("{points} điểm. {vi}"), format!("{points} points. {en}"))) }
                }
            }
            p { (visit.say(
                "Giấy chứng nhận có giá trị 36 tháng kể từ ngày quyết định và chỉ cho một sản phẩm. Từ 3 sao mới được mang nhãn OCOP.",
                "A certificate holds for 36 months from the day of its decision, for one product. The OCOP mark may be used from 3 stars up.",
            )) }
        }
        section aria-labelledby="recent" {
            h2 #recent { (visit.say("Mới được công nhận", "Newly certified")) }
            (list(visit, &sheet.recent))
            p { a href=(visit.link("/search?status=valid,extended")) {
                (visit.say(
                    format!("Tất cả {} sản phẩm đang được công nhận", number(visit.language, sheet.certified)),
                    format!("All {} products certified today", number(visit.language, sheet.certified)),
                ))
            } }
        }
        section aria-labelledby="ending" {
            h2 #ending { (visit.say("Hết hạn trong 120 ngày tới", "Ending within 120 days")) }
            (list(visit, &sheet.ending))
        }
        p.small {
            (visit.say(
                format!("Sổ đăng ký biết {} sản phẩm, cả những sản phẩm không còn được công nhận.", number(visit.language, sheet.products)),
                format!("The registry knows {} products, those no longer certified among them.", number(visit.language, sheet.products)),
            ))
        }
    }
}

fn list(visit: &Visit, items: &[crate::read::view::product::Product]) -> Markup {
    html! {
        @if items.is_empty() { p { (visit.say("Không có sản phẩm nào.", "There are none.")) } } @else { (products(visit, items)) }
    }
}

/// The signs explained, in the order of good to bad.
const SIGNS: [(Kind, &str, &str); 5] = [
    (Kind::Certified, "Có giấy chứng nhận còn hạn, từ 3 sao.", "A certificate of at least 3 stars is in force."),
    (Kind::Ending, "Còn hạn, nhưng dưới 180 ngày hoặc đang gia hạn.", "In force, but for 180 days at most or by an extension."),
    (Kind::Expired, "Từng được công nhận; nay không được ghi OCOP.", "It was certified; it may not be sold as OCOP now."),
    (Kind::Withdrawn, "Cơ quan có thẩm quyền đã thu hồi hoặc hủy bỏ.", "The authority withdrew or annulled it."),
    (Kind::Undetermined, "Chưa thấy quyết định có ngày ký: đừng coi là có.", "No dated decision is known: do not take it for a yes."),
];

/// Stars with their points and meaning (Decision 26/2026/QĐ-TTg).
const STARS: [(i16, &str, &str, &str); 3] = [
    (
        5,
        "90–100",
        "Sản phẩm cấp quốc gia, có thể xuất khẩu; Bộ trưởng công nhận.",
        "Of national rank, fit for export; recognised by the Minister.",
    ),
    (4, "70–89", "Sản phẩm cấp tỉnh; Chủ tịch UBND tỉnh công nhận.", "Of provincial rank; recognised by the Chairman of the province."),
    (3, "50–69", "Sản phẩm cấp tỉnh, có thể phát triển lên 4 sao.", "Of provincial rank, may grow to 4 stars."),
];
