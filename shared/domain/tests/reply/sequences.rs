//! Random lives of a reply.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tributary_domain::{
    id::RemoteId,
    outbound::{SendOutcome, UncertainCause},
    reply::{Effect, Event, PartState, Reply, State},
    time::Span,
    timings::ReplyTimings,
};

use crate::fixture::{accepted, evidence, noon, outcome, refused, remote, reply, slow_down, undelivered};

/// An event, the age of the call an outcome speaks of (0: the latest), and how long after the last event it comes.
type Step = (Event, u32, u64);

fn event() -> impl Strategy<Value = Event> {
    let came_back = prop_oneof![
        3 => (0..2_u32).prop_map(accepted),
        1 => Just(refused()),
        2 => prop::option::of(0..20_u64).prop_map(|wait| slow_down(wait.map(Span::minutes))),
        2 => Just(SendOutcome::Uncertain { cause: UncertainCause::Deadline }),
    ];
    prop_oneof![
        4 => Just(Event::Begin),
        5 => came_back.prop_map(|came_back| outcome(0, came_back)),
        2 => (0..3_u32).prop_map(evidence),
        1 => (0..3_u32).prop_map(undelivered),
        1 => (0..3_u32).prop_map(|part| Event::Delivered { part, id: remote(part) }),
        2 => Just(Event::Tick),
        1 => Just(Event::Arrived),
        2 => Just(Event::SendAgain),
        1 => Just(Event::Discard),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(
        (event(), prop_oneof![4 => Just(0_u32), 1 => 1..3_u32], prop::sample::select(vec![0, 5, 60, 1200])),
        1..40,
    )
}

fn aim(event: Event, reply: &Reply, age: u32) -> Event {
    match event {
        Event::Outcome { outcome: came_back, .. } => outcome(reply.attempts.saturating_sub(age), came_back),
        other => other,
    }
}

fn arrived(reply: &Reply) -> Vec<bool> {
    reply.parts.iter().map(|part| part.arrived.is_some()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_life_breaks_the_promises(steps in steps()) {
        let words = reply();
        let (mut reply, mut now) = (words.clone(), noon());
        // The last word of a person, when no call was made in doubt since.
        let mut cleared = true;
        for (event, age, later) in steps {
            now = now.plus(Span::seconds(later));
            let event = aim(event, &reply, age);
            let before = reply.clone();
            let (after, effect) = match reply.apply(&event, now, &ReplyTimings::default()) {
                Ok(done) => done,
                Err((same, _)) => {
                    prop_assert_eq!(&same, &before, "a refusal changes nothing");
                    (same, None)
                }
            };
            prop_assert_eq!((&after.draft, &after.authored), (&words.draft, &words.authored));
            prop_assert!(after.parts.iter().zip(&words.parts).all(|(is, was)| is.part == was.part), "parts stay as written");
            prop_assert!(after.attempts >= before.attempts, "calls are never uncounted");
            let undelivered = matches!(event, Event::Undelivered { .. });
            let stays = arrived(&before).iter().zip(arrived(&after)).all(|(was, is)| !*was || is);
            prop_assert!(undelivered || stays, "what arrived stays arrived, unless the platform reports otherwise");
            let named = |reply: &Reply| reply.parts.iter().flat_map(PartState::names).count();
            // Two names of one call: no platform gives them. The one that was lost and arrived is let go.
            let delivered = usize::from(matches!(event, Event::Delivered { .. }));
            prop_assert!(named(&after) + delivered >= named(&before), "a name is never forgotten");
            if let State::Sent { .. } = before.state {
                let reported = undelivered && matches!(after.state, State::Failed { .. });
                prop_assert!(reported || after.state == before.state, "sent is for ever, but for a report");
            }
            if let State::Discarded { .. } = before.state {
                prop_assert!(matches!(after.state, State::Discarded { .. } | State::Sent { .. }), "let be is for ever, but for evidence");
            }
            if matches!(event, Event::SendAgain) && matches!(after.state, State::Queued) {
                cleared = true;
            }
            let part_lost = |part: u32| before.parts[part as usize].returned;
            if let Some(Effect::Call { part, attempt }) = effect {
                prop_assert!(!part_lost(part), "what is lost is not called for without a person's word");
                prop_assert!(!before.needs_a_person(), "no call out of {:?}", before.state);
                prop_assert!(cleared, "no call after doubt without a person's word");
                prop_assert_eq!(attempt, after.attempts);
                prop_assert_eq!(after.attempts, before.attempts + 1, "one call at a time");
                let open = arrived(&after).iter().position(|arrived| !arrived);
                prop_assert_eq!(Some(part as usize), open, "the first part that has not arrived");
                let matches = matches!(after.state, State::Sending { part: of, attempt: call, .. } if of == part && call == attempt);
                prop_assert!(matches, "the marker is committed with the call");
            }
            if after.needs_a_person() {
                cleared = false;
            }
            prop_assert!(!(matches!(after.state, State::Sent { .. }) && arrived(&after).contains(&false)), "sent means all of it");
            prop_assert_eq!(after.wakes_at(&ReplyTimings::default()).is_some(), after.holds_the_line(), "whatever code must finish wakes it");
            reply = after;
        }
    }
}

/// What the platform calls the message that this call made.
fn name((part, attempt): (u32, u32)) -> RemoteId {
    RemoteId::new(format!("mid.{part}.{attempt}"))
}

#[derive(Debug, Clone)]
enum Turn {
    Goes(Event),
    /// The call that is being made is given up.
    Lost,
    /// One of the calls made so far was taken: its answer comes, or an echo.
    Heard {
        call: prop::sample::Index,
        echo: bool,
    },
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        4 => Just(Turn::Goes(Event::Begin)),
        4 => Just(Turn::Lost),
        3 => (any::<prop::sample::Index>(), any::<bool>()).prop_map(|(call, echo)| Turn::Heard { call, echo }),
        3 => Just(Turn::Goes(Event::SendAgain)),
        1 => Just(Turn::Goes(Event::Arrived)),
        1 => Just(Turn::Goes(Event::Discard)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_heard_to_have_gone_out_twice_is_known_to_have(turns in prop::collection::vec(turn(), 1..40)) {
        let (mut reply, mut calls) = (reply(), Vec::new());
        let mut heard: BTreeMap<u32, BTreeSet<RemoteId>> = BTreeMap::new();
        for turn in turns {
            let lost = SendOutcome::Uncertain { cause: UncertainCause::Transport };
            let event = match turn {
                Turn::Goes(event) => event,
                Turn::Lost => match reply.state {
                    State::Sending { part, attempt, .. } => Event::Outcome { part, attempt, outcome: lost },
                    _ => continue,
                },
                Turn::Heard { .. } if calls.is_empty() => continue,
                Turn::Heard { call, echo } => {
                    let (part, attempt) = *call.get(&calls);
                    let id = name((part, attempt));
                    heard.entry(part).or_default().insert(id.clone());
                    if echo {
                        Event::Evidence { part, id }
                    } else {
                        Event::Outcome { part, attempt, outcome: SendOutcome::Accepted { ids: vec![id] } }
                    }
                }
            };
            let (after, effect) = match reply.apply(&event, noon(), &ReplyTimings::default()) {
                Ok(done) => done,
                Err((same, _)) => (same, None),
            };
            calls.extend(effect.map(|Effect::Call { part, attempt }| (part, attempt)));
            reply = after;
            for (part, state) in (0_u32..).zip(&reply.parts) {
                let told = heard.get(&part).cloned().unwrap_or_default();
                let known: BTreeSet<RemoteId> = state.named().unwrap_or_default().iter().chain(&state.twice).cloned().collect();
                prop_assert_eq!(&known, &told, "every name that was heard is kept, and no other");
                prop_assert_eq!(!state.twice.is_empty(), told.len() > 1, "{:?}", reply);
            }
        }
    }
}
