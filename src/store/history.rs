//! Which rows a history is made of: the thing itself, what was merged into it, and what hangs on it.

use super::connection::Conn;
use super::error::StoreResult;
use super::ledger::Rows;
use super::merged::absorbed;
use super::schema::{acts, certificates, decisions, post_checks, producer_identifiers, product_gtins, product_names};
use crate::domain::code::Noun;
use diesel::prelude::*;

/// The rows whose ledger entries are the history of a thing.
pub fn rows(conn: &mut Conn, noun: Noun, id: i64) -> StoreResult<Vec<Rows>> {
    let mut own = absorbed(conn, noun, id)?;
    own.push(id);
    match noun {
        Noun::Product => {
            let names = product_names::table.filter(product_names::product_id.eq_any(&own)).select(product_names::id).load(conn)?;
            let gtins = product_gtins::table.filter(product_gtins::product_id.eq_any(&own)).select(product_gtins::id).load(conn)?;
            let checks = post_checks::table.filter(post_checks::product_id.eq_any(&own)).select(post_checks::id).load(conn)?;
            let of_product = certificates::table.filter(certificates::product_id.eq_any(&own));
            let certificates = of_product.select((certificates::id, certificates::decision_id)).load(conn)?;
            let mut rows = vec![all("product", own), all("product_name", names), all("product_gtin", gtins), all("post_check", checks)];
            rows.extend(of_certificates(conn, certificates)?);
            Ok(rows)
        }
        Noun::Producer => {
            let of_producer = producer_identifiers::table.filter(producer_identifiers::producer_id.eq_any(&own));
            let identifiers = of_producer.select(producer_identifiers::id).load(conn)?;
            Ok(vec![all("producer", own), all("producer_identifier", identifiers)])
        }
        Noun::Certificate => {
            let own = certificates::table.filter(certificates::id.eq_any(&own));
            let certificates = own.select((certificates::id, certificates::decision_id)).load(conn)?;
            of_certificates(conn, certificates)
        }
        Noun::Decision => {
            own.extend(decisions::table.filter(decisions::annuls.eq(id)).select(decisions::id).load::<i64>(conn)?);
            Ok(vec![all("decision", own)])
        }
    }
}

/// Certificates, the acts about them, and what became of the decisions that these rest on.
fn of_certificates(conn: &mut Conn, certificates: Vec<(i64, Option<i64>)>) -> StoreResult<Vec<Rows>> {
    let (certificates, cited): (Vec<i64>, Vec<Option<i64>>) = certificates.into_iter().unzip();
    let about = acts::table.filter(acts::certificate_id.eq_any(&certificates)).select((acts::id, acts::decision_id));
    let (acts, cited_by_acts): (Vec<i64>, Vec<Option<i64>>) = about.load::<(i64, Option<i64>)>(conn)?.into_iter().unzip();
    let mut decisions: Vec<i64> = cited.into_iter().chain(cited_by_acts).flatten().collect();
    decisions.sort_unstable();
    decisions.dedup();
    let corrected = Rows { corrections: true, ..all("decision", decisions) };
    Ok(vec![all("certificate", certificates), all("act", acts), corrected])
}

fn all(noun: &'static str, ids: Vec<i64>) -> Rows {
    Rows { noun, ids, corrections: false }
}
