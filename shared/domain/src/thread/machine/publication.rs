//! What the index has to learn of a thread, and the call that a commit asks for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Context, Limits, Storage, ThreadRecord};
use crate::{
    audit::Entry,
    capability::Window,
    id::{MessageId, ReplyId, TeammateId},
    message::Message,
    mutant::{self, Mutant},
    outbound::{CommentRef, Part},
    reply::Reply,
    thread::{Effect, Thread, Work},
    time::{Span, Timestamp},
    timings::ReplyTimings,
};

/// Everything that the index may lack of a thread, or as much of it as goes there at once: whoever publishes it needs
/// nothing from those before.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    /// The thread.
    pub thread: Thread,
    /// Some reply needs a person.
    pub trouble: bool,
    /// Messages that may have changed.
    pub messages: Vec<Message>,
    pub entries: Vec<Entry>,
}

/// A call to a platform whose marker is committed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommittedCall {
    pub reply: ReplyId,
    pub part: u32,
    pub attempt: u32,
    pub content: Part,
    /// What the step before gave back, where this is not the first of its part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// To whom: their ids on the account, the one last in use first.
    pub recipient: Vec<String>,
    /// Who had it sent: they must still be one who may.
    pub by: TeammateId,
    /// The window is past its free part.
    pub human_agent: bool,
    /// The topic of the chat that it belongs to.
    #[serde(default)]
    pub topic: Option<String>,
    /// The comment whose author alone can read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_to: Option<CommentRef>,
    /// When the marker was committed.
    pub marked: Timestamp,
}

impl CommittedCall {
    /// Whether it may still be made, which takes so long at most. Once the thread has given the marker up, a person may have
    /// discarded the reply, or sent it again: whoever was stalled until then must not send it.
    pub fn may_be_made(&self, now: Timestamp, longest: Span, timings: &ReplyTimings) -> bool {
        now.plus(longest) < self.marked.plus(timings.sending_timeout)
    }
}

/// Storage as it is once a unit of work is committed.
pub(super) struct Committed<'a, S> {
    pub(super) storage: &'a S,
    pub(super) work: &'a Work,
}

impl<S: Storage> Committed<'_, S> {
    fn message(&self, id: &MessageId) -> Result<Option<Message>, S::Error> {
        match self.work.messages.get(id) {
            Some(message) => Ok(Some(message.clone())),
            None => self.storage.message(id),
        }
    }

    pub(super) fn ids_after(&self, after: &str, most: usize) -> Result<Vec<MessageId>, S::Error> {
        let mut ids: BTreeSet<MessageId> = self.storage.ids_after(after, most)?.into_iter().collect();
        if mutant::on(Mutant::NamedBeforeCommit) {
            return Ok(ids.into_iter().collect());
        }
        ids.extend(self.work.changed_messages.iter().filter(|id| id.as_str() > after).cloned());
        Ok(ids.into_iter().take(most).collect())
    }

    fn entries_after(&self, after: u64, most: u64) -> Result<Vec<Entry>, S::Error> {
        let mut entries = self.storage.entries_after(after, most)?;
        let room = usize::try_from(most).unwrap_or(usize::MAX).saturating_sub(entries.len());
        entries.extend(self.work.entries.iter().filter(|entry| entry.sequence > after).take(room).cloned());
        Ok(entries)
    }

    /// What the index may lack; nothing where it lacks nothing, or there is nothing to show.
    pub(super) fn publication(&self, record: &ThreadRecord, limits: &Limits) -> Result<Option<Publication>, S::Error> {
        let thread = &record.thread;
        if record.is_published() || thread.opened_at.is_none() || thread.transcript.last.is_none() {
            return Ok(None);
        }
        let mut messages = Vec::new();
        for id in record.next_messages(limits) {
            messages.extend(self.message(id)?);
        }
        let entries = if thread.acks.audit < thread.audit.sequence {
            self.entries_after(thread.acks.audit, limits.entries)?
        } else {
            Vec::new()
        };
        let trouble = self.work.replies.values().any(Reply::needs_a_person);
        Ok(Some(Publication { thread: thread.clone(), trouble, messages, entries }))
    }

    /// The call that the commit asks for.
    pub(super) fn call(&self, context: &Context<'_>) -> Option<CommittedCall> {
        self.work.effects.iter().find_map(|effect| match effect {
            Effect::Call { reply, part, attempt } => call(self.work, reply, *part, *attempt, context),
            _ => None,
        })
    }
}

fn call(work: &Work, id: &ReplyId, part: u32, attempt: u32, context: &Context<'_>) -> Option<CommittedCall> {
    let reply = work.replies.get(id)?;
    let state = reply.parts.get(part as usize)?;
    let mut words = state.part.clone();
    if mutant::on(Mutant::WordsCut)
        && let Part::Text { text, .. } = &mut words
    {
        text.truncate(text.floor_char_boundary(10));
    }
    let window = context.window.at(work.thread.transcript.window_opened_at, context.now);
    let private_to = reply.draft.private_to().cloned();
    Some(CommittedCall {
        reply: id.clone(),
        part,
        attempt,
        content: words,
        handle: state.step.as_ref().map(|step| step.handle.clone()),
        recipient: work.thread.contact.recipients(),
        topic: reply.topic.clone(),
        by: reply.sent_by().clone(),
        human_agent: private_to.is_none() && matches!(window, Window::HumanAgent { .. }),
        private_to,
        marked: context.now,
    })
}
