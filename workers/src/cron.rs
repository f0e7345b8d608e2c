//! What is done by the clock: leftovers of the intake, and threads that wait for a shift.

use tributary_wire::objects::RosterCall;

use crate::{carry, edge::Edge, insights, intake, media};

/// The trigger that fires on the hour, as wrangler.toml has it.
const HOURLY: &str = "0 * * * *";

pub(crate) async fn run(cron: &str, edge: &Edge) {
    if let Err(fault) = intake::sweep(edge).await {
        fault.log("sweep");
    }
    if let Err(fault) = media::retention::run(edge).await {
        fault.log("retention");
    }
    // The roster wakes by itself; this is its second alarm clock.
    match carry::roster(edge, &RosterCall::Sync { views: Vec::new() }).await {
        Ok(answer) => {
            if let Err(fault) = carry::decided(edge, &answer.effects).await {
                fault.log("roster");
            }
        }
        Err(fault) => fault.log("roster"),
    }
    if let Err(fault) = insights::roll(edge).await {
        fault.log("insights");
    }
    if cron == HOURLY
        && let Err(fault) = insights::roll_late(edge).await
    {
        fault.log("insights");
    }
}
