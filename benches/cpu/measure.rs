//! One scenario: its requests, a real answer, and rounds of bare and ours in turn.

use crate::Result;
use crate::accounting::CpuClock;
use crate::client::{self, Answer, Connection, Request};
use crate::options::Options;
use crate::sample::Sample;
use crate::scenarios::{Kind, Limit, Scenario};
use crate::server::Server;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

/// Answers looked at to find a representative one.
const CANDIDATES: usize = 25;

/// After the last answer a server still has its own tidying to do, and a running thread's time
/// is not accounted before the next timer interrupt.
const REST: Duration = Duration::from_millis(25);

/// Requests before the first round: first connections, statements and pages of the database.
const WARM_UP: usize = 2_000;

pub(crate) struct Prepared {
    pub(crate) scenario: &'static Scenario,
    requests: Vec<Vec<u8>>,
    answer: Answer,
    count: usize,
    bare_count: usize,
}

pub(crate) struct Figures {
    pub(crate) name: &'static str,
    pub(crate) limit: Limit,
    /// Requests in each round.
    pub(crate) count: usize,
    /// Bytes of the representative answer's body.
    pub(crate) bytes: usize,
    /// Microseconds of CPU time per request, one for each round.
    pub(crate) bare: Vec<f64>,
    pub(crate) ours: Vec<f64>,
}

impl Figures {
    /// Ours over bare, round by round: neighbours in time are compared with each other.
    pub(crate) fn multiples(&self) -> Vec<f64> {
        let pairs = self.ours.iter().zip(&self.bare);
        pairs.map(|(ours, bare)| ours / bare).collect()
    }

    pub(crate) fn within(&self) -> bool {
        match self.limit {
            Limit::Times(most) => median(&self.multiples()) <= most,
            Limit::Micros(most) => median(&self.ours) <= most,
        }
    }
}

pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}

/// Makes the requests of a scenario and asks `scout` for the answer that the bare server copies:
/// the one of median size among the first few.
pub(crate) fn prepare(options: &Options, scenario: &'static Scenario, sample: &Sample, scout: SocketAddr) -> Result<Prepared> {
    let shrink = if options.quick { 6 } else { 1 };
    let cold = scenario.kind == Kind::Cold;
    let wanted = if cold {
        // Not so few that there would be nothing for every round.
        (scenario.count / shrink).max(4 * options.rounds)
    } else {
        CANDIDATES
    };
    let mut requests = (scenario.requests)(sample, wanted);
    let encoding = options.accept_encoding.as_deref();
    let mut connection = Connection::open(scout)?;
    let mut answers = Vec::new();
    for (index, request) in requests.iter().take(CANDIDATES).enumerate() {
        let answer = ask(&mut connection, request, encoding, 200)?;
        answers.push((answer.body.len(), index, answer));
    }
    answers.sort_by_key(|(size, index, _)| (*size, *index));
    if answers.is_empty() {
        return Err(format!("{}: the registry is too small", scenario.name).into());
    }
    let (_, index, mut answer) = answers.swap_remove(answers.len() / 2);
    if scenario.kind == Kind::Conditional {
        let tag = answer.header("etag").ok_or("an answer without an ETag")?;
        requests[index].if_none_match = Some(tag.to_owned());
        answer = ask(&mut connection, &requests[index], encoding, 304)?;
    }
    if !cold {
        requests = vec![requests.swap_remove(index)];
    }
    let requests: Vec<_> = requests.iter().map(|request| request.to_bytes(encoding)).collect();
    let count = if cold { (requests.len() - warm_up_share(&requests)) / options.rounds } else { scenario.count / shrink };
    if count == 0 {
        let found = requests.len();
        return Err(format!("{}: only {found} different requests", scenario.name).into());
    }
    Ok(Prepared { scenario, requests, answer, count, bare_count: scenario.bare_count / shrink })
}

/// Cold requests given up for the warm-up, since none may come twice.
fn warm_up_share(requests: &[Vec<u8>]) -> usize {
    (requests.len() / 20).max(1)
}

fn ask(connection: &mut Connection, request: &Request, encoding: Option<&str>, status: u16) -> Result<Answer> {
    let answer = connection.ask(&request.to_bytes(encoding))?;
    if answer.status == status {
        return Ok(answer);
    }
    let body = String::from_utf8_lossy(&answer.body);
    let (target, got) = (&request.target, answer.status);
    Err(format!("{got} instead of {status} to {target}: {body}").into())
}

pub(crate) fn run(options: &Options, database: &str, prepared: &Prepared, starts: &mut Vec<Duration>) -> Result<Figures> {
    let Prepared { scenario, requests, answer, .. } = prepared;
    let bare = Server::bare(scenario.route, answer)?;
    answers_alike(bare.address, &requests[0], answer)?;
    let ours = if options.calibrate {
        Server::bare(scenario.route, answer)?
    } else {
        let server = Server::registry(options, database)?;
        starts.push(server.ready_after);
        server
    };
    let mut bare = Subject::new(bare, prepared);
    let mut ours = Subject::new(ours, prepared);
    let (first, rest) =
        if scenario.kind == Kind::Cold { requests.split_at(warm_up_share(requests)) } else { (requests.as_slice(), requests.as_slice()) };
    let warm_up = if scenario.kind == Kind::Cold { first.len() } else { WARM_UP };
    bare.spend(first, prepared.bare_count.min(WARM_UP))?;
    ours.spend(first, warm_up)?;
    let mut figures = Figures {
        name: scenario.name,
        limit: scenario.limit,
        count: prepared.count,
        bytes: answer.body.len(),
        bare: Vec::new(),
        ours: Vec::new(),
    };
    for round in 0..options.rounds {
        let slice = if scenario.kind == Kind::Cold { &rest[round * prepared.count..][..prepared.count] } else { rest };
        figures.bare.push(bare.spend(slice, prepared.bare_count)?);
        // A bare server has no cache to miss, so a calibration compares equal numbers.
        let count = if options.calibrate { prepared.bare_count } else { prepared.count };
        figures.ours.push(ours.spend(slice, count)?);
    }
    eprintln!("{}: bare {:.1?} µs, ours {:.1?} µs", scenario.name, figures.bare, figures.ours);
    Ok(figures)
}

/// The comparison is only worth something if the bare server sends just what ours sends.
fn answers_alike(bare: SocketAddr, request: &[u8], expected: &Answer) -> Result<()> {
    let answer = Connection::open(bare)?.ask(request)?;
    if answer.status != expected.status || answer.body != expected.body {
        return Err("the bare server answers something else".into());
    }
    let (got, wanted) = (answer.lasting_headers(), expected.lasting_headers());
    if got != wanted {
        return Err(format!("the bare server's headers are {got:?}, not {wanted:?}").into());
    }
    Ok(())
}

struct Subject {
    server: Server,
    clock: CpuClock,
    connections: usize,
    status: u16,
}

impl Subject {
    fn new(server: Server, prepared: &Prepared) -> Self {
        Self { clock: CpuClock::new(server.pid()), server, connections: prepared.scenario.connections, status: prepared.answer.status }
    }

    /// Microseconds of CPU time per request.
    fn spend(&mut self, requests: &[Vec<u8>], total: usize) -> Result<f64> {
        // Opened before the clock is read and closed after it: only the requests are counted.
        let mut connections = (0..self.connections).map(|_| Connection::open(self.server.address)).collect::<Result<Vec<_>>>()?;
        thread::sleep(REST);
        let before = self.clock.read()?;
        client::drive(&mut connections, requests, total, self.status)?;
        thread::sleep(REST);
        let spent = self.clock.read()?.since(before);
        Ok(spent.as_secs_f64() * 1e6 / total as f64)
    }
}
