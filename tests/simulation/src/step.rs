//! Processes, as stacks of steps. Whatever lies between two steps may be the end of a process.
//!
//! The steps mirror the Worker's own: the webhook, the consumers of intake, labels and jobs, the carrier, the sender
//! and the alarm. Each does one thing that is atomic there: one write, one call, one commit.

use tributary_domain::{
    event::{Event, Fact},
    id::{RemoteId, ReplyId},
    label::{BuiltInReason, LabelSet, LabelSource, Labels, Urgency},
    message::MediaState,
    id::MediaId,
    outbound::{Draft, Part, SendOutcome},
    owner::{Owner, Reason},
    reply,
    roster::{self, RosterEffect, RosterInput},
    thread::{CallOutcome, Command, Effect, Targets, Writer},
    time::{Span, Timestamp},
};

use crate::{
    cast,
    index::Projection,
    laws::{self, Broken, law},
    mutant::Mutant,
    object::{Answer, Apart, Call, ThreadObject},
    people::Ask,
    platform::Taken,
    world::World,
};

/// Work beside the way of a message.
#[derive(Debug, Clone)]
pub enum Job {
    /// A reply's turn has come.
    Resume(usize),
    /// The roster chose an owner.
    Assigned(usize, Owner),
    /// An attachment is to be fetched.
    Media(usize, tributary_domain::id::MessageId, u32),
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
#[derive(Debug, Default)]
pub struct Process {
    /// What is to do.
    pub steps: Vec<Step>,
    /// What it took from queues.
    pub leases: Vec<Lease>,
    /// Something it tried did not work.
    pub failed: bool,
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
    /// Carry an answer out.
    Carry(Box<Answer>),
    /// Write to the index.
    Index(usize, Box<Projection>),
    /// Put labels and jobs on their queues.
    Enqueue(Vec<Lease>),
    /// Tell the roster, and pass on what it decides.
    Sync(RosterInput),
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
    /// Make a call; then, for a mutant, commit its marker.
    Call(usize, Call, Option<Box<ThreadObject>>),
    /// Replace a thread by what a mutant committed late.
    Replace(usize, Box<ThreadObject>),
    /// Report a call's outcome.
    Report(usize, CallOutcome),
    /// The alarm rings.
    Ring(usize),
    /// The index and the roster hold these versions.
    Confirm(usize, u64, u64),
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
            Step::Carry(answer) => carry(process, *answer),
            Step::Index(thread, projection) => self.write(process, thread, *projection)?,
            Step::Enqueue(work) => self.enqueue(work),
            Step::Sync(view) => self.sync(process, view),
            Step::Label(thread) => self.label(process, thread),
            Step::Labelled(thread, turn) => self.labelled(process, thread, turn)?,
            Step::Route(thread) => self.route(process, thread),
            Step::Do(thread, command) => self.command(process, thread, command)?,
            Step::Begin(thread) => {
                let answer = self.thread_with(thread, None, |work| {
                    work.begin_next();
                    true
                })?;
                process.and_calls(thread, answer);
            }
            Step::Call(thread, call, late) => self.call(process, thread, &call, late)?,
            Step::Replace(thread, object) => {
                if let Some(slot) = self.threads.get_mut(thread) {
                    *slot = *object;
                }
            }
            Step::Report(thread, outcome) => self.report(process, thread, &outcome)?,
            Step::Ring(thread) => self.ring(process, thread)?,
            Step::Confirm(thread, version, due) => self.confirm(process, thread, version, due),
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

    fn ingest(&mut self, process: &mut Process, thread: usize, mut events: Vec<Event>) -> Done {
        match self.mutant {
            Some(Mutant::NoDedupe) => events.iter_mut().for_each(|event| {
                self.tellings += 1;
                if let Fact::Message { id, .. } = &mut event.fact {
                    *id = RemoteId::new(format!("{id}#{}", self.tellings));
                }
            }),
            Some(Mutant::EvidenceIgnored) => events.iter_mut().for_each(|event| match &mut event.fact {
                Fact::Echo { correlation, .. } | Fact::Receipt { correlation, .. } => *correlation = None,
                _ => {}
            }),
            _ => {}
        }
        let (now, mutant) = (self.now, self.mutant);
        let Some(object) = self.threads.get_mut(thread) else { return Ok(()) };
        let answer = object.ingest(&events, now, mutant)?;
        process.steps.push(Step::Carry(Box::new(answer)));
        Ok(())
    }

    fn write(&mut self, process: &mut Process, thread: usize, projection: Projection) -> Done {
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

    fn enqueue(&mut self, work: Vec<Lease>) {
        for item in work {
            match item {
                Lease::Intake(delivery) => self.intake.push(delivery),
                Lease::Label(thread) => self.labels.push(thread),
                Lease::Job(job) => self.jobs.push(job),
            }
        }
    }

    fn roster(&mut self, input: RosterInput) -> Vec<RosterEffect> {
        if self.mutant == Some(Mutant::RosterNotReleased) && matches!(input, RosterInput::Released { .. }) {
            return Vec::new();
        }
        let Some(rules) = cast::rules() else { return Vec::new() };
        let mut told = Vec::new();
        for input in [input, RosterInput::ShiftTick] {
            let (state, effects) = roster::apply(std::mem::take(&mut self.roster), input, rules, cast::members(), self.now);
            self.roster = state;
            told.extend(effects);
        }
        told
    }

    fn sync(&mut self, process: &mut Process, view: RosterInput) {
        let effects = self.roster(view);
        process.steps.push(Step::Enqueue(self.decided(&effects)));
    }

    fn decided(&self, effects: &[RosterEffect]) -> Vec<Lease> {
        let assigned = effects.iter().filter_map(|effect| match effect {
            RosterEffect::Assigned { thread, decision, .. } => {
                let number = self.threads.iter().position(|object| object.thread.id == *thread)?;
                Some(Lease::Job(Job::Assigned(number, decision.owner.clone())))
            }
            _ => None,
        });
        assigned.collect()
    }

    fn label(&mut self, process: &mut Process, thread: usize) {
        let Some(object) = self.threads.get(thread) else { return };
        process.steps.push(Step::Route(thread));
        if object.thread.turn > object.thread.labelled_turn() {
            process.steps.push(Step::Labelled(thread, object.thread.turn));
        }
    }

    fn labelled(&mut self, process: &mut Process, thread: usize, turn: u64) -> Done {
        let urgency = if self.dice.once_in(3) { Urgency::High } else { Urgency::Normal };
        let labels = Labels { topic: "other".to_owned(), urgency, language: "en".to_owned(), summary: String::new() };
        let source = LabelSource::BuiltIn { reason: BuiltInReason::NotConfigured };
        let set = LabelSet { labels, source, at: self.now };
        self.command(process, thread, Command::Labelled { turn, set, targets: Targets::default() })
    }

    fn route(&mut self, process: &mut Process, thread: usize) {
        let Some(object) = self.threads.get(thread).filter(|object| object.thread.to_route) else { return };
        let (view, id) = (object.view(), object.thread.id.clone());
        let effects = self.roster(view);
        let own = |effect: &&RosterEffect| matches!(effect, RosterEffect::Assigned { thread: of, .. } if *of == id);
        if let Some(RosterEffect::Assigned { decision, .. }) = effects.iter().rev().find(own) {
            process.steps.push(Step::Do(thread, routed(decision.owner.clone())));
        }
        let others: Vec<RosterEffect> = effects.iter().filter(|effect| !own(effect)).cloned().collect();
        process.steps.push(Step::Enqueue(self.decided(&others)));
    }

    fn command(&mut self, process: &mut Process, thread: usize, command: Command) -> Done {
        let messages: Vec<_> = command.message().cloned().into_iter().collect();
        let (now, mutant) = (self.now, self.mutant);
        let Some(object) = self.threads.get_mut(thread) else { return Ok(()) };
        let answer = object.with(None, &messages, now, mutant, |work| work.command(command, None).is_ok())?;
        process.steps.push(Step::Carry(Box::new(answer)));
        Ok(())
    }

    fn call(&mut self, process: &mut Process, thread: usize, call: &Call, late: Option<Box<ThreadObject>>) -> Done {
        let mut call = call.clone();
        if self.mutant == Some(Mutant::WordsCut) && call.text.len() > 14 {
            call.text.truncate(10);
        }
        laws::leaving(&call, &self.deeds)?;
        let sent = Taken {
            reply: call.reply.clone(),
            part: call.part,
            attempt: call.attempt,
            text: call.text.clone(),
        };
        let fate = self.platform.call(thread, &sent, self.now, self.faults, &mut self.dice);
        laws::arrived(&self.platform.taken, &call, &self.deeds)?;
        process.until = Some(self.now.plus(fate.after));
        let outcome = CallOutcome { reply: call.reply, attempt: call.attempt, outcome: fate.outcome };
        process.steps.push(Step::Report(thread, outcome));
        if let Some(object) = late {
            process.steps.push(Step::Replace(thread, object));
        }
        Ok(())
    }

    fn report(&mut self, process: &mut Process, thread: usize, outcome: &CallOutcome) -> Done {
        let (now, mutant) = (self.now, self.mutant);
        let Some(object) = self.threads.get_mut(thread) else { return Ok(()) };
        let mut answer = object.called(outcome, now, mutant)?;
        if mutant == Some(Mutant::RetryUncertain) && matches!(outcome.outcome, SendOutcome::Uncertain { .. }) {
            answer = self.send_again(thread, &outcome.reply)?;
        }
        process.and_calls(thread, answer);
        Ok(())
    }

    /// What no code may do: a mutant's word for a person's.
    fn send_again(&mut self, thread: usize, reply: &ReplyId) -> Result<Answer, Broken> {
        self.thread_with(thread, Some(reply), |work| {
            let Some(authored) = work.replies.get(reply).map(|reply| reply.authored.clone()) else { return false };
            work.resolve(reply, &reply::Event::SendAgain, &authored).is_ok()
        })
    }

    fn ring(&mut self, process: &mut Process, thread: usize) -> Done {
        let (now, mutant) = (self.now, self.mutant);
        let Some(object) = self.threads.get_mut(thread) else { return Ok(()) };
        object.alarm = None;
        let overdue = object.overdue(now);
        let mut answer = object.tick(now, mutant)?;
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

    fn confirm(&mut self, process: &mut Process, thread: usize, version: u64, due: u64) {
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

    /// What a person asks for reaches the thread.
    fn serve(&mut self, process: &mut Process, number: usize) -> Done {
        let Some(request) = self.requests.get(number).cloned() else { return Ok(()) };
        let thread = request.thread;
        let answer = match request.ask {
            Ask::Do(command) => self.thread_with(thread, None, |work| work.command(command, None).is_ok())?,
            Ask::Resolve { id, verdict } => {
                let Some(object) = self.threads.get(thread) else { return Ok(()) };
                let Some(draft) = object.replies.get(&id).map(|reply| reply.draft.clone()) else { return Ok(()) };
                let Some(authored) = cast::signed(request.by, &draft, self.now) else { return Ok(()) };
                let answer = self.thread_with(thread, Some(&id), |work| work.resolve(&id, &verdict, &authored).is_ok())?;
                if !answer.refused {
                    match verdict {
                        reply::Event::SendAgain => *self.deeds.sends.entry(id).or_default() += 1,
                        reply::Event::Arrived => drop(self.deeds.seen.insert(id)),
                        _ => {}
                    }
                }
                answer
            }
            Ask::Reply { id, text, seen } => return self.serve_reply(process, number, id, text, seen),
        };
        self.handed(process, number, answer);
        Ok(())
    }

    fn serve_reply(&mut self, process: &mut Process, number: usize, id: ReplyId, text: String, seen: u64) -> Done {
        let Some((thread, by)) = self.requests.get(number).map(|request| (request.thread, request.by)) else { return Ok(()) };
        let draft = Draft { text: text.clone(), ..Draft::default() };
        let Some(authored) = cast::signed(by, &draft, self.now) else { return Ok(()) };
        let parts = vec![Part::Text { text, quote: None }];
        let expected = if self.mutant == Some(Mutant::StaleView) { u64::MAX } else { seen };
        let (now, mutant) = (self.now, self.mutant);
        let Some(object) = self.threads.get_mut(thread) else { return Ok(()) };
        let (known, written) = (object.replies.contains_key(&id), object.written.clone());
        let before = (mutant == Some(Mutant::NoMarker)).then(|| object.clone());
        let author = authored.teammate().clone();
        let answer = object.with(Some(&id), &[], now, mutant, |work| {
            work.reply(id.clone(), authored, draft, None, parts, expected).is_ok()
        })?;
        if !answer.refused && !known {
            let unseen = written.iter().find(|(version, writer)| *version > seen && *writer != Writer::Teammate(author.clone()));
            law("T34 nobody answers what they have not seen", unseen.is_none(), || format!("{id} saw {seen}, not {unseen:?}"))?;
            object.written.push((answer.version, Writer::Teammate(author)));
        }
        if let (Some(before), Some(call)) = (before, answer.call.clone()) {
            let committed = std::mem::replace(object, before);
            process.steps.extend([Step::Respond(number), Step::Call(thread, call, Some(Box::new(committed)))]);
            return Ok(());
        }
        self.handed(process, number, answer);
        Ok(())
    }

    /// The answer is carried, the browser answered, and the call made by a process of its own.
    fn handed(&mut self, process: &mut Process, number: usize, answer: Answer) {
        process.steps.push(Step::Respond(number));
        if let Some(call) = answer.call.clone() {
            self.processes.push(Process { steps: vec![Step::Call(answer.thread, call, None)], ..Process::default() });
        }
        process.steps.push(Step::Carry(Box::new(answer)));
    }

    fn thread_with(
        &mut self,
        thread: usize,
        reply: Option<&ReplyId>,
        method: impl FnOnce(&mut tributary_domain::thread::Work) -> bool,
    ) -> Result<Answer, Broken> {
        let (now, mutant) = (self.now, self.mutant);
        let Some(object) = self.threads.get_mut(thread) else {
            return Err(Broken { law: "there is such a thread", what: thread.to_string() });
        };
        object.with(reply, &[], now, mutant, method)
    }

    /// A job's steps.
    pub(crate) fn job(&mut self, job: Job) -> Step {
        match job {
            Job::Resume(thread) => Step::Begin(thread),
            Job::Assigned(thread, owner) => Step::Do(thread, routed(owner)),
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

impl Process {
    /// Carries an answer, and then makes the call it asks for.
    fn and_calls(&mut self, thread: usize, answer: Answer) {
        if let Some(call) = answer.call.clone() {
            self.steps.push(Step::Call(thread, call, None));
        }
        self.steps.push(Step::Carry(Box::new(answer)));
    }
}

fn routed(owner: Owner) -> Command {
    Command::Routed { owner, reasons: vec![Reason { guardrail: "who".to_owned(), text: "Chosen.".to_owned() }] }
}

/// The index first: what is looked for after a hint has to be there. Then the queues, then the roster.
fn carry(process: &mut Process, answer: Answer) {
    let thread = answer.thread;
    process.steps.extend(answer.view.map(Step::Sync));
    let work = answer.effects.into_iter().filter_map(|effect| match effect {
        Effect::Label => Some(Lease::Label(thread)),
        Effect::Media { message, place } => Some(Lease::Job(Job::Media(thread, message, place))),
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
