//! Counting one hour.

use std::collections::BTreeMap;

use super::{Counter, Histogram, Kind, RollupTable};
use crate::{
    audit::{Actor, AuditDetail, Entry, Labelled, Wait},
    label::{LabelField, LabelSource, LookedAt, OTHER},
    platform::Surface,
};

/// Something that happened in a thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Where; empty when the index does not know the thread yet.
    pub platform: String,
    /// Which kind of conversation.
    pub surface: Surface,
    /// What the thread is about now.
    pub topic: Option<String>,
    /// Whose it is now: the name of its queue.
    pub owner: String,
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// So many messages came or went.
    Messages {
        incoming: bool,
        count: u64,
    },
    /// So many comments are held.
    Held {
        count: u64,
    },
    Entry(Box<Entry>),
}

type Key = (Kind, String, Surface, String, String, String);

/// The counts of one hour.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    counts: BTreeMap<Key, u64>,
}

impl Tally {
    /// Counts what happened.
    pub fn add(&mut self, line: &Line) {
        match &line.what {
            What::Messages { incoming, count } => {
                self.counts(line, if *incoming { Kind::In } else { Kind::Out }, &line.owner, "", *count);
            }
            What::Held { count } => self.counts(line, Kind::Held, &line.owner, "", *count),
            What::Entry(entry) => self.entry(line, entry),
        }
    }

    /// Its cells, by sheet.
    pub fn cells(&self, sheet: RollupTable) -> Vec<Counter> {
        let cell = |((kind, platform, surface, topic, who, part), count): (&Key, &u64)| Counter {
            kind: *kind,
            platform: platform.clone(),
            surface: *surface,
            topic: topic.clone(),
            who: who.clone(),
            part: part.clone(),
            count: *count,
        };
        self.counts.iter().filter(|((kind, ..), _)| kind.sheet() == sheet).map(cell).collect()
    }

    fn entry(&mut self, line: &Line, entry: &Entry) {
        match &entry.done {
            AuditDetail::Opened {} => self.count(line, Kind::Opened, &line.owner, ""),
            AuditDetail::Replied { wait, seen, .. } => {
                self.looked_at(line, seen.as_ref());
                let who = actor(entry).unwrap_or(&line.owner);
                self.count(line, Kind::Answered, who, "");
                self.waited(line, wait.as_ref(), who);
            }
            // The answer itself is counted where it stands.
            AuditDetail::AnsweredPrivately { wait, .. } => {
                self.waited(line, wait.as_ref(), actor(entry).unwrap_or(&line.owner));
            }
            AuditDetail::AnsweredElsewhere { wait, .. } => self.waited(line, wait.as_ref(), &line.owner),
            AuditDetail::Closed { open, seen, .. } => {
                self.looked_at(line, seen.as_ref());
                if let Some(seconds) = open {
                    let who = actor(entry).unwrap_or(&line.owner);
                    self.count(line, Kind::Resolved, who, &Histogram::step(*seconds).to_string());
                }
            }
            AuditDetail::Labelled { topic, urgency, language, source } => {
                let by = if matches!(source, LabelSource::Model { .. }) { "model" } else { "builtIn" };
                let said = about(line, topic);
                self.count(&said, Kind::Labelled, &line.owner, by);
                self.count(&said, Kind::SaidUrgency, &line.owner, urgency.as_str());
                self.count(&said, Kind::SaidLanguage, &line.owner, language);
            }
            AuditDetail::Corrected { from, to, said, seen, .. } => {
                self.looked_at(line, seen.as_ref());
                if said.is_some() {
                    self.count(line, Kind::Taught, &line.owner, entry.id.as_str());
                }
                if let (Some(from), Some(to), Some(said)) = (from, to, said) {
                    self.corrected(line, entry, from, to, said);
                }
            }
            _ => {}
        }
    }

    /// How long the customer waited, where anything of theirs did.
    fn waited(&mut self, line: &Line, wait: Option<&Wait>, who: &str) {
        let Some(wait) = wait else { return };
        let step = Histogram::step(wait.waited).to_string();
        self.count(line, Kind::Waited, who, &step);
        if wait.first {
            self.count(line, Kind::First, who, &step);
        }
        self.count(line, if wait.met { Kind::Met } else { Kind::Late }, who, wait.urgency.as_str());
    }

    /// Which labels a person had before them, but where a person had spoken before.
    fn looked_at(&mut self, line: &Line, seen: Option<&LookedAt>) {
        let Some(LookedAt { topic, urgency, language, given }) = seen else { return };
        let fields = [
            (LabelField::Topic, Kind::SeenTopic, ""),
            (LabelField::Urgency, Kind::SeenUrgency, urgency.as_str()),
            (LabelField::Language, Kind::SeenLanguage, language),
        ];
        let said = about(line, topic);
        for (_, kind, part) in fields.into_iter().filter(|(field, ..)| !given.contains(field)) {
            self.count(&said, kind, &line.owner, part);
        }
    }

    /// What counts as wrong is what a machine said and a person changed; a person's change of a person's word does not.
    fn corrected(&mut self, line: &Line, entry: &Entry, from: &Labelled, to: &Labelled, said: &Labelled) {
        let topic = about(line, &said.topic);
        if from.topic == said.topic && to.topic != said.topic {
            self.count(&topic, Kind::WrongTopic, &line.owner, &to.topic);
            self.count(&about(line, &to.topic), Kind::Moved, &line.owner, entry.thread.as_str());
        }
        if from.urgency == said.urgency && to.urgency != said.urgency {
            self.count(&topic, Kind::WrongUrgency, &line.owner, said.urgency.as_str());
        }
        if from.language == said.language && to.language != said.language {
            self.count(&topic, Kind::WrongLanguage, &line.owner, &said.language);
        }
    }

    fn count(&mut self, line: &Line, kind: Kind, who: &str, part: &str) {
        self.counts(line, kind, who, part, 1);
    }

    fn counts(&mut self, line: &Line, kind: Kind, who: &str, part: &str, so_many: u64) {
        let topic = line.topic.as_deref().filter(|topic| !topic.is_empty()).unwrap_or(OTHER);
        let key = (kind, line.platform.clone(), line.surface, topic.to_owned(), who.to_owned(), part.to_owned());
        let count = self.counts.entry(key).or_default();
        *count = count.saturating_add(so_many);
    }
}

fn actor(entry: &Entry) -> Option<&str> {
    match &entry.actor {
        Actor::Teammate { id } => Some(id.as_str()),
        // What a program did counts for whose thread it was.
        Actor::Program { .. } | Actor::Customer | Actor::NativeApp | Actor::System => None,
    }
}

fn about(line: &Line, topic: &str) -> Line {
    Line { topic: Some(topic.to_owned()), ..line.clone() }
}
