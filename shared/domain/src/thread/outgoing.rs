//! Messages of ours: as the answer of a call names them, and as the platform echoes them.

use super::{clock::Told, transcript::Writer, work::Work};
use crate::{
    audit::{Actor, AuditDetail},
    event::{Attachment, Content, Correlation, Holder, Origin, Quote, Stage},
    id::{MessageId, RemoteId},
    message::{Author, Body, Direction, MediaState, Message, order},
    mutant::{self, Mutant},
    outbound::{Part, PartMedia},
    reply::{self, PartState, Reply},
    time::Timestamp,
};

impl Work {
    /// The platform took a part and named it: it becomes a message of the thread, even if it is lost by now. Which of
    /// them are: it may have been reported before anybody knew whose message it is.
    pub(super) fn named(&mut self, reply: &Reply, number: u32, part: &Part, ids: &[RemoteId]) -> Vec<reply::Event> {
        let mut lost = Vec::new();
        self.thread.questions.answered_at(reply.authored.at());
        // What a person says takes the conversation over.
        self.hold(Holder::Us, self.now);
        for (index, remote) in ids.iter().enumerate() {
            let id = MessageId::of(&self.thread.account, remote);
            let mut message = self.messages.get(&id).cloned().unwrap_or_else(|| Message::new(id, remote.clone()));
            let (mut content, media) = content(part, index, ids.len());
            content.topic.clone_from(&reply.topic);
            content.comment = reply.draft.private_to().cloned().map(Box::new);
            let body = Body {
                direction: Direction::Outgoing,
                author: Author::Teammate { id: reply.authored.teammate().clone() },
                at: reply.authored.at(),
                clock: None,
                received_at: self.now,
                order: order(None, self.now, number.saturating_add(u32::try_from(index).unwrap_or(u32::MAX))),
                content,
                correlation: Some(Correlation { reply: reply.id.clone(), part: number }),
            };
            let error = message.undelivered.clone().filter(|_| message.stage < Some(Stage::Delivered));
            lost.extend(error.map(|error| reply::Event::Undelivered { part: number, id: remote.clone(), error }));
            message.learn(body);
            message.written = self.touch();
            for (place, state) in (0_u32..).zip(media) {
                message.media_is(place, state);
            }
            self.keep_message(message);
        }
        lost
    }

    pub(super) fn we_wrote(
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
            (Some(reply), Some(one)) => {
                let (words, media) = echoed(reply, one.part, content);
                (Content { comment: reply.draft.private_to().cloned().map(Box::new), ..words }, media)
            }
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
                self.thread.transcript.wrote(Writer::Elsewhere, version);
                let wait = self.thread.wait(at).filter(|_| by_a_person);
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
    pub(super) fn contradicted(&mut self, message: &Message, told: bool) {
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
}

/// What the echo of a part of a reply says and carries: what was sent, but for an album, whose echoes come one by one.
fn echoed(reply: &Reply, part: u32, told: &Content) -> (Content, Vec<MediaState>) {
    match reply.parts.get(part as usize).map(|state| &state.part) {
        Some(Part::Media { items, .. }) if items.len() > 1 => (told.clone(), Vec::new()),
        Some(part) => content(part, 0, 1),
        None => (told.clone(), Vec::new()),
    }
}

/// What one message of a sent part says and carries. An album is one call and several messages.
fn content(part: &Part, index: usize, messages: usize) -> (Content, Vec<MediaState>) {
    let quoted = |quote: &Option<RemoteId>| quote.clone().map(|id| Quote { id: Some(id), text: None });
    match part {
        Part::Text { text, quote } => {
            (Content { text: Some(text.clone()), quote: quoted(quote), ..Content::default() }, Vec::new())
        }
        Part::Media { items, caption, quote } => {
            let shown: Vec<&PartMedia> =
                if messages > 1 { items.get(index).into_iter().collect() } else { items.iter().collect() };
            let attachments = shown.iter().map(|item| Attachment {
                mime: Some(item.file.mime.clone()),
                name: Some(item.file.name.clone()),
                size: Some(item.file.size),
                ..Attachment::bare(item.kind.clone())
            });
            let content = Content {
                text: caption.clone().filter(|_| index == 0),
                attachments: attachments.collect(),
                quote: quoted(quote),
                ..Content::default()
            };
            let media = shown.iter().map(|item| MediaState::Stored {
                id: item.file.media.clone(),
                mime: item.file.mime.clone(),
                size: item.file.size,
            });
            (content, media.collect())
        }
    }
}
