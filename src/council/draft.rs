//! `/council/v1/drafts`: decisions before they are published.

use super::{Commands, Registry, Told, bare_command, command, listed, shown, told};
use crate::auth::Actor;
use crate::error::{Code, Problem, say};
use crate::http::params::Params;
use crate::read::view::page::Page;
use crate::write::draft::{self, DecisionBody, DraftState};
use crate::write::permit::unit_key;
use crate::write::publish::{self as publishing, Effects};
use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, delete, get, post, put};

const ORDER: &str = "drafts";

/// The number of a paper in an address.
pub(super) fn numbered(text: &str) -> Result<i64, Problem> {
    text.parse::<i64>().ok().filter(|id| *id > 0).ok_or_else(|| {
        let detail = say(format!("\"{text}\" không phải số."), format!("\"{text}\" is no number."));
        Problem::parameter("id", Code::MalformedIdentifier, detail)
    })
}

/// The council's drafts.
#[utoipa::path(
    operation_id = "listDrafts", tag = "drafts",
    params(
        ("state" = Option<String>, Query, description = "`draft`, `published` or `discarded`; `draft` when left out."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it."),
        ("before" = Option<String>, Query, description = "Cursor: items before it."),
    ),
    responses((status = 200, description = "A page of drafts.", body = Page<DraftState>)),
)]
#[get("/council/v1/drafts")]
pub(super) async fn list(actor: Actor, request: HttpRequest, registry: Registry) -> Told {
    let mut params = Params::of(request.query_string());
    let states = [("draft", "draft"), ("published", "published"), ("discarded", "discarded")];
    let state = params.word("state", &states).unwrap_or("draft");
    let page = params.page(ORDER);
    params.finish()?;
    let today = registry.today(&request);
    let unit = unit_key(&actor);
    let asked = page.clone();
    let found = registry
        .reader
        .look(move |snapshot| Ok(draft::list(snapshot.conn, unit, state, asked.id(), asked.backwards(), asked.limit())?))
        .await?;
    Ok(listed(found, (ORDER, &page, today), |draft| draft.id))
}

/// Begins a draft. With `dryRun=true` nothing is kept, and the answer tells what publishing it would do.
#[utoipa::path(
    operation_id = "createDraft", tag = "drafts", request_body = DecisionBody,
    responses(
        (status = 201, description = "The draft.", body = DraftState),
        (status = 200, description = "Of a dry run: what publishing would do.", body = Effects),
    ),
)]
#[post("/council/v1/drafts")]
pub(super) async fn create(actor: Actor, request: HttpRequest, registry: Registry, commands: Commands, payload: Payload) -> Told {
    let (ask, body) = command::<DecisionBody>(actor, &request, &registry, payload).await?;
    told(&registry, ask.dry_run, draft::create(&commands, ask, body).await)
}

/// A draft, with its tag.
#[utoipa::path(operation_id = "getDraft", tag = "drafts", params(("id" = i64, Path, description = "Its number.", example = 1)), responses((status = 200, description = "The draft.", body = DraftState)))]
#[get("/council/v1/drafts/{id}")]
pub(super) async fn one(actor: Actor, request: HttpRequest, registry: Registry, id: Path<String>) -> Told {
    let id = numbered(&id)?;
    Params::of(request.query_string()).finish()?;
    let (known, _) = registry.reader.look(move |snapshot| Ok(draft::find(snapshot.conn, unit_key(&actor), id)?)).await?;
    Ok(shown(&known.ok_or_else(|| Problem::not_found(&id.to_string()))?))
}

/// Changes a draft. The whole of it is sent.
#[utoipa::path(operation_id = "changeDraft", tag = "drafts", params(("id" = i64, Path, description = "Its number.", example = 1)), request_body = DecisionBody, responses((status = 200, description = "The draft.", body = DraftState)))]
#[put("/council/v1/drafts/{id}")]
pub(super) async fn change(
    actor: Actor,
    request: HttpRequest,
    registry: Registry,
    commands: Commands,
    id: Path<String>,
    payload: Payload,
) -> Told {
    let id = numbered(&id)?;
    let (ask, body) = command::<DecisionBody>(actor, &request, &registry, payload).await?;
    told(&registry, ask.dry_run, draft::change(&commands, ask, id, body).await)
}

/// Discards a draft.
#[utoipa::path(operation_id = "discardDraft", tag = "drafts", params(("id" = i64, Path, description = "Its number.", example = 1)), responses((status = 200, description = "The draft.", body = DraftState)))]
#[delete("/council/v1/drafts/{id}")]
pub(super) async fn discard(actor: Actor, request: HttpRequest, registry: Registry, commands: Commands, id: Path<String>) -> Told {
    let id = numbered(&id)?;
    let ask = bare_command(actor, &request, &registry, Params::of(request.query_string()))?;
    told(&registry, ask.dry_run, draft::discard(&commands, ask, id).await)
}

/// Publishes a draft: the decision with all its certificates or acts, in one transaction, or nothing.
///
/// By somebody other than its drafter. `If-Match` is the tag of the draft, so that what is published
/// is what was read. With `dryRun=true` nothing is written, and conflicts are listed instead of refused.
#[utoipa::path(operation_id = "publishDraft", tag = "drafts", params(("id" = i64, Path, description = "Its number.", example = 1)), responses((status = 200, description = "What it did, or would do.", body = Effects)))]
#[post("/council/v1/drafts/{id}/publish")]
pub(super) async fn publish(actor: Actor, request: HttpRequest, registry: Registry, commands: Commands, id: Path<String>) -> Told {
    let id = numbered(&id)?;
    let ask = bare_command(actor, &request, &registry, Params::of(request.query_string()))?;
    told(&registry, ask.dry_run, publishing::publish(&commands, ask, id).await)
}
