//! The changes `comments`, `live_comments` and `mentions` of an Instagram account.
//! <https://developers.facebook.com/docs/instagram-platform/webhooks/examples>

use tributary_domain::event::{Ad, Attachment, AttachmentKind, Content, PostNote};

use super::{
    SAMPLE_ENTRY,
    sink::{Place, Sink},
    wire::{InstagramChange, Media},
};
use crate::json::filled;

pub(super) fn read(sink: &mut Sink<'_>, mut change: InstagramChange<'_>) {
    if sink.entry.id == SAMPLE_ENTRY {
        sink.parsed.sample = true;
        return;
    }
    let id = filled(change.id.take()).or_else(|| filled(change.comment_id.take()));
    let live = sink.field == "live_comments";
    let (post, note) = change.media.take().map_or((None, None), |media| about(media, live));
    let post = post.or_else(|| filled(change.media_id.take()));
    // Of a comment that names no post, nothing tells under which it stands: it is shown under itself.
    let Some(post) = post.or_else(|| id.clone()) else {
        return sink.unreadable("names neither a comment nor a post");
    };
    let mentions = sink.field == "mentions";
    let note = if mentions { Some(PostNote { mention: true, ..note.unwrap_or_default() }) } else { note };
    let others: Vec<_> = change.other.take().into_iter().chain(std::mem::take(&mut change.more)).collect();
    let mut content = Content { text: filled(change.text.take()), ..Content::default() };
    sink.unknown(others.into_iter(), &mut content);
    if mentions && !content.is_seen() {
        let link = filled(change.permalink.take());
        let note = Some("This account was mentioned".to_owned());
        content.attachments.push(Attachment { note, link, ..Attachment::bare(AttachmentKind::Share) });
    }
    let at = change.timestamp.take().or(change.created_time.take()).map(|at| at.0).or(sink.entry.at);
    let place =
        Place { id: id.as_deref().unwrap_or(&post), post: &post, parent: filled(change.parent_id.take()), note, at };
    sink.said(&place, change.from.take(), content);
    if change.hidden == Some(true) {
        sink.hidden(&place, true);
    }
}

/// The post, and what is told of it. Comments under an ad belong to the post that it was made of.
fn about(media: Media<'_>, live: bool) -> (Option<String>, Option<PostNote>) {
    let is = |word| media.media_product_type.as_deref() == Some(word);
    let live = live || is("LIVE");
    let (id, title) = (filled(media.ad_id), filled(media.ad_title));
    let ad = (id.is_some() || title.is_some() || is("AD")).then_some(Ad { id, title });
    let note = PostNote { ad, live, ..PostNote::default() };
    (filled(media.original_media_id).or_else(|| filled(media.id)), (note != PostNote::default()).then_some(note))
}
