//! The four guardrails, one decision at a time.

use std::fmt::Write as _;

use proptest::prelude::*;
use tributary_domain::{
    id::{ContactId, TeamId},
    label::Urgency,
    owner::Owner,
    routing::{Candidate, Cause, Guardrail, Load, RoutingRequest, Verdict, decide},
};

use super::*;

fn owner(load: &Load, request: &RoutingRequest, now: &str) -> String {
    match decide(&rules(), load, request, at(now)).owner {
        Owner::Teammate { id } => id.as_str().trim_start_matches("tm_").to_owned(),
        Owner::Team { id } => id.to_string(),
        Owner::Unassigned => "-".to_owned(),
    }
}

#[test]
fn the_guardrails_in_their_order() {
    let idle = load(&[]);
    let urgent = |request: RoutingRequest| RoutingRequest { urgency: Urgency::Urgent, ..request };
    let vip = |request: RoutingRequest| RoutingRequest { contact: ContactId::parse("ctc_vip").unwrap(), ..request };
    let back = |by, when| RoutingRequest { last_answered: Some(answered(by, when)), ..request("orders") };
    let german = RoutingRequest { language: "de-AT".into(), ..request("orders") };
    let late = |from: &str| RoutingRequest {
        cause: Cause::Overdue { from: Some(tm(from)), lead: false, team: None },
        ..request("orders")
    };
    let to =
        |team: &str| RoutingRequest { cause: Cause::Team { team: TeamId::parse(team).unwrap() }, ..request("orders") };
    for (case, load, request, now, expected) in [
        ("the owner who carries least", load(&[("mia", 4), ("jon", 2)]), request("orders"), MORNING, "jon"),
        ("a tie goes by address", idle.clone(), request("orders"), MORNING, "jon"),
        ("an owner at lunch is passed over", load(&[("jon", 6)]), request("orders"), NOON, "jon"),
        ("an owner at the cap is passed over", load(&[("mia", 30), ("jon", 8)]), request("orders"), MORNING, "mia"),
        ("a cap counts the new thread", load(&[("mia", 30), ("jon", 7)]), request("orders"), MORNING, "jon"),
        ("an urgent one needs more room", load(&[("mia", 30), ("jon", 7)]), urgent(request("orders")), MORNING, "mia"),
        ("no owner free: the backup", load(&[("jon", 9)]), request("orders"), NOON, "kim"),
        ("no owner on shift: the backup", idle.clone(), request("orders"), NIGHT, "kim"),
        ("no backup free: nobody", load(&[("kim", 9)]), request("orders"), NIGHT, "-"),
        ("the topic's team", idle.clone(), request("returns"), NIGHT, "ann"),
        ("a team off shift, no backup: nobody", idle.clone(), request("returns"), MORNING, "-"),
        (
            "a topic without anybody: everybody",
            load(&[("jon", 2), ("kim", 2), ("mia", 2)]),
            request("jobs"),
            MORNING,
            "max",
        ),
        ("a topic that is gone: everybody", load(&[("kim", 2), ("mia", 2)]), request("gone"), NOON, "jon"),
        ("a pinned contact", load(&[("kim", 4)]), vip(request("orders")), MORNING, "kim"),
        ("a pinned contact, no room", load(&[("kim", 10), ("jon", 1)]), vip(request("orders")), MORNING, "mia"),
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
        assert_eq!(owner(&load, &request, now), expected, "{case}");
    }
}

#[test]
fn reasons_can_be_read() {
    let mut text = String::new();
    for (case, load, request, now) in [
        ("morning", load(&[("mia", 4), ("jon", 2)]), request("orders"), MORNING),
        ("night, backup full", load(&[("kim", 10)]), request("orders"), NIGHT),
        (
            "returning, at lunch",
            load(&[("jon", 9)]),
            RoutingRequest { last_answered: Some(answered("mia", MORNING)), ..request("orders") },
            NOON,
        ),
        ("returns by day", load(&[]), request("returns"), MORNING),
        (
            "overdue",
            load(&[]),
            RoutingRequest {
                cause: Cause::Overdue { from: Some(tm("mia")), lead: false, team: None },
                ..request("orders")
            },
            MORNING,
        ),
        ("nobody there", Load::default(), request("jobs"), MORNING),
    ] {
        let decision = decide(&rules(), &load, &request, at(now));
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
    insta::assert_json_snapshot!(decide(&rules(), &load(&[]), &request("returns"), at(MORNING)));
}

#[test]
fn ties_go_to_whoever_was_idle_longest() {
    let mut load = load(&[]);
    for candidate in &mut load.candidates {
        candidate.last_assigned =
            Some(at(if candidate.member.id == tm("mia") { "2026-03-04T08:00:00Z" } else { "2026-03-04T08:30:00Z" }));
    }
    assert_eq!(owner(&load, &request("orders"), MORNING), "mia");
}

#[test]
fn accounts_can_be_kept_to_some() {
    let rules = Rules::parse(&RULES.replace("cap = 9", "cap = 9\naccounts = [\"acc_2\"]")).unwrap();
    let on = |account: &str| RoutingRequest { account: AccountId::parse(account).unwrap(), ..request("orders") };
    let load = load(&[("mia", 2)]);
    let owner = |request| decide(&rules, &load, &request, at(MORNING)).owner;
    assert_eq!(owner(on("acc_1")), Owner::Teammate { id: tm("mia") });
    assert_eq!(owner(on("acc_2")), Owner::Teammate { id: tm("jon") });
}

prop_compose! {
    pub(crate) fn any_request()(
        thread in 0u8..12, topic in 0usize..5, urgency in 0usize..4, contact in 0u8..4, language in 0usize..3,
        last in prop::option::of((0usize..5, 0u64..100)), now in any_now(),
    ) -> RoutingRequest {
        RoutingRequest {
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
        request in any_request(), weights in prop::collection::vec(0u32..45, 5),
        able in prop::collection::vec(any::<(bool, bool)>(), 5), order in Just(vec![0usize, 1, 2, 3, 4]).prop_shuffle(),
        now in any_now(), overdue in prop::option::of(prop::option::of(0usize..5)),
    ) {
        let rules = rules();
        let mut request = request;
        if let Some(from) = overdue {
            request.cause = Cause::Overdue { from: from.map(|who| members()[who].id.clone()), lead: false, team: None };
        }
        let candidates: Vec<Candidate> = members().into_iter().zip(&weights).zip(&able).map(|((member, weight), (enabled, can_reply))| {
            Candidate { member: Member { enabled: *enabled, can_reply: *can_reply, ..member }, weight: *weight, last_assigned: None }
        }).collect();
        let load = Load { candidates: candidates.clone() };
        let decision = decide(&rules, &load, &request, now);
        prop_assert!(!decision.reasons.is_empty());
        match &decision.owner {
            Owner::Teammate { id } => {
                let candidate = candidates.iter().find(|candidate| candidate.member.id == *id).unwrap();
                let email = candidate.member.email.to_lowercase();
                prop_assert!(candidate.member.enabled && candidate.member.can_reply);
                prop_assert!(rules.hours(&email).at_work(now));
                let keeps = request.cause == Cause::Overdue { from: Some(id.clone()), lead: false, team: None };
                prop_assert!(keeps || candidate.weight + rules.load.weights.of(request.urgency) <= rules.cap(&email));
                prop_assert_eq!(decision.next_shift, None);
            }
            Owner::Unassigned => {
                prop_assert!(decision.notify_team_channel);
                prop_assert!(decision.next_shift.is_none_or(|next| next > now));
            }
            Owner::Team { .. } => prop_assert!(false, "nobody handed it to a team"),
        }
        // The order of the candidates does not matter, nor does anything but the arguments.
        let shuffled = Load { candidates: order.iter().map(|index| candidates[*index].clone()).collect() };
        prop_assert_eq!(decide(&rules, &shuffled, &request, now), decision);
    }
}

proptest! {
    /// Whoever reads a decision finds a word of each guardrail, whatever it came to.
    #[test]
    fn every_guardrail_gives_its_verdict(request in any_request(), weights in prop::collection::vec(0u32..45, 5), now in any_now()) {
        let candidates = members().into_iter().zip(&weights).map(|(member, weight)| {
            Candidate { member, weight: *weight, last_assigned: None }
        }).collect();
        let decision = decide(&rules(), &Load { candidates }, &request, now);
        for guardrail in [Guardrail::Who, Guardrail::Hours, Guardrail::Load, Guardrail::Backup] {
            prop_assert!(decision.reasons.iter().any(|one| one.guardrail == guardrail), "{guardrail:?} of {:?}", decision.reasons);
        }
        let taken = matches!(decision.owner, Owner::Teammate { .. });
        let last = decision.reasons.last().unwrap();
        prop_assert_eq!(last.verdict == Verdict::Passed, taken);
    }
}
