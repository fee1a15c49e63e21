//! Ready answers under (ledger position, civil day, request). Between two positions the registry
//! changes at midnight only, so nothing ever has to be thrown out but for room.

use super::answer::Media;
use crate::domain::day::Day;
use bytes::Bytes;
use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// An answer ready to be sent.
#[derive(Debug)]
pub struct Ready {
    /// The body, encoded.
    pub body: Bytes,
    /// Its content coding; `None` for identity.
    pub encoding: Option<&'static str>,
    /// Entity tag, quoted.
    pub etag: Bytes,
    /// Links, as the header's value.
    pub link: Bytes,
    /// Its media type.
    pub media: Media,
    /// What of a request it depends on besides the address.
    pub vary: &'static str,
    /// Its language, where it is told in one.
    pub language: Option<&'static str>,
    /// Ledger position and day that it holds for, where its body does not say them.
    pub held: Option<(i64, Day)>,
    /// Address to ask instead.
    pub location: Option<Bytes>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    position: i64,
    day: i32,
    variant: u8,
    target: Box<str>,
}

/// A key that borrows.
struct KeyRef<'t> {
    position: i64,
    day: i32,
    variant: u8,
    target: &'t str,
}

impl Hash for KeyRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.position.hash(state);
        self.day.hash(state);
        self.variant.hash(state);
        self.target.hash(state);
    }
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.target == &*key.target && self.position == key.position && self.day == key.day && self.variant == key.variant
    }
}

/// Weighs an answer in bytes, with what it costs to keep one.
#[derive(Debug, Clone, Copy)]
struct Bytewise;

const OVERHEAD: usize = 256;

impl Weighter<Key, Arc<Ready>> for Bytewise {
    fn weight(&self, key: &Key, ready: &Arc<Ready>) -> u64 {
        (key.target.len() + ready.body.len() + ready.link.len() + ready.location.as_ref().map_or(0, Bytes::len) + OVERHEAD) as u64
    }
}

/// The cache, bounded by bytes.
pub struct AnswerCache {
    answers: Option<Cache<Key, Arc<Ready>, Bytewise>>,
}

impl AnswerCache {
    /// A cache of so many bytes; 0 for none.
    pub fn new(bytes: u64) -> Self {
        let expected = usize::try_from(bytes / 4_096).unwrap_or(usize::MAX).max(16);
        Self { answers: (bytes > 0).then(|| Cache::with_weighter(expected, bytes, Bytewise)) }
    }

    /// The answer to a request at a position on a day, if it is ready; `variant` numbers what else
    /// than the address chose it.
    pub fn get(&self, position: i64, day: i32, variant: u8, target: &str) -> Option<Arc<Ready>> {
        self.answers.as_ref()?.get(&KeyRef { position, day, variant, target })
    }

    /// Keeps an answer.
    pub fn put(&self, position: i64, day: i32, variant: u8, target: &str, ready: Arc<Ready>) {
        if let Some(answers) = &self.answers {
            answers.insert(Key { position, day, variant, target: target.into() }, ready);
        }
    }

    /// Bytes in use.
    pub fn weight(&self) -> u64 {
        self.answers.as_ref().map_or(0, Cache::weight)
    }

    /// Answers kept.
    pub fn len(&self) -> usize {
        self.answers.as_ref().map_or(0, Cache::len)
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
