//! What Telegram bots can do.

use tributary_domain::{
    capability::{
        Capabilities, Feature, Inbound, MediaLimit, MediaPolicy, SendSemantics, TextLimit, TextUnit, WindowPolicy,
    },
    event::AttachmentKind::{self, Audio, File, Image, Video, Voice},
    platform::{Channel, Platform, Surface},
    time::Span,
};

/// Most bytes of a picture that Telegram fetches by its address.
const PHOTO: u64 = 5_000_000;
/// Most bytes of anything else that Telegram fetches by its address.
const OTHER: u64 = 20_000_000;

const fn media(mime: &'static str, kind: AttachmentKind, max_bytes: u64) -> MediaLimit {
    MediaLimit { mime, kind, max_bytes }
}

/// Text: 4096 characters, captions 1024. The API says nothing of how it counts them but that all of its lengths are in
/// UTF-16 units; what fits by those fits by any count. Files are sent by address, which Telegram takes for pictures, mp4
/// films, animations, mp3 and m4a, ogg voice notes, and as documents for pdf and zip alone.
/// <https://core.telegram.org/bots/api#sendmessage>, <https://core.telegram.org/api/entities#entity-length>, <https://core.telegram.org/bots/api#sending-files>
pub(super) const CAPABILITIES: &[Capabilities] = &[Capabilities {
    channel: Channel { platform: Platform::Telegram, surface: Surface::Messages },
    features: &[Feature::Reply, Feature::Attach, Feature::Quote],
    text: TextLimit { max: 4096, unit: TextUnit::Utf16 },
    caption: Some(TextLimit { max: 1024, unit: TextUnit::Utf16 }),
    media: &[
        media("image/jpeg", Image, PHOTO),
        media("image/png", Image, PHOTO),
        media("image/webp", Image, PHOTO),
        media("image/gif", Image, OTHER),
        media("video/mp4", Video, OTHER),
        media("audio/mpeg", Audio, OTHER),
        media("audio/mp4", Audio, OTHER),
        media("audio/x-m4a", Audio, OTHER),
        media("audio/ogg", Voice, OTHER),
        media("application/pdf", File, OTHER),
        media("application/zip", File, OTHER),
    ],
    attachments: 10,
    window: WindowPolicy::None,
    semantics: SendSemantics::Blind,
    inbound: Inbound::Webhook,
    media_policy: MediaPolicy::Store,
    blind_spots: &[
        "Telegram does not tell whether the customer has read a message.",
        "In chats with a bot, Telegram does not tell when the customer deletes a message.",
    ],
}];

/// A business account's chat takes messages while the customer's last one is at most 24 hours old.
/// <https://core.telegram.org/bots/api#businessbotrights> (`can_reply`)
pub(super) const BUSINESS_WINDOW: WindowPolicy = WindowPolicy::Closes { standard: Span::hours(24) };
