//! Reads what a source file names, without a parser of Rust: a tokenizer, and enough of the grammar to follow paths.
//!
//! It knows nothing of types: it sees what a file names, not what it gets through a value or a re-export.
//! `use` is followed, so `use crate::read; read::cache::x()` counts as `crate::read::cache::x`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Words that a path may follow without being part of it.
const KEYWORDS: &[&str] = &[
    "as", "async", "await", "box", "break", "const", "dyn", "else", "fn", "for", "if", "impl", "in", "let", "loop", "match", "move", "mut",
    "pub", "ref", "return", "static", "type", "unsafe", "where", "while", "yield",
];

/// What one file names.
pub(super) struct Source {
    pub(super) path: String,
    /// Module path below the crate root: `["read", "view"]`.
    pub(super) module: Vec<String>,
    /// Absolute paths with their lines; those inside the program start with `crate`.
    pub(super) names: Vec<(usize, Vec<String>)>,
    /// Modules declared in this file for tests only, by module path.
    pub(super) test_modules: Vec<Vec<String>>,
}

impl Source {
    /// `path` is relative to `src/`; `crates` are the names of the dependencies.
    pub(super) fn read(path: &str, text: &str, crates: &BTreeSet<String>) -> Self {
        let module = module_of(path);
        let tokens = tokens(text);
        let mut reader =
            Reader { crates, tokens: &tokens, module: module.clone(), bound: BTreeMap::new(), names: vec![], test_modules: vec![] };
        // Twice, because a path may stand before the `use` that says what it means.
        reader.walk();
        reader.names.clear();
        reader.test_modules.clear();
        reader.walk();
        let Reader { names, test_modules, .. } = reader;
        Self { path: path.to_owned(), module, names, test_modules }
    }
}

/// Walks the tokens of one file and collects what they name.
struct Reader<'a> {
    crates: &'a BTreeSet<String>,
    tokens: &'a [(usize, &'a str)],
    module: Vec<String>,
    /// What a name stands for, from `use` and `mod`.
    bound: BTreeMap<String, Vec<String>>,
    names: Vec<(usize, Vec<String>)>,
    test_modules: Vec<Vec<String>>,
}

impl Reader<'_> {
    fn at(&self, i: usize) -> &str {
        self.tokens.get(i).map_or("", |token| token.1)
    }

    fn is_word(&self, i: usize) -> bool {
        self.at(i).starts_with(|c: char| c.is_alphabetic() || c == '_')
    }

    fn walk(&mut self) {
        let (mut i, mut depth, mut inline) = (0, 0, Vec::new());
        while i < self.tokens.len() {
            match self.at(i) {
                "#" if (1..7).map(|n| self.at(i + n)).eq(["[", "cfg", "(", "test", ")", "]"]) => i = self.skip_item(i + 7),
                "{" => (depth, i) = (depth + 1, i + 1),
                "}" => {
                    depth -= 1;
                    if inline.last() == Some(&depth) {
                        inline.pop();
                        self.module.pop();
                    }
                    i += 1;
                }
                "mod" if self.is_word(i + 1) => {
                    let name = self.at(i + 1).to_owned();
                    let path = self.inside(&name);
                    self.bound.insert(name.clone(), path);
                    if self.at(i + 2) == "{" {
                        inline.push(depth);
                        self.module.push(name);
                    }
                    i += 2;
                }
                "extern" if self.at(i + 1) == "crate" => {
                    self.found(i + 2, &[self.at(i + 2).to_owned()], false);
                    i += 3;
                }
                // Not the `use<'a>` of a return type.
                "use" if self.at(i + 1) != "<" => i = self.use_tree(i + 1, &[], self.at(i + 1) == "::"),
                _ if self.is_word(i) => i = self.path(i),
                _ => i += 1,
            }
        }
    }

    /// The end of the item that starts at `i`, after an attribute: its `;` or its closing brace.
    fn skip_item(&mut self, mut i: usize) -> usize {
        let (mut depth, mut is_use) = (0, false);
        while i < self.tokens.len() {
            match self.at(i) {
                "use" if depth == 0 => is_use = true,
                "mod" if depth == 0 => self.test_modules.push(self.inside(self.at(i + 1))[1..].to_vec()),
                "(" | "[" | "{" => depth += 1,
                ")" | "]" => depth -= 1,
                "}" => {
                    depth -= 1;
                    if depth == 0 && !is_use {
                        return i + 1;
                    }
                }
                ";" if depth == 0 => return i + 1,
                _ => {}
            }
            i += 1;
        }
        i
    }

    /// One tree of a `use`, from `i`, below `prefix`; answers where it ends.
    fn use_tree(&mut self, mut i: usize, prefix: &[String], external: bool) -> usize {
        let mut path = prefix.to_vec();
        let start = i;
        loop {
            match self.at(i) {
                "::" => i += 1,
                "{" => {
                    i += 1;
                    while !matches!(self.at(i), "}" | ";" | "") {
                        i = if self.at(i) == "," { i + 1 } else { self.use_tree(i, &path, external) };
                    }
                    return i + 1;
                }
                "*" => {
                    path.push("*".to_owned());
                    self.found(start, &path, external);
                    return i + 1;
                }
                _ if self.is_word(i) => {
                    // `a::{self}` is `a`; a `self` in front is this module.
                    if self.at(i) != "self" || path.is_empty() {
                        path.push(self.at(i).to_owned());
                    }
                    i += 1;
                    if self.at(i) == "::" {
                        continue;
                    }
                    let absolute = self.found(start, &path, external);
                    let name = if self.at(i) == "as" {
                        i += 2;
                        self.at(i - 1).to_owned()
                    } else {
                        path[path.len() - 1].clone()
                    };
                    if let Some(absolute) = absolute {
                        self.bound.insert(name, absolute);
                    }
                    return i;
                }
                // Inside a macro anything may follow.
                _ => return i + 1,
            }
        }
    }

    /// A path in an expression, a type or an attribute; answers where it ends.
    fn path(&mut self, start: usize) -> usize {
        let mut i = start + 1;
        // `impl ::a::B for C`: the path starts after the keyword.
        if KEYWORDS.contains(&self.at(start)) {
            return i;
        }
        let mut path = vec![self.at(start).to_owned()];
        while self.at(i) == "::" && self.is_word(i + 1) {
            path.push(self.at(i + 1).to_owned());
            i += 2;
        }
        let before = |n: usize| start.checked_sub(n).map_or("", |at| self.at(at));
        // `value.method::<T>()`, and the `Name` of `<T as Trait>::Name`.
        let part_of_another = before(1) == "." || before(1) == "::" && before(2) == ">";
        // A bare word is no path: what it stands for was named by its `use`.
        if (path.len() > 1 || self.at(i) == "::") && !part_of_another {
            self.found(start, &path, before(1) == "::");
        }
        i
    }

    /// Notes a path, made absolute. `None` if it starts at nothing known: a type, a variant, the prelude.
    fn found(&mut self, at: usize, path: &[String], external: bool) -> Option<Vec<String>> {
        let absolute = self.absolute(path, external)?;
        self.names.push((self.tokens[at].0, absolute.clone()));
        Some(absolute)
    }

    fn absolute(&self, path: &[String], external: bool) -> Option<Vec<String>> {
        let first = path[0].as_str();
        let known = self.crates.contains(first) || matches!(first, "std" | "core" | "alloc");
        let (mut start, skip) = match first {
            // The program's library as its binary names it.
            "crate" | "ocop_registry" => (vec!["crate".to_owned()], 1),
            "self" | "super" => {
                let up = path.iter().take_while(|word| *word == "super").count();
                let kept = &self.module[..self.module.len().saturating_sub(up)];
                (std::iter::once("crate".to_owned()).chain(kept.iter().cloned()).collect(), up.max(1))
            }
            _ if external => (vec![], 0),
            _ => match self.bound.get(first) {
                // `use diesel;` stands for itself.
                Some(bound) => (bound.clone(), 1),
                None => (vec![], 0),
            },
        };
        if start.is_empty() && !known {
            return None;
        }
        start.extend_from_slice(&path[skip..]);
        Some(start)
    }

    fn inside(&self, name: &str) -> Vec<String> {
        let module = self.module.iter().map(String::as_str);
        std::iter::once("crate").chain(module).chain([name]).map(str::to_owned).collect()
    }
}

/// The words, strings and signs of Rust that matter here, each with its line: identifiers, numbers, `::`, `..` and single
/// signs. Comments, strings, characters and lifetimes are left out.
fn tokens(text: &str) -> Vec<(usize, &str)> {
    let (mut tokens, mut line, mut rest) = (Vec::new(), 1, text);
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (length, keep) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), false)
        } else if rest.starts_with("/*") {
            (block_comment(rest), false)
        } else if let Some(length) = raw_string(rest) {
            (length, false)
        } else if first == '"' {
            (quoted(rest, '"'), false)
        } else if first == '\'' {
            (character_or_lifetime(rest), false)
        } else if rest.starts_with("r#") && word == 1 {
            (2, false) // a raw identifier: the word itself follows
        } else if word > 0 {
            (word, true)
        } else if rest.starts_with("::") || rest.starts_with("..") {
            (2, true)
        } else {
            (first.len_utf8(), !first.is_whitespace())
        };
        let (token, after) = rest.split_at(length);
        if keep {
            tokens.push((line, token));
        }
        line += token.matches('\n').count();
        rest = after;
    }
    tokens
}

/// Block comments nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        match &text.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of `r"…"`, `r#"…"#`, `br"…"`, `cr"…"` at the start of the text.
fn raw_string(text: &str) -> Option<usize> {
    let body = ["r", "br", "cr"].iter().find_map(|prefix| text.strip_prefix(prefix))?;
    let quoted = body.trim_start_matches('#');
    let end = format!("\"{}", "#".repeat(body.len() - quoted.len()));
    let inner = quoted.strip_prefix('"')?;
    let inner_length = inner.find(&end).map_or(inner.len(), |at| at + end.len());
    Some(text.len() - inner.len() + inner_length)
}

/// The length of a literal between two of `quote`, escapes minded.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn character_or_lifetime(text: &str) -> usize {
    let mut next = text.chars().skip(1);
    match (next.next(), next.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => quoted(text, '\''),
        _ => 1, // a lifetime: its name passes as a bare word
    }
}

/// The names in `[dependencies]`, as the source writes them.
pub(super) fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut inside = false;
    let mut names = BTreeSet::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            let (before, name) = section.split_once("dependencies").unwrap_or((section, ""));
            inside = section.ends_with("dependencies") && (before.is_empty() || before.ends_with('.'));
            if let (true, Some(name)) = (before.is_empty() || before.ends_with('.'), name.strip_prefix('.')) {
                names.insert(name.replace('-', "_"));
            }
        } else if let (true, false, Some((name, _))) = (inside, line.starts_with('#'), line.split_once(['=', '.', ' '])) {
            names.insert(name.replace('-', "_"));
        }
    }
    names
}

/// Every source file below `dir`: its path from there, and its text.
pub(super) fn sources(dir: &Path) -> Vec<(String, String)> {
    let (mut found, mut dirs) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(next) = dirs.pop() {
        for path in std::fs::read_dir(&next).expect("src/ is readable").map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                dirs.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(dir).expect("below src/").to_string_lossy().into_owned();
                found.push((name, std::fs::read_to_string(&path).expect("source is UTF-8")));
            }
        }
    }
    found.sort();
    found
}

/// `read/view/mod.rs` and `read/view.rs` are both `read::view`; the two roots are nothing.
pub(super) fn module_of(path: &str) -> Vec<String> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let mut module = path.split('/').map(str::to_owned).collect::<Vec<_>>();
    if matches!(path, "main" | "lib") || path.ends_with("/mod") {
        module.pop();
    }
    module
}
