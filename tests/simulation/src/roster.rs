//! The roster object: rows around the machine that ships, its alarm, and what became of its notices.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::{
    id::ThreadId,
    roster::{
        OpenThread, PendingNotice, RosterEffect, RosterInput, RosterState, Settled,
        machine::{self, Alarm, RosterFacts, RosterWrite},
    },
    rules::Rules,
    time::Timestamp,
};

use crate::cast;

/// The roster: what is stored of it, and what it has in memory.
#[derive(Debug, Default)]
pub struct Roster {
    /// The rules it decides by.
    pub rules: Option<&'static Rules>,
    /// When it rings.
    pub alarm: Option<Timestamp>,
    /// Threads that it ever heard of.
    pub register: BTreeSet<ThreadId>,
    /// Keys of the notices that it decided on.
    pub raised: BTreeSet<String>,
    /// Keys of those that were written down.
    pub written: BTreeSet<String>,
    open: BTreeMap<ThreadId, OpenThread>,
    settled: BTreeMap<ThreadId, Settled>,
    pending_notices: BTreeMap<String, PendingNotice>,
    facts: RosterFacts,
    memory: Option<RosterState>,
}

fn put<K: Ord + Clone, V: Clone>(rows: &mut BTreeMap<K, V>, key: &K, row: Option<&V>) {
    match row {
        Some(row) => rows.insert(key.clone(), row.clone()),
        None => rows.remove(key),
    };
}

impl Roster {
    /// One that has heard of nothing.
    pub fn new(rules: Option<&'static Rules>) -> Self {
        Self { rules, ..Self::default() }
    }

    /// Decides on these, one after the other, and commits.
    pub fn take(&mut self, inputs: impl IntoIterator<Item = RosterInput>, now: Timestamp) -> Vec<RosterEffect> {
        let Some(rules) = self.rules else { return Vec::new() };
        let state = self.memory.take().unwrap_or_else(|| self.stored());
        let step = machine::step(state, inputs, rules, cast::members(), now, &cast::timings().roster);
        for row in step.writes() {
            match row {
                RosterWrite::Register(id) => drop(self.register.insert(id.clone())),
                RosterWrite::Open(id, row) => put(&mut self.open, id, row),
                RosterWrite::Settled(id, row) => put(&mut self.settled, id, row),
                RosterWrite::PendingNotice(key, row) => put(&mut self.pending_notices, &key.to_owned(), row),
                RosterWrite::Facts(facts) => self.facts = facts,
            }
        }
        match step.alarm {
            Some(Alarm::At(at)) => self.alarm = Some(at),
            Some(Alarm::Off) => self.alarm = None,
            None => {}
        }
        self.memory = Some(step.state);
        for effect in &step.effects {
            if let RosterEffect::TeamChannel { notice } = effect {
                self.raised.insert(notice.key.clone());
            }
        }
        step.effects
    }

    /// The object's memory is gone.
    pub fn forget(&mut self) {
        self.memory = None;
    }

    /// What is stored of an open thread.
    pub fn open(&self, thread: &ThreadId) -> Option<&OpenThread> {
        self.open.get(thread)
    }

    /// As it is stored.
    pub fn stored(&self) -> RosterState {
        RosterState::stored(self.open.clone(), self.settled.clone(), self.pending_notices.clone(), self.facts.clone())
    }
}
