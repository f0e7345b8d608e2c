//! What the roster is told, and what becomes of what it decides.

use tributary_domain::roster::{RosterEffect, RosterInput};

use super::{Job, Lease, Process, Step, routed};
use crate::world::World;

impl World {
    pub(super) fn sync(&mut self, process: &mut Process, view: RosterInput) {
        let effects = self.roster.take([view, RosterInput::ShiftTick], self.now, self.mutant);
        process.steps.push(Step::Enqueue(self.decided(&effects)));
    }

    /// Its alarm rings, or the cron line comes.
    pub(super) fn shift(&mut self, process: &mut Process) {
        let effects = self.roster.take([RosterInput::ShiftTick], self.now, self.mutant);
        process.steps.push(Step::Enqueue(self.decided(&effects)));
    }

    /// A notice is written down; then the roster hears of it.
    pub(super) fn write_down(&mut self, process: &mut Process, key: String) {
        if self.chance(6) {
            // The job comes again, as often as its queue allows.
            if self.chance(2) {
                process.leases.clear();
            }
            process.steps.clear();
            return;
        }
        self.roster.written.insert(key.clone());
        process.steps.push(Step::Told(key));
    }

    pub(super) fn told(&mut self, process: &mut Process, key: String) {
        let effects = self.roster.take([RosterInput::Notified { key }], self.now, self.mutant);
        process.steps.push(Step::Enqueue(self.decided(&effects)));
    }

    pub(super) fn route(&mut self, process: &mut Process, thread: usize) {
        let Some(object) = self.threads.get(thread).filter(|object| object.thread.to_route) else { return };
        let (view, id) = (object.view(), object.thread.id.clone());
        let effects = self.roster.take([view, RosterInput::ShiftTick], self.now, self.mutant);
        let own = |effect: &&RosterEffect| matches!(effect, RosterEffect::Assigned { thread: of, .. } if *of == id);
        if let Some(RosterEffect::Assigned { decision, version, .. }) = effects.iter().rev().find(own) {
            process.steps.push(Step::Do(thread, routed(decision.owner.clone(), *version)));
        }
        let others: Vec<RosterEffect> = effects.iter().filter(|effect| !own(effect)).cloned().collect();
        process.steps.push(Step::Enqueue(self.decided(&others)));
    }

    fn decided(&self, effects: &[RosterEffect]) -> Vec<Lease> {
        let job = |effect: &RosterEffect| match effect {
            RosterEffect::Assigned { thread, version, decision } => {
                let number = self.threads.iter().position(|object| object.thread.id == *thread)?;
                Some(Lease::Job(Job::Assigned(number, decision.owner.clone(), *version)))
            }
            RosterEffect::TeamChannel { notice } => Some(Lease::Job(Job::Note(notice.key.clone()))),
            RosterEffect::WakeAt { .. } | RosterEffect::Changed { .. } => None,
        };
        effects.iter().filter_map(job).collect()
    }
}
