//! The test suite: one binary, one module per promise.

mod arrows;
mod support;
mod verdict;
