//! A page of a conversation: messages, and replies that are no messages yet.

use std::collections::BTreeMap;

use tributary_domain::{
    message::Message,
    reply::{Reply, State},
    thread::Thread,
    time::Timestamp,
};

use super::message::{message_item, pending_items};
use crate::api::message::MessageItem;

/// These messages, newest first, as a page shows them, oldest first. `until`: when the page after them begins, none for
/// the newest; and whether there are more before them. What a person saw arrive, and no platform named, stands where it
/// was said; what is on its way, in doubt or lost stands at the end of the newest page, and not once more as what did not
/// arrive.
pub fn message_page(
    thread: &Thread,
    messages: &[Message],
    replies: &[Reply],
    (until, more): (Option<Timestamp>, bool),
) -> Vec<MessageItem> {
    let lost = |message: &Message| {
        let mut parts = replies.iter().flat_map(|reply| &reply.parts);
        parts.any(|part| part.is_lost() && part.lost.contains_key(&message.remote))
    };
    let shown = messages.iter().rev().filter(|message| !lost(message));
    let mut items: Vec<_> = shown.filter_map(|message| message_item(thread, message)).collect();
    let oldest = messages.last().and_then(|message| message.body.as_ref());
    let from = oldest.filter(|_| more).map(|oldest| oldest.at);
    let replies: BTreeMap<_, _> = replies.iter().map(|one| ((one.authored.at(), one.id.clone()), one)).collect();
    let mut pending = Vec::new();
    for reply in replies.values() {
        let at = reply.authored.at();
        let parts = pending_items(thread, reply);
        if !matches!(reply.state, State::Sent { .. }) {
            pending.extend(parts);
        } else if from.is_none_or(|from| at > from) && until.is_none_or(|until| at <= until) {
            let place = items.partition_point(|item| item.at <= at);
            items.splice(place..place, parts);
        }
    }
    if until.is_none() {
        items.extend(pending);
    }
    items
}
