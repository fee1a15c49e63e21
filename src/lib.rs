//! The public registry of certified OCOP products of Vietnam.

pub mod domain;
pub mod store;
