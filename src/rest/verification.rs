//! `/v1/verifications`: is this certified on that day?

use super::{Registry, Told};
use crate::domain::day::{Day, parse_day};
use crate::error::{Code, Problem, say};
use crate::http::accept::{Language, language};
use crate::http::asked::{self, BatchDecision};
use crate::http::body;
use crate::http::front::AskedByQuery;
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::batch::{self as batches, BatchEntry};
use crate::read::verification::{self, Identifier};
use crate::read::view::page::{Single, Whole};
use crate::read::view::verification::{BatchItem, Verification};
use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, get, post, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Is the product under this identifier certified?
///
/// The identifier is a registry code (of a product, certificate, producer or decision), a barcode
/// (GTIN-8, -12, -13, -14 in any written form) or the official code printed on a score sheet; or what a
/// scanner reads: the address of a label's QR code, a GS1 element string or Digital Link. One with a wrong check digit is a typing error (400), never a "not certified".
#[utoipa::path(
    operation_id = "verify", tag = "verification",
    params(
        ("identifier" = String, Path, description = "Registry code, barcode or official product code.", example = "P00000BY"),
        ("on" = Option<chrono::NaiveDate>, Query, description = "The day, past or to come; today in Vietnam when left out."),
    ),
    responses((status = 200, description = "The verdict; also when nothing is known under the identifier (`not_found`).", body = Single<Verification>)),
)]
#[get("/v1/verifications/{identifier}")]
pub(super) async fn one(request: HttpRequest, registry: Registry, identifier: web::Path<String>) -> Told {
    let asked = identifier.into_inner();
    let read = Identifier::parse(&asked).map_err(|(code, detail)| Problem::parameter("identifier", code, detail));
    let mut params = Params::of(request.query_string());
    let on = params.day("on").unwrap_or_else(|| registry.today(&request));
    params.finish()?;
    let answer = verification::verification(&registry.reader, asked, read?, on).await?;
    Ok(registry.reply(&request, answer, Keep::Shared, &[]))
}

/// Is the product of this name in that decision certified?
#[utoipa::path(
    operation_id = "verifyByDecision", tag = "verification",
    params(
        ("number" = String, Query, description = "Number of the decision as printed.", example = "2942/QĐ-UBND"),
        ("issuer" = String, Query, description = "Who signed: key of the authority, or words of its name.", example = "Thanh Hóa"),
        ("name" = String, Query, description = "Name of the product, with or without diacritics.", example = "Viên nang sâm báo Triso"),
        ("year" = Option<i64>, Query, description = "Year of signing: numbers restart every year.", example = 2021),
        ("on" = Option<chrono::NaiveDate>, Query, description = "The day, past or to come; today in Vietnam when left out."),
    ),
    responses((status = 200, description = "The verdict; `ambiguous` with candidates when several products match.", body = Single<Verification>)),
)]
#[get("/v1/verifications")]
pub(super) async fn by_decision(request: HttpRequest, registry: Registry) -> Told {
    let mut params = Params::of(request.query_string());
    let (asked, ask) = asked::by_decision(&mut params);
    let on = params.day("on").unwrap_or_else(|| registry.today(&request));
    params.finish()?;
    let answer = verification::verification(&registry.reader, asked, ask, on).await?;
    Ok(registry.reply(&request, answer, Keep::Shared, &[]))
}

/// Up to 5,000 identifiers to verify.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct BatchRequest {
    /// Identifiers: each a text, as in the address of a single verification, or a decision with
    /// issuer and product name.
    #[schema(max_items = 5000, value_type = Vec<BatchIdentifier>)]
    identifiers: Vec<Value>,
    /// The day, past or to come; today in Vietnam when left out.
    #[schema(value_type = Option<chrono::NaiveDate>)]
    on: Option<Value>,
}

/// One identifier of a batch.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub(super) enum BatchIdentifier {
    /// Registry code, barcode or official product code.
    Text(String),
    /// A product by decision and name.
    Decision(BatchDecision),
}

/// Verifies up to 5,000 identifiers at once.
///
/// As many answers as identifiers, in their order; one bad identifier fails only its own row. The
/// entity tag covers the verdicts only, so with `If-None-Match` the answer is 304 as long as no
/// verdict of the list has changed. At most 500 of the identifiers may name a decision or a producer,
/// each of which takes several look-ups: by code, or by number, issuer and name. What else the producer has
/// certified (`producerCertifiedProducts`, and the reason `producer-known`) is told in single answers only. The same
/// question may be asked by the method QUERY (RFC 10008).
#[utoipa::path(
    operation_id = "verifyBatch", tag = "verification",
    request_body(content = BatchRequest, content_type = "application/json"),
    responses((status = 200, description = "One answer for each identifier, in order.", body = Whole<BatchItem>)),
)]
#[post("/v1/verifications")]
pub(super) async fn batch(request: HttpRequest, registry: Registry, payload: web::Payload) -> Told {
    Params::of(request.query_string()).finish()?;
    body::expect_json(&request)?;
    let body = body::read(&request, payload, LARGEST_BODY).await?;
    let (entries, on) = entries(&body)?;
    let on = on.unwrap_or_else(|| registry.today(&request));
    let vietnamese = language(request.headers()) == Language::Vietnamese;
    let answer = registry.reader.ask(move |snapshot| batches::batch(snapshot, &entries, on, vietnamese)).await?;
    // QUERY is safe and cacheable; a POST's answer is the client's own to keep.
    let keep = if request.extensions().contains::<AskedByQuery>() { Keep::Outside } else { Keep::No };
    let mut response = registry.reply(&request, answer, keep, &[]);
    response.headers_mut().insert(header::VARY, header::HeaderValue::from_static("Accept-Encoding, Accept-Language"));
    Ok(response)
}

/// The largest body of a batch: 5,000 identifiers with decisions fit.
const LARGEST_BODY: usize = 2 * 1024 * 1024;

/// The members of a batch as they stand there; one that stands there twice is refused.
#[derive(Deserialize)]
struct Members {
    identifiers: Option<Value>,
    on: Option<Value>,
    #[serde(flatten)]
    others: serde_json::Map<String, Value>,
}

fn entries(body: &[u8]) -> Result<(Vec<BatchEntry>, Option<Day>), Problem> {
    let members: Members = serde_json::from_slice(body).map_err(|e| {
        let what = e.to_string();
        if let Some(name) = ["identifiers", "on"].into_iter().find(|name| what.starts_with(&format!("duplicate field `{name}`"))) {
            let detail = say(format!("Trường {name} xuất hiện hai lần."), format!("The member {name} stands there twice."));
            return Problem::pointer(format!("/{name}"), Code::InvalidValue, detail);
        }
        if e.is_data() {
            let detail = say("Cần một đối tượng {identifiers, on}.", "An object {identifiers, on} is needed.");
            return Problem::pointer("", Code::InvalidValue, detail);
        }
        Problem::new(
            Code::MalformedRequest,
            say(
                format!("Nội dung không phải JSON hợp lệ (dòng {}, cột {}).", e.line(), e.column()),
                format!("The body is no valid JSON: {e}."),
            ),
        )
    })?;
    if let Some(unknown) = members.others.keys().next() {
        let detail = say(
            format!("Không có trường \"{unknown}\"."),
            format!("There is no member \"{unknown}\"; the members are identifiers and on."),
        );
        // RFC 6901 writes these two characters of a name in another way.
        let name = unknown.replace('~', "~0").replace('/', "~1");
        return Err(Problem::pointer(format!("/{name}"), Code::UnknownField, detail));
    }
    let on = match &members.on {
        None | Some(Value::Null) => None,
        Some(day) => Some(day.as_str().and_then(parse_day).ok_or_else(|| {
            Problem::pointer(
                "/on",
                Code::InvalidDate,
                say("Ngày phải viết YYYY-MM-DD.", "The day must be a calendar day written YYYY-MM-DD."),
            )
        })?),
    };
    let Some(Value::Array(identifiers)) = &members.identifiers else {
        return Err(Problem::pointer(
            "/identifiers",
            Code::InvalidValue,
            say("Cần một danh sách mã định danh.", "A list of identifiers is needed."),
        ));
    };
    Ok((asked::identifiers(identifiers)?, on))
}
