//! The public registry of certified OCOP products of Vietnam.
//!
//! The house, from the street to the cellar; a room may use those below it, never those above:
//!
//! | room | what it does |
//! |---|---|
//! | [`cli`] | the command line |
//! | [`app`] | builds the state once, mounts the apps |
//! | [`rest`] | door: `/v1` |
//! | [`council`] | door: `/council/v1`, on a listener of its own |
//! | [`graphql`] | door: `/graphql` |
//! | [`web`] | door: pages for people |
//! | [`http`] | what the doors share: problems, answers, limits |
//! | [`read`] | questions, views, the answer cache |
//! | [`mod@write`] | commands: ledger and effect in one transaction |
//! | [`store`] | diesel and SQL, and nothing else |
//! | [`domain`] | pure types and rules |
//!
//! Beside them: [`auth`], who is acting; [`config`], every setting; [`error`], the catalogue of problems. A test holds the
//! arrows between the rooms.
//!
//! A door that asks reaches no command, with one exception: anybody may tell of a wrong label, so `web`
//! may name `write::label_report`, which writes no fact of the registry.

pub mod app;
pub mod auth;
pub mod cli;
pub mod config;
pub mod council;
pub mod domain;
pub mod error;
pub mod graphql;
pub mod http;
pub mod read;
pub mod rest;
pub mod store;
pub mod web;
pub mod write;
