//! Writes types as JSON text: letter by letter what `serde_json` writes, with less code for each type.

use serde::{
    Serialize, Serializer,
    ser::{
        Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};
use serde_json::Number;

use super::{Error, Written};

/// Writes a value.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    let mut writer = Writer { text: String::new(), as_it_stands: false };
    value.serialize(&mut writer)?;
    Ok(writer.text)
}

/// Writes values behind one another.
struct Writer {
    text: String,
    /// The next text is a value that was written before.
    as_it_stands: bool,
}

impl Writer {
    /// Before an item or a member. What was just opened ends in its bracket; texts end in their quote.
    #[inline(never)]
    fn next(&mut self) {
        if !matches!(self.text.as_bytes().last(), Some(b'[' | b'{')) {
            self.text.push(',');
        }
    }

    #[inline(never)]
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    #[inline(never)]
    fn quoted(&mut self, text: &str) {
        self.text.push('"');
        let mut rest = text;
        while let Some(place) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
            let (plain, from) = rest.split_at_checked(place).unwrap_or_default();
            self.text.push_str(plain);
            let mut letters = from.chars();
            self.escaped(letters.next().unwrap_or_default());
            rest = letters.as_str();
        }
        self.text.push_str(rest);
        self.text.push('"');
    }

    fn escaped(&mut self, letter: char) {
        let short = match letter {
            '"' | '\\' => letter,
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            _ => {
                let hex = |digit: u32| char::from_digit(digit, 16).unwrap_or_default();
                let code = u32::from(letter);
                self.text.push_str("\\u00");
                self.text.extend([hex(code >> 4), hex(code & 15)]);
                return;
            }
        };
        self.text.extend(['\\', short]);
    }

    /// The name of a member, before its value. Names in the code have nothing in them to escape.
    #[inline(never)]
    fn name(&mut self, name: &'static str) {
        self.next();
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str("\":");
    }

    /// The name of a variant, before what it holds.
    #[inline(never)]
    fn variant(&mut self, name: &'static str, open: &str) {
        self.text.push('{');
        self.name(name);
        self.text.push_str(open);
    }

    /// What was written from `start` on as the name of a member: text, or a number that is put into quotes.
    #[inline(never)]
    fn as_name(&mut self, start: usize) -> Result<(), Error> {
        match self.text.as_bytes().get(start) {
            Some(b'"') => {}
            Some(b'-' | b'0'..=b'9') => {
                self.text.insert(start, '"');
                self.text.push('"');
            }
            _ => return Err(Error::custom("the name of a member must be text")),
        }
        self.text.push(':');
        Ok(())
    }
}

/// Inside of a list or an object.
struct Inside<'a> {
    writer: &'a mut Writer,
    close: &'static str,
}

impl<'a> Inside<'a> {
    fn of(writer: &'a mut Writer, open: &str, close: &'static str) -> Self {
        writer.push(open);
        Self { writer, close }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.writer.next();
        value.serialize(&mut *self.writer)
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.writer.name(name);
        value.serialize(&mut *self.writer)
    }

    fn close(self) {
        self.writer.push(self.close);
    }
}

/// Numbers, by the widest of their kind.
macro_rules! whole {
    ($($method:ident $type:ident $widest:ident,)*) => {$(
        fn $method(self, value: $type) -> Result<(), Error> {
            self.$widest(value.into())
        }
    )*};
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Inside<'a>;
    type SerializeTuple = Inside<'a>;
    type SerializeTupleStruct = Inside<'a>;
    type SerializeTupleVariant = Inside<'a>;
    type SerializeMap = Inside<'a>;
    type SerializeStruct = Inside<'a>;
    type SerializeStructVariant = Inside<'a>;

    whole! {
        serialize_i8 i8 serialize_i64, serialize_i16 i16 serialize_i64, serialize_i32 i32 serialize_i64,
        serialize_u8 u8 serialize_u64, serialize_u16 u16 serialize_u64, serialize_u32 u32 serialize_u64,
        serialize_f32 f32 serialize_f64,
    }

    fn serialize_i64(self, value: i64) -> Result<(), Error> {
        self.push(&value.to_string());
        Ok(())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Error> {
        self.push(&value.to_string());
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.push(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        match Number::from_f64(value) {
            Some(number) => self.push(&number.to_string()),
            None => self.push("null"),
        }
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.quoted(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        if std::mem::take(&mut self.as_it_stands) {
            self.push(value);
        } else {
            self.quoted(value);
        }
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.push("null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<(), Error> {
        self.as_it_stands = name == Written::NAME;
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.variant(variant, "");
        value.serialize(&mut *self)?;
        self.push("}");
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Inside<'a>, Error> {
        Ok(Inside::of(self, "[", "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Inside<'a>, Error> {
        Ok(Inside::of(self, "[", "]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Inside<'a>, Error> {
        Ok(Inside::of(self, "[", "]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inside<'a>, Error> {
        self.variant(variant, "[");
        Ok(Inside { writer: self, close: "]}" })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Inside<'a>, Error> {
        Ok(Inside::of(self, "{", "}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Inside<'a>, Error> {
        Ok(Inside::of(self, "{", "}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inside<'a>, Error> {
        self.variant(variant, "{");
        Ok(Inside { writer: self, close: "}}" })
    }
}

macro_rules! inside {
    ($($kind:ident $method:ident($($name:ident)?) $as:ident,)*) => {$(
        impl $kind for Inside<'_> {
            type Ok = ();
            type Error = Error;
            fn $method<T: Serialize + ?Sized>(&mut self, $($name: &'static str,)? value: &T) -> Result<(), Error> {
                self.$as($($name,)? value)
            }
            fn end(self) -> Result<(), Error> {
                self.close();
                Ok(())
            }
        }
    )*};
}
inside! {
    SerializeSeq serialize_element() item,
    SerializeTuple serialize_element() item,
    SerializeTupleStruct serialize_field() item,
    SerializeTupleVariant serialize_field() item,
    SerializeStruct serialize_field(name) member,
    SerializeStructVariant serialize_field(name) member,
}

impl SerializeMap for Inside<'_> {
    type Ok = ();
    type Error = Error;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.writer.next();
        let start = self.writer.text.len();
        key.serialize(&mut *self.writer)?;
        self.writer.as_name(start)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(&mut *self.writer)
    }
    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}
