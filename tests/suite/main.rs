//! The test suite: one binary, one module per promise.

mod arrows;
mod rest;
mod support;
mod verdict;
