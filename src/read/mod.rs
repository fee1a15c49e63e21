//! Questions: one file per noun. A question runs on a snapshot of the store and gives a view;
//! [`Reader`] holds what they share: the store, the clock, the known position, the answer cache.

pub mod answer;
pub mod batch;
pub mod cache;
pub mod certificate;
pub mod change;
pub mod clock;
pub mod command;
pub mod cursor;
pub mod decision;
pub mod export;
pub mod graph;
pub mod history;
pub mod label_report;
pub mod merged;
pub mod place;
pub mod producer;
pub mod product;
pub mod quality;
pub mod radar;
pub mod reference;
pub mod sheet;
pub mod stats;
pub mod verification;
pub mod view;
pub mod workbook;

use crate::error::Problem;
pub use crate::store::Snapshot;
use crate::store::{ReadDoor, StoreError};
use answer::Answer;
use cache::AnswerCache;
use clock::Clock;
use futures_util::future::select;
use std::pin::pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// What every question needs.
pub struct Reader {
    /// The store.
    pub door: ReadDoor,
    /// What time it is.
    pub clock: Clock,
    /// Ready answers.
    pub cache: AnswerCache,
    position: watch::Sender<i64>,
    /// The second (Unix time) since which nobody could tell the newest position; 0 while somebody can.
    lost: AtomicI64,
    closing: watch::Sender<bool>,
}

/// Why a question has no answer.
#[derive(Debug)]
pub enum ReadError {
    /// The asker can be told what is wrong.
    Problem(Box<Problem>),
    /// The store failed.
    Store(StoreError),
}

impl From<Problem> for ReadError {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Problem(problem) => *problem,
            ReadError::Store(error) => error.into(),
        }
    }
}

/// The result of a question.
pub type ReadResult<T> = Result<T, ReadError>;

impl Reader {
    /// A reader of a store, with a cache of so many bytes.
    pub fn new(door: ReadDoor, clock: Clock, cache_bytes: u64) -> Self {
        Self {
            door,
            clock,
            cache: AnswerCache::new(cache_bytes),
            position: watch::Sender::new(0),
            lost: AtomicI64::new(0),
            closing: watch::Sender::new(false),
        }
    }

    /// The newest ledger position that this process knows of.
    pub fn position(&self) -> i64 {
        *self.position.borrow()
    }

    /// Tells the reader of a position that it or its own writer saw.
    pub fn learn(&self, position: i64) {
        if self.lost.load(Ordering::Relaxed) != 0 {
            self.lost.store(0, Ordering::Relaxed);
        }
        self.position.send_if_modified(|known| {
            let newer = position > *known;
            if newer {
                *known = position;
            }
            newer
        });
    }

    /// Waits until a position beyond `after` is known, or the patience ends.
    pub async fn wait_beyond(&self, after: i64, patience: Duration) {
        let mut position = self.position.subscribe();
        let mut closing = self.closing.subscribe();
        let news = pin!(position.wait_for(|known| *known > after));
        let end = pin!(closing.wait_for(|closing| *closing));
        // Nothing to do on a time-out or when the program ends: the asker gets what there is.
        let _ = tokio::time::timeout(patience, select(news, end)).await;
    }

    /// Lets nobody wait any longer: the program is about to end.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Looks at the database for a new position, once.
    pub async fn refresh(&self) -> Result<i64, StoreError> {
        let told = self.door.position().await;
        match &told {
            Ok(position) => self.learn(*position),
            Err(_) => {
                // The first failure counts; where it is known already, nothing is to be done.
                let _ = self.lost.compare_exchange(0, self.clock.now().timestamp(), Ordering::Relaxed, Ordering::Relaxed);
            }
        }
        told
    }

    /// For how many seconds the database has not told its position; `None` while it does. Ready answers may be that old.
    pub fn lost_for(&self) -> Option<u32> {
        let since = self.lost.load(Ordering::Relaxed);
        (since != 0).then(|| u32::try_from(self.clock.now().timestamp() - since).unwrap_or(0))
    }

    /// Runs a question on one snapshot.
    pub async fn ask(&self, question: impl FnMut(&mut Snapshot<'_>) -> ReadResult<Answer> + Send + 'static) -> ReadResult<Answer> {
        self.look(question).await.map(|(answer, _)| answer)
    }

    /// The same of one that takes long, such as counting everything: some of them at a time.
    pub async fn ask_at_length(
        &self,
        mut question: impl FnMut(&mut Snapshot<'_>) -> ReadResult<Answer> + Send + 'static,
    ) -> ReadResult<Answer> {
        let turn = self.door.turn().await?;
        // Held until it is answered, also where nobody waits for that any more.
        self.ask(move |snapshot| {
            let _held = &turn;
            question(snapshot)
        })
        .await
    }

    /// Puts several questions together on one snapshot; tells its position too.
    pub async fn look<T: Send + 'static>(
        &self,
        mut questions: impl FnMut(&mut Snapshot<'_>) -> ReadResult<T> + Send + 'static,
    ) -> ReadResult<(T, i64)> {
        let answered = self.door.snapshot(move |snapshot| match questions(snapshot) {
            // The door is told of a fault of the store, and hands that connection out no more.
            Err(ReadError::Store(fault)) => Err(fault),
            told => Ok((told, snapshot.position)),
        });
        let (answered, position) = answered.await?;
        self.learn(position);
        Ok((answered?, position))
    }
}
