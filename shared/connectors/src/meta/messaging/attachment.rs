//! Attachments of Messenger and Instagram messages.

use tributary_domain::event::{Attachment, AttachmentKind, MediaSource, Story, StoryKind};

use super::{Flavor, wire};
use crate::json::{Text, filled};

/// The attachments in their order, and the story of theirs that mentions us.
pub(crate) fn read(flavor: Flavor, list: Vec<wire::Attachment<'_>>) -> (Vec<Attachment>, Option<Story>) {
    let stickers: Vec<String> = list.iter().filter(|one| is(one, "sticker")).filter_map(sticker).collect();
    let mut story = None;
    let mut attachments = Vec::with_capacity(list.len());
    for one in list {
        if is(&one, "story_mention") {
            let url = one.payload.and_then(|payload| filled(payload.url));
            story = Some(Story { kind: StoryKind::Mention, id: None, url });
        } else if !(is(&one, "image") && sticker(&one).is_some_and(|id| stickers.contains(&id))) {
            // The other branch: until 2026-08-30 a sticker came a second time, as an image.
            attachments.push(single(flavor, one));
        }
    }
    (attachments, story)
}

fn is(one: &wire::Attachment<'_>, kind: &str) -> bool {
    one.kind.as_deref() == Some(kind)
}

fn sticker(one: &wire::Attachment<'_>) -> Option<String> {
    one.payload.as_ref()?.sticker_id.as_deref().map(str::to_owned)
}

fn single(flavor: Flavor, one: wire::Attachment<'_>) -> Attachment {
    let payload = one.payload.unwrap_or_default();
    let url = filled(payload.url).or_else(|| filled(one.url));
    let title = filled(payload.title).or_else(|| filled(one.title));
    let word: &str = one.kind.as_deref().unwrap_or("unknown");
    let kind = match word {
        "image" if payload.sticker_id.is_some() => AttachmentKind::Sticker,
        "image" => AttachmentKind::Image,
        "video" => AttachmentKind::Video,
        "audio" => AttachmentKind::Audio,
        "file" => AttachmentKind::File,
        "sticker" | "like_heart" => AttachmentKind::Sticker,
        "fallback" | "share" | "post" | "ig_post" | "reel" | "ig_reel" | "story" | "ig_story" | "media" => {
            AttachmentKind::Share
        }
        "location" => AttachmentKind::Location,
        "ephemeral" => AttachmentKind::Ephemeral,
        other => AttachmentKind::Unknown(other.to_owned()),
    };
    let mut read = Attachment::bare(kind);
    match read.kind {
        AttachmentKind::Share => {
            // Instagram's address is that of the picture itself, Messenger's that of a page.
            read.source = url.clone().filter(|_| flavor == Flavor::Instagram).map(|url| MediaSource::Link { url });
            read.link = url;
            read.note = title;
        }
        AttachmentKind::Location => {
            let place = payload.coordinates.map(|at| format!("{}, {}", at.lat, at.long));
            read.name = title;
            read.note = place;
            read.link = url;
        }
        AttachmentKind::Unknown(_) => {
            read.note = title;
            read.link = url;
        }
        AttachmentKind::Sticker if word == "like_heart" => read.note = Some("❤️".to_owned()),
        _ => {
            read.source = url.map(|url| MediaSource::Link { url });
            read.name = title;
        }
    }
    read
}

/// Where the customer came from.
pub(crate) fn referral(from: wire::Referral<'_>, lead: Option<wire::Lead<'_>>) -> tributary_domain::event::Referral {
    let title = from.ads_context_data.and_then(|ad| filled(ad.ad_title));
    let product = from.product.and_then(|product| filled(product.id));
    let answer = |text: Option<Text<'_>>| text.map(String::from).unwrap_or_default();
    tributary_domain::event::Referral {
        source: filled(from.source).or_else(|| product.as_ref().map(|_| "product".to_owned())),
        reference: filled(from.reference).or(product),
        ad: filled(from.ad_id),
        title,
        url: filled(from.referer_uri),
        answers: lead.map_or_else(Vec::new, |lead| {
            lead.data.into_iter().map(|one| (answer(one.question), answer(one.answer))).collect()
        }),
    }
}
