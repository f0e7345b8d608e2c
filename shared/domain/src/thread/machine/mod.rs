//! The Thread object without its storage: what an input does to a thread, what is written, what is published next, and
//! when the alarm rings.
//!
//! A shell reads the [`ThreadRecord`], calls one of these functions, writes what the [`Step`] names in one transaction
//! and sets the alarm that it asks for, all without a pause; then it publishes the outcome. The Worker's shell keeps SQL;
//! the simulation's keeps maps, and drives this very code.

mod alarm;
mod input;
mod publication;
mod record;
mod step;

use crate::{
    audit::Entry,
    capability::{Capabilities, WindowPolicy},
    id::{MessageId, ReplyId},
    message::Message,
    reply::Reply,
    time::Timestamp,
    timings::Timings,
};

pub use alarm::rearm;
pub use input::ThreadInput;
pub use publication::{CommittedCall, Publication};
pub use record::{Limits, Page, ThreadRecord};
pub use step::{Refused, Step, Write, acknowledge, step};

/// What is around a thread when something happens to it.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub now: Timestamp,
    /// What its channel can do.
    pub channel: &'a Capabilities,
    /// How long it may be answered.
    pub window: WindowPolicy,
    /// How much goes at once.
    pub limits: &'a Limits,
    pub timings: &'a Timings,
}

/// Reads of what is stored beside the record. Nothing comes between them and the write that follows.
pub trait Storage {
    /// Why nothing could be read.
    type Error;

    /// A message.
    fn message(&self, id: &MessageId) -> Result<Option<Message>, Self::Error>;
    /// A reply.
    fn reply(&self, id: &ReplyId) -> Result<Option<Reply>, Self::Error>;
    /// Every reply that is not [settled](Reply::is_settled).
    fn unsettled(&self) -> Result<Vec<Reply>, Self::Error>;
    /// The ids of messages that come after one, in their order.
    fn ids_after(&self, after: &str, most: usize) -> Result<Vec<MessageId>, Self::Error>;
    /// Audit entries oldest first, above number `after`.
    fn entries_after(&self, after: u64, most: u64) -> Result<Vec<Entry>, Self::Error>;
}

/// Versions of a thread that others are known to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Acked {
    /// The index.
    pub index: u64,
    /// The roster.
    pub roster: u64,
}
