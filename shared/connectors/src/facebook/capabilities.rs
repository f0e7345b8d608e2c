//! What Messenger and the comments of a Page can do.

use tributary_domain::{
    capability::{
        Capabilities, Feature, Inbound, MediaLimit, MediaPolicy, SendSemantics, TextLimit, TextUnit, WindowPolicy,
    },
    event::AttachmentKind::{Audio, File, Image, Video},
    platform::{Channel, Platform, Surface},
    time::Span,
};

/// Most bytes of a file, whatever it is.
/// <https://developers.facebook.com/docs/messenger-platform/send-messages/saving-assets>
const MAX_BYTES: u64 = 25_000_000;

const fn media(mime: &'static str, kind: tributary_domain::event::AttachmentKind) -> MediaLimit {
    MediaLimit { mime, kind, max_bytes: MAX_BYTES }
}

/// Text: 2000 characters. Windows: 24 hours, and 7 days under the human-agent tag.
/// <https://developers.facebook.com/docs/messenger-platform/reference/send-api>,
/// <https://developers.facebook.com/docs/messenger-platform/policy/policy-overview>
pub(super) const CAPABILITIES: &[Capabilities] = &[MESSAGES, COMMENTS];

const MESSAGES: Capabilities = Capabilities {
    channel: Channel { platform: Platform::Facebook, surface: Surface::Messages },
    features: &[Feature::Reply, Feature::Attach, Feature::Quote, Feature::ReadReceipts],
    text: TextLimit { max: 2000, unit: TextUnit::Characters },
    caption: None,
    media: &[
        media("image/jpeg", Image),
        media("image/png", Image),
        media("image/gif", Image),
        media("video/mp4", Video),
        media("video/quicktime", Video),
        media("video/webm", Video),
        media("audio/mpeg", Audio),
        media("audio/mp4", Audio),
        media("audio/aac", Audio),
        media("audio/wav", Audio),
        media("audio/ogg", Audio),
        media("*/*", File),
    ],
    attachments: 10,
    window: WindowPolicy::HumanAgent { standard: Span::hours(24), human_agent: Span::days(7) },
    semantics: SendSemantics::Correlatable,
    inbound: Inbound::Webhook,
    media_policy: MediaPolicy::Store,
    blind_spots: &[
        "Messenger does not tell when the customer takes a message back: it stays here as it was.",
        "Buttons that another app sent do not show what they carry.",
    ],
};

/// Most characters of a comment.
const COMMENT: TextLimit = TextLimit { max: 8000, unit: TextUnit::Characters };

/// <https://developers.facebook.com/docs/graph-api/reference/object/comments>
const COMMENTS: Capabilities = Capabilities {
    channel: Channel { platform: Platform::Facebook, surface: Surface::Comments },
    features: &[
        Feature::Reply,
        Feature::Attach,
        Feature::Quote,
        Feature::ReplyToHidden,
        Feature::Hide,
        Feature::Delete,
        Feature::DeleteTheirs,
        Feature::Like,
        Feature::PrivateReply,
    ],
    text: COMMENT,
    caption: Some(COMMENT),
    media: &[media("image/jpeg", Image), media("image/png", Image), media("image/gif", Image)],
    attachments: 1,
    window: WindowPolicy::None,
    semantics: SendSemantics::Checkable,
    inbound: Inbound::Webhook,
    media_policy: MediaPolicy::Store,
    blind_spots: &[
        "Facebook does not always say who wrote a comment.",
        "Comments under posts of others reach us only where they mention the Page.",
    ],
};
