//! Publishing: bringing what objects commit to the index, the queues, the roster and the browsers. What goes where, and
//! what is known of it afterwards, is decided by `domain::publish`.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, time::Duration};

use futures_util::future::join4;
use serde::Serialize;
use tributary_domain::{
    id::{PostId, ThreadId},
    post::PostRecord,
    publish::{LastAcked, Plan, Published},
    roster::{RosterEffect, RosterView},
    thread::{Command, machine::Acked},
    time::Span,
};
use tributary_wire::{
    objects::{CommitOutcome, Hint, PostPublication, Projection, RosterAnswer, RosterCall, ThreadAnswer, ThreadCall},
    queue::{Job, LabelJob},
    view,
};
use worker::{BatchMessageBuilder, Delay, QueueContentType, RawMessageBuilder, wasm_bindgen::JsValue};

use crate::{app::AppContext, clock, d1, error::InternalError, objects};

/// Most messages of one `sendBatch`.
const BATCH: usize = 100;

/// Brings what threads committed to the index, the queues, the roster and the browsers, all at once.
pub(crate) async fn publish(app: &AppContext, outcomes: &[CommitOutcome]) -> Result<(), InternalError> {
    publish_with(app, outcomes, &[]).await
}

/// Brings what the index lacks of posts there.
pub(crate) async fn posts(app: &AppContext, posts: &[PostPublication]) -> Result<(), InternalError> {
    publish_with(app, &[], posts).await
}

/// Brings what threads and posts committed to the index, the queues, the roster and the browsers, all at once.
pub(crate) async fn publish_with(
    app: &AppContext,
    outcomes: &[CommitOutcome],
    posts: &[PostPublication],
) -> Result<(), InternalError> {
    let plan = Plan::of(outcomes);
    let of_posts: Vec<&Projection> = posts.iter().map(|one| &one.projection).collect();
    let hints = plan.hints.iter().map(|(thread, version)| Hint::of_thread((*thread).clone(), *version));
    let hints: Vec<Hint> = hints.chain(posts.iter().map(|one| Hint::of_post(one.post.clone(), one.version))).collect();
    let labels = plan.labels.iter().map(|thread| LabelJob::V1 { thread: (*thread).clone() }).collect();
    let jobs = plan.jobs.iter().filter_map(|(thread, effect)| Job::of_thread(thread, effect)).collect();
    // Each begins in this order: first what somebody waits for.
    let all = join4(
        hint(app, &hints),
        index(app, &plan.index, &of_posts, &hints),
        queue(app, labels, jobs),
        sync(app, plan.roster),
    );
    let (hinted, indexed, queued, told) = Box::pin(all).await;
    let published = Published { index: indexed.is_ok(), roster: told.is_ok() };
    LAST_ACKED.with_borrow_mut(|all| outcomes.iter().for_each(|one| all.note(&one.thread, published.acked(one))));
    if published.index {
        POSTS.with_borrow_mut(|all| posts.iter().for_each(|one| note_post(all, &one.post, one.version)));
    }
    indexed.and(hinted).and(queued).and(told)
}

/// The page lets hints gather for this long before it reads lists from the index.
const GATHERING: Span = Span::millis(40);

/// Writes the index. Whoever may have read it too early, led by a hint, is told once more.
async fn index(
    app: &AppContext,
    projections: &[&Projection],
    posts: &[&Projection],
    hints: &[Hint],
) -> Result<(), InternalError> {
    let begun = clock::now();
    // A turn of the runtime's loop, in which the hint leaves before the statements are made.
    Delay::from(Duration::ZERO).await;
    d1::publish::write(app, projections, posts).await?;
    if clock::now().since(begun) > GATHERING
        && let Err(fault) = hint(app, hints).await
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

/// More posts than one isolate sees at a time.
const POSTS_REMEMBERED: usize = 256;

thread_local! {
    /// The same of posts.
    static POSTS: RefCell<BTreeMap<PostId, u64>> = const { RefCell::new(BTreeMap::new()) };
}

fn note_post(all: &mut BTreeMap<PostId, u64>, post: &PostId, version: u64) {
    if all.len() >= POSTS_REMEMBERED && !all.contains_key(post) {
        all.clear();
    }
    let known = all.entry(post.clone()).or_default();
    *known = version.max(*known);
}

/// The version of a post that this isolate remembers to have published.
pub(crate) fn last_acked_of_post(post: &PostId) -> u64 {
    POSTS.with_borrow(|all| all.get(post).copied().unwrap_or_default())
}

/// Has the team told that more is written under a post than anything is open for.
pub(crate) async fn flooded(app: &AppContext, record: &PostRecord, hour: i64) -> Result<(), InternalError> {
    let PostRecord { name, counts, .. } = record;
    let post = view::post_id(name);
    let rows = d1::accounts::known(app).await.unwrap_or_else(|fault| {
        // The link names it as well.
        fault.log("flood account");
        Rc::default()
    });
    let account = rows.iter().find(|row| row.id == name.account).map(|row| format!(" of {}", row.name));
    let text = format!(
        "A post{} on {} is on fire: more was written under it this hour than becomes threads. {} of its comments are held; \
         they are on the post's page.",
        account.unwrap_or_default(),
        name.platform.display(),
        counts.held,
    );
    let key = Some(format!("flood-{post}-{hour}"));
    put(app, "JOBS", &[Job::Notice { text, thread: None, post: Some(post), key }], 0).await
}

/// Does one thing to a thread, and publishes what comes of it. Nothing when there is no such thread.
pub(crate) async fn command(
    app: &AppContext,
    thread: &ThreadId,
    command: Command,
) -> Result<Option<ThreadAnswer>, InternalError> {
    let call = ThreadCall::Command { command, expected: None, through: None };
    let answer: Option<ThreadAnswer> = objects::thread::call(app, thread, &call).await?;
    if let Some(answer) = &answer {
        publish(app, std::slice::from_ref(&answer.outcome)).await?;
    }
    Ok(answer)
}

async fn queue(app: &AppContext, labels: Vec<LabelJob>, jobs: Vec<Job>) -> Result<(), InternalError> {
    put(app, "LABELS", &labels, app.config.label_delay).await?;
    put(app, "JOBS", &jobs, 0).await
}

/// Puts messages on a queue as JSON text, which is the smallest thing to pass between wasm and the runtime.
pub(crate) async fn put<T: Serialize>(
    app: &AppContext,
    binding: &'static str,
    messages: &[T],
    delay_seconds: u32,
) -> Result<(), InternalError> {
    let mut texts = Vec::with_capacity(messages.len());
    for message in messages {
        texts.push(serde_json::to_string(message).map_err(InternalError::form(binding))?);
    }
    put_texts(app, binding, &texts, delay_seconds).await
}

/// Puts messages that are text already on a queue.
pub(crate) async fn put_texts(
    app: &AppContext,
    binding: &'static str,
    texts: &[String],
    delay_seconds: u32,
) -> Result<(), InternalError> {
    if texts.is_empty() {
        return Ok(());
    }
    let failed = |source| InternalError::Queue { binding, source: Box::new(source) };
    let queue = app.queue(binding)?;
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
async fn hint(app: &AppContext, hints: &[Hint]) -> Result<(), InternalError> {
    if hints.is_empty() {
        return Ok(());
    }
    let _: serde_json::Value = objects::call(&app.env, "LIVE", "live", &serde_json::json!({ "hints": hints })).await?;
    Ok(())
}

/// Tells the roster, and passes on what it decides about threads.
async fn sync(app: &AppContext, views: Vec<RosterView>) -> Result<(), InternalError> {
    if views.is_empty() {
        return Ok(());
    }
    let answer = roster(app, &RosterCall::Sync { views }).await?;
    decided(app, &answer.effects).await
}

pub(crate) async fn roster(app: &AppContext, call: &RosterCall) -> Result<RosterAnswer, InternalError> {
    objects::call(&app.env, "ROSTER", "roster", call).await
}

/// Passes on what the roster decided.
pub(crate) async fn decided(app: &AppContext, effects: &[RosterEffect]) -> Result<(), InternalError> {
    let jobs: Vec<Job> = effects.iter().filter_map(Job::of_roster).collect();
    put(app, "JOBS", &jobs, 0).await
}
