//! `ocop-registry schema`: writes the documents that are made from code.

use super::Failure;
use crate::app;
use crate::http::Side;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Write openapi/public.json and openapi/council.json, as the routes say them.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Write nothing; fail if a file differs.
    #[arg(long)]
    check: bool,
    /// Root of the source tree.
    #[arg(long, default_value = ".", value_name = "DIR")]
    root: PathBuf,
}

pub(super) fn run(args: &SchemaArgs) -> Result<ExitCode, Failure> {
    for (side, name) in [(Side::Public, "openapi/public.json"), (Side::Council, "openapi/council.json")] {
        let path = args.root.join(name);
        let document = app::document(side).to_pretty_json().map_err(|e| Failure(e.to_string()))? + "\n";
        if args.check {
            let known = std::fs::read_to_string(&path).unwrap_or_default();
            if known != document {
                return Err(Failure(format!("{} is not what the code says; run `ocop-registry schema` and commit it", path.display())));
            }
        } else {
            std::fs::create_dir_all(args.root.join("openapi"))?;
            std::fs::write(&path, document)?;
            println!("{}", path.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}
