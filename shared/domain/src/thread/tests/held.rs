//! Who has a conversation, where one app at a time answers.

use super::*;
use crate::{
    audit::Action,
    event::{Holder, Origin},
};

impl ThreadHarness {
    fn heard(&mut self, fact: Fact, minute: u64) {
        let at = noon().plus(Span::minutes(minute));
        let (event, now) = (told(&["igsid:7"], at, fact), self.now.max(at));
        self.act(|work| work.ingest(&event, &CHANNEL, now));
    }

    fn watched(&mut self, number: u32, minute: u64) {
        let content = Content { text: Some("Anybody?".to_owned()), standby: true, agent: true, ..Content::default() };
        self.heard(Fact::Message { id: remote(number), content }, minute);
    }

    fn handovers(&self) -> usize {
        self.record.iter().filter(|entry| entry.action() == Action::HandedOver).count()
    }
}

#[test]
fn what_the_agent_has_is_marked_until_a_persons_reply_takes_it_over() {
    let mut desk = ThreadHarness::new();
    desk.watched(1, 0);
    assert_eq!(desk.thread().holding.by_another(), Some(Holder::Agent));
    assert!(desk.thread().needs_answer(), "it waits for a person all the same");
    let content = Content { text: Some("Four left.".to_owned()), standby: true, agent: true, ..Content::default() };
    desk.heard(Fact::Echo { id: remote(2), content, correlation: None, origin: Origin::OtherApp }, 1);
    assert_eq!(desk.thread().holding.by_another(), Some(Holder::Agent));
    desk.now = noon().plus(Span::minutes(5));
    let seen = desk.thread().version;
    desk.reply("reply-held", "nora", "A person here.", seen).0.unwrap();
    desk.came_back("reply-held", 1, SendOutcome::Accepted { ids: vec![remote(9)] });
    assert_eq!(desk.thread().holding.by_another(), None, "a person's reply takes it over");
    desk.watched(3, 3);
    assert_eq!(desk.thread().holding.by_another(), None, "what was said before it comes late");
    desk.watched(4, 9);
    assert_eq!(desk.thread().holding.by_another(), Some(Holder::Agent));
}

#[test]
fn a_message_that_is_told_to_us_is_ours() {
    let mut desk = ThreadHarness::new();
    desk.watched(1, 0);
    desk.now = noon().plus(Span::minutes(1));
    desk.message(2, 0);
    assert_eq!(desk.thread().holding.by_another(), None);
}

#[test]
fn a_handover_is_on_record_once_and_brings_a_closed_thread_back() {
    let mut desk = ThreadHarness::new();
    desk.watched(1, 0);
    desk.close();
    for _ in 0..2 {
        desk.heard(Fact::HandedOver { to: Holder::Us, from: Some(Holder::Agent) }, 2);
    }
    assert_eq!(desk.handovers(), 1);
    assert_eq!(desk.thread().status, Status::Open, "somebody asked for a person");
    assert_eq!(desk.thread().holding.by_another(), None);
    desk.heard(Fact::HandoverAsked, 3);
    desk.heard(Fact::HandedOver { to: Holder::OtherApp, from: None }, 4);
    assert_eq!(desk.handovers(), 2);
    assert_eq!(desk.thread().holding.by_another(), Some(Holder::OtherApp));
}

#[test]
fn what_is_remembered_of_handovers_does_not_grow_and_depends_on_no_order() {
    let mut once = ThreadHarness::new();
    let mut backwards = ThreadHarness::new();
    for minute in 0..40 {
        once.heard(Fact::HandedOver { to: Holder::Us, from: None }, minute);
        backwards.heard(Fact::HandedOver { to: Holder::Us, from: None }, 39 - minute);
    }
    assert_eq!(once.thread().holding.handovers, backwards.thread().holding.handovers);
    assert_eq!(once.thread().holding.handovers.len(), 16);
}
