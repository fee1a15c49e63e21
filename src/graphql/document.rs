//! Documents: their limits, which are looked at before anything costs time; parsing and validation,
//! which are done once for a document that comes again; persisted and trusted documents.

use super::cost::too_large;
use super::input::cut;
use super::merging;
use super::rules;
use super::schema::SCHEMA;
use crate::error::{Code, Problem, say};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet};
use async_graphql::{Name, Pos, Positioned, Request, ServerError};
use futures_util::FutureExt;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

/// The longest document, in bytes.
pub(super) const LONGEST: usize = 64 * 1024;
/// The most tokens (names, numbers, texts, punctuation).
const MOST_TOKENS: usize = 6_000;
/// The deepest nesting of brackets; introspection by code generators needs 15.
const DEEPEST: usize = 32;
/// The most fields under another name than their own.
const MOST_ALIASES: usize = 100;
/// The most directives.
const MOST_DIRECTIVES: usize = 50;
/// The most fields once fragments are worked in.
const MOST_FIELDS: u64 = 2_000;
/// The longest message of the library, in characters; it may cite the query.
const LONGEST_MESSAGE: usize = 500;
/// The longest name, in bytes; every item of an answer repeats those of its fields.
const LONGEST_NAME: usize = 100;
/// The most bytes of documents kept.
const KEPT: u64 = 8 * 1024 * 1024;

/// A document that may be carried out.
pub(super) struct Document {
    /// As it was sent.
    pub(super) text: Box<str>,
    pub(super) parsed: ExecutableDocument,
}

/// Why a document is refused.
pub(super) enum Refusal {
    /// One of our own rules.
    Problem(Problem),
    /// A mutation or subscription: there are none.
    NoQuery(OperationType),
    /// The specification's rules.
    Wrong(Vec<Wrong>),
}

/// What is wrong with a document, and where in it.
#[derive(Clone)]
pub(super) struct Wrong {
    pub(super) problem: Box<Problem>,
    pub(super) places: Vec<Pos>,
}

impl Wrong {
    pub(super) fn at(place: Pos, problem: Problem) -> Self {
        Self { problem: problem.into(), places: vec![place] }
    }
}

impl From<Wrong> for Refusal {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(vec![wrong])
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// SHA-256 of a document's text.
pub(super) type Id = [u8; 32];

#[derive(Clone)]
struct Weight;

impl Weighter<Id, Arc<Document>> for Weight {
    fn weight(&self, _: &Id, document: &Arc<Document>) -> u64 {
        // What is parsed takes about 20 times its text.
        20 * document.text.len() as u64 + 1_024
    }
}

/// Good documents by hash. What stands here follows from its key, so every server of a process shares it.
static DOCUMENTS: LazyLock<Cache<Id, Arc<Document>, Weight>> = LazyLock::new(|| Cache::with_weighter(1_024, KEPT, Weight));

/// The hash of a text.
pub(super) fn id_of(text: &str) -> Id {
    Sha256::digest(text.as_bytes()).into()
}

/// A document that came before.
pub(super) fn known(id: &Id) -> Option<Arc<Document>> {
    DOCUMENTS.get(id)
}

/// A document that may be carried out, or why not.
pub(super) fn of(text: &str) -> Result<Arc<Document>, Refusal> {
    let id = id_of(text);
    if let Some(known) = known(&id) {
        return Ok(known);
    }
    scan(text)?;
    let parsed = parse_query(text).map_err(syntax)?;
    if let Some((_, operation)) = parsed.operations.iter().find(|(_, operation)| operation.node.ty != OperationType::Query) {
        return Err(Refusal::NoQuery(operation.node.ty));
    }
    measure(&parsed)?;
    let wrong = rules::broken(&parsed);
    if !wrong.is_empty() {
        return Err(Refusal::Wrong(wrong));
    }
    validate(&parsed)?;
    merging::check(&parsed)?;
    let document = Arc::new(Document { text: text.into(), parsed });
    DOCUMENTS.insert(id, document.clone());
    Ok(document)
}

/// Why a document cannot be carried out, in English, if it cannot.
pub fn unusable(text: &str) -> Option<String> {
    match of(text) {
        Ok(_) => None,
        Err(Refusal::Problem(problem)) => Some(problem.detail.en.into_owned()),
        Err(Refusal::NoQuery(kind)) => Some(format!("the registry answers queries only; there is no {kind}.")),
        Err(Refusal::Wrong(all)) => Some(all.iter().map(|wrong| wrong.problem.detail.en.as_ref()).collect::<Vec<_>>().join(" ")),
    }
}

/// Looks through a document's tokens before anything is made of them: not too many, not too deep.
fn scan(text: &str) -> Result<(), Wrong> {
    let bytes = text.as_bytes();
    if bytes.len() > LONGEST {
        let problem = too_large(format!("Truy vấn dài hơn {LONGEST} byte."), format!("The document is longer than {LONGEST} bytes."));
        return Err(Wrong::at(place(text, LONGEST), problem));
    }
    let (mut tokens, mut aliases, mut directives) = (0, 0, 0);
    // Brackets, each with the names of the members of the input object that it opens.
    let mut open: Vec<(u8, HashSet<&[u8]>)> = Vec::new();
    let (mut at, mut before) = (0, &bytes[..0]);
    let most = |at: usize, what_vi: &str, what_en: &str, most: usize| {
        let problem = too_large(format!("Truy vấn có hơn {most} {what_vi}."), format!("The document has more than {most} {what_en}."));
        Err(Wrong::at(place(text, at), problem))
    };
    while let Some(&byte) = bytes.get(at) {
        let begin = at;
        at += match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' | 0xEF | 0xBB | 0xBF => {
                at += 1;
                continue;
            }
            b'#' => {
                at += bytes[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len() - at);
                continue;
            }
            b'"' => text_length(&bytes[at..]),
            b'.' => bytes[at..].iter().take(3).take_while(|byte| **byte == b'.').count(),
            byte if is_word(byte) => bytes[at..].iter().take_while(|byte| is_word(**byte)).count(),
            _ => 1,
        };
        let token = &bytes[begin..at];
        match byte {
            b'{' | b'(' | b'[' => open.push((byte, HashSet::new())),
            b'}' | b')' | b']' => drop(open.pop()),
            b'@' => directives += 1,
            b':' if open.last().is_some_and(|(bracket, _)| *bracket == b'{') => {
                if !open.iter().any(|(bracket, _)| *bracket == b'(') {
                    aliases += 1;
                } else if let Some((_, members)) = open.last_mut()
                    && !members.insert(before)
                {
                    // Input Object Field Uniqueness; the parser would keep the last one.
                    let name = String::from_utf8_lossy(before);
                    let detail =
                        say(format!("Trường \"{name}\" đứng hai lần."), format!("There can be only one input field named \"{name}\"."));
                    return Err(Wrong::at(place(text, begin), Problem::new(Code::MalformedRequest, detail)));
                }
            }
            byte if is_word(byte) && token.len() > LONGEST_NAME => {
                let problem = too_large(
                    format!("Một tên dài hơn {LONGEST_NAME} ký tự."),
                    format!("A name or number is longer than {LONGEST_NAME} characters."),
                );
                return Err(Wrong::at(place(text, begin), problem));
            }
            _ => {}
        }
        before = token;
        tokens += 1;
        if tokens > MOST_TOKENS {
            return most(begin, "ký hiệu", "tokens", MOST_TOKENS);
        }
        if open.len() > DEEPEST {
            return most(begin, "tầng", "levels", DEEPEST);
        }
        if aliases > MOST_ALIASES {
            return most(begin, "bí danh", "aliases", MOST_ALIASES);
        }
        if directives > MOST_DIRECTIVES {
            return most(begin, "chỉ thị", "directives", MOST_DIRECTIVES);
        }
    }
    Ok(())
}

/// Line and column of a byte, from 1.
fn place(text: &str, at: usize) -> Pos {
    let before = &text.as_bytes()[..at.min(text.len())];
    let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    // Bytes that begin a character.
    let column = 1 + before[begin..].iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    Pos { line, column }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+') || byte >= 0x80
}

/// Bytes of a text in quotes, or of what there is of it.
fn text_length(bytes: &[u8]) -> usize {
    let (quotes, mut at) = if bytes.starts_with(b"\"\"\"") { (&b"\"\"\""[..], 3) } else { (&b"\""[..], 1) };
    while at < bytes.len() {
        if bytes[at..].starts_with(quotes) {
            return at + quotes.len();
        }
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    bytes.len()
}

/// Counts fields with fragments worked in, without working them in: a few fragments that spread each
/// other twice would be millions of fields.
fn measure(document: &ExecutableDocument) -> Result<(), Wrong> {
    let mut known = HashMap::new();
    let mut all = 0_u64;
    for (_, Positioned { node: operation, pos }) in document.operations.iter() {
        let Size { fields, .. } = size(document, &operation.selection_set, &mut known, 0)?;
        all = all.saturating_add(fields);
        if fields > MOST_FIELDS || all > 5 * MOST_FIELDS {
            let problem = too_large(
                format!("Truy vấn chọn hơn {MOST_FIELDS} trường."),
                format!("The query selects more than {MOST_FIELDS} fields, counted with fragments worked in."),
            );
            return Err(Wrong::at(*pos, problem));
        }
    }
    // Those that no operation uses are looked at by validation too.
    for fragment in document.fragments.values() {
        size(document, &fragment.node.selection_set, &mut known, 0)?;
    }
    Ok(())
}

/// How large a selection is with fragments worked in.
#[derive(Clone, Copy, Default)]
struct Size {
    fields: u64,
    levels: usize,
}

fn size<'d>(
    document: &'d ExecutableDocument,
    Positioned { node: set, pos }: &'d Positioned<SelectionSet>,
    known: &mut HashMap<&'d Name, Option<Size>>,
    depth: usize,
) -> Result<Size, Wrong> {
    let most = 2 * DEEPEST;
    let too_deep = |at: Pos| {
        let en = format!("Fragments and fields are nested more than {most} levels deep.");
        Wrong::at(at, too_large("Các fragment lồng nhau quá sâu.".into(), en))
    };
    if depth > most {
        return Err(too_deep(*pos));
    }
    let mut all = Size::default();
    for selection in &set.items {
        let inner = match &selection.node {
            Selection::Field(field) => {
                let inner = size(document, &field.node.selection_set, known, depth + 1)?;
                Size { fields: inner.fields.saturating_add(1), ..inner }
            }
            Selection::InlineFragment(fragment) => size(document, &fragment.node.selection_set, known, depth + 1)?,
            Selection::FragmentSpread(spread) => {
                let Positioned { node: name, pos } = &spread.node.fragment_name;
                match (known.get(name), document.fragments.get(name)) {
                    (Some(Some(known)), _) if depth + known.levels > most => return Err(too_deep(*pos)),
                    (Some(Some(known)), _) => *known,
                    (Some(None), _) => {
                        let detail =
                            say(format!("Fragment {name} chứa chính nó."), format!("Cannot spread fragment \"{name}\" within itself."));
                        return Err(Wrong::at(*pos, Problem::new(Code::MalformedRequest, detail)));
                    }
                    (None, Some(fragment)) => {
                        known.insert(name, None);
                        let inner = size(document, &fragment.node.selection_set, known, depth + 1)?;
                        known.insert(name, Some(inner));
                        inner
                    }
                    // Validation says so.
                    (None, None) => Size::default(),
                }
            }
        };
        all = Size { fields: all.fields.saturating_add(inner.fields), levels: all.levels.max(inner.levels + 1) };
    }
    Ok(all)
}

/// The rules of the specification.
fn validate(document: &ExecutableDocument) -> Result<(), Refusal> {
    let mut request = Request::new("");
    // Any operation will do: the rules look at the whole document.
    request.operation_name = document.operations.iter().find_map(|(name, _)| name.map(|name| name.to_string()));
    let request = request_of(request, document);
    let Some(response) = SCHEMA.checking.execute(request).now_or_never() else {
        return Err(Problem::new(Code::Internal, say("Có lỗi khi xử lý yêu cầu.", "Validation did not end.")).into());
    };
    if response.errors.is_empty() {
        return Ok(());
    }
    let errors = response.errors.into_iter().take(20);
    Err(Refusal::Wrong(errors.map(|error| (code_of(&error.message), error)).map(|(code, error)| told(error, code)).collect()))
}

/// What the parser tells, as a sentence: it draws a picture and says below what it expected.
fn syntax(error: async_graphql::parser::Error) -> Wrong {
    let error = ServerError::from(error);
    let expected = error.message.rsplit(" = ").next().unwrap_or_default().replace('_', " ");
    let expected = cut(&expected);
    let at = error.locations.first().copied().unwrap_or(Pos { line: 1, column: 1 });
    let Pos { line, column } = at;
    let detail = say(
        format!("Lỗi cú pháp ở dòng {line}, cột {column} ({expected})."),
        format!("Syntax error at line {line}, column {column}: {expected}."),
    );
    Wrong::at(at, Problem::new(Code::MalformedRequest, detail))
}

/// What the library tells.
fn told(error: ServerError, code: Code) -> Wrong {
    let message: String = error.message.chars().take(LONGEST_MESSAGE).collect();
    Wrong { problem: Problem::new(code, say(message.clone(), message)).into(), places: error.locations }
}

/// A request with a document that is parsed already.
pub(super) fn request_of(mut request: Request, document: &ExecutableDocument) -> Request {
    request.set_parsed_query(document.clone());
    request
}

/// The kind of a broken rule; the library tells them by sentence only.
fn code_of(message: &str) -> Code {
    if message.starts_with("Unknown field") || message.starts_with("Cannot query field") {
        Code::UnknownField
    } else if message.starts_with("Unknown argument") {
        Code::UnknownParameter
    } else if message.starts_with("Invalid value for argument") || message.starts_with("Invalid default value") {
        Code::InvalidValue
    } else if message.contains("is required but not provided") || message.contains("is required but") {
        Code::MissingParameter
    } else {
        Code::MalformedRequest
    }
}

/// The operation that is meant.
pub(super) fn operation<'d>(document: &'d ExecutableDocument, name: Option<&str>) -> Result<&'d OperationDefinition, Problem> {
    let mut operations = document.operations.iter();
    let found = match name {
        Some(wanted) => operations.find(|(name, _)| name.is_some_and(|name| name.as_str() == wanted)),
        None => {
            let first = operations.next();
            if operations.next().is_some() {
                let detail = say(
                    "Tài liệu có nhiều operation; hãy nêu operationName.",
                    "The document has several operations; name one with operationName.",
                );
                return Err(Problem::parameter("operationName", Code::MissingParameter, detail));
            }
            first
        }
    };
    let Some((_, Positioned { node: operation, .. })) = found else {
        let name = name.unwrap_or_default();
        let detail = say(format!("Không có operation \"{name}\"."), format!("There is no operation \"{name}\" in the document."));
        return Err(Problem::parameter("operationName", Code::InvalidValue, detail));
    };
    Ok(operation)
}

/// Reads `sha256:…` or the bare hexadecimal digits.
pub(super) fn parse_id(text: &str) -> Option<Id> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let digits = Some(digits).filter(|digits| digits.len() == 64 && digits.is_ascii())?;
    let mut id = [0; 32];
    for (byte, pair) in id.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(id)
}
