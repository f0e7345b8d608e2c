//! Processes, as stacks of steps. Whatever lies between two steps may be the end of a process.
//!
//! The steps mirror the Worker's own: the webhook, the consumers of intake, labels and jobs, the publisher, the sender
//! and the alarm. Each does one thing that is atomic there: one write, one call, one commit.

mod publish;
mod roster;
mod send;

use tributary_domain::{
    event::Event,
    id::{MediaId, MessageId},
    message::MediaState,
    owner::{Owner, Reason},
    publish::Published,
    roster::{RosterInput, RosterView},
    thread::{
        CallOutcome, Command,
        machine::{CommittedCall, Page, ThreadInput},
    },
    time::Timestamp,
};

use crate::{
    cast,
    index::Projection,
    laws::Broken,
    object::{Answer, Apart, ThreadObject},
    world::World,
};

/// Work beside the way of a message.
#[derive(Debug, Clone)]
pub enum Job {
    /// A reply's turn has come.
    Resume(usize),
    /// The roster chose an owner.
    Assigned(usize, Owner, u64),
    /// The thread is to go by the rules as they are.
    Replan(usize),
    /// The team is to be told what a thread says.
    Tell(usize, String),
    /// The team is to be told what the roster says.
    Note(String),
    /// An attachment is to be fetched.
    Media(usize, MessageId, u32),
}

/// What a process took from a queue, to be given back if it dies.
#[derive(Debug, Clone)]
pub enum Lease {
    /// A delivery, by its number.
    Intake(usize),
    /// A thread to be labelled.
    Label(usize),
    /// A job.
    Job(Job),
}

/// A process: what it has yet to do, the next at the end.
#[derive(Debug)]
pub struct Process {
    /// What is to do.
    pub steps: Vec<Step>,
    /// What it took from queues.
    pub leases: Vec<Lease>,
    /// What got through of what it publishes.
    pub published: Published,
    /// It is stalled until then.
    pub until: Option<Timestamp>,
    /// It is a thread's alarm: whoever runs it rings again if it dies.
    pub alarm_of: Option<usize>,
}

/// One thing that happens whole or not at all.
#[derive(Debug, Clone)]
pub enum Step {
    /// Keep a delivery where it cannot be lost.
    Keep(usize),
    /// Tell the platform that we have it.
    AckWebhook(usize),
    /// Take events in.
    Ingest(usize, Vec<Event>),
    /// Keep a delivery that cannot be read, for people to see.
    Park(usize),
    /// Forget the copy of a delivery that was taken in.
    Forget(usize),
    /// What was taken from queues is done.
    Ack,
    /// Publish an answer.
    Publish(Box<Answer>),
    /// Remember what got through of it.
    Note(Box<Answer>),
    /// Write to the index.
    Index(usize, Box<Projection>),
    /// Put labels and jobs on their queues.
    Enqueue(Vec<Lease>),
    /// Tell the roster, and pass on what it decides.
    Sync(Box<RosterView>),
    /// The roster looks at what waits.
    Shift,
    /// Write a notice of the roster's down.
    WriteDown(String),
    /// The roster hears that it is.
    Told(String),
    /// Label what the customer says.
    Label(usize),
    /// The labels are there.
    Labelled(usize, u64),
    /// Have an owner chosen, where there is none.
    Route(usize),
    /// Do a thing to a thread.
    Do(usize, Command),
    /// It may be a reply's turn.
    Begin(usize),
    /// Go by the rules as they are.
    Replan(usize),
    /// Make a call; then, for a mutant, commit its marker.
    Call(usize, Box<CommittedCall>, Option<Box<ThreadObject>>),
    /// Replace a thread by what a mutant committed late.
    Replace(usize, Box<ThreadObject>),
    /// Report a call's outcome.
    Report(usize, CallOutcome),
    /// The alarm rings.
    Ring(usize),
    /// The index holds a page, and the roster a version.
    Acknowledge(usize, Page, u64),
    /// The clock comes by.
    Visit(usize),
    /// It has seen which version the index holds.
    Visited(usize, u64),
    /// Do what a person asks for.
    Serve(usize),
    /// Answer a person's browser.
    Respond(usize),
    /// A mutant's second commit.
    Apart(usize, Apart),
}

type Done = Result<(), Broken>;

impl World {
    /// Takes the next step of a process.
    pub(crate) fn take_step(&mut self, process: &mut Process) -> Done {
        let Some(step) = process.steps.pop() else { return Ok(()) };
        self.note(|| format!("{step:?}"));
        match step {
            Step::Keep(delivery) => self.keep(process, delivery),
            Step::AckWebhook(delivery) => self.acknowledged(delivery),
            Step::Ingest(thread, events) => self.ingest(process, thread, events)?,
            Step::Park(delivery) => {
                self.parked.insert(delivery);
            }
            Step::Forget(delivery) => {
                self.copies.remove(&delivery);
            }
            Step::Ack => process.leases.clear(),
            Step::Publish(answer) => publish::publish(process, *answer),
            Step::Note(answer) => self.noted(process, &answer),
            Step::Index(thread, projection) => self.write(process, thread, *projection)?,
            Step::Enqueue(work) => self.enqueue(work),
            Step::Sync(view) => self.sync(process, *view)?,
            Step::Shift => self.heard(process, [RosterInput::ShiftTick])?,
            Step::WriteDown(key) => self.write_down(process, key),
            Step::Told(key) => self.heard(process, [RosterInput::Notified { key }])?,
            Step::Label(thread) => self.label(process, thread),
            Step::Labelled(thread, turn) => self.labelled(process, thread, turn)?,
            Step::Route(thread) => self.route(process, thread)?,
            Step::Do(thread, command) => self.command(process, thread, command)?,
            Step::Begin(thread) => {
                let answer = self.ask(thread, ThreadInput::Begin)?;
                process.and_calls(thread, answer);
            }
            Step::Replan(thread) => {
                let Some(rules) = cast::rules(self.other_rules) else { return Ok(()) };
                let answer = self.ask(thread, ThreadInput::Replan { rules, words: &[] })?;
                process.steps.extend(answer.map(|answer| Step::Publish(Box::new(answer))));
            }
            Step::Call(thread, call, late) => self.call(process, thread, *call, late)?,
            Step::Replace(thread, object) => {
                if let Some(slot) = self.threads.get_mut(thread) {
                    *slot = *object;
                }
            }
            Step::Report(thread, outcome) => self.report(process, thread, outcome)?,
            Step::Ring(thread) => self.ring(process, thread)?,
            Step::Acknowledge(thread, page, roster) => self.acknowledge(process, thread, &page, roster)?,
            Step::Visit(thread) => self.visit(process, thread),
            Step::Visited(thread, indexed) => self.visited(process, thread, indexed)?,
            Step::Serve(request) => self.serve(process, request)?,
            Step::Respond(request) => {
                if let Some(request) = self.requests.get_mut(request) {
                    request.answered = true;
                }
            }
            Step::Apart(thread, apart) => {
                if let Some(object) = self.threads.get_mut(thread) {
                    object.commit_apart(apart);
                }
            }
        }
        Ok(())
    }

    fn keep(&mut self, process: &mut Process, delivery: usize) {
        if self.copies_first {
            self.copies.insert(delivery);
        }
        if self.chance(12) {
            // The queue does not answer: a copy serves as well, and where that fails too the platform tries again.
            if self.chance(4) && !self.copies_first {
                process.steps.clear();
            } else {
                self.copies.insert(delivery);
            }
            return;
        }
        self.intake.push(delivery);
    }

    fn acknowledged(&mut self, delivery: usize) {
        if let Some(delivery) = self.platform.deliveries.get_mut(delivery) {
            delivery.acked = true;
        }
    }

    fn ingest(&mut self, process: &mut Process, thread: usize, events: Vec<Event>) -> Done {
        let now = self.now;
        let events: Vec<_> = events.into_iter().map(|event| (event, now)).collect();
        self.say_what_is_acked(thread)?;
        let Some(object) = self.threads.get_mut(thread) else { return Ok(()) };
        let answer = object.ingest(&events, now)?;
        object.rearm(now);
        process.steps.extend(answer.map(|answer| Step::Publish(Box::new(answer))));
        Ok(())
    }

    fn command(&mut self, process: &mut Process, thread: usize, command: Command) -> Done {
        let answer = self.ask(thread, ThreadInput::Command { command, expected: None, through: None })?;
        process.steps.extend(answer.map(|answer| Step::Publish(Box::new(answer))));
        Ok(())
    }

    /// Calls a thread.
    fn ask(&mut self, thread: usize, input: ThreadInput<'_>) -> Result<Option<Answer>, Broken> {
        self.say_what_is_acked(thread)?;
        let Some(object) = self.threads.get_mut(thread) else { return Ok(None) };
        let answer = object.take(input, self.now)?;
        object.rearm(self.now);
        Ok(answer)
    }

    /// Whoever calls says what it remembers to have published; another isolate remembers nothing.
    fn say_what_is_acked(&mut self, thread: usize) -> Done {
        let forgetful = self.dice.once_in(3);
        let Some(object) = self.threads.get_mut(thread).filter(|_| !forgetful) else { return Ok(()) };
        let acked = self.last_acked.of(&object.thread().id);
        object.last_acked(acked)
    }

    /// A job's steps.
    pub(crate) fn job(&mut self, job: Job) -> Step {
        match job {
            Job::Resume(thread) => Step::Begin(thread),
            Job::Replan(thread) => Step::Replan(thread),
            Job::Assigned(thread, owner, version) => Step::Do(thread, routed(owner, version)),
            Job::Tell(thread, key) => Step::Do(thread, Command::Notified { key }),
            Job::Note(key) => Step::WriteDown(key),
            Job::Media(thread, message, place) => {
                let state = if self.chance(4) {
                    MediaState::Failed
                } else {
                    MediaState::Stored { id: MediaId::from_bytes(&[1]), mime: "image/png".to_owned(), size: 1 }
                };
                Step::Do(thread, Command::Media { message, place, state })
            }
        }
    }
}

impl Default for Process {
    fn default() -> Self {
        let published = Published { index: true, roster: true };
        Self { steps: Vec::new(), leases: Vec::new(), published, until: None, alarm_of: None }
    }
}

impl Process {
    /// Publishes an answer, and then makes the call it asks for.
    fn and_calls(&mut self, thread: usize, answer: Option<Answer>) {
        let Some(answer) = answer else { return };
        let call = answer.outcome.call.clone();
        self.steps.extend(call.map(|call| Step::Call(thread, call, None)));
        self.steps.push(Step::Publish(Box::new(answer)));
    }
}

fn routed(owner: Owner, version: u64) -> Command {
    let reasons = vec![Reason { guardrail: "who".to_owned(), text: "Chosen.".to_owned(), verdict: None }];
    Command::Routed { owner, reasons, version }
}
