//! The rules: the document a team edits without a deploy, read once into checked types.
//!
//! `default.toml` beside this file is what a new workspace starts with, and the reference of every setting.

mod check;
mod costs;
mod de;
pub mod diff;
mod digest;
mod document;
mod error;
mod hours;
mod mend;
mod notices;
mod people;
mod read;
pub(crate) mod suggest;
mod templates;
mod topics;
pub mod zone;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    capability::MediaPolicy,
    escalation,
    id::{AccountId, ContactId, TeamId},
    label::{ByUrgency, Phrase, Urgency},
    notice::Disclosure,
    owner::Claim,
    platform::Channel,
    post::CommentRules,
    time::Span,
};

pub use chrono::NaiveDate;
pub use error::{Faults, RulesError};
pub use hours::{Hours, Shift};
pub use zone::Zone;

/// The document a new workspace starts with.
pub const DEFAULT: &str = include_str!("default.toml");

/// Most bytes of a document.
pub const DOCUMENT_BYTES: usize = 256 * 1024;

/// A checked rules document: every name in it leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// What holds for everybody.
    pub workspace: Workspace,
    /// By id: `team_` and the document's name.
    pub teams: BTreeMap<TeamId, Team>,
    /// By e-mail address, in small letters.
    pub teammates: BTreeMap<String, Teammate>,
    /// By name; [`crate::label::OTHER`] is always among them.
    pub topics: BTreeMap<String, Topic>,
    /// Beginnings of replies, in the order of their names.
    pub templates: Vec<Template>,
    /// Who takes what has no owner.
    pub triage: Triage,
    /// What makes a text urgent.
    pub urgency: UrgencyRules,
    /// How fast each urgency must be answered.
    pub targets: Targets,
    /// What happens when nobody answers in time.
    pub escalation: Escalation,
    /// How long before the end of a shift its open threads are offered to others.
    pub handover: Span,
    /// How load is counted.
    pub load: LoadRules,
    /// Contacts who always go to one teammate, by e-mail.
    pub pins: BTreeMap<ContactId, String>,
    /// How long a customer goes back to whoever answered them last; `None`: not at all.
    pub returning: Option<Span>,
    /// Whoever replies first to a thread that is nobody's becomes its owner.
    pub claim_on_reply: bool,
    /// How close together the same words must come on two channels to be shown as one question.
    pub fingerprint_window: Span,
    /// How models label, and what that may cost.
    pub labels: LabelRules,
    /// Settings of single channels.
    pub channels: BTreeMap<Channel, ChannelRules>,
    /// Where notices go, by name.
    pub team_channels: BTreeMap<String, TeamChannel>,
    /// When the daily digest goes out, and to whom.
    pub digest: DigestRules,
    /// What the reckoning of costs goes by.
    pub costs: CostRules,
}

/// What the reckoning of costs goes by, where that is not the list of prices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CostRules {
    /// Which of Cloudflare's plans.
    pub plan: Plan,
    /// What the paid plan costs a month, in millionths of a dollar.
    pub monthly: Option<u64>,
    /// Of a unit, for as many as the list has it: in millionths of a dollar.
    pub prices: BTreeMap<String, u64>,
}

crate::names! {
    /// Cloudflare's plans.
    #[derive(Default)]
    pub enum Plan {
        /// Paid by the month, and for what is beyond its allowances.
        #[default]
        Paid = "paid",
        /// Free, and stopped at its allowances.
        Free = "free",
    }
}

/// What holds for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// What the team is called.
    pub name: String,
    /// Hours of teammates that the document does not name; its zone is the workspace's.
    pub hours: Hours,
    /// Where notices go that no team's channel takes; a name of `team_channels`.
    pub channel: Option<String>,
}

/// When the daily digest goes out, and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestRules {
    /// Minutes after midnight.
    pub at: u16,
    /// Days on which it goes out, from 0 (Monday); none: never by itself.
    pub days: BTreeSet<u8>,
    /// Whose clock it goes by.
    pub zone: Zone,
    /// Who gets it by e-mail, in small letters.
    pub recipients: Vec<String>,
    /// Where it is posted; a name of `team_channels`. `None`: where notices go.
    pub channel: Option<String>,
    /// An account is not told to be silent before this long without an event.
    pub silent_after: Span,
    /// One that is older is deleted.
    pub keep: Span,
}

/// Several teammates under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    pub name: String,
    /// Who leads it, by e-mail.
    pub lead: Option<String>,
    /// Where its notices go; a name of `team_channels`.
    pub channel: Option<String>,
}

/// What the document says about one teammate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teammate {
    pub teams: BTreeSet<TeamId>,
    pub hours: Hours,
    /// Most weighted open threads.
    pub cap: u32,
    /// Languages they answer in, as BCP 47 tags; empty: any.
    pub languages: BTreeSet<String>,
    /// Accounts they answer for; empty: any.
    pub accounts: BTreeSet<AccountId>,
}

/// What conversations can be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// What belongs to it, in words for the labeler.
    pub description: String,
    /// Words that tell it.
    pub keywords: Vec<Phrase>,
    /// Messages that belong to it, made up by the team, for a model. No customer's.
    pub examples: Vec<String>,
    /// It is never less urgent than this.
    pub urgency_floor: Urgency,
    /// Whose it is, by e-mail.
    pub owners: Vec<String>,
    /// Whose it is where it has no owner.
    pub team: Option<TeamId>,
    pub backup: Option<Backup>,
}

/// The beginning of a reply. A person puts it into the composer, finishes it and sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// What it is known by.
    pub name: String,
    /// What people choose it by.
    pub title: String,
    /// What it puts into the composer.
    pub text: String,
    /// The topic it is for; a name of `topics`.
    pub topic: Option<String>,
    /// The language it is written in, as a BCP 47 tag.
    pub language: Option<String>,
}

/// Who stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backup {
    /// One person, by e-mail.
    Teammate(String),
    /// Anybody of a team.
    Team(TeamId),
}

/// Who takes what has no owner.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Triage {
    /// `None`: everybody.
    pub team: Option<TeamId>,
    /// Stands in for topics without a backup of their own.
    pub backup: Option<Backup>,
}

/// What makes a text urgent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrgencyRules {
    /// Whether the built-in labeler's own cues count.
    pub built_in_cues: bool,
    /// Cues of the document, with what they tell.
    pub cues: Vec<(Urgency, Phrase)>,
    /// Words that no labeler can go below.
    pub floors: Vec<UrgencyFloor>,
}

/// Words that set a least urgency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrgencyFloor {
    pub phrases: Vec<Phrase>,
    /// Makes it at least this urgent.
    pub at_least: Urgency,
}

/// How fast each urgency must be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Targets {
    /// From the question to the answer.
    pub spans: escalation::Targets,
    /// How long before it is due the owner is warned.
    pub warn_before: Span,
    /// How long before the last shift ends it is told that a window closes while nobody is at work.
    pub before_shift_end: Span,
    /// By which clock each urgency is counted.
    pub counts: ByUrgency<Count>,
}

/// By which clock a target is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Count {
    /// The one on the wall.
    #[default]
    Clock,
    /// One that stands still outside of the workspace's hours.
    Working,
}

/// What happens when nobody answers in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// One after the other, the first when the thread is due.
    pub chain: Vec<EscalationStep>,
    /// How long the team has after each.
    pub every: Span,
}

crate::names! {
    /// A step of the chain.
    pub enum EscalationStep {
        /// The topic's backup takes the thread.
        Backup = "backup",
        /// The lead of the team takes it.
        Lead = "lead",
        /// The team channel hears of it.
        Channel = "channel",
    }
}

/// How load is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadRules {
    /// What one thread weighs.
    pub weights: ByUrgency<u32>,
    /// The cap of teammates without one of their own.
    pub cap: u32,
}

/// How models label, and what that may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRules {
    /// The language of summaries, as a BCP 47 tag; `None`: the customer's own.
    pub summary_language: Option<String>,
    /// Most in a calendar month, in millionths of a dollar.
    pub monthly_budget: u64,
    /// Most in a day (UTC), in millionths of a dollar; `None`: what the month has left.
    pub daily_budget: Option<u64>,
    /// Of a million tokens read, in millionths of a dollar.
    pub input_price: u64,
    /// Of a million tokens written, in millionths of a dollar.
    pub output_price: u64,
    /// What a model is told besides, in the team's own words.
    pub instructions: Option<String>,
    /// So many of the latest corrections are shown to a model with each call.
    pub learn_examples: usize,
}

impl Rules {
    /// What becomes of comments on a channel.
    pub fn comments(&self, channel: Channel) -> CommentRules {
        self.channels.get(&channel).map(|rules| rules.comments).unwrap_or_default()
    }
}

/// Settings of one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChannelRules {
    /// What is done with customers' media; `None`: what the channel's own policy says.
    pub media: Option<MediaPolicy>,
    /// How long our copies of customers' media are kept; `None`: as long as the thread.
    pub retention: Option<Span>,
    /// After how long without a message the channel is worth a look; `None`: never.
    pub silence: Option<Span>,
    /// What becomes of comments, where the channel is one of comments.
    pub comments: CommentRules,
}

/// Where notices go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamChannel {
    /// The form they take.
    pub kind: TeamChannelKind,
    pub address: ChannelAddress,
    /// What of the customers' notices and digests carry.
    pub disclosure: Disclosure,
}

/// The form of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TeamChannelKind {
    /// A Slack incoming webhook.
    Slack,
    /// A Microsoft Teams workflow.
    Teams,
    Json,
}

/// The address of a team channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelAddress {
    /// Written in the document.
    Url(String),
    /// Kept as a secret of the deployment, under this name.
    Secret(String),
}

impl Rules {
    /// Reads and checks a document.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        Self::check(text).map_err(|faults| faults.first)
    }

    /// The same, with all that is wrong, as far as it can be told at once.
    pub fn check(text: &str) -> Result<Self, Faults> {
        mend::rules(text)
    }

    /// Reads a document that was saved before; none where it cannot be read any more.
    pub fn readable(text: &str) -> Option<Self> {
        mend::readable(text)
    }

    /// The topic called `name`, or [`crate::label::OTHER`] where the rules no longer have it.
    pub fn topic(&self, name: &str) -> Option<&Topic> {
        self.topics.get(name).or_else(|| self.topics.get(crate::label::OTHER))
    }

    /// The team in whose queue a thread about `topic` is.
    pub fn team_of(&self, topic: &str) -> Option<&TeamId> {
        self.topic(topic).and_then(|topic| topic.team.as_ref()).or(self.triage.team.as_ref())
    }

    /// Who leads a team, by e-mail.
    pub fn lead_of(&self, team: Option<&TeamId>) -> Option<&str> {
        self.teams.get(team?).and_then(|team| team.lead.as_deref())
    }

    /// The hours of whoever signs in with `email`.
    pub fn hours(&self, email: &str) -> &Hours {
        self.teammates.get(email).map_or(&self.workspace.hours, |teammate| &teammate.hours)
    }

    /// The most weighted threads of whoever signs in with `email`.
    pub fn cap(&self, email: &str) -> u32 {
        self.teammates.get(email).map_or(self.load.cap, |teammate| teammate.cap)
    }

    /// What whoever signs in with `email` may take by being the first to reply; none where the rules give nothing that way.
    pub fn claim(&self, email: &str) -> Option<Claim> {
        let teams = || self.teammates.get(&email.trim().to_lowercase()).map(|teammate| teammate.teams.clone());
        self.claim_on_reply.then(|| Claim { teams: teams().unwrap_or_default() })
    }

    /// Where notices about threads of `team` go: its own channel, else the workspace's.
    pub fn team_channel(&self, team: Option<&TeamId>) -> Option<(&str, &TeamChannel)> {
        let of_team = team.and_then(|team| self.teams.get(team)).and_then(|team| team.channel.as_deref());
        let name = of_team.or(self.workspace.channel.as_deref())?;
        self.team_channels.get_key_value(name).map(|(name, channel)| (name.as_str(), channel))
    }
}
