//! How arguments are read: by the same code that reads the query strings of REST.

use super::model::Noun;
use super::questions::{Ask, Asked, Key, Question};
use super::relation::{Only, Related, Relation};
use crate::domain::code::{self, CodeError, Noun as Coded};
use crate::domain::day::Day;
use crate::domain::place::gazetteer;
use crate::error::{At, Code, Problem, say};
use crate::http::asked::{self, coded};
use crate::http::params::Params;
use crate::read::stats::DIMENSIONS;
use crate::read::verification::Identifier;
use crate::read::{change, decision, producer};
use async_graphql::Value;
use std::borrow::Cow;

/// Arguments as given, with variables filled in; what was not given is left out.
pub(super) struct Given(pub(super) Vec<(&'static str, Value)>);

impl Given {
    fn take(&mut self, name: &str) -> Option<Value> {
        let at = self.0.iter().position(|(given, value)| *given == name && *value != Value::Null)?;
        Some(self.0.swap_remove(at).1)
    }

    fn text(&mut self, name: &str) -> Option<String> {
        self.take(name).map(|value| word(&value).into_owned())
    }

    fn params(&self) -> Params {
        let given = self.0.iter().filter(|(_, value)| *value != Value::Null);
        Params::of_arguments(given.map(|(name, value)| (Cow::Borrowed(*name), word(value))))
    }
}

/// A value as a query string would say it.
fn word(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Enum(name) => Cow::Borrowed(name),
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::Boolean(yes) => Cow::Borrowed(if *yes { "true" } else { "false" }),
        Value::List(items) => Cow::Owned(items.iter().map(word).collect::<Vec<_>>().join(",")),
        _ => Cow::Borrowed(""),
    }
}

/// Reads a relation's arguments, for a day.
pub(super) fn related(mut given: Given, relation: Relation, on: Day) -> Result<Related, Problem> {
    if relation == Relation::Products {
        // By number, whatever is asked for: the lists of several owners are read together.
        given.0.push(("sort", Value::String("code".into())));
    }
    let mut params = given.params();
    let (only, page, order) = match relation {
        Relation::Products => {
            let list = asked::products(&mut params, on);
            (Only::Products(Box::new(list.filter)), list.page, list.order_name)
        }
        Relation::PlaceProducers => {
            let (filter, page) = asked::producers(&mut params);
            (Only::Producers(filter), page, producer::ORDER.to_owned())
        }
        Relation::PlaceDecisions => {
            let (filter, page) = asked::decisions(&mut params);
            (Only::Decisions(filter), page, decision::ORDER.to_owned())
        }
        Relation::PlacePlaces => {
            let (filter, page) = asked::places(&mut params);
            let order = filter.order();
            (Only::Places(filter), page, order)
        }
        _ => (Only::All, params.page(relation.order()), relation.order().to_owned()),
    };
    params.finish().map(|()| Related { page, order, only })
}

/// Reads the arguments of a question.
pub(super) fn read(ask: Ask, mut given: Given, today: Day) -> Result<Asked, Problem> {
    match ask {
        Ask::Verify => return verify(given, today),
        Ask::VerifyBatch => return verify_batch(given, today),
        Ask::Nodes => return nodes(given, today),
        Ask::Products => {
            let (sort, descending) = (given.text("sort"), given.take("descending") == Some(Value::Boolean(true)));
            if sort.is_some() || descending {
                let sort = format!("{}{}", if descending { "-" } else { "" }, sort.as_deref().unwrap_or("code"));
                given.0.push(("sort", Value::String(sort)));
            }
        }
        _ => {}
    }
    let mut params = given.params();
    let question = match ask {
        Ask::Products => {
            let list = asked::products(&mut params, today);
            params.finish()?;
            let on = list.on;
            return Ok(Asked::of(Question::Products(Box::new(list)), on));
        }
        Ask::Places => {
            let (filter, page) = asked::places(&mut params);
            params.finish()?;
            let on = filter.on.unwrap_or(today);
            return Ok(Asked::of(Question::Places(filter, page), on));
        }
        Ask::One(Noun::Place) => Question::One(Noun::Place, params.text("key").and_then(|key| gazetteer().get(&key)).map(Key::Place)),
        Ask::One(noun) => {
            let kind = match noun {
                Noun::Producer => Coded::Producer,
                Noun::Decision => Coded::Decision,
                Noun::Certificate => Coded::Certificate,
                _ => Coded::Product,
            };
            Question::One(noun, Some(Key::Number(coded(&params.text("code").unwrap_or_default(), kind)?)))
        }
        Ask::Node => Question::Nodes(vec![global("id", &params.text("id").unwrap_or_default())?]),
        Ask::Producers => {
            let (filter, page) = asked::producers(&mut params);
            Question::Producers(filter, page)
        }
        Ask::Decisions => {
            let (filter, page) = asked::decisions(&mut params);
            Question::Decisions(filter, page)
        }
        Ask::Certificates => {
            let (filter, page) = asked::certificates(&mut params);
            Question::Certificates(filter, page)
        }
        Ask::Stats => {
            let by = params.words("by", &DIMENSIONS.map(|(name, dimension)| (name, (name, dimension))));
            Question::Stats(Box::new(asked::filter(&mut params)), by)
        }
        Ask::Changes => {
            let after = params.number("after", 0, i64::MAX).unwrap_or(0);
            let first = params.number("first", 1, i64::from(change::MOST)).and_then(|first| u32::try_from(first).ok()).unwrap_or(100);
            Question::Changes { after, first }
        }
        Ask::Groups => Question::Groups,
        Ask::Sets => Question::Sets,
        Ask::Regimes => Question::Regimes,
        Ask::DataVersion => Question::DataVersion,
        Ask::AsOf => Question::AsOf,
        Ask::Licence | Ask::Nodes | Ask::Verify | Ask::VerifyBatch => Question::Licence,
    };
    let on = params.day("on").unwrap_or(today);
    params.finish()?;
    Ok(Asked::of(question, on))
}

/// The thing of a global id. An id that never was one of ours means nothing; one with a wrong check
/// character is a typing error, as it is everywhere.
fn global(argument: &str, id: &str) -> Result<Option<(Noun, Key)>, Problem> {
    if let Some(place) = gazetteer().get(id) {
        return Ok(Some((Noun::Place, Key::Place(place))));
    }
    let (kind, number) = match code::parse(id) {
        Ok(read) => read,
        Err(CodeError::Malformed) => return Ok(None),
        Err(CodeError::Checksum) => {
            let detail = say(
                format!("\"{id}\" sai ký tự kiểm tra; hãy kiểm tra lỗi gõ."),
                format!("The check character of \"{id}\" is wrong; look for a typing error."),
            );
            return Err(Problem::parameter(argument, Code::ChecksumFailed, detail));
        }
    };
    let noun = match kind {
        Coded::Product => Noun::Product,
        Coded::Producer => Noun::Producer,
        Coded::Decision => Noun::Decision,
        Coded::Certificate => Noun::Certificate,
    };
    Ok(Some((noun, Key::Number(number))))
}

/// The most ids of one question.
const MOST_NODES: usize = 200;

fn list(given: &mut Given, name: &str) -> Vec<Value> {
    match given.take(name) {
        Some(Value::List(items)) => items,
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

fn day_of(given: &Given, today: Day) -> Result<Day, Problem> {
    let mut params = given.params();
    let on = params.day("on").unwrap_or(today);
    params.finish().map(|()| on)
}

fn nodes(mut given: Given, today: Day) -> Result<Asked, Problem> {
    let ids = list(&mut given, "ids");
    if ids.len() > MOST_NODES {
        let detail = say(format!("Tối đa {MOST_NODES} id mỗi lần."), format!("At most {MOST_NODES} ids at once."));
        return Err(Problem::parameter("ids", Code::TooManyIdentifiers, detail));
    }
    let on = day_of(&given, today)?;
    let mut failed = Vec::new();
    let mut read = |(nth, id): (usize, &Value)| {
        global("ids", &word(id)).unwrap_or_else(|problem| {
            failed.push((nth, problem));
            None
        })
    };
    let question = Question::Nodes(ids.iter().enumerate().map(&mut read).collect());
    Ok(Asked { question, on, failed })
}

fn verify(mut given: Given, today: Day) -> Result<Asked, Problem> {
    let (identifier, decision) = (given.text("identifier"), given.take("decision"));
    let on = day_of(&given, today)?;
    let (asked, identifier) = match (identifier, decision) {
        (Some(text), None) => {
            let read = Identifier::parse(&text).map_err(|(code, detail)| Problem::parameter("identifier", code, detail))?;
            (text, read)
        }
        (None, Some(Value::Object(members))) => {
            let rows = members.iter().filter(|(_, value)| **value != Value::Null);
            let mut params = Params::of_arguments(rows.map(|(name, value)| (Cow::Borrowed(name.as_str()), word(value))));
            let read = asked::by_decision(&mut params);
            params.finish()?;
            read
        }
        _ => {
            let detail = say("Cần đúng một trong hai: identifier hoặc decision.", "Give either identifier or decision.");
            return Err(Problem::parameter("identifier", Code::MissingParameter, detail));
        }
    };
    Ok(Asked::of(Question::Verify(asked, identifier), on))
}

fn verify_batch(mut given: Given, today: Day) -> Result<Asked, Problem> {
    if !given.0.iter().any(|(name, _)| matches!(*name, "identifiers" | "decisions")) {
        let detail = say("Cần có identifiers hoặc decisions.", "Give identifiers or decisions.");
        return Err(Problem::parameter("identifiers", Code::MissingParameter, detail));
    }
    let mut all = list(&mut given, "identifiers");
    all.extend(list(&mut given, "decisions"));
    let on = day_of(&given, today)?;
    let all: Vec<serde_json::Value> = all.into_iter().map(|value| value.into_json().unwrap_or_default()).collect();
    Ok(Asked::of(Question::VerifyBatch(asked::identifiers(&all)?), on))
}

/// The argument that a problem is about, where it is about one.
pub(super) fn argument_of(problem: &Problem) -> Option<&str> {
    match &problem.faults.first()?.at {
        At::Parameter(name) => Some(name),
        At::Pointer(pointer) => pointer.trim_start_matches('/').split('/').next(),
    }
}
