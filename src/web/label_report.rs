//! "Report a wrong label": a form that needs no account and asks for nothing about the person.

use super::frame::{Head, Visit, page as framed};
use super::words::name;
use super::{Registry, Told, canonical, coded_product, keep, or_where_it_lives_on, see_other, send};
use crate::domain::code::{Noun, code_of};
use crate::domain::label_report::{Kind, LONGEST_NOTE, LONGEST_PLACE};
use crate::error::{Code, Problem, Text, say};
use crate::http::Public;
use crate::http::accept::{language_of_page, wants_page};
use crate::http::body;
use crate::http::front::{AskedByQuery, client};
use crate::http::rate::Budget;
use crate::http::reply::Keep;
use crate::read::sheet::{self, Asked};
use crate::read::view::product::Product;
use crate::write::label_report::{LabelReport, LabelReports};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{Data, Path, Payload, block};
use actix_web::{HttpMessage, HttpRequest};
use maud::{Markup, html};
use std::collections::HashMap;

/// The largest form that is read: both texts in four-byte letters, percent-encoded, fit.
const LARGEST_FORM: usize = 16 * 1024;
/// A field that people do not see; what fills it in is no person.
const TRAP: &str = "website";

/// `GET /P…/report`.
pub(super) async fn form(request: HttpRequest, registry: Registry, reports: Data<LabelReports>, code: Path<String>) -> Told {
    let id = coded_product(&code)?;
    if let Some(elsewhere) = canonical(&request, &code, Noun::Product, id, "/report") {
        return Ok(elsewhere);
    }
    let (sheet, position) = match sheet::product(&registry.reader, Asked::Product(id), registry.today(&request)).await {
        Ok(seen) => seen,
        Err(error) => return or_where_it_lives_on(Err(error.into()), &request, &registry, (Noun::Product, id), "/report").await,
    };
    let visit = Visit::of(&request, &registry, position);
    let title = visit.say("Báo nhãn sai", "Report a wrong label");
    let sent = request.query_string().split('&').any(|pair| pair == "sent=1");
    let main = match (sent, reports.are_taken()) {
        (true, _) => thanks(&visit, &sheet.product),
        (false, true) => fields(&visit, &sheet.product, &HashMap::new(), None),
        (false, false) => closed(&visit),
    };
    Ok(send(&registry, &request, &visit, framed(&visit, &Head { title, ..Head::default() }, main), keep(&request), None))
}

/// The form; after a fault with what was typed and what is wrong.
fn fields(visit: &Visit, product: &Product, typed: &HashMap<String, String>, wrong: Option<&Text>) -> Markup {
    let typed = |name: &str| typed.get(name).map_or("", String::as_str);
    html! {
        h1 { (visit.say("Báo nhãn sai", "Report a wrong label")) }
        @if let Some(wrong) = wrong { div.note.no role="alert" { p { (visit.say(&wrong.vi, &wrong.en)) } } }
        p.lead { (name(visit.language, &product.name)) " " span.small { code { (product.code) } } }
        p { (visit.say(
            "Báo cáo được chuyển cho hội đồng OCOP của tỉnh để hậu kiểm. Không cần tài khoản; xin đừng ghi tên, số điện thoại hay thông tin cá nhân của ai.",
            "Reports go to the province's OCOP council for its post-checks. No account is needed; please give no name, phone number or other personal data of anybody.",
        )) }
        form action=(visit.link(&format!("/{}/report", product.code))) method="post" {
            fieldset {
                legend { (visit.say("Nhãn sai ở đâu?", "What is wrong?")) }
                @for kind in Kind::ALL {
                    label.choice {
                        input type="radio" name="kind" value=(kind.as_str()) required checked[typed("kind") == kind.as_str()];
                        span { (kind_words(visit, *kind)) }
                    }
                }
            }
            label for="seen" { (visit.say("Thấy ở đâu (cửa hàng, chợ, trang web)", "Where you saw it (shop, market, website)")) }
            input.full #seen name="seen" value=(typed("seen")) maxlength=(LONGEST_PLACE) autocomplete="off";
            label for="note" { (visit.say("Ghi thêm, nếu cần", "More, if needed")) }
            textarea #note name="note" maxlength=(LONGEST_NOTE) { (typed("note")) }
            div.trap aria-hidden="true" {
                label for=(TRAP) { (visit.say("Để trống ô này", "Leave this empty")) }
                input id=(TRAP) name=(TRAP) tabindex="-1" autocomplete="off";
            }
            p.actions { button type="submit" { (visit.say("Gửi báo cáo", "Send the report")) } }
        }
    }
}

fn kind_words(visit: &Visit, kind: Kind) -> &'static str {
    match kind {
        Kind::NotCertified => visit.say("Ghi OCOP nhưng không (còn) được công nhận", "It says OCOP but is not certified (any more)"),
        Kind::WrongStars => visit.say("Ghi sai số sao", "It shows the wrong number of stars"),
        Kind::OtherProduct => visit.say("Mang mã hoặc dấu của sản phẩm khác", "It bears the code or mark of another product"),
        Kind::Counterfeit => visit.say("Có vẻ là hàng nhái", "It seems to be a copy"),
        Kind::Other => visit.say("Chuyện khác", "Something else"),
    }
}

fn thanks(visit: &Visit, product: &Product) -> Markup {
    html! {
        h1 { (visit.say("Cảm ơn, báo cáo đã được ghi nhận", "Thank you, the report was kept")) }
        p { (visit.say("Hội đồng OCOP của tỉnh sẽ thấy báo cáo này khi hậu kiểm.", "The province's OCOP council will see it at its post-checks.")) }
        p.actions { a.button href=(visit.link(&format!("/{}", product.code))) { (visit.say("Về trang sản phẩm", "Back to the product")) } }
    }
}

fn closed(visit: &Visit) -> Markup {
    html! {
        h1 { (visit.say("Không nhận báo cáo ở đây", "No reports are taken here")) }
        p { (visit.say(
            "Máy chủ này chỉ để tra cứu. Hãy báo trực tiếp cho cơ quan phụ trách OCOP của tỉnh.",
            "This server answers look-ups only. Tell the OCOP office of the province instead.",
        )) }
    }
}

/// `POST /P…/report`.
pub(super) async fn file(
    request: HttpRequest,
    registry: Registry,
    reports: Data<LabelReports>,
    code: Path<String>,
    payload: Payload,
) -> Told {
    let id = coded_product(&code)?;
    if request.extensions().contains::<AskedByQuery>() {
        let detail = say("Báo cáo phải gửi bằng POST.", "Reports are sent by POST.");
        let allow = ["GET", "HEAD", "POST", "OPTIONS"].map(str::to_owned).to_vec();
        return Err(Problem { allow, ..Problem::new(Code::MethodNotAllowed, detail) });
    }
    from_here(request.headers(), &registry)?;
    let fields = read(&request, payload).await?;
    let done = {
        let language = language_of_page(request.query_string(), request.headers());
        let chosen = if request.query_string().contains("lang=") { format!("&lang={}", language.tag()) } else { String::new() };
        format!("/{}/report?sent=1{chosen}", code_of(Noun::Product, id))
    };
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    if !field(TRAP).is_empty() {
        // Whatever filled this in shall learn nothing from the answer.
        return Ok(see_other(&done));
    }
    let Some(kind) = Kind::parse(&field("kind")) else {
        let detail = say("Hãy chọn nhãn sai ở đâu.", "Choose what is wrong with the label.");
        return again(&request, &registry, id, &fields, Problem::parameter("kind", Code::InvalidValue, detail)).await;
    };
    if let Budget::Spent(wait) = registry.reports.count(client(&request, &registry.trusted_proxies), None) {
        let detail = say(
            format!("Bạn vừa gửi báo cáo. Hãy thử lại sau {wait} giây."),
            format!("You have just reported. Try again in {wait} seconds."),
        );
        let problem = Problem { retry_after: Some(wait), ..Problem::new(Code::RateLimited, detail) };
        return again(&request, &registry, id, &fields, problem).await;
    }
    let today = registry.today(&request);
    let (sheet, _) = match sheet::product(&registry.reader, Asked::Product(id), today).await {
        Ok(seen) => seen,
        Err(error) => return or_where_it_lives_on(Err(error.into()), &request, &registry, (Noun::Product, id), "/report").await,
    };
    let place = sheet.product.place.now.as_ref().map_or("", |place| place.key).to_owned();
    let report = LabelReport { product: id, place, kind, seen_at: field("seen"), note: field("note") };
    let kept = block(move || reports.keep(&report, today)).await;
    match kept.map_err(|_| Problem::new(Code::Unavailable, say("Hệ thống đang dừng.", "The registry is stopping.")))? {
        Ok(_) => Ok(see_other(&done)),
        Err(problem) => again(&request, &registry, id, &fields, problem).await,
    }
}

/// The form again, with what was typed and what is wrong; machines get the problem itself.
async fn again(request: &HttpRequest, registry: &Registry, id: i64, typed: &HashMap<String, String>, problem: Problem) -> Told {
    let seen = if wants_page(request.path(), request.headers()) {
        sheet::product(&registry.reader, Asked::Product(id), registry.today(request)).await.ok()
    } else {
        None
    };
    let Some((sheet, position)) = seen else { return Err(problem) };
    let visit = Visit::of(request, registry, position);
    let main = fields(&visit, &sheet.product, typed, Some(&problem.detail));
    let head = Head { title: visit.say("Báo nhãn sai", "Report a wrong label"), ..Head::default() };
    let mut response = send(registry, request, &visit, framed(&visit, &head, main), Keep::No, None);
    if let Ok(status) = StatusCode::from_u16(problem.code.status()) {
        *response.status_mut() = status;
    }
    response.headers_mut().remove(header::ETAG);
    if let Some(wait) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(wait));
    }
    Ok(response)
}

/// Whether a form was sent from a page of this registry: other sites' pages must not report in
/// the name of whoever looks at them. Browsers say so by `Sec-Fetch-Site` or `Origin`.
fn from_here(headers: &HeaderMap, registry: &Public) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let here = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => registry.base_url == origin || registry.base_url.starts_with(&format!("{origin}/")),
        (None, None) => false,
    };
    if here {
        return Ok(());
    }
    let detail = say("Hãy gửi báo cáo từ trang của sổ đăng ký.", "Send the report from the registry's own page.");
    Err(Problem::new(Code::ForeignForm, detail))
}

/// The fields of a form (WHATWG URL form encoding).
async fn read(request: &HttpRequest, payload: Payload) -> Result<HashMap<String, String>, Problem> {
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
        let detail = say("Hãy gửi bằng biểu mẫu.", "Send application/x-www-form-urlencoded.");
        return Err(Problem::new(Code::UnsupportedMediaType, detail));
    }
    let body = body::read(request, payload, LARGEST_FORM).await?;
    Ok(form_urlencoded::parse(&body).into_owned().collect())
}
