//! The serialisers that pass over what was not asked for: one finds a member of a view, one puts what
//! is selected of it, one leaves holes for what it refers to.

use super::level::Picked;
use super::model::Noun;
use super::questions::Key;
use super::render::Sheet;
use crate::domain::code;
use crate::domain::place::gazetteer;
use crate::read::reference;
use serde::ser::{self, Impossible, Serialize, Serializer};
use std::fmt;

/// A value that a view does not have in this place.
#[derive(Debug)]
pub(super) struct Odd;

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
pub(super) struct One<'s> {
    pub(super) sheet: &'s mut Sheet,
    pub(super) name: &'s str,
    pub(super) picked: &'s Picked,
}

impl Serializer for One<'_> {
    type Ok = ();
    type Error = Odd;
    type SerializeSeq = Impossible<(), Odd>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    never!();
    odd! {
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
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
        serialize_unit_variant(&'static str, u32, &'static str) -> bool;
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
pub(super) struct Put<'s, T: ?Sized> {
    pub(super) sheet: &'s mut Sheet,
    pub(super) value: &'s T,
    pub(super) members: &'s [Picked],
}

impl<'s, T: Serialize + ?Sized> Serializer for Put<'s, T> {
    type Ok = ();
    type Error = Odd;
    type SerializeSeq = Items<'s>;
    type SerializeMap = Done;
    type SerializeStruct = Done;
    never!();
    odd! {
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
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
pub(super) struct Done;

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
pub(super) struct Items<'s> {
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
pub(super) struct Refer<'s> {
    pub(super) sheet: &'s mut Sheet,
    pub(super) group: usize,
    pub(super) noun: Option<Noun>,
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
            Some(Noun::Regime) => reference::regime_number(text).map(Key::Number),
            _ => code::parse(text).ok().map(|(_, number)| Key::Number(number)),
        };
        self.sheet.refer(self.group, key);
        Ok(())
    }
    /// A word of a vocabulary.
    fn serialize_unit_variant(self, _: &'static str, _: u32, word: &'static str) -> Result<(), Odd> {
        self.serialize_str(word)
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
pub(super) struct References<'s> {
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
