//! The command line: what can be run, and how failures are told.

/// Writes a line to standard output or ends the command: `println!` panics when nobody reads or the disk is full.
macro_rules! tell {
    ($($text:tt)*) => {
        $crate::cli::line(format_args!($($text)*))?
    };
}

mod generate;
mod import;
mod keys;
mod ledger;
mod progress;
mod report;
mod schema;
mod serve;
mod token;

use crate::config::{DatabaseSettings, ServeSettings};
use crate::store::{self, StoreError};
use clap::{Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

/// The public registry of certified OCOP products of Vietnam.
///
/// Sổ đăng ký công khai sản phẩm OCOP được công nhận.
#[derive(Debug, Parser)]
#[command(
    version,
    propagate_version = true,
    after_help = "First steps:\n  ocop-registry serve --sample          real data, in this directory, at http://127.0.0.1:8080\n  ocop-registry import list.csv --dry-run   what a product list would change\n  ocop-registry ledger verify           does the database say what its ledger says?"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer the public: pages at /, REST at /v1, documentation at /docs. Creates the database when there is none.
    ///
    /// With --council-keys also the councils, at /council/v1 on an address of their own.
    Serve(Box<ServeSettings>),
    /// Create the database or bring it to this version's schema.
    Migrate(DatabaseSettings),
    /// Load a product list in CSV or a provincial workbook in XLSX: all good rows in one transaction, and
    /// a report on each row.
    ///
    /// Columns of a list: name_vi, province (required), producer_name, producer_type, commune, district, stars,
    /// level (national, province, district, unknown), decision_number, decision_date (YYYY-MM-DD),
    /// year, product_group, source_url; also, where known: name_en, gtins (with | between),
    /// official_code, valid_until, score, tax_code, issuer ("UBND tỉnh Bắc Giang").
    /// A workbook has the 22 columns of the template that the council side serves.
    ///
    /// The end of a certificate comes from the date of its decision only: 36 months later, or the valid_until that
    /// is printed, in that month or up to 31 days before. A row without a date is kept as a recognition of unknown
    /// term, which never counts as certified. Rows that break the law of
    /// their day are refused with column and reason; --strict writes nothing when there are any.
    /// So are rows that contradict a certificate that is there: a product of one producer, name and
    /// place is one product, recognised once on a day. A row about a recognition that is known adds what was
    /// left open (barcodes, points, the printed last day). A second time the same list changes nothing.
    ///
    /// Ends with code 1 when every row was refused, and with --strict when any was.
    Import(import::ImportArgs),
    /// Fill an empty registry with made-up products, for tests and benchmarks.
    Generate(generate::GenerateArgs),
    /// Questions to the ledger.
    #[command(subcommand)]
    Ledger(ledger::LedgerCommand),
    /// Make keys for the councils' tokens.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Issue tokens to people and machines of the councils.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Write the documents that are made from code.
    Schema(schema::SchemaArgs),
}

/// A failure, as one sentence for the person at the terminal.
#[derive(Debug)]
struct Failure(String);

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

fn line(text: std::fmt::Arguments<'_>) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{text}").map_err(|e| Failure(format!("cannot write to standard output: {e}")))
}

/// Runs a command; a failure ends in one sentence on standard error and exit code 1.
pub fn run(cli: Cli) -> ExitCode {
    let result = match cli.command {
        Command::Migrate(database) => store::migrate(&database.database_url).map_err(Failure::from).map(|()| ExitCode::SUCCESS),
        Command::Serve(settings) => serve::run(*settings),
        Command::Import(args) => import::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Ledger(command) => ledger::run(&command),
        Command::Keys(command) => keys::run(&command),
        Command::Token(command) => token::run(&command),
        Command::Schema(args) => schema::run(&args),
    };
    result.unwrap_or_else(|Failure(why)| {
        eprintln!("ocop-registry: {why}");
        ExitCode::FAILURE
    })
}
