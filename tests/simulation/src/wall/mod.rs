//! What people have done to the comments under a post: to one in its thread, or to all that are held. Calls fail, are
//! lost, or are carried out after whoever made them died; other admins do the same elsewhere; and the platform tells of it
//! late, twice and in any order, or not at all.
//!
//! The Post and its threads are the domain's own; this plays their storage, the jobs, the alarms and the platform.

mod laws;
mod people;
mod platform;
mod step;

use std::{collections::BTreeMap, sync::OnceLock};

use tributary_domain::{
    event::Received,
    id::{RemoteId, ThreadId},
    mutant,
    platform::{Platform, Surface},
    post::{CommentRules, PostRecord, Step as PostStep, memory::Memory},
    thread::Thread,
    time::{Span, Timestamp},
};

use self::{
    people::Wanted,
    platform::Wall,
    step::{Job, Process},
};
use crate::{
    Broken, Mutant, cast,
    dice::Dice,
    object::ThreadObject,
    post::{name, said},
};

const AUTHORS: usize = 2;
const COMMENTS: usize = 4;
const MOVES: usize = 80;
/// Looks at all that is left, half a minute apart: the longest pause that a platform is given is over by then.
const LOOKS: usize = 100;

struct World {
    dice: Dice,
    now: Timestamp,
    faults: bool,
    rules: CommentRules,
    post: Memory,
    /// One for each author, who may have none yet.
    threads: Vec<ThreadObject>,
    wall: Wall,
    deliveries: Vec<Received>,
    processes: Vec<Process>,
    jobs: Vec<Job>,
    /// What was taken of what people wanted.
    orders: BTreeMap<RemoteId, Vec<Wanted>>,
    /// When another admin last changed a comment.
    admins: BTreeMap<RemoteId, Timestamp>,
    log: Option<Vec<String>>,
}

/// Plays one schedule.
pub fn run(seed: u64, wrong: Option<Mutant>) -> Result<(), Broken> {
    mutant::switch(wrong);
    let result = World::new(seed).play();
    mutant::switch(None);
    result
}

/// The same schedule again, with all that happened in it.
pub fn trace(seed: u64, wrong: Option<Mutant>) -> (Result<(), Broken>, Vec<String>) {
    mutant::switch(wrong);
    let mut world = World::new(seed);
    world.log = Some(Vec::new());
    let result = world.play();
    mutant::switch(None);
    (result, world.log.unwrap_or_default())
}

/// An author's thread before anything is known.
fn blank(author: usize) -> &'static Thread {
    static BLANK: OnceLock<[Thread; AUTHORS]> = OnceLock::new();
    let new = |author| {
        let thread = Thread::new(name().account, Platform::Facebook, Surface::Comments, format!("a{author}"));
        thread.about(Some(name().subject))
    };
    let [first, second] = BLANK.get_or_init(|| std::array::from_fn(new));
    if author == 0 { first } else { second }
}

/// Whose thread it is.
fn author_of(thread: &ThreadId) -> Option<usize> {
    (0..AUTHORS).find(|author| blank(*author).id == *thread)
}

impl World {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let threads_per_hour = u32::try_from(dice.below(3)).unwrap_or_default();
        let mut world = Self {
            now: cast::morning(),
            faults: true,
            rules: CommentRules { threads_per_hour, ..CommentRules::default() },
            post: Memory::default(),
            threads: (0..AUTHORS).map(|author| ThreadObject::of_comments(author, blank(author))).collect(),
            wall: Wall::new(dice.once_in(2)),
            dice,
            deliveries: Vec::new(),
            processes: Vec::new(),
            jobs: Vec::new(),
            orders: BTreeMap::new(),
            admins: BTreeMap::new(),
            log: None,
        };
        world.fill();
        world
    }

    fn fill(&mut self) {
        let mut tops: Vec<RemoteId> = Vec::new();
        for number in 0..COMMENTS {
            let id = RemoteId::new(format!("c{number}"));
            let above = self.dice.once_in(3).then(|| tops.first().cloned()).flatten();
            let at =
                cast::morning().minus(Span::minutes(1)).millis() + i64::try_from(number).unwrap_or_default() * 1000;
            self.wall.written(&id, above.as_ref());
            self.deliveries.push(said(&id, above.as_ref(), self.dice.below(AUTHORS), at));
            if above.is_none() {
                tops.push(id);
            }
        }
    }

    fn note(&mut self, what: impl FnOnce() -> String) {
        if let Some(log) = &mut self.log {
            log.push(format!("{} {}", self.now, what()));
        }
    }

    /// Something goes wrong once in `times`, while things go wrong at all.
    fn chance(&mut self, times: usize) -> bool {
        self.faults && self.dice.once_in(times)
    }

    fn record(&self) -> PostRecord {
        self.post.record(name())
    }

    fn commit(&mut self, step: &PostStep) -> Result<(), Broken> {
        self.post.commit(step);
        self.counted()
    }

    fn play(&mut self) -> Result<(), Broken> {
        for _ in 0..MOVES {
            self.now = self.now.plus(Span::millis(1000 + u64::try_from(self.dice.below(2000)).unwrap_or_default()));
            self.stir()?;
        }
        self.faults = false;
        for _ in 0..LOOKS {
            self.look()?;
            self.now = self.now.plus(Span::seconds(30));
        }
        self.rest()
    }

    /// One move of somebody. Platforms count in seconds, so that each move lasts one at least: what changes a comment
    /// twice changes it in two of them.
    fn stir(&mut self) -> Result<(), Broken> {
        let landed = self.land();
        match self.dice.below(32) {
            0..=5 => self.deliver(),
            6..=10 => self.people()?,
            11..=13 => self.wake()?,
            14..=16 => self.take_job(),
            17 => self.die(),
            18 => self.now = self.now.plus(Span::seconds(50)),
            19 if !landed => self.admin(),
            _ => self.progress()?,
        }
        if self.dice.once_in(60) {
            self.machine_stops();
        }
        Ok(())
    }

    /// Everything that can be done now is done.
    fn look(&mut self) -> Result<(), Broken> {
        self.wake()?;
        while !self.deliveries.is_empty() {
            self.deliver();
        }
        while !self.jobs.is_empty() {
            self.take_job();
        }
        for _ in 0..MOVES {
            self.now = self.now.plus(Span::seconds(1));
            self.land();
            self.progress()?;
        }
        Ok(())
    }

    /// Calls whose time has come are carried out, whoever waits for their answers. Whether there was one.
    fn land(&mut self) -> bool {
        let mut landed = false;
        while let Some(told) = self.wall.land(self.now) {
            self.note(|| format!("the platform does it, and tells {told:?}"));
            self.tells(told);
            landed = true;
        }
        landed
    }

    fn tells(&mut self, told: impl IntoIterator<Item = Received>) {
        for told in told {
            if self.dice.once_in(3) {
                self.deliveries.push(told.clone());
            }
            self.deliveries.push(told);
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

    /// The queue of jobs is lost with the machine.
    fn machine_stops(&mut self) {
        self.note(|| "the machine stops".to_owned());
        for process in std::mem::take(&mut self.processes) {
            self.end(process);
        }
        self.jobs.clear();
    }

    /// What a process had taken and not finished is there again.
    fn end(&mut self, process: Process) {
        self.deliveries.extend(process.delivery);
        self.jobs.extend(process.job.filter(|_| !self.dice.once_in(3)));
    }
}
