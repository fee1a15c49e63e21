//! `/v1/certificates`.

use super::{Registry, Told};
use crate::domain::code::Noun;
use crate::http::asked::{self, coded};
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::certificate::{certificate, certificates};
use crate::read::view::certificate::Certificate;
use crate::read::view::fields::members;
use crate::read::view::merged::Moved;
use crate::read::view::page::{Page, Single};
use actix_web::{HttpRequest, get, web::Path};
use std::sync::LazyLock;

static MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<Certificate>);

/// Certificates, with the status of each on a day.
#[utoipa::path(
    operation_id = "listCertificates", tag = "certificates",
    params(
        ("product" = Option<String>, Query, description = "Registry code of the product."),
        ("decision" = Option<String>, Query, description = "Registry code of the decision."),
        ("issuer" = Option<String>, Query, description = "Key of the authority that recognised.", example = "VN-MARD"),
        ("stars" = Option<i64>, Query, description = "Exactly so many stars."),
        ("regime" = Option<String>, Query, description = "Legal regime."),
        ("on" = Option<chrono::NaiveDate>, Query, description = "The day that statuses are about; today when left out."),
        ("fields" = Option<String>, Query, description = "Members wanted of each item, with commas between."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it."),
        ("before" = Option<String>, Query, description = "Cursor: items before it."),
    ),
    responses((status = 200, description = "A page of certificates.", body = Page<Certificate>)),
)]
#[get("/v1/certificates")]
pub(super) async fn list(request: HttpRequest, registry: Registry) -> Told {
    let mut params = Params::of(request.query_string());
    let (filter, page) = asked::certificates(&mut params);
    let on = params.day("on").unwrap_or_else(|| registry.today(&request));
    let fields = params.fields(&MEMBERS);
    params.finish()?;
    let answer = registry.reader.ask(move |snapshot| certificates(snapshot, &filter, &page, on, fields.as_deref())).await?;
    Ok(registry.reply(&request, answer, Keep::Shared, &[]))
}

/// One certificate.
#[utoipa::path(
    operation_id = "getCertificate", tag = "certificates",
    params(
        ("code" = String, Path, description = "Registry code.", example = "C00000BV"),
        ("on" = Option<chrono::NaiveDate>, Query, description = "The day that the status is about; today when left out."),
        ("fields" = Option<String>, Query, description = "Members wanted, with commas between."),
    ),
    responses(
        (status = 200, description = "The certificate.", body = Single<Certificate>),
        (
            status = 308, description = "It was found to be another one, which lives on under the code in `Location`.",
            body = Single<Moved>, headers(("Location" = String, description = "The same address with that code."))
        ),
    ),
)]
#[get("/v1/certificates/{code}")]
pub(super) async fn one(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let id = coded(&code, Noun::Certificate)?;
    let mut params = Params::of(request.query_string());
    let on = params.day("on").unwrap_or_else(|| registry.today(&request));
    let fields = params.fields(&MEMBERS);
    params.finish()?;
    let answer = certificate(&registry.reader, id, on, fields).await?;
    Ok(registry.reply(&request, answer, Keep::Shared, &registry.links_of(Noun::Certificate, id)))
}
