//! Reads JSON text into types, compactly: what serde and `serde_json` do per type is done here once, for all of them.
//!
//! Types are read by [`Read`], which is derived. It heeds serde's attributes, so that a type is read as serde writes
//! it. A struct is read from an object only, never from a list. Errors are `serde_json`'s own, with their categories
//! and places.

mod inside;
mod read;
mod record;
mod text;

use std::borrow::Cow;

use serde::{
    Deserializer,
    de::{
        Error as _, IgnoredAny, Unexpected, Visitor,
        value::{BorrowedStrDeserializer, MapDeserializer},
    },
    forward_to_deserialize_any,
};

use inside::Inside;
use text::{Number, Source};

pub use read::{Name, Read, ReadOwned, unfit};
pub use record::{Fill, Member, Shape, Variant, choice};
pub use tributary_derive::Read;

/// Why a text was not read.
pub type Error = serde_json::Error;

/// How `serde_json` asks for the text of a value as it stands.
const RAW: &str = "$serde_json::private::RawValue";
/// The deepest nesting that is followed.
const DEPTH: u8 = 128;

/// Reads a value from the bytes of a text that has nothing else in it.
pub fn from_slice<'de, T: Read<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    match std::str::from_utf8(bytes) {
        Ok(text) => from_str(text),
        Err(error) => Err(at(&Error::custom("invalid unicode code point"), bytes, error.valid_up_to())),
    }
}

/// Reads a value from a text that has nothing else in it.
pub fn from_str<'de, T: Read<'de>>(text: &'de str) -> Result<T, Error> {
    let mut reader = Reader { source: Source::new(text), depth: 0 };
    let read = T::read(&mut reader);
    reader.source.finish(read.as_ref().err()).map_or(read, Err)
}

impl Source<'_> {
    /// What is wrong, if anything is, once a value was read or was not.
    #[inline(never)]
    fn finish(&mut self, failed: Option<&Error>) -> Option<Error> {
        let failed = match failed {
            None if self.peek().is_none() => return None,
            None => Error::custom("trailing characters"),
            Some(error) => Error::custom(error),
        };
        // Where the text is no JSON at all, that is what is wrong with it.
        let whole = serde_json::from_str::<IgnoredAny>(self.text()).err();
        Some(whole.unwrap_or_else(|| at(&failed, self.text().as_bytes(), self.place())))
    }
}

/// The error, with the place that `serde_json` would give it.
#[inline(never)]
fn at(error: &Error, bytes: &[u8], place: usize) -> Error {
    let before = bytes.get(..place).unwrap_or(bytes);
    let line = before.split(|byte| *byte == b'\n').count();
    let column = before.rsplit(|byte| *byte == b'\n').next().map_or(0, <[u8]>::len);
    Error::custom(format_args!("{error} at line {line} column {column}"))
}

/// Reads values from a place of a text on.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "the text may be somebody's words")]
pub struct Reader<'de> {
    source: Source<'de>,
    depth: u8,
}

/// What a value begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Bool(bool),
    Number,
    Text,
    List,
    Object,
}

impl<'de> Reader<'de> {
    #[inline(never)]
    fn enter(&mut self) -> Result<(), Error> {
        self.source.step();
        self.depth += 1;
        if self.depth > DEPTH { Err(Error::custom("recursion limit exceeded")) } else { Ok(()) }
    }

    #[inline(never)]
    fn leave(&mut self, close: u8) -> Result<(), Error> {
        self.depth = self.depth.saturating_sub(1);
        self.source.expect(close)
    }

    /// Another kind of value was expected.
    #[cold]
    #[inline(never)]
    fn unfit(&mut self, expected: &dyn serde::de::Expected) -> Error {
        let found = match self.source.kind() {
            Ok(Kind::Null) => Unexpected::Unit,
            Ok(Kind::Bool(truth)) => Unexpected::Bool(truth),
            Ok(Kind::Number) => match self.source.number() {
                Ok(Number::Whole(number)) => Unexpected::Unsigned(number),
                Ok(Number::Negative(number)) => Unexpected::Signed(number),
                Ok(Number::Broken(number)) => Unexpected::Float(number),
                Err(error) => return error,
            },
            Ok(Kind::Text) => {
                return match self.source.string() {
                    Ok(text) => Error::invalid_type(Unexpected::Str(&text), expected),
                    Err(error) => error,
                };
            }
            Ok(Kind::List) => Unexpected::Seq,
            Ok(Kind::Object) => Unexpected::Map,
            Err(error) => return error,
        };
        Error::invalid_type(found, expected)
    }
}

/// For what is serde's own.
impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let kind = self.source.kind()?;
        if !matches!(kind, Kind::List | Kind::Object) {
            return self.scalar(kind, visitor);
        }
        self.enter()?;
        let inside = Inside::new(self);
        let (value, close) = match kind {
            Kind::List => (visitor.visit_seq(inside)?, b']'),
            _ => (visitor.visit_map(inside)?, b'}'),
        };
        self.leave(close)?;
        Ok(value)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if name == RAW {
            let text = self.source.raw()?;
            return visitor.visit_map(MapDeserializer::new(std::iter::once((RAW, BorrowedStrDeserializer::new(text)))));
        }
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> Reader<'de> {
    /// A value that holds no others.
    fn scalar<V: Visitor<'de>>(&mut self, kind: Kind, visitor: V) -> Result<V::Value, Error> {
        match kind {
            Kind::Null => {
                self.source.word("null")?;
                visitor.visit_unit()
            }
            Kind::Bool(truth) => {
                self.source.word(if truth { "true" } else { "false" })?;
                visitor.visit_bool(truth)
            }
            Kind::Number => match self.source.number()? {
                Number::Whole(number) => visitor.visit_u64(number),
                Number::Negative(number) => visitor.visit_i64(number),
                Number::Broken(number) => visitor.visit_f64(number),
            },
            Kind::Text => match self.source.string()? {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            Kind::List | Kind::Object => Err(self.unfit(&visitor)),
        }
    }
}
