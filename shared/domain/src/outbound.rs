//! What leaves: the parts of a reply and what became of each.

use serde::{Deserialize, Serialize};

use crate::{
    capability::PlatformError,
    event::AttachmentKind,
    id::{MediaId, MessageId, RemoteId, ThreadId},
    subject::Subject,
    time::Span,
};

/// What a teammate wants to say, before a connector has cut it into parts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// The words; may be empty when something is attached.
    pub text: String,
    /// Files, in order.
    #[serde(default)]
    pub attachments: Vec<DraftMedia>,
    /// The message it answers in particular.
    pub quote: Option<RemoteId>,
    /// Who can read it. What is usual is not written, so that a person's name stands for what it stood for before.
    #[serde(default, skip_serializing_if = "Visibility::is_usual")]
    pub visibility: Visibility,
}

impl Draft {
    /// The comment whose author alone can read it.
    pub fn private_to(&self) -> Option<&CommentRef> {
        match &self.visibility {
            Visibility::Usual => None,
            Visibility::Private(comment) => Some(comment),
        }
    }
}

/// Who can read what is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Visibility {
    /// Whoever can read the conversation: under a post everybody, else the customer.
    #[default]
    Usual,
    /// The author of this comment alone, in the conversation between them and us.
    Private(Box<CommentRef>),
}

impl Visibility {
    fn is_usual(&self) -> bool {
        *self == Self::Usual
    }
}

/// A comment that is answered elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CommentRef {
    /// Its thread.
    pub thread: ThreadId,
    pub message: MessageId,
    /// What the platform calls it.
    pub remote: RemoteId,
    /// The post that it stands under.
    pub subject: Subject,
}

/// A stored file to send along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DraftMedia {
    /// Where it is kept.
    pub media: MediaId,
    /// Its type, by its own bytes.
    pub mime: String,
    /// The name shown to the customer.
    pub name: String,
    /// Bytes.
    pub size: u64,
}

/// One call to the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// Text alone.
    Text {
        text: String,
        /// The message it answers.
        quote: Option<RemoteId>,
    },
    /// One or more files.
    Media {
        /// At least one; more than one only where the platform takes them in one call.
        items: Vec<PartMedia>,
        caption: Option<String>,
        /// The message it answers.
        quote: Option<RemoteId>,
    },
}

impl Part {
    /// How many messages one call for it makes: an album is one for each file.
    pub fn messages(&self) -> usize {
        match self {
            Self::Text { .. } => 1,
            Self::Media { items, .. } => items.len().max(1),
        }
    }
}

/// One file of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PartMedia {
    pub file: DraftMedia,
    /// What the platform is told it is.
    pub kind: AttachmentKind,
}

/// What became of one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SendOutcome {
    /// The platform took it and named it. An album yields several ids; the first stands for the part.
    Accepted {
        /// What the platform calls it.
        ids: Vec<RemoteId>,
    },
    /// Proved not sent, and not worth trying again as it is.
    Refused { error: PlatformError },
    /// A step of a send in several is done, and nothing is visible yet: the next call goes on from there.
    Continue {
        /// What the next call is to name.
        handle: String,
        /// Not before so long.
        after: Span,
    },
    /// Proved not sent; may be tried again after a while.
    RateLimited {
        /// How long the platform asks us to wait, when it says.
        retry_after: Option<Span>,
        code: String,
    },
    /// It may or may not have been sent.
    Uncertain {
        /// What was seen instead of an answer.
        cause: UncertainCause,
    },
}

/// What was seen instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum UncertainCause {
    /// The connection failed before an answer came.
    Transport,
    /// No answer within the deadline.
    Deadline,
    /// The platform answered with a fault of its own (5xx).
    ServerError,
    /// An answer that says yes but names no message, or cannot be read.
    Unreadable,
    /// The process that was sending died.
    Interrupted,
}

/// Why a reply cannot be sent on its channel as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// There is nothing to send.
    #[error("the reply is empty: write a text or attach a file")]
    Empty,
    /// The text is over the limit.
    #[error("the text has {actual} {unit}, {channel} takes at most {max}: shorten it or send it as two replies")]
    TooLong {
        /// Its length in the platform's unit.
        actual: usize,
        max: usize,
        /// The unit in words.
        unit: &'static str,
        /// The channel in words.
        channel: String,
    },
    /// The file's type is not taken.
    #[error("{channel} does not take files of type {mime}; it takes {allowed}")]
    MediaType {
        mime: String,
        /// What is taken instead, in words.
        allowed: String,
        /// The channel in words.
        channel: String,
    },
    /// The file is too large.
    #[error("{name} has {actual} bytes, {channel} takes at most {max} for {mime}")]
    MediaSize {
        name: String,
        mime: String,
        actual: u64,
        max: u64,
        /// The channel in words.
        channel: String,
    },
    #[error("{channel} takes at most {max} files in one reply, this one has {actual}")]
    TooManyFiles {
        /// How many there are.
        actual: usize,
        max: usize,
        /// The channel in words.
        channel: String,
    },
    /// Platforms take words alone.
    #[error("a private reply to a comment holds words alone: take the files out, or send them once the person answers")]
    PrivateFiles,
    /// The channel cannot do it at all.
    #[error("{channel} cannot {feature}; these channels can: {able}")]
    Incapable {
        /// The channel in words.
        channel: String,
        feature: &'static str,
        /// The channels that can, in words.
        able: String,
    },
}
