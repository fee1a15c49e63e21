//! Rows: merged cells, days, years, stars, authorities; what is refused names sheet, row and column.

use super::*;
use ocop_registry::domain::day::ymd;
use ocop_registry::domain::verdict;

#[test]
fn days_of_every_kind_make_one_certificate() {
    let file = book(&[
        "product=A",
        "product=B; first_date=day:2022-08-01",
        "product=C; first_date=number:44774",
        "product=D; first_date=2022-08-01",
        "product=E; first_date=ngày 1 tháng 8 năm 2022; first_year=number:2022",
        "product=F; first_year=Năm 2021; first_stars=number:3; current_stars=3 sao",
        "product=G; first_stars=★★★; expiry_date=day:2025-07-31",
        "product=H; first_decision=Quyết định số 858/QĐ-UBND; first_authority=Chủ tịch UBND tỉnh",
    ]);
    for database in Database::both("workbookdays") {
        let report = imported(&database, &file);
        assert_eq!(outcomes(&report), ["created"; 8]);
        let whole = (3, Some(ymd(2022, 8, 1)), Some(ymd(2025, 8, 1)));
        let mut expected = vec![vec![whole]; 8];
        expected[6] = vec![(3, whole.1, Some(ymd(2025, 7, 31)))];
        assert_eq!(certificates(&database), expected);
        let records = database.records();
        let decision = |index: usize| records[index].certificates[0].decision.as_ref().map(|decision| decision.id);
        assert!((0..8).all(|index| decision(index) == decision(0)), "one decision of all");
        assert_eq!(records[0].certificates[0].issuer.as_deref(), Some("VN63-24"));
        assert_eq!(records[0].product.place, records[7].product.place);
        assert_eq!(records[0].product.provenance.source, Source::CouncilRecord);
        assert_eq!(report.rows[0].before, None);
        let after = report.rows[0].after.expect("a verdict");
        assert_eq!((after.outcome, after.status), (verdict::Outcome::NotCertified, Some(verdict::Status::Expired)));
    }
}

#[test]
fn a_file_may_count_its_days_from_1904() {
    // The writer knows 1900 only, so the flag is set in what it wrote.
    let file = super::files::rewritten(&book(&["product=A; first_date=number:43312"]), |name, part| {
        if name != "xl/workbook.xml" {
            return part;
        }
        let text = String::from_utf8(part).expect("XML");
        assert!(text.contains("<workbookPr "));
        text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ").into_bytes()
    });
    let database = Database::sqlite();
    assert_eq!(outcomes(&imported(&database, &file)), ["created"]);
    assert_eq!(certificates(&database), [[(3, Some(ymd(2022, 8, 1)), Some(ymd(2025, 8, 1)))]]);
}

#[test]
fn both_recognitions_of_a_row_are_of_one_product() {
    let upgrade = "second_stars=4; second_date=15/10/2024; second_decision=1234/QĐ-UBND; second_authority=UBND tỉnh Bắc Giang";
    let file = book(&[
        &format!("product=A; {upgrade}; current_stars=4; expiry_date=15/10/2027"),
        // In one year by one authority: alone they would be taken for two products.
        &format!("product=B; first_date=02/01/2024; first_decision=5/QĐ-UBND; first_stars=4; {upgrade}"),
    ]);
    for database in Database::both("workbookbands") {
        let report = imported(&database, &file);
        assert_eq!(outcomes(&report), ["created", "created"]);
        let second = (4, Some(ymd(2024, 10, 15)), Some(ymd(2027, 10, 15)));
        let expected = [
            vec![(3, Some(ymd(2022, 8, 1)), Some(ymd(2025, 8, 1))), second],
            vec![(4, Some(ymd(2024, 1, 2)), Some(ymd(2027, 1, 2))), second],
        ];
        assert_eq!(certificates(&database), expected);
        let record = &database.records()[1];
        assert_eq!(verdict::certificate_status(record, 0, TODAY), Some(verdict::Status::Superseded));
        let again = imported(&database, &file);
        assert_eq!((outcomes(&again), again.position), (vec!["unchanged".to_owned(); 2], report.position));
    }
}

#[test]
fn merged_cells_mean_as_above() {
    let row = "producer=; commune=; first_date=; first_decision=";
    let file =
        book_with(&["product=A", &format!("product=B; {row}"), &format!("product=C; {row}"), "product=D; producer=HTX Khác"], |sheet| {
            let plain = Format::new();
            let (from, to) = (FIRST, FIRST + 2);
            for (column, text) in [
                (Column::Producer, "HTX Ong Vàng"),
                (Column::Commune, "xã Cao Xá, huyện Tân Yên, tỉnh Bắc Giang"),
                (Column::FirstDate, "01/08/2022"),
                (Column::FirstDecision, "858/QĐ-UBND"),
            ] {
                sheet.merge_range(from, column as u16, to, column as u16, text, &plain).expect("a merge");
            }
            // A heading between products is passed over.
            sheet.merge_range(FIRST + 4, 0, FIRST + 4, 21, "II. HUYỆN LẠNG GIANG", &plain).expect("a merge");
        });
    let database = Database::sqlite();
    assert_eq!(outcomes(&imported(&database, &file)), ["created"; 4]);
    let records = database.records();
    let makers: Vec<i64> = records.iter().filter_map(|record| record.producer.as_ref()).map(|producer| producer.id).collect();
    assert!(makers.len() == 4 && makers[0] == makers[1] && makers[1] == makers[2] && makers[2] != makers[3], "{makers:?}");
    assert!(records.iter().all(|record| record.certificates[0].valid_from == Some(ymd(2022, 8, 1))));
}

#[test]
fn in_csv_a_row_without_number_and_producer_is_of_the_one_above() {
    let list = "\u{feff}DANH SÁCH;;;;;;;\n\n\
        STT;Tên sản phẩm;Chủ thể;Xã;Công nhận lần đầu;;;\n;;;;Sao;Ngày;Số QĐ;Cơ quan\n(1);(2);(3);(4);(5);(6);(7);(8)\n\
        1;A;HTX Ong Vàng;xã Cao Xá, huyện Tân Yên, tỉnh Bắc Giang;3;1/8/2022;858/QĐ-UBND;UBND tỉnh Bắc Giang\n\
        ;B;;;3;1/8/2022;858/QĐ-UBND;UBND tỉnh Bắc Giang\n\
        2;C;;\"xã Cao Xá, huyện Tân Yên,\ntỉnh Bắc Giang\";3;1/8/2022;858/QĐ-UBND;UBND tỉnh Bắc Giang\n\
        3;D;HTX Khác;;3;44774;858/QĐ-UBND;UBND tỉnh Bắc Giang\n";
    let workbook = read(list.as_bytes(), Media::Csv, None, "Bắc Ninh", TODAY, Limits::default()).expect("a workbook in CSV");
    let database = Database::sqlite();
    let report = imported_as(&database, &workbook, &terms(Keep::GoodRows));
    // A bare number is no day where nobody says from when it counts.
    assert_eq!(outcomes(&report), ["created", "created", "created", "F9 malformed"]);
    assert_eq!(report.rows.iter().map(|row| row.row).collect::<Vec<_>>(), [6, 7, 8, 9]);
    let records = database.records();
    let maker = |index: usize| records[index].producer.as_ref().map(|producer| producer.name.as_str());
    assert_eq!((maker(0), maker(1), maker(2)), (Some("HTX Ong Vàng"), Some("HTX Ong Vàng"), None));
    assert_eq!(records[0].product.place, records[1].product.place);
}

/// Place and code of what each row is refused for.
const REFUSED: &[(&str, &str)] = &[
    ("product=Mật\u{7}ong", "B5 control-character"),
    ("product=", "B5 missing"),
    ("first_date=31/02/2022", "M5 malformed"),
    ("first_date=08/25/2022", "M5 malformed"),
    ("first_date=number:2022", "M5 malformed"),
    ("first_date=number:1e12", "M5 malformed"),
    ("first_date=day:2026-11-22", "M5 in-the-future"),
    ("first_date=01/08/2018", "M5 before-first-regime"),
    // The day decides how long: a wrong one certifies for years.
    ("first_year=2023", "N5 contradicts-date"),
    ("first_year=2020", "N5 contradicts-date"),
    ("first_year=2012", "N5 out-of-range"),
    ("first_stars=số 7", "L5 out-of-range"),
    ("first_stars=2 sao", "L5 below-three-stars"),
    ("first_stars=Tiềm năng 5 sao", "L5 not-yet-recognised"),
    ("first_stars=5 sao cấp tỉnh", "L5 not-yet-recognised"),
    ("first_stars=5", "P5 issuer-may-not-recognise"),
    ("first_decision=day:2024-12-01", "O5 became-a-date"),
    ("first_decision=không rõ", "O5 malformed"),
    ("first_decision=858/QĐ-BNN", "O5 contradicts-level"),
    ("first_authority=", "P5 missing"),
    ("first_authority=Hội đồng OCOP", "P5 unknown-value"),
    ("first_authority=UBND tỉnh Thanh Hóa", "P5 contradicts-place"),
    ("first_authority=UBND tỉnh Bắc Ninh", "P5 contradicts-place"),
    ("current_stars=4", "J5 contradicts-recognition"),
    ("expiry_date=01/08/2026", "K5 contradicts-law"),
    ("expiry_date=sang năm", "K5 malformed"),
    ("second_stars=4; second_date=01/07/2022; second_decision=9/QĐ-UBND; second_authority=UBND tỉnh", "R5 out-of-order"),
    ("second_stars=4; second_date=01/09/2022; second_decision=858/QĐ-UBND; second_authority=UBND tỉnh", "T5 number-taken"),
    ("first_stars=formula:=1+2", "L5 formula"),
    ("expiry_date=formula:=EDATE(M5,36)", "K5 formula"),
    ("note=formula:=\"Đã thu hồi\"", "V5 formula"),
    ("address=formula:=A1", "G5 formula"),
    ("note=Đã thu hồi năm 2023", "V5 ended-in-note"),
    ("note=đã bị hủy công nhận", "V5 ended-in-note"),
    ("note=hết hiệu lực", "V5 ended-in-note"),
    ("note=Không còn sản xuất", "V5 ended-in-note"),
    ("note=Đã giải thể", "V5 ended-in-note"),
    ("first_stars=; first_date=; first_decision=; first_authority=", "M5 no-recognition"),
    ("commune=xã Cao Xá, tỉnh Atlantis", "F5 unknown-place"),
];

#[test]
fn what_a_row_is_refused_for() {
    let [embedded, server] = Database::both("workbookrefused");
    for (row, expected) in REFUSED {
        let file = book(&[row]);
        let workbook = try_read(&file).expect("a workbook");
        let report = imported_as(&embedded, &workbook, &terms(Keep::GoodRows));
        assert_eq!(outcomes(&report), [*expected], "{row}");
        let Outcome::Refused(refusal) = &report.rows[0].outcome else { panic!("{row}") };
        assert_eq!(report.rows[0].sheet.as_deref(), Some("Tổng hợp"));
        assert!(!refusal.detail.vi.is_empty() && refusal.detail.vi != refusal.detail.en, "{row}: both languages");
        assert_eq!(outcomes(&imported_as(&server, &workbook, &terms(Keep::GoodRows))), [*expected], "{row}");
    }
    assert_eq!((embedded.position(), server.position()), (0, 0), "nothing of a refused row is written");
}

#[test]
fn formulas_where_nothing_is_read_do_no_harm() {
    let file = book(&["no=formula:=ROW()-4; phone=formula:=1+1; representative=formula:=A1"]);
    assert_eq!(outcomes(&imported(&Database::sqlite(), &file)), ["created"]);
}

#[test]
fn one_bad_row_leaves_nothing_unless_asked_otherwise() {
    let file = book(&["product=A", "product=B; first_date=31/02/2022", "product=C"]);
    for database in Database::both("workbookatomic") {
        let workbook = try_read(&file).expect("a workbook");
        let dry = imported_as(&database, &workbook, &terms(Keep::Nothing));
        let none = imported_as(&database, &workbook, &terms(Keep::AllOrNothing));
        assert_eq!((dry.kept, none.kept, none.position, database.position()), (false, false, 0, 0));
        assert_eq!(database.records(), []);
        let some = imported_as(&database, &workbook, &terms(Keep::GoodRows));
        assert!(some.kept && some.position > 0);
        assert_eq!(outcomes(&some), ["created", "M6 malformed", "created"]);
        assert_eq!((&dry.rows, &none.rows), (&some.rows, &some.rows), "the report says what then happens");
        assert_eq!(database.records().len(), 2);
        assert!(database.verify().disagreements == 0);
    }
}

#[test]
fn a_council_imports_its_own_decisions_about_its_own_places() {
    let foreign = "commune=xã Hoằng Ngọc, huyện Hoằng Hóa, tỉnh Thanh Hóa; first_authority=UBND tỉnh Thanh Hóa";
    let national = "product=E; first_stars=5; first_authority=Bộ NN&PTNT; first_decision=12/QĐ-BNN";
    let file = book(&[
        "product=A",
        "product=B; first_date=01/08/2023; first_decision=77/QĐ-UBND; first_authority=UBND huyện Tân Yên",
        &format!("product=C; {foreign}"),
        "product=D; first_authority=; first_date=; first_decision=",
        national,
    ]);
    for database in Database::both("workbookscope") {
        let workbook = try_read(&file).expect("a workbook");
        let report = imported_as(&database, &workbook, &of_province("VN34-24", Keep::GoodRows));
        assert_eq!(outcomes(&report), ["created", "created", "F7 outside-territory", "P8 missing", "P9 foreign-decision"]);
        let ministry = Terms { scope: Scope::Ministry, ..terms(Keep::GoodRows) };
        let report = imported_as(&database, &workbook, &ministry);
        // What is known may be told again by anybody.
        assert_eq!(outcomes(&report), ["unchanged", "unchanged", "P7 foreign-decision", "P8 missing", "created"]);
        let report = imported_as(&database, &workbook, &of_province("VN34-24", Keep::GoodRows));
        assert_eq!(outcomes(&report)[4], "unchanged");
    }
}
