//! The ministry's table PTNT_OCOP (QĐ 5277/QĐ-BNNMT) in CSV.
//!
//! The decision names the columns; what the codes among them count is not printed beside them, so it
//! is stated here and easy to change: the administrative unit is the official code of today's commune,
//! else of its province; the time is the year of the status; the product's kind is its set's number.

use super::{Whose, each, failed};
use crate::domain::code::{Noun, code_of};
use crate::domain::day::Day;
use crate::domain::lineage::lineage;
use crate::domain::place::gazetteer;
use crate::domain::record::Record;
use crate::domain::text::harmless;
use crate::domain::verdict::{Outcome, Status, verdict};
use crate::store::{ReadDoor, StoreResult};
use chrono::Datelike;
use csv::{Terminator, WriterBuilder};

/// The columns.
const COLUMNS: [&str; 9] =
    ["MA_OCOP", "Ma_DonViHanhChinh", "Ma_ThoiGian", "Ma_SanPham", "TenSanPham", "XepHang", "ChuTheSXKD", "DoanhThuNam", "TrangThai"];

/// The products in the ministry's table, with the ledger position that it shows.
///
/// # Errors
/// When the database does not answer.
pub fn ptnt_ocop(door: &ReadDoor, whose: Whose, day: Day) -> StoreResult<(Vec<u8>, i64)> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(failed)?;
    let position = each(door, whose, |record| {
        let cells = row(record, day);
        writer.write_record(cells.iter().map(|cell| harmless(cell).into_owned())).map_err(failed)
    })?;
    Ok((writer.into_inner().map_err(failed)?, position))
}

fn row(record: &Record, day: Day) -> [String; 9] {
    let verdict = verdict(record, day);
    let certificate = verdict.certificate.map(|index| &record.certificates[index]);
    let around = lineage(&record.product.place);
    let unit = gazetteer().get(&around.commune_now).or_else(|| gazetteer().get(&around.province_now));
    let status = match (verdict.outcome, verdict.status) {
        (Outcome::Certified, Some(Status::Extended)) => "Được gia hạn",
        (Outcome::Certified, _) => "Còn hiệu lực",
        (Outcome::Undetermined, _) => "Chưa xác định thời hạn",
        (_, Some(Status::NotYetValid)) => "Chưa có hiệu lực",
        (_, Some(Status::Withdrawn)) => "Đã thu hồi",
        (_, Some(Status::Annulled)) => "Đã hủy bỏ",
        (_, Some(Status::Expired | Status::Superseded)) => "Hết hiệu lực",
        _ => "Chưa được công nhận",
    };
    [
        code_of(Noun::Product, record.product.id).into(),
        unit.map(|id| gazetteer().place(id).code.to_owned()).unwrap_or_default(),
        day.year().to_string(),
        record.product.set.map(|set| set.to_string()).unwrap_or_default(),
        record.product.name_vi.clone().into(),
        certificate.and_then(|certificate| certificate.stars).map(|stars| format!("{stars}*")).unwrap_or_default(),
        record.producer.as_ref().map(|producer| producer.name.clone()).unwrap_or_default().into(),
        // The registry knows no turnover.
        String::new(),
        status.to_owned(),
    ]
}
