//! The door `/council/v1`, on a listener of its own: it reads a request of an actor, asks one
//! question or runs one command, answers. One registration makes route, handler and specification.

pub mod document;
mod me;
mod status;

use crate::error::Problem;
use crate::http::Public;
use actix_web::HttpResponse;
use actix_web::web::Data;
use utoipa_actix_web::service_config::ServiceConfig;

/// What both sides share, as handlers get it.
type Registry = Data<Public>;
/// What a handler returns; the front renders problems.
type Told = Result<HttpResponse, Problem>;

/// Registers every route of the council side.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(me::me).service(status::healthz).service(status::jwks).service(status::root);
}
