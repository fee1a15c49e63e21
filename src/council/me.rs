//! Who the registry takes the holder of a token for.

use super::{Registry, Told};
use crate::auth::{Actor, Council};
use crate::http::params::Params;
use crate::read::view::place::PlaceRef;
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// Whoever holds the token.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Me {
    /// The holder, as the issuer of the token names it.
    #[schema(example = "thanh@bacninh")]
    subject: String,
    /// The kind of council acted for.
    #[schema(value_type = String, example = "province")]
    council: crate::auth::CouncilKind,
    /// Its unit; none for the ministry, which looks after the whole country.
    unit: Option<PlaceRef>,
    /// The provinces whose products it looks after: its own and those that were merged into it.
    provinces: Vec<PlaceRef>,
    /// What the holder may do there: `clerk` prepares, `approver` publishes, `auditor` reads.
    #[schema(value_type = Vec<String>, example = json!(["clerk"]))]
    roles: Vec<crate::auth::Role>,
    /// Civil day in Vietnam that this holds for.
    as_of: NaiveDate,
}

/// Who am I?
#[utoipa::path(operation_id = "getMe", tag = "identity", responses((status = 200, description = "The actor that the token names.", body = Me)))]
#[get("/council/v1/me")]
pub(super) async fn me(actor: Actor, request: HttpRequest, registry: Registry) -> Told {
    Params::of(request.query_string()).finish()?;
    let provinces = match &actor.council {
        Council::Province(unit) => unit.provinces(),
        Council::Ministry | Council::Commune(_) => Vec::new(),
    };
    Ok(HttpResponse::Ok().json(Me {
        unit: actor.council.unit().map(|unit| PlaceRef::of(unit.place())),
        provinces: provinces.into_iter().map(PlaceRef::of).collect(),
        council: actor.council.kind(),
        roles: actor.roles.iter().collect(),
        subject: actor.subject,
        as_of: registry.today(&request),
    }))
}
