//! Product lists: every row ends in a stated outcome, a second time changes nothing, and no product
//! gets the certificate of another.

mod again;
mod matching;
mod one_product;
mod workbook;

use super::support::database::{Database, TODAY, list};
use ocop_registry::domain::day::{Day, term_end, ymd};
use ocop_registry::domain::record::Record;
use ocop_registry::domain::regime::{TERM_MONTHS, Warning};
use ocop_registry::domain::verdict::{Outcome as Verdict, verdict};
use ocop_registry::store::decision;
use ocop_registry::write::import::{Outcome, Report};

/// The real list that comes with the program.
pub(crate) const SAMPLE: &[u8] = include_bytes!("../../src/cli/sample/ocop-products.csv");

/// What most rows here have in common.
const BASE: &str = "name_vi=Mật ong; producer_name=HTX Ong Vàng; district=huyện Tân Yên; province=Bắc Giang; stars=3; level=province";

fn outcomes(report: &Report) -> Vec<String> {
    let told = report.rows.iter().map(|row| match &row.outcome {
        Outcome::Refused(refusal) => format!("{} {}", refusal.column.unwrap_or("row"), refusal.code),
        other => other.as_str().to_owned(),
    });
    told.collect()
}

/// Imports rows over [`BASE`] into the databases, emptied first, and returns what became of them.
fn imported(databases: &[Database; 2], rows: &[&str]) -> (Vec<String>, Vec<Record>) {
    let [embedded, server] = databases.each_ref().map(|database| {
        database.empty();
        (outcomes(&database.import(list(BASE, rows))), database.records())
    });
    assert_eq!(embedded, server, "both databases agree");
    embedded
}

fn counts(report: &Report) -> [usize; 5] {
    ["created", "added", "completed", "unchanged", "refused"].map(|outcome| report.count(outcome))
}

fn the_sample(database: &Database) {
    let dry = database.try_import(SAMPLE, false).expect("the sample can be read");
    assert_eq!((dry.position, database.position(), database.records().len()), (0, 0, 0), "a dry run writes nothing");
    let first = database.import(SAMPLE);
    assert_eq!(dry.rows, first.rows, "and reports what the import then does");
    assert_eq!(counts(&first), [1_233, 9, 0, 0, 1]);
    assert_eq!(first.rows.iter().map(|row| row.row).collect::<Vec<_>>(), (2..=1_244).collect::<Vec<_>>());
    let refused = first.rows.iter().find(|row| matches!(row.outcome, Outcome::Refused(_))).expect("one refused row");
    assert_eq!((refused.name.as_str(), refused.row), ("con giống gà ta Cao Khanh", 1_164), "5 stars by a province");

    let records = database.records();
    let second = database.import(SAMPLE);
    assert_eq!(counts(&second), [0, 0, 0, 1_242, 1], "a second time changes nothing");
    assert_eq!((second.position, database.position()), (first.position, first.position));
    assert_eq!(database.records(), records);
    for (one, other) in first.rows.iter().zip(&second.rows) {
        assert_eq!((&one.product, &one.certificate), (&other.product, &other.certificate), "row {}", one.row);
    }
    terms(&records);
    chains(&records);
}

/// The end of a term comes from the day of a decision and from nothing else.
fn terms(records: &[Record]) {
    assert_eq!(records.len(), 1_233);
    let certificates: Vec<_> = records.iter().flat_map(|record| &record.certificates).collect();
    assert_eq!(certificates.len(), 1_242);
    assert_eq!(certificates.iter().filter(|certificate| certificate.valid_from.is_some()).count(), 186);
    for certificate in certificates {
        let signed_on = certificate.decision.as_ref().and_then(|decision| decision.signed_on);
        assert_eq!(certificate.valid_from, signed_on, "{}", certificate.name_then);
        assert_eq!(certificate.valid_until, signed_on.map(|day| term_end(day, TERM_MONTHS)), "{}", certificate.name_then);
    }
    let undated: Vec<_> = records.iter().filter(|record| record.certificates.iter().all(|one| one.valid_from.is_none())).collect();
    assert!(undated.len() > 1_000);
    for record in undated {
        assert_eq!(verdict(record, TODAY).outcome, Verdict::Undetermined, "{}", record.product.name_vi);
    }
}

/// Products that the press reports from round to round, under names that change.
fn chains(records: &[Record]) {
    for (name, producer, history) in [
        ("Miến dong Tài Hoan", "Tài Hoan", [(5, Some(ymd(2021, 6, 30))), (5, None)]),
        ("Trà xanh", "Phìn Hồ", [(5, Some(ymd(2021, 6, 30))), (5, None)]),
        ("Hồng trà", "Phìn Hồ", [(5, Some(ymd(2021, 6, 30))), (5, None)]),
        ("Mỳ Gạo Lục Ngạn", "Hằng Hiếu", [(4, Some(ymd(2021, 8, 26))), (4, None)]),
        ("Vú Sữa Tân Yên", "Hợp Đức", [(4, Some(ymd(2021, 8, 26))), (4, None)]),
        ("cải Kale HD Green", "HD - Green", [(4, None), (4, Some(ymd(2023, 12, 29)))]),
        ("hạt điều rang muối", "Hà Mỵ", [(4, None), (5, None)]),
        ("Cao tỏi đen Phú Sinh", "Phú Sinh", [(3, None), (4, Some(ymd(2025, 10, 15)))]),
    ] {
        let of_it = |record: &&Record| {
            record.product.name_vi == name && record.producer.as_ref().is_some_and(|maker| maker.name.ends_with(producer))
        };
        let found: Vec<&Record> = records.iter().filter(of_it).collect();
        let [record] = found.as_slice() else { panic!("{name}: {} products", found.len()) };
        let mut reported: Vec<(i16, Option<Day>)> =
            record.certificates.iter().map(|one| (one.stars.unwrap_or(0), one.valid_from)).collect();
        let mut expected = history.to_vec();
        reported.sort_unstable();
        expected.sort_unstable();
        assert_eq!(reported, expected, "{name}");
    }
    let several: Vec<&str> =
        records.iter().filter(|record| record.certificates.len() > 1).map(|record| record.product.name_vi.as_str()).collect();
    assert_eq!(several.len(), 9, "{several:?}");
    // Nobody says that dried lotus and dried lotus seeds are one product.
    for name in ["Sen sấy", "Hạt sen sấy"] {
        let sen_dai_viet = |record: &&Record| {
            record.product.name_vi == name && record.producer.as_ref().is_some_and(|maker| maker.name.ends_with("Sen Đại Việt"))
        };
        assert_eq!(records.iter().filter(sen_dai_viet).map(|record| record.certificates.len()).collect::<Vec<_>>(), [1], "{name}");
    }
}

#[test]
fn the_sample_on_sqlite() {
    the_sample(&Database::sqlite());
}

#[test]
fn the_sample_on_postgres() {
    the_sample(&Database::postgres("sample"));
}

/// Rows are numbered as a spreadsheet shows them, empty lines and lines within a cell included.
#[test]
fn rows_are_numbered_as_they_stand() {
    let list = "name_vi,province\nMật ong,Hà Giang\n\n\n\"Chè\nShan\",Hà Giang\nGạo,Hà Giang\n";
    let report = Database::sqlite().import(list);
    assert_eq!(report.rows.iter().map(|row| row.row).collect::<Vec<_>>(), [2, 5, 6]);
}

#[test]
fn what_a_row_is_refused_for() {
    let long_name = format!("name_vi={}", "ă".repeat(301));
    let long_number = format!("decision_number={}", "9".repeat(2_000_000));
    let long_url = format!("source_url=https://example.com/{}", "a".repeat(2_000));
    let table: &[(&str, &str)] = &[
        ("name_vi=", "name_vi missing"),
        ("name_vi=Mật\u{7}ong", "name_vi control-character"),
        ("name_vi=Mật\0ong", "name_vi control-character"),
        (&long_name, "name_vi too-long"),
        ("producer_name=HTX\u{1b}[31m Ong", "producer_name control-character"),
        ("commune=xã\u{0}", "commune control-character"),
        ("province=", "province missing"),
        ("province=Atlantis", "province unknown-place"),
        ("stars=năm", "stars out-of-range"),
        ("stars=6", "stars out-of-range"),
        ("stars=1", "stars below-three-stars"),
        ("stars=2", "stars below-three-stars"),
        ("level=ministry", "level unknown-value"),
        ("decision_date=2026-11-22", "decision_date in-the-future"),
        ("decision_date=2023-02-29", "decision_date malformed"),
        ("decision_date=29/12/2022", "decision_date malformed"),
        ("decision_date=2019-08-20", "decision_date before-first-regime"),
        // As a newspaper of January 2022 has it, and one of January 2021.
        ("decision_date=2021-01-27; year=2021; decision_number=279/QĐ-UBND; province=Nghệ An; district=", "decision_date contradicts-year"),
        ("decision_date=2020-01-20; year=2020; decision_number=159/QĐ-UBND; province=Nghệ An; district=", "decision_date contradicts-year"),
        ("decision_date=2021-12-31; year=2022", "decision_date contradicts-year"),
        ("decision_date=2022-08-01; year=2019", "decision_date contradicts-year"),
        ("year=2017", "year out-of-range"),
        ("year=2027", "year out-of-range"),
        ("decision_date=2022-08-01; level=unknown", "level missing"),
        ("decision_date=2022-08-01; stars=", "stars missing"),
        ("decision_date=2022-08-01; level=district", "level issuer-may-not-recognise"),
        ("decision_date=2023-08-01; level=province", "level issuer-may-not-recognise"),
        ("decision_date=2023-08-01; level=district; stars=4", "level issuer-may-not-recognise"),
        ("decision_date=2023-08-01; level=district; district=huyện Xa Xôi", "district unknown-place"),
        ("decision_date=2025-07-02; level=district", "province issuer-not-in-office"),
        ("decision_date=2026-08-01; stars=5; province=Bắc Ninh; district=", "level issuer-may-not-recognise"),
        ("level=national; stars=3", "level issuer-may-not-recognise"),
        ("level=province; stars=5", "level issuer-may-not-recognise"),
        ("decision_number=QĐ-UBND", "decision_number malformed"),
        ("decision_number==1+1/QĐ-UBND", "decision_number malformed"),
        (&long_number, "decision_number too-long"),
        ("name_vi=Mật\u{202e}gno", "name_vi control-character"),
        ("producer_name=HTX\u{2066}A", "producer_name control-character"),
        ("decision_date=2022-08-01; valid_until=2026-08-01", "valid_until contradicts-law"),
        ("decision_date=2022-08-01; valid_until=2025-09-01", "valid_until contradicts-law"),
        ("decision_date=2022-08-01; valid_until=1/8/2025", "valid_until malformed"),
        ("producer_type=bank", "producer_type unknown-value"),
        ("tax_code=0100047510", "tax_code checksum-failed"),
        ("gtins=8930000000003", "gtins checksum-failed"),
        ("gtins=8930000000002|12", "gtins checksum-failed"),
        ("official_code=12", "official_code malformed"),
        // The committee of a merged province ended with it.
        ("decision_date=2026-09-01", "province issuer-not-in-office"),
        ("decision_number=86/QĐ-UBND; level=national; stars=5", "decision_number contradicts-level"),
        ("decision_number=377/QĐ-BNN-VPĐP", "decision_number contradicts-level"),
        ("decision_number=12/2024/NQ-HĐND", "decision_number contradicts-level"),
        // A submission still asks, a notice tells, a department does not decide.
        ("decision_number=14/TTr-UBND", "decision_number contradicts-level"),
        ("decision_number=13/TB-UBND", "decision_number contradicts-level"),
        ("decision_number=11/QĐ-SNN", "decision_number contradicts-level"),
        ("decision_number=15/QĐ-TTg; level=national; stars=5", "decision_number contradicts-level"),
        // Each ministry signed in its time.
        (
            "decision_date=2026-06-30; level=; stars=5; district=; issuer=Bộ Nông nghiệp và Phát triển nông thôn",
            "province issuer-not-in-office",
        ),
        ("decision_date=2023-06-30; level=; stars=5; issuer=Bộ NN&MT", "province issuer-not-in-office"),
        ("name_vi=...", "name_vi malformed"),
        ("name_vi=\u{200b}", "name_vi malformed"),
        ("producer_name=🍯", "producer_name malformed"),
        ("score=49.99", "score contradicts-stars"),
        ("score=100.01", "score out-of-range"),
        ("score=-1", "score out-of-range"),
        ("score=89.999", "score out-of-range"),
        ("source_url=javascript:alert(1)", "source_url malformed"),
        ("source_url=https://example.com/a b", "source_url malformed"),
        (&long_url, "source_url malformed"),
    ];
    let rows: Vec<&str> = table.iter().map(|(row, _)| *row).collect();
    let (outcomes, records) = imported(&Database::both("refused"), &rows);
    for ((row, expected), outcome) in table.iter().zip(&outcomes) {
        assert_eq!(outcome, expected, "{row}");
    }
    assert_eq!(records, [], "nothing of a refused row is written");
}

#[test]
fn what_looks_wrong_and_is_right() {
    let (outcomes, records) = imported(
        &Database::both("right"),
        &[
            "name_vi=A; decision_date=2022-01-27; year=2021",
            "name_vi=B; district=; province=Thanh Hóa; decision_date=2025-07-03",
            "name_vi=C; decision_date=2022-08-01; valid_until=2025-07-31; score=70,5",
            "name_vi=D; gtins=8930000000002|08930000000002|8930000000002; tax_code=0100047516",
            "name_vi=E; gtins=8930000000002",
            "name_vi=H; official_code=24-07210-12-2026; decision_date=2022-08-01",
            "name_vi=I; official_code=24-07210-12-2026; decision_date=2022-08-01",
            "name_vi=F; district=huyện Xa Xôi; product_group=Nhóm lạ",
            "name_vi=  G ; producer_name=; level=unknown; stars=",
        ],
    );
    let expected = [
        "created",
        "created",
        "created",
        "created",
        "gtins gtin-taken",
        "created",
        "official_code official-code-taken",
        "created",
        "created",
    ];
    assert_eq!(outcomes, expected);
    let certificate = |index: usize| &records[index].certificates[0];
    assert_eq!(certificate(0).valid_until, Some(ymd(2025, 1, 27)));
    assert_eq!((certificate(1).warning, certificate(1).valid_until), (Some(Warning::GapJuly2025), Some(ymd(2028, 7, 3))));
    assert_eq!((certificate(2).valid_until, certificate(2).score), (Some(ymd(2025, 7, 31)), Some(7_050)), "the printed day counts");
    assert_eq!(records[3].product.gtins, ["08930000000002"], "one barcode written three times");
    assert_eq!((records[4].product.name_vi.as_str(), records[6].product.name_vi.as_str()), ("H", "G"));
}

#[test]
fn a_day_before_its_round_is_told_what_to_do() {
    let database = Database::sqlite();
    let report = database.import(list(BASE, &["decision_date=2022-01-27; year=2022", "decision_date=2022-01-27"]));
    let Outcome::Refused(refusal) = &report.rows[0].outcome else { panic!("{:?}", report.rows[0].outcome) };
    assert!(refusal.detail.en.contains("leave `year` empty") && refusal.detail.vi.contains("để trống cột year"), "{}", refusal.detail.en);
    assert_eq!(outcomes(&report)[1], "created");
}

#[test]
fn files_that_are_no_list() {
    let [embedded, server] = Database::both("files");
    for (file, sentence) in [
        (&b""[..], "no column \"name_vi\""),
        (b"name,province\nA,H\xC3\xA0 Giang\n", "no column \"name_vi\""),
        (b"name_vi\nA\n", "no column \"province\""),
        (b"name_vi,province,colour\nA,H\xC3\xA0 Giang,red\n", "colour"),
        (b"name_vi,province,colour\n", "colour"),
        (b"name_vi,province,name_vi\nA,H\xC3\xA0 Giang,B\n", "name_vi"),
        (b"name_vi,province\nA,H\xE0 Giang\n", "UTF-8"),
        (b"name_vi,province\nA\n", "CSV"),
        (b"name_vi,province\nA,H\xC3\xA0 Giang,B\n", "CSV"),
        (b"PK\x03\x04 a workbook, saved as it is", "PK\u{fffd}\u{fffd} a workbook"),
    ] {
        let failure = embedded.try_import(file, true).expect_err(&String::from_utf8_lossy(file)).to_string();
        assert!(failure.contains(sentence), "{failure}");
    }
    for database in [&embedded, &server] {
        assert_eq!(database.import("name_vi,province\n").rows, [], "a header alone is a list of nothing");
        assert_eq!(database.position(), 0);
        let written_on_windows = "\u{feff}province,name_vi\r\nHà Giang,\"Chè, loại 1\"\r\n\r\n";
        assert_eq!(outcomes(&database.import(written_on_windows)), ["created"]);
        assert_eq!(database.records()[0].product.name_vi, "Chè, loại 1");
    }
}

#[test]
fn a_recognition_is_completed_by_its_day_and_stays_one() {
    let [embedded, server] = Database::both("completed");
    for database in [&embedded, &server] {
        let undated = "name_vi=Mật ong Ong Vàng; producer_name=; year=2022; decision_number=86/QĐ-UBND";
        let dated = "name_vi=Mật ong Ong Vàng; year=2022; decision_number=86/qđ-ubnd; decision_date=2023-01-27; gtins=8930000000002";
        assert_eq!(outcomes(&database.import(list(BASE, &[undated, undated, dated]))), ["created", "unchanged", "completed"]);
        assert_eq!(outcomes(&database.import(list(BASE, &[undated, dated]))), ["unchanged", "unchanged"]);
        let records = database.records();
        let [record] = records.as_slice() else { panic!("{} products", records.len()) };
        let [certificate] = record.certificates.as_slice() else { panic!("{} certificates", record.certificates.len()) };
        assert_eq!(certificate.valid_until, Some(ymd(2026, 1, 27)));
        // What else the dated row knew came with it.
        assert_eq!(record.producer.as_ref().map(|maker| maker.name.as_str()), Some("HTX Ong Vàng"));
        assert_eq!(record.product.gtins, ["08930000000002"]);
    }
}

#[test]
fn a_number_is_another_decision_by_another_issuer_or_in_another_year() {
    let [embedded, server] = Database::both("numbers");
    for database in [&embedded, &server] {
        database.import(list(
            "province=Thanh Hóa; stars=3; level=province; decision_number=5445/QĐ-UBND",
            &[
                "name_vi=A; decision_date=2019-12-23",
                "name_vi=B; decision_date=2019-12-23",
                "name_vi=C; decision_date=2021-12-23",
                "name_vi=D; province=Ninh Bình; district=huyện Yên Mô; level=district; year=2023",
                "name_vi=E; year=2022",
                // Who signed is not said: the same number in two provinces is still two decisions.
                "name_vi=F; level=unknown; year=2022",
                "name_vi=G; level=unknown; year=2022",
                "name_vi=H; level=unknown; year=2022; province=Ninh Bình",
            ],
        ));
        let decisions = database.read(|conn| decision::by_number(conn, "5445/QD-UBND"));
        assert_eq!(decisions.len(), 6);
        let cited: Vec<i64> =
            database.records().iter().map(|record| record.certificates[0].decision.as_ref().expect("a decision").id).collect();
        assert_eq!((cited[0], cited[5]), (cited[1], cited[6]), "one decision of several products");
    }
}
