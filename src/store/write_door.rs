//! The write door: one command at a time, one transaction each, effect and ledger together.

use super::connection::{Conn, DatabaseUrl, Purpose, on};
use super::error::{StoreError, StoreResult};
use super::ledger::{self, Entry, Ledgered};
use super::projection;
use super::search;
use crate::domain::code::{self, Noun};
use chrono::NaiveDateTime;
use diesel::RunQueryDsl;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::collections::BTreeSet;
use std::path::Path;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// "OCOP" in ASCII: the advisory lock that one writer of a PostgreSQL database holds.
const WRITER_LOCK: i64 = 0x4f43_4f50;

/// Brings a database to this program's schema; refuses one that a newer program has changed, and a file of another program.
pub fn migrate(url: &DatabaseUrl) -> StoreResult<()> {
    // Looked at before anything is opened for writing, which would leave its traces in a file of others.
    if let DatabaseUrl::Sqlite(path) = url
        && Path::new(path).exists()
    {
        refuse_others(&mut url.connect(Purpose::Read)?, url)?;
    }
    let mut conn = url.connect(Purpose::Write)?;
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| match StoreError::from(diesel::result::Error::QueryBuilderError(
        e.to_string().into(),
    )) {
        StoreError::Query(why) => StoreError::Unusable(format!("cannot migrate {url}: {why}")),
        other => other,
    };
    if let Conn::Postgres(c) = &mut conn {
        // Held until the connection closes, so that two nodes starting at once do not both migrate.
        diesel::sql_query("SELECT pg_advisory_lock($1)").bind::<diesel::sql_types::BigInt, _>(WRITER_LOCK).execute(c)?;
    }
    if newer_migrations(&mut conn).map_err(failed)? {
        return Err(StoreError::Unusable(format!(
            "{url} has the schema of a newer ocop-registry. Run that version, or restore a backup made before the upgrade."
        )));
    }
    match &mut conn {
        Conn::Sqlite(c) => c.run_pending_migrations(SQLITE).map(drop),
        Conn::Postgres(c) => c.run_pending_migrations(POSTGRES).map(drop),
    }
    .map_err(failed)?;
    projection::rebuild_if_outdated(&mut conn)
}

/// Refuses an embedded database that holds tables, but not those of the registry.
fn refuse_others(conn: &mut Conn, url: &DatabaseUrl) -> StoreResult<()> {
    #[derive(diesel::QueryableByName)]
    struct Table {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    if !conn.is_sqlite() {
        return Ok(());
    }
    let asked = diesel::sql_query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").load::<Table>(conn);
    let tables = asked.map_err(|e| match StoreError::from(e) {
        StoreError::Query(why) => StoreError::Unusable(format!("cannot open the database {url}: {why}")),
        other => other,
    })?;
    let has = |name: &str| tables.iter().any(|table| table.name == name);
    if tables.iter().any(|table| table.name != MIGRATIONS) && !(has(MIGRATIONS) && has("ledger")) {
        let why = "is a database of another program: it holds tables, but none of a registry. Name another file.";
        return Err(StoreError::Unusable(format!("{url} {why}")));
    }
    Ok(())
}

/// Diesel's table of the migrations that have run.
const MIGRATIONS: &str = "__diesel_schema_migrations";

/// Whether the database has had migrations that this program does not know.
fn newer_migrations(conn: &mut Conn) -> diesel::migration::Result<bool> {
    use diesel::migration::MigrationSource;
    macro_rules! newer {
        ($c:expr, $source:expr, $backend:ty) => {{
            let known = MigrationSource::<$backend>::migrations(&$source)?;
            let applied = $c.applied_migrations()?;
            applied.iter().any(|version| !known.iter().any(|m| m.name().version() == *version))
        }};
    }
    Ok(match conn {
        Conn::Sqlite(c) => newer!(c, SQLITE, diesel::sqlite::Sqlite),
        Conn::Postgres(c) => newer!(c, POSTGRES, diesel::pg::Pg),
    })
}

/// Whether this program's migrations have all run, and no newer ones. Reads diesel's table itself:
/// diesel would create it first, which PostgreSQL refuses in a read-only transaction.
pub(super) fn check_schema(conn: &mut Conn, url: &DatabaseUrl) -> StoreResult<()> {
    refuse_others(conn, url)?;
    let unusable = |why: String| StoreError::Unusable(format!("{url}: {why}"));
    let known = known_migrations(conn).map_err(|e| StoreError::Query(e.to_string()))?;
    let applied = match diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load::<Applied>(conn).map_err(StoreError::from)
    {
        Ok(rows) => rows.into_iter().map(|row| row.version).collect(),
        // No such table: nothing has run yet.
        Err(StoreError::Query(_)) => Vec::new(),
        Err(other) => return Err(other),
    };
    if applied.iter().any(|version| !known.contains(version)) {
        return Err(unusable("the schema is that of a newer ocop-registry. Run that version.".into()));
    }
    if known.iter().any(|version| !applied.contains(version)) {
        return Err(unusable("the schema is older than this program. Run `ocop-registry migrate` first.".into()));
    }
    Ok(())
}

/// A migration that a database has had.
#[derive(diesel::QueryableByName)]
struct Applied {
    #[diesel(sql_type = diesel::sql_types::Text)]
    version: String,
}

/// The versions of this program's migrations.
fn known_migrations(conn: &Conn) -> diesel::migration::Result<Vec<String>> {
    use diesel::migration::MigrationSource;
    macro_rules! versions {
        ($source:expr, $backend:ty) => {
            MigrationSource::<$backend>::migrations(&$source)?.iter().map(|m| m.name().version().to_string()).collect()
        };
    }
    Ok(if conn.is_sqlite() { versions!(SQLITE, diesel::sqlite::Sqlite) } else { versions!(POSTGRES, diesel::pg::Pg) })
}

/// Who writes, and by which command; the ledger keeps both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Role and council, never a personal name.
    pub actor: String,
    /// The command.
    pub command: String,
    /// Why, in a sentence that is public; `None` where the change itself says it.
    pub cause: Option<String>,
}

/// The door for writing. A connection lives for one command, so whatever ends a command early,
/// a crash included, ends its transaction too.
#[derive(Debug, Clone)]
pub struct WriteDoor {
    url: DatabaseUrl,
}

impl WriteDoor {
    /// The write door of a migrated database.
    pub fn new(url: DatabaseUrl) -> Self {
        Self { url }
    }

    /// Where the database is.
    pub(super) fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Runs a command in one transaction and returns its result with the ledger position after it.
    /// With `keep` false everything happens and is then undone: a dry run.
    pub fn write<T, E: From<StoreError>>(
        &self,
        origin: Origin,
        at: NaiveDateTime,
        keep: bool,
        command: impl FnOnce(&mut WriteTx<'_>) -> Result<T, E>,
    ) -> Result<(T, i64), E> {
        let mut conn = self.url.connect(Purpose::Write)?;
        begin(&mut conn)?;
        let before = ledger::position(&mut conn)?;
        let mut tx = WriteTx { conn: &mut conn, origin, at, next: before + 1, touched: BTreeSet::new(), last_ids: Vec::new() };
        let result = command(&mut tx)?;
        tx.project()?;
        let position = if keep { tx.next - 1 } else { before };
        end(&mut conn, keep)?;
        Ok((result, position))
    }
}

/// One writer at a time: on SQLite by taking the lock before reading, on PostgreSQL by an advisory
/// lock. Diesel is told, because its batch inserts open savepoints of their own.
pub(super) fn begin(conn: &mut Conn) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        Conn::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN")?;
            diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<diesel::sql_types::BigInt, _>(WRITER_LOCK).execute(c)?;
        }
    }
    Ok(())
}

/// Ends a transaction, keeping what it did or not.
pub(super) fn end(conn: &mut Conn, keep: bool) -> StoreResult<()> {
    on!(conn, c => if keep { AnsiTransactionManager::commit_transaction(c) } else { AnsiTransactionManager::rollback_transaction(c) })?;
    Ok(())
}

/// An open command.
pub struct WriteTx<'c> {
    conn: &'c mut Conn,
    origin: Origin,
    at: NaiveDateTime,
    next: i64,
    touched: BTreeSet<i64>,
    last_ids: Vec<(&'static str, i64)>,
}

impl WriteTx<'_> {
    /// The connection, for questions inside the command.
    pub fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    /// The ledger position after what was written so far.
    pub fn position(&self) -> i64 {
        self.next - 1
    }

    /// Adds rows, each with its ledger entry.
    pub fn create<R: Ledgered>(&mut self, rows: &[R]) -> StoreResult<()> {
        R::insert(self.conn, rows)?;
        self.append("created", rows)
    }

    /// Writes a row over the one with its number, with its ledger entry.
    pub fn correct<R: Ledgered>(&mut self, row: R) -> StoreResult<()> {
        row.update(self.conn)?;
        self.append("corrected", &[row])
    }

    /// Marks products whose record has to be made again when the command ends.
    pub fn touch(&mut self, products: impl IntoIterator<Item = i64>) {
        self.touched.extend(products);
    }

    /// The next number of a noun that has codes.
    pub fn next_coded_id<R: Ledgered>(&mut self, noun: Noun) -> StoreResult<i64> {
        let last = self.last_id::<R>()?;
        let next =
            code::next_serial(noun, *last).ok_or_else(|| StoreError::Unusable(format!("all codes of kind {noun} have been given")))?;
        *last = next;
        Ok(next)
    }

    /// The next number of any other row.
    pub fn next_id<R: Ledgered>(&mut self) -> StoreResult<i64> {
        let last = self.last_id::<R>()?;
        *last += 1;
        Ok(*last)
    }

    fn last_id<R: Ledgered>(&mut self) -> StoreResult<&mut i64> {
        let index = match self.last_ids.iter().position(|(noun, _)| *noun == R::NOUN) {
            Some(index) => index,
            None => {
                self.last_ids.push((R::NOUN, R::last_id(self.conn)?));
                self.last_ids.len() - 1
            }
        };
        Ok(&mut self.last_ids[index].1)
    }

    fn append<R: Ledgered>(&mut self, action: &str, rows: &[R]) -> StoreResult<()> {
        let mut entries = Vec::with_capacity(rows.len());
        for (row, position) in rows.iter().zip(self.next..) {
            let body = serde_json::to_string(row).map_err(|e| StoreError::Query(e.to_string()))?;
            entries.push(Entry {
                position,
                at: self.at,
                actor: self.origin.actor.clone(),
                command: self.origin.command.clone(),
                action: action.into(),
                noun: R::NOUN.into(),
                noun_id: row.id(),
                body,
                cause: self.origin.cause.clone(),
            });
        }
        self.next += i64::try_from(entries.len()).unwrap_or(0);
        ledger::append(self.conn, &entries)
    }

    /// Makes the records of the touched products now, for questions later in the same command.
    pub fn project(&mut self) -> StoreResult<()> {
        let touched: Vec<i64> = std::mem::take(&mut self.touched).into_iter().collect();
        projection::refresh(self.conn, &touched)
    }
}

impl WriteDoor {
    /// Tidies up after a large load: statistics for the planner, and the text index in one piece.
    pub fn tidy(&self) -> StoreResult<()> {
        let mut conn = self.url.connect(Purpose::Write)?;
        conn.batch_execute("ANALYZE")?;
        search::in_one_piece(&mut conn)
    }
}
