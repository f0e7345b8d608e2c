//! The unit of work: a thread with the messages and replies that an input concerns, and what comes of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use super::state::ContactProfile;
use super::state::{Last, Status, Thread};
use crate::{
    audit::{Actor, AuditDetail, Entry, Program, Wait},
    bounds,
    capability::SendSemantics,
    detail,
    event::{AttachmentKind, StoryKind},
    id::{MediaId, MessageId, ReplyId, TeammateId, ThreadId},
    message::Message,
    mutant::{self, Mutant},
    notice::Notice,
    owner::Claim,
    reply::Reply,
    time::Timestamp,
    timings::Timings,
};

/// Most characters of a preview.
const PREVIEW: usize = 140;

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
    /// Audit entries to append.
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
    /// Look the contact up.
    Profile,
    /// Fetch the bytes of an attachment.
    Media {
        /// Of which message.
        message: MessageId,
        /// Its place among the attachments.
        place: u32,
    },
    /// Delete our copy of an attachment.
    DropMedia {
        /// Which.
        id: MediaId,
    },
    /// Make the call for a part of a reply; the marker is committed.
    Call {
        /// Which reply.
        reply: ReplyId,
        /// Which part.
        part: u32,
        /// Number of the call.
        attempt: u32,
    },
    /// It is the turn of a reply whose call nobody is making.
    Resume {
        /// Which reply.
        reply: ReplyId,
    },
    /// The roster's view of this thread is out of date.
    Roster,
    /// Tell the team.
    Tell {
        /// What.
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

    /// How long the customer waited for an answer that is given at `at`, and whether that was in time. Of one question it is
    /// told once, whatever becomes of the reply.
    pub(super) fn wait(&self, at: Timestamp) -> Option<Wait> {
        let thread = &self.thread;
        let oldest =
            thread.waiting.oldest().filter(|oldest| thread.needs_answer() && oldest.version > thread.wait_told)?;
        let due = thread.target()?;
        // While it is snoozed its time stands still.
        let counted = thread.escalation.paused_at.map_or(at, |paused| paused.min(at));
        let urgency = thread.urgency();
        Some(Wait {
            waited: at.since(oldest.at).as_millis() / 1000,
            target: thread.targets.of(urgency).as_millis() / 1000,
            met: counted <= due,
            urgency,
            first: thread.answered_at.is_none() && thread.wait_told == 0,
        })
    }

    /// A closed thread is opened again.
    pub(super) fn begin_again(&mut self) {
        if matches!(self.thread.status, Status::Closed { .. }) {
            self.thread.began_at = Some(self.now);
        }
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        if !self.effects.contains(&effect) {
            self.effects.push(effect);
        }
    }

    pub(super) fn keep_message(&mut self, message: Message) {
        self.touch();
        self.changed_messages.insert(message.id.clone());
        self.refresh_last(&message);
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

    /// Has our copy of an attachment deleted, and remembers it until that is done.
    pub(super) fn forget_media(&mut self, id: MediaId) {
        self.touch();
        // What is beyond is asked for now and not again: the copy goes when its time is over.
        if self.thread.dropping.len() < bounds::DROPPING {
            self.thread.dropping.insert(id.clone());
        }
        self.effect(Effect::DropMedia { id });
    }

    /// Owner, urgency or status changed: the roster has to learn of it.
    pub(super) fn roster_changed(&mut self) {
        self.thread.roster_due = self.touch();
        self.effect(Effect::Roster);
    }

    /// The index lost what it is known to hold: all of the thread is to be published again.
    pub fn publish_anew(&mut self) {
        self.touch();
        self.thread.index_version_acked = 0;
        if !mutant::on(Mutant::VisitForgetsAudit) {
            self.thread.audit_acked = 0;
        }
    }

    fn refresh_last(&mut self, message: &Message) {
        let Some(body) = &message.body else { return };
        let later =
            self.thread.last.as_ref().is_none_or(|last| last.id == message.id || last.place() <= message.place());
        if later {
            self.thread.last = Some(Last {
                id: message.id.clone(),
                at: body.at,
                order: body.order(),
                direction: body.direction,
                author: Some(body.author.clone()),
                preview: preview(message),
            });
        }
    }
}

/// The actor that a teammate is.
pub(super) fn teammate(id: &TeammateId) -> Actor {
    Actor::Teammate { id: id.clone() }
}

/// The first words of a message; of one without words, what it is.
fn preview(message: &Message) -> String {
    let text = message.text().filter(|text| detail::is_seen(text)).map(str::to_owned);
    let words = text.unwrap_or_else(|| what_it_is(message));
    words.split_whitespace().flat_map(|word| [" ", word]).skip(1).collect::<String>().chars().take(PREVIEW).collect()
}

/// Of a message without text: its kind, and the first that it says.
fn what_it_is(message: &Message) -> String {
    if message.unsent_at.is_some() {
        return "Message unsent".to_owned();
    }
    let Some(body) = &message.body else { return String::new() };
    if let Some(story) = &body.content.story {
        return match story.kind {
            StoryKind::Mention => "Mentioned you in a story".to_owned(),
            StoryKind::Reply => "Replied to your story".to_owned(),
        };
    }
    let says = message.words();
    let first = says.as_deref().and_then(|words| words.lines().next());
    let attachment = message.attachments().first().filter(|_| body.content.details.is_empty());
    let kind = match (attachment.map(|attachment| &attachment.kind), first) {
        (Some(AttachmentKind::Image), _) => "Picture",
        (Some(AttachmentKind::Video), _) => "Video",
        (Some(AttachmentKind::Audio), _) => "Sound",
        (Some(AttachmentKind::Voice), _) => "Voice note",
        (Some(AttachmentKind::File), _) => "File",
        (Some(AttachmentKind::Sticker), _) => "Sticker",
        (Some(AttachmentKind::Share), _) => "Shared post",
        (Some(AttachmentKind::Card), _) => "Card",
        (Some(AttachmentKind::Location), _) => "Place",
        (Some(AttachmentKind::Contact), _) => "Contact",
        (Some(AttachmentKind::Order), _) => "Order",
        (Some(AttachmentKind::Call), _) => "Call",
        (Some(AttachmentKind::Ephemeral), _) => "Picture to be seen once",
        (Some(AttachmentKind::Unknown(_)), _) => "Attachment",
        (None, Some(line)) => return line.to_owned(),
        (None, None) => "Message that cannot be shown here",
    };
    first.map_or_else(|| kind.to_owned(), |line| format!("{kind}: {line}"))
}
