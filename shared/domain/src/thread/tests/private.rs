//! Private replies, in the thread of the comment and in the thread of messages where they stand.

use super::*;
use crate::{
    audit::{Action, Actor},
    id::MessageId,
    message::PrivateReply,
    outbound::{CommentRef, Visibility},
    subject::{Subject, SubjectKind},
};

const REPLY: &str = "reply-0001";

impl ThreadHarness {
    fn answered_comment(&self, number: u32) -> MessageId {
        MessageId::of(&self.thread().account, &remote(number))
    }

    fn answered_elsewhere(&mut self, number: u32) -> Vec<Effect> {
        let private = PrivateReply {
            reply: reply_id(REPLY),
            thread: ThreadId::from_bytes(&[9]),
            by: person("nora"),
            at: self.now,
        };
        self.command(Command::AnsweredPrivately { message: self.answered_comment(number), private })
    }

    fn recorded(&self, action: &Action) -> usize {
        self.record.iter().filter(|entry| entry.action() == *action).count()
    }

    /// Nora answers a comment that stands elsewhere.
    fn answers_elsewhere(&mut self) -> Vec<Effect> {
        let subject = Subject { kind: SubjectKind::Post, id: remote(77) };
        let (thread, message) = (ThreadId::from_bytes(&[8]), self.answered_comment(1));
        let comment = CommentRef { thread, message, remote: remote(1), subject };
        let text = "It is kept for you.".to_owned();
        let draft =
            Draft { text: text.clone(), visibility: Visibility::Private(Box::new(comment)), ..Draft::default() };
        let session = Session {
            secret_digest: Sha256::digest(b"secret").into(),
            teammate: person("nora"),
            enabled: true,
            may_reply: true,
            expires_at: self.now.plus(Span::hours(1)),
        };
        let signed = SignedIn::check(&session, b"secret", self.now).unwrap();
        let authored = Authored::by(&signed, &draft).unwrap();
        let parts = vec![Part::Text { text, quote: None }];
        // The version is that of the comment's thread.
        let (done, effects) = self.act(|work| work.reply(reply_id(REPLY), authored, draft, None, parts, 700));
        done.unwrap();
        effects
    }

    fn tells(&mut self) -> usize {
        let effects = self.act(Work::tick).1;
        effects.iter().filter(|effect| matches!(effect, Effect::TellComment { .. })).count()
    }
}

#[test]
fn a_comment_that_was_answered_privately_no_longer_waits_and_says_so() {
    let mut desk = ThreadHarness::settled();
    let seen = desk.thread().version;
    desk.command(Command::AnswersPrivately { by: person("nora") });
    assert!(desk.thread().transcript.others_wrote_since(seen, &person("omar")), "a colleague has missed something");
    assert!(desk.thread().needs_answer(), "nothing was sent yet");
    desk.later(Span::minutes(1));
    desk.answered_elsewhere(1);
    assert!(!desk.thread().needs_answer());
    assert_eq!(desk.thread().basis(), None, "and is due no more");
    let private = desk.work.messages[&desk.answered_comment(1)].private_reply.clone().unwrap();
    assert_eq!((private.by, private.thread), (person("nora"), ThreadId::from_bytes(&[9])));
    let entry = desk.record.iter().find(|entry| entry.action() == Action::AnsweredPrivately).unwrap();
    assert_eq!(entry.actor, Actor::Teammate { id: person("nora") });
    assert!(serde_json::to_string(entry).unwrap().contains("waited"), "how long they waited is told");
    // Told again, it is no news.
    let version = desk.thread().version;
    desk.answered_elsewhere(1);
    assert_eq!((desk.thread().version, desk.recorded(&Action::AnsweredPrivately)), (version, 1));
}

#[test]
fn what_was_asked_since_it_was_written_waits_on() {
    let mut desk = ThreadHarness::settled();
    desk.command(Command::AnswersPrivately { by: person("nora") });
    desk.later(Span::minutes(1));
    desk.message(2, 0);
    desk.answered_elsewhere(1);
    assert!(desk.thread().needs_answer());
    assert_eq!(desk.thread().questions.waiting.newest(), Some(&desk.answered_comment(2)));
}

#[test]
fn a_private_reply_opens_its_thread_and_the_comments_thread_is_told_until_it_has_heard() {
    let mut desk = ThreadHarness::new();
    assert_eq!(calls(&desk.answers_elsewhere()), 1);
    assert!(desk.thread().opened_at.is_some());
    let last = desk.thread().transcript.last.clone().unwrap();
    assert_eq!(last.preview, "It is kept for you.", "whatever becomes of it is seen");
    assert_eq!(desk.tells(), 0, "nothing was sent yet");
    let effects = desk.came_back(REPLY, 1, SendOutcome::Accepted { ids: vec![remote(20)] });
    assert!(effects.contains(&Effect::TellComment { reply: reply_id(REPLY) }));
    let reply = &desk.work.replies[&reply_id(REPLY)];
    assert!(matches!(reply.state, State::Sent { .. }) && !reply.is_settled());
    assert!(reply.wakes_at(&Timings::default().reply).is_some(), "whoever was to tell it may have died");
    assert_eq!(desk.tells(), 1);
    assert_eq!(desk.thread().transcript.last.as_ref().map(|last| last.id.clone()), Some(desk.answered_comment(20)));
    let message =
        desk.work.messages[&desk.answered_comment(20)].content().and_then(|content| content.comment.clone()).unwrap();
    assert_eq!(message.message, desk.answered_comment(1));
    desk.command(Command::ToldComment { reply: reply_id(REPLY) });
    assert!(desk.work.replies[&reply_id(REPLY)].is_settled());
    assert_eq!(desk.tells(), 0);
}

#[test]
fn it_answers_nothing_that_was_asked_in_the_messages() {
    let mut desk = ThreadHarness::settled();
    desk.later(Span::minutes(1));
    desk.answers_elsewhere();
    desk.came_back(REPLY, 1, SendOutcome::Accepted { ids: vec![remote(20)] });
    assert!(desk.thread().needs_answer());
    // Nor is it told that they waited for this.
    let replied = desk.record.iter().find(|entry| entry.action() == Action::Replied).unwrap();
    assert!(!serde_json::to_string(replied).unwrap().contains("waited"));
}

#[test]
fn its_echo_settles_a_doubt_with_our_reference_and_without() {
    for reference in [true, false] {
        let mut desk = ThreadHarness::new();
        desk.answers_elsewhere();
        desk.came_back(REPLY, 1, lost());
        assert_eq!(desk.tells(), 0);
        let correlation = reference.then(|| crate::event::Correlation { reply: reply_id(REPLY), part: 0 });
        let content = Content { text: Some("It is kept for you.".to_owned()), ..Content::default() };
        let origin = crate::event::Origin::Unknown;
        let effects = desk.event(desk.now, Fact::Echo { id: remote(20), content, correlation, origin });
        assert!(matches!(desk.state(REPLY), State::Sent { .. }), "{reference}");
        assert!(effects.contains(&Effect::TellComment { reply: reply_id(REPLY) }));
        let told = desk.work.messages[&desk.answered_comment(20)].content().unwrap();
        assert!(told.comment.is_some(), "{reference}");
    }
}
