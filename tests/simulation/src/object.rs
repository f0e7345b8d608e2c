//! The thread object: its methods load, let the domain decide, and commit in one piece.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::{
    audit::Entry,
    event::{Event, Fact},
    id::{ContactId, MessageId, ReplyId},
    label::{self, Urgency},
    message::{Direction, MediaState, Message},
    outbound::Part,
    owner::Owner,
    reply::{Reply, State},
    roster::RosterInput,
    routing::{Answered, Question},
    rules::Rules,
    thread::{CallOutcome, Effect, Status, Thread, Work, Writer, wanted},
    time::{Span, Timestamp},
    timings::Timings,
};

use crate::{
    cast,
    index::{Projection, Row, words},
    laws::{self, Broken},
    mutant::Mutant,
};

/// One thread and all that is stored of it.
#[derive(Debug, Clone)]
pub struct ThreadObject {
    /// Which customer's.
    pub number: usize,
    /// The thread.
    pub thread: Thread,
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
    unprojected: BTreeSet<MessageId>,
    fetching: BTreeSet<MessageId>,
}

/// What the object answers: all that is still to be done.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Which customer's thread.
    pub thread: usize,
    /// The version it now has.
    pub version: u64,
    /// What the index lacks.
    pub projection: Option<Projection>,
    /// What the roster lacks.
    pub view: Option<RosterInput>,
    /// What to do.
    pub effects: Vec<Effect>,
    /// The call to make.
    pub call: Option<Call>,
    /// It was not done.
    pub refused: bool,
    /// What a mutant commits later.
    pub apart: Option<Apart>,
}

/// A call whose marker is committed.
#[derive(Debug, Clone)]
pub struct Call {
    /// Of which reply.
    pub reply: ReplyId,
    /// Which part.
    pub part: u32,
    /// Number of the call.
    pub attempt: u32,
    /// The words.
    pub text: String,
}

/// What should have been part of a commit.
#[derive(Debug, Clone)]
pub enum Apart {
    /// Audit entries.
    Entries(Vec<Entry>),
    /// Messages.
    Messages(Vec<Message>),
}

impl ThreadObject {
    /// A thread of which nothing is known.
    pub fn new(number: usize) -> Self {
        Self {
            number,
            thread: cast::blank(number),
            messages: BTreeMap::new(),
            replies: BTreeMap::new(),
            entries: Vec::new(),
            alarm: None,
            written: Vec::new(),
            unprojected: BTreeSet::new(),
            fetching: BTreeSet::new(),
        }
    }

    fn work(&self, now: Timestamp) -> Work {
        let mut work = Work::new(self.thread.clone(), now, Timings::default());
        let settled = |reply: &Reply| matches!(reply.state, State::Sent { .. } | State::Discarded { .. });
        let unsettled = self.replies.iter().filter(|(_, reply)| !settled(reply));
        work.replies.extend(unsettled.map(|(id, reply)| (id.clone(), reply.clone())));
        work
    }

    fn load_message(&self, work: &mut Work, id: &MessageId) {
        if let Some(message) = self.messages.get(id) {
            work.messages.entry(id.clone()).or_insert_with(|| message.clone());
        }
    }

    fn load_reply(&self, work: &mut Work, id: &ReplyId) {
        if let Some(reply) = self.replies.get(id) {
            work.replies.entry(id.clone()).or_insert_with(|| reply.clone());
        }
    }

    /// Takes events in.
    pub fn ingest(&mut self, events: &[Event], now: Timestamp, mutant: Option<Mutant>) -> Result<Answer, Broken> {
        let mut work = self.work(now);
        for event in events {
            let (message, reply) = wanted(cast::account(), event);
            if let Some(id) = &message {
                self.load_message(&mut work, id);
            }
            if let Some(id) = &reply {
                self.load_reply(&mut work, id);
            }
            work.ingest(event, &cast::CHANNEL, now);
            if let Some(mutant) = mutant {
                self.spoil(&mut work, event, mutant);
            }
        }
        if mutant == Some(Mutant::LossIgnored) {
            for reply in work.replies.values_mut() {
                let lost = reply.parts.iter().any(|part| part.returned);
                if lost && matches!(reply.state, State::Failed { .. }) {
                    reply.state = State::Sent { at: now };
                }
            }
        }
        if mutant.is_some() && !work.changed() && (work.thread != self.thread || !work.changed_messages.is_empty()) {
            work.thread.version = self.thread.version.saturating_add(1);
        }
        let fresh = |side| {
            let learned = |id: &&MessageId| self.messages.get(*id).is_none_or(|known| known.body.is_none());
            let bodies =
                work.changed_messages.iter().filter(learned).filter_map(|id| work.messages.get(id)?.body.as_ref());
            bodies.into_iter().any(|body| body.direction == side && body.correlation.is_none())
        };
        let (customer, elsewhere) = (fresh(Direction::Incoming), fresh(Direction::Outgoing));
        let lost = work.changed_replies.iter().any(|id| {
            let (Some(before), Some(after)) = (self.replies.get(id), work.replies.get(id)) else { return false };
            after.came_back_since(before)
        });
        laws::reopening(&self.thread, &work.thread, customer || lost)?;
        for (wrote, writer) in [(customer, Writer::Customer), (elsewhere, Writer::Elsewhere)] {
            if wrote {
                self.written.push((work.thread.version, writer));
            }
        }
        self.commit(&work, now, mutant)
    }

    /// What a mutant does to what the domain decided.
    fn spoil(&self, work: &mut Work, event: &Event, mutant: Mutant) {
        match (mutant, &event.fact) {
            (Mutant::ClosedNotReopened, Fact::Message { .. })
                if matches!(self.thread.status, Status::Closed { .. }) =>
            {
                work.thread.status = self.thread.status;
            }
            (Mutant::DuplicateReopens, Fact::Message { .. }) if self.thread.opened_at.is_some() => {
                work.thread.status = Status::Open;
            }
            (
                Mutant::WatermarkBack,
                Fact::Receipt { stage, scope: tributary_domain::event::Scope::UpTo { at }, .. },
            ) => {
                work.thread.reached.insert(*stage, *at);
            }
            (Mutant::StageBack, Fact::Receipt { stage, scope: tributary_domain::event::Scope::Message { id }, .. }) => {
                let id = MessageId::of(cast::account(), id);
                if let Some(message) = work.messages.get_mut(&id) {
                    message.stage = Some(*stage);
                    work.changed_messages.insert(id);
                }
            }
            (Mutant::LastEditWins, Fact::Edited { id, revision, text, .. }) => {
                let id = MessageId::of(cast::account(), id);
                if let Some(message) = work.messages.get_mut(&id).filter(|message| message.unsent_at.is_none()) {
                    message.edit = Some(tributary_domain::message::Edit {
                        revision: revision.unwrap_or_default(),
                        order: 0,
                        text: text.clone(),
                        attachments: Vec::new(),
                    });
                    work.changed_messages.insert(id);
                }
            }
            _ => {}
        }
    }

    /// Lets a method of the domain happen to the thread.
    pub fn with(
        &mut self,
        reply: Option<&ReplyId>,
        messages: &[MessageId],
        now: Timestamp,
        mutant: Option<Mutant>,
        method: impl FnOnce(&mut Work) -> bool,
    ) -> Result<Answer, Broken> {
        let mut work = self.work(now);
        for id in messages {
            self.load_message(&mut work, id);
        }
        if let Some(id) = reply {
            self.load_reply(&mut work, id);
        }
        let refused = !method(&mut work);
        let mut answer = self.commit(&work, now, mutant)?;
        answer.refused = refused;
        Ok(answer)
    }

    /// A call came back.
    pub fn called(&mut self, call: &CallOutcome, now: Timestamp, mutant: Option<Mutant>) -> Result<Answer, Broken> {
        let named = if mutant == Some(Mutant::AnswerOverwrites) { Vec::new() } else { call.messages(cast::account()) };
        self.with(Some(&call.reply), &named, now, mutant, |work| {
            work.called(call);
            true
        })
    }

    /// What time brings.
    pub fn tick(&mut self, rules: Option<&Rules>, now: Timestamp, mutant: Option<Mutant>) -> Result<Answer, Broken> {
        let fetching: Vec<MessageId> = self.fetching.iter().cloned().collect();
        self.with(None, &fetching, now, mutant, |work| {
            work.tick();
            if mutant != Some(Mutant::ChainForgotten) {
                work.escalate(rules, cast::CHANNEL.window);
            }
            true
        })
    }

    /// The index and the roster hold these versions.
    pub fn confirm(&mut self, projected: u64, rostered: u64, mutant: Option<Mutant>) {
        let thread = &mut self.thread;
        let projected = if mutant == Some(Mutant::BlindConfirm) { thread.version } else { projected };
        if projected == thread.version && projected > thread.projected {
            thread.projected = projected;
            thread.audit_projected = thread.audit.sequence;
            self.unprojected.clear();
        }
        thread.rostered = thread.rostered.max(rostered);
    }

    /// Sets the alarm for whatever has to be looked at next. One that is set for earlier stays.
    pub fn arm(&mut self, now: Timestamp) {
        let Some(wake) = self.wakes_at(now) else { return };
        self.alarm = Some(self.alarm.map_or(wake, |set| set.min(wake)));
    }

    /// When the domain wants it looked at.
    pub fn wakes_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.thread.wakes_at(self.replies.values(), !self.fetching.is_empty(), now, &Timings::default())
    }

    fn commit(&mut self, work: &Work, now: Timestamp, mutant: Option<Mutant>) -> Result<Answer, Broken> {
        let mut apart = None;
        if work.changed() || work.thread != self.thread || !work.changed_messages.is_empty() {
            laws::step(self, work)?;
            let messages: Vec<Message> =
                work.changed_messages.iter().filter_map(|id| work.messages.get(id).cloned()).collect();
            for message in &messages {
                self.unprojected.insert(message.id.clone());
                let pending = message.media.values().any(|state| *state == MediaState::Pending);
                if pending {
                    self.fetching.insert(message.id.clone())
                } else {
                    self.fetching.remove(&message.id)
                };
            }
            match mutant {
                Some(Mutant::MessagesApart) => apart = Some(Apart::Messages(messages)),
                _ => self.keep(messages),
            }
            match mutant {
                Some(Mutant::AuditApart) => apart = Some(Apart::Entries(work.entries.clone())),
                _ => self.entries.extend(work.entries.iter().cloned()),
            }
            let replies =
                work.changed_replies.iter().filter_map(|id| Some((id.clone(), work.replies.get(id)?.clone())));
            self.replies.extend(replies);
            self.thread = work.thread.clone();
        }
        let noted = work.noted_messages.iter().filter_map(|id| work.messages.get(id).cloned());
        self.messages.extend(noted.map(|message| (message.id.clone(), message)));
        if mutant != Some(Mutant::NoAlarm) || self.alarm.is_none() && self.thread.version < 2 {
            self.arm(now);
        }
        Ok(self.answer(work, apart))
    }

    fn keep(&mut self, messages: Vec<Message>) {
        self.messages.extend(messages.into_iter().map(|message| (message.id.clone(), message)));
    }

    /// A mutant's second commit.
    pub fn commit_apart(&mut self, apart: Apart) {
        match apart {
            Apart::Entries(entries) => self.entries.extend(entries),
            Apart::Messages(messages) => self.keep(messages),
        }
    }

    fn answer(&self, work: &Work, apart: Option<Apart>) -> Answer {
        let call = work.effects.iter().find_map(|effect| {
            let Effect::Call { reply, part, attempt } = effect else { return None };
            let text = match &work.replies.get(reply)?.parts.get(*part as usize)?.part {
                Part::Text { text, .. } => text.clone(),
                Part::Media { .. } => String::new(),
            };
            Some(Call { reply: reply.clone(), part: *part, attempt: *attempt, text })
        });
        Answer {
            thread: self.number,
            version: self.thread.version,
            projection: self.projection(),
            view: self.thread.roster_pending().then(|| self.view()),
            effects: work.effects.clone(),
            call,
            refused: false,
            apart,
        }
    }

    fn projection(&self) -> Option<Projection> {
        if self.thread.projected >= self.thread.version {
            return None;
        }
        let row = Row::of(&self.thread, self.trouble())?;
        let entries = self.entries.iter().filter(|entry| entry.sequence > self.thread.audit_projected);
        let search = self.unprojected.iter().filter_map(|id| Some((id.clone(), words(self.messages.get(id)?))));
        Some(Projection {
            row,
            entries: entries.map(|entry| (entry.sequence, entry.hash.clone())).collect(),
            search: search.collect(),
        })
    }

    /// Some reply needs a person.
    pub fn trouble(&self) -> bool {
        self.replies.values().any(Reply::needs_a_person)
    }

    /// What the roster has to know.
    pub fn view(&self) -> RosterInput {
        let thread = &self.thread;
        let version = thread.version;
        if thread.status != Status::Open || thread.opened_at.is_none() {
            return RosterInput::Released { thread: thread.id.clone(), version };
        }
        let labels = thread.labels.current().map(|set| set.labels);
        let question = Question {
            thread: thread.id.clone(),
            account: thread.account.clone(),
            contact: ContactId::of(&thread.account, &thread.counterpart),
            topic: labels.as_ref().map_or_else(|| label::OTHER.to_owned(), |labels| labels.topic.clone()),
            urgency: labels.as_ref().map_or(Urgency::Normal, |labels| labels.urgency),
            language: labels.map_or_else(|| label::UNDETERMINED.to_owned(), |labels| labels.language),
            last_answered: thread.answered_by.clone().map(|(at, by)| Answered { by, at }),
            cause: thread.cause(),
        };
        let since = thread.asked_at().or(thread.opened_at).unwrap_or_default();
        match (thread.to_route, &thread.owner_by) {
            (true, by) => {
                let chosen = thread.owner.teammate().filter(|_| by.is_some()).cloned();
                RosterInput::Assign { question, version, since, chosen }
            }
            (false, Some(by)) => {
                RosterInput::Reassigned { question, version, since, owner: thread.owner.clone(), by: by.clone() }
            }
            (false, None) => RosterInput::Owned { question, version, since, owner: thread.owner.clone() },
        }
    }

    /// Whether the roster has to count it, and for whom.
    pub fn counted(&self) -> Option<Owner> {
        (self.thread.status == Status::Open && self.thread.opened_at.is_some()).then(|| self.thread.owner.clone())
    }

    /// A reply that code has yet to finish.
    pub fn unfinished(&self) -> Option<&Reply> {
        self.replies.values().find(|reply| reply.holds_the_line())
    }

    /// A call whose caller seems to have died: what a mutant makes again.
    pub fn overdue(&self, now: Timestamp) -> Option<ReplyId> {
        let overdue = |reply: &&Reply| match reply.state {
            State::Sending { since, .. } => {
                now.since(since) >= Timings::default().reply.sending_timeout.max(Span::seconds(1))
            }
            _ => false,
        };
        self.replies.values().find(overdue).map(|reply| reply.id.clone())
    }
}
