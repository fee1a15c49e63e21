//! The processes under measurement: started, awaited, and ended with their handle.

use crate::Result;
use crate::client::{Answer, Connection, Request};
use crate::options::Options;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A first start may still have to check or index a large database.
const START_LIMIT: Duration = Duration::from_secs(120);

pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the start of the process to its first answer.
    pub(crate) ready_after: Duration,
}

impl Server {
    /// The program under test, with one worker and no rate limit that a benchmark could reach.
    pub(crate) fn registry(options: &Options, database: &str) -> Result<Self> {
        let program = std::env::var_os("OCOP_REGISTRY_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_ocop-registry").into());
        let address = free_address()?;
        let mut command = Command::new(program);
        command
            .args(["serve", "--workers", "1", "--rate-limit", "1000000000"])
            .args(["--listen", &address.to_string()])
            .args(["--database-url", database])
            .args(&options.serve_args)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null());
        Self::start(command, address, |_| Ok(()))
    }

    /// The yardstick: this program again, with the answer to give on its standard input.
    pub(crate) fn bare(route: &str, answer: &Answer) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--bare", &address.port().to_string(), route]).stdin(Stdio::piped());
        let bytes = answer.to_bytes();
        Self::start(command, address, |child| {
            let mut input = child.stdin.take().ok_or("no pipe to the bare server")?;
            Ok(input.write_all(&bytes)?)
        })
    }

    fn start(mut command: Command, address: SocketAddr, feed: impl FnOnce(&mut Child) -> Result<()>) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let started = Instant::now();
        let child = command.stdout(Stdio::null()).spawn().map_err(|problem| format!("cannot start {program}: {problem}"))?;
        // Owned before anything can fail, so that the process never outlives this one's errors.
        let mut server = Self { child, address, ready_after: Duration::ZERO };
        feed(&mut server.child)?;
        let probe = Request::get("/readyz");
        while !answers(address, &probe) {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("{program} ended before its first answer: {status}").into());
            }
            if started.elapsed() > START_LIMIT {
                return Err(format!("{program} is not ready after {START_LIMIT:?}").into());
            }
            thread::sleep(Duration::from_millis(1));
        }
        server.ready_after = started.elapsed();
        Ok(server)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing can be done about a failure here: the process has then ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn answers(address: SocketAddr, probe: &Request) -> bool {
    Connection::open(address).and_then(|mut connection| connection.ask(&probe.to_bytes(None))).is_ok_and(|answer| answer.status == 200)
}

/// A port that nobody listens on at this moment.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}
