//! Problems on the wire: RFC 9457 `application/problem+json` in the client's language.

use super::Public;
use super::accept::{Language, for_people, language, language_of_page};
use super::front::requested;
use super::reply::safely;
use crate::error::{At, Code, Problem, Text, say};
use crate::read::answer::Media;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;
use std::fmt;
use utoipa::ToSchema;

/// A problem (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDetails {
    /// Address of a page that explains this kind of problem. It never changes.
    #[serde(rename = "type")]
    #[schema(example = "https://ocop.example/problems/checksum-failed")]
    pub kind: String,
    /// The kind in a few words, in the language of `Accept-Language`.
    #[schema(example = "Check digit or character is wrong")]
    pub title: String,
    /// HTTP status.
    #[schema(example = 400)]
    pub status: u16,
    /// What happened and what to do, in the language of `Accept-Language`.
    pub detail: String,
    /// Id of the request, for questions to the operator.
    #[schema(example = "urn:request:5f2c9a1e-2a")]
    pub instance: String,
    /// Each fault of the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemFault>,
}

/// One fault of a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemFault {
    /// The parameter at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "identifier")]
    pub parameter: Option<String>,
    /// The place in the body at fault, as JSON Pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Its stable code.
    #[schema(example = "checksum-failed")]
    pub code: String,
    /// The sentence.
    pub detail: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.detail.en)
    }
}

/// Handlers return problems; the front renders them, because it knows language and request id.
impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// Tells people of a problem: the page, from the problem, the address asked, the language and the
/// request's id. The composition root gives it, because pages are a door of their own.
pub type ProblemPage = fn(&Problem, &str, Language, &str) -> String;

/// Tells people of one kind of problem or of all: the page, from the kind, its one address, the address
/// asked and the language.
pub type KindsPage = fn(Option<Code>, &str, &str, Language) -> String;

impl Public {
    /// Renders a problem as a page.
    pub fn tell_people(&self, problem: &Problem, request: &HttpRequest, request_id: &str) -> HttpResponse {
        let language = language_of_page(request.query_string(), request.headers());
        let mut response = head(problem, language);
        response.insert_header((header::CONTENT_TYPE, Media::Html.content_type()));
        response.insert_header((header::VARY, "Accept, Accept-Language"));
        let mut response = response.body((self.problem_page)(problem, &requested(request), language, request_id));
        safely(response.headers_mut(), Media::Html);
        response
    }

    /// Answers with the page of one kind of problem, or of all. It says nothing of the data, so that it
    /// holds for longer than a day.
    pub fn tell_kind(&self, kind: Option<Code>, request: &HttpRequest) -> HttpResponse {
        let language = language_of_page(request.query_string(), request.headers());
        let canonical = kind.map_or_else(|| format!("{}/problems", self.base_url), |code| self.kind(code));
        let mut response = HttpResponse::Ok();
        response.insert_header((header::CACHE_CONTROL, "public, max-age=3600")).insert_header((header::CONTENT_LANGUAGE, language.tag()));
        response.insert_header((header::CONTENT_TYPE, Media::Html.content_type())).insert_header((header::VARY, "Accept-Language"));
        let mut response = response.body((self.kinds_page)(kind, &canonical, &requested(request), language));
        safely(response.headers_mut(), Media::Html);
        response
    }

    /// The `type` of a problem.
    fn kind(&self, code: Code) -> String {
        format!("{}/problems/{}", self.base_url, code.as_str())
    }

    /// Renders a problem as RFC 9457 says.
    pub fn tell(&self, problem: &Problem, request: &HttpRequest, request_id: &str) -> HttpResponse {
        // Where people ask, the same problem may be a page, and the address may name the language.
        let (language, vary) = if for_people(request.path()) {
            (language_of_page(request.query_string(), request.headers()), "Accept, Accept-Language")
        } else {
            (language(request.headers()), "Accept-Language")
        };
        let pick = |text: &Text| language.pick(&text.vi, &text.en).clone().into_owned();
        let details = ProblemDetails {
            kind: self.kind(problem.code),
            title: pick(&problem.code.title()),
            status: problem.code.status(),
            detail: pick(&problem.detail),
            instance: format!("urn:request:{request_id}"),
            errors: problem
                .faults
                .iter()
                .map(|fault| {
                    let (parameter, pointer) = match &fault.at {
                        At::Parameter(name) => (Some(name.clone()), None),
                        At::Pointer(pointer) => (None, Some(pointer.clone())),
                    };
                    ProblemFault { parameter, pointer, code: fault.code.as_str().into(), detail: pick(&fault.detail) }
                })
                .collect(),
        };
        let mut response = head(problem, language);
        response.insert_header((header::CONTENT_TYPE, "application/problem+json")).insert_header((header::VARY, vary));
        response.body(serde_json::to_vec(&details).unwrap_or_default())
    }
}

/// What both ways of telling begin with.
fn head(problem: &Problem, language: Language) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(problem.status_code());
    response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::CONTENT_LANGUAGE, language.tag()));
    if !problem.allow.is_empty() {
        response.insert_header((header::ALLOW, problem.allow.join(", ")));
    }
    if let Some(challenge) = challenge(problem) {
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
    if let Some(seconds) = problem.retry_after {
        response.insert_header((header::RETRY_AFTER, HeaderValue::from(seconds)));
    }
    response
}

/// What a client must do to be let in (RFC 6750, section 3). Without a token there is no error to tell.
fn challenge(problem: &Problem) -> Option<String> {
    match problem.code {
        Code::AuthenticationRequired => Some("Bearer realm=\"ocop-registry\"".to_owned()),
        Code::InvalidToken => {
            Some(format!("Bearer realm=\"ocop-registry\", error=\"invalid_token\", error_description=\"{}\"", problem.detail.en))
        }
        _ => None,
    }
}

/// The problem that an error of the framework amounts to.
pub fn of_framework(error: &actix_web::Error) -> Problem {
    match error.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let detail = say("Nội dung yêu cầu vượt quá giới hạn; hãy chia nhỏ.", "The body is larger than this address takes; split it.");
            Problem::new(Code::PayloadTooLarge, detail)
        }
        StatusCode::NOT_FOUND => no_such_path(),
        status if status.is_client_error() => {
            Problem::new(Code::MalformedRequest, say("Yêu cầu không đọc được.", "The request cannot be read."))
        }
        _ => {
            tracing::error!(%error, "a request failed");
            Problem::new(
                Code::Internal,
                say("Có lỗi khi xử lý yêu cầu.", "The request could not be answered because of a fault of the registry."),
            )
        }
    }
}

/// Nothing is at this address.
pub fn no_such_path() -> Problem {
    Problem::new(Code::UnknownPath, say("Không có gì ở địa chỉ này; xem /docs.", "There is nothing at this address; see /docs."))
}
