//! The public registry of certified OCOP products of Vietnam.

pub mod cli;
pub mod config;
pub mod domain;
pub mod store;
pub mod write;
