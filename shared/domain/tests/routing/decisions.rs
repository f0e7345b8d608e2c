//! The four guardrails, one decision at a time.

use std::fmt::Write as _;

use proptest::prelude::*;
use tributary_domain::{
    id::{ContactId, TeamId},
    label::Urgency,
    owner::Owner,
    routing::{Cause, Guardrail, Load, Question, Seat, Verdict, decide},
};

use super::*;

fn owner(load: &Load, question: &Question, now: &str) -> String {
    match decide(&rules(), load, question, at(now)).owner {
        Owner::Teammate { id } => id.as_str().trim_start_matches("tm_").to_owned(),
        Owner::Team { id } => id.to_string(),
        Owner::Unassigned => "-".to_owned(),
    }
}

#[test]
fn the_guardrails_in_their_order() {
    let idle = load(&[]);
    let urgent = |question: Question| Question { urgency: Urgency::Urgent, ..question };
    let vip = |question: Question| Question { contact: ContactId::parse("ctc_vip").unwrap(), ..question };
    let back = |by, when| Question { last_answered: Some(answered(by, when)), ..question("orders") };
    let german = Question { language: "de-AT".into(), ..question("orders") };
    let late = |from: &str| Question {
        cause: Cause::Overdue { from: Some(tm(from)), lead: false, team: None },
        ..question("orders")
    };
    let to = |team: &str| Question { cause: Cause::Team { team: TeamId::parse(team).unwrap() }, ..question("orders") };
    for (case, load, question, now, expected) in [
        ("the owner who carries least", load(&[("mia", 4), ("jon", 2)]), question("orders"), MORNING, "jon"),
        ("a tie goes by address", idle.clone(), question("orders"), MORNING, "jon"),
        ("an owner at lunch is passed over", load(&[("jon", 6)]), question("orders"), NOON, "jon"),
        ("an owner at the cap is passed over", load(&[("mia", 30), ("jon", 8)]), question("orders"), MORNING, "mia"),
        ("a cap counts the new thread", load(&[("mia", 30), ("jon", 7)]), question("orders"), MORNING, "jon"),
        ("an urgent one needs more room", load(&[("mia", 30), ("jon", 7)]), urgent(question("orders")), MORNING, "mia"),
        ("no owner free: the backup", load(&[("jon", 9)]), question("orders"), NOON, "kim"),
        ("no owner on shift: the backup", idle.clone(), question("orders"), NIGHT, "kim"),
        ("no backup free: nobody", load(&[("kim", 9)]), question("orders"), NIGHT, "-"),
        ("the topic's team", idle.clone(), question("returns"), NIGHT, "ann"),
        ("a team off shift, no backup: nobody", idle.clone(), question("returns"), MORNING, "-"),
        (
            "a topic without anybody: everybody",
            load(&[("jon", 2), ("kim", 2), ("mia", 2)]),
            question("jobs"),
            MORNING,
            "max",
        ),
        ("a topic that is gone: everybody", load(&[("kim", 2), ("mia", 2)]), question("gone"), NOON, "jon"),
        ("a pinned contact", load(&[("kim", 4)]), vip(question("orders")), MORNING, "kim"),
        ("a pinned contact, no room", load(&[("kim", 10), ("jon", 1)]), vip(question("orders")), MORNING, "mia"),
        ("who answered last", load(&[("mia", 8)]), back("mia", "2026-03-01T09:00:00Z"), MORNING, "mia"),
        ("who answered last is at lunch", load(&[("jon", 4)]), back("mia", "2026-03-01T09:00:00Z"), NOON, "jon"),
        ("who answered last, long ago", load(&[("mia", 8)]), back("mia", "2026-01-01T09:00:00Z"), MORNING, "jon"),
        ("who speaks the language", load(&[("mia", 8)]), german, MORNING, "mia"),
        ("overdue: the backup", idle.clone(), late("jon"), MORNING, "kim"),
        ("overdue at the backup: an owner", idle.clone(), late("kim"), MORNING, "jon"),
        ("overdue, nobody else free: who has it", load(&[("kim", 10), ("mia", 40)]), late("jon"), MORNING, "jon"),
        ("overdue, nobody on shift", load(&[("kim", 10)]), late("jon"), NIGHT, "-"),
        ("handed to a team", idle.clone(), to("team_night"), NIGHT, "ann"),
        ("handed to a team off shift", idle.clone(), to("team_night"), MORNING, "team_night"),
    ] {
        assert_eq!(owner(&load, &question, now), expected, "{case}");
    }
}

#[test]
fn reasons_can_be_read() {
    let mut text = String::new();
    for (case, load, question, now) in [
        ("morning", load(&[("mia", 4), ("jon", 2)]), question("orders"), MORNING),
        ("night, backup full", load(&[("kim", 10)]), question("orders"), NIGHT),
        (
            "returning, at lunch",
            load(&[("jon", 9)]),
            Question { last_answered: Some(answered("mia", MORNING)), ..question("orders") },
            NOON,
        ),
        ("returns by day", load(&[]), question("returns"), MORNING),
        (
            "overdue",
            load(&[]),
            Question { cause: Cause::Overdue { from: Some(tm("mia")), lead: false, team: None }, ..question("orders") },
            MORNING,
        ),
        ("nobody there", Load::default(), question("jobs"), MORNING),
    ] {
        let decision = decide(&rules(), &load, &question, at(now));
        writeln!(
            text,
            "{case}: {:?}, next shift {:?}, tell {}",
            decision.owner,
            decision.next_shift.map(|at| at.to_string()),
            decision.notify_team_channel
        )
        .unwrap();
        for reason in &decision.reasons {
            let mark = if reason.verdict == Verdict::Passed { '+' } else { '-' };
            writeln!(text, "  {mark} {}: {}", reason.guardrail.as_str(), reason.detail).unwrap();
        }
    }
    insta::assert_snapshot!(text);
    insta::assert_json_snapshot!(decide(&rules(), &load(&[]), &question("returns"), at(MORNING)));
}

#[test]
fn ties_go_to_whoever_was_idle_longest() {
    let mut load = load(&[]);
    for seat in &mut load.seats {
        seat.last_assigned =
            Some(at(if seat.member.id == tm("mia") { "2026-03-04T08:00:00Z" } else { "2026-03-04T08:30:00Z" }));
    }
    assert_eq!(owner(&load, &question("orders"), MORNING), "mia");
}

#[test]
fn accounts_can_be_kept_to_some() {
    let rules = Rules::parse(&RULES.replace("cap = 9", "cap = 9\naccounts = [\"acc_2\"]")).unwrap();
    let on = |account: &str| Question { account: AccountId::parse(account).unwrap(), ..question("orders") };
    let load = load(&[("mia", 2)]);
    let owner = |question| decide(&rules, &load, &question, at(MORNING)).owner;
    assert_eq!(owner(on("acc_1")), Owner::Teammate { id: tm("mia") });
    assert_eq!(owner(on("acc_2")), Owner::Teammate { id: tm("jon") });
}

prop_compose! {
    pub(crate) fn any_question()(
        thread in 0u8..12, topic in 0usize..5, urgency in 0usize..4, contact in 0u8..4, language in 0usize..3,
        last in prop::option::of((0usize..5, 0u64..100)), now in any_now(),
    ) -> Question {
        Question {
            thread: thr(thread),
            account: AccountId::parse("acc_1").unwrap(),
            contact: ContactId::parse(if contact == 0 { "ctc_vip" } else { "ctc_1" }).unwrap(),
            topic: ["orders", "returns", "jobs", "other", "gone"][topic].into(),
            urgency: Urgency::ALL[urgency],
            language: ["en", "de", "und"][language].into(),
            last_answered: last.map(|(who, days)| Answered {
                by: members()[who].id.clone(),
                at: now.minus(tributary_domain::time::Span::days(days)),
            }),
            cause: Cause::Asked,
        }
    }
}

/// Any quarter of an hour of 2026, which has two changes of clocks.
pub(crate) fn any_now() -> impl Strategy<Value = Timestamp> {
    (0i64..35_040).prop_map(|quarter| Timestamp::from_seconds(1_767_225_600 + quarter * 900))
}

proptest! {
    #[test]
    fn an_owner_is_able_on_shift_and_under_the_cap(
        question in any_question(), weights in prop::collection::vec(0u32..45, 5),
        able in prop::collection::vec(any::<(bool, bool)>(), 5), order in Just(vec![0usize, 1, 2, 3, 4]).prop_shuffle(),
        now in any_now(), overdue in prop::option::of(prop::option::of(0usize..5)),
    ) {
        let rules = rules();
        let mut question = question;
        if let Some(from) = overdue {
            question.cause = Cause::Overdue { from: from.map(|who| members()[who].id.clone()), lead: false, team: None };
        }
        let seats: Vec<Seat> = members().into_iter().zip(&weights).zip(&able).map(|((member, weight), (enabled, can_reply))| {
            Seat { member: Member { enabled: *enabled, can_reply: *can_reply, ..member }, weight: *weight, last_assigned: None }
        }).collect();
        let load = Load { seats: seats.clone() };
        let decision = decide(&rules, &load, &question, now);
        prop_assert!(!decision.reasons.is_empty());
        match &decision.owner {
            Owner::Teammate { id } => {
                let seat = seats.iter().find(|seat| seat.member.id == *id).unwrap();
                let email = seat.member.email.to_lowercase();
                prop_assert!(seat.member.enabled && seat.member.can_reply);
                prop_assert!(rules.hours(&email).at_work(now));
                let keeps = question.cause == Cause::Overdue { from: Some(id.clone()), lead: false, team: None };
                prop_assert!(keeps || seat.weight + rules.load.weight(question.urgency) <= rules.cap(&email));
                prop_assert_eq!(decision.next_shift, None);
            }
            Owner::Unassigned => {
                prop_assert!(decision.notify_team_channel);
                prop_assert!(decision.next_shift.is_none_or(|next| next > now));
            }
            Owner::Team { .. } => prop_assert!(false, "nobody handed it to a team"),
        }
        // The order of the seats does not matter, nor does anything but the arguments.
        let shuffled = Load { seats: order.iter().map(|index| seats[*index].clone()).collect() };
        prop_assert_eq!(decide(&rules, &shuffled, &question, now), decision);
    }
}

proptest! {
    /// Whoever reads a decision finds a word of each guardrail, whatever it came to.
    #[test]
    fn every_guardrail_gives_its_verdict(question in any_question(), weights in prop::collection::vec(0u32..45, 5), now in any_now()) {
        let seats = members().into_iter().zip(&weights).map(|(member, weight)| {
            Seat { member, weight: *weight, last_assigned: None }
        }).collect();
        let decision = decide(&rules(), &Load { seats }, &question, now);
        for guardrail in [Guardrail::Who, Guardrail::Hours, Guardrail::Load, Guardrail::Backup] {
            prop_assert!(decision.reasons.iter().any(|one| one.guardrail == guardrail), "{guardrail:?} of {:?}", decision.reasons);
        }
        let taken = matches!(decision.owner, Owner::Teammate { .. });
        let last = decision.reasons.last().unwrap();
        prop_assert_eq!(last.verdict == Verdict::Passed, taken);
    }
}
