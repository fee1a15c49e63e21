//! `/council/v1/producers`.

use super::{Commands, Registry, Told, command, shown, told};
use crate::auth::Actor;
use crate::domain::code::{Noun, code_of};
use crate::error::Problem;
use crate::http::asked::coded;
use crate::http::params::Params;
use crate::write::merge::{self as merging, MergeBody};
use crate::write::permit::looks_after;
use crate::write::producer::{self, ProducerBody};
use crate::write::state::{self, ProducerState};
use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, get, post, put};

/// Enters a producer.
#[utoipa::path(operation_id = "createProducer", tag = "producers", request_body = ProducerBody, responses((status = 201, description = "The producer.", body = ProducerState)))]
#[post("/council/v1/producers")]
pub(super) async fn create(actor: Actor, request: HttpRequest, registry: Registry, commands: Commands, payload: Payload) -> Told {
    let (ask, body) = command::<ProducerBody>(actor, &request, &registry, payload).await?;
    told(&registry, ask.dry_run, producer::create(&commands, ask, body).await)
}

/// A producer as it may be corrected, with its tag.
#[utoipa::path(operation_id = "getProducerState", tag = "producers", params(("code" = String, Path, description = "Registry code.", example = "M0000015")), responses((status = 200, description = "The producer.", body = ProducerState)))]
#[get("/council/v1/producers/{code}")]
pub(super) async fn one(actor: Actor, request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let id = coded(&code, Noun::Producer)?;
    Params::of(request.query_string()).finish()?;
    let today = registry.today(&request);
    let state = registry.reader.look(move |snapshot| {
        let state = state::producer(snapshot.conn, id)?.ok_or_else(|| Problem::not_found(&code_of(Noun::Producer, id)))?;
        looks_after(&actor, &state.place, today, "/place").map_err(Problem::from)?;
        Ok(state)
    });
    Ok(shown(&state.await?.0))
}

/// Corrects a producer. The whole of it is sent, with the reason; its products show the correction at once.
#[utoipa::path(operation_id = "correctProducer", tag = "producers", params(("code" = String, Path, description = "Registry code.", example = "M0000015")), request_body = ProducerBody, responses((status = 200, description = "The producer.", body = ProducerState)))]
#[put("/council/v1/producers/{code}")]
pub(super) async fn correct(
    actor: Actor,
    request: HttpRequest,
    registry: Registry,
    commands: Commands,
    code: Path<String>,
    payload: Payload,
) -> Told {
    let id = coded(&code, Noun::Producer)?;
    let (ask, body) = command::<ProducerBody>(actor, &request, &registry, payload).await?;
    told(&registry, ask.dry_run, producer::correct(&commands, ask, id, body).await)
}

/// Merges a producer into another one that it turned out to be; its code leads there for good.
#[utoipa::path(operation_id = "mergeProducer", tag = "producers", params(("code" = String, Path, description = "Registry code of the one that goes.", example = "M0000015")), request_body = MergeBody, responses((status = 200, description = "The survivor.", body = ProducerState)))]
#[post("/council/v1/producers/{code}/merge")]
pub(super) async fn merge(
    actor: Actor,
    request: HttpRequest,
    registry: Registry,
    commands: Commands,
    code: Path<String>,
    payload: Payload,
) -> Told {
    let id = coded(&code, Noun::Producer)?;
    let (ask, body) = command::<MergeBody>(actor, &request, &registry, payload).await?;
    told(&registry, ask.dry_run, merging::producers(&commands, ask, id, body).await)
}
