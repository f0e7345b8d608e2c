//! Posts, their comments, and what stands beside a conversation, as the API shows them.

use serde_json::value::{RawValue, to_raw_value};
use tributary_domain::{
    bounds,
    id::{AccountId, MessageId, PostId, RemoteId},
    platform::Surface,
    post::{Author, Beside, Comment, CommentPlace, PostName, PostRecord},
    search,
    time::Timestamp,
};

use super::{SearchKey, facet, moderation};
use crate::{
    api::{
        context::{BesideItem, PostContextItem},
        post::{HourItem, PostComment, PostCounts, PostItem, PostKind, PostModeration},
        thread::ThreadStatus,
    },
    objects::{PostPublication, PostRow, Projection, SearchRow},
};

/// Most characters of a preview, as of a thread's.
const PREVIEW: usize = 140;
/// The queue of posts: they are everybody's.
const QUEUE: &str = "unassigned";

/// The post's id.
pub fn post_id(name: &PostName) -> PostId {
    PostId::of(&name.account, &name.subject)
}

/// A post as a list shows it. `newest`: of what is held.
pub fn post_item(record: &PostRecord, newest: Option<&Comment>, now: Timestamp) -> PostItem {
    let PostRecord { name, counts, .. } = record;
    let hour = record.in_hour(now);
    let words = newest.and_then(|comment| comment.text.as_deref()).unwrap_or_default();
    PostItem {
        kind: PostKind::Post,
        id: post_id(name),
        version: record.version,
        platform: name.platform,
        surface: Surface::Comments,
        account_id: name.account.clone(),
        status: if record.closed || !record.listed { ThreadStatus::Closed } else { ThreadStatus::Open },
        counts: PostCounts {
            threads: counts.threads,
            held: counts.held,
            unseen: record.unseen,
            uncollected: record.counted,
            ours: counts.ours,
            gone: counts.gone,
        },
        this_hour: HourItem { comments: hour.comments, threads: hour.threads },
        preview: bounds::characters(words, PREVIEW).to_owned(),
        due_at: record.due(),
        moderation: PostModeration { waiting: record.moderated.waiting, failed: record.moderated.failed },
        last_at: record.last_at,
        about: post_context(record),
    }
}

/// A comment of a post; none where the comment itself has not come.
pub fn post_comment(account: &AccountId, comment: &Comment, author: Option<&Author>) -> Option<PostComment> {
    let id = |remote| MessageId::of(account, remote);
    Some(PostComment {
        id: id(&comment.id),
        parent_id: comment.parent.as_ref().map(id),
        author: author.and_then(|author| author.name.clone()),
        username: author.and_then(|author| author.username.clone()),
        at: comment.at,
        text: comment.text.clone(),
        edited_at: comment.edited_at,
        hidden: comment.is_hidden(),
        deleted: comment.deleted,
        files: comment.files,
        place: comment.place.placed()?,
        thread_id: comment.thread().cloned(),
        seen: comment.seen,
        question: comment.question,
        link: comment.link,
        known: comment.known,
        moderation: moderation::items(comment.moderating.iter().map(|one| &one.moderation)),
    })
}

/// What the index has to hold of a post as of `version`: its row, the words of these comments, and what was done to it.
pub fn post_publication(
    record: &PostRecord,
    version: u64,
    newest: Option<&Comment>,
    changed: &[Comment],
    audit: Vec<Box<RawValue>>,
    now: Timestamp,
) -> Result<PostPublication, serde_json::Error> {
    let post = post_id(&record.name);
    let item = post_item(record, newest, now);
    let row = PostRow {
        id: post.clone(),
        version,
        status: item.status.as_str().to_owned(),
        queue: QUEUE.to_owned(),
        rank: record.rank(),
        facets: facet::words_of_post(&item, QUEUE),
        item,
    };
    let (mut search, mut forget) = (Vec::new(), Vec::new());
    for comment in changed {
        let row = held_row(&record.name.account, &post, version, comment);
        let rows = if row.text.is_some() { &mut search } else { &mut forget };
        rows.push(to_raw_value(&row)?);
    }
    let projection = Projection { row: to_raw_value(&row)?, contact: None, audit, search, forget };
    Ok(PostPublication { post, version, projection })
}

/// A held comment to search; one that is held no more, to forget.
fn held_row(account: &AccountId, post: &PostId, version: u64, comment: &Comment) -> SearchRow<PostId> {
    let message = MessageId::of(account, &comment.id);
    let held = comment.place == CommentPlace::Held;
    let text = comment.text.as_deref().filter(|_| held).map(|text| text.trim().to_owned());
    SearchRow {
        row: SearchKey::of(message.as_str(), comment.at).0,
        version,
        thread: post.clone(),
        message: message.to_string(),
        direction: super::HELD.to_owned(),
        at: comment.at.millis(),
        extra: text.as_deref().map(search::extra).unwrap_or_default(),
        text,
    }
}

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
