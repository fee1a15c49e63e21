//! What the tests share.

pub(crate) mod council;
pub(crate) mod database;
pub(crate) mod issuer;
pub(crate) mod postgres;
pub(crate) mod program;
pub(crate) mod registry;
pub(crate) mod schema;
pub(crate) mod tokens;
