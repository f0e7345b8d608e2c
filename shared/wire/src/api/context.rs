//! What stands around a public conversation: the post, and what others wrote beside it.

#[cfg(feature = "schema")]
use tributary_domain::bounds;
use tributary_domain::{
    event::Ad,
    id::{MessageId, PostId, ThreadId},
    time::Timestamp,
};

super::body! {
    /// What stands around a public conversation.
    pub struct ContextItem {
        /// What people comment under; none for conversations in private.
        pub post: Option<PostContextItem>,
        /// What others, and we to others, wrote in the branches in which this customer did: the newest 50, oldest first.
        pub comments: Vec<BesideItem>,
    }

    /// A post as the platform showed it when it was last looked at, which is at most once in an hour.
    #[expect(clippy::struct_excessive_bools, reason = "marks of a post that have nothing to do with each other")]
    pub struct PostContextItem {
        pub id: PostId,
        /// Its beginning, at most 500 characters; none where it has no words or nobody has looked yet.
        pub text: Option<String>,
        /// Our copy of its picture.
        pub picture: Option<String>,
        /// Where it is shown.
        pub permalink: Option<String>,
        /// Who wrote it.
        #[cfg_attr(feature = "schema", schemars(length(max = bounds::NAME)))]
        pub author: Option<String>,
        pub published_at: Option<Timestamp>,
        /// The ad that it is shown as.
        pub ad: Option<Ad>,
        /// Comments are switched off.
        pub closed: bool,
        /// It was deleted.
        pub deleted: bool,
        /// It is a broadcast that runs.
        pub live: bool,
        /// It is somebody else's, and mentions us.
        pub mention: bool,
        /// When it was last looked at; none while nobody has.
        pub read_at: Option<Timestamp>,
    }

    /// A comment of somebody else's, or of ours to somebody else.
    #[expect(clippy::struct_excessive_bools, reason = "marks of a comment that have nothing to do with each other")]
    pub struct BesideItem {
        pub id: MessageId,
        /// The comment it answers.
        pub parent: Option<MessageId>,
        /// We wrote it.
        pub ours: bool,
        /// Who wrote it, where the platform tells; none where we did.
        #[cfg_attr(feature = "schema", schemars(length(max = bounds::NAME)))]
        pub author: Option<String>,
        /// The thread that it is in.
        pub thread: Option<ThreadId>,
        pub at: Timestamp,
        /// Its beginning, at most 300 characters.
        pub text: Option<String>,
        pub edited: bool,
        /// Others do not see it.
        pub hidden: bool,
        /// It has files.
        pub files: bool,
    }
}
