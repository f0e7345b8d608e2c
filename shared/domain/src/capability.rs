//! What a channel can do, as data; and how platforms refuse.

use serde::{Deserialize, Serialize};

use crate::{
    event::AttachmentKind,
    platform::Channel,
    time::{Span, Timestamp},
};

/// What one channel can do. One static value per channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Capabilities {
    pub channel: Channel,
    /// Words for what a person may ask of it.
    pub features: &'static [Feature],
    /// Longest text of one message.
    pub text: TextLimit,
    /// Longest caption of an attachment, where it can carry one.
    pub caption: Option<TextLimit>,
    /// What may be attached, by media type.
    pub media: &'static [MediaLimit],
    /// Most attachments of one reply.
    pub attachments: usize,
    /// How long after the customer's last sign of life we may answer.
    pub window: WindowPolicy,
    /// What is known when the answer to a send is lost.
    pub semantics: SendSemantics,
    /// How messages come in.
    pub inbound: Inbound,
    /// What may be done with the customers' media.
    pub media_policy: MediaPolicy,
    /// What this channel does not show us, in words for the thread's header.
    pub blind_spots: &'static [&'static str],
}

/// What a person may ask of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Feature {
    /// Answer with text.
    Reply,
    /// Answer with a file.
    Attach,
    /// Answer one message in particular.
    Quote,
    /// Take an own message back.
    Delete,
    /// Delete what a customer wrote.
    DeleteTheirs,
    /// Hide a customer's comment, and show it again.
    Hide,
    /// Like a customer's comment, and take the like back.
    Like,
    /// React to a message.
    React,
    /// Answer what is hidden.
    ReplyToHidden,
    /// Show that we are typing.
    Typing,
    /// Mark as read.
    MarkRead,
    /// Learn that our message was read.
    ReadReceipts,
    /// Send a template outside of the window.
    Template,
    /// Answer a comment in the messages between its author and us.
    PrivateReply,
}

/// How long after a comment it may be answered privately, on every platform that has that.
/// <https://developers.facebook.com/docs/messenger-platform/discovery/private-replies>
pub const PRIVATE_REPLY_WINDOW: Span = Span::days(7);

/// The unit in which a platform counts a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum TextUnit {
    /// Bytes of UTF-8.
    Bytes,
    /// Unicode scalar values.
    Characters,
    /// UTF-16 code units.
    Utf16,
}

/// A bound on the length of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TextLimit {
    /// The most that is allowed.
    pub max: usize,
    /// Counted in this unit.
    pub unit: TextUnit,
}

impl TextLimit {
    /// How long `text` is in this unit.
    pub fn measure(self, text: &str) -> usize {
        match self.unit {
            TextUnit::Bytes => text.len(),
            TextUnit::Characters => text.chars().count(),
            TextUnit::Utf16 => text.encode_utf16().count(),
        }
    }

    /// Whether `text` is within it.
    pub fn allows(self, text: &str) -> bool {
        self.measure(text) <= self.max
    }
}

/// A media type that may be sent, as what, and how large.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MediaLimit {
    /// Exact media type, or `*/*`.
    pub mime: &'static str,
    /// What the platform is told it is.
    pub kind: AttachmentKind,
    pub max_bytes: u64,
}

/// How long the platform lets us answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum WindowPolicy {
    /// For ever.
    None,
    /// For `standard`; then, for a person's own words, until `human_agent`; then not at all.
    HumanAgent {
        /// Free answers.
        standard: Span,
        /// Answers under the human-agent tag.
        human_agent: Span,
    },
    /// For `standard`; then with an approved template only.
    TemplatesAfter {
        /// Free answers.
        standard: Span,
    },
    /// For `standard`; then not at all.
    Closes {
        /// Free answers.
        standard: Span,
    },
}

/// Where a thread stands in its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Window {
    /// The platform sets no limit.
    Unlimited,
    /// Open until then.
    Open {
        /// When it closes or narrows.
        until: Timestamp,
    },
    /// Open until then for a person's own words, under the human-agent tag.
    HumanAgent { until: Timestamp },
    /// Only an approved template may be sent.
    TemplateOnly,
    /// Nothing may be sent until the customer writes.
    Closed,
    /// Whoever the account speaks for has switched it off: nothing may be sent until they switch it on again.
    SwitchedOff,
}

impl WindowPolicy {
    /// Where a thread stands `now`, when the customer's last sign of life was at `opened`.
    pub fn at(self, opened: Option<Timestamp>, now: Timestamp) -> Window {
        let until = |span| opened.map(|opened| opened.plus(span)).filter(|until| now < *until);
        match self {
            Self::None => Window::Unlimited,
            Self::HumanAgent { standard, human_agent } => match (until(standard), until(human_agent)) {
                (Some(until), _) => Window::Open { until },
                (None, Some(until)) => Window::HumanAgent { until },
                (None, None) => Window::Closed,
            },
            Self::TemplatesAfter { standard } => {
                until(standard).map_or(Window::TemplateOnly, |until| Window::Open { until })
            }
            Self::Closes { standard } => until(standard).map_or(Window::Closed, |until| Window::Open { until }),
        }
    }

    /// When the last moment for a free or human answer passes.
    pub fn closes(self, opened: Option<Timestamp>) -> Option<Timestamp> {
        let opened = opened?;
        match self {
            Self::None => None,
            Self::HumanAgent { human_agent, .. } => Some(opened.plus(human_agent)),
            Self::TemplatesAfter { standard } | Self::Closes { standard } => Some(opened.plus(standard)),
        }
    }
}

/// What is known when the answer to a send is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum SendSemantics {
    /// An echo or status brings our reference back and settles it.
    Correlatable,
    /// The platform can be asked whether it is there. Asking never leads to another send.
    Checkable,
    /// The platform documents that the same call with the same key is the same thing: it is safe to repeat.
    Idempotent,
    /// Nothing tells; a person must look.
    #[default]
    Blind,
}

/// How messages come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Inbound {
    /// The platform posts.
    Webhook,
    /// We ask.
    Poll,
}

/// What may be done with the customers' media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum MediaPolicy {
    /// Show the platform's own link, keep no copy.
    Link,
    /// Keep a copy.
    Store,
}

/// What a platform's refusal means for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    /// Slow down, then again.
    RateLimited,
    /// The account must be connected again.
    TokenExpired,
    /// A permission or role is missing.
    Permission,
    /// The time to answer has passed.
    WindowClosed,
    /// This person cannot be reached.
    Blocked,
    /// What it refers to no longer exists.
    Gone,
    /// The request is not acceptable.
    Invalid,
    /// The text is too long.
    TooLong,
    /// The platform does not take this file.
    Media,
    /// The account is under sanction: stop.
    Restricted,
    /// A passing fault.
    Transient,
}

impl ErrorClass {
    /// Whether the same question may be answered later, once the fault has passed or the account is connected again.
    pub const fn passes(self) -> bool {
        matches!(self, Self::RateLimited | Self::TokenExpired | Self::Transient)
    }
}

/// A platform's refusal: class, and the code it was decided by. Never the platform's prose, which may quote people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlatformError {
    pub class: ErrorClass,
    /// The platform's code, `code/subcode` where it has both.
    pub code: String,
}
