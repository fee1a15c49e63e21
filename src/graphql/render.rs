//! Views as JSON, but only the members that were selected, in the order and under the names that the
//! query gives them. A view is serialised as for REST, by serialisers that leave holes for the things
//! that are read afterwards, all of a kind together; see `pick`.

use super::level::{Member, Picked};
use super::pick::{Odd, One, Put, Refer};
use super::questions::Key;
use serde::Serialize;
use std::collections::HashMap;

/// The most bytes of an answer; what would be longer is refused and not held in memory.
pub(super) const MOST_BYTES: usize = 32 * 1024 * 1024;

/// No thing fills this hole.
const NOTHING: u32 = u32::MAX;

/// Where something that is rendered elsewhere belongs.
struct Hole {
    at: usize,
    group: usize,
    item: u32,
}

/// Things that are referred to, each once, in the order met.
#[derive(Default)]
pub(super) struct Keys {
    pub(super) all: Vec<Key>,
    known: HashMap<Key, u32>,
}

impl Keys {
    fn add(&mut self, key: Key) -> u32 {
        *self.known.entry(key).or_insert_with(|| {
            self.all.push(key);
            u32::try_from(self.all.len() - 1).unwrap_or(NOTHING)
        })
    }
}

/// One after another, rendered with holes.
pub(super) struct Sheet {
    pub(super) bytes: Vec<u8>,
    holes: Vec<Hole>,
    /// Where each item ends, in bytes and in holes.
    ends: Vec<(usize, usize)>,
    /// The things referred to, by group.
    pub(super) keys: Vec<Keys>,
}

/// A sheet with what fills its holes.
pub(super) struct Rendered {
    sheet: Sheet,
    groups: Vec<Rendered>,
}

impl Sheet {
    /// An empty sheet for a level with so many groups.
    pub(super) fn new(groups: usize, items: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(128 * items),
            holes: Vec::new(),
            ends: Vec::with_capacity(items),
            keys: std::iter::repeat_with(Keys::default).take(groups).collect(),
        }
    }

    /// Bytes so far, without what fills the holes.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Renders the selected members of a view as the next item; none more once there are too many.
    pub(super) fn item<T: Serialize>(&mut self, view: &T, members: &[Picked]) {
        if self.bytes.len() <= MOST_BYTES {
            self.object(view, members);
        }
        self.ends.push((self.bytes.len(), self.holes.len()));
    }

    /// Renders the selected members of a view, of each view of a list, or nothing, as the next item.
    pub(super) fn any<T: Serialize>(&mut self, value: &T, members: &[Picked]) {
        if value.serialize(Put { sheet: self, value, members }).is_err() {
            self.bytes.extend_from_slice(b"null");
        }
        self.ends.push((self.bytes.len(), self.holes.len()));
    }

    /// The next item is nothing.
    pub(super) fn nothing(&mut self) {
        self.bytes.extend_from_slice(b"null");
        self.ends.push((self.bytes.len(), self.holes.len()));
    }

    /// The next item is a value without members.
    pub(super) fn value<T: Serialize>(&mut self, value: &T) {
        leaf(&mut self.bytes, value);
        self.ends.push((self.bytes.len(), self.holes.len()));
    }

    /// The next item is a list of the things that follow in a group.
    pub(super) fn list(&mut self, group: usize, items: std::ops::Range<usize>) {
        self.bytes.push(b'[');
        for (nth, item) in items.enumerate() {
            if nth > 0 {
                self.bytes.push(b',');
            }
            self.hole(group, u32::try_from(item).unwrap_or(NOTHING));
        }
        self.bytes.push(b']');
        self.ends.push((self.bytes.len(), self.holes.len()));
    }

    pub(super) fn hole(&mut self, group: usize, item: u32) {
        self.holes.push(Hole { at: self.bytes.len(), group, item });
    }

    pub(super) fn object<T: Serialize + ?Sized>(&mut self, view: &T, members: &[Picked]) {
        self.bytes.push(b'{');
        for (nth, picked) in members.iter().enumerate() {
            if nth > 0 {
                self.bytes.push(b',');
            }
            self.bytes.extend_from_slice(picked.key.as_bytes());
            let name = match &picked.member {
                Member::Nothing => {
                    self.bytes.extend_from_slice(b"null");
                    continue;
                }
                Member::Said(text) => {
                    leaf(&mut self.bytes, text);
                    continue;
                }
                Member::Together { group } => {
                    // The items of that group stand in the order of these.
                    self.hole(*group, u32::try_from(self.ends.len()).unwrap_or(NOTHING));
                    continue;
                }
                Member::Plain { name } | Member::Reference { name, .. } | Member::Row { name, .. } => name,
            };
            let before = (self.bytes.len(), self.holes.len());
            if view.serialize(One { sheet: self, name, picked }).is_err() || before == (self.bytes.len(), self.holes.len()) {
                // A member that a view leaves out where it has nothing to say.
                self.bytes.truncate(before.0);
                self.holes.truncate(before.1);
                self.bytes.extend_from_slice(b"null");
            }
        }
        self.bytes.push(b'}');
    }

    pub(super) fn member<T: Serialize + ?Sized>(&mut self, value: &T, picked: &Picked) -> Result<(), Odd> {
        match &picked.member {
            Member::Reference { group, noun, .. } => value.serialize(Refer { sheet: self, group: *group, noun: Some(*noun) }),
            Member::Row { group, .. } => value.serialize(Refer { sheet: self, group: *group, noun: None }),
            _ if picked.members.is_empty() => {
                leaf(&mut self.bytes, value);
                Ok(())
            }
            _ => value.serialize(Put { sheet: self, value, members: &picked.members }),
        }
    }

    pub(super) fn refer(&mut self, group: usize, key: Option<Key>) {
        match key {
            Some(key) => {
                let item = self.keys[group].add(key);
                self.hole(group, item);
            }
            None => self.bytes.extend_from_slice(b"null"),
        }
    }

    /// The sheet with what fills its holes.
    pub(super) fn filled(self, groups: Vec<Rendered>) -> Rendered {
        Rendered { sheet: self, groups }
    }
}

fn leaf<T: Serialize + ?Sized>(bytes: &mut Vec<u8>, value: &T) {
    if let Err(error) = value.serialize(&mut serde_json::Serializer::new(&mut *bytes)) {
        tracing::error!(%error, "a member cannot be rendered");
        bytes.extend_from_slice(b"null");
    }
}

impl Rendered {
    /// Writes an item with everything in it, unless there is too much already.
    pub(super) fn write(&self, item: usize, target: &mut Vec<u8>) {
        if target.len() > MOST_BYTES {
            return;
        }
        let Some((end, last)) = self.sheet.ends.get(item).copied() else {
            target.extend_from_slice(b"null");
            return;
        };
        let (mut at, first) = item.checked_sub(1).map_or((0, 0), |before| self.sheet.ends[before]);
        for hole in &self.sheet.holes[first..last] {
            target.extend_from_slice(&self.sheet.bytes[at..hole.at]);
            at = hole.at;
            match self.groups.get(hole.group) {
                Some(group) => group.write(hole.item as usize, target),
                None => target.extend_from_slice(b"null"),
            }
        }
        target.extend_from_slice(&self.sheet.bytes[at..end]);
    }
}
