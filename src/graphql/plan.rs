//! Makes plans: the selection of an operation with fragments, directives and variables worked in, and
//! the sum of what it costs. A plan is made before anything is read, so a query that asks too much reads nothing.

use super::cost::{self, COUNT, FEW, LOAD, TELLING, too_large};
use super::document::Wrong;
use super::given::{self, Given};
use super::input::{Bound, coerced};
use super::level::{Failed, Group, Level, Member, Picked, Plan, Root, RootWhat, Shape, What};
use super::merging;
use super::model::{Field, Kind, MODEL, Noun, Source, Type};
use super::questions::Question;
use crate::domain::day::Day;
use crate::error::{Code, Problem, say};
use async_graphql::parser::types::{self as ast, ExecutableDocument, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Pos, Positioned, Value};

/// How deep fields may be nested.
const DEEPEST: usize = 15;
/// The most identifiers of one request, as for REST.
const MOST_IDENTIFIERS: usize = 5_000;

/// Why planning stops.
enum Halt {
    /// For the whole request.
    Request(Wrong),
    /// For a field: the nearest one around it that may be null is.
    Field(Failed),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Self {
        Self::Request(Wrong { problem: problem.into(), places: Vec::new() })
    }
}

/// A step of the path to a field in the answer.
enum Step<'d> {
    Field(&'d str),
    /// The first item of a list.
    Item,
}

struct Planner<'d> {
    document: &'d ExecutableDocument,
    bound: &'d Bound,
    cost: u64,
    /// Items on a page of the connection that is being planned.
    page: u64,
    /// What counting the whole of its list costs.
    counting: u64,
    depth: usize,
    /// The day of the question that is being planned.
    on: Day,
    /// Where in the answer the field is that is being planned.
    path: Vec<Step<'d>>,
    identifiers: usize,
    failed: Vec<Failed>,
    /// Whether a relation has to be read from the store.
    reads: bool,
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
pub(super) fn plan(document: &ExecutableDocument, operation: &OperationDefinition, bound: &Bound, today: Day) -> Result<Plan, Wrong> {
    planned(document, operation, bound, today).map_err(|halt| {
        let (Halt::Request(mut wrong) | Halt::Field(Failed { mut wrong, .. })) = halt;
        if wrong.places.is_empty() {
            wrong.places.push(operation.selection_set.pos);
        }
        wrong
    })
}

fn planned(document: &ExecutableDocument, operation: &OperationDefinition, bound: &Bound, today: Day) -> Result<Plan, Halt> {
    let query = &MODEL["Query"];
    let (path, failed) = (Vec::new(), Vec::new());
    let mut planner =
        Planner { document, bound, cost: 0, page: 1, counting: COUNT, depth: 0, on: today, path, identifiers: 0, failed, reads: false };
    let mut selected = Vec::new();
    planner.gather(query, &operation.selection_set.node, &mut selected)?;
    let mut plan = Plan { roots: Vec::new(), cost: 0, introspection: Vec::new(), failed: Vec::new(), reads: false };
    for (key, nodes) in selected {
        let name = nodes[0].node.name.node.as_str();
        let what = match (name, query.field(name)) {
            ("__typename", _) => RootWhat::Typename,
            (_, Some(field)) => {
                planner.path = vec![Step::Field(key)];
                let what = match planner.root(field, &nodes, today) {
                    Ok(what) => what,
                    Err(Halt::Field(failed)) => {
                        planner.failed.push(failed);
                        RootWhat::Nothing
                    }
                    Err(halt) => return Err(halt),
                };
                (planner.page, planner.counting, planner.depth) = (1, COUNT, 0);
                plan.reads |= matches!(&what, RootWhat::Question(asked, _) if reads(&asked.question));
                what
            }
            _ => {
                planner.cost = planner.cost.saturating_add(TELLING);
                nodes.iter().for_each(|node| planner.telling(&node.node.selection_set.node, 1, ""));
                plan.introspection.extend(nodes.iter().map(|node| (*node).clone()));
                RootWhat::Introspection
            }
        };
        let required = query.field(name).is_some_and(|field| field.ty.required);
        plan.roots.push(Root { key: key.to_owned(), place: nodes[0].pos, required, what });
    }
    (plan.cost, plan.failed) = (planner.cost, planner.failed);
    plan.reads |= planner.reads;
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
    fn gather(&self, ty: &'static Type, set: &'d SelectionSet, selected: &mut Selected<'d>) -> Result<(), Halt> {
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
                            return Err(Halt::Request(Wrong::at(field.pos, Problem::new(Code::MalformedRequest, detail))));
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

    /// A field that fails by its arguments.
    fn failing(&self, place: Pos, problem: Problem) -> Failed {
        let step = |step: &Step<'_>| match step {
            Step::Field(key) => (*key).into(),
            Step::Item => 0.into(),
        };
        Failed { path: self.path.iter().map(step).collect(), wrong: Wrong::at(place, problem) }
    }

    /// Counts what is asked about the schema: how many there are of what, on average where all types
    /// are told, and as many as there may be elsewhere.
    fn telling(&mut self, set: &'d SelectionSet, rows: u64, within: &str) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    self.cost = self.cost.saturating_add(rows);
                    let name = field.node.name.node.as_str();
                    let (many, place) = match (name, within) {
                        ("types", _) => (MODEL.len() as u64, "types"),
                        ("fields", "types") => (6, "types.fields"),
                        ("fields", _) => (25, ""),
                        ("args", "types.fields") => (2, ""),
                        ("args" | "directives" | "inputFields" | "possibleTypes" | "enumValues", "") => (8, ""),
                        ("enumValues", _) => (3, ""),
                        _ => (1, ""),
                    };
                    self.telling(&field.node.selection_set.node, rows.saturating_mul(many), place);
                }
                Selection::InlineFragment(fragment) => self.telling(&fragment.node.selection_set.node, rows, within),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        self.telling(&fragment.node.selection_set.node, rows, within);
                    }
                }
            }
        }
    }

    fn root(&mut self, field: &'static Field, nodes: &[&'d Positioned<ast::Field>], today: Day) -> Result<RootWhat, Halt> {
        let Source::Question(ask) = field.source else { return Ok(RootWhat::Typename) };
        let read = self.given(field, &nodes[0].node).and_then(|given| given::read(ask, given, today));
        let asked = read.map_err(|problem| Halt::Field(self.failing(nodes[0].pos, problem)))?;
        for (nth, problem) in &asked.failed {
            let mut failed = self.failing(nodes[0].pos, problem.clone());
            failed.path.push((*nth).into());
            self.failed.push(failed);
        }
        if field.ty.list {
            self.path.push(Step::Item);
        }
        self.on = asked.on;
        let price = cost::of_question(&asked.question);
        self.cost = self.cost.saturating_add(price.cost);
        self.identifiers += price.identifiers;
        self.page = price.page;
        if self.identifiers > MOST_IDENTIFIERS {
            let detail = say(
                format!("Tối đa {MOST_IDENTIFIERS} mã trong một yêu cầu; hãy chia nhỏ."),
                format!("At most {MOST_IDENTIFIERS} identifiers in one request, all its fields together; split the list."),
            );
            return Err(Halt::Request(Wrong::at(nodes[0].pos, Problem::parameter("identifiers", Code::TooManyIdentifiers, detail))));
        }
        let rows = if field.ty.list && price.rows == 1 { FEW } else { price.rows };
        let Some(ty) = MODEL.get(&field.ty.name).filter(|ty| !matches!(ty.kind, Kind::Scalar(_))) else {
            return Ok(RootWhat::Question(Box::new(asked), Shape::Scalar));
        };
        let shape = match &ty.kind {
            Kind::Node(_) => {
                let mut levels = Vec::new();
                let Question::Nodes(ids) = &asked.question else { return Ok(RootWhat::Nothing) };
                for noun in Noun::NODES.into_iter().filter(|noun| ids.iter().flatten().any(|(kind, _)| kind == noun)) {
                    levels.push((noun, self.level(&MODEL[noun.name()], nodes, rows)?));
                }
                Shape::Nodes { levels, list: field.ty.list }
            }
            Kind::Union(_) => {
                // Every item is one or the other.
                let before = self.cost;
                let verification = self.level(&MODEL["Verification"], nodes, rows)?;
                let verified = std::mem::replace(&mut self.cost, before);
                let failure = self.level(&MODEL["BatchFailure"], nodes, rows)?;
                self.cost = self.cost.max(verified);
                Shape::Batch { verification, failure }
            }
            _ => Shape::One(self.level(ty, nodes, rows)?),
        };
        Ok(RootWhat::Question(Box::new(asked), shape))
    }

    fn level(&mut self, ty: &'static Type, nodes: &[&'d Positioned<ast::Field>], rows: u64) -> Result<Level, Halt> {
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
    ) -> Result<Vec<Picked>, Halt> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let en = format!("The query is nested more than {DEEPEST} levels deep.");
            return Err(too_large(format!("Truy vấn lồng sâu quá {DEEPEST} tầng."), en).into());
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
                Some(field) => {
                    let (depth, page, counting, within) = (self.depth, self.page, self.counting, self.path.len());
                    self.path.push(Step::Field(key));
                    if field.ty.list {
                        self.path.push(Step::Item);
                    }
                    let planned = self.member(ty, field, &nodes, groups, rows);
                    self.path.truncate(within);
                    (self.depth, self.page, self.counting) = (depth, page, counting);
                    match planned {
                        Ok(planned) => planned,
                        // Its arguments are the same for every item: within a list, it is null in each.
                        Err(Halt::Field(failed)) if !field.ty.required => {
                            self.failed.push(failed);
                            (Member::Nothing, Vec::new())
                        }
                        Err(halt) => return Err(halt),
                    }
                }
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
    ) -> Result<(Member, Vec<Picked>), Halt> {
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
                    self.cost = self.cost.saturating_add(rows.saturating_mul(self.counting));
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
                let asked = self.given(field, &nodes[0].node).and_then(|given| given::related(given, *relation, self.on));
                let asked = asked.map_err(|problem| Halt::Field(self.failing(nodes[0].pos, problem)))?;
                let (each, counting) = cost::of_relation(*relation, &asked);
                self.cost = self.cost.saturating_add(rows.saturating_mul(each));
                self.reads |= relation.reads();
                (self.page, self.counting) = (u64::from(asked.page.first), counting);
                let level = match inner.map(|ty| &ty.kind) {
                    Some(Kind::Object(_)) => self.level(&MODEL[&field.ty.name], nodes, below)?,
                    _ => Level::default(),
                };
                (Member::Together { group: group(What::Relation(*relation, asked), level) }, Vec::new())
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
