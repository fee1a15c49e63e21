//! Views as JSON, but only the members that were selected, in the order and under the names that the
//! query gives them. A view is serialised as for REST; this serialiser passes over what was not asked
//! for and leaves holes for the things that are read afterwards, all of a kind together.

use super::level::{Member, Picked};
use super::model::Noun;
use super::questions::Key;
use crate::domain::code;
use crate::domain::place::gazetteer;
use serde::ser::{self, Impossible, Serialize, Serializer};
use std::collections::HashMap;
use std::fmt;

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
    bytes: Vec<u8>,
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

    fn hole(&mut self, group: usize, item: u32) {
        self.holes.push(Hole { at: self.bytes.len(), group, item });
    }

    fn object<T: Serialize + ?Sized>(&mut self, view: &T, members: &[Picked]) {
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

    fn member<T: Serialize + ?Sized>(&mut self, value: &T, picked: &Picked) -> Result<(), Odd> {
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

    fn refer(&mut self, group: usize, key: Option<Key>) {
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

/// A value that a view does not have in this place.
#[derive(Debug)]
struct Odd;

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a member of this kind")
    }
}

impl std::error::Error for Odd {}

impl ser::Error for Odd {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// The methods of a serialiser for values that cannot come.
macro_rules! odd {
    ($($method:ident($($type:ty),*) -> $ok:ty;)+) => {
        $(fn $method(self, $(_: $type),*) -> Result<$ok, Odd> { Err(Odd) })+
    };
}

/// Those that neither a member nor a reference ever is.
macro_rules! never {
    () => {
        type SerializeTuple = Impossible<Self::Ok, Odd>;
        type SerializeTupleStruct = Impossible<Self::Ok, Odd>;
        type SerializeTupleVariant = Impossible<Self::Ok, Odd>;
        type SerializeStructVariant = Impossible<Self::Ok, Odd>;
        odd! {
            serialize_bool(bool) -> Self::Ok;
            serialize_i8(i8) -> Self::Ok;
            serialize_u8(u8) -> Self::Ok;
            serialize_u16(u16) -> Self::Ok;
            serialize_f32(f32) -> Self::Ok;
            serialize_f64(f64) -> Self::Ok;
            serialize_u64(u64) -> Self::Ok;
            serialize_char(char) -> Self::Ok;
            serialize_bytes(&[u8]) -> Self::Ok;
            serialize_unit_struct(&'static str) -> Self::Ok;
            serialize_unit_variant(&'static str, u32, &'static str) -> Self::Ok;
            serialize_tuple(usize) -> Self::SerializeTuple;
            serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
            serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
            serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
        }
        fn serialize_newtype_variant<V: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &V,
        ) -> Result<Self::Ok, Odd> {
            Err(Odd)
        }
    };
}

/// Finds one member of an object.
struct One<'s> {
    sheet: &'s mut Sheet,
    name: &'s str,
    picked: &'s Picked,
}

impl Serializer for One<'_> {
    type Ok = ();
    type Error = Odd;
    type SerializeSeq = Impossible<(), Odd>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    never!();
    odd! {
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_str(&str) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u32(u32) -> ();
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Odd> {
        value.serialize(self)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Odd> {
        value.serialize(self)
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self, Odd> {
        Ok(self)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Odd> {
        Ok(self)
    }
}

impl ser::SerializeStruct for One<'_> {
    type Ok = ();
    type Error = Odd;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Odd> {
        if name == self.name { self.sheet.member(value, self.picked) } else { Ok(()) }
    }
    fn end(self) -> Result<(), Odd> {
        Ok(())
    }
}

/// A view that flattens another comes as a map.
impl ser::SerializeMap for One<'_> {
    type Ok = ();
    type Error = Odd;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Odd> {
        Err(Odd)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Odd> {
        Err(Odd)
    }
    fn serialize_entry<K: Serialize + ?Sized, V: Serialize + ?Sized>(&mut self, key: &K, value: &V) -> Result<(), Odd> {
        if key.serialize(Is(self.name))? { self.sheet.member(value, self.picked) } else { Ok(()) }
    }
    fn end(self) -> Result<(), Odd> {
        Ok(())
    }
}

/// Whether a key is this name.
struct Is<'n>(&'n str);

impl Serializer for Is<'_> {
    type Ok = bool;
    type Error = Odd;
    type SerializeSeq = Impossible<bool, Odd>;
    type SerializeMap = Impossible<bool, Odd>;
    type SerializeStruct = Impossible<bool, Odd>;
    never!();
    odd! {
        serialize_none() -> bool;
        serialize_unit() -> bool;
        serialize_i16(i16) -> bool;
        serialize_i32(i32) -> bool;
        serialize_i64(i64) -> bool;
        serialize_u32(u32) -> bool;
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
    }
    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<bool, Odd> {
        Err(Odd)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<bool, Odd> {
        Err(Odd)
    }
    fn serialize_str(self, key: &str) -> Result<bool, Odd> {
        Ok(key == self.0)
    }
}

/// Puts an object, a list of objects, or nothing.
struct Put<'s, T: ?Sized> {
    sheet: &'s mut Sheet,
    value: &'s T,
    members: &'s [Picked],
}

impl<'s, T: Serialize + ?Sized> Serializer for Put<'s, T> {
    type Ok = ();
    type Error = Odd;
    type SerializeSeq = Items<'s>;
    type SerializeMap = Done;
    type SerializeStruct = Done;
    never!();
    odd! {
        serialize_str(&str) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u32(u32) -> ();
    }
    fn serialize_none(self) -> Result<(), Odd> {
        self.sheet.bytes.extend_from_slice(b"null");
        Ok(())
    }
    fn serialize_unit(self) -> Result<(), Odd> {
        self.serialize_none()
    }
    fn serialize_some<U: Serialize + ?Sized>(self, value: &U) -> Result<(), Odd> {
        value.serialize(Put { sheet: self.sheet, value, members: self.members })
    }
    fn serialize_newtype_struct<U: Serialize + ?Sized>(self, _: &'static str, value: &U) -> Result<(), Odd> {
        value.serialize(Put { sheet: self.sheet, value, members: self.members })
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'s>, Odd> {
        self.sheet.bytes.push(b'[');
        Ok(Items { sheet: self.sheet, members: self.members, any: false })
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Done, Odd> {
        self.sheet.object(self.value, self.members);
        Ok(Done)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Done, Odd> {
        self.sheet.object(self.value, self.members);
        Ok(Done)
    }
}

/// An object that has been put; its members pass by.
struct Done;

impl ser::SerializeStruct for Done {
    type Ok = ();
    type Error = Odd;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, _: &T) -> Result<(), Odd> {
        Ok(())
    }
    fn end(self) -> Result<(), Odd> {
        Ok(())
    }
}

impl ser::SerializeMap for Done {
    type Ok = ();
    type Error = Odd;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Odd> {
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Odd> {
        Ok(())
    }
    fn end(self) -> Result<(), Odd> {
        Ok(())
    }
}

/// A list of objects.
struct Items<'s> {
    sheet: &'s mut Sheet,
    members: &'s [Picked],
    any: bool,
}

impl ser::SerializeSeq for Items<'_> {
    type Ok = ();
    type Error = Odd;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Odd> {
        if std::mem::replace(&mut self.any, true) {
            self.sheet.bytes.push(b',');
        }
        value.serialize(Put { sheet: self.sheet, value, members: self.members })
    }
    fn end(self) -> Result<(), Odd> {
        self.sheet.bytes.push(b']');
        Ok(())
    }
}

/// Leaves a hole for each thing that a member refers to: by code, number or key; in a short form; or,
/// without a noun, by its row.
struct Refer<'s> {
    sheet: &'s mut Sheet,
    group: usize,
    noun: Option<Noun>,
}

impl Refer<'_> {
    fn number(self, number: i64) -> Result<(), Odd> {
        self.sheet.refer(self.group, Some(Key::Number(number)));
        Ok(())
    }
}

impl<'s> Serializer for Refer<'s> {
    type Ok = ();
    type Error = Odd;
    type SerializeSeq = References<'s>;
    type SerializeMap = Impossible<(), Odd>;
    type SerializeStruct = Self;
    never!();
    odd! {
        serialize_map(Option<usize>) -> Self::SerializeMap;
    }
    fn serialize_none(self) -> Result<(), Odd> {
        self.sheet.refer(self.group, None);
        Ok(())
    }
    fn serialize_unit(self) -> Result<(), Odd> {
        self.serialize_none()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Odd> {
        value.serialize(self)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Odd> {
        value.serialize(self)
    }
    fn serialize_str(self, text: &str) -> Result<(), Odd> {
        let key = match self.noun {
            Some(Noun::Place) => gazetteer().get(text).map(Key::Place),
            _ => code::parse(text).ok().map(|(_, number)| Key::Number(number)),
        };
        self.sheet.refer(self.group, key);
        Ok(())
    }
    fn serialize_i16(self, number: i16) -> Result<(), Odd> {
        self.number(number.into())
    }
    fn serialize_i32(self, number: i32) -> Result<(), Odd> {
        self.number(number.into())
    }
    fn serialize_i64(self, number: i64) -> Result<(), Odd> {
        self.number(number)
    }
    fn serialize_u32(self, row: u32) -> Result<(), Odd> {
        self.sheet.hole(self.group, row);
        Ok(())
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<References<'s>, Odd> {
        self.sheet.bytes.push(b'[');
        Ok(References { refer: self, any: false })
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Odd> {
        Ok(self)
    }
}

impl ser::SerializeStruct for Refer<'_> {
    type Ok = ();
    type Error = Odd;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Odd> {
        match self.noun {
            Some(noun) if name == noun.key() => value.serialize(Refer { sheet: self.sheet, group: self.group, noun: self.noun }),
            _ => Ok(()),
        }
    }
    fn end(self) -> Result<(), Odd> {
        Ok(())
    }
}

/// A list of references.
struct References<'s> {
    refer: Refer<'s>,
    any: bool,
}

impl ser::SerializeSeq for References<'_> {
    type Ok = ();
    type Error = Odd;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Odd> {
        if std::mem::replace(&mut self.any, true) {
            self.refer.sheet.bytes.push(b',');
        }
        value.serialize(Refer { sheet: self.refer.sheet, group: self.refer.group, noun: self.refer.noun })
    }
    fn end(self) -> Result<(), Odd> {
        self.refer.sheet.bytes.push(b']');
        Ok(())
    }
}
