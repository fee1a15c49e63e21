//! Documents: their limits, which are looked at before anything costs time; parsing and validation,
//! which are done once for a document that comes again; persisted and trusted documents.

use super::plan::too_large;
use super::schema::SCHEMA;
use crate::error::{Code, Problem, say};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Request, ServerError};
use futures_util::FutureExt;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use xxhash_rust::xxh3::Xxh3;

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
/// The most bytes of documents kept.
const KEPT: u64 = 8 * 1024 * 1024;

/// A document that may be carried out.
pub(super) struct Document {
    /// As it was sent.
    pub(super) text: Box<str>,
    pub(super) parsed: ExecutableDocument,
    /// Of what it says, whatever its spaces, commas and comments.
    pub(super) hash: u128,
}

/// Why a document is refused.
pub(super) enum Refusal {
    /// One of our own rules.
    Problem(Problem),
    /// A mutation or subscription: there are none.
    NoQuery(OperationType),
    /// The specification's rules: message, places, code.
    Errors(Vec<(ServerError, Code)>),
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
    let hash = scan(text)?;
    let parsed = parse_query(text).map_err(|error| Refusal::Errors(vec![(ServerError::from(error), Code::MalformedRequest)]))?;
    if let Some((_, operation)) = parsed.operations.iter().find(|(_, operation)| operation.node.ty != OperationType::Query) {
        return Err(Refusal::NoQuery(operation.node.ty));
    }
    measure(&parsed)?;
    validate(&parsed)?;
    let document = Arc::new(Document { text: text.into(), parsed, hash });
    DOCUMENTS.insert(id, document.clone());
    Ok(document)
}

/// The hash of a document's tokens, if they are not too many or too deep.
fn scan(text: &str) -> Result<u128, Problem> {
    let bytes = text.as_bytes();
    if bytes.len() > LONGEST {
        return Err(too_large(format!("Truy vấn dài hơn {LONGEST} byte."), format!("The document is longer than {LONGEST} bytes.")));
    }
    let mut hash = Xxh3::new();
    let (mut tokens, mut aliases, mut directives) = (0, 0, 0);
    let mut open: Vec<u8> = Vec::new();
    let mut at = 0;
    let most = |what_vi: &str, what_en: &str, most: usize| {
        Err(too_large(format!("Truy vấn có hơn {most} {what_vi}."), format!("The document has more than {most} {what_en}.")))
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
        match byte {
            b'{' | b'(' | b'[' => open.push(byte),
            b'}' | b')' | b']' => drop(open.pop()),
            b'@' => directives += 1,
            // Names before a colon are aliases, but for those of arguments, variables and members.
            b':' if open.last() == Some(&b'{') && !open.contains(&b'(') => aliases += 1,
            _ => {}
        }
        tokens += 1;
        hash.update(&bytes[begin..at]);
        hash.update(&[0]);
        if tokens > MOST_TOKENS {
            return most("ký hiệu", "tokens", MOST_TOKENS);
        }
        if open.len() > DEEPEST {
            return most("tầng", "levels", DEEPEST);
        }
        if aliases > MOST_ALIASES {
            return most("bí danh", "aliases", MOST_ALIASES);
        }
        if directives > MOST_DIRECTIVES {
            return most("chỉ thị", "directives", MOST_DIRECTIVES);
        }
    }
    Ok(hash.digest128())
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
fn measure(document: &ExecutableDocument) -> Result<(), Problem> {
    let mut known = HashMap::new();
    for (_, operation) in document.operations.iter() {
        let fields = count(document, &operation.node.selection_set.node, &mut known, 0)?;
        if fields > MOST_FIELDS {
            return Err(too_large(
                format!("Truy vấn chọn hơn {MOST_FIELDS} trường."),
                format!("The query selects more than {MOST_FIELDS} fields, counted with fragments worked in."),
            ));
        }
    }
    // Those that no operation uses are looked at by validation too.
    for fragment in document.fragments.values() {
        count(document, &fragment.node.selection_set.node, &mut known, 0)?;
    }
    Ok(())
}

fn count<'d>(
    document: &'d ExecutableDocument,
    set: &'d SelectionSet,
    known: &mut HashMap<&'d Name, Option<u64>>,
    depth: usize,
) -> Result<u64, Problem> {
    if depth > 2 * DEEPEST {
        return Err(too_large(
            "Các fragment lồng nhau quá sâu.".into(),
            format!("Fragments and fields are nested more than {} levels deep.", 2 * DEEPEST),
        ));
    }
    let mut fields: u64 = 0;
    for selection in &set.items {
        let more = match &selection.node {
            Selection::Field(field) => 1 + count(document, &field.node.selection_set.node, known, depth + 1)?,
            Selection::InlineFragment(fragment) => count(document, &fragment.node.selection_set.node, known, depth + 1)?,
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                match (known.get(name), document.fragments.get(name)) {
                    (Some(Some(fields)), _) => *fields,
                    (Some(None), _) => {
                        let detail =
                            say(format!("Fragment {name} chứa chính nó."), format!("Cannot spread fragment \"{name}\" within itself."));
                        return Err(Problem::new(Code::MalformedRequest, detail));
                    }
                    (None, Some(fragment)) => {
                        known.insert(name, None);
                        let fields = count(document, &fragment.node.selection_set.node, known, depth + 1)?;
                        known.insert(name, Some(fields));
                        fields
                    }
                    // Validation says so.
                    (None, None) => 0,
                }
            }
        };
        fields = fields.saturating_add(more);
    }
    Ok(fields)
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
    Err(Refusal::Errors(
        response.errors.into_iter().take(20).map(|error| (code_of(&error.message), error)).map(|(code, error)| (error, code)).collect(),
    ))
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
