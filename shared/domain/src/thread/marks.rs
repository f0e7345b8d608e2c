//! What is put on a thread by people, programs and look-alikes, as much of it as a thread holds; and what is let go of
//! where a thread is larger than it should be.

use super::{
    command::Refused,
    state::{ContactProfile, Thread, Writer},
    work::{Work, teammate},
};
use crate::{
    audit::{Actor, AuditDetail},
    bounds,
    id::{MediaId, TeammateId, ThreadId},
    owner::Reason,
};

impl Work {
    pub(super) fn tag(&mut self, add: &[String], remove: &[String], by: &TeammateId) -> Result<(), Refused> {
        let mut tags = self.thread.tags.clone();
        tags.extend(add.iter().cloned());
        for tag in remove {
            tags.remove(tag);
        }
        // Whoever takes tags away from a thread that has too many is not in the way of that.
        if tags.len() > bounds::TAGS && tags.len() > self.thread.tags.len() {
            return Err(Refused::TooManyTags);
        }
        if tags != self.thread.tags {
            self.thread.tags = tags;
            let (add, remove) = (add.to_vec(), remove.to_vec());
            self.record(teammate(by), AuditDetail::Tagged { add, remove });
        }
        Ok(())
    }

    /// Of more than a thread holds, those stay that were found first.
    pub(super) fn links(&mut self, linked: Vec<ThreadId>, suggested: Vec<ThreadId>) {
        let before = (self.thread.linked.len(), self.thread.suggested.len());
        let own = self.thread.id.clone();
        let mut fresh: Vec<ThreadId> = linked.into_iter().filter(|id| *id != own).collect();
        fresh.retain(|id| !self.thread.linked.contains(id));
        fresh.truncate(bounds::LINKS.saturating_sub(before.0));
        self.thread.linked.extend(fresh.iter().cloned());
        for id in suggested.into_iter().filter(|id| *id != own) {
            if self.thread.suggested.len() < bounds::SUGGESTIONS {
                self.thread.suggested.insert(id);
            }
        }
        let linked = self.thread.linked.clone();
        self.thread.suggested.retain(|id| !linked.contains(id));
        if !fresh.is_empty() {
            self.record(Actor::System, AuditDetail::Linked { threads: fresh, because: None });
        } else if before != (self.thread.linked.len(), self.thread.suggested.len()) {
            self.touch();
        }
    }

    /// Notes who wrote last, and in which version.
    pub(super) fn wrote(&mut self, writer: Writer, version: u64) {
        self.thread.wrote.insert(writer, version);
        self.thread.shed_writers();
    }
}

impl Thread {
    /// Lets go of what is beyond the bounds of today, and of what can be found again: a thread that was stored before them
    /// has to have room for what a customer writes. The history still has every tag and link there was.
    pub fn shed(&mut self) {
        self.suggested.clear();
        self.reasons = reasons(std::mem::take(&mut self.reasons));
        let (mut tags, mut links, mut dropping) = (0, 0, 0);
        self.tags.retain(|tag| {
            tags += 1;
            tags <= bounds::TAGS && bounds::characters(tag, bounds::TAG) == tag
        });
        self.linked.retain(|_| {
            links += 1;
            links <= bounds::LINKS
        });
        self.dropping.retain(|_: &MediaId| {
            dropping += 1;
            dropping <= bounds::DROPPING
        });
        for name in [&mut self.peer.name, &mut self.peer.username].into_iter().flatten() {
            name.truncate(bounds::characters(name, bounds::NAME).len());
        }
        self.profile = std::mem::take(&mut self.profile).bounded();
        self.shed_identities();
        self.shed_writers();
        self.escalation.pending_notices.clear();
    }

    /// Only the ids that were in use last are kept.
    pub(super) fn shed_identities(&mut self) {
        self.peer.identities.truncate(bounds::IDENTITIES);
        let known = &self.peer.identities;
        self.in_use.retain(|identity, _| known.contains(identity));
    }

    /// Of many writers, those who wrote first are known as one: whoever has not seen the last of them has missed something.
    fn shed_writers(&mut self) {
        let surplus = self.wrote.len().saturating_sub(bounds::WRITERS);
        if surplus == 0 {
            return;
        }
        let mut colleagues: Vec<(Writer, u64)> = self
            .wrote
            .iter()
            .filter(|(writer, _)| matches!(writer, Writer::Teammate(_)))
            .map(|(writer, version)| (writer.clone(), *version))
            .collect();
        colleagues.sort_by_key(|(_, one)| *one);
        for (writer, version) in colleagues.into_iter().take(surplus.saturating_add(1)) {
            self.wrote.remove(&writer);
            let elsewhere = self.wrote.get(&Writer::Elsewhere).copied().unwrap_or_default();
            self.wrote.insert(Writer::Elsewhere, elsewhere.max(version));
        }
    }
}

impl ContactProfile {
    /// As much of it as is kept.
    pub(super) fn bounded(mut self) -> Self {
        for name in [&mut self.name, &mut self.username].into_iter().flatten() {
            name.truncate(bounds::characters(name, bounds::NAME).len());
        }
        self.facts.truncate(bounds::FACTS);
        for (label, value) in &mut self.facts {
            label.truncate(bounds::characters(label, bounds::FACT).len());
            value.truncate(bounds::characters(value, bounds::FACT).len());
        }
        self
    }
}

/// As many reasons, and as much of each, as is kept.
pub(super) fn reasons(mut given: Vec<Reason>) -> Vec<Reason> {
    given.truncate(bounds::REASONS);
    for reason in &mut given {
        reason.text.truncate(bounds::characters(&reason.text, bounds::REASON).len());
    }
    given
}
