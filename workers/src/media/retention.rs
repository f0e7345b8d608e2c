//! Copies of customers' files are deleted when their channel's time is over. The thread decides and remembers; what is
//! left of a broken-off deletion is found again by the next run.

use tributary_domain::{message::MediaState, thread::Command};

use crate::{app::AppContext, clock, d1, error::InternalError, publish};

/// Most files of a channel in one run; the next one goes on.
const AT_ONCE: u32 = 100;

pub(crate) async fn run(app: &AppContext) -> Result<(), InternalError> {
    let current = d1::rules::current(app).await?;
    let now = clock::now();
    for (channel, rules) in &current.rules.channels {
        let Some(kept) = rules.retention else { continue };
        for row in d1::media::old(app, *channel, now.minus(kept), AT_ONCE).await? {
            let expired = Command::Media { message: row.message, place: row.place, state: MediaState::Expired };
            if let Err(fault) = publish::command(app, &row.thread, expired).await {
                fault.log("retention");
                continue;
            }
            // The thread has it deleted as well; what a thread does not know of would be found here for ever.
            super::drop(app, &row.id).await?;
        }
    }
    Ok(())
}
