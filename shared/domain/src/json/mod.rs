//! Reads JSON text into types and writes it, compactly: what serde and `serde_json` do per type is done here once, for all of them.
//!
//! Types are read by [`Read`], which is derived. It heeds serde's attributes, so that a type is read as serde writes
//! it. A struct is read from an object only, never from a list. Errors are `serde_json`'s own, with their categories
//! and places.

mod read;
mod record;
mod text;
mod write;

use serde::de::{Error as _, IgnoredAny, Unexpected};

use text::Source;

pub use read::{Name, Raw, Read, ReadOwned, Written, unfit};
pub use record::{Fill, Member, Named, Shape, Variant, choice};
pub use tributary_derive::Read;
pub use write::to_string;

/// Why a text was not read.
pub type Error = serde_json::Error;

/// The deepest nesting that is followed.
const DEPTH: u8 = 128;

/// Reads a value from the bytes of a text that has nothing else in it.
pub fn from_slice<'de, T: Read<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    let mut slot = None;
    whole(bytes, &mut |reader| {
        slot = Some(T::read(reader)?);
        Ok(())
    })?;
    slot.ok_or_else(|| unfit("nothing was read"))
}

/// Reads a value from a text that has nothing else in it.
pub fn from_str<'de, T: Read<'de>>(text: &'de str) -> Result<T, Error> {
    from_slice(text.as_bytes())
}

/// What is the same for every type.
#[inline(never)]
fn whole<'de>(bytes: &'de [u8], read: &mut dyn FnMut(&mut Reader<'de>) -> Result<(), Error>) -> Result<(), Error> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| at(&Error::custom("invalid unicode code point"), bytes, error.valid_up_to()))?;
    let mut reader = Reader { source: Source::new(text), depth: 0, trail: Vec::new() };
    let read = read(&mut reader);
    reader.source.finish(read.as_ref().err()).map_or(Ok(()), Err)
}

/// One step from a value into what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// To the member of an object.
    Member(String),
    /// To an item of a list.
    Item(usize),
}

/// Why a text was not read, and where.
#[derive(Debug)]
pub struct Stopped {
    /// Why.
    pub error: Error,
    /// The steps that lead from the whole to what does not fit, outermost first.
    pub trail: Vec<Step>,
}

/// Reads a value like [`from_str`], and says where it stopped.
pub fn traced<'de, T: Read<'de>>(text: &'de str) -> Result<T, Stopped> {
    let mut slot = None;
    let mut trail = Vec::new();
    let read = whole(text.as_bytes(), &mut |reader| {
        let read = T::read(reader);
        trail = std::mem::take(&mut reader.trail);
        slot = Some(read?);
        Ok(())
    });
    trail.reverse();
    match (read, slot) {
        (Ok(()), Some(value)) => Ok(value),
        (Ok(()), None) => Err(Stopped { error: unfit("nothing was read"), trail }),
        (Err(error), _) => Err(Stopped { error, trail }),
    }
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
    /// Where reading stopped, innermost step first.
    trail: Vec<Step>,
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

impl Reader<'_> {
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

    /// Another kind of value was expected. What stands there is not told: errors come into logs, and it may be
    /// somebody's words.
    #[cold]
    #[inline(never)]
    fn unfit(&mut self, expected: &dyn serde::de::Expected) -> Error {
        let found = match self.source.kind() {
            Ok(Kind::Null) => Unexpected::Unit,
            Ok(Kind::Bool(truth)) => Unexpected::Bool(truth),
            Ok(Kind::Number) => match self.source.number() {
                Ok(number) => number.kind(),
                Err(error) => return error,
            },
            Ok(Kind::Text) => match self.source.string() {
                Ok(_) => Unexpected::Other("string"),
                Err(error) => return error,
            },
            Ok(Kind::List) => Unexpected::Seq,
            Ok(Kind::Object) => Unexpected::Map,
            Err(error) => return error,
        };
        Error::invalid_type(found, expected)
    }
}
