//! The composition root: builds the state once, mounts the public app and the council app.

use crate::auth::{Keys, Verifier};
use crate::config::{CouncilSettings, ServeSettings};
use crate::council;
use crate::graphql;
use crate::http::fallback::Routes;
use crate::http::front::Front;
use crate::http::metrics::Metrics;
use crate::http::rate::Limiter;
use crate::http::trusted::Trusted;
use crate::http::{Public, Side};
use crate::read::Reader;
use crate::read::clock::Clock;
use crate::store::{ReadDoor, StoreError, WriteDoor};
use crate::write::Writer;
use crate::write::label_report::LabelReports;
use crate::write::workbook::Limits;
use crate::{rest, web as pages};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::web::Data;
use actix_web::{App, Error, HttpRequest, web};
use chrono::TimeDelta;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::SwaggerUi;

/// Reports on labels that one address may send a minute; a shop's neighbours share one.
const REPORTS_A_MINUTE: NonZeroU32 = NonZeroU32::new(5).expect("five is not zero");

/// Where this node keeps what the public tells of labels.
pub fn label_reports(settings: &ServeSettings) -> LabelReports {
    if !settings.writes() {
        return LabelReports::refused();
    }
    LabelReports::kept(WriteDoor::new(settings.database.database_url.within(&settings.data_dir)))
}

/// Builds the public side's state over a store.
///
/// # Errors
/// When the counters cannot be made, or the list of trusted documents cannot be read.
pub fn public(settings: &ServeSettings, door: ReadDoor, clock: Clock) -> Result<Public, StoreError> {
    let started = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Ok(Public {
        reader: Reader::new(door, clock, settings.cache_mib * 1024 * 1024),
        limiter: Limiter::new(NonZeroU32::new(settings.rate_limit).unwrap_or(NonZeroU32::MIN)),
        reports: Limiter::new(REPORTS_A_MINUTE),
        metrics: Metrics::new().map_err(|e| StoreError::Query(e.to_string()))?,
        base_url: settings.public_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen)).trim_end_matches('/').to_owned(),
        licence: settings.data_licence.clone(),
        max_age: settings.max_age,
        security_contact: settings.security_contact.clone(),
        problem_page: pages::problem::page_of,
        kinds_page: pages::problem_kind::page_of,
        trusted_proxies: settings.trusted_proxies.clone(),
        trusted: settings.trusted_documents.as_deref().map(trusted).transpose().map_err(StoreError::Unusable)?,
        // Enough to tell two processes' requests apart in one log.
        instance: format!("{:x}{:x}", started.as_secs(), started.subsec_nanos() ^ std::process::id()),
    })
}

/// The list of trusted documents, each of which can be carried out: one that cannot would be refused to
/// its first user and not to whoever starts the server.
fn trusted(path: &Path) -> Result<Trusted, String> {
    let list = Trusted::load(path)?;
    let mut wrong: Vec<String> =
        list.documents().filter_map(|(id, text)| graphql::unusable(text).map(|why| format!("document {id}: {why}"))).collect();
    wrong.sort_unstable();
    match wrong.first() {
        None => Ok(list),
        Some(why) => Err(format!("cannot use {} as a list of trusted documents: {why}", path.display())),
    }
}

/// What the councils' tokens are checked by; none when the council side is off. Reads the keys once.
///
/// # Errors
/// A sentence, when they cannot be used.
pub fn verifier(settings: &CouncilSettings) -> Result<Option<Verifier>, String> {
    let Some(source) = &settings.council_keys else { return Ok(None) };
    let keys = Keys::open(source).map_err(|e| format!("cannot use the keys in {source}: {e}"))?;
    let (issuer, audience) = (settings.tokens.token_issuer.clone(), settings.tokens.token_audience.clone());
    Ok(Some(Verifier { keys, issuer, audience, leeway: settings.token_leeway }))
}

/// Where commands of the councils go.
pub fn writer(settings: &CouncilSettings, door: WriteDoor) -> Writer {
    let limits = Limits::of(settings.import_mib, settings.import_rows);
    Writer::new(door, settings.four_eyes).with_imports(limits, TimeDelta::days(settings.import_days.into()))
}

/// The public app.
pub fn app(
    public: Arc<Public>,
    reports: LabelReports,
) -> App<impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<impl MessageBody>, Error = Error, InitError = ()>> {
    let (app, document) = App::new().into_utoipa_app().openapi(rest::document::head()).configure(rest::configure).split_for_parts();
    let app = app.app_data(Data::new(reports)).configure(graphql::configure).configure(pages::configure);
    around(app, rest::document::complete(document), public, Side::Public)
}

/// The council app; it never shares a listener with the public one.
pub fn council_app(
    public: Arc<Public>,
    verifier: Arc<Verifier>,
    writer: Arc<Writer>,
) -> App<impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<impl MessageBody>, Error = Error, InitError = ()>> {
    let (app, document) = App::new().into_utoipa_app().openapi(council::document::head()).configure(council::configure).split_for_parts();
    let (verifier, writer): (Data<Verifier>, Data<Writer>) = (Data::from(verifier), Data::from(writer));
    around(app.app_data(verifier).app_data(writer), council::document::complete(document), public, Side::Council)
}

/// What both apps have around their routes: state, documentation, answers to what no route takes, the front.
fn around<T>(
    app: App<T>,
    document: OpenApi,
    public: Arc<Public>,
    side: Side,
) -> App<impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<impl MessageBody>, Error = Error, InitError = ()>>
where
    T: ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse, Error = Error, InitError = (), Service: 'static> + 'static,
{
    let pages = if side == Side::Public { pages::addresses() } else { Vec::new() };
    let routes = Arc::new(Routes::of(&document, side, pages));
    let state: Data<Public> = Data::from(public.clone());
    app.app_data(state)
        .service(SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", document))
        .service(web::redirect("/docs", "/docs/"))
        .default_service(web::to(move |request: HttpRequest| {
            let routes = routes.clone();
            async move { routes.answer(&request) }
        }))
        .wrap(Front::new(public, side))
}

/// The OpenAPI document of a side.
pub fn document(side: Side) -> OpenApi {
    let app = App::new().into_utoipa_app();
    match side {
        Side::Public => rest::document::complete(app.openapi(rest::document::head()).configure(rest::configure).split_for_parts().1),
        Side::Council => {
            council::document::complete(app.openapi(council::document::head()).configure(council::configure).split_for_parts().1)
        }
    }
}
