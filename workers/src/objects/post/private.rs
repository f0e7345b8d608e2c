//! The one private reply of a comment.

use tributary_domain::{
    id::ReplyId,
    outbound::CommentRef,
    post::{PostName, PrivateMark},
    subject::Subject,
    thread::Thread,
};
use tributary_wire::objects::PostCall;

use super::call;
use crate::{app::AppContext, error::InternalError};

/// The post that a comment stands under, of the same account as this thread.
pub(crate) fn named(thread: &Thread, subject: &Subject) -> PostName {
    PostName { account: thread.account.clone(), platform: thread.platform, subject: subject.clone() }
}

/// Takes the one private reply of a comment, unless another has taken it: who has it now.
pub(crate) async fn take_private(
    app: &AppContext,
    name: &PostName,
    comment: &CommentRef,
    mark: PrivateMark,
) -> Result<Option<PrivateMark>, InternalError> {
    let question = PostCall::TakePrivate { name: name.clone(), comment: comment.remote.clone(), mark };
    call(app, name, &question).await.map(|answer| answer.holder)
}

/// The private reply of a comment is proved not sent.
pub(crate) async fn free_private(
    app: &AppContext,
    name: &PostName,
    comment: &CommentRef,
    reply: ReplyId,
) -> Result<(), InternalError> {
    let question = PostCall::FreePrivate { name: name.clone(), comment: comment.remote.clone(), reply };
    call(app, name, &question).await.map(|_| ())
}
