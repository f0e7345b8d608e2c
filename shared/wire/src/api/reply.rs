//! Replies.

use serde::{Deserialize, Serialize};
#[cfg(feature = "schema")]
use tributary_domain::bounds;
use tributary_domain::id::{MediaId, MessageId, ReplyId, ThreadId};

use super::bounded::Line;
use super::message::{MessageItem, MessageStatus};

super::body! {
    /// A reply to send. The same `replyId` with the same content is the same reply, however often it is posted.
    pub struct ReplyRequest {
        /// Made by the client, once per reply.
        pub reply_id: ReplyId,
        /// The words. Sent unchanged, or not at all.
        #[serde(default)]
        #[cfg_attr(feature = "schema", schemars(length(max = bounds::REPLY)))]
        pub text: String,
        /// Uploaded files, in order.
        #[serde(default)]
        #[cfg_attr(feature = "schema", schemars(length(max = bounds::FILES)))]
        pub attachments: Vec<MediaId>,
        /// The message it answers in particular.
        pub reply_to: Option<MessageId>,
        /// Who can read it. `private` is for comments alone.
        #[serde(default)]
        pub visibility: Visibility,
        /// The thread's version that the writer saw.
        pub expected_version: u64,
        /// The template it began from.
        pub template_id: Option<Line<40>>,
    }

    /// Where a reply stands.
    pub struct ReplyItem {
        pub reply_id: ReplyId,
        /// The thread that it stands in: of a private reply, that of the messages with whoever wrote the comment.
        pub thread_id: ThreadId,
        /// How far it has come.
        pub status: MessageStatus,
        /// As the thread shows it.
        pub message: MessageItem,
        /// That thread's version with it.
        pub version: u64,
    }

    /// What a person found out about a reply in doubt.
    pub struct ResolveRequest {
        /// What to do about it.
        pub outcome: Resolution,
        /// `trouble.attempts` as it was when the person looked: a repeated request then changes nothing.
        pub attempts: u32,
    }
}

/// Who can read a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Visibility {
    /// Whoever can read the conversation: under a post everybody, else the customer.
    #[default]
    Public,
    /// The author of the comment alone, in the messages between them and us: once for each comment, within a week.
    Private,
}

/// What a person decides about a failed or uncertain reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Resolution {
    /// The customer has it.
    Arrived,
    /// The customer does not have it: send it again.
    SendAgain,
    /// Let it be.
    Discard,
}
