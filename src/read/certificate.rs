//! Questions about certificates.

use super::answer::Answer;
use super::cursor::{Cursor, PageAsk, settle};
use super::merged::{elsewhere, survivor};
use super::view::certificate::Certificate;
use super::view::page::Page;
use super::{ReadResult, Reader};
use crate::domain::code::Noun;
use crate::domain::day::Day;
use crate::store::certificate;
pub use crate::store::certificate::CertificateFilter;
use crate::store::{Snapshot, record};
use std::collections::HashMap;

/// Name of the order, for cursors.
pub const ORDER: &str = "certificate";

/// One certificate.
pub async fn certificate(reader: &Reader, id: i64, on: Day, fields: Option<Vec<String>>) -> ReadResult<Answer> {
    reader
        .ask(move |snapshot| {
            let product = certificate::product_of(snapshot.conn, id)?;
            let records = record::find_all(snapshot.conn, product.as_slice())?;
            let found = records.iter().find_map(|r| Some((r, r.certificates.iter().position(|c| c.id == id)?)));
            let Some((record, index)) = found else { return elsewhere(snapshot, Noun::Certificate, id, on) };
            Ok(Answer::single(Certificate::of(record, index, on, true), snapshot.position, on, fields.as_deref()))
        })
        .await
}

/// A filter that names a product which was merged means the one that lives on.
pub(super) fn of_survivor(snapshot: &mut Snapshot<'_>, filter: &CertificateFilter) -> ReadResult<CertificateFilter> {
    let product = filter.product.map(|asked| survivor(snapshot.conn, Noun::Product, asked)).transpose()?.flatten();
    Ok(CertificateFilter { product: product.or(filter.product), ..filter.clone() })
}

/// A page of certificates.
pub fn certificates(
    snapshot: &mut Snapshot<'_>,
    filter: &CertificateFilter,
    page: &PageAsk,
    on: Day,
    fields: Option<&[String]>,
) -> ReadResult<Answer> {
    let filter = &of_survivor(snapshot, filter)?;
    let rows = certificate::list(snapshot.conn, filter, page.id(), page.backwards(), page.limit())?;
    let (rows, page_info) = settle(rows, page, |(id, _)| Cursor::by_number(ORDER, *id));
    let products: Vec<i64> = rows.iter().map(|(_, product)| *product).collect();
    let records: HashMap<i64, _> = record::find_all(snapshot.conn, &products)?.into_iter().map(|r| (r.product.id, r)).collect();
    let view = |(id, product): (i64, i64)| {
        let record = records.get(&product)?;
        let index = record.certificates.iter().position(|c| c.id == id)?;
        Some(Certificate::of(record, index, on, true))
    };
    let items = rows.into_iter().filter_map(view).collect();
    Answer::page(Page { items, page_info, facets: None, data_version: snapshot.position, as_of: on }, fields)
}
