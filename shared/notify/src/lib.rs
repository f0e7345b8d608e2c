//! What the team is told, and how it is delivered: notices and digests as Slack, Teams, webhooks and mail take them, and
//! the machine that brings each of them to its receiver.
//!
//! All of it is pure. The Worker makes the calls, stores what comes of them, and asks when to try again.
#![warn(missing_debug_implementations)]

pub mod channel;
pub mod delivery;
mod digest;
pub mod mail;
mod message;

pub use mail::Mail;
pub use message::NoticeMessage;
