//! Questions about the law's own lists: groups, sets, regimes.

use super::answer::Answer;
use super::view::classification::{Group, Set};
use super::view::regime::Regime;
use crate::domain::classification::classification;
use crate::domain::day::Day;
use crate::domain::regime::REGIMES;

fn all_groups() -> Vec<Group> {
    classification().groups.iter().map(Group::of).collect()
}

fn all_regimes() -> Vec<Regime> {
    REGIMES.iter().map(Regime::of).collect()
}

/// A group by its number.
pub fn group(number: i64) -> Option<Group> {
    classification().groups.iter().find(|group| i64::from(group.number) == number).map(Group::of)
}

/// A set by its number.
pub fn set(number: i64) -> Option<Set> {
    classification().sets.iter().find(|set| i64::from(set.number) == number).map(Set::of)
}

/// The groups by number.
pub fn group_numbers() -> Vec<i64> {
    classification().groups.iter().map(|group| group.number.into()).collect()
}

/// The sets by number: those of a group, or all.
pub fn set_numbers(group: Option<i64>) -> Vec<i64> {
    let sets = classification().sets.iter().filter(|set| group.is_none_or(|group| i64::from(set.group) == group));
    sets.map(|set| set.number.into()).collect()
}

/// The group of a set.
pub fn group_of(set: i64) -> Option<i64> {
    classification().sets.iter().find(|known| i64::from(known.number) == set).map(|known| known.group.into())
}

/// The regimes by number: their places among all, from 1, oldest first.
pub fn regime_numbers() -> Vec<i64> {
    (1..).take(REGIMES.len()).collect()
}

/// A regime by its number.
pub fn regime(number: i64) -> Option<Regime> {
    REGIMES.get(usize::try_from(number).ok()?.checked_sub(1)?).map(Regime::of)
}

/// The number of a regime.
pub fn regime_number(code: &str) -> Option<i64> {
    (1..).zip(&REGIMES).find(|(_, facts)| facts.regime.as_str() == code).map(|(number, _)| number)
}

/// The groups and sets of the classification in force.
pub fn groups(position: i64, today: Day) -> Answer {
    Answer::whole(all_groups(), position, today)
}

/// The regimes, oldest first.
pub fn regimes(position: i64, today: Day) -> Answer {
    Answer::whole(all_regimes(), position, today)
}
