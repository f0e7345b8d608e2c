//! The roster of a workspace: which threads are open, who owns each, who waits, and when to look again.
//!
//! [`apply`] decides one input at a time. Counts are not kept: they are derived from the open threads whenever they
//! are needed, so they cannot differ from a recount. An input carries the version its thread had, and one with a
//! version that is already known changes nothing: a repeat only hears the standing decision again.

mod apply;
mod assign_waiting;
mod handover;
pub mod machine;
mod view;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    id::{TeammateId, ThreadId},
    label::Urgency,
    owner::Owner,
    routing::{Candidate, Decision, Load, Member, RoutingRequest},
    rules::Rules,
    time::Timestamp,
};

pub use crate::notice::{Notice, NoticeKind};
pub use apply::apply;
pub use handover::{Proposal, propose};
pub use view::RosterView;

/// All that a roster knows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RosterState {
    pub open: BTreeMap<ThreadId, OpenThread>,
    /// Threads that were closed not long ago.
    pub settled: BTreeMap<ThreadId, Settled>,
    /// When each teammate was last given a thread.
    pub last_assigned: BTreeMap<TeammateId, Timestamp>,
    /// When [`RosterInput::ShiftTick`] was last asked for.
    pub wake_at: Option<Timestamp>,
    /// Notices, by their keys, that nobody is known to have written down.
    pub pending_notices: BTreeMap<String, PendingNotice>,
}

/// A notice on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingNotice {
    pub notice: Notice,
    /// When it was last told.
    pub at: Timestamp,
}

/// An open thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenThread {
    /// The thread's version that was heard of last.
    pub version: u64,
    pub request: RoutingRequest,
    /// Since when its customer waits.
    pub since: Timestamp,
    /// Who owns it, and why.
    pub decision: Decision,
    /// A person chose the owner.
    pub by_person: bool,
    /// When the thread was last told of its owner; `None` once it has said the same.
    pub told: Option<Timestamp>,
}

impl OpenThread {
    /// Whether routing looks for an owner whenever somebody may have become free. A thread that a person put back
    /// among the unassigned is left there until its customer writes again.
    pub fn waits(&self) -> bool {
        match self.decision.owner {
            Owner::Teammate { .. } => false,
            Owner::Team { .. } => true,
            Owner::Unassigned => !self.by_person,
        }
    }
}

/// A closed thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settled {
    /// The version at which it was closed.
    pub version: u64,
    pub at: Timestamp,
}

/// What a roster is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RosterInput {
    /// A thread needs an owner: it is new, was reopened, was labelled anew, or is overdue.
    Assign {
        request: RoutingRequest,
        version: u64,
        /// Since when its customer waits.
        since: Timestamp,
        /// Whom a person gave it to before: they keep it while they can answer.
        chosen: Option<TeammateId>,
    },
    /// A person chose the owner of an open thread.
    Reassigned {
        request: RoutingRequest,
        version: u64,
        /// Since when its customer waits.
        since: Timestamp,
        owner: Owner,
        by: TeammateId,
    },
    /// A thread as it is, with the owner that the rules once chose. The thread is right: whatever came between, the
    /// roster counts it there.
    Owned {
        request: RoutingRequest,
        version: u64,
        /// Since when its customer waits.
        since: Timestamp,
        owner: Owner,
    },
    /// A thread was closed.
    Released { thread: ThreadId, version: u64 },
    /// A thread became more or less pressing; its owner stays.
    UrgencyChanged {
        thread: ThreadId,
        version: u64,
        /// What it is now.
        urgency: Urgency,
    },
    /// A notice is written down: from here on it is told, or shown to have failed.
    Notified { key: String },
    /// The time asked for by [`RosterEffect::WakeAt`] has come.
    ShiftTick,
    /// The rules are others than before.
    RulesChanged,
    /// Somebody was invited, disabled, enabled, or has another role.
    MembersChanged,
}

/// What has to be done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RosterEffect {
    /// Tell the thread who owns it. One that a person has reassigned since `version` does not listen.
    Assigned {
        thread: ThreadId,
        /// The version it was decided on.
        version: u64,
        decision: Decision,
    },
    /// Tell the team channel. It is told again until [`RosterInput::Notified`].
    TeamChannel { notice: Notice },
    /// Come back with [`RosterInput::ShiftTick`] at this time, and not at the one asked for before; `None`: not at all.
    WakeAt { at: Option<Timestamp> },
    /// What is kept of a thread (in [`RosterState::open`] or [`RosterState::settled`]) has changed, or is gone.
    Changed { thread: ThreadId },
}

/// How much somebody has open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Count {
    pub threads: u32,
    /// Weighted by urgency.
    pub weight: u32,
}

impl RosterState {
    /// What every owner has open, counted anew.
    pub fn counts(&self, rules: &Rules) -> BTreeMap<Owner, Count> {
        let mut counts: BTreeMap<Owner, Count> = BTreeMap::new();
        for thread in self.open.values() {
            let count = counts.entry(thread.decision.owner.clone()).or_default();
            count.threads = count.threads.saturating_add(1);
            count.weight = count.weight.saturating_add(rules.load.weights.of(thread.request.urgency));
        }
        counts
    }

    /// What every member carries, without `except`.
    pub fn load(&self, rules: &Rules, members: &[Member], except: Option<&ThreadId>) -> Load {
        let mut weights: BTreeMap<&TeammateId, u32> = BTreeMap::new();
        for (thread, entry) in &self.open {
            if let Owner::Teammate { id } = &entry.decision.owner
                && except != Some(thread)
            {
                let weight = weights.entry(id).or_default();
                *weight = weight.saturating_add(rules.load.weights.of(entry.request.urgency));
            }
        }
        let candidate = |member: &Member| Candidate {
            member: member.clone(),
            weight: weights.get(&member.id).copied().unwrap_or_default(),
            last_assigned: self.last_assigned.get(&member.id).copied(),
        };
        Load { candidates: members.iter().map(candidate).collect() }
    }
}
