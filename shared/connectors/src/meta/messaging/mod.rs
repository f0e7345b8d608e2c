//! The events and calls that Messenger and Instagram messaging share.

mod attachment;
mod facts;
mod parse;
mod send;
mod wire;

pub(crate) use parse::parse;
pub(crate) use send::{accepted, message};

/// Which of the two. They differ in a handful of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavor {
    /// Messenger: `object: "page"`.
    Messenger,
    /// Instagram: `object: "instagram"`.
    Instagram,
}
