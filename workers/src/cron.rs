//! What is done by the clock: leftovers of the intake, threads that wait for a shift, the digest, what is too old.

use std::collections::BTreeMap;

use tributary_domain::{id::ThreadId, time::Timestamp};
use tributary_wire::objects::{CommitOutcome, RosterCall, ThreadCall};

use crate::{
    app::AppContext,
    clock,
    d1::{
        self,
        threads::{Indexed, PARTS},
    },
    digest,
    error::InternalError,
    insights, intake, jobs, media, objects, outbox, publish,
};

/// The trigger that fires on the hour, as wrangler.toml has it.
const HOURLY: &str = "0 * * * *";

/// How often the other trigger fires.
const VISITS_SECONDS: u32 = 300;
/// Rounds through all parts until each thread that rests had its turn: four weeks, as long as D1 can be set back.
const ROUNDS: i64 = 256;
/// Most threads of a part that one run looks at: a million and a half in all parts.
const LISTED: u32 = 50_000;
/// Most threads that one run visits: each is a call.
const VISITED: usize = 1000;

/// `planned` is when the platform meant it to run, in milliseconds.
#[expect(clippy::cast_possible_truncation, reason = "a time in milliseconds")]
pub(crate) async fn run(cron: &str, planned: f64, app: &AppContext) {
    if let Err(fault) = intake::sweep(app).await {
        fault.log("sweep");
    }
    if let Err(fault) = media::retention::run(app).await {
        fault.log("retention");
    }
    if let Err(fault) = outbox::sweep(app).await {
        fault.log("notices");
    }
    if let Err(fault) = jobs::replan::sweep(app, clock::now()).await {
        fault.log("rules");
    }
    // The roster wakes by itself; this is its second alarm clock.
    match publish::roster(app, &RosterCall::Sync { views: Vec::new() }).await {
        Ok(answer) => {
            if let Err(fault) = publish::decided(app, &answer.effects).await {
                fault.log("roster");
            }
        }
        Err(fault) => fault.log("roster"),
    }
    if cron != HOURLY
        && let Err(fault) = visit(app, Timestamp::from_millis(planned as i64)).await
    {
        fault.log("visit");
    }
    if let Err(fault) = insights::roll(app).await {
        fault.log("insights");
    }
    if cron == HOURLY {
        if let Err(fault) = insights::roll_late(app).await {
            fault.log("insights");
        }
        if let Err(fault) = sweep(app).await {
            fault.log("old rows");
        }
        if let Err(fault) = intake::retain(app, clock::now()).await {
            fault.log("kept deliveries");
        }
    }
    // Last, since mails take their time. Each line may come twice, late or not at all: the digest is claimed by its day,
    // whoever comes first.
    if let Err(fault) = digest::tick(app, Timestamp::from_millis(planned as i64)).await {
        fault.log("digest");
    }
}

/// Visits a part of the threads, so that each whose alarm was lost, or which the index lost, is found within three
/// hours; those that rest take turns. A thread that is asked anything sees to its own alarm.
async fn visit(app: &AppContext, planned: Timestamp) -> Result<(), InternalError> {
    let line = planned.millis() / 1000 / i64::from(VISITS_SECONDS);
    let part = u8::try_from(line % i64::from(PARTS)).unwrap_or_default();
    let round = u8::try_from(line / i64::from(PARTS) % ROUNDS).unwrap_or_default();
    let [from, to] = d1::threads::bounds(part);
    // The register first: what comes into it later is being published to the index.
    let known = publish::roster(app, &RosterCall::Register { from, to }).await?.threads;
    let indexed = d1::threads::part(app, part, clock::now().minus(app.config.timings.jobs.visit_until), LISTED).await?;
    let mut held = BTreeMap::new();
    for row in &indexed {
        held.insert(&row.id, row.version);
    }
    // Where not all were listed, what comes behind the last may be there.
    let end = indexed.last().filter(|_| indexed.len() >= LISTED as usize).map(|last| &last.id);
    let lost = known.iter().filter(|id| !held.contains_key(id) && end.is_none_or(|end| *id <= end)).cloned();
    let turn = |row: &&Indexed| row.lively != 0 || round_of(&row.id) == Some(round);
    let visited: Vec<ThreadId> =
        lost.chain(indexed.iter().filter(turn).map(|row| row.id.clone())).take(VISITED).collect();
    let call = |place: usize| {
        let indexed = visited.get(place).and_then(|id| held.get(id)).copied().unwrap_or_default();
        ThreadCall::Visit { indexed }
    };
    let mut again: u32 = 0;
    for (_, answer) in objects::thread::each(app, &visited, call).await {
        let outcome: Option<CommitOutcome> = serde_json::from_str(&answer?).map_err(InternalError::form("visit"))?;
        if let Some(outcome) = outcome {
            // What fails here, the thread's alarm publishes.
            publish::publish(app, std::slice::from_ref(&outcome)).await?;
            again += 1;
        }
    }
    if again > 0 {
        worker::console_warn!("visit: the index had lost {again} threads, and was given them again");
    }
    Ok(())
}

/// In which round a thread that rests has its turn.
fn round_of(thread: &ThreadId) -> Option<u8> {
    let digits = thread.as_str().get(ThreadId::PREFIX.len() + 3..)?.get(..2)?;
    u8::from_str_radix(digits, 16).ok()
}

async fn sweep(app: &AppContext) -> Result<(), InternalError> {
    let rules = d1::rules::current(app).await?;
    d1::sweep::run(app, &rules.rules, clock::now()).await
}
