//! Certificates and the acts recorded about them.

use super::connection::{Conn, MultiBackend, by_number};
use super::error::StoreResult;
use super::ledger::ledgered;
use super::schema::{acts, certificates};
use crate::domain::day::Day;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A certificate: one recognition of one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = certificates, treat_none_as_null = true)]
pub struct CertificateRow {
    /// Number; its code is computed from it.
    pub id: i64,
    /// Of which product.
    pub product_id: i64,
    /// By which decision.
    pub decision_id: Option<i64>,
    /// Key of the authority.
    pub issuer: Option<String>,
    /// Regime.
    pub regime: Option<String>,
    /// Stars.
    pub stars: Option<i16>,
    /// Points in hundredths.
    pub score: Option<i32>,
    /// Code printed on the score sheet.
    pub official_code: Option<String>,
    /// Year of the round.
    pub round_year: Option<i32>,
    /// First valid day.
    pub valid_from: Option<Day>,
    /// Last valid day.
    pub valid_until: Option<Day>,
    /// The product's name at that time.
    pub name_then: String,
    /// Key of the place at that time.
    pub place_then: String,
    /// A doubt recorded with it.
    pub warning: Option<String>,
    /// Kind of source.
    pub source: String,
    /// Address of the source.
    pub source_url: Option<String>,
    /// The certificate that this one was found to be.
    #[serde(default)]
    pub merged_into: Option<i64>,
}
ledgered!(CertificateRow, certificates, "certificate", 17);

/// Something recorded about a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = acts, treat_none_as_null = true)]
pub struct ActRow {
    /// Number.
    pub id: i64,
    /// About which certificate.
    pub certificate_id: i64,
    /// By which decision.
    pub decision_id: Option<i64>,
    /// What was done.
    pub kind: String,
    /// First day on which it holds.
    pub effective_on: Day,
    /// New last day, of an extension.
    pub until: Option<Day>,
    /// Ground, of a withdrawal.
    pub ground: Option<String>,
}
ledgered!(ActRow, acts, "act", 7);

/// What a list of certificates is filtered by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CertificateFilter {
    /// Of a product.
    pub product: Option<i64>,
    /// By a decision.
    pub decision: Option<i64>,
    /// Stars.
    pub stars: Option<i16>,
    /// Regime.
    pub regime: Option<String>,
    /// Key of the authority.
    pub issuer: Option<String>,
}

/// The product of a certificate that was not merged.
pub fn product_of(conn: &mut Conn, id: i64) -> StoreResult<Option<i64>> {
    let unmerged = certificates::table.find(id).filter(certificates::merged_into.is_null());
    Ok(unmerged.select(certificates::product_id).first(conn).optional()?)
}

/// The products of certificates that were not merged, as (certificate, product).
pub fn products_of(conn: &mut Conn, ids: &[i64]) -> StoreResult<Vec<(i64, i64)>> {
    Ok(certificates::table
        .filter(certificates::id.eq_any(ids))
        .filter(certificates::merged_into.is_null())
        .select((certificates::id, certificates::product_id))
        .load(conn)?)
}

/// A certificate by number.
pub fn find(conn: &mut Conn, id: i64) -> StoreResult<Option<CertificateRow>> {
    Ok(certificates::table.find(id).select(CertificateRow::as_select()).first(conn).optional()?)
}

/// Certificates of products, in no order.
pub fn of_products(conn: &mut Conn, products: &[i64]) -> StoreResult<Vec<CertificateRow>> {
    Ok(certificates::table
        .filter(certificates::product_id.eq_any(products))
        .filter(certificates::merged_into.is_null())
        .select(CertificateRow::as_select())
        .load(conn)?)
}

/// Acts about certificates.
pub fn acts_of(conn: &mut Conn, certificate_ids: &[i64]) -> StoreResult<Vec<ActRow>> {
    Ok(acts::table.filter(acts::certificate_id.eq_any(certificate_ids)).order(acts::id).select(ActRow::as_select()).load(conn)?)
}

/// A page of the products that a decision recognised, by number; backwards in descending order.
pub fn products_of_decision(conn: &mut Conn, decision: i64, from: Option<i64>, backwards: bool, limit: i64) -> StoreResult<Vec<i64>> {
    let certificates = certificates::table.filter(certificates::decision_id.eq(decision)).into_boxed();
    products_of_certificates(conn, certificates, from, backwards, limit)
}

/// A page of the products about whose certificates a decision recorded acts, by number; backwards in descending order.
pub fn products_acted_on(conn: &mut Conn, decision: i64, from: Option<i64>, backwards: bool, limit: i64) -> StoreResult<Vec<i64>> {
    let acted = acts::table.filter(acts::decision_id.eq(decision)).select(acts::certificate_id);
    let certificates = certificates::table.filter(certificates::id.eq_any(acted)).into_boxed();
    products_of_certificates(conn, certificates, from, backwards, limit)
}

fn products_of_certificates(
    conn: &mut Conn,
    certificates: certificates::BoxedQuery<'_, MultiBackend>,
    from: Option<i64>,
    backwards: bool,
    limit: i64,
) -> StoreResult<Vec<i64>> {
    use certificates::dsl;
    let query = certificates.filter(dsl::merged_into.is_null()).select(dsl::product_id).distinct().limit(limit);
    Ok(by_number!(query, dsl::product_id, from, backwards).load(conn)?)
}

/// The certificates that carry official codes and were merged into others, as (code, certificate):
/// their codes stay printed where they are.
pub fn merged_by_official_codes(conn: &mut Conn, codes: &[String]) -> StoreResult<Vec<(String, i64)>> {
    use certificates::dsl;
    Ok(dsl::certificates
        .filter(dsl::official_code.eq_any(codes))
        .filter(dsl::merged_into.is_not_null())
        .order(dsl::id)
        .select((dsl::official_code.assume_not_null(), dsl::id))
        .load(conn)?)
}

/// The certificates of a decision that were merged into others, as (certificate, name then).
pub fn merged_of_decision(conn: &mut Conn, decision: i64) -> StoreResult<Vec<(i64, String)>> {
    use certificates::dsl;
    Ok(dsl::certificates
        .filter(dsl::decision_id.eq(decision))
        .filter(dsl::merged_into.is_not_null())
        .order(dsl::id)
        .select((dsl::id, dsl::name_then))
        .load(conn)?)
}

/// How many certificates a decision gave.
pub fn count_of_decision(conn: &mut Conn, decision: i64) -> StoreResult<i64> {
    Ok(certificates::table
        .filter(certificates::decision_id.eq(decision))
        .filter(certificates::merged_into.is_null())
        .count()
        .get_result(conn)?)
}

/// How many certificates each of these decisions gave; one that gave none is left out.
pub fn counts_of_decisions(conn: &mut Conn, decisions: &[i64]) -> StoreResult<Vec<(i64, i64)>> {
    use certificates::dsl;
    let query = dsl::certificates.filter(dsl::decision_id.eq_any(decisions)).filter(dsl::merged_into.is_null()).group_by(dsl::decision_id);
    let rows: Vec<(Option<i64>, i64)> = query.select((dsl::decision_id, diesel::dsl::count_star())).load(conn)?;
    Ok(rows.into_iter().filter_map(|(decision, count)| Some((decision?, count))).collect())
}

/// The certificates that decisions gave, as (decision, product, certificate), by number of the product.
pub fn of_decisions(conn: &mut Conn, decisions: &[i64]) -> StoreResult<Vec<(i64, i64, i64)>> {
    use certificates::dsl;
    let query = dsl::certificates.filter(dsl::decision_id.eq_any(decisions)).filter(dsl::merged_into.is_null());
    let query = query.order((dsl::decision_id, dsl::product_id, dsl::id));
    Ok(query.select((dsl::decision_id.assume_not_null(), dsl::product_id, dsl::id)).load(conn)?)
}

/// The products about whose certificates decisions recorded acts, as (decision, product), by number.
pub fn acted_on_by(conn: &mut Conn, decisions: &[i64]) -> StoreResult<Vec<(i64, i64)>> {
    let query = acts::table.inner_join(certificates::table.on(certificates::id.eq(acts::certificate_id)));
    Ok(query
        .filter(acts::decision_id.eq_any(decisions))
        .filter(certificates::merged_into.is_null())
        .order((acts::decision_id, certificates::product_id))
        .select((acts::decision_id.assume_not_null(), certificates::product_id))
        .distinct()
        .load(conn)?)
}

/// The certificates that carry official codes, as (code, product, certificate), oldest first.
pub fn by_official_codes(conn: &mut Conn, codes: &[String]) -> StoreResult<Vec<(String, i64, i64)>> {
    use certificates::dsl;
    Ok(dsl::certificates
        .filter(dsl::official_code.eq_any(codes))
        .filter(dsl::merged_into.is_null())
        .order(dsl::id)
        .select((dsl::official_code.assume_not_null(), dsl::product_id, dsl::id))
        .load(conn)?)
}

/// Applies a filter to a boxed query.
macro_rules! filtered {
    ($query:expr, $filter:expr) => {{
        use certificates::dsl;
        let (mut query, filter): (_, &CertificateFilter) = ($query.filter(dsl::merged_into.is_null()), $filter);
        if let Some(product) = filter.product {
            query = query.filter(dsl::product_id.eq(product));
        }
        if let Some(decision) = filter.decision {
            query = query.filter(dsl::decision_id.eq(decision));
        }
        if let Some(stars) = filter.stars {
            query = query.filter(dsl::stars.eq(stars));
        }
        if let Some(regime) = &filter.regime {
            query = query.filter(dsl::regime.eq(regime.clone()));
        }
        if let Some(issuer) = &filter.issuer {
            query = query.filter(dsl::issuer.eq(issuer.clone()));
        }
        query
    }};
}

/// How many certificates a filter lets through.
pub fn total(conn: &mut Conn, filter: &CertificateFilter) -> StoreResult<i64> {
    Ok(filtered!(certificates::table.count().into_boxed::<MultiBackend>(), filter).get_result(conn)?)
}

/// A page of certificates as (certificate, product), by number; backwards in descending order.
pub fn list(conn: &mut Conn, filter: &CertificateFilter, from: Option<i64>, backwards: bool, limit: i64) -> StoreResult<Vec<(i64, i64)>> {
    use certificates::dsl;
    let query = filtered!(dsl::certificates.select((dsl::id, dsl::product_id)).limit(limit).into_boxed::<MultiBackend>(), filter);
    Ok(by_number!(query, dsl::id, from, backwards).load(conn)?)
}
