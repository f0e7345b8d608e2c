//! What the team channels were told.

use tributary_domain::{id::ThreadId, time::Timestamp};

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
        pub state: NoticeState,
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

/// What became of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum NoticeState {
    /// It is to be posted, or to be posted again.
    Waiting,
    /// The channel took it.
    Sent,
    /// It was given up: somebody has to mend the channel, and can have it told again.
    Failed,
}
