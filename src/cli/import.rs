//! `ocop-registry import`: a product list or a provincial workbook from the command line.

use super::report::ReportFile;
use super::{Failure, progress};
use crate::config::DatabaseSettings;
use crate::domain::day::civil_day;
use crate::domain::record::Source;
use crate::domain::text::shown;
use crate::read::clock::Clock;
use crate::store::{self, DatabaseUrl, ReadDoor, WriteDoor};
use crate::write::import::{Keep, Outcome, Report, RowReport, Terms, import_list};
use crate::write::workbook::{self, Limits, Media, Workbook};
use clap::Args;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tempfile::TempDir;

/// What to import, and how.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The list or workbook.
    pub file: PathBuf,
    /// Show what would happen; write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write nothing, and end with code 1, when any row is refused.
    #[arg(long)]
    strict: bool,
    /// The file is a provincial workbook saved as CSV; an .xlsx is one anyway.
    #[arg(long)]
    workbook: bool,
    /// Province of a workbook, for rows that do not name theirs.
    #[arg(long, value_name = "NAME", default_value = "")]
    province: String,
    /// Sheet of a workbook, where several have the headings.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Write the report of every row to this CSV file.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseSettings,
}

/// Rows shown on the terminal; the report file has all.
const SHOWN: usize = 20;
/// From how many rows on it is worth tidying up after them, which takes as long as the whole registry is large.
const LARGE: usize = 20_000;
/// Characters of a name or a sentence shown on the terminal.
const LINE: usize = 300;

pub(super) fn run(args: &ImportArgs) -> Result<ExitCode, Failure> {
    let failed = |why: &dyn std::fmt::Display| {
        let why = why.to_string();
        Failure(format!("{}: {}. Nothing was written.", args.file.display(), why.trim_end_matches('.')))
    };
    let mut file = File::open(&args.file).map_err(|e| Failure(format!("cannot open {}: {e}", args.file.display())))?;
    let media = media(args, &mut file).map_err(|e| failed(&e))?;
    // The report must have a place before anything is written.
    let report_file = args.report.as_deref().map(|path| ReportFile::at(path, &args.file, &args.database)).transpose()?;
    let scratch = if args.dry_run { rehearsal(&args.database.database_url)? } else { None };
    let url = scratch.as_ref().map_or(&args.database.database_url, |(url, _)| url);
    if scratch.is_some() || !args.dry_run {
        store::migrate(url)?;
    }
    let door = WriteDoor::new(url.clone());
    let bar = progress::bar(0, "importing");
    let now = Clock::System.now();
    let keep = match (args.dry_run, args.strict) {
        (true, _) => Keep::Nothing,
        (false, true) => Keep::AllOrNothing,
        (false, false) => Keep::GoodRows,
    };
    let terms = Terms::of_operator(civil_day(now), now.naive_utc(), keep);
    let count = |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    };
    let report = match media {
        None => import_list(&door, file, &terms, count).map_err(|e| failed(&e))?,
        Some(media) => {
            let limits = Limits::default();
            let mut bytes = Vec::new();
            file.take(limits.file as u64 + 1).read_to_end(&mut bytes).map_err(|e| failed(&e))?;
            let read = workbook::read(&bytes, media, args.sheet.as_deref(), &args.province, terms.today, limits);
            let workbook = read.and_then(Workbook::filled).map_err(|e| failed(&e))?;
            for note in &workbook.notes {
                tell!("{}", note.en);
            }
            let terms = Terms { source: Source::CouncilRecord, ..terms };
            workbook::import(&door, &workbook, &terms, count, |_, _| Ok(())).map_err(|e| failed(&e))?
        }
    };
    bar.finish_and_clear();
    let (refused, rows) = (report.count("refused"), report.rows.len());
    // What was imported stays, whatever becomes of what is said about it.
    let done = |Failure(why)| {
        let kept = if report.kept {
            format!("The rows are imported, to ledger position {}", report.position)
        } else {
            "Nothing was written".into()
        };
        Failure(format!("{why}. {kept}."))
    };
    if report.kept && rows >= LARGE {
        door.tidy().map_err(|e| done(e.into()))?;
    }
    print(&report, !report.kept).map_err(done)?;
    if rows == 0 {
        tell!("WARNING: {} has headings, but no row below them.", args.file.display());
    }
    if let (Some(path), Some(file)) = (&args.report, report_file) {
        file.write(&report).map_err(done)?;
        tell!("Report of every row: {}", path.display());
    }
    if refused > 0 && refused == rows {
        return Err(failed(&"every row was refused"));
    }
    Ok(if args.strict && refused > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A scratch database for a dry run where there is none yet; one that is there is only looked at, and must be up to date.
fn rehearsal(url: &DatabaseUrl) -> Result<Option<(DatabaseUrl, TempDir)>, Failure> {
    if url.file().is_none_or(Path::exists) {
        ReadDoor::open(url.clone(), 1)?;
        return Ok(None);
    }
    let directory = tempfile::tempdir()?;
    let scratch = DatabaseUrl::Sqlite(directory.path().join("dry-run.db").to_string_lossy().into_owned());
    tell!("There is no database {url} yet: tried on an empty one.");
    Ok(Some((scratch, directory)))
}

/// The kind of a workbook; `None` for a product list.
fn media(args: &ImportArgs, file: &mut File) -> std::io::Result<Option<Media>> {
    let mut head = Vec::new();
    file.by_ref().take(4).read_to_end(&mut head)?;
    file.rewind()?;
    // ZIP archives, and the compound files of older workbooks, which are told what they are.
    let packed = head.starts_with(b"PK") || head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]);
    Ok(if packed { Some(Media::Xlsx) } else { args.workbook.then_some(Media::Csv) })
}

fn print(report: &Report, dry_run: bool) -> Result<(), Failure> {
    let undated = report.rows.iter().filter(|row| row.certificate.is_some() && row.valid_until.is_none()).count();
    tell!("{}{} rows, ledger position {}", if dry_run { "DRY RUN, nothing written: " } else { "" }, report.rows.len(), report.position);
    for (outcome, meaning) in [
        ("created", "new products with their first recognition"),
        ("added", "further recognitions of known products"),
        ("completed", "known recognitions that are now dated or told in more detail"),
        ("unchanged", "reported before"),
        ("refused", "not written, see below"),
    ] {
        tell!("  {:>9}  {outcome:<9}  {meaning}", report.count(outcome));
    }
    tell!("  {undated:>9}  of them without a dated decision: undetermined, never certified");
    let refused: Vec<&RowReport> = report.rows.iter().filter(|row| matches!(row.outcome, Outcome::Refused(_))).collect();
    for row in refused.iter().take(SHOWN) {
        if let Outcome::Refused(refusal) = &row.outcome {
            let detail = shown(&refusal.detail.en, LINE);
            tell!("row {:>6}  {}  {}: {detail} ({})", row.row, shown(&row.name, LINE), shown(&refusal.place(), LINE), refusal.code);
        }
    }
    if refused.len() > SHOWN {
        tell!("… and {} more; --report FILE lists them all", refused.len() - SHOWN);
    }
    Ok(())
}
