//! What the doors share: how answers and problems leave, what is read from requests, limits.

pub mod accept;
pub mod actor;
pub mod asked;
pub mod body;
pub mod document;
pub mod encode;
pub mod fallback;
pub mod front;
pub mod metrics;
pub mod params;
pub mod problem;
pub mod rate;
pub mod reply;
pub mod trusted;

use crate::read::Reader;
use metrics::Metrics;
use rate::Limiter;
use std::net::IpAddr;

/// The two sides, which never share a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Anybody asks; nothing changes.
    Public,
    /// Councils act, each request with a token.
    Council,
}

/// What the public side knows besides its routes.
pub struct Public {
    /// Questions.
    pub reader: Reader,
    /// Requests allowed.
    pub limiter: Limiter,
    /// Reports on labels allowed.
    pub reports: Limiter,
    /// Counters.
    pub metrics: Metrics,
    /// Beginning of absolute links, without a slash at the end.
    pub base_url: String,
    /// Address of the data's licence.
    pub licence: String,
    /// Longest time in seconds that an answer may be kept.
    pub max_age: u32,
    /// Where to tell of weaknesses, for `security.txt`.
    pub security_contact: Option<String>,
    /// Tells people of problems.
    pub problem_page: problem::ProblemPage,
    /// Tells people what kinds of problems there are.
    pub kinds_page: problem::KindsPage,
    /// Proxies whose word on the client's address is taken.
    pub trusted_proxies: Vec<IpAddr>,
    /// The only GraphQL documents that may be asked, when there is a list of them.
    pub trusted: Option<trusted::Trusted>,
    /// Beginning of request ids, another in every process.
    pub instance: String,
}
