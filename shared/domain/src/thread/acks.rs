//! How much of a thread the index and the roster are known to hold.

use serde::{Deserialize, Serialize};

use crate::mutant::{self, Mutant};

/// What others have acknowledged of a thread, and what the roster has to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Acks {
    /// The version that the index is known to hold.
    pub index: u64,
    /// The number of the last audit entry that the index is known to hold.
    pub audit: u64,
    /// The version that the roster is known to hold.
    pub roster: u64,
    /// The version in which owner, urgency or status last changed: the roster has to hold it.
    pub roster_due: u64,
}

impl Acks {
    /// What is heard late of an older version takes nothing back.
    pub(super) fn roster_holds(&mut self, version: u64) {
        self.roster = self.roster.max(version);
    }

    /// The index lost what it is known to hold.
    pub(super) fn index_lost(&mut self) {
        self.index = 0;
        if !mutant::on(Mutant::VisitForgetsAudit) {
            self.audit = 0;
        }
    }
}
