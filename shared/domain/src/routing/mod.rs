//! Routing: who answers a thread, decided by four guardrails in order, with reasons that people can read.
//!
//! [`decide`] depends on nothing but its arguments, so a decision can be replayed against other rules.

mod decide;
mod pool;
mod reason;
pub mod replay;
pub mod targets;

use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, ContactId, TeamId, TeammateId, ThreadId},
    label::Urgency,
    owner::Owner,
    rules::Rules,
    time::Timestamp,
};

pub use decide::decide;

/// Somebody who can sign in. The rules name the same person by e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    pub id: TeammateId,
    /// The address they sign in with.
    pub email: String,
    pub name: String,
    /// Whether they may sign in.
    pub enabled: bool,
    /// Whether their role lets them answer.
    pub can_reply: bool,
    /// They were invited, and have never signed in.
    pub invited: bool,
}

/// Whether `member` may answer on `account` at all, on shift or not. Whoever never signed in sees no thread, and gets
/// none.
pub fn may_answer(rules: &Rules, member: &Member, account: &AccountId) -> bool {
    let accounts = rules.teammates.get(&member.email.trim().to_lowercase()).map(|teammate| &teammate.accounts);
    member.enabled
        && member.can_reply
        && !member.invited
        && accounts.is_none_or(|accounts| accounts.is_empty() || accounts.contains(account))
}

/// Whether somebody else has to be looked for when a customer writes: the `owner` can no longer answer on `account`, or is
/// off shift, unless a person chose them.
pub fn away(
    rules: &Rules,
    members: &[Member],
    owner: &TeammateId,
    by_person: bool,
    account: &AccountId,
    now: Timestamp,
) -> bool {
    let able = members.iter().find(|member| member.id == *owner && may_answer(rules, member, account));
    able.is_none_or(|member| !by_person && !rules.hours(&member.email.trim().to_lowercase()).at_work(now))
}

/// A member and what they carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    pub member: Member,
    /// Their open threads, weighted by urgency.
    pub weight: u32,
    /// When they were last given one.
    pub last_assigned: Option<Timestamp>,
}

/// Who there is, and what each carries; the thread in question is not counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Load {
    /// In any order: it does not matter to the decision.
    pub candidates: Vec<Candidate>,
}

/// Who answered a customer last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answered {
    pub by: TeammateId,
    pub at: Timestamp,
}

/// A thread that needs somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoutingRequest {
    pub thread: ThreadId,
    /// The account it came in on.
    pub account: AccountId,
    pub contact: ContactId,
    /// What about: a topic of the rules.
    pub topic: String,
    /// How pressing.
    pub urgency: Urgency,
    /// In which language: a BCP 47 tag.
    pub language: String,
    /// Who answered this customer last, on whatever channel.
    pub last_answered: Option<Answered>,
    /// Why it is asked.
    pub cause: Cause,
}

/// Why a thread needs somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// The customer wrote, or the thread waited.
    #[default]
    Asked,
    /// A person handed it to a team.
    Team { team: TeamId },
    /// Nobody answered in time: somebody else than the owner so far, the backup first.
    Overdue {
        /// The owner so far.
        from: Option<TeammateId>,
        /// The lead of the team is asked for, and not the backup.
        lead: bool,
        /// The team that a person handed it to.
        team: Option<TeamId>,
    },
}

impl Cause {
    /// The same once somebody was found: whoever was late with it is not held against the next.
    #[must_use]
    pub fn calmed(self) -> Self {
        match self {
            Self::Overdue { team: Some(team), .. } => Self::Team { team },
            Self::Overdue { team: None, .. } => Self::Asked,
            Self::Asked | Self::Team { .. } => self,
        }
    }
}

/// Who owns a thread from now on, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    pub owner: Owner,
    /// The team in whose queue the thread is, whoever owns it.
    pub team: Option<TeamId>,
    /// In the order of the guardrails.
    pub reasons: Vec<Reason>,
    /// Whether the team channel must hear of it.
    pub notify_team_channel: bool,
    /// When the next of those who could take it comes on shift, where nobody can now.
    pub next_shift: Option<Timestamp>,
}

/// A step of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    pub guardrail: Guardrail,
    pub verdict: Verdict,
    /// In words, for people.
    pub detail: String,
}

crate::names! {
    /// The guardrails, in their order.
    pub enum Guardrail {
        /// Whose topic or customer it is.
        Who = "who",
        /// Who is on shift.
        Hours = "hours",
        Load = "load",
        Backup = "backup",
    }
}

crate::names! {
    /// What a guardrail said.
    pub enum Verdict {
        /// Some are left, or one was chosen.
        Passed = "passed",
        Blocked = "blocked",
    }
}

/// As a thread records it.
impl From<&Reason> for crate::owner::Reason {
    fn from(reason: &Reason) -> Self {
        Self {
            guardrail: reason.guardrail.as_str().to_owned(),
            text: reason.detail.clone(),
            verdict: Some(reason.verdict),
        }
    }
}
