//! Replies that the platform took, and reported later not to have arrived.

use super::*;
use crate::{
    audit::{Action, AuditDetail, Because},
    capability::{ErrorClass, PlatformError},
    event::{Correlation, Scope, Stage},
};

impl ThreadHarness {
    /// A reply that the platform took as message `number`.
    fn sent(&mut self, id: &str, by: &str, number: u32) {
        let seen = self.thread().version;
        self.reply(id, by, "It leaves today.", seen).0.unwrap();
        self.came_back(id, 1, SendOutcome::Accepted { ids: vec![remote(number)] });
        assert!(matches!(self.state(id), State::Sent { .. }));
    }

    fn undelivered(&mut self, id: &str, number: u32) -> Vec<Effect> {
        let error = PlatformError { class: ErrorClass::Blocked, code: "131026".to_owned() };
        let correlation = Some(Correlation { reply: reply_id(id), part: 0 });
        self.event(self.now, Fact::Undelivered { id: remote(number), error, correlation })
    }

    fn waits(&self) -> usize {
        self.thread().questions.waiting.len()
    }

    fn in_trouble(&self) -> bool {
        self.work.replies.values().any(reply::Reply::needs_a_person)
    }
}

#[test]
fn the_question_waits_again_and_a_person_has_it_sent_again() {
    let mut desk = ThreadHarness::settled();
    let asked_at = desk.thread().questions.asked_at();
    desk.sent("reply-0001", "nora", 20);
    assert_eq!((desk.waits(), desk.in_trouble()), (0, false));
    desk.later(Span::minutes(1));
    let effects = desk.undelivered("reply-0001", 20);
    assert_eq!((calls(&effects), desk.waits(), desk.in_trouble()), (0, 1, true));
    assert_eq!(desk.thread().questions.asked_at(), asked_at, "it has waited all the time");
    assert!(desk.thread().basis().is_some(), "and is due again");
    // Told again, it is no news; nor does time send it.
    let version = desk.thread().version;
    desk.undelivered("reply-0001", 20);
    assert_eq!(desk.thread().version, version);
    desk.later(Span::minutes(1));
    assert_eq!(calls(&desk.act(Work::tick).1) + calls(&desk.act(Work::begin_next).1), 0);
    let (by, _) = desk.sign("omar", "It leaves today.");
    let again = reply::Event::SendAgain;
    let (done, effects) = desk.act(|work| work.resolve(&reply_id("reply-0001"), &again, 1, &by));
    assert_eq!((done, calls(&effects), desk.waits()), (Ok(()), 1, 1));
    assert_eq!(desk.work.replies[&reply_id("reply-0001")].sent_by(), &person("omar"));
    desk.came_back("reply-0001", 2, SendOutcome::Accepted { ids: vec![remote(21)] });
    assert_eq!((desk.waits(), desk.in_trouble()), (0, false));
    let told = |action| desk.record.iter().filter(|entry| entry.action() == action).count();
    assert_eq!((told(Action::Undelivered), told(Action::SendFailed)), (1, 0));
}

#[test]
fn of_two_replies_to_a_question_one_that_arrived_is_enough() {
    for (first, second) in [(20, 21), (21, 20)] {
        let mut desk = ThreadHarness::settled();
        desk.sent("reply-0020", "nora", 20);
        desk.later(Span::seconds(5));
        desk.sent("reply-0021", "omar", 21);
        desk.undelivered(&format!("reply-00{first}"), first);
        assert_eq!(desk.waits(), 0, "the other one answers it");
        assert!(desk.in_trouble(), "but somebody has to know");
        desk.undelivered(&format!("reply-00{second}"), second);
        assert_eq!(desk.waits(), 1);
    }
}

#[test]
fn a_thread_that_was_put_away_since_is_opened_again() {
    for snoozed in [false, true] {
        let mut desk = ThreadHarness::settled();
        desk.sent("reply-0001", "nora", 20);
        let until = desk.now.plus(Span::days(2));
        if snoozed {
            desk.command(Command::Snooze { until, by: person("nora") });
        } else {
            desk.close();
        }
        desk.undelivered("reply-0001", 20);
        assert_eq!((desk.thread().status, desk.waits()), (Status::Open, 1));
        let reopened = desk.record.iter().find(|entry| entry.action() == Action::Reopened).unwrap();
        assert!(matches!(reopened.done, AuditDetail::Reopened { because: Some(Because::Undelivered), .. }));
    }
}

#[test]
fn what_arrived_after_all_answers_again() {
    let mut desk = ThreadHarness::settled();
    desk.sent("reply-0001", "nora", 20);
    desk.undelivered("reply-0001", 20);
    let correlation = Some(Correlation { reply: reply_id("reply-0001"), part: 0 });
    let receipt =
        |stage| Fact::Receipt { stage, scope: Scope::Message { id: remote(20) }, correlation: correlation.clone() };
    desk.event(desk.now, receipt(Stage::Sent));
    assert_eq!((desk.waits(), desk.in_trouble()), (1, true), "that the platform took it says nothing");
    desk.event(desk.now, receipt(Stage::Delivered));
    assert_eq!((desk.waits(), desk.in_trouble()), (0, false));
    desk.undelivered("reply-0001", 20);
    assert_eq!((desk.waits(), desk.in_trouble()), (0, false), "what is on the phone is on the phone");
}

/// A report may give our reference back or not, and come before or after the call does, or twice.
#[test]
fn a_report_finds_its_reply_by_the_message_alone_in_either_order() {
    let error = || PlatformError { class: ErrorClass::Blocked, code: "131026".to_owned() };
    let report = || Fact::Undelivered { id: remote(20), error: error(), correlation: None };
    let mut told_after = ThreadHarness::settled();
    told_after.sent("reply-0001", "nora", 20);
    told_after.event(told_after.now, report());
    let mut told_before = ThreadHarness::settled();
    told_before.reply("reply-0001", "nora", "It leaves today.", told_before.thread().version).0.unwrap();
    told_before.event(told_before.now, report());
    assert_eq!(told_before.work.strays.len(), 1, "nobody can tell yet whose message it is");
    told_before.came_back("reply-0001", 1, SendOutcome::Accepted { ids: vec![remote(20)] });
    for mut desk in [told_after, told_before] {
        assert_eq!((desk.waits(), desk.in_trouble()), (1, true));
        let version = desk.thread().version;
        desk.event(desk.now, report());
        assert_eq!((desk.thread().version, desk.work.strays.len()), (version, 0), "a replay is no news");
        let read = Fact::Receipt { stage: Stage::Read, scope: Scope::Message { id: remote(20) }, correlation: None };
        desk.event(desk.now, read);
        assert_eq!((desk.waits(), desk.in_trouble()), (0, false), "it arrived after all");
    }
}

#[test]
fn a_thread_and_its_replies_are_read_as_they_were_written() {
    let mut desk = ThreadHarness::settled();
    desk.sent("reply-0001", "nora", 20);
    let read: Thread = serde_json::from_str(&serde_json::to_string(desk.thread()).unwrap()).unwrap();
    assert_eq!(&read, desk.thread());
    let reply = &desk.work.replies[&reply_id("reply-0001")];
    let stored = serde_json::to_string(reply).unwrap();
    assert!(["lost", "returned", "againBy"].iter().all(|member| !stored.contains(member)), "{stored}");
    assert_eq!(&serde_json::from_str::<reply::Reply>(&stored).unwrap(), reply);
}
