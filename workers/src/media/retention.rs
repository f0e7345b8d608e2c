//! Copies of customers' files are deleted when their channel's time is over. The thread decides and remembers; what is
//! left of a broken-off deletion is found again by the next run.

use tributary_domain::{message::MediaState, thread::Command};

use crate::{clock, d1, edge::Edge, fault::Fault, publish};

/// Most files of a channel in one run; the next one goes on.
const AT_ONCE: u32 = 100;

pub(crate) async fn run(edge: &Edge) -> Result<(), Fault> {
    let current = d1::rules::current(edge).await?;
    let now = clock::now();
    for (channel, rules) in &current.rules.channels {
        let Some(kept) = rules.retention else { continue };
        for row in d1::media::old(edge, *channel, now.minus(kept), AT_ONCE).await? {
            let expired = Command::Media { message: row.message, place: row.place, state: MediaState::Expired };
            if let Err(fault) = publish::command(edge, &row.thread, expired).await {
                fault.log("retention");
                continue;
            }
            // The thread has it deleted as well; what a thread does not know of would be found here for ever.
            super::drop(edge, &row.id).await?;
        }
    }
    Ok(())
}
