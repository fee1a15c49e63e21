//! The door `/v1`: it reads a request, asks one question, answers. One registration makes route,
//! handler and specification.

mod certificate;
mod change;
mod decision;
pub mod document;
mod export;
mod place;
mod producer;
mod product;
mod reference;
mod stats;
mod status;
mod verification;

use crate::domain::code::{self, CodeError, Noun};
use crate::error::{Code, Problem, say};
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
        .service(producer::list)
        .service(producer::one)
        .service(decision::list)
        .service(decision::one)
        .service(decision::products)
        .service(certificate::list)
        .service(certificate::one)
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
        .service(status::catalog)
        .service(status::root);
}

/// Reads a registry code of a kind from the address.
fn coded(text: &str, noun: Noun) -> Result<i64, Problem> {
    match code::parse(text) {
        Ok((kind, serial)) if kind == noun => Ok(serial),
        Ok((kind, _)) => Err(Problem::parameter(
            "code",
            Code::MalformedIdentifier,
            say(
                format!("\"{text}\" là mã loại {kind}, ở đây cần mã loại {noun}."),
                format!("\"{text}\" is a code of kind {kind}; here a code of kind {noun} is needed."),
            ),
        )),
        Err(CodeError::Checksum) => Err(Problem::parameter(
            "code",
            Code::ChecksumFailed,
            say(
                format!("\"{text}\" sai ký tự kiểm tra; hãy kiểm tra lỗi gõ."),
                format!("The check character of \"{text}\" is wrong; look for a typing error."),
            ),
        )),
        Err(CodeError::Malformed) => Err(Problem::parameter(
            "code",
            Code::MalformedIdentifier,
            say(format!("\"{text}\" không phải mã đăng ký."), format!("\"{text}\" is no registry code.")),
        )),
    }
}
