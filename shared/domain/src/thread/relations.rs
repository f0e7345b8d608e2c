//! What is put on a thread by people, programs and look-alikes, as much of it as a thread holds.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    command::Refused,
    work::{Work, teammate},
};
use crate::{
    audit::{Actor, AuditDetail},
    bounds,
    id::{TeammateId, ThreadId},
};

/// What a thread has in common with others.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Relations {
    /// Words of ours on it.
    pub tags: BTreeSet<String>,
    /// The same question on another channel.
    pub linked: BTreeSet<ThreadId>,
    /// Look-alikes, for a person to judge.
    pub suggested: BTreeSet<ThreadId>,
}

impl Relations {
    /// Puts tags on and takes others away: whether that changes anything.
    fn tag(&mut self, add: &[String], remove: &[String]) -> Result<bool, Refused> {
        let mut tags = self.tags.clone();
        tags.extend(add.iter().cloned());
        tags.retain(|tag| !remove.contains(tag));
        // Whoever takes tags away from a thread that has too many is not in the way of that.
        if tags.len() > bounds::TAGS && tags.len() > self.tags.len() {
            return Err(Refused::TooManyTags);
        }
        let changed = tags != self.tags;
        self.tags = tags;
        Ok(changed)
    }

    /// Links others, of more than there is room for those that were found first: which of them are new.
    fn link(&mut self, mut found: Vec<ThreadId>) -> Vec<ThreadId> {
        found.retain(|id| !self.linked.contains(id));
        found.truncate(bounds::LINKS.saturating_sub(self.linked.len()));
        self.linked.extend(found.iter().cloned());
        self.suggested.retain(|id| !self.linked.contains(id));
        found
    }

    fn suggest(&mut self, found: Vec<ThreadId>) {
        for id in found {
            if self.suggested.len() < bounds::SUGGESTIONS && !self.linked.contains(&id) {
                self.suggested.insert(id);
            }
        }
    }

    /// Look-alikes are found again, and the history has every tag and link there was.
    pub(super) fn shed(&mut self) {
        self.suggested.clear();
        let fits = |tag: &String| bounds::characters(tag, bounds::TAG) == tag;
        self.tags = std::mem::take(&mut self.tags).into_iter().take(bounds::TAGS).filter(fits).collect();
        self.linked = std::mem::take(&mut self.linked).into_iter().take(bounds::LINKS).collect();
    }
}

impl Work {
    pub(super) fn tag(&mut self, add: Vec<String>, remove: Vec<String>, by: &TeammateId) -> Result<(), Refused> {
        if self.thread.relations.tag(&add, &remove)? {
            self.record(teammate(by), AuditDetail::Tagged { add, remove });
        }
        Ok(())
    }

    pub(super) fn links(&mut self, mut linked: Vec<ThreadId>, mut suggested: Vec<ThreadId>) {
        for found in [&mut linked, &mut suggested] {
            found.retain(|id| *id != self.thread.id);
        }
        let relations = &mut self.thread.relations;
        let before = relations.suggested.len();
        let threads = relations.link(linked);
        relations.suggest(suggested);
        if !threads.is_empty() {
            self.record(Actor::System, AuditDetail::Linked { threads, because: None });
        } else if relations.suggested.len() != before {
            self.touch();
        }
    }
}
