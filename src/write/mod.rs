//! Commands: one file per command. A command checks, then writes effect and ledger in the one
//! transaction that the store's write door gives it.
//!
//! Those of the councils run through the [`Writer`]: it lets one at a time through, answers a
//! command that is sent twice with what it answered before, and notes who ran it.

pub mod document;
pub mod draft;
pub mod generate;
pub mod import;
pub mod label_report;
pub mod merge;
pub mod permit;
pub mod post_check;
pub mod producer;
pub mod product;
pub mod publish;
pub mod state;
pub mod workbook;

use crate::auth::{Actor, Role};
use crate::domain::day::{Day, civil_day};
use crate::error::{Code, Problem, say};
use crate::store::command::{self, CommandRow, SavedAnswerRow};
use crate::store::{Origin, StoreError, WriteDoor, WriteTx};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// How long a command waits for those before it.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many commands may wait at once.
const QUEUE: usize = 512;
/// How long an answer is kept for the same command sent again.
const ANSWERS_LIVE: TimeDelta = TimeDelta::hours(72);

/// Where commands of the councils go.
pub struct Writer {
    door: WriteDoor,
    gate: Semaphore,
    waiting: AtomicUsize,
    running: Mutex<HashSet<(String, String)>>,
    /// Imports that wait and run.
    pub jobs: workbook::job::Jobs,
    /// How much an imported workbook may hold.
    pub import_limits: workbook::Limits,
    /// How long imports that ended are kept.
    pub imports_live: TimeDelta,
    /// Whether somebody other than the drafter has to publish a decision.
    pub four_eyes: bool,
}

/// A command as it was asked.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Who asks.
    pub actor: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// Show what would happen, and write nothing.
    pub dry_run: bool,
    /// The tag of what is to be changed, as the asker has it.
    pub if_match: Option<String>,
    /// The key under which the answer is saved.
    pub key: Option<AskKey>,
}

/// `Idempotency-Key` and what was asked under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskKey {
    /// The key.
    pub key: String,
    /// Hash of method, address and body.
    pub fingerprint: String,
}

impl Ask {
    /// The civil day of the act.
    pub fn today(&self) -> Day {
        civil_day(self.at)
    }
}

/// What a command did, as it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// HTTP status: 200, 201 or 204.
    pub status: u16,
    /// Where the new thing is.
    pub location: Option<String>,
    /// Tag of the thing afterwards.
    pub etag: Option<String>,
    /// The answer, JSON; empty when there is nothing to say.
    pub body: String,
    /// Code or number of what it was about.
    pub about: String,
    /// Whether this was answered before.
    #[serde(skip)]
    pub replayed: bool,
    /// Ledger position afterwards.
    #[serde(skip)]
    pub position: i64,
}

/// Why a command was not carried out.
#[derive(Debug)]
pub enum WriteError {
    /// The asker can be told.
    Problem(Box<Problem>),
    /// The store failed.
    Store(StoreError),
}

impl From<Problem> for WriteError {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<WriteError> for Problem {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Problem(problem) => *problem,
            WriteError::Store(error) => error.into(),
        }
    }
}

/// What a command comes to.
pub type WriteResult<T> = Result<T, WriteError>;

/// An open command of a council.
pub struct Work<'w, 'c> {
    /// The transaction.
    pub tx: &'w mut WriteTx<'c>,
    /// What was asked.
    pub ask: &'w Ask,
}

impl Writer {
    /// A writer of a migrated database.
    pub fn new(door: WriteDoor, four_eyes: bool) -> Self {
        Self {
            door,
            gate: Semaphore::new(1),
            waiting: AtomicUsize::new(0),
            running: Mutex::default(),
            jobs: workbook::job::Jobs::default(),
            import_limits: workbook::Limits::default(),
            imports_live: TimeDelta::days(30),
            four_eyes,
        }
    }

    /// The same with other bounds of imports.
    pub fn with_imports(self, limits: workbook::Limits, live: TimeDelta) -> Self {
        Self { import_limits: limits, imports_live: live, ..self }
    }

    /// Runs a command in one transaction: effect, ledger entries, the saved answer and the note of
    /// who ran it, or nothing. `role` is the one in which the asker acts.
    ///
    /// # Errors
    /// What the command refuses; 409 and 422 for a key in use; 503 when the database is busy.
    pub async fn run(
        self: &Arc<Self>,
        ask: Ask,
        (command, role, cause): (&'static str, Role, Option<String>),
        work: impl FnOnce(&mut Work<'_, '_>) -> WriteResult<Done> + Send + 'static,
    ) -> Result<Done, Problem> {
        let _running = self.begin(&ask)?;
        let busy = |_| {
            let detail =
                say("Đang có nhiều lệnh ghi; hãy gửi lại sau ít giây.", "Many commands are waiting; send it again in a few seconds.");
            Problem { retry_after: Some(5), ..Problem::new(Code::Unavailable, detail) }
        };
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= QUEUE {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(busy(()));
        }
        let permit = tokio::time::timeout(PATIENCE, self.gate.acquire()).await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let _permit = permit.map_err(|_| busy(()))?.map_err(|_| busy(()))?;
        let this = self.clone();
        // A client that hangs up does not stop what has begun: it ends whole, and its key finds the answer.
        let task = tokio::task::spawn_blocking(move || this.carry_out(&ask, (command, role, cause), work));
        task.await.map_err(|error| {
            tracing::error!(%error, command, "a command ended early");
            Problem::new(Code::Internal, say("Có lỗi khi xử lý yêu cầu.", "The command failed because of a fault of the registry."))
        })?
    }

    fn carry_out(
        &self,
        ask: &Ask,
        (command, role, cause): (&'static str, Role, Option<String>),
        work: impl FnOnce(&mut Work<'_, '_>) -> WriteResult<Done>,
    ) -> Result<Done, Problem> {
        let origin = Origin { actor: permit::public_name(&ask.actor, role), command: command.into(), cause };
        let written = self.door.write::<_, WriteError>(origin, ask.at.naive_utc(), !ask.dry_run, |tx| {
            if let Some(answered) = answered(tx, ask)? {
                return Ok(answered);
            }
            let done = work(&mut Work { tx, ask })?;
            remember(tx, ask, command, &done)?;
            Ok(done)
        });
        let (done, position) = written?;
        Ok(Done { position, ..done })
    }

    /// Refuses a command whose key is being worked on by this process. Of two processes, the
    /// second waits for the database's lock and then finds the answer.
    fn begin(self: &Arc<Self>, ask: &Ask) -> Result<Option<Running>, Problem> {
        let Some(key) = ask.key.as_ref().filter(|_| !ask.dry_run) else { return Ok(None) };
        let entry = (ask.actor.subject.clone(), key.key.clone());
        if !self.running.lock().unwrap_or_else(PoisonError::into_inner).insert(entry.clone()) {
            let detail = say(
                "Yêu cầu cùng Idempotency-Key đang được xử lý; hãy đợi rồi gửi lại.",
                "A command with this Idempotency-Key is still running; wait and send it again.",
            );
            return Err(Problem { retry_after: Some(1), ..Problem::new(Code::KeyInFlight, detail) });
        }
        Ok(Some(Running { writer: self.clone(), entry }))
    }
}

/// A key that is being worked on, until this is dropped.
struct Running {
    writer: Arc<Writer>,
    entry: (String, String),
}

impl Drop for Running {
    fn drop(&mut self) {
        self.writer.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.entry);
    }
}

/// The answer to the same command, if it was carried out before.
fn answered(tx: &mut WriteTx<'_>, ask: &Ask) -> WriteResult<Option<Done>> {
    let Some(key) = ask.key.as_ref().filter(|_| !ask.dry_run) else { return Ok(None) };
    let Some(saved) = command::saved(tx.conn(), &ask.actor.subject, &key.key)? else { return Ok(None) };
    if saved.fingerprint != key.fingerprint {
        let detail = say(
            "Idempotency-Key này đã dùng cho một yêu cầu khác; hãy dùng khóa mới.",
            "This Idempotency-Key was used for another command; use a new key.",
        );
        return Err(Problem::new(Code::KeyReused, detail).into());
    }
    let done: Done = serde_json::from_str(&saved.answer).map_err(|e| StoreError::Query(format!("a saved answer cannot be read: {e}")))?;
    Ok(Some(Done { replayed: true, ..done }))
}

fn remember(tx: &mut WriteTx<'_>, ask: &Ask, command: &str, done: &Done) -> WriteResult<()> {
    let (at, position) = (ask.at.naive_utc(), tx.position());
    let subject = ask.actor.subject.clone();
    if let Some(key) = &ask.key {
        let answer = serde_json::to_string(done).map_err(|e| StoreError::Query(e.to_string()))?;
        let row = SavedAnswerRow { subject: subject.clone(), key: key.key.clone(), fingerprint: key.fingerprint.clone(), at, answer };
        command::save(tx.conn(), &row, at - ANSWERS_LIVE)?;
    }
    let unit = permit::unit_key(&ask.actor).to_owned();
    let note = CommandRow { id: 0, at, subject, unit, command: command.into(), about: done.about.clone(), position };
    Ok(command::note(tx.conn(), note)?)
}
