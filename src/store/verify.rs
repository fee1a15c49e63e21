//! Does the database say what its ledger says? Every row is compared with its last entry, every
//! entry's row is looked for, and what is made from the tables is made again and compared.

use super::connection::Conn;
use super::error::StoreResult;
use super::ledger::Ledgered;
use super::projection::{self, ListingRow, Projected, RecordRow};
use super::read_door::ReadDoor;
use super::schema::{ledger, listings, records};
use super::{certificate, decision, post_check, producer, product, search};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The ledger position that was checked.
    pub position: i64,
    /// Rows compared.
    pub rows: u64,
    /// What disagrees, one sentence each; at most [`MOST_FINDINGS`].
    pub findings: Vec<String>,
    /// How many disagreements there are in all.
    pub disagreements: u64,
}

/// How many disagreements are named.
pub const MOST_FINDINGS: usize = 1_000;

const PAGE: i64 = 1_000;

impl Report {
    fn find(&mut self, what: String) {
        self.disagreements += 1;
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(what);
        }
    }
}

/// Checks everything on one snapshot. `progress` is told rows checked so far.
pub fn verify(door: &ReadDoor, progress: impl Fn(u64)) -> StoreResult<Report> {
    door.long_snapshot(|snapshot| {
        let conn = &mut *snapshot.conn;
        let mut report = Report { position: snapshot.position, ..Report::default() };
        positions(conn, &mut report)?;
        table::<producer::ProducerRow>(conn, &mut report, &progress)?;
        table::<producer::ProducerIdentifierRow>(conn, &mut report, &progress)?;
        table::<product::ProductRow>(conn, &mut report, &progress)?;
        table::<product::ProductNameRow>(conn, &mut report, &progress)?;
        table::<product::ProductGtinRow>(conn, &mut report, &progress)?;
        table::<decision::DecisionRow>(conn, &mut report, &progress)?;
        table::<certificate::CertificateRow>(conn, &mut report, &progress)?;
        table::<certificate::ActRow>(conn, &mut report, &progress)?;
        table::<post_check::PostCheckRow>(conn, &mut report, &progress)?;
        projections(conn, &mut report, &progress)?;
        Ok(report)
    })
}

/// Positions run from 1 without a gap: the highest equals the count.
fn positions(conn: &mut Conn, report: &mut Report) -> StoreResult<()> {
    let (count, lowest): (i64, Option<i64>) =
        ledger::table.select((diesel::dsl::count_star(), diesel::dsl::min(ledger::position))).first(conn)?;
    if count != report.position || lowest.unwrap_or(1) != 1 {
        report.find(format!(
            "ledger: {count} entries up to position {}, beginning at {}: positions are missing",
            report.position,
            lowest.unwrap_or(0)
        ));
    }
    Ok(())
}

fn table<R: Ledgered>(conn: &mut Conn, report: &mut Report, progress: &impl Fn(u64)) -> StoreResult<()> {
    let mut after = 0;
    loop {
        // A page covers a range of numbers: that of the rows, or of the entries when rows are gone.
        let rows = R::page(conn, after, PAGE)?;
        let full = i64::try_from(rows.len()).unwrap_or(0) == PAGE;
        let last = if full { rows.last().map_or(i64::MAX, Ledgered::id) } else { i64::MAX };
        let entries: Vec<(i64, String)> = ledger::table
            .filter(ledger::noun.eq(R::NOUN))
            .filter(ledger::noun_id.gt(after))
            .filter(ledger::noun_id.le(last))
            .order((ledger::noun_id, ledger::position))
            .select((ledger::noun_id, ledger::body))
            .load(conn)?;
        let mut said: BTreeMap<i64, String> = entries.into_iter().collect();
        for row in &rows {
            let name = format!("{} {}", R::NOUN, row.id());
            match said.remove(&row.id()).map(|body| serde_json::from_str::<R>(&body)) {
                None => report.find(format!("{name}: the row is in the table but not in the ledger")),
                Some(Err(e)) => report.find(format!("{name}: the ledger's entry cannot be read: {e}")),
                Some(Ok(entry)) if entry != *row => report.find(format!("{name}: the row differs from the ledger's last entry")),
                Some(Ok(_)) => {}
            }
        }
        for id in said.keys() {
            report.find(format!("{} {id}: the row is in the ledger but not in the table", R::NOUN));
        }
        report.rows += u64::try_from(rows.len()).unwrap_or(0);
        progress(report.rows);
        if !full {
            return Ok(());
        }
        after = last;
    }
}

fn projections(conn: &mut Conn, report: &mut Report, progress: &impl Fn(u64)) -> StoreResult<()> {
    let mut indexed = search::indexed(conn)?;
    let mut after = 0;
    loop {
        let ids: Vec<i64> = product::ProductRow::page(conn, after, 500)?.iter().map(|row| row.id).collect();
        let last = ids.last().copied().unwrap_or(i64::MAX);
        let stored: Vec<RecordRow> = records::table
            .filter(records::product_id.gt(after))
            .filter(records::product_id.le(last))
            .select(RecordRow::as_select())
            .load(conn)?;
        let mut stored: BTreeMap<i64, RecordRow> = stored.into_iter().map(|row| (row.product_id, row)).collect();
        let mut spans: BTreeMap<i64, Vec<ListingRow>> = BTreeMap::new();
        let rows: Vec<ListingRow> = listings::table
            .filter(listings::product_id.gt(after))
            .filter(listings::product_id.le(last))
            .order((listings::product_id, listings::first_day))
            .select(ListingRow::as_select())
            .load(conn)?;
        for row in rows {
            spans.entry(row.product_id).or_default().push(row);
        }
        for Projected { record, listings, words } in projection::project(conn, &ids)? {
            let id = record.product_id;
            if stored.remove(&id).as_ref() != Some(&record) {
                report.find(format!("product {id}: its stored record differs from the tables"));
            }
            if spans.remove(&id).unwrap_or_default() != listings {
                report.find(format!("product {id}: its stored spans differ from the tables"));
            }
            if indexed.remove(&id) != Some(search::fingerprint(words.split(' '))) {
                report.find(format!("product {id}: the words that it is found by differ from the tables"));
            }
            report.rows += 1;
        }
        for id in stored.keys().chain(spans.keys()) {
            report.find(format!("product {id}: a record or span is stored of no such product"));
        }
        progress(report.rows);
        if ids.is_empty() {
            for id in indexed.keys() {
                report.find(format!("product {id}: words are indexed of no such product"));
            }
            return Ok(());
        }
        after = last;
    }
}
