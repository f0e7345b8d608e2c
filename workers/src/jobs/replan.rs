//! Open threads go by new rules: walked in the order of their queue by messages that carry the place, so that it goes on
//! wherever it was broken off. A thread for which nothing is different writes nothing, so that doing it twice does no harm.

use tributary_domain::{id::ThreadId, time::Timestamp};
use tributary_wire::{
    objects::{CommitOutcome, ThreadCall},
    queue::Job,
};

use super::Outcome;
use crate::{app::AppContext, clock, d1, error::InternalError, objects, publish};

/// Threads whose places one message of the walk reads.
const PAGE: u32 = 1000;
/// Threads that one message has go by the rules: each is a call.
const THREADS: usize = 50;

/// Reads a page of the threads that wait, and puts them and the rest of the way on the queue.
pub(super) async fn walk(
    app: &AppContext,
    rules: u64,
    after: Option<(i64, ThreadId)>,
    again: bool,
) -> Result<Outcome, InternalError> {
    let now = clock::now();
    let saved_at = d1::rules::at_least(app, rules).await?.saved_at;
    // A label that is on its way may bring a plan by the rules before: until nobody has them any more.
    let settled_after = app.config.timings.jobs.rules_settled_after;
    if again && now.since(saved_at) < settled_after {
        return Ok(Outcome::Again { after_seconds: settled_after.whole_seconds() });
    }
    let places = d1::threads::waiting(app, after, PAGE).await?;
    let last = places.last().filter(|_| places.len() == PAGE as usize).cloned();
    let over = last.is_none();
    let threads: Vec<ThreadId> = places.into_iter().map(|(_, id)| id).collect();
    let mut jobs: Vec<Job> =
        threads.chunks(THREADS).map(|some| Job::ReplanThreads { rules, threads: some.to_vec() }).collect();
    if !(over && again) {
        jobs.push(Job::Replan { rules, after: last, again: again || over });
    }
    publish::put(app, "JOBS", &jobs, 0).await?;
    if over && again {
        d1::rules::planned(rules, now).run(app).await?;
    }
    Ok(Outcome::Done)
}

/// Has each of these go by the rules, and publishes what that changed. One that fails has all of them tried again.
pub(super) async fn threads(app: &AppContext, rules: u64, threads: &[ThreadId]) -> Result<Outcome, InternalError> {
    let mut changed: Vec<CommitOutcome> = Vec::new();
    for (_, answer) in Box::pin(objects::thread::each(app, threads, |_| ThreadCall::Replan { rules })).await {
        let outcome: Option<CommitOutcome> = serde_json::from_str(&answer?).map_err(InternalError::form("replan"))?;
        changed.extend(outcome);
    }
    if !changed.is_empty() {
        publish::publish(app, &changed).await?;
    }
    Ok(Outcome::Done)
}

/// Begins a walk anew that was lost, and tells of rules that cannot be read.
pub(crate) async fn sweep(app: &AppContext, now: Timestamp) -> Result<(), InternalError> {
    if let Some(rules) = d1::rules::unplanned(app, now.minus(app.config.timings.jobs.replan_retry_after)).await? {
        publish::put(app, "JOBS", &[Job::Replan { rules, after: None, again: false }], 0).await?;
    }
    let current = d1::rules::current(app).await?;
    if let Some(text) = current.trouble() {
        publish::put(app, "JOBS", &[Job::Notice { text, thread: None, post: None, key: None }], 0).await?;
    }
    Ok(())
}
