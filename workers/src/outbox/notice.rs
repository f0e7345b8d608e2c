//! Notices to team channels. Their queue message makes the attempts; the sweep puts lost ones on the queue again.

use sha2::{Digest as _, Sha256};
use tributary_domain::{
    id::{PostId, ThreadId},
    notice::{Disclosure, Notice, NoticeKind, bare},
    thread::Command,
    time::Timestamp,
};
use tributary_notify::{
    Mail, NoticeMessage,
    delivery::{DeliveryPolicy, DeliveryProgress, OutboxState},
};
use tributary_wire::{
    api::teammate::Role,
    objects::{RosterCall, ThreadAnswer, ThreadCall},
    queue::Job,
};

use super::{
    attempt,
    channel::{self, Channel},
    mail,
};
use crate::{
    app::AppContext,
    clock,
    d1::{self, outbox},
    error::InternalError,
    jobs::Outcome,
    objects, publish,
};

/// Of a mail about the installation.
const SUBJECT: &str = "Your inbox needs an administrator";
/// Of one about a post.
const SUBJECT_OF_POST: &str = "More is written under a post than becomes threads";

/// A thread's notice.
pub(crate) async fn notify(app: &AppContext, notice: Notice) -> Result<Outcome, InternalError> {
    let rules = d1::rules::current(app).await?;
    let channel = channel::of_notice(app, &rules.rules, &notice).await?;
    let Some(channel) = channel else {
        outbox::give_up(app, &notice.key, clock::now()).await?;
        notified(app, notice).await?;
        return Ok(Outcome::Done);
    };
    let names = d1::teammates::members(app).await?;
    let name = |id: &str| names.iter().find(|one| one.id.as_str() == id).map(|one| one.name.clone());
    let mut message = NoticeMessage::of_notice(&notice, &rules.rules, name);
    let thread = notice.thread.clone();
    keep(app, &message, Some(&thread), &Job::Tell { notice: notice.clone() }).await?;
    notified(app, notice).await?;
    message.summary = summary(app, &thread, channel.disclosure).await?;
    message.link = link(app, Some(&thread));
    put_up(app, &message, &channel).await
}

/// From here on the row tells of a notice: whoever raised it need not remember.
async fn notified(app: &AppContext, Notice { key, kind, thread, .. }: Notice) -> Result<(), InternalError> {
    if kind == NoticeKind::Unassigned {
        let answer = publish::roster(app, &RosterCall::Notified { key }).await?;
        return publish::decided(app, &answer.effects).await;
    }
    publish::command(app, &thread, Command::Notified { key }).await.map(|_| ())
}

/// A notice in words, about the installation, or about a post.
pub(crate) async fn notify_text(
    app: &AppContext,
    text: String,
    thread: Option<&ThreadId>,
    post: Option<&PostId>,
    key: Option<String>,
) -> Result<Outcome, InternalError> {
    let rules = d1::rules::current(app).await?;
    // The same words on the same day are one notice, on whatever day it is told again.
    let key = key.unwrap_or_else(|| {
        let day = clock::now().millis() / 86_400_000;
        let digest: [u8; 32] = Sha256::digest(format!("{day} {} {text}", thread.map_or("", ThreadId::as_str))).into();
        format!("text-{}", hex::encode(digest))
    });
    let Some(channel) = channel::usual(app, &rules.rules) else {
        outbox::give_up(app, &key, clock::now()).await?;
        let (subject, link) = match post {
            Some(post) => (SUBJECT_OF_POST, link_of_post(app, post)),
            None => (SUBJECT, None),
        };
        let text = link.map_or_else(|| text.clone(), |link| format!("{text}\n\n{link}"));
        mail_administrators(app, subject, &text, &key).await?;
        return Ok(Outcome::Done);
    };
    let job = Job::Notice { text: text.clone(), thread: thread.cloned(), post: post.cloned(), key: Some(key.clone()) };
    let kind = if post.is_some() { "flood" } else { "text" };
    let link = post.map_or_else(|| link(app, thread), |post| link_of_post(app, post));
    let message = NoticeMessage { link, ..NoticeMessage::of_text(key, kind, text) };
    keep(app, &message, thread, &job).await?;
    put_up(app, &message, &channel).await
}

/// Without a channel, administrators hear of the installation by mail, where that is set up. One try: what it tells of is
/// in the inbox as well.
async fn mail_administrators(app: &AppContext, subject: &str, text: &str, key: &str) -> Result<(), InternalError> {
    if !mail::possible(app) {
        return Ok(());
    }
    let people = d1::teammates::all(app).await?;
    for row in people.iter().filter(|row| row.enabled() && row.role >= Role::Admin) {
        let mail = Mail { subject: subject.to_owned(), text: format!("{text}\n"), html: None };
        mail::send(app, &row.email, &mail, &format!("{key}-{}", row.id)).await;
    }
    Ok(())
}

async fn keep(
    app: &AppContext,
    message: &NoticeMessage,
    thread: Option<&ThreadId>,
    job: &Job,
) -> Result<(), InternalError> {
    let job = serde_json::to_string(job).map_err(InternalError::form("notice"))?;
    outbox::keep_notice(app, &message.key, message.kind, thread, &job, clock::now()).await
}

/// One line on what the customer wants, as far as the channel may be told; what it is about where it may not.
async fn summary(app: &AppContext, thread: &ThreadId, disclosure: Disclosure) -> Result<Option<String>, InternalError> {
    if disclosure == Disclosure::Bare {
        return Ok(None);
    }
    let answer: Option<ThreadAnswer> = objects::thread::call(app, thread, &ThreadCall::Read).await?;
    let Some(thread) = answer.map(|answer| answer.thread) else { return Ok(None) };
    let Some(labels) = thread.labelling.labels.current().map(|set| set.labels) else { return Ok(None) };
    let line = disclosure.line(Some(&labels.summary), thread.labelling.labels.quotes()).map(str::to_owned);
    Ok(Some(line.unwrap_or_else(|| bare(Some(&labels.topic), thread.labelling.urgency().as_str(), thread.platform))))
}

fn link(app: &AppContext, thread: Option<&ThreadId>) -> Option<String> {
    Some(format!("{}/t/{}", app.config.public_url.as_ref()?, thread?))
}

fn link_of_post(app: &AppContext, post: &PostId) -> Option<String> {
    Some(format!("{}/p/{post}", app.config.public_url.as_ref()?))
}

/// Posts a notice to its channel.
async fn put_up(app: &AppContext, message: &NoticeMessage, channel: &Channel) -> Result<Outcome, InternalError> {
    let now = clock::now();
    let policy = DeliveryPolicy::notice(&app.config.timings.outbox);
    let to = (message.key.as_str(), channel.name.as_deref());
    let until = match attempt(app, to, &policy, now, || channel.post(app, message)).await? {
        Some(DeliveryProgress::Waiting { until, .. }) => Some(until),
        Some(DeliveryProgress::Sent | DeliveryProgress::Failed { .. }) => None,
        // It is sent, given up, or somebody else has it: that one's outcome is looked at when it should be there.
        None => {
            let row = outbox::find_notice(app, &message.key).await?;
            row.filter(|row| row.state == OutboxState::Waiting).map(|row| row.next_at())
        }
    };
    Ok(until.map_or(Outcome::Done, |until| Outcome::Again { after_seconds: seconds_until(until) }))
}

fn seconds_until(at: Timestamp) -> u32 {
    u32::try_from(at.since(clock::now()).as_millis() / 1000).unwrap_or(3600).saturating_add(1)
}

/// Notices whose queue message was lost are put on the queue again.
pub(crate) async fn sweep(app: &AppContext) -> Result<(), InternalError> {
    let jobs = outbox::left_over_notices(app, clock::now()).await?;
    publish::put_texts(app, "JOBS", &jobs, 0).await
}
