//! Authorities that sign decisions: the ministry, people's committees of provinces and districts.
//!
//! A people's committee is known by the key of its unit; the ministry by its own. Bodies that
//! ended keep their names: what they signed stays valid to its term.

use super::day::{Day, plus_days, ymd};
use super::lineage::lineage;
use super::place::{self, Gazetteer, LAST_OLD_DAY, PlaceId, Query, UnitKind};
use super::text::{fold, nfc};
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
    /// The unit, of a province.
    province: Option<PlaceId>,
}

impl Authority {
    /// Whether it can sign on a day: a body signs only while it exists, and the committee of a merged
    /// province ended with it.
    pub fn in_office(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// This authority as it was called on a day: the committee of a province that became a city kept
    /// everything but its name.
    pub fn on(&self, day: Day) -> &Self {
        let Some(province) = self.province else { return self };
        let gazetteer = place::gazetteer();
        let then = gazetteer.province_on(province, day);
        if then == province { self } else { authority(&gazetteer.place(then).key).unwrap_or(self) }
    }
}

/// Whether two keys mean one authority, whatever it was called when.
pub fn is_same(one: &str, other: &str) -> bool {
    let gazetteer = place::gazetteer();
    one == other || matches!((gazetteer.get(one), gazetteer.get(other)), (Some(one), Some(other)) if gazetteer.is_same_unit(one, other))
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
        province: None,
    });
    let committees = gazetteer.all().filter_map(|id| committee(gazetteer, id));
    ministries.chain(committees).map(|authority| (authority.key.clone(), authority)).collect()
});

/// The authority of a key; `None` for a key that names none.
pub fn authority(key: &str) -> Option<&'static Authority> {
    AUTHORITIES.get(key)
}

/// The authority that a text means beside a place and a day: "UBND tỉnh Bắc Giang", "UBND huyện Yên Mô,
/// tỉnh Ninh Bình", "UBND tỉnh" (that of the place), "Bộ NN&PTNT". `None` where it means none or several.
///
/// It is one that was in office on the day; whether it was the place's is another question, see
/// [`looks_after`].
pub fn named(text: &str, place: PlaceId, day: Option<Day>) -> Option<&'static Authority> {
    let text = nfc(text);
    let folded = fold(&text);
    if folded.starts_with("bo ") || folded == "trung uong" {
        return ministry_named(&folded, day).and_then(|ministry| authority(ministry.key));
    }
    let office = |word: &&str| matches!(fold(word).as_str(), "ubnd" | "uy" | "ban" | "nhan" | "dan" | "chu" | "tich" | "cua");
    let own: Vec<&str> = text.split(' ').skip_while(office).collect();
    let own = own.join(" ");
    let (unit, within) = own.split_once(',').map_or((own.as_str(), None), |(unit, within)| (unit.trim(), Some(within.trim())));
    let gazetteer = place::gazetteer();
    let id = match fold(unit).as_str() {
        "" => None,
        "tinh" => province_on(gazetteer, place, day),
        "huyen" | "quan" | "thi xa" => gazetteer.get(&lineage(&gazetteer.place(place).key).district_then),
        _ => {
            let lower = unit.to_lowercase();
            let begins =
                |words: &[&str]| words.iter().any(|word| lower.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '.'])));
            if begins(&["huyện", "quận", "thị xã", "h", "q", "tx"]) {
                district_named(gazetteer, unit, within, place)
            } else if begins(&["thành phố", "tp"]) && day.is_none_or(|day| day <= LAST_OLD_DAY) {
                province_named(gazetteer, unit, place, day)
                    .filter(|id| gazetteer.place(*id).kind == UnitKind::City)
                    .or_else(|| district_named(gazetteer, unit, within, place))
            } else {
                province_named(gazetteer, unit, place, day)
            }
        }
    }?;
    authority(&gazetteer.place(id).key)
}

/// Whether a committee looks after a place, on a day where one is given: that of its province or
/// district of the day. The ministry looks after all.
pub fn looks_after(authority: &Authority, place: PlaceId, day: Option<Day>) -> bool {
    let gazetteer = place::gazetteer();
    let Some(unit) = gazetteer.get(&authority.key) else { return authority.level == Level::National };
    let around = lineage(&gazetteer.place(place).key);
    let old = gazetteer.place(unit).generation == place::Generation::Of63;
    match authority.level {
        Level::National => true,
        Level::District => {
            around.district_then.is_empty() && gazetteer.province_now(unit) == gazetteer.province_now(place)
                || around.district_then == authority.key
        }
        // A commune of today whose district was split does not say in which province it lay.
        Level::Province if old && !around.province_then.is_empty() => {
            let then = gazetteer.get(&around.province_then);
            let on = |id| day.map_or(id, |day| gazetteer.province_on(id, day));
            then.map(on) == Some(on(unit))
        }
        Level::Province => gazetteer.province_now(unit) == gazetteer.province_now(place),
    }
}

/// The ministry, by its name; where that leaves open which, by the day.
fn ministry_named(folded: &str, day: Option<Day>) -> Option<&'static Ministry> {
    let says = |words: &[&str]| words.iter().any(|word| format!(" {folded} ").contains(&format!(" {word} ")));
    let agriculture = says(&["nong nghiep", "nn", "nnptnt", "nnmt", "nn ptnt", "nn mt"]) || folded == "trung uong";
    match day {
        _ if !agriculture => None,
        _ if says(&["moi truong", "mt", "nnmt"]) => Some(&MINISTRIES[1]),
        _ if says(&["phat trien nong thon", "ptnt", "nnptnt"]) => Some(&MINISTRIES[0]),
        day => day.map(ministry_on),
    }
}

/// The province that a place lay in on a day; without a day, that of the place's own division.
fn province_on(gazetteer: &Gazetteer, place: PlaceId, day: Option<Day>) -> Option<PlaceId> {
    match day {
        None => Some(gazetteer.province(place)),
        Some(day) if day <= LAST_OLD_DAY => {
            gazetteer.get(&lineage(&gazetteer.place(place).key).province_then).map(|id| gazetteer.province_on(id, day))
        }
        Some(day) => Some(gazetteer.province_on(gazetteer.province_now(place), day)),
    }
}

fn province_named(gazetteer: &Gazetteer, name: &str, place: PlaceId, day: Option<Day>) -> Option<PlaceId> {
    let found = gazetteer.resolve(Query { level: Some(place::Level::Province), name, within: None, day });
    match day {
        Some(day) => found.one().filter(|id| gazetteer.place(*id).valid_on(day)).or_else(|| {
            // Since there are no districts, "tỉnh Bắc Ninh" and "thành phố Bắc Ninh" mean one authority on any day.
            let lower = name.to_lowercase();
            let word = ["tỉnh ", "thành phố ", "tp. ", "tp "].into_iter().find(|word| lower.starts_with(word))?;
            let name = name.get(word.len()..).filter(|_| day > LAST_OLD_DAY)?.trim();
            let bare = gazetteer.resolve(Query { level: Some(place::Level::Province), name, within: None, day: Some(day) });
            bare.one().filter(|id| gazetteer.place(*id).valid_on(day))
        }),
        // Old and new provinces share names: the division of the place decides.
        None => {
            let own = gazetteer.province(place);
            let old = Query { level: Some(place::Level::Province), name, within: None, day: Some(LAST_OLD_DAY) };
            let named = [found.one(), gazetteer.resolve(old).one()];
            if named.contains(&Some(own)) { Some(own) } else { found.one() }
        }
    }
}

/// A district, in the province that is named beside it or else around the place.
fn district_named(gazetteer: &Gazetteer, name: &str, within: Option<&str>, place: PlaceId) -> Option<PlaceId> {
    let day = Some(LAST_OLD_DAY);
    let scope = match within {
        Some(province) => gazetteer.resolve(Query { level: Some(place::Level::Province), name: province, within: None, day }).one()?,
        None => {
            let then = gazetteer.get(&lineage(&gazetteer.place(place).key).province_then);
            then.unwrap_or_else(|| gazetteer.province_now(place))
        }
    };
    gazetteer.resolve(Query { level: Some(place::Level::District), name, within: Some(scope), day }).one()
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
    // Of two provinces that became cities the day is not known. As authorities they are what they were before, and that
    // is no older than the division of today.
    let from = unit.valid_from.or_else(|| unit.valid_to.is_none().then(|| plus_days(LAST_OLD_DAY, 1)));
    Some(Authority { key: unit.key.clone(), level, vi, en, from, to: unit.valid_to, province: (level == Level::Province).then_some(id) })
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
        let city = authority("VN34-24").expect("an authority");
        assert!(!city.in_office(ymd(2025, 6, 30)) && city.in_office(ymd(2025, 7, 1)));
        assert_eq!(authority("VN34-01-00004"), None);
        assert_eq!(authority("nobody"), None);
    }

    #[test]
    fn an_authority_is_named_as_on_the_day() {
        let name = |key: &str, day| authority(key).map(|authority| authority.on(day).vi.as_str());
        assert_eq!(name("VN34-24", ymd(2025, 7, 1)), Some("UBND tỉnh Bắc Ninh"));
        assert_eq!(name("VN34-24", ymd(2026, 9, 1)), Some("UBND thành phố Bắc Ninh"));
        assert_eq!(name("VN34-75", ymd(2026, 4, 29)), Some("UBND tỉnh Đồng Nai"));
        assert_eq!(name("VN63-24", ymd(2022, 8, 1)), Some("UBND tỉnh Bắc Giang"));
        assert!(is_same("VN34-24", "VN34-24-tinh") && is_same("VN-MAE", "VN-MAE"));
        assert!(!is_same("VN34-24", "VN63-24") && !is_same("VN34-24", "VN34-75") && !is_same("VN-MAE", "VN-MARD"));
    }

    #[test]
    fn authorities_as_councils_write_them() {
        let place = |key: &str| place::gazetteer().get(key).expect("a place");
        // A commune of today's Bắc Ninh that lay in Tân Yên, Bắc Giang.
        let tan_yen = place("VN63-24-216");
        let (then, now) = (ymd(2022, 8, 1), ymd(2026, 8, 1));
        for (text, day, key) in [
            ("UBND tỉnh Bắc Giang", Some(then), Some("VN63-24")),
            ("Chủ tịch UBND tỉnh Bắc Giang", Some(then), Some("VN63-24")),
            ("Ủy ban nhân dân tỉnh Bắc Giang", None, Some("VN63-24")),
            ("UBND tỉnh", Some(then), Some("VN63-24")),
            ("UBND tỉnh", Some(now), Some("VN34-24-tinh")),
            ("UBND tỉnh Bắc Giang", Some(now), None),
            ("UBND huyện Tân Yên", Some(then), Some("VN63-24-216")),
            ("UBND huyện", Some(then), Some("VN63-24-216")),
            ("UBND huyện Yên Mô, tỉnh Ninh Bình", Some(then), Some("VN63-37-377")),
            ("Bộ NN&PTNT", Some(then), Some("VN-MARD")),
            ("Bộ Nông nghiệp và Môi trường", None, Some("VN-MAE")),
            ("Bộ Nông nghiệp", None, None),
            ("Bộ Công Thương", Some(then), None),
            ("UBND", Some(then), None),
            ("Hội đồng OCOP", Some(then), None),
            ("", Some(then), None),
        ] {
            let found = named(text, tan_yen, day).map(|authority| authority.key.as_str());
            assert_eq!(found, key, "{text} on {day:?}");
        }
        // A province that became a city is one authority under two names, on any day since there are no districts.
        for (text, day) in
            [("UBND thành phố Bắc Ninh", ymd(2025, 7, 1)), ("UBND TP. Bắc Ninh", ymd(2025, 7, 1)), ("UBND tỉnh Bắc Ninh", ymd(2025, 7, 1))]
        {
            assert_eq!(named(text, tan_yen, Some(day)).map(|authority| authority.key.as_str()), Some("VN34-24-tinh"), "{text} on {day}");
        }
        for text in ["UBND thành phố Bắc Ninh", "UBND tỉnh Bắc Ninh"] {
            let found = named(text, tan_yen, Some(ymd(2026, 9, 1)));
            assert_eq!(found.map(|authority| authority.key.as_str()), Some("VN34-24"), "{text} as a city");
        }
        assert_eq!(named("UBND thành phố Bắc Giang", tan_yen, Some(then)).map(|authority| authority.level), Some(Level::District));
        let after = |key: &str, day| looks_after(authority(key).expect("an authority"), tan_yen, Some(day));
        assert!(after("VN63-24", then) && after("VN63-24-216", then) && after("VN-MARD", then) && after("VN34-24", now));
        assert!(!after("VN63-27", then) && !after("VN63-37-377", then) && !after("VN34-01", now));
    }
}
