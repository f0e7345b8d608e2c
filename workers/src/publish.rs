//! Publishing: bringing what objects commit to the index, the queues, the roster and the browsers. What goes where, and
//! what is known of it afterwards, is decided by `domain::publish`.

use std::{cell::RefCell, time::Duration};

use futures_util::future::join4;
use serde::Serialize;
use tributary_domain::{
    id::ThreadId,
    publish::{LastAcked, Plan, Published},
    roster::{RosterEffect, RosterView},
    thread::{Command, machine::Acked},
    time::Span,
};
use tributary_wire::{
    objects::{CommitOutcome, Hint, Projection, RosterAnswer, RosterCall, ThreadAnswer, ThreadCall},
    queue::{Job, LabelJob},
};
use worker::{BatchMessageBuilder, Delay, QueueContentType, RawMessageBuilder, wasm_bindgen::JsValue};

use crate::{clock, d1, edge::Edge, fault::Fault, objects};

/// Most messages of one `sendBatch`.
const BATCH: usize = 100;

/// Brings what objects committed to the index, the queues, the roster and the browsers, all at once.
pub(crate) async fn publish(edge: &Edge, outcomes: &[CommitOutcome]) -> Result<(), Fault> {
    let plan = Plan::of(outcomes);
    let hints = plan.hints.iter().map(|(thread, version)| Hint { thread: (*thread).clone(), version: *version });
    let hints: Vec<Hint> = hints.collect();
    let labels = plan.labels.iter().map(|thread| LabelJob::V1 { thread: (*thread).clone() }).collect();
    let jobs = plan.jobs.iter().filter_map(|(thread, effect)| Job::of_thread(thread, effect)).collect();
    // Each begins in this order: first what somebody waits for.
    let all =
        join4(hint(edge, &hints), index(edge, &plan.index, &hints), queue(edge, labels, jobs), sync(edge, plan.roster));
    let (hinted, indexed, queued, told) = Box::pin(all).await;
    let published = Published { index: indexed.is_ok(), roster: told.is_ok() };
    LAST_ACKED.with_borrow_mut(|all| outcomes.iter().for_each(|one| all.note(&one.thread, published.acked(one))));
    indexed.and(hinted).and(queued).and(told)
}

/// The page lets hints gather for this long before it reads lists from the index.
const GATHERING: Span = Span::millis(40);

/// Writes the index. Whoever may have read it too early, led by a hint, is told once more.
async fn index(edge: &Edge, projections: &[&Projection], hints: &[Hint]) -> Result<(), Fault> {
    let begun = clock::now();
    // A turn of the runtime's loop, in which the hint leaves before the statements are made.
    Delay::from(Duration::ZERO).await;
    d1::publish::write(edge, projections).await?;
    if clock::now().since(begun) > GATHERING
        && let Err(fault) = hint(edge, hints).await
    {
        // The index has it all the same; the page reads anew at its next hint or connect.
        fault.log("late hint");
    }
    Ok(())
}

thread_local! {
    /// What this isolate has published of late: the next call to the thread says so.
    static LAST_ACKED: RefCell<LastAcked> = const { RefCell::new(LastAcked::new()) };
}

/// What this isolate remembers to have published of a thread.
pub(crate) fn last_acked(thread: &ThreadId) -> Acked {
    LAST_ACKED.with_borrow(|all| all.of(thread))
}

/// Does one thing to a thread, and publishes what comes of it. Nothing when there is no such thread.
pub(crate) async fn command(edge: &Edge, thread: &ThreadId, command: Command) -> Result<Option<ThreadAnswer>, Fault> {
    let call = ThreadCall::Command { command, expected: None, through: None };
    let answer: Option<ThreadAnswer> = objects::thread::call(edge, thread, &call).await?;
    if let Some(answer) = &answer {
        publish(edge, std::slice::from_ref(&answer.outcome)).await?;
    }
    Ok(answer)
}

async fn queue(edge: &Edge, labels: Vec<LabelJob>, jobs: Vec<Job>) -> Result<(), Fault> {
    put(edge, "LABELS", &labels, edge.config.label_delay).await?;
    put(edge, "JOBS", &jobs, 0).await
}

/// Puts messages on a queue as JSON text, which is the smallest thing to pass between wasm and the runtime.
pub(crate) async fn put<T: Serialize>(
    edge: &Edge,
    binding: &'static str,
    messages: &[T],
    delay_seconds: u32,
) -> Result<(), Fault> {
    let mut texts = Vec::with_capacity(messages.len());
    for message in messages {
        texts.push(serde_json::to_string(message).map_err(Fault::form(binding))?);
    }
    put_texts(edge, binding, &texts, delay_seconds).await
}

/// Puts messages that are text already on a queue.
pub(crate) async fn put_texts(
    edge: &Edge,
    binding: &'static str,
    texts: &[String],
    delay_seconds: u32,
) -> Result<(), Fault> {
    if texts.is_empty() {
        return Ok(());
    }
    let failed = |source| Fault::Queue { binding, source: Box::new(source) };
    let queue = edge.queue(binding)?;
    let message = |text: &String| {
        RawMessageBuilder::new(JsValue::from_str(text))
            .delay_seconds(delay_seconds)
            .build_with_content_type(QueueContentType::Text)
    };
    if let [only] = texts {
        return queue.send_raw(message(only)).await.map_err(failed);
    }
    for batch in texts.chunks(BATCH) {
        let batch = BatchMessageBuilder::new().messages(batch.iter().map(message).collect::<Vec<_>>()).build();
        queue.send_raw_batch(batch).await.map_err(failed)?;
    }
    Ok(())
}

/// Tells the browsers to ask again.
async fn hint(edge: &Edge, hints: &[Hint]) -> Result<(), Fault> {
    if hints.is_empty() {
        return Ok(());
    }
    let _: serde_json::Value = objects::call(&edge.env, "LIVE", "live", &serde_json::json!({ "hints": hints })).await?;
    Ok(())
}

/// Tells the roster, and passes on what it decides about threads.
async fn sync(edge: &Edge, views: Vec<RosterView>) -> Result<(), Fault> {
    if views.is_empty() {
        return Ok(());
    }
    let answer = roster(edge, &RosterCall::Sync { views }).await?;
    decided(edge, &answer.effects).await
}

/// Calls the roster.
pub(crate) async fn roster(edge: &Edge, call: &RosterCall) -> Result<RosterAnswer, Fault> {
    objects::call(&edge.env, "ROSTER", "roster", call).await
}

/// Passes on what the roster decided.
pub(crate) async fn decided(edge: &Edge, effects: &[RosterEffect]) -> Result<(), Fault> {
    let jobs: Vec<Job> = effects.iter().filter_map(Job::of_roster).collect();
    put(edge, "JOBS", &jobs, 0).await
}
