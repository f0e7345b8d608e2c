//! A message in a few words, for lists.

use crate::{
    detail,
    event::{AttachmentKind, StoryKind},
    message::Message,
};

/// Most characters of a preview.
const PREVIEW: usize = 140;

/// The first words of a message; of one without words, what it is.
pub(super) fn preview(message: &Message) -> String {
    let text = message.text().filter(|text| detail::is_seen(text)).map(str::to_owned);
    in_short(&text.unwrap_or_else(|| what_it_is(message)))
}

/// The first words.
pub(super) fn in_short(words: &str) -> String {
    words.split_whitespace().flat_map(|word| [" ", word]).skip(1).collect::<String>().chars().take(PREVIEW).collect()
}

/// Of a message without text: its kind, and the first that it says.
fn what_it_is(message: &Message) -> String {
    if message.unsent_at.is_some() {
        return "Message unsent".to_owned();
    }
    let Some(body) = &message.body else { return String::new() };
    if let Some(story) = &body.content.story {
        return match story.kind {
            StoryKind::Mention => "Mentioned you in a story".to_owned(),
            StoryKind::Reply => "Replied to your story".to_owned(),
        };
    }
    let says = message.words();
    let first = says.as_deref().and_then(|words| words.lines().next());
    let attachment = message.attachments().first().filter(|_| body.content.details.is_empty());
    let kind = match (attachment.map(|attachment| &attachment.kind), first) {
        (Some(AttachmentKind::Image), _) => "Picture",
        (Some(AttachmentKind::Video), _) => "Video",
        (Some(AttachmentKind::Audio), _) => "Sound",
        (Some(AttachmentKind::Voice), _) => "Voice note",
        (Some(AttachmentKind::File), _) => "File",
        (Some(AttachmentKind::Sticker), _) => "Sticker",
        (Some(AttachmentKind::Share), _) => "Shared post",
        (Some(AttachmentKind::Card), _) => "Card",
        (Some(AttachmentKind::Location), _) => "Place",
        (Some(AttachmentKind::Contact), _) => "Contact",
        (Some(AttachmentKind::Order), _) => "Order",
        (Some(AttachmentKind::Call), _) => "Call",
        (Some(AttachmentKind::Ephemeral), _) => "Picture to be seen once",
        (Some(AttachmentKind::Unknown(_)), _) => "Attachment",
        (None, Some(line)) => return line.to_owned(),
        (None, None) => "Message that cannot be shown here",
    };
    first.map_or_else(|| kind.to_owned(), |line| format!("{kind}: {line}"))
}
