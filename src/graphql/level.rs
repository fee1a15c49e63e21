//! A plan: what is selected, level by level, and where each member of an answer comes from.

use super::document::Wrong;
use super::model::Noun;
use super::questions::Asked;
use super::relation::{Related, Relation};
use async_graphql::parser::types as ast;
use async_graphql::{Pos, Positioned};
use std::borrow::Cow;

/// A plan.
pub(super) struct Plan {
    pub(super) roots: Vec<Root>,
    pub(super) cost: u64,
    /// The fields that ask about the schema.
    pub(super) introspection: Vec<Positioned<ast::Field>>,
    /// What cannot be answered because of its arguments.
    pub(super) failed: Vec<Failed>,
    /// Whether anything has to be read from the store.
    pub(super) reads: bool,
}

/// A selected member of a view.
pub(super) struct Picked {
    /// Its name in the answer, as JSON with the colon.
    pub(super) key: String,
    pub(super) member: Member,
    /// What is selected of it; empty for a scalar.
    pub(super) members: Vec<Picked>,
}

/// Where a selected member comes from; a group is one of the level's.
pub(super) enum Member {
    /// Not there, because of an argument within it.
    Nothing,
    /// What is known beforehand.
    Said(Cow<'static, str>),
    Plain {
        name: &'static str,
    },
    Reference {
        name: &'static str,
        noun: Noun,
        group: usize,
    },
    Row {
        name: &'static str,
        group: usize,
    },
    Together {
        group: usize,
    },
}

/// What is selected of things that are read together.
#[derive(Default)]
pub(super) struct Level {
    pub(super) members: Vec<Picked>,
    pub(super) groups: Vec<Group>,
}

/// Things that a level leads to.
pub(super) struct Group {
    pub(super) what: What,
    pub(super) level: Level,
}

pub(super) enum What {
    /// The things referred to.
    Things(Noun),
    /// The rows of the pages that the level is about.
    Rows,
    /// What each thing of the level leads to.
    Relation(Relation, Related),
}

/// What is selected of an answer.
pub(super) enum Shape {
    Scalar,
    One(Level),
    Nodes { levels: Vec<(Noun, Level)>, list: bool },
    Batch { verification: Level, failure: Level },
}

/// A field of the answer's root.
pub(super) struct Root {
    pub(super) key: String,
    pub(super) place: Pos,
    /// Whether the schema says that it is never null.
    pub(super) required: bool,
    pub(super) what: RootWhat,
}

pub(super) enum RootWhat {
    Typename,
    Introspection,
    Question(Box<Asked>, Shape),
    /// An argument that cannot be read fails its own field.
    Nothing,
}

/// A field that is not there, and why.
#[derive(Clone)]
pub(super) struct Failed {
    /// Where in the answer; of several items the first stands for all.
    pub(super) path: Vec<serde_json::Value>,
    pub(super) wrong: Wrong,
}

impl Level {
    /// Whether a member of a connection is selected.
    pub(super) fn picks(&self, path: &[&str]) -> bool {
        fn within(members: &[Picked], path: &[&str]) -> bool {
            let Some((first, rest)) = path.split_first() else { return true };
            members.iter().any(|picked| matches!(&picked.member, Member::Plain { name } if name == first) && within(&picked.members, rest))
        }
        within(&self.members, path)
    }
}
