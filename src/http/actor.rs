//! The actor of a request: whoever holds the bearer token that came with it (RFC 6750, section 2.1).

use super::Public;
use crate::auth::{Actor, Refusal, Verifier};
use crate::error::Problem;
use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

/// A handler that takes an actor is for holders of tokens only. Take the actor first: then nobody
/// else learns what is wrong with the rest of a request.
impl FromRequest for Actor {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            // Without keys nobody is let in.
            let (Some(verifier), Some(public)) = (request.app_data::<Data<Verifier>>(), request.app_data::<Data<Public>>()) else {
                return Err(Refusal::NoKeys.into());
            };
            let read = match bearer(request.headers()) {
                Ok(token) => verifier.actor(token, public.began(&request)).await,
                Err(refusal) => Err(refusal),
            };
            read.map_err(|refusal| {
                // The reason and never the token.
                tracing::info!(path = request.path(), ?refusal, "not let in");
                refusal.into()
            })
        })
    }
}

/// The token of a request.
fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION);
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(if headers.contains_key(header::AUTHORIZATION) { Refusal::Invalid("two came at once") } else { Refusal::NoToken });
    };
    let value = value.to_str().map_err(|_| Refusal::Invalid("it is not ASCII"))?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim_matches(' ')),
        // Another scheme is no attempt with a token.
        _ => Err(Refusal::NoToken),
    }
}
