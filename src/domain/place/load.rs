//! Reads the embedded tables. They are part of the program, so a fault in them is a bug and panics.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use super::names::{Name, split_unit_word};
use super::{FIRST_NEW_DAY, FormerName, Gazetteer, Generation, LAST_OLD_DAY, Level, Place, PlaceId, id_of};

/// The rows of a table, whose first line must be `header`. The tables are plain: no cell is quoted.
fn rows<const N: usize>(table: &'static str, header: &str) -> impl Iterator<Item = [&'static str; N]> {
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some(header), "embedded columns");
    lines.map(|line| {
        let mut cells = line.split(',');
        let row = std::array::from_fn(|_| cells.next().expect("embedded rows are complete"));
        assert_eq!(cells.next(), None, "embedded rows fit their columns");
        row
    })
}

fn filled(cell: &'static str) -> Option<&'static str> {
    Some(cell).filter(|cell| !cell.is_empty())
}

fn date(cell: &'static str) -> Option<NaiveDate> {
    filled(cell).map(|date| date.parse().expect("embedded dates are civil dates"))
}

/// A place whose links are still keys.
struct Draft {
    place: Place,
    links: Links,
}

#[derive(Default)]
struct Links {
    parent: Option<String>,
    successors: Vec<String>,
}

impl Draft {
    fn new(key: String, code: &'static str, level: Level, generation: Generation, name: &'static str) -> Self {
        let (kind, short_name) = split_unit_word(level, name).expect("embedded names state their kind");
        let place = Place {
            key,
            code,
            level,
            name,
            short_name,
            kind,
            generation,
            parent: None,
            valid_from: None,
            valid_to: None,
            former_names: Vec::new(),
            legal_basis: None,
            legal_basis_date: None,
            split: false,
            successors: Vec::new(),
            predecessors: Vec::new(),
            superseded: false,
            since: NaiveDate::MIN,
            until: NaiveDate::MAX,
        };
        Self { place, links: Links::default() }
    }
}

const PROVINCE_COLUMNS: &str = "unit_key,code,generation,name_vi,short_name_vi,type,valid_from,\
    valid_to,succeeded_by_code,succeeded_by_key,legal_basis,legal_basis_date";

fn province([key, code, generation, name, _, _, from, to, _, successor, basis, basis_date]: [&'static str; 12]) -> Draft {
    let generation = if generation == "63" { Generation::Of63 } else { Generation::Of34 };
    let mut draft = Draft::new(key.to_owned(), code, Level::Province, generation, name);
    draft.place.valid_from = date(from);
    draft.place.valid_to = date(to);
    draft.place.legal_basis = filled(basis);
    draft.place.legal_basis_date = date(basis_date);
    draft.links.successors = filled(successor).map(str::to_owned).into_iter().collect();
    draft
}

const COMMUNE_COLUMNS: &str = "code,name_vi,type,province_code,legal_basis,legal_basis_date,name_2025_07_01";

fn commune([code, name, _, province, basis, basis_date, former]: [&'static str; 7]) -> Draft {
    let parent = format!("VN34-{province}");
    let key = format!("{parent}-{code}");
    let mut draft = Draft::new(key, code, Level::Commune, Generation::Of34, name);
    draft.links.parent = Some(parent);
    draft.place.valid_from = Some(FIRST_NEW_DAY);
    draft.place.legal_basis = filled(basis);
    draft.place.legal_basis_date = date(basis_date);
    let former_name = |name| FormerName { name, valid_to: None, until: NaiveDate::MAX };
    draft.place.former_names = filled(former).map(former_name).into_iter().collect();
    draft
}

const LEGACY_COLUMNS: &str = "code,name_vi,level,parent_code,province_code,successor_commune_code,\
    successor_all_codes,split,snapshot";

fn legacy(
    [code, name, level, parent, province, principal, all, split, snapshot]: [&'static str; 9],
    today: &HashMap<&'static str, String>,
) -> Draft {
    let earlier = snapshot != "2025-06-30";
    let suffix = if earlier { "~2024" } else { "" };
    let (level, parent) = match level {
        "district" => (Level::District, format!("VN63-{province}")),
        _ => (Level::Commune, format!("VN63-{province}-{parent}")),
    };
    let key = format!("{parent}-{code}{suffix}");
    let mut draft = Draft::new(key, code, level, Generation::Of63, name);
    draft.links.parent = Some(parent);
    draft.place.superseded = earlier;
    draft.place.valid_to = (!earlier).then_some(LAST_OLD_DAY);
    draft.place.split = split == "1";
    let others = all.split('|').filter(|&code| code != principal);
    let codes = filled(principal).into_iter().chain(others.filter_map(filled));
    draft.links.successors = codes.map(|code| today[code].clone()).collect();
    draft
}

/// Builds the gazetteer from the tables that are compiled in.
pub(super) fn embedded() -> Gazetteer {
    let communes = rows(include_str!("../data/communes.csv"), COMMUNE_COLUMNS);
    let mut drafts = Vec::with_capacity(16_384);
    drafts.extend(communes.map(commune));
    let today = drafts.iter().map(|draft: &Draft| (draft.place.code, draft.place.key.clone()));
    let today: HashMap<&'static str, String> = today.collect();
    let provinces = rows(include_str!("../data/provinces.csv"), PROVINCE_COLUMNS);
    drafts.extend(provinces.map(province));
    let legacies = rows(include_str!("../data/legacy-units.csv"), LEGACY_COLUMNS);
    drafts.extend(legacies.map(|row| legacy(row, &today)));
    drafts.sort_unstable_by(|a, b| a.place.key.cmp(&b.place.key));

    let parts = drafts.into_iter().map(|Draft { place, links }| (place, links));
    let (mut places, links): (Vec<Place>, Vec<Links>) = parts.unzip();
    link(&mut places, links);
    read_dates(&mut places);

    let mut by_code: Vec<PlaceId> = (0..places.len()).map(id_of).collect();
    by_code.sort_by(|&a, &b| places[a.0 as usize].code.cmp(places[b.0 as usize].code));
    let names = Name::index(&places);
    Gazetteer { places, by_code, names }
}

/// Turns keys into ids, in both directions.
fn link(places: &mut [Place], links: Vec<Links>) {
    for (index, Links { parent, successors }) in links.into_iter().enumerate() {
        let find = |key: &str| places.binary_search_by(|place| place.key.as_str().cmp(key)).ok();
        let parent = parent.map(|key| {
            // A unit that ended early lay in the district of its own time, where that is known.
            let earlier = places[index].superseded.then(|| find(&format!("{key}~2024"))).flatten();
            id_of(earlier.or_else(|| find(&key)).expect("embedded parents exist"))
        });
        let successors: Vec<PlaceId> = successors.iter().map(|key| id_of(find(key).expect("embedded successors exist"))).collect();
        for successor in &successors {
            places[successor.0 as usize].predecessors.push(id_of(index));
        }
        places[index].superseded |= successors.iter().any(|successor| places[successor.0 as usize].line() == places[index].line());
        places[index].parent = parent;
        places[index].successors = successors;
    }
}

/// Sets the readings of unknown days, and ends each former name with the province's former status:
/// the communes that were renamed were renamed with it.
fn read_dates(places: &mut [Place]) {
    let eve = |day: NaiveDate| day.checked_sub_days(Days::new(1)).unwrap_or(day);
    for place in places.iter_mut() {
        let resolved = place.legal_basis_date.filter(|_| place.generation == Generation::Of34);
        place.since = place.valid_from.or(resolved).unwrap_or(NaiveDate::MIN);
    }
    for index in 0..places.len() {
        let place = &places[index];
        let mut next = place.successors.iter().map(|next| &places[next.0 as usize]);
        let change = next.find(|next| next.line() == place.line());
        let replaced = place.superseded.then(|| eve(change.map_or(LAST_OLD_DAY, |next| next.since)));
        let until = place.valid_to.or(replaced);
        places[index].until = until.unwrap_or(NaiveDate::MAX);
    }
    for index in 0..places.len() {
        let (Some(province), false) = (places[index].parent, places[index].former_names.is_empty()) else {
            continue;
        };
        let province = &places[province.0 as usize];
        let mut before = province.predecessors.iter().map(|before| &places[before.0 as usize]);
        let status = before.find(|before| before.line() == province.line());
        let status = status.expect("embedded former names came with a former status");
        let (valid_to, until) = (status.valid_to, status.until);
        for former in &mut places[index].former_names {
            (former.valid_to, former.until) = (valid_to, until);
        }
    }
}
