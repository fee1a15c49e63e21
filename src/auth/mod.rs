//! Who is acting, and for which council: tokens (RFC 7519, RFC 9068), the keys they are checked
//! with, the actor that they name. Nothing here knows HTTP as it is served; what an actor may do is
//! checked in the commands.

pub mod actor;
pub mod fetch;
pub mod issue;
pub mod jwk;
pub mod keys;
pub mod refusal;
pub mod token;

pub use actor::{Actor, Council, CouncilKind, Role, Roles};
pub use keys::{KeySource, Keys};
pub use refusal::Refusal;
pub use token::Verifier;
