//! The Roster object without its storage: what inputs do to it, which rows are written, and when it is woken.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{OpenThread, PendingNotice, RosterEffect, RosterInput, RosterState, Settled, apply};
use crate::{
    id::{TeammateId, ThreadId},
    mutant::{self, Mutant},
    routing::{Decision, Member},
    rules::Rules,
    time::Timestamp,
    timings::RosterTimings,
};

/// What came of some inputs.
#[derive(Debug)]
pub struct RosterStep {
    /// What is kept from now on, once what is to be written is.
    pub state: RosterState,
    /// What to do, in the order in which it came about.
    pub effects: Vec<RosterEffect>,
    /// When to wake it, where that is another time than before.
    pub alarm: Option<Alarm>,
    threads: BTreeSet<ThreadId>,
    notices: BTreeSet<String>,
    facts: bool,
}

/// What the alarm is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// It rings at this time.
    At(Timestamp),
    /// It does not ring.
    Off,
}

/// What is kept in one row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RosterFacts {
    /// When each teammate was last given a thread.
    pub last_assigned: BTreeMap<TeammateId, Timestamp>,
    /// When it is to be woken.
    pub wake_at: Option<Timestamp>,
}

/// A row to write; none is to be deleted.
#[derive(Debug)]
pub enum RosterWrite<'a> {
    /// The roster has heard of a thread.
    Register(&'a ThreadId),
    Open(&'a ThreadId, Option<&'a OpenThread>),
    Settled(&'a ThreadId, Option<&'a Settled>),
    /// A notice on its way, by its key.
    PendingNotice(&'a str, Option<&'a PendingNotice>),
    /// What is kept in one row.
    Facts(RosterFacts),
}

impl RosterState {
    /// What was read from rows.
    pub fn stored(
        open: BTreeMap<ThreadId, OpenThread>,
        settled: BTreeMap<ThreadId, Settled>,
        pending_notices: BTreeMap<String, PendingNotice>,
        facts: RosterFacts,
    ) -> Self {
        let RosterFacts { last_assigned, wake_at } = facts;
        Self { open, settled, last_assigned, wake_at, pending_notices }
    }
}

/// Decides on these, one after the other.
pub fn step(
    before: RosterState,
    inputs: impl IntoIterator<Item = RosterInput>,
    rules: &Rules,
    members: &[Member],
    now: Timestamp,
    timings: &RosterTimings,
) -> RosterStep {
    // Threads are named by the effects: there may be thousands of them.
    let (assigned, woken, pending_notices) =
        (before.last_assigned.clone(), before.wake_at, before.pending_notices.clone());
    let (mut state, mut effects) = (before, Vec::new());
    for input in inputs {
        let (next, more) = apply(state, input, rules, members, now, timings);
        state = next;
        effects.extend(more);
    }
    let changed = |effect: &RosterEffect| match effect {
        RosterEffect::Changed { thread } if !mutant::on(Mutant::ThreadUnwritten) => Some(thread.clone()),
        _ => None,
    };
    let keys = pending_notices.keys().chain(state.pending_notices.keys());
    let keys = keys.filter(|_| !mutant::on(Mutant::NoticeUnwritten));
    let notices = keys.filter(|key| pending_notices.get(*key) != state.pending_notices.get(*key)).cloned().collect();
    RosterStep {
        threads: effects.iter().filter_map(changed).collect(),
        notices,
        facts: assigned != state.last_assigned || woken != state.wake_at,
        alarm: (woken != state.wake_at).then(|| state.wake_at.map_or(Alarm::Off, Alarm::At)),
        state,
        effects,
    }
}

impl RosterStep {
    /// The rows to write.
    pub fn writes(&self) -> impl Iterator<Item = RosterWrite<'_>> {
        let state = &self.state;
        let threads = self.threads.iter().flat_map(|id| {
            [
                RosterWrite::Register(id),
                RosterWrite::Open(id, state.open.get(id)),
                RosterWrite::Settled(id, state.settled.get(id)),
            ]
        });
        let notices = self.notices.iter().map(|key| RosterWrite::PendingNotice(key, state.pending_notices.get(key)));
        let facts = self.facts.then(|| {
            let (last_assigned, wake_at) = (state.last_assigned.clone(), state.wake_at);
            RosterWrite::Facts(RosterFacts { last_assigned, wake_at })
        });
        threads.chain(notices).chain(facts)
    }
}

/// The last decision on a thread, for whoever asked for it, and what is to be done besides.
pub fn decision_on(thread: &ThreadId, effects: Vec<RosterEffect>) -> (Option<(Decision, u64)>, Vec<RosterEffect>) {
    let mut own = None;
    let mut others = Vec::new();
    for effect in effects {
        match effect {
            RosterEffect::Assigned { thread: of, version, decision } if of == *thread => {
                own = Some((decision, version));
            }
            other => others.push(other),
        }
    }
    (own, others)
}
