//! Counting what happened: the same however often and in whatever order it is done, and read as it was.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod keywords;
mod reports;
mod roll;

use serde_json::{Value, json};
use tributary_domain::{
    audit::{Action, Actor, AuditDetail, Entry, Head},
    id::{TeammateId, ThreadId},
    insights::{Line, What},
    platform::Surface,
    time::Timestamp,
};

/// Read from JSON, as it is stored. What counts nothing is left out by the callers.
fn entry(thread: u8, at: Timestamp, by: Option<&str>, action: Action, mut detail: Value) -> Box<Entry> {
    let actor = by.map_or(Actor::System, |id| Actor::Teammate { id: TeammateId::parse(id).unwrap() });
    if action == Action::Replied {
        let uncounted = [("reply", json!("11111111-aaaa")), ("words", json!("")), ("parts", json!(1))];
        detail.as_object_mut().unwrap().extend(uncounted.map(|(name, value)| (name.to_owned(), value)));
    }
    if let Some(Value::Object(seen)) = detail.get_mut("seen") {
        seen.entry("given").or_insert_with(|| json!([]));
    }
    let done: AuditDetail = serde_json::from_value(json!({ "action": action, "detail": detail })).unwrap();
    assert_eq!(Some(done.action()), Some(action), "it is known by its form: {detail}");
    Box::new(Head::default().append(&ThreadId::from_bytes(&[thread]), at, actor, done))
}

fn line(platform: &str, topic: &str, owner: &str, what: What) -> Line {
    Line {
        platform: platform.to_owned(),
        surface: Surface::Messages,
        topic: Some(topic.to_owned()),
        owner: owner.to_owned(),
        what,
    }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}
