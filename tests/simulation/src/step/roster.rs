//! What the roster is told, and what becomes of what it decides.

use tributary_domain::{
    owner::Reason,
    roster::{RosterEffect, RosterInput, RosterView, machine::decision_on},
    thread::Command,
};

use super::{Done, Job, Lease, Process, Step};
use crate::{
    laws::{self, Broken},
    world::World,
};

impl World {
    pub(super) fn sync(&mut self, process: &mut Process, view: RosterView) -> Done {
        if self.chance(6) {
            // The call failed; or only its answer is lost.
            process.published.roster = false;
            if self.chance(2) {
                self.decide([view.into(), RosterInput::ShiftTick])?;
            }
            return Ok(());
        }
        self.heard(process, [view.into(), RosterInput::ShiftTick])
    }

    /// The roster decides, and what comes of it goes on its way.
    pub(super) fn heard(&mut self, process: &mut Process, inputs: impl IntoIterator<Item = RosterInput>) -> Done {
        let effects = self.decide(inputs)?;
        process.steps.push(Step::Enqueue(self.decided(&effects)));
        Ok(())
    }

    fn decide(&mut self, inputs: impl IntoIterator<Item = RosterInput>) -> Result<Vec<RosterEffect>, Broken> {
        let effects = self.roster.take(inputs, self.now);
        laws::owners_are_told(&self.threads, &self.roster)?;
        Ok(effects)
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

    pub(super) fn route(&mut self, process: &mut Process, thread: usize) -> Done {
        let Some(object) = self.threads.get(thread).filter(|object| object.thread().assignment.to_route) else {
            return Ok(());
        };
        let (view, id) = (object.thread().roster_view(), object.thread().id.clone());
        let (own, others) = decision_on(&id, self.decide([view.into(), RosterInput::ShiftTick])?);
        if let Some((decision, version)) = own {
            let reasons = decision.reasons.iter().map(Reason::from).collect();
            process.steps.push(Step::Do(thread, Command::Routed { owner: decision.owner, reasons, version }));
        }
        process.steps.push(Step::Enqueue(self.decided(&others)));
        Ok(())
    }

    fn decided(&self, effects: &[RosterEffect]) -> Vec<Lease> {
        let job = |effect: &RosterEffect| match effect {
            RosterEffect::Assigned { thread, version, decision } => {
                let number = self.threads.iter().position(|object| object.thread().id == *thread)?;
                Some(Lease::Job(Job::Assigned(number, decision.owner.clone(), *version)))
            }
            RosterEffect::TeamChannel { notice } => Some(Lease::Job(Job::Note(notice.key.clone()))),
            RosterEffect::WakeAt { .. } | RosterEffect::Changed { .. } => None,
        };
        effects.iter().filter_map(job).collect()
    }
}
