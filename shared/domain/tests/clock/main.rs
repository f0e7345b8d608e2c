//! Targets, the chain and windows on a clock that runs through whole weeks.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "what a test does not expect stops it")]

mod desk;
mod oracle;
mod wall;
mod weeks;
mod windows;
