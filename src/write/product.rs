//! Products: create, correct, names and barcodes added and ended.

use super::permit::{approves, looks_after, prepares, province};
use super::producer::{merged, name, place, reason, taken};
use super::state::{self, Names, coded, done, expect, unknown};
use super::{Ask, Done, Work, WriteResult, Writer};
use crate::domain::classification::classification;
use crate::domain::code::{Noun, code_of};
use crate::domain::gtin::{Gtin, GtinError};
use crate::domain::record::Source;
use crate::domain::text::marked;
use crate::error::{Code, Problem, say};
use crate::store::product::{self, ProductGtinRow, ProductNameRow, ProductRow};
use crate::store::{producer, projection};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A product as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProductBody {
    /// Name.
    pub name: Names,
    /// Code of its producer.
    #[schema(example = "M0000015")]
    pub producer: String,
    /// Group of the classification in force, 1-6; that of the set when left out.
    pub group: Option<i16>,
    /// Set of the classification in force, 1-26.
    #[schema(example = 8)]
    pub set: Option<i16>,
    /// Key of its place: the deepest that is known, of either division.
    #[schema(example = "VN34-15")]
    pub place: String,
    /// Barcodes, of a new product; later they are added and ended one by one.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub gtins: Vec<String>,
    /// Why, of a correction: a sentence that is public.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: Option<String>,
}

/// A barcode to be added.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GtinBody {
    /// GTIN-8, -12, -13 or -14 in any written form.
    #[schema(example = "8930000000002")]
    pub gtin: String,
}

/// A name to be added.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NameBody {
    /// The name.
    #[schema(example = "Quế điếu hữu cơ Phúc Long", max_length = 300)]
    pub vi: String,
    /// Whether the product is called so from now on; its name until now is then kept as an earlier one.
    #[serde(default)]
    pub current: bool,
}

/// The most barcodes that a product may have.
const MOST_GTINS: usize = 20;
/// The most other names that a product may have.
const MOST_NAMES: usize = 50;

/// Enters a product; without a decision it is certified by nobody. 201 with its state.
///
/// # Errors
/// 403, 409 for a barcode or name that is taken, 422.
pub async fn create(writer: &Arc<Writer>, ask: Ask, body: ProductBody) -> Result<Done, Problem> {
    province(&ask.actor)?;
    let role = prepares(&ask.actor)?;
    writer
        .run(ask, ("create_product", role, None), move |work| {
            let id = work.tx.next_coded_id::<ProductRow>(Noun::Product)?;
            let row = check(work, id, &body, None)?;
            work.tx.create(&[row])?;
            if body.gtins.len() > MOST_GTINS {
                return Err(too_many("/gtins", MOST_GTINS).into());
            }
            for (i, gtin) in body.gtins.iter().enumerate() {
                put_gtin(work, id, gtin, &format!("/gtins/{i}"))?;
            }
            work.tx.touch([id]);
            shown(work, id, 201)
        })
        .await
}

/// Corrects what was wrong from the start: the whole of the product is sent but its barcodes and
/// other names, with the reason. A product that is now called otherwise is renamed by [`add_name`].
///
/// # Errors
/// 403, 404, 409, 412, 422, 428.
pub async fn correct(writer: &Arc<Writer>, ask: Ask, id: i64, body: ProductBody) -> Result<Done, Problem> {
    province(&ask.actor)?;
    let role = approves(&ask.actor)?;
    let cause = reason(body.reason.as_deref())?;
    if !body.gtins.is_empty() {
        let detail = say("Mã vạch được thêm, bớt riêng tại …/gtins.", "Barcodes are added and ended one by one, at …/gtins.");
        return Err(Problem::pointer("/gtins", Code::InvalidValue, detail));
    }
    writer
        .run(ask, ("correct_product", role, Some(cause)), move |work| {
            let before = own(work, id)?;
            let after = check(work, id, &body, Some(&before))?;
            if after != before {
                work.tx.correct(after)?;
            }
            work.tx.touch([id]);
            shown(work, id, 200)
        })
        .await
}

/// Adds a barcode. 200 with the product's state.
///
/// # Errors
/// 400 for a wrong check digit, 403, 404, 409 when another product has it, 412, 428.
pub async fn add_gtin(writer: &Arc<Writer>, ask: Ask, id: i64, body: GtinBody) -> Result<Done, Problem> {
    province(&ask.actor)?;
    let role = approves(&ask.actor)?;
    writer
        .run(ask, ("add_gtin", role, None), move |work| {
            own(work, id)?;
            if product::gtins(work.tx.conn(), &[id])?.len() >= MOST_GTINS {
                return Err(too_many("/gtin", MOST_GTINS).into());
            }
            put_gtin(work, id, &body.gtin, "/gtin")?;
            work.tx.touch([id]);
            shown(work, id, 200)
        })
        .await
}

/// Ends a barcode: from now on it leads nowhere. 200 with the product's state.
///
/// # Errors
/// 400, 403, 404 when the product has no such barcode, 412, 428.
pub async fn end_gtin(writer: &Arc<Writer>, ask: Ask, id: i64, gtin: String, why: Option<String>) -> Result<Done, Problem> {
    province(&ask.actor)?;
    let role = approves(&ask.actor)?;
    let cause = reason(why.as_deref())?;
    writer
        .run(ask, ("end_gtin", role, Some(cause)), move |work| {
            own(work, id)?;
            let wanted = Gtin::parse(&gtin).map(|gtin| gtin.as_str().to_owned()).unwrap_or_default();
            let row = product::gtins(work.tx.conn(), &[id])?.into_iter().find(|row| row.gtin == wanted);
            let row = row.ok_or_else(|| Problem::not_found(&gtin))?;
            let today = work.ask.today();
            work.tx.correct(ProductGtinRow { ended_on: Some(today), ..row })?;
            work.tx.touch([id]);
            shown(work, id, 200)
        })
        .await
}

/// Adds a name by which the product is also known, or under which it goes from now on. 200.
///
/// # Errors
/// 400, 403, 404, 409 when it bears the name already, 412, 428.
pub async fn add_name(writer: &Arc<Writer>, ask: Ask, id: i64, body: NameBody) -> Result<Done, Problem> {
    province(&ask.actor)?;
    let role = approves(&ask.actor)?;
    writer
        .run(ask, ("add_name", role, None), move |work| {
            let before = own(work, id)?;
            let name = name(&body.vi, "/vi", 300)?;
            let others = product::names(work.tx.conn(), &[id])?;
            let known = others.iter().find(|row| row.name_vi == name);
            if before.name_vi == name || (known.is_some() && !body.current) {
                return Err(taken("/vi", &code_of(Noun::Product, id)));
            }
            if others.len() >= MOST_NAMES {
                return Err(too_many("/vi", MOST_NAMES).into());
            }
            if body.current {
                not_twice(work, id, before.producer_id, &name, "/vi")?;
                let today = work.ask.today();
                if let Some(known) = known {
                    work.tx.correct(ProductNameRow { ended_on: Some(today), ..known.clone() })?;
                }
                put_name(work, id, before.name_vi.clone())?;
                work.tx.correct(ProductRow { name_vi: name, ..before })?;
            } else {
                put_name(work, id, name)?;
            }
            work.tx.touch([id]);
            shown(work, id, 200)
        })
        .await
}

/// Takes back a name that was added in error. 200 with the product's state.
///
/// # Errors
/// 400, 403, 404 when the product has no such other name, 412, 428.
pub async fn end_name(writer: &Arc<Writer>, ask: Ask, id: i64, name: String, why: Option<String>) -> Result<Done, Problem> {
    province(&ask.actor)?;
    let role = approves(&ask.actor)?;
    let cause = reason(why.as_deref())?;
    writer
        .run(ask, ("end_name", role, Some(cause)), move |work| {
            own(work, id)?;
            let row = product::names(work.tx.conn(), &[id])?.into_iter().find(|row| row.name_vi == name);
            let row = row.ok_or_else(|| Problem::not_found(&name))?;
            let today = work.ask.today();
            work.tx.correct(ProductNameRow { ended_on: Some(today), ..row })?;
            work.tx.touch([id]);
            shown(work, id, 200)
        })
        .await
}

/// The product that is to be changed: this council's, in the state that the asker saw.
pub(super) fn own(work: &mut Work<'_, '_>, id: i64) -> WriteResult<ProductRow> {
    let code = code_of(Noun::Product, id);
    let row = product::find_all(work.tx.conn(), &[id])?.pop().ok_or_else(|| Problem::not_found(&code))?;
    looks_after(&work.ask.actor, &row.place, work.ask.today(), "/place")?;
    let state = state::product(work.tx.conn(), id)?.ok_or_else(|| Problem::not_found(&code))?;
    expect(work.ask, &state)?;
    if let Some(survivor) = state.merged_into {
        return Err(merged(&code, &survivor));
    }
    Ok(row)
}

fn check(work: &mut Work<'_, '_>, id: i64, body: &ProductBody, before: Option<&ProductRow>) -> WriteResult<ProductRow> {
    let name_vi = name(&body.name.vi, "/name/vi", 300)?;
    let name_en = body.name.en.as_deref().map(|en| name(en, "/name/en", 300)).transpose()?;
    let place = place(&work.ask.actor, work.ask.today(), &body.place)?;
    let producer_id = coded(&body.producer, Noun::Producer, "/producer")?;
    let maker = producer::find(work.tx.conn(), producer_id)?.ok_or_else(|| unknown(&body.producer, "/producer"))?;
    if let Some(survivor) = maker.merged_into {
        return Err(merged(&body.producer, &code_of(Noun::Producer, survivor)));
    }
    // Nobody adds to what a producer of another council is seen to make.
    if before.is_none_or(|row| row.producer_id != Some(producer_id)) {
        looks_after(&work.ask.actor, &maker.place, work.ask.today(), "/producer")?;
    }
    let (group_no, set_no) = class(body)?;
    not_twice(work, id, Some(producer_id), &name_vi, "/name/vi")?;
    Ok(ProductRow {
        id,
        producer_id: Some(producer_id),
        name_vi,
        name_en,
        group_no,
        set_no,
        place,
        source: before.map_or_else(|| Source::SignedDecision.as_str().into(), |row| row.source.clone()),
        source_url: before.and_then(|row| row.source_url.clone()),
        merged_into: None,
    })
}

fn class(body: &ProductBody) -> WriteResult<(Option<i16>, Option<i16>)> {
    let wrong = |pointer: &str| {
        let detail = say(
            "Nhóm là số 1-6, bộ sản phẩm là số 1-26 thuộc nhóm đó; xem /v1/groups.",
            "A group is 1-6, a set 1-26 and of that group; see /v1/groups on the public side.",
        );
        Problem::pointer(pointer, Code::InvalidValue, detail)
    };
    let set = body.set.map(|number| classification().set(number).ok_or_else(|| wrong("/set"))).transpose()?;
    let group = body.group.map(|number| classification().group(number).ok_or_else(|| wrong("/group"))).transpose()?;
    match (group, set) {
        (Some(group), Some(set)) if set.group != group.number => Err(wrong("/set").into()),
        (group, set) => Ok((group.map(|group| group.number).or(set.map(|set| set.group)), set.map(|set| set.number))),
    }
}

/// One producer has one product of a name: a second one would split its history.
fn not_twice(work: &mut Work<'_, '_>, id: i64, producer: Option<i64>, name: &str, pointer: &str) -> WriteResult<()> {
    let Some(producer) = producer else { return Ok(()) };
    let ids = product::of_producer(work.tx.conn(), producer)?;
    let twin = product::find_all(work.tx.conn(), &ids)?.into_iter().find(|row| row.id != id && marked(&row.name_vi) == marked(name));
    match twin {
        Some(twin) => Err(taken(pointer, &code_of(Noun::Product, twin.id))),
        None => Ok(()),
    }
}

fn put_gtin(work: &mut Work<'_, '_>, product_id: i64, gtin: &str, pointer: &str) -> WriteResult<()> {
    let gtin = Gtin::parse(gtin).map_err(|error| match error {
        GtinError::Checksum => {
            let detail = say(format!("\"{gtin}\" sai số kiểm tra."), format!("The check digit of \"{gtin}\" is wrong."));
            Problem::pointer(pointer, Code::ChecksumFailed, detail)
        }
        GtinError::Malformed => {
            let detail = say(format!("\"{gtin}\" không phải mã GTIN."), format!("\"{gtin}\" is no GTIN-8, -12, -13 or -14."));
            Problem::pointer(pointer, Code::MalformedIdentifier, detail)
        }
    })?;
    let gtin = gtin.as_str().to_owned();
    if let Some((_, holder)) = product::by_gtins(work.tx.conn(), std::slice::from_ref(&gtin))?.pop() {
        return Err(taken(pointer, &code_of(Noun::Product, holder)));
    }
    let id = work.tx.next_id::<ProductGtinRow>()?;
    Ok(work.tx.create(&[ProductGtinRow { id, product_id, gtin, ended_on: None }])?)
}

fn put_name(work: &mut Work<'_, '_>, product_id: i64, name_vi: String) -> WriteResult<()> {
    let id = work.tx.next_id::<ProductNameRow>()?;
    Ok(work.tx.create(&[ProductNameRow { id, product_id, name_vi, ended_on: None }])?)
}

fn too_many(pointer: &str, most: usize) -> Problem {
    let detail = say(format!("Tối đa {most} cho mỗi sản phẩm."), format!("A product has {most} at most."));
    Problem::pointer(pointer, Code::RuleBroken, detail)
}

pub(super) fn shown(work: &mut Work<'_, '_>, id: i64, status: u16) -> WriteResult<Done> {
    let code = code_of(Noun::Product, id);
    let state = state::product(work.tx.conn(), id)?.ok_or_else(|| Problem::not_found(&code))?;
    let location = (status == 201).then(|| format!("/council/v1/products/{code}"));
    Ok(done(status, location, code, &state))
}

/// The records of products as they are inside the command.
pub(super) fn records(work: &mut Work<'_, '_>, ids: &[i64]) -> WriteResult<Vec<crate::domain::record::Record>> {
    Ok(projection::assemble(work.tx.conn(), ids)?)
}
