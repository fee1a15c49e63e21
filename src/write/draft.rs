//! Drafts of decisions: begun, changed and discarded by those who prepare. Others never see them,
//! and the ledger knows nothing of them before they are published.

use super::permit::{prepares, unit_key};
use super::state::{done, expect};
use super::{Ask, Done, Work, WriteResult, Writer, publish};
use crate::domain::code::{Noun, code_of};
use crate::domain::day::{Day, parse_day};
use crate::error::{Code, Problem, say};
use crate::store::draft::{self, DraftRow};
use crate::store::{Conn, StoreError, StoreResult};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// A decision as it was signed: what it does, and about what.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DecisionBody {
    /// `recognition`, `withdrawal`, `annulment` or `extension`.
    #[schema(example = "recognition")]
    pub kind: String,
    /// Its number as printed.
    #[schema(example = "2585/QĐ-UBND")]
    pub number: String,
    /// The day it was signed.
    #[serde(deserialize_with = "day")]
    pub signed_on: Option<NaiveDate>,
    /// Key of the authority that signed; when left out, the council's own, or the only one before it that
    /// could sign on that day. A successor enters what the units merged into it had signed.
    #[schema(example = "VN34-15")]
    pub issuer: Option<String>,
    /// SHA-256 of the signed PDF, in hexadecimal.
    #[serde(rename = "documentSha256")]
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub document_sha256: String,
    /// Where the document is published.
    #[schema(max_length = 2000)]
    pub document_url: Option<String>,
    /// First day on which a withdrawal or annulment holds; the day of signing when left out. An
    /// annulment may reach back to the day of what it annuls: then that never counted.
    #[serde(deserialize_with = "day")]
    pub effective_on: Option<NaiveDate>,
    /// Code of the decision that an annulment annuls.
    pub annuls: Option<String>,
    /// What it decides on: 1-500 products or certificates; none for an annulment.
    #[schema(max_items = 500)]
    pub items: Vec<DecisionItem>,
}

/// One thing that a decision decides on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DecisionItem {
    /// Code of the product, of a recognition.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "P00000BY")]
    pub product: Option<String>,
    /// Stars, of a recognition.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 4)]
    pub stars: Option<i16>,
    /// Points, with at most two decimals, of a recognition.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 82.5)]
    pub score: Option<f64>,
    /// Official product code printed on the score sheet, of a recognition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub official_code: Option<String>,
    /// Last valid day as printed; the anniversary of the decision when left out.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "day")]
    pub valid_until: Option<NaiveDate>,
    /// The regime that the decision cites, where a dossier filed earlier continues under it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "qd26")]
    pub regime: Option<String>,
    /// Code of the certificate, of a withdrawal or extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// Legal ground, of a withdrawal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "mark_misuse")]
    pub ground: Option<String>,
    /// New last day, of an extension.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "day")]
    pub until: Option<NaiveDate>,
}

/// The most things that one decision decides on.
pub const MOST_ITEMS: usize = 500;

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Day>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    parse_day(&text).map(Some).ok_or_else(|| serde::de::Error::custom(format!("\"{text}\" is no calendar day; write YYYY-MM-DD")))
}

/// A draft, as its council sees it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftState {
    /// Its number.
    pub id: i64,
    /// `draft`, `published` or `discarded`.
    pub state: String,
    /// Counted up with every change.
    pub revision: i64,
    /// Who began it.
    pub drafted_by: String,
    /// Who changed it last.
    pub changed_by: String,
    /// When that was.
    pub changed_at: DateTime<Utc>,
    /// Code of the decision that it became.
    pub decision: Option<String>,
    /// What it says.
    pub body: DecisionBody,
}

/// Begins a draft. 201 with its state; with `dryRun` 200 with what publishing it would do.
///
/// # Errors
/// 400, 403, 422.
pub async fn create(writer: &Arc<Writer>, ask: Ask, body: DecisionBody) -> Result<Done, Problem> {
    let role = prepares(&ask.actor)?;
    limits(&body)?;
    writer
        .run(ask, ("create_draft", role, None), move |work| {
            if work.ask.dry_run {
                return publish::preview(work, &body);
            }
            let row = DraftRow {
                id: draft::last_id(work.tx.conn())? + 1,
                unit: unit_key(&work.ask.actor).into(),
                state: "draft".into(),
                body: stored(&body)?,
                revision: 1,
                drafted_by: work.ask.actor.subject.clone(),
                changed_by: work.ask.actor.subject.clone(),
                changed_at: work.ask.at.naive_utc(),
                decision_id: None,
            };
            draft::keep(work.tx.conn(), &row)?;
            let location = format!("/council/v1/drafts/{}", row.id);
            Ok(done(201, Some(location), row.id.to_string(), &state(row)?))
        })
        .await
}

/// Changes a draft: the whole of it is sent. 200 with its state.
///
/// # Errors
/// 400, 403, 404, 409 when it is no draft any more, 412, 428.
pub async fn change(writer: &Arc<Writer>, ask: Ask, id: i64, body: DecisionBody) -> Result<Done, Problem> {
    let role = prepares(&ask.actor)?;
    limits(&body)?;
    writer
        .run(ask, ("change_draft", role, None), move |work| {
            let row = open(work, id)?;
            let row = DraftRow {
                body: stored(&body)?,
                revision: row.revision + 1,
                changed_by: work.ask.actor.subject.clone(),
                changed_at: work.ask.at.naive_utc(),
                ..row
            };
            draft::keep(work.tx.conn(), &row)?;
            Ok(done(200, None, id.to_string(), &state(row)?))
        })
        .await
}

/// Discards a draft. 200 with its state.
///
/// # Errors
/// 403, 404, 409 when it is no draft any more, 412, 428.
pub async fn discard(writer: &Arc<Writer>, ask: Ask, id: i64) -> Result<Done, Problem> {
    let role = prepares(&ask.actor)?;
    writer
        .run(ask, ("discard_draft", role, None), move |work| {
            let row = open(work, id)?;
            let row = DraftRow { state: "discarded".into(), revision: row.revision + 1, ..row };
            draft::keep(work.tx.conn(), &row)?;
            Ok(done(200, None, id.to_string(), &state(row)?))
        })
        .await
}

/// The draft that is to be changed: this council's, open, in the state that the asker saw.
pub(super) fn open(work: &mut Work<'_, '_>, id: i64) -> WriteResult<DraftRow> {
    let row = draft::find(work.tx.conn(), id)?.filter(|row| row.unit == unit_key(&work.ask.actor));
    let row = row.ok_or_else(|| Problem::not_found(&id.to_string()))?;
    expect(work.ask, &state(row.clone())?)?;
    if row.state != "draft" {
        let detail = say(
            format!("Dự thảo {id} đã ở trạng thái {}; không làm gì thêm được.", row.state),
            format!("Draft {id} is {}; nothing more can be done with it. Begin another.", row.state),
        );
        return Err(Problem::new(Code::IllegalTransition, detail).into());
    }
    Ok(row)
}

/// A draft of a council.
///
/// # Errors
/// When the store fails.
pub fn find(conn: &mut Conn, unit: &str, id: i64) -> StoreResult<Option<DraftState>> {
    draft::find(conn, id)?.filter(|row| row.unit == unit).map(state).transpose()
}

/// A page of a council's drafts in a state, as [`draft::list`].
///
/// # Errors
/// When the store fails.
pub fn list(conn: &mut Conn, unit: &str, in_state: &str, from: Option<i64>, backwards: bool, limit: i64) -> StoreResult<Vec<DraftState>> {
    draft::list(conn, unit, in_state, from, backwards, limit)?.into_iter().map(state).collect()
}

/// The state of a draft.
pub(super) fn state(row: DraftRow) -> StoreResult<DraftState> {
    Ok(DraftState {
        id: row.id,
        state: row.state,
        revision: row.revision,
        drafted_by: row.drafted_by,
        changed_by: row.changed_by,
        changed_at: row.changed_at.and_utc(),
        decision: row.decision_id.map(|id| code_of(Noun::Decision, id).into()),
        body: serde_json::from_str(&row.body).map_err(|e| StoreError::Query(format!("a draft cannot be read: {e}")))?,
    })
}

fn stored(body: &DecisionBody) -> WriteResult<String> {
    Ok(serde_json::to_string(body).map_err(|e| StoreError::Query(e.to_string()))?)
}

/// What even a draft must keep to.
fn limits(body: &DecisionBody) -> Result<(), Problem> {
    let texts = [
        ("/number", body.number.chars().count(), 100),
        ("/documentUrl", body.document_url.as_deref().map_or(0, str::len), 2_000),
        ("/documentSha256", body.document_sha256.len(), 64),
    ];
    if let Some((pointer, _, most)) = texts.into_iter().find(|(_, length, most)| length > most) {
        let detail = say(format!("Tối đa {most} ký tự."), format!("{most} characters at most."));
        return Err(Problem::pointer(pointer, Code::InvalidValue, detail));
    }
    if body.items.len() > MOST_ITEMS {
        let detail = say(format!("Tối đa {MOST_ITEMS} mục mỗi quyết định."), format!("A decision has {MOST_ITEMS} items at most."));
        return Err(Problem::pointer("/items", Code::RuleBroken, detail));
    }
    Ok(())
}
