//! What people and our own workers do to a thread, replies apart.

use super::{
    contact::ContactProfile,
    work::{Work, teammate},
};
use crate::{
    audit::AuditDetail,
    bounds,
    escalation::{Plan, Targets},
    id::{MediaId, MessageId, ReplyId, TeammateId, ThreadId},
    label::{Correction, LabelSet},
    message::{MediaState, PrivateReply},
    owner::{Owner, Reason},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Something to do to a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    Reassign {
        to: Owner,
        note: Option<String>,
        by: TeammateId,
    },
    Close {
        note: Option<String>,
        by: TeammateId,
    },
    Reopen {
        note: Option<String>,
        by: TeammateId,
    },
    /// A note that only the team sees.
    Note {
        text: String,
        by: TeammateId,
    },
    Snooze {
        until: Timestamp,
        by: TeammateId,
    },
    Correct {
        correction: Correction,
        by: TeammateId,
    },
    Tag {
        add: Vec<String>,
        remove: Vec<String>,
        by: TeammateId,
    },
    Read {
        /// The version they saw.
        version: u64,
        by: TeammateId,
    },
    /// They want to look at it again.
    Unread {
        by: TeammateId,
    },
    /// A machine labelled a turn.
    Labelled {
        turn: u64,
        set: LabelSet,
        /// How fast each urgency must be answered by the rules as they are.
        targets: Targets,
        /// What the rules come to for this turn.
        plan: Option<Box<Plan>>,
        /// The owner, where they are away: somebody else is looked for.
        away: Option<TeammateId>,
    },
    /// The rules chose an owner.
    Routed {
        owner: Owner,
        reasons: Vec<Reason>,
        /// The version of the thread that they knew.
        version: u64,
    },
    /// The contact was looked up.
    ProfileFetched {
        /// What was found, if anything.
        facts: ContactProfile,
    },
    /// What became of the bytes of an attachment.
    Media {
        message: MessageId,
        place: u32,
        state: MediaState,
    },
    /// Our copy of an attachment is deleted.
    Dropped {
        id: MediaId,
    },
    /// Its customer turned out to have another thread already: what was said is told there, and goes on there.
    GoesOnIn {
        thread: ThreadId,
    },
    /// The same question came by other doors, or may have.
    Links {
        linked: Vec<ThreadId>,
        suggested: Vec<ThreadId>,
    },
    /// A notice is written down where it cannot be lost.
    Notified {
        key: String,
    },
    /// A teammate is about to answer a comment privately, as they have seen the thread.
    AnswersPrivately {
        by: TeammateId,
    },
    /// A comment was answered privately.
    AnsweredPrivately {
        message: MessageId,
        private: PrivateReply,
    },
    /// The thread of the comment that a private reply answers has heard that it was sent.
    ToldComment {
        reply: ReplyId,
    },
}

/// Why something is not done to a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The thread changed since the version that was seen.
    #[error("the thread changed since you opened it")]
    Changed,
    /// Nobody can have seen a version that there has not been.
    #[error("the thread has no such version yet: give the version of the thread that you read")]
    NotYet,
    /// It has as many tags as a thread can have.
    #[error("a thread has at most {} tags: take some away first", bounds::TAGS)]
    TooManyTags,
    /// Its history is as long as it can be.
    #[error(
        "the history of this thread is full, at {} entries: no more notes, tags, labels and snoozing",
        bounds::HISTORY
    )]
    HistoryFull,
}

impl Work {
    /// Does one thing. With an expected version, only if nobody else wrote or acted on it since.
    pub fn command(&mut self, command: Command, expected: Option<u64>) -> Result<(), Refused> {
        if expected.is_some_and(|expected| expected > self.thread.version) {
            return Err(Refused::NotYet);
        }
        if let Some(expected) = expected
            && let Some(by) = command.by()
            && self.thread.transcript.others_wrote_since(expected, by)
        {
            return Err(Refused::Changed);
        }
        if command.adds_up() && self.thread.audit.sequence >= bounds::HISTORY {
            return Err(Refused::HistoryFull);
        }
        match command {
            Command::Reassign { to, note, by } => self.reassign(to, note, &by),
            Command::Close { note, by } => self.close(note, &by),
            Command::Reopen { note, by } => self.reopen(note, &by),
            Command::Note { text, by } => self.record(teammate(&by), AuditDetail::Noted { text }),
            Command::Snooze { until, by } => self.snooze(until, &by),
            Command::Correct { correction, by } => self.correct(correction, &by),
            Command::Tag { add, remove, by } => self.tag(add, remove, &by)?,
            Command::Read { version, by } => {
                if self.thread.unread.read(version.min(self.thread.version), &by) {
                    self.touch();
                }
            }
            Command::Unread { by } => {
                if self.thread.unread.mark(self.thread.version, &by) {
                    self.touch();
                }
            }
            Command::Labelled { turn, set, targets, plan, away } => {
                self.labelled(turn, set, targets, plan.map(|plan| *plan));
                self.owner_away(away.as_ref());
            }
            Command::Routed { owner, reasons, version } => self.routed(owner, reasons, version),
            Command::ProfileFetched { facts } => self.looked_up(facts),
            Command::Media { message, place, state } => self.media(&message, place, state),
            Command::Dropped { id } => self.dropped(&id),
            Command::GoesOnIn { thread } => self.goes_on_in(&thread),
            Command::Links { linked, suggested } => self.links(linked, suggested),
            Command::Notified { key } => self.notified(&key),
            Command::AnswersPrivately { by } => self.answers_privately(&by),
            Command::AnsweredPrivately { message, private } => self.answered_privately(&message, private),
            Command::ToldComment { reply } => self.told_comment(&reply),
        }
        Ok(())
    }
}

impl Command {
    /// The teammate who gives it, when one does.
    pub fn by(&self) -> Option<&TeammateId> {
        match self {
            Self::Reassign { by, .. }
            | Self::Close { by, .. }
            | Self::Reopen { by, .. }
            | Self::Note { by, .. }
            | Self::Snooze { by, .. }
            | Self::Correct { by, .. }
            | Self::Tag { by, .. }
            | Self::Read { by, .. }
            | Self::Unread { by }
            | Self::AnswersPrivately { by } => Some(by),
            Self::Labelled { .. }
            | Self::Routed { .. }
            | Self::ProfileFetched { .. }
            | Self::Media { .. }
            | Self::Dropped { .. }
            | Self::GoesOnIn { .. }
            | Self::Links { .. }
            | Self::Notified { .. }
            | Self::AnsweredPrivately { .. }
            | Self::ToldComment { .. } => None,
        }
    }

    /// Whether people and programs do it as often as they like, and each time is kept. Who has a thread and whether it is
    /// done can always be said.
    const fn adds_up(&self) -> bool {
        matches!(self, Self::Note { .. } | Self::Snooze { .. } | Self::Correct { .. } | Self::Tag { .. })
    }

    /// The message it concerns, to be loaded before.
    pub fn message(&self) -> Option<&MessageId> {
        match self {
            Self::Media { message, .. } | Self::AnsweredPrivately { message, .. } => Some(message),
            _ => None,
        }
    }
}
