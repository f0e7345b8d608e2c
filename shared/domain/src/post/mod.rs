//! The Post object without its storage: to which thread each comment under a post belongs, and what is held back of a
//! flood.
//!
//! A comment is in one place: in the thread of whoever wrote it, held, ours, or gone. The thread of a comment never
//! changes. A shell reads what [`Storage`] names, calls one of the functions here and writes what the [`Step`] names in
//! one transaction; only then is anything told to a thread.

mod comment;
mod context;
mod flood;
mod held;
mod intent;
#[cfg(any(test, feature = "mutants"))]
pub mod memory;
mod moderating;
mod private;
mod record;
mod replay;
mod take;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    event::{Correlation, Received},
    id::{AccountId, RemoteId, ThreadId},
    platform::Platform,
    subject::Subject,
    time::Timestamp,
};

pub use comment::{Author, Comment, CommentPlace, Placed};
pub use context::{Beside, Look, Picture, PostContext, beside};
pub use flood::{CommentRules, Merit, UnderAds};
pub use held::{HELD_MOST, see};
pub use intent::{Claim, Intent, claim, end, intend};
pub use moderating::{HeldCall, HeldResult, Moderated, Moderating, go_on, leave, moderate, stop};
pub use private::{PrivateMark, free_private, take_private};
pub use record::{Counts, FloodAlarm, Hour, PostRecord};
pub use replay::{Became, CameIn, replay};
pub use take::{acknowledge, promote, take};

/// What a post is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostName {
    /// Our account.
    pub account: AccountId,
    /// Where.
    pub platform: Platform,
    /// The post itself.
    pub subject: Subject,
}

/// Reads of what is stored of single comments. Nothing comes between them and the write that follows.
pub trait Storage {
    /// Why nothing could be read.
    type Error;

    /// A comment.
    fn comment(&self, id: &RemoteId) -> Result<Option<Comment>, Self::Error>;
    /// Whoever writes under this id.
    fn author(&self, key: &str) -> Result<Option<Author>, Self::Error>;
    /// The ids of the newest comments of a branch, the newest first.
    fn branch(&self, top: &RemoteId) -> Result<Vec<RemoteId>, Self::Error>;
    /// The ids of what is held of an author, oldest first.
    fn held_of(&self, author: &str) -> Result<Vec<RemoteId>, Self::Error>;
    /// The ids of so many comments to which something is to be done and that are to be looked at by then, the first first.
    fn moderating(&self, by: Timestamp, most: usize) -> Result<Vec<RemoteId>, Self::Error>;
}

/// Where an event goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Placement {
    /// To this thread.
    Thread(ThreadId),
    /// To this thread, as this part of a reply of ours.
    Ours { thread: ThreadId, correlation: Correlation },
    /// Nowhere: the post has taken it in.
    Kept,
}

/// Events that a thread is to be told beside those that came in, until the post hears that it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Handover {
    /// The thread.
    pub thread: ThreadId,
    /// The id of its customer on the account.
    pub counterpart: String,
    /// The comment that they are about.
    pub comment: RemoteId,
    /// In the order in which they happened.
    pub events: Vec<Received>,
}

/// What came of something: what to write, and what to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is kept of the post.
    pub record: PostRecord,
    /// Comments to write.
    pub comments: BTreeMap<RemoteId, Comment>,
    /// Authors to write, by their ids.
    pub authors: BTreeMap<String, Author>,
    /// Where each event goes on, in their order.
    pub placements: Vec<Placement>,
    /// What threads are to be told besides.
    pub handovers: Vec<Handover>,
    /// Who has taken the one private reply of the comment that was asked about.
    pub holder: Option<PrivateMark>,
    /// With this, all that was to be done to comments came to an end: so much as it was wanted, so much in vain.
    pub moderated: Option<(u64, u64)>,
}

impl Step {
    /// Only what is kept of the post as a whole has changed.
    pub const fn of(record: PostRecord) -> Self {
        Self {
            record,
            comments: BTreeMap::new(),
            authors: BTreeMap::new(),
            placements: Vec::new(),
            handovers: Vec::new(),
            holder: None,
            moderated: None,
        }
    }
}
