//! What platforms report. Merging is commutative and idempotent: see the tests of every permutation.

use super::{
    clock::Told,
    state::{Status, Writer},
    unanswered::UnansweredMessage,
    work::{Effect, Work},
};
use crate::{
    audit::{Actor, AuditDetail},
    capability::{Capabilities, MediaPolicy, PlatformError},
    escalation::Escalation,
    event::{Attachment, Content, Correlation, Event, Fact, MediaSource, Origin, Scope, Side, Stage},
    id::{AccountId, MessageId, RemoteId, ReplyId},
    message::{Author, Body, Direction, Edit, MediaState, Message, Reaction, same_files},
    mutant::{self, Mutant},
    outbound::Part,
    reply::{self, PartState},
    time::Timestamp,
};

/// The messages and replies that `event` speaks of, to be loaded before it is taken in.
pub fn wanted(account: &AccountId, event: &Event) -> (Option<MessageId>, Option<ReplyId>) {
    let message = match &event.fact {
        Fact::Message { id, .. }
        | Fact::Echo { id, .. }
        | Fact::Edited { id, .. }
        | Fact::Unsent { id }
        | Fact::Reacted { id, .. }
        | Fact::Undelivered { id, .. }
        | Fact::Receipt { scope: Scope::Message { id }, .. } => Some(id),
        Fact::Receipt { .. }
        | Fact::Referred { .. }
        | Fact::HandedOver { .. }
        | Fact::HandoverAsked
        | Fact::PeerChanged { .. } => None,
    };
    let correlation = match &event.fact {
        Fact::Echo { correlation, .. } | Fact::Receipt { correlation, .. } | Fact::Undelivered { correlation, .. } => {
            correlation.as_ref()
        }
        _ => None,
    };
    (message.map(|id| MessageId::of(account, id)), correlation.map(|one| one.reply.clone()))
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
                if self.thread.referral.as_ref().is_none_or(|(known, _)| *known < at) {
                    self.thread.referral = Some((at, referral.clone()));
                    self.touch();
                }
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

    fn message(&self, remote: &RemoteId) -> Message {
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
        let topic = (at, content.topic.clone());
        let several = topic.1.is_some() || self.thread.topic.is_some();
        if several && self.thread.topic.as_ref().is_none_or(|known| *known < topic) {
            self.thread.topic = Some(topic);
        }
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
        self.wrote(Writer::Customer, version);
        self.open_window(at);
        self.open(Actor::Customer);
        if !first {
            if changed && self.thread.waiting.latest().contains_key(&id) {
                self.thread.turn = self.thread.turn.saturating_add(1);
            }
            return;
        }
        self.reopen_for_customer();
        if unsent {
            return self.record(Actor::Customer, AuditDetail::Unsent { message: id });
        }
        self.thread.turn = self.thread.turn.saturating_add(1);
        let waiting = UnansweredMessage { at, version };
        self.thread.unseen.insert(id.clone(), waiting);
        // An answer from elsewhere may have been to this. One from here was written by somebody who had not seen it.
        let answered = self.thread.answered_elsewhere_at.is_some_and(|answered| at <= answered);
        if !answered {
            self.thread.waiting.insert(id, waiting);
        }
    }

    /// Has the bytes of attachments fetched, where those are kept.
    fn fetch(
        &mut self,
        message: &mut Message,
        files: impl IntoIterator<Item = (u32, Attachment)>,
        channel: &Capabilities,
    ) {
        for (place, file) in files {
            let handle = matches!(file.source, Some(MediaSource::Handle { .. }));
            let fetch = file.source.is_some() && (channel.media_policy == MediaPolicy::Store || handle);
            if fetch && !message.media.contains_key(&place) && message.media_is(place, MediaState::Pending) {
                self.effect(Effect::Media { message: message.id.clone(), place });
            }
        }
    }

    /// The same for what a message shows now, of which an edit may have told.
    fn fetch_shown(&mut self, message: &mut Message, channel: &Capabilities) {
        let files: Vec<_> = message.files().into_iter().map(|(key, file)| (key, file.clone())).collect();
        self.fetch(message, files, channel);
    }

    fn we_wrote(
        &mut self,
        remote: &RemoteId,
        content: &Content,
        correlation: Option<&Correlation>,
        origin: Origin,
        told: Told,
    ) {
        let correlation = correlation.filter(|_| !mutant::on(Mutant::EvidenceIgnored));
        let Told { at, received_at, order, clock } = told;
        let mut message = self.message(remote);
        let first = message.body.is_none();
        let told = message.contradicted;
        let known = message.body.as_ref().and_then(|body| body.correlation.clone());
        let correlation = correlation.cloned().or(known).or_else(|| self.doubtful_twin(content, at));
        let ours = correlation.as_ref().and_then(|one| self.replies.get(&one.reply));
        let (words, media) = match (ours, correlation.as_ref()) {
            (Some(reply), Some(one)) => super::answer::echoed(reply, one.part, content),
            _ => (content.clone(), Vec::new()),
        };
        let by_reply = ours.cloned();
        let author = match (ours, origin) {
            (Some(reply), _) => Author::Teammate { id: reply.authored.teammate().clone() },
            (None, Origin::NativeApp | Origin::Unknown) => Author::NativeApp,
            (None, Origin::Ours | Origin::OtherApp) => Author::OtherApp,
        };
        let by_a_person = author != Author::OtherApp;
        let known_reply = ours.is_some();
        let body = Body {
            direction: Direction::Outgoing,
            author,
            at,
            clock,
            received_at,
            order,
            content: words,
            correlation: correlation.clone().filter(|_| known_reply),
        };
        if message.learn(body) {
            for (place, state) in (0_u32..).zip(media) {
                message.media_is(place, state);
            }
            let version = self.touch();
            let unsent = message.unsent_at.is_some().then(|| message.id.clone());
            if first {
                message.written = version;
            }
            self.contradicted(&message, told);
            self.keep_message(message);
            self.open(Actor::NativeApp);
            if let Some(id) = unsent.filter(|_| first) {
                self.record(Actor::NativeApp, AuditDetail::Unsent { message: id });
            }
            if first && !known_reply {
                self.wrote(Writer::Elsewhere, version);
                let wait = self.wait(at).filter(|_| by_a_person);
                self.record(Actor::NativeApp, AuditDetail::AnsweredElsewhere { origin, wait });
            }
            match by_reply {
                Some(reply) if reply.parts.iter().any(PartState::is_lost) => {}
                Some(reply) => self.answered_by(&reply),
                None if by_a_person => self.answered_elsewhere(at),
                None => {}
            }
        }
        if let Some(Correlation { reply, part }) = correlation {
            self.advance(&reply, &reply::Event::Evidence { part, id: remote.clone() });
        }
    }

    /// Tells once that the platform sent other words under an id.
    fn contradicted(&mut self, message: &Message, told: bool) {
        if message.contradicted && !told {
            self.record(Actor::System, AuditDetail::Contradicted { message: message.id.clone() });
        }
    }

    /// The part that says just this, in doubt or seen to have arrived since, where the platform gave no reference back.
    /// None where another reply on its way says the same: the echo may be that one's.
    fn doubtful_twin(&self, content: &Content, at: Timestamp) -> Option<Correlation> {
        let text = content.text.as_deref()?;
        let says_so = |part: &PartState| matches!(&part.part, Part::Text { text: sent, .. } if sent == text);
        let mut twins = self.replies.values().filter_map(|reply| {
            let (number, _) = (0_u32..).zip(&reply.parts).find(|(_, part)| !part.is_named() && says_so(part))?;
            let slack = self.timings.thread.clock_skew;
            let recent = reply.attempts > 0 && at >= reply.authored.at().minus(slack);
            // What came after a person saw it arrive is something else.
            let before_seen = !matches!(reply.state, reply::State::Sent { at: seen } if at > seen.plus(slack));
            (recent && before_seen).then_some((reply, number))
        });
        let (reply, number) = twins.next()?;
        let in_doubt = match reply.state {
            reply::State::Uncertain { part, .. } => part == number,
            reply::State::Sent { .. } => true,
            _ => false,
        };
        (in_doubt && twins.next().is_none()).then(|| Correlation { reply: reply.id.clone(), part: number })
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
        if self.thread.needs_answer() && self.thread.waiting.latest().contains_key(&message.id) {
            self.thread.turn = self.thread.turn.saturating_add(1);
            self.wrote(Writer::Customer, version);
        }
        self.keep_message(message);
    }

    fn unsent(&mut self, remote: &RemoteId, at: Timestamp) {
        let mut message = self.message(remote);
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
        self.thread.unseen.remove(&id);
        self.forget_positions();
        match direction {
            Some(Direction::Incoming) => {
                self.wrote(Writer::Customer, version);
                self.record(Actor::Customer, AuditDetail::Unsent { message: id.clone() });
                // The summary may speak of words that are gone.
                self.thread.turn = self.thread.turn.saturating_add(1);
            }
            Some(Direction::Outgoing) => {
                self.record(Actor::NativeApp, AuditDetail::Unsent { message: id.clone() });
            }
            // Whose it was is known when the message comes.
            None => {}
        }
        self.thread.answered.remove(&id);
        self.thread.waiting.remove(&id);
        if self.thread.waiting.is_empty() {
            self.thread.escalation = Escalation::default();
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

    fn receipt(&mut self, stage: Stage, scope: &Scope, correlation: Option<&Correlation>) {
        let correlation = correlation.filter(|_| !mutant::on(Mutant::EvidenceIgnored));
        match scope {
            Scope::Message { id } => {
                let mut message = self.message(id);
                let known = message.body.as_ref().and_then(|body| body.correlation.clone());
                if message.reached(stage) {
                    self.keep_message(message);
                }
                if let Some(Correlation { reply, part }) = correlation.cloned().or(known) {
                    let id = id.clone();
                    let event = match stage {
                        Stage::Sent => reply::Event::Evidence { part, id },
                        Stage::Delivered | Stage::Read => reply::Event::Delivered { part, id },
                    };
                    self.advance(&reply, &event);
                }
            }
            Scope::UpTo { at } => {
                let farther = self.thread.reached.get(&stage).is_none_or(|known| known < at);
                if farther || mutant::on(Mutant::WatermarkBack) {
                    self.thread.reached.insert(stage, *at);
                    self.touch();
                }
            }
        }
    }

    /// The platform took a message of ours, and reports that it did not arrive. What is on the customer's device did.
    fn undelivered(&mut self, id: &RemoteId, error: &PlatformError, correlation: Option<&Correlation>) {
        if mutant::on(Mutant::LossIgnored) {
            return;
        }
        let mut message = self.message(id);
        let known = message.body.as_ref().and_then(|body| body.correlation.clone());
        let first = message.undelivered.is_none();
        let arrived = message.stage >= Some(Stage::Delivered);
        if message.undelivered(error.clone()) {
            self.keep_message(message);
        }
        if first {
            let code = error.code.clone();
            self.record(Actor::System, AuditDetail::Undelivered { code, class: error.class });
        }
        if let Some(Correlation { reply, part }) = correlation.cloned().or(known) {
            let id = id.clone();
            let event = if arrived {
                reply::Event::Delivered { part, id }
            } else {
                reply::Event::Undelivered { part, id, error: error.clone() }
            };
            self.advance(&reply, &event);
        }
    }

    /// The customer gave a sign of life.
    fn open_window(&mut self, at: Timestamp) {
        if self.thread.window_opened_at.is_none_or(|known| known < at) {
            self.thread.window_opened_at = Some(at);
            self.touch();
        }
    }

    /// The first message makes the thread visible.
    fn open(&mut self, actor: Actor) {
        if self.thread.opened_at.is_none() {
            self.thread.opened_at = Some(self.now);
            self.thread.began_at = Some(self.now);
            self.thread.to_route = true;
            self.record(actor, AuditDetail::Opened {});
            self.roster_changed();
        }
    }

    fn reopen_for_customer(&mut self) {
        if self.thread.status == Status::Open {
            return;
        }
        let was = self.thread.status.as_str();
        if mutant::on(Mutant::ClosedNotReopened) && was == "closed" {
            return;
        }
        if matches!(self.thread.status, Status::Closed { .. }) {
            // What was closed before was done with, and whose it was then is for the rules to say.
            self.thread.waiting.clear();
            self.thread.escalation = Escalation::default();
            self.thread.team = None;
        }
        self.begin_again();
        self.thread.status = Status::Open;
        self.thread.escalation.resumed(self.now);
        self.thread.to_route = true;
        self.record(
            Actor::Customer,
            AuditDetail::Reopened { was: was.to_owned(), note: None, because: None, reply: None },
        );
        self.roster_changed();
    }
}
