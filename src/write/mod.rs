//! Commands: one file per command. A command checks, then writes effect and ledger in the one
//! transaction that the store's write door gives it.

pub mod generate;
pub mod import;
