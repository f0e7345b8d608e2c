//! Reading platforms' JSON without copying it, and without being stricter than the platforms are.

use std::{borrow::Cow, ops::Deref};

use tributary_domain::{
    json::{Error, Name, Raw, Read, Reader, unfit},
    time::Timestamp,
};

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

impl<'de: 'a, 'a> Read<'de> for Text<'a> {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        reader.loose().map(Self)
    }
}

impl<'de: 'a, 'a> Name<'de> for Text<'a> {
    fn named(text: Cow<'de, str>) -> Result<Self, Error> {
        Ok(Self(text))
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

impl<'de> Read<'de> for Moment {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        let text = reader.loose()?;
        if let Some(written_out) = Timestamp::parse(&text) {
            return Ok(Self(written_out));
        }
        // Broken seconds are as good as whole ones.
        let whole = text.split_once('.').map_or(&*text, |(whole, _)| whole);
        whole.parse().map(Self::of).map_err(|_| unfit("not a time in digits"))
    }
}

/// A request's body. Its types hold texts, numbers and lists only, which always can be written.
pub(crate) fn written(body: &impl serde::Serialize) -> String {
    tributary_domain::json::to_string(body).unwrap_or_default()
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

/// The names of an object's members.
#[derive(Debug, Default)]
pub(crate) struct Members<'a>(pub(crate) Vec<Text<'a>>);

impl<'de: 'a, 'a> Read<'de> for Members<'a> {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        let mut members = Self::default();
        reader.map(&mut |key, reader| {
            if Option::<serde::de::IgnoredAny>::read(reader)?.is_some() {
                members.0.push(Name::named(key)?);
            }
            Ok(())
        })?;
        Ok(members)
    }
}

/// A value, and the text that it was read from.
#[derive(Debug)]
pub(crate) struct Whole<'a, T> {
    pub(crate) read: T,
    pub(crate) raw: Raw<'a>,
}

impl<'de: 'a, 'a, T: Read<'de>> Read<'de> for Whole<'a, T> {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        let raw = Raw::read(&mut reader.clone())?;
        Ok(Self { read: T::read(reader)?, raw })
    }
}

/// A member that is not known: its name, and what it holds.
#[derive(Debug, Clone)]
pub(crate) struct Other<'a> {
    pub(crate) name: Text<'a>,
    pub(crate) value: Raw<'a>,
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

        impl<'de: $lt, $lt> tributary_domain::json::Read<'de> for $name<$lt> {
            fn read(
                reader: &mut tributary_domain::json::Reader<'de>,
            ) -> Result<Self, tributary_domain::json::Error> {
                let passed: &[&str] = $pass;
                let mut read = $name::default();
                reader.map(&mut |key, reader| {
                    // Captured as one, and not field by field.
                    let read = &mut read;
                    match &*key {
                        $(name if name == $crate::json::unraw(stringify!($field)) => reader.put(&mut read.$field)?,)*
                        name => {
                            let known = passed.contains(&name);
                            let value = Option::<tributary_domain::json::Raw<'_>>::read(reader)?;
                            if let Some(value) = value.filter(|_| !known) {
                                let name = tributary_domain::json::Name::named(key)?;
                                let member = $crate::json::Other { name, value };
                                match read.other {
                                    None => read.other = Some(member),
                                    Some(_) => read.more.push(member),
                                }
                            }
                        }
                    }
                    Ok(())
                })?;
                Ok(read)
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
        let plain: Text<'_> = tributary_domain::json::from_str(r#""plain""#).unwrap();
        assert!(matches!(plain.0, Cow::Borrowed("plain")));
        let escaped: Text<'_> = tributary_domain::json::from_str(r#""caf\u00e9""#).unwrap();
        assert_eq!(&*escaped, "café");
        let number: Text<'_> = tributary_domain::json::from_str("26390203743090").unwrap();
        assert_eq!(&*number, "26390203743090");
    }

    #[test]
    fn times_are_milliseconds_from_ten_to_the_twelfth_on() {
        for text in ["1767225600", "\"1767225600\"", "1767225600000", "1767225600.0", "\"2026-01-01T00:00:00+0000\""] {
            let Moment(time) = tributary_domain::json::from_str(text).unwrap();
            assert_eq!(time, Timestamp::from_seconds(1_767_225_600), "{text}");
        }
        assert!(tributary_domain::json::from_str::<Moment>("\"soon\"").is_err());
    }

    #[test]
    fn a_fault_never_quotes_what_it_found() {
        let error = tributary_domain::json::from_str::<Moment>("\"my secret words\"").unwrap_err();
        assert!(!fault(&error).contains("secret"));
    }
}
