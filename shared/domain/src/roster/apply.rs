//! What one input does to a roster.

use super::{Notice, NoticeKind, OpenThread, PendingNotice, RosterEffect, RosterInput, RosterState, Settled};
use crate::{
    id::{TeammateId, ThreadId},
    label::Urgency,
    mutant::{self, Mutant},
    owner::Owner,
    routing::{Cause, Decision, Guardrail, Member, Reason, RoutingRequest, Verdict, decide, may_answer},
    rules::Rules,
    time::Timestamp,
    timings::RosterTimings,
};

/// Takes one input. The effects are in the order in which they came about.
pub fn apply(
    state: RosterState,
    input: RosterInput,
    rules: &Rules,
    members: &[Member],
    now: Timestamp,
    timings: &RosterTimings,
) -> (RosterState, Vec<RosterEffect>) {
    let mut roster = Applying { state, rules, members, now, timings, effects: Vec::new() };
    match input {
        RosterInput::Assign { request, version, since, chosen } => roster.assign(request, version, since, chosen),
        RosterInput::Reassigned { request, version, since, owner, by } => {
            roster.reassigned(request, version, since, owner, &by);
        }
        RosterInput::Owned { request, version, since, owner } => roster.owned(request, version, since, &owner),
        RosterInput::Released { thread, version } => roster.released(thread, version),
        RosterInput::UrgencyChanged { thread, version, urgency } => roster.urgency(&thread, version, urgency),
        RosterInput::Notified { key } => {
            roster.state.pending_notices.remove(&key);
        }
        RosterInput::ShiftTick => {
            roster.tell_again();
            // Word that somebody can no longer answer may have been lost.
            roster.take_from_the_unable();
            roster.assign_waiting();
        }
        RosterInput::RulesChanged | RosterInput::MembersChanged => {
            roster.take_from_the_unable();
            roster.assign_waiting();
        }
    }
    roster.wake();
    (roster.state, roster.effects)
}

pub(super) struct Applying<'a> {
    pub(super) state: RosterState,
    pub(super) rules: &'a Rules,
    pub(super) members: &'a [Member],
    pub(super) now: Timestamp,
    pub(super) timings: &'a RosterTimings,
    pub(super) effects: Vec<RosterEffect>,
}

impl Applying<'_> {
    fn assign(&mut self, request: RoutingRequest, version: u64, since: Timestamp, chosen: Option<TeammateId>) {
        if self.is_known(&request.thread, version) {
            return;
        }
        let thread = request.thread.clone();
        let chosen = chosen.filter(|id| self.able(id, &request).is_some());
        let known = self.state.open.get(&thread);
        let by_person = chosen.is_some() || known.is_some_and(|entry| entry.by_person);
        let standing =
            chosen.map(|id| Owner::Teammate { id }).or_else(|| known.map(|entry| entry.decision.owner.clone()));
        let kept = standing.and_then(|owner| self.keep(&owner, by_person, &request));
        let by_person = by_person && kept.is_some();
        let decision = kept.unwrap_or_else(|| {
            let load = self.state.load(self.rules, self.members, Some(&thread));
            decide(self.rules, &load, &request, self.now)
        });
        self.store(thread, OpenThread { version, request, since, decision, by_person, told: Some(self.now) });
    }

    /// A thread stays with whoever has it, while they are on shift and its topic is the same, or a person chose them.
    fn keep(&self, owner: &Owner, by_person: bool, request: &RoutingRequest) -> Option<Decision> {
        let member = self.able(owner.teammate()?, request)?;
        let known = self.state.open.get(&request.thread);
        let email = member.email.trim().to_lowercase();
        let at_work = self.rules.hours(&email).at_work(self.now);
        let same = at_work && known.is_some_and(|entry| entry.request.topic == request.topic);
        let teams = self.rules.teammates.get(&email).map(|teammate| &teammate.teams);
        let theirs = match &request.cause {
            Cause::Asked => true,
            // A person handed it to a team, perhaps since.
            Cause::Team { team } => teams.is_some_and(|teams| teams.contains(team)),
            Cause::Overdue { .. } => false,
        };
        if !theirs || !(by_person || same) {
            return None;
        }
        let why = if by_person { "was given this thread by a person" } else { "has this thread" };
        Some(Decision {
            reasons: self.kept(member, why),
            owner: owner.clone(),
            team: known.and_then(|entry| entry.decision.team.clone()),
            notify_team_channel: false,
            next_shift: None,
        })
    }

    /// The verdicts where somebody keeps a thread: what each guardrail would have said, or why it was not asked.
    fn kept(&self, member: &Member, why: &str) -> Vec<Reason> {
        let name = &member.name;
        let at_work = self.rules.hours(&member.email.trim().to_lowercase()).at_work(self.now);
        let hours = if at_work { "is on shift" } else { "is off shift, and keeps it all the same" };
        [
            (Guardrail::Who, format!("{name} {why}")),
            (Guardrail::Hours, format!("{name} {hours}")),
            (Guardrail::Load, "not compared: it is counted among theirs".to_owned()),
            (Guardrail::Backup, format!("no backup is needed: {name} keeps it")),
        ]
        .map(|(guardrail, detail)| Reason { guardrail, verdict: Verdict::Passed, detail })
        .into()
    }

    fn reassigned(&mut self, request: RoutingRequest, version: u64, since: Timestamp, owner: Owner, by: &TeammateId) {
        // A repeat hears the decision again only if it was another: else it would be repeated for ever.
        let standing = self.state.open.get(&request.thread).map(|entry| &entry.decision.owner);
        let agreed = standing == Some(&owner) && self.version(&request.thread).is_some_and(|known| version <= known);
        if agreed || self.is_known(&request.thread, version) {
            return;
        }
        let thread = request.thread.clone();
        let name = |id: &TeammateId| {
            self.members.iter().find(|member| member.id == *id).map_or("somebody", |member| member.name.as_str())
        };
        let chosen = |detail: String, owner: Owner| Decision {
            owner,
            team: self.state.open.get(&thread).and_then(|entry| entry.decision.team.clone()),
            reasons: vec![Reason { guardrail: Guardrail::Who, verdict: Verdict::Passed, detail }],
            notify_team_channel: false,
            next_shift: None,
        };
        let mut request = request;
        let said = owner.clone();
        let decision = match owner {
            Owner::Teammate { id } if self.able(&id, &request).is_some() => {
                request.cause = Cause::Asked;
                Some(chosen(format!("{} gave it to {}", name(by), name(&id)), Owner::Teammate { id }))
            }
            Owner::Unassigned => {
                request.cause = Cause::Asked;
                Some(chosen(format!("{} put it back among the unassigned", name(by)), Owner::Unassigned))
            }
            Owner::Team { id } => {
                request.cause = Cause::Team { team: id };
                None
            }
            // Whoever was chosen can no longer answer here: the rules choose.
            Owner::Teammate { .. } => {
                request.cause = Cause::Asked;
                None
            }
        };
        let by_person = decision.is_some();
        let decision = decision.unwrap_or_else(|| {
            let load = self.state.load(self.rules, self.members, Some(&thread));
            decide(self.rules, &load, &request, self.now)
        });
        let told = (decision.owner != said).then_some(self.now);
        self.store(thread, OpenThread { version, request, since, decision, by_person, told });
        self.assign_waiting();
    }

    fn owned(&mut self, request: RoutingRequest, version: u64, since: Timestamp, owner: &Owner) {
        let thread = request.thread.clone();
        if self.version(&thread).is_some_and(|known| version <= known) {
            return;
        }
        let standing = self.state.open.get(&thread).filter(|entry| entry.decision.owner == *owner);
        let decision = match (standing, owner) {
            (Some(entry), _) => entry.decision.clone(),
            (None, owner) => {
                if let Some(member) = owner.teammate().and_then(|id| self.able(id, &request)) {
                    Decision {
                        owner: owner.clone(),
                        team: self.state.open.get(&thread).and_then(|entry| entry.decision.team.clone()),
                        reasons: self.kept(member, "has this thread already"),
                        notify_team_channel: false,
                        next_shift: None,
                    }
                } else {
                    let load = self.state.load(self.rules, self.members, Some(&thread));
                    decide(self.rules, &load, &request, self.now)
                }
            }
        };
        let by_person = standing.is_some_and(|entry| entry.by_person);
        let agreed = standing.is_some();
        let told = (decision.owner != *owner).then_some(self.now);
        let entry = OpenThread { version, request, since, decision, by_person, told };
        if agreed {
            // Nothing to tell anybody.
            self.effects.push(RosterEffect::Changed { thread: thread.clone() });
            self.state.open.insert(thread, entry);
        } else {
            self.store(thread, entry);
        }
        self.assign_waiting();
    }

    fn released(&mut self, thread: ThreadId, version: u64) {
        if mutant::on(Mutant::RosterNotReleased) {
            return;
        }
        let known = self.version(&thread);
        if known.is_some_and(|known| known > version)
            || self.state.settled.contains_key(&thread) && known == Some(version)
        {
            return;
        }
        self.state.open.remove(&thread);
        if !mutant::on(Mutant::SettledForgotten) {
            self.state.settled.insert(thread.clone(), Settled { version, at: self.now });
        }
        self.effects.push(RosterEffect::Changed { thread });
        let stale: Vec<ThreadId> = self
            .state
            .settled
            .iter()
            .filter(|(_, settled)| self.now.since(settled.at) > self.timings.settled_retention)
            .map(|(thread, _)| thread.clone())
            .collect();
        for thread in stale {
            self.state.settled.remove(&thread);
            self.effects.push(RosterEffect::Changed { thread });
        }
        self.assign_waiting();
    }

    fn urgency(&mut self, thread: &ThreadId, version: u64, urgency: Urgency) {
        let Some(entry) = self.state.open.get_mut(thread).filter(|entry| entry.version < version) else {
            return;
        };
        entry.version = version;
        entry.request.urgency = urgency;
        self.effects.push(RosterEffect::Changed { thread: thread.clone() });
        self.assign_waiting();
    }

    /// Threads of members who can no longer answer them find another owner.
    fn take_from_the_unable(&mut self) {
        let orphans: Vec<ThreadId> = self
            .state
            .open
            .iter()
            .filter(|(_, entry)| {
                entry.decision.owner.teammate().is_some_and(|id| self.able(id, &entry.request).is_none())
            })
            .map(|(thread, _)| thread.clone())
            .collect();
        // The most pressing first, as capacity may be scarce.
        for thread in self.by_pressure(orphans) {
            let Some(mut entry) = self.state.open.get(&thread).cloned() else {
                continue;
            };
            let load = self.state.load(self.rules, self.members, Some(&thread));
            entry.request.cause = entry.request.cause.calmed();
            entry.decision = decide(self.rules, &load, &entry.request, self.now);
            entry.by_person = false;
            entry.told = Some(self.now);
            self.store(thread, entry);
        }
    }

    /// Tells threads again of their owners, and the team its notices, where word of it seems to have been lost.
    fn tell_again(&mut self) {
        for pending in self.state.pending_notices.values_mut() {
            if self.now.since(pending.at) >= self.timings.notice_retry_after {
                pending.at = self.now;
                self.effects.push(RosterEffect::TeamChannel { notice: pending.notice.clone() });
            }
        }
        for (thread, entry) in &mut self.state.open {
            if entry.told.is_none_or(|told| self.now.since(told) < self.timings.notice_retry_after) {
                continue;
            }
            entry.told = Some(self.now);
            self.effects.push(RosterEffect::Changed { thread: thread.clone() });
            self.effects.push(RosterEffect::Assigned {
                thread: thread.clone(),
                version: entry.version,
                decision: entry.decision.clone(),
            });
        }
    }

    /// Keeps a decision, and has it told to whom it concerns.
    pub(super) fn store(&mut self, thread: ThreadId, mut entry: OpenThread) {
        let before = self.state.open.get(&thread);
        let overdue = matches!(entry.request.cause, Cause::Overdue { .. });
        let waited = before.is_some_and(|before| before.decision.notify_team_channel && before.waits());
        // Of what is overdue the thread itself tells.
        let notice = entry.decision.notify_team_channel && !overdue && !waited;
        let had = before.and_then(|before| before.decision.owner.teammate()).cloned();
        if let Some(owner) = entry.decision.owner.teammate()
            && had.as_ref() != Some(owner)
        {
            self.state.last_assigned.insert(owner.clone(), self.now);
        }
        self.effects.push(RosterEffect::Changed { thread: thread.clone() });
        if entry.told.is_some() {
            self.effects.push(RosterEffect::Assigned {
                thread: thread.clone(),
                version: entry.version,
                decision: entry.decision.clone(),
            });
        }
        if notice {
            self.tell(&thread, &entry);
        }
        self.state.settled.remove(&thread);
        if mutant::on(Mutant::OwnerForgotten) {
            entry.told = None;
        }
        self.state.open.insert(thread, entry);
    }

    /// Nobody can take a thread: the team hears of it.
    fn tell(&mut self, thread: &ThreadId, entry: &OpenThread) {
        let team = entry.decision.team.clone();
        let notice = Notice {
            key: format!("{thread}-{}-unassigned", self.now.millis()),
            kind: NoticeKind::Unassigned,
            thread: thread.clone(),
            topic: entry.request.topic.clone(),
            urgency: entry.request.urgency,
            owner: entry.decision.owner.clone(),
            channel: self.rules.team_channel(team.as_ref()).map(|(name, _)| name.to_owned()),
            team,
            next_shift: entry.decision.next_shift,
            due: None,
            handed_on: false,
        };
        if !mutant::on(Mutant::NoticeForgotten) {
            self.state
                .pending_notices
                .insert(notice.key.clone(), PendingNotice { notice: notice.clone(), at: self.now });
        }
        self.effects.push(RosterEffect::TeamChannel { notice });
    }

    /// Whether an input about `thread` was taken before; a repeat of the last one hears the decision again.
    fn is_known(&mut self, thread: &ThreadId, version: u64) -> bool {
        if let Some(entry) = self.state.open.get(thread)
            && entry.version == version
        {
            self.effects.push(RosterEffect::Assigned {
                thread: thread.clone(),
                version,
                decision: entry.decision.clone(),
            });
        }
        self.version(thread).is_some_and(|known| version <= known)
    }

    fn version(&self, thread: &ThreadId) -> Option<u64> {
        if mutant::on(Mutant::RosterVersionIgnored) {
            return None;
        }
        let open = self.state.open.get(thread).map(|entry| entry.version);
        open.or_else(|| self.state.settled.get(thread).map(|settled| settled.version))
    }

    fn able(&self, id: &TeammateId, request: &RoutingRequest) -> Option<&Member> {
        let member = self.members.iter().find(|member| member.id == *id)?;
        may_answer(self.rules, member, &request.account).then_some(member)
    }

    /// Asks to be woken when somebody comes on shift for whom a thread waits.
    fn wake(&mut self) {
        let waiting = self.state.open.values().filter(|entry| entry.waits());
        let at = waiting.filter_map(|entry| entry.decision.next_shift).filter(|at| *at > self.now).min();
        if at != self.state.wake_at {
            self.state.wake_at = at;
            self.effects.push(RosterEffect::WakeAt { at });
        }
    }
}
