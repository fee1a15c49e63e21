//! The streamed exports: memory above idle while everything is sent, and how fast it goes.

use crate::Result;
use crate::accounting::resident_kib;
use crate::client::{Connection, Request};
use crate::options::Options;
use crate::server::Server;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) const LIMIT_MIB: f64 = 100.0;

const PATHS: [&str; 2] = ["/v1/exports/products.ndjson", "/v1/exports/products.csv"];

const SAMPLE_EVERY: Duration = Duration::from_millis(20);

pub(crate) struct Figures {
    pub(crate) path: &'static str,
    pub(crate) idle_mib: f64,
    pub(crate) peak_mib: f64,
    pub(crate) bytes: usize,
    pub(crate) lines: usize,
    pub(crate) took: Duration,
}

impl Figures {
    pub(crate) fn within(&self) -> bool {
        self.peak_mib - self.idle_mib <= LIMIT_MIB
    }
}

/// Each export from a server of its own, so that none starts with the other's memory.
pub(crate) fn measure(options: &Options, database: &str, starts: &mut Vec<Duration>) -> Result<Vec<Figures>> {
    PATHS
        .iter()
        .map(|path| {
            let server = Server::registry(options, database)?;
            starts.push(server.ready_after);
            stream(options, &server, path)
        })
        .collect()
}

fn stream(options: &Options, server: &Server, path: &'static str) -> Result<Figures> {
    let pid = server.pid();
    // Idle means that the start is over, pools and threads included.
    thread::sleep(Duration::from_secs(1));
    let idle = resident_kib(pid)?;
    let mut connection = Connection::open(server.address)?;
    let request = Request::get(path).to_bytes(options.accept_encoding.as_deref());
    let finished = AtomicBool::new(false);
    let (mut bytes, mut lines) = (0, 0);
    let started = Instant::now();
    let (status, took, peak) = thread::scope(|scope| {
        let sampler = scope.spawn(|| {
            let mut peak = idle;
            while !finished.load(Ordering::Relaxed) {
                // A server that has gone fails the transfer, which tells more than this would.
                peak = peak.max(resident_kib(pid).unwrap_or(0));
                thread::sleep(SAMPLE_EVERY);
            }
            peak
        });
        let received = connection.send(&request).and_then(|()| {
            connection.receive(&mut |part| {
                bytes += part.len();
                lines += part.iter().filter(|byte| **byte == b'\n').count();
            })
        });
        let took = started.elapsed();
        finished.store(true, Ordering::Relaxed);
        let peak = sampler.join().map_err(|_| "the memory sampler failed")?;
        Ok::<_, Box<dyn std::error::Error>>((received?, took, peak))
    })?;
    if status != 200 {
        return Err(format!("{status} to {path}").into());
    }
    Ok(Figures { path, idle_mib: idle as f64 / 1024.0, peak_mib: peak as f64 / 1024.0, bytes, lines, took })
}
