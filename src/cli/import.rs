//! `ocop-registry import`: a product list from the command line.

use super::{Failure, progress};
use crate::config::DatabaseSettings;
use crate::domain::day::civil_day;
use crate::store::{self, WriteDoor};
use crate::write::import::{Outcome, Report, RowReport, import};
use chrono::Utc;
use clap::Args;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What to import, and how.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The list.
    pub file: PathBuf,
    /// Show what would happen; write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write nothing, and end with code 1, when any row is refused.
    #[arg(long)]
    strict: bool,
    /// Write the report of every row to this CSV file.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseSettings,
}

/// Rows shown on the terminal; the report file has all.
const SHOWN: usize = 20;

pub(super) fn run(args: &ImportArgs) -> Result<ExitCode, Failure> {
    let open = || File::open(&args.file).map_err(|e| Failure(format!("cannot open {}: {e}", args.file.display())));
    let list = open()?;
    // The report must have a place before anything is written.
    let report_file = args.report.as_deref().map(create).transpose()?;
    store::migrate(&args.database.database_url)?;
    let door = WriteDoor::new(args.database.database_url.clone());
    let bar = progress::bar(0, "importing");
    let now = Utc::now();
    let run = |list: File, keep: bool| {
        import(&door, list, civil_day(now), now.naive_utc(), keep, |done, of| {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        })
        .map_err(|e| Failure(format!("{}: {e}. Nothing was written.", args.file.display())))
    };
    let trial = args.dry_run || args.strict;
    let mut report = run(list, !trial)?;
    let refused = args.strict && report.count("refused") > 0;
    if args.strict && !args.dry_run && !refused {
        report = run(open()?, true)?;
    }
    bar.finish_and_clear();
    print(&report, args.dry_run || refused);
    if let Some((path, file)) = report_file {
        write(&report, file).map_err(|e| Failure(format!("cannot write the report {}: {e}", path.display())))?;
        println!("Report of every row: {}", path.display());
    }
    Ok(if refused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn create(path: &Path) -> Result<(PathBuf, File), Failure> {
    let file = File::create(path).map_err(|e| Failure(format!("cannot write the report {}: {e}. Nothing was written.", path.display())))?;
    Ok((path.to_owned(), file))
}

fn print(report: &Report, dry_run: bool) {
    let undated = report.rows.iter().filter(|row| row.certificate.is_some() && row.valid_until.is_none()).count();
    println!("{}{} rows, ledger position {}", if dry_run { "DRY RUN, nothing written: " } else { "" }, report.rows.len(), report.position);
    for (outcome, meaning) in [
        ("created", "new products with their first recognition"),
        ("added", "further recognitions of known products"),
        ("completed", "known recognitions that are now dated"),
        ("unchanged", "reported before"),
        ("refused", "not written, see below"),
    ] {
        println!("  {:>9}  {outcome:<9}  {meaning}", report.count(outcome));
    }
    println!("  {undated:>9}  of them without a dated decision: undetermined, never certified");
    let refused: Vec<&RowReport> = report.rows.iter().filter(|row| matches!(row.outcome, Outcome::Refused(_))).collect();
    for row in refused.iter().take(SHOWN) {
        if let Outcome::Refused(refusal) = &row.outcome {
            println!("row {:>6}  {}  {}: {} ({})", row.row, row.name, refusal.column.unwrap_or("row"), refusal.detail.en, refusal.code);
        }
    }
    if refused.len() > SHOWN {
        println!("… and {} more; --report FILE lists them all", refused.len() - SHOWN);
    }
}

fn write(report: &Report, file: File) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(file);
    writer.write_record(["row", "outcome", "name", "product", "certificate", "valid_until", "column", "code", "detail"])?;
    for row in &report.rows {
        let (column, code, detail) = match &row.outcome {
            Outcome::Refused(refusal) => (refusal.column.unwrap_or(""), refusal.code, refusal.detail.en.to_string()),
            _ => ("", "", row.notes.iter().map(|note| note.en.as_ref()).collect::<Vec<_>>().join("; ")),
        };
        writer.write_record([
            row.row.to_string().as_str(),
            row.outcome.as_str(),
            &row.name,
            row.product.as_deref().unwrap_or(""),
            row.certificate.as_deref().unwrap_or(""),
            &row.valid_until.map(|day| day.to_string()).unwrap_or_default(),
            column,
            code,
            &detail,
        ])?;
    }
    Ok(writer.flush()?)
}
