//! A throwaway PostgreSQL server: one per test process, started on first use, gone when the process is gone.
//!
//! The test process never starts PostgreSQL itself. It starts a small shell script, the keeper, and holds the keeper's
//! standard input open. However the test process ends (return, panic, Ctrl-C, kill -9), the kernel closes that pipe; the
//! keeper reads end of file, stops the server and removes its directory. The keeper sits in a process group of its own, so that
//! Ctrl-C in a terminal reaches the tests and not the one who has to clean up after them.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Reads orders, one a line, and answers each with `done` or `failed`. Its first line is the directory that it made.
const KEEPER: &str = r#"
bin=$1 settings=$2
dir=$(mktemp -d "${TMPDIR:-/tmp}/ocop-registry-postgres.XXXXXX" 2>&1) || { echo "$dir"; exit 1; }
pg_ctl() { "$bin/pg_ctl" -D "$dir/data" -s -w "$@"; }
stop() { [ ! -e "$dir/data/postmaster.pid" ] || pg_ctl -m immediate stop; }
trap 'stop; cd /; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
trap '' PIPE # an answer that nobody reads any more must not end the keeper
cd "$dir" && exec 2>>log && echo "$dir" || exit 1
export LC_ALL=C
while read -r order port; do
    case $order in
    init)
        "$bin/initdb" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync &&
            printf %s "$settings" >>data/postgresql.conf ;;
    start) pg_ctl -l "$dir/log" -o "-p $port" start ;;
    stop) stop ;;
    esac >>log && echo done || echo failed
done
"#;

/// Nothing here outlives the tests, so nothing has to survive a power cut.
/// Only the loopback address: one way in, the same kind of URL as in production.
const SETTINGS: &str = "
    listen_addresses = '127.0.0.1'
    unix_socket_directories = ''
    fsync = off
    synchronous_commit = off
    full_page_writes = off
    shared_buffers = 128MB
    max_connections = 100
";

/// The server that the tests of this process share. Each test takes a database of its own from it.
pub(crate) fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

/// A running PostgreSQL server. Dropping it stops the server and removes its directory.
pub(crate) struct Server {
    bin: PathBuf,
    port: u16,
    keeper: Mutex<Keeper>,
}

impl Server {
    /// Starts a server apart from the shared one, for a test that stops it.
    pub(crate) fn start() -> Self {
        let bin = binaries();
        let mut keeper = Keeper::new(&bin);
        keeper.must("init");
        // Another process may take a free port before the server does: then take another one.
        let port = (0..5).map(|_| free_port()).find(|port| keeper.order(&format!("start {port}")));
        let port = port.unwrap_or_else(|| keeper.give_up("start"));
        Self { bin, port, keeper: Mutex::new(keeper) }
    }

    /// Creates an empty database and returns its URL. The hint only makes the name easy to tell in a log.
    pub(crate) fn database(&self, name_hint: &str) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let hint = name_hint.chars().take(40).map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
        let name = format!("{}_{}", hint.collect::<String>(), COUNT.fetch_add(1, Ordering::Relaxed));
        let port = self.port.to_string();
        let created = Command::new(self.bin.join("createdb"))
            .args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres"])
            .args(["-T", "template0", "-E", "UTF8", "-l", "C", &name])
            .output()
            .unwrap_or_else(|error| panic!("cannot run {}/createdb: {error}", self.bin.display()));
        assert!(created.status.success(), "createdb {name}: {}", String::from_utf8_lossy(&created.stderr));
        format!("postgres://postgres@127.0.0.1:{port}/{name}")
    }

    /// Takes the server away as a crash would: every connection breaks, new ones are refused.
    pub(crate) fn stop(&self) {
        self.keeper().must("stop");
    }

    /// Brings the server back on the same port with the same databases.
    pub(crate) fn restart(&self) {
        let mut keeper = self.keeper();
        keeper.must("stop");
        keeper.must(&format!("start {}", self.port));
    }

    fn keeper(&self) -> std::sync::MutexGuard<'_, Keeper> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The shell that holds one server.
struct Keeper {
    shell: Child,
    answers: BufReader<ChildStdout>,
    dir: PathBuf,
}

impl Keeper {
    fn new(bin: &Path) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "keeper"]).arg(bin).arg(SETTINGS).process_group(0);
        // Standard error would keep a pipe of the test runner open past the end of the tests.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        if let Some((user, group)) = ordinary_user() {
            command.uid(user).gid(group);
        }
        let mut shell = command.spawn().expect("sh starts");
        let mut answers = BufReader::new(shell.stdout.take().expect("stdout is a pipe"));
        let mut dir = String::new();
        answers.read_line(&mut dir).expect("the keeper speaks UTF-8");
        let dir = PathBuf::from(dir.trim_end());
        assert!(dir.is_absolute(), "no directory for PostgreSQL: {}", dir.display());
        Self { shell, answers, dir }
    }

    fn order(&mut self, order: &str) -> bool {
        let orders = self.shell.stdin.as_mut().expect("stdin is a pipe");
        writeln!(orders, "{order}").expect("the keeper of PostgreSQL is there");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("the keeper of PostgreSQL answers");
        answer == "done\n"
    }

    fn must(&mut self, order: &str) {
        if !self.order(order) {
            self.give_up(order)
        }
    }

    fn give_up(&self, order: &str) -> ! {
        let log = std::fs::read_to_string(self.dir.join("log")).unwrap_or_default();
        panic!("PostgreSQL: `{order}` failed. Its log:\n{log}")
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // Nothing to do about a failure; and a panic here would hide the test's own.
        let _ = self.shell.wait();
    }
}

/// Where the server's programs are: `PG_BIN`, else the search path, else the newest version where Debian puts them.
fn binaries() -> PathBuf {
    let complete = |dir: &PathBuf| ["initdb", "pg_ctl", "postgres"].iter().all(|name| dir.join(name).is_file());
    if let Some(dir) = std::env::var_os("PG_BIN").map(PathBuf::from) {
        assert!(complete(&dir), "PG_BIN is {}, where initdb, pg_ctl and postgres are not", dir.display());
        return dir;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    // A link on the path (/usr/local/bin/postgres) leads to the directory that has createdb too.
    let on_path = std::env::split_paths(&path).filter_map(|dir| Some(dir.join("postgres").canonicalize().ok()?.parent()?.to_owned()));
    let version = |dir: &PathBuf| dir.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let mut debian: Vec<PathBuf> =
        std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    debian.sort_by_key(|dir| std::cmp::Reverse(version(dir)));
    on_path.chain(debian.iter().map(|dir| dir.join("bin"))).find(complete).unwrap_or_else(|| {
        panic!("These tests need PostgreSQL's programs. Install them (`apt-get install postgresql`) or set PG_BIN to their directory.")
    })
}

/// PostgreSQL refuses to run as root: then the user and group to run it as.
fn ordinary_user() -> Option<(u32, u32)> {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    if id.stdout != b"0\n" {
        return None;
    }
    let passwd = std::fs::read_to_string("/etc/passwd").expect("/etc/passwd is readable");
    let ids = |name: &str| {
        let entry = passwd.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        let mut fields = entry.split(':').skip(1).map(str::parse);
        Some((fields.next()?.ok()?, fields.next()?.ok()?))
    };
    Some(ids("postgres").or_else(|| ids("nobody")).expect("a user `postgres` or `nobody` in /etc/passwd"))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port on the loopback address");
    listener.local_addr().expect("a bound address").port()
}

#[test]
fn a_server_stops_comes_back_and_leaves_nothing_behind() {
    let server = Server::start();
    let (dir, address) = (server.keeper().dir.clone(), ("127.0.0.1", server.port));
    server.database("Đắk Lắk"); // any hint will do
    server.stop();
    assert!(std::net::TcpStream::connect(address).is_err(), "a stopped server refuses connections");
    server.restart();
    server.database("again");
    drop(server);
    assert!(std::net::TcpStream::connect(address).is_err() && !dir.exists(), "server and directory are gone");
}
