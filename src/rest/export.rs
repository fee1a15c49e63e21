//! `/v1/exports`: whole tables as streams.

use super::{Registry, Told};
use crate::domain::day::Day;
use crate::error::{Code, Problem, say};
use crate::http::accept::{accepts, coding};
use crate::http::encode::Encoder;
use crate::http::params::Params;
use crate::http::reply::{Keep, matches};
use crate::read::ReadError;
use crate::read::export::{Format, Table, export};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use bytes::Bytes;
use futures_util::stream;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, oneshot};

/// Exports that run at once; each holds a connection and a thread.
const AT_ONCE: usize = 4;
/// Parts of the stream that wait for a slow client.
const PARTS_WAITING: usize = 2;
/// How long a client may leave a part unread.
const STALL: Duration = Duration::from_secs(30);
/// Version of the shape of the streams; part of their tags.
const SHAPE: u32 = 1;

static RUNNING: std::sync::LazyLock<Arc<Semaphore>> = std::sync::LazyLock::new(|| Arc::new(Semaphore::new(AT_ONCE)));

/// Every product with its answer on the day, as NDJSON or CSV.
#[utoipa::path(
    operation_id = "exportProducts", tag = "exports",
    params(
        ("format" = String, Path, description = "`ndjson` or `csv` (RFC 4180, UTF-8; cells that a spreadsheet would take for a formula begin with an apostrophe)."),
        ("on" = Option<chrono::NaiveDate>, Query, description = "The day that statuses are about; today when left out."),
    ),
    responses((status = 200, description = "The stream, from one snapshot of the registry.", content((String = "application/x-ndjson"), (String = "text/csv")))),
)]
#[get("/v1/exports/products.{format}")]
pub(super) async fn products(request: HttpRequest, registry: Registry, format: web::Path<String>) -> Told {
    stream_table(&request, &registry, Table::Products, &format).await
}

/// Every certificate with its status on the day, as NDJSON or CSV.
#[utoipa::path(
    operation_id = "exportCertificates", tag = "exports",
    params(
        ("format" = String, Path, description = "`ndjson` or `csv` (RFC 4180, UTF-8)."),
        ("on" = Option<chrono::NaiveDate>, Query, description = "The day that statuses are about; today when left out."),
    ),
    responses((status = 200, description = "The stream, from one snapshot of the registry.", content((String = "application/x-ndjson"), (String = "text/csv")))),
)]
#[get("/v1/exports/certificates.{format}")]
pub(super) async fn certificates(request: HttpRequest, registry: Registry, format: web::Path<String>) -> Told {
    stream_table(&request, &registry, Table::Certificates, &format).await
}

async fn stream_table(request: &HttpRequest, registry: &Registry, table: Table, format: &str) -> Told {
    let (format, media) = match format {
        "ndjson" => (Format::Ndjson, "application/x-ndjson"),
        "csv" => (Format::Csv, "text/csv; charset=utf-8; header=present"),
        other => return Err(Problem::not_found(other)),
    };
    let bare = media.split(';').next().unwrap_or(media);
    if !accepts(request.headers(), &[bare, "application/problem+json"]) {
        let detail = say(format!("Địa chỉ này chỉ trả {bare}."), format!("This address answers with {bare} only."));
        return Err(Problem::new(Code::NotAcceptable, detail));
    }
    let mut params = Params::of(request.query_string());
    let on = params.day("on").unwrap_or_else(|| registry.today(request));
    params.finish()?;
    let (encoder, coding) = Encoder::new(coding(request.headers()));
    // Who has the stream already is told so before anything is read.
    if let Some(tags) = request.headers().get(header::IF_NONE_MATCH) {
        let position = registry.reader.refresh().await.map_err(ReadError::from)?;
        let etag = tag(position, on, table, format, coding);
        if matches(tags, &etag) {
            let mut same = HttpResponse::NotModified();
            registry.freshness(&mut same, Keep::Outside, registry.began(request));
            return Ok(same.insert_header((header::ETAG, etag)).insert_header((header::VARY, "Accept-Encoding")).finish());
        }
    }
    let permit = RUNNING.clone().try_acquire_owned().map_err(|_| {
        let detail = say("Đang có nhiều lượt tải toàn bộ; hãy thử lại sau.", "Many exports are running; try again later.");
        Problem { retry_after: Some(10), ..Problem::new(Code::Unavailable, detail) }
    })?;
    let (begun, position) = oneshot::channel();
    let (parts, rest) = mpsc::channel(PARTS_WAITING);
    let reader = registry.clone();
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        run(&reader, table, format, on, begun, encoder, &parts);
    });
    let position = position.await.map_err(|_| {
        let detail = say("Không đọc được cơ sở dữ liệu.", "The database could not be read.");
        Problem { retry_after: Some(10), ..Problem::new(Code::Unavailable, detail) }
    })?;
    let etag = tag(position, on, table, format, coding);
    let mut response = HttpResponse::Ok();
    registry.freshness(&mut response, Keep::Outside, registry.began(request));
    response.insert_header((header::ETAG, etag.as_str()));
    response.insert_header((header::VARY, "Accept-Encoding"));
    response.insert_header((header::CONTENT_TYPE, media));
    response.insert_header((header::LINK, format!("<{}>; rel=\"license\", </openapi.json>; rel=\"service-desc\"", registry.licence)));
    response.insert_header(("x-data-version", position.to_string()));
    response.insert_header(("x-as-of", on.to_string()));
    if let Some(name) = coding {
        response.insert_header((header::CONTENT_ENCODING, name));
    }
    Ok(response.streaming(stream::unfold(rest, |mut rest| async move { Some((rest.recv().await?, rest)) })))
}

/// A part of a stream, or that it broke.
type Part = Result<Bytes, std::io::Error>;

/// Writes the table into the channel, on a thread that may block.
fn run(
    registry: &Registry,
    table: Table,
    format: Format,
    on: Day,
    begun: oneshot::Sender<i64>,
    mut encoder: Encoder,
    parts: &mpsc::Sender<Part>,
) {
    let runtime = tokio::runtime::Handle::current();
    // Nobody may hold a connection by not reading.
    let send = |part: Part| matches!(runtime.block_on(tokio::time::timeout(STALL, parts.send(part))), Ok(Ok(())));
    let sent = export(
        &registry.reader.door,
        table,
        format,
        on,
        |position| {
            let _ = begun.send(position);
        },
        |part| send(encoder.part(part)),
    );
    let last = match sent {
        Ok(()) => encoder.end(),
        Err(error) => {
            tracing::error!(%error, "an export ended early");
            // The client must see a broken stream, not a short one.
            Err(std::io::Error::other("the export ended early"))
        }
    };
    send(last);
}

/// The stream is a function of position, day, table and format; so is its tag.
fn tag(position: i64, on: Day, table: Table, format: Format, coding: Option<&str>) -> String {
    format!("\"export-{SHAPE}-{position}-{on}-{table:?}-{format:?}-{}\"", coding.unwrap_or("identity")).to_lowercase()
}
