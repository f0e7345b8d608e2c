//! The envelope of Meta's webhooks: entries of items or changes.
//!
//! A good body is read in one pass. Only when that fails is it taken apart entry by entry, so that one bad
//! entry never hides the good ones.

use serde::de::IgnoredAny;
use tributary_domain::json::{Raw, Read};

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

#[derive(Read)]
struct Entry<'a, I, C> {
    id: Option<Text<'a>>,
    messaging: Option<Vec<I>>,
    standby: Option<Vec<I>>,
    changes: Option<Vec<C>>,
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
    /// Why a field is passed over, when it is on the documented list.
    fn passed_over(field: &str) -> Option<&'static str>;
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
    entry.messaging.into_iter().flatten().for_each(|item| reader.item(&id, item, false));
    entry.standby.into_iter().flatten().for_each(|item| reader.item(&id, item, true));
    for change in entry.changes.into_iter().flatten() {
        match R::passed_over(&change.field) {
            Some(why) => reader.parsed().ignored.push(why),
            None => reader.change(&id, &change.field, change.value),
        }
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
        if let Some(why) = R::passed_over(&change.field) {
            reader.parsed().ignored.push(why);
            continue;
        }
        match tributary_domain::json::from_slice(change.value.get().as_bytes()) {
            Ok(value) => reader.change(&id, &change.field, value),
            Err(error) => reader.rescue(&change.field, change.value, &error),
        }
    }
}
