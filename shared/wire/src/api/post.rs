//! Posts under which people comment, what is held of a flood, and what can be done with it.

use serde::{Deserialize, Serialize};
use tributary_domain::{
    id::{AccountId, MessageId, PostId, ThreadId},
    moderation::ModerationAction,
    platform::{Platform, Surface},
    post::Placed,
    time::Timestamp,
};

use super::{
    bounded::{Few, Line},
    context::PostContextItem,
    message::ModerationItem,
    page::{Cursor, Limit, Only},
    thread::{ThreadItem, ThreadStatus},
};

/// Most comments that one request names.
const NAMED: usize = 100;

super::body! {
    /// A post of whose comments some are held, as a list shows it among the threads.
    pub struct PostItem {
        /// Tells it from a thread.
        #[serde(default)]
        pub kind: PostKind,
        pub id: PostId,
        /// Grows with every change.
        pub version: u64,
        pub platform: Platform,
        /// Which kind of conversation.
        pub surface: Surface,
        /// Our account that it stands under, or that it mentions.
        pub account_id: AccountId,
        /// `open` while something is held and nobody has put the post away; it is never snoozed.
        pub status: ThreadStatus,
        /// How many comments are where.
        pub counts: PostCounts,
        /// What came in since the hour began.
        pub this_hour: HourItem,
        /// The first words of the newest comment that is held.
        #[cfg_attr(feature = "schema", schemars(length(max = 140)))]
        pub preview: String,
        /// By when somebody should have looked at what is held; none where somebody has.
        pub due_at: Option<Timestamp>,
        /// What is being done to many held comments at once.
        #[serde(default)]
        pub moderation: PostModeration,
        /// When the last comment was written.
        pub last_at: Option<Timestamp>,
        /// The post itself, as it was last looked at.
        pub about: PostContextItem,
    }

    /// How many comments are where.
    pub struct PostCounts {
        /// In the threads of whoever wrote them.
        pub threads: u64,
        /// On the post's page, until somebody looks.
        pub held: u64,
        /// Of those, nobody has looked at these.
        pub unseen: u64,
        /// Of those that are held, these are counted alone: there are more than are kept. The platform shows them.
        pub uncollected: u64,
        /// Ours.
        pub ours: u64,
        /// Deleted before they were in a thread.
        pub gone: u64,
    }

    /// How far what is to be done to held comments has come.
    #[derive(Default)]
    pub struct PostModeration {
        /// Something is still to be done to so many.
        pub waiting: u64,
        /// With so many it was tried in vain: their comments say why.
        pub failed: u64,
    }

    /// What came in since the hour began.
    pub struct HourItem {
        /// Comments of customers.
        pub comments: u32,
        /// Threads that were opened for them.
        pub threads: u32,
    }

    /// A comment under a post.
    #[expect(clippy::struct_excessive_bools, reason = "each tells of the comment alone")]
    pub struct PostComment {
        /// As in its thread, once it is in one.
        pub id: MessageId,
        /// The comment that it answers.
        pub parent_id: Option<MessageId>,
        /// The best name known of whoever wrote it; none where the platform does not say, and of ours.
        pub author: Option<String>,
        /// Their handle, without `@`.
        pub username: Option<String>,
        pub at: Timestamp,
        /// Its beginning; none once it was deleted.
        #[cfg_attr(feature = "schema", schemars(length(max = 300)))]
        pub text: Option<String>,
        /// When its words were last changed.
        pub edited_at: Option<Timestamp>,
        /// The platform does not show it to others.
        pub hidden: bool,
        pub deleted: bool,
        /// It has files.
        pub files: bool,
        /// Where it is.
        pub place: Placed,
        /// The thread that it is in.
        pub thread_id: Option<ThreadId>,
        /// Somebody has looked at it while it was held.
        pub seen: bool,
        /// It asks something.
        pub question: bool,
        /// There is a link in it.
        pub link: bool,
        /// Whoever wrote it had an open thread when it came.
        pub known: bool,
        /// What is being done to it by way of its post, or was tried in vain.
        #[serde(default)]
        pub moderation: Vec<ModerationItem>,
    }

    /// Which of the held comments are meant: all that fit.
    #[derive(Default)]
    #[expect(clippy::struct_excessive_bools, reason = "each narrows by itself")]
    pub struct CommentFilter {
        /// Only those that ask something.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub question: bool,
        /// Only those with a link.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub link: bool,
        /// Only those of people who had an open thread.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub known: bool,
        /// Only those that nobody has looked at.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub unseen: bool,
        /// Only those with these words, as they stand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub q: Option<Line<200>>,
    }

    /// Does one thing to many held comments: to those that are named, or to all that fit.
    pub struct BulkRequest {
        pub action: BulkAction,
        /// These.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ids: Option<Few<MessageId, 1, NAMED>>,
        /// Or all that fit; one of the two.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub filter: Option<CommentFilter>,
    }

    /// Has one thing done to many held comments on their platform: to those that are named, or to all that fit.
    pub struct CommentsModerationRequest {
        pub action: HeldModeration,
        /// These.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ids: Option<Few<MessageId, 1, NAMED>>,
        /// Or all that fit; one of the two.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub filter: Option<CommentFilter>,
    }

    /// What came of it.
    pub struct BulkItem {
        /// So many comments are others now.
        pub changed: u32,
        /// There are more that fit: ask again.
        pub more: bool,
        /// The post as it is now.
        pub post: PostItem,
    }
}

tributary_domain::names! {
    /// What is done to held comments at once.
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum BulkAction {
        /// Whoever wrote them has a thread from now on, with all that is held of them.
        Promote = "promote",
        /// Somebody has looked at them.
        Seen = "seen",
    }
}

tributary_domain::names! {
    /// What a person has done to held comments on their platform.
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum HeldModeration {
        /// Nobody but its author and their friends sees it any more.
        Hide = "hide",
        /// Everybody sees it again.
        Unhide = "unhide",
        /// It is gone, with what stands below it.
        Delete = "delete",
    }
}

impl HeldModeration {
    /// The action.
    pub const fn action(self) -> ModerationAction {
        match self {
            Self::Hide => ModerationAction::Hide,
            Self::Unhide => ModerationAction::Unhide,
            Self::Delete => ModerationAction::Delete,
        }
    }
}

tributary_domain::names! {
    /// Tells a post from a thread.
    #[derive(Default)]
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum PostKind {
        /// It is a post.
        #[default]
        Post = "post",
    }
}

/// What a list has rows of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum ListItem {
    /// A thread.
    Thread(Box<ThreadItem>),
    /// A post with held comments.
    Post(Box<PostItem>),
}

super::parameters! {
    /// Which comments of a post, and which page of them, newest first.
    pub struct CommentsQuery {
        /// Where they are.
        pub place: Option<Placed>,
        /// Only those that ask something.
        pub question: Option<Only>,
        /// Only those with a link.
        pub link: Option<Only>,
        /// Only those of people who had an open thread when they wrote.
        pub known: Option<Only>,
        /// Only held ones that nobody has looked at.
        pub unseen: Option<Only>,
        /// Only those with these words, as they stand.
        pub q: Option<Line<200>>,
        /// Where the last page ended: its `nextCursor`.
        pub cursor: Option<Cursor>,
        /// How many at most.
        #[serde(default)]
        pub limit: Limit<100>,
    }
}
