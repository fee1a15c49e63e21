//! Merging what turned out to be one thing: the survivor takes over everything, the other keeps its
//! code, which leads to the survivor for good.

use super::permit::{approves, looks_after, province};
use super::producer::{self, reason};
use super::product;
use super::state::{coded, unknown};
use super::{Ask, Done, Work, WriteResult, Writer};
use crate::domain::code::{Noun, code_of};
use crate::error::{Code, Problem, say};
use crate::store::certificate::{CertificateRow, of_products};
use crate::store::post_check::{self, PostCheckRow};
use crate::store::producer::{ProducerIdentifierRow, ProducerRow, find, identifiers};
use crate::store::product::{ProductGtinRow, ProductNameRow, ProductRow, find_all, gtins, names, of_producer};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Into what something is merged.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeBody {
    /// Code of the survivor.
    #[schema(example = "P00000BY")]
    pub into: String,
    /// Why: a sentence that is public.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

/// The most products that move in one merge of producers.
const MOST_PRODUCTS: usize = 5_000;

/// Merges a product into another: certificates, names, barcodes and post-checks move to it. 200
/// with the survivor's state. A certificate that both have (same authority, day and stars) becomes one.
///
/// # Errors
/// 403, 404, 409 when the two were recognised differently on one day, 412, 422, 428.
pub async fn products(writer: &Arc<Writer>, ask: Ask, id: i64, body: MergeBody) -> Result<Done, Problem> {
    province(&ask.actor)?;
    let role = approves(&ask.actor)?;
    let cause = reason(Some(&body.reason))?;
    writer
        .run(ask, ("merge_products", role, Some(cause)), move |work| {
            let merged = product::own(work, id)?;
            let into = survivor(&body.into, Noun::Product, id)?;
            let kept = find_all(work.tx.conn(), &[into])?.pop().filter(|row| row.merged_into.is_none());
            let kept = kept.ok_or_else(|| unknown(&body.into, "/into"))?;
            looks_after(&work.ask.actor, &kept.place, work.ask.today(), "/into")?;
            move_certificates(work, id, into)?;
            move_names(work, &merged, &kept)?;
            for row in gtins(work.tx.conn(), &[id])? {
                work.tx.correct(ProductGtinRow { product_id: into, ..row })?;
            }
            for row in post_check::of_products(work.tx.conn(), &[id])? {
                work.tx.correct(PostCheckRow { product_id: into, ..row })?;
            }
            work.tx.correct(ProductRow { merged_into: Some(into), ..merged })?;
            work.tx.touch([id, into]);
            product::shown(work, into, 200)
        })
        .await
}

/// Merges a producer into another: products and identifiers move to it. 200 with the survivor's state.
///
/// # Errors
/// 403, 404, 409 when both have an identifier of one kind, 412, 422, 428.
pub async fn producers(writer: &Arc<Writer>, ask: Ask, id: i64, body: MergeBody) -> Result<Done, Problem> {
    province(&ask.actor)?;
    let role = approves(&ask.actor)?;
    let cause = reason(Some(&body.reason))?;
    writer
        .run(ask, ("merge_producers", role, Some(cause)), move |work| {
            let merged = producer::own(work, id)?;
            let into = survivor(&body.into, Noun::Producer, id)?;
            let kept = find(work.tx.conn(), into)?.filter(|row| row.merged_into.is_none());
            let kept = kept.ok_or_else(|| unknown(&body.into, "/into"))?;
            looks_after(&work.ask.actor, &kept.place, work.ask.today(), "/into")?;
            let known = identifiers(work.tx.conn(), &[into])?;
            for row in identifiers(work.tx.conn(), &[id])? {
                if known.iter().any(|other| other.kind == row.kind) {
                    let detail = say(
                        format!("Cả hai đều có {}; hai mã khác nhau là hai chủ thể.", row.kind),
                        format!("Both have an identifier of kind {}: two numbers are two producers. Correct one first.", row.kind),
                    );
                    return Err(Problem::pointer("/into", Code::IllegalTransition, detail).into());
                }
                work.tx.correct(ProducerIdentifierRow { producer_id: into, ..row })?;
            }
            let moved = of_producer(work.tx.conn(), id)?;
            if moved.len() > MOST_PRODUCTS {
                let detail = say(format!("Quá {MOST_PRODUCTS} sản phẩm."), format!("More than {MOST_PRODUCTS} products would move."));
                return Err(Problem::new(Code::RuleBroken, detail).into());
            }
            for row in find_all(work.tx.conn(), &moved)? {
                work.tx.correct(ProductRow { producer_id: Some(into), ..row })?;
            }
            work.tx.correct(ProducerRow { merged_into: Some(into), ..merged })?;
            work.tx.touch(moved);
            producer::shown(work, into, 200)
        })
        .await
}

fn survivor(code: &str, noun: Noun, merged: i64) -> WriteResult<i64> {
    let into = coded(code, noun, "/into")?;
    if into == merged {
        let detail = say("Không thể gộp vào chính nó.", "A thing cannot be merged into itself.");
        return Err(Problem::pointer("/into", Code::RuleBroken, detail).into());
    }
    Ok(into)
}

/// The merged product's certificates become the survivor's; one that the survivor has already is
/// merged into that.
fn move_certificates(work: &mut Work<'_, '_>, from: i64, into: i64) -> WriteResult<()> {
    let kept = of_products(work.tx.conn(), &[into])?;
    for row in of_products(work.tx.conn(), &[from])? {
        let same_day = kept.iter().find(|other| row.valid_from.is_some() && other.valid_from == row.valid_from);
        let twin = match same_day {
            Some(twin) if twin.stars == row.stars && twin.issuer == row.issuer => Some(twin.id),
            Some(twin) => {
                let codes = (code_of(Noun::Certificate, row.id), code_of(Noun::Certificate, twin.id));
                let detail = say(
                    format!("{} và {} được cấp cùng ngày nhưng khác nhau; hãy hủy bỏ một trong hai trước.", codes.0, codes.1),
                    format!("{} and {} were given on one day but differ; annul one of them first.", codes.0, codes.1),
                );
                return Err(Problem::pointer("/into", Code::IllegalTransition, detail).into());
            }
            None => None,
        };
        if let Some(twin) = twin
            && let acted = crate::store::certificate::acts_of(work.tx.conn(), &[row.id])?
            && !acted.is_empty()
        {
            // What was done to the twin that goes must not be lost with it.
            for act in acted {
                work.tx.correct(crate::store::certificate::ActRow { certificate_id: twin, ..act })?;
            }
        }
        work.tx.correct(CertificateRow { product_id: into, merged_into: twin, ..row })?;
    }
    Ok(())
}

/// The merged product's names lead to the survivor.
fn move_names(work: &mut Work<'_, '_>, merged: &ProductRow, kept: &ProductRow) -> WriteResult<()> {
    let mut known: Vec<String> = names(work.tx.conn(), &[kept.id])?.into_iter().map(|row| row.name_vi).collect();
    known.push(kept.name_vi.clone());
    for row in names(work.tx.conn(), &[merged.id])? {
        if known.contains(&row.name_vi) {
            continue;
        }
        known.push(row.name_vi.clone());
        work.tx.correct(ProductNameRow { product_id: kept.id, ..row })?;
    }
    if !known.contains(&merged.name_vi) {
        let id = work.tx.next_id::<ProductNameRow>()?;
        work.tx.create(&[ProductNameRow { id, product_id: kept.id, name_vi: merged.name_vi.clone(), ended_on: None }])?;
    }
    Ok(())
}
