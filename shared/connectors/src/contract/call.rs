//! What a call to the platform is for.

use std::fmt;

use tributary_domain::{
    capability::PlatformError,
    event::Correlation,
    id::{RemoteId, ThreadId},
    moderation::ModerationAction,
    outbound::Part,
    platform::Surface,
    subject::Subject,
};

use super::never_asked;

/// An account to act for.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a, C> {
    /// The platform's id of it.
    pub id: &'a RemoteId,
    pub credentials: &'a C,
    /// The secret of the platform's app, for platforms that want proof of it with each call.
    pub app_secret: Option<&'a str>,
}

/// One part on its way out.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// Where the conversation is.
    pub surface: Surface,
    /// Whom or what it answers.
    pub to: To<'a>,
    pub part: &'a Part,
    /// An https address for each file of the part, readable without a key for a short while.
    pub links: &'a [String],
    /// The window is past its free part: the human-agent tag is due.
    pub human_agent: bool,
    /// Our reference, for platforms that give it back.
    pub correlation: &'a Correlation,
    /// The thread, which is part of it.
    pub thread: &'a ThreadId,
    /// The topic of the chat that it belongs to, where it has topics.
    pub topic: Option<&'a str>,
    /// What `SendOutcome::Continue` gave back: this call is the next step of the same part.
    pub handle: Option<&'a str>,
}

/// What is done to which comment.
#[derive(Debug, Clone, Copy)]
pub struct Moderating<'a> {
    /// Where the comment is.
    pub surface: Surface,
    pub action: ModerationAction,
    /// The comment.
    pub on: &'a RemoteId,
    /// It is ours.
    pub own: bool,
}

/// Whom or what a part answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To<'a> {
    /// A person, by their ids on this account, the one last in use first.
    Person(&'a [String]),
    /// A comment under a post.
    Comment {
        id: &'a RemoteId,
        /// What it stands under.
        subject: &'a Subject,
    },
    /// A review, or a post as such.
    Subject(&'a Subject),
    /// The author of a comment, in the messages between them and us.
    Author { comment: &'a RemoteId },
}

impl<'a> Outgoing<'a> {
    /// The person it goes to; only messages go to persons.
    pub(crate) fn person(&self) -> Result<&'a [String], PlatformError> {
        match (self.surface, self.to) {
            (Surface::Messages, To::Person(identities)) => Ok(identities),
            _ => Err(never_asked("no-such-target")),
        }
    }
}

/// Where a platform is to post.
#[derive(Clone, Copy)]
pub struct Hook<'a> {
    pub url: &'a str,
    /// The secret it has to show, for platforms that do not sign.
    pub secret: &'a str,
}

impl fmt::Debug for Hook<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").field("url", &self.url).finish_non_exhaustive()
    }
}
