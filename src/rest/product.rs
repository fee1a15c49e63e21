//! `/v1/products`.

use super::{Registry, Told};
use crate::domain::code::Noun;
use crate::http::asked::{self, coded};
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::product::{product, products};
use crate::read::view::fields::members;
use crate::read::view::merged::Moved;
use crate::read::view::page::{Page, Single};
use crate::read::view::product::Product;
use actix_web::{HttpRequest, get, web::Path};
use std::sync::LazyLock;

static MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<Product>);

/// Certified products and those that were, with what each is on a day.
///
/// Without filters every product of the registry is listed. `status`, `stars`, `regime` and the
/// terms are those of the day `on`, today in Vietnam when it is left out.
#[utoipa::path(
    operation_id = "listProducts", tag = "products",
    params(
        ("q" = Option<String>, Query, description = "Text, in any case and with or without diacritics. Best first: exact code or barcode, exact name, beginning of the name, all words in names, producer and province. Excludes `sort`.", example = "mat ong bac ha"),
        ("province" = Option<String>, Query, description = "Province, by key (`VN34-24` now, `VN63-24` before July 2025) or by a name that means one."),
        ("district" = Option<String>, Query, description = "District of the division before July 2025, by key or by a name that means one, within `province` when given."),
        ("commune" = Option<String>, Query, description = "Commune, now or then, by key or by a name that means one, within `province` when given."),
        ("group" = Option<i64>, Query, description = "Product group, 1-6."),
        ("set" = Option<i64>, Query, description = "Product set, 1-26."),
        ("stars" = Option<i64>, Query, description = "Exactly so many stars."),
        ("starsMin" = Option<i64>, Query, description = "At least so many stars."),
        ("starsMax" = Option<i64>, Query, description = "At most so many stars, among products whose stars are known."),
        ("status" = Option<String>, Query, description = "Standing on the day: one or more of `not_yet_valid`, `valid`, `extended`, `expired`, `withdrawn`, `annulled`, `undetermined`, `not_recognised`, with commas between.", example = "valid,extended"),
        ("on" = Option<chrono::NaiveDate>, Query, description = "The day that everything is about; today when left out."),
        ("validOn" = Option<chrono::NaiveDate>, Query, description = "Short for `on` and `status=valid,extended`."),
        ("expiresWithin" = Option<i64>, Query, description = "Valid or extended, with the last day at most so many days after the day."),
        ("expiredSince" = Option<chrono::NaiveDate>, Query, description = "Expired on the day, with the last valid day on or after this one."),
        ("producer" = Option<String>, Query, description = "Registry code of the producer."),
        ("form" = Option<String>, Query, description = "Legal forms of the producer, with commas between.", example = "cooperative,cooperative_union"),
        ("regime" = Option<String>, Query, description = "Legal regime of the certificate."),
        ("sort" = Option<String>, Query, description = "`code`, `name`, `validUntil` or `stars`; with `-` before it turned round. The default is `code`, with `expiresWithin` or `expiredSince` it is `validUntil`."),
        ("facets" = Option<String>, Query, description = "Counts over the whole list by any of `province`, `provinceThen`, `stars`, `status`, `group`, `set`, `form`, `regime`, with commas between."),
        ("fields" = Option<String>, Query, description = "Members wanted of each item, with commas between."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it."),
        ("before" = Option<String>, Query, description = "Cursor: items before it."),
    ),
    responses((status = 200, description = "A page of products.", body = Page<Product>)),
)]
#[get("/v1/products")]
pub(super) async fn list(request: HttpRequest, registry: Registry) -> Told {
    let mut params = Params::of(request.query_string());
    let mut ask = asked::products(&mut params, registry.today(&request));
    ask.fields = params.fields(&MEMBERS);
    params.finish()?;
    let answer = if ask.facets.is_empty() {
        registry.reader.ask(move |snapshot| products(snapshot, &ask)).await?
    } else {
        registry.reader.ask_at_length(move |snapshot| products(snapshot, &ask)).await?
    };
    Ok(registry.reply(&request, answer, Keep::Shared, &[]))
}

/// One product with every recognition known of it.
#[utoipa::path(
    operation_id = "getProduct", tag = "products",
    params(
        ("code" = String, Path, description = "Registry code, as people write it: any case, spaces or hyphens between.", example = "P00000BY"),
        ("on" = Option<chrono::NaiveDate>, Query, description = "The day that statuses are about; today when left out."),
        ("fields" = Option<String>, Query, description = "Members wanted, with commas between."),
    ),
    responses(
        (status = 200, description = "The product.", body = Single<Product>),
        (
            status = 308, description = "It was found to be another one, which lives on under the code in `Location`.",
            body = Single<Moved>, headers(("Location" = String, description = "The same address with that code."))
        ),
    ),
)]
#[get("/v1/products/{code}")]
pub(super) async fn one(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let id = coded(&code, Noun::Product)?;
    let mut params = Params::of(request.query_string());
    let on = params.day("on").unwrap_or_else(|| registry.today(&request));
    let fields = params.fields(&MEMBERS);
    params.finish()?;
    let answer = product(&registry.reader, id, on, fields).await?;
    Ok(registry.reply(&request, answer, Keep::Shared, &registry.links_of(Noun::Product, id)))
}
