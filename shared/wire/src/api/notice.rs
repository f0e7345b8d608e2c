//! What the team channels were told.

use serde::{Deserialize, Serialize};
use tributary_domain::{id::ThreadId, time::Timestamp};
use tributary_notify::delivery::{Cause, OutboxState};

use super::page::{Cursor, Limit};

super::body! {
    /// A notice, and what became of it.
    pub struct NoticeItem {
        /// What it is known by: the same for the same notice, however often it is posted.
        pub id: String,
        /// `unassigned`, `warning`, `closing`, `backup`, `lead`, `overdue`, `reminder`; `text` for what is about no thread.
        pub kind: String,
        /// The thread that it is about.
        pub thread_id: Option<ThreadId>,
        /// The name of the contact there; only lists tell it.
        pub contact: Option<String>,
        /// The team channel of the rules that it goes to; none for the installation's own.
        pub channel: Option<String>,
        /// What became of it.
        pub state: OutboxState,
        /// How often it was posted.
        pub attempts: u32,
        /// Why the last post failed: `rate_limited`, `unavailable`, `no_answer`, `refused`, `address_unset`, `no_channel`.
        pub error: Option<String>,
        /// When it came up.
        pub created_at: Timestamp,
        /// When it was last posted.
        pub posted_at: Option<Timestamp>,
    }
}

impl NoticeItem {
    /// How a notice's `error` calls a cause.
    pub const fn error_word(cause: Cause) -> &'static str {
        match cause {
            Cause::NotConfigured => "address_unset",
            Cause::NoChannel => "no_channel",
            Cause::NoAnswer => "no_answer",
            Cause::RateLimited => "rate_limited",
            Cause::Unavailable => "unavailable",
            Cause::Unauthorized | Cause::Refused | Cause::Changed => "refused",
        }
    }
}

super::parameters! {
    /// Which notices, and which page of them.
    pub struct NoticesQuery {
        /// Which state; all of them when left out.
        pub state: Option<OutboxState>,
        /// Where the last page ended: its `nextCursor`.
        pub cursor: Option<Cursor>,
        /// How many at most.
        #[serde(default)]
        pub limit: Limit<100>,
    }
}

/// What a notice is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct NoticeId(String);

/// The text is no notice's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the id of a notice, as the list has it")]
pub struct InvalidNoticeId;

impl NoticeId {
    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for NoticeId {
    type Error = InvalidNoticeId;

    fn try_from(text: String) -> Result<Self, InvalidNoticeId> {
        let fits = (1..=200).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        if fits { Ok(Self(text)) } else { Err(InvalidNoticeId) }
    }
}

super::form!(NoticeId, schemars::json_schema!({ "type": "string", "pattern": "^[0-9A-Za-z_-]{1,200}$" }));
