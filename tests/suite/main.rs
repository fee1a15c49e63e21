//! The test suite: one binary, one module per promise.

mod arrows;
mod council;
mod graphql;
mod import;
mod ledger;
mod plans;
mod program;
mod rest;
mod support;
mod verdict;
mod web;
