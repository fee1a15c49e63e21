//! The composition root: builds the state once, mounts the public app.

use crate::config::ServeSettings;
use crate::http::Public;
use crate::http::fallback::Routes;
use crate::http::front::Front;
use crate::http::metrics::Metrics;
use crate::http::rate::Limiter;
use crate::read::Reader;
use crate::read::clock::Clock;
use crate::rest;
use crate::store::{ReadDoor, StoreError};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::web::Data;
use actix_web::{App, Error, HttpRequest, web};
use std::num::NonZeroU32;
use std::sync::Arc;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::SwaggerUi;

/// Builds the public side's state over a store.
///
/// # Errors
/// When the counters cannot be made.
pub fn public(settings: &ServeSettings, door: ReadDoor, clock: Clock) -> Result<Public, StoreError> {
    let started = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Ok(Public {
        reader: Reader::new(door, clock, settings.cache_mib * 1024 * 1024),
        limiter: Limiter::new(NonZeroU32::new(settings.rate_limit).unwrap_or(NonZeroU32::MIN)),
        metrics: Metrics::new().map_err(|e| StoreError::Query(e.to_string()))?,
        base_url: settings.public_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen)).trim_end_matches('/').to_owned(),
        licence: settings.data_licence.clone(),
        max_age: settings.max_age,
        trusted_proxies: settings.trusted_proxies.clone(),
        // Enough to tell two processes' requests apart in one log.
        instance: format!("{:x}{:x}", started.as_secs(), started.subsec_nanos() ^ std::process::id()),
    })
}

/// The public app.
pub fn app(
    public: Arc<Public>,
) -> App<impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<impl MessageBody>, Error = Error, InitError = ()>> {
    let (app, document) = App::new().into_utoipa_app().openapi(rest::document::head()).configure(rest::configure).split_for_parts();
    let document = rest::document::complete(document);
    let routes = Arc::new(Routes::of(&document));
    let state: Data<Public> = Data::from(public.clone());
    app.app_data(state)
        .service(SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", document))
        .service(web::redirect("/docs", "/docs/"))
        .default_service(web::to(move |request: HttpRequest| {
            let routes = routes.clone();
            async move { routes.answer(&request) }
        }))
        .wrap(Front::new(public))
}

/// The OpenAPI document of the public side.
pub fn document() -> OpenApi {
    let (_, document) = App::new().into_utoipa_app().openapi(rest::document::head()).configure(rest::configure).split_for_parts();
    rest::document::complete(document)
}
