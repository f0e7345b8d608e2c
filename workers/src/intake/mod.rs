//! From the platforms to the threads: webhook, queue, parked and dead deliveries. What was acknowledged is kept.

mod body;
mod connections;
mod consume;
mod counterparts;
mod dead;
mod item;
mod keep;
mod known;
mod merit;
mod park;
mod posts;
mod reports;
mod retention;
mod sweep;
mod webhook;

pub(crate) use consume::consume;
pub(crate) use dead::keep_dead_letters;
pub(crate) use keep::key_of;
pub(crate) use retention::retain;
pub(crate) use sweep::sweep;
pub(crate) use webhook::{Taken, keep, receive};
