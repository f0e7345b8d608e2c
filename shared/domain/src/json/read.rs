//! What can be read, and how the types of the standard library are.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Display,
    hash::{BuildHasher, Hash},
};

use serde::de::{Error as _, IgnoredAny, Unexpected};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Error, Kind, Reader, text::Number};

/// What can be read from JSON: mostly by `derive(Read)`.
pub trait Read<'de>: Sized {
    /// Reads what comes next.
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error>;

    /// What stands for a member that is not there, where that may be.
    fn absent() -> Option<Self> {
        None
    }
}

/// What can be read, and keeps nothing of the text.
pub trait ReadOwned: for<'de> Read<'de> {}
impl<T: for<'de> Read<'de>> ReadOwned for T {}

/// What can be the name of a member.
pub trait Name<'de>: Sized {
    /// Reads it from that name.
    fn named(text: Cow<'de, str>) -> Result<Self, Error>;
}

/// The value is not what it should be.
#[cold]
#[inline(never)]
pub fn unfit<E: Display>(why: E) -> Error {
    Error::custom(why)
}

impl<'de> Reader<'de> {
    /// Reads a text.
    #[inline(never)]
    pub fn text(&mut self) -> Result<Cow<'de, str>, Error> {
        if self.source.kind()? == Kind::Text { self.source.string() } else { Err(self.unfit(&"a string")) }
    }

    /// Reads a text, or the digits of a number.
    #[inline(never)]
    pub fn loose(&mut self) -> Result<Cow<'de, str>, Error> {
        match self.source.kind()? {
            Kind::Text => self.source.string(),
            Kind::Number => Ok(match self.source.number()? {
                Number::Whole(number) => number.to_string().into(),
                Number::Negative(number) => number.to_string().into(),
                Number::Broken(number) => number.to_string().into(),
            }),
            _ => Err(self.unfit(&"text or a number")),
        }
    }

    /// Reads what comes next into its place.
    #[inline(never)]
    pub fn put<T: Read<'de>>(&mut self, slot: &mut T) -> Result<(), Error> {
        *slot = T::read(self)?;
        Ok(())
    }

    #[inline(never)]
    fn number(&mut self, name: &'static str) -> Result<Number, Error> {
        if self.source.kind()? == Kind::Number { self.source.number() } else { Err(self.unfit(&name)) }
    }
}

impl Number {
    /// It does not fit into the type `name`.
    #[cold]
    #[inline(never)]
    fn unfit(self, name: &'static str) -> Error {
        match self {
            Self::Whole(_) | Self::Negative(_) => Error::invalid_value(self.kind(), &name),
            Self::Broken(_) => Error::invalid_type(self.kind(), &name),
        }
    }

    /// What it is, not which: it may be somebody's telephone number.
    pub(super) const fn kind(&self) -> Unexpected<'static> {
        Unexpected::Other(match self {
            Self::Whole(_) | Self::Negative(_) => "integer",
            Self::Broken(_) => "floating point",
        })
    }
}

macro_rules! whole {
    ($($type:ident)*) => {$(
        impl<'de> Read<'de> for $type {
            fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
                let number = reader.number(stringify!($type))?;
                let fits = match number {
                    Number::Whole(number) => Self::try_from(number).ok(),
                    Number::Negative(number) => Self::try_from(number).ok(),
                    Number::Broken(_) => None,
                };
                fits.ok_or_else(|| number.unfit(stringify!($type)))
            }
        }

        impl<'de> Name<'de> for $type {
            fn named(text: Cow<'de, str>) -> Result<Self, Error> {
                text.parse().map_err(|_| unfit("invalid type: string, expected a whole number"))
            }
        }
    )*};
}
whole! { u8 u16 u32 u64 i64 usize }

impl<'de> Read<'de> for f64 {
    #[expect(clippy::cast_precision_loss, reason = "as everybody reads numbers into this type")]
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        Ok(match reader.number("f64")? {
            Number::Whole(number) => number as Self,
            Number::Negative(number) => number as Self,
            Number::Broken(number) => number,
        })
    }
}

impl<'de> Read<'de> for bool {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        let Kind::Bool(truth) = reader.source.kind()? else { return Err(reader.unfit(&"a boolean")) };
        reader.source.word(if truth { "true" } else { "false" })?;
        Ok(truth)
    }
}

impl<'de> Read<'de> for () {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        if reader.source.null()? { Ok(()) } else { Err(reader.unfit(&"unit")) }
    }
}

impl<'de> Read<'de> for String {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        reader.text().map(Cow::into_owned)
    }
}

impl<'de> Name<'de> for String {
    fn named(text: Cow<'de, str>) -> Result<Self, Error> {
        Ok(text.into_owned())
    }
}

impl<'de: 'a, 'a> Read<'de> for Cow<'a, str> {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        reader.text()
    }
}

impl<'de: 'a, 'a> Name<'de> for Cow<'a, str> {
    fn named(text: Cow<'de, str>) -> Result<Self, Error> {
        Ok(text)
    }
}

impl<'de, T: Read<'de>> Read<'de> for Option<T> {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        if reader.source.null()? { Ok(None) } else { T::read(reader).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<'de, T: Read<'de>> Read<'de> for Box<T> {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        T::read(reader).map(Self::new)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }
}

impl<'de, T: Read<'de>> Read<'de> for Vec<T> {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        let mut all = Self::new();
        reader.list("a sequence", &mut |reader| {
            all.push(T::read(reader)?);
            Ok(())
        })?;
        Ok(all)
    }
}

impl<'de, T: Read<'de> + Ord> Read<'de> for BTreeSet<T> {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        let mut all = Self::new();
        reader.list("a sequence", &mut |reader| {
            all.insert(T::read(reader)?);
            Ok(())
        })?;
        Ok(all)
    }
}

impl<'de, K: Name<'de> + Ord, T: Read<'de>> Read<'de> for BTreeMap<K, T> {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        let mut all = Self::new();
        reader.map(&mut |name, reader| {
            all.insert(K::named(name)?, T::read(reader)?);
            Ok(())
        })?;
        Ok(all)
    }
}

impl<'de, K: Name<'de> + Eq + Hash, T: Read<'de>, S: BuildHasher + Default> Read<'de> for HashMap<K, T, S> {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        let mut all = Self::default();
        reader.map(&mut |name, reader| {
            all.insert(K::named(name)?, T::read(reader)?);
            Ok(())
        })?;
        Ok(all)
    }
}

macro_rules! tuple {
    ($count:literal $name:literal, $($type:ident $slot:ident $place:literal),*) => {
        impl<'de, $($type: Read<'de>),*> Read<'de> for ($($type,)*) {
            fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
                let mut slots = ($(None::<$type>,)*);
                reader.row($name, $count, &mut |place, member| {
                    let ($($slot,)*) = &mut slots;
                    match place { $($place => member.fill($slot),)* _ => Ok(()) }
                })?;
                match slots {
                    ($(Some($slot),)*) => Ok(($($slot,)*)),
                    _ => Err(unfit("an item is missing")),
                }
            }
        }
    };
}
tuple!(2 "a tuple of size 2", A a 0, B b 1);
tuple!(3 "a tuple of size 3", A a 0, B b 1, C c 2);

/// Passed over.
impl<'de> Read<'de> for IgnoredAny {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        reader.source.raw().map(|_| Self)
    }
}

impl<'de> Read<'de> for Value {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        Ok(match reader.source.kind()? {
            Kind::Null => Option::<()>::read(reader).map(|_| Self::Null)?,
            Kind::Bool(_) => Self::Bool(bool::read(reader)?),
            Kind::Text => Self::String(String::read(reader)?),
            Kind::Number => match reader.source.number()? {
                Number::Whole(number) => number.into(),
                Number::Negative(number) => number.into(),
                Number::Broken(number) => number.into(),
            },
            Kind::List => Self::Array(Vec::read(reader)?),
            Kind::Object => {
                let mut members = Map::new();
                reader.map(&mut |name, reader| {
                    members.insert(name.into_owned(), Self::read(reader)?);
                    Ok(())
                })?;
                Self::Object(members)
            }
        })
    }
}

/// The text of a value, as it stands.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'a>(&'a str);

impl<'a> Raw<'a> {
    /// The text.
    pub fn get(self) -> &'a str {
        self.0
    }
}

impl<'de: 'a, 'a> Read<'de> for Raw<'a> {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        reader.source.raw().map(Self)
    }
}

/// A value that is text already: written as it stands, and read by passing over it. Other writers than ours take it for
/// a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written(String);

impl Written {
    /// What the writer looks for.
    pub(super) const NAME: &'static str = "written";

    /// The text of a value.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        super::to_string(value).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(Self::NAME, &self.0)
    }
}

impl<'de> Read<'de> for Written {
    fn read(reader: &mut Reader<'de>) -> Result<Self, Error> {
        Raw::read(reader).map(|raw| Self(raw.0.to_owned()))
    }
}
