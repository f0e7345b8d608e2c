//! The label queue: one call per turn, whatever the number of messages in it; then an owner.

use futures_util::{StreamExt as _, stream};
use tributary_connectors::registry;
use tributary_domain::{
    escalation::{self, Plan},
    id::{TeammateId, ThreadId},
    label::{BuiltInReason, LabelSet, LabelSource, builtin, courtesy},
    owner::Reason,
    platform::Channel,
    roster::machine::decision_on,
    routing,
    thread::{Command, Targets, Thread},
    time::Timestamp,
};
use tributary_wire::{
    objects::{RosterCall, ThreadCall, TurnAnswer},
    queue::LabelJob,
};
use worker::{MessageBatch, MessageExt as _};

use super::{bedrock, link};
use crate::{
    clock,
    d1::{self, rules::CurrentRules},
    edge::Edge,
    fault::Fault,
    objects, publish,
};

/// The runtime allows six open connections per invocation.
const CALLS: usize = 6;

pub(crate) async fn consume(batch: &MessageBatch<serde_json::Value>, edge: &Edge) {
    let messages: Vec<_> = batch.raw_iter().collect();
    let work = messages.into_iter().map(|message| async move {
        let job = message.body().as_string().and_then(|text| serde_json::from_slice(text.as_bytes()).ok());
        let Some(LabelJob::V1 { thread }) = job else {
            // Of a later release: it is left to that release.
            message.retry();
            return;
        };
        match label(edge, &thread).await {
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
async fn label(edge: &Edge, thread: &ThreadId) -> Result<(), Fault> {
    // What comes from here on is not among the words, and is new to the next labels.
    let at = clock::now();
    let turn: Option<TurnAnswer> = objects::thread::call(edge, thread, &ThreadCall::Turn).await?;
    let Some(turn) = turn else { return Ok(()) };
    let rules = d1::rules::current(edge).await?;
    let mut latest = turn.thread.clone();
    if turn.turn > turn.thread.labelled_turn() {
        let set = labels(edge, &rules, &turn, at).await;
        let plan = plan(&rules, &turn, &set).map(Box::new);
        let (targets, away) = (Targets::from(&rules.rules.targets), away(edge, &rules, &turn.thread).await?);
        let command = Command::Labelled { turn: turn.turn, set, targets, plan, away };
        if let Some(answer) = publish::command(edge, thread, command).await? {
            latest = answer.thread;
        }
    }
    if latest.to_route {
        route(edge, &latest).await?;
    }
    if let Err(fault) = link::link(edge, &rules, &turn).await {
        fault.log("link");
    }
    Ok(())
}

async fn labels(edge: &Edge, rules: &CurrentRules, turn: &TurnAnswer, at: Timestamp) -> LabelSet {
    let texts: Vec<&str> = turn.texts.iter().map(String::as_str).collect();
    let before = turn.thread.labels.machine.as_ref().map(|kept| &kept.set.labels);
    if let Some((labels, reason)) = courtesy::label(&rules.rules, &texts, before) {
        return LabelSet { labels, source: LabelSource::BuiltIn { reason }, at };
    }
    let by_model = match &edge.config.bedrock {
        Some(model) => bedrock::ask(edge, model, rules, &texts).await,
        None => Err(BuiltInReason::NotConfigured),
    };
    let (labels, source) = match by_model {
        Ok((labels, id)) => (labels, LabelSource::Model { id }),
        Err(reason) => (builtin::label(&rules.rules, &texts), LabelSource::BuiltIn { reason }),
    };
    LabelSet { labels, source, at }
}

/// What the rules come to for the thread as these labels make it.
fn plan(rules: &CurrentRules, turn: &TurnAnswer, set: &LabelSet) -> Option<Plan> {
    let mut thread = turn.thread.clone();
    thread.labels = thread.labels.labelled(turn.turn, set.clone());
    let channel = Channel { platform: thread.platform, surface: thread.surface };
    let window = registry::window(channel, &thread.counterpart).ok()?;
    escalation::plan(&rules.rules, &thread, window)
}

/// The owner, where somebody else has to be looked for.
async fn away(edge: &Edge, rules: &CurrentRules, thread: &Thread) -> Result<Option<TeammateId>, Fault> {
    let Some(owner) = thread.owner.teammate() else { return Ok(None) };
    let members = d1::teammates::members(edge).await?;
    let (by_person, account) = (thread.owner_by.is_some(), &thread.account);
    let away = routing::away(&rules.rules, &members, owner, by_person, account, clock::now());
    Ok(away.then(|| owner.clone()))
}

/// Has the roster choose an owner, and tells the thread.
async fn route(edge: &Edge, thread: &Thread) -> Result<(), Fault> {
    let call = RosterCall::Sync { views: vec![thread.roster_view()] };
    let answer = publish::roster(edge, &call).await?;
    let (own, others) = decision_on(&thread.id, answer.effects);
    publish::decided(edge, &others).await?;
    let Some((decision, version)) = own else { return Ok(()) };
    let reasons = decision.reasons.iter().map(Reason::from).collect();
    let command = Command::Routed { owner: decision.owner, reasons, version };
    publish::command(edge, &thread.id, command).await.map(|_| ())
}
