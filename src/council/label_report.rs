//! `/council/v1/label-reports`: what the public told of labels that seem wrong.

use super::{Registry, Told};
use crate::auth::{Actor, Council};
use crate::domain::place::gazetteer;
use crate::error::{Code, Problem, say};
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::label_report::{ORDER, label_reports};
use crate::read::view::fields::members;
use crate::read::view::label_report::LabelReport;
use crate::read::view::page::Page;
use actix_web::{HttpRequest, get};
use std::sync::LazyLock;

static MEMBERS: LazyLock<Vec<String>> = LazyLock::new(members::<LabelReport>);

/// What the public told of labels that seem wrong, newest first: where a post-check may look. Hearsay; nobody is named.
#[utoipa::path(
    operation_id = "listLabelReports", tag = "post-checks",
    params(
        ("fields" = Option<String>, Query, description = "Members wanted of each item, with commas between."),
        ("first" = Option<i64>, Query, description = "Items at most, 1-200; 20 when left out."),
        ("after" = Option<String>, Query, description = "Cursor: items after it, which are older."),
        ("before" = Option<String>, Query, description = "Cursor: items before it, which are newer."),
    ),
    responses((status = 200, description = "A page of reports.", body = Page<LabelReport>)),
)]
#[get("/council/v1/label-reports")]
pub(super) async fn list(actor: Actor, request: HttpRequest, registry: Registry) -> Told {
    let province = match &actor.council {
        Council::Ministry => None,
        Council::Province(unit) => Some(gazetteer().place(gazetteer().province_now(unit.place())).key.clone()),
        Council::Commune(_) => {
            let detail = say("Báo cáo về nhãn thuộc cơ quan cấp tỉnh.", "Reports on labels are for the agency of the province.");
            return Err(Problem::new(Code::Forbidden, detail));
        }
    };
    let today = registry.today(&request);
    let mut params = Params::of(request.query_string());
    let fields = params.fields(&MEMBERS);
    let page = params.page(ORDER);
    params.finish()?;
    let answer = registry.reader.ask(move |snapshot| label_reports(snapshot, province.as_deref(), &page, today, fields.as_deref())).await?;
    Ok(registry.reply(&request, answer, Keep::No, &[]))
}
