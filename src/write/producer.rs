//! Producers: create, correct.

use super::permit::{approves, looks_after, prepares, province};
use super::state::{self, done, expect};
use super::{Ask, Done, Work, WriteError, WriteResult, Writer};
use crate::auth::Actor;
use crate::domain::code::{Noun, code_of};
use crate::domain::day::Day;
use crate::domain::gtin::Gtin;
use crate::domain::place::gazetteer;
use crate::domain::producer::{Form, IdentifierKind, name_key};
use crate::domain::record::Source;
use crate::domain::tax_code;
use crate::domain::text::{fold, has_control, is_name, nfc};
use crate::error::{Code, Problem, say};
use crate::store::producer::{ProducerIdentifierRow, ProducerRow, by_identifier, find, identifiers};
use crate::store::product::of_producer;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A producer as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProducerBody {
    /// Name, with its legal form as it is registered.
    #[schema(example = "Hợp tác xã Quế hồi Việt Nam", max_length = 300)]
    pub name: String,
    /// Legal form; read from the name when left out.
    #[schema(example = "cooperative")]
    pub form: Option<String>,
    /// Key of its place: the deepest that is known, of either division.
    #[schema(example = "VN34-15")]
    pub place: String,
    /// Mã số thuế.
    #[schema(example = "0100047516")]
    pub tax_code: Option<String>,
    /// Business or cooperative registration number.
    #[schema(max_length = 100)]
    pub registration: Option<String>,
    /// GS1 Global Location Number.
    pub gln: Option<String>,
    /// Why, of a correction: a sentence that is public.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: Option<String>,
}

/// A producer that may be written.
struct Checked {
    name: String,
    form: Form,
    place: String,
    province: String,
    identifiers: Vec<(IdentifierKind, String)>,
}

/// Enters a producer. 201 with its state.
///
/// # Errors
/// 403, 409 for an identifier or name that another producer of the place has, 422.
pub async fn create(writer: &Arc<Writer>, ask: Ask, body: ProducerBody) -> Result<Done, Problem> {
    province(&ask.actor)?;
    let role = prepares(&ask.actor)?;
    writer
        .run(ask, ("create_producer", role, None), move |work| {
            let checked = check(&work.ask.actor, work.ask.today(), &body)?;
            let id = work.tx.next_coded_id::<ProducerRow>(Noun::Producer)?;
            for row in crate::store::producer::matching(work.tx.conn(), &name_key(&checked.name), &checked.province)? {
                if row.place == checked.place {
                    return Err(taken("/name", &code_of(Noun::Producer, row.id)));
                }
            }
            work.tx.create(&[row(id, &checked, None)])?;
            set_identifiers(work, id, &checked.identifiers)?;
            shown(work, id, 201)
        })
        .await
}

/// Corrects a producer: the whole of it is sent, with the reason. 200 with its state.
///
/// # Errors
/// 403, 404, 409, 412, 422, 428.
pub async fn correct(writer: &Arc<Writer>, ask: Ask, id: i64, body: ProducerBody) -> Result<Done, Problem> {
    province(&ask.actor)?;
    let role = approves(&ask.actor)?;
    let cause = reason(body.reason.as_deref())?;
    writer
        .run(ask, ("correct_producer", role, Some(cause)), move |work| {
            let before = own(work, id)?;
            let checked = check(&work.ask.actor, work.ask.today(), &body)?;
            let after = row(id, &checked, Some(&before));
            if after != before {
                work.tx.correct(after)?;
            }
            set_identifiers(work, id, &checked.identifiers)?;
            let products = of_producer(work.tx.conn(), id)?;
            work.tx.touch(products);
            shown(work, id, 200)
        })
        .await
}

/// The producer that is to be changed: this council's, in the state that the asker saw.
pub(super) fn own(work: &mut Work<'_, '_>, id: i64) -> WriteResult<ProducerRow> {
    let code = code_of(Noun::Producer, id);
    let row = find(work.tx.conn(), id)?.ok_or_else(|| Problem::not_found(&code))?;
    looks_after(&work.ask.actor, &row.place, work.ask.today(), "/place")?;
    let state = state::producer(work.tx.conn(), id)?.ok_or_else(|| Problem::not_found(&code))?;
    expect(work.ask, &state)?;
    if let Some(survivor) = state.merged_into {
        return Err(merged(&code, &survivor));
    }
    Ok(row)
}

fn check(actor: &Actor, today: Day, body: &ProducerBody) -> WriteResult<Checked> {
    let name = name(&body.name, "/name", 300)?;
    let form = match &body.form {
        Some(word) => Form::parse(word).ok_or_else(|| {
            let words = Form::ALL.iter().map(|form| form.as_str()).collect::<Vec<_>>().join(", ");
            Problem::pointer(
                "/form",
                Code::InvalidValue,
                say(format!("\"{word}\" không phải một trong: {words}."), format!("\"{word}\" is none of: {words}.")),
            )
        })?,
        None => Form::of_name(&name).unwrap_or(Form::Unknown),
    };
    let place = place(actor, today, &body.place)?;
    let mut identifiers = Vec::new();
    if let Some(code) = &body.tax_code {
        let code = tax_code::parse(code).map_err(|_| bad_identifier("/taxCode", code))?;
        identifiers.push((IdentifierKind::TaxCode, code));
    }
    if let Some(number) = &body.registration {
        identifiers.push((IdentifierKind::Registration, text(number, "/registration", 100)?));
    }
    if let Some(gln) = &body.gln {
        // A GLN has the digits and the check digit of a GTIN-13.
        let digits = Gtin::parse(gln).ok().map(|gtin| gtin.as_str().to_owned()).and_then(|gtin| gtin.strip_prefix('0').map(str::to_owned));
        identifiers.push((IdentifierKind::Gln, digits.ok_or_else(|| bad_identifier("/gln", gln))?));
    }
    let province = gazetteer().get(&place).map(|id| gazetteer().place(gazetteer().province_now(id)).key.clone()).unwrap_or_default();
    Ok(Checked { name, form, place, province, identifiers })
}

/// The key of a known place that the actor's council looks after.
pub(super) fn place(actor: &Actor, today: Day, key: &str) -> WriteResult<String> {
    if gazetteer().get(key).is_none() {
        let detail = say(
            format!("\"{key}\" không phải khóa địa danh; xem /v1/places."),
            format!("\"{key}\" is no key of a place; see /v1/places on the public side."),
        );
        return Err(Problem::pointer("/place", Code::UnresolvedPlace, detail).into());
    }
    looks_after(actor, key, today, "/place")?;
    Ok(key.to_owned())
}

fn row(id: i64, checked: &Checked, before: Option<&ProducerRow>) -> ProducerRow {
    ProducerRow {
        id,
        name_key: fold(&checked.name),
        match_key: name_key(&checked.name),
        name: checked.name.clone(),
        form: checked.form.as_str().into(),
        place: checked.place.clone(),
        province: checked.province.clone(),
        source: before.map_or_else(|| Source::SignedDecision.as_str().into(), |row| row.source.clone()),
        source_url: before.and_then(|row| row.source_url.clone()),
        merged_into: None,
    }
}

/// Ends the identifiers that are not told any more, adds those that are new.
fn set_identifiers(work: &mut Work<'_, '_>, id: i64, told: &[(IdentifierKind, String)]) -> WriteResult<()> {
    let today = work.ask.today();
    let known = identifiers(work.tx.conn(), &[id])?;
    for row in &known {
        if !told.iter().any(|(kind, value)| kind.as_str() == row.kind && *value == row.value) {
            work.tx.correct(ProducerIdentifierRow { ended_on: Some(today), ..row.clone() })?;
        }
    }
    for (kind, value) in told {
        if known.iter().any(|row| row.kind == kind.as_str() && row.value == *value) {
            continue;
        }
        if let Some(other) = by_identifier(work.tx.conn(), kind.as_str(), value)? {
            let pointer = match kind {
                IdentifierKind::TaxCode => "/taxCode",
                IdentifierKind::Registration => "/registration",
                IdentifierKind::Gln => "/gln",
            };
            return Err(taken(pointer, &code_of(Noun::Producer, other)));
        }
        let row_id = work.tx.next_id::<ProducerIdentifierRow>()?;
        let row = ProducerIdentifierRow { id: row_id, producer_id: id, kind: kind.as_str().into(), value: value.clone(), ended_on: None };
        work.tx.create(&[row])?;
    }
    Ok(())
}

pub(super) fn shown(work: &mut Work<'_, '_>, id: i64, status: u16) -> WriteResult<Done> {
    let code = code_of(Noun::Producer, id);
    let state = state::producer(work.tx.conn(), id)?.ok_or_else(|| Problem::not_found(&code))?;
    let location = (status == 201).then(|| format!("/council/v1/producers/{code}"));
    Ok(done(status, location, code, &state))
}

/// A text of the body as it is kept.
///
/// # Errors
/// 400 at the pointer when it is empty, too long or holds control characters.
pub(super) fn text(value: &str, pointer: &str, longest: usize) -> WriteResult<String> {
    let kept = nfc(value);
    if kept.is_empty() || kept.chars().count() > longest || has_control(&kept) {
        let detail = say(
            format!("Cần 1 đến {longest} ký tự, không có ký tự điều khiển."),
            format!("1 to {longest} characters are needed, none of them a control character."),
        );
        return Err(Problem::pointer(pointer, Code::InvalidValue, detail).into());
    }
    Ok(kept)
}

/// A name of the body as it is kept.
///
/// # Errors
/// The same, and where nobody can read it aloud.
pub(super) fn name(value: &str, pointer: &str, longest: usize) -> WriteResult<String> {
    let kept = text(value, pointer, longest)?;
    if !is_name(&kept) {
        let detail = say("Tên phải có chữ cái hoặc chữ số.", "A name has at least one letter or digit.");
        return Err(Problem::pointer(pointer, Code::InvalidValue, detail).into());
    }
    Ok(kept)
}

/// The reason of a correction, which the ledger keeps.
///
/// # Errors
/// 400 when none is given.
pub(super) fn reason(told: Option<&str>) -> Result<String, Problem> {
    let kept = nfc(told.unwrap_or_default());
    if (5..=500).contains(&kept.chars().count()) && !has_control(&kept) {
        return Ok(kept);
    }
    let detail = say(
        "Hãy nêu lý do (5 đến 500 ký tự); lý do được công khai.",
        "Give the reason in 5 to 500 characters; it is public, so name no private person.",
    );
    Err(Problem::pointer("/reason", Code::InvalidValue, detail))
}

fn bad_identifier(pointer: &str, value: &str) -> WriteError {
    let detail =
        say(format!("\"{value}\" sai dạng hoặc sai số kiểm tra."), format!("\"{value}\" is malformed, or its check digit is wrong."));
    Problem::pointer(pointer, Code::ChecksumFailed, detail).into()
}

pub(super) fn taken(pointer: &str, holder: &str) -> WriteError {
    let detail = say(format!("Đã thuộc về {holder}."), format!("It belongs to {holder} already."));
    Problem::pointer(pointer, Code::Taken, detail).into()
}

pub(super) fn merged(code: &str, survivor: &str) -> WriteError {
    let detail = say(
        format!("{code} đã được gộp vào {survivor}; hãy sửa {survivor}."),
        format!("{code} was merged into {survivor}; change that one."),
    );
    Problem::new(Code::IllegalTransition, detail).into()
}
