//! The database: diesel and nothing else, behind two doors.
//!
//! [`ReadDoor`] answers questions from a pool; [`WriteDoor`] runs one command at a time, in one
//! transaction with its ledger entries. Both work on SQLite and on PostgreSQL, chosen by the URL.

mod bulk;
pub mod certificate;
pub mod command;
mod connection;
pub mod count;
pub mod decision;
pub mod draft;
mod error;
pub mod history;
pub mod import_job;
pub mod label_report;
pub mod ledger;
pub mod listing;
pub mod merged;
pub mod owner;
pub mod post_check;
pub mod producer;
pub mod product;
pub mod projection;
pub mod quality;
mod read_door;
pub mod record;
pub mod schema;
pub mod search;
mod together;
pub mod verify;
mod walk;
mod write_door;

pub use connection::{Conn, DatabaseUrl};
pub use error::{StoreError, StoreResult};
pub use read_door::{ReadDoor, Snapshot, in_snapshot};
pub use write_door::{Origin, WriteDoor, WriteTx, migrate};
