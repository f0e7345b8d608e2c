//! Attachments of Messenger and Instagram messages.

use serde_json::value::RawValue;
use tributary_domain::{
    detail::Detail,
    event::{Attachment, AttachmentKind, Content, MediaSource, Story, StoryKind},
};

use super::{Flavor, template, wire};
use crate::{
    json::{Text, filled},
    lenient::{mended, traced},
    lines,
};

/// The thumb that Messenger has beside its text field, in its three sizes. It is no picture but a word.
const LIKES: &[&str] = &["369239263222822", "369239343222814", "369239383222810"];

/// Takes the attachments in their order, and what they say, into the content. Names the members that were left out of
/// them, because they are not what they should be.
pub(crate) fn read(flavor: Flavor, list: Vec<wire::Attachment<'_>>, content: &mut Content) -> Vec<String> {
    let check = |text: &str| traced::<Option<wire::Payload<'_>>>(text).map(drop);
    let payloads: Vec<_> = list.iter().map(|one| mended(one.payload.map_or("null", RawValue::get), check)).collect();
    let mut list: Vec<_> = list.into_iter().zip(&payloads).map(|(one, (text, _))| Opened::of(one, text)).collect();
    let stickers: Vec<String> = list.iter().filter(|one| one.is("sticker")).filter_map(Opened::sticker).collect();
    // Until 2026-08-30 a sticker came a second time, as an image.
    list.retain(|one| !(one.is("image") && one.sticker().is_some_and(|id| stickers.contains(&id))));
    for one in list {
        match (&*one.word, one.raw) {
            ("story_mention", _) => {
                let url = filled(one.payload.url);
                content.story = Some(Story { kind: StoryKind::Mention, id: None, url });
            }
            ("template", Some(raw)) => template::read(one.payload, raw, one.title, content),
            _ => content.attachments.push(single(flavor, one)),
        }
    }
    let named = |place: usize, name: &str| format!("message.attachments.{place}.payload.{name}");
    let places = payloads.iter().enumerate();
    places
        .flat_map(|(place, (_, names))| {
            names.iter().map(move |name| named(place, name).trim_end_matches('.').to_owned())
        })
        .collect()
}

/// An attachment with its payload read, as far as it is of the common shape.
struct Opened<'a> {
    word: String,
    payload: wire::Payload<'a>,
    /// The text of the payload, where there is one.
    raw: Option<&'a str>,
    title: Option<Text<'a>>,
    url: Option<Text<'a>>,
}

impl<'a> Opened<'a> {
    fn of(one: wire::Attachment<'a>, text: &'a str) -> Self {
        let payload: Option<wire::Payload<'a>> = serde_json::from_str(text).unwrap_or_default();
        let (payload, raw) = payload.map_or_else(Default::default, |payload| (payload, Some(text)));
        let word = one.kind.map_or_else(|| "unknown".to_owned(), String::from);
        Self { word, payload, raw, title: one.title, url: one.url }
    }

    fn is(&self, word: &str) -> bool {
        self.word == word
    }

    fn sticker(&self) -> Option<String> {
        self.payload.sticker_id.as_deref().map(str::to_owned)
    }
}

fn single(flavor: Flavor, one: Opened<'_>) -> Attachment {
    if one.payload.sticker_id.as_deref().is_some_and(|id| LIKES.contains(&id)) {
        return like("👍");
    }
    let Opened { word, payload, raw, title, url } = one;
    let url = filled(payload.url).or_else(|| filled(url));
    let title = filled(payload.title).or_else(|| filled(title));
    let kind = match &*word {
        "like_heart" => return like("❤️"),
        "image" if payload.sticker_id.is_some() => AttachmentKind::Sticker,
        "image" => AttachmentKind::Image,
        "video" => AttachmentKind::Video,
        "audio" => AttachmentKind::Audio,
        "file" => AttachmentKind::File,
        "sticker" => AttachmentKind::Sticker,
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
            read.details = raw.map_or_else(Vec::new, |raw| lines::of_any(raw, &["title", "url"]));
        }
        _ => {
            read.source = url.map(|url| MediaSource::Link { url });
            read.name = title;
        }
    }
    read
}

/// The platform's own like: shown and read as the sign that it is.
fn like(sign: &str) -> Attachment {
    Attachment {
        name: Some("Like".to_owned()),
        note: Some(sign.to_owned()),
        ..Attachment::bare(AttachmentKind::Sticker)
    }
}

/// Where the customer came from.
pub(crate) fn referral(from: wire::Referral<'_>) -> tributary_domain::event::Referral {
    let (title, advertised) = from.ads_context_data.map_or((None, None), |ad| (ad.ad_title, ad.product_id));
    let product = from.product.and_then(|product| filled(product.id)).or_else(|| filled(advertised));
    tributary_domain::event::Referral {
        source: filled(from.source).or_else(|| product.as_ref().map(|_| "product".to_owned())),
        reference: filled(from.reference).or(product),
        ad: filled(from.ad_id),
        title: filled(title),
        text: None,
        url: filled(from.referer_uri),
    }
}

/// A button that offers something: what stands on it, and where it leads.
pub(super) fn button(button: wire::Button<'_>) -> Option<Detail> {
    let (title, url, payload) = (filled(button.title), filled(button.url), filled(button.payload));
    // A button to call carries the number.
    let number = payload.filter(|_| button.kind.as_deref() == Some("phone_number"));
    let value = match (title, number) {
        (Some(title), Some(number)) => Some(format!("{title} ({number})")),
        (title, number) => title.or(number).or_else(|| url.clone()),
    };
    value.map(|value| Detail::linked("Button", value, url))
}
