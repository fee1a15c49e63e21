//! From written names to places.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::names::{Name, Reading};
use super::{FIRST_NEW_DAY, Gazetteer, Generation, LAST_OLD_DAY, Level, Line, PlaceId, UnitKind};

/// A question by name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<'a> {
    /// The level, if the asker knows it; else a unit word in the name decides.
    pub level: Option<Level>,
    /// The name, with or without its unit word.
    pub name: &'a str,
    /// Only units below this one. Below a current province that includes what lay there before.
    pub within: Option<PlaceId>,
    /// The day the name is meant for. Without it, units of today come first.
    pub day: Option<NaiveDate>,
}

/// The answer to a [`Query`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Resolution {
    /// Exactly one place fits best.
    One(PlaceId),
    /// Several fit equally well; in key order.
    Many(Vec<PlaceId>),
    /// No place has that name, or none was given.
    #[default]
    None,
}

impl Resolution {
    /// The place, when there is exactly one.
    pub fn one(&self) -> Option<PlaceId> {
        match self {
            Self::One(id) => Some(*id),
            _ => None,
        }
    }

    /// Every candidate.
    pub fn candidates(&self) -> &[PlaceId] {
        match self {
            Self::One(id) => std::slice::from_ref(id),
            Self::Many(ids) => ids,
            Self::None => &[],
        }
    }

    fn from_ids(mut ids: Vec<PlaceId>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        match ids.as_slice() {
            [] => Self::None,
            [id] => Self::One(*id),
            _ => Self::Many(ids),
        }
    }
}

/// The places of one row of a product list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Located {
    /// What the province cell names.
    pub province: Resolution,
    /// What the district cell names.
    pub district: Resolution,
    /// What the commune cell names.
    pub commune: Resolution,
    /// The deepest of the three that is unambiguous.
    pub deepest: Option<PlaceId>,
}

impl Gazetteer {
    /// Finds the place that a name means.
    ///
    /// Marks need not be written, but where they distinguish they decide; then the unit word; then
    /// that a bare name of a province means the province; then the day.
    pub fn resolve(&self, query: Query<'_>) -> Resolution {
        let readings = Reading::all(query.name);
        let mut answers = readings.iter().map(|reading| self.best(reading, query));
        answers.find(|answer| *answer != Resolution::None).unwrap_or_default()
    }

    fn best(&self, reading: &Reading, query: Query<'_>) -> Resolution {
        let start = self.names.partition_point(|name| name.folded < reading.folded);
        let mut lines: BTreeMap<Line, Candidate> = BTreeMap::new();
        for name in self.names[start..].iter().take_while(|name| name.folded == reading.folded) {
            let place = self.place(name.place);
            let level_fits = match (query.level, reading.word) {
                (Some(level), _) => place.level == level,
                (None, Some(word)) => UnitKind::of(place.level).iter().any(|kind| kind.word() == word),
                (None, None) => true,
            };
            let in_scope = |scope| self.lies_in(name.place, scope);
            if !level_fits || !query.within.is_none_or(in_scope) {
                continue;
            }
            let spelled = u8::from(name.spelled == reading.spelled);
            let word = u8::from(reading.word.is_none_or(|word| name.kind.word() == word));
            let bare = query.level.is_none() && reading.word.is_none();
            let province = u8::from(bare && place.level == Level::Province);
            let day = match query.day {
                Some(day) => u8::from(place.valid_on(day)),
                None if place.is_current() => 2,
                None => u8::from(!place.superseded),
            };
            let candidate = Candidate {
                rank: match query.name.is_ascii() {
                    // Whoever types no marks says nothing about them.
                    true => [word, province, day, spelled],
                    false => [spelled, word, province, day],
                },
                member: [day, word, u8::from(!place.superseded), spelled],
                id: name.place,
            };
            let seen = lines.entry(place.line());
            seen.and_modify(|best| best.merge(candidate)).or_insert(candidate);
        }
        let top = lines.values().map(|line| line.rank).max();
        let best = lines.values().filter(|line| Some(line.rank) == top);
        let (ended, mut best): (Vec<PlaceId>, Vec<PlaceId>) = best.map(|line| line.id).partition(|&id| self.place(id).superseded);
        // Of two units of one name in one district, one was merged into the other, which kept the
        // name and has a known succession.
        let alone = |&id: &PlaceId| !best.iter().any(|&other| self.are_siblings(id, other));
        let ended: Vec<PlaceId> = ended.into_iter().filter(alone).collect();
        best.extend(ended);
        Resolution::from_ids(best)
    }

    fn are_siblings(&self, one: PlaceId, other: PlaceId) -> bool {
        let above = |id| self.place(id).parent.map(|parent| self.place(parent).line());
        above(one).is_some() && above(one) == above(other)
    }

    /// Whether a place lies below another, whatever status that one had.
    fn lies_in(&self, id: PlaceId, scope: PlaceId) -> bool {
        let outer = self.place(scope);
        self.ancestors(id).any(|above| self.place(above).line() == outer.line())
            || (outer.level == Level::Province
                && outer.generation == Generation::Of34
                && self.place(id).generation == Generation::Of63
                && Some(self.province_now(id)) == self.now(scope))
    }

    /// Places whose name begins with the text, has a word that does, or has words that begin like
    /// its words; best first, at most `limit`. Former units and names are found after current ones.
    pub fn search(&self, text: &str, limit: usize) -> Vec<PlaceId> {
        let mut lines = BTreeMap::new();
        for reading in Reading::all(text).iter().filter(|reading| !reading.folded.is_empty()) {
            for name in &self.names {
                let Some(fit) = fit(name, reading) else {
                    continue;
                };
                let place = self.place(name.place);
                let other_word = reading.word.is_some_and(|word| name.kind.word() != word);
                let other_marks = !name.spelled.starts_with(&reading.spelled);
                let order = (fit, other_word, other_marks, !place.is_current(), place.level);
                let found = (order, place.superseded, name.folded.len(), name.place);
                let best = lines.entry(place.line()).or_insert(found);
                *best = (*best).min(found);
            }
        }
        let mut found: Vec<_> = lines.into_values().collect();
        found.sort_unstable();
        found.into_iter().take(limit).map(|(.., id)| id).collect()
    }

    /// Places one row of a product list, which has names only.
    ///
    /// A district exists only in the old division, so a row that names one is read in it. Otherwise
    /// the day decides, and the other division is tried when the first does not know the commune:
    /// lists written after the merger name old certificates' places anew, and the reverse.
    pub fn locate(&self, province: &str, district: &str, commune: &str, day: Option<NaiveDate>) -> Located {
        let old = Some(day.map_or(LAST_OLD_DAY, |day| day.min(LAST_OLD_DAY)));
        let new = day.map(|day| day.max(FIRST_NEW_DAY));
        let attempt = |day| self.locate_in(province, district, commune, day);
        if !district.trim().is_empty() {
            return attempt(old);
        }
        let (first, second) = match day {
            Some(day) if day <= LAST_OLD_DAY => (old, new),
            _ => (new, old),
        };
        let found = attempt(first);
        if commune.trim().is_empty() || found.commune != Resolution::None {
            return found;
        }
        let other = attempt(second);
        if other.commune == Resolution::None { found } else { other }
    }

    fn locate_in(&self, province: &str, district: &str, commune: &str, day: Option<NaiveDate>) -> Located {
        let ask = |level, name: &str, scopes: &[Option<PlaceId>]| {
            let query = |&within| Query { level: Some(level), name, within, day };
            let answers = scopes.iter().map(|scope| self.resolve(query(scope)));
            Resolution::from_ids(answers.flat_map(|found| found.candidates().to_vec()).collect())
        };
        // A cell that is filled but not understood leaves the level above as the scope, except that
        // nothing is guessed below a province that is not known.
        let scopes = |found: &Resolution| -> Vec<_> { found.candidates().iter().copied().map(Some).collect() };
        let province_found = ask(Level::Province, province, &[None]);
        let in_province = match province.trim() {
            "" => vec![None],
            _ => scopes(&province_found),
        };
        let district = ask(Level::District, district, &in_province);
        let mut found = ask(Level::Commune, commune, &scopes(&district));
        // The communes of a district that ended early are listed under the district they went to.
        let ended = |&id: &PlaceId| self.place(id).superseded;
        if found == Resolution::None && district.candidates().iter().all(ended) {
            found = ask(Level::Commune, commune, &in_province);
        }
        let deepest = [&found, &district, &province_found].into_iter().find_map(Resolution::one);
        Located { province: province_found, district, commune: found, deepest }
    }
}

/// The best that the names of one line of places have to offer.
#[derive(Clone, Copy)]
struct Candidate {
    /// How well the line fits, most telling first.
    rank: [u8; 4],
    /// How well the place fits within its line, most telling first.
    member: [u8; 4],
    id: PlaceId,
}

impl Candidate {
    fn merge(&mut self, other: Self) {
        let rank = std::array::from_fn(|at| self.rank[at].max(other.rank[at]));
        if other.member > self.member {
            *self = other;
        }
        self.rank = rank;
    }
}

/// How a name fits what was typed so far; smaller is better.
fn fit(name: &Name, typed: &Reading) -> Option<Reverse<u8>> {
    let begins =
        |word: &str| name.folded.starts_with(word) || name.folded.match_indices(word).any(|(at, _)| name.folded[..at].ends_with(' '));
    let fit = if name.folded == typed.folded {
        3
    } else if name.folded.starts_with(&typed.folded) {
        2
    } else if begins(&typed.folded) {
        1
    } else if typed.folded.split(' ').all(begins) {
        0
    } else {
        return None;
    };
    Some(Reverse(fit))
}
