//! Publishing: bringing what objects commit to the index, the queues, the roster and the browsers. What goes where, and
//! what is known of it afterwards; the Worker makes the calls.
//!
//! All of it can be lost or done twice: objects ask again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    id::ThreadId,
    mutant::{self, Mutant},
    roster::RosterView,
    thread::{
        Effect,
        machine::{Acked, CommittedCall},
    },
};

/// What everybody else has to learn of a thread that may have changed. `P` is what the index has to hold of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommitOutcome<P> {
    pub thread: ThreadId,
    pub version: u64,
    /// What the index lacks; none where it lacks nothing or there is nothing to show.
    pub publication: Option<P>,
    /// What the roster lacks.
    pub roster: Option<RosterView>,
    pub effects: Vec<Effect>,
    /// The call to make.
    pub call: Option<Box<CommittedCall>>,
    /// There is no such thread, and none was made.
    pub missing: bool,
    /// The keys of reports about messages of ours that this thread does not have.
    pub strays: Vec<String>,
}

impl<P> CommitOutcome<P> {
    /// Of a thread that there is not.
    pub fn missing(thread: ThreadId) -> Self {
        let (effects, strays) = (Vec::new(), Vec::new());
        Self { thread, version: 0, publication: None, roster: None, effects, call: None, missing: true, strays }
    }

    /// The same with the publication in another form.
    pub fn map<Q, E>(self, form: impl FnOnce(P) -> Result<Option<Q>, E>) -> Result<CommitOutcome<Q>, E> {
        let Self { thread, version, publication, roster, effects, call, missing, strays } = self;
        let publication = publication.map(form).transpose()?.flatten();
        Ok(CommitOutcome { thread, version, publication, roster, effects, call, missing, strays })
    }
}

/// What goes where, of a batch of outcomes. No part needs another: every one is guarded by versions.
#[derive(Debug)]
pub struct Plan<'a, P> {
    pub index: Vec<&'a P>,
    /// For the browsers: threads that changed, and their versions.
    pub hints: Vec<(&'a ThreadId, u64)>,
    /// For the queue of labels.
    pub labels: Vec<&'a ThreadId>,
    /// For the queue of jobs.
    pub jobs: Vec<(&'a ThreadId, &'a Effect)>,
    pub roster: Vec<RosterView>,
}

impl<'a, P> Plan<'a, P> {
    /// Of these.
    pub fn of(outcomes: &'a [CommitOutcome<P>]) -> Self {
        let effects = outcomes.iter().flat_map(|one| one.effects.iter().map(|effect| (&one.thread, effect)));
        let (labels, jobs): (Vec<_>, Vec<_>) = effects.partition(|(_, effect)| **effect == Effect::Label);
        let changed = outcomes.iter().filter(|one| one.publication.is_some());
        Self {
            index: outcomes.iter().filter_map(|one| one.publication.as_ref()).collect(),
            hints: changed.map(|one| (&one.thread, one.version)).collect(),
            labels: labels.into_iter().map(|(thread, _)| thread).collect(),
            jobs,
            roster: outcomes.iter().filter_map(|one| one.roster.clone()).collect(),
        }
    }
}

/// Which parts of a plan got through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The index has it.
    pub index: bool,
    /// The roster has it.
    pub roster: bool,
}

impl Published {
    /// The versions of a thread that others are known to hold then.
    pub fn acked<P>(self, outcome: &CommitOutcome<P>) -> Acked {
        let index = self.index || mutant::on(Mutant::AckBeforePublish);
        Acked {
            index: if index && outcome.publication.is_some() { outcome.version } else { 0 },
            roster: outcome.roster.as_ref().filter(|_| self.roster).map_or(0, |view| view.version),
        }
    }
}

/// More threads than one isolate sees at a time. What is forgotten, the alarms find out.
const REMEMBERED: usize = 512;

/// What a publisher has brought to others of late: its next call to the thread says so.
#[derive(Debug, Clone, Default)]
pub struct LastAcked(BTreeMap<ThreadId, Acked>);

impl LastAcked {
    /// Nothing.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// What is remembered of a thread.
    pub fn of(&self, thread: &ThreadId) -> Acked {
        self.0.get(thread).copied().unwrap_or_default()
    }

    /// Remembers what was brought to others.
    pub fn note(&mut self, thread: &ThreadId, acked: Acked) {
        if self.0.len() >= REMEMBERED && !self.0.contains_key(thread) {
            self.0.clear();
        }
        let known = self.0.entry(thread.clone()).or_default();
        *known = Acked { index: known.index.max(acked.index), roster: known.roster.max(acked.roster) };
    }
}
