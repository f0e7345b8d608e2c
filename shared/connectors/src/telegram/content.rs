//! What a message says and carries.

use tributary_domain::{
    event::{Attachment, AttachmentKind, Content, MediaSource, Quote, Referral, Story, StoryKind},
    id::RemoteId,
};

use super::wire;
use crate::json::{Text, filled};

/// The content of a message. `name` makes the id of another message of the same chat.
pub(super) fn read(mut message: wire::Message<'_>, name: impl Fn(i64) -> RemoteId) -> Content {
    let attachments = attachments(&mut message);
    let words = message.quote.map(|quote| quote.text);
    let quote = match message.reply_to_message {
        Some(replied) => {
            let wire::Replied { message_id, text, caption } = *replied;
            let text = filled(words).or_else(|| filled(text)).or_else(|| filled(caption));
            Some(Quote { id: Some(name(message_id)), text })
        }
        None => message.external_reply.map(|_| Quote { id: None, text: filled(words) }),
    };
    let story =
        message.reply_to_story.map(|story| Story { kind: StoryKind::Reply, id: Some(story_id(&story)), url: None });
    let text = filled(message.text).or_else(|| filled(message.caption));
    let empty = text.is_none() && attachments.is_empty();
    let referral = text.as_deref().and_then(started);
    Content {
        text,
        attachments,
        quote,
        story,
        referral,
        forwarded: message.forward_origin.is_some(),
        album: filled(message.media_group_id),
        unsupported: empty.then(|| message.other.map_or_else(|| "empty".to_owned(), String::from)),
        ..Content::default()
    }
}

/// `/start <payload>`: the customer came by a link that carries a reference.
fn started(text: &str) -> Option<Referral> {
    let payload = text.strip_prefix("/start ")?.trim();
    let reference = Some(payload.to_owned()).filter(|payload| !payload.is_empty())?;
    Some(Referral { source: Some("start".to_owned()), reference: Some(reference), ..Referral::default() })
}

fn story_id(story: &wire::Story<'_>) -> RemoteId {
    RemoteId::new(match &story.chat {
        Some(chat) => format!("{}/{}", chat.id, story.id),
        None => story.id.to_string(),
    })
}

fn attachments(message: &mut wire::Message<'_>) -> Vec<Attachment> {
    let mut list = Vec::new();
    let mut file = |kind: AttachmentKind, from: Option<wire::File<'_>>| {
        list.extend(from.map(|from| media(kind, from)));
    };
    // An animation and a live photo come once more, in an older form, for older apps.
    let again = message.animation.is_some();
    let still = message.live_photo.is_none();
    file(AttachmentKind::Image, message.photo.take().filter(|_| still).and_then(largest_of));
    file(AttachmentKind::Video, message.live_photo.take());
    file(AttachmentKind::Video, message.video.take());
    file(AttachmentKind::Video, message.animation.take());
    file(AttachmentKind::Audio, message.audio.take());
    file(AttachmentKind::Voice, message.voice.take());
    file(AttachmentKind::Video, message.video_note.take());
    file(AttachmentKind::File, message.document.take().filter(|_| !again));
    file(AttachmentKind::Sticker, message.sticker.take());
    list.extend(place(message));
    list.extend(message.contact.take().map(contact));
    list.extend(message.story.take().map(|story| Attachment {
        note: Some(format!("story {}", story_id(&story))),
        ..Attachment::bare(AttachmentKind::Share)
    }));
    list.extend(message.poll.take().map(|poll| named("poll", filled(poll.question))));
    list.extend(message.dice.take().map(|dice| {
        let value = dice.value.map(|value| value.to_string());
        named("dice", Some([filled(dice.emoji), value].into_iter().flatten().collect::<Vec<_>>().join(" ")))
    }));
    list.extend(message.game.take().map(|game| named("game", filled(game.title))));
    list.extend(message.checklist.take().map(|list| named("checklist", filled(list.title))));
    list.extend(
        message
            .invoice
            .take()
            .map(|invoice| Attachment { note: filled(invoice.title), ..Attachment::bare(AttachmentKind::Order) }),
    );
    list
}

fn largest_of(sizes: Vec<wire::File<'_>>) -> Option<wire::File<'_>> {
    let area = |size: &wire::File<'_>| size.width.unwrap_or(0).saturating_mul(size.height.unwrap_or(0));
    sizes.into_iter().max_by_key(area)
}

fn media(kind: AttachmentKind, from: wire::File<'_>) -> Attachment {
    // Pictures and stickers come without a media type; pictures always are JPEG.
    let mime = filled(from.mime_type).or_else(|| (kind == AttachmentKind::Image).then(|| "image/jpeg".to_owned()));
    let title = [from.performer, from.title].into_iter().filter_map(filled).collect::<Vec<_>>().join(" – ");
    Attachment {
        kind,
        source: filled(from.file_id).map(|id| MediaSource::Handle { id: RemoteId::new(id) }),
        mime,
        name: filled(from.file_name).or_else(|| Some(title).filter(|title| !title.is_empty())),
        size: from.file_size,
        note: filled(from.emoji),
        link: None,
    }
}

/// A venue comes with its location once more beside it.
fn place(message: &mut wire::Message<'_>) -> Option<Attachment> {
    let location = message.location.take();
    let (at, name, address) = match message.venue.take() {
        Some(venue) => (venue.location.or(location), filled(venue.title), filled(venue.address)),
        None => (Some(location?), None, None),
    };
    let at = at.map(|at| format!("{}, {}", at.latitude, at.longitude));
    let note = [address, at].into_iter().flatten().collect::<Vec<_>>().join("; ");
    Some(Attachment { name, note: Some(note), ..Attachment::bare(AttachmentKind::Location) })
}

fn contact(from: wire::Contact<'_>) -> Attachment {
    Attachment {
        name: full_name(from.first_name, from.last_name),
        note: filled(from.phone_number),
        ..Attachment::bare(AttachmentKind::Contact)
    }
}

fn named(kind: &str, note: Option<String>) -> Attachment {
    Attachment { note, ..Attachment::bare(AttachmentKind::Unknown(kind.to_owned())) }
}

/// First and last name in one.
pub(super) fn full_name(first: Option<Text<'_>>, last: Option<Text<'_>>) -> Option<String> {
    match (filled(first), filled(last)) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        (first, last) => first.or(last),
    }
}
