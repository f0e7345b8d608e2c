//! The unit of work: a thread with the messages and replies that an input concerns, and what comes of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::state::Thread;
use crate::{
    audit::{Actor, AuditDetail, Entry, Program},
    capability::SendSemantics,
    id::{MediaId, MessageId, ReplyId, TeammateId, ThreadId},
    message::Message,
    notice::Notice,
    owner::Claim,
    reply::Reply,
    time::Timestamp,
    timings::Timings,
};

/// A thread being worked on. Load it, call one method, commit what changed, carry out the effects.
#[derive(Debug, Clone)]
pub struct Work {
    /// The thread.
    pub thread: Thread,
    /// The messages that the input names, as far as they are known, and those that came of it.
    pub messages: BTreeMap<MessageId, Message>,
    /// Every reply that is not settled, those that the input names, and those that came of it.
    pub replies: BTreeMap<ReplyId, Reply>,
    /// Messages to write back.
    pub changed_messages: BTreeSet<MessageId>,
    /// Messages to write back of which nobody sees anything else than before: they make no new version.
    pub noted_messages: BTreeSet<MessageId>,
    /// Replies to write back.
    pub changed_replies: BTreeSet<ReplyId>,
    pub entries: Vec<Entry>,
    /// What to do once all this is committed.
    pub effects: Vec<Effect>,
    /// The keys of reports about messages of ours that this thread does not have (yet).
    pub strays: Vec<String>,
    /// The program that acts, when what a teammate does is done by their token.
    pub through: Option<Program>,
    /// What the author of a reply may take by replying first; none where the rules leave threads as they are.
    pub claim: Option<Claim>,
    /// What is known on the thread's channel when the answer to a call is lost.
    pub semantics: SendSemantics,
    pub(super) now: Timestamp,
    pub(super) timings: Timings,
    pub(super) dirty: bool,
}

/// What to do once a change is committed. Each may be lost or done twice without harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Effect {
    /// Label (and route) the thread.
    Label,
    Profile,
    /// Fetch the bytes of an attachment.
    Media {
        message: MessageId,
        /// Its place among the attachments.
        place: u32,
    },
    /// Delete our copy of an attachment.
    DropMedia {
        id: MediaId,
    },
    /// Make the call for a part of a reply; the marker is committed.
    Call {
        reply: ReplyId,
        part: u32,
        attempt: u32,
    },
    /// It is the turn of a reply whose call nobody is making.
    Resume {
        reply: ReplyId,
    },
    /// Ask the platform whether it has a reply that nobody knows to have been sent.
    Check {
        reply: ReplyId,
    },
    /// Do what is to be done to a comment.
    Moderate {
        message: MessageId,
    },
    /// Tell the thread of the comment that a private reply answers that it was sent.
    TellComment {
        reply: ReplyId,
    },
    /// The roster's view of this thread is out of date.
    Roster,
    Tell {
        notice: Box<Notice>,
    },
}

impl Work {
    /// Starts work on a thread `now`.
    pub fn new(thread: Thread, now: Timestamp, timings: Timings) -> Self {
        Self {
            thread,
            messages: BTreeMap::new(),
            replies: BTreeMap::new(),
            changed_messages: BTreeSet::new(),
            noted_messages: BTreeSet::new(),
            changed_replies: BTreeSet::new(),
            entries: Vec::new(),
            effects: Vec::new(),
            strays: Vec::new(),
            through: None,
            claim: None,
            semantics: SendSemantics::default(),
            now,
            timings,
            dirty: false,
        }
    }

    /// Whether there is anything to commit.
    pub fn changed(&self) -> bool {
        self.dirty
    }

    /// The thread's id.
    pub fn id(&self) -> &ThreadId {
        &self.thread.id
    }

    /// Marks the thread as changed; the first mark of a unit of work makes the new version.
    pub(super) fn touch(&mut self) -> u64 {
        if !self.dirty {
            self.dirty = true;
            self.thread.version = self.thread.version.saturating_add(1);
        }
        self.thread.version
    }

    pub(super) fn record(&mut self, actor: Actor, done: AuditDetail) {
        self.touch();
        let actor = match (actor, &self.through) {
            (Actor::Teammate { id }, Some(program)) => Actor::Program { program: program.clone(), by: id },
            (actor, _) => actor,
        };
        let entry = self.thread.audit.append(&self.thread.id, self.now, actor, done);
        self.entries.push(entry);
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        if !self.effects.contains(&effect) {
            self.effects.push(effect);
        }
    }

    pub(super) fn keep_message(&mut self, message: Message) {
        self.touch();
        self.changed_messages.insert(message.id.clone());
        self.thread.transcript.show(&message);
        self.messages.insert(message.id.clone(), message);
    }

    /// Keeps what is known of a message where a reader sees nothing else than before.
    pub(super) fn note_message(&mut self, message: Message) {
        self.noted_messages.insert(message.id.clone());
        self.messages.insert(message.id.clone(), message);
    }

    pub(super) fn keep_reply(&mut self, reply: Reply) {
        self.touch();
        self.changed_replies.insert(reply.id.clone());
        self.replies.insert(reply.id.clone(), reply);
    }

    /// Owner, urgency or status changed: the roster has to learn of it.
    pub(super) fn roster_changed(&mut self) {
        self.thread.acks.roster_due = self.touch();
        self.effect(Effect::Roster);
    }

    /// The index lost what it is known to hold: all of the thread is to be published again.
    pub fn publish_anew(&mut self) {
        self.touch();
        self.thread.acks.index_lost();
    }
}

/// The actor that a teammate is.
pub(super) fn teammate(id: &TeammateId) -> Actor {
    Actor::Teammate { id: id.clone() }
}
