//! `/council/v1/decisions`: what was published, and what is known from elsewhere.

use super::{Commands, Registry, Told, command, shown, told};
use crate::auth::Actor;
use crate::domain::code::{Noun, code_of};
use crate::error::Problem;
use crate::http::asked::coded;
use crate::http::params::Params;
use crate::write::document::{self, DocumentBody};
use crate::write::state::{self, DecisionState};
use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, get, post};

/// A decision as it may be completed, with its tag.
#[utoipa::path(operation_id = "getDecisionState", tag = "decisions", params(("code" = String, Path, description = "Registry code.", example = "D0000010")), responses((status = 200, description = "The decision.", body = DecisionState)))]
#[get("/council/v1/decisions/{code}")]
pub(super) async fn one(actor: Actor, request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let id = coded(&code, Noun::Decision)?;
    // Decisions are public, whoever signed them.
    drop(actor);
    Params::of(request.query_string()).finish()?;
    let (known, _) = registry.reader.look(move |snapshot| Ok(state::decision(snapshot.conn, id)?)).await?;
    Ok(shown(&known.ok_or_else(|| Problem::not_found(&code_of(Noun::Decision, id)))?))
}

/// Attaches the signed document to a decision that is known from elsewhere: it and its certificates
/// then rest on their first source.
#[utoipa::path(operation_id = "attachDocument", tag = "decisions", params(("code" = String, Path, description = "Registry code.", example = "D0000010")), request_body = DocumentBody, responses((status = 200, description = "The decision.", body = DecisionState)))]
#[post("/council/v1/decisions/{code}/document")]
pub(super) async fn attach(
    actor: Actor,
    request: HttpRequest,
    registry: Registry,
    commands: Commands,
    code: Path<String>,
    payload: Payload,
) -> Told {
    let id = coded(&code, Noun::Decision)?;
    let (ask, body) = command::<DocumentBody>(actor, &request, &registry, payload).await?;
    told(&registry, ask.dry_run, document::attach(&commands, ask, id, body).await)
}
