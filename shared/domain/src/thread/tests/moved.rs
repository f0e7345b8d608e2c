//! A customer who turns out to have another thread, and topics of a chat.

use super::*;
use crate::{
    audit::Action,
    event::{Origin, PeerChange},
    thread::retold,
};

impl ThreadHarness {
    fn hears(&mut self, event: &Event) {
        let now = event.at.map_or(self.now, |at| at.max(self.now));
        self.act(|work| work.ingest(event, &CHANNEL, now));
    }

    fn of(&mut self, identities: &[&str], minute: u64, fact: Fact) {
        self.hears(&told(identities, noon().plus(Span::minutes(minute)), fact));
    }
}

fn words(text: &str) -> Content {
    Content { text: Some(text.to_owned()), ..Content::default() }
}

#[test]
fn what_was_said_in_one_thread_is_told_whole_to_the_other_and_waits_there() {
    let mut young = ThreadHarness::new();
    young.message(1, 0);
    young.event(
        noon(),
        Fact::Edited { id: remote(1), revision: Some(3), text: Some("Better put".to_owned()), attachments: Vec::new() },
    );
    young.event(
        noon(),
        Fact::Echo { id: remote(2), content: words("Hm."), correlation: None, origin: Origin::OtherApp },
    );
    let mut old = ThreadHarness::new();
    old.message(9, 60);
    let messages: Vec<_> = young.work.messages.values().cloned().collect();
    for message in &messages {
        for (event, _) in retold(young.thread(), message) {
            for _ in 0..2 {
                old.hears(&event);
            }
        }
    }
    for message in &messages {
        let told = &old.work.messages[&message.id];
        assert_eq!((told.text(), &told.edit), (message.text(), &message.edit));
    }
    assert_eq!(old.thread().questions.waiting.len(), 2);

    let into = ThreadId::from_bytes(&[7]);
    for _ in 0..2 {
        young.command(Command::GoesOnIn { thread: into.clone() });
    }
    assert!(matches!(young.thread().status, Status::Closed { .. }));
    assert!(young.thread().questions.waiting.is_empty() && young.thread().relations.linked.contains(&into));
    assert_eq!(young.record.iter().filter(|entry| entry.action() == Action::Linked).count(), 1);
}

#[test]
fn a_thread_with_a_reply_in_doubt_stays_open_for_it() {
    let mut desk = ThreadHarness::settled();
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "It is on its way.", seen).0.unwrap();
    desk.came_back("reply-0001", 1, lost());
    desk.command(Command::GoesOnIn { thread: ThreadId::from_bytes(&[7]) });
    assert_eq!(desk.thread().status, Status::Open);
}

#[test]
fn ids_that_were_given_up_are_written_to_no_more() {
    let mut desk = ThreadHarness::new();
    desk.of(&["bsuid:US.1", "wa:1650"], 1, Fact::Message { id: remote(1), content: words("Hi") });
    assert_eq!(desk.thread().contact.recipients(), ["bsuid:US.1", "wa:1650"]);
    let changed = Fact::PeerChanged { change: PeerChange::NewIdentity };
    desk.of(&["bsuid:US.2", "bsuid:US.1"], 2, changed);
    assert_eq!(desk.thread().contact.recipients(), ["bsuid:US.2"], "the number may be somebody else's by now");
    desk.of(&["bsuid:US.2", "wa:1219"], 3, Fact::Message { id: remote(2), content: words("It is me") });
    assert_eq!(desk.thread().contact.recipients(), ["bsuid:US.2", "wa:1219"]);
}

#[test]
fn a_change_in_the_second_of_a_message_gives_up_the_number_all_the_same() {
    let mut desk = ThreadHarness::new();
    desk.of(&["bsuid:US.1", "wa:1650"], 0, Fact::Message { id: remote(1), content: words("Hello") });
    let change = Fact::PeerChanged { change: PeerChange::NewIdentity };
    desk.of(&["bsuid:US.2", "bsuid:US.1"], 0, change);
    assert_eq!(desk.thread().contact.recipients(), ["bsuid:US.2"]);
    desk.of(&["bsuid:US.2"], 0, Fact::Message { id: remote(2), content: words("It is me") });
    assert_eq!(desk.thread().contact.recipients(), ["bsuid:US.2"]);
}

#[test]
fn what_is_answered_in_a_topic_stays_in_it() {
    let mut desk = ThreadHarness::new();
    let in_topic = |topic: &str| Content { topic: Some(topic.to_owned()), ..words("Where is it?") };
    desk.of(&["5551"], 1, Fact::Message { id: remote(1), content: in_topic("401") });
    desk.of(&["5551"], 2, Fact::Message { id: remote(2), content: in_topic("402") });
    let seen = desk.thread().version;
    desk.reply("reply-0001", "nora", "Here.", seen).0.unwrap();
    assert_eq!(desk.work.replies[&reply_id("reply-0001")].topic.as_deref(), Some("402"), "that of the latest");

    let mut quoting = ThreadHarness::new();
    quoting.of(&["5551"], 1, Fact::Message { id: remote(1), content: in_topic("401") });
    quoting.of(&["5551"], 2, Fact::Message { id: remote(2), content: in_topic("402") });
    let (seen, mut draft) = (quoting.thread().version, Draft { text: "Here.".to_owned(), ..Draft::default() });
    draft.quote = Some(remote(1));
    let session = Session {
        secret_digest: Sha256::digest(b"secret").into(),
        teammate: person("nora"),
        enabled: true,
        may_reply: true,
        expires_at: quoting.now.plus(Span::hours(1)),
    };
    let authored = Authored::by(&SignedIn::check(&session, b"secret", quoting.now).unwrap(), &draft).unwrap();
    let parts = vec![Part::Text { text: "Here.".to_owned(), quote: Some(remote(1)) }];
    quoting.act(|work| work.reply(reply_id("reply-0001"), authored, draft, None, parts, seen)).0.unwrap();
    assert_eq!(quoting.work.replies[&reply_id("reply-0001")].topic.as_deref(), Some("401"), "that of the quoted one");
}
