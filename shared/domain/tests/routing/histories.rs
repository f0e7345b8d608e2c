//! Random histories of a roster.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tributary_domain::{
    label::Urgency,
    owner::Owner,
    roster::{RosterEffect, RosterInput, RosterState, apply},
    time::Span,
    timings::RosterTimings,
};

use super::*;
use crate::decisions::{any_now, any_request};

#[derive(Debug, Clone)]
enum Step {
    Ask(RoutingRequest),
    Give(RoutingRequest, Option<usize>),
    Close(u8),
    Press(u8, usize),
    Tick,
    Told(prop::sample::Index),
    Rules,
    Switch(usize),
    Repeat(prop::sample::Index),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => any_request().prop_map(Step::Ask),
        2 => (any_request(), prop::option::of(0usize..5)).prop_map(|(request, who)| Step::Give(request, who)),
        2 => (0u8..12).prop_map(Step::Close),
        1 => (0u8..12, 0usize..4).prop_map(|(thread, urgency)| Step::Press(thread, urgency)),
        2 => Just(Step::Tick),
        2 => any::<prop::sample::Index>().prop_map(Step::Told),
        1 => Just(Step::Rules),
        1 => (0usize..5).prop_map(Step::Switch),
        2 => any::<prop::sample::Index>().prop_map(Step::Repeat),
    ]
}

/// Plays a history; every thread's version grows with each input about it. Returns the inputs with their times.
struct Play {
    rules: Rules,
    members: Vec<Member>,
    state: RosterState,
    versions: BTreeMap<ThreadId, u64>,
    said: Vec<RosterInput>,
    now: Timestamp,
}

impl Play {
    fn version(&mut self, thread: &ThreadId) -> u64 {
        let version = self.versions.entry(thread.clone()).or_default();
        *version += 1;
        *version
    }

    fn input(&mut self, step: Step) -> Option<RosterInput> {
        let since = self.now;
        Some(match step {
            Step::Ask(request) => {
                RosterInput::Assign { version: self.version(&request.thread), since, request, chosen: None }
            }
            Step::Give(request, who) => RosterInput::Reassigned {
                version: self.version(&request.thread),
                since,
                owner: who.map_or(Owner::Unassigned, |who| Owner::Teammate { id: members()[who].id.clone() }),
                by: tm("mia"),
                request,
            },
            Step::Close(thread) => RosterInput::Released { version: self.version(&thr(thread)), thread: thr(thread) },
            Step::Press(thread, urgency) => RosterInput::UrgencyChanged {
                version: self.version(&thr(thread)),
                thread: thr(thread),
                urgency: Urgency::ALL[urgency],
            },
            Step::Tick => RosterInput::ShiftTick,
            Step::Told(index) if !self.state.pending_notices.is_empty() => {
                let keys: Vec<String> = self.state.pending_notices.keys().cloned().collect();
                RosterInput::Notified { key: index.get(&keys).clone() }
            }
            Step::Rules => RosterInput::RulesChanged,
            Step::Switch(who) => {
                self.members[who].enabled = !self.members[who].enabled;
                RosterInput::MembersChanged
            }
            Step::Repeat(index) if !self.said.is_empty() => index.get(&self.said).clone(),
            Step::Told(_) | Step::Repeat(_) => return None,
        })
    }

    fn play(&mut self, input: &RosterInput) -> Result<(), TestCaseError> {
        let before = self.state.clone();
        let (state, effects) =
            apply(before.clone(), input.clone(), &self.rules, &self.members, self.now, &RosterTimings::default());
        self.check(input, &before, &state, &effects)?;
        // Said again at once, it changes nothing more.
        let (again, more) =
            apply(state.clone(), input.clone(), &self.rules, &self.members, self.now, &RosterTimings::default());
        prop_assert_eq!(&again, &state);
        let is_standing = |effect: &RosterEffect| matches!(effect, RosterEffect::Assigned { .. });
        prop_assert!(more.iter().all(is_standing), "{:?}", more);
        self.state = state;
        Ok(())
    }

    fn check(
        &self,
        input: &RosterInput,
        before: &RosterState,
        after: &RosterState,
        effects: &[RosterEffect],
    ) -> Result<(), TestCaseError> {
        // Counts are a recount, and every thread is counted once.
        let counted: u32 = after.counts(&self.rules).values().map(|count| count.threads).sum();
        prop_assert_eq!(usize::try_from(counted).unwrap(), after.open.len());
        prop_assert!(after.open.keys().all(|thread| !after.settled.contains_key(thread)));
        let assigned: BTreeSet<&ThreadId> = effects
            .iter()
            .filter_map(|effect| if let RosterEffect::Assigned { thread, .. } = effect { Some(thread) } else { None })
            .collect();
        for (thread, entry) in &after.open {
            let had = before.open.get(thread).map(|entry| &entry.decision.owner);
            // An owner changes with a word to the thread, unless it was the thread that said so.
            let said = said(input).is_some_and(|(of, version, owner)| {
                (of, version, owner) == (thread, entry.version, &entry.decision.owner)
            });
            prop_assert!(had == Some(&entry.decision.owner) || assigned.contains(thread) || said);
            // A word is kept in mind until the thread has said the same, and is none without having been said.
            prop_assert!(!assigned.contains(thread) || entry.told.is_some());
            prop_assert!(!said || entry.told.is_none());
            if had != Some(&entry.decision.owner)
                && let Owner::Teammate { id } = &entry.decision.owner
            {
                let member = self.members.iter().find(|member| member.id == *id).unwrap();
                prop_assert!(member.enabled && member.can_reply);
                let email = member.email.to_lowercase();
                if !entry.by_person {
                    prop_assert!(self.rules.hours(&email).at_work(self.now));
                    let load = after.load(&self.rules, &self.members, None);
                    let weight = load.candidates.iter().find(|candidate| candidate.member.id == *id).unwrap().weight;
                    let given: u32 = after
                        .open
                        .values()
                        .filter(|other| other.by_person && other.decision.owner.clone() == entry.decision.owner)
                        .map(|other| self.rules.load.weights.of(other.request.urgency))
                        .sum();
                    // Only people may give somebody more than the cap, or make what they have weigh more.
                    prop_assert!(weight <= self.rules.cap(&email) + given);
                }
            }
        }
        // A notice is kept from when it is told until it is written down, and no other way.
        for effect in effects {
            let RosterEffect::TeamChannel { notice } = effect else { continue };
            prop_assert_eq!(&after.pending_notices[&notice.key].notice, notice);
        }
        for key in before.pending_notices.keys() {
            let written = matches!(input, RosterInput::Notified { key: told } if told == key);
            prop_assert_eq!(after.pending_notices.contains_key(key), !written);
        }
        // A wake-up is asked for whenever a thread waits for somebody's shift.
        let waits = after.open.values().filter(|entry| entry.waits()).filter_map(|entry| entry.decision.next_shift);
        prop_assert_eq!(after.wake_at, waits.filter(|at| *at > self.now).min());
        Ok(())
    }
}

/// What a thread says of its owner.
fn said(input: &RosterInput) -> Option<(&ThreadId, u64, &Owner)> {
    match input {
        RosterInput::Reassigned { request, version, owner, .. }
        | RosterInput::Owned { request, version, owner, .. } => Some((&request.thread, *version, owner)),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_roster_keeps_its_promises(
        steps in prop::collection::vec((any_step(), 0u64..600), 1..40), start in any_now(),
    ) {
        let mut play = Play {
            rules: rules(), members: members(), state: RosterState::default(), versions: BTreeMap::new(), said: Vec::new(), now: start,
        };
        for (step, minutes) in steps {
            play.now = play.now.plus(Span::minutes(minutes));
            let repeat = matches!(step, Step::Repeat(_));
            let Some(input) = play.input(step) else { continue };
            let known = play.state.clone();
            let told = matches!(input, RosterInput::Assign { .. } | RosterInput::Reassigned { .. } | RosterInput::Released { .. } | RosterInput::UrgencyChanged { .. });
            play.play(&input)?;
            if repeat && told {
                // Whatever was said about a thread before and is said again changes no owner.
                let owners = |state: &RosterState| state.open.iter().map(|(thread, entry)| (thread.clone(), entry.decision.owner.clone())).collect::<BTreeMap<_, _>>();
                prop_assert_eq!(owners(&play.state), owners(&known));
            } else if !repeat {
                play.said.push(input);
            }
        }
    }

    #[test]
    fn nobody_gets_a_less_pressing_thread_while_a_more_pressing_one_fits(
        urgencies in prop::collection::vec(0usize..4, 1..12), start in any_now(),
    ) {
        let rules = rules();
        let jon = vec![member("jon")];
        let mut state = RosterState::default();
        for (index, urgency) in urgencies.iter().enumerate() {
            let request = RoutingRequest { thread: thr(index), urgency: Urgency::ALL[*urgency], ..request("orders") };
            // Nobody is there yet.
            (state, _) = apply(state, RosterInput::Assign { request, version: 1, since: start, chosen: None }, &rules, &[], start, &RosterTimings::default());
        }
        let shift = if rules.hours("jon@example.com").at_work(start) { start } else { rules.hours("jon@example.com").next(start).unwrap() };
        let (state, _) = apply(state, RosterInput::MembersChanged, &rules, &jon, shift, &RosterTimings::default());
        let weight = |urgency: Urgency| rules.load.weights.of(urgency);
        let taken: Vec<Urgency> = state.open.values().filter(|entry| !entry.waits()).map(|entry| entry.request.urgency).collect();
        for waiting in state.open.values().filter(|entry| entry.waits()) {
            // With everything at least as pressing as it that was taken, there is no room for it.
            let pressing: u32 = taken.iter().filter(|urgency| **urgency >= waiting.request.urgency).map(|urgency| weight(*urgency)).sum();
            prop_assert!(pressing + weight(waiting.request.urgency) > rules.cap("jon@example.com"));
        }
    }
}
