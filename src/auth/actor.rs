//! The actor: whoever holds a token, the council acted for, the roles held there.

use super::refusal::Refusal;
use crate::domain::day::Day;
use crate::domain::jurisdiction::{Unit, UnitError};
use crate::domain::place::Level;
use crate::domain::vocabulary::vocabulary;
use std::collections::BTreeSet;

vocabulary! {
    /// What an actor does in a council. An approver is no clerk, nor a clerk an approver; one person may be both.
    Role {
        /// Prepares: drafts decisions, enters products.
        Clerk = "clerk",
        /// Publishes what a clerk prepared.
        Approver = "approver",
        /// Reads everything of the council, changes nothing.
        Auditor = "auditor",
    }
}

vocabulary! {
    /// The kinds of councils, as tokens name them.
    CouncilKind {
        /// The ministry.
        Ministry = "ministry",
        /// A provincial council.
        Province = "province",
        /// A commune.
        Commune = "commune",
    }
}

/// Roles held; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles(BTreeSet<Role>);

impl Roles {
    /// The roles among some words. Words that are no role are passed over: identity providers add
    /// their own.
    ///
    /// # Errors
    /// When no role is left.
    pub fn of<'w>(words: impl IntoIterator<Item = &'w str>) -> Result<Self, Refusal> {
        let roles: BTreeSet<Role> = words.into_iter().filter_map(Role::parse).collect();
        if roles.is_empty() { Err(Refusal::NoRole) } else { Ok(Self(roles)) }
    }

    /// Whether a role is held.
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Every role held, in order.
    pub fn iter(&self) -> impl Iterator<Item = Role> {
        self.0.iter().copied()
    }
}

/// The council acted for. A unit is one that acted on the day of the act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Council {
    /// The ministry.
    Ministry,
    /// The council of a province.
    Province(Unit),
    /// A commune.
    Commune(Unit),
}

impl Council {
    /// The council of a kind and, but for the ministry, a unit, on the day of the act.
    ///
    /// # Errors
    /// When the unit is missing, unknown, of another level, not there yet or ended.
    pub fn of(kind: CouncilKind, unit: Option<&str>, day: Day) -> Result<Self, Refusal> {
        let acting = |level| {
            let key = unit.ok_or(Refusal::UnknownUnit(String::new()))?;
            Unit::acting(key, level, day).map_err(|error| match error {
                UnitError::Unknown => Refusal::UnknownUnit(key.into()),
                UnitError::Ended { name, on, successors } => Refusal::UnitEnded { key: key.into(), name, on, successors },
                UnitError::NotYet { name } => Refusal::UnitNotYet { key: key.into(), name },
            })
        };
        match kind {
            CouncilKind::Ministry if unit.is_some() => Err(Refusal::MinistryWithUnit),
            CouncilKind::Ministry => Ok(Self::Ministry),
            CouncilKind::Province => acting(Level::Province).map(Self::Province),
            CouncilKind::Commune => acting(Level::Commune).map(Self::Commune),
        }
    }

    /// The kind.
    pub fn kind(&self) -> CouncilKind {
        match self {
            Self::Ministry => CouncilKind::Ministry,
            Self::Province(_) => CouncilKind::Province,
            Self::Commune(_) => CouncilKind::Commune,
        }
    }

    /// The unit; none for the ministry.
    pub fn unit(&self) -> Option<Unit> {
        match self {
            Self::Ministry => None,
            Self::Province(unit) | Self::Commune(unit) => Some(*unit),
        }
    }
}

/// Whoever acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person or machine, as the issuer of the token names it. Never shown to the public.
    pub subject: String,
    /// The council acted for.
    pub council: Council,
    /// What the actor does there.
    pub roles: Roles,
}

impl Actor {
    /// The stable key of the unit; none for the ministry.
    pub fn unit_key(&self) -> Option<&'static str> {
        self.council.unit().map(Unit::key)
    }

    /// Whether the actor has a role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.has(role)
    }

    /// Whether a place is this council's to look after on that day; every place is the ministry's.
    pub fn looks_after(&self, place: &str, day: Day) -> bool {
        self.council.unit().is_none_or(|unit| unit.looks_after(place, day))
    }
}
