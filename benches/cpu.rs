//! CPU time per request of the server, as a multiple of a bare actix-web handler.
//!
//! `cargo bench --bench cpu -- --help` says how to run it. For every scenario one real answer is
//! captured, and a second process (this program again, see `bare`) serves the same bytes under
//! the same headers with nothing behind them. Both are measured in the same run in turn, so that
//! a slow or busy machine changes both figures and leaves their ratio alone.

#[path = "cpu/accounting.rs"]
mod accounting;
#[path = "cpu/bare.rs"]
mod bare;
#[path = "cpu/client.rs"]
mod client;
#[path = "cpu/export.rs"]
mod export;
#[path = "cpu/measure.rs"]
mod measure;
#[path = "cpu/options.rs"]
mod options;
#[path = "cpu/report.rs"]
mod report;
#[path = "cpu/sample.rs"]
mod sample;
#[path = "cpu/scenarios.rs"]
mod scenarios;
#[path = "cpu/server.rs"]
mod server;
#[path = "cpu/words.rs"]
mod words;

use options::{Command, Options};
use server::Server;
use std::os::unix::process::CommandExt;
use std::process::ExitCode;

/// Every failure ends the run with a sentence; nothing here is recovered from.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let outcome = match options::parse(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            println!("{}", options::HELP);
            Ok(true)
        }
        Ok(Command::Bare { port, route }) => bare::serve(port, &route).map(|()| true),
        Ok(Command::Run(options)) => pin(&options).and_then(|()| run(&options)),
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(2),
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Continues on one processor when `--core` asks for it.
///
/// Left alone, the system places client and server now on one processor and now on two, and the
/// way of every byte between their caches is part of what a request costs.
fn pin(options: &Options) -> Result<()> {
    const DONE: &str = "OCOP_BENCH_PINNED";
    let Some(core) = options.core else {
        return Ok(());
    };
    if std::env::var_os(DONE).is_some() {
        return Ok(());
    }
    // The standard library cannot pin a process; this one is replaced, and comes back pinned.
    let problem = std::process::Command::new("taskset")
        .args(["-c", &core.to_string()])
        .arg(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .env(DONE, "1")
        .exec();
    Err(format!("cannot run taskset: {problem}").into())
}

/// Runs everything that was asked for; false when `--check` was given and a limit is exceeded.
fn run(options: &Options) -> Result<bool> {
    if options.databases.is_empty() {
        // A plain `cargo bench` runs every bench target, and has no database to offer.
        println!("Nothing to measure: name a database with --database (see --help).");
        return Ok(true);
    }
    let mut within = true;
    for database in &options.databases {
        let mut starts = Vec::new();
        if options.export {
            let figures = export::measure(options, database, &mut starts)?;
            within &= figures.iter().all(export::Figures::within);
            report::exports(options, database, &figures, &starts);
        } else {
            let figures = scenarios_on(options, database, &mut starts)?;
            within &= figures.iter().all(measure::Figures::within);
            report::scenarios(options, database, &figures, &starts);
        }
    }
    Ok(within || !options.check)
}

/// Prepares all selected scenarios on one server, then measures each on a server of its own.
fn scenarios_on(options: &Options, database: &str, starts: &mut Vec<std::time::Duration>) -> Result<Vec<measure::Figures>> {
    let selected: Vec<_> = scenarios::ALL.iter().filter(|scenario| scenario.name.contains(options.only.as_str())).collect();
    if selected.is_empty() {
        return Err(format!("no scenario's name contains {:?}", options.only).into());
    }
    let prepared = {
        // This server's answer cache fills up here; it is gone before anything is measured.
        let scout = Server::registry(options, database)?;
        starts.push(scout.ready_after);
        let sample = sample::collect(scout.address, options)?;
        selected.into_iter().map(|scenario| measure::prepare(options, scenario, &sample, scout.address)).collect::<Result<Vec<_>>>()?
    };
    prepared
        .iter()
        .map(|prepared| {
            measure::run(options, database, prepared, starts).map_err(|problem| format!("{}: {problem}", prepared.scenario.name).into())
        })
        .collect()
}
