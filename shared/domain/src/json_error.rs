//! Reading JSON that others wrote, and what may be said of it when it does not fit: which member is wrong and why, in our
//! own words and never with what was found there. It may be a token or somebody's words.

use std::fmt;

use serde::{
    Deserializer,
    de::{
        DeserializeOwned, Error, Expected, IntoDeserializer, Unexpected, Visitor,
        value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer, StringDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::{Value, error::Category};

/// Why a JSON text could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{misfit}{}", place(*.line, *.column))]
pub struct Unreadable {
    /// The member that is wrong, as in `draft.parts[0].text`; none where it is the whole.
    pub field: Option<String>,
    /// What is wrong with it.
    pub misfit: Misfit,
    line: usize,
    column: usize,
}

/// What is wrong with a member of a JSON text.
#[derive(Debug, thiserror::Error)]
pub enum Misfit {
    /// The text is not JSON.
    #[error("{0}")]
    NotJson(&'static str),
    /// A member is not there.
    #[error("missing field `{0}`")]
    Missing(&'static str),
    /// A member is there that has no meaning.
    #[error("unknown field `{name}`, expected {}", listed(.known))]
    Unknown {
        /// What it is called.
        name: String,
        /// What the members are called that have a meaning.
        known: &'static [&'static str],
    },
    /// A member is there twice.
    #[error("a field is there twice")]
    Twice,
    /// Its value does not fit.
    #[error("{0}")]
    Value(String),
}

/// Reads an object.
pub fn read_object<T: DeserializeOwned>(text: &[u8]) -> Result<T, Unreadable> {
    let of = |error: &serde_json::Error, field, misfit| Unreadable {
        field,
        misfit,
        line: error.line(),
        column: error.column(),
    };
    // serde would take the items of a list for the members of an object.
    let is_list = text.trim_ascii_start().first() == Some(&b'[');
    let error = match serde_json::from_slice(text) {
        Ok(read) if !is_list => return Ok(read),
        Ok(_) => Error::custom("a list"),
        Err(error) => error,
    };
    // What does not fit is read once more, by a reader that tells of it in parts.
    let value: Value = match serde_json::from_slice(text) {
        Ok(value) => value,
        Err(error) => return Err(of(&error, None, Misfit::NotJson(complaint(&error)))),
    };
    if is_list {
        return Err(of(&error, None, Error::invalid_type(Unexpected::Seq, &"an object")));
    }
    let mut track = serde_path_to_error::Track::new();
    let misfit = match T::deserialize(serde_path_to_error::Deserializer::new(Found(value), &mut track)) {
        Ok(_) => Misfit::Twice,
        Err(misfit) => misfit,
    };
    let path = Some(track.path().to_string()).filter(|path| path != ".");
    let field = match &misfit {
        Misfit::Missing(name) => Some(path.map_or_else(|| (*name).to_owned(), |path| format!("{path}.{name}"))),
        _ => path,
    };
    Err(of(&error, field, misfit))
}

/// What is wrong with the text as such.
fn complaint(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        Category::Eof => "the text ends too early",
        Category::Io | Category::Syntax | Category::Data => "the text is not JSON",
    }
}

/// Where and how reading failed, for a log: nothing of the text, and no names.
pub fn fault(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        Category::Io => "cannot be read",
        Category::Syntax => "is not JSON",
        Category::Data => "has a member of an unexpected type",
        Category::Eof => "ends too early",
    };
    format!("{kind} (line {}, column {})", error.line(), error.column())
}

/// What is wrong with the whole has no place.
fn place(line: usize, column: usize) -> String {
    if line == 0 { String::new() } else { format!(" at line {line} column {column}") }
}

fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => "none".to_owned(),
        [only] => only.clone(),
        [one, other] => format!("{one} or {other}"),
        _ => format!("one of {}", quoted.join(", ")),
    }
}

impl Error for Misfit {
    fn custom<M: fmt::Display>(message: M) -> Self {
        Self::Value(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::Value(format!("invalid type: {}, expected {expected}", kind(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::Value(format!("invalid value: {}, expected {expected}", kind(found)))
    }

    fn unknown_variant(_found: &str, known: &'static [&'static str]) -> Self {
        Self::Value(format!("unknown variant, expected {}", listed(known)))
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        Self::Unknown { name: name.to_owned(), known }
    }

    fn missing_field(name: &'static str) -> Self {
        Self::Missing(name)
    }

    fn duplicate_field(_name: &'static str) -> Self {
        Self::Twice
    }
}

const fn kind(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "integer",
        Unexpected::Float(_) => "number with a fraction",
        Unexpected::Str(_) | Unexpected::Char(_) => "string",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "list",
        Unexpected::Map => "object",
        _ => "another value",
    }
}

/// A value that was found, read with [`Misfit`] as the error.
struct Found(Value);

impl<'de> Deserializer<'de> for Found {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(truth) => visitor.visit_bool(truth),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or_default()),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Found))),
            Value::Object(members) => visitor.visit_map(found(members)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::String(text) => visitor.visit_enum(StringDeserializer::new(text)),
            Value::Object(members) => {
                MapAccessDeserializer::new(found(members)).deserialize_enum(name, variants, visitor)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

fn found<'de>(
    members: serde_json::Map<String, Value>,
) -> MapDeserializer<'de, impl Iterator<Item = (String, Found)>, Misfit> {
    MapDeserializer::new(members.into_iter().map(|(name, value)| (name, Found(value))))
}

impl IntoDeserializer<'_, Misfit> for Found {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "it is never read")]
    struct Form {
        count: u32,
        kind: Option<Kind>,
        parts: Option<Vec<Part>>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is never read")]
    struct Part {
        #[serde(alias = "words")]
        text: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Kind {
        Plain,
        Bold,
    }

    #[test]
    fn it_says_what_is_wrong_where_and_never_what_was_found() {
        for (text, field, told) in [
            (r#"{"count":"secret"}"#, Some("count"), "invalid type: string, expected u32 at line 1 column 17"),
            (r#"{"count":-5551234}"#, Some("count"), "invalid value: integer, expected u32 at line 1 column 17"),
            (
                r#"{"count":1,"kind":"secret"}"#,
                Some("kind"),
                "unknown variant, expected `plain` or `bold` at line 1 column 26",
            ),
            (r#"{"kind":null}"#, Some("count"), "missing field `count` at line 1 column 13"),
            (
                r#"{"count":1,"parts":[{"text":"secret"},{}]}"#,
                Some("parts[1].text"),
                "missing field `text` at line 1 column 40",
            ),
            (
                r#"{"count":1,"parts":[{"text":5}]}"#,
                Some("parts[0].text"),
                "invalid type: integer, expected a string at line 1 column 29",
            ),
            (
                r#"{"count":1,"parts":"secret"}"#,
                Some("parts"),
                "invalid type: string, expected a sequence at line 1 column 27",
            ),
            (
                r#"{"count":1,"more":"secret"}"#,
                Some("more"),
                "unknown field `more`, expected one of `count`, `kind`, `parts` at line 1 column 17",
            ),
            (
                r#"{"count":1,"parts":[{"text":"secret","words":""}]}"#,
                Some("parts[0]"),
                "a field is there twice at line 1 column 44",
            ),
            (r#"{"count":1,"count":5551234}"#, None, "a field is there twice at line 1 column 18"),
            (r#" ["secret"]"#, None, "invalid type: list, expected an object at line 1 column 10"),
            (r#"{"count":secret"#, None, "the text is not JSON at line 1 column 10"),
            (r#"{"count":5551234"#, None, "the text ends too early at line 1 column 16"),
        ] {
            let error = read_object::<Form>(text.as_bytes()).unwrap_err();
            assert_eq!((error.field.as_deref(), error.to_string().as_str()), (field, told), "{text}");
            let unread = serde_json::from_str::<Form>(text).map(|_| ());
            for said in [error.to_string(), unread.map_or_else(|error| fault(&error), |()| String::new())] {
                assert!(!said.contains("secret") && !said.contains("5551234"), "{said}");
            }
        }
    }
}
