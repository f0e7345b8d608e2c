//! Teammates: what they see, what they do about it, and browsers that ask again when no answer came.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::{
    id::ReplyId,
    label::{Correction, Urgency},
    owner::Owner,
    reply::{Event, State},
    thread::Command,
    time::{Span, Timestamp},
};

use crate::{cast, dice::Dice, object::ThreadObject};

/// What a person asks for.
#[derive(Debug, Clone)]
pub enum Ask {
    /// Send these words.
    Reply {
        /// Made once by their browser.
        id: ReplyId,
        /// The words.
        text: String,
        /// The version they saw.
        seen: u64,
    },
    /// Settle a reply in doubt, or one that failed.
    Resolve {
        /// Which.
        id: ReplyId,
        /// How.
        verdict: Event,
    },
    /// Anything else.
    Do(Box<Command>),
}

/// A request of a browser, repeated until it is answered.
#[derive(Debug, Clone)]
pub struct Request {
    /// On which thread.
    pub thread: usize,
    /// Which teammate.
    pub by: usize,
    /// What.
    pub ask: Ask,
    /// How often it may still be made.
    pub tries: u32,
    /// An answer came.
    pub answered: bool,
}

/// What people did, for the laws.
#[derive(Debug, Default)]
pub struct Deeds {
    /// How often somebody said "send" for a reply.
    pub sends: BTreeMap<ReplyId, usize>,
    /// The words they confirmed.
    pub words: BTreeMap<ReplyId, String>,
    /// Replies that somebody saw at the customer's.
    pub seen: BTreeSet<ReplyId>,
    next: u32,
}

impl Deeds {
    /// What a teammate does who looks at a thread now; now and then nothing.
    pub fn think(&mut self, number: usize, object: &ThreadObject, now: Timestamp, dice: &mut Dice) -> Option<Request> {
        object.thread().opened_at?;
        let by = dice.below(cast::TEAMMATES);
        let teammate = cast::teammate(by);
        let troubled = object.replies.values().find(|reply| reply.needs_a_person());
        let ask = match (dice.below(12), troubled) {
            (0..=3, Some(reply)) => {
                let verdict = match dice.below(4) {
                    0 => Event::Discard,
                    1 if matches!(reply.state, State::Uncertain { .. }) => Event::Arrived,
                    _ => Event::SendAgain,
                };
                Ask::Resolve { id: reply.id.clone(), verdict }
            }
            (0..=4, _) => self.compose(object, dice),
            (5, _) => Ask::Do(Box::new(Command::Close { note: None, by: teammate })),
            (6, _) => Ask::Do(Box::new(Command::Close { note: Some("Done".to_owned()), by: teammate })),
            (7, _) => Ask::Do(Box::new(Command::Reopen { note: None, by: teammate })),
            (8, _) => {
                let until = now.plus(Span::seconds(u64::try_from(dice.below(90)).unwrap_or(0)));
                Ask::Do(Box::new(Command::Snooze { until, by: teammate }))
            }
            (9, _) => {
                let to = match dice.below(4) {
                    0 => Owner::Unassigned,
                    other => Owner::Teammate { id: cast::teammate(other % cast::TEAMMATES) },
                };
                Ask::Do(Box::new(Command::Reassign { to, note: None, by: teammate }))
            }
            (10, _) => {
                let correction = Correction { urgency: Some(Urgency::Urgent), ..Correction::default() };
                Ask::Do(Box::new(Command::Correct { correction, by: teammate }))
            }
            _ => Ask::Do(Box::new(Command::Read { version: object.thread().version, by: teammate })),
        };
        // Nobody repeats a verdict but a person: it would be a second word.
        let tries = if matches!(ask, Ask::Resolve { .. }) { 1 } else { 3 };
        Some(Request { thread: number, by, ask, tries, answered: false })
    }

    fn compose(&mut self, object: &ThreadObject, dice: &mut Dice) -> Ask {
        self.next = self.next.saturating_add(1);
        let id = reply_id(self.next);
        let text =
            if dice.once_in(3) { "Thank you!".to_owned() } else { format!("Answer {}, with \u{1F4E6}", self.next) };
        self.sends.insert(id.clone(), 1);
        self.words.insert(id.clone(), text.clone());
        Ask::Reply { id, text, seen: object.thread().version }
    }
}

fn reply_id(number: u32) -> ReplyId {
    let text = format!("reply-{number:04}");
    ReplyId::parse(&text).unwrap_or_else(|_| unreachable!("{text} has the form of a reply id"))
}
