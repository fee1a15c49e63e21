//! Values that clients send, in documents and as variables, held against the types of arguments
//! (input coercion and CoerceVariableValues, GraphQL specification, 3 and 6.1.2).

use super::document::Wrong;
use super::model::{Argument, Kind, MODEL, Ty};
use crate::error::{Code, Problem, Text, say};
use async_graphql::parser::types::{OperationDefinition, Type, VariableDefinition};
use async_graphql::{Name, Number, Positioned, Value};
use std::collections::HashMap;
use std::fmt::Display;

/// The most of a wrong value that is repeated, in characters.
const MOST_SHOWN: usize = 80;

/// Values of variables by name.
pub(super) type Bound = HashMap<Name, Value>;

/// Where a value comes from: JSON has neither enums nor integers of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Document,
    Json,
}

/// What is wrong with a value, and where in it.
pub(super) struct Misfit {
    path: String,
    why: Text,
}

impl Misfit {
    fn within(self, step: impl Display) -> Self {
        Self { path: format!("{step}{}", self.path), ..self }
    }

    /// The sentence about a value of some name.
    pub(super) fn told(&self, root: &str) -> Text {
        let Self { path, why } = self;
        sentence(&say(format!("{root}{path}: {}", why.vi), format!("{root}{path}: {}", why.en)))
    }
}

/// What was found wrong, as a sentence.
pub(super) fn sentence(why: &Text) -> Text {
    say(format!("{}.", why.vi), if why.en.ends_with('?') { why.en.to_string() } else { format!("{}.", why.en) })
}

impl From<Text> for Misfit {
    fn from(why: Text) -> Self {
        Self { path: String::new(), why }
    }
}

/// Holds a value against a type. A variable in it is one of its own kind (see `rules`), and is told.
pub(super) fn check(value: &Value, ty: &Ty, origin: Origin, variable: &mut dyn FnMut(&str, &Ty)) -> Result<(), Misfit> {
    match value {
        Value::Binary(name) => variable(std::str::from_utf8(name).unwrap_or_default(), ty),
        Value::Null if ty.required => return Err(say("không được là null", "must not be null").into()),
        Value::Null => {}
        Value::List(items) if ty.list => {
            let item = ty.item();
            for (nth, value) in items.iter().enumerate() {
                check(value, &item, origin, variable).map_err(|misfit| misfit.within(format_args!("[{nth}]")))?;
            }
        }
        one if ty.list => return check(one, &ty.item(), origin, variable),
        one => return single(one, &ty.name, origin, variable),
    }
    Ok(())
}

fn single(value: &Value, name: &str, origin: Origin, variable: &mut dyn FnMut(&str, &Ty)) -> Result<(), Misfit> {
    let kind = MODEL.get(name).map(|ty| &ty.kind);
    let fits = match (name, kind, value) {
        ("Int", _, Value::Number(number)) => whole(number, origin).is_some(),
        ("ID", _, Value::Number(number)) => number.is_i64(),
        ("Boolean", _, Value::Boolean(_)) => true,
        ("String" | "ID", _, Value::String(_)) | (_, Some(Kind::Scalar(_)), Value::String(_)) => true,
        (_, Some(Kind::Words(words)), value) => {
            let word = match value {
                Value::Enum(word) => word.as_str(),
                Value::String(word) if origin == Origin::Json => word.as_str(),
                Value::String(word) if words.iter().any(|known| known.name == *word) => {
                    return Err(
                        say(format!("viết {word} không có ngoặc kép"), format!("write {word} without quotes: {name} is an enum")).into()
                    );
                }
                _ => return Err(no(value, name).into()),
            };
            if !words.iter().any(|known| known.name == word) {
                return Err(suggested(no(value, name), word, words.iter().map(|known| known.name.as_str())).into());
            }
            true
        }
        (_, Some(Kind::Input(members)), Value::Object(given)) => {
            if let Some(unknown) = given.keys().find(|key| !members.iter().any(|member| member.name == key.as_str())) {
                let why = say(format!("không có trong {name}"), format!("is no member of {name}"));
                let why = suggested(why, unknown, members.iter().map(|member| member.name));
                return Err(Misfit::from(why).within(format_args!(".{}", cut(unknown))));
            }
            for Argument { name, ty, .. } in members {
                match given.get(*name) {
                    Some(value) => check(value, ty, origin, variable).map_err(|misfit| misfit.within(format_args!(".{name}")))?,
                    None if ty.required => return Err(Misfit::from(say("còn thiếu", "is missing")).within(format_args!(".{name}"))),
                    None => {}
                }
            }
            true
        }
        _ => false,
    };
    if fits { Ok(()) } else { Err(no(value, name).into()) }
}

fn no(value: &Value, name: &str) -> Text {
    let shown = cut(&value.to_string());
    say(format!("{shown} không phải {name}"), format!("{shown} is no {name}"))
}

/// What is repeated of something that was sent.
pub(super) fn cut(text: &str) -> String {
    if text.chars().count() <= MOST_SHOWN { text.to_owned() } else { text.chars().take(MOST_SHOWN).chain("…".chars()).collect() }
}

/// An integer of 32 bits; JSON may write it with a point.
fn whole(number: &Number, origin: Origin) -> Option<i64> {
    let point = |number: f64| (origin == Origin::Json && number.fract() == 0.0 && number.abs() <= f64::from(i32::MAX)).then_some(number);
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and within the bounds of 32 bits")]
    let number = number.as_i64().or_else(|| point(number.as_f64()?).map(|number| number as i64))?;
    i32::try_from(number).ok().map(i64::from)
}

/// A sentence, with the known word that was probably meant.
pub(super) fn suggested<'k>(text: Text, given: &str, known: impl Iterator<Item = &'k str>) -> Text {
    let near = known.map(|word| (strsim::osa_distance(&given.to_lowercase(), &word.to_lowercase()), word)).min();
    match near {
        Some((distance, word)) if distance <= 1 + given.len() / 4 && given.len() <= 100 => {
            say(format!("{}; ý bạn là \"{word}\"", text.vi), format!("{}. Did you mean \"{word}\"?", text.en))
        }
        _ => text,
    }
}

/// Brings a value that fits into the form of its type: single items of lists as lists, whole numbers
/// without a point.
pub(super) fn coerced(value: Value, ty: &Ty) -> Value {
    match value {
        Value::List(items) if ty.list => Value::List(items.into_iter().map(|value| coerced(value, &ty.item())).collect()),
        Value::Null => Value::Null,
        one if ty.list => Value::List(vec![coerced(one, &ty.item())]),
        Value::Number(number) if ty.name == "ID" => Value::String(number.to_string()),
        Value::Number(number) => whole(&number, Origin::Json).map_or(Value::Number(number), |number| Value::Number(number.into())),
        Value::Object(mut given) => {
            if let Some(Kind::Input(members)) = MODEL.get(&ty.name).map(|ty| &ty.kind) {
                for (name, value) in &mut given {
                    if let Some(member) = members.iter().find(|member| member.name == name.as_str()) {
                        *value = coerced(std::mem::take(value), &member.ty);
                    }
                }
            }
            Value::Object(given)
        }
        other => other,
    }
}

/// Reads variables: what was given, or the default, or nothing where nothing may be. A variable that
/// is not of its type refuses the whole request.
pub(super) fn bind(operation: &OperationDefinition, mut given: async_graphql::Variables) -> Result<Bound, Wrong> {
    let mut bound = HashMap::new();
    for Positioned { node: definition, pos } in &operation.variable_definitions {
        let VariableDefinition { name: Positioned { node: name, .. }, var_type, default_value, .. } = definition;
        let Some(value) = given.remove(name) else {
            match default_value {
                Some(value) => drop(bound.insert(name.clone(), value.node.clone())),
                None if var_type.node.nullable => {}
                None => {
                    let detail = say(format!("Cần có biến ${name}."), format!("The variable ${name} is needed."));
                    return Err(Wrong::at(*pos, Problem::parameter(name, Code::MissingParameter, detail)));
                }
            }
            continue;
        };
        check(&value, &ty_of(&var_type.node), Origin::Json, &mut |_, _| ()).map_err(|misfit| {
            let detail = misfit.told(&format!("${name}"));
            Wrong::at(*pos, Problem::parameter(name, Code::InvalidValue, detail))
        })?;
        bound.insert(name.clone(), value);
    }
    Ok(bound)
}

/// The type of a variable. Lists in lists, and lists with gaps, fit no argument and so never come here.
pub(super) fn ty_of(ty: &Type) -> Ty {
    Ty::of(&ty.to_string())
}
