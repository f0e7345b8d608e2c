//! Telling the thread of a comment that it was answered privately.

use tributary_domain::{
    id::{ReplyId, ThreadId},
    message::PrivateReply,
    thread::Command,
};
use tributary_wire::objects::{ReplyAnswer, ThreadCall};

use super::Outcome;
use crate::{app::AppContext, error::InternalError, objects, publish};

pub(super) async fn tell(app: &AppContext, thread: &ThreadId, reply: ReplyId) -> Result<Outcome, InternalError> {
    let question = ThreadCall::ReplyState { id: reply.clone() };
    let found: Option<ReplyAnswer> = objects::thread::call(app, thread, &question).await?;
    let Some(ReplyAnswer { draft, author, at, .. }) = found else { return Ok(Outcome::Done) };
    let Some(comment) = draft.private_to() else { return Ok(Outcome::Done) };
    let private = PrivateReply { reply: reply.clone(), thread: thread.clone(), by: author, at };
    let command = Command::AnsweredPrivately { message: comment.message.clone(), private };
    publish::command(app, &comment.thread, command).await?;
    publish::command(app, thread, Command::ToldComment { reply }).await?;
    Ok(Outcome::Done)
}
