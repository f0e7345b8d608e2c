//! Messages as the inbox shows them.

use serde::{Deserialize, Serialize};
#[cfg(feature = "schema")]
use tributary_domain::bounds;
use tributary_domain::{
    detail::Detail,
    event::{AttachmentKind, Referral, Side, StoryKind},
    id::{MediaId, MessageId, ReplyId, TeammateId, ThreadId},
    message::Direction,
    moderation::ModerationAction,
    time::Timestamp,
};

super::body! {
    /// One message of a thread, or a reply on its way.
    #[expect(clippy::struct_excessive_bools, reason = "marks of a message that have nothing to do with each other")]
    pub struct MessageItem {
        /// Its id; a reply that no platform has named yet goes by an id derived from the reply's.
        pub id: MessageId,
        pub direction: Direction,
        pub author: AuthorItem,
        /// The platform's time, not later than it reached us; for replies on their way, when they were written.
        pub at: Timestamp,
        /// What the platform's clock said, where that cannot be: `at` is then when it reached us.
        pub clock: Option<Timestamp>,
        /// When it reached us.
        pub received_at: Timestamp,
        /// Of messages with the same `at`, the one with the smaller order stands first.
        pub order: u64,
        /// The words as they stand now; none when unsent or when there are none.
        pub text: Option<String>,
        /// What it says beside its text, line by line: answers in a form, items of an order, where it is from.
        pub details: Vec<Detail>,
        /// It was changed after it was sent.
        pub edited: bool,
        /// When its sender took it back.
        pub unsent_at: Option<Timestamp>,
        /// It is hidden from others.
        #[serde(default)]
        pub hidden: bool,
        /// The account likes it.
        #[serde(default)]
        pub liked: bool,
        /// What is being done to it on the platform, or was tried in vain.
        #[serde(default)]
        #[cfg_attr(feature = "schema", schemars(length(max = 2)))]
        pub moderation: Vec<ModerationItem>,
        /// What came with it.
        #[cfg_attr(feature = "schema", schemars(length(max = bounds::ATTACHMENTS)))]
        pub attachments: Vec<AttachmentItem>,
        pub quote: Option<QuoteItem>,
        /// The story it answers or is.
        pub story: Option<StoryItem>,
        /// It is a pressed button or list entry.
        pub pressed: bool,
        /// What the pressed button carries for its app.
        pub payload: Option<String>,
        /// The ad or link that led here.
        pub referral: Option<Referral>,
        pub forwarded: bool,
        /// Another app has this conversation.
        pub standby: bool,
        /// That app is the platform's own automatic agent.
        pub agent: bool,
        /// The platform's word for what cannot be shown.
        pub unsupported: Option<String>,
        /// Members of the platform's delivery that could not be read, and were left out.
        pub not_read: Vec<String>,
        /// It was longer than anything that is kept: its beginning is here, all of it in the platform's own app.
        pub cut: bool,
        /// Reactions, one per side.
        pub reactions: Vec<ReactionItem>,
        /// For outgoing messages: how far it has come.
        pub status: Option<MessageStatus>,
        /// For `failed` and `uncertain`: what is known and what can be done.
        pub trouble: Option<Trouble>,
        /// For replies written here.
        pub reply_id: Option<ReplyId>,
        /// For a comment that was answered privately: by whom, and where.
        pub private_reply: Option<PrivateReplyItem>,
        /// For a private reply: the comment that it answers.
        pub from_comment: Option<FromCommentItem>,
    }

    /// The private reply to a comment.
    pub struct PrivateReplyItem {
        pub reply_id: ReplyId,
        /// The thread that it stands in.
        pub thread_id: ThreadId,
        pub by: TeammateId,
        /// The name of whoever wrote it.
        pub name: Option<String>,
        /// When it was written.
        pub at: Timestamp,
    }

    /// A comment in another thread.
    pub struct FromCommentItem {
        pub thread_id: ThreadId,
        pub message_id: MessageId,
    }

    /// Something that a teammate wants done to a comment.
    pub struct ModerationItem {
        pub action: ModerationAction,
        pub state: ModerationState,
        pub by: TeammateId,
        /// When they wanted it.
        pub at: Timestamp,
        /// For `failed` and `unknown`: what is known and what can be done.
        pub trouble: Option<Trouble>,
    }

    /// What to do to a comment.
    pub struct ModerationRequest {
        pub action: ModerationAction,
    }

    /// Who wrote a message.
    pub struct AuthorItem {
        #[serde(rename = "type")]
        pub kind: AuthorKind,
        pub id: Option<TeammateId>,
        /// Their name, or the contact's.
        pub name: Option<String>,
    }

    /// What came with a message.
    pub struct AttachmentItem {
        pub kind: AttachmentKind,
        /// How far we have it.
        pub state: AttachmentState,
        /// Where to show it from: our own copy or the platform's link.
        pub url: Option<String>,
        pub mime: Option<String>,
        /// File name or title.
        pub name: Option<String>,
        /// Bytes.
        pub size: Option<u64>,
        /// What it says in words: an address, a phone number, a shared post's title.
        pub note: Option<String>,
        /// A web address it points to.
        pub link: Option<String>,
        /// What else it says, line by line: the options of a poll, the buttons of a card.
        pub details: Vec<Detail>,
    }

    /// What a message answers.
    pub struct QuoteItem {
        /// The message, when it is in this thread.
        pub message_id: Option<MessageId>,
        /// The quoted words, when known.
        pub text: Option<String>,
    }

    /// A story in a conversation.
    pub struct StoryItem {
        pub kind: StoryKind,
        /// The platform's own link, while it lives.
        pub url: Option<String>,
        /// After that the platform has deleted it.
        pub expires_at: Timestamp,
    }

    /// One side's reaction.
    pub struct ReactionItem {
        pub by: Side,
        pub emoji: String,
    }

    /// What is known of a reply that did not simply arrive.
    pub struct Trouble {
        /// A stable word.
        pub code: String,
        /// What is known and what can be done.
        pub detail: String,
        /// How many calls were made so far; say it when settling a reply.
        pub attempts: u32,
    }

    /// A file uploaded for a reply.
    pub struct MediaItem {
        /// Name it in a reply's `attachments`.
        pub id: MediaId,
        /// Its type, by its own bytes.
        pub mime: String,
        pub name: String,
        /// Bytes.
        pub size: u64,
        /// Where to show it from.
        pub url: String,
    }
}

/// How far a moderation action has come. What is done is seen in the comment itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ModerationState {
    /// The platform is to be asked, for the first time or again.
    Wanted,
    /// The platform is being asked.
    Doing,
    /// The platform does not do it.
    Failed,
    /// Nobody knows; a person has to look.
    Unknown,
}

/// Which kind of author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AuthorKind {
    /// The contact.
    Customer,
    /// A teammate, here.
    Teammate,
    /// Somebody of ours in the platform's own app.
    NativeApp,
    /// Another app.
    OtherApp,
}

/// How far we have an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AttachmentState {
    /// It has no bytes (a place, an address-book entry).
    None,
    /// Shown by the platform's link; no copy is kept.
    Linked,
    /// Being fetched.
    Pending,
    /// We keep a copy.
    Stored,
    /// It could not be fetched; the platform's link may still work.
    Failed,
    /// Our copy was kept for as long as the rules say, and is gone.
    Expired,
}

/// How far an outgoing message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum MessageStatus {
    /// Waiting for its turn.
    Queued,
    /// On its way to the platform.
    Sending,
    /// The platform took it.
    Sent,
    /// It is on the customer's device.
    Delivered,
    /// The customer saw it.
    Read,
    /// Proved not sent.
    Failed,
    /// Nobody knows; a person has to look.
    Uncertain,
    /// Taken back before it left.
    Cancelled,
}

super::parameters! {
    /// What an uploaded file is called.
    pub struct UploadQuery {
        /// Its name; `file` when left out.
        pub name: Option<super::bounded::Line<200>>,
    }
}

/// Most bytes of a file.
pub const UPLOAD: usize = 25 << 20;

/// What a file is called in its address: anything.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
pub struct FileName(String);

impl From<String> for FileName {
    fn from(name: String) -> Self {
        Self(name)
    }
}

/// By which link a file is asked for. Whoever fetches it may add parameters of their own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileQuery {
    /// Until when the link holds, in seconds since 1970.
    pub expires: Option<String>,
    /// What shows that the link is ours.
    pub grant: Option<String>,
}
