//! The events and calls that Messenger and Instagram messaging share.

mod attachment;
mod facts;
pub(crate) mod harmless;
mod parse;
mod send;
mod template;
mod wire;

pub(crate) use parse::parse;
pub(crate) use send::{accepted, message};

use crate::contract::Connector as _;

/// Which of the two. They differ in a handful of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavor {
    /// Messenger: `object: "page"`.
    Messenger,
    /// Instagram: `object: "instagram"`.
    Instagram,
}

impl Flavor {
    /// What is passed over.
    fn harmless(self) -> &'static [&'static [crate::contract::Harmless]] {
        match self {
            Self::Messenger => crate::facebook::Facebook::HARMLESS,
            Self::Instagram => crate::instagram::Instagram::HARMLESS,
        }
    }
}
