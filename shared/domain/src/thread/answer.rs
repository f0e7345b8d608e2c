//! Replies: taken in, begun, settled. Only from here does a call to a platform come.

use super::{
    transcript::Writer,
    work::{Effect, Work, teammate},
};
use crate::{
    audit::{Actor, AuditDetail},
    authored::Authored,
    id::{AccountId, MessageId, RemoteId, ReplyId},
    mutant::{self, Mutant},
    outbound::{Draft, Part, SendOutcome},
    reply::{self, PartState, Reply, State},
    template::Begun,
};

/// Most replies of a thread that are not done with: all of them are read with whatever comes.
const MOST_UNSETTLED: usize = 100;

/// Why a reply is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyRefused {
    /// The id belongs to a reply that says something else.
    #[error("this replyId belongs to another reply: make a new one for new words")]
    IdReused,
    /// Somebody wrote since the version that the writer saw.
    #[error("the thread changed since you opened it: look at what was written and send again")]
    Changed,
    /// Nobody can have seen a version that there has not been.
    #[error("the thread has no such version yet: give the version of the thread that you read")]
    NotYet,
    /// As many replies as a thread can hold are not done with.
    #[error("{MOST_UNSETTLED} replies on this thread wait or failed: send them again, or discard them, first")]
    TooMany,
    /// The proof of authorship speaks of other words.
    #[error("the reply is not the one that its author signed")]
    NotTheSame,
    /// It was tried again since the person looked.
    #[error("this reply was tried again since you looked: look at what became of it")]
    TriedSince,
    /// There is no such reply.
    #[error("there is no such reply on this thread")]
    Unknown,
    /// What was asked for does not fit where the reply stands.
    #[error(transparent)]
    State(#[from] reply::Refused),
}

/// The answer of a platform to the call for a part of a reply.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallOutcome {
    pub reply: ReplyId,
    pub part: u32,
    pub attempt: u32,
    pub outcome: SendOutcome,
}

impl CallOutcome {
    /// The messages that it names, to be loaded before it is taken in: their echo may have come first.
    pub fn messages(&self, account: &AccountId) -> Vec<MessageId> {
        match &self.outcome {
            SendOutcome::Accepted { ids } => ids.iter().map(|remote| MessageId::of(account, remote)).collect(),
            SendOutcome::Refused { .. }
            | SendOutcome::Continue { .. }
            | SendOutcome::RateLimited { .. }
            | SendOutcome::Uncertain { .. } => Vec::new(),
        }
    }
}

impl Work {
    /// Takes a reply that a person wrote. The same reply again changes nothing. It is begun at once unless
    /// an earlier one is still on its way.
    pub fn reply(
        &mut self,
        id: ReplyId,
        authored: Authored,
        draft: Draft,
        template: Option<Begun>,
        parts: Vec<Part>,
        expected_version: u64,
    ) -> Result<(), ReplyRefused> {
        if !authored.covers(&draft) {
            return Err(ReplyRefused::NotTheSame);
        }
        if let Some(known) = self.replies.get(&id) {
            let same = known.authored.words() == authored.words() && known.authored.teammate() == authored.teammate();
            return if same { Ok(()) } else { Err(ReplyRefused::IdReused) };
        }
        // A private reply was written in view of another thread, which was asked.
        let private = draft.private_to().is_some();
        if expected_version > self.thread.version && !private {
            return Err(ReplyRefused::NotYet);
        }
        let unseen = self.thread.transcript.others_wrote_since(expected_version, authored.teammate());
        if unseen && !private && !mutant::on(Mutant::StaleView) {
            return Err(ReplyRefused::Changed);
        }
        let done = |reply: &Reply| matches!(reply.state, State::Sent { .. } | State::Discarded { .. });
        if self.replies.values().filter(|reply| !done(reply)).count() >= MOST_UNSETTLED {
            return Err(ReplyRefused::TooMany);
        }
        let author = authored.teammate().clone();
        if private {
            self.open(teammate(&author));
        }
        let changed = template.as_ref().and_then(|begun| begun.changed);
        let template = template.map(|begun| begun.name);
        let wait = self.thread.wait(self.now).filter(|_| !private);
        if !private {
            self.thread.questions.wait_told(self.thread.version);
        }
        let seen = self.thread.labelling.labels.look();
        let (reply, words, begun) = (id.clone(), authored.words().to_owned(), template.clone());
        let done = AuditDetail::Replied { reply, words, template: begun, parts: parts.len(), changed, wait, seen };
        self.record(teammate(&author), done);
        let version = self.touch();
        self.thread.transcript.wrote(Writer::Teammate(author.clone()), version);
        self.claim(&author);
        self.reopen_for_reply(&id, &author);
        let topic = self.topic_of(&draft);
        let reply = Reply { topic, semantics: self.semantics, ..Reply::new(id, authored, draft, template, parts) };
        if private {
            let id = MessageId::of(&self.thread.account, &RemoteId::new(reply.id.as_str()));
            self.thread.transcript.begins_with(id, &reply);
        }
        self.keep_reply(reply);
        self.begin_next();
        Ok(())
    }

    /// What is answered in a topic stays in it: that of the quoted message, else that of the customer's latest.
    fn topic_of(&self, draft: &Draft) -> Option<String> {
        let quoted = draft.quote.as_ref().map(|remote| MessageId::of(&self.thread.account, remote));
        let quoted = quoted.and_then(|id| self.messages.get(&id)?.body.as_ref());
        match quoted {
            Some(body) => body.content.topic.clone(),
            None => self.thread.transcript.topic().cloned(),
        }
    }

    /// It may be a reply's turn: begins the oldest one that waits, unless another is on its way.
    pub fn begin_next(&mut self) {
        if let Some(id) = self.next_in_line() {
            self.advance(&id, &reply::Event::Begin);
        }
    }

    /// The reply whose turn it is now. One at a time; one that was told to slow down keeps its turn, and of
    /// the others those that were begun before come first, then the oldest.
    pub(super) fn next_in_line(&self) -> Option<ReplyId> {
        let place = |reply: &Reply| match &reply.state {
            State::Sending { .. } => Some(0),
            State::Waiting { .. } => Some(1),
            State::Queued => Some(if reply.attempts > 0 { 2 } else { 3 }),
            State::Sent { .. } | State::Failed { .. } | State::Uncertain { .. } | State::Discarded { .. } => None,
        };
        let line = self.replies.values().filter_map(|reply| Some((place(reply)?, reply.authored.at(), reply)));
        let (_, _, first) = line.min_by_key(|(place, at, reply)| (*place, *at, &reply.id))?;
        let ready = match &first.state {
            State::Queued => true,
            State::Waiting { not_before, .. } => *not_before <= self.now,
            _ => false,
        };
        ready.then(|| first.id.clone())
    }

    /// A call came back.
    pub fn called(&mut self, call: &CallOutcome) {
        let event = reply::Event::Outcome { part: call.part, attempt: call.attempt, outcome: call.outcome.clone() };
        self.advance(&call.reply, &event);
        if mutant::on(Mutant::RetryUncertain) && matches!(call.outcome, SendOutcome::Uncertain { .. }) {
            self.advance(&call.reply, &reply::Event::SendAgain);
        }
        self.begin_next();
    }

    /// The platform was asked for a part of a reply in doubt. Asking never leads to another call.
    /// What is known to be another reply's, in the same words, is not taken for it. Load the messages that were found.
    pub fn checked(&mut self, id: &ReplyId, (part, attempt): (u32, u32), mut found: Vec<RemoteId>) {
        found.retain(|remote| {
            let message = self.messages.get(&MessageId::of(&self.thread.account, remote));
            let reply = message.and_then(|message| Some(&message.body.as_ref()?.correlation.as_ref()?.reply));
            reply.is_none_or(|reply| reply == id)
        });
        self.advance(id, &reply::Event::Checked { part, attempt, found });
        self.begin_next();
    }

    /// A person settles a reply in doubt. They put their name to the same words again, and say how many calls had
    /// been made when they looked, so that a repeated request does not settle what came after it.
    pub fn resolve(
        &mut self,
        id: &ReplyId,
        event: &reply::Event,
        attempts: u32,
        by: &Authored,
    ) -> Result<(), ReplyRefused> {
        let reply = self.replies.get(id).cloned().ok_or(ReplyRefused::Unknown)?;
        if reply.attempts != attempts {
            return Err(ReplyRefused::TriedSince);
        }
        if !matches!(event, reply::Event::Arrived | reply::Event::SendAgain | reply::Event::Discard) {
            return Err(reply::Refused { state: reply.state.name(), event: event.name() }.into());
        }
        if !by.covers(&reply.draft) {
            return Err(ReplyRefused::NotTheSame);
        }
        let (was, verdict) = (reply.state.name().to_owned(), event.name().to_owned());
        let done = AuditDetail::Settled { reply: id.clone(), was, verdict };
        if let Err((_, refused)) = reply.apply(event, self.now, &self.timings.reply) {
            return Err(refused.into());
        }
        self.record(teammate(by.teammate()), done);
        if *event == reply::Event::SendAgain
            && let Some(reply) = self.replies.get_mut(id)
        {
            reply.again_by = Some(by.teammate().clone());
        }
        self.advance(id, event);
        self.begin_next();
        Ok(())
    }

    /// Lets an event happen to a reply, and draws the consequences for the thread.
    pub(super) fn advance(&mut self, id: &ReplyId, event: &reply::Event) {
        let Some(before) = self.replies.get(id).cloned() else { return };
        let Ok((after, effect)) = before.clone().apply(event, self.now, &self.timings.reply) else { return };
        if let Some(reply::Effect::Call { part, attempt }) = effect {
            self.effect(Effect::Call { reply: id.clone(), part, attempt });
        }
        if after == before {
            return;
        }
        let mut news = !before.answers();
        let mut losses = Vec::new();
        for (number, (was, is)) in (0_u32..).zip(before.parts.iter().zip(&after.parts)) {
            let fresh: Vec<RemoteId> = is.names().filter(|id| was.names().all(|known| known != *id)).cloned().collect();
            if !fresh.is_empty() {
                losses.extend(self.named(&after, number, &is.part, &fresh));
                news = true;
            }
        }
        if after.answers() && news {
            self.answered_by(&after);
        } else if before.answers() && !after.answers() {
            self.unanswered(id);
        }
        if after.was_taken() && !before.was_taken() {
            self.thread.questions.answered_by(&after);
        }
        if after.came_back_since(&before) {
            self.reopen_for_loss();
        }
        if before.state.name() != after.state.name() {
            self.outcome_recorded(&after);
        }
        self.surprise_recorded(&before, &after, event);
        if after.is_to_be_told() {
            self.effect(Effect::TellComment { reply: after.id.clone() });
        }
        self.keep_reply(after);
        for event in losses {
            self.advance(id, &event);
        }
    }

    /// What a person gave up, or had sent again, arrived after all; or it is proved that it went out twice.
    fn surprise_recorded(&mut self, before: &Reply, after: &Reply, event: &reply::Event) {
        if after.surprises(before, event) {
            let (reply, was) = (after.id.clone(), before.state.name().to_owned());
            self.record(Actor::System, AuditDetail::ArrivedAfterAll { reply, was });
        }
        if after.went_out_twice() && !before.went_out_twice() {
            self.record(Actor::System, AuditDetail::SentTwice { reply: after.id.clone() });
        }
    }

    fn outcome_recorded(&mut self, reply: &Reply) {
        let id = reply.id.clone();
        let done = match &reply.state {
            State::Sent { .. } => {
                // What the customer asked since it was written is not answered by it, however late that is known.
                self.answered_by(reply);
                AuditDetail::Sent { reply: id }
            }
            // The platform's report is on record.
            State::Failed { part, .. } if reply.parts.get(*part as usize).is_some_and(PartState::is_lost) => return,
            State::Failed { error, .. } => {
                AuditDetail::SendFailed { reply: id, code: error.code.clone(), class: error.class }
            }
            State::Uncertain { cause, .. } => AuditDetail::SendUncertain { reply: id, cause: *cause },
            State::Queued | State::Sending { .. } | State::Waiting { .. } | State::Discarded { .. } => return,
        };
        self.record(Actor::System, done);
    }
}
