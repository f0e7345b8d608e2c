//! Platforms, surfaces, and channels.

use std::fmt;

use serde::{Deserialize, Serialize};

crate::names! {
    /// Where customers write: the platforms that have a connector, in the order in which lists show them.
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum Platform {
        /// Facebook Pages: Messenger, comments, recommendations.
        Facebook = "facebook",
        /// Instagram professional accounts.
        Instagram = "instagram",
        /// `WhatsApp` Cloud API numbers.
        Whatsapp = "whatsapp",
        /// Telegram bots and business connections.
        Telegram = "telegram",
    }
}

crate::names! {
    /// What kind of conversation it is.
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum Surface {
        /// Direct messages.
        Messages = "messages",
        /// Public comments and mentions.
        Comments = "comments",
        /// Reviews and recommendations.
        Reviews = "reviews",
    }
}

impl Platform {
    /// The name by which people know it.
    pub const fn display(self) -> &'static str {
        match self {
            Self::Facebook => "Facebook",
            Self::Instagram => "Instagram",
            Self::Whatsapp => "WhatsApp",
            Self::Telegram => "Telegram",
        }
    }
}

/// A platform and one of its surfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Channel {
    pub platform: Platform,
    /// Which kind of conversation there.
    pub surface: Surface,
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.platform, self.surface)
    }
}
