//! Whether a thread asks for anything: opened, snoozed, closed, and opened again.

use serde::{Deserialize, Serialize};

use super::work::{Work, teammate};
use crate::{
    audit::{Actor, AuditDetail, Because},
    id::{ReplyId, TeammateId, ThreadId},
    mutant::{self, Mutant},
    owner::Owner,
    time::Timestamp,
};

/// Whether a thread asks for anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// Somebody has to answer, or to wait.
    Open,
    /// Out of the queue until a time or the customer's next message.
    Snoozed {
        until: Timestamp,
    },
    Closed {
        at: Timestamp,
    },
}

impl Status {
    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Snoozed { .. } => "snoozed",
            Self::Closed { .. } => "closed",
        }
    }

    /// Whether it is done.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Closed { .. })
    }
}

impl Work {
    /// The first message makes the thread visible.
    pub(super) fn open(&mut self, actor: Actor) {
        if self.thread.opened_at.is_none() {
            self.thread.opened_at = Some(self.now);
            self.thread.began_at = Some(self.now);
            self.thread.assignment.to_route = true;
            self.record(actor, AuditDetail::Opened {});
            self.roster_changed();
        }
    }

    pub(super) fn close(&mut self, note: Option<String>, by: &TeammateId) {
        if self.thread.status.is_closed() {
            return;
        }
        let open = self.thread.began_at.map(|began| self.now.since(began).as_millis() / 1000);
        let seen = self.thread.labelling.labels.look();
        self.record(teammate(by), AuditDetail::Closed { note, because: None, open, seen });
        // What was asked stays, with all that was done about it: whoever takes this back has to answer it.
        self.closed();
        self.ask_for_labels();
    }

    fn closed(&mut self) {
        self.thread.status = Status::Closed { at: self.now };
        self.thread.escalation.dropped();
        self.thread.unread.clear();
        self.thread.moderating.let_be();
        self.thread.assignment.to_route = false;
        self.roster_changed();
    }

    /// Its customer turned out to have another thread. One with a reply that is not settled stays open for it.
    pub(super) fn goes_on_in(&mut self, other: &ThreadId) {
        if *other == self.thread.id || !self.thread.relations.linked.insert(other.clone()) {
            return;
        }
        let because = Some(Because::Person);
        self.record(Actor::System, AuditDetail::Linked { threads: vec![other.clone()], because });
        let unsettled = self.replies.values().any(|reply| reply.holds_the_line() || reply.needs_a_person());
        if !unsettled && !self.thread.status.is_closed() {
            self.record(Actor::System, AuditDetail::Closed { note: None, because, open: None, seen: None });
            self.thread.questions.waiting.clear();
            self.closed();
        }
    }

    pub(super) fn snooze(&mut self, until: Timestamp, by: &TeammateId) {
        if self.thread.status == (Status::Snoozed { until }) {
            return;
        }
        self.record(teammate(by), AuditDetail::Snoozed { until });
        self.thread.status = Status::Snoozed { until };
        self.thread.escalation.paused(self.now);
        self.roster_changed();
    }

    pub(super) fn wake_snoozed(&mut self) {
        if matches!(self.thread.status, Status::Snoozed { until } if until <= self.now) {
            // The roster let go of it; whom the rules chose then may carry too much now. A person's choice stays.
            self.thread.assignment.route_unless_chosen();
            self.opened_again(Actor::System, None, None, None);
        }
    }

    pub(super) fn reopen(&mut self, note: Option<String>, by: &TeammateId) {
        if self.thread.status == Status::Open {
            return;
        }
        self.opened_again(teammate(by), note, None, None);
        if self.thread.assignment.owner == Owner::Unassigned {
            self.thread.assignment.to_route = true;
            self.ask_for_labels();
        } else {
            self.thread.assignment.confirm(by, self.thread.version);
        }
    }

    pub(super) fn reopen_for_customer(&mut self) {
        let closed = self.thread.status.is_closed();
        if self.thread.status == Status::Open || closed && mutant::on(Mutant::ClosedNotReopened) {
            return;
        }
        if closed {
            // What was closed before was done with, and whose it was then is for the rules to say.
            self.thread.questions.waiting.clear();
            self.thread.escalation.over();
            self.thread.assignment.team = None;
        }
        self.thread.assignment.to_route = true;
        self.opened_again(Actor::Customer, None, None, None);
    }

    /// What was answered did not arrive: somebody has to know, whatever was done since.
    pub(super) fn reopen_for_loss(&mut self) {
        if self.thread.status != Status::Open {
            self.thread.assignment.route_unless_chosen();
            self.opened_again(Actor::System, None, Some(Because::Undelivered), None);
            self.ask_for_labels();
        }
    }

    /// Whoever answers a closed thread takes it up again: what becomes of the answer is seen where open threads are.
    pub(super) fn reopen_for_reply(&mut self, reply: &ReplyId, by: &TeammateId) {
        if self.thread.status.is_closed() {
            self.thread.assignment.to_route |= self.thread.assignment.owner == Owner::Unassigned;
            self.opened_again(teammate(by), None, Some(Because::Replied), Some(reply.clone()));
            self.ask_for_labels();
        }
    }

    /// The conversation was given to us: that asks for a person.
    pub(super) fn reopen_for_handover(&mut self) {
        if self.thread.opened_at.is_some() && self.thread.status != Status::Open {
            self.thread.assignment.to_route = true;
            self.opened_again(Actor::System, None, Some(Because::HandedOver), None);
        }
    }

    fn opened_again(&mut self, actor: Actor, note: Option<String>, because: Option<Because>, reply: Option<ReplyId>) {
        let was = self.thread.status.as_str().to_owned();
        if self.thread.status.is_closed() {
            self.thread.began_at = Some(self.now);
        }
        self.thread.status = Status::Open;
        self.thread.escalation.resumed(self.now);
        self.record(actor, AuditDetail::Reopened { was, note, because, reply });
        self.roster_changed();
    }
}
