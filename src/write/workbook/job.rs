//! Imports of councils as jobs: a file is handed in and looked through, waits, is imported by the one
//! worker of this process, and leaves a report of every row.
//!
//! An import publishes signed decisions at once and by hundreds, without a draft between, so it takes an
//! approver; a clerk may hand in dry runs, which are the draft: where four eyes are asked for, an approver
//! imports what somebody else tried, byte for byte. What stays written and the job's end are
//! one transaction: a job that was cut off is run again from its beginning, and one that had committed is
//! found ended.

use super::state::{ImportRow, ImportState, counts, row_state, state};
use super::{BadWorkbook, Fault, Media, import, read};
use crate::auth::{Actor, Role};
use crate::domain::day::civil_day;
use crate::domain::place::gazetteer;
use crate::domain::record::Source;
use crate::error::{Code, Problem, Text, say};
use crate::store::command::{self, CommandRow};
use crate::store::import_job::{self, ImportJobRow, ImportRowRow};
use crate::store::{Conn, Origin, StoreError, StoreResult, WriteTx};
use crate::write::import::{Keep, RowReport, Scope, Terms};
use crate::write::permit::{self, approves, prepares, unit_key};
use crate::write::{Ask, Done, Writer};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Jobs of one council that may wait or run.
const OF_ONE_COUNCIL: usize = 5;
/// Jobs that may wait or run in all.
const IN_ALL: usize = 50;
/// A job that was cut off so often is not begun again.
const MOST_ATTEMPTS: i64 = 3;
/// How often jobs are looked for that another process took in.
const LOOK: Duration = Duration::from_secs(5);

/// What a process knows of its jobs beyond the database.
#[derive(Default)]
pub struct Jobs {
    wake: Notify,
    /// The job that is running here: its number, rows done, rows in all.
    running: Mutex<Option<(i64, usize, usize)>>,
}

impl Jobs {
    /// How many rows of a job are done, where it runs in this process.
    pub fn progress(&self, job: i64) -> Option<usize> {
        let running = *self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.filter(|(id, ..)| *id == job).map(|(_, done, _)| done)
    }

    fn set(&self, running: Option<(i64, usize, usize)>) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = running;
    }
}

/// A file that is handed in.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The file.
    pub file: Vec<u8>,
    /// Its kind.
    pub media: Media,
    /// The sheet to import, where several have the headings.
    pub sheet: Option<String>,
    /// Report what would happen, write nothing.
    pub dry_run: bool,
    /// Write the good rows even beside bad ones.
    pub partial: bool,
}

impl From<BadWorkbook> for Problem {
    fn from(bad: BadWorkbook) -> Self {
        let code = match bad.fault {
            Fault::TooLarge => Code::PayloadTooLarge,
            Fault::WrongKind => Code::UnsupportedMediaType,
            Fault::Damaged | Fault::WrongSheet => Code::UnreadableWorkbook,
        };
        let whole = |text: &str| {
            format!(
                "{}{}.",
                text.chars().take(1).flat_map(char::to_uppercase).collect::<String>(),
                text.chars().skip(1).collect::<String>()
            )
        };
        Self::new(code, say(whole(&bad.detail.vi), whole(&bad.detail.en)))
    }
}

/// The role in which somebody hands a file in.
///
/// # Errors
/// 403 for a commune and for roles that may not.
pub fn may_hand_in(actor: &Actor, dry_run: bool) -> Result<Role, Problem> {
    if dry_run { prepares(actor) } else { approves(actor) }
}

/// Takes a file in: 202 with the job's state and address.
///
/// # Errors
/// 403 for a commune and for roles that may not; 413, 415, 422 for a file that cannot be imported; 429 and
/// 503 when too many jobs wait.
pub async fn submit(writer: &Arc<Writer>, ask: Ask, upload: Upload) -> Result<Done, Problem> {
    let role = may_hand_in(&ask.actor, upload.dry_run)?;
    let (unit, actor) = (unit_key(&ask.actor), permit::public_name(&ask.actor, role));
    let (today, asked, limits) = (ask.today(), upload.clone(), writer.import_limits);
    // Parsed here so that whoever sends a wrong file hears of it at once, and outside the one place where commands wait.
    let looked = tokio::task::spawn_blocking(move || {
        read(&asked.file, asked.media, asked.sheet.as_deref(), province_name(unit), today, limits)
            .and_then(|workbook| workbook.filled())
            .map(|workbook| workbook.len())
    });
    let rows = looked.await.map_err(|error| {
        tracing::error!(%error, "a workbook could not be looked through");
        Problem::from(super::container::damaged())
    })??;
    let (live, four_eyes) = (writer.imports_live, writer.four_eyes);
    let done = writer.run(ask, ("submit_import", role, None), move |work| {
        let (conn, at) = (work.tx.conn(), work.ask.at.naive_utc());
        import_job::forget(conn, at - live)?;
        let file_sha256: String = Sha256::digest(&upload.file).iter().map(|byte| format!("{byte:02x}")).collect();
        if four_eyes && !upload.dry_run && !import_job::tried_by_another(conn, unit, &file_sha256, &work.ask.actor.subject)? {
            let detail = say(
                "Cần một người khác của hội đồng gửi chính tệp này với dryRun=true trước, và lần thử đó đã xong.",
                "Somebody else of the council has to hand in this very file with dryRun=true first, and that has to have ended.",
            );
            return Err(Problem::new(Code::FourEyes, detail).into());
        }
        let waiting = import_job::to_do(conn)?;
        if waiting.iter().filter(|job| job.unit == unit).count() >= OF_ONE_COUNCIL || waiting.len() >= IN_ALL {
            let detail =
                say("Đang có nhiều tệp chờ nhập; hãy gửi lại sau.", "Several files are waiting to be imported; send this one later.");
            return Err(Problem { retry_after: Some(30), ..Problem::new(Code::ImportsWaiting, detail) }.into());
        }
        let row = ImportJobRow {
            id: 0,
            unit: unit.to_owned(),
            subject: work.ask.actor.subject.clone(),
            actor,
            state: "queued".into(),
            media: upload.media.as_str().into(),
            sheet: upload.sheet.clone(),
            dry_run: upload.dry_run,
            partial: upload.partial,
            file_sha256: Some(file_sha256),
            rows: i64::try_from(rows).unwrap_or(0),
            attempts: 0,
            created_at: at,
            started_at: None,
            ended_at: None,
            kept: None,
            position: None,
            summary: None,
            failure: None,
        };
        let row = import_job::add(conn, row, &upload.file)?;
        let body = serde_json::to_string(&state(&row, None)).map_err(|e| StoreError::Query(e.to_string()))?;
        Ok(Done {
            status: 202,
            location: Some(format!("/council/v1/imports/{}", row.id)),
            etag: None,
            body,
            about: format!("import {}", row.id),
            replayed: false,
            position: 0,
        })
    });
    let done = done.await?;
    writer.jobs.wake.notify_one();
    Ok(done)
}

/// The state of a council's job.
///
/// # Errors
/// When the database does not answer.
pub fn find(conn: &mut Conn, jobs: &Jobs, unit: &str, id: i64) -> StoreResult<Option<ImportState>> {
    let row = import_job::find(conn, id)?.filter(|row| row.unit == unit);
    Ok(row.map(|row| state(&row, jobs.progress(row.id))))
}

/// A council's jobs, newest first.
///
/// # Errors
/// When the database does not answer.
pub fn list(conn: &mut Conn, jobs: &Jobs, unit: &str, from: Option<i64>, backwards: bool, limit: i64) -> StoreResult<Vec<ImportState>> {
    let rows = import_job::list(conn, unit, from, backwards, limit)?;
    Ok(rows.iter().map(|row| state(row, jobs.progress(row.id))).collect())
}

/// What became of the rows of a job, in their order.
///
/// # Errors
/// When the database does not answer.
pub fn rows(
    conn: &mut Conn,
    id: i64,
    outcome: Option<&str>,
    from: Option<i64>,
    backwards: bool,
    limit: i64,
) -> StoreResult<Vec<ImportRow>> {
    let rows = import_job::rows(conn, id, outcome, from, backwards, limit)?;
    rows.iter()
        .map(|row| serde_json::from_str(&row.body).map_err(|e| StoreError::Unusable(format!("a report cannot be read: {e}"))))
        .collect()
}

/// The report on every row of a job, as CSV.
///
/// # Errors
/// When the database does not answer.
pub fn report(conn: &mut Conn, id: i64) -> StoreResult<Vec<u8>> {
    let mut table = super::state::table()?;
    let mut after = 0;
    loop {
        let page = rows(conn, id, None, Some(after), false, 1_000)?;
        let Some(last) = page.last() else { break };
        after = last.line;
        for row in &page {
            super::state::tell(&mut table, row)?;
        }
    }
    table.into_inner().map_err(|e| StoreError::Query(e.to_string()))
}

/// Runs jobs as they come, one at a time, for as long as the process lives. `published` is told the ledger
/// position of each that wrote.
pub async fn work(writer: Arc<Writer>, clock: impl Fn() -> DateTime<Utc>, published: impl Fn(i64)) {
    loop {
        match run_next(&writer, clock()).await {
            Ok(Some(position)) => {
                if let Some(position) = position {
                    published(position);
                }
            }
            Ok(None) => {
                // Woken, or it was time to look.
                let _ = tokio::time::timeout(LOOK, writer.jobs.wake.notified()).await;
            }
            Err(error) => {
                tracing::warn!(%error, "an import could not be run; it is tried again");
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}

/// Runs the oldest job that has not ended: one that waits, or one that was cut off. The ledger position,
/// where it wrote; `None` where no job is left.
///
/// # Errors
/// When the database does not answer; the job is still to be run.
pub async fn run_next(writer: &Arc<Writer>, now: DateTime<Utc>) -> StoreResult<Option<Option<i64>>> {
    let gone = |_| StoreError::Busy("the program is ending".into());
    let _permit = writer.gate.acquire().await.map_err(gone)?;
    let this = writer.clone();
    let ran = tokio::task::spawn_blocking(move || {
        let Some(job) = this.claim(now)? else { return Ok(None) };
        this.jobs.set(Some((job.id, 0, usize::try_from(job.rows).unwrap_or(0))));
        let ran = this.run_job(job, now);
        this.jobs.set(None);
        ran.map(Some)
    });
    ran.await.map_err(|error| {
        writer.jobs.set(None);
        StoreError::Query(format!("an import ended early: {error}"))
    })?
}

impl Writer {
    /// Marks the oldest job as running. One that was running was cut off, or runs in another process: then
    /// whichever of the two ends it first has imported it.
    fn claim(&self, now: DateTime<Utc>) -> StoreResult<Option<ImportJobRow>> {
        self.papers(now, |tx| {
            let Some(mut job) = import_job::to_do(tx.conn())?.into_iter().next() else { return Ok(None) };
            job.attempts += 1;
            job.state = "running".into();
            job.started_at = Some(now.naive_utc());
            import_job::keep(tx.conn(), &job)?;
            Ok(Some(job))
        })
    }

    /// Imports a job's file. The ledger position, where something was written.
    fn run_job(&self, job: ImportJobRow, now: DateTime<Utc>) -> StoreResult<Option<i64>> {
        let began = Instant::now();
        let ended = || now + TimeDelta::microseconds(i64::try_from(began.elapsed().as_micros()).unwrap_or(0));
        let fail = |why: Text| self.papers(now, |tx| end(tx, &job, ended(), Ending::Failed(&why))).map(|()| None);
        if job.attempts > MOST_ATTEMPTS {
            return fail(say(
                "tệp đã nhiều lần bị ngắt giữa chừng; hãy chia nhỏ rồi gửi lại",
                "the import was cut off several times; split the file and send it again",
            ));
        }
        let file = self.papers(now, |tx| import_job::file(tx.conn(), job.id))?;
        let (Some(file), Some(media)) = (file, Media::parse(&job.media)) else { return Ok(None) };
        let today = civil_day(now);
        let workbook = match read(&file, media, job.sheet.as_deref(), province_name(&job.unit), today, self.import_limits) {
            Ok(workbook) => workbook,
            Err(bad) => return fail(bad.detail),
        };
        let keep = match (job.dry_run, job.partial) {
            (true, _) => Keep::Nothing,
            (false, true) => Keep::GoodRows,
            (false, false) => Keep::AllOrNothing,
        };
        let origin = Origin { actor: job.actor.clone(), command: "import".into(), cause: None };
        let terms = Terms { origin, today, at: now.naive_utc(), keep, scope: scope(&job.unit), source: Source::CouncilRecord };
        let progress = |done, of| self.jobs.set(Some((job.id, done, of)));
        let report =
            import(&self.door, &workbook, &terms, progress, |tx, rows| end(tx, &job, ended(), Ending::Done(rows, &workbook.notes, true)));
        let report = match report {
            // Ended meanwhile by another process: what was done here is undone.
            Err(StoreError::Conflict(why)) if why == ENDED => return Ok(None),
            report => report?,
        };
        if !report.kept {
            self.papers(now, |tx| end(tx, &job, ended(), Ending::Done(&report.rows, &workbook.notes, false)))?;
        }
        Ok(report.kept.then_some(report.position))
    }

    /// A transaction about working papers, which leaves nothing in the ledger.
    fn papers<T>(&self, now: DateTime<Utc>, work: impl FnOnce(&mut WriteTx<'_>) -> StoreResult<T>) -> StoreResult<T> {
        let origin = Origin { actor: "registry".into(), command: "import".into(), cause: None };
        self.door.write(origin, now.naive_utc(), true, work).map(|(value, _)| value)
    }
}

/// Says that a job has ended already.
const ENDED: &str = "the import has ended";

enum Ending<'r> {
    Failed(&'r Text),
    Done(&'r [RowReport], &'r [Text], bool),
}

/// Ends a job, in the transaction of what it wrote.
fn end(tx: &mut WriteTx<'_>, job: &ImportJobRow, now: DateTime<Utc>, ending: Ending<'_>) -> StoreResult<()> {
    let json = |error: serde_json::Error| StoreError::Query(error.to_string());
    let known = import_job::find(tx.conn(), job.id)?;
    if known.is_none_or(|known| known.ended_at.is_some()) {
        return Err(StoreError::Conflict(ENDED.into()));
    }
    let position = tx.position();
    let mut row = ImportJobRow { ended_at: Some(now.naive_utc()), state: "done".into(), ..job.clone() };
    match ending {
        Ending::Failed(why) => {
            row.state = "failed".into();
            row.failure = Some(serde_json::to_string(&super::state::Words::of(why)).map_err(json)?);
        }
        Ending::Done(reports, notes, kept) => {
            let mut rows = Vec::with_capacity(reports.len());
            for (line, report) in (1i64..).zip(reports) {
                let body = serde_json::to_string(&row_state(line, report)).map_err(json)?;
                rows.push(ImportRowRow { job_id: job.id, line, outcome: report.outcome.as_str().into(), body });
            }
            import_job::add_rows(tx.conn(), &rows)?;
            row.summary = Some(serde_json::to_string(&counts(reports, notes)).map_err(json)?);
            (row.kept, row.position) = (Some(kept), Some(position));
            if kept {
                let (subject, unit, about) = (job.subject.clone(), job.unit.clone(), format!("import {}", job.id));
                command::note(
                    tx.conn(),
                    CommandRow { id: 0, at: now.naive_utc(), subject, unit, command: "import".into(), about, position },
                )?;
            }
        }
    }
    import_job::keep(tx.conn(), &row)
}

/// Whose decisions a council imports.
fn scope(unit: &str) -> Scope {
    if unit == permit::MINISTRY { Scope::Ministry } else { gazetteer().get(unit).map_or(Scope::Nobody, Scope::Province) }
}

/// The province that rows lie in when they name none.
fn province_name(unit: &str) -> &'static str {
    gazetteer().get(unit).map_or("", |id| gazetteer().place(id).name)
}
