//! A recognition told again: what the row adds is kept, what contradicts what is known is refused.

use super::{BASE, imported, outcomes};
use crate::support::database::{Database, TODAY, list};
use ocop_registry::domain::day::ymd;
use ocop_registry::domain::record::Record;
use ocop_registry::domain::verdict::{Outcome as Verdict, verdict};

/// Its 36 months end a few days after [`TODAY`], on 2026-11-25.
const SIGNED: &str = "stars=4; decision_number=401/QĐ-UBND; decision_date=2023-11-25";
const PRINTED: &str = "stars=4; decision_number=401/QĐ-UBND; decision_date=2023-11-25; valid_until=2026-11-15";

fn outcome(record: &Record) -> Verdict {
    verdict(record, TODAY).outcome
}

/// Whichever list comes first, a buyer hears the same.
#[test]
fn the_printed_last_day_goes_before_the_anniversary_in_any_order() {
    let databases = Database::both("printed");
    for (rows, expected) in [
        (vec![PRINTED], vec!["created"]),
        (vec![SIGNED, PRINTED], vec!["created", "completed"]),
        (vec![PRINTED, SIGNED], vec!["created", "unchanged"]),
        (vec![SIGNED, PRINTED, SIGNED, PRINTED], vec!["created", "completed", "unchanged", "unchanged"]),
    ] {
        let (outcomes, records) = imported(&databases, &rows);
        assert_eq!(outcomes, expected, "{rows:?}");
        assert_eq!(records[0].certificates[0].valid_until, Some(ymd(2026, 11, 15)), "{rows:?}");
        assert_eq!(outcome(&records[0]), Verdict::NotCertified, "{rows:?}");
    }
    let other = "stars=4; decision_number=401/QĐ-UBND; decision_date=2023-11-25; valid_until=2026-11-20";
    let anniversary = "stars=4; decision_number=401/QĐ-UBND; decision_date=2023-11-25; valid_until=2026-11-25";
    for row in [other, anniversary] {
        let (outcomes, records) = imported(&databases, &[PRINTED, row]);
        assert_eq!(outcomes, ["created", "valid_until recognised-otherwise"], "{row}");
        assert_eq!(records[0].certificates[0].valid_until, Some(ymd(2026, 11, 15)));
    }
}

/// The report says what is kept, not what the row would have been by itself.
#[test]
fn the_report_gives_the_last_day_that_is_kept() {
    for database in &Database::both("kept") {
        let report = database.import(list(BASE, &[SIGNED, PRINTED, SIGNED, "stars=4; year=2023"]));
        assert_eq!(outcomes(&report), ["created", "completed", "unchanged", "unchanged"]);
        let days: Vec<_> = report.rows.iter().map(|row| row.valid_until).collect();
        let printed = Some(ymd(2026, 11, 15));
        assert_eq!(days, [Some(ymd(2026, 11, 25)), printed, printed, printed]);
        let notes: Vec<_> = report.rows[3].notes.iter().map(|note| note.en.as_ref()).collect();
        assert_eq!(notes, ["no dated decision; this recognition is known with the day 2023-11-25"]);
    }
}

#[test]
fn what_was_left_open_is_filled_in_once() {
    let databases = Database::both("open");
    let facts = "score=81.5; official_code=24-217-07210-3-2023; gtins=8930000000002; name_en=Honey; \
                 product_group=Đồ uống; commune=xã Liên Chung; tax_code=0100047516";
    let full = format!("{SIGNED}; {facts}");
    let (outcomes, records) = imported(&databases, &[SIGNED, &full, &full, SIGNED]);
    assert_eq!(outcomes, ["created", "completed", "unchanged", "unchanged"]);
    let (_, whole) = imported(&databases, &[&full]);
    let told = |records: &[Record]| (records[0].product.clone(), records[0].certificates.clone());
    assert_eq!(told(&records), told(&whole), "as if one row had told all of it");
    let product = &records[0].product;
    assert_eq!(product.gtins, ["08930000000002"]);
    assert_eq!((product.name_en.as_deref(), product.group), (Some("Honey"), Some(2)));
    assert_eq!(records[0].certificates[0].score, Some(8_150));

    // The barcode and the code on the score sheet lead to the product now.
    let [database, _] = &databases;
    let again = database.import(list(BASE, &[&format!("{SIGNED}; gtins=8930000000019")]));
    assert_eq!(again.count("completed"), 1);
    assert_eq!(database.records()[0].product.gtins, ["08930000000002", "08930000000019"]);
}

#[test]
fn facts_that_differ_are_refused_whole() {
    let databases = Database::both("differ");
    let known = format!("{SIGNED}; score=81.5; official_code=24-217-07210-3-2023");
    for (column, row) in
        [("score", "score=82; gtins=8930000000002"), ("official_code", "official_code=24-217-07210-4-2023; gtins=8930000000002")]
    {
        let (outcomes, records) = imported(&databases, &[&known, &format!("{SIGNED}; {row}")]);
        assert_eq!(outcomes, ["created".to_owned(), format!("{column} recognised-otherwise")]);
        assert!(records[0].product.gtins.is_empty(), "nothing of the row is kept");
    }
}

/// A unit inside the place that was known is a better place; one beside it is another.
#[test]
fn a_place_becomes_finer_not_other() {
    let databases = Database::both("finer");
    let commune = format!("{SIGNED}; commune=xã Liên Chung");
    let (_, records) = imported(&databases, &[SIGNED, &commune]);
    let place = |records: &[Record]| [records[0].product.place.clone(), records[0].certificates[0].place_then.clone()];
    assert_eq!(place(&records), ["VN63-24-216-07357"; 2]);
    let (_, turned) = imported(&databases, &[&commune, SIGNED]);
    assert_eq!(place(&turned), ["VN63-24-216-07357"; 2], "in any order");
}
