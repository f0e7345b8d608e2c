//! However much a customer writes before somebody answers, none of it is forgotten, and the thread stays small.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    id::MessageId,
    thread::{UnansweredMessage, UnansweredMessages},
};

/// More than any test writes would come to, if each was kept by itself.
const SMALL: usize = 12_000;

fn id(number: u32) -> MessageId {
    MessageId::of(&AccountId::of(Platform::Instagram, &RemoteId::new("1784")), &remote(number))
}

fn size(desk: &ThreadHarness) -> usize {
    serde_json::to_string(desk.thread()).unwrap().len()
}

fn flooded(messages: u32) -> ThreadHarness {
    let mut desk = ThreadHarness::settled();
    for number in 2..=messages {
        desk.later(Span::seconds(1));
        desk.message(number, 0);
    }
    desk
}

#[test]
fn a_flood_is_counted_and_its_first_question_says_since_when_it_waits() {
    let desk = flooded(700);
    assert_eq!((desk.thread().questions.waiting.len(), desk.thread().unread.messages.len()), (700, 700));
    assert_eq!(desk.thread().questions.asked_at(), Some(noon()));
    assert!(size(&desk) < SMALL, "{} bytes", size(&desk));
}

#[test]
fn what_came_in_a_flood_after_its_answer_was_written_waits_on() {
    let mut desk = flooded(100);
    let seen = desk.thread().version;
    desk.act(|work| work.command(Command::Read { version: seen, by: person("nora") }, None)).0.unwrap();
    assert_eq!((desk.thread().unread.by(&person("nora")), desk.thread().unread.by(&person("jon"))), (0, 100));
    desk.reply("reply-0001", "nora", "We look into it", seen).0.unwrap();
    desk.later(Span::seconds(1));
    desk.message(101, 0);
    desk.came_back("reply-0001", 1, SendOutcome::Accepted { ids: vec![remote(900)] });
    assert_eq!((desk.thread().questions.waiting.len(), desk.thread().unread.messages.len()), (1, 1));
    assert!(desk.thread().questions.waiting.latest().contains_key(&id(101)));
}

#[test]
fn an_answer_to_a_part_of_a_flood_leaves_the_rest_of_it_waiting() {
    let mut desk = flooded(60);
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "We look into it", seen).0.unwrap();
    for number in 61..=200 {
        desk.message(number, 0);
    }
    desk.came_back("reply-0001", 1, SendOutcome::Accepted { ids: vec![remote(900)] });
    assert!(desk.thread().needs_answer() && desk.thread().questions.waiting.len() >= 140);
    let seen = desk.thread().version;
    desk.reply("reply-0002", "nora", "All of it", seen).0.unwrap();
    desk.came_back("reply-0002", 1, SendOutcome::Accepted { ids: vec![remote(901)] });
    assert!(!desk.thread().needs_answer());
}

#[derive(Debug, Clone)]
enum Step {
    Came { at: i64 },
    Unsent { number: usize },
    Answered { at: i64, version: u64 },
    Read { version: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        20 => (0..300_i64).prop_map(|at| Step::Came { at }),
        2 => any::<usize>().prop_map(|number| Step::Unsent { number }),
        1 => (0..300_i64, 0..300_u64).prop_map(|(at, version)| Step::Answered { at, version }),
        1 => (0..300_u64).prop_map(|version| Step::Read { version }),
    ]
}

proptest! {
    /// Beside a list of all of them: where fewer are known one by one, more is taken to wait, never less.
    #[test]
    fn nothing_that_waits_is_forgotten(steps in prop::collection::vec(step(), 1..300)) {
        let (mut all, mut asked) = (BTreeMap::<MessageId, UnansweredMessage>::new(), UnansweredMessages::default());
        let mut most = 0;
        for (number, step) in (1_u32..).zip(&steps) {
            match *step {
                Step::Came { at } => {
                    let waiting = UnansweredMessage { at: Timestamp::from_seconds(at), version: number.into() };
                    all.insert(id(number), waiting);
                    asked.insert(id(number), waiting);
                }
                Step::Unsent { number } => {
                    let gone = all.keys().nth(number % all.len().max(1)).cloned();
                    if let Some(gone) = gone {
                        all.remove(&gone);
                        asked.remove(&gone);
                    }
                }
                Step::Answered { at, version } => {
                    let done = |one: &UnansweredMessage| one.at <= Timestamp::from_seconds(at) && one.version <= version;
                    all.retain(|_, one| !done(one));
                    asked.settle(done);
                }
                Step::Read { version } => {
                    all.retain(|_, one| one.version > version);
                    asked.settle(|one| one.version <= version);
                }
            }
            most = most.max(all.len());
            prop_assert!(asked.len() >= all.len());
            let version = u64::from(number / 2);
            prop_assert!(asked.after(version) >= all.values().filter(|one| one.version > version).count());
            prop_assert!(asked.after(0) == asked.len() && asked.after(u64::MAX) == 0);
            prop_assert!(all.is_empty() || !asked.is_empty());
            let oldest = all.values().map(|one| one.at).min();
            prop_assert!(oldest.is_none() || asked.oldest().map(|one| one.at) <= oldest);
            let text = serde_json::to_string(&asked).unwrap();
            prop_assert_eq!(&serde_json::from_str::<UnansweredMessages>(&text).unwrap(), &asked);
            prop_assert!(text.len() < SMALL / 2);
            if most <= 50 {
                prop_assert_eq!(asked.latest(), &all);
            }
        }
    }

    /// The order in which they come makes no difference.
    #[test]
    fn a_flood_in_any_order_is_the_same_flood(order in Just((0..120_u32).collect::<Vec<_>>()).prop_shuffle()) {
        let flood = |numbers: &[u32]| {
            let mut asked = UnansweredMessages::default();
            asked.extend(numbers.iter().map(|number| {
                (id(*number), UnansweredMessage { at: Timestamp::from_seconds(i64::from(number / 3)), version: 7 })
            }));
            asked
        };
        prop_assert_eq!(flood(&order), flood(&(0..120).collect::<Vec<_>>()));
    }
}
