//! GS1 Digital Link: the barcode as an address. People are led to the product's page, machines get
//! the set of links (GS1 Digital Link URI Syntax 1.4, GS1-Conformant Resolver Standard 1.2, RFC 9264).

use super::{Registry, Told};
use crate::domain::gtin::{Gtin, GtinError};
use crate::error::{Code, Problem, say};
use crate::http::accept::preferred;
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::answer::{Answer, Media};
use crate::read::sheet;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

const VOCABULARY: &str = "https://ref.gs1.org/voc";
/// Types in which a client asks for the set of links; the first is what people get.
const SHAPES: [&str; 3] = ["text/html", "application/linkset+json", "application/json"];

/// `/01/{gtin}`, with or without lot and serial number behind: what is certified is the product.
pub(super) async fn link(request: HttpRequest, registry: Registry) -> Told {
    let written = request.match_info().get("gtin").unwrap_or_default();
    let gtin = Gtin::parse(written).map_err(|error| fault(written, error))?;
    let gtin = gtin.as_str().to_owned();
    let kind = Params::of(request.query_string()).text("linkType").unwrap_or_default();
    let (code, position) = sheet::product_of_gtin(&registry.reader, gtin.clone()).await?;
    let base = &registry.base_url;
    let shape = preferred(request.headers(), &SHAPES);
    if matches!(kind.as_str(), "linkset" | "all") || matches!(shape, Some(1 | 2)) {
        let code = code.ok_or_else(|| Problem::not_found(&gtin))?;
        let set = linkset(base, &gtin, &code);
        let answer = Answer::rendered(set.to_string().into_bytes(), Media::Linkset, position);
        let mut response = registry.reply(&request, answer, Keep::Outside, &[]);
        response.headers_mut().insert(header::VARY, header::HeaderValue::from_static("Accept, Accept-Encoding"));
        return Ok(response);
    }
    let language = request.query_string().split('&').find(|pair| matches!(*pair, "lang=vi" | "lang=en"));
    let address = match (&code, kind.trim_start_matches("gs1:").trim_start_matches(VOCABULARY).trim_start_matches('/')) {
        (Some(code), "masterData") => format!("{base}/v1/products/{code}"),
        (Some(code), _) => format!("{base}/{code}{}", language.map(|pair| format!("?{pair}")).unwrap_or_default()),
        (None, _) => format!("{base}/verify?id={gtin}{}", language.map(|pair| format!("&{pair}")).unwrap_or_default()),
    };
    let mut response = HttpResponse::TemporaryRedirect();
    registry.freshness(&mut response, Keep::Outside, registry.began(&request));
    response.insert_header((header::LOCATION, address)).insert_header((header::VARY, "Accept"));
    if code.is_some() {
        let set = format!("<{base}/01/{gtin}?linkType=linkset>; rel=\"linkset\"; type=\"application/linkset+json\"");
        response.insert_header((header::LINK, set));
    }
    Ok(response.finish())
}

fn fault(written: &str, error: GtinError) -> Problem {
    match error {
        GtinError::Checksum => {
            let detail = say(
                format!(
                    "Mã vạch {written} bị gõ sai hoặc quét sai: chữ số kiểm tra không khớp. Điều này không có nghĩa là sản phẩm không được công nhận."
                ),
                format!(
                    "The barcode {written} is mistyped or misread: its check digit does not fit. This does not mean that the product is not certified."
                ),
            );
            Problem::parameter("gtin", Code::ChecksumFailed, detail)
        }
        GtinError::Malformed => {
            let detail = say(
                format!("\"{written}\" không phải mã vạch 8, 12, 13 hoặc 14 chữ số."),
                format!("\"{written}\" is no barcode of 8, 12, 13 or 14 digits."),
            );
            Problem::parameter("gtin", Code::MalformedIdentifier, detail)
        }
    }
}

fn linkset(base: &str, gtin: &str, code: &str) -> serde_json::Value {
    let page = |title: &str| {
        json!([
            {"href": format!("{base}/{code}?lang=vi"), "title": title, "type": "text/html", "hreflang": ["vi"]},
            {"href": format!("{base}/{code}?lang=en"), "title": title, "type": "text/html", "hreflang": ["en"]},
        ])
    };
    let certification = json!([
        {"href": format!("{base}/{code}?lang=vi"), "title": "OCOP", "type": "text/html", "hreflang": ["vi"]},
        {"href": format!("{base}/{code}?lang=en"), "title": "OCOP", "type": "text/html", "hreflang": ["en"]},
        {"href": format!("{base}/v1/verifications/{code}"), "title": "OCOP", "type": "application/json"},
    ]);
    let data = json!([
        {"href": format!("{base}/v1/products/{code}"), "title": "OCOP", "type": "application/json"},
        {"href": format!("{base}/{code}"), "title": "OCOP", "type": "application/ld+json"},
    ]);
    json!({"linkset": [{
        "anchor": format!("{base}/01/{gtin}"),
        format!("{VOCABULARY}/defaultLink"): [{"href": format!("{base}/{code}"), "title": "OCOP", "type": "text/html"}],
        format!("{VOCABULARY}/pip"): page("OCOP"),
        format!("{VOCABULARY}/certificationInfo"): certification,
        format!("{VOCABULARY}/masterData"): data,
    }]})
}

/// `/.well-known/gs1resolver`: what this resolver can do.
pub(super) async fn resolver(registry: Registry) -> HttpResponse {
    let description = json!({
        "name": "OCOP registry of Vietnam",
        "resolverRoot": registry.base_url,
        "supportedPrimaryKeys": ["01"],
        "supportedLinkType": [{"namespace": format!("{VOCABULARY}/"), "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": false,
    });
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(description.to_string())
}
