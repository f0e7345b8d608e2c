//! Errors as RFC 9457 problem documents.

super::body! {
    /// Why a request was not done. Sent as `application/problem+json`.
    pub struct Problem {
        /// `about:blank`: the meaning is in `code`.
        #[serde(rename = "type")]
        pub kind: String,
        /// A short name of the problem, the same for each `code`.
        pub title: String,
        pub status: u16,
        /// A stable word to decide by.
        pub code: String,
        /// What is wrong and how to mend it.
        pub detail: String,
        /// The field that is wrong, when there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub field: Option<String>,
        /// For `thread_changed`: what the thread's version is now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub version: Option<u64>,
        /// For `thread_changed`: what was written since, oldest first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub since: Vec<super::message::MessageItem>,
        /// For `rules_invalid`: the line, from 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub line: Option<u32>,
        /// For `rules_invalid`: the column, from 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub column: Option<u32>,
        /// For `rules_invalid`: all that is wrong, by line; the first of them is the one above.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub faults: Vec<super::rules::RulesFaultItem>,
    }
}
