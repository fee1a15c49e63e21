//! Product groups and sets.

use super::Name;
use crate::domain::classification::{OLD_GROUPS, ProductGroup, ProductSet, classification};
use serde::Serialize;
use utoipa::ToSchema;

/// A group or set as products refer to it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ClassRef {
    /// Running number in the law.
    #[schema(example = 11)]
    pub number: i16,
    /// Name.
    pub name: Name,
}

/// A product group with its sets and what the classification before called it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// Number, 1-6.
    #[schema(example = 1)]
    pub number: i16,
    /// Roman numeral as printed.
    #[schema(example = "I")]
    pub numeral: String,
    /// Name.
    pub name: Name,
    /// Its sets.
    pub sets: Vec<Set>,
    /// Groups of QĐ 1048/QĐ-TTg that became this one or a set of it.
    pub former_groups: Vec<FormerGroup>,
}

/// A product set, the unit that has its own criteria.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Set {
    /// Number, 1-26.
    #[schema(example = 11)]
    pub number: i16,
    /// Name.
    pub name: Name,
    /// Subgroup, where there is one.
    #[schema(example = "Chè")]
    pub subgroup: Option<String>,
    /// Ministry that leads, as abbreviated in the law.
    #[schema(example = "NN&MT")]
    pub lead_ministry: String,
}

/// A group of the classification before.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FormerGroup {
    /// Its name.
    #[schema(example = "Vải và may mặc")]
    pub name: String,
    /// The set that it became, where it became one.
    pub set: Option<i16>,
}

fn name(vi: &'static str, en: &'static str) -> Name {
    Name::of(vi, Some(en))
}

impl ClassRef {
    /// The reference to a group.
    pub fn of_group(group: &'static ProductGroup) -> Self {
        Self { number: group.number, name: name(&group.vi, &group.en) }
    }

    /// The reference to a set.
    pub fn of_set(set: &'static ProductSet) -> Self {
        Self { number: set.number, name: name(&set.vi, &set.en) }
    }
}

impl Set {
    /// The view of a set.
    pub fn of(set: &'static ProductSet) -> Self {
        Self { number: set.number, name: name(&set.vi, &set.en), subgroup: set.subgroup.clone(), lead_ministry: set.lead_ministry.clone() }
    }
}

impl Group {
    /// The view of a group.
    pub fn of(group: &'static ProductGroup) -> Self {
        let sets = classification().sets.iter().filter(|set| set.group == group.number);
        Self {
            number: group.number,
            numeral: group.numeral.clone(),
            name: name(&group.vi, &group.en),
            sets: sets.map(Set::of).collect(),
            former_groups: OLD_GROUPS
                .iter()
                .filter(|old| old.group == group.number)
                .map(|old| FormerGroup { name: old.vi.into(), set: old.set })
                .collect(),
        }
    }
}
