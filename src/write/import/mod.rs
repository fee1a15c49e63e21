//! Import: rows of product lists and of provincial workbooks, in one transaction.
//!
//! Every row ends in a stated [`Outcome`]. Refused rows are reported and left out; the others are
//! written together or, when anything fails, not at all. The same rows a second time change nothing.
//!
//! [`list`] and [`crate::write::workbook`] read files into rows; here they are matched and written.

mod again;
mod clash;
mod effect;
pub mod list;
mod load;
mod matching;
mod memory;
mod row;
mod scope;
mod signer;
mod term;

use crate::domain::day::Day;
use crate::domain::record::{Record, Source};
use crate::domain::verdict::{self, Status, verdict};
use crate::domain::workbook::{Band, Column, Layout};
use crate::error::Text;
use crate::store::ledger;
use crate::store::{Origin, StoreError, WriteDoor, WriteTx};
use chrono::NaiveDateTime;
use load::Load;
pub(super) use row::Cells;
pub use row::{CellPlace, Refusal};
pub use scope::Scope;
use std::io::Read;
use std::sync::Arc;

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A product that was not known, with its first recognition.
    Created,
    /// A further recognition of a known product.
    Added,
    /// Something that was left open about a known recognition is told now, such as its day.
    Completed,
    /// Reported before; nothing to write.
    Unchanged,
    /// Not written.
    Refused(Refusal),
}

impl Outcome {
    /// The words of all outcomes.
    pub const WORDS: [&'static str; 5] = ["created", "added", "completed", "unchanged", "refused"];

    /// The word in reports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Added => "added",
            Self::Completed => "completed",
            Self::Unchanged => "unchanged",
            Self::Refused(_) => "refused",
        }
    }

    /// The one that says more, of two recognitions in one row.
    fn or_more(self, other: Self) -> Self {
        let rank = |outcome: &Self| match outcome {
            Self::Unchanged => 0,
            Self::Completed => 1,
            Self::Added => 2,
            Self::Created => 3,
            Self::Refused(_) => 4,
        };
        if rank(&other) > rank(&self) { other } else { self }
    }
}

/// What a product's verdict says on the day of the import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The answer in one word.
    pub outcome: verdict::Outcome,
    /// Status of the certificate that governs.
    pub status: Option<Status>,
    /// Its stars.
    pub stars: Option<i16>,
    /// Its last valid day.
    pub valid_until: Option<Day>,
}

impl Standing {
    fn of(record: &Record, today: Day) -> Self {
        let verdict = verdict(record, today);
        Self {
            outcome: verdict.outcome,
            status: verdict.status,
            stars: verdict.certificate.and_then(|index| record.certificates[index].stars),
            valid_until: verdict.valid_until(),
        }
    }
}

/// The report on one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowReport {
    /// Number of the row as a spreadsheet counts: the first is 1.
    pub row: u64,
    /// The sheet, of a workbook with sheets.
    pub sheet: Option<Arc<str>>,
    /// The product's name as the row has it.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Code of the product.
    pub product: Option<String>,
    /// Code of the certificate, of the row's later one where it has two.
    pub certificate: Option<String>,
    /// Last valid day; `None` where no dated decision gives one.
    pub valid_until: Option<Day>,
    /// The product's verdict before the import; `None` when it was not known.
    pub before: Option<Standing>,
    /// Its verdict after the import.
    pub after: Option<Standing>,
    /// What else to know, one sentence each.
    pub notes: Vec<Text>,
}

/// The report on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// One report a row, in order of the file.
    pub rows: Vec<RowReport>,
    /// Whether the good rows were written.
    pub kept: bool,
    /// The ledger position afterwards; unchanged where nothing was written.
    pub position: i64,
}

impl Report {
    /// How many rows ended with an outcome of this word.
    pub fn count(&self, outcome: &str) -> usize {
        self.rows.iter().filter(|row| row.outcome.as_str() == outcome).count()
    }
}

/// Why a list was not read at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is no product list.
    #[error("{0}")]
    File(String),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A row as read from a file, whatever the file was.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) sheet: Option<Arc<str>>,
    /// The product's name.
    pub(super) name: String,
    /// Its recognitions, the earlier first; a list has one in a row, a workbook up to two.
    pub(super) recognitions: Vec<(Band, Cells)>,
    /// Already refused by the reader of the file.
    pub(super) refusal: Option<Refusal>,
    pub(super) notes: Vec<Text>,
    /// Why the row may be told again but not written.
    pub(super) doubt: Option<Refusal>,
    /// Where the columns of a workbook stand.
    pub(super) layout: Option<Arc<Layout>>,
}

impl Row {
    /// A refusal with its cell, where the row comes from a workbook.
    fn locate(&self, mut refusal: Refusal, band: Band) -> Refusal {
        if refusal.cell.is_none()
            && let (Some(layout), Some(name)) = (&self.layout, refusal.column)
            && let Some(column) = Column::of_list(name, band)
        {
            refusal.cell = layout.letters(column).map(|letters| Box::new(CellPlace { letters, heading: column.heading() }));
        }
        refusal
    }
}

/// How much of an import stays written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nothing: the report says what would happen.
    Nothing,
    /// Every row if all are good, else nothing.
    AllOrNothing,
    /// The good rows.
    GoodRows,
}

/// Who imports, when, and what may be written.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Who, for the ledger.
    pub origin: Origin,
    /// The civil day.
    pub today: Day,
    /// The instant, UTC.
    pub at: NaiveDateTime,
    /// How much stays written.
    pub keep: Keep,
    /// Whose decisions about which places.
    pub scope: Scope,
    /// What kind of source rows without an address come from.
    pub source: Source,
}

impl Terms {
    /// Those of the registry's operator, who imports for everyone.
    pub fn of_operator(today: Day, at: NaiveDateTime, keep: Keep) -> Self {
        let origin = Origin { actor: "operator".into(), command: "import".into(), cause: None };
        Self { origin, today, at, keep, scope: Scope::All, source: Source::Other }
    }
}

/// Imports a product list in CSV for the operator: its good rows. With `keep` false nothing stays written and the
/// report says what would.
///
/// # Errors
/// When the file is no product list or the database refuses; then nothing was written.
pub fn import(
    door: &WriteDoor,
    list: impl Read,
    today: Day,
    at: NaiveDateTime,
    keep: bool,
    progress: impl Fn(usize, usize),
) -> Result<Report, ImportError> {
    let keep = if keep { Keep::GoodRows } else { Keep::Nothing };
    import_list(door, list, &Terms::of_operator(today, at, keep), progress)
}

/// Imports a product list in CSV.
///
/// # Errors
/// When the file is no product list or the database refuses; then nothing was written.
pub fn import_list(door: &WriteDoor, list: impl Read, terms: &Terms, progress: impl Fn(usize, usize)) -> Result<Report, ImportError> {
    Ok(import_rows(door, &list::read(list)?, terms, progress, |_, _| Ok(()))?)
}

/// Why a transaction ends without a trace.
enum Stop {
    Store(StoreError),
    Refused(Vec<RowReport>, i64),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Imports rows in one transaction. `last` runs in it, after the rows and only when they stay written.
pub(super) fn import_rows(
    door: &WriteDoor,
    rows: &[Row],
    terms: &Terms,
    progress: impl Fn(usize, usize),
    last: impl FnOnce(&mut WriteTx<'_>, &[RowReport]) -> Result<(), StoreError>,
) -> Result<Report, StoreError> {
    let keep = terms.keep != Keep::Nothing;
    let written = door.write(terms.origin.clone(), terms.at, keep, |tx| {
        let before = ledger::position(tx.conn())?;
        let mut load = Load::new(terms);
        let mut reports = Vec::with_capacity(rows.len());
        for (done, row) in rows.iter().enumerate() {
            reports.push(load.row(tx, row)?);
            progress(done + 1, rows.len());
        }
        load.standings(tx, &mut reports)?;
        let refused = || reports.iter().any(|report| matches!(report.outcome, Outcome::Refused(_)));
        if terms.keep == Keep::AllOrNothing && refused() {
            return Err(Stop::Refused(reports, before));
        }
        if keep {
            last(tx, &reports)?;
        }
        Ok(reports)
    });
    match written {
        Ok((rows, position)) => Ok(Report { rows, kept: keep, position }),
        Err(Stop::Refused(rows, position)) => Ok(Report { rows, kept: false, position }),
        Err(Stop::Store(error)) => Err(error),
    }
}
