//! The rules that documents break most often, told in both languages with the word that was probably
//! meant: names of fields, arguments, types, fragments and variables, and values where they stand. The
//! library holds documents against the others; here are also those that it does not keep: values of
//! enums without quotes, and variables where their types allow them (GraphQL specification, 5).

use super::document::Wrong;
use super::input::{Misfit, Origin, check, cut, sentence, suggested, ty_of};
use super::model::{Argument, Field, Kind, MODEL, Ty, Type};
use crate::error::{Code, Problem, Text, say};
use async_graphql::parser::types::{self as ast, Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Pos, Positioned, Value};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The most that is told of one document.
const MOST_TOLD: usize = 20;

/// The scalars of the specification.
const SCALARS: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];

/// The directives that documents may have.
const DIRECTIVES: [&str; 2] = ["skip", "include"];

/// Those that only schemas have; the library tells that they stand in the wrong place.
const OF_SCHEMAS: [&str; 3] = ["deprecated", "specifiedBy", "oneOf"];

/// What directives and questions about the schema take.
static BUILT_IN: LazyLock<[Argument; 3]> = LazyLock::new(|| {
    let argument = |name, ty| Argument { name, ty: Ty::of(ty), about: "" };
    [argument("if", "Boolean!"), argument("name", "String!"), argument("includeDeprecated", "Boolean")]
});

/// A variable where it stands.
struct Usage {
    name: String,
    ty: Ty,
    at: Pos,
}

/// What one operation or fragment uses.
#[derive(Default)]
struct Used<'d> {
    variables: Vec<Usage>,
    spreads: Vec<&'d Name>,
}

/// A literal as a constant, with its variables as `Binary`, which neither documents nor JSON hold.
macro_rules! constant {
    ($value:expr) => {
        $value.clone().into_const_with(|name| Ok::<_, ()>(Value::Binary(name.to_string().into()))).ok()
    };
}

struct Rules<'d> {
    document: &'d ExecutableDocument,
    wrong: Vec<Wrong>,
    used: Used<'d>,
}

/// What is wrong with a document, of what these rules look at.
pub(super) fn broken(document: &ExecutableDocument) -> Vec<Wrong> {
    let mut rules = Rules { document, wrong: Vec::new(), used: Used::default() };
    let mut fragments = HashMap::new();
    let mut names: Vec<&Name> = document.fragments.keys().collect();
    names.sort_unstable();
    for name in names {
        let fragment = &document.fragments[name].node;
        rules.on(&fragment.type_condition);
        rules.directives(&fragment.directives);
        rules.set(known(&fragment.type_condition.node.on.node), &fragment.selection_set.node);
        fragments.insert(name, std::mem::take(&mut rules.used));
    }
    let mut operations = Vec::new();
    for (_, operation) in document.operations.iter() {
        rules.definitions(&operation.node);
        rules.directives(&operation.node.directives);
        rules.set(known("Query"), &operation.node.selection_set.node);
        operations.push((&operation.node, std::mem::take(&mut rules.used)));
    }
    let (mut spread, mut unused) = (HashSet::new(), Vec::new());
    for (operation, used) in &operations {
        rules.usages(operation, used, &fragments, &mut spread, &mut unused);
    }
    for (name, fragment) in document.fragments.iter().filter(|(name, _)| !spread.contains(name)) {
        unused.push(never_used(fragment.pos, "Fragment", "Fragment", name));
    }
    // Where something else is wrong, that may be what hides the place where a thing is used.
    if rules.wrong.is_empty() {
        rules.wrong = unused;
    }
    rules.wrong.sort_by_key(|wrong| wrong.places.first().map(|pos| (pos.line, pos.column)));
    rules.wrong.truncate(MOST_TOLD);
    rules.wrong
}

/// A type with members; those of the schema itself are the library's.
fn known(name: &str) -> Option<&'static Type> {
    MODEL.get(name)
}

impl<'d> Rules<'d> {
    fn told(&mut self, at: Pos, code: Code, argument: Option<&str>, detail: Text) {
        if self.wrong.len() < 10 * MOST_TOLD {
            let problem = match argument {
                Some(name) => Problem::parameter(name, code, detail),
                None => Problem::new(code, detail),
            };
            self.wrong.push(Wrong::at(at, problem));
        }
    }

    fn set(&mut self, parent: Option<&'static Type>, set: &'d SelectionSet) {
        for selection in &set.items {
            self.directives(selection.node.directives());
            match &selection.node {
                Selection::Field(field) => self.field(parent, field),
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref();
                    if let Some(on) = on {
                        self.on(on);
                        self.overlap(parent, &on.node.on.node, fragment.pos, "Fragment");
                    }
                    self.set(on.map_or(parent, |on| known(&on.node.on.node)), &fragment.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name;
                    let shown = cut(&name.node);
                    if let Some(fragment) = self.document.fragments.get(&name.node) {
                        self.overlap(parent, &fragment.node.type_condition.node.on.node, spread.pos, &format!("Fragment \"{shown}\""));
                    } else {
                        let why = say(format!("Không có fragment \"{shown}\""), format!("Unknown fragment \"{shown}\""));
                        let names = self.document.fragments.keys().map(Name::as_str);
                        self.told(name.pos, Code::MalformedRequest, None, sentence(&suggested(why, &name.node, names)));
                    }
                    self.used.spreads.push(&name.node);
                }
            }
        }
    }

    /// The type that a fragment is on.
    fn on(&mut self, condition: &Positioned<ast::TypeCondition>) {
        let Positioned { node: name, pos } = &condition.node.on;
        if !MODEL.contains_key(name.as_str()) && !name.starts_with("__") {
            let objects = MODEL.values().filter(|ty| !matches!(ty.kind, Kind::Words(_) | Kind::Scalar(_) | Kind::Input(_)));
            self.unknown_type(name, *pos, &mut objects.map(|ty| ty.name.as_str()));
        }
    }

    /// A fragment is on what there may be where it stands (Fragment Spread Is Possible, 5.5.2.3).
    fn overlap(&mut self, parent: Option<&'static Type>, on: &str, at: Pos, fragment: &str) {
        let (Some(parent), Some(on)) = (parent, known(on)) else { return };
        if members(parent).iter().any(|name| members(on).contains(name)) {
            return;
        }
        let (parent, on) = (&parent.name, &on.name);
        let detail = say(
            format!("{fragment} không thể đặt ở đây: \"{parent}\" không bao giờ là \"{on}\"."),
            format!("{fragment} cannot be spread here as objects of type \"{parent}\" can never be of type \"{on}\"."),
        );
        self.told(at, Code::MalformedRequest, None, detail);
    }

    fn unknown_type(&mut self, name: &str, at: Pos, like: &mut dyn Iterator<Item = &str>) {
        let shown = cut(name);
        let why = suggested(say(format!("Không có kiểu \"{shown}\""), format!("Unknown type \"{shown}\"")), name, like);
        self.told(at, Code::MalformedRequest, None, sentence(&why));
    }

    fn field(&mut self, parent: Option<&'static Type>, field: &'d Positioned<ast::Field>) {
        let (name, set) = (field.node.name.node.as_str(), &field.node.selection_set.node);
        let Some(ty) = parent.filter(|_| !name.starts_with("__")) else {
            // About the schema: the library knows its fields.
            for (name, value) in &field.node.arguments {
                if let Some(argument) = BUILT_IN.iter().find(|argument| argument.name == name.node.as_str()) {
                    self.value(value.pos, constant!(value.node), argument);
                }
            }
            return self.set(None, set);
        };
        let Some(known) = ty.field(name) else {
            let (name, ty_name) = (cut(name), &ty.name);
            let mut why = say(
                format!("Không có trường \"{name}\" trong kiểu \"{ty_name}\""),
                format!("Cannot query field \"{name}\" on type \"{ty_name}\""),
            );
            if let Kind::Union(members) = &ty.kind {
                let members = members.join("\", \"");
                why =
                    say(format!("{}; hãy dùng fragment trên \"{members}\"", why.vi), format!("{}. Use fragments on \"{members}\"", why.en));
            }
            let why = suggested(why, &name, ty.fields().iter().map(|field| field.name.as_str()));
            return self.told(field.pos, Code::UnknownField, None, sentence(&why));
        };
        self.arguments(ty, known, field);
        let inner = self::known(&known.ty.name).filter(|ty| !matches!(ty.kind, Kind::Words(_) | Kind::Scalar(_)));
        match inner {
            Some(inner) if set.items.is_empty() => {
                let detail = say(
                    format!("Cần chọn trường của \"{name}\" (kiểu {}), như \"{name} {{ … }}\".", inner.name),
                    format!("Field \"{name}\" of type \"{}\" must have a selection of subfields: \"{name} {{ … }}\".", known.ty),
                );
                self.told(field.pos, Code::MalformedRequest, None, detail);
            }
            None if !set.items.is_empty() => {
                let detail = say(
                    format!("\"{name}\" là {}, không có trường bên trong.", known.ty.name),
                    format!("Field \"{name}\" must not have a selection since type \"{}\" has no subfields.", known.ty),
                );
                self.told(field.pos, Code::MalformedRequest, None, detail);
            }
            Some(inner) => self.set(Some(inner), set),
            None => {}
        }
    }

    fn arguments(&mut self, ty: &Type, known: &'static Field, field: &'d Positioned<ast::Field>) {
        for (name, value) in &field.node.arguments {
            match known.arguments.iter().find(|argument| argument.name == name.node.as_str()) {
                Some(argument) => self.value(value.pos, constant!(value.node), argument),
                None => {
                    let (shown, of) = (cut(&name.node), format!("{}.{}", ty.name, known.name));
                    let why =
                        say(format!("Không có đối số \"{shown}\" của \"{of}\""), format!("Unknown argument \"{shown}\" on field \"{of}\""));
                    let why = suggested(why, &name.node, known.arguments.iter().map(|argument| argument.name));
                    self.told(name.pos, Code::UnknownParameter, Some(&name.node), sentence(&why));
                }
            }
        }
        for argument in known.arguments.iter().filter(|argument| argument.ty.required && field.node.get_argument(argument.name).is_none()) {
            let (field_name, name, ty) = (&known.name, argument.name, &argument.ty);
            let detail = say(
                format!("Trường \"{field_name}\" cần đối số \"{name}\" kiểu \"{ty}\"."),
                format!("Field \"{field_name}\" argument \"{name}\" of type \"{ty}\" is required but not provided."),
            );
            self.told(field.pos, Code::MissingParameter, Some(name), detail);
        }
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        for directive in directives {
            let Positioned { node: name, pos } = &directive.node.name;
            if !DIRECTIVES.contains(&name.as_str()) && !OF_SCHEMAS.contains(&name.as_str()) {
                let shown = cut(name);
                let why = say(format!("Không có chỉ thị \"@{shown}\""), format!("Unknown directive \"@{shown}\""));
                self.told(*pos, Code::MalformedRequest, None, sentence(&suggested(why, name, DIRECTIVES.into_iter())));
            }
            for (name, value) in &directive.node.arguments {
                if let Some(argument) = BUILT_IN.iter().find(|argument| argument.name == name.node.as_str()) {
                    self.value(value.pos, constant!(value.node), argument);
                }
            }
        }
    }

    fn value(&mut self, at: Pos, value: Option<Value>, argument: &Argument) {
        let Some(value) = value else { return };
        let mut used = Vec::new();
        let mut variable = |name: &str, ty: &Ty| used.push(Usage { name: name.to_owned(), ty: ty.clone(), at });
        if let Err(misfit) = check(&value, &argument.ty, Origin::Document, &mut variable) {
            self.misfit(at, argument.name, argument.name, &misfit);
        }
        self.used.variables.append(&mut used);
    }

    fn misfit(&mut self, at: Pos, name: &str, shown: &str, misfit: &Misfit) {
        self.told(at, Code::InvalidValue, Some(name), misfit.told(shown));
    }

    /// The variables of an operation: their types and defaults.
    fn definitions(&mut self, operation: &'d OperationDefinition) {
        for Positioned { node: definition, pos } in &operation.variable_definitions {
            let name = innermost(&definition.var_type.node);
            let input = |ty: &&Type| matches!(ty.kind, Kind::Words(_) | Kind::Scalar(_) | Kind::Input(_));
            if SCALARS.contains(&name) || MODEL.get(name).filter(input).is_some() {
                let ty = ty_of(&definition.var_type.node);
                if let Some(default) = &definition.default_value
                    && let Err(misfit) = check(&default.node, &ty, Origin::Document, &mut |_, _| ())
                {
                    self.misfit(default.pos, &definition.name.node, &format!("${}", cut(&definition.name.node)), &misfit);
                }
            } else if MODEL.contains_key(name) {
                let detail = say(
                    format!("Biến \"${}\" không thể có kiểu \"{name}\".", definition.name.node),
                    format!("Variable \"${}\" cannot be of type \"{name}\", which is no input type.", definition.name.node),
                );
                self.told(*pos, Code::MalformedRequest, None, detail);
            } else {
                let like = MODEL.values().filter(input).map(|ty| ty.name.as_str()).chain(SCALARS);
                self.unknown_type(name, definition.var_type.pos, &mut like.collect::<Vec<_>>().into_iter());
            }
        }
    }

    /// Every variable that an operation uses, also in fragments, is its own and of a type that may
    /// stand there (All Variable Usages Are Allowed, 5.8.5). What it spreads and what it does not use is
    /// noted.
    fn usages<'u>(
        &mut self,
        operation: &'d OperationDefinition,
        used: &'u Used<'d>,
        fragments: &'u HashMap<&'d Name, Used<'d>>,
        spread: &mut HashSet<&'d Name>,
        unused: &mut Vec<Wrong>,
    ) {
        let (mut left, mut seen, mut names) = (vec![used], HashSet::new(), HashSet::new());
        while let Some(used) = left.pop() {
            for usage in &used.variables {
                self.usage(operation, usage);
                names.insert(usage.name.as_str());
            }
            left.extend(used.spreads.iter().filter(|name| seen.insert(**name)).filter_map(|name| fragments.get(name)));
        }
        spread.extend(seen);
        let left = operation.variable_definitions.iter().filter(|one| !names.contains(one.node.name.node.as_str()));
        unused.extend(left.map(|one| never_used(one.pos, "Biến", "Variable", &format!("${}", one.node.name.node))));
    }

    fn usage(&mut self, operation: &'d OperationDefinition, Usage { name, ty, at }: &Usage) {
        let shown = cut(name);
        let definitions = operation.variable_definitions.iter();
        let Some(Positioned { node: definition, pos }) = definitions.clone().find(|definition| definition.node.name.node == *name) else {
            let why = say(format!("Không có biến \"${shown}\""), format!("Variable \"${shown}\" is not defined by the operation"));
            let why = suggested(why, name, definitions.map(|definition| definition.node.name.node.as_str()));
            return self.told(*at, Code::MalformedRequest, None, sentence(&why));
        };
        let given = &definition.var_type.node;
        let sure = !given.nullable || definition.default_value.as_ref().is_some_and(|value| value.node != Value::Null);
        let known = SCALARS.contains(&innermost(given)) || MODEL.contains_key(innermost(given));
        if known && ((ty.required && !sure) || !same(&given.base, ty)) {
            let detail = say(
                format!("Biến \"${shown}\" kiểu \"{given}\" được dùng ở chỗ cần kiểu \"{ty}\"."),
                format!("Variable \"${shown}\" of type \"{given}\" used in position expecting type \"{ty}\"."),
            );
            self.told(*at, Code::InvalidValue, None, detail);
            if let Some(wrong) = self.wrong.last_mut() {
                wrong.places.insert(0, *pos);
            }
        }
    }
}

fn never_used(at: Pos, vi: &str, en: &str, name: &str) -> Wrong {
    let shown = cut(name);
    let detail = say(format!("{vi} \"{shown}\" không được dùng."), format!("{en} \"{shown}\" is never used."));
    Wrong::at(at, Problem::new(Code::MalformedRequest, detail))
}

/// The objects that something of a type may be.
fn members(ty: &'static Type) -> Vec<&'static str> {
    match &ty.kind {
        Kind::Union(members) => members.iter().map(String::as_str).collect(),
        Kind::Node(_) => MODEL.values().filter(|ty| ty.node).map(|ty| ty.name.as_str()).collect(),
        _ => vec![&ty.name],
    }
}

/// The name of a type without lists and exclamation marks.
fn innermost(ty: &ast::Type) -> &str {
    match &ty.base {
        ast::BaseType::Named(name) => name,
        ast::BaseType::List(item) => innermost(item),
    }
}

/// Whether a variable's type is that of its place, null apart.
fn same(base: &ast::BaseType, ty: &Ty) -> bool {
    match base {
        ast::BaseType::List(item) => ty.list && !item.nullable && same(&item.base, &ty.item()),
        ast::BaseType::Named(name) => !ty.list && ty.name == name.as_str(),
    }
}
