//! Jobs of imports: the file that waits, how far it is, what became of its rows. Not in the ledger.

use super::connection::{Conn, by_number, on};
use super::error::StoreResult;
use super::schema::{import_jobs, import_rows};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A job, without its file.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = import_jobs, treat_none_as_null = true)]
pub struct ImportJobRow {
    /// Number.
    pub id: i64,
    /// Key of the unit whose council handed it in.
    pub unit: String,
    /// Who did, as the identity provider names them.
    pub subject: String,
    /// Who did, as the ledger names them.
    pub actor: String,
    /// `queued`, `running`, `done` or `failed`.
    pub state: String,
    /// `xlsx` or `csv`.
    pub media: String,
    /// The sheet that was asked for.
    pub sheet: Option<String>,
    /// Nothing is to be written.
    pub dry_run: bool,
    /// Good rows are to be written even beside bad ones.
    pub partial: bool,
    /// SHA-256 of the file, in hexadecimal.
    pub file_sha256: Option<String>,
    /// How many rows it has.
    pub rows: i64,
    /// How often it was begun.
    pub attempts: i64,
    /// When it was handed in, UTC.
    pub created_at: NaiveDateTime,
    /// When it was begun last.
    pub started_at: Option<NaiveDateTime>,
    /// When it ended.
    pub ended_at: Option<NaiveDateTime>,
    /// Whether its rows were written.
    pub kept: Option<bool>,
    /// The ledger position afterwards.
    pub position: Option<i64>,
    /// How many rows ended in what, as JSON.
    pub summary: Option<String>,
    /// Why it failed, as JSON.
    pub failure: Option<String>,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = import_rows)]
pub struct ImportRowRow {
    /// Of which job.
    pub job_id: i64,
    /// Its place among the rows, from 1.
    pub line: i64,
    /// The outcome in one word.
    pub outcome: String,
    /// The report, as JSON.
    pub body: String,
}

/// Adds a job with its file; its number is given here.
pub fn add(conn: &mut Conn, row: ImportJobRow, file: &[u8]) -> StoreResult<ImportJobRow> {
    let last: Option<i64> = import_jobs::table.select(import_jobs::id).order(import_jobs::id.desc()).first(conn).optional()?;
    let row = ImportJobRow { id: last.unwrap_or(0) + 1, ..row };
    diesel::insert_into(import_jobs::table).values((&row, import_jobs::file.eq(file))).execute(conn)?;
    Ok(row)
}

/// A job by number.
pub fn find(conn: &mut Conn, id: i64) -> StoreResult<Option<ImportJobRow>> {
    Ok(import_jobs::table.find(id).select(ImportJobRow::as_select()).first(conn).optional()?)
}

/// Whether somebody else of the unit tried a file, and that ended.
pub fn tried_by_another(conn: &mut Conn, unit: &str, file_sha256: &str, subject: &str) -> StoreResult<bool> {
    use import_jobs::dsl;
    let tried = dsl::import_jobs.filter(dsl::unit.eq(unit)).filter(dsl::file_sha256.eq(file_sha256));
    let by_another = tried.filter(dsl::subject.ne(subject)).filter(dsl::dry_run.eq(true)).filter(dsl::state.eq("done"));
    Ok(diesel::select(diesel::dsl::exists(by_another)).get_result(conn)?)
}

/// The file of a job that has not ended.
pub fn file(conn: &mut Conn, id: i64) -> StoreResult<Option<Vec<u8>>> {
    let file: Option<Option<Vec<u8>>> = import_jobs::table.find(id).select(import_jobs::file).first(conn).optional()?;
    Ok(file.flatten())
}

/// Jobs of a unit, newest first; backwards the rows come in ascending order.
pub fn list(conn: &mut Conn, unit: &str, from: Option<i64>, backwards: bool, limit: i64) -> StoreResult<Vec<ImportJobRow>> {
    use import_jobs::dsl;
    let query = dsl::import_jobs.filter(dsl::unit.eq(unit)).limit(limit).select(ImportJobRow::as_select()).into_boxed();
    Ok(by_number!(query, dsl::id, from, !backwards).load(conn)?)
}

/// The jobs that have not ended, oldest first.
pub fn to_do(conn: &mut Conn) -> StoreResult<Vec<ImportJobRow>> {
    use import_jobs::dsl;
    Ok(dsl::import_jobs.filter(dsl::ended_at.is_null()).order(dsl::id).select(ImportJobRow::as_select()).load(conn)?)
}

/// Writes a job over the one with its number. One that has ended loses its file.
pub fn keep(conn: &mut Conn, row: &ImportJobRow) -> StoreResult<()> {
    let target = import_jobs::table.find(row.id);
    if row.ended_at.is_some() {
        diesel::update(target).set((row, import_jobs::file.eq(None::<Vec<u8>>))).execute(conn)?;
    } else {
        diesel::update(target).set(row).execute(conn)?;
    }
    Ok(())
}

/// Adds what became of a job's rows.
pub fn add_rows(conn: &mut Conn, rows: &[ImportRowRow]) -> StoreResult<()> {
    for chunk in rows.chunks(5_000) {
        on!(conn, c => diesel::insert_into(import_rows::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// What became of a job's rows, those of one outcome where one is given; backwards in descending order.
pub fn rows(
    conn: &mut Conn,
    job: i64,
    outcome: Option<&str>,
    from: Option<i64>,
    backwards: bool,
    limit: i64,
) -> StoreResult<Vec<ImportRowRow>> {
    use import_rows::dsl;
    let mut query = dsl::import_rows.filter(dsl::job_id.eq(job)).limit(limit).select(ImportRowRow::as_select()).into_boxed();
    if let Some(outcome) = outcome {
        query = query.filter(dsl::outcome.eq(outcome.to_owned()));
    }
    query = match (from, backwards) {
        (Some(line), false) => query.filter(dsl::line.gt(line)),
        (Some(line), true) => query.filter(dsl::line.lt(line)),
        (None, _) => query,
    };
    query = if backwards { query.order(dsl::line.desc()) } else { query.order(dsl::line.asc()) };
    Ok(query.load(conn)?)
}

/// Forgets jobs that ended before a moment, with their rows; never the newest, so that no number is given twice.
pub fn forget(conn: &mut Conn, before: NaiveDateTime) -> StoreResult<()> {
    use import_jobs::dsl;
    let newest: Option<i64> = dsl::import_jobs.select(dsl::id).order(dsl::id.desc()).first(conn).optional()?;
    let past = dsl::import_jobs.filter(dsl::ended_at.lt(before)).filter(dsl::id.lt(newest.unwrap_or(0)));
    let old: Vec<i64> = past.select(dsl::id).limit(1_000).load(conn)?;
    diesel::delete(import_rows::table.filter(import_rows::job_id.eq_any(&old))).execute(conn)?;
    diesel::delete(dsl::import_jobs.filter(dsl::id.eq_any(&old))).execute(conn)?;
    Ok(())
}
