//! Questions about the law's own lists: groups, sets, regimes.

use super::answer::Answer;
use super::view::classification::{Group, Set};
use super::view::regime::Regime;
use crate::domain::classification::classification;
use crate::domain::day::Day;
use crate::domain::regime::REGIMES;

/// The groups, as views.
pub fn all_groups() -> Vec<Group> {
    classification().groups.iter().map(Group::of).collect()
}

/// The sets, as views.
pub fn all_sets() -> Vec<Set> {
    all_groups().into_iter().flat_map(|group| group.sets).collect()
}

/// The regimes as views, oldest first.
pub fn all_regimes() -> Vec<Regime> {
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

/// The groups and sets of the classification in force.
pub fn groups(position: i64, today: Day) -> Answer {
    Answer::whole(all_groups(), position, today)
}

/// The regimes, oldest first.
pub fn regimes(position: i64, today: Day) -> Answer {
    Answer::whole(all_regimes(), position, today)
}
