//! The roster object: load, decide, commit; its alarm; and what became of its notices.

use std::collections::BTreeSet;

use tributary_domain::{
    roster::{self, RosterEffect, RosterInput, RosterState},
    rules::Rules,
    time::Timestamp,
    timings::Timings,
};

use crate::{cast, mutant::Mutant};

/// The roster as stored.
#[derive(Debug, Default)]
pub struct Roster {
    /// Its state.
    pub state: RosterState,
    /// The rules it decides by.
    pub rules: Option<&'static Rules>,
    /// When it rings.
    pub alarm: Option<Timestamp>,
    /// Keys of the notices that it decided on.
    pub raised: BTreeSet<String>,
    /// Keys of those that were written down.
    pub written: BTreeSet<String>,
}

impl Roster {
    /// Decides on these, one after the other, and commits.
    pub fn take(
        &mut self,
        inputs: impl IntoIterator<Item = RosterInput>,
        now: Timestamp,
        mutant: Option<Mutant>,
    ) -> Vec<RosterEffect> {
        let Some(rules) = self.rules else { return Vec::new() };
        let mut told = Vec::new();
        for input in inputs {
            if mutant == Some(Mutant::RosterNotReleased) && matches!(input, RosterInput::Released { .. }) {
                continue;
            }
            let (state, effects) = roster::apply(
                std::mem::take(&mut self.state),
                input,
                rules,
                cast::members(),
                now,
                &Timings::default().roster,
            );
            self.state = state;
            told.extend(effects);
        }
        for effect in &told {
            match effect {
                RosterEffect::TeamChannel { notice } => drop(self.raised.insert(notice.key.clone())),
                RosterEffect::WakeAt { at } => self.alarm = *at,
                RosterEffect::Assigned { .. } | RosterEffect::Changed { .. } => {}
            }
        }
        match mutant {
            Some(Mutant::NoticeForgotten) => self.state.pending_notices.clear(),
            Some(Mutant::OwnerForgotten) => self.state.open.values_mut().for_each(|entry| entry.told = None),
            _ => {}
        }
        told
    }

    /// Whether it waits for somebody to say that they have heard.
    pub fn is_telling(&self) -> bool {
        !self.state.pending_notices.is_empty() || self.state.open.values().any(|entry| entry.told.is_some())
    }
}
