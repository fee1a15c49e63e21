//! What can go wrong with a database, in sentences for whoever runs the program.

use crate::error::{Code, Problem, say};
use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failure of the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is there, but has no time; worth another try.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// It cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Away(String),
    /// The database cannot be used as it is; somebody has to act.
    #[error("{0}")]
    Unusable(String),
    /// A rule of the schema refused a write: a unique value is taken or a reference is missing.
    #[error("the database refused a write: {0}")]
    Conflict(String),
    /// A query failed.
    #[error("a query failed: {0}")]
    Query(String),
}

/// What the store answers.
pub type StoreResult<T> = Result<T, StoreError>;

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        let text = error.to_string();
        match &error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ForeignKeyViolation, _) => {
                Self::Conflict(text)
            }
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, _) => Self::Away(text),
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Self::Busy(text),
            _ => classify(text),
        }
    }
}

/// SQLite tells its conditions by sentence only, once diesel has passed them on.
fn classify(text: String) -> StoreError {
    let has = |needle: &str| text.contains(needle);
    if has("database is locked") || has("database table is locked") {
        StoreError::Busy(text)
    } else if has("terminating connection")
        || has("connection to server")
        || has("no connection")
        || has("server closed the connection")
        || has("recovery mode")
        || has("starting up")
        || has("shutting down")
    {
        StoreError::Away(text)
    } else if has("readonly database") || has("read-only transaction") {
        StoreError::Unusable(format!(
            "the database is read-only: {text}. Check the permissions of the file and its directory, or write to the primary."
        ))
    } else if has("disk is full") || has("No space left") || has("disk I/O error") {
        StoreError::Unusable(format!("the disk is full or failing: {text}. Nothing of this command was kept; make room and run it again."))
    } else if has("malformed") || has("not a database") {
        StoreError::Unusable(format!("the file is corrupt or no SQLite database: {text}. Restore it from a backup."))
    } else {
        StoreError::Query(text)
    }
}

impl From<StoreError> for Problem {
    /// What the asker is told; the cause goes to the log, never to the client.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(why) => {
                tracing::warn!(why, "the database is busy");
                let detail = say("Cơ sở dữ liệu đang bận, hãy thử lại sau ít giây.", "The database is busy; try again in a few seconds.");
                Self { retry_after: Some(2), ..Self::new(Code::Unavailable, detail) }
            }
            StoreError::Away(why) => {
                tracing::warn!(why, "the database is away");
                let detail = say(
                    "Hiện chưa tới được cơ sở dữ liệu, hãy thử lại sau ít giây. Điều này không nói gì về sản phẩm.",
                    "The database is away; try again in a few seconds. This says nothing about any product.",
                );
                Self { retry_after: Some(5), ..Self::new(Code::Unavailable, detail) }
            }
            StoreError::Unusable(why) => {
                tracing::error!(why, "the database cannot be used");
                let detail = say("Hệ thống tạm ngừng phục vụ.", "The registry cannot answer for now.");
                Self { retry_after: Some(30), ..Self::new(Code::Unavailable, detail) }
            }
            StoreError::Conflict(why) | StoreError::Query(why) => {
                tracing::error!(why, "a statement failed");
                let detail = say("Có lỗi khi xử lý yêu cầu.", "The request could not be answered because of a fault of the registry.");
                Self::new(Code::Internal, detail)
            }
        }
    }
}
