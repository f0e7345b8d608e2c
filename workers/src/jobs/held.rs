//! Doing to held comments of a post what people want done to them. The post has committed the marker before each call; a job
//! that is lost is found by the post's alarm, and its calls are made again: asked twice, it is done once.

use futures_util::{StreamExt as _, stream};
use tributary_domain::{
    id::RemoteId,
    platform::Surface,
    post::{HeldCall, HeldResult, PostName},
    time::Timestamp,
};
use tributary_wire::{objects::PostCall, queue::Job};

use super::Outcome;
use crate::{
    accounts,
    app::AppContext,
    clock,
    error::InternalError,
    moderate::{self, Asked, Wanted},
    objects, publish,
};

/// Comments that are taken at once.
const TAKEN: u32 = 8;
/// Calls that are on their way at the same time.
const CALLS: usize = 4;
/// Takings of one job: another goes on.
const ROUNDS: u32 = 20;

/// Makes the calls for comments whose time has come, until none is left, the platform asks to slow down, or it is another
/// job's turn.
pub(super) async fn moderate(app: &AppContext, name: &PostName) -> Result<Outcome, InternalError> {
    let account = accounts::credentials(app, &name.account).await?.map(|connected| connected.remote().clone());
    let account = account.unwrap_or_else(|| RemoteId::new(""));
    let mut results = Vec::new();
    for round in 0..=ROUNDS {
        let most = if round < ROUNDS { TAKEN } else { 0 };
        let marked = clock::now();
        let question = PostCall::GoOn { account: account.clone(), results, most };
        let answer = objects::post::call(app, name, &question).await?;
        let told = objects::post::hand_over(app, name, answer.handovers).await;
        if let Err(fault) = publish::publish_with(app, &told, answer.publication.as_slice()).await {
            fault.log("held moderation publish");
        }
        if answer.calls.is_empty() {
            break;
        }
        results = stream::iter(answer.calls)
            .map(|call| made(app, name, call, marked))
            .buffer_unordered(CALLS)
            .collect()
            .await;
        if round + 1 == ROUNDS {
            publish::put(app, "JOBS", &[Job::ModerateHeld { post: name.clone() }], 1).await?;
        }
    }
    Ok(Outcome::Done)
}

async fn made(app: &AppContext, name: &PostName, call: HeldCall, marked: Timestamp) -> HeldResult {
    let HeldCall { comment, action, attempt, by } = call;
    let wanted = Wanted {
        account: &name.account,
        platform: name.platform,
        surface: Surface::Comments,
        action,
        on: &comment,
        own: false,
        by: &by,
        marked,
    };
    let Asked { outcome, spent } = moderate::ask(app, &wanted).await;
    HeldResult { comment, attempt, outcome, spent }
}
