//! What kinds of problems there are: where the `type` of a problem leads, for whoever follows it.

use super::frame::{Head, Visit, page};
use crate::error::{Code, Text};
use crate::http::accept::Language;
use maud::{Markup, html};

/// The page of one kind of problem, or of all, at an address: `canonical` is its one address, absolute.
pub fn page_of(kind: Option<Code>, canonical: &str, target: &str, language: Language) -> String {
    let visit = Visit::to(target, language);
    let (title, main) = match kind {
        Some(code) => (told(&visit, &code.title()), one(&visit, code)),
        None => (visit.say("Các loại lỗi", "Kinds of problems").to_owned(), all(&visit)),
    };
    let description = visit.say(
        "Các lỗi mà sổ đăng ký OCOP có thể trả lời: nghĩa là gì và phải làm gì.",
        "The problems that the OCOP registry may answer with: what each means and what to do.",
    );
    let head = Head { title: &title, description, canonical: Some(canonical), ..Head::default() };
    let main = html! {
        h1 { (title) }
        (main)
        p.actions {
            a.button.plain href=(visit.link("/")) { (visit.say("Trang đầu", "Start page")) }
            a.button.plain href="/docs/" { (visit.say("Tài liệu API", "API documentation")) }
            @if kind.is_some() { a.button.plain href=(visit.link("/problems")) { (visit.say("Tất cả các loại lỗi", "All kinds of problems")) } }
        }
    };
    page(&visit, &head, main)
}

fn one(visit: &Visit, code: Code) -> Markup {
    html! {
        div.note.open { p { (advice(visit, code)) } }
        dl {
            dt { (visit.say("Mã lỗi", "Code")) } dd { code { (code.as_str()) } }
            dt { (visit.say("Trạng thái HTTP", "HTTP status")) } dd { (code.status()) }
        }
        p.small { (visit.say(
            "Chi tiết của từng lần lỗi nằm trong câu trả lời: \"detail\" nói việc gì xảy ra, \"errors\" chỉ chỗ sai (RFC 9457).",
            "What happened each time stands in the answer itself: \"detail\" says it, \"errors\" points at each fault (RFC 9457).",
        )) }
    }
}

fn all(visit: &Visit) -> Markup {
    html! {
        p { (visit.say(
            "Khi không trả lời được, sổ đăng ký nói rõ loại lỗi. Mã lỗi không bao giờ đổi.",
            "When the registry cannot answer, it names the kind of problem. The codes never change.",
        )) }
        dl { @for code in Code::ALL {
            dt id=(code.as_str()) { a href=(visit.link(&format!("/problems/{}", code.as_str()))) { code { (code.as_str()) } } }
            dd { b { (told(visit, &code.title())) } " · HTTP " (code.status()) br; (advice(visit, *code)) }
        } }
    }
}

fn told(visit: &Visit, text: &Text) -> String {
    visit.say(&text.vi, &text.en).clone().into_owned()
}

/// What to do about a kind of problem.
#[rustfmt::skip]
fn advice(visit: &Visit, code: Code) -> &'static str {
    match code {
        Code::MalformedRequest => visit.say("Kiểm tra cú pháp của địa chỉ, tiêu đề và nội dung gửi đi.", "Check the syntax of address, headers and body."),
        Code::UnknownParameter => visit.say("Bỏ tham số này hoặc viết lại tên; câu trả lời liệt kê các tên được nhận.", "Leave the parameter out or mend its name; the answer lists the names that are taken."),
        Code::RepeatedParameter => visit.say("Chỉ gửi tham số này một lần.", "Send the parameter once."),
        Code::KeyMissing => visit.say("Gửi tiêu đề Idempotency-Key với một giá trị riêng cho mỗi lệnh.", "Send the header Idempotency-Key, with a value of its own for each command."),
        Code::MissingParameter => visit.say("Thêm tham số được nêu trong \"errors\".", "Add the parameter that \"errors\" names."),
        Code::InvalidValue => visit.say("Sửa giá trị được nêu trong \"errors\"; \"detail\" nói giá trị nào được nhận.", "Mend the value that \"errors\" names; \"detail\" says which values are taken."),
        Code::ConflictingParameters => visit.say("Chỉ giữ một trong các tham số được nêu.", "Keep one of the parameters named."),
        Code::UnknownField => visit.say("Chỉ hỏi những trường có trong tài liệu API.", "Ask only for fields that the API documentation has."),
        Code::InvalidCursor => visit.say("Dùng đúng con trỏ mà danh sách này đã trả, hoặc bắt đầu lại từ trang đầu.", "Use a cursor that this same list gave, or begin again at its first page."),
        Code::InvalidDate => visit.say("Viết ngày theo dạng năm-tháng-ngày, ví dụ 2026-11-21.", "Write the day as year-month-day, such as 2026-11-21."),
        Code::ChecksumFailed => visit.say("Đọc lại mã trên nhãn và gõ lại. Lỗi này không nói gì về việc sản phẩm có được công nhận hay không.", "Read the code on the label again and retype it. This says nothing about whether the product is certified."),
        Code::MalformedIdentifier => visit.say("Dùng mã của sổ đăng ký (ví dụ P00000BY), mã vạch, mã OCOP chính thức hoặc số quyết định.", "Use a code of the registry (such as P00000BY), a barcode, an official OCOP code or a decision number."),
        Code::UnresolvedPlace => visit.say("Viết tên địa danh đầy đủ hơn, hoặc dùng khóa từ /v1/places, ví dụ VN34-38.", "Write the place's name more fully, or use its key from /v1/places, such as VN34-38."),
        Code::AuthenticationRequired => visit.say("Gửi mã truy cập trong tiêu đề Authorization: Bearer.", "Send a token in the header Authorization: Bearer."),
        Code::InvalidToken => visit.say("Lấy mã truy cập mới từ nơi cấp rồi gửi lại.", "Get a new token from its issuer and send the request again."),
        Code::UnusableAccount => visit.say("Nhờ người quản lý tài khoản bổ sung vai trò và đơn vị.", "Ask whoever manages the account to give it a role and a unit."),
        Code::UnitEnded => visit.say("Nhờ người quản lý tài khoản chuyển sang đơn vị kế thừa.", "Ask whoever manages the account to move it to the succeeding unit."),
        Code::OutsideJurisdiction => visit.say("Chuyển việc này cho hội đồng của địa bàn đó.", "Leave this to the council of that place."),
        Code::FourEyes => visit.say("Nhờ một người khác trong hội đồng công bố.", "Have another person of the council publish it."),
        Code::Forbidden => visit.say("Dùng tài khoản có quyền này, hoặc xin cấp quyền.", "Use an account that may do this, or ask for the permission."),
        Code::ForeignForm => visit.say("Mở biểu mẫu trên trang của sổ đăng ký rồi gửi từ đó.", "Open the form on this registry's own page and send it from there."),
        Code::NotFound => visit.say("Kiểm tra lại mã. Đừng coi một sản phẩm không có trong sổ là được công nhận.", "Check the code. Do not take a product that is not in the registry for certified."),
        Code::QueryTooLarge => visit.say("Hỏi ít trường hơn, trang ngắn hơn, hoặc chia làm nhiều truy vấn.", "Ask for fewer fields or shorter pages, or split the query."),
        Code::UnknownDocument => visit.say("Gửi toàn văn truy vấn một lần kèm mã băm của nó.", "Send the document in full once, with its hash."),
        Code::DocumentNotAllowed => visit.say("Dùng một truy vấn trong danh sách được phép, hoặc xin người vận hành thêm vào.", "Use a document of the list, or ask the operator to add this one."),
        Code::UnknownPath => visit.say("Kiểm tra lại địa chỉ, hoặc bắt đầu từ trang đầu hay tài liệu API.", "Check the address, or begin at the start page or the API documentation."),
        Code::MethodNotAllowed => visit.say("Dùng một phương thức mà tiêu đề Allow liệt kê.", "Use a method that the header Allow lists."),
        Code::NotAcceptable => visit.say("Đổi tiêu đề Accept sang một định dạng mà \"detail\" nêu.", "Change the header Accept to a media type that \"detail\" names."),
        Code::IllegalTransition => visit.say("Đọc lại trạng thái hiện tại; \"detail\" nói điều gì ngăn việc này.", "Read what it is now; \"detail\" says what stands in the way."),
        Code::Taken => visit.say("Tra bản ghi đã có trước khi tạo mới; nếu không phải là nó, dùng số, mã hoặc tên khác.", "Look at the record that is there; if it is not the same, use another number, code or name."),
        Code::KeyInFlight => visit.say("Chờ lệnh trước kết thúc rồi gửi lại với cùng khóa.", "Wait for the first command to end and send it again with the same key."),
        Code::PreconditionFailed => visit.say("Đọc lại bản ghi, xem lại thay đổi, rồi gửi với ETag mới.", "Read the record again, review the change, and send it with the new ETag."),
        Code::PayloadTooLarge => visit.say("Chia nội dung thành nhiều phần nhỏ hơn.", "Split the body into smaller ones."),
        Code::AddressTooLong => visit.say("Dùng POST với nội dung thay cho địa chỉ dài.", "Use POST with a body in place of a long address."),
        Code::UnsupportedMediaType => visit.say("Gửi nội dung theo kiểu mà \"detail\" nêu, thường là application/json.", "Send the body as \"detail\" says, mostly as application/json."),
        Code::KeyReused => visit.say("Dùng khóa mới cho lệnh mới.", "Use a new key for a new command."),
        Code::UnknownThing => visit.say("Tra mã được nêu trong \"errors\"; tạo bản ghi đó trước nếu chưa có.", "Look up what \"errors\" names; create that record first if it is missing."),
        Code::RuleBroken => visit.say("Đọc \"detail\": nó nêu quy định bị vi phạm.", "Read \"detail\": it names the rule."),
        Code::InTheFuture => visit.say("Dùng ngày hôm nay hoặc trước đó, theo giờ Việt Nam.", "Use today or an earlier day, by Vietnamese time."),
        Code::MayNotRecognise => visit.say("Kiểm tra cơ quan ban hành, ngày ký và số sao trên quyết định.", "Check issuer, date and stars on the decision."),
        Code::NotInOffice => visit.say("Kiểm tra ngày ký và tên cơ quan tại thời điểm đó (đơn vị hành chính đã sắp xếp lại năm 2025).", "Check the date and the issuer's name at that time (units were merged in 2025)."),
        Code::ContradictsTerm => visit.say("Thời hạn là 36 tháng kể từ ngày quyết định; bỏ trống để sổ đăng ký tự tính.", "A term is 36 months from the decision; leave it out and the registry computes it."),
        Code::ContradictsStars => visit.say("Kiểm tra điểm và số sao: 3 sao từ 50, 4 sao từ 70, 5 sao từ 90 điểm.", "Check points and stars: 3 stars from 50, 4 from 70, 5 from 90 points."),
        Code::TooManyIdentifiers => visit.say("Chia danh sách thành nhiều lần hỏi.", "Split the list into several requests."),
        Code::PreconditionRequired => visit.say("Đọc bản ghi trước và gửi ETag của nó trong tiêu đề If-Match.", "Read the record first and send its ETag in the header If-Match."),
        Code::UnreadableWorkbook => visit.say("Lưu lại bảng tính dạng .xlsx theo mẫu của sổ đăng ký rồi gửi lại.", "Save the workbook as .xlsx after the registry's template and send it again."),
        Code::RateLimited => visit.say("Chờ số giây trong tiêu đề Retry-After; để lấy nhiều dữ liệu, tải các tệp ở /v1/exports.", "Wait as many seconds as Retry-After says; for much data, download the files at /v1/exports."),
        Code::ImportsWaiting => visit.say("Chờ các tệp trước nhập xong rồi gửi lại.", "Wait for the earlier imports to end and send the file again."),
        Code::Internal => visit.say("Thử lại sau; nếu vẫn lỗi, báo người vận hành kèm mã yêu cầu (\"instance\").", "Try again later; if it stays, tell the operator the id of the request (\"instance\")."),
        Code::Unavailable => visit.say("Thử lại sau số giây trong tiêu đề Retry-After.", "Try again after as many seconds as Retry-After says."),
    }
}
