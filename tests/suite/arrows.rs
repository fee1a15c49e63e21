//! Holds the arrows: which room of `src/` may name which other room, and which crate.
//!
//! Every path in the source is read (comments, strings and `#[cfg(test)]` items left out) and compared with the table.
//! To give a room a new crate or a new arrow, change its row, in the commit that needs it.

mod source;

use std::collections::BTreeSet;
use std::path::Path;

use source::{Source, dependencies, sources};

/// Crates that only `store` may name, and `jsonwebtoken`, that only `auth` may.
const KEPT: &str = "diesel diesel_migrations libsqlite3_sys pq_sys jsonwebtoken aws_lc_rs";

/// A domain that reads no clock, no disk, no network and no environment can be tested by its arguments alone.
const IMPURE: &str = "std::env std::fs std::io std::net std::process std::thread std::time::Instant \
                      std::time::SystemTime chrono::Utc::now chrono::Local chrono::prelude";

/// room, rooms that it may name, crates that it may name, what it may not name all the same.
///
/// Its own room and `error` are free to every room, `std` too; `*` means any crate; `room::module` means that module alone.
/// A row may wait for its room; a room without a row fails.
#[rustfmt::skip]
const TABLE: &[(&str, &str, &str, &str)] = &[
    // The way in.
    ("main",    "cli",                               "clap mimalloc", ""),
    ("lib",     "",                                  "", ""),
    ("cli",     "app graphql council rest web http auth config read write store domain",
                                                     "*", KEPT),
    ("app",     "graphql council rest web http auth config read write store domain",
                                                     "*", KEPT),
    // Doors: parse, call one function, answer.
    ("rest",    "http read domain",                  "actix_web bytes chrono futures_util serde serde_json tokio tracing utoipa utoipa_actix_web", ""),
    ("graphql", "http read domain",                  "actix_web async_graphql bytes chrono futures_util quick_cache serde serde_json sha2 strsim tracing utoipa", ""),
    ("council", "http auth read write domain",       "actix_web chrono futures_util serde serde_json tracing utoipa utoipa_actix_web xxhash_rust", "read::cache"),
    // It writes nothing but what the public tells of labels, by the one command for it.
    ("web",     "http read domain write::label_report",
                                                     "actix_web chrono form_urlencoded maud png qrcode serde_json tracing xxhash_rust", ""),
    // Beside the doors.
    ("http",    "auth read domain",                  "actix_web brotli bytes chrono flate2 form_urlencoded futures_util governor prometheus serde serde_json serde_path_to_error tokio tracing utoipa xxhash_rust zstd", ""),
    // The only room besides `store` that reaches out of the program: for the keys of tokens.
    ("auth",    "domain",                            "aws_lc_rs base64 chrono jsonwebtoken rustls rustls_native_certs serde serde_json thiserror tokio tracing ureq", ""),
    // Questions and commands.
    ("read",    "store domain",                      "base64 bytes chrono csv futures_util postcard quick_cache rust_xlsxwriter serde serde_json smol_str sonic_rs tokio tracing utoipa xxhash_rust", ""),
    ("write",   "auth store domain",                 "calamine chrono csv fastrand serde serde_json sha2 smol_str thiserror tokio tracing utoipa xxhash_rust zip", ""),
    // The database, and nobody else.
    ("store",   "domain",                            "chrono diesel diesel_migrations futures_util libsqlite3_sys postcard pq_sys serde serde_json smol_str thiserror tokio tracing", ""),
    // What everything stands on. `csv` reads the reference data compiled into the program.
    ("domain",  "",                                  "chrono csv serde smol_str thiserror unicode_normalization", IMPURE),
    // The address of the database is a type of the store, that of keys one of auth.
    ("config",  "auth store domain",                      "clap serde", ""),
    ("error",   "",                                  "serde thiserror utoipa", ""),
];

#[test]
fn the_source_keeps_to_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).expect("Cargo.toml is readable");
    let crates = dependencies(&manifest);
    let files = sources(&root.join("src"));
    assert!(!files.is_empty(), "no source found");
    let sources = files.iter().map(|(path, text)| Source::read(path, text, &crates)).collect::<Vec<_>>();
    let tests = sources.iter().flat_map(|source| &source.test_modules).collect::<BTreeSet<_>>();
    let wrong = sources
        .iter()
        .filter(|source| !(0..=source.module.len()).any(|n| tests.contains(&source.module[..n].to_vec())))
        .flat_map(Source::violations)
        .collect::<Vec<_>>();
    assert!(wrong.is_empty(), "against the table in tests/suite/arrows.rs:\n{}", wrong.join("\n"));
}

#[test]
fn the_table_has_no_circle() {
    let room_of = |word: &'static str| word.split("::").next().unwrap_or(word);
    let mut left: Vec<_> = TABLE.iter().map(|(room, rooms, ..)| (*room, words(rooms).map(room_of).collect::<Vec<_>>())).collect();
    let rooms = left.iter().map(|(room, _)| *room).collect::<BTreeSet<_>>();
    assert_eq!(rooms.len(), TABLE.len(), "a room has two rows");
    assert!(left.iter().flat_map(|(_, to)| to).all(|room| rooms.contains(room)), "a row names a room without a row");
    while let Some(at) = left.iter().position(|(_, to)| to.iter().all(|room| left.iter().all(|(other, _)| other != room))) {
        left.remove(at);
    }
    assert!(left.is_empty(), "arrows in a circle among {left:?}");
}

impl Source {
    fn room(&self) -> &str {
        match self.path.as_str() {
            "main.rs" => "main",
            "lib.rs" => "lib",
            _ => &self.module[0],
        }
    }

    fn violations(&self) -> Vec<String> {
        let room = self.room();
        let Some((_, rooms, crates, never)) = TABLE.iter().find(|row| row.0 == room) else {
            return vec![format!("src/{}: the room `{room}` has no row", self.path)];
        };
        let free = |path: &[String]| match (path[0].as_str(), path.get(1)) {
            ("crate", Some(to)) => to == room || to == "error" || words(rooms).any(|word| leads_to(word, &path[1..])),
            ("crate", None) | ("std" | "core" | "alloc", _) => true,
            (name, _) => *crates == "*" || words(crates).any(|word| word == name),
        };
        let barred = |path: &[String]| {
            let path = if path[0] == "crate" { &path[1..] } else { path };
            words(never).any(|word| {
                let word = word.split("::").collect::<Vec<_>>();
                // `use crate::read::*` brings `read::cache` along.
                match path.split_last() {
                    Some((last, before)) if last == "*" => before.iter().zip(&word).all(|(a, b)| a == b),
                    _ => path.len() >= word.len() && path.iter().zip(&word).all(|(a, b)| a == b),
                }
            })
        };
        let wrong = self.names.iter().filter(|(_, path)| !free(path) || barred(path));
        wrong.map(|(line, path)| format!("src/{}:{line}: `{room}` may not name {}", self.path, path.join("::"))).collect()
    }
}

/// Whether a path lies in a room, or in the one module of a room that a row names.
fn leads_to(word: &str, path: &[String]) -> bool {
    word.split("::").enumerate().all(|(i, part)| path.get(i).is_some_and(|name| name == part))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

/// The rule on bad and good snippets.
mod snippets {
    use super::source::module_of;
    use super::*;

    /// What a file named `path` with this text does against the table, without its place.
    fn wrong(path: &str, text: &str) -> Vec<String> {
        let crates = ["diesel", "actix_web", "csv", "chrono", "serde", "thiserror"].map(str::to_owned).into();
        let of = |line: String| line.rsplit_once("may not name ").map_or(line.clone(), |(_, name)| name.to_owned());
        Source::read(path, text, &crates).violations().into_iter().map(of).collect()
    }

    #[test]
    fn sees_a_forbidden_room_however_it_is_written() {
        for text in [
            "use crate::store::Store;",
            "use crate::{read::product, store::Store};",
            "use crate::{read::{self, product}, store};",
            "use ::std::fmt; use crate::store as ground;",
            "fn f() { crate::store::open(); }",
            "fn f(s: &crate::store::Store) {}",
            "fn f() { let x = 0..crate::store::LIMIT; }",
            "use super::super::store::Store;",
            "use super::super::{store, read};",
            "mod inner { use super::super::super::store; }",
            "use crate as root; use root::store::Store;",
            "fn f() { root::store::open() } use crate::{self as root};",
            "macro_rules! m { () => { $crate::store::open() } }",
            "pub(in crate::store) fn f() {}",
            "fn f() -> <crate::store::Store as Clone>::Out {}",
            "use ocop_registry::store::Store;",
        ] {
            let found = wrong("rest/product.rs", text);
            assert!(found.iter().any(|name| name.starts_with("crate::store")), "{text}: {found:?}");
        }
        assert_eq!(wrong("lib.rs", "pub mod store; pub use store::Store;"), ["crate::store::Store"]);
        assert_eq!(wrong("main.rs", "fn main() { ocop_registry::store::open() }"), ["crate::store::open"]);
        assert_eq!(wrong("rest/mod.rs", "use crate::*;"), ["crate::*"]);
    }

    #[test]
    fn sees_a_forbidden_crate_however_it_is_written() {
        for text in [
            "use diesel::prelude::*;",
            "use ::diesel::prelude::*;",
            "use {diesel::Connection, std::fmt};",
            "use diesel;",
            "extern crate diesel;",
            "#[derive(diesel::Queryable)] struct Row;",
            "fn f(c: &mut diesel::PgConnection) {}",
            "fn f() { ::diesel::sql_query(\"select 1\"); }",
            "diesel::table! { t (id) { id -> Text, } }",
            "fn f() { diesel::r#select(1) }",
            "impl ::diesel::Queryable for Row {}",
            "fn f() { return ::diesel::x() }",
        ] {
            for path in ["rest/product.rs", "app.rs", "domain/product.rs"] {
                assert!(wrong(path, text).iter().any(|name| name.starts_with("diesel")), "{path}: {text}");
            }
            assert_eq!(wrong("store/product.rs", text), [""; 0], "{text}");
        }
    }

    #[test]
    fn sees_the_answer_cache_from_the_council() {
        for text in [
            "use crate::read::cache::Cache;",
            "use crate::read::{product, cache};",
            "use crate::read; fn f() { read::cache::get() }",
            "use crate::read::*;",
        ] {
            assert_eq!(wrong("council/product.rs", text).len(), 1, "{text}");
            assert_eq!(wrong("rest/product.rs", text), [""; 0], "{text}");
        }
    }

    #[test]
    fn sees_other_commands_from_the_pages() {
        for text in
            ["use crate::write::import;", "use crate::write;", "use crate::write::*;", "use crate::write::{label_report, generate};"]
        {
            assert_eq!(wrong("web/label_report.rs", text).len(), 1, "{text}");
        }
        assert_eq!(wrong("web/label_report.rs", "use crate::write::label_report::{LabelReport, LabelReports};"), [""; 0]);
        assert_eq!(wrong("rest/product.rs", "use crate::write::label_report;").len(), 1);
    }

    #[test]
    fn sees_a_clock_in_the_domain() {
        assert_eq!(wrong("domain/day.rs", "use chrono::Utc; fn f() { Utc::now() }"), ["chrono::Utc::now"]);
        assert_eq!(wrong("domain/day.rs", "use std::{fmt, time::SystemTime};"), ["std::time::SystemTime"]);
        assert_eq!(wrong("domain/day.rs", "use chrono::*;"), ["chrono::*"]);
        assert_eq!(wrong("domain/day.rs", "use chrono::{NaiveDate, Utc}; use std::fmt;"), [""; 0]);
    }

    #[test]
    fn sees_a_room_without_a_row() {
        assert_eq!(wrong("cellar/mod.rs", ""), ["src/cellar/mod.rs: the room `cellar` has no row"]);
        assert_eq!(wrong("rest/mod.rs", "use crate::cellar;"), ["crate::cellar"]);
    }

    #[test]
    fn passes_over_what_is_not_a_name() {
        for text in [
            "// use crate::store;\n/// crate::store\n//! diesel::x\n/* a /* nested */ use crate::store; */",
            r####"const A: &str = "use \" crate::store"; const B: &str = r#"" crate::store "#; const C: &[u8] = br"\";"####,
            "fn f<'a>(c: char) -> &'a str { if c == '\"' || c == '\\'' { \"crate::store::x\" } else { \"\" } }",
            "#[cfg(test)] mod tests { use crate::store::Store; fn f() { diesel::x() } }",
            "#[cfg(test)] #[path = \"x\"] mod tests; #[cfg(test)] use crate::{store::a, write::b}; fn f() {}",
            "#[cfg(test)] fn f(a: [u8; 2]) -> crate::store::Store { diesel::x() }",
            "fn f() { row.diesel::<u8>(); row.store.x(); Store::diesel::x() }",
            "use crate::read::diesel; fn f() { diesel::render() }",
            "mod diesel; use self::diesel::x; fn f() { diesel::render() }",
            "use actix_web::{web, HttpResponse}; fn f() -> impl Sized + use<> { web::get() }",
            "use super::product; use crate::{error::Error, rest, read};",
        ] {
            assert_eq!(wrong("rest/product.rs", text), [""; 0], "{text}");
        }
        // What follows a test module counts again.
        let text = "#[cfg(test)] mod tests { fn f() { {} } } use crate::store;";
        assert_eq!(wrong("rest/product.rs", text), ["crate::store"]);
    }

    #[test]
    fn tells_the_line() {
        let source = Source::read("rest/a.rs", "/* one\ntwo */\n\"three\n\"; use crate::\n  store;", &BTreeSet::new());
        assert_eq!(source.violations(), ["src/rest/a.rs:4: `rest` may not name crate::store"]);
    }

    #[test]
    fn knows_the_dependencies() {
        let manifest = "[package]\nname = \"x\"\n[dependencies]\n# no = \"1\"\nasync-graphql = \"7\"\nserde.workspace = true\n\
                        [dependencies.csv]\nversion = \"1\"\n[dev-dependencies]\ninsta = \"1\"\n[target.'cfg(unix)'.dependencies]\nlibc = \"1\"";
        assert_eq!(dependencies(manifest), ["async_graphql", "csv", "libc", "serde"].map(str::to_owned).into());
    }

    #[test]
    fn skips_the_file_of_a_test_module() {
        let source = Source::read("read/product.rs", "#[cfg(test)]\nmod tests;", &BTreeSet::new());
        assert_eq!(source.test_modules, [["read", "product", "tests"]]);
        assert_eq!(module_of("read/product/tests.rs"), ["read", "product", "tests"]);
    }
}
