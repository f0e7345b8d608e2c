//! Threads as the API shows them, after what really happens to one.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

mod desk;
mod history;
mod replies;
