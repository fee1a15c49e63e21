//! The program as whoever runs it meets it: what it says, how it ends, what it survives.

mod failures;

use super::support::database::Database;
use super::support::postgres::Server;
use super::support::program::{Served, run, said, sentence, wait};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use std::path::Path;
use std::time::{Duration, Instant};

/// A list that another process imports; every call names another product.
fn small_list(directory: &Path, name: &str) -> String {
    let path = directory.join(format!("{name}.csv"));
    let rows = format!(
        "name_vi,producer_name,province,stars,level,decision_date,decision_number,year\n\
         {name},HTX Ong Vàng,Hà Giang,3,province,2022-03-01,1/QĐ-UBND,2022\n"
    );
    std::fs::write(&path, rows).expect("a scratch file");
    path.display().to_string()
}

fn position_of(answer: &str) -> i64 {
    let digits: String = answer.chars().filter(char::is_ascii_digit).collect();
    digits.parse().expect("a ledger position")
}

#[test]
fn the_first_steps_work_in_an_empty_directory() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let served = Served::start(directory.path(), &["--sample"]);
    let stdout = std::fs::read_to_string(directory.path().join("stdout")).expect("what it said");
    let base = format!("http://{}", served.address);
    for url in ["/docs/", "/openapi.json"] {
        assert!(stdout.contains(&format!("{base}{url}")), "{stdout}");
        assert_eq!(served.get(url).0, 200);
    }
    let examples: Vec<&str> = stdout.lines().filter_map(|line| line.trim().strip_prefix("curl '")?.strip_suffix('\'')).collect();
    assert!(examples.len() >= 3, "{stdout}");
    for example in examples {
        let (status, _, body) = served.get(example.strip_prefix(&base).expect("an address of this server"));
        assert_eq!(status, 200, "{example}: {body}");
        assert!(!body.contains("\"items\":[]"), "{example} shows something: {body}");
    }
    served.signal("INT");
    assert_eq!(served.ended().code(), Some(0));
    // The second start finds everything there.
    let again = Served::start(directory.path(), &["--sample"]);
    let verified = said(directory.path(), &["ledger", "verify", "--database-url", "ocop-sample.db"]);
    assert_eq!(position_of(&again.get("/readyz").2), position_of(verified.rsplit_once(' ').expect("a position").1));
}

#[test]
fn asked_to_end_it_finishes_what_it_is_answering() {
    let database = Database::sqlite();
    let directory = tempfile::tempdir().expect("a scratch directory");
    said(directory.path(), &["generate", "--products", "3000", "--database-url", &database.url]);
    for signal in ["TERM", "INT"] {
        let served = Served::start(directory.path(), &["--database-url", &database.url]);
        let now = position_of(&served.get("/readyz").2);
        std::thread::scope(|threads| {
            let waiting = threads.spawn(|| served.get(&format!("/v1/changes?after={now}&wait=30")));
            let export = threads.spawn(|| served.get("/v1/exports/products.csv"));
            std::thread::sleep(Duration::from_millis(150));
            served.signal(signal);
            assert_eq!(waiting.join().expect("an answer").0, 200, "{signal} during a long poll");
            let (status, _, body) = export.join().expect("an answer");
            assert_eq!(status, 200);
            assert!(body.lines().count() > 3_000, "{signal} during an export: {} lines", body.lines().count());
        });
        assert_eq!(served.ended().code(), Some(0), "{signal}");
    }
}

/// Asks until an answer shows a name, and returns how long that took.
fn seen(served: &Served, name: &str) -> Duration {
    let begin = Instant::now();
    assert!(wait(|| served.get("/v1/products?first=50").2.contains(name)), "{name} never appeared");
    begin.elapsed()
}

#[test]
fn what_another_process_imports_is_seen_within_a_second() {
    for database in Database::both("seen") {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let import = |name: &str| {
            let list = small_list(directory.path(), name);
            said(directory.path(), &["import", &list, "--database-url", &database.url]);
        };
        for arguments in [&["--database-url", &database.url][..], &["--read-database-url", &database.url]] {
            let served = Served::start(directory.path(), arguments);
            let name = format!("Mật-ong-{}", database.position());
            assert!(!served.get("/v1/products?first=50").2.contains(&name), "and the answer is now in the cache");
            let now = position_of(&served.get("/readyz").2);
            std::thread::scope(|threads| {
                let waiting = threads.spawn(|| served.get(&format!("/v1/changes?after={now}&wait=30")));
                import(&name);
                assert!(seen(&served, &name) < Duration::from_millis(1_000));
                assert!(waiting.join().expect("an answer").2.contains("\"noun\":\"product\""), "a long poll hears of it too");
            });
        }
    }
}

#[test]
fn it_outlives_its_postgres() {
    let server = Server::start();
    let url = server.database("outlived");
    let directory = tempfile::tempdir().expect("a scratch directory");
    let list = small_list(directory.path(), "Mật-ong");
    said(directory.path(), &["import", &list, "--database-url", &url]);
    let mut served = Served::start(directory.path(), &["--database-url", &url]);
    let (before, page) = (served.get("/v1/products"), served.get("/"));
    assert_eq!((before.0, page.0), (200, 200));
    // The test server keeps no commit safe by itself.
    PgConnection::establish(&url).expect("a connection").batch_execute("CHECKPOINT").expect("a checkpoint");
    server.stop();
    let (status, head, body) = served.get_with("/v1/products?q=mat", &["accept-language: en"]);
    assert_eq!(status, 503, "{body}");
    assert!(head.contains("retry-after: ") && head.contains("application/problem+json"), "{head}");
    assert!(body.contains("The database is away"), "{body}");
    // Who asks once that is known is told so at once, and what is ready is given with its age.
    assert!(wait(|| served.get("/v1/products").1.contains("\r\nage: ")), "the loss is noticed");
    for n in 0..20 {
        let asked = Instant::now();
        assert_eq!(served.get(&format!("/v1/products?q=mat&first={}", n + 1)).0, 503);
        assert!(asked.elapsed() < Duration::from_millis(500), "{:?}", asked.elapsed());
        let again = served.get("/v1/products");
        assert_eq!((again.0, &again.2), (200, &before.2));
        assert_eq!(served.get("/").0, 200);
    }
    assert!(!body.contains("connection") && !body.contains("postgres"), "no cause for the public: {body}");
    assert_eq!(served.get("/readyz").0, 503);
    assert_eq!(served.get("/healthz").0, 200);
    let failed = run(directory.path(), &["import", &list, "--database-url", &url]);
    assert!(sentence(&failed).contains("cannot be reached"));
    server.restart();
    assert!(wait(|| served.get("/v1/products?q=mat").0 == 200), "it comes back by itself");
    let (_, _, body) = served.get("/v1/products?q=mat");
    assert!(body.contains("Mật-ong"), "{body}");
    assert!(wait(|| !served.get("/v1/products").1.contains("\r\nage: ")), "and is as fresh as before");
    assert!(served.lives());
}

#[test]
fn an_import_can_be_tried_first_and_reports_every_row() {
    for database in Database::both("reported") {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let list = directory.path().join("list.csv");
        let rows = "name_vi,province,stars,level,decision_date\n\
            \"Chè, loại 1\",Hà Giang,3,province,2022-03-01\n\
            Mật ong,Hà Giang,5,province,\n\
            \"Chè, loại 1\",Hà Giang,3,province,2022-03-01\n";
        std::fs::write(&list, rows).expect("a scratch file");
        let dry = said(directory.path(), &["import", "list.csv", "--dry-run", "--database-url", &database.url]);
        assert!(dry.starts_with("DRY RUN, nothing written: 3 rows, ledger position 0\n"), "{dry}");
        assert_eq!(database.position(), 0);
        let told = said(directory.path(), &["import", "list.csv", "--report", "report.csv", "--database-url", &database.url]);
        assert_eq!(told.lines().nth(1), dry.lines().nth(1), "the dry run told the same");
        assert!(told.contains("row      3  Mật ong  level: "), "{told}");
        let mut report = csv::Reader::from_path(directory.path().join("report.csv")).expect("a report");
        assert_eq!(report.headers().expect("a header").iter().next(), Some("row"));
        let rows: Vec<csv::StringRecord> = report.records().collect::<Result<_, _>>().expect("rows");
        let told: Vec<[&str; 4]> = rows.iter().map(|row| [&row[0], &row[1], &row[5], &row[7]]).collect();
        assert_eq!(
            told,
            [["2", "created", "2025-03-01", ""], ["3", "refused", "", "issuer-may-not-recognise"], ["4", "unchanged", "2025-03-01", ""]]
        );
        assert_eq!(rows[0][3], rows[2][3], "one product");
        // A report without a place is found out before anything is written.
        let nowhere = run(directory.path(), &["import", "list.csv", "--report", "no/such/directory.csv", "--database-url", &database.url]);
        assert!(sentence(&nowhere).contains("Nothing was written"));
    }
}

#[test]
fn an_import_that_is_refused_whole_fails_and_harms_nobody() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let write = |rows: &str| std::fs::write(directory.path().join("list.csv"), format!("name_vi,province,stars,decision_number\n{rows}"));
    write(&format!("=cmd|'/c calc'!A1,Hà Giang,{},\n@SUM,Hà Giang,7,=1+1\n", "9".repeat(2_000_000))).expect("a scratch file");
    let whole = run(directory.path(), &["import", "list.csv", "--report", "report.csv"]);
    assert_eq!((whole.status.code(), whole.stdout.len() < 4_000), (Some(1), true), "{}", String::from_utf8_lossy(&whole.stdout).len());
    assert!(sentence(&whole).ends_with("list.csv: every row was refused. Nothing was written."), "{}", sentence(&whole));
    let report = std::fs::read_to_string(directory.path().join("report.csv")).expect("a report");
    assert!(report.contains(",'=cmd|") && report.contains(",'@SUM,") && !report.contains(",=") && report.len() < 4_000, "{}", report.len());
    write("A,Hà Giang,,\nB,Hà Giang,7,\n").expect("a scratch file");
    assert!(said(directory.path(), &["import", "list.csv"]).contains("1  refused"), "one good row is enough");
    let none = run(directory.path(), &["import", "list.csv", "--workbook"]);
    assert!(!sentence(&none).contains(".."), "{}", sentence(&none));
}

#[test]
fn every_command_explains_itself() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let whole = said(directory.path(), &["--help"]);
    let commands: Vec<&str> = whole
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|word| !word.is_empty()))
        .collect();
    assert!(commands.contains(&"serve") && commands.contains(&"import") && commands.contains(&"ledger"), "{whole}");
    for command in commands.iter().filter(|command| **command != "help") {
        let help = said(directory.path(), &[command, "--help"]);
        assert!(help.contains("Usage: ocop-registry "), "{command}: {help}");
        assert!(help.lines().next().is_some_and(|line| line.len() > 20), "{command} says what it does: {help}");
    }
    assert!(said(directory.path(), &["ledger", "verify", "--help"]).contains("--database-url"));
    assert!(said(directory.path(), &["--version"]).starts_with("ocop-registry "));
    assert_eq!(run(directory.path(), &["no-such-command"]).status.code(), Some(2));
}

#[test]
fn the_documents_are_what_the_code_says() {
    said(Path::new(env!("CARGO_MANIFEST_DIR")), &["schema", "--check"]);
    let elsewhere = tempfile::tempdir().expect("a scratch directory");
    assert!(sentence(&run(elsewhere.path(), &["schema", "--check"])).contains("openapi"));
}

#[test]
fn migrations_are_the_same_on_both_databases_and_each_has_its_own_number() {
    let names = |database: &str| -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("the migrations")
            .map(|entry| entry.expect("a migration").file_name().into_string().expect("ASCII"))
            .collect();
        names.sort();
        names
    };
    let sqlite = names("sqlite");
    assert_eq!(sqlite, names("postgres"));
    // What stands before the first `_` is the version; of two with the same one only the first would run.
    let versions: std::collections::BTreeSet<String> =
        sqlite.iter().filter_map(|name| Some(name.split_once('_')?.0.chars().filter(char::is_ascii_digit).collect())).collect();
    assert_eq!(versions.len(), sqlite.len(), "{sqlite:?}");
}
