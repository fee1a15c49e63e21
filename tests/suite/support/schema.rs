//! The OpenAPI documents as tests need them: addresses to ask, and whether a value is what a schema says.

use ocop_registry::app;
use ocop_registry::http::Side;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The document of a side.
pub(crate) fn document(side: Side) -> &'static Value {
    static DOCUMENTS: LazyLock<[Value; 2]> = LazyLock::new(|| {
        [Side::Public, Side::Council].map(|side| serde_json::to_value(app::document(side)).expect("the document is JSON"))
    });
    &DOCUMENTS[side as usize]
}

/// A schema by its name. One name means the same on both sides; a test of the council side holds that.
fn named(name: &str) -> &'static Value {
    let of = |side| &document(side)["components"]["schemas"][name];
    let found = [of(Side::Public), of(Side::Council)].into_iter().find(|schema| schema.is_object());
    found.unwrap_or_else(|| panic!("the schema {name} is missing"))
}

/// One operation of the document.
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) about: &'static Value,
}

/// Every operation of a side.
pub(crate) fn operations(side: Side) -> Vec<Operation> {
    let paths = document(side)["paths"].as_object().expect("paths");
    let of_path = |(path, item): (&'static String, &'static Value)| {
        let methods = item.as_object().expect("a path item").iter();
        methods.map(move |(method, about)| Operation { id: about["operationId"].as_str().expect("an id"), method, path, about })
    };
    paths.iter().flat_map(of_path).collect()
}

/// The parameters of an operation in one place.
pub(crate) fn parameters(operation: &Operation, place: &str) -> Vec<&'static Value> {
    let all = operation.about["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter(|parameter| parameter["in"] == place).collect()
}

/// A value that a parameter can take on the sample: the documented example, or one from here.
pub(crate) fn value(operation: &Operation, parameter: &'static Value) -> String {
    let name = parameter["name"].as_str().expect("a name");
    match &parameter["example"] {
        Value::Null => plausible(operation.id, name).to_owned(),
        Value::String(example) => example.clone(),
        other => other.to_string(),
    }
}

fn plausible(operation: &str, parameter: &str) -> &'static str {
    match (operation, parameter) {
        ("listChanges", "after") => "5",
        (_, "producer") => "M000007J",
        (_, "decision") => "D00001E6",
        (_, "product") => "P00000BY",
        (_, "format") => "csv",
        (_, "province") => "VN63-24",
        (_, "district") => "VN63-24-219",
        (_, "commune") => "VN63-24-219-07531",
        (_, "group" | "set") => "1",
        (_, "stars" | "starsMin" | "starsMax") => "4",
        (_, "status") => "valid,extended",
        (_, "on" | "validOn" | "expiredSince") => "2025-06-30",
        (_, "expiresWithin") => "90",
        (_, "form") => "cooperative",
        (_, "regime") => "qd1048",
        (_, "sort") => "-stars",
        (_, "facets" | "by") => "stars,status",
        (_, "fields") => "code",
        (_, "first") => "2",
        (_, "kind") => "recognition",
        (_, "level") => "province",
        (_, "wait") => "0",
        other => panic!("no value for {other:?}; add one"),
    }
}

/// The address of an operation with its path and required parameters filled in.
pub(crate) fn address(operation: &Operation) -> String {
    let mut address = operation.path.to_owned();
    for parameter in parameters(operation, "path") {
        let name = parameter["name"].as_str().expect("a name");
        address = address.replace(&format!("{{{name}}}"), &value(operation, parameter));
    }
    let required = parameters(operation, "query").into_iter().filter(|parameter| parameter["required"] == true);
    let query: Vec<String> =
        required.map(|parameter| format!("{}={}", parameter["name"].as_str().expect("a name"), value(operation, parameter))).collect();
    if query.is_empty() { address } else { crate::support::registry::encoded(&format!("{address}?{}", query.join("&"))) }
}

/// Id and address of every operation of the public side by GET.
pub(crate) fn addresses() -> Vec<(String, String)> {
    operations(Side::Public)
        .iter()
        .filter(|operation| operation.method == "get")
        .map(|operation| (operation.id.to_owned(), address(operation)))
        .collect()
}

/// Members of named schemas that values were seen to have.
pub(crate) type Seen = BTreeSet<(String, String)>;

/// A schema's own members and those of all that it is put together from, with the name each belongs to.
fn members(
    schema: &'static Value,
    name: &str,
    found: &mut BTreeMap<&'static str, (String, &'static Value)>,
    required: &mut BTreeSet<&'static str>,
) {
    let (schema, name) = resolve(schema, name);
    for part in schema["allOf"].as_array().into_iter().flatten() {
        members(part, &name, found, required);
    }
    for (member, of) in schema["properties"].as_object().into_iter().flatten() {
        found.insert(member, (name.clone(), of));
    }
    required.extend(schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str));
}

fn resolve(schema: &'static Value, name: &str) -> (&'static Value, String) {
    match schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/components/schemas/")) {
        Some(name) => resolve(named(name), name),
        None => (schema, name.to_owned()),
    }
}

/// What is wrong with a value by a schema; nothing, if all is well. Notes members seen.
pub(crate) fn faults(schema: &'static Value, value: &Value, at: &str, seen: &mut Seen) -> Vec<String> {
    let (schema, name) = resolve(schema, at.rsplit('/').next().unwrap_or_default());
    if let Some(choices) = schema["oneOf"].as_array() {
        let mut told = Vec::new();
        for choice in choices {
            let mut seen_here = Seen::new();
            let wrong = faults(choice, value, at, &mut seen_here);
            if wrong.is_empty() {
                seen.append(&mut seen_here);
                return wrong;
            }
            told.extend(wrong);
        }
        return told;
    }
    let mut wrong = Vec::new();
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = types.is_empty() || types.contains(&is) || is == "integer" && types.contains(&"number");
    if !fits {
        return vec![format!("{at}: {is} where {types:?} is documented")];
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        wrong.push(format!("{at}: {value} is none of the documented words"));
    }
    let number = value.as_f64();
    if let (Some(number), Some(least)) = (number, schema["minimum"].as_f64())
        && number < least
    {
        wrong.push(format!("{at}: {number} is below {least}"));
    }
    if let (Some(number), Some(most)) = (number, schema["maximum"].as_f64())
        && number > most
    {
        wrong.push(format!("{at}: {number} is above {most}"));
    }
    match (schema["format"].as_str(), value.as_str()) {
        (Some("date"), Some(text)) if text.parse::<chrono::NaiveDate>().is_err() => wrong.push(format!("{at}: {text} is no date")),
        (Some("date-time"), Some(text)) if text.parse::<chrono::DateTime<chrono::Utc>>().is_err() => {
            wrong.push(format!("{at}: {text} is no instant"));
        }
        _ => {}
    }
    match value {
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                wrong.extend(faults(&schema["items"], value, &format!("{at}/{index}"), seen));
            }
        }
        Value::Object(values) => wrong.extend(members_at_fault(schema, &name, values, at, seen)),
        _ => {}
    }
    wrong
}

fn members_at_fault(schema: &'static Value, name: &str, values: &Map<String, Value>, at: &str, seen: &mut Seen) -> Vec<String> {
    let (mut known, mut required) = (BTreeMap::new(), BTreeSet::new());
    members(schema, name, &mut known, &mut required);
    let mut wrong: Vec<String> =
        required.iter().filter(|member| !values.contains_key(**member)).map(|member| format!("{at}: {member} is missing")).collect();
    if known.is_empty() {
        return wrong;
    }
    for (member, value) in values {
        match known.get(member.as_str()) {
            None => wrong.push(format!("{at}: {member} is not documented in {name}")),
            Some((owner, schema)) => {
                seen.insert((owner.clone(), member.clone()));
                wrong.extend(faults(schema, value, &format!("{at}/{member}"), seen));
            }
        }
    }
    wrong
}

/// Every member of every named schema that a schema leads to.
pub(crate) fn reachable(schema: &'static Value, found: &mut Seen, visited: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(|r| r.as_str()?.strip_prefix("#/components/schemas/"))
                && visited.insert(name.to_owned())
            {
                own(named(name), name, found);
                reachable(named(name), found, visited);
            }
            members.values().for_each(|part| reachable(part, found, visited));
        }
        Value::Array(parts) => parts.iter().for_each(|part| reachable(part, found, visited)),
        _ => {}
    }
}

fn own(schema: &'static Value, name: &str, found: &mut Seen) {
    found.extend(schema["properties"].as_object().into_iter().flatten().map(|(member, _)| (name.to_owned(), member.clone())));
    for part in schema["allOf"].as_array().into_iter().flatten().filter(|part| part["$ref"].is_null()) {
        own(part, name, found);
    }
}
