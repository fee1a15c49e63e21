//! Full-text search: the one file with two dialects, FTS5 of SQLite and tsvector of PostgreSQL.
//! Words come folded, so both indexes see plain letters and digits.

#![expect(missing_docs, reason = "the migrations describe the columns")]

use super::connection::{Conn, MultiBackend};
use super::error::StoreResult;
use super::schema::listings;
use diesel::connection::{DefaultLoadingMode, SimpleConnection};
use diesel::helper_types::AsExprOf;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

diesel::table! {
    /// The FTS5 table: its hidden column of its own name takes the query.
    #[sql_name = "product_words"]
    fts_words (rowid) {
        rowid -> BigInt,
        words -> Text,
        product_words -> Text,
    }
}

diesel::table! {
    /// The tsvector table; the types that diesel does not know stand in as text.
    #[sql_name = "product_words"]
    vector_words (product_id) {
        product_id -> BigInt,
        words -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(fts_words, listings);
diesel::allow_tables_to_appear_in_same_query!(vector_words, listings);

diesel::infix_operator!(Matches, " MATCH ", Bool);
diesel::infix_operator!(Contains, " @@ ", Bool);
diesel::infix_operator!(PlusZero, " + ", BigInt);

#[diesel::declare_sql_function]
extern "SQL" {
    /// Parses a query under the connection's text search configuration.
    fn to_tsquery(query: Text) -> Text;
    /// An array of words.
    fn string_to_array(text: Text, separator: Text) -> Text;
    /// A vector of those words, taken as they are.
    fn array_to_tsvector(words: Text) -> Text;
}

/// Words of a search, folded, each once, in the order typed.
pub type Words = [String];

/// The words of a folded text, each once.
pub fn words(folded: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in folded.split(' ').filter(|word| !word.is_empty()) {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

fn fts_query(words: &Words) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" AND ")
}

fn vector_query(words: &Words) -> String {
    words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" & ")
}

/// The condition that a row of the FTS5 index carries all words.
pub(super) fn fts(words: &Words) -> Matches<fts_words::product_words, AsExprOf<String, Text>> {
    Matches::new(fts_words::product_words, fts_query(words).into_sql::<Text>())
}

/// The condition that a row of the tsvector index carries all words.
pub(super) fn vector(words: &Words) -> Contains<vector_words::words, to_tsquery<String>> {
    Contains::new(vector_words::words, to_tsquery(vector_query(words)))
}

/// Adds start, direction and limit to a boxed query.
macro_rules! beyond {
    ($query:expr, $id:expr, $order:expr, $from:expr, $backwards:expr, $limit:expr) => {{
        let query = match ($from, $backwards) {
            (Some(id), false) => $query.filter($id.gt(id)),
            (Some(id), true) => $query.filter($id.lt(id)),
            (None, _) => $query,
        };
        let query = if $backwards { query.order($order.desc()) } else { query.order($order.asc()) };
        query.select($id).limit($limit)
    }};
}

/// Products that carry all words, by number beyond `from`, in order; backwards in descending order.
pub fn hits(conn: &mut Conn, words: &Words, from: Option<i64>, backwards: bool, limit: i64) -> StoreResult<Vec<i64>> {
    Ok(if conn.is_sqlite() {
        beyond!(
            fts_words::table.filter(fts(words)).into_boxed::<MultiBackend>(),
            fts_words::rowid,
            fts_words::rowid,
            from,
            backwards,
            limit
        )
        .load(conn)?
    } else {
        // Ordering by the bare column lets the planner walk the primary key and test every row.
        let order = PlusZero::new(vector_words::product_id, 0_i64.into_sql::<BigInt>());
        beyond!(
            vector_words::table.filter(vector(words)).into_boxed::<MultiBackend>(),
            vector_words::product_id,
            order,
            from,
            backwards,
            limit
        )
        .load(conn)?
    })
}

/// Puts the words of products in place of what was there.
pub(super) fn replace(conn: &mut Conn, product_ids: &[i64], words: &[(i64, String)]) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(c) => {
            for id in product_ids {
                diesel::delete(fts_words::table.find(id)).execute(c)?;
            }
            for (id, text) in words {
                diesel::insert_into(fts_words::table).values((fts_words::rowid.eq(id), fts_words::words.eq(text))).execute(c)?;
            }
        }
        Conn::Postgres(c) => {
            diesel::delete(vector_words::table.filter(vector_words::product_id.eq_any(product_ids))).execute(c)?;
            let rows: Vec<_> = words
                .iter()
                .map(|(id, text)| (vector_words::product_id.eq(id), vector_words::words.eq(array_to_tsvector(string_to_array(text, " ")))))
                .collect();
            diesel::insert_into(vector_words::table).values(rows).execute(c)?;
        }
    }
    Ok(())
}

/// Puts the index in one piece. After much was written it lies in several, and every question looks through each:
/// at a million products that doubles what a search costs.
pub(super) fn in_one_piece(conn: &mut Conn) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(c) => Ok(c.batch_execute("INSERT INTO product_words (product_words) VALUES ('optimize')")?),
        // Vacuum does the same there.
        Conn::Postgres(_) => Ok(()),
    }
}

/// A number that tells a set of words from any other, in whatever order they come.
pub(super) fn fingerprint<'w>(words: impl IntoIterator<Item = &'w str>) -> u64 {
    words.into_iter().fold(0, |sum, word| {
        let mut hasher = DefaultHasher::new();
        word.hash(&mut hasher);
        sum.wrapping_add(hasher.finish())
    })
}

/// What the index holds, as the [`fingerprint`] of the words of each product.
pub(super) fn indexed(conn: &mut Conn) -> StoreResult<HashMap<i64, u64>> {
    let mut found = HashMap::new();
    let mut meet = |row: Result<Indexed, diesel::result::Error>| {
        let row = row?;
        let sum = found.entry(row.product).or_insert(0_u64);
        *sum = sum.wrapping_add(fingerprint(row.words.split(' ').filter(|word| !word.is_empty())));
        StoreResult::Ok(())
    };
    match conn {
        // The FTS5 table keeps no text of its own: its terms are read, through a table that lives in memory.
        Conn::Sqlite(c) => {
            c.batch_execute(
                "PRAGMA query_only = OFF; \
                 CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed_words USING fts5vocab(main, product_words, instance); \
                 PRAGMA query_only = ON;",
            )?;
            let query = diesel::sql_query("SELECT doc AS product, term AS words FROM temp.indexed_words");
            query.load_iter::<Indexed, DefaultLoadingMode>(c)?.try_for_each(&mut meet)?;
            let bare = diesel::sql_query("SELECT rowid AS product, '' AS words FROM product_words");
            bare.load_iter::<Indexed, DefaultLoadingMode>(c)?.try_for_each(&mut meet)?;
        }
        Conn::Postgres(c) => {
            let query = diesel::sql_query(
                "SELECT product_id AS product, array_to_string(tsvector_to_array(words), ' ') AS words FROM product_words",
            );
            query.load_iter::<Indexed, diesel::pg::PgRowByRowLoadingMode>(c)?.try_for_each(&mut meet)?;
        }
    }
    Ok(found)
}

/// Words of a product in the index: one, or all.
#[derive(diesel::QueryableByName)]
struct Indexed {
    #[diesel(sql_type = BigInt)]
    product: i64,
    #[diesel(sql_type = Text)]
    words: String,
}
