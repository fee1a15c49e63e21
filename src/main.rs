//! `ocop-registry`: the public registry of certified OCOP products of Vietnam.

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ocop_registry::cli::run(ocop_registry::cli::Cli::parse())
}
