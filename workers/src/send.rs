//! The call that reaches a customer. Its marker was committed by the thread before it got here; whatever comes
//! back is reported to the thread, and a call that is lost on the way is found by the thread's alarm.

use futures_util::future;
use tributary_connectors::{
    contract::{Outgoing, To},
    registry,
};
use tributary_domain::{
    account::Call,
    capability::{ErrorClass, PlatformError},
    event::Correlation,
    fingerprint,
    id::{RemoteId, ReplyId, ThreadId},
    outbound::{CommentRef, Part, SendOutcome},
    platform::Platform,
    post::{Claim, Intent, PrivateMark},
    reply::{AUTHOR_DISABLED, PRIVATE_REPLY_TAKEN},
    thread::{CallOutcome, Thread, machine::CommittedCall},
};
use tributary_wire::{
    api::message::MessageStatus,
    objects::{PostCall, ThreadAnswer, ThreadCall},
};

use crate::{
    accounts, app::AppContext, clock, config::Unset, d1, error::InternalError, media, objects, outbound, publish,
};

/// What the platforms need to fetch our files from.
const PUBLIC_URL: Unset = Unset { name: "PUBLIC_URL", how: "set it to the address at which platforms reach us" };
/// More parts than any reply has: a bound for the loop.
const MOST_CALLS: usize = 32;

/// Makes the calls that a thread's answer asks for, one after the other, until none is left.
pub(crate) async fn make_calls(app: AppContext, thread: ThreadId, answer: ThreadAnswer) {
    let mut answer = answer;
    for _ in 0..MOST_CALLS {
        let Some(call) = answer.outcome.call.clone() else { return };
        let outcome = outcome(&app, &answer, &call).await;
        let (reply, private_to) = (call.reply.clone(), call.private_to);
        let call = CallOutcome { reply: call.reply, part: call.part, attempt: call.attempt, outcome };
        match report(&app, &thread, call).await {
            Ok(Some(next)) => {
                if let Some(comment) = &private_to {
                    free_private(&app, &next, reply, comment).await;
                }
                answer = next;
            }
            Ok(None) => return,
            Err(fault) => return fault.log("send"),
        }
    }
}

/// Tells the thread what came back, and publishes what comes of it.
async fn report(app: &AppContext, thread: &ThreadId, call: CallOutcome) -> Result<Option<ThreadAnswer>, InternalError> {
    let question = ThreadCall::Called { call };
    let answer: Option<ThreadAnswer> = match objects::thread::call(app, thread, &question).await {
        Ok(answer) => answer,
        // The outcome is worth a second try: without it the reply is left in doubt.
        Err(fault) => {
            fault.log("send report");
            objects::thread::call(app, thread, &question).await?
        }
    };
    if let Some(answer) = &answer
        && let Err(fault) = publish::publish(app, std::slice::from_ref(&answer.outcome)).await
    {
        fault.log("send publish");
    }
    Ok(answer)
}

async fn outcome(app: &AppContext, answer: &ThreadAnswer, call: &CommittedCall) -> SendOutcome {
    // It may have waited: whoever had it sent may have lost their access since.
    match d1::teammates::find(app, &call.by).await {
        Ok(Some(row)) if row.enabled() => {}
        Ok(_) => return refused(ErrorClass::Permission, AUTHOR_DISABLED),
        Err(fault) => {
            fault.log("send author");
            return refused(ErrorClass::Transient, "not_prepared");
        }
    }
    match make(app, answer, call).await {
        Ok(outcome) => outcome,
        // Nothing has left: proved not sent.
        Err(fault) => {
            fault.log("send prepare");
            refused(ErrorClass::Transient, "not_prepared")
        }
    }
}

/// The connection through which a chat is spoken with now, and the one that names the chat.
struct Through {
    platform: Platform,
    now: String,
    name: String,
}

impl Through {
    /// Of somebody who is spoken with through another connection than the one by which they are known.
    async fn of(app: &AppContext, thread: &Thread, recipient: &[String]) -> Result<Option<Self>, InternalError> {
        let platform = thread.platform;
        let name = recipient.first().and_then(|identity| registry::connection(platform, identity));
        let Some(name) = name else { return Ok(None) };
        let current = d1::connections::current(app, &thread.account, name).await?;
        let other = current.filter(|current| current.connection != name);
        Ok(other.map(|current| Self { platform, now: current.connection, name: name.to_owned() }))
    }

    fn recipient(&self, recipient: &[String]) -> Vec<String> {
        let through = |id: &String| registry::reconnected(self.platform, id, &self.name, &self.now);
        recipient.iter().map(|id| through(id).unwrap_or_else(|| id.clone())).collect()
    }

    /// What came back, by the names under which it is known.
    fn named(&self, outcome: SendOutcome) -> SendOutcome {
        let known = |id: RemoteId| {
            registry::reconnected(self.platform, id.as_str(), &self.now, &self.name).map_or(id, RemoteId::new)
        };
        match outcome {
            SendOutcome::Accepted { ids } => SendOutcome::Accepted { ids: ids.into_iter().map(known).collect() },
            other => other,
        }
    }
}

/// Makes the call for a part. What fails with an error has not left.
async fn make(app: &AppContext, answer: &ThreadAnswer, call: &CommittedCall) -> Result<SendOutcome, InternalError> {
    let thread = &answer.thread;
    let through = Through::of(app, thread, &call.recipient).await?;
    let recipient = through.as_ref().map(|through| through.recipient(&call.recipient));
    let Some(connected) = accounts::credentials(app, &thread.account).await? else {
        return Ok(refused(ErrorClass::TokenExpired, "not_connected"));
    };
    if let Some(comment) = &call.private_to
        && !takes_private(app, thread, call, comment).await?
    {
        return Ok(refused(ErrorClass::Invalid, PRIVATE_REPLY_TAKEN));
    }
    let files = match &call.content {
        Part::Text { .. } => [].as_slice(),
        Part::Media { items, .. } => items.as_slice(),
    };
    let mut links = Vec::with_capacity(files.len());
    for item in files {
        let origin = app.origin.as_deref().ok_or(PUBLIC_URL)?;
        links.push(media::grant_link(&app.config, origin, &item.file, clock::now())?);
    }
    let outgoing = Outgoing {
        surface: thread.surface,
        to: match &call.private_to {
            Some(comment) => To::Author { comment: &comment.remote },
            None => to(thread, &call.content, recipient.as_deref().unwrap_or(&call.recipient)),
        },
        part: &call.content,
        links: &links,
        human_agent: call.human_agent,
        correlation: &Correlation { reply: call.reply.clone(), part: call.part },
        thread: &thread.id,
        topic: call.topic.as_deref(),
        handle: call.handle.as_deref(),
    };
    let request = match registry::send(&connected.account(&app.config), &outgoing) {
        Ok(request) => request,
        Err(error) => return Ok(SendOutcome::Refused { error }),
    };
    intend(app, thread, call).await?;
    let timings = &app.config.timings;
    if !call.may_be_made(clock::now(), timings.timeout.send, &timings.reply) {
        return Ok(refused(ErrorClass::Transient, "not_prepared"));
    }
    let response = match outbound::fetch(app, thread.platform, request, timings.timeout.send).await {
        Ok(response) => response,
        Err(no_answer) => return Ok(SendOutcome::Uncertain { cause: no_answer.cause() }),
    };
    let outcome = registry::outcome(thread.platform, &outgoing, &response);
    let outcome = match through {
        Some(through) => through.named(outcome),
        None => outcome,
    };
    note_health(app, answer, &outcome).await;
    claim(app, answer, call, &outcome).await;
    Ok(outcome)
}

/// Whom or what a part answers: a person, or the comment that it names.
fn to<'a>(thread: &'a Thread, part: &'a Part, recipient: &'a [String]) -> To<'a> {
    match (&thread.subject, said(part).1) {
        (None, _) => To::Person(recipient),
        (Some(subject), Some(id)) => To::Comment { id, subject },
        (Some(subject), None) => To::Subject(subject),
    }
}

/// Whether the comment's one private reply is this one. It was taken before the reply was; a reply that failed, and is sent
/// again, may have lost it to another since.
async fn takes_private(
    app: &AppContext,
    thread: &Thread,
    call: &CommittedCall,
    comment: &CommentRef,
) -> Result<bool, InternalError> {
    let (reply, by) = (call.reply.clone(), call.by.clone());
    let mark = PrivateMark { reply, thread: thread.id.clone(), by, at: clock::now() };
    let holder =
        objects::post::take_private(app, &objects::post::named(thread, &comment.subject), comment, mark).await?;
    Ok(holder.is_some_and(|holder| holder.reply == call.reply))
}

/// A private reply that is proved not sent leaves its comment to others. The thread knows of it by now: what it does not know
/// to have failed may have been sent.
async fn free_private(app: &AppContext, answer: &ThreadAnswer, reply: ReplyId, comment: &CommentRef) {
    if answer.reply.as_ref().is_none_or(|reply| reply.status != MessageStatus::Failed) {
        return;
    }
    let name = objects::post::named(&answer.thread, &comment.subject);
    if let Err(fault) = objects::post::free_private(app, &name, comment, reply).await {
        fault.log("send private");
    }
}

/// The post hears of an answer before the platform does: its echo may come before the platform's answer, or without it.
async fn intend(app: &AppContext, thread: &Thread, call: &CommittedCall) -> Result<(), InternalError> {
    let Some(name) = objects::post::of(thread) else { return Ok(()) };
    let (text, parent) = said(&call.content);
    let correlation = Correlation { reply: call.reply.clone(), part: call.part };
    let words = fingerprint::exact(text.unwrap_or_default());
    let intent = Intent { correlation, thread: thread.id.clone(), parent: parent.cloned(), words, at: clock::now() };
    objects::post::call(app, &name, &PostCall::Intend { name: name.clone(), intent }).await.map(|_| ())
}

/// What the platform named is this reply's, whatever it tells of it later; what it refused is nobody's. Where the post does
/// not hear that, an echo goes by what it says and answers.
async fn claim(app: &AppContext, answer: &ThreadAnswer, call: &CommittedCall, outcome: &SendOutcome) {
    let thread = &answer.thread;
    let Some(name) = objects::post::of(thread) else { return };
    let done = match outcome {
        SendOutcome::Accepted { ids } => {
            let named = ids.iter().map(|comment| Claim {
                comment: comment.clone(),
                correlation: Correlation { reply: call.reply.clone(), part: call.part },
                thread: thread.id.clone(),
                parent: said(&call.content).1.cloned(),
                text: said(&call.content).0.map(str::to_owned),
                named: true,
            });
            future::try_join_all(named.map(|claim| objects::post::claim(app, &name, claim))).await.map(|_| ())
        }
        SendOutcome::Refused { .. } => objects::post::end(app, &name, call.reply.clone(), true).await,
        SendOutcome::Continue { .. } | SendOutcome::RateLimited { .. } | SendOutcome::Uncertain { .. } => Ok(()),
    };
    if let Err(fault) = done {
        fault.log("send claim");
    }
}

/// What a part says, and which comment it answers.
fn said(part: &Part) -> (Option<&str>, Option<&RemoteId>) {
    match part {
        Part::Text { text, quote } => (Some(text), quote.as_ref()),
        Part::Media { caption, quote, .. } => (caption.as_deref(), quote.as_ref()),
    }
}

/// What a send tells of the account's health.
async fn note_health(app: &AppContext, answer: &ThreadAnswer, outcome: &SendOutcome) {
    let outcome = match outcome {
        SendOutcome::Accepted { .. } => Ok(()),
        SendOutcome::Refused { error } => Err(error.class),
        SendOutcome::Continue { .. } | SendOutcome::RateLimited { .. } | SendOutcome::Uncertain { .. } => return,
    };
    accounts::noted(app, &answer.thread.account, Call::Send, outcome).await;
}

fn refused(class: ErrorClass, code: &str) -> SendOutcome {
    SendOutcome::Refused { error: PlatformError { class, code: code.to_owned() } }
}
