//! What a public conversation is about.

use serde::{Deserialize, Serialize};

use crate::id::RemoteId;

/// What a public conversation is about. Direct messages are about nothing in particular.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Subject {
    /// Whether it is a post or a review.
    pub kind: SubjectKind,
    /// What the platform calls it.
    pub id: RemoteId,
}

crate::names! {
    /// The kinds of subject.
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum SubjectKind {
        /// A post under which people comment: ours, or one that mentions us.
        Post = "post",
        /// A review, which is written by one person.
        Review = "review",
    }
}
