//! serde over the tree that the TOML reader makes: what does not fit is a [`Fault`] with its place, in our own words.

use serde::{
    Deserialize, Deserializer,
    de::{
        self, IntoDeserializer, Visitor,
        value::{MapDeserializer, SeqDeserializer, StringDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_spanned::de::{SpannedDeserializer, is_spanned};
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::error::Fault;

/// Text with its place.
pub(super) type Text = Spanned<String>;

/// A scalar as it was written, without quotes: what may be text or TOML's own date, time or number.
#[derive(Debug)]
pub(super) struct Loose(pub(super) Text);

/// Kinds of values, as a fault names what was expected.
const TRUTH: &str = "true or false";
const NUMBER: &str = "a whole number";
const LIST: &str = "a list";
const TEXT: &str = "a string";

/// A value with its place, to be read by serde.
pub(super) struct Node<'de>(Spanned<DeValue<'de>>);

impl<'de> Node<'de> {
    pub(super) fn root(table: Spanned<DeTable<'de>>) -> Self {
        Self(Spanned::new(table.span(), DeValue::Table(table.into_inner())))
    }

    fn key(key: Spanned<DeString<'de>>) -> Self {
        Self(Spanned::new(key.span(), DeValue::String(key.into_inner())))
    }

    /// Another kind of value was expected.
    fn unfit(&self, expected: &str) -> Fault {
        let value = self.0.get_ref();
        let found = match value {
            DeValue::String(text) => format!("string {:?}", text.as_ref()),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
            DeValue::Integer(number) => format!("integer `{number}`"),
            DeValue::Float(number) => format!("float `{number}`"),
            DeValue::Boolean(truth) => format!("boolean `{truth}`"),
            DeValue::Datetime(time) => format!("datetime `{time}`"),
        };
        let fault = Fault::new(self.0.span(), format!("invalid type: {found}, expected {expected}"));
        match expected {
            TRUTH => fault.hint("write true or false, without quotes").with_stand_in("true"),
            NUMBER => fault.hint("write it without quotes, as in 5").with_stand_in("1"),
            LIST => fault.hint("write it in brackets, as in [\"one\", \"other\"]").with_stand_in("[]"),
            TEXT => fault.hint("write it in quotes"),
            _ => fault,
        }
    }

    /// Reads it if it is what was `expected`.
    fn checked<V: Visitor<'de>>(self, fits: bool, expected: &str, visitor: V) -> Result<V::Value, Fault> {
        if fits { self.deserialize_any(visitor) } else { Err(self.unfit(expected)) }
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let place = self.0.span();
        let read = match self.0.into_inner() {
            DeValue::String(text) => visitor.visit_string(text.into_owned()),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => visitor.visit_i64(number),
                Err(_) => visitor.visit_string(number.to_string()),
            },
            DeValue::Float(number) => match number.as_str().parse() {
                Ok(number) => visitor.visit_f64(number),
                Err(_) => visitor.visit_string(number.to_string()),
            },
            DeValue::Boolean(truth) => visitor.visit_bool(truth),
            DeValue::Datetime(time) => visitor.visit_string(time.to_string()),
            DeValue::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Node))),
            DeValue::Table(members) => {
                let members = members.into_iter().map(|(key, value)| (Node::key(key), Node(value)));
                visitor.visit_map(MapDeserializer::new(members))
            }
        };
        read.map_err(|fault| fault.at(place))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if is_spanned(name) {
            let place = self.0.span();
            return visitor.visit_map(SpannedDeserializer::new(self, place));
        }
        self.deserialize_map(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let fits = self.0.get_ref().is_table();
        self.checked(fits, "a table", visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let fits = self.0.get_ref().is_array();
        self.checked(fits, LIST, visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let fits = self.0.get_ref().is_str();
        self.checked(fits, TEXT, visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let fits = match self.0.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).is_ok(),
            _ => false,
        };
        self.checked(fits, NUMBER, visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let fits = self.0.get_ref().is_bool();
        self.checked(fits, TRUTH, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let place = self.0.span();
        let text = String::deserialize(self)?;
        visitor.visit_enum(StringDeserializer::new(text)).map_err(|fault: Fault| fault.at(place))
    }

    forward_to_deserialize_any! {
        u8 u16 u32 u64 u128 i8 i16 i32 i128 f32 f64 char str bytes byte_buf unit unit_struct newtype_struct
        tuple tuple_struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Fault> for Node<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl de::Error for Fault {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::new(0..0, message.to_string())
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::unknown(0..0, "field", field, expected)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let fault = Self::unknown(0..0, "value", variant, expected);
        match expected.first() {
            Some(first) => fault.with_stand_in(first),
            None => fault,
        }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(0..0, format!("missing field `{field}`"))
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Spanned::<Written>::deserialize(deserializer)?;
        Ok(Self(Spanned::new(written.span(), written.into_inner().0)))
    }
}

struct Written(String);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;

        impl Visitor<'_> for Scalar {
            type Value = Written;

            fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                to.write_str("a single value")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Written, E> {
                Ok(Written(text.trim().to_owned()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Written, E> {
                Ok(Written(number.to_string()))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Written, E> {
                Ok(Written(number.to_string()))
            }

            fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Written, E> {
                Ok(Written(truth.to_string()))
            }
        }

        deserializer.deserialize_any(Scalar)
    }
}
