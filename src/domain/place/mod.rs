//! The gazetteer: every administrative unit of Vietnam that a record may name, with its validity
//! and its succession.
//!
//! On 1 July 2025 the 63 provinces, 696 districts and 10,035 communes of the old division became 34
//! provinces and 3,321 communes. Codes were used again for other units, so **a code means nothing
//! without a day**; names repeat, so a name means little without a province. What is stable is the
//! [key](Place::key):
//!
//! | unit | key |
//! |---|---|
//! | province | `VN63-91`, `VN34-91`; a replaced status keeps its own row, `VN34-75-tinh` |
//! | current commune | `VN34-<province>-<commune>` |
//! | district of the old division | `VN63-<province>-<district>` |
//! | commune of the old division | `VN63-<province>-<district>-<commune>` |
//! | unit that ended or changed before 30 June 2025 | the same shape with `~2024` at its end |
//!
//! Everything is compiled in and read once; see [`gazetteer`].

mod load;
mod names;
mod resolve;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Serialize;

use names::Name;
pub use resolve::{Located, Query, Resolution};

/// The last day of the division into 63 provinces.
pub const LAST_OLD_DAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 6, 30).expect("a calendar day");
/// The first day of the division into 34 provinces.
pub const FIRST_NEW_DAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 7, 1).expect("a calendar day");

/// A place in the loaded [`Gazetteer`]. Numbered in key order; not stable across versions of the
/// program, so only [`Place::key`] may leave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceId(u32);

/// The tier of a unit. Districts exist only in the old division.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Province or centrally-run city.
    Province,
    /// District of any kind.
    District,
    /// Commune, ward, township or special zone.
    Commune,
}

/// Which of the two divisions of the country a unit belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Generation {
    /// 63 provinces, to 30 June 2025.
    #[serde(rename = "63")]
    Of63,
    /// 34 provinces, from 1 July 2025.
    #[serde(rename = "34")]
    Of34,
}

impl Generation {
    /// The number of provinces, as it stands in keys.
    pub const fn number(self) -> u8 {
        match self {
            Self::Of63 => 63,
            Self::Of34 => 34,
        }
    }
}

/// What a unit is called officially.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// Tỉnh.
    Province,
    /// Thành phố run by the centre.
    City,
    /// Thành phố inside a province.
    ProvincialCity,
    /// Quận.
    UrbanDistrict,
    /// Huyện.
    RuralDistrict,
    /// Thị xã.
    Town,
    /// Xã.
    Commune,
    /// Phường.
    Ward,
    /// Thị trấn.
    Township,
    /// Đặc khu.
    SpecialZone,
}

impl UnitKind {
    /// The kinds of one level.
    pub const fn of(level: Level) -> &'static [Self] {
        match level {
            Level::Province => &[Self::Province, Self::City],
            Level::District => &[Self::RuralDistrict, Self::ProvincialCity, Self::Town, Self::UrbanDistrict],
            Level::Commune => &[Self::Commune, Self::Ward, Self::Township, Self::SpecialZone],
        }
    }

    /// The word before the name, in lower case.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Province => "tỉnh",
            Self::City | Self::ProvincialCity => "thành phố",
            Self::UrbanDistrict => "quận",
            Self::RuralDistrict => "huyện",
            Self::Town => "thị xã",
            Self::Commune => "xã",
            Self::Ward => "phường",
            Self::Township => "thị trấn",
            Self::SpecialZone => "đặc khu",
        }
    }
}

/// A name that a unit bore before it changed its status without changing its identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerName {
    /// The name with its unit word.
    pub name: &'static str,
    /// Its last day, where known.
    pub valid_to: Option<NaiveDate>,
    /// The reading of an unknown last day; see [`Place::valid_on`].
    until: NaiveDate,
}

/// One administrative unit; for provinces, one per status.
#[derive(Clone, Debug)]
pub struct Place {
    /// Stable identifier, see the [module](self).
    pub key: String,
    /// Official code, meaningful only together with a level and a day.
    pub code: &'static str,
    /// Tier.
    pub level: Level,
    /// Name with its unit word, for example `Xã Minh Sơn`.
    pub name: &'static str,
    /// Name without the unit word.
    pub short_name: &'static str,
    /// Official kind.
    pub kind: UnitKind,
    /// Division the unit belongs to.
    pub generation: Generation,
    /// Unit that contains this one in its own division; for a current commune, today's row of its province.
    pub parent: Option<PlaceId>,
    /// First day, where known.
    pub valid_from: Option<NaiveDate>,
    /// Last day; empty when the unit lasts or the day is not known, so ask [`Place::is_current`].
    pub valid_to: Option<NaiveDate>,
    /// Earlier names, oldest first.
    pub former_names: Vec<FormerName>,
    /// Number of the resolution the unit rests on.
    pub legal_basis: Option<&'static str>,
    /// Day of that resolution, which is not its day of effect.
    pub legal_basis_date: Option<NaiveDate>,
    /// Whether the territory went to several successors, so that the first is a default and not a fact.
    pub split: bool,
    /// Units that came after, the principal one first.
    pub successors: Vec<PlaceId>,
    /// Units that this one came after, in key order.
    pub predecessors: Vec<PlaceId>,
    /// Replaced within its own division: an earlier status of a province, or a `~2024` unit.
    superseded: bool,
    /// The readings of an unknown first and last day; see [`Place::valid_on`].
    since: NaiveDate,
    until: NaiveDate,
}

impl Place {
    /// Whether the unit exists today.
    pub fn is_current(&self) -> bool {
        self.generation == Generation::Of34 && !self.superseded
    }

    /// Whether the unit may be meant on that day.
    ///
    /// An unknown first day reads as "always", an unknown last day of a `~2024` unit as the eve of
    /// 30 June 2025. Where a province changed its status on an unknown day, the change is read as
    /// of the day of its resolution: earlier it cannot have been.
    pub fn valid_on(&self, day: NaiveDate) -> bool {
        (self.since..=self.until).contains(&day)
    }

    /// The name with its unit word on that day; an unknown day of change is read as in [`Place::valid_on`].
    pub fn name_on(&self, day: NaiveDate) -> &'static str {
        let held = self.former_names.iter().find(|former| day <= former.until);
        held.map_or(self.name, |former| former.name)
    }

    /// What stays when only the status changes. A code is unique within its level and division.
    fn line(&self) -> Line {
        (self.generation, self.level, self.code)
    }
}

/// See [`Place::line`].
type Line = (Generation, Level, &'static str);

/// All places, in key order.
#[derive(Debug)]
pub struct Gazetteer {
    places: Vec<Place>,
    /// Ordered by code.
    by_code: Vec<PlaceId>,
    /// Ordered by folded name.
    names: Vec<Name>,
}

/// The gazetteer that is compiled in, read at the first call.
pub fn gazetteer() -> &'static Gazetteer {
    static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(load::embedded);
    &GAZETTEER
}

impl Gazetteer {
    /// The place with this key.
    pub fn get(&self, key: &str) -> Option<PlaceId> {
        let found = self.places.binary_search_by(|place| place.key.as_str().cmp(key));
        found.ok().map(id_of)
    }

    /// The place itself.
    pub fn place(&self, id: PlaceId) -> &Place {
        &self.places[id.0 as usize]
    }

    /// Every place, in key order.
    pub fn all(&self) -> impl ExactSizeIterator<Item = PlaceId> + DoubleEndedIterator + use<> {
        (0..self.places.len()).map(id_of)
    }

    /// The places after a key, which need not exist, in key order.
    pub fn after(&self, key: &str) -> impl ExactSizeIterator<Item = PlaceId> + DoubleEndedIterator + use<> {
        let start = self.places.partition_point(|place| place.key.as_str() <= key);
        (start..self.places.len()).map(id_of)
    }

    /// The units that contain this one, from the nearest up.
    pub fn ancestors(&self, id: PlaceId) -> impl Iterator<Item = PlaceId> {
        std::iter::successors(self.place(id).parent, |&parent| self.place(parent).parent)
    }

    /// The province of this place in its own division: the last status it had there.
    pub fn province(&self, id: PlaceId) -> PlaceId {
        self.ancestors(id).last().unwrap_or(id)
    }

    /// The province of this place in its own division, in the status it had on that day; the
    /// nearest known status when the day lies outside the division.
    pub fn province_on(&self, id: PlaceId, day: NaiveDate) -> PlaceId {
        let mut province = self.province(id);
        let line = self.place(province).line();
        let earlier = |province| {
            let mut before = self.place(province).predecessors.iter().copied();
            before.find(|&before| self.place(before).line() == line)
        };
        while day < self.place(province).since
            && let Some(before) = earlier(province)
        {
            province = before;
        }
        province
    }

    /// Today's unit, following principal successors; none when the end of that line is not known,
    /// as for most districts.
    pub fn now(&self, id: PlaceId) -> Option<PlaceId> {
        let next = |id: &PlaceId| self.place(*id).successors.first().copied();
        let end = std::iter::successors(Some(id), next).last();
        end.filter(|&end| self.place(end).is_current())
    }

    /// Today's province of this place. Every place has one: no commune crossed the merger's lines.
    pub fn province_now(&self, id: PlaceId) -> PlaceId {
        let province = self.province(id);
        self.now(province).unwrap_or(province)
    }

    /// Whether two units differ in their status at most, as a province and the city that it became.
    pub fn is_same_unit(&self, one: PlaceId, other: PlaceId) -> bool {
        self.place(one).line() == self.place(other).line()
    }

    /// The provinces of 30 June 2025 that became part of this current province.
    pub fn provinces_merged_into(&self, id: PlaceId) -> Vec<PlaceId> {
        let merged = |&old: &PlaceId| {
            let place = self.place(old);
            place.level == Level::Province && place.generation == Generation::Of63 && !place.superseded && self.now(old) == Some(id)
        };
        self.all().filter(merged).collect()
    }

    /// The unit that bore this code on that day.
    pub fn at_code(&self, level: Level, code: &str, day: NaiveDate) -> Option<PlaceId> {
        let start = self.by_code.partition_point(|&id| self.place(id).code < code);
        self.by_code[start..]
            .iter()
            .copied()
            .take_while(|&id| self.place(id).code == code)
            .filter(|&id| self.place(id).level == level && self.place(id).valid_on(day))
            // Days of change before 2025 are not known; the later unit has the known succession.
            .min_by_key(|&id| self.place(id).superseded)
    }
}

/// The number of a place from its position.
fn id_of(index: usize) -> PlaceId {
    PlaceId(u32::try_from(index).expect("embedded places are some thousands"))
}
