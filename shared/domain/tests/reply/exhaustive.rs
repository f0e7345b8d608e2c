//! Every reachable world of one reply in two parts: the process that calls may die at any step, answers and
//! echoes come early, late, twice or never, and a person may send again. Breadth first, until nothing is new.

use std::{
    collections::{HashSet, VecDeque},
    hash::Hash,
};

use tributary_domain::{
    capability::ErrorClass,
    id::RemoteId,
    outbound::SendOutcome,
    reply::{Arrival, Effect, Event, Reply, State},
    time::{Span, Timestamp},
    timings::ReplyTimings,
};

use crate::fixture::{dropped, error, noon, outcome, refused, reply, slow_down};

/// Words "send again", and answers "slow down" to each part, that are explored.
const MOST_WORDS: u32 = 2;
const MOST_SLOW: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq)]
struct World {
    reply: Reply,
    calls: Vec<Call>,
    made: [u32; 2],
    taken: [u32; 2],
    slow: [u32; 2],
    words: u32,
    seen: bool,
    /// Of each part, the calls that were taken, and those of them that were reported undelivered.
    told: [[Vec<u32>; 2]; 2],
}

/// What the platform calls the message that a call made.
fn name(part: u32, attempt: u32) -> RemoteId {
    RemoteId::new(format!("mid.{part}.{attempt}"))
}

/// A call that some process is making.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Call {
    part: u32,
    attempt: u32,
    at: Platform,
}

/// What the platform did with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Platform {
    NotYet,
    Took,
    Refused,
    Slowed,
}

impl World {
    fn happens(&self, event: &Event, now: Timestamp) -> Self {
        let mut world = self.clone();
        let doubtful = self.reply.needs_a_person();
        match self.reply.clone().apply(event, now, &ReplyTimings::default()) {
            Ok((reply, effect)) => {
                world.reply = reply;
                if let Some(Effect::Call { part, attempt }) = effect {
                    let lost = self.reply.parts[part as usize].returned;
                    assert!(!lost, "what is lost is called for without a word: {event:?}");
                    assert!(!doubtful, "no event leads from doubt to a call: {event:?}");
                    world.made[part as usize] += 1;
                    world.calls.push(Call { part, attempt, at: Platform::NotYet });
                }
            }
            Err((reply, _)) => world.reply = reply,
        }
        world
    }

    fn with_call(&self, index: usize, at: Platform) -> Self {
        let mut world = self.clone();
        world.calls[index].at = at;
        world
    }

    fn without_call(&self, index: usize) -> Self {
        let mut world = self.clone();
        world.calls.remove(index);
        world
    }

    fn next(&self) -> Vec<Self> {
        let late = noon().plus(ReplyTimings::default().sending_timeout).plus(Span::hours(1));
        let mut next = vec![
            self.happens(&Event::Begin, noon()),
            self.happens(&Event::Begin, late),
            self.happens(&Event::Tick, noon()),
            self.happens(&Event::Tick, late.plus(Span::hours(1))),
            self.happens(&Event::Discard, noon()),
        ];
        if let State::Uncertain { .. } = self.reply.state {
            next.push(Self { seen: true, ..self.happens(&Event::Arrived, noon()) });
        }
        let most_words = if self.told.iter().all(|[_, lost]| lost.is_empty()) { MOST_WORDS } else { 1 };
        if self.words < most_words && self.reply.needs_a_person() {
            next.push(Self { words: self.words + 1, ..self.happens(&Event::SendAgain, noon()) });
        }
        for part in 0..2 {
            let [taken, lost] = &self.told[part as usize];
            for attempt in taken {
                let id = name(part, *attempt);
                next.push(self.happens(&Event::Evidence { part, id: id.clone() }, noon()));
                // One report: what the worlds differ by must stay finite, and few.
                let first = self.words == 0 && self.told.iter().all(|[_, lost]| lost.is_empty());
                if first || lost.contains(attempt) {
                    let error = error(ErrorClass::Blocked);
                    let mut world = self.happens(&Event::Undelivered { part, id: id.clone(), error }, noon());
                    if !lost.contains(attempt) {
                        world.told[part as usize][1].push(*attempt);
                    }
                    next.push(world);
                }
                if lost.contains(attempt) {
                    next.push(self.happens(&Event::Delivered { part, id }, noon()));
                }
            }
        }
        for (index, call) in self.calls.iter().enumerate() {
            next.extend(self.call_goes_on(index, *call));
        }
        next
    }

    fn call_goes_on(&self, index: usize, call: Call) -> Vec<Self> {
        let part = call.part as usize;
        let answered = |answer| self.without_call(index).happens(&outcome(call.attempt, answer), noon());
        // The process dies, or the answer is lost on the way.
        let mut next = vec![self.without_call(index), answered(dropped())];
        match call.at {
            Platform::NotYet => {
                let mut took = self.with_call(index, Platform::Took);
                took.taken[part] += 1;
                took.told[part][0].push(call.attempt);
                next.extend([took, self.with_call(index, Platform::Refused)]);
                if self.slow[part] < MOST_SLOW {
                    let mut slowed = self.with_call(index, Platform::Slowed);
                    slowed.slow[part] += 1;
                    next.push(slowed);
                }
            }
            Platform::Took => {
                let ids = vec![name(call.part, call.attempt)];
                let outcome = SendOutcome::Accepted { ids };
                let event = Event::Outcome { part: call.part, attempt: call.attempt, outcome };
                next.push(self.without_call(index).happens(&event, noon()));
            }
            Platform::Refused => next.push(answered(refused())),
            Platform::Slowed => next.push(answered(slow_down(None))),
        }
        next
    }

    /// All that makes a world differ from another, but for the words that no event touches.
    fn key(&self) -> impl Eq + Hash + use<> {
        let (at, part, attempt, times) = match &self.reply.state {
            State::Queued => (0, 0, 0, Timestamp::default()),
            State::Sending { part, attempt, since, refusals } => (1 + refusals * 8, *part, *attempt, *since),
            State::Waiting { part, refusals, not_before } => (2 + refusals * 8, *part, 0, *not_before),
            State::Sent { .. } => (3, 0, 0, Timestamp::default()),
            State::Failed { part, .. } => (4, *part, 0, Timestamp::default()),
            State::Uncertain { part, attempt, .. } => (5, *part, *attempt, Timestamp::default()),
            State::Discarded { .. } => (6, 0, 0, Timestamp::default()),
        };
        let arrived = [0, 1].map(|part: usize| {
            let state = &self.reply.parts[part];
            let words = |ids: &[RemoteId]| ids.iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>();
            let lost: Vec<String> = state.lost.keys().map(|id| id.as_str().to_owned()).collect();
            let named = state.arrived.as_ref().map(|_| words(state.named().unwrap_or_default()));
            (named, words(&state.twice), lost, state.again, state.returned)
        });
        let counts = (self.made, self.told.clone(), self.slow, self.words, self.seen, self.reply.attempts);
        ((at, part, attempt, times), arrived, self.calls.clone(), counts)
    }

    fn check(&self) {
        for part in 0..2 {
            assert!(self.made[part] <= 1 + self.words + self.slow[part], "calls without a word or a proof: {self:?}");
            assert!(self.taken[part] <= 1 + self.words, "taken twice without a person's word: {self:?}");
        }
        if self.made[1] > 0 {
            let first = &self.reply.parts[0];
            assert!(first.arrived.is_some() || !first.lost.is_empty(), "parts leave in order: {self:?}");
        }
        if let State::Sent { .. } = self.reply.state {
            for (part, state) in self.reply.parts.iter().enumerate() {
                match state.arrived {
                    Some(Arrival::Named { .. }) => {
                        assert!(self.taken[part] > 0, "sent, but never taken: {self:?}");
                    }
                    Some(Arrival::Seen) => assert!(self.seen, "seen by nobody: {self:?}"),
                    None => panic!("sent without a part: {self:?}"),
                }
            }
        }
        if let State::Uncertain { part, .. } = self.reply.state {
            assert!(self.reply.parts[part as usize].arrived.is_none(), "in doubt, yet known to have arrived: {self:?}");
        }
        if let State::Sending { .. } = self.reply.state {
            assert!(self.reply.wakes_at(&ReplyTimings::default()).is_some(), "nobody would find it: {self:?}");
        }
    }
}

#[test]
fn no_world_sends_twice_without_a_person() {
    let first = World {
        reply: reply(),
        calls: Vec::new(),
        made: [0; 2],
        taken: [0; 2],
        slow: [0; 2],
        words: 0,
        seen: false,
        told: Default::default(),
    };
    let mut known = HashSet::from([first.key()]);
    let mut open = VecDeque::from([first]);
    let mut ends: HashSet<&'static str> = HashSet::new();
    while let Some(world) = open.pop_front() {
        world.check();
        ends.insert(world.reply.state.name());
        for next in world.next() {
            if known.insert(next.key()) {
                open.push_back(next);
            }
        }
    }
    assert_eq!(ends.len(), 7, "every state is reached: {ends:?}");
    assert!(known.len() > 1000, "only {} worlds", known.len());
}
