//! Labels: what a conversation is about, how urgent it is, in which language, and in one line.

pub mod breaker;
pub mod builtin;
pub mod courtesy;
mod kept;
mod learned;
mod scrub;
mod text;
mod validate;
mod words;

use serde::{Deserialize, Serialize};

use crate::{id::TeammateId, time::Timestamp};

pub use builtin::asks;
pub use kept::{Correction, LabelField, LabelState, Labeler, LabelledBy, LookedAt, MachineLabels};
pub use learned::{About, EXAMPLE_MESSAGES, Example, LabelExample, Remaining, lessons};
pub use text::capped;
pub use validate::{RawLabels, Unusable, floor, language_tag, summary_line, validate};
pub(crate) use words::Words;
pub use words::{Pattern, Phrase};

/// The topic of whatever fits no other.
pub const OTHER: &str = "other";

/// The language of texts whose language cannot be told.
pub const UNDETERMINED: &str = "und";

/// Most characters of a summary.
pub const SUMMARY_CHARACTERS: usize = 200;

/// Most bytes of the customer's words that are read for one label.
pub const TEXT_BYTES: usize = 4096;

crate::names! {
    /// How much a conversation presses.
    #[derive(Default)]
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum Urgency {
        /// Needs no answer soon, or none.
        Low = "low",
        /// The usual.
        #[default]
        Normal = "normal",
        /// Before the usual.
        High = "high",
        /// At once.
        Urgent = "urgent",
    }
}

/// One of something for each urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByUrgency<T> {
    /// For what needs no answer soon, or none.
    pub low: T,
    /// For the usual.
    pub normal: T,
    /// For what comes before the usual.
    pub high: T,
    /// For what is answered at once.
    pub urgent: T,
}

impl<T: Copy> ByUrgency<T> {
    /// The one of an urgency.
    pub const fn of(&self, urgency: Urgency) -> T {
        match urgency {
            Urgency::Low => self.low,
            Urgency::Normal => self.normal,
            Urgency::High => self.high,
            Urgency::Urgent => self.urgent,
        }
    }
}

impl<T> Default for ByUrgency<Option<T>> {
    fn default() -> Self {
        Self { low: None, normal: None, high: None, urgent: None }
    }
}

/// What is said about a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Labels {
    /// A topic of the rules, or [`OTHER`].
    pub topic: String,
    /// How much it presses.
    pub urgency: Urgency,
    /// BCP 47 tag, or [`UNDETERMINED`].
    pub language: String,
    /// One line of at most [`SUMMARY_CHARACTERS`] characters; may be empty when there were no words.
    pub summary: String,
}

/// Who said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LabelSource {
    Model {
        id: String,
    },
    BuiltIn {
        /// Why not a model.
        reason: BuiltInReason,
    },
    Teammate {
        id: TeammateId,
    },
}

/// Why the built-in labeler stood in for a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BuiltInReason {
    /// No model is configured.
    NotConfigured,
    /// There was nothing to read: a picture, a place, a message that was taken back.
    NoWords,
    /// Nothing but thanks or a nod.
    Courtesy,
    /// Every model answered with a fault, or with nothing of use.
    Failed,
    /// The month's or the day's money is spent.
    Budget,
    /// No model answered in time.
    Timeout,
    /// Models failed so often of late that none was asked.
    Breaker,
    /// The rules have no model asked about this channel.
    ByRules,
}

impl BuiltInReason {
    /// Whether the turn said nothing to be understood, so that its labels are those of before.
    pub const fn nothing_read(self) -> bool {
        matches!(self, Self::NoWords | Self::Courtesy)
    }
}

/// Labels, with who gave them and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabelSet {
    pub labels: Labels,
    pub source: LabelSource,
    /// When; of a machine's, before the words were read that they go by.
    pub at: Timestamp,
}
