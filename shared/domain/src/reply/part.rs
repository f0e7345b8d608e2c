//! One call of a reply, and what became of its messages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::MOST_STEPS;
use crate::{capability::PlatformError, id::RemoteId, outbound::Part};

/// One call and what the platform named its message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartState {
    pub part: Part,
    /// How we know that it arrived; none while it has not.
    pub arrived: Option<Arrival>,
    /// A person had it sent again while nobody knew whether it had arrived, or though it was reported not to have.
    #[serde(default, skip_serializing_if = "is_false")]
    pub again: bool,
    /// What the platform calls its messages beyond those of one call: it went out more than once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub twice: Vec<RemoteId>,
    /// What the platform calls those of its messages that it took, and then reported not delivered, and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lost: BTreeMap<RemoteId, PlatformError>,
    /// It is lost, and no person has said since what is to become of it: no call is made for it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub returned: bool,
    /// The last step that the platform confirmed, of a send in several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
}

/// A step of a send in several: nothing is visible yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What the next call is to name.
    pub handle: String,
    /// Its number, from 1.
    pub number: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_false(given: &bool) -> bool {
    !given
}

/// How we know that a part arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Arrival {
    /// The platform named it.
    Named {
        /// What it calls it.
        ids: Vec<RemoteId>,
    },
    /// A person saw it.
    Seen,
}

impl PartState {
    /// A part that no call was made for.
    pub(super) fn new(part: Part) -> Self {
        Self {
            part,
            arrived: None,
            again: false,
            twice: Vec::new(),
            lost: BTreeMap::new(),
            returned: false,
            step: None,
        }
    }

    /// Whether the platform named it: then it is a message of the thread.
    pub fn is_named(&self) -> bool {
        self.named().is_some()
    }

    /// What the platform calls its messages.
    pub fn named(&self) -> Option<&[RemoteId]> {
        match &self.arrived {
            Some(Arrival::Named { ids }) => Some(ids),
            Some(Arrival::Seen) | None => None,
        }
    }

    /// What the platform called any message of it.
    pub fn names(&self) -> impl Iterator<Item = &RemoteId> {
        self.named().unwrap_or_default().iter().chain(&self.twice).chain(self.lost.keys())
    }

    /// Whether the platform took it, and reported that it did not arrive.
    pub fn is_lost(&self) -> bool {
        self.arrived.is_none() && !self.lost.is_empty()
    }

    /// Why it is lost.
    pub(super) fn loss(&self) -> Option<PlatformError> {
        self.lost.values().next_back().filter(|_| self.arrived.is_none()).cloned()
    }

    /// It arrived, as messages of these names. Names beyond those of one call, after it was sent again, are of another
    /// call: it went out twice. A message that is lost is none that arrived.
    pub(super) fn arrive(&mut self, mut arrival: Arrival) {
        if let Arrival::Named { ids } = &mut arrival {
            ids.retain(|id| !self.lost.contains_key(id));
            if ids.is_empty() {
                return;
            }
        }
        self.returned = false;
        let (Some(Arrival::Named { ids: known }), Arrival::Named { ids }) = (&mut self.arrived, &arrival) else {
            if !self.is_named() {
                self.arrived = Some(arrival);
            }
            return;
        };
        if !self.again {
            return;
        }
        for id in ids {
            if known.contains(id) || self.twice.contains(id) {
                continue;
            }
            if known.len() < self.part.messages() {
                known.push(id.clone());
            } else {
                self.twice.push(id.clone());
            }
        }
    }

    /// A message of it did not arrive. What a person has had sent again in doubt may be another: then it is only noted.
    pub(super) fn lose(&mut self, id: &RemoteId, error: &PlatformError) {
        if self.lost.contains_key(id) {
            return;
        }
        let counted = match &self.arrived {
            Some(Arrival::Named { ids }) if ids.contains(id) => true,
            // All of its messages have other names: it is none of them.
            Some(Arrival::Named { ids }) if !self.again && ids.len() >= self.part.messages() => return,
            Some(Arrival::Named { .. }) => false,
            Some(Arrival::Seen) | None => !self.again,
        };
        self.lost.insert(id.clone(), error.clone());
        self.twice.retain(|other| other != id);
        if !counted {
            return;
        }
        let mut left = self.named().unwrap_or_default().to_vec();
        left.retain(|other| other != id);
        if left.is_empty() && !self.twice.is_empty() {
            left.push(self.twice.remove(0));
        }
        self.returned = left.is_empty();
        self.arrived = (!left.is_empty()).then_some(Arrival::Named { ids: left });
    }

    /// A message of it is on the customer's device, whatever was reported before.
    pub(super) fn deliver(&mut self, id: &RemoteId) {
        self.lost.remove(id);
        self.arrive(Arrival::Named { ids: vec![id.clone()] });
        if let Some(Arrival::Named { ids: known }) = &mut self.arrived
            && known.len() < self.part.messages()
            && !known.contains(id)
            && !self.twice.contains(id)
        {
            known.push(id.clone());
        }
    }

    /// The platform confirmed another step. False where there are too many.
    pub(super) fn next_step(&mut self, handle: &str) -> bool {
        let number = self.step.as_ref().map_or(1, |step| step.number.saturating_add(1));
        self.step = (number <= MOST_STEPS).then(|| Step { handle: handle.to_owned(), number });
        self.step.is_some()
    }

    /// A person has it sent again, if it is lost; from its first step, since handles do not last.
    pub(super) fn send_again(&mut self) {
        self.step = None;
        self.again |= self.returned;
        self.returned = false;
    }
}
