//! Processes: the consumer of deliveries, and the jobs that make calls. Between any two steps is a place to die.

use tributary_domain::{
    event::{Event, Fact, Received, Toward},
    id::{MessageId, RemoteId},
    moderation::{ModerationAction, ModerationOutcome, may_be_made},
    platform::Surface,
    post::{Comment, Handover, HeldCall, HeldResult, Merit, Placement, acknowledge, go_on, take},
    thread::{Effect, ModerationCall, machine::ThreadInput},
    time::Timestamp,
};

use super::{World, author_of, platform::LONGEST};
use crate::{Broken, cast, object::Answer, post::name};

/// Comments that a job takes at once.
const TAKEN: usize = 2;

#[derive(Debug, Clone)]
pub(super) enum Job {
    /// Something is to be done to this comment of this author's.
    Moderate(usize, MessageId),
    /// Something is to be done to what is held.
    Held,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    /// The post takes what the platform told, or what we did. Of a delivery, its thread is told as well.
    Take(Box<Received>, bool),
    /// A thread is told.
    Ingest(usize, Vec<Received>),
    /// The post hears that a thread was.
    Handed(RemoteId, Vec<String>),
    /// It may be time for a call.
    Begin(usize, MessageId),
    /// The call whose marker was committed then.
    Call(usize, ModerationCall, Timestamp),
    /// The answer to a call that began then.
    Heard(usize, ModerationCall, Option<usize>, Timestamp),
    Report(usize, MessageId, u32, ModerationOutcome),
    GoOn(Vec<HeldResult>),
    CallHeld(Vec<HeldCall>, Timestamp),
    HeardHeld(Vec<(HeldCall, Option<usize>)>),
}

/// What it has yet to do, the next at the end.
#[derive(Debug, Default)]
pub(super) struct Process {
    pub(super) steps: Vec<Step>,
    pub(super) delivery: Option<Received>,
    pub(super) job: Option<Job>,
    /// It waits for an answer until then.
    until: Option<Timestamp>,
}

impl World {
    pub(super) fn deliver(&mut self) {
        let Some(told) = self.dice.take(&mut self.deliveries) else { return };
        let steps = vec![Step::Take(Box::new(told.clone()), true)];
        self.processes.push(Process { steps, delivery: Some(told), ..Process::default() });
    }

    pub(super) fn take_job(&mut self) {
        let Some(job) = self.dice.take(&mut self.jobs) else { return };
        // Queues give a job to two now and then.
        if self.chance(8) {
            self.jobs.push(job.clone());
        }
        let step = match job.clone() {
            Job::Moderate(author, message) => Step::Begin(author, message),
            Job::Held => Step::GoOn(Vec::new()),
        };
        self.processes.push(Process { steps: vec![step], job: Some(job), ..Process::default() });
    }

    /// Alarms whose time has come ring.
    pub(super) fn wake(&mut self) -> Result<(), Broken> {
        for author in 0..self.threads.len() {
            let due = |at: Timestamp| at <= self.now;
            let Some(object) = self.threads.get_mut(author).filter(|object| object.alarm.is_some_and(due)) else {
                continue;
            };
            object.alarm = None;
            self.ask(author, ThreadInput::Ring { rules: None })?;
        }
        let owing: Vec<_> = self.post.comments.values().cloned().filter_map(Comment::into_handover).collect();
        self.hand_over(owing);
        let due = self.post.comments.values().filter_map(|one| one.moderating.as_ref()?.due).min();
        if due.is_some_and(|first| self.record().moderated.begins_at(first) <= self.now) {
            self.jobs.push(Job::Held);
        }
        Ok(())
    }

    /// Some process goes on.
    pub(super) fn progress(&mut self) -> Result<(), Broken> {
        let able = |process: &Process| process.until.is_none_or(|until| until <= self.now);
        let able: Vec<usize> =
            (0..self.processes.len()).filter(|at| self.processes.get(*at).is_some_and(able)).collect();
        let Some(at) = able.get(self.dice.below(able.len())) else { return Ok(()) };
        let mut process = self.processes.swap_remove(*at);
        process.until = None;
        if let Some(step) = process.steps.pop() {
            self.note(|| format!("{step:?}"));
            self.step(&mut process, step)?;
        }
        if !process.steps.is_empty() {
            self.processes.push(process);
        }
        Ok(())
    }

    fn step(&mut self, process: &mut Process, step: Step) -> Result<(), Broken> {
        match step {
            Step::Take(told, delivered) => return self.post_takes(process, *told, delivered),
            Step::Ingest(author, events) => {
                let events: Vec<_> = events.into_iter().map(|one| (one.event, self.now)).collect();
                let now = self.now;
                let Some(object) = self.threads.get_mut(author) else { return Ok(()) };
                let answer = object.ingest(&events, now)?;
                self.published(author, answer.as_ref())?;
            }
            Step::Handed(comment, keys) => {
                let Ok(step) = acknowledge(&self.post, &self.record(), &[(comment, keys)], self.now);
                self.commit(&step)?;
            }
            Step::Begin(author, message) => {
                let answer = self.ask(author, ThreadInput::BeginModeration { message: message.clone() })?;
                if let Some(call) = answer.and_then(|answer| answer.moderation) {
                    self.begins(&call.remote, call.action)?;
                    process.steps.extend([Step::Begin(author, message), Step::Call(author, call, self.now)]);
                }
            }
            Step::Call(author, call, marked) => {
                let number = self.calls(process, marked, &call.remote, call.action);
                process.steps.push(Step::Heard(author, call, number, self.now));
            }
            Step::Heard(author, call, number, begun) => {
                let outcome = self.wall.answer(number);
                let told = done_to(&call, &outcome, begun);
                process.steps.push(Step::Report(author, call.message, call.attempt, outcome));
                process.steps.extend(told.map(|told| Step::Take(Box::new(told), false)));
            }
            Step::Report(author, message, attempt, outcome) => {
                self.ask(author, ThreadInput::Moderated { message, attempt, outcome })?;
            }
            Step::GoOn(results) => self.go_on(process, results)?,
            Step::CallHeld(calls, marked) => {
                let mut made = Vec::new();
                for call in calls {
                    let number = self.calls(process, marked, &call.comment, call.action);
                    made.push((call, number));
                }
                process.steps.push(Step::HeardHeld(made));
            }
            Step::HeardHeld(made) => {
                let heard = |(call, number): (HeldCall, Option<usize>)| HeldResult {
                    comment: call.comment,
                    attempt: call.attempt,
                    outcome: self.wall.answer(number),
                    spent: None,
                };
                let results = made.into_iter().map(heard).collect();
                process.steps.push(Step::GoOn(results));
            }
        }
        Ok(())
    }

    fn post_takes(&mut self, process: &mut Process, told: Received, delivered: bool) -> Result<(), Broken> {
        let told = Received { at: self.now, ..told };
        let weighed = [(told.clone(), Merit::Ordinary)];
        let Ok(mut step) = take(&self.post, &self.record(), &weighed, self.rules, self.now);
        self.commit(&step)?;
        process.steps.extend(Self::handing(std::mem::take(&mut step.handovers)));
        if let Some(Placement::Thread(thread)) = step.placements.first().filter(|_| delivered) {
            process.steps.extend(author_of(thread).map(|author| Step::Ingest(author, vec![told])));
        }
        Ok(())
    }

    fn go_on(&mut self, process: &mut Process, results: Vec<HeldResult>) -> Result<(), Broken> {
        let (account, timings) = (RemoteId::new("77"), &cast::timings().moderation);
        let Ok((mut step, calls)) = go_on(&self.post, &self.record(), &account, results, TAKEN, self.now, timings);
        self.commit(&step)?;
        for call in &calls {
            self.begins(&call.comment, call.action)?;
        }
        if !calls.is_empty() {
            process.steps.push(Step::CallHeld(calls, self.now));
        }
        process.steps.extend(Self::handing(std::mem::take(&mut step.handovers)));
        Ok(())
    }

    /// Makes a call, unless whoever makes it was stalled for too long: its number.
    fn calls(
        &mut self,
        process: &mut Process,
        marked: Timestamp,
        on: &RemoteId,
        action: ModerationAction,
    ) -> Option<usize> {
        if !may_be_made(marked, self.now, LONGEST, &cast::timings().moderation) {
            return None;
        }
        let (number, at) = self.wall.call(on, action, self.now, self.faults, &mut self.dice);
        process.until = process.until.max(Some(at));
        Some(number)
    }

    /// Threads are told what their comments wait with, then the post that they were.
    fn handing(handovers: Vec<Handover>) -> Vec<Step> {
        let steps = handovers.into_iter().filter_map(|Handover { thread, comment, events, .. }| {
            let keys = events.iter().map(|one| one.event.key.clone()).collect();
            Some([Step::Handed(comment, keys), Step::Ingest(author_of(&thread)?, events)])
        });
        steps.flatten().collect()
    }

    pub(super) fn hand_over(&mut self, handovers: Vec<Handover>) {
        let steps = Self::handing(handovers);
        if !steps.is_empty() {
            self.processes.push(Process { steps, ..Process::default() });
        }
    }

    /// Calls a thread.
    pub(super) fn ask(&mut self, author: usize, input: ThreadInput<'_>) -> Result<Option<Answer>, Broken> {
        let now = self.now;
        let Some(object) = self.threads.get_mut(author) else { return Ok(None) };
        let answer = object.take(input, now)?;
        object.rearm(now);
        self.published(author, answer.as_ref())?;
        Ok(answer)
    }

    /// Index and roster hear of all of it; the queue of jobs is forgotten now and then.
    fn published(&mut self, author: usize, answer: Option<&Answer>) -> Result<(), Broken> {
        let Some(answer) = answer else { return Ok(()) };
        for effect in &answer.outcome.effects {
            if let Effect::Moderate { message } = effect
                && !self.chance(4)
            {
                self.jobs.push(Job::Moderate(author, message.clone()));
            }
        }
        let now = self.now;
        let Some(object) = self.threads.get_mut(author) else { return Ok(()) };
        object.acknowledge(&answer.page, answer.outcome.version, now)
    }

    /// Whether a process is about to make a call about a comment.
    pub(super) fn is_about_to_call(&self, id: &RemoteId) -> bool {
        let in_time = |marked| may_be_made(marked, self.now, LONGEST, &cast::timings().moderation);
        self.processes.iter().flat_map(|process| &process.steps).any(|step| match step {
            Step::Call(_, call, marked) if in_time(*marked) => call.remote == *id,
            Step::CallHeld(calls, marked) if in_time(*marked) => calls.iter().any(|call| call.comment == *id),
            _ => false,
        })
    }
}

/// What was done, as the Worker tells it to the post.
fn done_to(call: &ModerationCall, outcome: &ModerationOutcome, begun: Timestamp) -> Option<Received> {
    let id = call.remote.clone();
    let fact = match (call.action, outcome) {
        (ModerationAction::Delete, ModerationOutcome::Done | ModerationOutcome::Gone { .. }) => Fact::Unsent { id },
        (ModerationAction::Hide, ModerationOutcome::Done | ModerationOutcome::AlreadySo) => {
            Fact::Hidden { id, hidden: true }
        }
        (ModerationAction::Unhide, ModerationOutcome::Done | ModerationOutcome::AlreadySo) => {
            Fact::Hidden { id, hidden: false }
        }
        _ => return None,
    };
    let at = Timestamp::from_seconds(begun.millis().div_euclid(1000));
    let toward = Toward::Comment(call.remote.clone());
    let mut event = Event::new(RemoteId::new("77"), Surface::Comments, toward, Some(at), fact);
    event.key = format!("moderated:{}:{}", call.message, call.attempt);
    event.subject = Some(name().subject);
    Some(Received { event, at: begun })
}
