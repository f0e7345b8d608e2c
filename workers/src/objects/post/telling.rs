//! Telling threads what their comments wait with.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use tributary_domain::{
    event::Received,
    id::{RemoteId, ThreadId},
    platform::Surface,
    post::{Handover, PostName},
};
use tributary_wire::objects::{CommitOutcome, PostCall, ThreadCall};

use super::call;
use crate::{app::AppContext, error::InternalError, objects};

/// Threads told at the same time.
const TOLD: usize = 16;

/// Tells threads what their comments wait with, then the post that they were told. What fails now, the alarm makes good.
pub(crate) async fn hand_over(app: &AppContext, name: &PostName, handovers: Vec<Handover>) -> Vec<CommitOutcome> {
    let (told, outcomes) = told(app, name, handovers).await;
    if !told.is_empty() {
        let handed = PostCall::Handed { comments: told };
        if let Err(fault) = call(app, name, &handed).await {
            fault.log("post handed");
        }
    }
    outcomes
}

/// What one thread is to be told.
#[derive(Default)]
struct Telling {
    counterpart: String,
    /// Of which comments, and what, by its keys.
    comments: Vec<(RemoteId, Vec<String>)>,
    events: Vec<Received>,
}

/// Tells threads what their comments wait with: what was told of which, and what came of it.
pub(super) async fn told(
    app: &AppContext,
    name: &PostName,
    handovers: Vec<Handover>,
) -> (Vec<(RemoteId, Vec<String>)>, Vec<CommitOutcome>) {
    let (mut told, mut outcomes) = (Vec::new(), Vec::new());
    let mut threads: BTreeMap<ThreadId, Telling> = BTreeMap::new();
    for Handover { thread, counterpart, comment, events } in handovers {
        let telling = threads.entry(thread).or_default();
        telling.counterpart = counterpart;
        telling.comments.push((comment, events.iter().map(|one| one.event.key.clone()).collect()));
        telling.events.extend(events);
    }
    let calls = threads.into_iter().map(|(thread, Telling { counterpart, comments, events })| async move {
        let question = ThreadCall::Ingest {
            account: name.account.clone(),
            platform: name.platform,
            surface: Surface::Comments,
            known: counterpart.is_empty(),
            counterpart,
            subject: Some(name.subject.clone()),
            events,
            media: None,
        };
        let outcome: Result<CommitOutcome, InternalError> = objects::thread::call(app, &thread, &question).await;
        (comments, outcome)
    });
    let mut calls = stream::iter(calls).buffer_unordered(TOLD);
    while let Some((comments, outcome)) = calls.next().await {
        match outcome {
            Ok(outcome) => {
                told.extend(comments);
                outcomes.push(outcome);
            }
            Err(fault) => fault.log("post hand over"),
        }
    }
    (told, outcomes)
}
