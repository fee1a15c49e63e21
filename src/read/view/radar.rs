//! The renewal radar.

use crate::domain::renewal::Bucket;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// How much runs out when, among what a council looks after.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Radar {
    /// One count for each bucket; `within_180` counts those of `within_30` too.
    pub buckets: Vec<RadarBucket>,
    /// Ledger position that the answer belongs to.
    #[schema(example = 3118)]
    pub data_version: i64,
    /// Civil day in Vietnam from which is counted.
    pub as_of: NaiveDate,
}

/// A bucket.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RadarBucket {
    /// Which.
    pub bucket: Bucket,
    /// First day on which a term in it ends.
    pub ends_from: NaiveDate,
    /// Last day on which a term in it ends.
    pub ends_until: NaiveDate,
    /// Products.
    #[schema(example = 7)]
    pub products: i64,
    /// Producers known by name.
    #[schema(example = 5)]
    pub producers: i64,
}
