//! What waits for an answer, what has one, and what turns out to have none.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    state::Thread,
    unanswered::{UnansweredMessage, UnansweredMessages},
    work::Work,
};
use crate::{
    audit::Wait,
    id::{MessageId, ReplyId, TeammateId},
    label::{About, EXAMPLE_MESSAGES},
    reply::Reply,
    time::Timestamp,
};

/// Of what was answered, the latest are kept in mind.
const MOST_ANSWERED: usize = 20;

/// What the customer asked, and how far that was answered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Questions {
    /// The messages that wait for an answer. Of what is closed they do not count, and are kept for whoever takes that back.
    pub waiting: UnansweredMessages,
    /// Those that replies from here have answered: they wait again if all of those turn out not to have arrived.
    answered: BTreeMap<MessageId, Answered>,
    /// When we last answered, by whatever app.
    pub answered_at: Option<Timestamp>,
    /// When we last answered by another app than this one.
    answered_elsewhere_at: Option<Timestamp>,
    /// When a teammate last answered from here, and which.
    pub answered_by: Option<(Timestamp, TeammateId)>,
    /// The version that a reply from here was last written to: how long questions until then waited is told.
    wait_told: u64,
}

/// A message that replies from here have answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Answered {
    /// As it waited.
    asked: UnansweredMessage,
    by: BTreeSet<ReplyId>,
}

impl Questions {
    /// When the oldest question that waits was asked.
    pub fn asked_at(&self) -> Option<Timestamp> {
        self.waiting.oldest().map(|oldest| oldest.at)
    }

    /// The latest messages that wait, oldest first: what labels given now are about.
    pub(super) fn about(&self) -> Vec<About> {
        let latest = self.waiting.latest().iter();
        let mut waiting: Vec<About> = latest.map(|(id, one)| About { message: id.clone(), at: one.at }).collect();
        waiting.sort_by(|a, b| (a.at, &a.message).cmp(&(b.at, &b.message)));
        waiting.split_off(waiting.len().saturating_sub(EXAMPLE_MESSAGES))
    }

    /// An answer from elsewhere may have been to this. One from here was written by somebody who had not seen it.
    pub(super) fn ask(&mut self, id: MessageId, asked: UnansweredMessage) {
        if self.answered_elsewhere_at.is_none_or(|answered| asked.at > answered) {
            self.waiting.insert(id, asked);
        }
    }

    /// A message was taken back: it asks for nothing.
    pub(super) fn withdraw(&mut self, id: &MessageId) {
        self.answered.remove(id);
        self.waiting.remove(id);
    }

    /// We answered at this time.
    pub(super) fn answered_at(&mut self, at: Timestamp) {
        self.answered_at = self.answered_at.max(Some(at));
    }

    /// The platform took a reply of a teammate.
    pub(super) fn answered_by(&mut self, reply: &Reply) {
        self.answered_from_here(reply.authored.at(), reply.authored.teammate());
    }

    /// A teammate answered, at this time.
    pub(super) fn answered_from_here(&mut self, at: Timestamp, by: &TeammateId) {
        self.answered_by = self.answered_by.take().max(Some((at, by.clone())));
    }

    pub(super) fn wait_told(&mut self, version: u64) {
        self.wait_told = version;
    }

    /// An answer settles these: whether the oldest that waits is another now.
    fn settle(&mut self, at: Timestamp, settles: impl Fn(&UnansweredMessage) -> bool) -> bool {
        self.answered_at(at);
        let before = self.asked_at();
        self.waiting.settle(settles);
        self.asked_at() != before
    }

    /// Remembers what a reply from here settles, but for what was asked before `oldest`.
    fn remember(&mut self, reply: &ReplyId, oldest: Timestamp, settles: impl Fn(&UnansweredMessage) -> bool) {
        self.answered.retain(|_, answered| answered.asked.at > oldest);
        for (id, asked) in self.waiting.latest().iter().filter(|(_, asked)| settles(asked)) {
            self.answered.insert(id.clone(), Answered { asked: *asked, by: BTreeSet::new() });
        }
        for answered in self.answered.values_mut().filter(|answered| settles(&answered.asked)) {
            // Of many answers the first have to arrive: where they do not, more is taken to wait, never less.
            if answered.by.len() < MOST_ANSWERED {
                answered.by.insert(reply.clone());
            }
        }
        while self.answered.len() > MOST_ANSWERED {
            let first = self.answered.iter().min_by_key(|(_, answered)| answered.asked.at);
            let Some(id) = first.map(|(id, _)| id.clone()) else { break };
            self.answered.remove(&id);
        }
    }

    /// A reply turns out not to have arrived: what it alone had answered waits again.
    fn lose(&mut self, reply: &ReplyId) {
        for answered in self.answered.values_mut() {
            answered.by.remove(reply);
        }
        let again = self.answered.extract_if(.., |_, answered| answered.by.is_empty());
        self.waiting.extend(again.map(|(id, answered)| (id, answered.asked)));
    }
}

impl Thread {
    /// Whether somebody has to answer.
    pub fn needs_answer(&self) -> bool {
        !self.questions.waiting.is_empty() && !self.status.is_closed()
    }

    /// How long the customer waited for an answer that is given at `at`, and whether that was in time. Of one question it is
    /// told once, whatever becomes of the reply.
    pub(super) fn wait(&self, at: Timestamp) -> Option<Wait> {
        let (questions, urgency) = (&self.questions, self.labelling.urgency());
        let oldest = questions.waiting.oldest().filter(|oldest| oldest.version > questions.wait_told)?;
        let due = self.target().filter(|_| self.needs_answer())?;
        // While it is snoozed its time stands still.
        let counted = self.escalation.paused_at.map_or(at, |paused| paused.min(at));
        Some(Wait {
            waited: at.since(oldest.at).as_millis() / 1000,
            target: self.escalation.targets.of(urgency).as_millis() / 1000,
            met: counted <= due,
            urgency,
            first: questions.answered_at.is_none() && questions.wait_told == 0,
        })
    }
}

impl Work {
    /// Somebody of ours answered by another app, at `at`: what was asked until then no longer waits.
    pub(super) fn answered_elsewhere(&mut self, at: Timestamp) {
        let questions = &mut self.thread.questions;
        questions.answered_elsewhere_at = questions.answered_elsewhere_at.max(Some(at));
        questions.answered.retain(|_, answered| answered.asked.at > at);
        self.answered(at, |asked| asked.at <= at);
    }

    /// A reply from here arrived: what was asked before it was written no longer waits, as far as its author saw it.
    /// What came in later, whatever its time, crossed with it.
    pub(super) fn answered_by(&mut self, reply: &Reply) {
        // A private reply answers what was asked in another thread.
        if reply.draft.private_to().is_none() {
            self.answered_as(&reply.id, reply.authored.at(), reply.authored.teammate());
        }
    }

    /// The same of a reply that may stand in another thread.
    pub(super) fn answered_as(&mut self, reply: &ReplyId, at: Timestamp, by: &TeammateId) {
        let seen = self.thread.transcript.written_by(by);
        let settles = |asked: &UnansweredMessage| asked.at <= at && asked.version <= seen;
        let oldest = self.now.minus(self.timings.thread.answered_retention);
        self.thread.questions.remember(reply, oldest, settles);
        self.answered(at, settles);
    }

    /// A reply turns out not to have arrived: what it alone had answered waits again.
    pub(super) fn unanswered(&mut self, reply: &ReplyId) {
        self.touch();
        self.thread.questions.lose(reply);
    }

    fn answered(&mut self, at: Timestamp, settles: impl Fn(&UnansweredMessage) -> bool) {
        self.touch();
        if self.thread.questions.settle(at, &settles) {
            self.thread.escalation.over();
        }
        self.thread.unread.settle(settles);
    }
}
