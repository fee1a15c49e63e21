//! What the registry exports, it imports again without a change; and the template is understood.

use super::*;
use crate::import::SAMPLE;
use ocop_registry::domain::day::ymd;
use ocop_registry::domain::place::{self, Level};
use ocop_registry::domain::verdict::verdict;
use ocop_registry::read::workbook::{Whose, products, ptnt_ocop, template};

/// Today's provinces.
fn provinces() -> Vec<place::PlaceId> {
    let gazetteer = place::gazetteer();
    gazetteer.all().filter(|id| gazetteer.place(*id).level == Level::Province && gazetteer.place(*id).is_current()).collect()
}

/// Takes every province, or some by the step between them.
fn round_trip(database: &Database, step: usize) {
    database.import(SAMPLE);
    let position = database.position();
    let door = database.read_door();
    let (mut told, mut exported) = (0, 0);
    for province in provinces().into_iter().step_by(step) {
        let (file, at) = products(&door, Whose::Province(province), TODAY).expect("an export");
        assert_eq!(at, position);
        let name = place::gazetteer().place(province).name;
        let workbook = read(&file, Media::Xlsx, None, name, TODAY, Limits::default()).expect("our own workbook");
        let scope = Scope::Province(province);
        let report = imported_as(database, &workbook, &Terms { scope, ..terms(Keep::AllOrNothing) });
        let changed: Vec<_> = report.rows.iter().filter(|row| row.outcome != Outcome::Unchanged).collect();
        assert!(changed.is_empty(), "{name}: {changed:#?}");
        assert!(report.rows.iter().all(|row| row.before == row.after && row.before.is_some()));
        told += report.rows.len();
        let (table, _) = ptnt_ocop(&door, Whose::Province(province), TODAY).expect("a table");
        exported += String::from_utf8(table).expect("UTF-8").lines().count() - 1;
    }
    assert!(told >= exported && exported > 0);
    assert!(step > 1 || exported == 1_233, "every product lies in one province");
    assert_eq!(database.position(), position, "nothing was written");
}

#[test]
fn an_export_imports_again_without_a_change_on_sqlite() {
    round_trip(&Database::sqlite(), 1);
}

#[test]
fn an_export_imports_again_without_a_change_on_postgres() {
    round_trip(&Database::postgres("workbooktrip"), 7);
}

#[test]
fn the_ministry_exports_what_it_recognised() {
    let database = Database::sqlite();
    database.import(SAMPLE);
    let (file, _) = products(&database.read_door(), Whose::Ministry, TODAY).expect("an export");
    let workbook = read(&file, Media::Xlsx, None, "", TODAY, Limits::default()).expect("our own workbook");
    let report = imported_as(&database, &workbook, &Terms { scope: Scope::Ministry, ..terms(Keep::AllOrNothing) });
    assert!(report.rows.len() > 40 && report.count("unchanged") == report.rows.len(), "{}", report.rows.len());
}

#[test]
fn an_export_makes_the_same_certificates_elsewhere() {
    let upgrade = "second_stars=4; second_date=15/10/2024; second_decision=1234/QĐ-UBND; second_authority=UBND tỉnh Bắc Giang";
    let [one, other] = Database::both("workbookelsewhere");
    imported(&one, &book(&["product=A", &format!("product=B; {upgrade}; expiry_date=10/10/2027"), "product=Ẩm thực = ngon"]));
    let province = place::gazetteer().get("VN34-24").expect("a province");
    let (file, _) = products(&one.read_door(), Whose::Province(province), TODAY).expect("an export");
    let report = imported_as(&other, &try_read(&file).expect("our own workbook"), &of_province("VN34-24", Keep::AllOrNothing));
    assert!(report.kept, "{:?}", outcomes(&report));
    assert_eq!(certificates(&one), certificates(&other));
    let verdicts = |database: &Database| -> Vec<_> { database.records().iter().map(|record| verdict(record, ymd(2026, 11, 21))).collect() };
    assert_eq!(verdicts(&one), verdicts(&other));
    let (table, _) = ptnt_ocop(&one.read_door(), Whose::Province(province), TODAY).expect("a table");
    let table = String::from_utf8(table).expect("UTF-8");
    assert!(table.starts_with("MA_OCOP,Ma_DonViHanhChinh,Ma_ThoiGian,Ma_SanPham,TenSanPham,XepHang,ChuTheSXKD,DoanhThuNam,TrangThai\r\n"));
    assert!(
        table.contains(",2026,,A,3*,HTX Ong Vàng,,Hết hiệu lực\r\n") && table.contains(",B,4*,HTX Ong Vàng,,Còn hiệu lực\r\n"),
        "{table}"
    );
}

#[test]
fn the_template_is_a_workbook_without_rows() {
    let file = template().expect("a template");
    let workbook = try_read(&file).expect("the template is understood");
    assert!(workbook.is_empty() && workbook.notes.is_empty(), "{:?}", workbook.notes);
}
