//! Whatever grows has a bound, and none of them is in a customer's way.

use proptest::prelude::*;

use super::*;
use crate::{
    audit::Head,
    bounds,
    capability::{ErrorClass, PlatformError},
    id::ThreadId,
    thread::{ContactProfile, Refused, Writer},
    timings::Timings,
};

/// Far below what a row holds, however much is put on a thread.
const SMALL: usize = 300_000;

fn size(desk: &ThreadHarness) -> usize {
    serde_json::to_string(desk.thread()).unwrap().len()
}

fn tag(add: Vec<String>, remove: Vec<String>) -> Command {
    Command::Tag { add, remove, by: person("nora") }
}

fn other(number: u32) -> ThreadId {
    ThreadId::from_bytes(&number.to_be_bytes())
}

/// The customer writes under a name and an id.
fn wrote(desk: &mut ThreadHarness, number: u32, identity: &str, name: &str) {
    let content = Content { text: Some(format!("Question {number}")), ..Content::default() };
    let fact = Fact::Message { id: remote(number), content };
    let mut event = told(&["igsid:7", identity], desk.now, fact);
    let peer = event.person_mut().unwrap();
    (peer.name, peer.username) = (Some(name.to_owned()), Some(name.to_owned()));
    let (event, now) = (event.bounded().unwrap(), desk.now);
    desk.act(|work| work.ingest(&event, &CHANNEL, now));
}

/// As many of everything as a thread takes, and more of each is offered.
fn full() -> ThreadHarness {
    let mut desk = ThreadHarness::settled();
    let letter = "ß";
    for number in 0..2 * u32::try_from(bounds::TAGS).unwrap() {
        let tag = tag(vec![format!("{number:03}{}", letter.repeat(bounds::TAG - 3))], Vec::new());
        let told = desk.act(|work| work.command(tag, None)).0;
        assert_eq!(told.is_ok(), number < u32::try_from(bounds::TAGS).unwrap());
    }
    let suggested: Vec<ThreadId> = (1000..2000).map(other).collect();
    for number in 0..8 {
        let linked = (10 * number..10 * number + 10).map(other).collect();
        desk.command(Command::Links { linked, suggested: suggested.clone() });
        desk.command(Command::Note { text: "n".repeat(bounds::NOTE), by: person("nora") });
    }
    let version = desk.thread().version + 1;
    desk.act(|work| {
        work.touch();
        for number in 0..2 * bounds::WRITERS {
            work.thread.transcript.wrote(Writer::Teammate(person(&format!("p{number}"))), version);
        }
    });
    let facts = vec![(letter.repeat(5000), letter.repeat(5000)); 500];
    let looked = ContactProfile { name: Some(letter.repeat(500_000)), username: None, facts, at: Some(desk.now) };
    desk.command(Command::ProfileFetched { facts: looked });
    let reason = Reason { guardrail: "who".into(), text: letter.repeat(5000), verdict: None };
    desk.command(Command::Routed {
        owner: Owner::Teammate { id: person("omar") },
        reasons: vec![reason; 500],
        version: desk.thread().version,
    });
    for number in 10..80 {
        desk.later(Span::seconds(1));
        wrote(&mut desk, number, &format!("other:{number}{}", letter.repeat(140)), &letter.repeat(500_000));
    }
    for number in 200..250 {
        desk.picture(number);
    }
    desk
}

#[test]
fn a_thread_that_is_full_of_everything_is_small_and_takes_what_a_customer_writes() {
    let mut desk = full();
    let thread = desk.thread();
    assert_eq!((thread.relations.tags.len(), thread.relations.linked.len()), (bounds::TAGS, bounds::LINKS));
    assert_eq!(thread.relations.suggested.len(), bounds::SUGGESTIONS);
    assert_eq!(
        (thread.contact.peer.identities.len(), thread.contact.in_use.len()),
        (bounds::IDENTITIES, bounds::IDENTITIES)
    );
    assert_eq!(thread.assignment.reasons.len(), bounds::REASONS);
    assert_eq!(thread.contact_name().chars().count(), bounds::NAME);
    assert!(size(&desk) < SMALL, "{} bytes", size(&desk));
    let (waiting, unseen) = (desk.thread().questions.waiting.len(), desk.thread().unread.messages.len());
    desk.later(Span::minutes(1));
    desk.message(999, 0);
    assert_eq!((desk.thread().questions.waiting.len(), desk.thread().unread.messages.len()), (waiting + 1, unseen + 1));
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "Here it is", seen).0.unwrap();
}

#[test]
fn tags_make_room_by_going_and_never_by_pushing_each_other_out() {
    let mut desk = full();
    let known: Vec<String> = desk.thread().relations.tags.iter().cloned().collect();
    let refused = desk.act(|work| work.command(tag(vec!["vip".into()], Vec::new()), None)).0.unwrap_err();
    assert_eq!(refused, Refused::TooManyTags);
    assert!(refused.to_string().contains("50"), "{refused}");
    desk.command(tag(vec!["vip".into()], vec![known[0].clone()]));
    assert_eq!(desk.thread().relations.tags.len(), bounds::TAGS);
    desk.command(tag(vec!["vip".into()], Vec::new()));
}

#[test]
fn a_full_history_takes_no_more_notes_and_every_message_and_reply() {
    let mut desk = ThreadHarness::settled();
    let sequence = desk.work.thread.audit.sequence;
    desk.work.thread.audit = Head { sequence: bounds::HISTORY, ..desk.work.thread.audit.clone() };
    let note = Command::Note { text: "Called them".into(), by: person("nora") };
    let mut work = Work::new(desk.work.thread.clone(), desk.now, Timings::default());
    assert_eq!(work.command(note, None), Err(Refused::HistoryFull));
    assert!(!work.changed());
    work.command(Command::Close { note: None, by: person("nora") }, None).unwrap();
    assert_eq!(work.thread.audit.sequence, bounds::HISTORY + 1, "who is done with it can say so");
    desk.work.thread.audit.sequence = sequence;
}

#[test]
fn replies_that_nobody_settles_are_no_more_than_are_read_at_once() {
    let mut desk = ThreadHarness::settled();
    let seen = desk.thread().version;
    let mut taken = 0;
    let refused = loop {
        let (told, _) = desk.reply(&format!("reply-{taken:04}"), "nora", &format!("Answer {taken}"), seen);
        match told {
            Ok(()) => taken += 1,
            Err(refused) => break refused,
        }
        desk.came_back(&format!("reply-{:04}", taken - 1), 1, refusal());
    };
    assert_eq!((taken, refused), (100, ReplyRefused::TooMany));
    desk.message(2, 0);
    assert_eq!(desk.thread().questions.waiting.len(), 2);
}

fn refusal() -> SendOutcome {
    SendOutcome::Refused { error: PlatformError { class: ErrorClass::Invalid, code: "100".into() } }
}

#[test]
fn who_wrote_long_ago_among_many_is_still_somebody_whose_words_were_missed() {
    let mut desk = ThreadHarness::settled();
    let before = desk.thread().version;
    desk.act(|work| {
        work.touch();
        for number in 0..bounds::WRITERS + 50 {
            work.thread.transcript.wrote(Writer::Teammate(person(&format!("p{number}"))), before + 1);
        }
    });
    assert!(desk.thread().transcript.wrote.len() <= bounds::WRITERS);
    assert!(desk.thread().transcript.others_wrote_since(before, &person("p249")));
}

#[test]
fn nobody_acts_on_a_version_that_there_has_not_been() {
    let mut desk = ThreadHarness::settled();
    let ahead = desk.thread().version + 1;
    let close = Command::Close { note: None, by: person("nora") };
    assert_eq!(desk.act(|work| work.command(close, Some(ahead))).0, Err(Refused::NotYet));
    let told = desk.reply("reply-0001", "nora", "Here it is", ahead).0;
    assert_eq!(told, Err(ReplyRefused::NotYet));
    assert_eq!(desk.reply("reply-0001", "nora", "Here it is", ahead - 1).0, Ok(()));
    assert_eq!(desk.reply("reply-0001", "nora", "Here it is", ahead + 9).0, Ok(()), "it was taken before");
}

#[test]
fn a_reply_takes_a_closed_thread_up_again_and_leaves_a_snoozed_one_where_it_is() {
    let mut desk = ThreadHarness::settled();
    desk.close();
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "One more thing", seen).0.unwrap();
    assert_eq!(
        (desk.thread().status, &desk.thread().assignment.owner),
        (Status::Open, &Owner::Teammate { id: person("nora") })
    );
    let last = desk.record.iter().rev().find(|entry| entry.action() == audit::Action::Reopened).unwrap();
    assert_eq!(last.actor, audit::Actor::Teammate { id: person("nora") });
    assert!(matches!(last.done, audit::AuditDetail::Reopened { because: Some(audit::Because::Replied), .. }));
    desk.came_back("reply-0001", 1, SendOutcome::Accepted { ids: vec![remote(900)] });
    assert!(!desk.thread().needs_answer());
    let until = desk.now.plus(Span::hours(3));
    desk.command(Command::Snooze { until, by: person("nora") });
    let seen = desk.thread().version;
    desk.reply("reply-0002", "nora", "And another", seen).0.unwrap();
    assert_eq!(desk.thread().status, Status::Snoozed { until });
}

proptest! {
    /// However a thread came to be large, it is small again once it sheds, and shedding twice is shedding once.
    #[test]
    fn a_thread_that_sheds_is_small(tags in 0..3000_usize, links in 0..3000_u32, writers in 0..600_u32) {
        let mut thread = ThreadHarness::settled().work.thread;
        thread.relations.tags.extend((0..tags).map(|number| format!("{number} {}", "貼".repeat(30))));
        thread.relations.linked.extend((0..links).map(other));
        thread.relations.suggested.extend((0..links).map(other));
        thread.contact.peer.name = Some("n".repeat(tags * 100));
        for number in 0..writers {
            thread.transcript.wrote.insert(Writer::Teammate(person(&format!("p{number}"))), u64::from(number));
        }
        thread.shed();
        prop_assert!(serde_json::to_string(&thread).unwrap().len() < SMALL);
        prop_assert!(thread.relations.tags.len() == tags.min(bounds::TAGS));
        let once = thread.clone();
        thread.shed();
        prop_assert_eq!(once, thread);
    }
}
