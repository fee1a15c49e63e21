//! Questions about the law's own lists: groups, sets, regimes.

use super::answer::Answer;
use super::view::classification::Group;
use super::view::regime::Regime;
use crate::domain::classification::classification;
use crate::domain::day::Day;
use crate::domain::regime::REGIMES;

/// The groups and sets of the classification in force.
pub fn groups(position: i64, today: Day) -> Answer {
    Answer::whole(classification().groups.iter().map(Group::of).collect(), position, today)
}

/// The regimes, oldest first.
pub fn regimes(position: i64, today: Day) -> Answer {
    Answer::whole(REGIMES.iter().map(Regime::of).collect(), position, today)
}
