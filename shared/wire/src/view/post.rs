//! Posts and what stands beside a conversation, as the API shows them.

use tributary_domain::{
    id::{MessageId, PostId, RemoteId},
    post::{Beside, Comment, CommentPlace, PostRecord},
};

use crate::api::context::{BesideItem, PostContextItem};

/// A post, as far as it is known.
pub fn post_context(record: &PostRecord) -> PostContextItem {
    let PostRecord { name, note, context, .. } = record;
    let context = context.clone().unwrap_or_default();
    PostContextItem {
        id: PostId::of(&name.account, &name.subject),
        text: context.text,
        picture: record.picture.as_ref().map(|picture| format!("/media/{}", picture.id)),
        permalink: context.permalink.or_else(|| note.permalink.clone()),
        author: context.author,
        published_at: context.published_at,
        ad: note.ad.clone().or_else(|| context.unpublished.then(Default::default)),
        closed: context.closed,
        deleted: record.deleted,
        live: note.live,
        mention: note.mention,
        read_at: record.read_at,
    }
}

/// Comments beside a conversation.
pub fn beside(record: &PostRecord, Beside { comments, authors }: Beside) -> Vec<BesideItem> {
    let message = |id: &RemoteId| MessageId::of(&record.name.account, id);
    let item = |comment: Comment| {
        let author = comment.author.as_ref().and_then(|key| authors.get(key));
        BesideItem {
            id: message(&comment.id),
            parent: comment.parent.as_ref().map(message),
            ours: matches!(comment.place, CommentPlace::Ours(_)),
            author: author.and_then(|author| author.name.clone().or_else(|| author.username.clone())),
            thread: comment.thread().cloned(),
            at: comment.at,
            edited: comment.edited_at.is_some(),
            hidden: comment.is_hidden(),
            files: comment.files,
            text: comment.text,
        }
    };
    comments.into_iter().map(item).collect()
}
