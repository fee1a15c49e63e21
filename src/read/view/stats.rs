//! Counts.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// Counts of a list by one property. `provinceThen` is the province in which the place of a product lay before July
/// 2025, also where it is named by today's; places that were split have none. `form` is `unknown` also where no
/// producer is known.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Facet {
    /// The property.
    #[schema(example = "stars")]
    pub by: String,
    /// One count a value.
    pub values: Vec<FacetCount>,
}

/// One value of a property.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FacetCount {
    /// The value as it is asked for in a filter; `null` where it is not known.
    #[schema(example = "4")]
    pub value: Option<String>,
    /// Products.
    #[schema(example = 459)]
    pub products: i64,
    /// Producers known by name.
    #[schema(example = 300)]
    pub producers: i64,
}

/// Counts of products and producers on a day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// The day that the counts are about.
    pub on: NaiveDate,
    /// How it is counted, in words.
    #[schema(example = "products: each product once, by its standing on that day; producers: each producer known by name once per value")]
    pub counting_rule: String,
    /// Products of the registry.
    #[schema(example = 1233)]
    pub products: i64,
    /// Of them, certified on that day.
    #[schema(example = 40)]
    pub certified: i64,
    /// Producers known by name that have a product.
    #[schema(example = 800)]
    pub producers: i64,
    /// Of them, with a product certified on that day.
    #[schema(example = 30)]
    pub certified_producers: i64,
    /// One breakdown for each property asked.
    pub breakdowns: Vec<Breakdown>,
    /// Ledger position that the answer belongs to.
    #[schema(example = 3118)]
    pub data_version: i64,
    /// Civil day in Vietnam that the counts hold for.
    pub as_of: NaiveDate,
}

/// Counts by one property.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Breakdown {
    /// The property.
    #[schema(example = "province")]
    pub by: String,
    /// One row a value.
    pub values: Vec<BreakdownRow>,
}

/// One value of a property.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreakdownRow {
    /// The value as it is asked for in a filter; `null` where it is not known.
    #[schema(example = "VN34-38")]
    pub value: Option<String>,
    /// Its name in Vietnamese, where it has one.
    #[schema(example = "Tỉnh Thanh Hóa")]
    pub label: Option<String>,
    /// Products.
    #[schema(example = 71)]
    pub products: i64,
    /// Of them, certified on that day.
    #[schema(example = 2)]
    pub certified: i64,
    /// Producers known by name.
    #[schema(example = 40)]
    pub producers: i64,
    /// Of them, with a certified product.
    #[schema(example = 2)]
    pub certified_producers: i64,
}
