//! The rules document.

use tributary_domain::{id::TeammateId, time::Timestamp};

super::body! {
    /// The rules as they are.
    pub struct RulesItem {
        /// Grows with every save.
        pub version: u64,
        /// The document, TOML.
        pub text: String,
        /// When it was saved.
        pub saved_at: Timestamp,
        /// Who saved it; nobody for the document that ships.
        pub saved_by: Option<TeammateId>,
        /// Why.
        pub note: Option<String>,
    }

    /// New rules.
    pub struct RulesRequest {
        /// The document, TOML.
        pub text: String,
        /// The version it began from.
        pub expected_version: u64,
        /// Why.
        #[serde(default)]
        pub note: Option<String>,
    }

    /// Rules to try on the threads that are open, without saving them.
    pub struct DryRunRequest {
        /// The document, TOML.
        pub text: String,
    }

    /// What other rules would do.
    pub struct DryRunItem {
        /// Threads looked at.
        pub threads: u32,
        /// Those that would go elsewhere.
        pub moved: Vec<MovedItem>,
    }

    /// A thread that would go elsewhere.
    pub struct MovedItem {
        /// Which.
        pub thread_id: tributary_domain::id::ThreadId,
        /// Whose it is.
        pub from: super::thread::OwnerItem,
        /// Whose it would be.
        pub to: super::thread::OwnerItem,
        /// Why.
        pub reasons: Vec<super::thread::ReasonItem>,
    }

    /// A topic of the rules.
    pub struct TopicItem {
        /// Its name.
        pub id: String,
        /// What belongs to it.
        pub description: String,
    }

    /// A reply's beginning, for a person to finish.
    pub struct TemplateItem {
        /// Its name.
        pub id: String,
        /// What people choose it by.
        pub title: String,
        /// What it puts into the composer.
        pub text: String,
        /// The topic it is for; all of them when none.
        pub topic: Option<String>,
        /// The language it is written in, BCP 47.
        pub language: Option<String>,
    }
}
