//! What is done by the clock: leftovers of the intake, threads that wait for a shift, the digest.

use tributary_domain::time::Timestamp;
use tributary_wire::objects::RosterCall;

use crate::{carry, digest, edge::Edge, intake};

/// `planned` is when the platform meant it to run, in milliseconds.
#[expect(clippy::cast_possible_truncation, reason = "a time in milliseconds")]
pub(crate) async fn run(_cron: &str, planned: f64, edge: &Edge) {
    if let Err(fault) = intake::sweep(edge).await {
        fault.log("sweep");
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
    // Last, since mails take their time. Each line may come twice, late or not at all: the digest is claimed by its day,
    // whoever comes first.
    if let Err(fault) = digest::tick(edge, Timestamp::from_millis(planned as i64)).await {
        fault.log("digest");
    }
}
