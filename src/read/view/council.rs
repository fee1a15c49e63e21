//! Councils, as what they did names them.

use super::Name;
use crate::domain::authority::ministry_on;
use crate::domain::history::MINISTRY;
use crate::domain::place::gazetteer;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// A council that acted: the ministry's, that of a province, or a commune.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CouncilRef {
    /// Stable key: that of the unit, or `VN` for the ministry.
    #[schema(example = "VN34-24")]
    pub key: &'static str,
    /// Name of the unit or of the ministry, on the day that this is about.
    pub name: Name,
}

impl CouncilRef {
    /// The council of a key as it was called on a day; `None` for a key that names none.
    pub fn of_key(key: &str, day: NaiveDate) -> Option<Self> {
        if key == MINISTRY {
            let ministry = ministry_on(day);
            return Some(Self { key: MINISTRY, name: Name::of(ministry.vi, Some(ministry.en)) });
        }
        let place = gazetteer().place(gazetteer().get(key)?);
        Some(Self { key: &place.key, name: Name::of(place.name_on(day), None) })
    }
}
