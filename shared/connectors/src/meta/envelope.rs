//! The envelope of Meta's webhooks: entries of items or changes.
//!
//! A good body is read in one pass. Only when that fails is it taken apart entry by entry and element by element, so
//! that nothing that is not what it should be hides what is.

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Error, from_str, value::RawValue};

use tributary_domain::{json_error::fault, time::Timestamp};

use crate::{
    contract::Parsed,
    json::{Members, Moment, Text},
    lenient::{self, traced},
};

#[derive(Deserialize)]
struct Envelope<'a, E> {
    #[serde(borrow)]
    object: Option<Text<'a>>,
    entry: Option<Vec<E>>,
    /// A dashboard sample may be one bare change.
    field: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Entry<'a, I, C> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    messaging: Option<Vec<I>>,
    standby: Option<Vec<I>>,
    changes: Option<Vec<C>>,
    time: Option<&'a RawValue>,
    /// Some accounts get the one change of an entry without the list around it.
    field: Option<&'a RawValue>,
    value: Option<&'a RawValue>,
    #[serde(flatten)]
    others: Members<'a>,
}

/// Members of an entry that are known, and not read.
const PASSED: &[&str] = &["uid"];

/// What an entry says of everything in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head<'e> {
    /// What the platform calls the account.
    pub(crate) id: &'e str,
    /// When it was told.
    pub(crate) at: Option<Timestamp>,
}

impl<'a, I, C> Entry<'a, I, C> {
    fn at(&self) -> Option<Timestamp> {
        let Moment(at) = from_str(self.time?.get()).ok()?;
        Some(at)
    }

    /// The field and value of the change that the entry itself is, where it is one.
    fn bare(&self) -> Option<(Option<Text<'a>>, &'a RawValue)> {
        let field = self.field.and_then(|field| from_str(field.get()).ok());
        Some((field, self.value?))
    }
}

#[derive(Deserialize)]
struct Change<'a, V> {
    #[serde(borrow)]
    field: Option<Text<'a>>,
    value: V,
}

/// What a platform makes of the pieces.
pub(crate) trait Reader {
    /// The `object` this platform's webhooks carry.
    const OBJECT: &'static str;
    /// The field of a change that names none.
    const FIELD: &'static str;
    /// An element of `messaging` or `standby`.
    type Item<'i>: Deserialize<'i>;
    /// The `value` of a change.
    type Value<'i>: Deserialize<'i>;

    /// Takes one element of `messaging`, or of `standby`, without the members that `left_out` names.
    fn item(&mut self, entry: &str, item: Self::Item<'_>, left_out: &[String], standby: bool);
    /// Takes one change.
    fn change(&mut self, entry: Head<'_>, field: &str, value: Self::Value<'_>);
    /// Takes a change whose value cannot be read as a whole.
    fn rescue(&mut self, entry: Head<'_>, field: &str, value: &RawValue, error: &Error) {
        let _ = (entry, field, value);
        self.parsed().unreadable.push(format!("a change {}", fault(error)));
    }
    /// The field, when it is on the list of harmless ones.
    fn passed_over(field: &str) -> Option<&'static str>;
    /// Whether this release reads the field. One that is neither read nor harmless is kept.
    fn reads(field: &str) -> bool;
    /// Which account a change is for: its entry's, unless its value names another.
    fn account<'v>(entry: &'v str, value: Option<&'v Self::Value<'_>>) -> &'v str {
        let _ = value;
        entry
    }
    /// Where findings are kept.
    fn parsed(&mut self) -> &mut Parsed;
}

type Whole<'a, R> = Envelope<'a, Entry<'a, <R as Reader>::Item<'a>, Change<'a, <R as Reader>::Value<'a>>>>;

/// Reads a body, which may also be an array of envelopes.
pub(crate) fn read<R: Reader>(body: &[u8], reader: &mut R) {
    let body = lenient::readable(body);
    if !body.trim_start().starts_with('[') {
        return one(&body, reader);
    }
    match from_str::<Vec<&RawValue>>(&body) {
        Ok(envelopes) => envelopes.into_iter().for_each(|envelope| one(envelope.get(), reader)),
        Err(error) => reader.parsed().unreadable.push(format!("the body {}", fault(&error))),
    }
}

fn one<R: Reader>(body: &str, reader: &mut R) {
    match from_str::<Whole<'_, R>>(body) {
        Ok(envelope) => {
            if let Some(entries) = opened(envelope.object.as_ref(), envelope.field.is_some(), envelope.entry, reader) {
                for entry in entries {
                    walk(entry, reader);
                }
            }
        }
        Err(_) => piecewise(body, reader),
    }
}

/// Whether this is an envelope for this platform; what it is instead is noted.
fn opened<E, R: Reader>(
    object: Option<&Text<'_>>,
    bare: bool,
    entries: Option<Vec<E>>,
    reader: &mut R,
) -> Option<Vec<E>> {
    let parsed = reader.parsed();
    match (object.map(|object| &**object), entries) {
        (Some(object), _) if object != R::OBJECT => {
            parsed.unreadable.push(format!("the object is not `{}`: is the webhook's address right?", R::OBJECT));
            None
        }
        (_, Some(entries)) => Some(entries),
        (_, None) => {
            if bare {
                parsed.sample = true;
            } else {
                parsed.unreadable.push("the body has no `entry`".to_owned());
            }
            None
        }
    }
}

fn walk<'a, R: Reader>(entry: Entry<'a, R::Item<'a>, Change<'a, R::Value<'a>>>, reader: &mut R) {
    let (at, bare) = (entry.at(), entry.bare());
    let id = entry.id.unwrap_or_default();
    let head = Head { id: &id, at };
    unknown(&id, &entry.others, reader);
    if let Some((field, value)) = bare {
        told(head, field.as_ref(), value, reader);
    }
    entry.messaging.into_iter().flatten().for_each(|item| reader.item(&id, item, &[], false));
    entry.standby.into_iter().flatten().for_each(|item| reader.item(&id, item, &[], true));
    for change in entry.changes.into_iter().flatten() {
        let field = field::<R>(change.field.as_ref());
        if R::reads(field) {
            reader.change(head, field, change.value);
        } else {
            unread(&id, field, Some(&change.value), reader);
        }
    }
}

/// The entry that the dashboard's "Test" button writes.
const SAMPLE_ENTRY: &str = "0";

/// A change of a field that is not read: harmless, or kept.
fn unread<R: Reader>(entry: &str, field: &str, value: Option<&R::Value<'_>>, reader: &mut R) {
    match R::passed_over(field) {
        Some(known) => reader.parsed().ignored.push(known),
        None if entry == SAMPLE_ENTRY => reader.parsed().sample = true,
        None => {
            let account = R::account(entry, value).to_owned();
            reader.parsed().keep(field, &account);
        }
    }
}

/// Members of an entry that are not known.
fn unknown<R: Reader>(entry: &str, members: &Members<'_>, reader: &mut R) {
    for name in members.names().filter(|name| !PASSED.contains(&&***name)) {
        reader.parsed().keep(&format!("entry.{}", &**name), entry);
    }
}

/// The field of a change. What cannot be the name of one is none.
fn field<'f, R: Reader>(named: Option<&'f Text<'_>>) -> &'f str {
    let name = |field: &&Text<'_>| !field.is_empty() && field.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_'));
    named.filter(name).map_or(R::FIELD, |field| &**field)
}

/// What was left out of something that holds others may have held anything: the delivery is kept for a person as well.
fn kept(what: &str, left_out: &[String], parsed: &mut Parsed) {
    let lost = left_out.iter().map(|name| format!("{what}: `{name}` is not what it should be"));
    parsed.unreadable.extend(lost);
}

fn piecewise<R: Reader>(body: &str, reader: &mut R) {
    let read = lenient::read(body, |body, left_out| {
        let envelope = traced::<Envelope<'_, &RawValue>>(body)?;
        kept("the body", left_out, reader.parsed());
        let entries = opened(envelope.object.as_ref(), envelope.field.is_some(), envelope.entry, reader);
        for (at, raw) in entries.into_iter().flatten().enumerate() {
            pieces(at, raw, reader);
        }
        Ok(())
    });
    if let Err(error) = read {
        reader.parsed().unreadable.push(format!("the body {}", fault(&error)));
    }
}

fn pieces<R: Reader>(at: usize, raw: &RawValue, reader: &mut R) {
    let read = lenient::read(raw.get(), |entry, left_out| {
        let entry = traced::<Entry<'_, &RawValue, &RawValue>>(entry)?;
        kept(&format!("entry {at}"), left_out, reader.parsed());
        let (time, bare) = (entry.at(), entry.bare());
        let id = entry.id.unwrap_or_default();
        let head = Head { id: &id, at: time };
        unknown(&id, &entry.others, reader);
        if let Some((field, value)) = bare {
            told(head, field.as_ref(), value, reader);
        }
        for (list, standby) in [(entry.messaging, false), (entry.standby, true)] {
            for (index, raw) in list.into_iter().flatten().enumerate() {
                let read = lenient::read(raw.get(), |item, left_out| {
                    reader.item(&id, traced::<R::Item<'_>>(item)?, left_out, standby);
                    Ok(())
                });
                if let Err(error) = read {
                    reader.parsed().unreadable.push(format!("entry {at}, item {index} {}", fault(&error)));
                }
            }
        }
        for (index, raw) in entry.changes.into_iter().flatten().enumerate() {
            if let Err(error) = change(head, raw, reader) {
                reader.parsed().unreadable.push(format!("entry {at}, change {index} {}", fault(&error)));
            }
        }
        Ok(())
    });
    if let Err(error) = read {
        reader.parsed().unreadable.push(format!("entry {at} {}", fault(&error)));
    }
}

fn change<R: Reader>(entry: Head<'_>, raw: &RawValue, reader: &mut R) -> Result<(), Error> {
    lenient::read(raw.get(), |change, _| {
        let change = traced::<Change<'_, &RawValue>>(change)?;
        told(entry, change.field.as_ref(), change.value, reader);
        Ok(())
    })
}

/// Takes a change by its field, and its value in whatever shape that is.
fn told<R: Reader>(entry: Head<'_>, named: Option<&Text<'_>>, value: &RawValue, reader: &mut R) {
    let field = field::<R>(named);
    if !R::reads(field) {
        return unread(entry.id, field, from_str::<R::Value<'_>>(value.get()).ok().as_ref(), reader);
    }
    match from_str(value.get()) {
        Ok(value) => reader.change(entry, field, value),
        Err(error) => reader.rescue(entry, field, value, &error),
    }
}
