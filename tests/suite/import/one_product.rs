//! One product is certified once: whatever lists say of a producer's product of one name and place is about
//! that product, and what contradicts its certificates is refused.

use super::{imported, outcomes};
use crate::support::database::{Database, TODAY, list};
use ocop_registry::domain::day::{Day, ymd};
use ocop_registry::domain::record::Record;
use ocop_registry::domain::verdict::{Outcome as Verdict, Status, certificate_status, verdict};
use ocop_registry::store::certificate::{self, ActRow, CertificateRow};
use ocop_registry::store::producer::{self, ProducerRow};
use ocop_registry::store::product::{self, ProductNameRow, ProductRow};
use ocop_registry::store::{StoreError, WriteTx};
use ocop_registry::write::import::{Outcome, Report};

/// A product of today's Tuyên Quang.
const TEA: &str = "name_vi=Trà A; producer_name=HTX A; province=Tuyên Quang; stars=3; level=province";
/// The same of Bắc Giang, which is part of Bắc Ninh now.
const OLD: &str = "name_vi=Trà A; producer_name=HTX A; province=Bắc Giang; stars=3; level=province";
const FIRST: &str = "decision_number=31/QĐ-UBND; decision_date=2025-08-10; year=2025";

/// Stars and status of every certificate today.
fn standing(record: &Record) -> Vec<(i16, Option<Status>)> {
    let of = |index: usize| (record.certificates[index].stars.unwrap_or(0), certificate_status(record, index, TODAY));
    (0..record.certificates.len()).map(of).collect()
}

/// Why the last row of a report was refused, in English.
fn sentence(report: &Report) -> String {
    match &report.rows.last().expect("a row").outcome {
        Outcome::Refused(refusal) => refusal.detail.en.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Withdraws or annuls a product's only certificate.
fn end(database: &Database, product: i64, kind: &str, on: Day) {
    database.command(|tx| {
        let certificate_id = certificate::of_products(tx.conn(), &[product])?[0].id;
        let id = tx.next_id::<ActRow>()?;
        tx.create(&[ActRow { id, certificate_id, decision_id: None, kind: kind.into(), effective_on: on, until: None, ground: None }])?;
        tx.touch([product]);
        Ok(())
    });
}

#[test]
fn a_later_decision_supersedes_however_soon() {
    let databases = Database::both("sooner");
    for (first, then, stars) in [
        (FIRST, "stars=4; decision_number=32/QĐ-UBND; decision_date=2025-12-01; year=2025", 4),
        (FIRST, "stars=4; decision_number=32/QĐ-UBND; decision_date=2025-12-01", 4),
        (
            "decision_number=31/QĐ-UBND; decision_date=2025-08-10",
            "stars=4; decision_number=32/QĐ-UBND; decision_date=2025-12-01; year=2025",
            4,
        ),
        ("stars=4; decision_date=2025-08-10", "stars=4; decision_date=2025-12-01", 4),
        ("stars=4; decision_date=2025-08-10", "stars=3; decision_date=2025-08-11", 3),
        // With the brand in its name, also where one of the two names no producer.
        (
            "name_vi=Trà Phìn Hồ; producer_name=HTX Phìn Hồ; decision_date=2025-08-10",
            "name_vi=Trà Phìn Hồ; producer_name=; stars=4; decision_date=2025-12-01",
            4,
        ),
        (
            "name_vi=Trà Phìn Hồ; producer_name=; decision_date=2025-08-10",
            "name_vi=Trà Phìn Hồ; producer_name=HTX Phìn Hồ; stars=4; decision_date=2025-12-01",
            4,
        ),
    ] {
        for turned in [false, true] {
            let mut rows = [format!("{TEA}; {first}"), format!("{TEA}; {then}")];
            if turned {
                rows.reverse();
            }
            let rows = rows.each_ref().map(String::as_str);
            let (outcomes, records) = imported(&databases, &rows);
            assert_eq!(outcomes, ["created", "added"], "{then}");
            let [record] = records.as_slice() else { panic!("{} products: {then}", records.len()) };
            assert_eq!(
                standing(record).iter().map(|(_, status)| *status).collect::<Vec<_>>(),
                [Some(Status::Superseded), Some(Status::Valid)]
            );
            let said = verdict(record, TODAY);
            assert_eq!((said.outcome, said.certificate.and_then(|i| record.certificates[i].stars)), (Verdict::Certified, Some(stars)));
            let (outcomes, again) = imported(&databases, &[rows[0], rows[1], rows[0], rows[1]]);
            assert_eq!((&outcomes[2..], again.len()), (&["unchanged".to_owned(), "unchanged".into()][..], 1), "told again: {then}");
        }
    }
}

#[test]
fn an_undated_report_and_its_day_are_one_recognition_beside_an_earlier_one() {
    let rows = [
        format!("{OLD}; decision_number=31/QĐ-UBND; decision_date=2022-08-01"),
        format!("{OLD}; stars=4; decision_number=32/QĐ-UBND; year=2023"),
        format!("{OLD}; stars=4; decision_number=32/QĐ-UBND; decision_date=2023-12-29"),
    ];
    let (outcomes, records) = imported(&Database::both("dated"), &rows.each_ref().map(String::as_str));
    assert_eq!(outcomes, ["created", "added", "completed"]);
    assert_eq!(standing(&records[0]), [(3, Some(Status::Superseded)), (4, Some(Status::Valid))]);
    assert_eq!(records.len(), 1);
}

#[test]
fn what_contradicts_a_certificate_is_refused() {
    let databases = Database::both("contradicts");
    for (then, fault) in [
        ("stars=4", "stars recognised-otherwise"),
        ("decision_number=32/QĐ-UBND", "decision_number recognised-otherwise"),
        ("stars=5; level=national; decision_number=32/QĐ-BNNMT", "stars recognised-otherwise"),
    ] {
        let rows = [format!("{TEA}; {FIRST}"), format!("{TEA}; {FIRST}; {then}")];
        let (outcomes, records) = imported(&databases, &rows.each_ref().map(String::as_str));
        assert_eq!(outcomes, ["created", fault], "{then}");
        assert_eq!((records.len(), records[0].certificates.len()), (1, 1), "{then}");
    }
    // What an undated row of the same round is about cannot be told.
    for (first, then, fault) in [
        ("", "stars=4", "stars recognised-otherwise"),
        ("decision_date=2022-08-01", "stars=4", "stars recognised-otherwise"),
        ("decision_number=31/QĐ-UBND", "decision_number=32/QĐ-UBND", "decision_number recognised-otherwise"),
    ] {
        let rows = [format!("{OLD}; year=2022; {first}"), format!("{OLD}; year=2022; {then}")];
        assert_eq!(imported(&databases, &rows.each_ref().map(String::as_str)).0, ["created", fault], "{first} / {then}");
    }
    // Nobody is named as the producer of either; one decision says two things of one name in one commune.
    let nameless = [format!("{TEA}; {FIRST}; producer_name="), format!("{TEA}; {FIRST}; producer_name=; stars=4")];
    assert_eq!(imported(&databases, &nameless.each_ref().map(String::as_str)).0, ["created", "stars recognised-otherwise"]);
    // A company's product of the same name in another commune and the same round may be another one.
    let company = format!("{TEA}; producer_name=Công ty Chè A; {FIRST}");
    let moved = [format!("{company}; commune=xã Tân Trào"), format!("{company}; commune=xã Sơn Dương; stars=4")];
    assert_eq!(imported(&databases, &moved.each_ref().map(String::as_str)).0, ["created", "commune product-unclear"]);
}

#[test]
fn the_refusal_names_what_is_there() {
    for database in Database::both("named") {
        let list = |row: &str| list(TEA, &[FIRST, &format!("{FIRST}; {row}")]);
        let report = database.try_import(list("stars=4"), false).expect("a list");
        assert!(sentence(&report).contains("of 3 stars under 31/QĐ-UBND (row 2 of this file)"), "{}", sentence(&report));
        let report = database.import(list("stars=4"));
        let code = report.rows[0].certificate.clone().expect("a code");
        assert!(sentence(&report).contains(&code), "{} names {code}", sentence(&report));
    }
}

#[test]
fn what_was_ended_is_not_certified_by_another_row() {
    for database in Database::both("ended") {
        for (name, kind, word) in [("Trà B", "withdrawal", "withdrawn"), ("Trà C", "annulment", "annulled")] {
            let base = format!("{TEA}; name_vi={name}; {FIRST}");
            database.import(list(&base, &[""]));
            let product = database.records().last().expect("a product").product.id;
            end(&database, product, kind, ymd(2026, 3, 1));
            let products = database.records().len();
            let report = database.import(list(&base, &["", "decision_number=32/QĐ-UBND", "stars=4"]));
            assert_eq!(outcomes(&report), ["unchanged", "decision_number recognised-otherwise", "stars recognised-otherwise"]);
            assert!(sentence(&report).contains(word), "{}", sentence(&report));
            let records = database.records();
            assert_eq!((records.len(), verdict(&records[products - 1], TODAY).outcome), (products, Verdict::NotCertified));
        }
    }
}

/// Merges the second product into the first, as the council's command does; a twin certificate too.
fn merge(tx: &mut WriteTx<'_>, from: i64, into: i64) -> Result<(), StoreError> {
    let merged = product::find_all(tx.conn(), &[from])?.remove(0);
    let twins = certificate::of_products(tx.conn(), &[into])?;
    for row in certificate::of_products(tx.conn(), &[from])? {
        let twin = twins.iter().find(|twin| twin.valid_from == row.valid_from).map(|twin| twin.id);
        tx.correct(CertificateRow { product_id: into, merged_into: twin, ..row })?;
    }
    let id = tx.next_id::<ProductNameRow>()?;
    tx.create(&[ProductNameRow { id, product_id: into, name_vi: merged.name_vi.clone(), ended_on: None }])?;
    tx.correct(ProductRow { merged_into: Some(into), ..merged })?;
    tx.touch([from, into]);
    Ok(())
}

#[test]
fn what_was_merged_leads_to_the_survivor() {
    for database in Database::both("merged") {
        let rows = ["", "name_vi=Chè A; producer_name=Hộ Nguyễn Thị A", "name_vi=Mật A; producer_name=HTX Mật A"];
        database.import(list(&format!("{TEA}; {FIRST}"), &rows));
        let (survivor, other) = (database.records()[0].product.id, database.records()[1].product.id);
        database.command(|tx| merge(tx, other, survivor));
        end(&database, survivor, "withdrawal", ymd(2026, 3, 1));
        let again = database.import(list(&format!("{TEA}; {FIRST}"), &rows));
        assert_eq!(
            outcomes(&again),
            ["unchanged", "stars recognised-otherwise", "unchanged"].map(|word| word.replace("stars", "decision_number"))
        );
        let alone = database.import(list(&format!("{TEA}; {FIRST}"), &rows[1..2]));
        assert_eq!(outcomes(&alone), ["unchanged"], "told by itself, it is the survivor's");
        let later = "stars=4; decision_number=40/QĐ-UBND; decision_date=2026-02-01; year=2026";
        let report =
            database.import(list(TEA, &[&format!("{}; {FIRST}; decision_number=40/QĐ-UBND", rows[1]), &format!("{}; {later}", rows[1])]));
        assert_eq!(outcomes(&report), ["decision_number recognised-otherwise", "added"]);
        assert_eq!(database.records().len(), 2, "no fresh product");
    }
}

#[test]
fn a_merged_producer_leads_to_the_survivor() {
    for database in Database::both("makers") {
        database.import(list(&format!("{TEA}; {FIRST}"), &["producer_name=Hộ A", "name_vi=Trà B; producer_name=HTX A"]));
        let [old, new] = [0, 1].map(|i: usize| database.records()[i].producer.clone().expect("a producer").id);
        let product = database.records()[0].product.id;
        database.command(|tx| {
            let row = producer::find(tx.conn(), old)?.expect("a producer");
            tx.correct(ProducerRow { merged_into: Some(new), ..row })?;
            let row = product::find_all(tx.conn(), &[product])?.remove(0);
            tx.correct(ProductRow { producer_id: Some(new), ..row })?;
            tx.touch([product]);
            Ok(())
        });
        let later = "producer_name=Hộ A; stars=4; decision_number=40/QĐ-UBND; decision_date=2025-12-01; year=2025";
        assert_eq!(outcomes(&database.import(list(TEA, &[&format!("{FIRST}; producer_name=Hộ A"), later]))), ["unchanged", "added"]);
        assert_eq!(database.records().len(), 2);
    }
}
