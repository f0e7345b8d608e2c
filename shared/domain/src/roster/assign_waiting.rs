//! Threads that wait are given out when somebody may have become free: the most pressing first, then the oldest.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::{OpenThread, apply::Applying};
use crate::{
    id::{AccountId, ContactId, TeamId, TeammateId, ThreadId},
    label::Urgency,
    owner::Owner,
    routing::{Cause, Decision, Load, decide},
};

/// All of a request that a decision looks at.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Profile {
    topic: String,
    urgency: Urgency,
    account: AccountId,
    language: String,
    cause: String,
    contact: Option<ContactId>,
    last: Option<TeammateId>,
}

impl Applying<'_> {
    /// Gives waiting threads to whoever can take them now.
    pub(super) fn assign_waiting(&mut self) {
        let waiting: Vec<ThreadId> =
            self.state.open.iter().filter(|(_, entry)| entry.waits()).map(|(thread, _)| thread.clone()).collect();
        if waiting.is_empty() {
            return;
        }
        // Nobody's load falls while threads are given out, so what found nobody once finds nobody again; and waiting
        // threads weigh on nobody, so one count serves for all.
        let mut load = self.state.load(self.rules, self.members, None);
        let mut hopeless: BTreeMap<Profile, Decision> = BTreeMap::new();
        for thread in self.by_pressure(waiting) {
            let Some(mut entry) = self.state.open.get(&thread).cloned() else {
                continue;
            };
            let profile = self.profile(&entry);
            let known = hopeless.get(&profile).cloned();
            let decision = known.unwrap_or_else(|| decide(self.rules, &load, &entry.request, self.now));
            if let Owner::Teammate { id } = &decision.owner {
                self.count(&mut load, id, entry.request.urgency);
                entry.decision = decision;
                entry.told = Some(self.now);
                if matches!(entry.request.cause, Cause::Overdue { .. }) {
                    entry.request.cause = entry.request.cause.calmed();
                    entry.decision.notify_team_channel = false;
                }
                self.store(thread, entry);
            } else {
                if entry.decision != decision {
                    entry.decision = decision.clone();
                    self.effects.push(super::RosterEffect::Changed { thread: thread.clone() });
                    self.state.open.insert(thread, entry);
                }
                hopeless.insert(profile, decision);
            }
        }
    }

    /// The most pressing first, then those who wait longest.
    pub(super) fn by_pressure(&self, threads: Vec<ThreadId>) -> Vec<ThreadId> {
        let key =
            |thread: &ThreadId| self.state.open.get(thread).map(|entry| (Reverse(entry.request.urgency), entry.since));
        let mut ordered = BTreeSet::new();
        // One by one: `collect` would sort them first, with a sort of its own.
        ordered.extend(threads.into_iter().map(|thread| (key(&thread), thread)));
        ordered.into_iter().map(|(_, thread)| thread).collect()
    }

    fn profile(&self, entry: &OpenThread) -> Profile {
        let request = &entry.request;
        let cause = match &request.cause {
            Cause::Asked => String::new(),
            Cause::Team { team } => team.to_string(),
            Cause::Overdue { from, lead, team } => {
                let (from, team) =
                    (from.as_ref().map_or("", TeammateId::as_str), team.as_ref().map_or("", TeamId::as_str));
                format!("overdue {lead} {from} {team}")
            }
        };
        Profile {
            topic: request.topic.clone(),
            urgency: request.urgency,
            account: request.account.clone(),
            language: request.language.clone(),
            cause,
            contact: self.rules.pins.contains_key(&request.contact).then(|| request.contact.clone()),
            last: request
                .last_answered
                .as_ref()
                .filter(|last| self.rules.returning.is_some_and(|within| self.now.since(last.at) <= within))
                .map(|last| last.by.clone()),
        }
    }

    fn count(&self, load: &mut Load, id: &TeammateId, urgency: Urgency) {
        for candidate in &mut load.candidates {
            if candidate.member.id == *id {
                candidate.weight = candidate.weight.saturating_add(self.rules.load.weights.of(urgency));
                candidate.last_assigned = Some(self.now);
            }
        }
    }
}
