//! One connection type over both databases.

use super::error::{StoreError, StoreResult};
use diesel::connection::SimpleConnection;
use diesel::{Connection, MultiConnection, PgConnection, SqliteConnection};
use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// A connection to either database.
#[derive(MultiConnection)]
pub enum Conn {
    /// Embedded SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    Postgres(PgConnection),
}

impl Conn {
    /// Which of the two it is.
    pub(super) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

/// Runs the same expression on the connection that is there, for what the derive does not offer
/// (batch inserts, statements of one dialect), and for the commonest statements: one of a single dialect is known by
/// its type, without being written out to be found among the prepared ones.
macro_rules! on {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::store::Conn::Sqlite($c) => $body,
            $crate::store::Conn::Postgres($c) => $body,
        }
    };
}
pub(super) use on;

/// Puts a boxed query in ascending order of a number, after the one that was met last; backwards it is the other way
/// round. Lists that begin with the newest pass `!backwards`.
macro_rules! by_number {
    ($query:expr, $number:expr, $from:expr, $backwards:expr) => {{
        let query = match ($from, $backwards) {
            (Some(id), false) => $query.filter($number.gt(id)),
            (Some(id), true) => $query.filter($number.lt(id)),
            (None, _) => $query,
        };
        if $backwards { query.order($number.desc()) } else { query.order($number.asc()) }
    }};
}
pub(super) use by_number;

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite(String),
    /// A PostgreSQL URL.
    Postgres(String),
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.into())),
            Some(("sqlite" | "file", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some((scheme, _)) => {
                Err(format!("cannot use a database URL that begins with \"{scheme}://\": give a file name, sqlite://file or postgres://…"))
            }
            None if text.trim().is_empty() => Err("the database URL is empty: give a file name, sqlite://file or postgres://…".into()),
            None => Ok(Self::Sqlite(text.into())),
        }
    }
}

impl DatabaseUrl {
    /// The same, with a file that is named without a directory put into one.
    pub fn within(&self, directory: &Path) -> Self {
        match self {
            Self::Sqlite(path) if !path.contains(['/', ':']) && directory != Path::new(".") => {
                Self::Sqlite(directory.join(path).to_string_lossy().into_owned())
            }
            other => other.clone(),
        }
    }

    /// The file of an embedded database, if that is what it is.
    pub fn file(&self) -> Option<&Path> {
        let Self::Sqlite(path) = self else { return None };
        // SQLite takes `file:name?mode=…` for a file too.
        let uri = path.strip_prefix("file:").map(|rest| rest.split('?').next().unwrap_or(rest));
        Some(Path::new(uri.unwrap_or(path)))
    }
}

/// Never with the password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.write_str(path),
            Self::Postgres(url) => {
                let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
                let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
                write!(f, "postgres://{}", place.split('?').next().unwrap_or_default())
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    /// Reading that must not wait.
    Glance,
    Write,
}

/// Milliseconds that a statement waits for SQLite's lock.
const BUSY_MS: u32 = 2_000;

impl DatabaseUrl {
    /// Opens a connection and sets it up for its purpose. Reading never creates a file.
    pub(super) fn connect(&self, purpose: Purpose) -> StoreResult<Conn> {
        match self {
            Self::Sqlite(path) => sqlite(path, purpose).map(Conn::Sqlite),
            Self::Postgres(url) => {
                let mut conn =
                    PgConnection::establish(url).map_err(|e| StoreError::Away(format!("{self}: {}", without_secrets(&e.to_string()))))?;
                let setup = match purpose {
                    // Numbers without a fraction of a second wasted on a plan for one literal: the
                    // statements here are few and their shapes fixed.
                    Purpose::Read | Purpose::Glance => {
                        "SET default_transaction_read_only = on; SET default_text_search_config = 'pg_catalog.simple'; SET statement_timeout = '15s'; SET TIME ZONE 'UTC'"
                    }
                    Purpose::Write => "SET TIME ZONE 'UTC'",
                };
                conn.batch_execute(setup)?;
                Ok(Conn::Postgres(conn))
            }
        }
    }
}

/// libpq may repeat the connection string in its message.
fn without_secrets(message: &str) -> String {
    message.lines().map(str::trim).filter(|line| !line.contains("password=")).collect::<Vec<_>>().join(" ")
}

fn sqlite(path: &str, purpose: Purpose) -> StoreResult<SqliteConnection> {
    let unusable = |why: String| StoreError::Unusable(format!("cannot open the database {path}: {why}"));
    if purpose != Purpose::Write && !Path::new(path).exists() {
        return Err(unusable("there is no such file. Run `ocop-registry migrate` or `ocop-registry serve` first.".into()));
    }
    let mut conn = SqliteConnection::establish(path).map_err(|e| {
        let there = Path::new(path).exists();
        unusable(format!("{e}{}", if there { ". Its directory must be writable: SQLite keeps its journal there." } else { "" }))
    })?;
    let patience = if purpose == Purpose::Glance { 0 } else { BUSY_MS };
    let common = format!("PRAGMA busy_timeout = {patience}; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;");
    let purposed = match purpose {
        // Room for the inner pages of the trees. Leaves come from the system's cache each time: to copy
        // one costs less than to map it, or to keep so many that the processor's own cache spills.
        Purpose::Read | Purpose::Glance => "PRAGMA query_only = ON; PRAGMA cache_size = -2048;",
        // A commit that was acknowledged survives a power cut.
        Purpose::Write => {
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA journal_size_limit = 67108864;"
        }
    };
    conn.batch_execute(&common).and_then(|()| conn.batch_execute(purposed)).map_err(|e| match StoreError::from(e) {
        StoreError::Unusable(why) | StoreError::Query(why) => unusable(why),
        other => other,
    })?;
    Ok(conn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        assert_eq!("ocop.db".parse(), Ok(DatabaseUrl::Sqlite("ocop.db".into())));
        assert_eq!("sqlite:///var/lib/ocop.db".parse(), Ok(DatabaseUrl::Sqlite("/var/lib/ocop.db".into())));
        assert!("mysql://x".parse::<DatabaseUrl>().is_err());
        assert!(" ".parse::<DatabaseUrl>().is_err());
        let secret: DatabaseUrl = "postgres://me:p@ss@db:5432/ocop?sslmode=disable".parse().expect("a URL");
        assert_eq!(format!("{secret} {secret:?}"), "postgres://db:5432/ocop postgres://db:5432/ocop");
    }
}
