//! What is done by the clock: leftovers of the intake, and threads that wait for a shift.

use tributary_wire::objects::RosterCall;

use crate::{carry, edge::Edge, intake, jobs};

pub(crate) async fn run(_cron: &str, edge: &Edge) {
    if let Err(fault) = intake::sweep(edge).await {
        fault.log("sweep");
    }
    if let Err(fault) = jobs::notice::sweep(edge).await {
        fault.log("notices");
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
}
