//! Where something lives on that was found to be another.

use serde::Serialize;
use utoipa::ToSchema;

/// Something that was merged: its code stays known for ever and leads to the one that lives on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Moved {
    /// Registry code as asked for.
    #[schema(example = "P00000BY")]
    pub code: String,
    /// Registry code of the one that lives on.
    #[schema(example = "P00000CX")]
    pub merged_into: String,
}
