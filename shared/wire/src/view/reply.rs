//! Replies as the API shows them.

use tributary_domain::{
    id::MessageId,
    message::Message,
    reply::{PartState, Reply, State},
    thread::Thread,
};

use super::message::{message_item, pending_items, standing};
use crate::api::{
    message::{MessageItem, MessageStatus},
    reply::ReplyItem,
};

/// A reply as the API shows it: its last part, sent or on its way, and how far it has come. `messages`: what its parts
/// became, as far as the platform has named them.
pub fn reply_item(thread: &Thread, reply: &Reply, messages: &[Message]) -> Option<ReplyItem> {
    let last = reply.parts.last().and_then(PartState::named).and_then(<[_]>::first);
    let last = last.map(|remote| MessageId::of(&thread.account, remote));
    let became: Vec<MessageItem> = messages.iter().filter_map(|message| message_item(thread, message)).collect();
    let status = status(reply, &became);
    let pending = pending_items(thread, reply).pop();
    let message = pending.or_else(|| became.into_iter().find(|message| Some(&message.id) == last.as_ref()))?;
    let (reply_id, thread_id) = (reply.id.clone(), thread.id.clone());
    Some(ReplyItem { reply_id, thread_id, status, message, version: thread.version })
}

/// A reply that was sent goes on with its messages: as far as any of them, unless one did not arrive.
fn status(reply: &Reply, became: &[MessageItem]) -> MessageStatus {
    let (status, _) = standing(reply);
    if !matches!(reply.state, State::Sent { .. }) {
        return status;
    }
    let reached = |wanted: MessageStatus| became.iter().any(|message| message.status == Some(wanted));
    [MessageStatus::Failed, MessageStatus::Read, MessageStatus::Delivered]
        .into_iter()
        .find(|one| reached(*one))
        .unwrap_or(status)
}
