//! Labels, owners, and what people do.

use super::{ThreadHarness, calls, noon, person, remote, reply_id};
use crate::{
    audit::{Actor, AuditDetail, Because, Program},
    id::{MessageId, TeamId, ThreadId, TokenId},
    label::{Correction, LabelField, Urgency},
    outbound::Part,
    owner::{Claim, Owner},
    thread::{Command, ContactProfile, Effect, Status, Work},
    time::Span,
    timings::Timings,
};

#[test]
fn a_burst_is_labelled_once_and_what_comes_meanwhile_after_it() {
    let label = |effects: &[Effect]| effects.contains(&Effect::Label);
    let mut desk = ThreadHarness::new();
    assert!(label(&desk.message(1, 0)));
    assert!(!label(&desk.message(2, 0)) && !label(&desk.message(3, 0)), "one call for all of them");
    assert!(label(&desk.labelled(2, Urgency::Normal)), "the third came while the call was made");
    assert!(!label(&desk.labelled(3, Urgency::Low)), "its routing is under way");
    assert!(!label(&desk.labelled(2, Urgency::High)), "late");
    assert_eq!(desk.thread().labelling.urgency(), Urgency::Low);
    assert!(!label(&desk.routed("nora")));
    assert!(label(&desk.message(4, 0)), "nothing was asked for before it");
    desk.later(Span::seconds(61));
    assert!(label(&desk.act(Work::tick).1), "asked for again when nothing came");
}

#[test]
fn a_persons_choice_of_owner_stands_against_the_rules() {
    let give = |to| Command::Reassign { to, note: None, by: person("omar") };
    let owner = |name| Owner::Teammate { id: person(name) };
    let mut desk = ThreadHarness::settled();
    desk.routed("vera");
    assert_eq!(desk.thread().assignment.owner, owner("vera"), "the rules may change their mind");
    let before = desk.thread().version;
    desk.command(give(owner("omar")));
    desk.routed_on(before, "nora");
    assert_eq!(desk.thread().assignment.owner, owner("omar"), "chosen by the rules before the person chose");
    desk.routed("omar");
    assert_eq!(desk.thread().assignment.chosen_by, Some(person("omar")), "the rules agree: it stays a person's choice");
    let before = desk.thread().version;
    desk.command(give(Owner::Unassigned));
    desk.routed_on(before, "nora");
    assert_eq!(desk.thread().assignment.owner, Owner::Unassigned, "a late choice of the rules");
    desk.command(give(Owner::Team { id: TeamId::parse("team_a").unwrap() }));
    let known = desk.thread().version;
    desk.routed_on(known, "nora");
    assert_eq!(desk.thread().assignment.owner, owner("nora"), "one of the team");
    let version = desk.thread().version;
    desk.routed_on(known, "nora");
    assert_eq!(desk.thread().version, version, "said twice");
}

#[test]
fn whom_a_person_chose_gives_way_once_the_roster_knows_that_they_cannot_answer() {
    let owner = |name| Owner::Teammate { id: person(name) };
    let mut desk = ThreadHarness::settled();
    desk.command(Command::Reassign { to: owner("omar"), note: None, by: person("vera") });
    desk.routed("nora");
    assert_eq!(
        (desk.thread().assignment.owner.clone(), desk.thread().assignment.chosen_by.clone()),
        (owner("nora"), None)
    );
}

#[test]
fn what_a_program_does_names_its_token_and_whoever_made_it() {
    let program = Program { token: TokenId::parse("tok_1").unwrap(), name: "Night desk".to_owned() };
    let mut desk = ThreadHarness::settled();
    desk.act(|work| {
        work.through = Some(program.clone());
        let to = Owner::Teammate { id: person("omar") };
        work.command(Command::Reassign { to, note: None, by: person("vera") }, None)
    })
    .0
    .unwrap();
    let entry = desk.record.last().unwrap();
    assert_eq!(entry.actor, Actor::Program { program, by: person("vera") });
    assert_eq!(desk.thread().assignment.chosen_by, Some(person("vera")), "its maker answers for it");
    assert!(desk.thread().assignment.reasons[0].text.contains("Night desk"));
    desk.command(Command::Note { text: "By hand".into(), by: person("vera") });
    assert_eq!(desk.record.last().unwrap().actor, Actor::Teammate { id: person("vera") });
}

#[test]
fn a_look_up_that_is_lost_is_asked_for_again_and_one_that_was_answered_is_not() {
    let asks = |effects: &[Effect]| effects.contains(&Effect::Profile);
    let mut desk = ThreadHarness::new();
    assert!(asks(&desk.message(1, 0)));
    desk.later(Span::minutes(5));
    assert!(!asks(&desk.act(Work::tick).1) && !asks(&desk.message(2, 0)), "somebody may be at it");
    // Whoever was asked died: nobody has answered.
    let wakes = desk.thread().wakes_at([], false, desk.now, &Timings::default()).unwrap();
    assert!(wakes < desk.now.plus(Span::minutes(15)), "without waiting for the customer to write again");
    desk.later(Span::minutes(10));
    assert!(asks(&desk.act(Work::tick).1), "asked again");
    desk.command(Command::ProfileFetched { facts: ContactProfile { at: Some(desk.now), ..ContactProfile::default() } });
    desk.later(Span::days(6));
    assert!(!asks(&desk.act(Work::tick).1) && !asks(&desk.message(3, 0)), "answered, if with nothing");
    desk.later(Span::days(1));
    assert!(asks(&desk.message(4, 0)), "a week old");
}

#[test]
fn a_look_up_that_nobody_can_answer_is_asked_for_ever_more_rarely_until_the_customer_writes_again() {
    let asks = |effects: &[Effect]| effects.contains(&Effect::Profile);
    let mut desk = ThreadHarness::new();
    let begun = desk.now;
    assert!(asks(&desk.message(1, 0)));
    let mut hours = Vec::new();
    for _ in 0..100_000 {
        desk.later(Span::minutes(5));
        if asks(&desk.act(Work::tick).1) {
            hours.push(desk.now.since(begun).as_millis() / 3_600_000);
        }
        if desk.now.since(begun) > Span::days(30) {
            break;
        }
    }
    assert_eq!(hours, [0, 0, 0, 1, 2, 5, 10, 21, 42, 66, 90, 114, 138, 162, 186]);
    assert!(asks(&desk.message(2, 0)), "they wrote again");
}

#[test]
fn what_was_put_aside_comes_back_and_finds_an_owner() {
    let mut desk = ThreadHarness::settled();
    let until = noon().plus(Span::hours(1));
    desk.command(Command::Snooze { until, by: person("nora") });
    let version = desk.thread().version;
    desk.command(Command::Snooze { until, by: person("nora") });
    assert_eq!(desk.thread().version, version);
    desk.later(Span::minutes(59));
    desk.act(Work::tick);
    assert_eq!(desk.thread().status, Status::Snoozed { until });
    desk.later(Span::minutes(1));
    desk.act(Work::tick);
    assert_eq!((desk.thread().status, desk.thread().assignment.to_route), (Status::Open, true));
}

#[test]
fn commands_given_twice_are_done_once() {
    let by = || person("nora");
    let thread = |number: u8| ThreadId::from_bytes(&[number]);
    let facts = ContactProfile { name: Some("Ana".into()), at: Some(noon()), ..ContactProfile::default() };
    let commands = [
        Command::Reassign { to: Owner::Unassigned, note: None, by: by() },
        Command::Close { note: Some("Done".into()), by: by() },
        Command::Reopen { note: None, by: by() },
        Command::Snooze { until: noon().plus(Span::hours(1)), by: by() },
        Command::Correct { correction: Correction { urgency: Some(Urgency::High), ..Correction::default() }, by: by() },
        Command::Tag { add: vec!["vip".into()], remove: Vec::new(), by: by() },
        Command::ProfileFetched { facts },
        Command::Links { linked: vec![thread(1)], suggested: vec![thread(1), thread(2)] },
    ];
    let mut desk = ThreadHarness::settled();
    for command in commands {
        let before = desk.thread().version;
        desk.command(command.clone());
        let once = desk.thread().version;
        assert_eq!(once, before + 1, "{command:?}");
        let effects = desk.command(command.clone());
        assert_eq!((desk.thread().version, effects.len()), (once, 0), "{command:?} again");
    }
    assert_eq!(
        (desk.thread().relations.linked.len(), desk.thread().relations.suggested.len()),
        (1, 1),
        "what is certain is no more suggested"
    );
}

#[test]
fn the_record_tells_once_that_a_label_was_looked_at_and_what_a_correction_is_about() {
    let seen = |desk: &ThreadHarness| match &desk.record.last().unwrap().done {
        AuditDetail::Corrected { seen, .. } | AuditDetail::Replied { seen, .. } | AuditDetail::Closed { seen, .. } => {
            seen.clone()
        }
        _ => None,
    };
    let correct = |topic: &str| Command::Correct {
        correction: Correction { topic: Some(topic.into()), ..Correction::default() },
        by: person("nora"),
    };
    let mut desk = ThreadHarness::new();
    for number in 1..=4 {
        desk.later(Span::minutes(1));
        desk.message(number, 0);
    }
    desk.labelled(4, Urgency::High);
    desk.command(Command::Note { text: "Look at this".into(), by: person("nora") });
    assert_eq!(seen(&desk), None, "a note answers nothing");
    desk.command(correct("returns"));
    let entry = desk.record.last().unwrap().clone();
    assert_eq!(seen(&desk).unwrap().topic, "orders");
    let AuditDetail::Corrected { about, .. } = entry.done else { panic!("a correction") };
    let latest = |number| MessageId::of(&desk.thread().account, &remote(number));
    assert_eq!(about.iter().map(|one| one.message.clone()).collect::<Vec<_>>(), [latest(2), latest(3), latest(4)]);
    assert!(about.iter().map(|one| one.at).is_sorted());
    desk.command(correct("billing"));
    assert_eq!(seen(&desk), None, "it was looked at before");

    desk.message(5, 0);
    desk.labelled(5, Urgency::Low);
    let version = desk.thread().version;
    desk.reply("reply-0001", "nora", "Yes", version).0.unwrap();
    let replied = seen(&desk).unwrap();
    assert_eq!((replied.urgency, replied.given), (Urgency::Low, vec![LabelField::Topic]));
    desk.close();
    assert_eq!(seen(&desk), None);
    desk.message(6, 0);
    desk.labelled(6, Urgency::Low);
    desk.close();
    assert_eq!(seen(&desk).unwrap().language, "en");
}

#[test]
fn whoever_is_away_when_the_customer_writes_again_is_not_left_with_it() {
    let again = |desk: &mut ThreadHarness, away: &str| {
        desk.later(Span::minutes(2));
        desk.message(2, 0);
        let machine = desk.thread().labelling.labels.machine.clone().unwrap();
        let (turn, set) = (desk.thread().labelling.turn, machine.set);
        let (targets, away) = (desk.thread().escalation.targets, Some(person(away)));
        desk.command(Command::Labelled { turn, set, targets, plan: None, away });
    };
    let mut desk = ThreadHarness::settled();
    again(&mut desk, "ida");
    assert!(!desk.thread().assignment.to_route, "it is somebody else's by now");
    let mut desk = ThreadHarness::settled();
    again(&mut desk, "nora");
    assert!(desk.thread().assignment.to_route);
    desk.routed("ben");
    assert_eq!(desk.thread().assignment.owner, Owner::Teammate { id: person("ben") });
    let mut desk = ThreadHarness::settled();
    desk.message(2, 0);
    desk.close();
    let machine = desk.thread().labelling.labels.machine.clone().unwrap();
    let (turn, targets) = (desk.thread().labelling.turn, desk.thread().escalation.targets);
    let away = Some(person("nora"));
    desk.command(Command::Labelled { turn, set: machine.set, targets, plan: None, away });
    assert!(!desk.thread().assignment.to_route, "nobody has to be found for what is closed");
}

#[test]
fn whoever_replies_first_to_what_is_nobodys_becomes_its_owner_where_the_rules_say_so() {
    let team = |name: &str| TeamId::parse(&format!("team_{name}")).unwrap();
    let of = |name: &str| Some(Claim { teams: [team(name)].into_iter().collect() });
    let replied = |owner: Owner, claim: Option<Claim>| {
        let mut desk = ThreadHarness::new();
        desk.message(1, 0);
        desk.command(Command::Reassign { to: owner, note: Some("Look".into()), by: person("jon") });
        let (authored, draft) = desk.sign("nora", "Yes");
        let parts = vec![Part::Text { text: "Yes".into(), quote: None }];
        let seen = desk.thread().version;
        let (result, effects) = desk.act(|work| {
            work.claim = claim;
            work.reply(reply_id("reply-0001"), authored, draft, None, parts, seen)
        });
        result.unwrap();
        (desk, effects)
    };
    let nora = Owner::Teammate { id: person("nora") };

    let (mut desk, effects) = replied(Owner::Unassigned, Some(Claim::default()));
    assert_eq!((&desk.thread().assignment.owner, &desk.thread().assignment.chosen_by), (&nora, &Some(person("nora"))));
    assert!(effects.contains(&Effect::Roster), "the roster counts it as theirs");
    assert!(calls(&effects) == 1 && !desk.thread().assignment.to_route);
    let entry = desk.record.last().unwrap();
    assert!(matches!(entry.done, AuditDetail::Reassigned { because: Some(Because::RepliedFirst), .. }));
    // Rules that had chosen before they heard of it take nothing away.
    desk.routed_on(desk.thread().version - 1, "ben");
    assert_eq!(desk.thread().assignment.owner, nora);

    assert_eq!(replied(Owner::Team { id: team("orders") }, of("orders")).0.thread().assignment.owner, nora);
    let kept = [
        (Owner::Unassigned, None),
        (Owner::Team { id: team("orders") }, of("billing")),
        (Owner::Teammate { id: person("ben") }, Some(Claim::default())),
    ];
    for (owner, claim) in kept {
        assert_eq!(replied(owner.clone(), claim).0.thread().assignment.owner, owner);
    }
}
