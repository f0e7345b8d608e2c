//! Connected platform accounts.

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
        /// Where it is.
        pub platform: Platform,
        /// What the platform calls it: Page id, professional account id, phone number id, bot id.
        pub platform_account_id: RemoteId,
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
        /// Where.
        pub platform: Platform,
        /// What the platform calls it.
        pub platform_account_id: RemoteId,
        /// What the team calls it.
        pub name: String,
        /// Whether it works.
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
