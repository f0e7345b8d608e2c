//! Carrying out what an object's commit calls for. All of it can be lost or done twice: objects ask again.

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use futures_util::future::join4;
use serde::Serialize;
use tributary_domain::{id::ThreadId, owner::Reason, roster::RosterEffect, routing, thread::Command, time::Span};
use tributary_wire::{
    objects::{
        Carried, EffectItem, Hint, News, Projection, RosterAnswer, RosterCall, RosterView, ThreadAnswer, ThreadCall,
    },
    queue::{Job, LabelJob},
};
use worker::{BatchMessageBuilder, Delay, QueueContentType, RawMessageBuilder, wasm_bindgen::JsValue};

use crate::{clock, d1, edge::Edge, fault::Fault, objects};

/// Most messages of one `sendBatch`.
const BATCH: usize = 100;

/// Brings what objects committed to the index, the queues, the roster and the browsers.
/// All at once: every part is guarded by versions, and none needs another.
pub(crate) async fn carry(edge: &Edge, news: &[News]) -> Result<(), Fault> {
    let projections: Vec<&Projection> = news.iter().filter_map(|one| one.projection.as_ref()).collect();
    let changed = news.iter().filter(|one| one.projection.is_some());
    let hints: Vec<Hint> = changed.map(|one| Hint { thread: one.thread.clone(), version: one.version }).collect();
    let views = news.iter().filter_map(|one| one.roster.clone()).collect();
    // Each begins in this order: first what somebody waits for.
    let all =
        join4(hint(edge, &hints), index(edge, &projections, &hints), queue_effects(edge, news), sync(edge, views));
    let (hinted, indexed, queued, rostered) = Box::pin(all).await;
    for one in news {
        let projected = if indexed.is_ok() && one.projection.is_some() { one.version } else { 0 };
        let rostered = one.roster.as_ref().filter(|_| rostered.is_ok()).map_or(0, |view| view.version);
        remember(&one.thread, Carried { projected, rostered });
    }
    indexed.and(hinted).and(queued).and(rostered)
}

/// The page lets hints gather for this long before it reads lists from the index.
const GATHERING: Span = Span::millis(40);

/// Writes the index. Whoever may have read it too early, led by a hint, is told once more.
async fn index(edge: &Edge, projections: &[&Projection], hints: &[Hint]) -> Result<(), Fault> {
    let begun = clock::now();
    // A turn of the runtime's loop, in which the hint leaves before the statements are made.
    Delay::from(Duration::ZERO).await;
    d1::carry::write(edge, projections).await?;
    if clock::now().since(begun) > GATHERING
        && let Err(fault) = hint(edge, hints).await
    {
        // The index has it all the same; the page reads anew at its next hint or connect.
        fault.log("late hint");
    }
    Ok(())
}

/// More threads than one isolate sees at a time. What is forgotten, the alarms find out.
const REMEMBERED: usize = 512;

thread_local! {
    /// What this isolate has carried of late: the next call to the thread tells it.
    static CARRIED: RefCell<BTreeMap<ThreadId, Carried>> = const { RefCell::new(BTreeMap::new()) };
}

/// What this isolate remembers to have carried of a thread.
pub(crate) fn remembered(thread: &ThreadId) -> Carried {
    CARRIED.with_borrow(|known| known.get(thread).copied()).unwrap_or_default()
}

fn remember(thread: &ThreadId, carried: Carried) {
    CARRIED.with_borrow_mut(|all| {
        if all.len() >= REMEMBERED && !all.contains_key(thread) {
            all.clear();
        }
        let known = all.get(thread).copied().unwrap_or_default();
        let projected = known.projected.max(carried.projected);
        all.insert(thread.clone(), Carried { projected, rostered: known.rostered.max(carried.rostered) });
    });
}

/// Does one thing to a thread, and carries what comes of it. Nothing when there is no such thread.
pub(crate) async fn command(edge: &Edge, thread: &ThreadId, command: Command) -> Result<Option<ThreadAnswer>, Fault> {
    let call = ThreadCall::Command { command, expected: None, through: None };
    let answer: Option<ThreadAnswer> = objects::thread::call(edge, thread, &call).await?;
    if let Some(answer) = &answer {
        carry(edge, std::slice::from_ref(&answer.news)).await?;
    }
    Ok(answer)
}

async fn queue_effects(edge: &Edge, news: &[News]) -> Result<(), Fault> {
    let (mut labels, mut jobs) = (Vec::new(), Vec::new());
    for one in news {
        sort(&one.thread, &one.effects, &mut labels, &mut jobs);
    }
    put(edge, "LABELS", &labels, edge.config.label_delay).await?;
    put(edge, "JOBS", &jobs, 0).await
}

fn sort(thread: &ThreadId, effects: &[EffectItem], labels: &mut Vec<LabelJob>, jobs: &mut Vec<Job>) {
    for effect in effects {
        match effect {
            EffectItem::Label => labels.push(LabelJob::V1 { thread: thread.clone() }),
            EffectItem::Job { job } => jobs.push(job.clone()),
            // Whoever called the thread makes the call: see `send`.
            EffectItem::Call(_) => {}
        }
    }
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
    let jobs: Vec<Job> = effects.iter().filter_map(job).collect();
    put(edge, "JOBS", &jobs, 0).await
}

fn job(effect: &RosterEffect) -> Option<Job> {
    match effect {
        RosterEffect::Assigned { thread, version, decision } => Some(Job::Assigned {
            thread: thread.clone(),
            version: *version,
            owner: decision.owner.clone(),
            reasons: reasons(decision),
        }),
        RosterEffect::TeamChannel { notice } => Some(Job::Tell { notice: notice.clone() }),
        RosterEffect::WakeAt { .. } | RosterEffect::Changed { .. } => None,
    }
}

/// A decision's reasons, as a thread keeps them.
pub(crate) fn reasons(decision: &routing::Decision) -> Vec<Reason> {
    decision.reasons.iter().map(Reason::from).collect()
}
