//! Whom a body of Meta's is for and what it holds, as far as that can be told where not all of it can be read.

use tributary_domain::json::{Raw, Read};

use crate::{
    contract::About,
    json::{Members, Text},
};

#[derive(Read)]
struct Envelope<'a> {
    #[read(or_default)]
    entry: Vec<Raw<'a>>,
}

#[derive(Read)]
struct Entry<'a> {
    id: Option<Raw<'a>>,
    messaging: Option<Raw<'a>>,
    standby: Option<Raw<'a>>,
    changes: Option<Raw<'a>>,
}

#[derive(Read)]
struct Change<'a> {
    field: Text<'a>,
    value: Option<Raw<'a>>,
}

#[derive(Read)]
struct Value<'a> {
    metadata: Option<Metadata<'a>>,
}

#[derive(Read)]
struct Metadata<'a> {
    phone_number_id: Option<Text<'a>>,
}

/// What every element has, and what says nothing of its kind.
const FRAME: &[&str] = &["sender", "recipient", "timestamp"];

/// What a body is about.
pub(crate) fn read(body: &[u8]) -> About {
    let mut about = About::default();
    let envelopes = tributary_domain::json::from_slice::<Vec<Envelope<'_>>>(body)
        .or_else(|_| tributary_domain::json::from_slice::<Envelope<'_>>(body).map(|one| vec![one]));
    for raw in envelopes.into_iter().flatten().flat_map(|envelope| envelope.entry) {
        if let Some(entry) = piece::<Entry<'_>>(&raw) {
            walk(&mut about, &entry);
        }
    }
    about
}

fn piece<'a, T: Read<'a>>(raw: &Raw<'a>) -> Option<T> {
    tributary_domain::json::from_slice(raw.get().as_bytes()).ok()
}

fn pieces<'a>(list: Option<&Raw<'a>>) -> Vec<Raw<'a>> {
    list.and_then(piece).unwrap_or_default()
}

fn walk(about: &mut About, entry: &Entry<'_>) {
    let id = entry.id.as_ref().and_then(piece::<Text<'_>>);
    let mut numbered = false;
    for (name, list) in [("messaging", &entry.messaging), ("standby", &entry.standby)] {
        for item in pieces(list.as_ref()) {
            let Some(Members(members)) = piece(&item) else { continue };
            let kinds = members.iter().filter(|member| !FRAME.contains(&&***member));
            kinds.for_each(|kind| about.kind(&format!("{name}.{}", &**kind)));
        }
    }
    for change in pieces(entry.changes.as_ref()) {
        let Some(change) = piece::<Change<'_>>(&change) else { continue };
        about.kind(&change.field);
        let value = change.value.as_ref().and_then(piece::<Value<'_>>);
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
