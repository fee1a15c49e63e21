//! The keys that tokens are checked with, kept fresh while the program runs.
//!
//! A source that fails leaves the last good keys in place: a mistake in a file or an outage of the
//! identity provider must not lock every council out. A key that was taken back goes as soon as the
//! source can be read.

use super::Refusal;
use super::fetch::{self, Fetcher, LARGEST};
use super::jwk::{self, Key, KeyError};
use jsonwebtoken::Algorithm;
use serde_json::Value;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use ureq::http::Uri;

/// Where keys come from: a file (JWK set or PEM), or the address of a JWK set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A file.
    File(PathBuf),
    /// An address.
    Url(Uri),
}

impl FromStr for KeySource {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains("://") { fetch::address(text).map(Self::Url) } else { Ok(Self::File(text.into())) }
    }
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Url(address) => write!(f, "{address}"),
        }
    }
}

/// A source that can be read.
#[derive(Debug, Clone)]
enum Reader {
    File(PathBuf),
    Url(Fetcher),
}

impl Reader {
    fn read(&self) -> Result<Vec<Key>, KeyError> {
        let bytes = match self {
            Self::File(path) => file(path).map_err(|e| KeyError::Unreadable(e.to_string()))?,
            Self::Url(fetcher) => fetcher.get()?,
        };
        jwk::read(&bytes)
    }

    /// How long keys are used before the source is looked at again.
    fn fresh(&self) -> Duration {
        match self {
            Self::File(_) => Duration::from_secs(1),
            Self::Url(_) => Duration::from_secs(300),
        }
    }

    /// The least time between two looks that tokens of unknown keys may cause: anybody can make such tokens.
    fn pause(&self) -> Duration {
        match self {
            Self::File(_) => Duration::from_millis(100),
            Self::Url(_) => Duration::from_secs(10),
        }
    }
}

fn file(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What is known now.
#[derive(Debug, Clone, Default)]
struct Known {
    keys: Arc<[Key]>,
    /// When the source was last looked at, with or without success.
    looked: Option<Instant>,
    /// When that last happened for the sake of an unknown key.
    sought: Option<Instant>,
    /// What went wrong then.
    fault: Option<KeyError>,
}

/// The keys of one source.
#[derive(Debug)]
pub struct Keys {
    reader: Reader,
    known: RwLock<Known>,
    /// Held by the one who looks at the source; the others wait for what it finds.
    gate: Mutex<()>,
}

fn within(time: Option<Instant>, span: Duration) -> bool {
    time.is_some_and(|time| time.elapsed() < span)
}

impl Keys {
    /// The keys of a source, which is looked at once. Blocks.
    ///
    /// # Errors
    /// When a file is no good. An address that does not answer is asked again later.
    pub fn open(source: &KeySource) -> Result<Self, KeyError> {
        let reader = match source {
            KeySource::File(path) => Reader::File(path.clone()),
            KeySource::Url(address) => Reader::Url(Fetcher::new(address.clone())),
        };
        let read = reader.read();
        let keys = Self { reader, known: RwLock::default(), gate: Mutex::new(()) };
        if let (Reader::File(_), Err(error)) = (&keys.reader, &read) {
            return Err(error.clone());
        }
        keys.note(read);
        Ok(keys)
    }

    /// The keys as a set that may be published; none for an address, which publishes its own.
    pub async fn published(&self) -> Option<Value> {
        if matches!(self.reader, Reader::Url(_)) {
            return None;
        }
        self.refresh().await;
        Some(jwk::published(&self.known().keys))
    }

    /// The key for a token with this id and algorithm.
    pub(super) async fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Key, Refusal> {
        self.refresh().await;
        match pick(&self.known().keys, kid, algorithm) {
            Err(Missing::Unknown) => self.seek(kid, algorithm).await,
            found => found.map_err(Refusal::from),
        }
    }

    /// Looks at the source when the keys are no longer fresh. While one looks, others use what is known.
    async fn refresh(&self) {
        let known = self.known();
        if within(known.looked, self.reader.fresh()) && !known.keys.is_empty() {
            return;
        }
        let _gate = if known.keys.is_empty() {
            self.gate.lock().await
        } else {
            let Ok(gate) = self.gate.try_lock() else { return };
            gate
        };
        let known = self.known();
        let rest = if known.keys.is_empty() { self.reader.pause() } else { self.reader.fresh() };
        if !within(known.looked, rest) {
            self.look().await;
        }
    }

    /// Looks for a key that is not known: perhaps the keys were changed.
    async fn seek(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Key, Refusal> {
        let _gate = self.gate.lock().await;
        let known = self.known();
        match pick(&known.keys, kid, algorithm) {
            Err(Missing::Unknown) if !within(known.sought, self.reader.pause()) => {}
            found => return found.map_err(Refusal::from),
        }
        self.known.write().unwrap_or_else(PoisonError::into_inner).sought = Some(Instant::now());
        self.look().await;
        pick(&self.known().keys, kid, algorithm).map_err(Refusal::from)
    }

    async fn look(&self) {
        let reader = self.reader.clone();
        let read = tokio::task::spawn_blocking(move || reader.read()).await;
        self.note(read.unwrap_or_else(|error| Err(KeyError::Unreadable(error.to_string()))));
    }

    /// Keeps what was read; a fault leaves the keys as they were.
    fn note(&self, read: Result<Vec<Key>, KeyError>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.looked = Some(Instant::now());
        match read {
            Ok(keys) => {
                let ids = |keys: &[Key]| keys.iter().map(|key| key.kid().unwrap_or("-").to_owned()).collect::<Vec<_>>();
                if ids(&keys) != ids(&known.keys) || known.fault.is_some() {
                    tracing::info!(keys = ids(&keys).join(" "), "keys of the councils' tokens");
                }
                (known.keys, known.fault) = (keys.into(), None);
            }
            Err(error) => {
                if known.fault.as_ref() != Some(&error) {
                    tracing::warn!(%error, kept = known.keys.len(), "the keys of the councils' tokens cannot be read; the last good ones stay");
                }
                known.fault = Some(error);
            }
        }
    }

    fn known(&self) -> Known {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Why no key fits.
enum Missing {
    /// There are no keys at all.
    All,
    /// None has the id.
    Unknown,
    /// The id is that of a key of another algorithm, or of several.
    Unfit,
}

impl From<Missing> for Refusal {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::All => Self::NoKeys,
            Missing::Unknown => Self::Invalid("no key has its kid"),
            Missing::Unfit => Self::Invalid("its algorithm is not that of one key"),
        }
    }
}

/// The one key for an id and algorithm. A key without an id serves any; a token without one is
/// served by the only key of its algorithm.
fn pick(keys: &[Key], kid: Option<&str>, algorithm: Algorithm) -> Result<Key, Missing> {
    if keys.is_empty() {
        return Err(Missing::All);
    }
    let named = |key: &&Key| kid.is_none() || key.kid() == kid;
    let mut candidates: Vec<&Key> = keys.iter().filter(named).collect();
    if candidates.is_empty() {
        candidates = keys.iter().filter(|key| key.kid().is_none()).collect();
    }
    if candidates.is_empty() {
        return Err(Missing::Unknown);
    }
    let mut fit = candidates.into_iter().filter(|key| key.algorithm == algorithm);
    match (fit.next(), fit.next()) {
        (Some(key), None) => Ok(key.clone()),
        _ => Err(Missing::Unfit),
    }
}
