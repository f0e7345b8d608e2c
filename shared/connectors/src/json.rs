//! Reading platforms' JSON without copying it, and without being stricter than the platforms are.

use std::{borrow::Cow, fmt, ops::Deref};

use serde::{Deserialize, Deserializer, de};
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

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text or a number")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// A point in time as Meta writes it: milliseconds from 10^12 on, seconds below; a number or digits in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl Moment {
    fn of(number: i64) -> Self {
        Self(if number >= 1_000_000_000_000 { Timestamp::from_millis(number) } else { Timestamp::from_seconds(number) })
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Moment;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time as whole seconds or milliseconds")
            }
            fn visit_u64<E>(self, number: u64) -> Result<Moment, E> {
                Ok(Moment::of(i64::try_from(number).unwrap_or(i64::MAX)))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Moment, E> {
                Ok(Moment::of(number))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Moment, E> {
                #[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and times are brought into range")]
                let whole = number as i64;
                Ok(Moment::of(whole))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Moment, E> {
                text.parse().map(Moment::of).map_err(|_| E::custom("not a time in digits"))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Takes `null` for the default.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// A request's body. Its types hold texts, numbers and lists only, which always can be written.
pub(crate) fn written(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

/// Where and how reading failed. Never what was found there: that may be somebody's words.
pub(crate) fn fault(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        serde_json::error::Category::Io => "cannot be read",
        serde_json::error::Category::Syntax => "is not JSON",
        serde_json::error::Category::Data => "has a member of an unexpected type",
        serde_json::error::Category::Eof => "ends too early",
    };
    format!("{kind} (line {}, column {})", error.line(), error.column())
}

/// A struct of optional members that also notes the first member it does not know (`other`), so that a kind
/// added by the platform tomorrow can be shown by its name. Members under `pass` are known and passed over.
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
            pub(crate) other: Option<$crate::json::Text<$lt>>,
        }

        impl<'de: $lt, $lt> serde::Deserialize<'de> for $name<$lt> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor<$lt>(std::marker::PhantomData<&$lt ()>);
                impl<'de: $lt, $lt> serde::de::Visitor<'de> for Visitor<$lt> {
                    type Value = $name<$lt>;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        let passed: &[&str] = $pass;
                        let mut read = $name::default();
                        while let Some(key) = map.next_key::<$crate::json::Text<$lt>>()? {
                            match &*key {
                                $(stringify!($field) => read.$field = map.next_value()?,)*
                                name => {
                                    let known = passed.contains(&name);
                                    let value = map.next_value::<Option<serde::de::IgnoredAny>>()?;
                                    if value.is_some() && !known && read.other.is_none() {
                                        read.other = Some(key);
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
        for text in ["1767225600", "\"1767225600\"", "1767225600000", "1767225600.0"] {
            let Moment(time) = serde_json::from_str(text).unwrap();
            assert_eq!(time, Timestamp::from_seconds(1_767_225_600), "{text}");
        }
        assert!(serde_json::from_str::<Moment>("\"soon\"").is_err());
    }

    #[test]
    fn a_fault_never_quotes_what_it_found() {
        let error = serde_json::from_str::<Moment>("\"my secret words\"").unwrap_err();
        assert!(!fault(&error).contains("secret"));
    }
}
