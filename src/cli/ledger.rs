//! `ocop-registry ledger`: questions to the ledger itself.

use super::{Failure, progress};
use crate::config::DatabaseSettings;
use crate::store::ReadDoor;
use crate::store::verify::verify;
use clap::Subcommand;
use std::process::ExitCode;

/// Questions to the ledger.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Compare every row with what the ledger says, and everything that is made from the rows with
    /// the rows. Ends with code 1 and the names of rows when something disagrees.
    Verify(DatabaseSettings),
}

pub(super) fn run(command: &LedgerCommand) -> Result<ExitCode, Failure> {
    let LedgerCommand::Verify(database) = command;
    let door = ReadDoor::open(database.database_url.clone(), 1)?;
    let bar = progress::spinner("comparing rows with the ledger");
    let report = verify(&door, |rows| bar.set_position(rows))?;
    bar.finish_and_clear();
    for finding in &report.findings {
        tell!("{finding}");
    }
    if report.disagreements > 0 {
        tell!("{} disagreements among {} rows at ledger position {}", report.disagreements, report.rows, report.position);
        return Ok(ExitCode::FAILURE);
    }
    tell!("{} rows agree with the ledger at position {}", report.rows, report.position);
    Ok(ExitCode::SUCCESS)
}
