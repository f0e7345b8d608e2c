//! The rules document.

use serde::Deserialize;
use tributary_domain::{bounds, id::TeammateId, platform::Platform, time::Timestamp};

use super::bounded::{Few, Text, Within};

super::body! {
    /// The rules as they are.
    pub struct RulesItem {
        /// Grows with every save.
        pub version: u64,
        /// The document, TOML.
        pub text: String,
        /// The version that is in force: an earlier one while this document cannot be read.
        pub in_force: u64,
        /// Why it cannot be read by this release; none when it can.
        pub faults: Vec<RulesFaultItem>,
        /// When it was saved.
        pub saved_at: Timestamp,
        /// Who saved it; nobody for the document that ships.
        pub saved_by: Option<TeammateId>,
        pub note: Option<String>,
    }

    /// New rules.
    pub struct RulesRequest {
        /// The document, TOML.
        #[cfg_attr(feature = "schema", schemars(length(max = tributary_domain::rules::DOCUMENT_BYTES)))]
        pub text: String,
        /// The version it began from.
        pub expected_version: u64,
        pub note: Option<Text<0, { bounds::RULES_NOTE }>>,
    }

    /// A version as the list of them shows it.
    pub struct RulesVersionItem {
        /// Its number; 0 for the document that ships.
        pub version: u64,
        /// When it was saved; none for the document that ships.
        pub saved_at: Option<Timestamp>,
        /// Who saved it; nobody for the document that ships.
        pub saved_by: Option<TeammateId>,
        pub saved_by_name: Option<String>,
        pub note: Option<String>,
        /// Lines that were not in the version before; none where they were not counted.
        pub added: Option<u32>,
        /// Lines of the version before that are not in this one; none where they were not counted.
        pub removed: Option<u32>,
    }

    /// A version, and what it was made from.
    pub struct RulesVersionDetail {
        /// As the list shows it.
        #[serde(flatten)]
        pub item: RulesVersionItem,
        /// The document, TOML.
        pub text: String,
        /// The document of the version before; none for the one that ships.
        pub before: Option<String>,
    }

    /// Makes an earlier version the newest.
    pub struct RestoreRequest {
        /// The version that is the newest now.
        pub expected_version: u64,
    }

    /// A document to be looked at.
    pub struct CheckRequest {
        /// The document, TOML. That it is too long is a fault of it, and told as one.
        pub text: String,
    }

    /// What is wrong with a document.
    pub struct CheckItem {
        /// Its faults by line, at most 20; none when it can be saved.
        pub faults: Vec<RulesFaultItem>,
    }

    /// A fault of a document.
    pub struct RulesFaultItem {
        /// From 1.
        pub line: u32,
        /// In characters, from 1.
        pub column: u32,
        pub message: String,
        /// What to do about it, when it can be guessed.
        pub suggestion: Option<String>,
    }

    /// Rules to try without saving them: on the threads that are open; or on those of the last `days`; or on `threads`.
    pub struct DryRunRequest {
        /// The document, TOML.
        #[cfg_attr(feature = "schema", schemars(length(max = tributary_domain::rules::DOCUMENT_BYTES)))]
        pub text: String,
        /// Replay the threads of so many days, 1 to 30, instead of those that are open.
        pub days: Option<Within<1, 30>>,
        /// Replay these threads, at most 100, instead of those that are open.
        pub threads: Option<Few<tributary_domain::id::ThreadId, 0, 100>>,
    }

    /// What other rules would do.
    pub struct DryRunItem {
        pub threads: u32,
        /// There are more than were looked at: those that are due last, or were written last, were left out.
        pub more: bool,
        /// Threads that were asked for and are not there.
        pub unknown: Vec<tributary_domain::id::ThreadId>,
        /// Threads whose messages could not all be looked at: of these, floors may be missing, or who answered before.
        pub unread: u32,
        /// Threads whose topic a model chose. It is not asked again: other descriptions and keywords do not move these.
        pub by_model: u32,
        /// Those that would go elsewhere.
        pub moved: Vec<MovedItem>,
        /// Those whose topic, urgency or time to answer would be another.
        pub changed: Vec<ChangedItem>,
        /// How many of the threads looked at each would have, of those who have any.
        pub counts: Vec<OwnerCountItem>,
        /// Posts whose comments were looked at: of these threads, and with held comments of the same time.
        pub posts: u32,
        /// Of posts or of their comments there are more than were looked at: those of long ago were left out.
        pub more_comments: bool,
        /// Posts of whose comments other threads would have come, or of which others would be held.
        pub changed_posts: Vec<ChangedPostItem>,
    }

    /// What would have become of the comments under a post, of those that came in the time looked at. What people did with
    /// held ones since is left out.
    pub struct ChangedPostItem {
        pub post_id: tributary_domain::id::PostId,
        pub platform: Platform,
        /// Its first words, as far as they are known.
        pub text: Option<String>,
        /// Comments that were looked at.
        pub comments: u32,
        /// New threads, by the rules as they are.
        pub threads_from: u32,
        /// By the other rules.
        pub threads_to: u32,
        /// Comments that are held, by the rules as they are.
        pub held_from: u32,
        /// By the other rules.
        pub held_to: u32,
    }

    /// How many threads somebody has, before and after a change of the rules.
    pub struct OwnerCountItem {
        pub owner: super::thread::OwnerItem,
        /// By the rules as they are.
        pub before: u32,
        /// By the other rules.
        pub after: u32,
    }

    /// What a thread is and would be.
    pub struct ChangedItem {
        pub thread_id: tributary_domain::id::ThreadId,
        pub name: String,
        /// What about, by the rules as they are.
        pub topic_from: String,
        /// By the other rules.
        pub topic_to: String,
        /// How urgent, by the rules as they are.
        pub urgency_from: tributary_domain::label::Urgency,
        /// By the other rules.
        pub urgency_to: tributary_domain::label::Urgency,
        /// Seconds to answer, by the rules as they are.
        pub target_from: u64,
        /// By the other rules.
        pub target_to: u64,
    }

    /// A thread that would go elsewhere.
    pub struct MovedItem {
        pub thread_id: tributary_domain::id::ThreadId,
        pub name: String,
        pub topic: Option<String>,
        /// When the last message came or went.
        pub at: Timestamp,
        /// Whose it is; of a replay, whose it would have been by the rules as they are.
        pub from: super::thread::OwnerItem,
        /// Whose it would be.
        pub to: super::thread::OwnerItem,
        pub reasons: Vec<super::thread::ReasonItem>,
    }

    /// A topic of the rules.
    pub struct TopicItem {
        pub id: String,
        /// What belongs to it.
        pub description: String,
    }

    /// A reply's beginning, for a person to finish.
    pub struct TemplateItem {
        pub id: String,
        /// What people choose it by.
        pub title: String,
        /// What it puts into the composer.
        pub text: String,
        /// The names of its blanks, as `order` of `{{order}}`. All are filled in before a reply can be sent; `name` is the
        /// contact's.
        pub blanks: Vec<String>,
        /// The topic it is for; all of them when none.
        pub topic: Option<String>,
        /// The language it is written in, BCP 47.
        pub language: Option<String>,
    }
}

/// The number of a version in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RulesVersion(pub u64);

/// The text is no version's number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the number of a version")]
pub struct NoVersion;

impl TryFrom<String> for RulesVersion {
    type Error = NoVersion;

    fn try_from(text: String) -> Result<Self, NoVersion> {
        let digits = (1..=15).contains(&text.len()) && text.bytes().all(|one| one.is_ascii_digit());
        text.parse().ok().filter(|_| digits).map(Self).ok_or(NoVersion)
    }
}

super::form!(RulesVersion, schemars::json_schema!({ "type": "string", "pattern": "^[0-9]{1,15}$" }));
