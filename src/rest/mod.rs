//! The door `/v1`: it reads a request, asks one question, answers. One registration makes route,
//! handler and specification.

mod certificate;
mod change;
mod decision;
pub mod document;
mod export;
mod history;
mod place;
mod producer;
mod product;
mod reference;
mod stats;
mod status;
mod verification;

use crate::error::Problem;
use crate::http::Public;
use actix_web::HttpResponse;
use actix_web::web::Data;
use utoipa_actix_web::service_config::ServiceConfig;

/// The public side, as handlers get it.
type Registry = Data<Public>;
/// What a handler returns; the front renders problems.
type Told = Result<HttpResponse, Problem>;

/// Registers every route of the public REST side.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(product::list)
        .service(product::one)
        .service(history::of_product)
        .service(producer::list)
        .service(producer::one)
        .service(history::of_producer)
        .service(decision::list)
        .service(decision::one)
        .service(decision::products)
        .service(history::of_decision)
        .service(certificate::list)
        .service(certificate::one)
        .service(history::of_certificate)
        .service(place::list)
        .service(place::one)
        .service(reference::groups)
        .service(reference::regimes)
        .service(verification::by_decision)
        .service(verification::one)
        .service(verification::batch)
        .service(stats::stats)
        .service(change::list)
        .service(export::products)
        .service(export::certificates)
        .service(status::healthz)
        .service(status::readyz)
        .service(status::metrics)
        .service(status::problems)
        .service(status::problem)
        .service(status::catalog);
}
