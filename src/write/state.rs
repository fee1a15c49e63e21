//! What a council sees of a thing that it may change, and the tag that says which state it saw: a
//! strong hash of that view, so that a change is refused when anything in it has changed meanwhile.

use super::{Ask, Done, WriteResult};
use crate::domain::code::{Noun, code_of};
use crate::error::{Code, Problem, say};
use crate::store::{Conn, StoreResult, decision, post_check, producer, product};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xxhash_rust::xxh3::xxh3_128;

/// A producer, as a council changes it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProducerState {
    /// Registry code.
    #[schema(example = "M0000015")]
    pub code: String,
    /// Name.
    pub name: String,
    /// Legal form.
    pub form: String,
    /// Key of its place.
    #[schema(example = "VN34-15")]
    pub place: String,
    /// Mã số thuế.
    pub tax_code: Option<String>,
    /// Business or cooperative registration number.
    pub registration: Option<String>,
    /// GS1 Global Location Number.
    pub gln: Option<String>,
    /// Code of the producer that this one was found to be.
    pub merged_into: Option<String>,
}

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Vietnamese.
    #[schema(example = "Quế điếu Phúc Long", max_length = 300)]
    pub vi: String,
    /// English, where known.
    #[schema(max_length = 300)]
    pub en: Option<String>,
}

/// A product, as a council changes it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductState {
    /// Registry code.
    #[schema(example = "P00000BY")]
    pub code: String,
    /// Name.
    pub name: Names,
    /// Earlier names, and names that it is also known by.
    pub other_names: Vec<String>,
    /// Code of its producer.
    pub producer: Option<String>,
    /// Group of the classification in force.
    pub group: Option<i16>,
    /// Set of the classification in force.
    pub set: Option<i16>,
    /// Key of its place.
    #[schema(example = "VN34-15")]
    pub place: String,
    /// Barcodes in use, as 14 digits.
    pub gtins: Vec<String>,
    /// Code of the product that this one was found to be.
    pub merged_into: Option<String>,
}

/// A decision, as a council completes it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DecisionState {
    /// Registry code.
    #[schema(example = "D0000010")]
    pub code: String,
    /// What it does.
    pub kind: String,
    /// Its own number.
    pub number: Option<String>,
    /// The day it was signed.
    pub signed_on: Option<NaiveDate>,
    /// Key of the authority that signed.
    pub issuer: Option<String>,
    /// SHA-256 of the signed document, in hexadecimal.
    pub document_sha256: Option<String>,
    /// How good its source is.
    pub source: String,
}

/// A post-check, as a council sees it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostCheckState {
    /// Its number.
    pub id: i64,
    /// Code of the product.
    pub product: String,
    /// `planned` or `ad_hoc`.
    pub basis: String,
    /// The day it took place.
    pub carried_out_on: NaiveDate,
    /// What was found; never public.
    pub findings: String,
    /// By when what was found has to be put right.
    pub deadline: Option<NaiveDate>,
    /// `kept`, `corrected` or `withdrawn`; `null` while it is open.
    pub outcome: Option<String>,
    /// The day it ended.
    pub concluded_on: Option<NaiveDate>,
    /// Code of the withdrawal that it led to.
    pub decision: Option<String>,
}

/// The state of a producer.
pub fn producer(conn: &mut Conn, id: i64) -> StoreResult<Option<ProducerState>> {
    let Some(row) = producer::find(conn, id)? else { return Ok(None) };
    let identifiers = producer::identifiers(conn, &[id])?;
    let of_kind = |kind: &str| identifiers.iter().find(|one| one.kind == kind).map(|one| one.value.clone());
    Ok(Some(ProducerState {
        code: code_of(Noun::Producer, id).into(),
        tax_code: of_kind("tax_code"),
        registration: of_kind("registration"),
        gln: of_kind("gln"),
        name: row.name,
        form: row.form,
        place: row.place,
        merged_into: row.merged_into.map(|id| code_of(Noun::Producer, id).into()),
    }))
}

/// The state of a product.
pub fn product(conn: &mut Conn, id: i64) -> StoreResult<Option<ProductState>> {
    let Some(row) = product::find_all(conn, &[id])?.pop() else { return Ok(None) };
    Ok(Some(ProductState {
        code: code_of(Noun::Product, id).into(),
        other_names: product::names(conn, &[id])?.into_iter().map(|name| name.name_vi).collect(),
        gtins: product::gtins(conn, &[id])?.into_iter().map(|gtin| gtin.gtin).collect(),
        name: Names { vi: row.name_vi, en: row.name_en },
        producer: row.producer_id.map(|id| code_of(Noun::Producer, id).into()),
        group: row.group_no,
        set: row.set_no,
        place: row.place,
        merged_into: row.merged_into.map(|id| code_of(Noun::Product, id).into()),
    }))
}

/// The state of a decision.
pub fn decision(conn: &mut Conn, id: i64) -> StoreResult<Option<DecisionState>> {
    Ok(decision::find(conn, id)?.map(|row| DecisionState {
        code: code_of(Noun::Decision, id).into(),
        kind: row.kind,
        number: row.number,
        signed_on: row.signed_on,
        issuer: row.issuer,
        document_sha256: row.document_sha256,
        source: row.source,
    }))
}

/// The state of a post-check.
pub(super) fn post_check(row: post_check::PostCheckRow) -> PostCheckState {
    PostCheckState {
        id: row.id,
        product: code_of(Noun::Product, row.product_id).into(),
        basis: row.basis,
        carried_out_on: row.carried_out_on,
        findings: row.findings,
        deadline: row.deadline,
        outcome: row.outcome,
        concluded_on: row.concluded_on,
        decision: row.decision_id.map(|id| code_of(Noun::Decision, id).into()),
    }
}

/// The tag of a state (RFC 9110 section 8.8.3), strong.
pub fn tag(state: &impl Serialize) -> String {
    format!("\"{:032x}\"", xxh3_128(&serde_json::to_vec(state).unwrap_or_default()))
}

/// Lets a change through only if it is of the state that the asker saw (RFC 9110 section 13.1.1).
///
/// # Errors
/// 428 without `If-Match`, and for `*`, which names no state that anybody has read; 412 for another state.
pub(super) fn expect(ask: &Ask, state: &impl Serialize) -> WriteResult<()> {
    let Some(tags) = ask.if_match.as_deref().filter(|tags| tags.trim() != "*") else {
        let detail = say(
            "Hãy đọc bản ghi trước và gửi ETag của nó trong If-Match.",
            "Read the thing first and send its ETag in If-Match, so that nobody's change is lost.",
        );
        return Err(Problem::new(Code::PreconditionRequired, detail).into());
    };
    let now = tag(state);
    if tags.split(',').any(|tag| tag.trim() == now) {
        return Ok(());
    }
    let detail = say(
        "Bản ghi đã được người khác thay đổi; hãy đọc lại rồi thử lại.",
        "Somebody has changed it meanwhile; read it again and repeat the change.",
    );
    Err(Problem::new(Code::PreconditionFailed, detail).into())
}

/// The answer that shows a state.
pub(super) fn done(status: u16, location: Option<String>, about: impl Into<String>, state: &impl Serialize) -> Done {
    let body = serde_json::to_string(state).unwrap_or_default();
    Done { status, location, etag: Some(tag(state)), body, about: about.into(), replayed: false, position: 0 }
}

/// Reads a registry code of a kind at a place of the body.
///
/// # Errors
/// 400 for a typing error, at the pointer.
pub(super) fn coded(text: &str, noun: Noun, pointer: &str) -> WriteResult<i64> {
    match crate::domain::code::parse(text) {
        Ok((kind, id)) if kind == noun => Ok(id),
        Err(crate::domain::code::CodeError::Checksum) => {
            let detail = say(format!("\"{text}\" sai ký tự kiểm tra."), format!("The check character of \"{text}\" is wrong."));
            Err(Problem::pointer(pointer, Code::ChecksumFailed, detail).into())
        }
        _ => {
            let detail = say(format!("\"{text}\" không phải mã loại {noun}."), format!("\"{text}\" is no code of kind {noun}."));
            Err(Problem::pointer(pointer, Code::MalformedIdentifier, detail).into())
        }
    }
}

/// The registry has no such thing.
pub(super) fn unknown(text: &str, pointer: &str) -> Problem {
    let detail = say(format!("Sổ đăng ký không có \"{text}\"."), format!("The registry has nothing under \"{text}\"."));
    Problem::pointer(pointer, Code::UnknownThing, detail)
}
