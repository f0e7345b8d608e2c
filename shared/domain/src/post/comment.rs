//! What a post keeps of a comment, and of whoever writes under it.

use serde::{Deserialize, Serialize};

use super::{Handover, Moderating, PrivateMark};

use crate::{
    event::{Content, Correlation, Fact, Received},
    id::{RemoteId, ThreadId},
    label,
    message::{Hiding, order},
    moderation::Report,
    time::Timestamp,
};

/// Most characters of a comment that are shown beside others.
const EXCERPT: usize = 300;
/// Most events of one comment that wait for its thread. Of edits and hides the latest are what counts.
const WAITING: usize = 12;

/// A comment under the post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each tells of the comment alone")]
pub struct Comment {
    /// What the platform calls it.
    pub id: RemoteId,
    /// The comment at the top of its branch; itself where it is that.
    pub top: RemoteId,
    /// The comment it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<RemoteId>,
    /// Who wrote it, by their id; none where we did, or where nobody has told yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// When it was written.
    pub at: Timestamp,
    /// Its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When its words were last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// It has files.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub files: bool,
    /// When it was last hidden or shown again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Hiding>,
    /// It was deleted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Where it is.
    pub place: CommentPlace,
    /// The part of a reply of ours that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<Correlation>,
    /// Somebody has looked at it while it was held.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub seen: bool,
    /// It asks something.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub question: bool,
    /// There is a link in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub link: bool,
    /// Whoever wrote it had an open thread on the account.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub known: bool,
    /// It is held without its words: one of more than are kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub counted: bool,
    /// The post's version in which the index was last to learn of its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<u64>,
    /// Who answers it privately, or did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<PrivateMark>,
    /// What is done to it on the platform, by way of the post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderating: Option<Box<Moderating>>,
    /// What its thread has yet to be told, or is told once it has one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<Received>,
}

/// Where a comment is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CommentPlace {
    /// In the thread of whoever wrote it.
    Thread(ThreadId),
    /// Here, until somebody looks.
    Held,
    /// We wrote it, in this thread where it answers one.
    Ours(Option<ThreadId>),
    /// Deleted, before it was in a thread.
    Gone,
    /// Something was told of it before the comment itself was.
    Early,
}

crate::names! {
    /// Where a comment is, in a word.
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum Placed {
        /// In the thread of whoever wrote it.
        Thread = "thread",
        /// On the post's page, until somebody looks.
        Held = "held",
        /// We wrote it.
        Ours = "ours",
        /// Deleted, before it was in a thread.
        Gone = "gone",
    }
}

impl CommentPlace {
    /// In a word; none while the comment itself has not come.
    pub const fn placed(&self) -> Option<Placed> {
        match self {
            Self::Thread(_) => Some(Placed::Thread),
            Self::Held => Some(Placed::Held),
            Self::Ours(_) => Some(Placed::Ours),
            Self::Gone => Some(Placed::Gone),
            Self::Early => None,
        }
    }
}

impl Comment {
    /// One of which nothing is known yet.
    pub(super) fn early(id: RemoteId, at: Timestamp) -> Self {
        Self {
            top: id.clone(),
            id,
            parent: None,
            author: None,
            at,
            text: None,
            edited_at: None,
            files: false,
            hidden: None,
            deleted: false,
            place: CommentPlace::Early,
            correlation: None,
            seen: false,
            question: false,
            link: false,
            known: false,
            counted: false,
            changed: None,
            private: None,
            moderating: None,
            waiting: Vec::new(),
        }
    }

    /// The thread that it is in.
    pub fn thread(&self) -> Option<&ThreadId> {
        match &self.place {
            CommentPlace::Thread(thread) | CommentPlace::Ours(Some(thread)) => Some(thread),
            CommentPlace::Held | CommentPlace::Ours(None) | CommentPlace::Gone | CommentPlace::Early => None,
        }
    }

    /// What its thread has yet to be told.
    pub fn into_handover(self) -> Option<Handover> {
        let thread = self.thread()?.clone();
        let handover =
            Handover { thread, counterpart: self.author.unwrap_or_default(), comment: self.id, events: self.waiting };
        (!handover.events.is_empty()).then_some(handover)
    }

    /// Whether others see that it is hidden.
    pub fn is_hidden(&self) -> bool {
        self.hidden.is_some_and(|hiding| hiding.hidden)
    }

    /// Whether nobody has told yet what is written in it.
    pub(super) fn is_unsaid(&self) -> bool {
        !self.deleted && self.text.is_none() && !self.files
    }

    /// What is written in it. What was changed since it was told of earlier stays as it is.
    pub(super) fn says(&mut self, content: &Content) {
        if self.text.is_none() {
            self.text = content.text.as_deref().map(excerpt);
        }
        self.files = !content.attachments.is_empty();
        self.looks();
    }

    /// Looks at its words for what lists of comments are narrowed by.
    fn looks(&mut self) {
        let text = self.text.as_deref().unwrap_or_default();
        self.question = label::asks(text);
        self.link = text.contains("://") || text.split_whitespace().any(|word| word.starts_with("www."));
    }

    /// Takes in what was told of it since.
    pub(super) fn told(&mut self, told: &Received) {
        let at = told.event.at.unwrap_or(told.at);
        match &told.event.fact {
            Fact::Edited { text, attachments, .. } if !self.deleted && self.edited_at <= Some(at) => {
                self.edited_at = Some(at);
                self.text = text.as_deref().map(excerpt).or(self.text.take());
                self.files |= !attachments.is_empty();
                self.looks();
            }
            Fact::Hidden { hidden, .. } => {
                let hiding = Hiding { at, order: order(None, told.at, told.event.place), hidden: *hidden };
                let known = self.hidden.is_some_and(|one| one >= hiding || (one.at, one.hidden) == (at, *hidden));
                if !known {
                    self.hidden = Some(hiding);
                    self.reported(Report::Hidden(*hidden), at, told.at);
                }
            }
            Fact::Unsent { .. } => {
                self.deleted = true;
                self.text = None;
                self.reported(Report::Gone, at, told.at);
            }
            _ => {}
        }
    }

    /// Keeps an event for the thread that it will have. The same is kept once.
    pub(super) fn keep(&mut self, told: &Received) {
        if self.waiting.iter().any(|one| one.event.key == told.event.key) {
            return;
        }
        if self.waiting.len() >= WAITING {
            // The first is the comment itself.
            self.waiting.remove(1);
        }
        self.waiting.push(told.clone());
    }
}

/// Whoever writes under the post.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Author {
    /// Their thread, once they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadId>,
    /// What they are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their handle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The hour in which they last wrote, and how much in it.
    #[serde(default)]
    pub wrote: (i64, u32),
    /// The last branches in which they wrote, by the comment at the top.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<RemoteId>,
}

impl Author {
    /// Whether a text begins by speaking to them.
    pub(super) fn is_addressed(&self, text: &str) -> bool {
        let text = text.trim_start().trim_start_matches('@');
        let begins = |name: &String| {
            let rest = text.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name)).map(|_| ());
            let after = text.get(name.len()..).and_then(|rest| rest.chars().next());
            !name.is_empty() && rest.is_some() && !after.is_some_and(char::is_alphanumeric)
        };
        self.username.iter().chain(&self.name).any(begins)
    }
}

fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT).collect()
}
