//! What the `WhatsApp` Cloud API can do.

use tributary_domain::{
    capability::{
        Capabilities, Feature, Inbound, MediaLimit, MediaPolicy, SendSemantics, TextLimit, TextUnit, WindowPolicy,
    },
    event::AttachmentKind::{self, Audio, File, Image, Sticker, Video},
    platform::{Channel, Platform, Surface},
    time::Span,
};

const PICTURE: u64 = 5_000_000;
const SOUND_OR_FILM: u64 = 16_000_000;
/// A still sticker's limit; a moving one may have five times as much, which its type does not tell.
const STICKER: u64 = 100_000;
const DOCUMENT: u64 = 100_000_000;

const fn media(mime: &'static str, kind: AttachmentKind, max_bytes: u64) -> MediaLimit {
    MediaLimit { mime, kind, max_bytes }
}

/// Text: 4096 characters, captions 1024. Window: 24 hours, then templates.
/// <https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages>,
/// <https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types>
pub(super) const CAPABILITIES: &[Capabilities] = &[Capabilities {
    channel: Channel { platform: Platform::Whatsapp, surface: Surface::Messages },
    features: &[Feature::Reply, Feature::Attach, Feature::Quote, Feature::ReadReceipts],
    text: TextLimit { max: 4096, unit: TextUnit::Characters },
    caption: Some(TextLimit { max: 1024, unit: TextUnit::Characters }),
    media: &[
        media("image/jpeg", Image, PICTURE),
        media("image/png", Image, PICTURE),
        media("image/webp", Sticker, STICKER),
        media("video/mp4", Video, SOUND_OR_FILM),
        media("video/3gpp", Video, SOUND_OR_FILM),
        media("audio/aac", Audio, SOUND_OR_FILM),
        media("audio/amr", Audio, SOUND_OR_FILM),
        media("audio/mpeg", Audio, SOUND_OR_FILM),
        media("audio/mp4", Audio, SOUND_OR_FILM),
        media("audio/ogg", Audio, SOUND_OR_FILM),
        media("*/*", File, DOCUMENT),
    ],
    attachments: 10,
    window: WindowPolicy::TemplatesAfter { standard: Span::hours(24) },
    semantics: SendSemantics::Correlatable,
    inbound: Inbound::Webhook,
    media_policy: MediaPolicy::Store,
    blind_spots: &[
        "WhatsApp gives businesses no picture of the customer.",
        "Read receipts come only from customers who have them switched on.",
        "Messages that may be seen once, polls and other kinds the business API does not carry show as placeholders.",
    ],
}];
