//! Private replies: platforms take one for each comment, so of a whole team one person alone may write it.

use serde::{Deserialize, Serialize};

use super::{PostRecord, Step, Storage, take::Taking};
use crate::{
    id::{RemoteId, ReplyId, TeammateId, ThreadId},
    time::Timestamp,
};

/// That a comment is answered privately, or is about to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateMark {
    pub reply: ReplyId,
    /// The thread that the reply stands in.
    pub thread: ThreadId,
    pub by: TeammateId,
    /// When it was taken.
    pub at: Timestamp,
}

/// Takes the one private reply of a comment, unless another has taken it. The step says who has it now. Whatever becomes of
/// the reply, it is kept until it is freed.
pub fn take_private<S: Storage>(
    storage: &S,
    record: &PostRecord,
    comment: &RemoteId,
    mark: PrivateMark,
    now: Timestamp,
) -> Result<Step, S::Error> {
    let mut taking = Taking::new(storage, record, now);
    if let Some(mut comment) = taking.comment(comment)?.filter(|comment| !comment.deleted) {
        taking.holder = Some(comment.private.clone().unwrap_or(mark));
        if comment.private.is_none() {
            comment.private.clone_from(&taking.holder);
            taking.write(comment);
        }
    }
    taking.done_quietly()
}

/// The private reply of a comment is proved not sent: another may be. Of one that nobody knows of, that is not said.
pub fn free_private<S: Storage>(
    storage: &S,
    record: &PostRecord,
    comment: &RemoteId,
    reply: &ReplyId,
    now: Timestamp,
) -> Result<Step, S::Error> {
    let mut taking = Taking::new(storage, record, now);
    let taken = taking.comment(comment)?;
    let own = |mark: &PrivateMark| mark.reply == *reply;
    if let Some(mut comment) = taken.filter(|comment| comment.private.as_ref().is_some_and(own)) {
        comment.private = None;
        taking.write(comment);
    }
    taking.done_quietly()
}
