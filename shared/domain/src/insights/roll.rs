//! Counting one hour.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Cell, Kind, Sheet, Spread};
use crate::{
    audit::{Action, Actor, Entry},
    label::OTHER,
};

/// Something that happened in a thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Where; empty when the index does not know the thread yet.
    pub platform: String,
    /// What the thread is about now.
    pub topic: Option<String>,
    /// Whose it is now: the name of its queue.
    pub owner: String,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A message came or went.
    Message {
        /// A customer's.
        incoming: bool,
    },
    /// Something was done.
    Entry(Entry),
}

type Key = (Kind, String, String, String, String);

/// The counts of one hour.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    counts: BTreeMap<Key, u64>,
}

impl Tally {
    /// Counts what happened.
    pub fn add(&mut self, line: &Line) {
        match &line.what {
            What::Message { incoming } => {
                self.count(line, if *incoming { Kind::In } else { Kind::Out }, &line.owner, "");
            }
            What::Entry(entry) => self.entry(line, entry),
        }
    }

    /// Its cells, by sheet.
    pub fn cells(&self, sheet: Sheet) -> Vec<Cell> {
        let cell = |((kind, platform, topic, who, part), count): (&Key, &u64)| Cell {
            kind: *kind,
            platform: platform.clone(),
            topic: topic.clone(),
            who: who.clone(),
            part: part.clone(),
            count: *count,
        };
        self.counts.iter().filter(|((kind, ..), _)| kind.sheet() == sheet).map(cell).collect()
    }

    fn entry(&mut self, line: &Line, entry: &Entry) {
        let detail = &entry.detail;
        self.looked_at(line, detail);
        match entry.action {
            Action::Opened => self.count(line, Kind::Opened, &line.owner, ""),
            Action::Replied => {
                let who = actor(entry).unwrap_or(&line.owner).to_owned();
                self.count(line, Kind::Answered, &who, "");
                self.waited(line, detail, &who);
            }
            Action::AnsweredElsewhere => self.waited(line, detail, &line.owner),
            Action::Closed => {
                if let Some(seconds) = detail.get("open").and_then(Value::as_u64) {
                    let who = actor(entry).unwrap_or(&line.owner);
                    self.count(line, Kind::Resolved, who, &Spread::step(seconds).to_string());
                }
            }
            Action::Labelled => self.labelled(line, detail),
            Action::Corrected => self.corrected(line, entry),
            _ => {}
        }
    }

    /// How long the customer waited, where anything of theirs did.
    fn waited(&mut self, line: &Line, detail: &Value, who: &str) {
        let Some(seconds) = detail.get("waited").and_then(Value::as_u64) else { return };
        let step = Spread::step(seconds).to_string();
        self.count(line, Kind::Waited, who, &step);
        if detail.get("first").and_then(Value::as_bool) == Some(true) {
            self.count(line, Kind::First, who, &step);
        }
        // Earlier versions tell of the target's length alone.
        let target = detail.get("target").and_then(Value::as_u64);
        let met = detail.get("met").and_then(Value::as_bool).or_else(|| Some(seconds <= target?));
        if let Some(met) = met {
            let kind = if met { Kind::Met } else { Kind::Late };
            self.count(line, kind, who, word(detail, "urgency"));
        }
    }

    fn labelled(&mut self, line: &Line, detail: &Value) {
        let by =
            if detail.get("source").is_some_and(|source| source.get("model").is_some()) { "model" } else { "builtIn" };
        let said = Line { topic: Some(word(detail, "topic").to_owned()), ..line.clone() };
        self.count(&said, Kind::Labelled, &line.owner, by);
        self.count(&said, Kind::SaidUrgency, &line.owner, word(detail, "urgency"));
        self.count(&said, Kind::SaidLanguage, &line.owner, word(detail, "language"));
    }

    /// Which labels a person had before them, but where a person had spoken before.
    fn looked_at(&mut self, line: &Line, detail: &Value) {
        let Some(seen) = detail.get("seen") else { return };
        let given = |field: &str| {
            let given = seen.get("given").and_then(Value::as_array);
            given.is_some_and(|given| given.iter().any(|one| one.as_str() == Some(field)))
        };
        let said = Line { topic: Some(word(seen, "topic").to_owned()), ..line.clone() };
        let fields = [("topic", Kind::SeenTopic), ("urgency", Kind::SeenUrgency), ("language", Kind::SeenLanguage)];
        for (field, kind) in fields.into_iter().filter(|(field, _)| !given(field)) {
            let part = if kind == Kind::SeenTopic { "" } else { word(seen, field) };
            self.count(&said, kind, &line.owner, part);
        }
    }

    /// What counts as wrong is what a machine said and a person changed; a person's change of a person's word does not.
    fn corrected(&mut self, line: &Line, entry: &Entry) {
        let (Some(from), Some(to), Some(said)) =
            (entry.detail.get("from"), entry.detail.get("to"), entry.detail.get("said"))
        else {
            return;
        };
        if !said.is_null() {
            self.count(line, Kind::Taught, &line.owner, entry.id.as_str());
        }
        let wrong = |field| {
            let said = word(said, field);
            !said.is_empty() && word(from, field) == said && word(to, field) != said
        };
        let topic = Line { topic: Some(word(said, "topic").to_owned()), ..line.clone() };
        if wrong("topic") {
            self.count(&topic, Kind::WrongTopic, &line.owner, word(to, "topic"));
            let moved = Line { topic: Some(word(to, "topic").to_owned()), ..line.clone() };
            self.count(&moved, Kind::Moved, &line.owner, entry.thread.as_str());
        }
        if wrong("urgency") {
            self.count(&topic, Kind::WrongUrgency, &line.owner, word(said, "urgency"));
        }
        if wrong("language") {
            self.count(&topic, Kind::WrongLanguage, &line.owner, word(said, "language"));
        }
    }

    fn count(&mut self, line: &Line, kind: Kind, who: &str, part: &str) {
        let topic = line.topic.as_deref().filter(|topic| !topic.is_empty()).unwrap_or(OTHER);
        let key = (kind, line.platform.clone(), topic.to_owned(), who.to_owned(), part.to_owned());
        let count = self.counts.entry(key).or_default();
        *count = count.saturating_add(1);
    }
}

fn actor(entry: &Entry) -> Option<&str> {
    match &entry.actor {
        Actor::Teammate { id } => Some(id.as_str()),
        // What a program did counts for whose thread it was.
        Actor::Program { .. } | Actor::Customer | Actor::NativeApp | Actor::System => None,
    }
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
