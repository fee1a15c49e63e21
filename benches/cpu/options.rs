//! The command line of the bench.

use crate::Result;

pub(crate) const HELP: &str = "\
CPU time per request of the server, as a multiple of a bare actix-web handler
that answers the same bytes under the same headers.

    cargo bench --bench cpu -- --database bench-20k.db --database postgres://...

Each database is prepared beforehand with
    ocop-registry generate --products N --seed S --database-url <database>
and only read here.

  --database <path or URL>   measure on this database (repeatable)
  --only <text>              only the scenarios whose name contains this text
  --rounds <N>               rounds of bare and ours in turn (default 5)
  --quick                    fewer requests and 3 rounds: a look, not a result
  --core <N>                 keep client and servers on this processor: far steadier
                             (needs taskset, of util-linux)
  --accept-encoding <value>  ask for compressed answers (default: none)
  --serve-arg <argument>     one more argument for the server (repeatable)
  --calibrate                bare against bare: the noise of this machine
  --export                   memory and speed of the two streamed exports instead
  --markdown                 print the tables in Markdown
  --check                    exit with 2 when a limit is exceeded
  --help                     this text

OCOP_REGISTRY_BIN names another server program than the one Cargo has just built.
Linux only: CPU time and memory are read from /proc.
CPU time is that of the server process; a PostgreSQL server's own is not in it.";

/// What this process is asked to be.
pub(crate) enum Command {
    Help,
    /// The bare server, started by the bench itself.
    Bare {
        port: u16,
        route: String,
    },
    Run(Options),
}

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) databases: Vec<String>,
    pub(crate) only: String,
    pub(crate) rounds: usize,
    pub(crate) quick: bool,
    pub(crate) core: Option<u16>,
    pub(crate) accept_encoding: Option<String>,
    pub(crate) serve_args: Vec<String>,
    pub(crate) calibrate: bool,
    pub(crate) export: bool,
    pub(crate) markdown: bool,
    pub(crate) check: bool,
}

pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Command> {
    let mut options = Options::default();
    let mut rounds = None;
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--bare" => {
                let port = value()?.parse()?;
                let route = value()?;
                return Ok(Command::Bare { port, route });
            }
            "--database" => options.databases.push(value()?),
            "--only" => options.only = value()?,
            "--rounds" => rounds = Some(value()?.parse()?),
            "--quick" => options.quick = true,
            "--core" => options.core = Some(value()?.parse()?),
            "--accept-encoding" => options.accept_encoding = Some(value()?),
            "--serve-arg" => options.serve_args.push(value()?),
            "--calibrate" => options.calibrate = true,
            "--export" => options.export = true,
            "--markdown" => options.markdown = true,
            "--check" => options.check = true,
            // Cargo adds this to every bench target's arguments.
            "--bench" => {}
            other => return Err(format!("unknown option {other} (see --help)").into()),
        }
    }
    options.rounds = rounds.unwrap_or(if options.quick { 3 } else { 5 });
    if options.rounds == 0 {
        return Err("--rounds must be at least 1".into());
    }
    Ok(Command::Run(options))
}
