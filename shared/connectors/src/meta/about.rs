//! Whom a body of Meta's is for and what it holds, as far as that can be told where not all of it can be read.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    contract::About,
    json::{Members, Text},
};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default, deserialize_with = "crate::json::or_default")]
    entry: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    messaging: Option<&'a RawValue>,
    standby: Option<&'a RawValue>,
    changes: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow)]
    field: Text<'a>,
    value: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Value<'a> {
    #[serde(borrow)]
    metadata: Option<Metadata<'a>>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    phone_number_id: Option<Text<'a>>,
}

/// What every element has, and what says nothing of its kind.
const FRAME: &[&str] = &["sender", "recipient", "timestamp"];

/// What a body is about.
pub(crate) fn read(body: &[u8]) -> About {
    let mut about = About::default();
    let envelopes = serde_json::from_slice::<Vec<Envelope<'_>>>(body)
        .or_else(|_| serde_json::from_slice::<Envelope<'_>>(body).map(|one| vec![one]));
    for raw in envelopes.into_iter().flatten().flat_map(|envelope| envelope.entry) {
        if let Some(entry) = piece::<Entry<'_>>(raw) {
            walk(&mut about, &entry);
        }
    }
    about
}

fn piece<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<T> {
    serde_json::from_slice(raw.get().as_bytes()).ok()
}

fn pieces(list: Option<&RawValue>) -> Vec<&RawValue> {
    list.and_then(piece).unwrap_or_default()
}

fn walk(about: &mut About, entry: &Entry<'_>) {
    let id = entry.id.and_then(piece::<Text<'_>>);
    let mut numbered = false;
    for (name, list) in [("messaging", entry.messaging), ("standby", entry.standby)] {
        for item in pieces(list) {
            let Some(members) = piece::<Members<'_>>(item) else { continue };
            let kinds = members.names().filter(|member| !FRAME.contains(&&***member));
            kinds.for_each(|kind| about.kind(&format!("{name}.{}", &**kind)));
        }
    }
    for change in pieces(entry.changes) {
        let Some(change) = piece::<Change<'_>>(change) else { continue };
        about.kind(&change.field);
        let value = change.value.and_then(piece::<Value<'_>>);
        if let Some(number) = value.and_then(|value| value.metadata?.phone_number_id) {
            numbered = true;
            about.account(&number);
        }
    }
    // Of a number, the entry names the business account that it belongs to.
    if let Some(id) = id.filter(|_| !numbered) {
        about.account(&id);
    }
}
