//! Which commands were run for the council: for its auditors.

use super::{Registry, Told};
use crate::auth::{Actor, Role};
use crate::domain::history::MINISTRY;
use crate::error::{Code, Problem, say};
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::command::{ORDER, commands};
use crate::read::view::command::CommandRun;
use crate::read::view::fields::members;
use crate::read::view::page::Page;
use actix_web::{HttpRequest, get};
use std::sync::LazyLock;

static MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<CommandRun>);

/// The commands run for the council, newest first: by whom, about what. For auditors only.
#[utoipa::path(
    operation_id = "listCommands", tag = "oversight",
    params(
        ("fields" = Option<String>, Query, description = "Members wanted of each item, with commas between."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it, which are older."),
        ("before" = Option<String>, Query, description = "Cursor: items before it, which are newer."),
    ),
    responses((status = 200, description = "A page of commands.", body = Page<CommandRun>)),
)]
#[get("/council/v1/commands")]
pub(super) async fn list(actor: Actor, request: HttpRequest, registry: Registry) -> Told {
    if !actor.has(Role::Auditor) {
        let detail = say("Chỉ kiểm toán viên của hội đồng được xem.", "Only an auditor of the council may see who ran what.");
        return Err(Problem::new(Code::Forbidden, detail));
    }
    let today = registry.today(&request);
    let mut params = Params::of(request.query_string());
    let fields = params.fields(&MEMBERS);
    let page = params.page(ORDER);
    params.finish()?;
    let unit = actor.unit_key().unwrap_or(MINISTRY);
    let answer = registry.reader.ask(move |snapshot| commands(snapshot, unit, &page, today, fields.as_deref())).await?;
    Ok(registry.reply(&request, answer, Keep::No, &[]))
}
