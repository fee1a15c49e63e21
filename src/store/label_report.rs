//! What the public told of labels. Hearsay, so it stands outside the ledger.

use super::connection::{Conn, DatabaseUrl, Purpose, by_number};
use super::error::StoreResult;
use super::schema::label_reports;
use super::write_door::{WriteDoor, begin, end};
use crate::domain::day::Day;
use diesel::dsl::{count_star, exists, max, select};
use diesel::prelude::*;

/// A report on a label.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = label_reports)]
pub struct LabelReportRow {
    /// Number.
    pub id: i64,
    /// The product named on the label.
    pub product_id: i64,
    /// Key of the province whose council looks after it.
    pub province_now: String,
    /// The day it was told.
    pub reported_on: Day,
    /// What seems wrong.
    pub kind: String,
    /// Where the label was seen, in the reporter's words; may be empty.
    pub seen_at: String,
    /// More, in the reporter's words; may be empty.
    pub note: String,
}

/// How many reports there are of a day already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// About the product.
    pub of_product: i64,
    /// In all.
    pub in_all: i64,
    /// Whether the very same report is among them.
    pub same: bool,
}

impl WriteDoor {
    /// Keeps a report, unless `admit` refuses it for the reports that are there; the row's number is
    /// given here. One writer at a time, as with commands, so no two get the same number.
    pub fn keep_label_report<E>(&self, mut row: LabelReportRow, admit: impl FnOnce(Load) -> Result<bool, E>) -> StoreResult<Result<(), E>> {
        let url: &DatabaseUrl = self.url();
        let mut conn = url.connect(Purpose::Write)?;
        begin(&mut conn)?;
        let load = load(&mut conn, &row)?;
        let admitted = admit(load);
        if matches!(admitted, Ok(true)) {
            let last: Option<i64> = label_reports::table.select(max(label_reports::id)).first(&mut conn)?;
            row.id = last.unwrap_or(0) + 1;
            super::connection::on!(&mut conn, c => diesel::insert_into(label_reports::table).values(&row).execute(c))?;
        }
        end(&mut conn, matches!(admitted, Ok(true)))?;
        Ok(admitted.map(drop))
    }
}

fn load(conn: &mut Conn, row: &LabelReportRow) -> StoreResult<Load> {
    use label_reports::dsl as l;
    let day = l::label_reports.filter(l::reported_on.eq(row.reported_on));
    let same = day
        .filter(l::product_id.eq(row.product_id))
        .filter(l::kind.eq(row.kind.clone()))
        .filter(l::seen_at.eq(row.seen_at.clone()))
        .filter(l::note.eq(row.note.clone()));
    Ok(Load {
        in_all: day.select(count_star()).first(conn)?,
        of_product: day.filter(l::product_id.eq(row.product_id)).select(count_star()).first(conn)?,
        same: select(exists(same)).get_result(conn)?,
    })
}

/// A page of reports, newest first; backwards in ascending order: on one province's products, or on all.
pub fn list(
    conn: &mut Conn,
    province_now: Option<&str>,
    from: Option<i64>,
    backwards: bool,
    limit: i64,
) -> StoreResult<Vec<LabelReportRow>> {
    use label_reports::dsl as l;
    let mut query = l::label_reports.limit(limit).select(LabelReportRow::as_select()).into_boxed();
    if let Some(key) = province_now {
        query = query.filter(l::province_now.eq(key.to_owned()));
    }
    Ok(by_number!(query, l::id, from, !backwards).load(conn)?)
}
