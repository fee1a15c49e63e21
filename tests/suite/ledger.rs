//! The ledger: every change has its entry, positions have no gap, and whatever is changed past the
//! program is named.

use super::support::database::{Database, TODAY, list};
use ocop_registry::store::ledger::{self, Entry};
use ocop_registry::store::producer::ProducerRow;
use ocop_registry::store::{Origin, ReadDoor, StoreError, WriteTx};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

const BASE: &str = "producer_name=HTX Ong Vàng; district=huyện Tân Yên; province=Bắc Giang; stars=3; level=province";

/// A registry with rows in every table that an import fills.
fn filled(database: &Database) {
    let rows: Vec<String> = (1..=12)
        .map(|n| format!("name_vi=Sản phẩm số {n}; producer_name=HTX Số {n}; decision_number={n}/QĐ-UBND; decision_date=2022-01-{n:02}"))
        .collect();
    database.import(list(BASE, &rows.iter().map(String::as_str).collect::<Vec<_>>()));
    database.import(list(
        BASE,
        &[
            "name_vi=Hồng trà hộp 100g; year=2021; gtins=8930000000002; tax_code=0100047516",
            "name_vi=Hồng trà hộp 100g; year=2021; decision_date=2021-12-01; decision_number=13/QĐ-UBND",
            "name_vi=Hồng trà; year=2024; stars=4",
        ],
    ));
}

fn entries(database: &Database) -> Vec<Entry> {
    database.read(|conn| ledger::after(conn, 0, 100_000))
}

fn assert_whole(database: &Database) {
    let positions: Vec<i64> = entries(database).iter().map(|entry| entry.position).collect();
    assert_eq!(positions, (1..=database.position()).collect::<Vec<_>>(), "positions without a gap");
    let report = database.verify();
    assert_eq!((report.findings.as_slice(), report.disagreements), (&[][..], 0));
    assert_eq!(report.position, database.position());
}

#[test]
fn every_change_has_its_entry() {
    for database in Database::both("entries") {
        filled(&database);
        assert_whole(&database);
        let entries = entries(&database);
        let count = |noun: &str, action: &str| entries.iter().filter(|entry| entry.noun == noun && entry.action == action).count();
        assert_eq!(count("producer", "created"), 13);
        assert_eq!(count("producer_identifier", "created"), 1);
        assert_eq!((count("product", "created"), count("product", "corrected")), (13, 1), "the new name of one");
        assert_eq!((count("product_name", "created"), count("product_gtin", "created")), (1, 1));
        assert_eq!(count("decision", "created"), 13);
        assert_eq!((count("certificate", "created"), count("certificate", "corrected")), (14, 1), "the day of one");
        assert!(entries.iter().all(|entry| entry.actor == "operator" && entry.command == "import"));
    }
}

#[test]
fn whatever_is_changed_past_the_program_is_named() {
    for database in Database::both("tampered") {
        filled(&database);
        let first = database.number("SELECT min(id) FROM products");
        let id = |nth: i64| database.number(&format!("SELECT id FROM products ORDER BY id LIMIT 1 OFFSET {nth}"));
        let certificate = |nth: i64| database.number(&format!("SELECT id FROM certificates WHERE product_id = {}", id(nth)));
        let producer = |nth: i64| database.number(&format!("SELECT producer_id FROM products WHERE id = {}", id(nth)));
        let (words, other_words) = if database.is_sqlite() {
            (format!("DELETE FROM product_words WHERE rowid = {}", id(8)), "INSERT INTO product_words (rowid, words) VALUES (999, 'vang')")
        } else {
            (
                format!("UPDATE product_words SET words = array_to_tsvector(ARRAY['vang']) WHERE product_id = {}", id(8)),
                "ALTER TABLE product_words DROP CONSTRAINT product_words_product_id_fkey; \
                 INSERT INTO product_words (product_id, words) VALUES (999, array_to_tsvector(ARRAY['vang']))",
            )
        };
        let last = database.position();
        let table: Vec<(String, Vec<String>)> = vec![
            (
                format!("UPDATE producers SET name = 'HTX Khác' WHERE id = {}", producer(1)),
                vec![
                    format!("producer {}: the row differs from the ledger's last entry", producer(1)),
                    format!("product {}: its stored record differs from the tables", id(1)),
                    format!("product {}: the words that it is found by differ from the tables", id(1)),
                ],
            ),
            (
                format!("UPDATE certificates SET stars = 4 WHERE id = {}", certificate(2)),
                vec![
                    format!("certificate {}: the row differs from the ledger's last entry", certificate(2)),
                    format!("product {}: its stored record differs from the tables", id(2)),
                    format!("product {}: its stored spans differ from the tables", id(2)),
                ],
            ),
            (
                "DELETE FROM product_gtins".into(),
                vec![
                    "product_gtin 1: the row is in the ledger but not in the table".into(),
                    format!("product {}: its stored record differs from the tables", id(12)),
                ],
            ),
            (
                format!("INSERT INTO product_gtins (id, product_id, gtin) VALUES (9, {}, '08930000000019')", id(3)),
                vec![
                    "product_gtin 9: the row is in the table but not in the ledger".into(),
                    format!("product {}: its stored record differs from the tables", id(3)),
                ],
            ),
            (
                format!(
                    "UPDATE ledger SET body = replace(body, '2022-01-05', '2026-01-05') WHERE noun = 'certificate' AND noun_id = {}",
                    certificate(4)
                ),
                vec![format!("certificate {}: the row differs from the ledger's last entry", certificate(4))],
            ),
            (
                format!("UPDATE ledger SET body = 'nothing' WHERE noun = 'product' AND noun_id = {}", id(5)),
                vec![format!("product {}: the ledger's entry cannot be read: ", id(5))],
            ),
            (
                format!("UPDATE records SET body = (SELECT body FROM records WHERE product_id = {first}) WHERE product_id = {}", id(6)),
                vec![format!("product {}: its stored record differs from the tables", id(6))],
            ),
            (
                format!("UPDATE listings SET standing = 'valid', last_day = 999999 WHERE product_id = {} AND standing = 'expired'", id(7)),
                vec![format!("product {}: its stored spans differ from the tables", id(7))],
            ),
            (words, vec![format!("product {}: the words that it is found by differ from the tables", id(8))]),
            (other_words.into(), vec!["product 999: words are indexed of no such product".into()]),
            (
                format!("DELETE FROM listings WHERE product_id = {}", id(9)),
                vec![format!("product {}: its stored spans differ from the tables", id(9))],
            ),
            (
                format!(
                    "DELETE FROM ledger WHERE noun = 'decision' AND noun_id = (SELECT decision_id FROM certificates WHERE id = {})",
                    certificate(10)
                ),
                vec![
                    format!("ledger: {} entries up to position {last}, beginning at 1: positions are missing", last - 1),
                    format!(
                        "decision {}: the row is in the table but not in the ledger",
                        database.number(&format!("SELECT decision_id FROM certificates WHERE id = {}", certificate(10)))
                    ),
                ],
            ),
        ];
        let mut expected: Vec<String> = Vec::new();
        for (sql, findings) in table {
            database.tamper(&sql);
            expected.extend(findings);
            let report = database.verify();
            for sentence in &expected {
                assert!(
                    report.findings.iter().any(|finding| finding.starts_with(sentence)),
                    "{sql}\nwants: {sentence}\n{:#?}",
                    report.findings
                );
            }
            assert_eq!(report.disagreements as usize, expected.len(), "{sql}\n{:#?}", report.findings);
        }
    }
}

/// The newest entries of all are missed too, as long as their rows are there.
#[test]
fn a_ledger_cut_off_at_its_end_is_noticed() {
    for database in Database::both("cut") {
        filled(&database);
        let last = database.position();
        database.tamper(&format!("DELETE FROM ledger WHERE position > {}", last - 3));
        assert!(database.verify().disagreements > 0);
    }
}

#[test]
fn twenty_importers_at_once_lose_nothing() {
    for database in Database::both("at_once") {
        std::thread::scope(|threads| {
            for importer in 0..20 {
                let database = &database;
                threads.spawn(move || {
                    let name = format!("name_vi=Sản phẩm {importer}; producer_name=HTX Số {}; year=2022", importer % 4);
                    let again = format!("{name}; decision_date=2022-06-01; decision_number=1/QĐ-UBND");
                    // An importer that waited too long is told so, and comes back.
                    let mut tries = 0;
                    let report = loop {
                        match database.try_import(list(BASE, &[&name, &again]), true) {
                            Ok(report) => break report,
                            Err(error) => assert!(error.to_string().contains("busy"), "{error}"),
                        }
                        tries += 1;
                        assert!(tries < 60, "importer {importer} never had its turn");
                    };
                    assert_eq!((report.count("created"), report.count("completed")), (1, 1));
                });
            }
        });
        let records = database.records();
        assert_eq!(records.len(), 20);
        assert!(records.iter().all(|record| record.certificates.len() == 1 && record.certificates[0].valid_from.is_some()));
        assert_eq!(database.number("SELECT count(*) FROM producers"), 4, "each producer once");
        assert_eq!(database.number("SELECT count(*) FROM decisions"), 1, "one decision of all");
        assert_whole(&database);
    }
}

#[test]
fn a_command_that_fails_or_panics_leaves_nothing() {
    for database in Database::both("half_way") {
        filled(&database);
        let (before, records) = (database.position(), database.records());
        let half = |tx: &mut WriteTx<'_>, end: &dyn Fn() -> StoreError| -> Result<(), StoreError> {
            tx.create(&[ProducerRow {
                id: 900_000_000,
                name: "HTX Nửa Chừng".into(),
                name_key: "htx nua chung".into(),
                match_key: "htx nua chung".into(),
                form: "cooperative".into(),
                place: "VN34-24".into(),
                province: "VN34-24".into(),
                source: "other".into(),
                source_url: None,
                merged_into: None,
            }])?;
            tx.touch(records.iter().map(|record| record.product.id));
            tx.project()?;
            Err(end())
        };
        let run = |end: &dyn Fn() -> StoreError| {
            let origin = Origin { actor: "operator".into(), command: "test".into(), cause: None };
            let at = TODAY.and_hms_opt(0, 0, 0).expect("midnight");
            database.write_door().write(origin, at, true, |tx| half(tx, end))
        };
        run(&|| StoreError::Query("half-way".into())).expect_err("the command's own failure");
        catch_unwind(AssertUnwindSafe(|| run(&|| panic!("half-way, on purpose")))).expect_err("a panic");
        assert_eq!((database.position(), database.number("SELECT count(*) FROM producers WHERE name = 'HTX Nửa Chừng'")), (before, 0));
        assert_eq!(database.records(), records);
        // Nor is the writers' lock left behind.
        database.import(list(BASE, &["name_vi=Sau đó"]));
        assert_eq!(database.records().len(), records.len() + 1);
        assert_whole(&database);
    }
}

/// A question of several statements is answered of one position, also where something is written while it is asked.
#[actix_web::test]
async fn a_question_sees_one_position() {
    for database in Database::both("position") {
        database.import(list(BASE, &["name_vi=Mật ong"]));
        let door = ReadDoor::open(database.parsed(), 1).expect("a door");
        let database = Arc::new(database);
        for turn in 1..=3 {
            let (writes, mut asked) = (database.clone(), 0);
            let told = door.snapshot(move |snapshot| {
                asked += 1;
                let before = ledger::position(snapshot.conn)?;
                if asked == 1 {
                    writes.import(list(BASE, &[&format!("name_vi=Trà số {turn}")]));
                }
                Ok((snapshot.position, before, ledger::position(snapshot.conn)?))
            });
            let (position, before, after) = told.await.expect("an answer");
            assert_eq!((position, before), (after, after), "{turn}");
            let still = door.snapshot(|snapshot| Ok((snapshot.position, ledger::position(snapshot.conn)?))).await;
            assert_eq!(still.expect("an answer"), (database.position(), database.position()), "{turn}");
        }
    }
}

/// Questions that take long leave half of the connections to others.
#[actix_web::test]
async fn long_questions_wait_for_each_other() {
    let database = Database::sqlite();
    let door = ReadDoor::open(database.parsed(), 4).expect("a door");
    let turns = (door.turn().await.expect("a turn"), door.turn().await.expect("another"));
    assert!(matches!(door.turn().await, Err(StoreError::Busy(_))), "the third waits in vain");
    assert_eq!(door.position().await.expect("an answer"), 0);
    drop(turns.0);
    assert!(door.turn().await.is_ok());
}
