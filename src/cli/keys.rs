//! `ocop-registry keys`: the registry's own keys for tokens.

use super::Failure;
use crate::auth::issue;
use clap::{Args, Subcommand};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Name of the file with the private key.
pub(super) const PRIVATE: &str = "council-key.pem";
/// Name of the file with the public key.
const PUBLIC: &str = "jwks.json";

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a pair of Ed25519 keys: `council-key.pem` signs tokens and is for you alone, `jwks.json` checks them and is for `serve`.
    ///
    /// Files that are there already are never overwritten. To change keys without an interruption, make
    /// a new pair elsewhere and add its public key to the list in jwks.json; the running server reads the
    /// file again by itself. Take the old one out when its last token has expired.
    New(NewArgs),
}

/// Where new keys go.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// Put the two files here.
    #[arg(long, default_value = ".", value_name = "DIR")]
    dir: PathBuf,
}

pub(super) fn run(command: &KeysCommand) -> Result<ExitCode, Failure> {
    let KeysCommand::New(args) = command;
    std::fs::create_dir_all(&args.dir).map_err(|e| Failure(format!("cannot create the directory {}: {e}", args.dir.display())))?;
    // "here" needs no name.
    let within = |name: &str| if args.dir == Path::new(".") { PathBuf::from(name) } else { args.dir.join(name) };
    let (private, public) = (within(PRIVATE), within(PUBLIC));
    if let Some(there) = [&private, &public].into_iter().find(|path| path.exists()) {
        return Err(taken(there));
    }
    let pair = issue::new_key().map_err(|e| Failure(e.to_string()))?;
    create(&private, 0o600, &pair.private_pem)?;
    if let Err(failure) = create(&public, 0o644, &pair.jwks) {
        // Half a pair helps nobody; what could not be removed, the sentence below does not hide.
        let _ = std::fs::remove_file(&private);
        return Err(failure);
    }
    tell!(
        "{}  signs tokens; keep it secret\n{}  checks them\n\nNext:\n  ocop-registry serve --sample --council-keys {1}\n  \
         ocop-registry token issue --key {0} --council province --unit VN34-24 --role approver --ttl 8h",
        private.display(),
        public.display()
    );
    Ok(ExitCode::SUCCESS)
}

fn taken(path: &Path) -> Failure {
    Failure(format!("{} is there already and is not overwritten; choose another directory with --dir", path.display()))
}

/// Creates a file that is not there yet.
fn create(path: &Path, mode: u32, text: &str) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => taken(path),
        _ => Failure(format!("cannot write {}: {error}", path.display())),
    })
}
