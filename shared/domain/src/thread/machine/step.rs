//! What an input does to a thread: one commit, or none.

use super::{Context, Page, Publication, Storage, ThreadInput, ThreadRecord, alarm, publication::Committed};
use crate::{
    audit::Entry,
    event::Event,
    id::{MessageId, ReplyId},
    message::Message,
    mutant::{self, Mutant},
    publish::CommitOutcome,
    reply::Reply,
    thread::{self, Effect, ModerationCall, ModerationRefused, ReplyRefused, Thread, Work, wanted},
    time::Timestamp,
};

/// Why it was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// A command, which its sender made of this version if they said so.
    Command(thread::Refused, Option<u64>),
    /// A reply, which its author wrote at this version.
    Reply(ReplyRefused, Option<u64>),
    /// Something that a person wants done to a comment.
    Moderation(ModerationRefused),
}

/// What came of an input.
#[derive(Debug)]
pub struct Step {
    /// What is kept from now on, once what is to be written is.
    pub record: ThreadRecord,
    /// Whether the record is among it.
    pub changed: bool,
    /// When the alarm is to ring, where it is to be set: together with the write.
    pub alarm: Option<Timestamp>,
    /// What is to be published once it is written.
    pub outcome: CommitOutcome<Publication>,
    /// How much of what the index lacks that is.
    pub page: Page,
    /// Why nothing was done, where it was refused.
    pub refused: Option<Refused>,
    /// The call to make for a comment, where one was begun.
    pub moderation: Option<ModerationCall>,
    /// The thread, and all that was loaded.
    pub work: Work,
}

/// A row to write.
#[derive(Debug)]
pub enum Write<'a> {
    Message(&'a Message),
    Reply(&'a Reply),
    /// An entry of the audit.
    Entry(&'a Entry),
}

impl Step {
    /// The text of the record, where it is to be written.
    pub fn record_row(&mut self) -> Result<Option<String>, serde_json::Error> {
        self.changed.then(|| self.record.row()).transpose()
    }

    /// The rows to write beside the record.
    pub fn writes(&self) -> impl Iterator<Item = Write<'_>> {
        let work = &self.work;
        let messages = work.changed_messages.iter().chain(&work.noted_messages);
        let messages = messages.filter_map(|id| work.messages.get(id)).map(Write::Message);
        let replies = work.changed_replies.iter().filter_map(|id| work.replies.get(id)).map(Write::Reply);
        messages.chain(replies).chain(work.entries.iter().map(Write::Entry))
    }
}

/// Lets one thing happen to a thread. `None` where there is no such thread, or nothing comes of a visit or of other
/// rules.
pub fn step<S: Storage>(
    storage: &S,
    record: Option<&ThreadRecord>,
    input: ThreadInput<'_>,
    context: &Context<'_>,
) -> Result<Option<Step>, S::Error> {
    let made;
    let record = match (record, &input) {
        (Some(record), _) => record,
        (None, ThreadInput::Ingest { new, .. } | ThreadInput::Reply { new: Some(new), .. }) => {
            made = ThreadRecord::new(new.as_ref().clone());
            &made
        }
        (None, _) => return Ok(None),
    };
    if let ThreadInput::Visit { indexed } = &input
        && (*indexed >= record.thread.acks.index || mutant::on(Mutant::VisitIgnored))
    {
        return Ok(None);
    }
    let mut work = Work::new(record.thread.clone(), context.now, *context.timings);
    work.semantics = context.channel.semantics;
    work.replies.extend(storage.unsettled()?.into_iter().map(|reply| (reply.id.clone(), reply)));
    let mut stepping = Stepping { storage, record, work, context, moderation: None };
    let quiet = matches!(input, ThreadInput::Replan { .. });
    let anew = matches!(input, ThreadInput::Visit { .. });
    let refused = stepping.take(input)?;
    if quiet && !stepping.work.changed() {
        return Ok(None);
    }
    stepping.commit(refused, anew).map(Some)
}

/// The index was given this page, and the roster this version: the record to write, where that is news, and when the
/// alarm is to ring. A page of a version that is no longer the last is published again with what is new.
pub fn acknowledge<S: Storage>(
    storage: &S,
    record: &ThreadRecord,
    (page, roster): (&Page, u64),
    context: &Context<'_>,
) -> Result<(Option<ThreadRecord>, Option<Timestamp>), S::Error> {
    let mut next = record.clone();
    if mutant::on(Mutant::BlindConfirm) {
        next.all_acked();
    } else if page.version == next.thread.version && !next.is_published() {
        next.page_acked(page);
        next.name_next(context.limits, |after, most| storage.ids_after(after, most))?;
    }
    next.thread.acks.roster_holds(roster);
    let alarm = alarm::plan(&mut next, &storage.unsettled()?, context);
    Ok(((next != *record).then_some(next), alarm))
}

struct Stepping<'a, S> {
    storage: &'a S,
    record: &'a ThreadRecord,
    work: Work,
    context: &'a Context<'a>,
    moderation: Option<ModerationCall>,
}

impl<S: Storage> Stepping<'_, S> {
    fn take(&mut self, input: ThreadInput<'_>) -> Result<Option<Refused>, S::Error> {
        match input {
            ThreadInput::Ingest { events, .. } => self.ingest(events)?,
            ThreadInput::Command { command, expected, through } => {
                self.work.through = through;
                if let Some(id) = command.message() {
                    self.load_message(id)?;
                }
                return Ok(self
                    .work
                    .command(command, expected)
                    .err()
                    .map(|refused| Refused::Command(refused, expected)));
            }
            ThreadInput::Reply { id, authored, draft, template, parts, expected, claim, new: _ } => {
                self.work.claim = claim;
                self.load_reply(&id)?;
                if let Some(quote) = &draft.quote {
                    let quoted = MessageId::of(&self.work.thread.account, quote);
                    self.load_message(&quoted)?;
                }
                let refused = self.work.reply(id, authored, draft, template, parts, expected).err();
                return Ok(refused.map(|refused| Refused::Reply(refused, Some(expected))));
            }
            ThreadInput::Resolve { id, verdict, attempts, authored } => {
                self.load_reply(&id)?;
                let refused = self.work.resolve(&id, &verdict, attempts, &authored).err();
                return Ok(refused.map(|refused| Refused::Reply(refused, None)));
            }
            ThreadInput::Begin => self.work.begin_next(),
            ThreadInput::Called { call } => {
                self.load_reply(&call.reply)?;
                // An echo may have come before the answer: what it told must not be lost.
                if !mutant::on(Mutant::AnswerOverwrites) {
                    for id in call.messages(&self.work.thread.account) {
                        self.load_message(&id)?;
                    }
                }
                self.work.called(&call);
            }
            ThreadInput::Checked { reply, part, attempt, found } => {
                self.load_reply(&reply)?;
                for id in &found {
                    self.load_message(&MessageId::of(&self.record.thread.account, id))?;
                }
                self.work.checked(&reply, (part, attempt), found);
            }
            ThreadInput::Moderate { order } => {
                self.load_message(order.message())?;
                let refused = self.work.moderate(order, self.context.channel.features).err();
                return Ok(refused.map(Refused::Moderation));
            }
            ThreadInput::BeginModeration { message } => {
                self.load_message(&message)?;
                self.moderation = self.work.begin_moderation(&message);
            }
            ThreadInput::Moderated { message, attempt, outcome } => {
                self.load_message(&message)?;
                self.work.moderated(&message, attempt, &outcome);
            }
            ThreadInput::Read => {}
            ThreadInput::Replan { rules, words } => {
                self.work.replan(rules, words, self.context.window);
                if mutant::on(Mutant::StepsForgotten) && self.work.changed() {
                    self.work.thread.escalation.taken.clear();
                }
            }
            ThreadInput::Ring { rules } => {
                let moderated: Vec<MessageId> = self.work.thread.moderating.due(self.context.now).cloned().collect();
                for id in self.record.fetching.iter().chain(&moderated) {
                    self.load_message(id)?;
                }
                self.work.tick();
                if !mutant::on(Mutant::ChainForgotten) {
                    self.work.escalate(rules, self.context.window);
                }
            }
            // All of the thread is published again: how much was lost cannot be told. The version is a new one, so that
            // nobody takes what was published before for this.
            ThreadInput::Visit { .. } => self.work.publish_anew(),
        }
        Ok(None)
    }

    fn ingest(&mut self, events: &[(Event, Timestamp)]) -> Result<(), S::Error> {
        let account = self.work.thread.account.clone();
        for (event, at) in events {
            let (message, reply) = wanted(&account, event);
            if let Some(id) = message {
                self.load_message(&id)?;
                // A report without our reference speaks of the reply that the message is of.
                let body = self.work.messages.get(&id).and_then(|message| message.body.as_ref());
                if let Some(id) = body.and_then(|body| Some(body.correlation.as_ref()?.reply.clone())) {
                    self.load_reply(&id)?;
                }
            }
            if let Some(id) = reply {
                self.load_reply(&id)?;
            }
            self.work.ingest(event, self.context.channel, *at);
        }
        Ok(())
    }

    fn load_message(&mut self, id: &MessageId) -> Result<(), S::Error> {
        if !self.work.messages.contains_key(id)
            && let Some(message) = self.storage.message(id)?
        {
            self.work.messages.insert(id.clone(), message);
        }
        Ok(())
    }

    fn load_reply(&mut self, id: &ReplyId) -> Result<(), S::Error> {
        if !self.work.replies.contains_key(id)
            && let Some(reply) = self.storage.reply(id)?
        {
            self.work.replies.insert(id.clone(), reply);
        }
        Ok(())
    }

    fn commit(self, refused: Option<Refused>, anew: bool) -> Result<Step, S::Error> {
        let Self { storage, record, mut work, context, moderation } = self;
        let limits = context.limits;
        let mut next = record.with(work.thread.clone());
        if anew && !mutant::on(Mutant::VisitForgetsWords) {
            next.publish_anew();
        }
        for id in &work.changed_messages {
            if let Some(message) = work.messages.get(id) {
                next.changed(message, limits);
            }
        }
        let committed = Committed { storage, work: &work };
        next.name_next(limits, |after, most| committed.ids_after(after, most))?;
        let changed = work.changed();
        let alarm = if changed { alarm::plan(&mut next, work.replies.values(), context) } else { None };
        let mut publication = committed.publication(&next, limits)?;
        if let Some(stale) = publication.as_mut().filter(|_| mutant::on(Mutant::StalePublication)) {
            stale.thread = Thread { version: next.thread.version, ..record.thread.clone() };
        }
        let call = committed.call(context).map(Box::new);
        let effects = std::mem::take(&mut work.effects);
        let outcome = CommitOutcome {
            thread: work.thread.id.clone(),
            version: work.thread.version,
            publication,
            roster: work.thread.roster_pending().then(|| work.thread.roster_view()),
            effects: effects
                .into_iter()
                .filter(|effect| !matches!(effect, Effect::Roster | Effect::Call { .. }))
                .collect(),
            call,
            missing: false,
            strays: work.strays.clone(),
        };
        Ok(Step { page: next.page(limits), record: next, changed, alarm, outcome, refused, moderation, work })
    }
}
