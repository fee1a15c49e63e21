//! `/v1/changes`.

use super::{Registry, Told};
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::change::{MOST, changes};
use crate::read::view::change::Changes;
use actix_web::{HttpRequest, get};
use std::time::Duration;

/// Every change of the registry, by ledger position and without gaps.
///
/// Keep `nextAfter` and ask again with it. With `wait` the answer comes as soon as there is
/// something new, or empty after so many seconds. A position beyond the end (a node that is behind, a
/// database brought back from a copy) answers with the end: what follows it may then come a second time.
#[utoipa::path(
    operation_id = "listChanges", tag = "changes",
    params(
        ("after" = Option<i64>, Query, description = "Ledger position: changes after it; 0 when left out."),
        ("first" = Option<i64>, Query, description = "Changes at most, 1-1000; 100 when left out."),
        ("wait" = Option<i64>, Query, description = "Seconds to wait for something new, 0-30."),
    ),
    responses((status = 200, description = "A stretch of the feed.", body = Changes)),
)]
#[get("/v1/changes")]
pub(super) async fn list(request: HttpRequest, registry: Registry) -> Told {
    let mut params = Params::of(request.query_string());
    let after = params.number("after", 0, i64::MAX).unwrap_or(0);
    let first = params.number("first", 1, i64::from(MOST)).and_then(|first| u32::try_from(first).ok()).unwrap_or(100);
    let wait = params.number("wait", 0, 30).and_then(|seconds| u64::try_from(seconds).ok());
    params.finish()?;
    if let Some(seconds) = wait {
        registry.reader.wait_beyond(after, Duration::from_secs(seconds)).await;
    }
    let today = registry.today(&request);
    let answer = registry.reader.ask(move |snapshot| changes(snapshot, after, first, today)).await?;
    Ok(registry.reply(&request, answer, if wait.is_some() { Keep::No } else { Keep::Shared }, &[]))
}
