//! Open threads go by other rules.

use crate::timings::Timings;
use proptest::prelude::*;

use super::{
    escalated::{RULES, rules},
    *,
};
use crate::{
    audit::{Action, AuditDetail},
    event::Origin,
    label::Correction,
    notice::NoticeKind,
    rules::Rules,
};

const FASTER: &str = "[targets]\nnormal = \"1h\"\nhigh = \"30m\"";

fn with(text: &str) -> Rules {
    Rules::parse(&format!("{RULES}{text}")).unwrap()
}

impl ThreadHarness {
    /// Goes by `rules`; whether that changed anything.
    fn replan(&mut self, rules: &Rules, words: &[&str]) -> bool {
        let before = self.thread().version;
        self.act(|work| work.replan(rules, words, WINDOW));
        self.thread().version > before
    }

    fn answered(&mut self, number: u32, ago: u64) {
        let content = Content { text: Some("Yes".to_owned()), ..Content::default() };
        let fact = Fact::Echo { id: remote(number), content, correlation: None, origin: Origin::NativeApp };
        self.event(self.now.minus(Span::minutes(ago)), fact);
    }
}

#[test]
fn an_earlier_target_takes_hold_at_once_and_wakes_the_thread_for_it() {
    let mut desk = ThreadHarness::settled();
    desk.ring(&rules());
    desk.published();
    assert_eq!(desk.thread().due(WINDOW), Some(noon().plus(Span::hours(4))));
    assert!(desk.replan(&with(FASTER), &[]));
    assert_eq!(desk.thread().due(WINDOW), Some(noon().plus(Span::hours(1))));
    desk.published();
    assert_eq!(
        desk.thread().wakes_at([], false, desk.now, &Timings::default()),
        Some(noon().plus(Span::minutes(55))),
        "to be warned"
    );
    let told = desk.told(&with(FASTER), Span::minutes(61));
    assert_eq!(told, [(55, NoticeKind::Warning), (60, NoticeKind::Backup)]);
}

#[test]
fn the_same_rules_again_write_nothing() {
    let mut desk = ThreadHarness::settled();
    desk.ring(&rules());
    assert!(!desk.replan(&rules(), &[]), "a thread that goes by them");
    assert!(!desk.replan(&with("[targets]\nurgent = \"1m\""), &[]), "one of another urgency");
    assert!(desk.replan(&with(FASTER), &[]));
    assert!(!desk.replan(&with(FASTER), &[]), "the second of two jobs");
    desk.answered(9, 0);
    assert!(!desk.replan(&rules(), &[]), "one that waits for nothing");
    desk.message(2, 0);
    desk.ring(&rules());
    desk.snooze(Span::hours(1));
    assert!(!desk.replan(&with(FASTER), &[]), "one that is put aside");
}

#[test]
fn steps_that_were_taken_are_not_taken_again_by_another_chain() {
    let mut desk = ThreadHarness::settled();
    assert_eq!(desk.told(&rules(), Span::minutes(271)).last(), Some(&(270, NoticeKind::Lead)));
    let other = with("[escalation]\nchain = [\"channel\", \"lead\", \"backup\"]\nevery = \"10m\"");
    assert!(desk.replan(&other, &[]));
    let told = desk.told(&other, Span::minutes(40));
    assert_eq!(told, [(280, NoticeKind::Overdue), (290, NoticeKind::Reminder), (310, NoticeKind::Reminder)]);
    assert_eq!(desk.steps(), [1, 2, 3, 4, 5]);
}

#[test]
fn a_target_that_is_over_already_begins_the_chain_with_the_next_alarm() {
    let mut desk = ThreadHarness::settled();
    desk.ring(&rules());
    desk.later(Span::hours(2));
    desk.replan(&with(FASTER), &[]);
    assert_eq!(desk.steps(), [] as [u64; 0], "not by the walk itself");
    assert_eq!(desk.thread().wakes_at([], false, desk.now, &Timings::default()), Some(desk.now));
    desk.ring(&with(FASTER));
    desk.ring(&with(FASTER));
    assert_eq!(desk.steps(), [1]);
    desk.replan(&rules(), &[]);
    desk.ring(&rules());
    assert_eq!(desk.steps(), [1], "and a later target does not take it back or repeat it");
}

#[test]
fn a_higher_floor_raises_what_a_machine_said_and_nothing_lowers_it() {
    let strict = with("[[urgency.floors]]\nwords = [\"lawyer\"]\nat_least = \"high\"");
    let mut desk = ThreadHarness::settled();
    desk.ring(&rules());
    assert!(!desk.replan(&strict, &["Where is it?"]));
    assert!(desk.replan(&strict, &["My lawyer asks"]));
    assert_eq!(desk.thread().labelling.urgency(), Urgency::High);
    assert_eq!(desk.thread().due(WINDOW), Some(noon().plus(Span::hours(1))));
    assert!(!desk.replan(&strict, &["My lawyer asks"]) && !desk.replan(&rules(), &["My lawyer asks"]));
    let raised: Vec<_> = desk.record.iter().filter(|entry| entry.action() == Action::Raised).collect();
    assert_eq!(raised.len(), 1);
    assert_eq!(raised[0].done, AuditDetail::Raised { from: Urgency::Normal, to: Urgency::High });
}

#[test]
fn a_persons_urgency_stands_against_every_floor() {
    let strict =
        Rules::parse(&RULES.replace("[topics.orders]", "[topics.orders]\nurgency_floor = \"urgent\"")).unwrap();
    let mut desk = ThreadHarness::settled();
    let correction = Correction { urgency: Some(Urgency::Low), ..Correction::default() };
    desk.command(Command::Correct { correction, by: person("nora") });
    desk.ring(&rules());
    assert!(!desk.replan(&strict, &[]));
    assert_eq!(desk.thread().labelling.urgency(), Urgency::Low);
    let mut other = ThreadHarness::settled();
    assert!(other.replan(&strict, &[]));
    assert_eq!(other.thread().labelling.urgency(), Urgency::Urgent);
}

#[test]
fn a_reply_on_its_way_is_not_disturbed() {
    let mut desk = ThreadHarness::settled();
    desk.ring(&rules());
    desk.later(Span::hours(2));
    let seen = desk.thread().version;
    desk.reply("11111111-aaaa", "nora", "Hello", seen).0.unwrap();
    let state = desk.state("11111111-aaaa").clone();
    desk.replan(&with(FASTER), &[]);
    assert_eq!(desk.state("11111111-aaaa"), &state);
    assert!(!desk.thread().transcript.others_wrote_since(seen, &person("nora")), "whoever writes need not look again");
    desk.act(|work| work.escalate(Some(&with(FASTER)), WINDOW));
    assert_eq!(desk.steps(), [] as [u64; 0]);
}

/// What may happen around a walk.
#[derive(Debug, Clone, Copy)]
enum Happens {
    Message(u32),
    Answered(u32),
    Walk,
    OlderWalk,
    Ring,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (10_u32..14).prop_map(Happens::Message),
        1 => (20_u32..22).prop_map(Happens::Answered),
        2 => Just(Happens::Walk),
        1 => Just(Happens::OlderWalk),
        1 => Just(Happens::Ring),
    ]
}

/// What is left once the walk has come by: the messages alone decide it, and not when the walks came among them.
fn left(all: &[Happens]) -> (Option<Timestamp>, Option<crate::escalation::Plan>, Span) {
    let (before, after) = (rules(), with(FASTER));
    let mut desk = ThreadHarness::settled();
    desk.later(Span::minutes(20));
    for one in all {
        match *one {
            Happens::Message(number) => drop(desk.message(number, u64::from(number - 10) * 3)),
            Happens::Answered(number) => desk.answered(number, u64::from(number - 20) * 5 + 1),
            Happens::Walk => drop(desk.replan(&after, &[])),
            Happens::OlderWalk => drop(desk.replan(&before, &[])),
            Happens::Ring => drop(desk.ring(&before)),
        }
    }
    desk.replan(&after, &[]);
    let thread = desk.thread();
    let due = thread.due(WINDOW);
    // What waits for nothing keeps the targets it had: they say nothing until a question is asked.
    let target = if due.is_some() { thread.escalation.targets.of(thread.labelling.urgency()) } else { Span::millis(0) };
    (due, thread.plan().cloned(), target)
}

proptest! {
    #[test]
    fn walks_and_messages_may_come_in_any_order_and_twice(
        (once, told) in prop::collection::vec(happens(), 1..14).prop_flat_map(|once| {
            let again = [once.clone(), once.clone()].concat();
            (Just(once), Just(again).prop_shuffle())
        })
    ) {
        let messages: Vec<Happens> =
            once.iter().copied().filter(|one| matches!(one, Happens::Message(_) | Happens::Answered(_))).collect();
        prop_assert_eq!(left(&once), left(&messages));
        prop_assert_eq!(left(&told), left(&messages));
    }
}
