//! What goes wrong around the program: each failure is one sentence, and nothing is half-written.

use super::small_list;
use crate::support::database::Database;
use crate::support::program::{Served, command, run, said, sentence, signal};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/sample/ocop-products.csv");

/// A directory with an embedded database in it that holds something.
fn filled() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let list = small_list(directory.path(), "Mật-ong");
    said(directory.path(), &["import", &list]);
    directory
}

fn fails(directory: &Path, arguments: &[&str], with: &str) {
    let told = sentence(&run(directory, arguments));
    assert!(told.contains(with), "{arguments:?}: {told}");
}

#[test]
fn a_database_that_is_none() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let path = directory.path();
    fails(path, &["ledger", "verify"], "there is no such file");
    assert!(!path.join("ocop.db").exists(), "asking does not make one");
    std::fs::create_dir(path.join("folder")).expect("a directory");
    std::fs::write(path.join("text.db"), "Đây không phải là cơ sở dữ liệu.\n".repeat(200)).expect("a file");
    std::fs::write(path.join("list.csv"), "name_vi,province\nA,Hà Giang\n").expect("a file");
    for (database, with) in [("folder", "folder"), ("text.db", "no SQLite database")] {
        let url = ["--database-url", database];
        fails(path, &["ledger", "verify", url[0], url[1]], with);
        fails(path, &["migrate", url[0], url[1]], with);
        fails(path, &["import", "list.csv", url[0], url[1]], with);
        fails(path, &["serve", url[0], url[1]], with);
    }
    fails(path, &["migrate", "--database-url", "no/such/directory/ocop.db"], "no/such/directory/ocop.db");
    fails(path, &["import", "no.csv"], "cannot open no.csv");
    fails(path, &["import", "folder"], "folder");
    fails(path, &["migrate", "--database-url", "postgres://me:secret@127.0.0.1:1/none"], "127.0.0.1:1/none");
    let told = sentence(&run(path, &["migrate", "--database-url", "postgres://me:secret@127.0.0.1:1/none"]));
    assert!(!told.contains("secret"), "{told}");
}

/// Looking writes nothing: neither a database that is not there, nor into one that is.
#[test]
fn a_dry_run_leaves_no_trace() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let path = directory.path();
    let list = small_list(path, "Chè");
    let files = || {
        let mut names: Vec<_> = std::fs::read_dir(path).expect("the directory").map(|entry| entry.expect("an entry").file_name()).collect();
        names.sort();
        names
    };
    let before = files();
    let told = said(path, &["import", &list, "--dry-run"]);
    assert!(told.contains("There is no database ocop.db yet") && told.contains("DRY RUN, nothing written: 1 rows"), "{told}");
    assert_eq!(files(), before);
    // A schema of before is told, not changed.
    SqliteConnection::establish(&path.join("ocop.db").display().to_string())
        .expect("a file")
        .batch_execute("PRAGMA user_version = 1")
        .expect("SQL");
    let whole = std::fs::read(path.join("ocop.db")).expect("the file");
    fails(path, &["import", &list, "--dry-run"], "Run `ocop-registry migrate` first");
    assert_eq!(std::fs::read(path.join("ocop.db")).expect("the file"), whole);
    said(path, &["migrate"]);
    assert!(said(path, &["import", &list, "--dry-run"]).contains("1  created"));
    assert!(said(path, &["ledger", "verify"]).contains("at position 0"));
    std::fs::write(path.join("empty.csv"), "name_vi,province\n").expect("a file");
    assert!(said(path, &["import", "empty.csv"]).contains("WARNING: empty.csv has headings, but no row below them."));
}

#[test]
fn a_database_of_another_program() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let path = directory.path();
    let list = small_list(path, "Chè");
    for (file, tables) in [
        ("photos.db", "CREATE TABLE photos (id INTEGER);"),
        ("books.db", "CREATE TABLE ledger (id INTEGER);"),
        (
            "diesel.db",
            "CREATE TABLE users (id INTEGER); CREATE TABLE __diesel_schema_migrations (version TEXT, run_on TEXT); \
                       INSERT INTO __diesel_schema_migrations VALUES ('20200101000000', '');",
        ),
    ] {
        let url = path.join(file);
        SqliteConnection::establish(&url.display().to_string()).expect("a file").batch_execute(tables).expect("tables");
        let before = std::fs::read(&url).expect("the file");
        for arguments in
            [&["migrate"][..], &["serve"], &["import", &list], &["import", &list, "--dry-run"], &["generate"], &["ledger", "verify"]]
        {
            fails(path, &[arguments, &["--database-url", file]].concat(), "of another program");
        }
        assert_eq!(std::fs::read(&url).expect("the file"), before, "{file} is as it was");
    }
}

#[test]
fn a_database_cut_in_half() {
    let directory = filled();
    let file = directory.path().join("ocop.db");
    let whole = std::fs::read(&file).expect("the database");
    std::fs::write(&file, &whole[..whole.len() / 2]).expect("half of it");
    fails(directory.path(), &["ledger", "verify"], "corrupt");
    fails(directory.path(), &["import", SAMPLE], "corrupt");
}

#[test]
fn a_database_of_a_newer_version() {
    for database in Database::both("newer") {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let list = small_list(directory.path(), "Mật-ong");
        database.tamper("INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001')");
        let url = ["--database-url", &database.url];
        for arguments in [&["ledger", "verify"][..], &["migrate"], &["serve"], &["import", &list]] {
            fails(directory.path(), &[arguments, &url].concat(), "newer ocop-registry");
        }
        fails(directory.path(), &["serve", "--read-database-url", &database.url], "newer ocop-registry");
    }
}

#[test]
fn a_database_that_may_not_be_written() {
    let directory = filled();
    let (path, file) = (directory.path(), directory.path().join("ocop.db"));
    // Root may write everything, so the program runs as somebody else.
    let program = path.join("program");
    std::fs::copy(env!("CARGO_BIN_EXE_ocop-registry"), &program).expect("a copy that others may run");
    let root = Command::new("id").arg("-u").output().expect("id runs").stdout == b"0\n";
    let set = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions");
    set(&file, 0o444);
    set(path, 0o555);
    let mut import = Command::new(&program);
    import.args(["import", "Mật-ong.csv"]).current_dir(path).env_clear();
    if root {
        import.uid(65_534).gid(65_534);
    }
    let told = sentence(&import.output().expect("the program starts"));
    set(path, 0o755);
    assert!(told.contains("read-only") || told.contains("cannot open"), "{told}");
    assert!(said(path, &["ledger", "verify"]).contains("agree"));
}

#[test]
fn a_database_that_another_holds() {
    let directory = filled();
    let mut other = SqliteConnection::establish(&directory.path().join("ocop.db").display().to_string()).expect("a connection");
    other.batch_execute("BEGIN EXCLUSIVE").expect("the lock");
    let list = small_list(directory.path(), "Chè");
    fails(directory.path(), &["import", &list], "busy");
    other.batch_execute("ROLLBACK").expect("the lock is given back");
    said(directory.path(), &["import", &list]);
}

#[test]
fn a_port_that_is_taken() {
    let directory = filled();
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    fails(directory.path(), &["serve", "--listen", &address], "--listen");
}

#[test]
fn a_full_disk_during_an_import() {
    let directory = filled();
    let before = said(directory.path(), &["ledger", "verify"]);
    // No file may grow beyond 1 MiB: to the program that is a disk with no room left.
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_ocop-registry"), "import", SAMPLE]);
    let output = limited.current_dir(directory.path()).env_remove("DATABASE_URL").env("RUST_BACKTRACE", "0").output().expect("sh runs");
    let told = sentence(&output);
    assert!(told.contains("disk is full") && told.contains("Nothing"), "{told}");
    assert_eq!(said(directory.path(), &["ledger", "verify"]), before, "as if it had not been run");
    assert!(said(directory.path(), &["import", SAMPLE]).contains("1243 rows"));
}

/// Who cannot be told is told so in a sentence, and what was done is done.
#[test]
fn output_that_cannot_be_written() {
    let directory = filled();
    let to = |arguments: &[&str]| {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("a device that is always full");
        sentence(&command(directory.path(), arguments).stdout(full).output().expect("the program runs"))
    };
    let list = small_list(directory.path(), "Tra-xanh");
    let told = to(&["import", &list]);
    assert!(told.contains("standard output") && told.contains("The rows are imported"), "{told}");
    assert!(said(directory.path(), &["import", &list]).contains("ledger position"), "{told}");
    let told = to(&["import", &list, "--dry-run"]);
    assert!(told.contains("standard output") && told.contains("Nothing was written"), "{told}");
    assert!(to(&["ledger", "verify"]).contains("standard output"));
    fails(directory.path(), &["import", &list, "--report", "/dev/full"], "The rows are imported");
}

/// A report takes the place of the last report, and of nothing that is worth more.
#[test]
fn a_report_overwrites_neither_list_nor_database() {
    let directory = filled();
    let path = directory.path();
    let list = small_list(path, "Chè");
    let before = (std::fs::read(&list).expect("the list"), said(path, &["ledger", "verify"]));
    std::fs::hard_link(&list, path.join("hard.csv")).expect("a link");
    std::os::unix::fs::symlink("ocop.db", path.join("soft.csv")).expect("a link");
    std::fs::create_dir(path.join("sub")).expect("a directory");
    for report in [&list, "./Chè.csv", "sub/../Chè.csv", "hard.csv"] {
        fails(path, &["import", &list, "--report", report], "would overwrite the list");
    }
    for report in ["ocop.db", "soft.csv", "sub/../ocop.db", "ocop.db-wal", "ocop.db-shm", "ocop.db-journal"] {
        for more in ["--dry-run", "--strict"] {
            fails(
                path,
                &["import", &list, "--report", report, more],
                "would overwrite the database; name another file. Nothing was written.",
            );
        }
    }
    fails(path, &["import", &list, "--report", "new.db", "--database-url", "sqlite://new.db"], "would overwrite the database");
    assert!(!path.join("new.db").exists());
    fails(path, &["import", &list, "--report", "sub"], "cannot write the report sub");
    assert_eq!((std::fs::read(&list).expect("the list"), said(path, &["ledger", "verify"])), before);

    // The last report stays until the next one is whole; what is written beside it is taken away.
    std::fs::write(path.join("report.csv"), "the last one").expect("a file");
    std::os::unix::fs::symlink("report.csv", path.join("latest.csv")).expect("a link");
    let wrong = path.join("wrong.csv");
    std::fs::write(&wrong, "no,such,columns\n1,2,3\n").expect("a file");
    fails(path, &["import", "wrong.csv", "--report", "report.csv"], "Nothing was written");
    assert_eq!(std::fs::read_to_string(path.join("report.csv")).expect("a report"), "the last one");
    said(path, &["import", &list, "--report", "latest.csv"]);
    assert!(std::fs::read_to_string(path.join("report.csv")).expect("a report").starts_with("row,outcome,"));
    let names = std::fs::read_dir(path).expect("the directory").map(|entry| entry.expect("an entry").file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().starts_with('.')), "nothing is left beside");
}

/// Wherever the process is killed, the list is there as a whole or not at all.
#[test]
fn a_killed_import_is_never_half_there() {
    for database in Database::both("killed") {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let mut ends = Vec::new();
        for milliseconds in [60, 250, 700, 1_500] {
            let arguments = ["import", SAMPLE, "--database-url", &database.url];
            let mut import = command(directory.path(), &arguments).spawn().expect("the program starts");
            std::thread::sleep(Duration::from_millis(milliseconds));
            signal(&import, "KILL");
            import.wait().expect("its end");
            let verified = said(directory.path(), &["ledger", "verify", "--database-url", &database.url]);
            assert!(verified.contains("agree"), "killed after {milliseconds} ms: {verified}");
            ends.push(database.number("SELECT count(*) FROM certificates"));
        }
        assert!(ends.iter().all(|certificates| [0, 1_242].contains(certificates)), "{ends:?}");
        assert!(said(directory.path(), &["import", SAMPLE, "--database-url", &database.url]).contains("1243 rows"));
        assert_eq!(database.number("SELECT count(*) FROM certificates"), 1_242);
    }
}

/// Pages overwritten while they are served: a problem for whoever asks, and the process goes on.
#[test]
fn a_database_damaged_while_it_is_served() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    said(directory.path(), &["import", SAMPLE]);
    let file = directory.path().join("ocop.db");
    // With one connection: another could still hold pages from before, and answer rightly.
    let mut served = Served::start(directory.path(), &["--cache-mib", "0", "--pool", "1"]);
    assert_eq!(served.get("/v1/products?first=5").0, 200);
    let mut bytes = std::fs::read(&file).expect("the database");
    for byte in &mut bytes[4_096..] {
        *byte = !*byte;
    }
    // In place: the length stays.
    use std::io::{Seek as _, Write as _};
    let mut handle = std::fs::OpenOptions::new().write(true).open(&file).expect("the database");
    handle.seek(std::io::SeekFrom::Start(0)).and_then(|_| handle.write_all(&bytes)).expect("damage");
    for path in ["/v1/products?first=50", "/v1/products?q=mat+ong", "/v1/producers", "/v1/stats", "/v1/changes", "/readyz"] {
        let (status, head, body) = served.get(path);
        assert!([500, 503].contains(&status), "{path}: {status} {body}");
        assert!(head.contains("application/problem+json") && !body.contains("malformed"), "{path}: {head} {body}");
    }
    assert_eq!(served.get("/healthz").0, 200);
    assert!(served.lives());
    let log = std::fs::read_to_string(directory.path().join("stderr")).expect("the log");
    assert!(log.contains("Restore it from a backup") && !log.contains("panicked"), "{log}");
}
