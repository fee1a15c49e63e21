//! Publishing a decision: certificates and acts of all its items, in one transaction, or nothing.
//! The dry run does the same, tells every conflict at once, and undoes it.

mod act;
mod head;
mod recognition;

use super::draft::{self, DecisionBody};
use super::permit::{approves, prepares};
use super::{Ask, Done, Work, WriteResult, Writer};
use crate::domain::code::{Noun, code_of};
use crate::domain::day::Day;
use crate::domain::record::{DecisionKind, Record};
use crate::domain::verdict::verdict;
use crate::error::{At, Code, Fault, Problem, Text, say};
use crate::store::decision::DecisionRow;
use crate::store::draft::DraftRow;
use crate::store::{StoreError, projection};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::ToSchema;

/// What publishing a decision does, or would do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Effects {
    /// Code of the decision; `null` when nothing would be written.
    pub decision: Option<String>,
    /// Certificates that it gives.
    pub certificates: Vec<Given>,
    /// Acts that it records about certificates.
    pub acts: Vec<Recorded>,
    /// What changes for each product today.
    pub verdicts: Vec<VerdictChange>,
    /// What stands against it; empty when it can be published.
    pub conflicts: Vec<Remark>,
    /// What to look at twice.
    pub warnings: Vec<Remark>,
}

/// A certificate that is given.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Given {
    /// Its code. Of a dry run it is a guess: another command may take the number first.
    pub code: String,
    /// Code of the product.
    pub product: String,
    /// Stars.
    pub stars: i16,
    /// First valid day.
    pub valid_from: NaiveDate,
    /// Last valid day.
    pub valid_until: NaiveDate,
    /// The regime that it rests on.
    pub regime: String,
    /// Code of the certificate that was the product's newest until then.
    pub after: Option<String>,
}

/// An act that is recorded.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// Code of the certificate.
    pub certificate: String,
    /// Code of the product.
    pub product: String,
    /// `withdrawal`, `annulment` or `extension`.
    pub kind: String,
    /// First day on which it holds.
    pub effective_on: NaiveDate,
    /// New last day, of an extension.
    pub until: Option<NaiveDate>,
}

/// What changes for a product today.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct VerdictChange {
    /// Code of the product.
    pub product: String,
    /// Without the decision.
    pub before: Standing,
    /// With it.
    pub after: Standing,
}

/// The verdict on a product, in short.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// As of `/v1/verifications`.
    #[schema(example = "certified")]
    pub outcome: String,
    /// Status of the certificate that governs.
    pub status: Option<String>,
    /// Its stars.
    pub stars: Option<i16>,
    /// Its last valid day.
    pub valid_until: Option<NaiveDate>,
}

/// Something to be said of a place in the decision.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Remark {
    /// The place, as JSON Pointer (RFC 6901).
    #[schema(example = "/items/0/stars")]
    pub pointer: String,
    /// Stable code.
    #[schema(example = "issuer-may-not-recognise")]
    pub code: String,
    /// The sentence in Vietnamese.
    pub vi: String,
    /// The sentence in English.
    pub en: String,
}

impl Remark {
    fn new(pointer: impl Into<String>, code: impl Into<String>, text: Text) -> Self {
        Self { pointer: pointer.into(), code: code.into(), vi: text.vi.into_owned(), en: text.en.into_owned() }
    }

    fn of(fault: Fault) -> Self {
        let (At::Parameter(pointer) | At::Pointer(pointer)) = fault.at;
        Self::new(pointer, fault.code.as_str(), fault.detail)
    }
}

/// A fault at a place of the decision.
fn fault(pointer: impl Into<String>, code: Code, detail: Text) -> Fault {
    Fault { at: At::Pointer(pointer.into()), code, detail }
}

/// What is gathered while a decision is carried out.
#[derive(Default)]
struct Course {
    effects: Effects,
    faults: Vec<Fault>,
    touched: BTreeSet<i64>,
}

/// Publishes a draft. 200 with its effects; with `dryRun` conflicts are listed instead of refused.
///
/// # Errors
/// 403 when the drafter publishes although four eyes are asked for, 404, 409, 412, 422, 428.
pub async fn publish(writer: &Arc<Writer>, ask: Ask, id: i64) -> Result<Done, Problem> {
    // Whoever drafts may see what would happen.
    let role = if ask.dry_run { prepares(&ask.actor)? } else { approves(&ask.actor)? };
    let four_eyes = writer.four_eyes;
    writer
        .run(ask, ("publish_decision", role, None), move |work| {
            let row = draft::open(work, id)?;
            let drafter = [&row.drafted_by, &row.changed_by].contains(&&work.ask.actor.subject);
            if four_eyes && drafter && !work.ask.dry_run {
                let detail = say(
                    "Người soạn không tự phê duyệt; cần một người phê duyệt khác.",
                    "Whoever drafted or changed it does not publish it; another approver has to.",
                );
                return Err(Problem::new(Code::FourEyes, detail).into());
            }
            let body = draft::state(row.clone())?.body;
            let (decision, effects) = carry_out(work, &body)?;
            let published = DraftRow { state: "published".into(), revision: row.revision + 1, decision_id: decision, ..row };
            crate::store::draft::keep(work.tx.conn(), &published)?;
            answer(effects, decision)
        })
        .await
}

/// What publishing a body would do, for drafts that are not kept yet.
pub(super) fn preview(work: &mut Work<'_, '_>, body: &DecisionBody) -> WriteResult<Done> {
    let (decision, effects) = carry_out(work, body)?;
    answer(effects, decision)
}

fn answer(effects: Effects, decision: Option<i64>) -> WriteResult<Done> {
    let about = decision.map(|id| code_of(Noun::Decision, id)).unwrap_or_default();
    let body = serde_json::to_string(&effects).map_err(|e| StoreError::Query(e.to_string()))?;
    let location = (!about.is_empty()).then(|| format!("/council/v1/decisions/{about}"));
    Ok(Done { status: 200, location, etag: None, body, about: about.into(), replayed: false, position: 0 })
}

/// Writes the decision and everything that it does.
fn carry_out(work: &mut Work<'_, '_>, body: &DecisionBody) -> WriteResult<(Option<i64>, Effects)> {
    let mut course = Course::default();
    let head = match head::check(work, body)? {
        Ok(head) => head,
        Err(faults) => {
            course.faults = faults;
            return told(work, course, None);
        }
    };
    let id = work.tx.next_coded_id::<DecisionRow>(Noun::Decision)?;
    work.tx.create(&[head.row(id, body)])?;
    course.effects.warnings.extend(head.warnings.iter().cloned());
    course.effects.decision = Some(code_of(Noun::Decision, id).into());
    let affected = match head.kind {
        DecisionKind::Recognition => recognition::products(body, &mut course),
        _ => act::certificates(work, body, &head, &mut course)?.into_iter().map(|row| row.product_id).collect(),
    };
    let before = projection::assemble(work.tx.conn(), &affected.iter().copied().collect::<Vec<_>>())?;
    match head.kind {
        DecisionKind::Recognition => recognition::carry_out(work, body, &head, id, &before, &mut course)?,
        _ => act::carry_out(work, body, &head, id, &before, &mut course)?,
    }
    work.tx.touch(course.touched.iter().copied());
    let ids: Vec<i64> = course.touched.iter().copied().collect();
    let after = projection::assemble(work.tx.conn(), &ids)?;
    let today = work.ask.today();
    for record in &after {
        if let Some(old) = before.iter().find(|old| old.product.id == record.product.id) {
            course.effects.verdicts.push(VerdictChange {
                product: code_of(Noun::Product, record.product.id).into(),
                before: standing(old, today),
                after: standing(record, today),
            });
        }
    }
    told(work, course, Some(id))
}

/// Conflicts are told by a dry run and refused otherwise.
fn told(work: &Work<'_, '_>, course: Course, decision: Option<i64>) -> WriteResult<(Option<i64>, Effects)> {
    let Course { mut effects, faults, .. } = course;
    if !faults.is_empty() && !work.ask.dry_run {
        return Err(Problem::of_faults(faults).into());
    }
    effects.conflicts = faults.into_iter().map(Remark::of).collect();
    Ok((decision, effects))
}

fn standing(record: &Record, day: Day) -> Standing {
    let verdict = verdict(record, day);
    Standing {
        outcome: verdict.outcome.as_str().into(),
        status: verdict.status.map(|status| status.as_str().into()),
        stars: verdict.certificate.and_then(|i| record.certificates[i].stars),
        valid_until: verdict.valid_until(),
    }
}
