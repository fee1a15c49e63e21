//! Data quality.

use crate::domain::quality::{DecisionGap, ProductGap};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// What is missing or weak among what a council looks after.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Quality {
    /// Of its products.
    pub products: Vec<ProductFinding>,
    /// Of the decisions that its authorities signed, before the mergers too.
    pub decisions: Vec<DecisionFinding>,
    /// Days after signing after which an entry is late: five working days, where no other law sets a time.
    #[schema(example = 7)]
    pub late_after_days: i64,
    /// Ledger position that the answer belongs to.
    #[schema(example = 3118)]
    pub data_version: i64,
    /// Civil day in Vietnam that the answer holds for.
    pub as_of: NaiveDate,
}

/// Products that want the same.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProductFinding {
    /// What they want.
    pub gap: ProductGap,
    /// How many.
    #[schema(example = 12)]
    pub count: i64,
}

/// Decisions that want the same.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DecisionFinding {
    /// What they want.
    pub gap: DecisionGap,
    /// How many.
    #[schema(example = 3)]
    pub count: i64,
}
