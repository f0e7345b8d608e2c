//! Private replies: a comment is answered in the messages between its author and us, once for each comment.

use tributary_connectors::registry;
use tributary_domain::{
    capability::{Feature, PRIVATE_REPLY_WINDOW},
    event::is_unknown,
    id::{MessageId, ReplyId, ThreadId},
    outbound::{CommentRef, Draft, Visibility},
    post::PrivateMark,
    rules::Rules,
    thread::{Command, Thread},
};
use tributary_wire::{
    api::{
        message::MessageStatus,
        reply::{ReplyItem, ReplyRequest},
        thread::PrivateReplies,
    },
    objects::{CommentAnswer, ReplyAnswer, ThreadAnswer, ThreadCall},
};

use super::{
    call::Call,
    guard::Person,
    page::Names,
    problem::{Code, Refused},
    reply::{Written, answers_for, files, handed, plan, ready, signed, state},
    thread,
};
use crate::objects;

/// Takes a private reply that a person wrote in view of a thread of comments.
pub(super) async fn reply(
    call: &Call,
    person: &Person,
    comments: &Thread,
    request: ReplyRequest,
    written: Written<'_>,
) -> Result<ReplyItem, Refused> {
    registry::require(thread::channel(comments)?, Feature::PrivateReply).map_err(|incapable| {
        Refused::new(Code::NotCapable, format!("Here nothing can be answered privately: {incapable}."))
            .field("visibility")
    })?;
    let (comment, found) = comment(call, comments, request.reply_to.as_ref()).await?;
    let draft = Draft {
        text: request.text,
        attachments: files(call, &request.attachments).await?,
        quote: None,
        visibility: Visibility::Private(Box::new(comment.clone())),
    };
    let new = comments.in_private();
    let (parts, authored) = (plan(&new, &draft)?, signed(person, &draft)?);
    let reply = request.reply_id;
    // What was taken before stays taken: the same request again is answered as the first was.
    if state(call, &new.id, &reply).await?.is_none() {
        answers_for(written.rules, person, &comments.account)?;
        in_time(call, comments, &found)?;
        ready(call, comments).await?;
        take(call, &new, &comment, &reply, person).await?;
        if let Err(refused) = seen(call, comments, request.expected_version, person).await {
            free(call, &new, &comment, reply).await;
            return Err(refused);
        }
    }
    let id = new.id.clone();
    let question = ThreadCall::Reply {
        id: reply.clone(),
        authored,
        draft,
        template: request.template_id.map(String::from),
        changed: written.changed,
        parts,
        expected_version: request.expected_version,
        claim: written.claim(person, &new),
        new: Some(Box::new(new.clone())),
    };
    let handed = handed(call, &id, &question).await;
    if handed.is_err() && state(call, &id, &reply).await?.is_none() {
        free(call, &new, &comment, reply).await;
    }
    handed
}

/// The comment that is answered, and what is to be known of it.
async fn comment(
    call: &Call,
    comments: &Thread,
    named: Option<&MessageId>,
) -> Result<(CommentRef, CommentAnswer), Refused> {
    let unknown = |detail: &str| Refused::new(Code::QuoteUnknown, detail).field("replyTo");
    let message = named.or_else(|| comments.answers());
    let (Some(message), Some(subject)) = (message, &comments.subject) else {
        return Err(unknown("A private reply is for one comment: name it in `replyTo`, by the message's id."));
    };
    let question = ThreadCall::Comment { message: message.clone() };
    let found: Option<CommentAnswer> = objects::thread::call(&call.app, &comments.id, &question).await?;
    let found = found.ok_or_else(|| unknown("This thread has no such comment."))?;
    let remote = found.remote.clone();
    let (thread, message, subject) = (comments.id.clone(), message.clone(), subject.clone());
    Ok((CommentRef { thread, message, remote, subject }, found))
}

/// Whether a comment may be answered privately now, as far as that can be told here.
fn in_time(call: &Call, comments: &Thread, found: &CommentAnswer) -> Result<(), Refused> {
    if let Some(detail) = nameless(comments) {
        return Err(Refused::new(Code::ContactBlocked, detail));
    }
    if !found.answerable {
        let detail = "This comment was deleted, or is none of theirs: there is nothing to answer.";
        return Err(Refused::new(Code::QuoteUnknown, detail).field("replyTo"));
    }
    if call.now >= found.at.plus(PRIVATE_REPLY_WINDOW) {
        let detail = "This comment is older than seven days: platforms take no private reply to it any more.";
        return Err(Refused::new(Code::WindowClosed, detail));
    }
    Ok(())
}

/// Why nobody under this name can be written to.
fn nameless(comments: &Thread) -> Option<&'static str> {
    is_unknown(&comments.counterpart)
        .then_some("The platform does not say who wrote this comment: nobody can be written to.")
}

/// What the page has to know to offer it, where the channel can do it.
pub(super) fn offered(comments: &Thread) -> Result<Option<PrivateReplies>, Refused> {
    if !thread::channel(comments)?.features.contains(&Feature::PrivateReply) {
        return Ok(None);
    }
    let text = thread::channel(&comments.in_private())?.text;
    let seconds = PRIVATE_REPLY_WINDOW.as_millis() / 1000;
    Ok(Some(PrivateReplies { text, seconds, refused: nameless(comments).map(str::to_owned) }))
}

/// Nobody else has written, or begun to answer, since the person looked.
async fn seen(call: &Call, comments: &Thread, expected: u64, person: &Person) -> Result<(), Refused> {
    let command = Command::AnswersPrivately { by: person.teammate.id.clone() };
    let question = ThreadCall::Command { command, expected: Some(expected), through: None };
    let answer: Option<ThreadAnswer> = objects::thread::call(&call.app, &comments.id, &question).await?;
    let answer = answer.ok_or_else(|| Refused::not_found("thread"))?;
    thread::published(call, &answer).await;
    thread::refused(&answer).map_or(Ok(()), Err)
}

/// Takes the comment's one private reply.
async fn take(
    call: &Call,
    messages: &Thread,
    comment: &CommentRef,
    reply: &ReplyId,
    person: &Person,
) -> Result<(), Refused> {
    let name = objects::post::named(messages, &comment.subject);
    let by = person.teammate.id.clone();
    let mark = PrivateMark { reply: reply.clone(), thread: messages.id.clone(), by, at: call.now };
    let mut holder = objects::post::take_private(&call.app, &name, comment, mark.clone()).await?;
    if let Some(other) = holder.as_ref().filter(|other| other.reply != *reply)
        && is_given_up(call, other).await?
    {
        objects::post::free_private(&call.app, &name, comment, other.reply.clone()).await?;
        holder = objects::post::take_private(&call.app, &name, comment, mark).await?;
    }
    match holder {
        Some(holder) if holder.reply == *reply => Ok(()),
        Some(holder) => {
            let names = Names::load(call).await?;
            let who = names.teammate(&holder.by).unwrap_or_else(|| "Somebody else".to_owned());
            let detail = format!("{who} answers this comment privately already, and a platform takes that once.");
            Err(Refused::new(Code::AnsweredPrivately, detail))
        }
        None => Err(Refused::new(Code::QuoteUnknown, "This comment was deleted.").field("replyTo")),
    }
}

/// Whether what a comment was taken for is proved not sent, or was never written: then nobody was told to let go of it.
async fn is_given_up(call: &Call, mark: &PrivateMark) -> Result<bool, Refused> {
    let state: Option<ReplyAnswer> = state(call, &mark.thread, &mark.reply).await?;
    Ok(match state {
        None => call.now.since(mark.at) > call.app.config.timings.reply.private_marker_timeout,
        Some(state) => state.item.status == MessageStatus::Failed,
    })
}

/// Another private reply to the comment may be written. Where that is not heard, whoever wants to finds it out.
async fn free(call: &Call, messages: &Thread, comment: &CommentRef, reply: ReplyId) {
    let name = objects::post::named(messages, &comment.subject);
    if let Err(fault) = objects::post::free_private(&call.app, &name, comment, reply).await {
        fault.log("private reply");
    }
}

/// Whether a private reply that failed may be sent again.
pub(super) async fn again(
    call: &Call,
    rules: Option<&Rules>,
    person: &Person,
    messages: &Thread,
    found: &ReplyAnswer,
    comment: &CommentRef,
) -> Result<(), Refused> {
    let comments = thread::current(call, &comment.thread).await?.thread;
    let (_, answered) = self::comment(call, &comments, Some(&comment.message)).await?;
    answers_for(rules, person, &messages.account)?;
    in_time(call, &comments, &answered)?;
    ready(call, messages).await?;
    take(call, messages, comment, &found.item.reply_id, person).await
}

/// A person lets a private reply be. Unless it may have been sent, another may be written.
pub(super) async fn let_be(call: &Call, messages: &ThreadId, found: &ReplyAnswer, comment: &CommentRef) {
    if matches!(found.item.status, MessageStatus::Queued | MessageStatus::Failed)
        && let Ok(answer) = thread::current(call, messages).await
    {
        free(call, &answer.thread, comment, found.item.reply_id.clone()).await;
    }
}

/// A private reply that was written in view of this thread of comments.
pub(super) async fn stated(call: &Call, comments: &ThreadId, reply: &ReplyId) -> Result<ReplyAnswer, Refused> {
    let comments = thread::current(call, comments).await?.thread;
    let found = match &comments.subject {
        Some(_) => state(call, &comments.in_private().id, reply).await?,
        None => None,
    };
    found.ok_or_else(|| Refused::not_found("reply"))
}
