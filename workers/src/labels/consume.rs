//! The label queue: one call per turn, whatever the number of messages in it; then an owner.

use futures_util::{StreamExt as _, stream};
use tributary_connectors::registry;
use tributary_domain::{
    escalation::{self, Plan},
    id::{TeammateId, ThreadId},
    label::{BuiltInReason, LabelSet, LabelSource, builtin, courtesy, floor},
    owner::Reason,
    platform::{Channel, Surface},
    roster::machine::decision_on,
    routing,
    thread::{Command, Thread},
    time::Timestamp,
};
use tributary_wire::{
    objects::{RosterCall, ThreadCall, TurnAnswer},
    queue::LabelJob,
};
use worker::{MessageBatch, MessageExt as _};

use super::{bedrock, link};
use crate::{
    app::AppContext,
    clock,
    d1::{self, rules::CurrentRules},
    error::InternalError,
    objects, publish,
};

/// The runtime allows six open connections per invocation.
const CALLS: usize = 6;

pub(crate) async fn consume(batch: &MessageBatch<serde_json::Value>, app: &AppContext) {
    let messages: Vec<_> = batch.raw_iter().collect();
    let work = messages.into_iter().map(|message| async move {
        let job = message.body().as_string().and_then(|text| serde_json::from_slice(text.as_bytes()).ok());
        let Some(LabelJob::V1 { thread }) = job else {
            // Of a later release: it is left to that release.
            message.retry();
            return;
        };
        match label(app, &thread).await {
            Ok(()) => message.ack(),
            Err(fault) => {
                fault.log("label");
                message.retry();
            }
        }
    });
    stream::iter(work).buffer_unordered(CALLS).collect::<()>().await;
}

/// Labels the thread's turn, if it is not labelled yet, and gives it an owner, if it has none.
async fn label(app: &AppContext, thread: &ThreadId) -> Result<(), InternalError> {
    // What comes from here on is not among the words, and is new to the next labels.
    let at = clock::now();
    let turn: Option<TurnAnswer> = objects::thread::call(app, thread, &ThreadCall::Turn).await?;
    let Some(turn) = turn else { return Ok(()) };
    let rules = d1::rules::current(app).await?;
    let mut latest = turn.thread.clone();
    if turn.turn > turn.thread.labelling.labelled_turn() {
        let set = labels(app, &rules, &turn, at).await;
        let plan = plan(&rules, &turn, &set).map(Box::new);
        let (targets, away) = (rules.rules.targets.spans, away(app, &rules, &turn.thread).await?);
        let command = Command::Labelled { turn: turn.turn, set, targets, plan, away };
        if let Some(answer) = publish::command(app, thread, command).await? {
            latest = answer.thread;
        }
    }
    if latest.assignment.to_route {
        route(app, &latest).await?;
    }
    if let Err(fault) = link::link(app, &rules, &turn).await {
        fault.log("link");
    }
    Ok(())
}

async fn labels(app: &AppContext, rules: &CurrentRules, turn: &TurnAnswer, at: Timestamp) -> LabelSet {
    let texts: Vec<&str> = turn.texts.iter().map(String::as_str).collect();
    let before = turn.thread.labelling.labels.machine.as_ref().map(|kept| &kept.set.labels);
    if let Some((labels, reason)) = courtesy::label(&rules.rules, &texts, before) {
        return LabelSet { labels, source: LabelSource::BuiltIn { reason }, at };
    }
    let Thread { platform, surface, .. } = turn.thread;
    let comments = (surface == Surface::Comments).then(|| rules.rules.comments(Channel { platform, surface }));
    let by_model = match &app.config.bedrock {
        _ if comments.is_some_and(|comments| !comments.label) => Err(BuiltInReason::ByRules),
        Some(model) => bedrock::ask(app, model, rules, &texts).await,
        None => Err(BuiltInReason::NotConfigured),
    };
    let (mut labels, source) = match by_model {
        Ok((labels, id)) => (labels, LabelSource::Model { id }),
        Err(reason) => (builtin::label(&rules.rules, &texts), LabelSource::BuiltIn { reason }),
    };
    if let Some(comments) = comments {
        labels.urgency = comments.capped(labels.urgency, floor(&rules.rules, &labels.topic, &texts));
    }
    LabelSet { labels, source, at }
}

/// What the rules come to for the thread as these labels make it.
fn plan(rules: &CurrentRules, turn: &TurnAnswer, set: &LabelSet) -> Option<Plan> {
    let mut thread = turn.thread.clone();
    thread.labelling.labels = thread.labelling.labels.labelled(turn.turn, set.clone());
    let channel = Channel { platform: thread.platform, surface: thread.surface };
    let window = registry::window(channel, &thread.counterpart).ok()?;
    escalation::plan(&rules.rules, &thread, window)
}

/// The owner, where somebody else has to be looked for.
async fn away(app: &AppContext, rules: &CurrentRules, thread: &Thread) -> Result<Option<TeammateId>, InternalError> {
    let Some(owner) = thread.assignment.owner.teammate() else { return Ok(None) };
    let members = d1::teammates::members(app).await?;
    let (by_person, account) = (thread.assignment.chosen_by.is_some(), &thread.account);
    let away = routing::away(&rules.rules, &members, owner, by_person, account, clock::now());
    Ok(away.then(|| owner.clone()))
}

/// Has the roster choose an owner, and tells the thread.
async fn route(app: &AppContext, thread: &Thread) -> Result<(), InternalError> {
    let call = RosterCall::Sync { views: vec![thread.roster_view()] };
    let answer = publish::roster(app, &call).await?;
    let (own, others) = decision_on(&thread.id, answer.effects);
    publish::decided(app, &others).await?;
    let Some((decision, version)) = own else { return Ok(()) };
    let reasons = decision.reasons.iter().map(Reason::from).collect();
    let command = Command::Routed { owner: decision.owner, reasons, version };
    publish::command(app, &thread.id, command).await.map(|_| ())
}
