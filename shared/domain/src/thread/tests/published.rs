//! However much the index lacks of a thread, all of it is published.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
};

use super::*;
use crate::{
    audit::Entry,
    id::MessageId,
    message::Message,
    reply::Reply,
    thread::machine::{Context, Limits, Step, Storage, ThreadInput, ThreadRecord, Write, acknowledge, step},
};

static TIMINGS: std::sync::LazyLock<Timings> = std::sync::LazyLock::new(Timings::default);

/// What is stored of a thread, and what the index has heard of it.
#[derive(Default)]
struct Shell {
    record: Option<ThreadRecord>,
    messages: BTreeMap<MessageId, Message>,
    replies: BTreeMap<ReplyId, Reply>,
    entries: Vec<Entry>,
    indexed: BTreeSet<MessageId>,
}

impl Storage for Shell {
    type Error = Infallible;

    fn message(&self, id: &MessageId) -> Result<Option<Message>, Infallible> {
        Ok(self.messages.get(id).cloned())
    }

    fn reply(&self, id: &ReplyId) -> Result<Option<Reply>, Infallible> {
        Ok(self.replies.get(id).cloned())
    }

    fn unsettled(&self) -> Result<Vec<Reply>, Infallible> {
        Ok(self.replies.values().filter(|reply| !reply.is_settled()).cloned().collect())
    }

    fn ids_after(&self, after: &str, most: usize) -> Result<Vec<MessageId>, Infallible> {
        Ok(self.messages.keys().filter(|id| id.as_str() > after).take(most).cloned().collect())
    }

    fn entries_after(&self, after: u64, most: u64) -> Result<Vec<Entry>, Infallible> {
        let entries = self.entries.iter().filter(|entry| entry.sequence > after);
        Ok(entries.take(usize::try_from(most).unwrap()).cloned().collect())
    }
}

impl Shell {
    fn context(limits: &Limits) -> Context<'_> {
        Context { now: noon(), channel: &CHANNEL, window: CHANNEL.window, limits, timings: &TIMINGS }
    }

    fn take(&mut self, input: ThreadInput<'_>, limits: &Limits) -> Step {
        let step = step(self, self.record.as_ref(), input, &Self::context(limits)).unwrap().unwrap();
        for row in step.writes() {
            match row {
                Write::Message(message) => drop(self.messages.insert(message.id.clone(), message.clone())),
                Write::Reply(reply) => drop(self.replies.insert(reply.id.clone(), reply.clone())),
                Write::Entry(entry) => self.entries.push(entry.clone()),
            }
        }
        self.record = Some(step.record.clone());
        step
    }

    fn ingest(&mut self, numbers: std::ops::Range<u32>, limits: &Limits) {
        let new = Thread::new(
            AccountId::of(Platform::Instagram, &RemoteId::new("1784")),
            Platform::Instagram,
            Surface::Messages,
            "igsid:7".to_owned(),
        );
        let event = |number| {
            let content = Content { text: Some(format!("Question {number}")), ..Content::default() };
            (told(&["igsid:7"], noon(), Fact::Message { id: remote(number), content }), noon())
        };
        let events: Vec<_> = numbers.map(event).collect();
        self.take(ThreadInput::Ingest { new: Box::new(new), events: &events }, limits);
    }

    /// The alarm rings, and what the index lacks gets there.
    fn ring(&mut self, limits: &Limits) {
        let step = self.take(ThreadInput::Ring { rules: None }, limits);
        let publication = step.outcome.publication.expect("there is something to publish");
        assert!(publication.messages.len() <= limits.messages && publication.entries.len() as u64 <= limits.entries);
        self.indexed.extend(publication.messages.iter().map(|message| message.id.clone()));
        let record = self.record.clone().unwrap();
        self.record = acknowledge(self, &record, (&step.page, step.outcome.version), &Self::context(limits))
            .unwrap()
            .0
            .or(Some(record));
    }

    fn is_published(&self) -> bool {
        self.record.as_ref().unwrap().is_published()
    }
}

#[test]
fn a_commit_of_more_messages_than_are_named_leaves_none_out_of_the_index() {
    let limits = Limits { messages: 5, entries: 2, named: 40, fetching: 10 };
    // As many as are named, one more, and so many that the next begins anew.
    for messages in [39, 40, 41, 42, 81, 82, 83] {
        let mut shell = Shell::default();
        shell.ingest(0..messages, &limits);
        while !shell.is_published() {
            shell.ring(&limits);
        }
        assert_eq!(shell.indexed, shell.messages.keys().cloned().collect(), "of {messages}");
    }
}

#[test]
fn a_message_that_comes_while_thousands_are_on_their_way_to_the_index_gets_there_as_well() {
    let limits = Limits::SHIPPED;
    let mut shell = Shell::default();
    shell.ingest(0..4100, &limits);
    let mut next = 4100;
    while !shell.is_published() {
        shell.ring(&limits);
        if next < 4110 {
            shell.ingest(next..next + 1, &limits);
            next += 1;
        }
    }
    assert_eq!(shell.messages.len(), 4110);
    assert_eq!(shell.indexed, shell.messages.keys().cloned().collect());
}

#[test]
fn a_page_that_is_acknowledged_twice_does_not_stand_for_the_next() {
    let limits = Limits { messages: 2, entries: 2, named: 3, fetching: 10 };
    let mut shell = Shell::default();
    shell.ingest(0..9, &limits);
    let first = shell.take(ThreadInput::Ring { rules: None }, &limits);
    let publication = first.outcome.publication.unwrap();
    shell.indexed.extend(publication.messages.into_iter().map(|message| message.id));
    for _ in 0..2 {
        let record = shell.record.clone().unwrap();
        let acked = acknowledge(&shell, &record, (&first.page, 0), &Shell::context(&limits)).unwrap();
        shell.record = acked.0.or(Some(record));
    }
    while !shell.is_published() {
        shell.ring(&limits);
    }
    assert_eq!(shell.indexed, shell.messages.keys().cloned().collect());
}
