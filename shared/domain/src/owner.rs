//! Who has to see to a thread.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    id::{TeamId, TeammateId},
    routing::Verdict,
};

/// Whose a thread is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Owner {
    #[default]
    Unassigned,
    /// A team's, nobody of it in particular.
    Team {
        id: TeamId,
    },
    Teammate {
        id: TeammateId,
    },
}

impl Owner {
    /// The teammate, when it is one.
    pub const fn teammate(&self) -> Option<&TeammateId> {
        match self {
            Self::Teammate { id } => Some(id),
            Self::Team { .. } | Self::Unassigned => None,
        }
    }

    /// The queue it stands in: the id of the teammate or team, or `unassigned`.
    pub fn queue(&self) -> &str {
        match self {
            Self::Unassigned => "unassigned",
            Self::Team { id } => id.as_str(),
            Self::Teammate { id } => id.as_str(),
        }
    }
}

/// What somebody may take by being the first to reply: what is nobody's, and what waits for one of their teams.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Claim {
    #[serde(default)]
    pub teams: BTreeSet<TeamId>,
}

/// One guardrail's verdict, for people to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// `who`, `hours`, `load`, `backup`, or `person`.
    pub guardrail: String,
    /// What it came to.
    pub text: String,
    /// Whether it left anybody; none of what a person decided, or of older entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}
