//! Reads the part of an address after the `?` into the type that an operation has for it.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer,
    de::{
        self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, Visitor,
        value::{CowStrDeserializer, MapAccessDeserializer},
    },
    forward_to_deserialize_any,
};

/// Why a parameter is not acceptable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    pub name: String,
    /// What is wrong with it and how to mend it.
    pub detail: String,
    /// It is the value that is wrong; else the parameter should not be there, or is missing.
    pub value: bool,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.detail)
    }
}

impl std::error::Error for QueryError {}

impl QueryError {
    fn new(name: &str, detail: String) -> Self {
        Self { name: name.to_owned(), detail, value: false }
    }

    /// The error of a value, which does not know the name of its parameter.
    fn of_value(self, name: &str) -> Self {
        Self { name: name.to_owned(), detail: format!("`{name}` is {}.", self.detail), value: true }
    }
}

impl de::Error for QueryError {
    fn custom<T: fmt::Display>(detail: T) -> Self {
        Self::new("", detail.to_string())
    }

    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Self {
        Self::new("", format!("one of: {}", known.join(", ")))
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Self::new(name, format!("There is no parameter of this name here; there are: {known}."))
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::new(name, "This parameter is given twice.".to_owned())
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(name, format!("Give `{name}`: it cannot be left out."))
    }
}

/// Reads the parameters of a whole address.
pub fn read<T: DeserializeOwned>(url: &str) -> Result<T, QueryError> {
    let url = url.split('#').next().unwrap_or_default();
    let text = url.split_once('?').map_or("", |(_, text)| text);
    let pairs = Pairs { rest: form_urlencoded::parse(text.as_bytes()), current: None };
    T::deserialize(MapAccessDeserializer::new(pairs))
}

struct Pairs<'a> {
    rest: form_urlencoded::Parse<'a>,
    current: Option<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'de> MapAccess<'de> for Pairs<'_> {
    type Error = QueryError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, QueryError> {
        self.current = self.rest.next();
        let Some((name, _)) = &self.current else { return Ok(None) };
        seed.deserialize(name.as_ref().into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, QueryError> {
        let (name, text) = self.current.take().unwrap_or_default();
        seed.deserialize(Value(text)).map_err(|error| error.of_value(&name))
    }
}

struct Value<'a>(Cow<'a, str>);

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = QueryError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_str(&self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, QueryError> {
        visitor.visit_enum(CowStrDeserializer::new(self.0))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::api::page::{Cursor, Limit};

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Asked {
        #[serde(default)]
        limit: Limit<100>,
        cursor: Option<Cursor>,
        sort: Option<Sort>,
        words: Option<String>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Sort {
        Due,
        New,
    }

    fn detail(query: &str) -> String {
        read::<Asked>(query).unwrap_err().to_string()
    }

    #[test]
    fn values_are_decoded() {
        let words = |query: &str| read::<Asked>(query).unwrap().words;
        assert_eq!(words("https://inbox.example/api?words=a%20b+c%C3%A9#f?words=2").as_deref(), Some("a b cé"));
        assert_eq!(words("/?words=%zz").as_deref(), Some("%zz"));
        assert_eq!(words("/?words=%4").as_deref(), Some("%4"));
        assert_eq!(read::<Asked>("/").unwrap(), Asked::default());
    }

    #[test]
    fn what_is_not_taken_is_named_and_how_to_mend_it_is_said() {
        assert_eq!(read::<Asked>("/?sort=due&limit=5").unwrap().sort, Some(Sort::Due));
        let there = "There is no parameter of this name here; there are: limit, cursor, sort, words.";
        assert_eq!(detail("/?stats=open"), format!("stats: {there}"));
        assert_eq!(detail("/?sort=old"), "sort: `sort` is one of: due, new.");
        assert_eq!(detail("/?sort=due&sort=new"), "sort: This parameter is given twice.");
        for limit in ["0", "101", "", "+5", "05", "x"] {
            assert_eq!(detail(&format!("/?limit={limit}")), "limit: `limit` is a number from 1 to 100.");
        }
        assert!(read::<Asked>("/?cursor=x").unwrap_err().value);
    }
}
