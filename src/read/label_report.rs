//! Questions about what the public told of labels: for councils, never for the public.

use super::view::label_report::LabelReport;
use super::{ReadResult, Reader};
use crate::store::label_report;

/// A page of reports, newest first: on the products of one of today's provinces, by its key, or on
/// all; `before` is the number of the last report seen. At most `first`.
pub async fn label_reports(reader: &Reader, province: Option<String>, before: Option<i64>, first: u32) -> ReadResult<Vec<LabelReport>> {
    let rows = reader.look(move |snapshot| Ok(label_report::list(snapshot.conn, province.as_deref(), before, i64::from(first))?));
    let (rows, _) = rows.await?;
    Ok(rows.into_iter().map(LabelReport::of).collect())
}
