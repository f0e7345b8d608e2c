//! Connected platform accounts.

use serde::{Deserialize, Serialize};
use tributary_domain::{
    bounds,
    id::{AccountId, RemoteId},
    platform::Platform,
    time::Timestamp,
};

use super::bounded::Name;

super::body! {
    /// Connects an account by its token.
    pub struct ConnectRequest {
        pub platform: Platform,
        /// What the platform calls it: Page id, professional account id, phone number id, bot id.
        pub platform_account_id: GivenId,
        /// What the team calls it.
        pub name: Name<{ bounds::TEAMMATE_NAME }>,
        /// What the platform wants to see: the fields of its form, as `GET /api/v1/platforms` tells them.
        #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, String>"))]
        pub credentials: serde_json::Value,
    }

    /// A connected account.
    pub struct AccountItem {
        /// Our id.
        pub id: AccountId,
        pub platform: Platform,
        /// What the platform calls it.
        pub platform_account_id: RemoteId,
        /// What the team calls it.
        pub name: String,
        pub state: AccountState,
        /// What is wrong and how to mend it, unless it works.
        pub trouble: Option<String>,
        /// Where the platform has to post.
        pub webhook_url: String,
        /// When something last came in, to the minute.
        pub last_event_at: Option<Timestamp>,
        /// When it was connected.
        pub connected_at: Timestamp,
    }
}

/// Whether an account works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AccountState {
    /// It does.
    Connected,
    /// Something is wrong with it, and `trouble` says what: what it sends or what it hears may be missing.
    Reconnect,
    /// A person disconnected it.
    Disconnected,
}

/// The id by which a platform knows an account, as a person typed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct GivenId(RemoteId);

/// No platform has such ids.
#[derive(Debug, thiserror::Error)]
#[error("give the id by which the platform knows the account, as it shows it")]
pub struct NoId;

/// Longest id of an account that a platform gives.
const ID: usize = 128;

impl TryFrom<String> for GivenId {
    type Error = NoId;

    fn try_from(text: String) -> Result<Self, NoId> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:@".contains(&byte);
        let fits = (1..=ID).contains(&text.len()) && text.bytes().all(plain);
        if fits { Ok(Self(RemoteId::new(text))) } else { Err(NoId) }
    }
}

impl From<GivenId> for RemoteId {
    fn from(GivenId(id): GivenId) -> Self {
        id
    }
}

super::form!(GivenId, schemars::json_schema!({ "type": "string", "pattern": "^[0-9A-Za-z_.:@-]{1,128}$" }));
