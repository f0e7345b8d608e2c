//! The digest: when it goes out, what it says, and what becomes of it on the way.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod delivery;
mod schedule;
mod words;
