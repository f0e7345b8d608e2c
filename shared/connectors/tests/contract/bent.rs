//! Every fixture with each of its members bent in turn: what was said arrives all the same.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tributary_domain::event::Fact;

use crate::{cases::Suite, fuzz::fixtures, parsed};

/// What tells whose message it is, or which. Without these there is nobody to show it with.
const IDENTIFYING: [&str; 21] = [
    "id",
    "mid",
    "message_id",
    "message_ids",
    "original_message_id",
    "post_id",
    "comment_id",
    "media",
    "from",
    "from_user_id",
    "from_parent_user_id",
    "to",
    "to_user_id",
    "sender",
    "recipient",
    "chat",
    "phone_number_id",
    "business_connection_id",
    // Which of a message's buttons was pressed.
    "data",
    "callback_data",
    "object",
];
/// Fields of changes that are read otherwise than those that name none.
const FIELDS: [&str; 5] = ["feed", "mention", "comments", "live_comments", "mentions"];
/// Lists of elements that have nothing to do with each other.
const APART: [&str; 7] = ["entry", "messaging", "standby", "changes", "messages", "message_echoes", "statuses"];
/// A character that no fixture has; it is written as half of a surrogate pair.
const HALF: char = '\u{e000}';

#[derive(Clone, PartialEq, Eq, Debug)]
enum Step {
    Member(String),
    Item(usize),
}

type Path = Vec<Step>;

fn paths(value: &Value, here: &Path, all: &mut Vec<Path>) {
    let mut inner = |step: Step, value: &Value| {
        let path = [here.as_slice(), &[step]].concat();
        all.push(path.clone());
        paths(value, &path, all);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| inner(Step::Member(name.clone()), value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, value)| inner(Step::Item(at), value)),
        _ => {}
    }
}

fn at<'v>(value: &'v mut Value, path: &[Step]) -> &'v mut Value {
    path.iter().fold(value, |value, step| match step {
        Step::Member(name) => value.get_mut(name).unwrap(),
        Step::Item(at) => value.get_mut(*at).unwrap(),
    })
}

fn holds(value: &Value, is: &impl Fn(Option<&str>, &Value) -> bool) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| is(Some(name), value) || holds(value, is)),
        Value::Array(items) => items.iter().any(|value| is(None, value) || holds(value, is)),
        _ => false,
    }
}

/// Whether it tells who, or which, of something beside it.
fn identifies(path: &[Step], value: &Value) -> bool {
    let named = |step: &Step, names: &[&str]| matches!(step, Step::Member(name) if names.contains(&name.as_str()));
    let field = path.last().is_some_and(|step| named(step, &["field"]));
    if path.iter().any(|step| named(step, &IDENTIFYING))
        || field && value.as_str().is_some_and(|field| FIELDS.contains(&field))
    {
        return true;
    }
    let apart = path.len() >= 2 && named(&path[path.len() - 2], &APART);
    !apart && holds(value, &|name, _| name.is_some_and(|name| IDENTIFYING.contains(&name)))
}

fn says<C: Suite>(body: &[u8]) -> Vec<String> {
    let words = |fact: &Fact| match fact {
        Fact::Message { content, .. } | Fact::Echo { content, .. } => content.text.clone(),
        Fact::Edited { text, .. } => text.clone(),
        _ => None,
    };
    parsed::<C>(body).events.iter().filter_map(|event| words(&event.fact)).map(|text| bare(&text)).collect()
}

/// The members that what is said is put together of: a text may be one, or several with words of ours between them.
fn pieces(value: &Value, said: &[String]) -> BTreeSet<String> {
    let mut pieces = BTreeSet::new();
    match value {
        Value::String(text) if !text.trim().is_empty() && said.iter().any(|words| words.contains(text)) => {
            pieces.insert(text.clone());
        }
        Value::Object(members) => members.values().for_each(|value| pieces.extend(self::pieces(value, said))),
        Value::Array(items) => items.iter().for_each(|value| pieces.extend(self::pieces(value, said))),
        _ => {}
    }
    pieces
}

/// Without the addresses that we put after words: they are members of their own.
fn bare(text: &str) -> String {
    let mut pieces = text.split(" (");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |bare, piece| bare + piece.split_once(')').map_or("", |(_, rest)| rest))
}

/// The same, with what is told beside it: words of a kind that is not known any more are told line by line.
fn tells<C: Suite>(body: &[u8]) -> Vec<String> {
    let mut tells = says::<C>(body);
    for event in parsed::<C>(body).events {
        if let Fact::Message { content, .. } | Fact::Echo { content, .. } = event.fact {
            for one in content.attachments {
                tells
                    .extend(one.name.into_iter().chain(one.note).chain(one.details.into_iter().map(|line| line.value)));
            }
            tells.extend(content.details.into_iter().map(|line| line.value));
        }
    }
    tells
}

/// What may stand where something else should.
fn others(value: &Value) -> Vec<Value> {
    let mut others = vec![
        Value::Null,
        json!(true),
        json!(7),
        json!(-0.5),
        json!("not this"),
        json!(""),
        json!([]),
        json!(["not", 7]),
        json!({}),
        json!({ "not": { "this": [1] } }),
        json!("2026-01-01T00:00:00+0000"),
    ];
    if let Value::String(text) = value {
        let cut: String = text.chars().take(text.chars().count() / 2).collect();
        others.extend([json!(format!("{cut}{HALF}")), json!(cut)]);
    }
    others
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().replace(HALF, "\\ud83d").into_bytes()
}

pub(crate) fn every_member<C: Suite>() {
    let (mut bent, mut hidden) = (0, BTreeSet::new());
    for body in fixtures::<C>("inbound") {
        let Ok(whole) = serde_json::from_slice::<Value>(&body) else { continue };
        let said = pieces(&whole, &says::<C>(&body));
        let mut all = Vec::new();
        paths(&whole, &Vec::new(), &mut all);
        for path in all {
            let mut copy = whole.clone();
            let original = at(&mut copy, &path).clone();
            // Who wrote without a number is told by their contact alone.
            let by_contact = !holds(&whole, &|name, value| name == Some("from") && value != "")
                && path.contains(&Step::Member("contacts".to_owned()));
            if identifies(&path, &original) || by_contact {
                continue;
            }
            let has = |value: &Value, words: &str| value.as_str().is_some_and(|text| text.contains(words));
            let kept = |words: &&String| !has(&original, words) && !holds(&original, &|_, value| has(value, words));
            let mut check = |changed: &Value, what: &dyn std::fmt::Debug| {
                let bytes = bytes(changed);
                let arrived = tells::<C>(&bytes);
                let missing =
                    said.iter().filter(kept).filter(|words| !arrived.iter().any(|text| text.contains(*words)));
                hidden.extend(missing.map(|words| format!("{words:?} by {what:?} at {path:?}")));
                bent += 1;
            };
            let named_field = matches!(path.last(), Some(Step::Member(name)) if name == "field");
            for other in others(&original) {
                // What may be the name of another field is that, and not one that says something here.
                if named_field
                    && other
                        .as_str()
                        .is_some_and(|other| other.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
                {
                    continue;
                }
                let mut changed = whole.clone();
                *at(&mut changed, &path) = other.clone();
                check(&changed, &other);
            }
            let (last, before) = path.split_last().unwrap();
            let mut changed = whole.clone();
            match (at(&mut changed, before), last) {
                (Value::Object(members), Step::Member(name)) => drop(members.remove(name)),
                (Value::Array(items), Step::Item(place)) => drop(items.remove(*place)),
                _ => unreachable!(),
            }
            check(&changed, &"its absence");
        }
    }
    assert!(hidden.is_empty(), "hidden are {hidden:#?}");
    assert!(bent > 1000, "{bent}");
}
