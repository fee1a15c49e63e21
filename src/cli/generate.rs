//! `ocop-registry generate`: a made-up registry.

use super::{Failure, progress};
use crate::config::DatabaseSettings;
use crate::domain::day::{Day, civil_day, parse_day};
use crate::read::clock::Clock;
use crate::store::{self, WriteDoor};
use crate::write::generate::{Plan, generate};
use clap::Args;
use std::process::ExitCode;

/// Fill an empty registry with made-up products.
///
/// Names, places, authorities and histories look real and obey the law; every row says that its
/// source is "other", so that nobody takes it for a real one. The same numbers give the same registry.
#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// How many products.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    products: u64,
    /// Another seed gives another registry.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The last day of a decision; today in Vietnam when left out.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = |text: &str| parse_day(text).ok_or("write YYYY-MM-DD"))]
    today: Option<Day>,
    #[command(flatten)]
    database: DatabaseSettings,
}

pub(super) fn run(args: &GenerateArgs) -> Result<ExitCode, Failure> {
    store::migrate(&args.database.database_url)?;
    let door = WriteDoor::new(args.database.database_url.clone());
    let now = Clock::System.now();
    let plan = Plan { products: args.products, seed: args.seed, today: args.today.unwrap_or_else(|| civil_day(now)) };
    let bar = progress::bar(args.products, "generating");
    let generated = door.bulk(|| generate(&door, &plan, now.naive_utc(), &|done| bar.set_position(done)))?;
    bar.set_message("tidying up");
    door.tidy()?;
    bar.finish_and_clear();
    let g = generated;
    tell!(
        "{} products of {} producers, {} decisions, {} certificates, {} acts about them, {} barcodes",
        g.products,
        g.producers,
        g.decisions,
        g.certificates,
        g.acts,
        g.gtins
    );
    Ok(ExitCode::SUCCESS)
}
