//! Carrying what threads commit to the index, the queues and the roster; and the alarm that sees to it.

use tributary_domain::{
    id::TeammateId,
    label::{BuiltInReason, LabelSet, LabelSource, Labels, Urgency},
    routing,
    thread::{Command, Effect, Targets},
    time::Span,
};

use super::{Done, Job, Lease, Process, Step};
use crate::{cast, index::Projection, mutant::Mutant, object::Answer, world::World};

impl World {
    pub(super) fn write(&mut self, process: &mut Process, thread: usize, projection: Projection) -> Done {
        if self.chance(10) {
            process.failed = true;
            // Lost; or given up by its writer, and under way all the same.
            if !self.chance(3) {
                self.index.in_flight.push((thread, projection));
            }
            return Ok(());
        }
        self.index.land(thread, projection, self.mutant)
    }

    pub(super) fn enqueue(&mut self, work: Vec<Lease>) {
        for item in work {
            match item {
                Lease::Intake(delivery) => self.intake.push(delivery),
                Lease::Label(thread) => self.labels.push(thread),
                Lease::Job(job) => self.jobs.push(job),
            }
        }
    }

    pub(super) fn label(&mut self, process: &mut Process, thread: usize) {
        let Some(object) = self.threads.get(thread) else { return };
        process.steps.push(Step::Route(thread));
        if object.thread.turn > object.thread.labelled_turn() {
            process.steps.push(Step::Labelled(thread, object.thread.turn));
        }
    }

    pub(super) fn labelled(&mut self, process: &mut Process, thread: usize, turn: u64) -> Done {
        let urgency = if self.dice.once_in(3) { Urgency::High } else { Urgency::Normal };
        let labels = Labels { topic: "other".to_owned(), urgency, language: "en".to_owned(), summary: String::new() };
        let source = LabelSource::BuiltIn { reason: BuiltInReason::NotConfigured };
        let set = LabelSet { labels, source, at: self.now };
        let away = self.away(thread);
        self.command(process, thread, Command::Labelled { turn, set, targets: Targets::default(), plan: None, away })
    }

    /// The owner, where they are off shift.
    fn away(&self, thread: usize) -> Option<TeammateId> {
        let thread = &self.threads.get(thread)?.thread;
        let (owner, by_person) = (thread.owner.teammate()?, thread.owner_by.is_some());
        let rules = self.roster.rules?;
        let away = routing::away(rules, cast::members(), owner, by_person, cast::account(), self.now);
        away.then(|| owner.clone())
    }

    pub(super) fn ring(&mut self, process: &mut Process, thread: usize) -> Done {
        let (now, mutant, rules) = (self.now, self.mutant, cast::rules(self.other_rules));
        let Some(object) = self.threads.get_mut(thread) else { return Ok(()) };
        object.alarm = None;
        let overdue = object.overdue(now);
        let mut answer = object.tick(rules, now, mutant)?;
        if mutant == Some(Mutant::LabelLost) {
            answer.effects.retain(|effect| *effect != Effect::Label);
        }
        let due = object.thread.roster_due;
        if mutant == Some(Mutant::ResendAfterCrash)
            && let Some(reply) = overdue
        {
            answer = self.send_again(thread, &reply)?;
        }
        let held = self.index.rows.get(&thread).map(|row| row.version);
        if held == Some(answer.version) {
            answer.projection = None;
        }
        process.alarm_of = Some(thread);
        process.steps.push(Step::Confirm(thread, answer.version, due));
        process.and_calls(thread, answer);
        Ok(())
    }

    pub(super) fn confirm(&mut self, process: &mut Process, thread: usize, version: u64, due: u64) {
        let (now, mutant) = (self.now, self.mutant);
        process.alarm_of = None;
        let Some(object) = self.threads.get_mut(thread) else { return };
        if process.failed {
            let again = now.plus(Span::seconds(30));
            object.alarm = Some(object.alarm.map_or(again, |set| set.min(again)));
            return;
        }
        object.confirm(version, due, mutant);
        if mutant != Some(Mutant::NoAlarm) {
            object.arm(now);
        }
    }
}

/// The index first: what is looked for after a hint has to be there. Then the queues, then the roster.
pub(super) fn carry(process: &mut Process, answer: Answer) {
    let thread = answer.thread;
    process.steps.extend(answer.view.map(Step::Sync));
    let work = answer.effects.into_iter().filter_map(|effect| match effect {
        Effect::Label => Some(Lease::Label(thread)),
        Effect::Media { message, place } => Some(Lease::Job(Job::Media(thread, message, place))),
        Effect::Tell { notice } => Some(Lease::Job(Job::Tell(thread, notice.key))),
        Effect::Resume { .. } => Some(Lease::Job(Job::Resume(thread))),
        Effect::Profile | Effect::DropMedia { .. } | Effect::Call { .. } | Effect::Roster => None,
    });
    let work: Vec<Lease> = work.collect();
    if !work.is_empty() {
        process.steps.push(Step::Enqueue(work));
    }
    process.steps.extend(answer.projection.map(|projection| Step::Index(thread, Box::new(projection))));
    process.steps.extend(answer.apart.map(|apart| Step::Apart(thread, apart)));
}
