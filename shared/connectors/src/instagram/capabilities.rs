//! What Instagram messaging and comments can do.

use tributary_domain::{
    capability::{
        Capabilities, Feature, Inbound, MediaLimit, MediaPolicy, SendSemantics, TextLimit, TextUnit, WindowPolicy,
    },
    event::AttachmentKind::{self, Audio, File, Image, Video},
    platform::{Channel, Platform, Surface},
    time::Span,
};

/// Most bytes of a picture.
const PICTURE: u64 = 8_000_000;
/// Most bytes of anything else.
const OTHER: u64 = 25_000_000;

const fn media(mime: &'static str, kind: AttachmentKind, max_bytes: u64) -> MediaLimit {
    MediaLimit { mime, kind, max_bytes }
}

/// Text: 1000 bytes of UTF-8. Windows: 24 hours, and 7 days under the human-agent tag.
/// <https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api>
pub(super) const CAPABILITIES: &[Capabilities] = &[MESSAGES, COMMENTS];

const MESSAGES: Capabilities = Capabilities {
    channel: Channel { platform: Platform::Instagram, surface: Surface::Messages },
    features: &[Feature::Reply, Feature::Attach, Feature::Quote, Feature::ReadReceipts],
    text: TextLimit { max: 1000, unit: TextUnit::Bytes },
    caption: None,
    media: &[
        media("image/png", Image, PICTURE),
        media("image/jpeg", Image, PICTURE),
        media("audio/aac", Audio, OTHER),
        media("audio/mp4", Audio, OTHER),
        media("audio/x-m4a", Audio, OTHER),
        media("audio/wav", Audio, OTHER),
        media("audio/x-wav", Audio, OTHER),
        media("video/mp4", Video, OTHER),
        media("video/ogg", Video, OTHER),
        media("video/x-msvideo", Video, OTHER),
        media("video/avi", Video, OTHER),
        media("video/quicktime", Video, OTHER),
        media("video/webm", Video, OTHER),
        media("application/pdf", File, OTHER),
    ],
    attachments: 10,
    window: WindowPolicy::HumanAgent { standard: Span::hours(24), human_agent: Span::days(7) },
    semantics: SendSemantics::Correlatable,
    inbound: Inbound::Webhook,
    media_policy: MediaPolicy::Link,
    blind_spots: &[
        "Pictures that may be seen once never reach us.",
        "Reactions given in the Instagram app by this account are not told.",
        "Stories disappear here when Instagram deletes them, after a day at most.",
        "Requests that stay unanswered for 30 days disappear from Instagram's answers.",
    ],
};

/// Text: 2200 characters.
/// <https://developers.facebook.com/docs/instagram-platform/comment-moderation>
const COMMENTS: Capabilities = Capabilities {
    channel: Channel { platform: Platform::Instagram, surface: Surface::Comments },
    features: &[
        Feature::Reply,
        Feature::Quote,
        Feature::Hide,
        Feature::Delete,
        Feature::DeleteTheirs,
        Feature::PrivateReply,
    ],
    text: TextLimit { max: 2200, unit: TextUnit::Characters },
    caption: None,
    media: &[],
    attachments: 0,
    window: WindowPolicy::None,
    semantics: SendSemantics::Checkable,
    inbound: Inbound::Webhook,
    media_policy: MediaPolicy::Link,
    blind_spots: &[
        "Instagram does not tell when a comment is changed, deleted or hidden.",
        "Comments of accounts that are restricted do not reach us.",
    ],
};
