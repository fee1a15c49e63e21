//! `/v1/stats`.

use super::{Registry, Told};
use crate::http::asked;
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::stats::{DIMENSIONS, stats as count};
use crate::read::view::stats::Stats;
use actix_web::{HttpRequest, get};

/// Products and producers on a day, in all and by province, stars, group, form and more.
#[utoipa::path(
    operation_id = "getStats", tag = "statistics",
    params(
        ("by" = Option<String>, Query, description = "Any of `province`, `provinceThen`, `stars`, `status`, `group`, `set`, `form`, `regime`, with commas between.", example = "stars,status"),
        ("on" = Option<chrono::NaiveDate>, Query, description = "The day; today when left out."),
        ("province" = Option<String>, Query, description = "Only this province, now or then, by key or unambiguous name."),
        ("district" = Option<String>, Query, description = "Only this district of the division before July 2025."),
        ("commune" = Option<String>, Query, description = "Only this commune, now or then."),
        ("group" = Option<i64>, Query, description = "Only this product group, 1-6."),
        ("set" = Option<i64>, Query, description = "Only this product set, 1-26."),
        ("stars" = Option<i64>, Query, description = "Exactly so many stars."),
        ("starsMin" = Option<i64>, Query, description = "At least so many stars."),
        ("starsMax" = Option<i64>, Query, description = "At most so many stars."),
        ("status" = Option<String>, Query, description = "Only these standings, with commas between."),
        ("producer" = Option<String>, Query, description = "Only this producer."),
        ("form" = Option<String>, Query, description = "Only producers of these legal forms, with commas between."),
        ("regime" = Option<String>, Query, description = "Only certificates of this regime."),
    ),
    responses((status = 200, description = "The counts, with the counting rule.", body = Stats)),
)]
#[get("/v1/stats")]
pub(super) async fn stats(request: HttpRequest, registry: Registry) -> Told {
    let today = registry.today(&request);
    let mut params = Params::of(request.query_string());
    let by = params.words("by", &DIMENSIONS.map(|(name, dimension)| (name, (name, dimension))));
    let on = params.day("on").unwrap_or(today);
    let filter = asked::filter(&mut params);
    params.finish()?;
    let answer = registry.reader.ask_at_length(move |snapshot| count(snapshot, &filter, on, &by)).await?;
    Ok(registry.reply(&request, answer, Keep::Shared, &[]))
}
