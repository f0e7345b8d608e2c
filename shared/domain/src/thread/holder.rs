//! Who has the conversation, on platforms where one app at a time answers and the others watch.

use super::{
    state::{Status, Thread},
    work::Work,
};
use crate::{
    audit::{Actor, AuditDetail, Because},
    event::{Fact, Holder},
    time::Timestamp,
};

/// Handovers that are remembered one by one; those before the oldest of them count as known.
const REMEMBERED: usize = 16;

impl Thread {
    /// Who has the conversation, where somebody else than this inbox has it.
    pub fn held_by(&self) -> Option<Holder> {
        self.held.map(|(_, holder)| holder).filter(|holder| *holder != Holder::Us)
    }
}

impl Work {
    /// What customers say reaches whoever has the conversation; the others are told that they only watch.
    pub(super) fn held(&mut self, fact: &Fact, at: Timestamp) {
        match fact {
            Fact::Message { content, .. } => self.hold(content.holder().unwrap_or(Holder::Us), at),
            Fact::Echo { content, .. } => {
                if let Some(holder) = content.holder() {
                    self.hold(holder, at);
                }
            }
            Fact::HandedOver { to, .. } => self.hold(*to, at),
            _ => {}
        }
    }

    /// What was told of the latest moment counts.
    pub(super) fn hold(&mut self, holder: Holder, at: Timestamp) {
        if self.thread.held.is_none_or(|known| known < (at, holder)) {
            self.thread.held = Some((at, holder));
            self.touch();
        }
    }

    /// Puts a handover on record, once. One that gives the conversation to us asks for a person: it is brought back.
    pub(super) fn handed_over(&mut self, at: Timestamp, parties: Option<(Holder, Option<Holder>)>) {
        let known = &mut self.thread.handovers;
        let one = (at, parties.map(|(to, _)| to));
        let forgotten = known.len() >= REMEMBERED && known.first().is_some_and(|oldest| one < *oldest);
        let Err(place) = known.binary_search(&one) else { return };
        if forgotten {
            return;
        }
        known.insert(place, one);
        if known.len() > REMEMBERED {
            known.remove(0);
        }
        let Some((to, from)) = parties else {
            return self.record(Actor::System, AuditDetail::HandoverAsked {});
        };
        self.record(Actor::System, AuditDetail::HandedOver { to, from });
        if to == Holder::Us && self.thread.opened_at.is_some() && self.thread.status != Status::Open {
            let was = self.thread.status.as_str().to_owned();
            self.begin_again();
            self.thread.status = Status::Open;
            self.thread.escalation.resumed(self.now);
            self.thread.to_route = true;
            let because = Some(Because::HandedOver);
            self.record(Actor::System, AuditDetail::Reopened { was, note: None, because, reply: None });
            self.roster_changed();
        }
    }
}
