//! `/council/v1/products`.

use super::{Commands, Registry, Told, bare_command, command, shown, told};
use crate::auth::Actor;
use crate::domain::code::{Noun, code_of};
use crate::error::Problem;
use crate::http::asked::coded;
use crate::http::params::Params;
use crate::write::merge::{self as merging, MergeBody};
use crate::write::permit::looks_after;
use crate::write::product::{self, GtinBody, NameBody, ProductBody};
use crate::write::state::{self, ProductState};
use actix_web::web::{Path, Payload};
use actix_web::{HttpRequest, delete, get, post, put};

/// Enters a product. Without a decision nobody has certified it.
#[utoipa::path(operation_id = "createProduct", tag = "products", request_body = ProductBody, responses((status = 201, description = "The product.", body = ProductState)))]
#[post("/council/v1/products")]
pub(super) async fn create(actor: Actor, request: HttpRequest, registry: Registry, commands: Commands, payload: Payload) -> Told {
    let (ask, body) = command::<ProductBody>(actor, &request, &registry, payload).await?;
    told(&registry, ask.dry_run, product::create(&commands, ask, body).await)
}

/// A product as it may be corrected, with its tag.
#[utoipa::path(operation_id = "getProductState", tag = "products", params(("code" = String, Path, description = "Registry code.", example = "P00000BY")), responses((status = 200, description = "The product.", body = ProductState)))]
#[get("/council/v1/products/{code}")]
pub(super) async fn one(actor: Actor, request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let id = coded(&code, Noun::Product)?;
    Params::of(request.query_string()).finish()?;
    let today = registry.today(&request);
    let state = registry.reader.look(move |snapshot| {
        let state = state::product(snapshot.conn, id)?.ok_or_else(|| Problem::not_found(&code_of(Noun::Product, id)))?;
        looks_after(&actor, &state.place, today, "/place").map_err(Problem::from)?;
        Ok(state)
    });
    Ok(shown(&state.await?.0))
}

/// Corrects what was wrong from the start. The whole product is sent but its barcodes and other
/// names, with the reason. A product that is called otherwise from now on gets a name instead.
#[utoipa::path(operation_id = "correctProduct", tag = "products", params(("code" = String, Path, description = "Registry code.", example = "P00000BY")), request_body = ProductBody, responses((status = 200, description = "The product.", body = ProductState)))]
#[put("/council/v1/products/{code}")]
pub(super) async fn correct(
    actor: Actor,
    request: HttpRequest,
    registry: Registry,
    commands: Commands,
    code: Path<String>,
    payload: Payload,
) -> Told {
    let id = coded(&code, Noun::Product)?;
    let (ask, body) = command::<ProductBody>(actor, &request, &registry, payload).await?;
    told(&registry, ask.dry_run, product::correct(&commands, ask, id, body).await)
}

/// Merges a product into another one that it turned out to be: certificates, names, barcodes and
/// post-checks move there, and its code leads there for good.
#[utoipa::path(operation_id = "mergeProduct", tag = "products", params(("code" = String, Path, description = "Registry code of the one that goes.", example = "P00000BY")), request_body = MergeBody, responses((status = 200, description = "The survivor.", body = ProductState)))]
#[post("/council/v1/products/{code}/merge")]
pub(super) async fn merge(
    actor: Actor,
    request: HttpRequest,
    registry: Registry,
    commands: Commands,
    code: Path<String>,
    payload: Payload,
) -> Told {
    let id = coded(&code, Noun::Product)?;
    let (ask, body) = command::<MergeBody>(actor, &request, &registry, payload).await?;
    told(&registry, ask.dry_run, merging::products(&commands, ask, id, body).await)
}

/// Adds a barcode.
#[utoipa::path(operation_id = "addGtin", tag = "products", params(("code" = String, Path, description = "Registry code.", example = "P00000BY")), request_body = GtinBody, responses((status = 200, description = "The product.", body = ProductState)))]
#[post("/council/v1/products/{code}/gtins")]
pub(super) async fn add_gtin(
    actor: Actor,
    request: HttpRequest,
    registry: Registry,
    commands: Commands,
    code: Path<String>,
    payload: Payload,
) -> Told {
    let id = coded(&code, Noun::Product)?;
    let (ask, body) = command::<GtinBody>(actor, &request, &registry, payload).await?;
    told(&registry, ask.dry_run, product::add_gtin(&commands, ask, id, body).await)
}

/// Ends a barcode: from now on it leads nowhere, and another product may carry it.
#[utoipa::path(
    operation_id = "endGtin", tag = "products",
    params(
        ("code" = String, Path, description = "Registry code.", example = "P00000BY"),
        ("gtin" = String, Path, description = "The barcode.", example = "08930000000002"),
        ("reason" = String, Query, description = "Why: a public sentence of 5-500 characters."),
    ),
    responses((status = 200, description = "The product.", body = ProductState)),
)]
#[delete("/council/v1/products/{code}/gtins/{gtin}")]
pub(super) async fn end_gtin(
    actor: Actor,
    request: HttpRequest,
    registry: Registry,
    commands: Commands,
    path: Path<(String, String)>,
) -> Told {
    let (code, gtin) = path.into_inner();
    let id = coded(&code, Noun::Product)?;
    let mut params = Params::of(request.query_string());
    let why = params.text("reason");
    let ask = bare_command(actor, &request, &registry, params)?;
    told(&registry, ask.dry_run, product::end_gtin(&commands, ask, id, gtin, why).await)
}

/// Adds a name by which the product is also known, or under which it goes from now on.
#[utoipa::path(operation_id = "addName", tag = "products", params(("code" = String, Path, description = "Registry code.", example = "P00000BY")), request_body = NameBody, responses((status = 200, description = "The product.", body = ProductState)))]
#[post("/council/v1/products/{code}/names")]
pub(super) async fn add_name(
    actor: Actor,
    request: HttpRequest,
    registry: Registry,
    commands: Commands,
    code: Path<String>,
    payload: Payload,
) -> Told {
    let id = coded(&code, Noun::Product)?;
    let (ask, body) = command::<NameBody>(actor, &request, &registry, payload).await?;
    told(&registry, ask.dry_run, product::add_name(&commands, ask, id, body).await)
}

/// Takes back another name that was added in error.
#[utoipa::path(
    operation_id = "endName", tag = "products",
    params(
        ("code" = String, Path, description = "Registry code.", example = "P00000BY"),
        ("name" = String, Query, description = "The name, exactly."),
        ("reason" = String, Query, description = "Why: a public sentence of 5-500 characters."),
    ),
    responses((status = 200, description = "The product.", body = ProductState)),
)]
#[delete("/council/v1/products/{code}/names")]
pub(super) async fn end_name(actor: Actor, request: HttpRequest, registry: Registry, commands: Commands, code: Path<String>) -> Told {
    let id = coded(&code, Noun::Product)?;
    let mut params = Params::of(request.query_string());
    let name = params.text("name").unwrap_or_default();
    let why = params.text("reason");
    let ask = bare_command(actor, &request, &registry, params)?;
    told(&registry, ask.dry_run, product::end_name(&commands, ask, id, name, why).await)
}
