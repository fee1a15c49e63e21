//! `/council/v1/planned-checks` and `/council/v1/post-checks` (hậu kiểm).

use super::draft::numbered;
use super::{Commands, Registry, Told, bare_command, command, listed, shown, told};
use crate::auth::Actor;
use crate::error::Problem;
use crate::http::params::Params;
use crate::read::view::page::{Page, Whole};
use crate::write::permit::unit_key;
use crate::write::post_check::{self, CheckBody, ConclusionBody, PlanBody, PlanState};
use crate::write::state::PostCheckState;
use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, delete, get, post};

const ORDER: &str = "post-checks";

/// The checks that the council plans, the next due first; 500 at most.
#[utoipa::path(operation_id = "listPlannedChecks", tag = "post-checks", responses((status = 200, description = "The plans.", body = Whole<PlanState>)))]
#[get("/council/v1/planned-checks")]
pub(super) async fn plans(actor: Actor, request: HttpRequest, registry: Registry) -> Told {
    Params::of(request.query_string()).finish()?;
    let today = registry.today(&request);
    let found = registry.reader.look(move |snapshot| {
        let items = post_check::plans(snapshot.conn, unit_key(&actor))?;
        Ok(Whole { items, data_version: snapshot.position, as_of: today })
    });
    Ok(shown(&found.await?.0))
}

/// Plans a check. The public does not learn of it.
#[utoipa::path(operation_id = "planCheck", tag = "post-checks", request_body = PlanBody, responses((status = 201, description = "The plan.", body = PlanState)))]
#[post("/council/v1/planned-checks")]
pub(super) async fn plan(actor: Actor, request: HttpRequest, registry: Registry, commands: Commands, payload: Payload) -> Told {
    let (ask, body) = command::<PlanBody>(actor, &request, &registry, payload).await?;
    told(&registry, ask.dry_run, post_check::plan(&commands, ask, body).await)
}

/// Drops a plan.
#[utoipa::path(operation_id = "dropPlannedCheck", tag = "post-checks", params(("id" = i64, Path, description = "Its number.", example = 1)), responses((status = 200, description = "The plan.", body = PlanState)))]
#[delete("/council/v1/planned-checks/{id}")]
pub(super) async fn drop_plan(actor: Actor, request: HttpRequest, registry: Registry, commands: Commands, id: Path<String>) -> Told {
    let id = numbered(&id)?;
    let ask = bare_command(actor, &request, &registry, Params::of(request.query_string()))?;
    told(&registry, ask.dry_run, post_check::drop_plan(&commands, ask, id).await)
}

/// The checks that the council has carried out.
#[utoipa::path(
    operation_id = "listPostChecks", tag = "post-checks",
    params(
        ("open" = Option<bool>, Query, description = "Only those that are not concluded."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it."),
        ("before" = Option<String>, Query, description = "Cursor: items before it."),
    ),
    responses((status = 200, description = "A page of checks.", body = Page<PostCheckState>)),
)]
#[get("/council/v1/post-checks")]
pub(super) async fn list(actor: Actor, request: HttpRequest, registry: Registry) -> Told {
    let mut params = Params::of(request.query_string());
    let open = params.word("open", &[("true", true), ("false", false)]).unwrap_or(false);
    let page = params.page(ORDER);
    params.finish()?;
    let today = registry.today(&request);
    let unit = unit_key(&actor);
    let asked = page.clone();
    let found = registry
        .reader
        .look(move |snapshot| Ok(post_check::list(snapshot.conn, unit, open, asked.id(), asked.backwards(), asked.limit())?))
        .await?;
    Ok(listed(found, (ORDER, &page, today), |check| check.id))
}

/// Records that a check took place. That it did is public from now on; what was found is not.
#[utoipa::path(operation_id = "recordCheck", tag = "post-checks", request_body = CheckBody, responses((status = 201, description = "The check.", body = PostCheckState)))]
#[post("/council/v1/post-checks")]
pub(super) async fn record(actor: Actor, request: HttpRequest, registry: Registry, commands: Commands, payload: Payload) -> Told {
    let (ask, body) = command::<CheckBody>(actor, &request, &registry, payload).await?;
    told(&registry, ask.dry_run, post_check::record(&commands, ask, body).await)
}

/// A check, with its tag.
#[utoipa::path(operation_id = "getPostCheck", tag = "post-checks", params(("id" = i64, Path, description = "Its number.", example = 1)), responses((status = 200, description = "The check.", body = PostCheckState)))]
#[get("/council/v1/post-checks/{id}")]
pub(super) async fn one(actor: Actor, request: HttpRequest, registry: Registry, id: Path<String>) -> Told {
    let id = numbered(&id)?;
    Params::of(request.query_string()).finish()?;
    let (known, _) = registry.reader.look(move |snapshot| Ok(post_check::find(snapshot.conn, unit_key(&actor), id)?)).await?;
    Ok(shown(&known.ok_or_else(|| Problem::not_found(&id.to_string()))?))
}

/// Concludes a check: kept, corrected, or withdrawn by a decision that is published already.
#[utoipa::path(operation_id = "concludeCheck", tag = "post-checks", params(("id" = i64, Path, description = "Its number.", example = 1)), request_body = ConclusionBody, responses((status = 200, description = "The check.", body = PostCheckState)))]
#[post("/council/v1/post-checks/{id}/conclude")]
pub(super) async fn conclude(
    actor: Actor,
    request: HttpRequest,
    registry: Registry,
    commands: Commands,
    id: Path<String>,
    payload: Payload,
) -> Told {
    let id = numbered(&id)?;
    let (ask, body) = command::<ConclusionBody>(actor, &request, &registry, payload).await?;
    told(&registry, ask.dry_run, post_check::conclude(&commands, ask, id, body).await)
}
