//! What a council sees of an import: the job, and what became of each row.

use crate::domain::text::harmless;
use crate::error::Text;
use crate::store::import_job::ImportJobRow;
use crate::store::{StoreError, StoreResult};
use crate::write::import::{Outcome, RowReport, Standing};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use csv::{Terminator, Writer, WriterBuilder};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Words {
    /// Vietnamese.
    #[schema(example = "\"31/02/2022\" không phải ngày; viết ngày/tháng/năm, ví dụ 05/06/2024")]
    pub vi: String,
    /// English.
    #[schema(example = "\"31/02/2022\" is no day; write dd/mm/yyyy, such as 05/06/2024")]
    pub en: String,
}

impl Words {
    pub(super) fn of(text: &Text) -> Self {
        Self { vi: text.vi.to_string(), en: text.en.to_string() }
    }
}

/// An import, as its council sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportState {
    /// Its number.
    #[schema(example = 1)]
    pub id: i64,
    /// `queued`, `running`, `done` or `failed`.
    #[schema(example = "done")]
    pub state: String,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// Whether good rows were to be written even beside bad ones.
    pub partial: bool,
    /// Rows that are through.
    #[schema(example = 48)]
    pub rows_done: i64,
    /// Rows in all.
    #[schema(example = 48)]
    pub rows: i64,
    /// When it was handed in.
    pub created_at: DateTime<Utc>,
    /// When it was begun last.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Once done: whether rows were written. Without `partial`, one refused row leaves all unwritten.
    pub written: Option<bool>,
    /// Once done: the ledger position afterwards.
    pub data_version: Option<i64>,
    /// Once done: how many rows ended in what.
    pub outcomes: Option<RowCounts>,
    /// What to know of the whole sheet.
    pub notes: Vec<Words>,
    /// Why it failed.
    pub failure: Option<Words>,
}

/// How many rows ended in what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowCounts {
    /// New products with their recognitions.
    pub created: usize,
    /// Further recognitions of known products.
    pub added: usize,
    /// Known recognitions of which something that was left open is told now, such as the day.
    pub completed: usize,
    /// Known before.
    pub unchanged: usize,
    /// Refused.
    pub refused: usize,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Summary {
    outcomes: RowCounts,
    notes: Vec<Words>,
}

pub(super) fn counts(reports: &[RowReport], notes: &[Text]) -> Summary {
    let mut outcomes = RowCounts::default();
    for report in reports {
        *match report.outcome {
            Outcome::Created => &mut outcomes.created,
            Outcome::Added => &mut outcomes.added,
            Outcome::Completed => &mut outcomes.completed,
            Outcome::Unchanged => &mut outcomes.unchanged,
            Outcome::Refused(_) => &mut outcomes.refused,
        } += 1;
    }
    Summary { outcomes, notes: notes.iter().map(Words::of).collect() }
}

pub(super) fn state(row: &ImportJobRow, progress: Option<usize>) -> ImportState {
    let summary: Option<Summary> = row.summary.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let (outcomes, notes) = summary.map_or((None, Vec::new()), |summary| (Some(summary.outcomes), summary.notes));
    let done = if row.kept.is_some() { Some(row.rows) } else { progress.and_then(|done| i64::try_from(done).ok()) };
    ImportState {
        id: row.id,
        state: row.state.clone(),
        dry_run: row.dry_run,
        partial: row.partial,
        rows_done: done.unwrap_or(0),
        rows: row.rows,
        created_at: row.created_at.and_utc(),
        started_at: row.started_at.as_ref().map(NaiveDateTime::and_utc),
        ended_at: row.ended_at.as_ref().map(NaiveDateTime::and_utc),
        written: row.kept,
        data_version: row.position,
        outcomes,
        notes,
        failure: row.failure.as_deref().and_then(|text| serde_json::from_str(text).ok()),
    }
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportRow {
    /// Its place among the rows, from 1.
    #[schema(example = 1)]
    pub line: i64,
    /// The sheet it stands in.
    #[schema(example = "Sản phẩm OCOP")]
    pub sheet: Option<String>,
    /// Its number there, as a spreadsheet counts.
    #[schema(example = 5)]
    pub row: u64,
    /// The product's name, as the row has it.
    #[schema(example = "Mật ong")]
    pub name: String,
    /// `created`, `added`, `completed`, `unchanged` or `refused`.
    #[schema(example = "created")]
    pub outcome: String,
    /// Code of the product; of a row that nothing was written of it is only what it would be, unless it is known.
    #[schema(example = "P0000PMH")]
    pub product: Option<String>,
    /// Code of the certificate, likewise.
    pub certificate: Option<String>,
    /// Last valid day; none where no dated decision gives one.
    pub valid_until: Option<NaiveDate>,
    /// The product's verdict before; none when it was not known.
    pub before: Option<RowVerdict>,
    /// Its verdict after all rows.
    pub after: Option<RowVerdict>,
    /// Why it was refused.
    pub fault: Option<RowFault>,
    /// What else to know.
    pub notes: Vec<Words>,
}

/// A verdict on the day of the import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowVerdict {
    /// `certified`, `not_certified` or `undetermined`.
    #[schema(example = "certified")]
    pub outcome: String,
    /// Status of the certificate that governs.
    #[schema(example = "valid")]
    pub status: Option<String>,
    /// Its stars.
    #[schema(example = 4)]
    pub stars: Option<i16>,
    /// Its last valid day.
    pub valid_until: Option<NaiveDate>,
}

/// Why a row was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowFault {
    /// Letters of the column at fault.
    #[schema(example = "M")]
    pub column: Option<String>,
    /// Its heading.
    pub heading: Option<Words>,
    /// Stable word.
    #[schema(example = "malformed")]
    pub code: String,
    /// The sentence.
    pub detail: Words,
}

pub(super) fn row_state(line: i64, report: &RowReport) -> ImportRow {
    let verdict = |standing: Standing| RowVerdict {
        outcome: standing.outcome.to_string(),
        status: standing.status.map(|status| status.to_string()),
        stars: standing.stars,
        valid_until: standing.valid_until,
    };
    let fault = match &report.outcome {
        Outcome::Refused(refusal) => Some(RowFault {
            column: refusal.cell.as_ref().map(|cell| cell.letters.clone()),
            heading: refusal.cell.as_ref().map(|cell| Words::of(&cell.heading)),
            code: refusal.code.into(),
            detail: Words::of(&refusal.detail),
        }),
        _ => None,
    };
    ImportRow {
        line,
        sheet: report.sheet.as_deref().map(str::to_owned),
        row: report.row,
        name: report.name.clone(),
        outcome: report.outcome.as_str().into(),
        product: report.product.clone(),
        certificate: report.certificate.clone(),
        valid_until: report.valid_until,
        before: report.before.map(verdict),
        after: report.after.map(verdict),
        fault,
        notes: report.notes.iter().map(Words::of).collect(),
    }
}

/// A report as CSV, with its headings.
pub(super) fn table() -> StoreResult<Writer<Vec<u8>>> {
    let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let headings = [
        "sheet",
        "row",
        "outcome",
        "name",
        "product",
        "certificate",
        "valid_until",
        "verdict_before",
        "verdict_after",
        "column",
        "heading",
        "code",
        "detail_vi",
        "detail_en",
        "notes_vi",
        "notes_en",
    ];
    table.write_record(headings).map_err(failed)?;
    Ok(table)
}

/// Adds a row to a report.
pub(super) fn tell(table: &mut Writer<Vec<u8>>, row: &ImportRow) -> StoreResult<()> {
    let verdict = |verdict: &Option<RowVerdict>| verdict.as_ref().map(|verdict| verdict.outcome.clone()).unwrap_or_default();
    let fault = row.fault.as_ref();
    let notes = |pick: fn(&Words) -> &str| row.notes.iter().map(pick).collect::<Vec<_>>().join("; ");
    let cells = [
        row.sheet.clone().unwrap_or_default(),
        row.row.to_string(),
        row.outcome.clone(),
        row.name.clone(),
        row.product.clone().unwrap_or_default(),
        row.certificate.clone().unwrap_or_default(),
        row.valid_until.map(|day| day.to_string()).unwrap_or_default(),
        verdict(&row.before),
        verdict(&row.after),
        fault.and_then(|fault| fault.column.clone()).unwrap_or_default(),
        fault.and_then(|fault| fault.heading.as_ref()).map(|heading| heading.vi.clone()).unwrap_or_default(),
        fault.map(|fault| fault.code.clone()).unwrap_or_default(),
        fault.map(|fault| fault.detail.vi.clone()).unwrap_or_default(),
        fault.map(|fault| fault.detail.en.clone()).unwrap_or_default(),
        notes(|words| &words.vi),
        notes(|words| &words.en),
    ];
    table.write_record(cells.iter().map(|cell| harmless(cell).into_owned())).map_err(failed)
}

fn failed(error: csv::Error) -> StoreError {
    StoreError::Query(error.to_string())
}
