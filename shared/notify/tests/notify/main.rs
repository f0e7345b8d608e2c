//! What the team is told, in every form it is written in, and what becomes of it on the way.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod delivery;
mod messages;
mod words;
