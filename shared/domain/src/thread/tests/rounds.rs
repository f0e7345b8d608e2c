//! Whatever happens to a thread, each step of a round is taken once and in order.

use proptest::prelude::*;

use super::{
    escalated::{RULES, escalated},
    *,
};
use crate::{escalation::Due, rules::Rules};

/// What may happen to a thread.
#[derive(Debug, Clone, Copy)]
enum Move {
    Wait(u64),
    Ring,
    RingWithoutRules,
    Message,
    Label,
    Route,
    Answer,
    Reply,
    Fails,
    Close,
    Snooze(u64),
    Reassign,
    Reopen,
    Told,
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        6 => (1_u64..90).prop_map(Move::Wait),
        8 => Just(Move::Ring),
        1 => Just(Move::RingWithoutRules),
        2 => Just(Move::Message),
        2 => Just(Move::Label),
        2 => Just(Move::Route),
        1 => Just(Move::Answer),
        1 => Just(Move::Reply),
        1 => Just(Move::Fails),
        1 => Just(Move::Close),
        1 => (1_u64..300).prop_map(Move::Snooze),
        1 => Just(Move::Reassign),
        1 => Just(Move::Reopen),
        1 => Just(Move::Told),
    ]
}

const ROUNDS: [&str; 3] = [
    "",
    "[hours]\nshifts = [{ days = [\"mon-sun\"], from = \"09:00\", to = \"17:30\" }]\n[targets]\ncount = \"working\"\n",
    "[hours]\nshifts = [{ days = [\"mon-fri\"], from = \"22:00\", to = \"06:00\" }]\n[targets]\nnormal = \"30m\"\nhigh = \"30m\"\n",
];

fn any_rules() -> impl Strategy<Value = Rules> {
    let chains = prop::sample::subsequence(vec!["backup", "lead", "channel"], 0..=3).prop_shuffle();
    (chains, 0..ROUNDS.len(), 1_u64..90).prop_map(|(chain, hours, every)| {
        let chain = format!("[escalation]\nchain = {chain:?}\nevery = \"{every}m\"\n");
        Rules::parse(&format!("{RULES}{}{chain}", ROUNDS[hours])).unwrap()
    })
}

proptest! {
    #[test]
    fn no_step_is_skipped_or_repeated_and_none_follows_an_answer(
        rules in any_rules(), moves in prop::collection::vec(moves(), 1..80),
    ) {
        let mut climbed: Vec<String> = Vec::new();
        let mut desk = ThreadHarness::settled();
        let (mut number, mut last, mut keys) = (10, 0, std::collections::BTreeSet::new());
        for one in moves {
            let (seen, before) = (desk.record.len(), desk.thread().clone());
            let mut ends = false;
            match one {
                Move::Wait(minutes) => desk.later(Span::minutes(minutes)),
                Move::Ring => drop(desk.ring(&rules)),
                Move::RingWithoutRules => drop(desk.act(|work| work.escalate(None, WINDOW))),
                Move::Message => {
                    number += 1;
                    desk.message(number, 0);
                }
                Move::Label => drop(desk.labelled(desk.thread().labelling.turn, Urgency::Normal)),
                Move::Route => drop(desk.routed("ben")),
                Move::Answer => {
                    number += 1;
                    let content = Content { text: Some("Yes".to_owned()), ..Content::default() };
                    let origin = crate::event::Origin::NativeApp;
                    desk.event(desk.now, Fact::Echo { id: remote(number), content, correlation: None, origin });
                    ends = true;
                    prop_assert_eq!(desk.thread().escalates_at([], desk.now, &Timings::default().thread), None, "an answer stops it");
                }
                Move::Reply => {
                    number += 1;
                    let id = format!("{number:08}-aaaa");
                    desk.reply(&id, "nora", "Yes", desk.thread().version).0.unwrap();
                    if desk.state(&id).name() == "sending" {
                        let ids = vec![remote(number)];
                        desk.came_back(&id, 1, SendOutcome::Accepted { ids });
                        ends = true;
                        prop_assert_eq!(desk.thread().escalates_at([], desk.now, &Timings::default().thread), None, "a reply from here stops it");
                    }
                }
                Move::Fails => {
                    number += 1;
                    let id = format!("{number:08}-aaaa");
                    desk.reply(&id, "nora", "Yes", desk.thread().version).0.unwrap();
                    let class = crate::capability::ErrorClass::TokenExpired;
                    let error = crate::capability::PlatformError { class, code: "190".to_owned() };
                    desk.came_back(&id, 1, SendOutcome::Refused { error });
                    // Who answers a closed thread takes it up again, with what waited when it was closed.
                    if !matches!(before.status, Status::Closed { .. }) {
                        prop_assert_eq!(desk.thread().due(WINDOW), before.due(WINDOW), "the customer waits as before");
                    }
                }
                Move::Close => desk.close(),
                Move::Snooze(minutes) => desk.snooze(Span::minutes(minutes)),
                Move::Reassign => {
                    let to = Owner::Teammate { id: person("ida") };
                    drop(desk.command(Command::Reassign { to, note: Some("please".into()), by: person("nora") }));
                }
                Move::Reopen => drop(desk.command(Command::Reopen { note: None, by: person("nora") })),
                Move::Told => {
                    for notice in desk.thread().escalation.pending_notices.clone() {
                        desk.command(Command::Notified { key: notice.key });
                    }
                }
            }
            let steps: Vec<_> = desk.record[seen..].iter().filter_map(|one| escalated(&one.done)).collect();
            prop_assert!(steps.len() <= 1, "one thing at once");
            for (taken, kind) in steps {
                prop_assert!(matches!(one, Move::Ring | Move::RingWithoutRules), "only time takes a step");
                prop_assert!(!before.questions.waiting.is_empty() && desk.thread().status == Status::Open);
                prop_assert_eq!(taken, last + 1, "none is skipped, none is repeated");
                prop_assert!(keys.insert((desk.thread().basis().unwrap().from, taken)));
                last = taken;
                let left = rules.escalation.chain.iter().map(|step| Due::Step(*step).kind().as_str());
                let next = left.into_iter().find(|kind| !climbed.iter().any(|known| known == kind)).unwrap_or("reminder");
                prop_assert_eq!(kind.as_str(), next, "after {:?}", climbed);
                climbed.push(next.to_owned());
            }
            if ends || desk.thread().escalation.steps == 0 {
                last = 0;
                climbed.clear();
            }
            prop_assert_eq!(u64::from(desk.thread().escalation.steps), last);
        }
    }
}
