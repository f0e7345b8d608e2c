//! The end of a shift: who could take what somebody leaves behind.

use super::RosterState;
use crate::{
    id::{TeammateId, ThreadId},
    owner::Owner,
    routing::{Decision, Member, RoutingRequest, decide},
    rules::Rules,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Who could take a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proposal {
    pub thread: ThreadId,
    pub decision: Decision,
}

/// For each of `threads` that is `from`'s: whom the rules would choose at the time `at`, when `from` takes no more, the
/// threads before it counted. Nothing is given to anybody.
pub fn propose(
    state: &RosterState,
    rules: &Rules,
    members: &[Member],
    from: &TeammateId,
    threads: &[ThreadId],
    at: Timestamp,
) -> Vec<Proposal> {
    let mut load = state.load(rules, members, None);
    // They are off shift then. Where they are not, they have no room.
    for candidate in load.candidates.iter_mut().filter(|candidate| candidate.member.id == *from) {
        candidate.weight = u32::MAX;
    }
    let theirs =
        |thread: &&ThreadId| state.open.get(*thread).is_some_and(|entry| entry.decision.owner.teammate() == Some(from));
    let mut proposals = Vec::new();
    for thread in threads.iter().filter(theirs) {
        let Some(entry) = state.open.get(thread) else { continue };
        let request = RoutingRequest { cause: entry.request.cause.clone().calmed(), ..entry.request.clone() };
        let decision = decide(rules, &load, &request, at);
        if let Owner::Teammate { id } = &decision.owner {
            for candidate in load.candidates.iter_mut().filter(|candidate| candidate.member.id == *id) {
                candidate.weight = candidate.weight.saturating_add(rules.load.weights.of(request.urgency));
                candidate.last_assigned = Some(at);
            }
        }
        proposals.push(Proposal { thread: thread.clone(), decision });
    }
    proposals
}
