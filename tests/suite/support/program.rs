//! The program itself, as a child process, and plain HTTP to it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

/// How long anything here may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program with arguments, in a directory, deaf to the settings of whoever runs the tests.
pub(crate) fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ocop-registry"));
    command.args(arguments).current_dir(directory).env_clear().env("RUST_BACKTRACE", "0");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the program to its end.
pub(crate) fn run(directory: &Path, arguments: &[&str]) -> Output {
    command(directory, arguments).output().expect("the program starts")
}

/// Standard output of a run that went well.
pub(crate) fn said(directory: &Path, arguments: &[&str]) -> String {
    let output = run(directory, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// The one sentence with which a run failed.
pub(crate) fn sentence(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    let told: Vec<&str> = text.lines().filter(|line| line.starts_with("ocop-registry: ")).collect();
    assert!(told.len() == 1 && !text.contains("panicked"), "{text}");
    told[0].to_owned()
}

/// A running server.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Served {
    /// Starts `serve` on a free port and waits until it answers.
    pub(crate) fn start(directory: &Path, arguments: &[&str]) -> Self {
        let address = free_address();
        let listen = address.to_string();
        let mut all = vec!["serve", "--listen", &listen, "--workers", "2"];
        all.extend(arguments);
        // Files, not pipes: nobody reads them while the server runs.
        let mut command = command(directory, &all);
        command.stdout(std::fs::File::create(directory.join("stdout")).expect("a file"));
        command.stderr(std::fs::File::create(directory.join("stderr")).expect("a file"));
        let mut served = Self { child: command.spawn().expect("the program starts"), address };
        let ready = wait(|| {
            if let Some(status) = served.child.try_wait().expect("a child") {
                panic!("the server ended, {status}: {}", std::fs::read_to_string(directory.join("stderr")).unwrap_or_default());
            }
            TcpStream::connect(address).is_ok()
        });
        assert!(ready, "the server never answered");
        served
    }

    /// Another listener of the same server.
    pub(crate) fn at(&self, address: SocketAddr) -> Listener {
        Listener { address }
    }

    /// Sends to a server that may be gone.
    pub(crate) fn try_send(
        address: SocketAddr,
        method: &str,
        path: &str,
        headers: &[&str],
        body: &[u8],
    ) -> std::io::Result<(u16, String, String)> {
        Listener { address }.try_send(method, path, headers, body)
    }

    /// The public listener.
    fn public(&self) -> Listener {
        self.at(self.address)
    }

    /// Status, head and body of the answer to a GET.
    pub(crate) fn get(&self, path: &str) -> (u16, String, String) {
        self.public().get(path)
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[&str]) -> (u16, String, String) {
        self.public().get_with(path, headers)
    }

    pub(crate) fn lives(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_none()
    }

    /// Sends a signal by its short name.
    pub(crate) fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    /// Waits for the end.
    pub(crate) fn ended(mut self) -> ExitStatus {
        let mut status = None;
        wait(|| {
            status = self.child.try_wait().expect("a child");
            status.is_some()
        });
        status.expect("the server ends when told to")
    }
}

/// Where a running server listens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listener {
    address: SocketAddr,
}

impl Listener {
    fn try_send(self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> std::io::Result<(u16, String, String)> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: registry\r\nConnection: close\r\n")?;
        if !body.is_empty() {
            write!(stream, "Content-Length: {}\r\n", body.len())?;
        }
        for header in headers {
            write!(stream, "{header}\r\n")?;
        }
        write!(stream, "\r\n")?;
        stream.write_all(body)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(std::io::ErrorKind::InvalidData)?;
        Ok((status, head.to_ascii_lowercase(), body.to_owned()))
    }

    pub(crate) fn get(self, path: &str) -> (u16, String, String) {
        self.get_with(path, &[])
    }

    /// The same with lines of the head.
    pub(crate) fn get_with(self, path: &str, headers: &[&str]) -> (u16, String, String) {
        self.send("GET", path, headers, b"")
    }

    /// Any request with lines of the head and a body.
    pub(crate) fn send(self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> (u16, String, String) {
        self.try_send(method, path, headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Already gone, or no longer wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a child.
pub(crate) fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success(), "kill -{name}");
}

/// Looks every few milliseconds until something is so; false when it never was.
pub(crate) fn wait(mut so: impl FnMut() -> bool) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        if so() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).expect("a free port on the loopback address")
}
