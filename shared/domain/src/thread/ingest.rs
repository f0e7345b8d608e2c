//! What platforms report. Merging is commutative and idempotent: see the tests of every permutation.

use super::{clock::Told, status::Status, transcript::Writer, unanswered::UnansweredMessage, work::Work};
use crate::{
    audit::{Actor, AuditDetail},
    capability::Capabilities,
    event::{Content, Event, Fact, Scope, Side},
    id::{AccountId, MessageId, RemoteId, ReplyId, TeammateId},
    message::{Author, Body, Direction, Edit, Hiding, MediaState, Message, Reaction, same_files},
    moderation::Report,
    mutant::{self, Mutant},
    time::Timestamp,
};

/// The messages and replies that `event` speaks of, to be loaded before it is taken in.
pub fn wanted(account: &AccountId, event: &Event) -> (Option<MessageId>, Option<ReplyId>) {
    let correlation = match &event.fact {
        Fact::Echo { correlation, .. } | Fact::Receipt { correlation, .. } | Fact::Undelivered { correlation, .. } => {
            correlation.as_ref()
        }
        _ => None,
    };
    (event.fact.message().map(|id| MessageId::of(account, id)), correlation.map(|one| one.reply.clone()))
}

impl Work {
    /// Takes in one event. The same event again changes nothing.
    pub fn ingest(&mut self, event: &Event, channel: &Capabilities, received_at: Timestamp) {
        let known = match &event.fact {
            Fact::Message { id, .. } => self.messages.get(&MessageId::of(&self.thread.account, id)),
            _ => None,
        };
        let told = Told::of(event, received_at, known.and_then(|message| message.body.as_ref()), &self.timings.thread);
        let Told { at, order, .. } = told;
        if self.is_stray(&event.fact) {
            self.strays.push(event.key.clone());
        }
        self.meet(event, at);
        self.held(&event.fact, at);
        match &event.fact {
            Fact::Message { id, content } => self.customer_wrote(id, content, told, channel),
            Fact::Echo { id, content, correlation, origin } => {
                self.we_wrote(id, content, correlation.as_ref(), *origin, told);
            }
            Fact::Edited { id, revision, text, attachments } => {
                let revision = told.revision(*revision, event.sequence);
                let edit = Edit { revision, order, text: text.clone(), attachments: attachments.clone() };
                self.edited(id, edit, channel);
            }
            Fact::Unsent { id } => self.unsent(id, at),
            Fact::Hidden { id, hidden } => {
                let mut message = self.message(id);
                if message.hide(Hiding { at, order, hidden: *hidden }) {
                    self.moderation_reported(&mut message, Report::Hidden(*hidden), at);
                    self.keep_message(message);
                }
            }
            Fact::Reacted { id, by, emoji } => {
                self.reacted(id, *by, Reaction { at, order, emoji: emoji.clone() });
            }
            Fact::Receipt { stage, scope: Scope::UpTo { at }, correlation } => {
                self.receipt(*stage, &Scope::UpTo { at: told.until(*at) }, correlation.as_ref());
            }
            Fact::Receipt { stage, scope, correlation } => self.receipt(*stage, scope, correlation.as_ref()),
            Fact::Undelivered { id, error, correlation } => self.undelivered(id, error, correlation.as_ref()),
            Fact::Referred { referral } => {
                self.open_window(at);
                self.referred(referral, at);
            }
            Fact::HandedOver { to, from } => self.handed_over(at, Some((*to, *from))),
            Fact::HandoverAsked => self.handed_over(at, None),
            Fact::PeerChanged { change } => self.peer_changed(change, at),
        }
        self.ask_for_labels();
        self.ask_for_profile();
    }

    /// Whether it reports on a message of ours that this thread does not have: it may come yet, or be another thread's,
    /// where the platform names somebody otherwise than before.
    fn is_stray(&self, fact: &Fact) -> bool {
        match fact {
            Fact::Receipt { scope: Scope::Message { id }, correlation: None, .. }
            | Fact::Undelivered { id, correlation: None, .. } => self.message(id).body.is_none(),
            _ => false,
        }
    }

    pub(super) fn message(&self, remote: &RemoteId) -> Message {
        let id = MessageId::of(&self.thread.account, remote);
        self.messages.get(&id).cloned().unwrap_or_else(|| Message::new(id, remote.clone()))
    }

    fn customer_wrote(&mut self, remote: &RemoteId, content: &Content, told: Told, channel: &Capabilities) {
        let Told { at, received_at, order, clock } = told;
        let apart;
        let remote = if mutant::on(Mutant::NoDedupe) {
            apart = RemoteId::new(format!("{remote}#{}", self.thread.version));
            &apart
        } else {
            remote
        };
        let mut message = self.message(remote);
        let first = message.body.is_none();
        let (told, before) = (message.contradicted, message.content().cloned());
        let body = Body {
            direction: Direction::Incoming,
            author: Author::Customer,
            at,
            clock,
            received_at,
            order,
            content: content.clone(),
            correlation: None,
        };
        if !message.learn(body) {
            if mutant::on(Mutant::DuplicateReopens) && self.thread.status != Status::Open {
                self.touch();
                self.thread.status = Status::Open;
            }
            return;
        }
        let version = self.touch();
        self.thread.transcript.under(content.topic.as_ref(), at);
        message.written = version;
        let now = message.content().cloned();
        let changed = now != before;
        if changed {
            let files = now.into_iter().flat_map(|content| content.attachments);
            self.fetch(&mut message, (0_u32..).zip(files), channel);
            self.fetch_shown(&mut message, channel);
        }
        let (id, unsent) = (message.id.clone(), message.unsent_at.is_some());
        self.contradicted(&message, told);
        self.keep_message(message);
        self.thread.transcript.wrote(Writer::Customer, version);
        self.open_window(at);
        self.open(Actor::Customer);
        if !first {
            if changed && self.thread.questions.waiting.latest().contains_key(&id) {
                self.thread.labelling.next_turn();
            }
            return;
        }
        self.reopen_for_customer();
        if unsent {
            return self.record(Actor::Customer, AuditDetail::Unsent { message: id });
        }
        self.thread.labelling.next_turn();
        let asked = UnansweredMessage { at, version };
        self.thread.unread.messages.insert(id.clone(), asked);
        self.thread.questions.ask(id, asked);
    }

    /// An edit that changes nothing is none, but for this: an earlier one that comes later must not count.
    fn edited(&mut self, remote: &RemoteId, edit: Edit, channel: &Capabilities) {
        let mut message = self.message(remote);
        let before = message.clone();
        if !message.edited(edit) {
            return;
        }
        let same = before.text() == message.text() && same_files(before.attachments(), message.attachments());
        if message.body.is_some() && same {
            return self.note_message(message);
        }
        let version = self.touch();
        message.written = version;
        for id in message.drop_replaced() {
            self.forget_media(id);
        }
        if message.asks().is_some() {
            self.fetch_shown(&mut message, channel);
        }
        if self.thread.needs_answer() && self.thread.questions.waiting.latest().contains_key(&message.id) {
            self.thread.labelling.next_turn();
            self.thread.transcript.wrote(Writer::Customer, version);
        }
        self.keep_message(message);
    }

    fn unsent(&mut self, remote: &RemoteId, at: Timestamp) {
        let mut message = self.message(remote);
        let by = self.moderation_reported(&mut message, Report::Gone, at);
        self.taken_back(message, at, by);
    }

    /// A message is there no more: whoever wrote it took it back, unless a teammate had it deleted.
    pub(super) fn taken_back(&mut self, mut message: Message, at: Timestamp, by: Option<TeammateId>) {
        for state in message.media.values() {
            if let MediaState::Stored { id, .. } = state {
                self.forget_media(id.clone());
            }
        }
        let direction = message.body.as_ref().map(|body| body.direction);
        let before = message.unsent_at;
        let first = message.unsent(at);
        if message.unsent_at == before {
            return;
        }
        let (id, version) = (message.id.clone(), self.touch());
        message.written = version;
        self.keep_message(message);
        if !first {
            return;
        }
        self.thread.unread.remove(&id);
        let theirs = direction == Some(Direction::Incoming);
        match (by, direction) {
            (Some(by), _) => self.thread.transcript.wrote(Writer::Teammate(by), version),
            (None, Some(Direction::Incoming)) => {
                self.thread.transcript.wrote(Writer::Customer, version);
                self.record(Actor::Customer, AuditDetail::Unsent { message: id.clone() });
            }
            (None, Some(Direction::Outgoing)) => {
                self.record(Actor::NativeApp, AuditDetail::Unsent { message: id.clone() });
            }
            // Whose it was is known when the message comes.
            (None, None) => {}
        }
        if theirs {
            // The summary may speak of words that are gone.
            self.thread.labelling.next_turn();
        }
        self.thread.questions.withdraw(&id);
        if self.thread.questions.waiting.is_empty() {
            self.thread.escalation.over();
        }
    }

    fn reacted(&mut self, remote: &RemoteId, by: Side, reaction: Reaction) {
        if by == Side::Customer && reaction.emoji.is_some() {
            self.open_window(reaction.at);
        }
        let mut message = self.message(remote);
        if message.reacted(by, reaction) {
            self.keep_message(message);
        }
    }

    /// The customer gave a sign of life.
    fn open_window(&mut self, at: Timestamp) {
        if self.thread.transcript.open_window(at) {
            self.touch();
        }
    }
}
