//! Places, then and now.

use super::Name;
use crate::domain::place::{Level, PlaceId, gazetteer};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::LazyLock;
use utoipa::ToSchema;

/// A place as others refer to it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaceRef {
    /// Stable key. Codes of the statistics office mean nothing without a date; keys do.
    #[schema(example = "VN63-02-027-00946")]
    pub key: &'static str,
    /// Name with its unit word and those of the units around it.
    #[schema(example = "Xã Thông Nguyên, Huyện Hoàng Su Phì, Tỉnh Hà Giang")]
    pub name: &'static str,
}

/// Where something is, under the name that the source used and under today's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct PlaceThenAndNow {
    /// The place as it was named then.
    pub then: Option<PlaceRef>,
    /// The unit of today: the commune where the succession is beyond doubt, else the province.
    pub now: Option<PlaceRef>,
}

/// A province, district or commune, of today or of the division before 1 July 2025.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Stable key.
    #[schema(example = "VN63-24")]
    pub key: String,
    /// Code of the statistics office; it was re-used, so it means nothing without the dates below.
    #[schema(example = "24")]
    pub code: String,
    /// `province`, `district` or `commune`.
    #[schema(value_type = String, example = "province")]
    pub level: Level,
    /// Kind of unit, such as `city` or `ward`.
    #[schema(value_type = String, example = "province")]
    pub kind: crate::domain::place::UnitKind,
    /// Which division it belongs to: 63 provinces (to 30 June 2025) or 34 (since).
    #[schema(example = 63)]
    pub division: u8,
    /// Name with its unit word.
    pub name: Name,
    /// Name without it.
    #[schema(example = "Bắc Giang")]
    pub short_name: String,
    /// Earlier names of the same unit.
    pub former_names: Vec<FormerName>,
    /// The unit around it.
    pub parent: Option<PlaceRef>,
    /// First day, where known.
    pub valid_from: Option<NaiveDate>,
    /// Last day, where known.
    pub valid_to: Option<NaiveDate>,
    /// Whether it exists today.
    pub current: bool,
    /// Units that came after it.
    pub successors: Vec<PlaceRef>,
    /// Whether its territory went to several, so that the first successor is only the likeliest.
    pub split: bool,
    /// Units that it came after.
    pub predecessors: Vec<PlaceRef>,
    /// Resolution that it rests on.
    #[schema(example = "202/2025/QH15")]
    pub legal_basis: Option<String>,
    /// Date of that resolution, which is not the day of effect.
    pub legal_basis_date: Option<NaiveDate>,
}

/// An earlier name.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FormerName {
    /// The name with its unit word.
    pub name: String,
    /// Its last day, where known.
    pub valid_to: Option<NaiveDate>,
}

/// Full names of all places, made once: lists name the same places again and again.
static FULL_NAMES: LazyLock<HashMap<PlaceId, String>> = LazyLock::new(|| {
    let gazetteer = gazetteer();
    let full = |id: PlaceId| {
        let names = std::iter::once(id).chain(gazetteer.ancestors(id)).map(|id| gazetteer.place(id).name);
        names.collect::<Vec<_>>().join(", ")
    };
    gazetteer.all().map(|id| (id, full(id))).collect()
});

/// Every place then and now by its key, made once too: each product of a list names one.
static THEN_AND_NOW: LazyLock<HashMap<&'static str, PlaceThenAndNow>> = LazyLock::new(|| {
    let gazetteer = gazetteer();
    gazetteer.all().map(|id| (gazetteer.place(id).key.as_str(), PlaceThenAndNow::of(id))).collect()
});

impl PlaceRef {
    /// The reference to a place.
    pub fn of(id: PlaceId) -> Self {
        Self { key: &gazetteer().place(id).key, name: FULL_NAMES.get(&id).map_or("", String::as_str) }
    }

    /// The reference to the place of a key; `None` for a key that this version does not know.
    pub fn of_key(key: &str) -> Option<Self> {
        THEN_AND_NOW.get(key)?.then
    }
}

impl PlaceThenAndNow {
    /// The place of a key, then and now.
    pub fn of_key(key: &str) -> Self {
        THEN_AND_NOW.get(key).copied().unwrap_or(Self { then: None, now: None })
    }

    fn of(id: PlaceId) -> Self {
        let gazetteer = gazetteer();
        let place = gazetteer.place(id);
        let now = gazetteer.now(id).filter(|_| !place.split).unwrap_or_else(|| gazetteer.province_now(id));
        Self { then: Some(PlaceRef::of(id)), now: Some(PlaceRef::of(now)) }
    }
}

impl Place {
    /// The view of a place.
    pub fn of(id: PlaceId) -> Self {
        let place = gazetteer().place(id);
        let refs = |ids: &[PlaceId]| ids.iter().map(|id| PlaceRef::of(*id)).collect();
        Self {
            key: place.key.clone(),
            code: place.code.into(),
            level: place.level,
            kind: place.kind,
            division: place.generation.number(),
            name: Name::of(place.name, None),
            short_name: place.short_name.into(),
            former_names: place
                .former_names
                .iter()
                .map(|former| FormerName { name: former.name.into(), valid_to: former.valid_to })
                .collect(),
            parent: place.parent.map(PlaceRef::of),
            valid_from: place.valid_from,
            valid_to: place.valid_to,
            current: place.is_current(),
            successors: refs(&place.successors),
            split: place.split,
            predecessors: refs(&place.predecessors),
            legal_basis: place.legal_basis.map(str::to_owned),
            legal_basis_date: place.legal_basis_date,
        }
    }
}
