//! What is needed to speak for one Instagram professional account.

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// An access token, and how it was got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credentials {
    /// The Instagram user's token, or the Page's.
    #[serde(alias = "token", alias = "pageAccessToken")]
    pub access_token: Secret,
    /// How the account is connected.
    pub kind: Kind,
    /// The Page the account is linked to; needed for [`Kind::PageLinked`] alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_id: Option<String>,
}

/// How an account is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// The account signed in to Instagram itself: `graph.instagram.com`, in the account's name.
    InstagramLogin,
    /// The account is linked to a Page: `graph.facebook.com`, in the Page's name.
    PageLinked,
}
