//! Reading platforms' JSON without copying it, and without being stricter than the platforms are.

use std::{borrow::Cow, fmt, ops::Deref};

use indexmap::IndexMap;
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, Visitor},
};
use serde_json::value::RawValue;
use tributary_domain::time::Timestamp;

/// Text borrowed from the body wherever it has no escapes. Numbers are taken too: platforms write one id
/// now as text, now as a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Text<'a>(Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<Text<'_>> for String {
    fn from(text: Text<'_>) -> Self {
        text.0.into_owned()
    }
}

/// The text, unless it is empty.
pub(crate) fn filled(text: Option<Text<'_>>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(String::from)
}

/// Somebody's handle, without the `@` that some write before it.
pub(crate) fn handle(text: Option<&Text<'_>>) -> Option<String> {
    let handle = text?.trim().trim_start_matches('@');
    (!handle.is_empty()).then(|| handle.to_owned())
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrNumber).map(Self)
    }
}

/// Reads a text, or the digits of a number.
struct TextOrNumber;

impl<'de> Visitor<'de> for TextOrNumber {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("text or a number")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(text.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(text.to_owned().into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(number.to_string().into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(number.to_string().into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(number.to_string().into())
    }
}

/// A point in time as platforms write it: milliseconds from 10^12 on, seconds below; a number or digits in quotes. One
/// that is written out, as in 2026-01-31T12:00:00Z, is read as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl Moment {
    fn of(number: i64) -> Self {
        Self(if number >= 1_000_000_000_000 { Timestamp::from_millis(number) } else { Timestamp::from_seconds(number) })
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        if let Some(written_out) = Timestamp::parse(&text) {
            return Ok(Self(written_out));
        }
        // Broken seconds are as good as whole ones.
        let whole = text.split_once('.').map_or(&*text, |(whole, _)| whole);
        whole.parse().map(Self::of).map_err(|_| D::Error::custom("not a time in digits"))
    }
}

/// The default where a platform writes `null`.
pub(crate) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A request's body. Its types hold texts, numbers and lists only, which always can be written.
pub(crate) fn written(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

/// Members by their names and in their order, of which no more is known than whether they hold anything.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Members<'a>(#[serde(borrow)] IndexMap<Text<'a>, Option<IgnoredAny>>);

impl<'a> Members<'a> {
    /// The names of those that hold something.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Text<'a>> {
        self.0.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name)
    }
}

/// A member that is not known: its name, and what it holds.
#[derive(Debug, Clone)]
pub(crate) struct Other<'a> {
    pub(crate) name: Text<'a>,
    pub(crate) value: &'a RawValue,
}

/// A struct of optional members that also keeps the members it does not know (`other` is the first, `more` the rest), so that a
/// kind added by the platform tomorrow can be shown by its name and its words. Members under `pass` are known and passed
/// over. A member that is called like a word of Rust is written `r#type`.
macro_rules! open {
    (
        $(#[$meta:meta])*
        struct $name:ident<$lt:lifetime> {
            $($(#[$doc:meta])* $field:ident: $ty:ty),* $(,)?
        }
        pass $pass:expr;
    ) => {
        $(#[$meta])*
        #[derive(Debug, Default)]
        pub(crate) struct $name<$lt> {
            $($(#[$doc])* pub(crate) $field: Option<$ty>,)*
            /// The first member that is not known.
            pub(crate) other: Option<$crate::json::Other<$lt>>,
            /// The rest of them.
            pub(crate) more: Vec<$crate::json::Other<$lt>>,
        }

        impl<'de: $lt, $lt> serde::Deserialize<'de> for $name<$lt> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor<$lt>(std::marker::PhantomData<&$lt ()>);

                impl<'de: $lt, $lt> serde::de::Visitor<'de> for Visitor<$lt> {
                    type Value = $name<$lt>;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str("an object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        let passed: &[&str] = $pass;
                        let mut read = $name::default();
                        while let Some(key) = map.next_key::<$crate::json::Text<'de>>()? {
                            match &*key {
                                $(name if name == $crate::json::unraw(stringify!($field)) => {
                                    read.$field = map.next_value()?;
                                })*
                                name => {
                                    let known = passed.contains(&name);
                                    let value: Option<&'de serde_json::value::RawValue> = map.next_value()?;
                                    let Some(value) = value.filter(|_| !known) else { continue };
                                    let member = $crate::json::Other { name: key, value };
                                    match read.other {
                                        None => read.other = Some(member),
                                        Some(_) => read.more.push(member),
                                    }
                                }
                            }
                        }
                        Ok(read)
                    }
                }

                deserializer.deserialize_map(Visitor(std::marker::PhantomData))
            }
        }
    };
}
pub(crate) use open;

/// The name of a member as a platform writes it.
pub(crate) fn unraw(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_borrowed_unless_it_has_escapes() {
        let plain: Text<'_> = serde_json::from_str(r#""plain""#).unwrap();
        assert!(matches!(plain.0, Cow::Borrowed("plain")));
        let escaped: Text<'_> = serde_json::from_str(r#""caf\u00e9""#).unwrap();
        assert_eq!(&*escaped, "café");
        let number: Text<'_> = serde_json::from_str("26390203743090").unwrap();
        assert_eq!(&*number, "26390203743090");
    }

    #[test]
    fn times_are_milliseconds_from_ten_to_the_twelfth_on() {
        for text in ["1767225600", "\"1767225600\"", "1767225600000", "1767225600.0", "\"2026-01-01T00:00:00+0000\""] {
            let Moment(time) = serde_json::from_str(text).unwrap();
            assert_eq!(time, Timestamp::from_seconds(1_767_225_600), "{text}");
        }
        assert!(serde_json::from_str::<Moment>("\"soon\"").is_err());
    }
}
