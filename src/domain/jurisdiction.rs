//! Which units act on a day, and the places that each looks after.
//!
//! A successor province looks after what the units merged into it left behind (Resolution
//! 202/2025/QH15); so does a commune where its succession is beyond doubt.

use super::day::Day;
use super::place::{Generation, Level, PlaceId, gazetteer};

/// A province or commune that acts: one body, whatever status its unit has had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unit(PlaceId);

/// Why no unit acts under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitError {
    /// No unit of that level has the key.
    Unknown,
    /// The unit has ended, and these act instead; of several, the principal one first.
    Ended {
        /// Its name.
        name: &'static str,
        /// Its last day, where known.
        on: Option<Day>,
        /// Key and name of each unit that came after.
        successors: Vec<(&'static str, &'static str)>,
    },
    /// The unit does not exist yet.
    NotYet {
        /// Its name.
        name: &'static str,
    },
}

impl Unit {
    /// The unit of a level that acts under a key on that day.
    ///
    /// # Errors
    /// When there is none, with the units that act instead.
    pub fn acting(key: &str, level: Level, day: Day) -> Result<Self, UnitError> {
        let gazetteer = gazetteer();
        let id = gazetteer.get(key).filter(|id| gazetteer.place(*id).level == level).ok_or(UnitError::Unknown)?;
        let place = gazetteer.place(id);
        if acts(id, day) {
            // What was called VN34-24-tinh for a year is the same body as VN34-24.
            let line = if place.generation == Generation::Of34 { gazetteer.now(id) } else { None };
            return Ok(Self(line.unwrap_or(id)));
        }
        let next = |id: &PlaceId| gazetteer.place(*id).successors.first().copied();
        let living = |first: PlaceId| std::iter::successors(Some(first), next).find(|id| acts(*id, day));
        let successors: Vec<_> = place.successors.iter().filter_map(|id| living(*id)).collect();
        if successors.is_empty() && place.valid_to.is_none_or(|last| day <= last) {
            return Err(UnitError::NotYet { name: place.name });
        }
        let named = |id: PlaceId| (gazetteer.place(id).key.as_str(), gazetteer.place(id).name);
        Err(UnitError::Ended { name: place.name, on: place.valid_to, successors: successors.into_iter().map(named).collect() })
    }

    /// The stable key.
    pub fn key(self) -> &'static str {
        &gazetteer().place(self.0).key
    }

    /// The place itself.
    pub fn place(self) -> PlaceId {
        self.0
    }

    /// Whether a place (of either division, by its key) is this unit's to look after on that day: it
    /// lies in the unit or in one merged into it. `false` for an unknown key and for a unit that does
    /// not act on that day.
    pub fn looks_after(self, key: &str, day: Day) -> bool {
        let gazetteer = gazetteer();
        let Some(id) = gazetteer.get(key).filter(|_| acts(self.0, day)) else { return false };
        let (unit, place) = (gazetteer.place(self.0), gazetteer.place(id));
        match (unit.level, unit.generation) {
            (Level::Province, Generation::Of34) => gazetteer.province_now(id) == self.0,
            (Level::Province, Generation::Of63) => {
                place.generation == Generation::Of63 && gazetteer.place(gazetteer.province(id)).code == unit.code
            }
            (Level::Commune | Level::District, _) => id == self.0 || (!place.split && gazetteer.now(id) == Some(self.0)),
        }
    }

    /// The provinces whose products a province looks after: itself and those of 30 June 2025 that
    /// became part of it.
    pub fn provinces(self) -> Vec<PlaceId> {
        let merged = gazetteer().provinces_merged_into(self.0);
        std::iter::once(self.0).chain(merged).collect()
    }

    /// Keys of the authorities whose decisions a province looks after: its own people's committee
    /// under each status, and those of the provinces and districts that it took over.
    pub fn signatories(self) -> Vec<String> {
        let gazetteer = gazetteer();
        let province = gazetteer.province_now(self.0);
        let within = gazetteer.all().filter(|id| gazetteer.place(*id).level != Level::Commune && gazetteer.province_now(*id) == province);
        within.map(|id| gazetteer.place(id).key.clone()).collect()
    }
}

/// Whether a unit exists on that day, in this status or an earlier one.
fn acts(id: PlaceId, day: Day) -> bool {
    let gazetteer = gazetteer();
    let place = gazetteer.place(id);
    let status = if place.level == Level::Province { gazetteer.place(gazetteer.province_on(id, day)) } else { place };
    status.valid_on(day)
}

#[cfg(test)]
mod tests {
    use super::super::day::ymd;
    use super::*;

    const TODAY: Day = ymd(2026, 11, 21);

    fn province(key: &str, day: Day) -> Result<Unit, UnitError> {
        Unit::acting(key, Level::Province, day)
    }

    #[test]
    fn a_unit_that_ended_names_who_acts_instead() {
        let ended = |name, on, key, successor| Err(UnitError::Ended { name, on, successors: vec![(key, successor)] });
        assert_eq!(province("VN63-24", TODAY), ended("Tỉnh Bắc Giang", Some(ymd(2025, 6, 30)), "VN34-24", "Thành phố Bắc Ninh"));
        assert_eq!(province("VN63-24", ymd(2025, 8, 1)), ended("Tỉnh Bắc Giang", Some(ymd(2025, 6, 30)), "VN34-24-tinh", "Tỉnh Bắc Ninh"));
        assert_eq!(province("VN34-75-tinh", TODAY), ended("Tỉnh Đồng Nai", Some(ymd(2026, 4, 29)), "VN34-75", "Thành phố Đồng Nai"));
        assert!(matches!(Unit::acting("VN63-24-213-07339", Level::Commune, TODAY), Err(UnitError::Ended { .. } | UnitError::Unknown)));
        assert_eq!(province("VN63-24", ymd(2025, 6, 30)).map(Unit::key), Ok("VN63-24"));
        assert_eq!(province("VN34-24", ymd(2025, 6, 30)), Err(UnitError::NotYet { name: "Thành phố Bắc Ninh" }));
    }

    #[test]
    fn one_body_whatever_its_status() {
        for (key, day) in [("VN34-24", ymd(2025, 7, 1)), ("VN34-24-tinh", ymd(2025, 7, 1)), ("VN34-24", TODAY)] {
            assert_eq!(province(key, day).map(Unit::key), Ok("VN34-24"), "{key} on {day}");
        }
    }

    #[test]
    fn unknown_units() {
        for key in ["", "24", "VN34-00", "vn34-24", "VN-MAE", "VN34-01-00004"] {
            assert_eq!(province(key, TODAY), Err(UnitError::Unknown), "{key}");
        }
        assert_eq!(Unit::acting("VN34-01", Level::Commune, TODAY), Err(UnitError::Unknown));
    }

    #[test]
    fn a_province_looks_after_what_was_merged_into_it() {
        let unit = province("VN34-24", TODAY).expect("it acts");
        for key in ["VN34-24", "VN34-24-tinh", "VN63-24", "VN63-27", "VN63-24-213"] {
            assert!(unit.looks_after(key, TODAY), "{key}");
        }
        for key in ["VN34-25", "VN63-25", "VN63-91", "VN34-01-00004", "nowhere"] {
            assert!(!unit.looks_after(key, TODAY), "{key}");
        }
        assert!(!unit.looks_after("VN63-24", ymd(2025, 6, 30)), "it did not act yet");
        let old = province("VN63-24", ymd(2025, 6, 30)).expect("it acted");
        assert!(old.looks_after("VN63-24-213", ymd(2025, 6, 30)));
        assert!(!old.looks_after("VN63-27", ymd(2025, 6, 30)), "merged later");
        assert!(!old.looks_after("VN63-24", TODAY), "it has ended");
    }

    #[test]
    fn who_signed_for_a_province_and_what_it_took_over() {
        let signed = province("VN34-24", TODAY).expect("it acts").signatories();
        for key in ["VN34-24", "VN34-24-tinh", "VN63-24", "VN63-27", "VN63-24-213"] {
            assert!(signed.iter().any(|known| known == key), "{key}: {signed:?}");
        }
        let known = |key: &String| super::super::authority::authority(key).is_some();
        assert!(signed.iter().all(known) && !signed.iter().any(|key| key.starts_with("VN63-91")));
    }

    #[test]
    fn every_place_has_one_province_that_looks_after_it() {
        let gazetteer = gazetteer();
        let units: Vec<Unit> = gazetteer
            .all()
            .filter(|id| gazetteer.place(*id).level == Level::Province && gazetteer.place(*id).is_current())
            .map(|id| province(&gazetteer.place(id).key, TODAY).expect("it acts"))
            .collect();
        assert_eq!(units.len(), 34);
        for id in gazetteer.all().step_by(7) {
            let key = &gazetteer.place(id).key;
            assert_eq!(units.iter().filter(|unit| unit.looks_after(key, TODAY)).count(), 1, "{key}");
        }
    }

    #[test]
    fn a_commune_looks_after_itself_and_those_merged_whole() {
        let commune = Unit::acting("VN34-01-00004", Level::Commune, TODAY).expect("it acts");
        assert!(commune.looks_after("VN34-01-00004", TODAY));
        assert!(!commune.looks_after("VN34-01-00008", TODAY));
        assert!(!commune.looks_after("VN34-01", TODAY));
        let gazetteer = gazetteer();
        let merged = gazetteer.place(commune.place()).predecessors.iter().map(|id| gazetteer.place(*id)).find(|place| !place.split);
        assert!(merged.is_none_or(|place| commune.looks_after(&place.key, TODAY)));
    }
}
