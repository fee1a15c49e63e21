//! `/v1/groups` and `/v1/regimes`: lists of the law.

use super::{Registry, Told};
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::reference;
use crate::read::view::classification::Group;
use crate::read::view::page::Whole;
use crate::read::view::regime::Regime;
use actix_web::{HttpRequest, get};

/// The six product groups and their 26 sets, with what they were called before.
#[utoipa::path(operation_id = "listGroups", tag = "reference", responses((status = 200, description = "All groups.", body = Whole<Group>)))]
#[get("/v1/groups")]
pub(super) async fn groups(request: HttpRequest, registry: Registry) -> Told {
    Params::of(request.query_string()).finish()?;
    let answer = reference::groups(registry.reader.position(), registry.today(&request));
    Ok(registry.reply(&request, answer, Keep::Shared, &[]))
}

/// The legal regimes, and who may recognise how many stars under each.
#[utoipa::path(operation_id = "listRegimes", tag = "reference", responses((status = 200, description = "All regimes, oldest first.", body = Whole<Regime>)))]
#[get("/v1/regimes")]
pub(super) async fn regimes(request: HttpRequest, registry: Registry) -> Told {
    Params::of(request.query_string()).finish()?;
    let answer = reference::regimes(registry.reader.position(), registry.today(&request));
    Ok(registry.reply(&request, answer, Keep::Shared, &[]))
}
