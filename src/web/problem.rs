//! Problems told to people: what went wrong, in their language, and a way on.

use super::frame::{Head, Visit, box_of_search, page};
use crate::error::{Code, Problem, Text};
use crate::http::accept::Language;
use maud::{Markup, html};

/// The page of a problem at an address; the front sends it with the problem's status.
pub fn page_of(problem: &Problem, target: &str, language: Language, request_id: &str) -> String {
    let visit = Visit::to(target, language);
    let pick = |text: &Text| language.pick(&text.vi, &text.en).clone().into_owned();
    let title = match problem.code {
        Code::ChecksumFailed => visit.say("Mã bị gõ sai", "The code is mistyped").to_owned(),
        Code::NotFound => visit.say("Không có trong sổ đăng ký", "Not in the registry").to_owned(),
        code => pick(&code.title()),
    };
    let written = target.trim_start_matches('/').split(['/', '?']).next().unwrap_or_default();
    let looks_coded = matches!(problem.code, Code::ChecksumFailed | Code::NotFound) && written.len() == 8;
    let main = html! {
        @if problem.code == Code::NotFound {
            (super::verdict::panel(&visit, super::verdict::Kind::NotFound, None, &html! { (pick(&problem.detail)) }, &html! {
                p.term { (visit.say(
                    "Mã được viết đúng nhưng sổ đăng ký không biết. Đừng coi sản phẩm là được công nhận.",
                    "The code is written correctly, but the registry does not know it. Do not take the product for certified.",
                )) }
            }))
        } @else {
            h1 { (title) }
            div.note.open { p { (what_happened(&visit, problem)) } @for fault in problem.faults.iter().skip(1) { p { (pick(&fault.detail)) } } }
        }
        (box_of_search(&visit, if looks_coded { written } else { "" }, visit.say("Tra cứu lại", "Look up again")))
        p.actions {
            a.button.plain href=(visit.link("/")) { (visit.say("Trang đầu", "Start page")) }
            a.button.plain href=(visit.link("/scan")) { (visit.say("Quét bằng máy ảnh", "Scan with the camera")) }
        }
        p.small {
            (visit.say("Mã yêu cầu: ", "Request: ")) code { (request_id) } " · HTTP " (problem.code.status()) " · "
            a href=(visit.link(&format!("/problems/{}", problem.code.as_str()))) { (visit.say("Lỗi này nghĩa là gì", "What this problem means")) }
        }
    };
    page(&visit, &Head { title: &title, ..Head::default() }, main)
}

/// What happened; where machines are told of an address, people get a link.
fn what_happened(visit: &Visit, problem: &Problem) -> Markup {
    html! {
        @if problem.code == Code::UnknownPath {
            (visit.say("Không có gì ở địa chỉ này. Hãy tra cứu ở dưới, hoặc xem ", "There is nothing at this address. Look up below, or see the "))
            a href="/docs/" { (visit.say("tài liệu API", "API documentation")) } "."
        } @else { (visit.say(&problem.detail.vi, &problem.detail.en)) }
    }
}
