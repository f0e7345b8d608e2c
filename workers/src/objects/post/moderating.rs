//! What people have done to many held comments: kept by the post, made by a job, and seen to by the alarm.

use tributary_connectors::registry;
use tributary_domain::{
    authored::ModerationOrder,
    id::RemoteId,
    platform::{Channel, Surface},
    post::{self, PostRecord},
    time::Timestamp,
};
use tributary_wire::{
    api::audit::{ActorItem, ActorKind},
    history::WorkspaceDetail,
    objects::PostCall,
    queue::Job,
    view,
};

use super::{Done, PostObject};
use crate::{clock, error::InternalError, publish};

impl PostObject {
    /// What is asked of a post about what is to be done to its comments.
    pub(super) fn moderation(&self, record: PostRecord, call: PostCall, now: Timestamp) -> Result<Done, InternalError> {
        let post = view::post_id(&record.name);
        let timings = &self.app.config.timings.moderation;
        Ok(match call {
            PostCall::Moderate { orders } => {
                let wanted = orders.first().map(|order| (order.teammate().clone(), order.action()));
                let channel = Channel { platform: record.name.platform, surface: Surface::Comments };
                let features = registry::capabilities(channel).map(|known| known.features).unwrap_or_default();
                let step = post::moderate(&self.rows, &record, self.remotes(orders)?, features, now, timings)?;
                let comments = count(step.comments.len());
                let entry = wanted.filter(|_| comments > 0).map(|(by, act)| {
                    let by = ActorItem { kind: ActorKind::Teammate, id: Some(by), name: None, token: None };
                    (by, WorkspaceDetail::CommentsModerationOrdered { post, act, comments })
                });
                Done { entry, changed: comments, shown: true, ..Done::of(step) }
            }
            PostCall::GoOn { account, results, most } => {
                let (step, calls) = post::go_on(&self.rows, &record, &account, results, most as usize, now, timings)?;
                Done { calls, ..Done::of(step) }
            }
            PostCall::Stop { by } => {
                let step = post::stop(&self.rows, &record, now)?;
                let comments = count(step.comments.len());
                let entry =
                    (comments > 0).then_some((by, WorkspaceDetail::CommentsModerationStopped { post, comments }));
                Done { entry, changed: comments, shown: true, ..Done::of(step) }
            }
            PostCall::Leave { comment } => match self.rows.named(&comment)? {
                Some(comment) => {
                    let (step, busy) = post::leave(&self.rows, &record, &comment.id, now)?;
                    Done { busy, ..Done::of(step) }
                }
                None => Done::of(post::Step::of(record)),
            },
            _ => Done::of(post::Step::of(record)),
        })
    }

    fn remotes(&self, orders: Vec<ModerationOrder>) -> Result<Vec<(RemoteId, ModerationOrder)>, InternalError> {
        let mut found = Vec::with_capacity(orders.len());
        for order in orders {
            if let Some(comment) = self.rows.named(order.message())? {
                found.push((comment.id, order));
            }
        }
        Ok(found)
    }

    /// When a job is to be begun for what is to be done, where none has by then.
    pub(super) fn moderates_at(&self, record: &PostRecord) -> Result<Option<Timestamp>, InternalError> {
        if record.moderated.waiting == 0 {
            return Ok(None);
        }
        Ok(self.rows.first_due()?.map(|first| record.moderated.begins_at(first)))
    }

    /// Begins a job where one is needed. It says itself that it is at work.
    pub(super) async fn see_to_moderation(&self) -> Result<(), InternalError> {
        let now = clock::now();
        let Some(record) = self.rows.record()? else { return Ok(()) };
        let Some(at) = self.moderates_at(&record)? else { return Ok(()) };
        if at > now {
            return self.wake(at.since(now)).await;
        }
        publish::put(&self.app, "JOBS", &[Job::ModerateHeld { post: record.name }], 0).await?;
        self.wake(self.app.config.timings.moderation.begin_retry_after).await
    }
}

/// All that was to be done came to an end.
pub(super) fn ended(record: &PostRecord, (done, failed): (u64, u64)) -> (ActorItem, WorkspaceDetail) {
    let by = ActorItem { kind: ActorKind::System, id: None, name: None, token: None };
    let post = view::post_id(&record.name);
    let comments = u32::try_from(done).unwrap_or(u32::MAX);
    let failed = u32::try_from(failed).unwrap_or(u32::MAX);
    (by, WorkspaceDetail::CommentsModerated { post, comments, failed })
}

fn count(comments: usize) -> u32 {
    u32::try_from(comments).unwrap_or(u32::MAX)
}
