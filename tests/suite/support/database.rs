//! Migrated databases of both kinds, each gone with its test, and ways round the program's own doors.

use super::postgres::server;
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection};
use ocop_registry::domain::day::{Day, ymd};
use ocop_registry::domain::record::Record;
use ocop_registry::store::verify::{self, verify};
use ocop_registry::store::{DatabaseUrl, Origin, ReadDoor, StoreResult, WriteDoor, WriteTx, migrate, record};
use ocop_registry::write::import::{ImportError, Report, import};

/// The day on which the tests import.
pub(crate) const TODAY: Day = ymd(2026, 11, 21);

/// A database of its own for one test.
pub(crate) struct Database {
    /// Where it is, as the program takes it.
    pub(crate) url: String,
    _directory: Option<tempfile::TempDir>,
}

impl Database {
    /// An embedded database, migrated.
    pub(crate) fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let url = directory.path().join("registry.db").display().to_string();
        Self { url, _directory: Some(directory) }.migrated()
    }

    /// A PostgreSQL database, migrated.
    pub(crate) fn postgres(hint: &str) -> Self {
        Self { url: server().database(hint), _directory: None }.migrated()
    }

    /// One of each.
    pub(crate) fn both(hint: &str) -> [Self; 2] {
        [Self::sqlite(), Self::postgres(hint)]
    }

    fn migrated(self) -> Self {
        migrate(&self.parsed()).expect("an empty database can be migrated");
        self
    }

    pub(crate) fn parsed(&self) -> DatabaseUrl {
        self.url.parse().expect("a database URL")
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.parsed(), DatabaseUrl::Sqlite(_))
    }

    pub(crate) fn write_door(&self) -> WriteDoor {
        WriteDoor::new(self.parsed())
    }

    pub(crate) fn read_door(&self) -> ReadDoor {
        ReadDoor::open(self.parsed(), 1).expect("a migrated database opens")
    }

    /// Imports a list as of [`TODAY`].
    pub(crate) fn import(&self, list: impl AsRef<[u8]>) -> Report {
        self.try_import(list, true).expect("a list that can be read")
    }

    /// The same, which may fail or be a dry run.
    pub(crate) fn try_import(&self, list: impl AsRef<[u8]>, keep: bool) -> Result<Report, ImportError> {
        let noon = TODAY.and_hms_opt(12, 0, 0).expect("noon");
        import(&self.write_door(), list.as_ref(), TODAY, noon, keep, |_, _| ())
    }

    /// Every record, by number.
    pub(crate) fn records(&self) -> Vec<Record> {
        self.read(|conn| record::page(conn, 0, 1_000_000))
    }

    pub(crate) fn position(&self) -> i64 {
        self.read_door().long_snapshot(|snapshot| Ok(snapshot.position)).expect("a position")
    }

    pub(crate) fn read<T>(&self, question: impl FnOnce(&mut ocop_registry::store::Conn) -> StoreResult<T>) -> T {
        self.read_door().long_snapshot(|snapshot| question(snapshot.conn)).expect("an answer")
    }

    pub(crate) fn verify(&self) -> verify::Report {
        verify(&self.read_door(), |_| ()).expect("a verification")
    }

    /// Runs SQL past the program, as somebody with the file or the password could.
    pub(crate) fn tamper(&self, sql: &str) {
        let done = if self.is_sqlite() {
            self.file().batch_execute(sql)
        } else {
            PgConnection::establish(&self.url).expect("a connection").batch_execute(sql)
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Does to the tables what a council's command would, with its ledger entries.
    pub(crate) fn command(&self, effect: impl FnOnce(&mut WriteTx<'_>) -> StoreResult<()>) {
        let origin = Origin { actor: "council".into(), command: "test".into(), cause: None };
        let eleven = TODAY.and_hms_opt(11, 0, 0).expect("an hour");
        self.write_door().write(origin, eleven, true, effect).expect("written");
    }

    /// Takes everything out again; cheaper than another database.
    pub(crate) fn empty(&self) {
        let tables = "product_words listings records acts certificates decisions product_gtins product_names products \
                      producer_identifiers producers ledger";
        self.tamper(&tables.split(' ').map(|table| format!("DELETE FROM {table};")).collect::<String>());
    }

    /// A connection past the program. The last one before it may still be tidying up the journal as it closes.
    fn file(&self) -> SqliteConnection {
        let mut conn = SqliteConnection::establish(&self.url).expect("a connection");
        conn.batch_execute("PRAGMA busy_timeout = 5000").expect("a pragma");
        conn
    }

    /// One number asked past the program.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Number {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            number: i64,
        }
        let question = diesel::sql_query(format!("SELECT CAST(({sql}) AS BIGINT) AS number"));
        let rows: Result<Vec<Number>, _> = if self.is_sqlite() {
            question.load(&mut self.file())
        } else {
            question.load(&mut PgConnection::establish(&self.url).expect("a connection"))
        };
        rows.unwrap_or_else(|error| panic!("{sql}: {error}"))[0].number
    }
}

/// Columns of a product list, in the order in which [`list`] writes them.
const COLUMNS: [&str; 20] = [
    "name_vi",
    "producer_name",
    "producer_type",
    "commune",
    "district",
    "province",
    "stars",
    "level",
    "decision_number",
    "decision_date",
    "year",
    "product_group",
    "source_url",
    "name_en",
    "gtins",
    "official_code",
    "valid_until",
    "score",
    "tax_code",
    "issuer",
];

/// A product list. Each row is written as `column=cell; column=cell` over a base of the same form.
pub(crate) fn list(base: &str, rows: &[&str]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).expect("a header");
    for row in rows {
        let mut cells = [""; COLUMNS.len()];
        for pair in base.split("; ").chain(row.split("; ")).filter(|pair| !pair.is_empty()) {
            let (column, cell) = pair.split_once('=').unwrap_or_else(|| panic!("\"{pair}\" is no column=cell"));
            let index = COLUMNS.iter().position(|known| *known == column).unwrap_or_else(|| panic!("no column {column}"));
            cells[index] = cell;
        }
        writer.write_record(cells).expect("a row");
    }
    writer.into_inner().expect("a list in memory")
}
