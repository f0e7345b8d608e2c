//! Counting what happened: the same however often and in whatever order it is done, and read as it was.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod keywords;
mod reports;
mod roll;

use serde_json::Value;
use tributary_domain::{
    audit::{Action, Actor, Entry, Head},
    id::{TeammateId, ThreadId},
    insights::{Line, What},
    time::Timestamp,
};

fn entry(thread: u8, at: Timestamp, by: Option<&str>, action: Action, detail: Value) -> Entry {
    let actor = by.map_or(Actor::System, |id| Actor::Teammate { id: TeammateId::parse(id).unwrap() });
    Head::default().append(&ThreadId::from_bytes(&[thread]), at, actor, action, detail)
}

fn line(platform: &str, topic: &str, owner: &str, what: What) -> Line {
    Line { platform: platform.to_owned(), topic: Some(topic.to_owned()), owner: owner.to_owned(), what }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}
