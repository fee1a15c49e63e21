//! Bodies of requests: bounded in size and time, read as JSON with the place of each fault.

use crate::error::{Code, Problem, say};
use actix_web::http::header;
use actix_web::{HttpRequest, web};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// How long a client may take to send a body.
const PATIENCE: Duration = Duration::from_secs(15);

/// Reads a body of at most so many bytes.
///
/// # Errors
/// 413 when it is larger, 415 when it is encoded, 400 when it ends early.
pub async fn read(request: &HttpRequest, payload: web::Payload, largest: usize) -> Result<web::Bytes, Problem> {
    if request.headers().get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        let detail = say("Hãy gửi nội dung không nén.", "Send the body without a content coding.");
        return Err(Problem::new(Code::UnsupportedMediaType, detail));
    }
    let read = tokio::time::timeout(PATIENCE, payload.to_bytes_limited(largest));
    match read.await.unwrap_or_else(|_| Ok(Err(actix_web::error::PayloadError::Incomplete(None).into()))) {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => {
            Err(Problem::new(Code::MalformedRequest, say("Nội dung bị ngắt giữa chừng.", "The body ended early or could not be decoded.")))
        }
        Err(_) => {
            let kib = largest / 1024;
            let detail = say(
                format!("Nội dung lớn hơn {kib} KiB; hãy chia nhỏ."),
                format!("The body is larger than {kib} KiB; split what it carries."),
            );
            Err(Problem::new(Code::PayloadTooLarge, detail))
        }
    }
}

/// Whether the body is said to be JSON, which is UTF-8 (RFC 8259, section 8.1).
///
/// # Errors
/// 415 when it is not.
pub fn expect_json(request: &HttpRequest) -> Result<(), Problem> {
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = media.split(';').map(str::trim);
    let json = parts.next().is_some_and(|media| media.eq_ignore_ascii_case("application/json"));
    let other = |(name, value): (&str, &str)| {
        name.trim().eq_ignore_ascii_case("charset") && !value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
    };
    if json && !parts.filter_map(|parameter| parameter.split_once('=')).any(other) {
        return Ok(());
    }
    Err(Problem::new(Code::UnsupportedMediaType, say("Hãy gửi application/json, mã hóa UTF-8.", "Send application/json, in UTF-8.")))
}

/// Reads JSON as a value of a type; a fault names its place (RFC 6901).
///
/// # Errors
/// 400 when it is no JSON or not of that shape.
pub fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer: String = error.path().iter().filter_map(segment).collect();
        let inner = error.into_inner();
        if inner.is_data() {
            let what = inner.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            let detail = say(format!("Giá trị không hợp lệ: {what}."), format!("{what}."));
            return Problem::pointer(pointer, Code::InvalidValue, detail);
        }
        no_json(&inner)
    })?;
    reader.end().map_err(|error| no_json(&error))?;
    Ok(value)
}

fn no_json(error: &serde_json::Error) -> Problem {
    let detail = say(
        format!("Nội dung không phải JSON hợp lệ (dòng {}, cột {}).", error.line(), error.column()),
        format!("The body is no valid JSON: {error}."),
    );
    Problem::new(Code::MalformedRequest, detail)
}

fn segment(segment: &serde_path_to_error::Segment) -> Option<String> {
    use serde_path_to_error::Segment;
    match segment {
        Segment::Seq { index } => Some(format!("/{index}")),
        Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}
