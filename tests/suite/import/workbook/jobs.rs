//! Imports as jobs: handed in, waiting, run once whatever happens, reported row by row.

use super::*;
use crate::support::registry::instant;
use actix_web::rt::System;
use ocop_registry::auth::Actor;
use ocop_registry::auth::actor::{Council, CouncilKind, Roles};
use ocop_registry::error::{Code, Problem};
use ocop_registry::write::workbook::job::{self, Upload, run_next, submit};
use ocop_registry::write::workbook::state::{ImportRow, ImportState};
use ocop_registry::write::{Ask, Done, Writer};
use std::sync::Arc;

/// Noon of [`TODAY`] in Vietnam.
const NOON: &str = "2026-11-21T05:00:00Z";

fn writer(database: &Database) -> Arc<Writer> {
    // Whether somebody tried it before is the door's test.
    Arc::new(Writer::new(database.write_door(), false))
}

fn actor(kind: CouncilKind, unit: Option<&str>, role: &str) -> Actor {
    let council = Council::of(kind, unit, TODAY).expect("a council");
    Actor { subject: "lan".into(), council, roles: Roles::of([role]).expect("a role") }
}

fn approver() -> Actor {
    actor(CouncilKind::Province, Some("VN34-24"), "approver")
}

fn upload(rows: &[&str]) -> Upload {
    Upload { file: book(rows), media: Media::Xlsx, sheet: None, dry_run: false, partial: false }
}

fn ask(actor: Actor) -> Ask {
    Ask { actor, at: instant(NOON), dry_run: false, if_match: None, key: None }
}

/// Runs a future to its end.
fn wait<T>(future: impl Future<Output = T>) -> T {
    System::new().block_on(future)
}

fn handed_in(writer: &Arc<Writer>, actor: Actor, upload: Upload) -> Result<Done, Problem> {
    wait(submit(writer, ask(actor), upload))
}

fn run(writer: &Arc<Writer>) -> Option<Option<i64>> {
    wait(run_next(writer, instant(NOON))).expect("the database answers")
}

fn found(database: &Database, writer: &Writer, id: i64) -> ImportState {
    database.read(|conn| job::find(conn, &writer.jobs, "VN34-24", id)).expect("the job")
}

fn rows(database: &Database, id: i64) -> Vec<ImportRow> {
    database.read(|conn| job::rows(conn, id, None, None, false, 1_000))
}

#[test]
fn a_job_waits_runs_and_reports() {
    for database in Database::both("importjobs") {
        let writer = writer(&database);
        let done = handed_in(&writer, approver(), upload(&["product=A", "product=B; first_stars=4"])).expect("taken in");
        assert_eq!((done.status, done.location.as_deref()), (202, Some("/council/v1/imports/1")));
        let waiting = found(&database, &writer, 1);
        assert_eq!((waiting.state.as_str(), waiting.rows, waiting.rows_done, waiting.written), ("queued", 2, 0, None));
        assert_eq!((database.position(), database.records().len()), (0, 0), "nothing yet");
        assert_eq!(database.number("SELECT count(*) FROM import_jobs WHERE file IS NOT NULL"), 1);

        let position = run(&writer).expect("a job").expect("it wrote");
        assert_eq!(position, database.position());
        let ended = found(&database, &writer, 1);
        assert_eq!((ended.state.as_str(), ended.rows_done, ended.written, ended.data_version), ("done", 2, Some(true), Some(position)));
        let counts = ended.outcomes.expect("counts");
        assert_eq!((counts.created, counts.refused), (2, 0));
        let rows = rows(&database, 1);
        assert_eq!(rows.iter().map(|row| (row.line, row.row, row.name.as_str())).collect::<Vec<_>>(), [(1, 5, "A"), (2, 6, "B")]);
        assert!(rows.iter().all(|row| row.outcome == "created" && row.before.is_none() && row.after.is_some()));
        assert_eq!(database.number("SELECT count(*) FROM import_jobs WHERE file IS NOT NULL"), 0, "the file is gone");
        assert_eq!(database.number("SELECT count(*) FROM ledger WHERE actor <> 'VN34-24/approver' OR command <> 'import'"), 0);
        assert_eq!(database.number("SELECT count(*) FROM commands WHERE subject = 'lan' AND unit = 'VN34-24'"), 2, "auditors see who");
        assert_eq!(run(&writer), None, "no job is left");
        // Others do not even learn that there is one.
        assert_eq!(database.read(|conn| job::find(conn, &writer.jobs, "VN34-38", 1)), None);
        assert_eq!(database.read(|conn| job::list(conn, &writer.jobs, "VN34-38", None, false, 10)), []);
        assert_eq!(database.verify().disagreements, 0);
    }
}

#[test]
fn a_refused_row_or_a_dry_run_writes_nothing_but_the_report() {
    for database in Database::both("importnothing") {
        let writer = writer(&database);
        let clerk = actor(CouncilKind::Province, Some("VN34-24"), "clerk");
        let bad = upload(&["product=A", "product=B; first_date=31/02/2022"]);
        handed_in(&writer, approver(), bad.clone()).expect("taken in");
        handed_in(&writer, clerk, Upload { dry_run: true, ..bad.clone() }).expect("a dry run");
        assert_eq!((run(&writer), run(&writer)), (Some(None), Some(None)));
        for id in [1, 2] {
            let ended = found(&database, &writer, id);
            assert_eq!((ended.state.as_str(), ended.written, ended.data_version), ("done", Some(false), Some(0)));
            let rows = rows(&database, id);
            let fault = rows[1].fault.as_ref().expect("a fault");
            assert_eq!((rows[1].row, fault.column.as_deref(), fault.code.as_str()), (6, Some("M"), "malformed"));
            assert_eq!(fault.heading.as_ref().map(|words| words.vi.as_str()), Some("Công nhận lần đầu: Ngày quyết định"));
            assert!(fault.detail.vi.contains("31/02/2022") && fault.detail.en.contains("31/02/2022"));
        }
        assert_eq!((database.position(), database.records().len()), (0, 0));
        handed_in(&writer, approver(), Upload { partial: true, ..bad }).expect("taken in");
        assert!(matches!(run(&writer), Some(Some(_))));
        assert_eq!(database.records().len(), 1, "the good row");
    }
}

#[test]
fn a_job_that_was_cut_off_runs_again_and_takes_effect_once() {
    for database in Database::both("importcut") {
        let first = writer(&database);
        handed_in(&first, approver(), upload(&["product=A", "product=B"])).expect("taken in");
        // As a process leaves it that is killed while importing.
        database.tamper("UPDATE import_jobs SET state = 'running', attempts = 1");
        let second = writer(&database);
        assert!(matches!(run(&second), Some(Some(_))));
        let position = database.position();
        assert_eq!((found(&database, &second, 1).state.as_str(), run(&first)), ("done", None));
        assert_eq!((database.records().len(), database.position()), (2, position));

        // Two processes that both hold the same job for cut off: one of them imports it.
        for round in 0..4 {
            let product = format!("product=C{round}");
            handed_in(&first, approver(), upload(&[&product])).expect("taken in");
            let threads = [first.clone(), second.clone()].map(|writer| std::thread::spawn(move || run(&writer)));
            let ran = threads.map(|thread| thread.join().expect("no panic"));
            assert_eq!(ran.iter().filter(|ran| matches!(ran, Some(Some(_)))).count(), 1, "round {round}: {ran:?}");
            let id = 2 + round;
            assert_eq!(rows(&database, id).iter().map(|row| row.outcome.as_str()).collect::<Vec<_>>(), ["created"]);
        }
        assert_eq!(database.records().len(), 6);

        // What ends the process every time is given up.
        handed_in(&first, approver(), upload(&["product=D"])).expect("taken in");
        database.tamper("UPDATE import_jobs SET state = 'running', attempts = 3 WHERE ended_at IS NULL");
        assert_eq!(run(&first), Some(None));
        let given_up = found(&database, &first, 6);
        assert!(given_up.state == "failed" && given_up.failure.is_some_and(|why| why.en.contains("cut off several times")));
        assert_eq!((database.records().len(), database.verify().disagreements), (6, 0));
    }
}

#[test]
fn who_may_hand_in_what() {
    let database = Database::sqlite();
    let writer = writer(&database);
    let file = || upload(&["product=A"]);
    let code = |done: Result<Done, Problem>| done.map(|done| done.status).map_err(|problem| problem.code);
    for role in ["clerk", "auditor"] {
        let actor = actor(CouncilKind::Province, Some("VN34-24"), role);
        assert_eq!(code(handed_in(&writer, actor, file())), Err(Code::Forbidden), "{role}");
    }
    let auditor = actor(CouncilKind::Province, Some("VN34-24"), "auditor");
    assert_eq!(code(handed_in(&writer, auditor, Upload { dry_run: true, ..file() })), Err(Code::Forbidden));
    let commune = actor(CouncilKind::Commune, Some("VN34-19-01840"), "approver");
    assert_eq!(code(handed_in(&writer, commune, file())), Err(Code::Forbidden));
    let broken = |file: &[u8], media| Upload { file: file.to_vec(), media, ..upload(&[]) };
    assert_eq!(code(handed_in(&writer, approver(), broken(b"no", Media::Xlsx))), Err(Code::UnreadableWorkbook));
    assert_eq!(code(handed_in(&writer, approver(), broken(&book(&[]), Media::Csv))), Err(Code::UnsupportedMediaType));
    assert_eq!(code(handed_in(&writer, approver(), broken(&vec![b'x'; 11 << 20], Media::Csv))), Err(Code::PayloadTooLarge));
    assert_eq!(database.number("SELECT count(*) FROM import_jobs"), 0);
    // The ministry's decisions are not the province's, nor the other way round.
    let ministry = actor(CouncilKind::Ministry, None, "approver");
    assert_eq!(code(handed_in(&writer, ministry, file())), Ok(202));
    assert_eq!(run(&writer), Some(None));
    assert_eq!(rows(&database, 1)[0].fault.as_ref().map(|fault| fault.code.as_str()), Some("foreign-decision"));
}

#[test]
fn few_wait_and_none_is_kept_for_ever() {
    let database = Database::sqlite();
    let writer = writer(&database);
    for _ in 0..5 {
        handed_in(&writer, approver(), upload(&["product=A"])).expect("taken in");
    }
    let full = handed_in(&writer, approver(), upload(&["product=A"])).expect_err("enough");
    assert_eq!((full.code, full.retry_after), (Code::ImportsWaiting, Some(30)));
    let other = actor(CouncilKind::Province, Some("VN34-38"), "approver");
    handed_in(&writer, other, upload(&["product=A"])).expect("others are not held up");
    while run(&writer).is_some() {}
    database.tamper("UPDATE import_jobs SET ended_at = '2026-10-01 00:00:00'");
    handed_in(&writer, approver(), upload(&["product=A"])).expect("taken in");
    // The newest is forgotten with the next one, so that its number is never given again.
    assert_eq!(database.number("SELECT count(*) FROM import_jobs"), 2);
    assert_eq!(database.number("SELECT max(id) FROM import_jobs"), 7);
    assert_eq!(database.number("SELECT count(*) FROM import_rows WHERE job_id < 6"), 0);
}
