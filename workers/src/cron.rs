//! What is done by the clock: leftovers of the intake, threads that wait for a shift, the digest, what is too old.

use tributary_domain::time::{Span, Timestamp};
use tributary_wire::objects::{RosterCall, ThreadCall};

use crate::{
    carry, clock,
    d1::{self, threads::PARTS},
    digest,
    edge::Edge,
    fault::Fault,
    insights, intake, jobs, media, objects,
};

/// The trigger that fires on the hour, as wrangler.toml has it.
const HOURLY: &str = "0 * * * *";

/// How often the other trigger fires.
const VISITS_SECONDS: u32 = 300;
/// Most threads that one run visits: each is a call.
const VISITED: u32 = 1000;
/// Closed threads in which nobody wrote for so long have nothing due.
const LATELY: Span = Span::days(2);

/// `planned` is when the platform meant it to run, in milliseconds.
#[expect(clippy::cast_possible_truncation, reason = "a time in milliseconds")]
pub(crate) async fn run(cron: &str, planned: f64, edge: &Edge) {
    if let Err(fault) = intake::sweep(edge).await {
        fault.log("sweep");
    }
    if let Err(fault) = media::retention::run(edge).await {
        fault.log("retention");
    }
    if let Err(fault) = jobs::notice::sweep(edge).await {
        fault.log("notices");
    }
    if let Err(fault) = jobs::replan::sweep(edge, clock::now()).await {
        fault.log("rules");
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
    if cron != HOURLY
        && let Err(fault) = visit(edge, Timestamp::from_millis(planned as i64)).await
    {
        fault.log("visit");
    }
    if let Err(fault) = insights::roll(edge).await {
        fault.log("insights");
    }
    if cron == HOURLY {
        if let Err(fault) = insights::roll_late(edge).await {
            fault.log("insights");
        }
        if let Err(fault) = sweep(edge).await {
            fault.log("old rows");
        }
    }
    // Last, since mails take their time. Each line may come twice, late or not at all: the digest is claimed by its day,
    // whoever comes first.
    if let Err(fault) = digest::tick(edge, Timestamp::from_millis(planned as i64)).await {
        fault.log("digest");
    }
}

/// Visits a part of the threads, so that each whose alarm was lost is found within three hours.
async fn visit(edge: &Edge, planned: Timestamp) -> Result<(), Fault> {
    let turn = planned.millis() / 1000 / i64::from(VISITS_SECONDS) % i64::from(PARTS);
    let part = u8::try_from(turn).unwrap_or_default();
    let threads = d1::threads::part(edge, part, clock::now().minus(LATELY), VISITED).await?;
    let answers = objects::thread::each(edge, &threads, &ThreadCall::Read).await;
    // A thread that is asked anything sees to its own alarm.
    answers.into_iter().try_for_each(|(_, answer)| answer.map(|_| ()))
}

async fn sweep(edge: &Edge) -> Result<(), Fault> {
    let rules = d1::rules::current(edge).await?;
    d1::sweep::run(edge, &rules.rules, clock::now()).await
}
