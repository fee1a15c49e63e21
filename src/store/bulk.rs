//! Loading much at once: the indexes that lists and searches use are created when all rows are
//! there, in one sorted pass each, instead of row by row.

use super::connection::{Conn, Purpose};
use super::error::{StoreError, StoreResult};
use super::write_door::{WriteDoor, begin, end};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

/// An index as the database itself describes it.
#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

// Keys stay: they find what is to be replaced.
const ON_SQLITE: &str = "SELECT name, sql AS definition FROM sqlite_master \
    WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 'listings' ORDER BY name";
const ON_POSTGRES: &str = "SELECT indexname::text AS name, indexdef AS definition FROM pg_indexes \
    WHERE schemaname = current_schema() AND tablename IN ('listings', 'product_words') \
    AND indexdef NOT LIKE 'CREATE UNIQUE %' ORDER BY indexname";

impl WriteDoor {
    /// Runs commands that fill an empty registry, without the indexes of lists and searches, and
    /// creates those at the end, also when a command fails. If the program is killed meanwhile
    /// they are missing: then begin again with an empty database.
    pub fn bulk<T, E: From<StoreError>>(&self, load: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        // Open all the while, so that SQLite does not put its log away after every command.
        let mut conn = self.url().connect(Purpose::Write)?;
        let indexes: Vec<Index> =
            diesel::sql_query(if conn.is_sqlite() { ON_SQLITE } else { ON_POSTGRES }).load(&mut conn).map_err(StoreError::from)?;
        in_one(&mut conn, indexes.iter().map(|index| format!("DROP INDEX {}", index.name)))?;
        let loaded = load();
        in_one(&mut conn, indexes.into_iter().map(|index| index.definition))?;
        loaded
    }
}

/// Runs statements in one transaction.
fn in_one(conn: &mut Conn, statements: impl Iterator<Item = String>) -> StoreResult<()> {
    begin(conn)?;
    for statement in statements {
        conn.batch_execute(&statement)?;
    }
    end(conn, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{DatabaseUrl, migrate};

    #[test]
    fn the_indexes_come_back_even_after_a_failure() {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let url = DatabaseUrl::Sqlite(directory.path().join("registry.db").display().to_string());
        migrate(&url).expect("an empty database");
        let indexes = || -> Vec<String> {
            let mut conn = url.connect(Purpose::Read).expect("a connection");
            let rows: Vec<Index> = diesel::sql_query(ON_SQLITE).load(&mut conn).expect("indexes");
            rows.into_iter().map(|index| index.definition).collect()
        };
        let before = indexes();
        assert!(!before.is_empty());
        let door = WriteDoor::new(url.clone());
        let failed: StoreResult<()> = door.bulk(|| {
            assert_eq!(indexes(), Vec::<String>::new());
            Err(StoreError::Query("no".into()))
        });
        assert!(failed.is_err());
        assert_eq!(indexes(), before);
    }
}
