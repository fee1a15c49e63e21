//! `ocop-registry schema`: writes the documents that are made from code.

use super::Failure;
use crate::http::Side;
use crate::{app, graphql};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Write schema.graphql, openapi/public.json and openapi/council.json, as the code says them.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Write nothing; fail if a file differs.
    #[arg(long)]
    check: bool,
    /// Write schema.graphql even if the change breaks clients.
    #[arg(long, conflicts_with = "check")]
    breaking: bool,
    /// Root of the source tree.
    #[arg(long, default_value = ".", value_name = "DIR")]
    root: PathBuf,
}

pub(super) fn run(args: &SchemaArgs) -> Result<ExitCode, Failure> {
    let sdl = graphql::sdl();
    let path = args.root.join("schema.graphql");
    if !args.breaking
        && let Ok(known) = std::fs::read_to_string(&path)
        && !known.trim().is_empty()
    {
        let breaks = graphql::breaking(&known, &sdl).map_err(|e| Failure(format!("{} is no schema: {e}", path.display())))?;
        if !breaks.is_empty() {
            let list = breaks.join("; ");
            return Err(Failure(format!(
                "the change of {} breaks clients: {list}. If that is meant, run `ocop-registry schema --breaking` and commit it",
                path.display()
            )));
        }
    }
    for (side, name) in [(Side::Public, "openapi/public.json"), (Side::Council, "openapi/council.json")] {
        let document = app::document(side).to_pretty_json().map_err(|e| Failure(e.to_string()))? + "\n";
        written(&args.root.join(name), &document, args.check)?;
    }
    written(&path, &sdl, args.check)?;
    Ok(ExitCode::SUCCESS)
}

fn written(path: &Path, text: &str, check: bool) -> Result<(), Failure> {
    if check {
        let known = std::fs::read_to_string(path).unwrap_or_default();
        if known != text {
            return Err(Failure(format!("{} is not what the code says; run `ocop-registry schema` and commit it", path.display())));
        }
        return Ok(());
    }
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    std::fs::write(path, text)?;
    tell!("{}", path.display());
    Ok(())
}
