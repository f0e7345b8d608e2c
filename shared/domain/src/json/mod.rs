//! Reads JSON text into types, compactly: what `serde_json` does per type is done here once, for all of them.
//!
//! The difference that the types see: a struct is read from an object only, never from a list. Errors are
//! `serde_json`'s own, with their categories and places.

mod access;
mod text;

use serde::{
    Deserialize, Deserializer,
    de::{
        Error as _, IgnoredAny, Unexpected, Visitor,
        value::{BorrowedStrDeserializer, MapDeserializer},
    },
    forward_to_deserialize_any,
};

use access::{Items, Members, Variant};
use text::{Number, Source};

/// Why a text was not read.
pub type Error = serde_json::Error;

/// How `serde_json` asks for the text of a value as it stands.
const RAW: &str = "$serde_json::private::RawValue";
/// The deepest nesting that is followed.
const DEPTH: u8 = 128;

/// Reads a value from the bytes of a text that has nothing else in it.
pub fn from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    match std::str::from_utf8(bytes) {
        Ok(text) => from_str(text),
        Err(error) => Err(at(&Error::custom("invalid unicode code point"), bytes, error.valid_up_to())),
    }
}

/// Reads a value from a text that has nothing else in it.
pub fn from_str<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, Error> {
    let mut reader = Reader { source: Source::new(text), depth: 0 };
    let read = T::deserialize(&mut reader);
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
struct Reader<'de> {
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

    fn list<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        self.enter()?;
        let value = visitor.visit_seq(Items::new(self))?;
        self.leave(b']')?;
        Ok(value)
    }

    fn object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        self.enter()?;
        let value = visitor.visit_map(Members::new(self))?;
        self.leave(b'}')?;
        Ok(value)
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.source.kind()? {
            Kind::List => self.list(visitor),
            Kind::Object => self.object(visitor),
            _ => self.scalar(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.source.null()? { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if name == RAW {
            let text = self.source.raw()?;
            return visitor.visit_map(MapDeserializer::new(std::iter::once((RAW, BorrowedStrDeserializer::new(text)))));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.source.kind()? == Kind::List { self.list(visitor) } else { Err(self.unfit(&visitor)) }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.source.kind()? == Kind::Object { self.object(visitor) } else { Err(self.unfit(&visitor)) }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let holds = match self.source.kind()? {
            Kind::Text => false,
            Kind::Object => {
                self.enter()?;
                true
            }
            _ => return Err(self.unfit(&visitor)),
        };
        let value = visitor.visit_enum(Variant::new(self, holds))?;
        if holds {
            self.leave(b'}')?;
        }
        Ok(value)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.source.kind()? == Kind::Text { self.text(visitor) } else { Err(self.unfit(&visitor)) }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.source.raw()?;
        visitor.visit_unit()
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.scalar(visitor)
    }
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.scalar(visitor)
    }
    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.scalar(visitor)
    }
    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.scalar(visitor)
    }
    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.scalar(visitor)
    }
    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.scalar(visitor)
    }
    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.scalar(visitor)
    }
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.scalar(visitor)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u128 f32 char bytes byte_buf unit_struct
    }
}

impl<'de> Reader<'de> {
    /// A value that holds no others.
    fn scalar<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        match self.source.kind()? {
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
            Kind::Text => self.text(visitor),
            Kind::List | Kind::Object => Err(self.unfit(&visitor)),
        }
    }

    fn text<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        match self.source.string()? {
            std::borrow::Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            std::borrow::Cow::Owned(text) => visitor.visit_string(text),
        }
    }
}
