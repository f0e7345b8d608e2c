//! Comments under the posts of a Page or an Instagram account, and mentions of it.

pub(crate) mod check;
mod instagram;
pub(crate) mod moderate;
mod page;
pub(crate) mod post;
mod send;
mod sink;
mod wire;

pub(crate) use send::{accepted, comment};

use super::{envelope::Head, messaging::Flavor};
use crate::{
    contract::Parsed,
    lenient::{Stopped, traced},
};

/// The entry that the dashboard's "Test" button writes.
const SAMPLE_ENTRY: &str = "0";

/// Whether a field of changes is read here.
pub(crate) fn reads(flavor: Flavor, field: &str) -> bool {
    match flavor {
        Flavor::Messenger => matches!(field, "feed" | "mention"),
        Flavor::Instagram => matches!(field, "comments" | "live_comments" | "mentions"),
    }
}

/// The events of one change. `left_out` are the members that were not what they should be.
pub(crate) fn parse(
    flavor: Flavor,
    entry: Head<'_>,
    field: &str,
    value: &str,
    left_out: &[String],
    parsed: &mut Parsed,
) -> Result<(), Stopped> {
    let mut sink = sink::Sink { entry, field, left_out, parsed };
    match flavor {
        Flavor::Messenger => page::read(&mut sink, traced(value)?),
        Flavor::Instagram => instagram::read(&mut sink, traced(value)?),
    }
    Ok(())
}
