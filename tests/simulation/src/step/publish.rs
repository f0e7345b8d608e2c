//! Publishing what threads commit to the index, the queues and the roster; labels; and the alarm that sees to all of it.

use tributary_domain::{
    escalation::Targets,
    id::TeammateId,
    label::{BuiltInReason, LabelSet, LabelSource, Labels, Urgency},
    publish::{Plan, Published},
    routing,
    thread::{
        Command, Effect,
        machine::{Page, ThreadInput},
    },
};

use super::{Done, Job, Lease, Process, Step};
use crate::{cast, index::Projection, object::Answer, world::World};

/// What goes where. The index first, then the queues, then the roster; what got through is known afterwards.
pub(super) fn publish(process: &mut Process, mut answer: Answer) {
    let thread = answer.thread;
    process.published = Published { index: true, roster: true };
    let apart = answer.apart.take();
    let plan = Plan::of(std::slice::from_ref(&answer.outcome));
    let jobs = plan.jobs.iter().filter_map(|(_, effect)| match effect {
        Effect::Media { message, place } => Some(Lease::Job(Job::Media(thread, message.clone(), *place))),
        Effect::Tell { notice } => Some(Lease::Job(Job::Tell(thread, notice.key.clone()))),
        Effect::Resume { .. } => Some(Lease::Job(Job::Resume(thread))),
        _ => None,
    });
    let work: Vec<Lease> = plan.labels.iter().map(|_| Lease::Label(thread)).chain(jobs).collect();
    let writes: Vec<Step> =
        plan.index.iter().filter_map(|one| Projection::of(one)).map(|one| Step::Index(thread, Box::new(one))).collect();
    let views: Vec<Step> = plan.roster.into_iter().map(|view| Step::Sync(Box::new(view))).collect();
    process.steps.push(Step::Note(Box::new(answer)));
    process.steps.extend(views);
    if !work.is_empty() {
        process.steps.push(Step::Enqueue(work));
    }
    process.steps.extend(writes);
    process.steps.extend(apart.map(|apart| Step::Apart(thread, apart)));
}

impl World {
    /// Whoever published remembers what got through.
    pub(super) fn noted(&mut self, process: &Process, answer: &Answer) {
        self.last_acked.note(&answer.outcome.thread, process.published.acked(&answer.outcome));
    }

    pub(super) fn write(&mut self, process: &mut Process, thread: usize, projection: Projection) -> Done {
        if self.chance(10) {
            process.published.index = false;
            // Lost; or given up by its writer, and under way all the same.
            if !self.chance(3) {
                self.index.in_flight.push((thread, projection));
            }
            return Ok(());
        }
        self.index.land(thread, projection)
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
        let turn = object.thread().labelling.turn;
        if turn > object.thread().labelling.labelled_turn() {
            process.steps.push(Step::Labelled(thread, turn));
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
        let thread = self.threads.get(thread)?.thread();
        let (owner, by_person) = (thread.assignment.owner.teammate()?, thread.assignment.chosen_by.is_some());
        let rules = self.roster.rules?;
        let away = routing::away(rules, cast::members(), owner, by_person, cast::account(), self.now);
        away.then(|| owner.clone())
    }

    pub(super) fn ring(&mut self, process: &mut Process, thread: usize) -> Done {
        let (now, rules) = (self.now, cast::rules(self.other_rules));
        let Some(object) = self.threads.get_mut(thread) else { return Ok(()) };
        process.alarm_of = Some(thread);
        let Some(mut answer) = object.take(ThreadInput::Ring { rules }, now)? else { return Ok(()) };
        let version = answer.outcome.version;
        if answer.by_version && self.index.version(thread) == Some(version) {
            answer.outcome.publication = None;
        }
        let roster = Published { index: true, roster: true }.acked(&answer.outcome).roster;
        process.steps.push(Step::Acknowledge(thread, answer.page.clone(), roster));
        process.steps.push(Step::Publish(Box::new(answer)));
        Ok(())
    }

    /// The alarm has published all that there was, or rings again.
    pub(super) fn acknowledge(&mut self, process: &mut Process, thread: usize, page: &Page, roster: u64) -> Done {
        process.alarm_of = None;
        let Some(object) = self.threads.get_mut(thread) else { return Ok(()) };
        if process.published == (Published { index: true, roster: true }) {
            return object.acknowledge(page, roster, self.now);
        }
        object.forget();
        object.alarm = Some(self.now.plus(cast::timings().alarm.retry_after));
        Ok(())
    }

    /// The clock comes by: first it looks at what the index holds.
    pub(super) fn visit(&mut self, process: &mut Process, thread: usize) {
        let indexed = self.index.version(thread).unwrap_or_default();
        process.steps.push(Step::Visited(thread, indexed));
    }

    pub(super) fn visited(&mut self, process: &mut Process, thread: usize, indexed: u64) -> Done {
        let answer = self.ask(thread, ThreadInput::Visit { indexed })?;
        process.steps.extend(answer.map(|answer| Step::Publish(Box::new(answer))));
        Ok(())
    }
}
