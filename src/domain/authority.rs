//! Authorities that sign decisions: the ministry, people's committees of provinces and districts.
//!
//! A people's committee is known by the key of its unit; the ministry by its own. Bodies that
//! ended keep their names: what they signed stays valid to its term.

use super::day::{Day, ymd};
use super::place::{self, Gazetteer, PlaceId};
use super::vocabulary::vocabulary;
use std::collections::HashMap;
use std::sync::LazyLock;

vocabulary! {
    /// The level of an authority.
    Level {
        /// The Minister of Agriculture.
        National = "national",
        /// The Chairman of a provincial people's committee.
        Province = "province",
        /// The people's committee of a district, until 30/06/2025.
        District = "district",
    }
}

/// The ministry under its two names.
pub const MINISTRIES: [Ministry; 2] = [
    Ministry {
        key: "VN-MARD",
        vi: "Bộ Nông nghiệp và Phát triển nông thôn",
        en: "Ministry of Agriculture and Rural Development",
        from: None,
        to: Some(ymd(2025, 2, 28)),
    },
    Ministry {
        key: "VN-MAE",
        vi: "Bộ Nông nghiệp và Môi trường",
        en: "Ministry of Agriculture and Environment",
        from: Some(ymd(2025, 3, 1)),
        to: None,
    },
];

/// A ministry that recognises five stars.
#[derive(Debug)]
pub struct Ministry {
    /// Its key.
    pub key: &'static str,
    /// Its name.
    pub vi: &'static str,
    /// Its name in English.
    pub en: &'static str,
    /// First day, if known.
    pub from: Option<Day>,
    /// Last day, if it ended.
    pub to: Option<Day>,
}

/// An authority that signs decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Stable key: that of the unit, or of the ministry.
    pub key: String,
    /// Its level.
    pub level: Level,
    /// Its name in Vietnamese.
    pub vi: String,
    /// Its name in English.
    pub en: String,
    /// First day, if known.
    pub from: Option<Day>,
    /// Last day, if it ended.
    pub to: Option<Day>,
}

impl Authority {
    /// Whether it can sign on a day: a body signs only while it exists, and the committee of a merged
    /// province ended with it.
    pub fn in_office(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// The ministry on a day.
pub fn ministry_on(day: Day) -> &'static Ministry {
    let [before, after] = &MINISTRIES;
    if after.from.is_some_and(|from| day >= from) { after } else { before }
}

static AUTHORITIES: LazyLock<HashMap<String, Authority>> = LazyLock::new(|| {
    let gazetteer = place::gazetteer();
    let ministries = MINISTRIES.iter().map(|m| Authority {
        key: m.key.into(),
        level: Level::National,
        vi: m.vi.into(),
        en: m.en.into(),
        from: m.from,
        to: m.to,
    });
    let committees = gazetteer.all().filter_map(|id| committee(gazetteer, id));
    ministries.chain(committees).map(|authority| (authority.key.clone(), authority)).collect()
});

/// The authority of a key; `None` for a key that names none.
pub fn authority(key: &str) -> Option<&'static Authority> {
    AUTHORITIES.get(key)
}

/// The people's committee of a province or district.
fn committee(gazetteer: &Gazetteer, id: PlaceId) -> Option<Authority> {
    let unit = gazetteer.place(id);
    let level = match unit.level {
        place::Level::Province => Level::Province,
        place::Level::District => Level::District,
        place::Level::Commune => return None,
    };
    let mut vi = format!("UBND {}", uncapitalised(unit.name));
    if level == Level::District {
        let province = gazetteer.place(gazetteer.province(id));
        vi.push_str(", ");
        vi.push_str(&uncapitalised(province.name));
    }
    let en = format!("People's Committee of {}", unit.short_name);
    Some(Authority { key: unit.key.clone(), level, vi, en, from: unit.valid_from, to: unit.valid_to })
}

/// "Tỉnh Thanh Hóa" as it stands in a sentence: "tỉnh Thanh Hóa".
fn uncapitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_terms() {
        assert_eq!(authority("VN63-38").map(|a| (a.vi.as_str(), a.to)), Some(("UBND tỉnh Thanh Hóa", Some(ymd(2025, 6, 30)))));
        assert_eq!(authority("VN63-37-377").map(|a| a.vi.as_str()), Some("UBND huyện Yên Mô, tỉnh Ninh Bình"));
        assert_eq!(ministry_on(ymd(2025, 2, 28)).key, "VN-MARD");
        assert_eq!(ministry_on(ymd(2025, 6, 26)).key, "VN-MAE");
        assert_eq!(authority("VN34-01-00004"), None);
        assert_eq!(authority("nobody"), None);
    }
}
