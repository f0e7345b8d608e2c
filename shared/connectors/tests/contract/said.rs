//! What somebody said is readable, all of it: over every fixture, and over what becomes of each when a member of it
//! is left out, emptied, or called by another name.

use serde_json::{Value, json};
use tributary_connectors::contract::Parsed;
use tributary_domain::event::{Content, Fact};

use crate::{
    cases::Suite,
    fuzz::{grafted, named},
    parsed,
};

fn contents(parsed: &Parsed) -> impl Iterator<Item = &Content> {
    parsed.events.iter().filter_map(|event| match &event.fact {
        Fact::Message { content, .. } | Fact::Echo { content, .. } => Some(content),
        _ => None,
    })
}

fn bodies<C: Suite>() -> Vec<(String, Value)> {
    let read = |(name, body): (String, Vec<u8>)| Some((name, serde_json::from_slice(&body).ok()?));
    named::<C>("inbound").into_iter().filter_map(read).collect()
}

/// The `at`-th member of all objects of `value` is left out, or called by another name.
fn renamed(value: &mut Value, at: &mut usize, name: Option<&str>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| renamed(item, at, name)),
        Value::Object(members) => {
            for key in members.keys().cloned().collect::<Vec<_>>() {
                if *at == 0 {
                    let held = members.remove(&key);
                    if let (Some(name), Some(held)) = (name, held) {
                        members.insert(name.to_owned(), held);
                    }
                }
                *at = at.wrapping_sub(1);
                if let Some(member) = members.get_mut(&key) {
                    renamed(member, at, name);
                }
            }
        }
        _ => {}
    }
}

fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(nodes).sum(),
        Value::Object(members) => members.values().map(nodes).sum(),
        _ => 0,
    }
}

/// No event becomes a message in which a person sees nothing.
pub(crate) fn something_is_seen<C: Suite>() {
    let nothing = [json!(""), json!(" \u{200b}\u{202e}"), json!({}), json!([]), Value::Null, json!(0), json!(false)];
    for (_, body) in bodies::<C>() {
        let check = |changed: &Value| {
            let parsed = parsed::<C>(changed.to_string().as_bytes());
            for content in contents(&parsed) {
                assert!(content.is_seen(), "nothing is seen of {changed:#}");
            }
        };
        check(&body);
        for place in 0..nodes(&body) {
            for graft in &nothing {
                let mut changed = body.clone();
                grafted(&mut changed, &mut place.clone(), graft);
                check(&changed);
            }
            for name in [None, Some("of_tomorrow")] {
                let mut changed = body.clone();
                renamed(&mut changed, &mut place.clone(), name);
                check(&changed);
            }
        }
    }
}

/// Members that hold what somebody said, chose or filled in.
const SAID: &[&str] = &[
    "text",
    "title",
    "subtitle",
    "caption",
    "question",
    "answer",
    "headline",
    "description",
    "formatted_name",
    "first_name",
    "last_name",
    "coupon_code",
    "order_number",
    "street",
    "street_1",
    "city",
    "company",
    "phone",
    "phone_number",
    "email",
    "url",
    "source_url",
    "address",
    "note",
    "ad_title",
    "emoji",
    "display_text",
    "name",
    "sender_user_name",
    "author_signature",
    "prize_description",
    "data",
    "button_text",
    "filename",
    "file_name",
    "product_retailer_id",
    "data",
    "payload",
    "response",
    "value",
    "body",
    "zip",
    "birthday",
    "department",
    "vcard",
    "invoice_payload",
    "url",
];

/// Where the same words are told a second time, or are somebody else's, or nobody's: messages that are quoted (they stand
/// in the thread themselves), what a button carries for its app, names of forms, pictures of what is read as a sign, the
/// platform's own complaints, and our own side's names.
const ELSEWHERE: &[&str] = &[
    "reply_to_message",
    "reply_markup",
    "metadata",
    "nfm_reply/name",
    "action/name",
    "buttons/_/payload",
    "components/_/parameters/_/payload",
    "errors",
    "profile/name",
    "chat/first_name",
    "external_reply/chat",
    "story/chat/title",
    "via_bot/first_name",
    "gift/sticker",
    "sender_business_bot",
    "contact/vcard",
    "elements/_/buttons/_/payload",
];

/// Fixtures of messages that cannot be read, of our own side, and of signs.
const APART: &[&str] = &["one_bad", "comment_own", "business_echo", "business_greeting", "like", "sticker"];

fn is_elsewhere(fixture: &str, path: &[String]) -> bool {
    let steps = path.iter().map(|step| if step.parse::<usize>().is_ok() { "_" } else { step });
    let path = format!("/{}/", steps.collect::<Vec<_>>().join("/"));
    APART.iter().any(|one| fixture.starts_with(one)) || ELSEWHERE.iter().any(|one| path.contains(&format!("/{one}/")))
}

fn leaves<'v>(value: &'v Value, path: &mut Vec<String>, found: &mut Vec<(Vec<String>, &'v str)>) {
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                path.push(at.to_string());
                leaves(item, path, found);
                path.pop();
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                path.push(name.clone());
                leaves(member, path, found);
                path.pop();
            }
        }
        Value::String(text) => found.push((path.clone(), text)),
        _ => {}
    }
}

/// Whatever a fixture says in a member of words is in what comes of it.
pub(crate) fn every_word_arrives<C: Suite>() {
    let (mut looked_at, mut lost) = (0, Vec::new());
    for (name, body) in bodies::<C>() {
        let before = parsed::<C>(body.to_string().as_bytes());
        if contents(&before).next().is_none() {
            continue;
        }
        let mut found = Vec::new();
        leaves(&body, &mut Vec::new(), &mut found);
        for (path, text) in found {
            let member = path.last().map_or("", String::as_str);
            if !SAID.contains(&member) || is_elsewhere(&name, &path) || text.is_empty() {
                continue;
            }
            let word = if text.starts_with("http") { "https://zyx.example/w" } else { "zyxword" };
            let mut changed = body.clone();
            *changed.pointer_mut(&format!("/{}", path.join("/"))).unwrap() = json!(word);
            let after = serde_json::to_string(&parsed::<C>(changed.to_string().as_bytes()).events).unwrap();
            if !after.contains(word) {
                lost.push(format!("{name}: {} = {text}", path.join("/")));
            }
            looked_at += 1;
        }
    }
    assert!(lost.is_empty(), "these are lost:\n{}", lost.join("\n"));
    assert!(looked_at > 5, "{looked_at}");
}
