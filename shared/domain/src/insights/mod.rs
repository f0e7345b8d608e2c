//! What happened, counted by the hour, and what a team reads from it.
//!
//! Counts are made from the record and the messages of one hour, whole, and replace what was counted of it before: to
//! count an hour twice is to count it once. No customer's words are among them.

mod accuracy;
pub mod csv;
mod histogram;
mod report;
mod roll;
mod words;

use serde::{Deserialize, Serialize};

use crate::{platform::Surface, rules::zone::Zone, time::Timestamp};

pub use histogram::Histogram;
pub use report::{Column, Query, Report, Table, Unit, table};
pub use roll::{Line, Tally, What};
pub use words::{Suggestion, Told, suggested};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// A message of a customer's.
    In,
    /// A message of ours.
    Out,
    /// A comment that is held, in no thread.
    Held,
    Opened,
    /// An answer by a teammate.
    Answered,
    /// What the customer waited for the first answer of a thread; the part is a step of [`Histogram`].
    First,
    /// What the customer waited for an answer; the part is a step of [`Histogram`].
    Waited,
    /// An answer within its target; the part is the urgency.
    Met,
    /// An answer after its target; the part is the urgency.
    Late,
    /// A closed thread, by what it took since it was opened; the part is a step of [`Histogram`].
    Resolved,
    /// A turn that a machine labelled; the part is `model` or `builtIn`.
    Labelled,
    /// What a machine said; the part is its urgency.
    SaidUrgency,
    /// What a machine said; the part is its language.
    SaidLanguage,
    /// A person put a machine's topic right; the part is the right one.
    WrongTopic,
    /// A person put a machine's urgency right; the part is the machine's.
    WrongUrgency,
    /// A person put a machine's language right; the part is the machine's.
    WrongLanguage,
    /// A person gave a thread this topic; the part is the thread.
    Moved,
    /// A person had a machine's topic before them when they dealt with the thread.
    SeenTopic,
    /// The same of an urgency; the part is the urgency.
    SeenUrgency,
    /// The same of a language; the part is the language.
    SeenLanguage,
    /// A person corrected a thread that a machine had labelled; the part is the entry that tells of it.
    Taught,
}

crate::names! {
    /// Counts are kept in four sheets per hour, so that nobody reads more than they need.
    pub enum RollupTable {
        Flow = "flow",
        /// Answers, and how long they took.
        Answers = "answers",
        /// Labels, and what was wrong with them.
        Labels = "labels",
        /// Corrections, one by one.
        Lessons = "lessons",
    }
}

impl Kind {
    /// Where it is kept.
    pub const fn sheet(self) -> RollupTable {
        match self {
            Self::In | Self::Out | Self::Held | Self::Opened => RollupTable::Flow,
            Self::Answered | Self::First | Self::Waited | Self::Met | Self::Late | Self::Resolved => {
                RollupTable::Answers
            }
            Self::Labelled
            | Self::SaidUrgency
            | Self::SaidLanguage
            | Self::WrongTopic
            | Self::WrongUrgency
            | Self::WrongLanguage
            | Self::SeenTopic
            | Self::SeenUrgency
            | Self::SeenLanguage
            | Self::Moved => RollupTable::Labels,
            Self::Taught => RollupTable::Lessons,
        }
    }
}

/// A count of one hour. Its names are short: there are many of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Counter {
    #[serde(rename = "k")]
    pub kind: Kind,
    #[serde(rename = "p")]
    pub platform: String,
    /// Left out where it is messages, as most are.
    #[serde(rename = "s", default = "messages", skip_serializing_if = "is_messages")]
    pub surface: Surface,
    #[serde(rename = "t")]
    pub topic: String,
    /// Whose: a teammate, a team, or `unassigned`.
    #[serde(rename = "w")]
    pub who: String,
    /// A further part of the name, as its kind says.
    #[serde(rename = "x", default, skip_serializing_if = "String::is_empty")]
    pub part: String,
    #[serde(rename = "n")]
    pub count: u64,
}

const fn messages() -> Surface {
    Surface::Messages
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_messages(surface: &Surface) -> bool {
    *surface == Surface::Messages
}

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// When the hour began that `at` is in, by the clocks of `zone`: also where they stand half an hour off.
pub fn hour_of(zone: &Zone, at: Timestamp) -> Timestamp {
    let into = (at.millis() + i64::from(zone.offset(at)) * 1000).rem_euclid(HOUR);
    Timestamp::from_millis(at.millis() - into)
}

/// When the next hour begins.
pub const fn next_hour(hour: Timestamp) -> Timestamp {
    Timestamp::from_millis(hour.millis() + HOUR)
}
