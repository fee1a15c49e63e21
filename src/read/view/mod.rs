//! What the public sees: one struct per noun, rendered the same by every door.

pub mod certificate;
pub mod change;
pub mod classification;
pub mod command;
pub mod council;
pub mod decision;
pub mod fields;
pub mod history;
pub mod label_report;
pub mod merged;
pub mod page;
pub mod place;
pub mod post_check;
pub mod producer;
pub mod product;
pub mod quality;
pub mod radar;
pub mod regime;
pub mod schema;
pub mod stats;
pub mod verification;

use chrono::{Datelike, NaiveDate};
use serde::{Serialize, Serializer};
use smol_str::SmolStr;
use utoipa::ToSchema;

/// A name in Vietnamese, and in English where known.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Name {
    /// Vietnamese.
    #[schema(value_type = String, example = "Trà xanh hộp 100gr")]
    pub vi: SmolStr,
    /// English, where known.
    #[schema(value_type = Option<String>)]
    pub en: Option<SmolStr>,
}

impl Name {
    /// A name of a table that is compiled in.
    pub fn of(vi: &'static str, en: Option<&'static str>) -> Self {
        Self { vi: SmolStr::new_static(vi), en: en.map(SmolStr::new_static) }
    }
}

/// Where the registry has a record from.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Provenance {
    /// How good the source is.
    pub source: crate::domain::record::Source,
    /// Address of the source, where it has one.
    #[schema(value_type = Option<String>)]
    pub url: Option<SmolStr>,
}

impl From<crate::domain::record::Provenance> for Provenance {
    fn from(provenance: crate::domain::record::Provenance) -> Self {
        Self { source: provenance.source, url: provenance.url }
    }
}

/// Days that may be unknown, written as they are in RFC 3339. The calendar's own way goes through a
/// formatter, letter by letter, and an answer is full of days.
pub(super) fn day<S: Serializer>(day: &Option<NaiveDate>, serializer: S) -> Result<S::Ok, S::Error> {
    let Some(day) = day else { return serializer.serialize_none() };
    let Ok(year @ 0..=9_999) = u32::try_from(day.year()) else { return day.serialize(serializer) };
    let digit = |number: u32, unit: u32| b'0' + u8::try_from(number / unit % 10).unwrap_or(0);
    let (month, of_month) = (day.month(), day.day());
    let text = [
        digit(year, 1_000),
        digit(year, 100),
        digit(year, 10),
        digit(year, 1),
        b'-',
        digit(month, 10),
        digit(month, 1),
        b'-',
        digit(of_month, 10),
        digit(of_month, 1),
    ];
    serializer.serialize_str(std::str::from_utf8(&text).unwrap_or_default())
}
