//! What the registry exports, it imports again without a change; and the template is understood.

use super::*;
use crate::import::SAMPLE;
use calamine::{Data, Reader as _, Xlsx};
use ocop_registry::domain::day::ymd;
use ocop_registry::domain::place::{self, Level};
use ocop_registry::domain::verdict::verdict;
use ocop_registry::domain::workbook::excel_day;
use ocop_registry::read::workbook::{Whose, products, ptnt_ocop, template};
use ocop_registry::store::certificate::{self, ActRow, CertificateRow};
use ocop_registry::store::decision::{self, DecisionRow};

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

/// The text of every cell of an export.
fn texts(file: &[u8]) -> Vec<String> {
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(file)).expect("a workbook");
    let range = book.worksheet_range_at(0).expect("a sheet").expect("cells");
    let text = |cell: &Data| match cell {
        Data::DateTime(day) => excel_day(day.as_f64(), false).expect("a day").to_string(),
        cell => cell.to_string(),
    };
    range.cells().map(|(.., cell)| text(cell)).collect()
}

/// Exports Bắc Ninh and imports it again, which changes nothing.
fn exported(database: &Database) -> Vec<String> {
    let province = place::gazetteer().get("VN34-24").expect("a province");
    let (file, _) = products(&database.read_door(), Whose::Province(province), TODAY).expect("an export");
    let report = imported_as(database, &try_read(&file).expect("our own workbook"), &of_province("VN34-24", Keep::AllOrNothing));
    assert!(!report.rows.is_empty() && report.count("unchanged") == report.rows.len(), "{:?}", outcomes(&report));
    texts(&file)
}

#[test]
fn an_authority_is_exported_as_it_was_called_and_understood_again() {
    let row = "commune=; first_stars=4; first_date=01/07/2025; first_decision=9/QĐ-UBND; first_authority=UBND tỉnh Bắc Ninh";
    for database in Database::both("workbookcity") {
        imported(&database, &book(&[row]));
        let product = database.records()[0].product.id;
        // As councils cite it: by its key of today.
        database.command(|tx| {
            let row = certificate::of_products(tx.conn(), &[product])?.remove(0);
            let cited = decision::find(tx.conn(), row.decision_id.expect("a decision"))?.expect("the decision");
            tx.correct(DecisionRow { issuer: Some("VN34-24".into()), ..cited })?;
            tx.correct(CertificateRow { issuer: Some("VN34-24".into()), ..row })?;
            tx.touch([product]);
            Ok(())
        });
        let texts = exported(&database);
        assert!(texts.contains(&"UBND tỉnh Bắc Ninh".to_owned()) && !texts.contains(&"UBND thành phố Bắc Ninh".to_owned()), "{texts:?}");
        let as_today = book(&[&row.replace("UBND tỉnh", "UBND thành phố")]);
        assert_eq!(outcomes(&imported(&database, &as_today)), ["unchanged"]);
        // Another product of that decision cites the same one.
        imported(&database, &book(&[&format!("{row}; product=Chè")]));
        assert_eq!(database.number("SELECT count(*) FROM decisions"), 1);
        let other_day = book(&[&format!("{row}; product=Gạo; first_date=02/07/2025")]);
        assert_eq!(outcomes(&imported(&database, &other_day)), ["M5 number-taken"]);
    }
}

#[test]
fn an_extension_is_exported_with_its_last_day() {
    for database in Database::both("workbookextended") {
        imported(&database, &book(&["first_stars=4; first_date=01/08/2023"]));
        let product = database.records()[0].product.id;
        database.command(|tx| {
            let certificate_id = certificate::of_products(tx.conn(), &[product])?[0].id;
            let (id, until) = (tx.next_id::<ActRow>()?, Some(ymd(2026, 12, 31)));
            let kind = "extension".into();
            tx.create(&[ActRow { id, certificate_id, decision_id: None, kind, effective_on: ymd(2026, 7, 1), until, ground: None }])?;
            tx.touch([product]);
            Ok(())
        });
        let texts = exported(&database);
        for cell in ["2026-12-31", "Gia hạn từ 01/07/2026 đến 31/12/2026"] {
            assert!(texts.contains(&cell.to_owned()), "{cell}: {texts:?}");
        }
        assert!(!texts.contains(&"2026-08-01".to_owned()), "{texts:?}");
    }
}

#[test]
fn the_template_is_a_workbook_without_rows() {
    let file = template().expect("a template");
    let workbook = try_read(&file).expect("the template is understood");
    assert!(workbook.is_empty() && workbook.notes.is_empty(), "{:?}", workbook.notes);
    let nothing = workbook.filled().expect_err("a workbook without rows");
    assert!(nothing.detail.en.contains("nothing to import"), "{nothing}");
}
