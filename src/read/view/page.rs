//! The envelopes: what every answer states besides its items.

use super::stats::Facet;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// A list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// How to go on.
    pub page_info: PageInfo,
    /// Counts over the whole list, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<Vec<Facet>>,
    /// Ledger position that the answer belongs to.
    #[schema(example = 3118)]
    pub data_version: i64,
    /// Civil day in Vietnam that statuses hold for.
    pub as_of: NaiveDate,
}

/// Where a page lies in its list.
#[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageInfo {
    /// Cursor of the first item, for `before`.
    pub start_cursor: Option<String>,
    /// Cursor of the last item, for `after`.
    pub end_cursor: Option<String>,
    /// Whether items follow.
    pub has_next_page: bool,
    /// Whether items come before.
    pub has_previous_page: bool,
}

/// A single record.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Single<T> {
    /// The record.
    #[serde(flatten)]
    pub item: T,
    /// Ledger position that the answer belongs to.
    #[schema(example = 3118)]
    pub data_version: i64,
    /// Civil day in Vietnam that statuses hold for.
    pub as_of: NaiveDate,
}

/// A list that is given whole.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Whole<T> {
    /// The items.
    pub items: Vec<T>,
    /// Ledger position that the answer belongs to.
    #[schema(example = 3118)]
    pub data_version: i64,
    /// Civil day in Vietnam that the answer holds for.
    pub as_of: NaiveDate,
}
