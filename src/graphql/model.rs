//! The types of the schema. Those of data are made from the views' own schemas, the ones that the
//! OpenAPI document shows: same names, same members, same words, same descriptions. Only what REST
//! has no words for is declared here: relations, connections and the questions themselves.

use super::questions;
use super::relation::{Relation, relations};
use crate::read::view::certificate::Certificate;
use crate::read::view::change::Changes;
use crate::read::view::classification::{Group, Set};
use crate::read::view::decision::Decision;
use crate::read::view::page::PageInfo;
use crate::read::view::place::Place;
use crate::read::view::producer::Producer;
use crate::read::view::product::Product;
use crate::read::view::regime::Regime;
use crate::read::view::schema::MEANINGS;
use crate::read::view::stats::{Facet, Stats};
use crate::read::view::verification::BatchItem;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;
use utoipa::ToSchema;

/// Things that can be asked for by key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Noun {
    Product,
    Producer,
    Decision,
    Certificate,
    Place,
    Group,
    Set,
    Regime,
}

impl Noun {
    /// Those with a global id.
    pub(super) const NODES: [Self; 5] = [Self::Product, Self::Producer, Self::Decision, Self::Certificate, Self::Place];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Product => "Product",
            Self::Producer => "Producer",
            Self::Decision => "Decision",
            Self::Certificate => "Certificate",
            Self::Place => "Place",
            Self::Group => "Group",
            Self::Set => "Set",
            Self::Regime => "Regime",
        }
    }

    /// The member that is its key.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Place => "key",
            Self::Group | Self::Set => "number",
            _ => "code",
        }
    }
}

/// Where the value of a field comes from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A member of the view.
    Member(&'static str),
    /// A member of the view that refers to a thing: by its code, or by a short form of it.
    Reference { member: &'static str, noun: Noun, short: &'static [&'static str] },
    /// A row of the page that the view is about.
    Row { member: &'static str, noun: Noun },
    /// The day that the question is about.
    Day,
    /// Asked for all things of a kind together.
    Relation(Relation),
    /// A question of its own.
    Question(questions::Ask),
}

/// A type as a field or argument names it; the items of a list are never null.
#[derive(Debug, Clone)]
pub(super) struct Ty {
    pub(super) name: String,
    pub(super) list: bool,
    pub(super) required: bool,
}

impl Ty {
    /// From its usual spelling: `Date`, `String!`, `[ID!]!`.
    pub(super) fn of(text: &str) -> Self {
        let (text, required) = text.strip_suffix('!').map_or((text, false), |text| (text, true));
        let list = text.strip_prefix('[').and_then(|text| text.strip_suffix("!]"));
        Self { name: list.unwrap_or(text).to_owned(), list: list.is_some(), required }
    }

    /// The type of a list's items.
    pub(super) fn item(&self) -> Self {
        Self { list: false, required: true, ..self.clone() }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let required = if self.required { "!" } else { "" };
        match self.list {
            true => write!(f, "[{}!]{required}", self.name),
            false => write!(f, "{}{required}", self.name),
        }
    }
}

/// An argument, or a member of an input object.
#[derive(Debug, Clone)]
pub(super) struct Argument {
    pub(super) name: &'static str,
    pub(super) ty: Ty,
    pub(super) about: &'static str,
}

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: Ty,
    pub(super) about: String,
    pub(super) arguments: Vec<Argument>,
    pub(super) source: Source,
}

/// A value of an enum.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) name: String,
    pub(super) about: String,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Object(Vec<Field>),
    Node(Vec<Field>),
    Union(Vec<String>),
    Words(Vec<Word>),
    Input(Vec<Argument>),
    Scalar(&'static str),
}

#[derive(Debug, Clone)]
pub(super) struct Type {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) kind: Kind,
    /// Whether it implements `Node`.
    pub(super) node: bool,
}

impl Type {
    pub(super) fn fields(&self) -> &[Field] {
        match &self.kind {
            Kind::Object(fields) | Kind::Node(fields) => fields,
            _ => &[],
        }
    }

    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields().iter().find(|field| field.name == name)
    }
}

/// All types by name.
pub(super) static MODEL: LazyLock<BTreeMap<String, Type>> = LazyLock::new(model);

/// The scalar of civil dates.
pub(super) const DATE: &str = "Date";

/// A short form in which views refer to a thing, and which of its members it shows.
type Short = (&'static str, Noun, &'static [&'static str]);

/// Every short form.
const SHORT: [Short; 4] = [
    ("ProductRef", Noun::Product, &["code", "name"]),
    ("ProductSummary", Noun::Product, &["code", "name"]),
    ("ProducerRef", Noun::Producer, &["code", "name", "form"]),
    // Its issuer is that of the certificate; a decision's own is asked of the decision.
    ("DecisionRef", Noun::Decision, &["code", "number", "signedOn"]),
];

/// Members that refer to things in another way.
const REFERENCES: [(&str, &str, Noun, &[&str]); 5] = [
    ("Product", "group", Noun::Group, &["number", "name"]),
    ("Product", "set", Noun::Set, &["number", "name"]),
    ("Certification", "certificate", Noun::Certificate, &[]),
    ("Change", "product", Noun::Product, &[]),
    ("Change", "producer", Noun::Producer, &[]),
];

/// Fields that lead to what a member of the view names by its key: type, field, its type, description,
/// member, noun.
const LEADS: [(&str, &str, &str, &str, &str, Noun); 7] = [
    ("PlaceRef", "place", "Place!", "The place itself.", "key", Noun::Place),
    ("Issuer", "place", "Place", "The unit whose people's committee it is; `null` for a ministry.", "key", Noun::Place),
    ("CouncilRef", "place", "Place", "The unit whose council it is; `null` for the ministry's.", "key", Noun::Place),
    ("BreakdownRow", "place", "Place", "The place, where products are counted by place.", "value", Noun::Place),
    ("FacetCount", "place", "Place", "The place, where products are counted by place.", "value", Noun::Place),
    ("FormerGroup", "became", "Set", "The set that it became, where it became one.", "set", Noun::Set),
    ("Certificate", "legalRegime", "Regime", "What is known of that regime.", "regime", Noun::Regime),
];

/// What REST calls the code of a thing is the thing itself here.
const CODE_OF: &str = "Registry code of the ";

fn model() -> BTreeMap<String, Type> {
    let mut types = BTreeMap::new();
    for (name, schema) in schemas() {
        let about = text(&schema["description"]);
        let kind = if let Some(words) = schema["enum"].as_array() {
            let about = |nth: usize| text(&schema[MEANINGS][nth]);
            Kind::Words(words.iter().enumerate().map(|(nth, word)| Word { name: text(word), about: about(nth) }).collect())
        } else if let Some(members) = schema["oneOf"].as_array() {
            Kind::Union(members.iter().filter_map(named).map(|(name, _)| name).collect())
        } else {
            Kind::Object(fields_of(&name, &schema))
        };
        types.insert(name.clone(), Type { node: Noun::NODES.iter().any(|noun| noun.name() == name), name, about, kind });
    }
    // A flattened member's own members, as they stand in the answer.
    let flat = types.get("Certification").map(|ty| ty.fields().to_vec()).unwrap_or_default();
    if let Some(Type { kind: Kind::Object(fields), .. }) = types.get_mut("Verification") {
        fields.splice(2..2, flat);
    }
    for noun in Noun::NODES {
        if let Some(Type { kind: Kind::Object(fields), .. }) = types.get_mut(noun.name()) {
            let about = "Global id, stable for ever: the registry code, or the key of a place.";
            fields.insert(0, field("id", "ID!", about, Source::Member(noun.key())));
        }
    }
    for name in ["Product", "Certificate", "Verification"] {
        if let Some(Type { kind: Kind::Object(fields), .. }) = types.get_mut(name) {
            let about = "Civil day in Vietnam that the status and all that follows from it hold for: `on` where it was given, else today.";
            fields.push(field("asOf", "Date!", about, Source::Day));
        }
    }
    for (ty, relation) in relations() {
        if let Some(Type { kind: Kind::Object(fields), .. }) = types.get_mut(ty) {
            fields.retain(|field| field.name != relation.name);
            fields.push(relation);
        }
    }
    if let Some(Type { kind: Kind::Object(fields), .. }) = types.get_mut("Certificate") {
        // Always told here: who walks from a product to its certificates may walk back.
        if let Some(product) = fields.iter_mut().find(|field| field.name == "product") {
            *product = Field { about: "Whose it is.".into(), ty: Ty::of("Product!"), ..product.clone() };
        }
    }
    for (ty, name, shape, about, member, noun) in LEADS {
        if let Some(Type { kind: Kind::Object(fields), .. }) = types.get_mut(ty) {
            fields.push(field(name, shape, about, Source::Reference { member, noun, short: &[] }));
        }
    }
    for (name, ..) in SHORT {
        types.remove(name);
    }
    types.remove("ClassRef");
    spell_out(&mut types);
    for noun in Noun::NODES {
        connection(&mut types, noun);
    }
    for (name, at, about) in [
        (DATE, "https://scalars.graphql.org/andimarek/local-date", "A civil date in Vietnam (Asia/Ho_Chi_Minh): YYYY-MM-DD."),
        ("DateTime", "https://scalars.graphql.org/andimarek/date-time", "An instant: RFC 3339, UTC."),
    ] {
        add(&mut types, name, about, Kind::Scalar(at));
    }
    add(&mut types, "Node", "A thing with a global id.", Kind::Node(vec![field("id", "ID!", "Global id.", Source::Member("code"))]));
    questions::add_to(&mut types);
    types
}

/// Words that are no names in GraphQL, such as those with hyphens, are texts there.
fn spell_out(types: &mut BTreeMap<String, Type>) {
    let is_name = |word: &Word| word.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let odd = |ty: &Type| match &ty.kind {
        Kind::Words(words) if !words.iter().all(is_name) => {
            let names: Vec<&str> = words.iter().map(|word| word.name.as_str()).collect();
            Some((ty.name.clone(), names.join("`, `")))
        }
        _ => None,
    };
    for (name, words) in types.values().filter_map(odd).collect::<Vec<_>>() {
        types.remove(&name);
        for ty in types.values_mut() {
            let Kind::Object(fields) = &mut ty.kind else { continue };
            for field in fields.iter_mut().filter(|field| field.ty.name == name) {
                field.ty.name = "String".into();
                field.about = format!("{} One of `{words}`.", field.about);
            }
        }
    }
}

/// A type and the name under which it is known.
pub(super) fn add(types: &mut BTreeMap<String, Type>, name: &str, about: &str, kind: Kind) {
    types.insert(name.into(), Type { name: name.into(), about: about.into(), kind, node: false });
}

fn field(name: &str, ty: &str, about: &str, source: Source) -> Field {
    Field { name: name.into(), ty: Ty::of(ty), about: about.into(), arguments: Vec::new(), source }
}

/// The connection of a noun, as the Relay specification wants it.
fn connection(types: &mut BTreeMap<String, Type>, noun: Noun) {
    let name = noun.name();
    let row = |member| Source::Row { member, noun };
    let edges = vec![
        field("cursor", "String!", "Where the item stands in the list, for `after` and `before`.", Source::Member("cursor")),
        field("node", &format!("{name}!"), "The item.", row("node")),
    ];
    add(types, &format!("{name}Edge"), "An item of a list, with its place in it.", Kind::Object(edges));
    let mut fields = vec![
        field("edges", &format!("[{name}Edge!]!"), "The items of this page, each with its cursor.", Source::Member("edges")),
        field("nodes", &format!("[{name}!]!"), "The items of this page.", row("nodes")),
        field("pageInfo", "PageInfo!", "How to go on.", Source::Member("pageInfo")),
        field("totalCount", "Int!", "Items of the whole list. It is counted only when asked for.", Source::Member("totalCount")),
    ];
    if noun == Noun::Product {
        let about = "Counts over the whole list by the properties named in the argument `facets`.";
        fields.push(field("facets", "[Facet!]!", about, Source::Member("facets")));
    }
    add(types, &format!("{name}Connection"), "A page of a list.", Kind::Object(fields));
}

/// The schemas of all views, by name.
fn schemas() -> BTreeMap<String, Value> {
    fn gather<T: ToSchema>(all: &mut Vec<(String, Value)>) {
        let mut found = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut found);
        all.extend(found.into_iter().map(|(name, schema)| (name, serde_json::to_value(schema).unwrap_or_default())));
    }
    let mut all = Vec::new();
    gather::<Product>(&mut all);
    gather::<Producer>(&mut all);
    gather::<Decision>(&mut all);
    gather::<Certificate>(&mut all);
    gather::<Place>(&mut all);
    gather::<Group>(&mut all);
    gather::<Set>(&mut all);
    gather::<Regime>(&mut all);
    gather::<Stats>(&mut all);
    gather::<Facet>(&mut all);
    gather::<Changes>(&mut all);
    gather::<BatchItem>(&mut all);
    gather::<PageInfo>(&mut all);
    gather::<crate::domain::timeline::Standing>(&mut all);
    all.into_iter().collect()
}

fn fields_of(ty: &str, schema: &Value) -> Vec<Field> {
    let mut fields = Vec::new();
    // A view that flattens another lists it first.
    for part in schema["allOf"].as_array().map_or(std::slice::from_ref(schema), Vec::as_slice) {
        for (member, property) in part["properties"].as_object().into_iter().flatten() {
            let required = part["required"].as_array().is_some_and(|names| names.iter().any(|name| name == member));
            fields.push(view_field(ty, member, property, required));
        }
    }
    fields
}

fn view_field(ty: &str, member: &str, property: &Value, required: bool) -> Field {
    let (inner, nullable) = match property["oneOf"].as_array() {
        Some(either) => (either.first().unwrap_or(property), true),
        None => (property, property["type"].as_array().is_some_and(|types| types.iter().any(|name| name == "null"))),
    };
    let about = [property, inner].iter().map(|schema| text(&schema["description"])).find(|text| !text.is_empty()).unwrap_or_default();
    let items = Some(&inner["items"]).filter(|items| items.is_object());
    let (name, short) = named(items.unwrap_or(inner)).unwrap_or_default();
    // Names live as long as the program: the model is made once.
    let member: &'static str = String::leak(member.to_owned());
    let special = REFERENCES.iter().find(|(of, name, ..)| *of == ty && *name == member);
    let (name, source) = match (special, short) {
        (Some((.., noun, short)), _) | (None, Some((_, noun, short))) => {
            (noun.name().to_owned(), Source::Reference { member, noun: *noun, short })
        }
        (None, None) => (name, Source::Member(member)),
    };
    let about = match (&source, about.strip_prefix(CODE_OF)) {
        (Source::Reference { .. }, Some(thing)) => format!("The {thing}"),
        _ => about,
    };
    Field {
        name: member.into(),
        ty: Ty { name, list: items.is_some(), required: required && !nullable },
        about,
        arguments: Vec::new(),
        source,
    }
}

/// The name of a schema's type, and the thing it is short for, if it is.
fn named(schema: &Value) -> Option<(String, Option<&'static Short>)> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next()?;
        return Some((name.to_owned(), SHORT.iter().find(|(short, ..)| *short == name)));
    }
    let name =
        schema["type"].as_str().or_else(|| schema["type"].as_array()?.iter().find_map(|ty| ty.as_str().filter(|ty| *ty != "null")))?;
    let scalar = match (name, schema["format"].as_str()) {
        ("integer", _) => "Int",
        ("number", _) => "Float",
        ("boolean", _) => "Boolean",
        (_, Some("date")) => DATE,
        (_, Some("date-time")) => "DateTime",
        _ => "String",
    };
    Some((scalar.to_owned(), None))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
