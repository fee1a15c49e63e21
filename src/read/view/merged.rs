//! Where something lives on that was found to be another.

use serde::Serialize;
use smol_str::SmolStr;
use utoipa::ToSchema;

/// Something that was merged: its code stays known for ever and leads to the one that lives on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Moved {
    /// Registry code as asked for.
    #[schema(value_type = String, example = "P00000BY")]
    pub code: SmolStr,
    /// Registry code of the one that lives on.
    #[schema(value_type = String, example = "P00000CX")]
    pub merged_into: SmolStr,
}
