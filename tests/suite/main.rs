//! The test suite: one binary, one module per promise.

mod arrows;
mod council;
mod import;
mod ledger;
mod plans;
mod program;
mod rest;
mod support;
mod verdict;
mod web;
