//! What people put right, as examples for a model: which corrections, and what is shown of the words.
//!
//! No words are kept for this. A correction names the messages that the machine had labelled; what is left of them is
//! read each time, so that what a customer took back is never shown again.

use std::collections::{BTreeMap, BTreeSet};

use super::{Urgency, scrub::scrubbed};
use crate::{
    audit::{AuditDetail, Entry},
    id::{MessageId, ThreadId},
    rules::Rules,
    time::Timestamp,
};
use serde::Deserialize;

/// Most messages that one example is made of: the latest that were labelled.
pub const EXAMPLE_MESSAGES: usize = 3;

/// A message that a machine labelled.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    pub message: MessageId,
    /// The platform's time.
    pub at: Timestamp,
}

/// A correction that a model can learn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelExample {
    pub thread: ThreadId,
    /// The topic that the thread has by it.
    pub topic: String,
    /// The urgency that the thread has by it.
    pub urgency: Urgency,
    /// What the machine had labelled.
    pub about: Vec<About>,
}

/// What is left of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remaining {
    pub message: MessageId,
    /// Its words as they are now.
    pub text: String,
    /// What its writer is called: name and handle.
    pub names: Vec<String>,
}

/// What a model is shown of a correction.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Deserialize)]
pub struct Example {
    /// What the customer wrote, without whatever tells who they are.
    pub message: String,
    /// What a person said it is about.
    pub topic: String,
    /// How much a person said it presses.
    pub urgency: Urgency,
}

/// The corrections to learn from, in the order in which they are of use: the newest of every topic, then the second
/// newest of each. A thread teaches by its latest correction alone.
pub fn lessons(mut entries: Vec<Entry>, rules: &Rules) -> Vec<LabelExample> {
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.sequence)));
    let mut seen: BTreeSet<ThreadId> = BTreeSet::new();
    let mut of_topic: BTreeMap<String, usize> = BTreeMap::new();
    let mut ranked: Vec<((usize, usize), LabelExample)> = Vec::new();
    for entry in entries.into_iter().filter(|entry| matches!(entry.done, AuditDetail::Corrected { .. })) {
        if !seen.insert(entry.thread.clone()) {
            continue;
        }
        let Some(lesson) = lesson(entry, rules) else { continue };
        let before = of_topic.entry(lesson.topic.clone()).or_default();
        ranked.push(((*before, ranked.len()), lesson));
        *before += 1;
    }
    ranked.sort_by_key(|a| a.0);
    ranked.into_iter().map(|(_, lesson)| lesson).collect()
}

/// Only where a person said otherwise than the machine, about a topic that the rules still have.
fn lesson(entry: Entry, rules: &Rules) -> Option<LabelExample> {
    let AuditDetail::Corrected { to: Some(to), said: Some(said), about, .. } = entry.done else { return None };
    let other = to.topic != said.topic || to.urgency != said.urgency;
    (other && !about.is_empty() && rules.topics.contains_key(&to.topic)).then_some(LabelExample {
        thread: entry.thread,
        topic: to.topic,
        urgency: to.urgency,
        about,
    })
}

impl LabelExample {
    /// What a model is shown of it; nothing when one of its messages is gone, or no words are left.
    pub fn example(&self, remaining: &[Remaining]) -> Option<Example> {
        let mut texts = Vec::with_capacity(self.about.len());
        for about in &self.about {
            let left = remaining.iter().find(|one| one.message == about.message)?;
            texts.push(scrubbed(&left.text, &left.names));
        }
        let message = super::summary_line(&texts.join(" "));
        message.chars().any(char::is_alphabetic).then(|| Example {
            message,
            topic: self.topic.clone(),
            urgency: self.urgency,
        })
    }
}
