//! One world: its clock, its dice, everything in it, and who moves next.

use std::collections::BTreeSet;

use tributary_domain::{
    mutant::{self, Mutant},
    publish::LastAcked,
    thread::Thread,
    time::{Span, Timestamp},
};

use crate::{
    cast,
    dice::Dice,
    index::Index,
    laws::{self, Broken},
    object::ThreadObject,
    people::{Deeds, Request},
    platform::Platform,
    roster::Roster,
    step::{Job, Lease, Process, Step},
};

/// Moves while faults happen.
const MOVES: usize = 90;
/// Everything is finished this long after the last fault.
const PATIENCE: Span = Span::minutes(15);
/// How far apart the lines of the cron table are.
const CRON: Span = Span::minutes(5);
/// More moves than any world takes to come to rest.
const MOST_MOVES: usize = 5000;

/// Everything there is.
#[derive(Debug)]
pub struct World {
    /// The time.
    pub now: Timestamp,
    /// Whether things still go wrong.
    pub faults: bool,
    /// One thread per customer.
    pub threads: Vec<ThreadObject>,
    /// The platform.
    pub platform: Platform,
    /// The index.
    pub index: Index,
    /// The roster.
    pub roster: Roster,
    /// Deliveries shown to people because they cannot be read.
    pub parked: BTreeSet<usize>,
    /// Copies of deliveries that were not taken in yet.
    pub copies: BTreeSet<usize>,
    /// A copy is made of every delivery, and the intake queue lives in memory.
    pub copies_first: bool,
    /// What people did.
    pub deeds: Deeds,
    pub(crate) intake: Vec<usize>,
    pub(crate) labels: Vec<usize>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) requests: Vec<Request>,
    pub(crate) processes: Vec<Process>,
    /// What those who publish remember to have brought to others.
    pub(crate) last_acked: LastAcked,
    pub(crate) dice: Dice,
    /// The team has changed the rules.
    pub(crate) other_rules: bool,
    log: Option<Vec<String>>,
}

/// One schedule.
pub fn run(seed: u64, mutant: Option<Mutant>) -> Result<(), Broken> {
    mutant::switch(mutant);
    let result = World::new(seed).live();
    mutant::switch(None);
    result
}

/// The same schedule again, with all that happened in it.
pub fn trace(seed: u64, mutant: Option<Mutant>) -> (Result<(), Broken>, Vec<String>) {
    mutant::switch(mutant);
    let mut world = World::new(seed);
    world.log = Some(Vec::new());
    let result = world.live();
    mutant::switch(None);
    (result, world.log.unwrap_or_default())
}

impl World {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let platform = Platform::new(&mut dice);
        let small = dice.once_in(2);
        Self {
            now: cast::morning(),
            faults: true,
            threads: (0..cast::CUSTOMERS).map(|number| ThreadObject::new(number, small)).collect(),
            platform,
            index: Index::default(),
            roster: Roster::new(cast::hours(dice.once_in(2))),
            parked: BTreeSet::new(),
            copies: BTreeSet::new(),
            copies_first: dice.once_in(2),
            deeds: Deeds::default(),
            intake: Vec::new(),
            labels: Vec::new(),
            jobs: Vec::new(),
            requests: Vec::new(),
            processes: Vec::new(),
            last_acked: LastAcked::new(),
            dice,
            other_rules: false,
            log: None,
        }
    }

    pub(crate) fn note(&mut self, what: impl FnOnce() -> String) {
        if let Some(log) = &mut self.log {
            log.push(format!("{} {}", self.now, what()));
        }
    }

    /// Something goes wrong once in `times`, while things go wrong at all.
    pub(crate) fn chance(&mut self, times: usize) -> bool {
        self.faults && self.dice.once_in(times)
    }

    fn live(&mut self) -> Result<(), Broken> {
        for _ in 0..MOVES {
            self.now = self.now.plus(Span::millis(100 * u64::try_from(self.dice.below(20)).unwrap_or(0)));
            self.stir()?;
        }
        self.faults = false;
        self.note(|| "no more faults".to_owned());
        // A walk that was lost is begun anew by the clock.
        self.walk();
        self.settle()?;
        laws::rest(self)?;
        if self.dice.once_in(4) {
            self.lose_rows();
            self.settle()?;
            laws::rest(self)?;
        }
        Ok(())
    }

    /// One move of somebody.
    fn stir(&mut self) -> Result<(), Broken> {
        match self.dice.below(100) {
            0..=53 => self.progress()?,
            54 => self.save_rules(),
            55..=66 => self.tell(),
            67..=77 => self.consume(),
            78..=85 => self.people(),
            86..=89 => self.wake(),
            90 | 91 => self.land()?,
            92 => self.cron(),
            93..=96 => self.die(),
            97 => self.die_all(),
            98 => {
                let stalled = self.processes.iter().filter_map(|process| process.until);
                self.now = stalled.chain(self.alarms()).filter(|at| *at > self.now).min().unwrap_or(self.now);
            }
            _ => self.now = self.now.plus(Span::seconds(50)),
        }
        Ok(())
    }

    /// Some process goes on.
    fn progress(&mut self) -> Result<(), Broken> {
        let able = |process: &Process| process.until.is_none_or(|until| until <= self.now);
        let able: Vec<usize> =
            (0..self.processes.len()).filter(|at| self.processes.get(*at).is_some_and(able)).collect();
        let Some(at) = able.get(self.dice.below(able.len())) else { return Ok(()) };
        let mut process = self.processes.swap_remove(*at);
        process.until = None;
        self.take_step(&mut process)?;
        if process.steps.is_empty() {
            self.end(process);
        } else {
            self.processes.push(process);
        }
        Ok(())
    }

    /// A process is gone. What it had taken and not finished is there again.
    fn end(&mut self, process: Process) {
        for lease in process.leases {
            match lease {
                Lease::Intake(delivery) => self.intake.push(delivery),
                Lease::Label(thread) => self.labels.push(thread),
                Lease::Job(job) => self.jobs.push(job),
            }
        }
        if let Some(object) = process.alarm_of.and_then(|thread| self.threads.get_mut(thread)) {
            // The runtime rings again for an alarm whose handler died, and gives it up in the end.
            if self.faults && self.dice.once_in(4) {
                return;
            }
            let again = self.now.plus(Span::seconds(2));
            object.alarm = Some(object.alarm.map_or(again, |set| set.min(again)));
        }
    }

    fn die(&mut self) {
        let mut processes = std::mem::take(&mut self.processes);
        if let Some(process) = self.dice.take(&mut processes) {
            self.note(|| format!("dies: {:?}", process.steps.last()));
            self.end(process);
        }
        processes.append(&mut self.processes);
        self.processes = processes;
    }

    /// The whole machine stops. A queue that lives in memory is lost with it.
    fn die_all(&mut self) {
        if !self.dice.once_in(2) {
            return;
        }
        self.note(|| "the machine stops".to_owned());
        for process in std::mem::take(&mut self.processes) {
            self.end(process);
        }
        self.labels.clear();
        self.jobs.clear();
        self.last_acked = LastAcked::new();
        self.threads.iter_mut().for_each(ThreadObject::forget);
        self.roster.forget();
        if self.copies_first {
            self.intake.clear();
        }
    }

    /// The team saves other rules: open threads are to go by them.
    fn save_rules(&mut self) {
        self.other_rules = !self.other_rules;
        self.note(|| "other rules are saved".to_owned());
        self.walk();
    }

    fn walk(&mut self) {
        self.jobs.extend((0..self.threads.len()).map(Job::Replan));
    }

    /// The platform tells something: again, unless it was acknowledged, and sometimes even then.
    fn tell(&mut self) {
        let number = self.dice.below(self.platform.deliveries.len());
        let Some(delivery) = self.platform.deliveries.get(number) else { return };
        if delivery.acked && (!self.faults || !self.dice.once_in(4)) {
            return;
        }
        let mut steps = vec![Step::AckWebhook(number), Step::Keep(number)];
        if mutant::on(Mutant::AckBeforeStore) {
            steps.reverse();
        }
        self.processes.push(Process { steps, ..Process::default() });
    }

    /// A consumer takes something from a queue; the queue may give it to another as well.
    fn consume(&mut self) {
        match self.dice.below(3) {
            0 => self.consume_intake(),
            1 => {
                let Some(thread) = self.dice.take(&mut self.labels) else { return };
                if self.chance(10) {
                    self.labels.push(thread);
                }
                let steps = vec![Step::Ack, Step::Label(thread)];
                self.processes.push(Process { steps, leases: vec![Lease::Label(thread)], ..Process::default() });
            }
            _ => {
                let Some(job) = self.dice.take(&mut self.jobs) else { return };
                // Word of an owner is lost for good now and then, as what no retry could save.
                if matches!(job, Job::Assigned(..)) && self.chance(3) {
                    return;
                }
                if self.chance(10) {
                    self.jobs.push(job.clone());
                }
                let leases = vec![Lease::Job(job.clone())];
                let steps = vec![Step::Ack, self.job(job)];
                self.processes.push(Process { steps, leases, ..Process::default() });
            }
        }
    }

    fn consume_intake(&mut self) {
        let mut process = Process::default();
        let (mut commits, mut done) = (Vec::new(), vec![Step::Ack]);
        for _ in 0..=self.dice.below(2) {
            let Some(number) = self.dice.take(&mut self.intake) else { break };
            if self.chance(10) {
                self.intake.push(number);
            }
            process.leases.push(Lease::Intake(number));
            done.push(Step::Forget(number));
            let Some(delivery) = self.platform.deliveries.get(number) else { continue };
            if delivery.poison {
                if !mutant::on(Mutant::PoisonDropped) {
                    commits.push(Step::Park(number));
                }
                continue;
            }
            for (customer, event) in &delivery.told {
                let group = commits.iter_mut().find_map(|step| match step {
                    Step::Ingest(thread, events) if thread == customer => Some(events),
                    _ => None,
                });
                match group {
                    Some(events) => events.push(event.clone()),
                    None => commits.push(Step::Ingest(*customer, vec![event.clone()])),
                }
            }
        }
        if process.leases.is_empty() {
            return;
        }
        let (mut last, mut first) = (done, commits);
        if mutant::on(Mutant::AckBeforeCommit) {
            std::mem::swap(&mut last, &mut first);
        }
        process.steps = last;
        process.steps.extend(first);
        self.processes.push(process);
    }

    /// Somebody looks at a thread and does something, or their browser asks again.
    fn people(&mut self) {
        if self.dice.once_in(2) {
            let number = self.dice.below(self.threads.len());
            let Some(object) = self.threads.get(number) else { return };
            let thought = self.deeds.think(number, object, self.now, &mut self.dice);
            self.requests.extend(thought);
            return;
        }
        let open: Vec<usize> = self.open_requests();
        if let Some(number) = open.get(self.dice.below(open.len())) {
            self.request(*number);
        }
    }

    fn open_requests(&self) -> Vec<usize> {
        let open = |number: &usize| self.requests.get(*number).is_some_and(|one| !one.answered && one.tries > 0);
        (0..self.requests.len()).filter(open).collect()
    }

    fn request(&mut self, number: usize) {
        let Some(request) = self.requests.get_mut(number) else { return };
        request.tries = request.tries.saturating_sub(1);
        self.processes.push(Process { steps: vec![Step::Serve(number)], ..Process::default() });
    }

    /// When the objects want to be woken.
    fn alarms(&self) -> impl Iterator<Item = Timestamp> {
        self.threads.iter().filter_map(|object| object.alarm).chain(self.roster.alarm)
    }

    /// The cron line comes.
    fn cron(&mut self) {
        self.sweep();
        self.processes.push(Process { steps: vec![Step::Shift], ..Process::default() });
        for thread in 0..self.threads.len() {
            self.processes.push(Process { steps: vec![Step::Visit(thread)], ..Process::default() });
        }
    }

    /// The index loses a thread.
    fn lose_rows(&mut self) {
        let number = self.dice.below(self.threads.len());
        let Some(object) = self.threads.get(number) else { return };
        self.index.lose(number, object.messages.keys().cloned().collect::<Vec<_>>());
        self.note(|| format!("the index loses thread {number}"));
        // A thread that publishes before the clock comes by hides what was lost: that is not covered.
        self.cron();
    }

    /// An alarm whose time has come rings.
    fn wake(&mut self) {
        if self.roster.alarm.is_some_and(|at| at <= self.now) {
            self.roster.alarm = None;
            self.processes.push(Process { steps: vec![Step::Shift], ..Process::default() });
        }
        let due: Vec<usize> = self
            .threads
            .iter()
            .filter(|object| object.alarm.is_some_and(|at| at <= self.now))
            .map(|object| object.number)
            .collect();
        for thread in due {
            if let Some(object) = self.threads.get_mut(thread) {
                object.alarm = None;
            }
            let alarm_of = Some(thread);
            self.processes.push(Process { steps: vec![Step::Ring(thread)], alarm_of, ..Process::default() });
        }
    }

    /// A write that was given up lands.
    fn land(&mut self) -> Result<(), Broken> {
        let Some((thread, projection)) = self.dice.take(&mut self.index.in_flight) else { return Ok(()) };
        self.note(|| format!("lands late: thread {thread} version {}", projection.row.version));
        self.index.land(thread, projection)
    }

    /// Copies that nobody took in come to the queue again.
    fn sweep(&mut self) {
        if !mutant::on(Mutant::NoSweep) {
            self.intake.extend(self.copies.iter().copied());
        }
    }

    /// Everything that can still happen by itself happens, and time passes.
    fn settle(&mut self) -> Result<(), Broken> {
        let (mut cron, end) = (self.now.plus(CRON), self.now.plus(PATIENCE));
        for _ in 0..MOST_MOVES {
            self.progress()?;
            if !self.processes.is_empty() {
                if !self.dice.once_in(4) {
                    continue;
                }
                let stalled = self.processes.iter().all(|one| one.until.is_some_and(|until| until > self.now));
                if stalled {
                    self.now = self.processes.iter().filter_map(|one| one.until).min().unwrap_or(self.now);
                }
            }
            if !self.move_on() {
                // Nothing moves: time passes until something does.
                // What was done last may still have to be published.
                let whole = |thread: &Thread| thread.opened_at.is_none() || thread.acks.index == thread.version;
                let published = self.threads.iter().all(|object| whole(object.thread()));
                let next = self.alarms().chain([cron]).min();
                let Some(next) = next.filter(|at| *at <= end || !published) else { return Ok(()) };
                self.now = self.now.max(next);
                if next == cron {
                    self.cron();
                    cron = self.now.plus(CRON);
                }
            }
            self.wake();
            if self.dice.once_in(3) {
                self.land()?;
            }
        }
        Err(Broken { law: "I6 the world comes to rest", what: format!("not in {MOST_MOVES} moves") })
    }

    /// Starts whatever waits to be started. False when there is nothing.
    fn move_on(&mut self) -> bool {
        let unacked = self.platform.deliveries.iter().position(|delivery| !delivery.acked);
        if let (true, Some(number)) = (self.processes.is_empty(), unacked) {
            let steps = vec![Step::AckWebhook(number), Step::Keep(number)];
            self.processes.push(Process { steps, ..Process::default() });
        }
        if let Some(number) = self.open_requests().first() {
            self.request(*number);
        }
        if !(self.intake.is_empty() && self.labels.is_empty() && self.jobs.is_empty()) {
            self.consume();
            return true;
        }
        if self.processes.is_empty() && !self.copies.is_empty() && !mutant::on(Mutant::NoSweep) {
            self.sweep();
            return true;
        }
        !self.processes.is_empty() || !self.index.in_flight.is_empty()
    }
}
