//! One thread: one counterpart on one account and surface.
//!
//! The Worker loads a [`Work`] (the thread, the messages and replies that the input names), calls one of its
//! methods, commits everything it changed in one transaction, and then carries out the [`Effect`]s. Every
//! effect can be lost or done twice without harm: what is still to be done follows from the state, and
//! [`Work::tick`] asks for it again.

mod answer;
mod clock;
mod command;
mod escalate;
mod holder;
mod ingest;
mod labels;
pub mod machine;
mod marks;
mod peer;
mod question;
mod rank;
mod retold;
mod state;
mod unanswered;
mod unread;
mod wake;
mod work;

pub use answer::{CallOutcome, ReplyRefused};
pub use command::{Command, Refused};
pub use ingest::wanted;
pub use rank::{BEHIND, resting};
pub use retold::retold;
pub use unanswered::{UnansweredMessage, UnansweredMessages};

pub use state::{Answered, Last, Status, Targets, Thread, Writer};
pub use unread::{Position, READERS};
pub use work::{ContactProfile, Effect, Work};

#[cfg(test)]
mod tests;
