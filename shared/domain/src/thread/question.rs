//! What waits for an answer, what has one, and what turns out to have none.

use std::collections::BTreeSet;

use super::{
    state::{Answered, Status, Writer},
    unanswered::UnansweredMessage,
    work::{Work, teammate},
};
use crate::{
    audit::{Actor, AuditDetail, Because},
    escalation::Escalation,
    id::{MessageId, ReplyId, TeammateId},
    owner::Owner,
    reply::Reply,
    time::Timestamp,
};

/// Of what was answered, the latest are kept in mind.
const MOST_ANSWERED: usize = 20;
impl Work {
    /// What was answered did not arrive: somebody has to know, whatever was done since.
    pub(super) fn reopen_for_loss(&mut self) {
        if self.thread.status == Status::Open {
            return;
        }
        let was = self.thread.status.as_str().to_owned();
        self.begin_again();
        self.thread.status = Status::Open;
        self.thread.escalation.resumed(self.now);
        // A person's choice of the owner stays.
        self.thread.to_route |= self.thread.owner_by.is_none();
        let because = Some(Because::Undelivered);
        self.record(Actor::System, AuditDetail::Reopened { was, note: None, because, reply: None });
        self.roster_changed();
        self.ask_for_labels();
    }

    /// Whoever answers a closed thread takes it up again: what becomes of the answer is seen where open threads are.
    pub(super) fn reopen_for_reply(&mut self, reply: &ReplyId, by: &TeammateId) {
        if !matches!(self.thread.status, Status::Closed { .. }) {
            return;
        }
        let was = self.thread.status.as_str().to_owned();
        self.begin_again();
        self.thread.status = Status::Open;
        self.thread.escalation.resumed(self.now);
        self.thread.to_route |= self.thread.owner == Owner::Unassigned;
        let (because, reply) = (Some(Because::Replied), Some(reply.clone()));
        self.record(teammate(by), AuditDetail::Reopened { was, note: None, because, reply });
        self.roster_changed();
        self.ask_for_labels();
    }

    /// Somebody of ours answered by another app, at `at`: what was asked until then no longer waits.
    pub(super) fn answered_elsewhere(&mut self, at: Timestamp) {
        self.thread.answered_elsewhere_at = self.thread.answered_elsewhere_at.max(Some(at));
        self.thread.answered.retain(|_, answered| answered.asked.at > at);
        self.answered(at, |asked| asked.at <= at);
    }

    /// A reply from here arrived: what was asked before it was written no longer waits, as far as its author saw it.
    /// What came in later, whatever its time, crossed with it.
    pub(super) fn answered_by(&mut self, reply: &Reply) {
        let author = Writer::Teammate(reply.authored.teammate().clone());
        let seen = self.thread.wrote.get(&author).copied().unwrap_or_default();
        let at = reply.authored.at();
        let settles = |asked: &UnansweredMessage| asked.at <= at && asked.version <= seen;
        let (thread, oldest) = (&mut self.thread, self.now.minus(self.timings.thread.answered_retention));
        thread.answered.retain(|_, answered| answered.asked.at > oldest);
        for (id, asked) in thread.waiting.latest().iter().filter(|(_, asked)| settles(asked)) {
            thread.answered.insert(id.clone(), Answered { asked: *asked, by: BTreeSet::new() });
        }
        for answered in thread.answered.values_mut().filter(|answered| settles(&answered.asked)) {
            // Of many answers the first have to arrive: where they do not, more is taken to wait, never less.
            if answered.by.len() < MOST_ANSWERED {
                answered.by.insert(reply.id.clone());
            }
        }
        while thread.answered.len() > MOST_ANSWERED {
            let first = thread.answered.iter().min_by_key(|(_, answered)| answered.asked.at);
            let Some(id) = first.map(|(id, _)| id.clone()) else { break };
            thread.answered.remove(&id);
        }
        self.answered(at, settles);
    }

    /// A reply turns out not to have arrived: what it alone had answered waits again.
    pub(super) fn unanswered(&mut self, reply: &ReplyId) {
        self.touch();
        let thread = &mut self.thread;
        for answered in thread.answered.values_mut() {
            answered.by.remove(reply);
        }
        let again = thread.answered.iter().filter(|(_, answered)| answered.by.is_empty());
        let again: Vec<(MessageId, UnansweredMessage)> =
            again.map(|(id, answered)| (id.clone(), answered.asked)).collect();
        thread.answered.retain(|_, answered| !answered.by.is_empty());
        thread.waiting.extend(again);
    }

    fn answered(&mut self, at: Timestamp, settles: impl Fn(&UnansweredMessage) -> bool) {
        self.touch();
        self.thread.answered_at = self.thread.answered_at.max(Some(at));
        let asked_at = self.thread.asked_at();
        self.thread.waiting.settle(&settles);
        if self.thread.asked_at() != asked_at {
            self.thread.escalation = Escalation::default();
        }
        self.thread.unseen.settle(settles);
        self.forget_positions();
    }
}
