//! `/council/v1/imports`: provincial workbooks handed in, and what became of them.

use super::{Commands, Registry, Told, ask, dry_run, listed, told};
use crate::auth::Actor;
use crate::council::draft::numbered;
use crate::council::export::attachment;
use crate::error::{Code, Problem, say};
use crate::http::body;
use crate::http::params::Params;
use crate::read::ReadError;
use crate::read::view::page::Page;
use crate::read::workbook::template as empty_workbook;
use crate::write::import::Outcome;
use crate::write::permit::unit_key;
use crate::write::workbook::Media;
use crate::write::workbook::job::{self, Upload};
use crate::write::workbook::state::{ImportRow, ImportState};
use actix_web::http::header;
use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post};

const ORDER: &str = "imports";
const ROW_ORDER: &str = "import-rows";

/// Hands in a provincial workbook, as XLSX or CSV.
///
/// An import publishes signed decisions at once, so it takes an approver, and somebody else of the council who
/// tried this very file before with `dryRun=true`, as a clerk may (unless the operator turned four eyes off). The answer is the job: ask for it until its `state` is `done` or `failed`. Rows are written in one
/// transaction, all or, with `partial=true`, the good ones; the same file a second time changes nothing. A
/// province imports its own decisions and those of units merged into it, about products made there. Addresses,
/// representatives and phones are not kept, and the file is dropped when the job ends.
#[utoipa::path(
    operation_id = "createImport", tag = "imports",
    params(
        ("partial" = Option<bool>, Query, description = "Write the good rows even beside refused ones; nothing is written otherwise."),
        ("sheet" = Option<String>, Query, description = "Name of the sheet, where several have the headings."),
    ),
    request_body(description = "The workbook, of at most 10 MiB and 5,000 rows unless the operator says otherwise.", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/csv"))),
    responses((status = 202, description = "The job. `Location` is its address.", body = ImportState)),
)]
#[post("/council/v1/imports")]
pub(super) async fn create(actor: Actor, request: HttpRequest, registry: Registry, commands: Commands, payload: Payload) -> Told {
    let mut params = Params::of(request.query_string());
    let dry_run = dry_run(&mut params);
    let partial = params.word("partial", &[("true", true), ("false", false)]).unwrap_or(false);
    let sheet = params.text("sheet");
    params.finish()?;
    job::may_hand_in(&actor, dry_run)?;
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = Media::of_type(media_type).ok_or_else(|| {
        let detail = say(format!("Hãy gửi {} hoặc {}.", Media::XLSX, Media::CSV), format!("Send {} or {}.", Media::XLSX, Media::CSV));
        Problem::new(Code::UnsupportedMediaType, detail)
    })?;
    let file = body::read(&request, payload, commands.import_limits.file).await?;
    // The job of a dry run is kept like any other: it is what shows its rows.
    let asked = crate::write::Ask { dry_run: false, ..ask(actor, &request, &registry, dry_run, &file)? };
    let upload = Upload { file: file.to_vec(), media, sheet, dry_run, partial };
    told(&registry, false, job::submit(&commands, asked, upload).await)
}

/// The council's imports, newest first.
#[utoipa::path(
    operation_id = "listImports", tag = "imports",
    params(
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it."),
        ("before" = Option<String>, Query, description = "Cursor: items before it."),
    ),
    responses((status = 200, description = "A page of imports.", body = Page<ImportState>)),
)]
#[get("/council/v1/imports")]
pub(super) async fn list(actor: Actor, request: HttpRequest, registry: Registry, commands: Commands) -> Told {
    let mut params = Params::of(request.query_string());
    let page = params.page(ORDER);
    params.finish()?;
    let (unit, asked) = (unit_key(&actor), page.clone());
    let found = registry
        .reader
        .look(move |snapshot| Ok(job::list(snapshot.conn, &commands.jobs, unit, asked.id(), asked.backwards(), asked.limit())?));
    Ok(listed(found.await?, (ORDER, &page, registry.today(&request)), |import| import.id))
}

/// An empty workbook with the 22 columns, lists to choose from, and guidance in Vietnamese.
#[utoipa::path(
    operation_id = "getImportTemplate", tag = "imports",
    responses((status = 200, description = "The workbook.", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))),
)]
#[get("/council/v1/imports/template.xlsx")]
pub(super) async fn template(_actor: Actor, request: HttpRequest) -> Told {
    Params::of(request.query_string()).finish()?;
    Ok(attachment(empty_workbook().map_err(ReadError::from)?, Media::XLSX, "mau-san-pham-ocop.xlsx"))
}

/// An import: how far it is, and how it ended.
#[utoipa::path(operation_id = "getImport", tag = "imports", params(("id" = i64, Path, description = "Its number.", example = 1)), responses((status = 200, description = "The import.", body = ImportState)))]
#[get("/council/v1/imports/{id}")]
pub(super) async fn one(actor: Actor, request: HttpRequest, registry: Registry, commands: Commands, id: Path<String>) -> Told {
    let id = numbered(&id)?;
    Params::of(request.query_string()).finish()?;
    let (import, _) =
        registry.reader.look(move |snapshot| Ok(known(job::find(snapshot.conn, &commands.jobs, unit_key(&actor), id)?, id)?)).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(import))
}

/// What became of each row of an ended import: sheet, row, column and sentence of what was refused, verdicts
/// before and after.
#[utoipa::path(
    operation_id = "listImportRows", tag = "imports",
    params(
        ("id" = i64, Path, description = "Number of the import.", example = 1),
        ("outcome" = Option<String>, Query, description = "`created`, `added`, `completed`, `unchanged` or `refused`."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it."),
        ("before" = Option<String>, Query, description = "Cursor: items before it."),
    ),
    responses((status = 200, description = "A page of rows.", body = Page<ImportRow>)),
)]
#[get("/council/v1/imports/{id}/rows")]
pub(super) async fn rows(actor: Actor, request: HttpRequest, registry: Registry, commands: Commands, id: Path<String>) -> Told {
    let id = numbered(&id)?;
    let mut params = Params::of(request.query_string());
    let outcome = params.word("outcome", &Outcome::WORDS.map(|word| (word, word)));
    let page = params.page(ROW_ORDER);
    params.finish()?;
    let asked = page.clone();
    let found = registry.reader.look(move |snapshot| {
        known(job::find(snapshot.conn, &commands.jobs, unit_key(&actor), id)?, id)?;
        Ok(job::rows(snapshot.conn, id, outcome, asked.id(), asked.backwards(), asked.limit())?)
    });
    Ok(listed(found.await?, (ROW_ORDER, &page, registry.today(&request)), |row| row.line))
}

/// The same for all rows as CSV, to be opened beside the workbook.
#[utoipa::path(
    operation_id = "getImportReport", tag = "imports",
    params(("id" = i64, Path, description = "Number of the import.", example = 1)),
    responses((status = 200, description = "The report (RFC 4180, UTF-8).", content((String = "text/csv")))),
)]
#[get("/council/v1/imports/{id}/rows.csv")]
pub(super) async fn report(actor: Actor, request: HttpRequest, registry: Registry, commands: Commands, id: Path<String>) -> Told {
    let id = numbered(&id)?;
    Params::of(request.query_string()).finish()?;
    let found = registry.reader.look(move |snapshot| {
        known(job::find(snapshot.conn, &commands.jobs, unit_key(&actor), id)?, id)?;
        Ok(job::report(snapshot.conn, id)?)
    });
    let (report, _) = found.await?;
    Ok(attachment(report, "text/csv; charset=utf-8; header=present", &format!("import-{id}.csv")))
}

/// The council's import; that of another council is none.
fn known(found: Option<ImportState>, id: i64) -> Result<ImportState, Problem> {
    found.ok_or_else(|| Problem::not_found(&id.to_string()))
}
