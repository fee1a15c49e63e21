//! The same question about several lists as one statement, so that the statements of a walk do not
//! grow with what it meets: selects put together by `UNION ALL`, each with the number of its list.

use super::connection::{Conn, MultiBackend};
use super::error::StoreResult;
use diesel::QueryResult;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Integer};

/// Lists in one statement. SQLite takes up to 500 selects, and a page of a list above is 200 long.
const MOST: usize = 200;

/// What is asked about one of several lists.
pub(super) enum Part<Q> {
    /// The numbers of a page.
    Page(Q),
    /// The numbers of a page, of those that come first: those for which a count is not zero. The count
    /// names the number as [`MET`].
    Met { first: Q, meant: Q, descending: bool, limit: i64 },
    /// A count.
    Count(Q),
}

/// The number that is met, within the count that says whether it is meant.
pub(super) const MET: &str = "met.product_id";

struct Together<Q>(Vec<Part<Q>>);

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Together<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        if self.0.len() > 1 {
            // As many statements as there may be lists would stay prepared.
            out.unsafe_to_cache_prepared();
        }
        for (list, part) in self.0.iter().enumerate() {
            if list > 0 {
                out.push_sql(" UNION ALL ");
            }
            match part {
                Part::Page(page) => {
                    out.push_sql(&format!("SELECT {list}, met.* FROM ("));
                    page.walk_ast(out.reborrow())?;
                    out.push_sql(") AS met");
                }
                Part::Met { first, meant, descending, limit } => {
                    // A count is asked for each in turn, until the page is full; what only has to exist a planner may
                    // join, and read the whole list for it.
                    out.push_sql(&format!("SELECT * FROM (SELECT {list}, met.* FROM ("));
                    first.walk_ast(out.reborrow())?;
                    out.push_sql(") AS met WHERE (");
                    meant.walk_ast(out.reborrow())?;
                    out.push_sql(if *descending { ") > 0 ORDER BY 2 DESC LIMIT " } else { ") > 0 ORDER BY 2 LIMIT " });
                    out.push_bind_param::<BigInt, _>(limit)?;
                    out.push_sql(") AS page");
                }
                Part::Count(count) => {
                    out.push_sql(&format!("SELECT {list}, ("));
                    count.walk_ast(out.reborrow())?;
                    out.push_sql(")");
                }
            }
        }
        Ok(())
    }
}

impl<Q> QueryId for Together<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Together<Q> {
    type SqlType = (Integer, BigInt);
}

impl<Q> RunQueryDsl<Conn> for Together<Q> {}

/// The numbers that each part finds, in ascending order or turned round.
pub(super) fn ask<Q: QueryFragment<MultiBackend>>(conn: &mut Conn, parts: Vec<Part<Q>>, descending: bool) -> StoreResult<Vec<Vec<i64>>> {
    let mut found = Vec::with_capacity(parts.len());
    let mut parts = parts.into_iter().peekable();
    while parts.peek().is_some() {
        let (begin, some): (usize, Vec<_>) = (found.len(), parts.by_ref().take(MOST).collect());
        found.resize_with(begin + some.len(), Vec::new);
        let rows: Vec<(i32, i64)> = Together(some).load(conn)?;
        for (list, number) in rows {
            if let Some(numbers) = usize::try_from(list).ok().and_then(|list| found.get_mut(begin + list)) {
                numbers.push(number);
            }
        }
    }
    for numbers in &mut found {
        numbers.sort_unstable();
        if descending {
            numbers.reverse();
        }
    }
    Ok(found)
}
