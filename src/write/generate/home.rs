//! Places that made-up products come from: real communes of both divisions.

use crate::domain::day::Day;
use crate::domain::place::{Gazetteer, LAST_OLD_DAY, Level, PlaceId, UnitKind, gazetteer};

/// A commune before and after 01/07/2025, with names around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Home {
    old: PlaceId,
    new: PlaceId,
    /// Names without the unit word.
    pub(super) commune: &'static str,
    pub(super) district: &'static str,
    pub(super) province: &'static str,
}

impl Home {
    /// Every commune and township of the old division whose successor is known.
    pub(super) fn all() -> Vec<Self> {
        gazetteer().all().filter_map(|id| Self::of(gazetteer(), id)).collect()
    }

    fn of(gazetteer: &'static Gazetteer, old: PlaceId) -> Option<Self> {
        let place = gazetteer.place(old);
        let rural = place.level == Level::Commune && place.kind != UnitKind::Ward;
        if !rural || place.is_current() || !place.valid_on(LAST_OLD_DAY) {
            return None;
        }
        Some(Self {
            old,
            new: gazetteer.now(old)?,
            commune: place.short_name,
            district: gazetteer.place(place.parent?).short_name,
            province: gazetteer.place(gazetteer.province(old)).short_name,
        })
    }

    fn on(&self, day: Day) -> PlaceId {
        if day <= LAST_OLD_DAY { self.old } else { self.new }
    }

    /// The key of the commune on a day.
    pub(super) fn key(&self, day: Day) -> &'static str {
        &gazetteer().place(self.on(day)).key
    }

    /// The key of the province on a day.
    pub(super) fn province_key(&self, day: Day) -> &'static str {
        &gazetteer().place(gazetteer().province_on(self.on(day), day)).key
    }

    /// The key of the old district.
    pub(super) fn district_key(&self) -> &'static str {
        gazetteer().place(self.old).parent.map_or("", |district| &gazetteer().place(district).key)
    }

    /// The key of today's province.
    pub(super) fn province_now(&self) -> &'static str {
        &gazetteer().place(gazetteer().province_now(self.old)).key
    }

    /// The beginning of an official product code of that day: province, district while there were any, commune.
    pub(super) fn official_prefix(&self, day: Day) -> String {
        let ids = std::iter::once(self.on(day)).chain(gazetteer().ancestors(self.on(day)));
        let codes: Vec<&str> = ids.map(|id| gazetteer().place(id).code).collect();
        codes.into_iter().rev().collect::<Vec<_>>().join("-")
    }
}
