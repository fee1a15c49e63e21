//! Rate limits (GCRA): per client key when one is sent, else per address. Keys of one address share
//! the address' own, larger budget, so nobody gains by inventing keys.

use governor::clock::DefaultClock;
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use xxhash_rust::xxh3::xxh3_64;

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// How many times its own budget an address may spend through client keys.
const KEYS_OF_AN_ADDRESS: u32 = 10;

/// The limits of the public side.
pub struct Limiter {
    per_minute: NonZeroU32,
    addresses: Keyed<IpAddr>,
    shared: Keyed<IpAddr>,
    keys: Keyed<u64>,
}

/// What is left after a request, or when to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// Requests left now.
    Left(u32),
    /// Too many: seconds to wait.
    Spent(u32),
}

impl Limiter {
    /// So many requests a minute.
    pub fn new(per_minute: NonZeroU32) -> Self {
        let keyed = |limit| RateLimiter::keyed(Quota::per_minute(limit)).with_middleware::<StateInformationMiddleware>();
        let shared = per_minute.saturating_mul(NonZeroU32::new(KEYS_OF_AN_ADDRESS).unwrap_or(NonZeroU32::MIN));
        Self {
            per_minute,
            addresses: keyed(per_minute),
            shared: keyed(shared),
            keys: RateLimiter::keyed(Quota::per_minute(per_minute)).with_middleware(),
        }
    }

    /// Counts a request of a client.
    pub fn count(&self, address: IpAddr, key: Option<&str>) -> Budget {
        let checked = match key {
            None => self.addresses.check_key(&address),
            Some(key) => self.shared.check_key(&address).and_then(|_| self.keys.check_key(&xxh3_64(format!("{address} {key}").as_bytes()))),
        };
        match checked {
            Ok(snapshot) => Budget::Left(snapshot.remaining_burst_capacity()),
            Err(until) => {
                let wait = until.wait_time_from(governor::clock::Clock::now(&DefaultClock::default()));
                Budget::Spent(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1))
            }
        }
    }

    /// Forgets clients whose budget is whole again, so that memory stays bounded by what is in use.
    pub fn forget(&self) {
        self.addresses.retain_recent();
        self.shared.retain_recent();
        self.keys.retain_recent();
    }

    /// `RateLimit-Policy`.
    pub fn policy(&self) -> String {
        format!("\"default\";q={};w=60", self.per_minute)
    }

    /// `RateLimit`: what is left, and the seconds until the budget is whole again.
    pub fn field(&self, left: u32) -> String {
        let spent = u64::from(self.per_minute.get().saturating_sub(left));
        let whole = (spent * 60).div_ceil(u64::from(self.per_minute.get()));
        format!("\"default\";r={left};t={whole}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets() {
        let limiter = Limiter::new(NonZeroU32::new(3).expect("not zero"));
        let (home, school) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        for left in [2, 1, 0] {
            assert_eq!(limiter.count(home, None), Budget::Left(left));
        }
        assert!(matches!(limiter.count(home, None), Budget::Spent(1..=21)));
        assert_eq!(limiter.count(school, None), Budget::Left(2));
        // A key has a budget of its own; invented keys end with the address' tenfold.
        assert_eq!(limiter.count(home, Some("a")), Budget::Left(2));
        let granted = (0..100).filter(|n| matches!(limiter.count(home, Some(&n.to_string())), Budget::Left(_))).count();
        assert_eq!(granted, 29);
        assert_eq!(limiter.field(1), "\"default\";r=1;t=40");
    }
}
