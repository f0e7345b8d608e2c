//! The people on the other side.

use tributary_domain::{
    id::{AccountId, ContactId, ThreadId},
    platform::Platform,
    time::Timestamp,
};

super::body! {
    /// A contact.
    pub struct ContactItem {
        pub id: ContactId,
        /// The best name known.
        pub name: String,
        /// Their handle, without `@`.
        pub username: Option<String>,
        pub platform: Platform,
        /// To which account of ours.
        pub account_id: AccountId,
        /// Facts the platform tells, as label and value.
        pub facts: Vec<(String, String)>,
        /// When they first wrote.
        pub first_seen_at: Timestamp,
        pub threads: Vec<ThreadId>,
    }
}
