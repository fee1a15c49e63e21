//! The read door: a pool behind a semaphore, on threads where blocking is allowed.

use super::connection::{Conn, DatabaseUrl, Purpose};
use super::error::{StoreError, StoreResult};
use super::ledger;
use super::write_door::check_schema;
use diesel::connection::SimpleConnection;
use diesel::r2d2::{ManageConnection, Pool, PooledConnection, R2D2Connection};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a question waits for a connection before it is told to come back.
const PATIENCE: Duration = Duration::from_millis(2_500);
/// How often whoever waits for a connection looks whether there can be one.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How long a connection lives: each keeps the statements it has prepared, and lists have many shapes.
const LIFETIME: Duration = Duration::from_secs(600);
/// How many questions may wait for a connection at once.
const QUEUE: usize = 1_024;

/// A pool of read-only connections.
#[derive(Clone)]
pub struct ReadDoor {
    url: DatabaseUrl,
    pool: Connections,
    /// Connections for [`ReadDoor::glance`], on embedded SQLite.
    near: Option<Connections>,
    permits: Arc<Semaphore>,
    /// For questions that take long: half of the connections stay free for the others.
    turns: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    /// The newest ledger position that any connection met.
    newest: Arc<AtomicI64>,
}

/// A connection in the pool; a broken one is not handed out again.
struct Pooled {
    conn: Conn,
    broken: bool,
    /// The ledger position that it saw last.
    seen: Option<i64>,
}

impl Pooled {
    /// An error of the question itself leaves the connection good; anything else may not.
    fn settle<T>(&mut self, result: &StoreResult<T>) {
        self.broken = matches!(result, Err(StoreError::Busy(_) | StoreError::Away(_) | StoreError::Unusable(_)));
    }

    /// Puts a question to one snapshot.
    ///
    /// On PostgreSQL it is put without a transaction first, which spares two of five trips for a list. What is
    /// public changes with a ledger entry only: where the position that this very connection saw before is still
    /// the newest after the last statement, all of them saw the same. Else it is put again, to a snapshot. Where
    /// another connection met something newer, that is known beforehand.
    fn snapshot<T>(&mut self, newest: &AtomicI64, mut question: impl FnMut(&mut Snapshot<'_>) -> StoreResult<T>) -> StoreResult<T> {
        if let (Conn::Postgres(_), Some(position)) = (&self.conn, self.seen)
            && position >= newest.load(Ordering::Relaxed)
        {
            let told = question(&mut Snapshot { conn: &mut self.conn, position });
            if matches!(told, Err(StoreError::Busy(_) | StoreError::Away(_))) || ledger::position(&mut self.conn)? == position {
                return told;
            }
        }
        in_snapshot(&mut self.conn, |snapshot| {
            self.seen = Some(snapshot.position);
            newest.fetch_max(snapshot.position, Ordering::Relaxed);
            question(snapshot)
        })
    }
}

struct Manager {
    url: DatabaseUrl,
    purpose: Purpose,
    /// Whether the last attempt to connect failed.
    refused: Arc<AtomicBool>,
}

/// A pool that knows when its database is away.
#[derive(Clone)]
struct Connections {
    pool: Pool<Manager>,
    refused: Arc<AtomicBool>,
}

impl Connections {
    /// A pool of at most so many connections; the first error is told by the first question.
    fn new(url: &DatabaseUrl, purpose: Purpose, size: u32) -> Self {
        let refused = Arc::new(AtomicBool::new(false));
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(PATIENCE)
            .max_lifetime(Some(LIFETIME))
            .error_handler(Box::new(diesel::r2d2::NopErrorHandler))
            .build_unchecked(Manager { url: url.clone(), purpose, refused: refused.clone() });
        Self { pool, refused }
    }

    /// Whether there is no connection, and none can be made. The pool goes on trying by itself, at least every
    /// other second, so nobody has to wait for that.
    fn away(&self) -> StoreResult<()> {
        if self.refused.load(Ordering::Relaxed) && self.pool.state().connections == 0 {
            return Err(StoreError::Away("no connection can be made".into()));
        }
        Ok(())
    }

    /// A connection; waits for one as long as the database is not known to be away.
    fn connection(&self) -> StoreResult<PooledConnection<Manager>> {
        let patience = Instant::now() + PATIENCE;
        loop {
            self.away()?;
            match self.pool.get_timeout(LOOK_AGAIN) {
                Ok(connection) => return Ok(connection),
                Err(error) if Instant::now() >= patience => {
                    // Whoever asks has a turn, so a connection was free: the database answers to none.
                    self.refused.store(true, Ordering::Relaxed);
                    return Err(StoreError::Away(error.to_string()));
                }
                Err(_) => {}
            }
        }
    }
}

impl ManageConnection for Manager {
    type Connection = Pooled;
    type Error = StoreError;

    fn connect(&self) -> StoreResult<Pooled> {
        let connected = self.url.connect(self.purpose);
        self.refused.store(connected.is_err(), Ordering::Relaxed);
        Ok(Pooled { conn: connected?, broken: false, seen: None })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> StoreResult<()> {
        Ok(pooled.conn.ping()?)
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.broken || pooled.conn.is_broken()
    }
}

/// Everything read through it belongs to one ledger position.
pub struct Snapshot<'c> {
    /// The connection, inside a read transaction.
    pub conn: &'c mut Conn,
    /// The ledger position that the transaction sees.
    pub position: i64,
}

impl ReadDoor {
    /// Opens a pool of at most `size` connections on a migrated database, and checks its schema.
    pub fn open(url: DatabaseUrl, size: u32) -> StoreResult<Self> {
        let mut first = url.connect(Purpose::Read)?;
        check_schema(&mut first, &url)?;
        let pool = Connections::new(&url, Purpose::Read, size);
        let near = matches!(url, DatabaseUrl::Sqlite(_)).then(|| Connections::new(&url, Purpose::Glance, size));
        let semaphore = |size| Arc::new(Semaphore::new(usize::try_from(size).unwrap_or(1)));
        let (permits, turns) = (semaphore(size), semaphore((size / 2).max(1)));
        Ok(Self { url, pool, near, permits, turns, waiting: Arc::new(AtomicUsize::new(0)), newest: Arc::new(AtomicI64::new(0)) })
    }

    /// Where the database is, without secrets.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Whether the database is in this very process, where a statement costs no trip.
    pub fn is_near(&self) -> bool {
        self.near.is_some()
    }

    /// Runs one statement's worth of reading on a connection of the pool.
    pub async fn run<T: Send + 'static>(&self, question: impl FnOnce(&mut Conn) -> StoreResult<T> + Send + 'static) -> StoreResult<T> {
        self.with(|pooled| question(&mut pooled.conn)).await
    }

    /// Waits until a question may be put that takes long; it is one of them until what is given is dropped.
    pub async fn turn(&self) -> StoreResult<OwnedSemaphorePermit> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await;
        let busy = |why: &str| StoreError::Busy(why.into());
        turn.map_err(|_| busy("other long questions are being answered"))?.map_err(|_| busy("the program is ending"))
    }

    async fn with<T: Send + 'static>(&self, question: impl FnOnce(&mut Pooled) -> StoreResult<T> + Send + 'static) -> StoreResult<T> {
        self.pool.away()?;
        let busy = |why: &str| StoreError::Busy(why.into());
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= QUEUE {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(busy("too many questions are waiting"));
        }
        let permit = tokio::time::timeout(PATIENCE, self.permits.clone().acquire_owned()).await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let permit = permit.map_err(|_| busy("every connection is in use"))?.map_err(|_| busy("the program is ending"))?;
        let pool = self.pool.clone();
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            on_pool(&pool, question)
        })
        .await
        .map_err(|e| StoreError::Query(format!("a question ended early: {e}")))?
    }

    /// Runs a look-up of a few rows by their keys.
    ///
    /// On embedded SQLite that takes some ten microseconds, less than the way to another thread and
    /// back, so it runs where it was asked as long as a connection is free. It waits for nobody there:
    /// readers of a write-ahead log never wait for a writer, and where the file is locked all the
    /// same (another program repairs it after a crash), the question goes the patient way.
    pub async fn glance<T: Send + 'static>(
        &self,
        mut question: impl FnMut(&mut Conn) -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<T> {
        match self.nearby(&mut question) {
            Some(result) => result,
            None => self.run(question).await,
        }
    }

    /// The same of some statements on one snapshot.
    pub async fn glance_at<T: Send + 'static>(
        &self,
        mut question: impl FnMut(&mut Snapshot<'_>) -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<T> {
        match self.nearby(|conn| in_snapshot(conn, &mut question)) {
            Some(result) => result,
            None => self.snapshot(question).await,
        }
    }

    fn nearby<T>(&self, question: impl FnOnce(&mut Conn) -> StoreResult<T>) -> Option<StoreResult<T>> {
        let mut pooled = self.near.as_ref()?.pool.try_get()?;
        let result = question(&mut pooled.conn);
        pooled.settle(&result);
        Some(result).filter(|result| !matches!(result, Err(StoreError::Busy(_) | StoreError::Away(_))))
    }

    /// Runs any number of statements on one snapshot, and perhaps once more.
    pub async fn snapshot<T: Send + 'static>(
        &self,
        question: impl FnMut(&mut Snapshot<'_>) -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<T> {
        let newest = self.newest.clone();
        self.with(move |pooled| pooled.snapshot(&newest, question)).await
    }

    /// The same for a thread that may block, outside the pool: for long streams, which must not
    /// take connections from short questions.
    pub fn long_snapshot<T>(&self, question: impl FnOnce(&mut Snapshot<'_>) -> StoreResult<T>) -> StoreResult<T> {
        let mut conn = self.url.connect(Purpose::Read)?;
        if let Conn::Postgres(c) = &mut conn {
            c.batch_execute("SET statement_timeout = '60s'")?;
        }
        in_snapshot(&mut conn, question)
    }

    /// The ledger position now.
    pub async fn position(&self) -> StoreResult<i64> {
        let position = self.run(ledger::position).await?;
        self.newest.fetch_max(position, Ordering::Relaxed);
        Ok(position)
    }
}

fn on_pool<T>(pool: &Connections, question: impl FnOnce(&mut Pooled) -> StoreResult<T>) -> StoreResult<T> {
    let mut pooled = pool.connection()?;
    let result = question(&mut pooled);
    pooled.settle(&result);
    result
}

/// Runs a question on one snapshot of a connection.
pub fn in_snapshot<T>(conn: &mut Conn, question: impl FnOnce(&mut Snapshot<'_>) -> StoreResult<T>) -> StoreResult<T> {
    match conn {
        Conn::Sqlite(c) => c.batch_execute("BEGIN")?,
        Conn::Postgres(c) => c.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")?,
    }
    let result = ledger::position(conn).and_then(|position| question(&mut Snapshot { conn, position }));
    let ended = conn.batch_execute("ROLLBACK");
    let value = result?;
    ended?;
    Ok(value)
}
