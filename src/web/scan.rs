//! Scanning by the phone's camera, where the browser can; typing works everywhere.

use super::frame::{Head, Visit, box_of_search, page as framed};
use super::{Registry, Told, keep, parameters, send};
use actix_web::HttpRequest;
use maud::html;

/// `/scan`.
pub(super) async fn page(request: HttpRequest, registry: Registry) -> Told {
    parameters(&request).finish()?;
    let visit = Visit::of(&request, &registry, registry.reader.position());
    let title = visit.say("Quét mã", "Scan a code");
    let address = format!("{}/scan", registry.base_url);
    let description = visit.say(
        "Quét mã QR hoặc mã vạch trên nhãn để tra cứu sản phẩm OCOP.",
        "Scan the QR code or barcode on a label to look up an OCOP product.",
    );
    let main = html! {
        h1 { (title) }
        p { (visit.say(
            "Mã QR của sổ đăng ký cũng đọc được bằng ứng dụng máy ảnh thường của điện thoại.",
            "The registry's QR codes can also be read with the phone's own camera app.",
        )) }
        p.actions {
            button #start type="button" hidden
                data-unable=(visit.say("Trình duyệt này không đọc được mã bằng máy ảnh. Hãy dùng ứng dụng máy ảnh của điện thoại, hoặc gõ mã.", "This browser cannot read codes. Use the phone's camera app, or type the code."))
                data-looking=(visit.say("Đưa mã vào giữa khung hình.", "Hold the code in the middle of the picture."))
                data-refused=(visit.say("Không dùng được máy ảnh. Hãy cho phép trong trình duyệt, hoặc gõ mã.", "The camera cannot be used. Allow it in the browser, or type the code.")) {
                (visit.say("Bật máy ảnh", "Turn the camera on"))
            }
        }
        p #state role="status" {}
        video #video hidden muted playsinline aria-label=(visit.say("Hình từ máy ảnh", "Picture of the camera")) {}
        (box_of_search(&visit, "", visit.say("Hoặc gõ mã trên nhãn", "Or type the code on the label")))
    };
    let head = Head { title, description, canonical: Some(&address), scans: true, ..Head::default() };
    Ok(send(&registry, &request, &visit, framed(&visit, &head, main), keep(&request), Some(&address)))
}
