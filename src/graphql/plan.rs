//! What an operation asks for: its selection with fragments, directives and variables worked in, and
//! what it costs. A plan is made before anything is read, so a query that asks too much reads nothing.

use super::input::{Bound, coerced};
use super::merging;
use super::model::{Field, Kind, MODEL, Noun, Relation, Source, Type};
use super::questions::{self, Asked, Given, Question};
use crate::domain::day::Day;
use crate::error::{Code, Problem, say};
use crate::read::cursor::PageAsk;
use async_graphql::parser::types::{self as ast, ExecutableDocument, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Value};
use std::borrow::Cow;

/// The most that one request may cost; about a tenth of a second of the server's time.
pub(super) const MOST_COST: u64 = 200_000;
/// How deep fields may be nested.
const DEEPEST: usize = 15;
/// What reading one thing costs, beside its members, which cost 1 each.
const LOAD: u64 = 10;
/// What counting a whole list costs.
const COUNT: u64 = 2_000;
/// What counting by one property costs.
const BREAKDOWN: u64 = 5_000;
/// Items of a list inside a view, as a rule.
const FEW: u64 = 5;

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
    Relation(Relation, PageAsk),
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
    pub(super) what: RootWhat,
}

pub(super) enum RootWhat {
    Typename,
    Introspection,
    Question(Box<Asked>, Shape),
    /// An argument that cannot be read fails its own field.
    Refused(Problem),
}

/// A plan.
pub(super) struct Plan {
    pub(super) roots: Vec<Root>,
    pub(super) cost: u64,
    /// The fields that ask about the schema.
    pub(super) introspection: Vec<Positioned<ast::Field>>,
    /// Whether anything has to be read from the store.
    pub(super) reads: bool,
}

struct Planner<'d> {
    document: &'d ExecutableDocument,
    bound: &'d Bound,
    cost: u64,
    /// Items on a page of the connection that is being planned.
    page: u64,
    depth: usize,
    /// The day of the question that is being planned.
    on: Day,
}

/// A value with variables filled in; `None` for a variable that was not given.
macro_rules! filled {
    ($planner:expr, $value:expr) => {{
        let mut missing = false;
        let fill = |name: Name| {
            let known = $planner.bound.get(&name).cloned();
            missing |= known.is_none();
            Ok::<_, ()>(known.unwrap_or(Value::Null))
        };
        let value = $value.node.clone().into_const_with(fill).ok();
        value.filter(|value| !(missing && *value == Value::Null))
    }};
}

type Selected<'d> = Vec<(&'d str, Vec<&'d Positioned<ast::Field>>)>;

/// Plans an operation.
pub(super) fn plan(document: &ExecutableDocument, operation: &OperationDefinition, bound: &Bound, today: Day) -> Result<Plan, Problem> {
    let query = &MODEL["Query"];
    let mut planner = Planner { document, bound, cost: 0, page: 1, depth: 0, on: today };
    let mut selected = Vec::new();
    planner.gather(query, &operation.selection_set.node, &mut selected)?;
    let mut plan = Plan { roots: Vec::new(), cost: 0, introspection: Vec::new(), reads: false };
    for (key, nodes) in selected {
        let name = nodes[0].node.name.node.as_str();
        let what = match (name, query.field(name)) {
            ("__typename", _) => RootWhat::Typename,
            (_, Some(field)) => {
                let what = planner.root(field, &nodes, today)?;
                plan.reads |= matches!(&what, RootWhat::Question(asked, _) if reads(&asked.question));
                what
            }
            _ => {
                plan.introspection.extend(nodes.iter().map(|node| (*node).clone()));
                RootWhat::Introspection
            }
        };
        plan.roots.push(Root { key: key.to_owned(), what });
    }
    plan.cost = planner.cost;
    Ok(plan)
}

fn reads(question: &Question) -> bool {
    !matches!(
        question,
        Question::Groups
            | Question::Sets
            | Question::Regimes
            | Question::Places(..)
            | Question::One(Noun::Place, _)
            | Question::AsOf
            | Question::Licence
    )
}

impl<'d> Planner<'d> {
    /// Collects the fields that apply to a type by their names in the answer.
    fn gather(&self, ty: &'static Type, set: &'d SelectionSet, selected: &mut Selected<'d>) -> Result<(), Problem> {
        for selection in &set.items {
            if self.left_out(&selection.node)? {
                continue;
            }
            match &selection.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.as_str();
                    match selected.iter_mut().find(|(known, _)| *known == key) {
                        Some((_, nodes)) if merging::alike(&nodes[0].node, &field.node) => nodes.push(field),
                        Some(_) => {
                            // Validation refuses it; and no answer is ever given in another's place.
                            let detail = say(
                                format!("Các trường \"{key}\" mâu thuẫn."),
                                format!("Fields \"{key}\" conflict: they ask for different things under one name."),
                            );
                            return Err(Problem::new(Code::MalformedRequest, detail));
                        }
                        None => selected.push((key, vec![field])),
                    }
                }
                Selection::InlineFragment(fragment) => {
                    if fragment.node.type_condition.as_ref().is_none_or(|on| applies(ty, &on.node.on.node)) {
                        self.gather(ty, &fragment.node.selection_set.node, selected)?;
                    }
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node)
                        && applies(ty, &fragment.node.type_condition.node.on.node)
                    {
                        self.gather(ty, &fragment.node.selection_set.node, selected)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// `@skip` and `@include`.
    fn left_out(&self, selection: &Selection) -> Result<bool, Problem> {
        for directive in selection.directives() {
            let skip = match directive.node.name.node.as_str() {
                "skip" => true,
                "include" => false,
                _ => continue,
            };
            match directive.node.get_argument("if").map(|value| filled!(self, value)) {
                Some(Some(Value::Boolean(yes))) if yes == skip => return Ok(true),
                Some(Some(Value::Boolean(_))) => {}
                _ => {
                    let detail = say("@skip và @include cần if là Boolean.", "@skip and @include need a Boolean as `if`.");
                    return Err(Problem::parameter("if", Code::InvalidValue, detail));
                }
            }
        }
        Ok(false)
    }

    fn given(&self, field: &'static Field, node: &ast::Field) -> Result<Given, Problem> {
        let mut given = Vec::with_capacity(node.arguments.len());
        for argument in &field.arguments {
            let value = node.get_argument(argument.name).and_then(|value| filled!(self, value));
            match value {
                None | Some(Value::Null) if argument.ty.required => {
                    let detail = say(format!("Cần có {}.", argument.name), format!("{} is needed.", argument.name));
                    return Err(Problem::parameter(argument.name, Code::MissingParameter, detail));
                }
                Some(value) => given.push((argument.name, coerced(value, &argument.ty))),
                None => {}
            }
        }
        Ok(Given(given))
    }

    fn root(&mut self, field: &'static Field, nodes: &[&'d Positioned<ast::Field>], today: Day) -> Result<RootWhat, Problem> {
        let Source::Question(ask) = field.source else { return Ok(RootWhat::Typename) };
        let asked = match self.given(field, &nodes[0].node).and_then(|given| questions::read(ask, given, today)) {
            Ok(asked) => asked,
            Err(problem) => return Ok(RootWhat::Refused(problem)),
        };
        self.on = asked.on;
        let size = |page: &PageAsk| u64::from(page.first);
        let (rows, extra) = match &asked.question {
            Question::Nodes(ids) => (ids.len() as u64, 0),
            Question::VerifyBatch(entries) => (entries.len() as u64, 0),
            Question::Products(list) => {
                self.page = size(&list.page);
                (1, if list.text.is_some() { 200 } else { 0 } + self.page * LOAD + list.facets.len() as u64 * BREAKDOWN)
            }
            Question::Producers(_, page) | Question::Decisions(_, page) | Question::Certificates(_, page) | Question::Places(_, page) => {
                self.page = size(page);
                (1, self.page * LOAD)
            }
            Question::Stats(_, by) => (1, BREAKDOWN * (1 + by.len() as u64)),
            Question::Changes { first, .. } => {
                self.page = u64::from(*first);
                (1, self.page)
            }
            _ => (1, LOAD),
        };
        self.cost = self.cost.saturating_add(extra);
        let rows = if field.ty.list && rows == 1 { FEW } else { rows };
        let Some(ty) = MODEL.get(&field.ty.name).filter(|ty| !matches!(ty.kind, Kind::Scalar(_))) else {
            return Ok(RootWhat::Question(Box::new(asked), Shape::Scalar));
        };
        let shape = match &ty.kind {
            Kind::Node(_) => {
                let mut levels = Vec::new();
                for noun in Noun::NODES {
                    levels.push((noun, self.level(&MODEL[noun.name()], nodes, rows)?));
                }
                Shape::Nodes { levels, list: field.ty.list }
            }
            Kind::Union(_) => Shape::Batch {
                verification: self.level(&MODEL["Verification"], nodes, rows)?,
                failure: self.level(&MODEL["BatchFailure"], nodes, 0)?,
            },
            _ => Shape::One(self.level(ty, nodes, rows)?),
        };
        Ok(RootWhat::Question(Box::new(asked), shape))
    }

    fn level(&mut self, ty: &'static Type, nodes: &[&'d Positioned<ast::Field>], rows: u64) -> Result<Level, Problem> {
        let mut groups = Vec::new();
        let members = self.members(ty, nodes, &mut groups, rows)?;
        Ok(Level { members, groups })
    }

    fn members(
        &mut self,
        ty: &'static Type,
        nodes: &[&'d Positioned<ast::Field>],
        groups: &mut Vec<Group>,
        rows: u64,
    ) -> Result<Vec<Picked>, Problem> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(too_large(
                format!("Truy vấn lồng sâu quá {DEEPEST} tầng."),
                format!("The query is nested more than {DEEPEST} levels deep."),
            ));
        }
        let mut selected = Vec::new();
        for node in nodes {
            self.gather(ty, &node.node.selection_set.node, &mut selected)?;
        }
        self.cost = self.cost.saturating_add(rows.saturating_mul(selected.len() as u64));
        let mut members = Vec::with_capacity(selected.len());
        for (key, nodes) in selected {
            let (member, below) = match ty.field(nodes[0].node.name.node.as_str()) {
                None => (Member::Said(ty.name.as_str().into()), Vec::new()),
                Some(field) => self.member(ty, field, &nodes, groups, rows)?,
            };
            members.push(Picked { key: format!("\"{key}\":"), member, members: below });
        }
        self.depth -= 1;
        Ok(members)
    }

    fn member(
        &mut self,
        ty: &'static Type,
        field: &'static Field,
        nodes: &[&'d Positioned<ast::Field>],
        groups: &mut Vec<Group>,
        rows: u64,
    ) -> Result<(Member, Vec<Picked>), Problem> {
        let inner = MODEL.get(&field.ty.name);
        let page = ty.name.ends_with("Connection") || ty.name == "Changes";
        let below = rows.saturating_mul(if !field.ty.list {
            1
        } else if page {
            self.page
        } else {
            FEW
        });
        let mut group = |what, level| {
            groups.push(Group { what, level });
            groups.len() - 1
        };
        Ok(match &field.source {
            Source::Member(name) => {
                if *name == "totalCount" {
                    self.cost = self.cost.saturating_add(COUNT);
                }
                let members = match inner.map(|ty| &ty.kind) {
                    Some(Kind::Object(_)) => self.members(&MODEL[&field.ty.name], nodes, groups, below)?,
                    _ => Vec::new(),
                };
                (Member::Plain { name }, members)
            }
            Source::Row { member: name, noun } => {
                let level = self.level(&MODEL[noun.name()], nodes, below)?;
                (Member::Row { name, group: group(What::Rows, level) }, Vec::new())
            }
            Source::Reference { member: name, noun, short } => {
                let ty = &MODEL[noun.name()];
                let mut selected = Vec::new();
                for node in nodes {
                    self.gather(ty, &node.node.selection_set.node, &mut selected)?;
                }
                let shown = |name: &str| {
                    short.contains(&name) || (name == "id" && short.contains(&noun.key())) || matches!(name, "__typename" | "asOf")
                };
                if !short.is_empty() && selected.iter().all(|(_, nodes)| shown(&nodes[0].node.name.node)) {
                    // All that is asked stands in the reference: nothing has to be read.
                    (Member::Plain { name }, self.members(ty, nodes, groups, below)?)
                } else {
                    self.cost = self.cost.saturating_add(below.saturating_mul(LOAD));
                    let level = self.level(ty, nodes, below)?;
                    (Member::Reference { name, noun: *noun, group: group(What::Things(*noun), level) }, Vec::new())
                }
            }
            Source::Relation(relation) => {
                let order = relation.order();
                let page = questions::page_of(&self.given(field, &nodes[0].node)?, order)?;
                let above = self.page;
                self.page = u64::from(page.first);
                let things = match relation {
                    Relation::DecisionCount => 1,
                    Relation::ProductCertificates | Relation::ProducerIdentifiers => FEW,
                    Relation::ProducerProducts | Relation::DecisionProducts | Relation::DecisionCertificates => self.page,
                };
                self.cost = self.cost.saturating_add(rows.saturating_mul(things).saturating_mul(LOAD));
                let level = match inner.map(|ty| &ty.kind) {
                    Some(Kind::Object(_)) => self.level(&MODEL[&field.ty.name], nodes, below)?,
                    _ => Level::default(),
                };
                self.page = above;
                (Member::Together { group: group(What::Relation(*relation, page), level) }, Vec::new())
            }
            Source::Day => (Member::Said(self.on.to_string().into()), Vec::new()),
            Source::Question(_) => (Member::Said("".into()), Vec::new()),
        })
    }
}

/// Whether a fragment on a type applies to an object.
fn applies(ty: &Type, on: &str) -> bool {
    ty.name == on
        || match MODEL.get(on).map(|ty| &ty.kind) {
            Some(Kind::Node(_)) => ty.node,
            Some(Kind::Union(members)) => members.contains(&ty.name),
            _ => false,
        }
}

/// A query that asks too much.
pub(super) fn too_large(vi: String, en: String) -> Problem {
    Problem::new(Code::QueryTooLarge, say(vi, en))
}

impl Relation {
    /// The order of its list, for cursors.
    pub(super) const fn order(self) -> &'static str {
        match self {
            Self::ProducerProducts => "producer-products",
            Self::DecisionProducts => crate::read::decision::PRODUCTS_ORDER,
            _ => crate::read::certificate::ORDER,
        }
    }
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

/// Only what is asked about: a document with some fields of its operation.
pub(super) fn only(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    fields: Vec<Positioned<ast::Field>>,
) -> ExecutableDocument {
    let items = fields.into_iter().map(|field| Positioned::new(Selection::Field(field.clone()), field.pos)).collect();
    let selection_set = Positioned::new(SelectionSet { items }, operation.selection_set.pos);
    let operation = OperationDefinition { selection_set, ..operation.clone() };
    let pos = operation.selection_set.pos;
    ExecutableDocument {
        operations: ast::DocumentOperations::Single(Positioned::new(operation, pos)),
        fragments: document.fragments.clone(),
    }
}
