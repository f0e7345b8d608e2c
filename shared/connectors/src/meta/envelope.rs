//! The envelope of Meta's webhooks: entries of items or changes.
//!
//! A good body is read in one pass. Only when that fails is it taken apart entry by entry, so that one bad
//! entry never hides the good ones.

use serde::de::IgnoredAny;
use tributary_domain::json::{Name, Raw, Read};

use crate::{
    contract::Parsed,
    json::{Text, fault},
};

#[derive(Read)]
struct Envelope<'a, E> {
    object: Option<Text<'a>>,
    entry: Option<Vec<E>>,
    /// A dashboard sample may be one bare change.
    field: Option<IgnoredAny>,
}

struct Entry<'a, I, C> {
    id: Option<Text<'a>>,
    messaging: Option<Vec<I>>,
    standby: Option<Vec<I>>,
    changes: Option<Vec<C>>,
    /// Members that are not known.
    others: Vec<Text<'a>>,
}

impl<'de: 'a, 'a, I: Read<'de>, C: Read<'de>> Read<'de> for Entry<'a, I, C> {
    fn read(reader: &mut tributary_domain::json::Reader<'de>) -> Result<Self, serde_json::Error> {
        let mut entry = Self { id: None, messaging: None, standby: None, changes: None, others: Vec::new() };
        reader.map(&mut |key, reader| {
            // Captured as one, and not field by field.
            let entry = &mut entry;
            match &*key {
                "id" => reader.put(&mut entry.id)?,
                "messaging" => reader.put(&mut entry.messaging)?,
                "standby" => reader.put(&mut entry.standby)?,
                "changes" => reader.put(&mut entry.changes)?,
                name => {
                    let passed = ["time", "uid"].contains(&name);
                    if Option::<IgnoredAny>::read(reader)?.is_some() && !passed {
                        entry.others.push(Name::named(key)?);
                    }
                }
            }
            Ok(())
        })?;
        Ok(entry)
    }
}

#[derive(Read)]
struct Change<'a, V> {
    field: Text<'a>,
    value: V,
}

/// What a platform makes of the pieces.
pub(crate) trait Reader<'a> {
    /// The `object` this platform's webhooks carry.
    const OBJECT: &'static str;
    /// An element of `messaging` or `standby`.
    type Item: Read<'a>;
    /// The `value` of a change.
    type Value: Read<'a>;

    /// Takes one element of `messaging`, or of `standby`.
    fn item(&mut self, entry: &str, item: Self::Item, standby: bool);
    /// Takes one change.
    fn change(&mut self, entry: &str, field: &str, value: Self::Value);
    /// Takes a change whose value cannot be read as a whole.
    fn rescue(&mut self, field: &str, value: Raw<'a>, error: &serde_json::Error) {
        let _ = (field, value);
        self.parsed().unreadable.push(format!("a change {}", fault(error)));
    }
    /// The field, when it is on the list of harmless ones.
    fn passed_over(field: &str) -> Option<&'static str>;
    /// Whether this release reads the field. One that is neither read nor harmless is kept.
    fn reads(field: &str) -> bool;
    /// Which account a change is for: its entry's, unless its value names another.
    fn account<'v>(entry: &'v str, value: Option<&'v Self::Value>) -> &'v str {
        let _ = value;
        entry
    }
    /// Where findings are kept.
    fn parsed(&mut self) -> &mut Parsed;
}

type Whole<'a, R> = Envelope<'a, Entry<'a, <R as Reader<'a>>::Item, Change<'a, <R as Reader<'a>>::Value>>>;

/// Reads a body, which may also be an array of envelopes.
pub(crate) fn read<'a, R: Reader<'a>>(body: &'a [u8], reader: &mut R) {
    let outer = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if outer != Some(&b'[') {
        return one(body, reader);
    }
    match tributary_domain::json::from_slice::<Vec<Raw<'a>>>(body) {
        Ok(envelopes) => envelopes.into_iter().for_each(|envelope| one(envelope.get().as_bytes(), reader)),
        Err(error) => reader.parsed().unreadable.push(format!("the body {}", fault(&error))),
    }
}

fn one<'a, R: Reader<'a>>(body: &'a [u8], reader: &mut R) {
    match tributary_domain::json::from_slice::<Whole<'a, R>>(body) {
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
fn opened<'a, E, R: Reader<'a>>(
    object: Option<&Text<'a>>,
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

fn walk<'a, R: Reader<'a>>(entry: Entry<'a, R::Item, Change<'a, R::Value>>, reader: &mut R) {
    let id = entry.id.unwrap_or_default();
    unknown(&id, &entry.others, reader);
    entry.messaging.into_iter().flatten().for_each(|item| reader.item(&id, item, false));
    entry.standby.into_iter().flatten().for_each(|item| reader.item(&id, item, true));
    for change in entry.changes.into_iter().flatten() {
        if R::reads(&change.field) {
            reader.change(&id, &change.field, change.value);
        } else {
            unread(&id, &change.field, Some(&change.value), reader);
        }
    }
}

/// The entry that the dashboard's "Test" button writes.
const SAMPLE_ENTRY: &str = "0";

/// A change of a field that is not read: harmless, or kept.
fn unread<'a, R: Reader<'a>>(entry: &str, field: &str, value: Option<&R::Value>, reader: &mut R) {
    match R::passed_over(field) {
        Some(known) => reader.parsed().ignored.push(known),
        None if entry == SAMPLE_ENTRY => reader.parsed().sample = true,
        None => reader.parsed().keep(field, R::account(entry, value)),
    }
}

/// Members of an entry that are not known.
fn unknown<'a, R: Reader<'a>>(entry: &str, members: &[Text<'_>], reader: &mut R) {
    for name in members {
        reader.parsed().keep(&format!("entry.{}", &**name), entry);
    }
}

fn piecewise<'a, R: Reader<'a>>(body: &'a [u8], reader: &mut R) {
    let envelope = match tributary_domain::json::from_slice::<Envelope<'a, Raw<'a>>>(body) {
        Ok(envelope) => envelope,
        Err(error) => {
            return reader.parsed().unreadable.push(format!("the body {}", fault(&error)));
        }
    };
    let Some(entries) = opened(envelope.object.as_ref(), envelope.field.is_some(), envelope.entry, reader) else {
        return;
    };
    for (at, raw) in entries.into_iter().enumerate() {
        match tributary_domain::json::from_slice(raw.get().as_bytes()) {
            Ok(entry) => walk(entry, reader),
            Err(_) => pieces(at, raw, reader),
        }
    }
}

fn pieces<'a, R: Reader<'a>>(at: usize, raw: Raw<'a>, reader: &mut R) {
    let entry = match tributary_domain::json::from_str::<Entry<'a, Raw<'a>, Raw<'a>>>(raw.get()) {
        Ok(entry) => entry,
        Err(error) => {
            return reader.parsed().unreadable.push(format!("entry {at} {}", fault(&error)));
        }
    };
    let id = entry.id.unwrap_or_default();
    unknown(&id, &entry.others, reader);
    for (list, standby) in [(entry.messaging, false), (entry.standby, true)] {
        for (index, raw) in list.into_iter().flatten().enumerate() {
            match tributary_domain::json::from_slice(raw.get().as_bytes()) {
                Ok(item) => reader.item(&id, item, standby),
                Err(error) => {
                    reader.parsed().unreadable.push(format!("entry {at}, item {index} {}", fault(&error)));
                }
            }
        }
    }
    for (index, raw) in entry.changes.into_iter().flatten().enumerate() {
        let change = match tributary_domain::json::from_str::<Change<'a, Raw<'a>>>(raw.get()) {
            Ok(change) => change,
            Err(error) => {
                reader.parsed().unreadable.push(format!("entry {at}, change {index} {}", fault(&error)));
                continue;
            }
        };
        if !R::reads(&change.field) {
            let value = tributary_domain::json::from_slice(change.value.get().as_bytes()).ok();
            unread(&id, &change.field, value.as_ref(), reader);
            continue;
        }
        match tributary_domain::json::from_slice(change.value.get().as_bytes()) {
            Ok(value) => reader.change(&id, &change.field, value),
            Err(error) => reader.rescue(&change.field, change.value, &error),
        }
    }
}
