//! What a message says and carries.

use tributary_domain::{
    detail::Detail,
    event::{Attachment, AttachmentKind, Content, MediaSource, Quote, Referral, Story, StoryKind},
    id::RemoteId,
};

use super::{card, rich, service, source, text::written, wire};
use crate::{
    json::{Text, filled},
    lines,
};

/// The content of a message. `name` makes the id of another message of the same chat.
pub(super) fn read(mut message: wire::Message<'_>, name: impl Fn(i64) -> RemoteId) -> Content {
    let attachments = attachments(&mut message);
    let mut details = Vec::new();
    let forwarded = message.forward_origin.is_some();
    details.extend(message.forward_origin.take().map(source::forwarded));
    let via = message.via_bot.take().and_then(|bot| source::user_name(None, None, bot.username));
    details.extend(via.map(|bot| Detail::new("Sent by the bot", bot)));
    details.extend(message.paid_star_count.take().map(|stars| Detail::new("Paid to write", service::stars(stars))));
    let words = message.quote.take().map(|quote| quote.text);
    let quote = match (message.reply_to_message.take(), message.external_reply.take()) {
        (Some(replied), _) => {
            let wire::Replied { message_id, text, caption } = *replied;
            let text = filled(words).or_else(|| filled(text)).or_else(|| filled(caption));
            Some(Quote { id: Some(name(message_id)), text })
        }
        (None, Some(external)) => {
            let (quote, line) = source::answered(external, words);
            details.push(line);
            Some(quote)
        }
        (None, None) => None,
    };
    let story = message.reply_to_story.take().map(|story| Story {
        kind: StoryKind::Reply,
        id: Some(story_id(&story)),
        url: None,
    });
    let text = written(message.text.take(), message.entities.take());
    let text = text.or_else(|| written(message.caption.take(), message.caption_entities.take()));
    let text = text.or_else(|| message.rich_message.take().and_then(|rich| rich::written(rich.get())));
    let preview = message.link_preview_options.take().and_then(|preview| filled(preview.url));
    let unsaid = preview.filter(|url| !text.as_ref().is_some_and(|text| text.contains(url)));
    details.extend(unsaid.map(|url| Detail::new("Link", url)));
    let referral = text.as_deref().and_then(started);
    let mut content = Content {
        text,
        details,
        attachments,
        quote,
        story,
        referral,
        forwarded,
        topic: filled(message.message_thread_id.take()).filter(|_| message.is_topic_message != Some(false)),
        album: filled(message.media_group_id.take()),
        ..Content::default()
    };
    service::read(&mut message, &mut content, name);
    if !content.is_seen()
        && let Some(other) = message.other
    {
        content.details = lines::of_any(other.value.get(), &[]);
        content.unsupported = Some(other.name.into());
    }
    content
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
    list.extend(message.paid_media.take().into_iter().flat_map(paid));
    list.extend(place(message));
    list.extend(message.contact.take().map(card::contact));
    list.extend(message.story.take().map(shared_story));
    list.extend(message.poll.take().map(poll));
    list.extend(message.dice.take().map(|dice| {
        let value = dice.value.map(|value| value.to_string());
        named("dice", Some([filled(dice.emoji), value].into_iter().flatten().collect::<Vec<_>>().join(" ")))
    }));
    list.extend(message.game.take().map(|game| Attachment {
        details: told([("", game.description), ("", game.text)]),
        ..named("game", filled(game.title))
    }));
    list.extend(message.checklist.take().map(checklist));
    list.extend(message.invoice.take().map(|invoice| {
        Attachment {
            note: filled(invoice.title),
            details: told([("", invoice.description)])
                .into_iter()
                .chain(service::sum(invoice.total_amount, invoice.currency).map(|sum| Detail::new("Total", sum)))
                .collect(),
            ..Attachment::bare(AttachmentKind::Order)
        }
    }));
    for (kind, raw) in [
        ("gift", message.gift.take()),
        ("unique_gift", message.unique_gift.take()),
        ("giveaway", message.giveaway.take()),
        ("giveaway_winners", message.giveaway_winners.take()),
    ] {
        list.extend(raw.map(|raw| Attachment {
            details: lines::of_any(raw.get(), &["sticker", "is_bot", "model", "symbol", "backdrop", "date"]),
            ..named(kind, None)
        }));
    }
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
        source: filled(from.file_id).map(|id| MediaSource::Handle { id: RemoteId::new(id) }),
        mime,
        name: filled(from.file_name).or_else(|| Some(title).filter(|title| !title.is_empty())),
        size: from.file_size,
        unique: filled(from.file_unique_id),
        note: filled(from.emoji),
        ..Attachment::bare(kind)
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

/// Files behind a price. Of those that were not paid for there is a glimpse alone.
fn paid(paid: wire::Paid<'_>) -> Vec<Attachment> {
    let price = Detail::new("Price", service::stars(paid.star_count.unwrap_or_default()));
    let mut list = Vec::new();
    for one in paid.paid_media {
        let picture = largest_of(one.photo).map(|photo| media(AttachmentKind::Image, photo));
        let film = one.video.or(one.live_photo).map(|film| media(AttachmentKind::Video, film));
        let unseen = || named("paid_media", Some("A file that has to be paid for to be seen".to_owned()));
        list.push(film.or(picture).unwrap_or_else(unseen));
    }
    if list.is_empty() {
        list.push(named("paid_media", None));
    }
    if let Some(first) = list.first_mut() {
        first.details.push(price);
    }
    list
}

fn shared_story(story: wire::Story<'_>) -> Attachment {
    let id = story_id(&story);
    let (title, username) = story.chat.map_or((None, None), |chat| (filled(chat.title), filled(chat.username)));
    let link = username.as_ref().map(|username| format!("https://t.me/{username}/s/{}", story.id));
    let of = username.map(|username| format!("@{username}")).or(title);
    let note = Some(of.map_or_else(|| format!("story {id}"), |of| format!("A story of {of}")));
    Attachment { note, link, ..Attachment::bare(AttachmentKind::Share) }
}

fn poll(poll: wire::Poll<'_>) -> Attachment {
    let options = poll.options.into_iter().filter_map(|option| filled(option.text));
    let mut details = told([("", poll.description)]);
    details.extend(options.map(|option| Detail::new("Option", option)));
    Attachment { details, ..named("poll", filled(poll.question)) }
}

fn checklist(list: wire::Checklist<'_>) -> Attachment {
    let task = |task: wire::Task<'_>| {
        let done = task.completion_date.is_some_and(|date| date > 0);
        filled(task.text).map(|text| Detail::new(if done { "Done" } else { "To do" }, text))
    };
    Attachment { details: list.tasks.into_iter().filter_map(task).collect(), ..named("checklist", filled(list.title)) }
}

fn told<const N: usize>(lines: [(&str, Option<Text<'_>>); N]) -> Vec<Detail> {
    lines.into_iter().filter_map(|(label, text)| Some(Detail::new(label, filled(text)?))).collect()
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
