//! What is done about a lost answer, by what is known of the channel: asked, repeated, or left to a person. Nothing is sent
//! twice.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tributary_domain::{
    capability::SendSemantics,
    id::RemoteId,
    outbound::{SendOutcome, UncertainCause},
    reply::{Effect, Event, MOST_ATTEMPTS, MOST_CHECKS, MOST_STEPS, Reply, State},
    time::{Span, Timestamp},
    timings::ReplyTimings,
};

use super::fixture::{accepted, dropped, noon, refused, remote, reply, slow_down};

/// What becomes of a call.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Taken,
    Refused,
    Slow,
    /// A step of several is done, and nothing is visible.
    Step,
    /// No answer comes back.
    Unheard {
        taken: bool,
    },
    /// Whoever made the call dies, and never reports.
    Dies {
        taken: bool,
    },
}

/// A platform, and a reply on its way there.
struct World {
    reply: Reply,
    now: Timestamp,
    /// It knows a repeated call by its key.
    knows_repeats: bool,
    /// How often each part is visible.
    visible: BTreeMap<u32, u32>,
    calls: u32,
    handle: Option<(u32, String)>,
}

impl World {
    fn new(semantics: SendSemantics) -> Self {
        let reply = Reply { semantics, ..reply() };
        let knows_repeats = semantics == SendSemantics::Idempotent;
        Self { reply, now: noon(), knows_repeats, visible: BTreeMap::new(), calls: 0, handle: None }
    }

    fn apply(&mut self, event: &Event) -> Option<Effect> {
        let (reply, effect) = self.reply.clone().apply(event, self.now, &ReplyTimings::default()).unwrap();
        self.reply = reply;
        effect
    }

    /// Begins it when its time has come, and makes the calls that it asks for. Nobody says a word.
    fn goes_on(&mut self, fates: &mut impl Iterator<Item = Fate>) {
        while matches!(self.reply.state, State::Queued | State::Waiting { .. }) {
            self.now = self.now.plus(Span::hours(1));
            let mut effect = self.apply(&Event::Begin);
            while let Some(Effect::Call { part, attempt }) = effect {
                effect = self.called(part, attempt, fates.next().unwrap_or(Fate::Taken));
            }
        }
    }

    fn called(&mut self, part: u32, attempt: u32, fate: Fate) -> Option<Effect> {
        self.calls += 1;
        let step = self.reply.parts[part as usize].step.as_ref().map(|step| (part, step.handle.clone()));
        assert_eq!(step, self.handle.clone().filter(|(of, _)| *of == part), "it goes on from the confirmed step");
        if let Fate::Taken | Fate::Unheard { taken: true } | Fate::Dies { taken: true } = fate {
            let seen = self.visible.entry(part).or_default();
            *seen = if self.knows_repeats { 1 } else { *seen + 1 };
        }
        let outcome = match fate {
            Fate::Taken => accepted(part),
            Fate::Refused => refused(),
            Fate::Slow => slow_down(None),
            Fate::Step => {
                let handle = format!("step-{}", self.calls);
                self.handle = Some((part, handle.clone()));
                SendOutcome::Continue { handle, after: Span::seconds(30) }
            }
            Fate::Unheard { .. } => dropped(),
            Fate::Dies { .. } => {
                self.now = self.now.plus(Span::minutes(10));
                return self.apply(&Event::Tick);
            }
        };
        self.apply(&Event::Outcome { part, attempt, outcome })
    }

    /// Asks the platform whenever that is due; `lags`: so often it does not show what it has.
    fn asks(&mut self, mut lags: u32) -> u32 {
        let mut asked = 0;
        while let Some(at) = self.reply.check_at(&ReplyTimings::default()) {
            let State::Uncertain { part, attempt, .. } = self.reply.state else { unreachable!("nothing is in doubt") };
            assert!(at > self.now || asked > 0);
            self.now = self.now.max(at);
            let there = self.visible.contains_key(&part) && lags == 0;
            lags = lags.saturating_sub(1);
            let found = if there { vec![remote(part)] } else { Vec::new() };
            assert_eq!(self.apply(&Event::Checked { part, attempt, found }), None, "asking leads to no call");
            asked += 1;
        }
        asked
    }
}

fn lost(taken: bool) -> Fate {
    Fate::Unheard { taken }
}

#[test]
fn a_lost_answer_is_asked_about_where_that_is_possible_and_never_leads_to_another_call() {
    for (taken, lags, name) in
        [(true, 0, "failed"), (true, 2, "failed"), (true, 9, "uncertain"), (false, 0, "uncertain")]
    {
        let mut world = World::new(SendSemantics::Checkable);
        world.goes_on(&mut [lost(taken)].into_iter());
        let asked = world.asks(lags);
        // The rest of a reply whose doubt is settled is left to a person, as ever.
        assert_eq!((world.reply.state.name(), world.calls), (name, 1), "{taken} {lags}");
        assert_eq!(asked, if name == "failed" { lags + 1 } else { MOST_CHECKS });
    }
    let mut world = World::new(SendSemantics::Checkable);
    world.goes_on(&mut [Fate::Taken, lost(true)].into_iter());
    world.asks(1);
    assert_eq!((world.reply.state.name(), world.calls), ("sent", 2));
}

#[test]
fn what_is_known_by_its_key_is_repeated_a_bounded_number_of_times() {
    let mut world = World::new(SendSemantics::Idempotent);
    world.goes_on(&mut [lost(true), Fate::Dies { taken: false }, Fate::Taken, lost(false)].into_iter());
    assert_eq!((world.reply.state.name(), world.calls), ("sent", 5));
    assert!(world.visible.values().all(|seen| *seen == 1), "{:?}", world.visible);
    let mut world = World::new(SendSemantics::Idempotent);
    world.goes_on(&mut std::iter::repeat(lost(true)));
    assert_eq!((world.reply.state.name(), world.calls), ("uncertain", MOST_ATTEMPTS));
}

#[test]
fn an_answer_that_comes_while_it_waits_to_be_repeated_spares_the_call() {
    let mut world = World::new(SendSemantics::Idempotent);
    let Some(Effect::Call { part, attempt }) = world.apply(&Event::Begin) else { panic!("a call") };
    world.apply(&Event::Outcome { part, attempt, outcome: dropped() });
    assert_eq!(world.reply.state.name(), "waiting");
    world.apply(&Event::Outcome { part, attempt, outcome: accepted(part) });
    world.goes_on(&mut std::iter::empty());
    assert_eq!((world.reply.state.name(), world.calls), ("sent", 1), "the second part alone");
}

#[test]
fn where_nothing_is_known_a_person_is_asked() {
    for semantics in [SendSemantics::Blind, SendSemantics::Correlatable] {
        let mut world = World::new(semantics);
        world.goes_on(&mut [lost(false)].into_iter());
        assert_eq!((world.reply.state.name(), world.calls, world.asks(0)), ("uncertain", 1, 0));
    }
}

#[test]
fn steps_are_bounded_and_begin_anew_when_a_person_sends_it_again() {
    let mut world = World::new(SendSemantics::Blind);
    world.goes_on(&mut [Fate::Step, Fate::Slow, Fate::Step, Fate::Refused].into_iter());
    assert_eq!((world.reply.state.name(), world.calls), ("failed", 4));
    world.apply(&Event::SendAgain);
    world.handle = None;
    world.goes_on(&mut std::iter::empty());
    assert_eq!((world.reply.state.name(), world.calls), ("sent", 6));
    let mut world = World::new(SendSemantics::Blind);
    world.goes_on(&mut std::iter::repeat(Fate::Step));
    assert_eq!((world.reply.state.name(), world.calls), ("failed", MOST_STEPS + 1));
}

#[test]
fn a_step_that_is_reported_late_settles_the_doubt_and_starts_nothing() {
    let mut world = World::new(SendSemantics::Blind);
    let Some(Effect::Call { part, attempt }) = world.apply(&Event::Begin) else { panic!("a call") };
    let cause = UncertainCause::Deadline;
    world.apply(&Event::Outcome { part, attempt, outcome: SendOutcome::Uncertain { cause } });
    let outcome = SendOutcome::Continue { handle: "late".to_owned(), after: Span::default() };
    assert_eq!(world.apply(&Event::Outcome { part, attempt, outcome }), None);
    assert_eq!(world.reply.state.name(), "failed");
}

#[test]
fn a_platform_that_does_not_know_repeats_would_show_it_twice() {
    let mut world = World { knows_repeats: false, ..World::new(SendSemantics::Idempotent) };
    world.goes_on(&mut [lost(true), Fate::Taken].into_iter());
    assert_eq!(world.visible.get(&0), Some(&2), "the law below can be broken");
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![
        3 => Just(Fate::Taken),
        1 => Just(Fate::Refused),
        2 => Just(Fate::Slow),
        2 => Just(Fate::Step),
        3 => any::<bool>().prop_map(lost),
        2 => any::<bool>().prop_map(|taken| Fate::Dies { taken }),
    ];
    prop::collection::vec(fate, 0..14)
}

fn all() -> impl Strategy<Value = SendSemantics> {
    prop::sample::select(vec![
        SendSemantics::Blind,
        SendSemantics::Correlatable,
        SendSemantics::Checkable,
        SendSemantics::Idempotent,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn nothing_is_sent_twice_by_code(semantics in all(), fates in fates(), lags in 0_u32..5) {
        let mut world = World::new(semantics);
        let mut fates = fates.into_iter();
        world.goes_on(&mut fates);
        world.asks(lags);
        prop_assert!(!world.reply.holds_the_line(), "it comes to an end");
        prop_assert!(world.visible.values().all(|seen| *seen <= 1), "{:?}", world.visible);
        if let State::Sent { .. } = world.reply.state {
            prop_assert_eq!(world.visible.len(), world.reply.parts.len(), "sent is visible");
        }
        // Whatever is asked once more, nothing is called.
        let calls = world.calls;
        world.apply(&Event::Checked { part: 0, attempt: 1, found: Vec::<RemoteId>::new() });
        world.goes_on(&mut fates);
        prop_assert_eq!(world.calls, calls);
    }
}
