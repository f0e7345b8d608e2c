//! The changes `feed` and `mention` of a Page.
//! <https://developers.facebook.com/docs/graph-api/webhooks/getting-started/webhooks-for-pages>

use tributary_domain::{
    event::{Ad, Attachment, AttachmentKind, Content, Fact, MediaSource, PostNote, Toward},
    id::RemoteId,
    time::Timestamp,
};

use super::{
    SAMPLE_ENTRY,
    sink::{Place, Sink, author_of},
    wire::{Author, PageChange, Post},
};
use crate::{crypto::short_digest, json::filled};

/// What an item may be; whatever else is kept.
const ITEMS: &[&str] = &["comment", "post", "status", "photo", "video", "share", "link", "album", "note", "event"];

pub(super) fn read(sink: &mut Sink<'_>, mut change: PageChange<'_>) {
    if sink.entry.id == SAMPLE_ENTRY {
        sink.parsed.sample = true;
        return;
    }
    let item = change.item.as_deref().filter(|item| !item.is_empty()).map(str::to_owned);
    if matches!(item.as_deref(), Some("reaction" | "like")) {
        return sink.parsed.ignored.push("feed.reaction");
    }
    let unknown = item.as_deref().filter(|item| !ITEMS.contains(item));
    if let Some(unknown) = unknown {
        sink.parsed.keep(&format!("{}.{unknown}", sink.field), sink.entry.id);
    }
    let has_words = change.message.as_ref().is_some_and(|words| !words.is_empty());
    if unknown.is_some() && !has_words {
        return;
    }
    let comment = filled(change.comment_id.take());
    let post = filled(change.post_id.take()).map(|post| post_id(sink.entry.id, &post));
    let (Some(post), mention) = (post, sink.field == "mention") else {
        return sink.unreadable("names no post");
    };
    let comment = comment.map(|comment| comment_id(&post, &comment));
    // The post that a top-level comment stands under is its parent, by one name or another.
    let parent = filled(change.parent_id.take()).filter(|parent| post_id(sink.entry.id, parent) != post);
    let parent = parent.map(|parent| comment_id(&post, &parent)).filter(|_| comment.is_some());
    let told = sink.entry.at;
    let written = change.created_time.take().map(|at| at.0);
    let place = Place {
        id: comment.as_deref().unwrap_or(&post),
        post: &post,
        parent,
        note: note(change.post.take(), mention),
        at: told.or(written),
    };
    let author = change.from.take().or_else(|| {
        let (id, name) = (change.sender_id.take(), change.sender_name.take());
        id.is_some().then_some(Author { id, name, username: None })
    });
    let verb = filled(change.verb.take());
    let own_post = comment.is_none() && !mention && sink.is_ours(author.as_ref());
    if own_post && !matches!(verb.as_deref(), Some("remove" | "removed" | "delete")) {
        return sink.parsed.ignored.push("feed.own_post");
    }
    match verb.as_deref() {
        Some("remove" | "removed" | "delete") => {
            let id = RemoteId::new(place.id);
            let toward = Toward::Comment(id.clone());
            sink.push(&place, format!("unsent:{}", place.id), toward, Fact::Unsent { id });
        }
        Some("hide") => sink.hidden(&place, true),
        Some("unhide") => sink.hidden(&place, false),
        Some("edit" | "edited" | "update") => edited(sink, &place, author, change),
        Some("add") | None => said(sink, &Place { at: written.or(told), ..place }, author, change, mention),
        Some(unknown) => {
            let item = item.as_deref().unwrap_or("item");
            sink.parsed.keep(&format!("{}.{item}.{unknown}", sink.field), sink.entry.id);
            // Words are shown whatever became of them; the same comment is not shown twice.
            if has_words {
                said(sink, &Place { at: written.or(told), ..place }, author, change, mention);
            }
        }
    }
}

/// A comment, somebody else's post on the Page, or a mention of it.
fn said(sink: &mut Sink<'_>, place: &Place<'_>, author: Option<Author<'_>>, mut change: PageChange<'_>, mention: bool) {
    let hidden = change.is_hidden == Some(true);
    let others: Vec<_> = change.other.take().into_iter().chain(std::mem::take(&mut change.more)).collect();
    let link = filled(change.permalink_url.take());
    let mut content = content(change);
    sink.unknown(others.into_iter(), &mut content);
    if mention && content.text.is_none() {
        let link = link.or_else(|| Some(format!("https://www.facebook.com/{}", place.id)));
        let note = Some("This Page was mentioned".to_owned());
        content.attachments.push(Attachment { note, link, ..Attachment::bare(AttachmentKind::Share) });
    }
    sink.said(place, author, content);
    if hidden {
        sink.hidden(place, true);
    }
}

/// Words or files were changed.
fn edited(sink: &mut Sink<'_>, place: &Place<'_>, author: Option<Author<'_>>, mut change: PageChange<'_>) {
    let at = change.edited_time.take().map(|at| at.0).or(place.at);
    let Content { text, attachments, .. } = content(change);
    if text.is_none() && attachments.is_empty() {
        return sink.parsed.ignored.push("feed.edit_without_words");
    }
    let id = RemoteId::new(place.id);
    // Two edits may fall into one second.
    let words = short_digest(text.as_deref().unwrap_or_default().as_bytes());
    let key = format!("edit:{}:{}:{words}", place.id, at.map_or(0, Timestamp::millis));
    let toward = if sink.is_ours(author.as_ref()) { Toward::Comment(id.clone()) } else { author_of(author, place) };
    let place = Place { at, parent: place.parent.clone(), note: place.note.clone(), ..*place };
    sink.push(&place, key, toward, Fact::Edited { id, revision: None, text, attachments });
}

/// What is written and shown in it.
fn content(change: PageChange<'_>) -> Content {
    let file = |kind, url: String| Attachment { source: Some(MediaSource::Link { url }), ..Attachment::bare(kind) };
    let photos = change.photo.into_iter().chain(change.photos.unwrap_or_default());
    let photos = photos.filter_map(|photo| Some(file(AttachmentKind::Image, filled(Some(photo))?)));
    let mut attachments: Vec<_> = photos.collect();
    let is_photo = change.item.as_deref() == Some("photo");
    attachments.extend(filled(change.video).map(|url| file(AttachmentKind::Video, url)));
    // Of a comment's photo or video, the link is where that is shown; of a post that is a photo, the photo itself.
    let link = filled(change.link).filter(|_| attachments.is_empty());
    if is_photo {
        attachments.extend(link.map(|link| file(AttachmentKind::Image, link)));
    } else if link.is_some() {
        attachments.push(Attachment { link, ..Attachment::bare(AttachmentKind::Share) });
    }
    Content { text: filled(change.message), attachments, ..Content::default() }
}

/// What the delivery tells of the post. One that is not published is shown as an ad alone.
fn note(post: Option<Post<'_>>, mention: bool) -> Option<PostNote> {
    let (published, permalink) = post.map_or((None, None), |post| (post.is_published, filled(post.permalink_url)));
    let ad = (published == Some(false)).then(Ad::default);
    let note = PostNote { ad, live: false, mention, permalink };
    (note != PostNote::default()).then_some(note)
}

/// The id of a post as `{page}_{post}`.
fn post_id(page: &str, id: &str) -> String {
    if id.contains('_') { id.to_owned() } else { format!("{page}_{id}") }
}

/// The id of a comment as `{post}_{comment}`, whichever of its three forms was used: with the Page before it, as such,
/// or alone.
pub(super) fn comment_id(post: &str, id: &str) -> String {
    let own = id.rsplit('_').next().unwrap_or(id);
    let under = match id.rsplit('_').nth(1) {
        Some(under) => under,
        None => post.rsplit('_').next().unwrap_or(post),
    };
    format!("{under}_{own}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_has_one_name() {
        for id in ["42_900", "900", "77001_42_900"] {
            assert_eq!(comment_id("77001_42", id), "42_900");
        }
        assert_eq!((post_id("77001", "42"), post_id("77001", "77001_42")), ("77001_42".into(), "77001_42".into()));
    }
}
