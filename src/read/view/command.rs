//! Commands that were run.

use crate::store::command::CommandRow;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A command that somebody ran for a council.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommandRun {
    /// Its number.
    #[schema(example = 17)]
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, as the identity provider names them.
    #[schema(example = "thanh@bacninh")]
    pub subject: String,
    /// Key of the unit, `VN` for the ministry.
    #[schema(example = "VN34-24")]
    pub unit: String,
    /// Which command.
    #[schema(example = "merge_products")]
    pub command: String,
    /// Code or number of what it was about.
    #[schema(example = "P00000BY")]
    pub about: String,
    /// Ledger position afterwards.
    #[schema(example = 3118)]
    pub position: i64,
}

impl CommandRun {
    /// The view of a row.
    pub fn of(row: CommandRow) -> Self {
        Self {
            id: row.id,
            at: row.at.and_utc(),
            subject: row.subject,
            unit: row.unit,
            command: row.command,
            about: row.about,
            position: row.position,
        }
    }
}
