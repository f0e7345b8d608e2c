//! Pages of lists.

use serde::{Deserialize, Serialize};
use tributary_domain::{id::AccountId, platform::Platform, time::Timestamp};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "{T}Page"))]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// In the list's order.
    pub items: Vec<T>,
    /// How to go on.
    pub pagination: Pagination,
    /// Whether the list is whole.
    pub meta: Meta,
}

super::body! {
    /// How to go on after a page.
    pub struct Pagination {
        /// Whether there is more.
        pub has_more: bool,
        /// Pass as `cursor` for the next page.
        pub next_cursor: Option<String>,
    }

    /// Whether a list is whole.
    pub struct Meta {
        /// How many connected accounts stand behind it.
        pub accounts_queried: u32,
        /// How many of them are in trouble, so that newer messages may be missing.
        pub accounts_failed: u32,
        /// Which.
        pub failed_accounts: Vec<FailedAccount>,
        /// When this answer was made.
        pub last_updated: Timestamp,
    }

    /// An account in trouble.
    pub struct FailedAccount {
        /// Which.
        pub account_id: AccountId,
        /// Where.
        pub platform: Platform,
        /// Its name.
        pub name: String,
        /// A stable word for the trouble.
        pub code: String,
        /// What it means and how to mend it.
        pub error: String,
    }
}
