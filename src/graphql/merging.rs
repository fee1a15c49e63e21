//! Field Selection Merging (GraphQL specification, 5.3.2): fields that stand under one name in the
//! answer must be one field with the same arguments, or lie in objects that cannot be the same and
//! then have the same shape. Fields are grouped by name and held against the first of their group, with
//! fragments worked in: both rules are equivalences, so no pairs are compared and the work is that of
//! the fields. Without it one verdict could be answered where another was asked for.

use super::cost::too_large;
use super::document::Wrong;
use super::model::{Kind, MODEL, Ty, Type};
use crate::error::{Code, Problem, say};
use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Positioned};
use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

/// The most fields that are looked at, each once for every level of doubt about the objects around it.
const MOST_WORK: usize = 50_000;

/// The type of `__typename`.
static TYPENAME: LazyLock<Ty> = LazyLock::new(|| Ty::of("String!"));

/// A field and the type around it, which is not known in answers about the schema.
#[derive(Clone, Copy)]
struct Chosen<'d> {
    parent: Option<&'static Type>,
    field: &'d Positioned<Field>,
}

/// A selection and what it is made of.
type Within<'d> = (Option<&'static Type>, &'d SelectionSet);

struct Merging<'d> {
    document: &'d ExecutableDocument,
    work: usize,
}

/// Holds every operation against the rule. Fragments that none spreads are refused elsewhere.
pub(super) fn check(document: &ExecutableDocument) -> Result<(), Wrong> {
    let mut merging = Merging { document, work: 0 };
    for (_, operation) in document.operations.iter() {
        merging.merge(&[(MODEL.get("Query"), &operation.node.selection_set.node)], false)?;
    }
    Ok(())
}

/// Whether two fields ask the same of an object.
pub(super) fn alike(one: &Field, other: &Field) -> bool {
    one.name.node == other.name.node
        && one.arguments.len() == other.arguments.len()
        && one.arguments.iter().all(|(name, value)| other.get_argument(&name.node).is_some_and(|other| other.node == value.node))
}

impl<'d> Merging<'d> {
    /// Holds selections of one object against the rule; of `apart` ones, which lie in objects that
    /// cannot be the same, only the shapes have to agree.
    fn merge(&mut self, sets: &[Within<'d>], apart: bool) -> Result<(), Wrong> {
        let (mut groups, mut spread) = (BTreeMap::new(), HashSet::new());
        for (parent, set) in sets {
            self.gather(*parent, set, &mut groups, &mut spread)?;
        }
        for (key, fields) in groups {
            let Some((first, others)) = fields.split_first() else { continue };
            if let Some(other) = others.iter().find(|other| !one_shape(first, other)) {
                let shown = |chosen: &Chosen<'_>| chosen.ty().map(Ty::to_string).unwrap_or_default();
                let (one, two) = (shown(first), shown(other));
                return Err(conflict(
                    key,
                    first,
                    other,
                    &format!("kiểu {one} khác {two}"),
                    &format!("they return conflicting types \"{one}\" and \"{two}\""),
                ));
            }
            if apart {
                self.merge(&within(&fields), true)?;
                continue;
            }
            let objects: HashSet<&str> = fields.iter().filter_map(Chosen::object).collect();
            if objects.len() < 2 {
                self.together(key, &fields)?;
                continue;
            }
            let mut objects: Vec<&str> = objects.into_iter().collect();
            objects.sort_unstable();
            for object in objects {
                let of_one: Vec<Chosen<'_>> =
                    fields.iter().filter(|field| field.object().is_none_or(|name| name == object)).copied().collect();
                self.together(key, &of_one)?;
            }
            self.merge(&within(&fields), true)?;
        }
        Ok(())
    }

    /// Fields under one name of what may be one object.
    fn together(&mut self, key: &str, fields: &[Chosen<'d>]) -> Result<(), Wrong> {
        let Some((first, others)) = fields.split_first() else { return Ok(()) };
        if let Some(other) = others.iter().find(|other| !alike(&first.field.node, &other.field.node)) {
            let (one, two) = (&first.field.node.name.node, &other.field.node.name.node);
            return Err(if one == two {
                conflict(key, first, other, "đối số khác nhau", "they have differing arguments")
            } else {
                conflict(
                    key,
                    first,
                    other,
                    &format!("{one} và {two} là hai trường"),
                    &format!("\"{one}\" and \"{two}\" are different fields"),
                )
            });
        }
        self.merge(&within(fields), false)
    }

    /// Collects fields by their names in the answer.
    fn gather(
        &mut self,
        parent: Option<&'static Type>,
        set: &'d SelectionSet,
        groups: &mut BTreeMap<&'d str, Vec<Chosen<'d>>>,
        spread: &mut HashSet<&'d Name>,
    ) -> Result<(), Wrong> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    self.work += 1;
                    if self.work > MOST_WORK {
                        let problem = too_large(
                            "Truy vấn chọn quá nhiều trường dưới các tên trùng nhau.".into(),
                            "The document selects too many fields under the same names.".into(),
                        );
                        return Err(Wrong::at(field.pos, problem));
                    }
                    groups.entry(field.node.response_key().node.as_str()).or_default().push(Chosen { parent, field });
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref().map_or(parent, |on| MODEL.get(on.node.on.node.as_str()));
                    self.gather(on, &fragment.node.selection_set.node, groups, spread)?;
                }
                Selection::FragmentSpread(used) => {
                    let name = &used.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && spread.insert(name)
                    {
                        let on = MODEL.get(fragment.node.type_condition.node.on.node.as_str());
                        self.gather(on, &fragment.node.selection_set.node, groups, spread)?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Chosen<'_> {
    /// The object type around it; a union or interface may be any of several.
    fn object(&self) -> Option<&'static str> {
        self.parent.filter(|parent| matches!(parent.kind, Kind::Object(_))).map(|parent| parent.name.as_str())
    }

    fn ty(&self) -> Option<&'static Ty> {
        match self.field.node.name.node.as_str() {
            "__typename" => Some(&TYPENAME),
            name => self.parent?.field(name).map(|field| &field.ty),
        }
    }
}

/// What is selected of fields that are merged.
fn within<'d>(fields: &[Chosen<'d>]) -> Vec<Within<'d>> {
    let inner = |chosen: &Chosen<'d>| {
        let set = &chosen.field.node.selection_set.node;
        (!set.items.is_empty()).then(|| (chosen.ty().and_then(|ty| MODEL.get(&ty.name)), set))
    };
    fields.iter().filter_map(inner).collect()
}

/// Whether a client can read both with one piece of code (SameResponseShape). The fields of answers
/// about the schema are of one object each, so those agree once their names do.
fn one_shape(one: &Chosen<'_>, other: &Chosen<'_>) -> bool {
    let (Some(one), Some(other)) = (one.ty(), other.ty()) else { return true };
    let leaf = |ty: &Ty| MODEL.get(&ty.name).is_none_or(|ty| matches!(ty.kind, Kind::Words(_) | Kind::Scalar(_)));
    one.list == other.list && one.required == other.required && (one.name == other.name || !leaf(one) && !leaf(other))
}

fn conflict(key: &str, one: &Chosen<'_>, other: &Chosen<'_>, vi: &str, en: &str) -> Wrong {
    let detail = say(
        format!("Các trường \"{key}\" mâu thuẫn: {vi}; hãy dùng bí danh khác nhau."),
        format!("Fields \"{key}\" conflict because {en}. Use different aliases on the fields to fetch both if this was intentional."),
    );
    Wrong { problem: Problem::new(Code::MalformedRequest, detail).into(), places: vec![one.field.pos, other.field.pos] }
}
