//! The life of one post: deliveries that come twice, late and out of order, processes that die between any two steps,
//! threads that cannot be told now, people who pick what is held, and the alarm that makes good.
//!
//! The domain decides what becomes of each comment; this plays the storage of the Post object, the consumer, and threads
//! that remember what they were told.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::{
    event::{Content, Event, Fact, Origin, Peer, Quote, Received, Toward},
    id::{AccountId, RemoteId, ThreadId},
    mutant,
    platform::{Platform, Surface},
    post::{
        Comment, CommentPlace, CommentRules, Counts, Handover, Merit, Placement, PostName, PostRecord, Step,
        acknowledge, memory::Memory, promote, take,
    },
    subject::{Subject, SubjectKind},
    time::Timestamp,
};

use crate::{Broken, Mutant, dice::Dice, laws::law};

const AUTHORS: usize = 4;
const COMMENTS: usize = 9;
const STEPS: usize = 60;
/// Milliseconds between two steps, so that a schedule reaches into several hours.
const PACE: i64 = 400_000;

/// A delivery on the queue, with what it tells.
struct Delivery {
    events: Vec<Received>,
}

struct World {
    dice: Dice,
    now: Timestamp,
    rows: Memory,
    rules: CommentRules,
    queue: Vec<Delivery>,
    /// Threads that were told something, of which the post has yet to hear: of which comments, and what.
    acks: Vec<Vec<(RemoteId, Vec<String>)>>,
    /// What each thread was told, by its key.
    threads: BTreeMap<ThreadId, BTreeSet<String>>,
    /// Where each comment was seen first.
    first: BTreeMap<RemoteId, ThreadId>,
    /// What the platform has told, by the comment that it is about.
    told: BTreeMap<RemoteId, Vec<(String, bool)>>,
    /// Nothing fails any more.
    calm: bool,
}

/// Plays one schedule.
pub fn run(seed: u64, wrong: Option<Mutant>) -> Result<(), Broken> {
    mutant::switch(wrong);
    let result = World::new(seed).play();
    mutant::switch(None);
    result
}

pub(crate) fn name() -> PostName {
    let subject = Subject { kind: SubjectKind::Post, id: RemoteId::new("post") };
    PostName { account: AccountId::of(Platform::Facebook, &RemoteId::new("77")), platform: Platform::Facebook, subject }
}

impl World {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let threads_per_hour = u32::try_from(dice.below(4)).unwrap_or_default();
        let mut world = Self {
            rules: CommentRules { threads_per_hour, ..CommentRules::default() },
            dice,
            now: Timestamp::from_millis(0),
            rows: Memory::default(),
            queue: Vec::new(),
            acks: Vec::new(),
            threads: BTreeMap::new(),
            first: BTreeMap::new(),
            told: BTreeMap::new(),
            calm: false,
        };
        world.fill();
        world
    }

    /// All that the platform will tell, each at least once, in deliveries of one to three events.
    fn fill(&mut self) {
        let mut events = Vec::new();
        let mut written: Vec<RemoteId> = Vec::new();
        for number in 0..COMMENTS {
            let id = RemoteId::new(format!("c{number}"));
            let at = i64::try_from(number).unwrap_or_default() * 1000;
            let above =
                (!self.dice.once_in(3)).then(|| self.dice.below(written.len())).and_then(|one| written.get(one));
            let ours = above.is_some() && self.dice.once_in(4);
            events.push(if ours { echo(&id, above, at) } else { said(&id, above, self.dice.below(AUTHORS), at) });
            if self.dice.once_in(3) {
                events.push(edited(&id, at + 1));
            }
            if self.dice.once_in(4) {
                events.push(hidden(&id, at + 2));
            }
            if self.dice.once_in(6) {
                events.push(removed(&id, at + 3));
            }
            // Platforms put an answer to an answer below the comment at the top.
            if above.is_none() {
                written.push(id);
            }
        }
        for event in &events {
            let Some(id) = event.event.fact.message() else { continue };
            let makes = matches!(event.event.fact, Fact::Message { .. } | Fact::Echo { .. });
            self.told.entry(id.clone()).or_default().push((event.event.key.clone(), makes));
        }
        let again: Vec<Received> = events.iter().filter(|_| self.dice.once_in(3)).cloned().collect();
        events.extend(again);
        while !events.is_empty() {
            let count = 1 + self.dice.below(3);
            let taken = (0..count).filter_map(|_| self.dice.take(&mut events)).collect();
            self.queue.push(Delivery { events: taken });
        }
    }

    fn play(&mut self) -> Result<(), Broken> {
        for _ in 0..STEPS {
            self.now = self.now.plus(tributary_domain::time::Span::millis(u64::try_from(PACE).unwrap_or_default()));
            match self.dice.below(6) {
                0 => self.pick(),
                1 => {
                    self.ring();
                    Ok(())
                }
                2 => self.hear(),
                _ => self.consume(),
            }?;
        }
        self.calm = true;
        while !self.queue.is_empty() {
            self.consume()?;
        }
        // The alarm rings until nobody has to be told anything.
        for _ in 0..=COMMENTS {
            self.ring();
            while !self.acks.is_empty() {
                self.hear()?;
            }
        }
        self.rest()
    }

    /// Something that may go wrong, now and then.
    fn fails(&mut self) -> bool {
        !self.calm && self.dice.once_in(4)
    }

    fn record(&self) -> PostRecord {
        self.rows.record(name())
    }

    fn commit(&mut self, step: &Step) -> Result<(), Broken> {
        self.rows.commit(step);
        for comment in self.rows.comments.values() {
            let before = self.first.get(&comment.id);
            let same = before.is_none_or(|before| comment.thread() == Some(before));
            law("the thread of a comment never changes", same, || format!("{}: {:?}", comment.id, comment.place))?;
            if let Some(thread) = comment.thread() {
                self.first.insert(comment.id.clone(), thread.clone());
            }
        }
        self.counted()
    }

    /// One delivery: the post is asked, then each thread is told. Whatever fails, it comes again.
    fn consume(&mut self) -> Result<(), Broken> {
        let Some(delivery) = self.dice.take(&mut self.queue) else { return Ok(()) };
        let weighed: Vec<_> = delivery.events.iter().map(|one| (one.clone(), Merit::Ordinary)).collect();
        let Ok(step) = take(&self.rows, &self.record(), &weighed, self.rules, self.now);
        if self.fails() {
            // It died before it wrote.
            self.queue.push(delivery);
            return Ok(());
        }
        self.commit(&step)?;
        if self.fails() {
            // The answer was lost.
            self.queue.push(delivery);
            return Ok(());
        }
        let mut whole = true;
        for (event, placement) in delivery.events.iter().zip(&step.placements) {
            let (Placement::Thread(thread) | Placement::Ours { thread, .. }) = placement else { continue };
            whole &= self.tell(thread, std::slice::from_ref(event));
        }
        self.hand_over(step.handovers);
        if !whole || self.fails() {
            self.queue.push(delivery);
        }
        Ok(())
    }

    fn tell(&mut self, thread: &ThreadId, events: &[Received]) -> bool {
        if self.fails() {
            return false;
        }
        let known = self.threads.entry(thread.clone()).or_default();
        known.extend(events.iter().map(|one| one.event.key.clone()));
        true
    }

    /// Threads are told what waited for them, and the post that they were. Either may be lost.
    fn hand_over(&mut self, handovers: Vec<Handover>) {
        let mut handed = Vec::new();
        for Handover { thread, comment, events, .. } in handovers {
            if self.tell(&thread, &events) {
                handed.push((comment, events.iter().map(|one| one.event.key.clone()).collect()));
            }
        }
        if !handed.is_empty() && !self.fails() {
            self.acks.push(handed);
        }
    }

    /// The post hears that threads were told: some time later, when others may have been told more.
    fn hear(&mut self) -> Result<(), Broken> {
        let Some(handed) = self.dice.take(&mut self.acks) else { return Ok(()) };
        let Ok(step) = acknowledge(&self.rows, &self.record(), &handed, self.now);
        self.commit(&step)
    }

    /// A person picks something that is held, and may do so twice.
    fn pick(&mut self) -> Result<(), Broken> {
        let held: Vec<_> = self.rows.comments.values().filter(|one| one.can_be_promoted()).collect();
        let Some(id) = held.get(self.dice.below(held.len())).map(|one| one.id.clone()) else { return Ok(()) };
        let Ok(step) = promote(&self.rows, &self.record(), &[id], self.now);
        if self.fails() {
            return Ok(());
        }
        self.commit(&step)?;
        if !self.fails() {
            self.hand_over(step.handovers);
        }
        Ok(())
    }

    /// The alarm tells threads what they have not heard.
    fn ring(&mut self) {
        let owing: Vec<_> = self.rows.comments.values().cloned().filter_map(Comment::into_handover).collect();
        self.hand_over(owing);
    }

    /// The counts of the post are how many comments are where.
    fn counted(&self) -> Result<(), Broken> {
        let mut counts = Counts::default();
        for comment in self.rows.comments.values() {
            match comment.place {
                CommentPlace::Thread(_) => counts.threads += 1,
                CommentPlace::Held => counts.held += 1,
                CommentPlace::Ours(_) => counts.ours += 1,
                CommentPlace::Gone => counts.gone += 1,
                CommentPlace::Early => {}
            }
        }
        let kept = self.record().counts;
        law("a post counts what it has", kept == counts, || format!("{kept:?}, and there are {counts:?}"))
    }

    /// At rest every comment is in exactly one place, and its thread has heard all that was told of it.
    fn rest(&self) -> Result<(), Broken> {
        for (id, told) in &self.told {
            let Some(comment) = self.rows.comments.get(id) else {
                return law("no comment is lost", false, || format!("the post knows nothing of {id}"));
            };
            let heard = |thread: &ThreadId, key: &String| self.threads.get(thread).is_some_and(|all| all.contains(key));
            let in_threads =
                self.threads.keys().filter(|thread| told.iter().any(|(key, makes)| *makes && heard(thread, key)));
            let places: Vec<_> = in_threads.collect();
            let where_it_is = || format!("{id} is {:?}, and in {} threads", comment.place, places.len());
            let one = match &comment.place {
                CommentPlace::Thread(thread) | CommentPlace::Ours(Some(thread)) => places == [thread],
                CommentPlace::Held | CommentPlace::Ours(None) | CommentPlace::Gone => places.is_empty(),
                CommentPlace::Early => false,
            };
            law("every comment is in exactly one place", one, where_it_is)?;
            if let Some(thread) = comment.thread() {
                let lacks: Vec<_> = told.iter().filter(|(key, _)| !heard(thread, key)).collect();
                law("a thread hears all of its comments", lacks.is_empty(), || format!("{id}: not {lacks:?}"))?;
                law("what was told waits no more", comment.waiting.is_empty(), || format!("{id} still waits"))?;
            }
            let top = self.rows.comments.get(&comment.top).filter(|top| top.deleted && top.id != comment.id);
            law("with a comment goes what stands below it", top.is_none() || comment.deleted, where_it_is)?;
            if let (Some(thread), Some(_)) = (comment.thread(), top) {
                let told_so = heard(thread, &format!("unsent:{id}"));
                law("a thread hears of what went with another", told_so, where_it_is)?;
            }
            if comment.place == CommentPlace::Held {
                let kept: Vec<_> = comment.waiting.iter().map(|one| &one.event.key).collect();
                let lacks: Vec<_> = told.iter().filter(|(key, _)| !kept.contains(&key)).collect();
                law("what is held is kept whole", lacks.is_empty(), || format!("{id}: not {lacks:?}"))?;
            }
        }
        Ok(())
    }
}

pub(crate) fn event(key: String, toward: Toward, at: i64, fact: Fact) -> Received {
    let at = Timestamp::from_millis(at);
    let account = RemoteId::new("77");
    let event =
        Event { subject: Some(name().subject), key, ..Event::new(account, Surface::Comments, toward, Some(at), fact) };
    Received { event, at }
}

fn content(above: Option<&RemoteId>) -> Content {
    let quote = above.map(|id| Quote { id: Some(id.clone()), text: None });
    Content { text: Some("hello".to_owned()), quote, ..Content::default() }
}

pub(crate) fn said(id: &RemoteId, above: Option<&RemoteId>, author: usize, at: i64) -> Received {
    let peer = Peer { identities: vec![format!("a{author}")], ..Peer::default() };
    let fact = Fact::Message { id: id.clone(), content: content(above) };
    event(format!("comment:{id}"), Toward::Person(peer), at, fact)
}

fn echo(id: &RemoteId, above: Option<&RemoteId>, at: i64) -> Received {
    let toward = Toward::Comment(above.unwrap_or(id).clone());
    let fact = Fact::Echo { id: id.clone(), content: content(above), correlation: None, origin: Origin::Unknown };
    event(format!("comment:{id}"), toward, at, fact)
}

fn edited(id: &RemoteId, at: i64) -> Received {
    let fact = Fact::Edited { id: id.clone(), revision: None, text: Some("other".to_owned()), attachments: Vec::new() };
    event(format!("edit:{id}:{at}"), Toward::Comment(id.clone()), at, fact)
}

fn hidden(id: &RemoteId, at: i64) -> Received {
    let fact = Fact::Hidden { id: id.clone(), hidden: true };
    event(format!("hidden:{id}:true:{at}"), Toward::Comment(id.clone()), at, fact)
}

fn removed(id: &RemoteId, at: i64) -> Received {
    event(format!("unsent:{id}"), Toward::Comment(id.clone()), at, Fact::Unsent { id: id.clone() })
}
