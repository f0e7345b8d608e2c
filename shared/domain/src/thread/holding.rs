//! Who has the conversation, on platforms where one app at a time answers and the others watch.

use serde::{Deserialize, Serialize};

use super::work::Work;
use crate::{
    audit::{Actor, AuditDetail},
    event::{Fact, Holder},
    time::Timestamp,
};

/// Handovers that are remembered one by one; those before the oldest of them count as known.
const REMEMBERED: usize = 16;

/// Who has the conversation, and how it went from one to the other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holding {
    /// As last told.
    holder: Option<(Timestamp, Holder)>,
    /// The latest handovers that are on record, and to whom; one that names nobody asked for it.
    pub(super) handovers: Vec<(Timestamp, Option<Holder>)>,
}

impl Holding {
    /// Who has the conversation, where somebody else than this inbox has it.
    pub fn by_another(&self) -> Option<Holder> {
        self.holder.map(|(_, holder)| holder).filter(|holder| *holder != Holder::Us)
    }

    /// What was told of the latest moment counts: whether it is this.
    fn told(&mut self, holder: Holder, at: Timestamp) -> bool {
        let later = self.holder.is_none_or(|known| known < (at, holder));
        if later {
            self.holder = Some((at, holder));
        }
        later
    }

    /// Remembers a handover: whether it is not on record yet.
    fn hand_over(&mut self, at: Timestamp, to: Option<Holder>) -> bool {
        let (known, one) = (&mut self.handovers, (at, to));
        let forgotten = known.len() >= REMEMBERED && known.first().is_some_and(|oldest| one < *oldest);
        let Err(place) = known.binary_search(&one) else { return false };
        if forgotten {
            return false;
        }
        known.insert(place, one);
        if known.len() > REMEMBERED {
            known.remove(0);
        }
        true
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

    pub(super) fn hold(&mut self, holder: Holder, at: Timestamp) {
        if self.thread.holding.told(holder, at) {
            self.touch();
        }
    }

    /// Puts a handover on record, once. One that gives the conversation to us asks for a person: it is brought back.
    pub(super) fn handed_over(&mut self, at: Timestamp, parties: Option<(Holder, Option<Holder>)>) {
        if !self.thread.holding.hand_over(at, parties.map(|(to, _)| to)) {
            return;
        }
        let Some((to, from)) = parties else {
            return self.record(Actor::System, AuditDetail::HandoverAsked {});
        };
        self.record(Actor::System, AuditDetail::HandedOver { to, from });
        if to == Holder::Us {
            self.reopen_for_handover();
        }
    }
}
