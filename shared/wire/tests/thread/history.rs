//! A history that holds every action there is, as the API gives it. It is kept in `history.json`, where the inbox's
//! own tests find it. After a change of what is recorded, run with `UPDATE=1` and read the difference.

use std::fmt::Write as _;

use tributary_domain::{
    audit::{Action, Entry},
    capability::{ErrorClass, WindowPolicy},
    escalation::Targets,
    event::{Content, Correlation, Fact, Holder, Origin},
    id::{MessageId, RemoteId, ReplyId, TeamId, TeammateId, ThreadId},
    label::{BuiltInReason, Correction, LabelSet, LabelSource, Labels, Urgency},
    message::PrivateReply,
    moderation::{MOST_ATTEMPTS, ModerationAction, ModerationOutcome},
    outbound::{SendOutcome, UncertainCause},
    owner::{Claim, Owner, Reason},
    reply::Event,
    rules::Rules,
    subject::{Subject, SubjectKind},
    thread::{Command, Work},
    time::Span,
};
use tributary_wire::{api::audit::AuditItem, view};

use crate::desk::{ThreadHarness, person, refused};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/history.json");

const ACTIONS: [Action; 32] = [
    Action::Opened,
    Action::Labelled,
    Action::Corrected,
    Action::Routed,
    Action::Reassigned,
    Action::Replied,
    Action::Sent,
    Action::SendFailed,
    Action::SendUncertain,
    Action::Settled,
    Action::AnsweredElsewhere,
    Action::Undelivered,
    Action::Unsent,
    Action::Closed,
    Action::Reopened,
    Action::Noted,
    Action::Snoozed,
    Action::Tagged,
    Action::Linked,
    Action::Warned,
    Action::Escalated,
    Action::ArrivedAfterAll,
    Action::SentTwice,
    Action::Raised,
    Action::Contradicted,
    Action::HandedOver,
    Action::HandoverAsked,
    Action::ModerationOrdered,
    Action::Moderated,
    Action::ModerationFailed,
    Action::ModerationUnknown,
    Action::AnsweredPrivately,
];

/// The place in the list above. A new action does not compile until it is there, and then needs its example below.
const fn place(action: &Action) -> Option<usize> {
    Some(match action {
        Action::Opened => 0,
        Action::Labelled => 1,
        Action::Corrected => 2,
        Action::Routed => 3,
        Action::Reassigned => 4,
        Action::Replied => 5,
        Action::Sent => 6,
        Action::SendFailed => 7,
        Action::SendUncertain => 8,
        Action::Settled => 9,
        Action::AnsweredElsewhere => 10,
        Action::Undelivered => 11,
        Action::Unsent => 12,
        Action::Closed => 13,
        Action::Reopened => 14,
        Action::Noted => 15,
        Action::Snoozed => 16,
        Action::Tagged => 17,
        Action::Linked => 18,
        Action::Warned => 19,
        Action::Escalated => 20,
        Action::ArrivedAfterAll => 21,
        Action::SentTwice => 22,
        Action::Raised => 23,
        Action::Contradicted => 24,
        Action::HandedOver => 25,
        Action::HandoverAsked => 26,
        Action::ModerationOrdered => 27,
        Action::Moderated => 28,
        Action::ModerationFailed => 29,
        Action::ModerationUnknown => 30,
        Action::AnsweredPrivately => 31,
        // Of another release: there is no example of it here.
        Action::Other(_) => return None,
    })
}

#[test]
fn the_history_that_the_inbox_is_tested_with_is_what_is_recorded() {
    let mut desk = ThreadHarness::new();
    labels(&mut desk);
    owners(&mut desk);
    aside(&mut desk);
    replies(&mut desk);
    elsewhere(&mut desk);
    nobody(&mut desk);
    first(&mut desk);
    moderated(&mut desk);

    for (number, action) in ACTIONS.into_iter().enumerate() {
        assert_eq!(place(&action), Some(number));
        assert!(desk.record.iter().any(|entry| entry.action() == action), "there is no example of {action:?}");
    }
    let mut fresh = String::from("[\n");
    for (number, entry) in desk.record.iter().enumerate() {
        // A hash changes with every entry before it, and would hide what really changed.
        let item = AuditItem { hash: String::new(), ..view::audit_item(entry) };
        let end = if number + 1 < desk.record.len() { "," } else { "" };
        writeln!(fresh, "{}{end}", serde_json::to_string(&item).unwrap()).unwrap();
    }
    fresh.push_str("]\n");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(FILE, &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(kept == fresh, "history.json is out of date: run `UPDATE=1 cargo test -p tributary-wire` and commit it");
}

fn labelled(desk: &mut ThreadHarness, question: &str, source: LabelSource) {
    desk.asks(question);
    let labels =
        Labels { topic: "lost-parcels".into(), urgency: Urgency::High, language: "de".into(), summary: String::new() };
    let (turn, at) = (desk.work.thread.labelling.turn, desk.now);
    desk.command(Command::Labelled {
        turn,
        set: LabelSet { labels, source, at },
        targets: Targets::default(),
        plan: None,
        away: None,
    });
}

fn labels(desk: &mut ThreadHarness) {
    labelled(desk, "in.1", LabelSource::Model { id: "eu.example.model-1".to_owned() });
    let reasons = [
        BuiltInReason::NotConfigured,
        BuiltInReason::ByRules,
        BuiltInReason::Failed,
        BuiltInReason::Budget,
        BuiltInReason::Timeout,
        BuiltInReason::Breaker,
    ];
    for (number, reason) in reasons.into_iter().enumerate() {
        labelled(desk, &format!("in.{}", number + 2), LabelSource::BuiltIn { reason });
    }
    for correction in [
        Correction { topic: Some("returns".to_owned()), ..Correction::default() },
        Correction { urgency: Some(Urgency::Normal), language: Some("pt-BR".to_owned()), ..Correction::default() },
        Correction { summary: Some("Wants it paid back".to_owned()), ..Correction::default() },
    ] {
        desk.command(Command::Correct { correction, by: person("nora") });
    }
    let tag = |add: &[&str], remove: &[&str]| Command::Tag {
        add: add.iter().map(|one| (*one).to_owned()).collect(),
        remove: remove.iter().map(|one| (*one).to_owned()).collect(),
        by: person("nora"),
    };
    desk.command(tag(&["regular", "wholesale"], &[]));
    desk.command(tag(&["press"], &["regular"]));

    // A correction of what nobody has labelled.
    let mut bare = ThreadHarness::new();
    bare.asks("in.1");
    let correction = Correction { topic: Some("returns".to_owned()), ..Correction::default() };
    bare.command(Command::Correct { correction, by: person("nora") });
    desk.record.extend(bare.record.into_iter().filter(|entry| entry.action() == Action::Corrected));
}

fn owners(desk: &mut ThreadHarness) {
    let team = || Owner::Team { id: TeamId::parse("team_orders").unwrap() };
    let teammate = |id: TeammateId| Owner::Teammate { id };
    let reasons =
        || vec![Reason { guardrail: "who".to_owned(), text: "owners of returns: Nora Vik".to_owned(), verdict: None }];
    for owner in [teammate(person("nora")), Owner::Unassigned, team()] {
        let version = desk.work.thread.version;
        desk.command(Command::Routed { owner, reasons: reasons(), version });
        desk.work.thread.assignment.to_route = true;
    }
    let note = || Some("She knows this customer.".to_owned());
    for (to, note, by) in [
        (teammate(person("jon")), note(), "nora"),
        (team(), None, "jon"),
        (teammate(person("nora")), None, "nora"),
        (Owner::Unassigned, None, "nora"),
        (Owner::Unassigned, note(), "nora"),
        (teammate(person("gone")), None, "nora"),
    ] {
        desk.command(Command::Reassign { to, note, by: person(by) });
    }
}

/// Whoever replies first to what is nobody's becomes its owner.
fn first(desk: &mut ThreadHarness) {
    desk.command(Command::Reassign { to: Owner::Unassigned, note: None, by: person("jon") });
    desk.work.claim = Some(Claim::default());
    desk.answers("reply-0300", None, &["It leaves today."]);
}

/// What teammates have done to comments.
fn moderated(desk: &mut ThreadHarness) {
    let mut second = ThreadHarness::new();
    let subject = Subject { kind: SubjectKind::Post, id: RemoteId::new("77001_42") };
    second.work.thread = second.work.thread.clone().about(Some(subject));
    second.asks("in.000");
    let done = ModerationOutcome::Done;
    second.moderates("in.000", ModerationAction::Hide, &done);
    let refused = ModerationOutcome::Refused { error: refused(ErrorClass::Permission) };
    second.moderates("in.000", ModerationAction::Like, &refused);
    second.moderates("in.000", ModerationAction::Like, &done);
    second.moderates("in.000", ModerationAction::Unlike, &done);
    for _ in 0..MOST_ATTEMPTS {
        let lost = ModerationOutcome::Uncertain { cause: UncertainCause::Deadline };
        second.later(Span::hours(1));
        second.moderates("in.000", ModerationAction::Unhide, &lost);
    }
    second.moderates("in.000", ModerationAction::Unhide, &done);
    second.moderates("in.000", ModerationAction::Delete, &done);
    let content = Content { text: Some("Ours".to_owned()), ..Content::default() };
    second.happens(Fact::Echo { id: RemoteId::new("e.9"), content, correlation: None, origin: Origin::NativeApp });
    second.moderates("e.9", ModerationAction::Delete, &done);
    let of_people = |entry: &Entry| !matches!(entry.action(), Action::Opened | Action::AnsweredElsewhere);
    desk.record.extend(second.record.into_iter().filter(of_people));
}

fn aside(desk: &mut ThreadHarness) {
    let (by, note) = (person("nora"), Some("Paid back in the shop.".to_owned()));
    desk.command(Command::Note { text: "The courier has the parcel.".to_owned(), by: by.clone() });
    desk.by_program("Night desk", Command::Note { text: "Nobody is in before nine.".to_owned(), by: by.clone() });
    desk.command(Command::Snooze { until: desk.now.plus(Span::hours(2)), by: by.clone() });
    desk.later(Span::hours(3));
    desk.act(Work::tick);
    desk.command(Command::Close { note: note.clone(), by: by.clone() });
    desk.command(Command::Reopen { note, by: by.clone() });
    desk.command(Command::Close { note: None, by: by.clone() });
    desk.asks("in.20");
    desk.command(Command::Snooze { until: desk.now.plus(Span::hours(2)), by: by.clone() });
    desk.asks("in.21");
    desk.command(Command::Snooze { until: desk.now.plus(Span::hours(2)), by: by.clone() });
    desk.command(Command::Reopen { note: None, by });
}

fn replies(desk: &mut ThreadHarness) {
    desk.answers("reply-0001", Some("order-number"), &["What is your order's number?"]);
    desk.taken("reply-0001", "out.1");
    desk.answers("reply-0002", None, &["It leaves today.", "Here is the slip."]);
    desk.taken("reply-0002", "out.2");
    desk.taken("reply-0002", "out.3");
    let classes = [
        ErrorClass::RateLimited,
        ErrorClass::TokenExpired,
        ErrorClass::Permission,
        ErrorClass::WindowClosed,
        ErrorClass::Blocked,
        ErrorClass::Gone,
        ErrorClass::Invalid,
        ErrorClass::TooLong,
        ErrorClass::Media,
        ErrorClass::Restricted,
        ErrorClass::Transient,
    ];
    for (number, class) in classes.into_iter().enumerate() {
        let name = format!("reply-01{number:02}");
        desk.answers(&name, None, &[&format!("Refused {number}")]);
        desk.came_back(&name, SendOutcome::Refused { error: refused(class) });
    }
    desk.settles("reply-0110", &Event::SendAgain);
    desk.taken("reply-0110", "out.4");
    desk.settles("reply-0109", &Event::Discard);
    let causes = [
        UncertainCause::Transport,
        UncertainCause::Deadline,
        UncertainCause::ServerError,
        UncertainCause::Unreadable,
        UncertainCause::Interrupted,
    ];
    for (number, cause) in causes.into_iter().enumerate() {
        let name = format!("reply-020{number}");
        desk.answers(&name, None, &[&format!("In doubt {number}")]);
        desk.came_back(&name, SendOutcome::Uncertain { cause });
    }
    desk.settles("reply-0200", &Event::Arrived);
    desk.settles("reply-0201", &Event::Discard);
    desk.settles("reply-0202", &Event::SendAgain);
    desk.taken("reply-0202", "out.5");
    desk.came_late("reply-0202", 1, "out.6");
    desk.came_late("reply-0201", 1, "out.7");
    desk.came_late("reply-0108", 1, "out.8");
    desk.settles("reply-0203", &Event::SendAgain);
    desk.came_late("reply-0203", 1, "out.9");
    desk.taken("reply-0203", "out.10");
    let error = refused(ErrorClass::Blocked);
    desk.happens(Fact::Undelivered { id: RemoteId::new("out.1"), error, correlation: None });
}

fn elsewhere(desk: &mut ThreadHarness) {
    for (name, origin) in [("e.1", Origin::NativeApp), ("e.2", Origin::OtherApp), ("e.3", Origin::Unknown)] {
        let content = Content { text: Some(format!("Answer {name}")), ..Content::default() };
        desk.happens(Fact::Echo { id: RemoteId::new(name), content, correlation: None, origin });
    }
    for words in ["Good day", "Good night"] {
        let content = Content { text: Some(words.to_owned()), ..Content::default() };
        desk.happens(Fact::Message { id: RemoteId::new("in.twice"), content });
    }
    for (to, from) in [
        (Holder::Agent, Some(Holder::Us)),
        (Holder::Us, Some(Holder::Agent)),
        (Holder::OtherApp, None),
        (Holder::Us, Some(Holder::OtherApp)),
    ] {
        desk.later(Span::minutes(1));
        desk.happens(Fact::HandedOver { to, from });
    }
    desk.happens(Fact::HandoverAsked);
    desk.happens(Fact::Unsent { id: RemoteId::new("in.1") });
    let other = |number: u8| ThreadId::from_bytes(&[number]);
    desk.command(Command::Links { linked: vec![other(1)], suggested: Vec::new() });
    desk.command(Command::Links { linked: vec![other(2), other(3)], suggested: Vec::new() });

    // A comment that is answered in the messages with whoever wrote it.
    let mut comments = ThreadHarness::new();
    comments.asks("in.0000");
    let message = MessageId::of(&comments.work.thread.account, &RemoteId::new("in.0000"));
    let (reply, at) = (ReplyId::parse("reply-0400").unwrap(), comments.now.plus(Span::minutes(5)));
    let private = PrivateReply { reply, thread: other(5), by: person("nora"), at };
    comments.command(Command::AnsweredPrivately { message, private });
    let answered = |entry: &Entry| entry.action() == Action::AnsweredPrivately;
    desk.record.extend(comments.record.into_iter().filter(answered));

    // One whose customer has another thread.
    let mut second = ThreadHarness::new();
    second.asks("in.000");
    second.command(Command::GoesOnIn { thread: other(4) });
    let of_person = |entry: &Entry| matches!(entry.action(), Action::Linked | Action::Closed);
    desk.record.extend(second.record.into_iter().filter(of_person));

    // A thread that begins with a message of ours.
    let mut ours = ThreadHarness::new();
    let content = Content { text: Some("Good morning".to_owned()), ..Content::default() };
    let fact = Fact::Echo { id: RemoteId::new("e.0"), content, correlation: None, origin: Origin::NativeApp };
    ours.happens(fact);
    desk.record.extend(ours.record.into_iter().filter(|entry| entry.action() == Action::Opened));

    // One that was closed, and is handed over.
    let mut handed = ThreadHarness::new();
    handed.asks("in.00");
    handed.command(Command::Close { note: None, by: person("nora") });
    handed.happens(Fact::HandedOver { to: Holder::Us, from: Some(Holder::Agent) });
    desk.record.extend(handed.record.into_iter().filter(|entry| entry.action() == Action::Reopened));

    // One that was closed, and whose answer did not arrive.
    let mut back = ThreadHarness::new();
    back.asks("in.0");
    back.answers("reply-0300", None, &["It leaves today."]);
    back.taken("reply-0300", "out.0");
    back.command(Command::Close { note: None, by: person("nora") });
    let correlation = Some(Correlation { reply: ReplyId::parse("reply-0300").unwrap(), part: 0 });
    let error = refused(ErrorClass::Blocked);
    back.happens(Fact::Undelivered { id: RemoteId::new("out.0"), error, correlation });
    desk.record.extend(back.record.into_iter().filter(|entry| entry.action() == Action::Reopened));
}

/// What nobody answers.
fn nobody(desk: &mut ThreadHarness) {
    let rules = Rules::parse("").unwrap();
    let mut late = ThreadHarness::new();
    labelled(&mut late, "late.1", LabelSource::Model { id: "eu.example.model-1".to_owned() });
    for minutes in [0, 55, 6, 31, 31, 31] {
        late.later(Span::minutes(minutes));
        late.act(|work| work.escalate(Some(&rules), WindowPolicy::None));
    }
    let strict = Rules::parse("[[urgency.floors]]\nwords = [\"lawyer\"]\nat_least = \"urgent\"").unwrap();
    late.act(|work| work.replan(&strict, &["My lawyer asks"], WindowPolicy::None));
    let of_time = |entry: &Entry| matches!(entry.action(), Action::Warned | Action::Escalated | Action::Raised);
    desk.record.extend(late.record.into_iter().filter(of_time));
}
