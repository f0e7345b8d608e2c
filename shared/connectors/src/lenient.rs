//! Reading what is good in a body that is not good throughout. What a customer wrote is shown even where some member
//! beside it is not what the platform's reference says; which members were left out is told with it.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Error, Value};
use serde_path_to_error::{Path, Segment, Track};

/// Most members of one element that are left out: an element with more is something else than it was taken for.
const MOST_LEFT_OUT: usize = 16;
/// Longest name of a left-out member that is told.
const LONGEST_NAME: usize = 120;
/// Stands for what is no character.
const REPLACED: &str = "\\ufffd";

/// A body as text that can be read: bytes that are no UTF-8, halves of surrogate pairs and control characters within
/// strings are replaced. Good bodies, which nearly all are, are not copied.
pub(crate) fn readable(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    let surrogates = text.contains("\\ud") || text.contains("\\uD");
    if surrogates || text.bytes().any(|byte| byte < b' ') { Cow::Owned(escapes_mended(&text)) } else { text }
}

/// The text with every escape of a lone half replaced, and every control character in a string escaped.
fn escapes_mended(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let (mut rest, mut in_string) = (text, false);
    while let Some(next) = rest.chars().next() {
        let mut length = next.len_utf8();
        match next {
            '"' => in_string = !in_string,
            '\\' if in_string => match (surrogate(rest), rest.get(6..).and_then(surrogate)) {
                (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => length = 12,
                (Some(_), _) => {
                    mended.push_str(REPLACED);
                    rest = rest.get(6..).unwrap_or_default();
                    continue;
                }
                // The letter after it belongs to it: it may be a quote.
                (None, _) => length += rest.chars().nth(1).map_or(0, char::len_utf8),
            },
            control if in_string && control < ' ' => {
                mended.extend(["\\u", &format!("{:04x}", u32::from(control))]);
                rest = rest.get(length..).unwrap_or_default();
                continue;
            }
            _ => {}
        }
        let (same, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        mended.push_str(same);
        rest = after;
    }
    mended
}

/// The half of a surrogate pair whose escape the text begins with.
fn surrogate(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok().filter(|code| matches!(code, 0xd800..0xe000))
}

/// Why an element was not read, and which steps lead from the whole of it to what does not fit.
#[derive(Debug)]
pub(crate) struct Stopped {
    error: Error,
    path: Path,
}

/// Reads a value, and says where it stopped.
pub(crate) fn traced<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, Stopped> {
    let mut track = Track::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let read = T::deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track));
    let whole = read.and_then(|value| json.end().map(|()| value));
    whole.map_err(|error| Stopped { error, path: track.path() })
}

/// Reads one element of a body. `read` is given its text and the names of the members that were left out of it, and says
/// where it stopped; it is then tried again without the member that it stopped at. Where too little is left to read, the
/// error is the first.
pub(crate) fn read(element: &str, mut read: impl FnMut(&str, &[String]) -> Result<(), Stopped>) -> Result<(), Error> {
    let first = match read(element, &[]) {
        Ok(()) => return Ok(()),
        Err(stopped) => stopped,
    };
    let Ok(mut value) = serde_json::from_str::<Value>(element) else { return Err(first.error) };
    let mut left_out = Vec::new();
    let mut path = first.path;
    for _ in 0..MOST_LEFT_OUT {
        if !remove(&mut value, &path) {
            break;
        }
        let name = name(&path);
        // What is left out with all around it need not be told of by itself.
        left_out.retain(|before: &String| !before.strip_prefix(&*name).is_some_and(|rest| rest.starts_with('.')));
        left_out.push(name);
        match read(&value.to_string(), &left_out) {
            Ok(()) => return Ok(()),
            Err(stopped) => path = stopped.path,
        }
    }
    Err(first.error)
}

/// The text of a part of an element that `check` can read: without the members that are not what they should be, which are
/// named. It is `null` where too little is left.
pub(crate) fn mended(part: &str, check: impl Fn(&str) -> Result<(), Stopped>) -> (Cow<'_, str>, Vec<String>) {
    let mut mended = (Cow::Borrowed(part), Vec::new());
    let checked = read(part, |text, left_out| {
        check(text)?;
        if !left_out.is_empty() {
            mended = (Cow::Owned(text.to_owned()), left_out.to_vec());
        }
        Ok(())
    });
    checked.map_or_else(|_| (Cow::Borrowed("null"), vec![String::new()]), |()| mended)
}

/// Removes what the path leads to. Not where it leads nowhere: the whole is then not what it should be.
fn remove(value: &mut Value, path: &Path) -> bool {
    let steps: Vec<&Segment> = path.iter().collect();
    let Some((last, before)) = steps.split_last() else { return false };
    let holder = before.iter().try_fold(value, |value, step| match step {
        Segment::Map { key } => value.get_mut(key),
        Segment::Seq { index } => value.get_mut(index),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    match (holder, last) {
        (Some(Value::Object(members)), Segment::Map { key }) => members.remove(key).is_some(),
        (Some(Value::Array(items)), Segment::Seq { index }) if *index < items.len() => {
            items.remove(*index);
            true
        }
        _ => false,
    }
}

/// As people write where something is: `attachments.1.payload`.
fn name(path: &Path) -> String {
    let words = path.iter().map(|step| match step {
        Segment::Map { key } => key.clone(),
        Segment::Seq { index } => index.to_string(),
        Segment::Enum { variant } => variant.clone(),
        Segment::Unknown => "?".to_owned(),
    });
    words.collect::<Vec<_>>().join(".").chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::from_str;

    use super::*;

    #[test]
    fn what_is_no_character_is_replaced_and_everything_else_stands() {
        for (body, words) in [
            (r#""plain""#.as_bytes(), "plain"),
            (br#""cut \ud83d""#, "cut \u{fffd}"),
            (br#""cut \uD83D and on""#, "cut \u{fffd} and on"),
            (br#""\ude00 alone""#, "\u{fffd} alone"),
            (br#""two \ud83d\ud83d\ude00""#, "two \u{fffd}\u{1f600}"),
            (br#""whole \ud83d\ude00""#, "whole \u{1f600}"),
            (br#""no escape: \\ud83d, nor \"this\"""#, r#"no escape: \ud83d, nor "this""#),
            (b"\"half \xf0\x9f\x98\"", "half \u{fffd}"),
            (b"\xef\xbb\xbf\"marked\"", "marked"),
            (b"\"two\nlines\"", "two\nlines"),
        ] {
            assert_eq!(from_str::<String>(&readable(body)).unwrap(), words);
        }
        assert!(matches!(readable(br#"{"a":"b\u00e9"}"#), Cow::Borrowed(_)));
        assert_eq!(readable(b"{\n \"a\": 1}"), "{\n \"a\": 1}", "line ends between members stand");
    }

    #[derive(Deserialize)]
    struct Element {
        words: Option<String>,
        places: Option<Vec<u8>>,
        inner: Option<Inner>,
    }

    #[derive(Deserialize)]
    struct Inner {
        needed: bool,
    }

    fn told(text: &str) -> Result<(Element, Vec<String>), Error> {
        let mut told = None;
        read(text, |text, left_out| {
            told = Some((traced::<Element>(text)?, left_out.to_vec()));
            Ok(())
        })?;
        Ok(told.unwrap())
    }

    #[test]
    fn odd_members_are_left_out_and_named() {
        let (element, left_out) = told(r#"{"words":"Hello","places":[1,"two",3],"inner":{"needed":"yes"}}"#).unwrap();
        assert_eq!((element.words.as_deref(), element.places), (Some("Hello"), Some(vec![1, 3])));
        assert!(element.inner.is_none_or(|inner| inner.needed));
        assert_eq!(left_out, ["places.1", "inner"]);
        assert!(told(r#"["no", "object"]"#).is_err());
        assert!(told(r#"{"words":"cut"#).is_err());
    }
}
