//! Questions about places. The gazetteer is part of the program, so nothing is read from the store.

use super::ReadResult;
use super::answer::Answer;
use super::cursor::{Cursor, PageAsk, name_of, settle};
use super::view::page::{Page, PageInfo};
use super::view::place::Place;
use crate::domain::day::Day;
use crate::domain::place::{Level, PlaceId, Query, Resolution, gazetteer};
use crate::error::{Code, Problem, say};

/// What a list of places is filtered by.
#[derive(Debug, Clone, Default)]
pub struct PlaceFilter {
    /// Words of the name; then the list is ranked.
    pub text: Option<String>,
    /// Level.
    pub level: Option<Level>,
    /// Below this place.
    pub within: Option<PlaceId>,
    /// Existing on this day.
    pub on: Option<Day>,
    /// Code of the statistics office, on that day.
    pub code: Option<String>,
}

impl PlaceFilter {
    /// Name of the order, for cursors: each search has its own.
    pub fn order(&self) -> String {
        self.text.as_ref().map_or_else(|| "place".to_owned(), |text| name_of(&format!("place {text}")))
    }
}

/// One place.
pub fn place(key: &str, position: i64, today: Day, fields: Option<&[String]>) -> ReadResult<Answer> {
    let id = gazetteer().get(key).ok_or_else(|| Problem::not_found(key))?;
    Ok(Answer::single(Place::of(id), position, today, fields))
}

/// A page of places, by key.
pub fn places(filter: &PlaceFilter, page: &PageAsk, position: i64, today: Day, fields: Option<&[String]>) -> ReadResult<Answer> {
    let (ids, page_info) = page_of(filter, page);
    let items = ids.into_iter().map(Place::of).collect();
    Answer::page(Page { items, page_info, facets: None, data_version: position, as_of: today }, fields)
}

/// The cursor of a place in lists.
pub(super) fn cursor(order: &str, id: PlaceId) -> Cursor {
    Cursor { text: gazetteer().place(id).key.clone(), ..Cursor::by_number(order, 0) }
}

/// Which places are on a page.
pub(super) fn page_of(filter: &PlaceFilter, page: &PageAsk) -> (Vec<PlaceId>, PageInfo) {
    let gazetteer = gazetteer();
    let fits = |id: &PlaceId| {
        let place = gazetteer.place(*id);
        filter.level.is_none_or(|level| place.level == level)
            && filter.within.is_none_or(|within| gazetteer.ancestors(*id).any(|around| around == within))
            && filter.on.is_none_or(|day| place.valid_on(day))
            && filter.code.as_deref().is_none_or(|code| place.code == code)
    };
    let wanted = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    let key = page.from.as_ref().map(|(cursor, _)| cursor.text.as_str());
    let rows: Vec<PlaceId> = match &filter.text {
        Some(text) => {
            let ranked = gazetteer.search(text, usize::MAX);
            let at = key.and_then(|key| ranked.iter().position(|id| gazetteer.place(*id).key == key));
            let (before, after) = ranked.split_at(at.unwrap_or(if page.backwards() { ranked.len() } else { 0 }));
            let after = if at.is_some() { &after[1..] } else { after };
            if page.backwards() {
                before.iter().rev().copied().filter(fits).take(wanted).collect()
            } else {
                after.iter().copied().filter(fits).take(wanted).collect()
            }
        }
        None => match (key, page.backwards()) {
            (Some(key), true) => gazetteer
                .all()
                .take_while(|id| gazetteer.place(*id).key.as_str() < key)
                .filter(fits)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .take(wanted)
                .collect(),
            (Some(key), false) => gazetteer.after(key).filter(fits).take(wanted).collect(),
            (None, true) => gazetteer.all().rev().filter(fits).take(wanted).collect(),
            (None, false) => gazetteer.all().filter(fits).take(wanted).collect(),
        },
    };
    let order = filter.order();
    settle(rows, page, |id| cursor(&order, *id))
}

/// The place that a filter's value means: a key, or a name that means one place only.
pub fn resolve(parameter: &str, value: &str, level: Option<Level>, within: Option<PlaceId>) -> Result<PlaceId, Problem> {
    let gazetteer = gazetteer();
    if let Some(id) = gazetteer.get(value).filter(|id| level.is_none_or(|level| gazetteer.place(*id).level == level)) {
        return Ok(id);
    }
    let candidates = match gazetteer.resolve(Query { level, name: value, within, day: None }) {
        Resolution::One(id) => return Ok(id),
        Resolution::Many(ids) => ids,
        Resolution::None => Vec::new(),
    };
    let some: Vec<String> =
        candidates.iter().take(8).map(|id| format!("{} ({})", gazetteer.place(*id).key, gazetteer.place(*id).name)).collect();
    let detail = if some.is_empty() {
        say(
            format!("Không có địa danh nào tên \"{value}\". Hãy dùng khóa như VN34-91 hoặc VN63-91; xem /v1/places?q=."),
            format!("No place is called \"{value}\". Use a key such as VN34-91 or VN63-91; see /v1/places?q=."),
        )
    } else {
        let list = some.join(", ");
        say(format!("\"{value}\" chỉ nhiều nơi: {list}. Hãy dùng khóa."), format!("\"{value}\" names several places: {list}. Use a key."))
    };
    Err(Problem::parameter(parameter, Code::UnresolvedPlace, detail))
}
