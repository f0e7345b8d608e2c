//! Types that cross a boundary: the HTTP API, the methods of the Durable Objects, the messages of the queues.
#![warn(missing_debug_implementations)]

pub mod api;
pub mod history;
pub mod objects;
pub mod queue;
pub mod view;
