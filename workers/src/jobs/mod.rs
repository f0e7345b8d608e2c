//! Work beside the way of a message: profiles, attachments, replies whose turn it is, notices to the team.

mod check;
mod comment;
mod held;
mod media;
mod post;
mod profile;
pub(crate) mod replan;

use futures_util::{StreamExt as _, stream};
use tributary_domain::thread::Command;
use tributary_wire::{
    objects::{ThreadAnswer, ThreadCall},
    queue::Job,
};
use worker::{MessageBatch, MessageExt as _, QueueRetryOptionsBuilder};

use crate::{app::AppContext, d1, error::InternalError, moderate, objects, outbox, publish, send};

/// The runtime allows six open connections per invocation.
const JOBS: usize = 6;

/// What became of a job.
pub(crate) enum Outcome {
    /// It is done, or there is nothing left to do.
    Done,
    /// It may work later.
    Again {
        /// Not before so many seconds.
        after_seconds: u32,
    },
}

pub(crate) async fn consume(batch: &MessageBatch<serde_json::Value>, app: &AppContext) {
    let messages: Vec<_> = batch.raw_iter().collect();
    let work = messages.into_iter().map(|message| async move {
        let job: Option<Job> = message.body().as_string().and_then(|text| serde_json::from_slice(text.as_bytes()).ok());
        let Some(job) = job else {
            // Of a later release: it is left to that release.
            message.retry();
            return;
        };
        match Box::pin(run(app, job)).await {
            Ok(Outcome::Done) => message.ack(),
            Ok(Outcome::Again { after_seconds }) => {
                message.retry_with_options(&QueueRetryOptionsBuilder::new().with_delay_seconds(after_seconds).build());
            }
            Err(fault) => {
                fault.log("job");
                message.retry();
            }
        }
    });
    stream::iter(work).buffer_unordered(JOBS).collect::<()>().await;
}

async fn run(app: &AppContext, job: Job) -> Result<Outcome, InternalError> {
    match job {
        Job::Profile { thread } => profile::look_up(app, &thread).await,
        Job::Media { thread, message, place } => media::fetch(app, &thread, &message, place).await,
        Job::DropMedia { thread, id } => {
            crate::media::drop(app, &id).await?;
            publish::command(app, &thread, Command::Dropped { id }).await?;
            Ok(Outcome::Done)
        }
        Job::Resume { thread, reply: _ } => {
            let answer: Option<ThreadAnswer> = objects::thread::call(app, &thread, &ThreadCall::Begin).await?;
            if let Some(answer) = answer {
                // The marker is committed: from here on a lost call is found by the thread's alarm, not by a retry.
                if let Err(fault) = publish::publish(app, std::slice::from_ref(&answer.outcome)).await {
                    fault.log("resume publish");
                }
                Box::pin(send::make_calls(app.clone(), thread, answer)).await;
            }
            Ok(Outcome::Done)
        }
        Job::Check { thread, reply } => check::ask(app, &thread, reply).await,
        Job::Moderate { thread, message } => {
            // Where the marker is committed, a lost call is found by the thread's alarm, not by a retry.
            Box::pin(moderate::carry_out(app, &thread, &message)).await?;
            Ok(Outcome::Done)
        }
        Job::ModerateHeld { post } => Box::pin(held::moderate(app, &post)).await,
        Job::LookAtPost { post } => post::look(app, &post).await,
        Job::TellComment { thread, reply } => comment::tell(app, &thread, reply).await,
        Job::Assigned { thread, version, owner, reasons } => {
            publish::command(app, &thread, Command::Routed { owner, reasons, version }).await?;
            Ok(Outcome::Done)
        }
        Job::Replan { rules, after, again } => replan::walk(app, rules, after, again).await,
        Job::ReplanThreads { rules, threads } => replan::threads(app, rules, &threads).await,
        Job::Tell { notice } => outbox::notify(app, notice).await,
        Job::Notice { text, thread, post, key } => {
            outbox::notify_text(app, text, thread.as_ref(), post.as_ref(), key).await
        }
    }
}

/// A job was tried as often as the queue allows.
pub(crate) async fn give_up(app: &AppContext, job: &Job) -> Result<(), InternalError> {
    match job {
        // Whether it is still wanted, the thread says; while it is, its alarm asks for it again.
        Job::Media { thread, message, place } => media::wanted(app, thread, message, *place).await.map(|_| ()),
        // Cron begins it anew.
        Job::Replan { rules, .. } | Job::ReplanThreads { rules, .. } => d1::rules::to_plan(*rules).run(app).await,
        // The others follow from states, and are asked for again.
        Job::Profile { .. }
        | Job::DropMedia { .. }
        | Job::Resume { .. }
        | Job::Check { .. }
        | Job::LookAtPost { .. }
        | Job::Moderate { .. }
        | Job::TellComment { .. }
        | Job::ModerateHeld { .. }
        | Job::Assigned { .. }
        | Job::Tell { .. }
        | Job::Notice { .. } => Ok(()),
    }
}
