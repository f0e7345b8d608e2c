//! One thread: one counterpart on one account and surface.
//!
//! The Worker loads a [`Work`] (the thread, the messages and replies that the input names), calls one of its
//! methods, commits everything it changed in one transaction, and then carries out the [`Effect`]s. Every
//! effect can be lost or done twice without harm: what is still to be done follows from the state, and
//! [`Work::tick`] asks for it again.

mod acks;
mod answer;
mod assignment;
mod clock;
mod command;
mod contact;
mod escalate;
mod holding;
mod ingest;
mod labelling;
pub mod machine;
mod media;
mod moderating;
mod outgoing;
mod preview;
mod private;
mod questions;
mod rank;
mod receipt;
mod relations;
mod retold;
mod state;
mod status;
mod transcript;
mod unanswered;
mod unread;
mod wake;
mod work;

pub use acks::Acks;
pub use answer::{CallOutcome, ReplyRefused};
pub use assignment::Assignment;
pub use command::{Command, Refused};
pub use contact::{Contact, ContactProfile};
pub use holding::Holding;
pub use ingest::wanted;
pub use labelling::Labelling;
pub use moderating::{Moderating, ModerationCall, ModerationRefused};
pub use questions::Questions;
pub use rank::{BEHIND, resting};
pub use relations::Relations;
pub use retold::retold;
pub use state::Thread;
pub use status::Status;
pub use transcript::{Last, Transcript, Writer};
pub use unanswered::{UnansweredMessage, UnansweredMessages};
pub use unread::{READERS, Unread};
pub use work::{Effect, Work};

#[cfg(test)]
mod tests;
