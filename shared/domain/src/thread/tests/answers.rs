//! Replies: who may send what when, and what settles a doubt.

use super::{ThreadHarness, calls, lost, noon, person, remote, reply_id};
use crate::{
    audit::{Action, AuditDetail},
    capability::{ErrorClass, PlatformError},
    event::{Content, Correlation, Fact, Origin},
    id::MessageId,
    message::Author,
    outbound::{Draft, SendOutcome},
    reply::{self, State},
    thread::{Command, Effect, Refused, ReplyRefused, Work},
    time::Span,
    timings::Timings,
};

#[test]
fn nobody_answers_what_they_have_not_seen() {
    let mut desk = ThreadHarness::settled();
    let seen = desk.thread().version;
    desk.message(2, 0);
    assert_eq!(desk.reply("reply-0001", "nora", "Yes", seen).0, Err(ReplyRefused::Changed), "the customer wrote");
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "Yes", seen).0.unwrap();
    assert_eq!(desk.reply("reply-0002", "omar", "No", seen).0, Err(ReplyRefused::Changed), "a colleague wrote");
    desk.reply("reply-0003", "nora", "And no", seen).0.unwrap();
    let close = |by| Command::Close { note: None, by: person(by) };
    assert_eq!(desk.act(|work| work.command(close("omar"), Some(seen))).0, Err(Refused::Changed));
    assert_eq!(desk.act(|work| work.command(close("nora"), Some(seen))).0, Ok(()), "one's own words are no news");
    let content = Content { text: Some("By phone".into()), ..Content::default() };
    let seen = desk.thread().version;
    desk.event(desk.now, Fact::Echo { id: remote(9), content, correlation: None, origin: Origin::NativeApp });
    assert_eq!(
        desk.reply("reply-0004", "nora", "Yes", seen).0,
        Err(ReplyRefused::Changed),
        "somebody answered elsewhere"
    );
}

#[test]
fn a_question_that_crossed_with_an_answer_still_waits() {
    let mut desk = ThreadHarness::settled();
    let waits = |desk: &ThreadHarness, number| {
        let id = MessageId::of(&desk.thread().account, &remote(number));
        (
            desk.thread().questions.waiting.latest().contains_key(&id),
            desk.thread().unread.messages.latest().contains_key(&id),
        )
    };
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "It comes today", seen).0.unwrap();
    desk.message(2, 1);
    desk.came_back("reply-0001", 1, SendOutcome::Accepted { ids: vec![remote(20)] });
    assert_eq!(waits(&desk, 1), (false, false), "answered");
    assert_eq!(waits(&desk, 2), (true, true), "written before the reply, come after it");
    desk.message(3, 1);
    assert_eq!(waits(&desk, 3), (true, true), "come after the reply arrived");
    let (now, content) = (desk.now, Content { text: Some("By phone".into()), ..Content::default() });
    desk.event(now, Fact::Echo { id: remote(21), content, correlation: None, origin: Origin::NativeApp });
    assert!(desk.thread().questions.waiting.is_empty(), "whoever answered elsewhere saw what was there");
    desk.message(4, 1);
    assert_eq!(waits(&desk, 4), (false, true), "what may have been answered elsewhere is only unread");
}

#[test]
fn the_same_reply_again_is_the_same_reply() {
    let mut desk = ThreadHarness::settled();
    let seen = desk.thread().version;
    assert_eq!(calls(&desk.reply("reply-0001", "nora", "Yes", seen).1), 1);
    let version = desk.thread().version;
    let (again, effects) = desk.reply("reply-0001", "nora", "Yes", seen);
    assert_eq!((again, calls(&effects), desk.thread().version), (Ok(()), 0, version));
    assert_eq!(desk.reply("reply-0001", "nora", "No", seen).0, Err(ReplyRefused::IdReused));
    assert_eq!(desk.reply("reply-0001", "omar", "Yes", seen).0, Err(ReplyRefused::IdReused));
    let (authored, _) = desk.sign("nora", "Yes");
    let other = Draft { text: "No".into(), ..Draft::default() };
    let refused = desk.act(|work| work.reply(reply_id("reply-0002"), authored, other, None, Vec::new(), seen)).0;
    assert_eq!(refused, Err(ReplyRefused::NotTheSame));
}

#[test]
fn one_reply_at_a_time_leaves_in_order() {
    let mut desk = ThreadHarness::settled();
    let seen = desk.thread().version;
    assert_eq!(calls(&desk.reply("reply-0001", "nora", "One", seen).1), 1);
    desk.later(Span::seconds(1));
    assert_eq!(calls(&desk.reply("reply-0002", "nora", "Two", seen).1), 0, "it waits for its turn");
    assert_eq!(calls(&desk.came_back("reply-0001", 1, lost())), 1, "a doubt does not hold up the next");
    // The first is sent again while the second is on its way: it has to wait.
    let (by, _) = desk.sign("nora", "One");
    let (done, effects) = desk.act(|work| settled(work, &reply_id("reply-0001"), &reply::Event::SendAgain, &by));
    assert_eq!((done, calls(&effects)), (Ok(()), 0));
    assert!(
        matches!(desk.state("reply-0001"), State::Queued) && matches!(desk.state("reply-0002"), State::Sending { .. })
    );
    assert_eq!(calls(&desk.came_back("reply-0002", 1, SendOutcome::Accepted { ids: vec![remote(20)] })), 1);
}

#[test]
fn only_a_person_who_signs_the_same_words_settles_a_doubt_and_by_three_words_alone() {
    let mut desk = ThreadHarness::settled();
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "One", seen).0.unwrap();
    desk.came_back("reply-0001", 1, lost());
    let (other, _) = desk.sign("nora", "Two");
    let again = reply::Event::SendAgain;
    let refused = desk.act(|work| settled(work, &reply_id("reply-0001"), &again, &other)).0;
    assert_eq!(refused, Err(ReplyRefused::NotTheSame));
    let (by, _) = desk.sign("omar", "One");
    for event in [reply::Event::Begin, reply::Event::Tick, reply::Event::Evidence { part: 0, id: remote(1) }] {
        let (refused, effects) = desk.act(|work| settled(work, &reply_id("reply-0001"), &event, &by));
        assert!(matches!(refused, Err(ReplyRefused::State(_))) && effects.is_empty(), "{event:?}");
    }
    assert_eq!(desk.act(|work| settled(work, &reply_id("reply-0009"), &again, &by)).0, Err(ReplyRefused::Unknown));
    assert_eq!(calls(&desk.act(|work| settled(work, &reply_id("reply-0001"), &again, &by)).1), 1);
}

#[test]
fn an_echo_settles_a_doubt_only_when_it_can_be_no_other_replys() {
    let echo = |desk: &mut ThreadHarness, number| {
        let content = Content { text: Some("Thank you!".into()), ..Content::default() };
        desk.event(desk.now, Fact::Echo { id: remote(number), content, correlation: None, origin: Origin::Ours });
    };
    let mut desk = ThreadHarness::settled();
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "Thank you!", seen).0.unwrap();
    desk.came_back("reply-0001", 1, lost());
    desk.reply("reply-0002", "nora", "Thank you!", seen).0.unwrap();
    echo(&mut desk, 20);
    assert!(matches!(desk.state("reply-0001"), State::Uncertain { .. }), "it may be the second one's");
    desk.came_back("reply-0002", 1, SendOutcome::Accepted { ids: vec![remote(20)] });
    echo(&mut desk, 20);
    assert!(matches!(desk.state("reply-0001"), State::Uncertain { .. }), "it is the second one's");
    echo(&mut desk, 21);
    assert!(matches!(desk.state("reply-0001"), State::Sent { .. }), "no other says so");
}

#[test]
fn a_reply_that_waits_its_turn_does_not_wake_the_thread_over_and_over() {
    let mut desk = ThreadHarness::settled();
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "One", seen).0.unwrap();
    desk.reply("reply-0002", "nora", "Two", seen).0.unwrap();
    desk.later(Span::seconds(30));
    let wake = |desk: &ThreadHarness| {
        let mut thread = desk.thread().clone();
        (thread.acks.index, thread.acks.roster) = (thread.version, thread.acks.roster_due);
        thread.wakes_at(desk.work.replies.values(), false, desk.now, &Timings::default())
    };
    assert_eq!(wake(&desk), Some(noon().plus(Timings::default().reply.sending_timeout)), "when the first is given up");
    desk.later(Span::seconds(15));
    let ((), effects) = desk.act(Work::tick);
    assert!(matches!(desk.state("reply-0001"), State::Uncertain { .. }));
    assert_eq!(effects.iter().filter(|effect| matches!(effect, Effect::Resume { .. })).count(), 1);
    assert!(wake(&desk).unwrap() > desk.now, "whoever was told is given time");
}

/// Settles a reply as somebody who looked just now.
fn settled(
    work: &mut Work,
    id: &crate::id::ReplyId,
    event: &reply::Event,
    by: &crate::authored::Authored,
) -> Result<(), ReplyRefused> {
    let attempts = work.replies.get(id).map_or(0, |reply| reply.attempts);
    work.resolve(id, event, attempts, by)
}

#[test]
fn a_repeated_word_of_a_person_does_not_settle_what_came_after_it() {
    let mut desk = ThreadHarness::settled();
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "Yes", seen).0.unwrap();
    desk.came_back("reply-0001", 1, lost());
    let id = reply_id("reply-0001");
    let again = |work: &mut Work| {
        let by = work.replies[&id].authored.clone();
        work.resolve(&id, &reply::Event::SendAgain, 1, &by)
    };
    assert_eq!(calls(&desk.act(again).1), 1);
    desk.came_back("reply-0001", 2, lost());
    let (refused, effects) = desk.act(again);
    assert_eq!((refused, calls(&effects)), (Err(ReplyRefused::TriedSince), 0));
}

/// A reply in doubt that a person had sent again, or let be.
fn given_up(word: &reply::Event) -> ThreadHarness {
    let mut desk = ThreadHarness::settled();
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "Yes", seen).0.unwrap();
    desk.came_back("reply-0001", 1, lost());
    let (by, _) = desk.sign("nora", "Yes");
    desk.act(|work| settled(work, &reply_id("reply-0001"), word, &by)).0.unwrap();
    desk
}

fn taken(number: u32) -> SendOutcome {
    SendOutcome::Accepted { ids: vec![remote(number)] }
}

/// How often the record tells of this.
fn told(desk: &ThreadHarness, action: &Action) -> usize {
    desk.record.iter().filter(|entry| entry.action() == *action).count()
}

fn ours(desk: &ThreadHarness) -> usize {
    desk.work.messages.values().filter(|one| one.body.as_ref().is_some_and(|body| body.correlation.is_some())).count()
}

#[test]
fn what_went_out_twice_is_shown_twice_and_said_once() {
    for order in [[1, 2], [2, 1]] {
        let mut desk = given_up(&reply::Event::SendAgain);
        for attempt in order {
            desk.came_back("reply-0001", attempt, taken(20 + attempt));
            desk.came_back("reply-0001", attempt, taken(20 + attempt));
        }
        assert!(matches!(desk.state("reply-0001"), State::Sent { .. }));
        assert_eq!((told(&desk, &Action::SentTwice), ours(&desk)), (1, 2), "{order:?}");
        desk.event(desk.now, echo_of(21));
        desk.event(desk.now, echo_of(22));
        assert_eq!((told(&desk, &Action::SentTwice), ours(&desk)), (1, 2), "their echoes are no news");
    }
}

fn echo_of(number: u32) -> Fact {
    let content = Content { text: Some("Yes".into()), ..Content::default() };
    let correlation = Some(Correlation { reply: reply_id("reply-0001"), part: 0 });
    Fact::Echo { id: remote(number), content, correlation, origin: Origin::Ours }
}

#[test]
fn an_echo_of_the_first_try_tells_as_much_as_its_answer() {
    let mut desk = given_up(&reply::Event::SendAgain);
    desk.came_back("reply-0001", 2, taken(22));
    assert_eq!(told(&desk, &Action::SentTwice), 0);
    desk.event(desk.now, echo_of(21));
    assert_eq!((told(&desk, &Action::SentTwice), ours(&desk)), (1, 2));
}

#[test]
fn one_call_is_never_said_to_have_gone_out_twice() {
    // A platform that names a message otherwise in its echo than in its answer.
    let mut desk = ThreadHarness::settled();
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "Yes", seen).0.unwrap();
    desk.came_back("reply-0001", 1, taken(20));
    desk.event(desk.now, echo_of(21));
    assert_eq!(told(&desk, &Action::SentTwice), 0);
    // Nor one whose first try was refused.
    let mut desk = ThreadHarness::settled();
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "Yes", seen).0.unwrap();
    let error = PlatformError { class: ErrorClass::Transient, code: "500".to_owned() };
    desk.came_back("reply-0001", 1, SendOutcome::Refused { error });
    let (by, _) = desk.sign("nora", "Yes");
    desk.act(|work| settled(work, &reply_id("reply-0001"), &reply::Event::SendAgain, &by)).0.unwrap();
    desk.came_back("reply-0001", 2, taken(22));
    desk.event(desk.now, echo_of(21));
    assert_eq!((told(&desk, &Action::SentTwice), told(&desk, &Action::ArrivedAfterAll)), (0, 0));
}

#[test]
fn what_was_let_be_and_had_arrived_is_shown_and_said() {
    let mut desk = given_up(&reply::Event::Discard);
    desk.came_back("reply-0001", 1, taken(20));
    assert!(matches!(desk.state("reply-0001"), State::Sent { .. }));
    let discarded = |done: &AuditDetail| matches!(done, AuditDetail::ArrivedAfterAll { was, .. } if was == "discarded");
    assert!(desk.record.iter().any(|entry| discarded(&entry.done)));
    assert_eq!((ours(&desk), told(&desk, &Action::SentTwice)), (1, 0));
    desk.came_back("reply-0001", 1, taken(20));
    assert_eq!(told(&desk, &Action::ArrivedAfterAll), 1, "said once");
}

#[test]
fn a_first_try_that_arrives_while_the_second_is_made_is_said_at_once() {
    let mut desk = given_up(&reply::Event::SendAgain);
    desk.came_back("reply-0001", 1, taken(21));
    assert_eq!((told(&desk, &Action::ArrivedAfterAll), told(&desk, &Action::SentTwice)), (1, 0));
    desk.came_back("reply-0001", 2, lost());
    assert!(matches!(desk.state("reply-0001"), State::Sent { .. }));
    assert_eq!(told(&desk, &Action::SentTwice), 0, "nothing proves it");
    // An answer of the call itself is what was expected.
    let mut desk = given_up(&reply::Event::SendAgain);
    desk.came_back("reply-0001", 2, taken(22));
    assert_eq!(told(&desk, &Action::ArrivedAfterAll), 0);
}

#[test]
fn an_echo_without_our_reference_names_what_a_person_saw_arrive_and_nothing_said_later() {
    let unnamed = |number: u32| {
        let content = Content { text: Some("Yes".into()), ..Content::default() };
        Fact::Echo { id: remote(number), content, correlation: None, origin: Origin::Unknown }
    };
    let mut desk = given_up(&reply::Event::Arrived);
    let sent = desk.now;
    desk.event(sent, unnamed(21));
    assert_eq!((ours(&desk), told(&desk, &Action::AnsweredElsewhere)), (1, 0));
    desk.now = desk.now.plus(Span::hours(1));
    desk.event(desk.now, unnamed(22));
    assert_eq!((ours(&desk), told(&desk, &Action::AnsweredElsewhere)), (1, 1));
    let mut desk = given_up(&reply::Event::Arrived);
    desk.now = desk.now.plus(Span::hours(1));
    desk.event(desk.now, unnamed(22));
    assert_eq!((ours(&desk), told(&desk, &Action::AnsweredElsewhere)), (0, 1), "the same words, said an hour later");
}

#[test]
fn a_thread_knows_who_wrote_last() {
    let mut desk = ThreadHarness::settled();
    let last = |desk: &ThreadHarness| desk.thread().transcript.last.as_ref().map(|last| last.author.clone());
    assert_eq!(last(&desk), Some(Author::Customer));
    desk.now = desk.now.plus(Span::minutes(1));
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "It comes today", seen).0.unwrap();
    desk.came_back("reply-0001", 1, SendOutcome::Accepted { ids: vec![remote(20)] });
    assert_eq!(last(&desk), Some(Author::Teammate { id: person("nora") }));
    let content = Content { text: Some("By phone".into()), ..Content::default() };
    desk.now = desk.now.plus(Span::minutes(1));
    desk.event(desk.now, Fact::Echo { id: remote(21), content, correlation: None, origin: Origin::NativeApp });
    assert_eq!(last(&desk), Some(Author::NativeApp));
}

#[test]
fn what_is_found_of_another_reply_in_the_same_words_settles_nothing() {
    let mut desk = ThreadHarness::settled();
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "12", seen).0.unwrap();
    desk.came_back("reply-0001", 1, SendOutcome::Accepted { ids: vec![remote(20)] });
    let seen = desk.thread().version;
    desk.reply("reply-0002", "nora", "12", seen).0.unwrap();
    desk.came_back("reply-0002", 1, lost());
    let found = |number| move |work: &mut Work| work.checked(&reply_id("reply-0002"), (0, 1), vec![remote(number)]);
    desk.act(found(20));
    assert!(matches!(desk.state("reply-0002"), State::Uncertain { checks: 1, .. }), "{:?}", desk.state("reply-0002"));
    desk.act(found(21));
    assert!(matches!(desk.state("reply-0002"), State::Sent { .. }), "{:?}", desk.state("reply-0002"));
}
