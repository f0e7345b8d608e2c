//! The thread object: storage around the machine that ships. It reads, lets the machine decide, and writes in one piece.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
};

use tributary_domain::{
    audit::Entry,
    capability::Capabilities,
    event::Event,
    id::{MessageId, ReplyId},
    message::{Direction, Message},
    mutant::{self, Mutant},
    owner::Owner,
    publish::CommitOutcome,
    reply::Reply,
    thread::{
        ModerationCall, Status, Thread, Writer,
        machine::{self, Acked, Context, Limits, Page, Publication, Step, Storage, ThreadInput, ThreadRecord, Write},
    },
    time::Timestamp,
};

use crate::{
    cast,
    laws::{self, Broken},
};

static SHIPPED: Limits = Limits::SHIPPED;
/// So little goes at once in every other world that most of what is published goes there in pieces.
static SMALL: Limits = Limits { messages: 2, entries: 3, named: 3, fetching: 1000 };

/// One thread and all that is stored of it.
#[derive(Debug, Clone)]
pub struct ThreadObject {
    /// Which customer's.
    pub number: usize,
    /// Its messages.
    pub messages: BTreeMap<MessageId, Message>,
    /// Its replies.
    pub replies: BTreeMap<ReplyId, Reply>,
    /// Its audit.
    pub entries: Vec<Entry>,
    /// When it will be woken.
    pub alarm: Option<Timestamp>,
    /// In which versions somebody wrote, and who: what a person who saw less has not seen.
    pub written: Vec<(u64, Writer)>,
    limits: &'static Limits,
    /// As it is before anything is known.
    blank: &'static Thread,
    channel: &'static Capabilities,
    stored: Option<ThreadRecord>,
    /// What it has in memory: with what it was told since it was stored.
    memory: Option<ThreadRecord>,
}

/// What the object answers.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Which customer's thread.
    pub thread: usize,
    /// What is still to be done.
    pub outcome: CommitOutcome<Publication>,
    /// The index lacks nothing where it holds this version.
    pub by_version: bool,
    /// How much of what the index lacks it holds.
    pub page: Page,
    /// It was not done.
    pub refused: bool,
    /// The call to make for a comment.
    pub moderation: Option<ModerationCall>,
    /// What a mutant commits later.
    pub apart: Option<Apart>,
}

/// What should have been part of a commit.
#[derive(Debug, Clone, Default)]
pub struct Apart {
    entries: Vec<Entry>,
    messages: Vec<Message>,
}

type Taken = Result<Option<Answer>, Broken>;

impl Storage for ThreadObject {
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
        Ok(entries.take(usize::try_from(most).unwrap_or(usize::MAX)).cloned().collect())
    }
}

impl ThreadObject {
    /// A thread of which nothing is known; `small`: little of it goes at once.
    pub fn new(number: usize, small: bool) -> Self {
        Self {
            number,
            messages: BTreeMap::new(),
            replies: BTreeMap::new(),
            entries: Vec::new(),
            alarm: None,
            written: Vec::new(),
            limits: if small { &SMALL } else { &SHIPPED },
            blank: cast::blank(number),
            channel: &cast::CHANNEL,
            stored: None,
            memory: None,
        }
    }

    /// The same of what somebody writes under a post.
    pub fn of_comments(number: usize, blank: &'static Thread) -> Self {
        Self { blank, channel: &cast::COMMENTS, ..Self::new(number, false) }
    }

    fn record(&self) -> Option<&ThreadRecord> {
        self.memory.as_ref().or(self.stored.as_ref())
    }

    /// The thread, as it is known here.
    pub fn thread(&self) -> &Thread {
        self.record().map_or(self.blank, |record| &record.thread)
    }

    /// The object's memory is gone.
    pub fn forget(&mut self) {
        self.memory = None;
    }

    fn context(&self, now: Timestamp) -> Context<'static> {
        Context {
            now,
            channel: self.channel,
            window: self.channel.window,
            limits: self.limits,
            timings: cast::timings(),
        }
    }

    /// The caller says what it has published.
    pub fn last_acked(&mut self, acked: Acked) -> Result<(), Broken> {
        let Some(record) = self.record() else { return Ok(()) };
        if let Some(next) = record.acked(acked, self.limits) {
            laws::acknowledged(&record.thread, &next.thread)?;
            self.memory = Some(next);
        }
        Ok(())
    }

    /// Takes events in.
    pub fn ingest(&mut self, events: &[(Event, Timestamp)], now: Timestamp) -> Taken {
        let known = self.messages.iter().filter(|(_, message)| message.body.is_some());
        let known: BTreeSet<MessageId> = known.map(|(id, _)| id.clone()).collect();
        let before = (self.thread().clone(), self.replies.clone());
        let new = Box::new(self.blank.clone());
        let answer = self.take(ThreadInput::Ingest { new, events }, now)?;
        let fresh = |side| {
            let learned = self.messages.iter().filter(|(id, _)| !known.contains(*id));
            let mut bodies = learned.filter_map(|(_, message)| message.body.as_ref());
            bodies.any(|body| body.direction == side && body.correlation.is_none())
        };
        let (customer, elsewhere) = (fresh(Direction::Incoming), fresh(Direction::Outgoing));
        let lost = before.1.iter().any(|(id, was)| self.replies.get(id).is_some_and(|is| is.came_back_since(was)));
        laws::reopening(&before.0, self.thread(), customer || lost)?;
        for (wrote, writer) in [(customer, Writer::Customer), (elsewhere, Writer::Elsewhere)] {
            if wrote {
                self.written.push((self.thread().version, writer));
            }
        }
        Ok(answer)
    }

    /// Lets one thing happen to the thread, and commits what comes of it. Nothing where there is no such thread.
    pub fn take(&mut self, input: ThreadInput<'_>, now: Timestamp) -> Taken {
        let context = self.context(now);
        let Ok(step) = machine::step(self, self.record(), input, &context);
        let Some(step) = step else { return Ok(None) };
        if step.changed {
            laws::step(self, &step.work)?;
        }
        let by_version = step.record.is_acked_by_version(self.limits);
        let apart = self.write(&step);
        if step.changed {
            self.stored = Some(step.record.clone());
        }
        self.memory = Some(step.record);
        self.alarm = step.alarm.or(self.alarm);
        // One that is noted and was lost is set again by whoever asks.
        let noted = self.record().and_then(|record| record.alarm_at).filter(|at| *at > now);
        laws::watched(self, self.alarm.or(noted), step.changed)?;
        let refused = step.refused.is_some();
        let Step { outcome, page, moderation, .. } = step;
        Ok(Some(Answer { thread: self.number, outcome, by_version, page, refused, moderation, apart }))
    }

    /// The index holds a page, and the roster a version.
    pub fn acknowledge(&mut self, page: &Page, roster: u64, now: Timestamp) -> Result<(), Broken> {
        let Some(record) = self.record() else { return Ok(()) };
        let Ok((next, alarm)) = machine::acknowledge(self, record, (page, roster), &self.context(now));
        if let Some(next) = next {
            laws::acknowledged(&record.thread, &next.thread)?;
            (self.stored, self.memory) = (Some(next.clone()), Some(next));
        }
        self.alarm = alarm.or(self.alarm);
        Ok(())
    }

    /// Whoever asks finds an alarm that was lost.
    pub fn rearm(&mut self, now: Timestamp) {
        let Some(record) = self.record() else { return };
        let Ok(rearmed) = machine::rearm(self, record, &self.context(now));
        if let Some((record, alarm)) = rearmed {
            (self.stored, self.memory, self.alarm) = (Some(record.clone()), Some(record), Some(alarm));
        }
    }

    fn write(&mut self, step: &Step) -> Option<Apart> {
        let mut apart = Apart::default();
        for row in step.writes() {
            match row {
                Write::Message(message) if mutant::on(Mutant::MessagesApart) => apart.messages.push(message.clone()),
                Write::Entry(entry) if mutant::on(Mutant::AuditApart) => apart.entries.push(entry.clone()),
                Write::Message(message) => drop(self.messages.insert(message.id.clone(), message.clone())),
                Write::Reply(reply) => drop(self.replies.insert(reply.id.clone(), reply.clone())),
                Write::Entry(entry) => self.entries.push(entry.clone()),
            }
        }
        (!apart.entries.is_empty() || !apart.messages.is_empty()).then_some(apart)
    }

    /// A mutant's second commit.
    pub fn commit_apart(&mut self, apart: Apart) {
        self.entries.extend(apart.entries);
        self.messages.extend(apart.messages.into_iter().map(|message| (message.id.clone(), message)));
    }

    /// Some reply needs a person.
    pub fn trouble(&self) -> bool {
        self.replies.values().any(Reply::needs_a_person)
    }

    /// Whether the roster has to count it, and for whom.
    pub fn counted(&self) -> Option<Owner> {
        let thread = self.thread();
        (thread.status == Status::Open && thread.opened_at.is_some()).then(|| thread.assignment.owner.clone())
    }

    /// A reply that code has yet to finish.
    pub fn unfinished(&self) -> Option<&Reply> {
        self.replies.values().find(|reply| reply.holds_the_line())
    }
}
