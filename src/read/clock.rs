//! The clock as a value, so that a test can walk a certificate over its last day.

use crate::domain::day::{Day, civil_day};
use chrono::{DateTime, SubsecRound, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// What time it is.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The system's.
    #[default]
    System,
    /// One that is set, in seconds since 1970.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at an instant.
    pub fn at(instant: DateTime<Utc>) -> Self {
        Self::Set(Arc::new(AtomicI64::new(instant.timestamp())))
    }

    /// Sets a clock that can be set.
    pub fn set(&self, instant: DateTime<Utc>) {
        if let Self::Set(seconds) = self {
            seconds.store(instant.timestamp(), Ordering::SeqCst);
        }
    }

    /// The instant, to the microsecond, as both databases keep it: what is told of something new has to be what is
    /// read of it later.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now().trunc_subsecs(6),
            Self::Set(seconds) => DateTime::from_timestamp(seconds.load(Ordering::SeqCst), 0).unwrap_or_default(),
        }
    }

    /// The civil day in Vietnam.
    pub fn today(&self) -> Day {
        civil_day(self.now())
    }
}
