//! The letters of JSON: white space, words, numbers, strings.

use std::borrow::Cow;

use serde::de::Error as _;

use super::{DEPTH, Error, Kind};

/// A text and the place in it.
#[derive(Clone)]
pub(super) struct Source<'de> {
    text: &'de str,
    place: usize,
}

/// A number, as wide as it needs.
#[derive(Clone, Copy)]
pub(super) enum Number {
    Whole(u64),
    Negative(i64),
    Broken(f64),
}

impl<'de> Source<'de> {
    pub(super) fn new(text: &'de str) -> Self {
        Self { text, place: 0 }
    }

    pub(super) fn text(&self) -> &'de str {
        self.text
    }

    pub(super) fn place(&self) -> usize {
        self.place
    }

    pub(super) fn step(&mut self) {
        self.place += 1;
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.place).copied()
    }

    fn from(&self, start: usize) -> &'de str {
        self.text.get(start..self.place).unwrap_or_default()
    }

    /// The next byte that is no white space.
    #[inline(never)]
    pub(super) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        let mut place = self.place;
        while let Some(byte) = bytes.get(place) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                self.place = place;
                return Some(*byte);
            }
            place += 1;
        }
        self.place = place;
        None
    }

    #[inline(never)]
    pub(super) fn kind(&mut self) -> Result<Kind, Error> {
        match self.peek() {
            Some(b'"') => Ok(Kind::Text),
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::List),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b'n') => Ok(Kind::Null),
            Some(b't') => Ok(Kind::Bool(true)),
            Some(b'f') => Ok(Kind::Bool(false)),
            _ => Err(Error::custom("expected value")),
        }
    }

    #[inline(never)]
    pub(super) fn expect(&mut self, wanted: u8) -> Result<(), Error> {
        // Without white space before it, as a rule.
        if self.byte() == Some(wanted) || self.peek() == Some(wanted) {
            self.place += 1;
            return Ok(());
        }
        Err(Error::custom(format_args!("expected `{}`", char::from(wanted))))
    }

    #[inline(never)]
    pub(super) fn word(&mut self, word: &str) -> Result<(), Error> {
        self.peek();
        if self.text.as_bytes().get(self.place..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            self.place += word.len();
            return Ok(());
        }
        Err(Error::custom(format_args!("expected `{word}`")))
    }

    /// Passes over `null`, if it comes next.
    #[inline(never)]
    pub(super) fn null(&mut self) -> Result<bool, Error> {
        if self.peek() == Some(b'n') { self.word("null").map(|()| true) } else { Ok(false) }
    }

    /// Whether another item comes before `close`, past the comma before it.
    #[inline(never)]
    pub(super) fn more(&mut self, close: u8, first: &mut bool) -> Result<bool, Error> {
        let next = self.peek();
        if next == Some(close) {
            return Ok(false);
        }
        if std::mem::take(first) {
            return Ok(true);
        }
        if next != Some(b',') {
            return Err(Error::custom("expected `,`"));
        }
        self.place += 1;
        if self.peek() == Some(close) { Err(Error::custom("trailing comma")) } else { Ok(true) }
    }

    fn digits(&mut self) -> Result<(), Error> {
        let start = self.place;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.place += 1;
        }
        if self.place > start { Ok(()) } else { Err(Error::custom("invalid number")) }
    }

    /// Passes over a number: its text, and whether it has more than digits.
    fn numeral(&mut self) -> Result<(&'de str, bool), Error> {
        self.peek();
        let start = self.place;
        let negative = self.byte() == Some(b'-');
        self.place += usize::from(negative);
        let zero = self.byte() == Some(b'0');
        let whole_start = self.place;
        self.digits()?;
        if zero && self.place > whole_start + 1 {
            return Err(Error::custom("invalid number"));
        }
        let mut broken = false;
        if self.byte() == Some(b'.') {
            self.place += 1;
            self.digits()?;
            broken = true;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.place += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.place += 1;
            }
            self.digits()?;
            broken = true;
        }
        Ok((self.from(start), broken))
    }

    #[inline(never)]
    pub(super) fn number(&mut self) -> Result<Number, Error> {
        let (written, broken) = self.numeral()?;
        if !broken {
            if written.starts_with('-') {
                // Only a broken number can be less than nothing by nothing.
                if let Some(number) = written.parse().ok().filter(|number| *number != 0) {
                    return Ok(Number::Negative(number));
                }
            } else if let Ok(number) = written.parse() {
                return Ok(Number::Whole(number));
            }
        }
        // `serde_json` is here in any case, and its way needs fewer tables than that of the standard library.
        serde_json::from_str(written).map(Number::Broken).map_err(|_| Error::custom("number out of range"))
    }

    /// Moves to the next quote, backslash or control character.
    fn plain(&mut self) {
        let rest = self.text.as_bytes().get(self.place..).unwrap_or_default();
        let (words, _) = rest.as_chunks();
        let plain = 8 * words.iter().take_while(|word| !special(u64::from_ne_bytes(**word))).count();
        let special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
        let rest = rest.get(plain..).unwrap_or_default();
        self.place += plain + rest.iter().position(special).unwrap_or(rest.len());
    }

    #[inline(never)]
    pub(super) fn string(&mut self) -> Result<Cow<'de, str>, Error> {
        self.expect(b'"')?;
        let start = self.place;
        self.plain();
        if self.byte() == Some(b'"') {
            let text = self.from(start);
            self.place += 1;
            return Ok(Cow::Borrowed(text));
        }
        let mut text = self.from(start).to_owned();
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.place += 1;
                    return Ok(Cow::Owned(text));
                }
                Some(b'\\') => {
                    self.place += 1;
                    text.push(self.escaped()?);
                }
                Some(_) => return Err(Error::custom("control character while parsing a string")),
                None => return Err(Error::custom("EOF while parsing a string")),
            }
            let start = self.place;
            self.plain();
            text.push_str(self.from(start));
        }
    }

    fn escaped(&mut self) -> Result<char, Error> {
        let letter = self.byte();
        self.place += 1;
        Ok(match letter {
            Some(same @ (b'"' | b'\\' | b'/')) => char::from(same),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(Error::custom("invalid escape")),
        })
    }

    /// Four hexadecimal digits, and four more where the first are half of a pair.
    fn unicode(&mut self) -> Result<char, Error> {
        let first = self.hex()?;
        let code = if matches!(first, 0xd800..0xdc00) {
            self.word("\\u")?;
            match self.hex()? {
                second @ 0xdc00..0xe000 => 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                _ => return Err(Error::custom("lone leading surrogate in hex escape")),
            }
        } else {
            first
        };
        char::from_u32(code).ok_or_else(|| Error::custom("invalid unicode code point"))
    }

    fn hex(&mut self) -> Result<u32, Error> {
        let digits =
            self.text.get(self.place..self.place + 4).filter(|it| it.bytes().all(|one| one.is_ascii_hexdigit()));
        self.place += 4;
        digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or_else(|| Error::custom("invalid escape"))
    }

    /// Passes over a value, and gives its text.
    #[inline(never)]
    pub(super) fn raw(&mut self) -> Result<&'de str, Error> {
        self.peek();
        let start = self.place;
        // What is open, innermost in the lowest bit: one for an object, nothing for a list.
        let (mut open, mut depth) = (0_u128, 0_u8);
        loop {
            match self.kind()? {
                kind @ (Kind::List | Kind::Object) => {
                    self.place += 1;
                    if depth == DEPTH {
                        return Err(Error::custom("recursion limit exceeded"));
                    }
                    depth += 1;
                    open = open << 1 | u128::from(kind == Kind::Object);
                    if self.enters(closing(open))? {
                        continue;
                    }
                }
                Kind::Text => self.pass()?,
                Kind::Number => {
                    self.numeral()?;
                }
                Kind::Null => self.word("null")?,
                Kind::Bool(truth) => self.word(if truth { "true" } else { "false" })?,
            }
            // Behind a value: out of what it ends, or on to the next.
            loop {
                if depth == 0 {
                    return Ok(self.from(start));
                }
                let close = closing(open);
                match self.peek() {
                    Some(byte) if byte == close => {
                        self.place += 1;
                        open >>= 1;
                        depth -= 1;
                    }
                    _ => {
                        self.expect(b',')?;
                        self.named(close)?;
                        break;
                    }
                }
            }
        }
    }

    /// Whether there is anything in what was just opened, up to the value of its first member.
    fn enters(&mut self, close: u8) -> Result<bool, Error> {
        if self.peek() == Some(close) {
            return Ok(false);
        }
        self.named(close)?;
        Ok(true)
    }

    /// Passes over the name of a member, in an object.
    fn named(&mut self, close: u8) -> Result<(), Error> {
        if close == b'}' {
            self.peek();
            self.pass()?;
            self.expect(b':')?;
        }
        Ok(())
    }

    /// Passes over a string without reading it.
    fn pass(&mut self) -> Result<(), Error> {
        self.expect(b'"')?;
        loop {
            self.plain();
            match self.byte() {
                Some(b'"') => {
                    self.place += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.place += 1;
                    if self.byte() == Some(b'u') {
                        self.place += 1;
                        self.hex()?;
                    } else {
                        self.escaped()?;
                    }
                }
                _ => return Err(Error::custom("EOF while parsing a string")),
            }
        }
    }
}

/// Whether one of eight letters is a quote, a backslash or a control character. A letter below another is what
/// borrows from its highest bit when that one is taken from it.
fn special(word: u64) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let below = |word: u64, other: u64| word.wrapping_sub(EACH * other);
    let is = |other: u8| below(word ^ (EACH * u64::from(other)), 1);
    (below(word, 0x20) | is(b'"') | is(b'\\')) & !word & (EACH << 7) != 0
}

/// The bracket that ends what was opened last.
fn closing(open: u128) -> u8 {
    if open & 1 == 1 { b'}' } else { b']' }
}
