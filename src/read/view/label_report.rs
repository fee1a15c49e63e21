//! What the public told of labels, as councils see it.

use crate::domain::code::{Noun, code_of};
use crate::domain::label_report::Kind;
use crate::store::label_report::LabelReportRow;
use chrono::NaiveDate;
use serde::Serialize;
use smol_str::SmolStr;
use utoipa::ToSchema;

/// A report on a label. Hearsay: it says nothing about the product's certification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabelReport {
    /// Its number.
    #[schema(example = 12)]
    pub id: i64,
    /// Registry code of the product.
    #[schema(value_type = String, example = "P00000BY")]
    pub product: SmolStr,
    /// Key of the province whose council looks after it; empty where not known.
    #[schema(example = "VN34-15")]
    pub province: String,
    /// The day it was told.
    pub reported_on: NaiveDate,
    /// What seems wrong.
    pub kind: Kind,
    /// Where the label was seen, in the reporter's words; may be empty.
    pub seen_at: String,
    /// More, in the reporter's words; may be empty.
    pub note: String,
}

impl LabelReport {
    /// The view of a row.
    pub fn of(row: LabelReportRow) -> Self {
        Self {
            id: row.id,
            product: code_of(Noun::Product, row.product_id),
            province: row.province_now,
            reported_on: row.reported_on,
            kind: Kind::parse(&row.kind).unwrap_or(Kind::Other),
            seen_at: row.seen_at,
            note: row.note,
        }
    }
}
