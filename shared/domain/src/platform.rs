//! Platforms, surfaces, and channels.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "lowercase")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every one of them, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name used in the API, in storage and in addresses.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The one with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

names!(
    /// Where customers write: the platforms that have a connector, in the order in which lists show them.
    Platform {
        /// Facebook Pages: Messenger, comments, recommendations.
        Facebook = "facebook",
        /// Instagram professional accounts.
        Instagram = "instagram",
        /// `WhatsApp` Cloud API numbers.
        Whatsapp = "whatsapp",
        /// Telegram bots and business connections.
        Telegram = "telegram",
    }
);

names!(
    /// What kind of conversation it is.
    Surface {
        /// Direct messages.
        Messages = "messages",
        /// Public comments and mentions.
        Comments = "comments",
        /// Reviews and recommendations.
        Reviews = "reviews",
    }
);

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
