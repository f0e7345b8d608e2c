//! The rules document as it is written, before its parts are held against each other.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{
    Count, EscalationStep, Plan, TeamChannelKind,
    de::{Loose, Text},
};
use crate::{
    capability::MediaPolicy,
    label::{ByUrgency, Urgency},
    platform::{Platform, Surface},
    post::UnderAds,
};

/// What the document names, in the order of the names.
pub(super) type Table<T> = BTreeMap<Text, T>;
/// Channels by what they are, as in `[channels.NAME.messages]`.
pub(super) type Channels = BTreeMap<Platform, BTreeMap<Surface, Channel>>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Document {
    pub(super) workspace: Workspace,
    pub(super) hours: Hours,
    pub(super) teams: Table<Team>,
    pub(super) teammates: Table<Teammate>,
    pub(super) topics: Table<Topic>,
    pub(super) templates: Table<Template>,
    pub(super) triage: Triage,
    pub(super) urgency: Cues,
    pub(super) targets: Targets,
    pub(super) escalation: Escalation,
    pub(super) handover: Handover,
    pub(super) load: Load,
    pub(super) pins: Table<Text>,
    pub(super) returning: Returning,
    pub(super) routing: Routing,
    pub(super) duplicates: Duplicates,
    pub(super) labels: Labels,
    pub(super) channels: Channels,
    pub(super) team_channels: Table<TeamChannel>,
    pub(super) digest: Digest,
    pub(super) costs: Costs,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Workspace {
    pub(super) name: Option<Text>,
    pub(super) time_zone: Option<Text>,
    pub(super) holidays: Vec<Loose>,
    pub(super) channel: Option<Text>,
}

/// The hours of everybody who has none of their own.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Hours {
    pub(super) shifts: Vec<Spanned<Shift>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shift {
    pub(super) days: Vec<Text>,
    pub(super) from: Loose,
    pub(super) to: Loose,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Team {
    pub(super) name: Option<Text>,
    pub(super) lead: Option<Text>,
    pub(super) channel: Option<Text>,
    pub(super) time_zone: Option<Text>,
    pub(super) shifts: Option<Vec<Spanned<Shift>>>,
    pub(super) holidays: Vec<Loose>,
    pub(super) leave: Vec<Spanned<Leave>>,
    pub(super) cap: Option<Spanned<i64>>,
    pub(super) languages: Vec<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Teammate {
    pub(super) teams: Vec<Text>,
    pub(super) time_zone: Option<Text>,
    pub(super) shifts: Option<Vec<Spanned<Shift>>>,
    pub(super) holidays: Vec<Loose>,
    pub(super) leave: Vec<Spanned<Leave>>,
    pub(super) cap: Option<Spanned<i64>>,
    pub(super) languages: Vec<Text>,
    pub(super) accounts: Vec<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Leave {
    pub(super) from: Loose,
    pub(super) to: Loose,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Topic {
    pub(super) description: Text,
    #[serde(default)]
    pub(super) keywords: Vec<Text>,
    #[serde(default)]
    pub(super) examples: Vec<Text>,
    pub(super) urgency_floor: Option<Urgency>,
    #[serde(default)]
    pub(super) owners: Vec<Text>,
    pub(super) team: Option<Text>,
    pub(super) backup: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Template {
    pub(super) title: Text,
    pub(super) text: Text,
    pub(super) topic: Option<Text>,
    pub(super) language: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Triage {
    pub(super) team: Option<Text>,
    pub(super) backup: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Cues {
    pub(super) built_in: Option<bool>,
    pub(super) urgent: Vec<Text>,
    pub(super) high: Vec<Text>,
    pub(super) low: Vec<Text>,
    pub(super) floors: Vec<Floor>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Floor {
    pub(super) words: Vec<Text>,
    pub(super) at_least: Urgency,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Targets {
    pub(super) urgent: Option<Text>,
    pub(super) high: Option<Text>,
    pub(super) normal: Option<Text>,
    pub(super) low: Option<Text>,
    pub(super) warn_before: Option<Text>,
    pub(super) before_shift_end: Option<Text>,
    pub(super) count: Option<Count>,
    pub(super) counts: ByUrgency<Option<Count>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Escalation {
    pub(super) chain: Option<Vec<Spanned<EscalationStep>>>,
    pub(super) every: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Handover {
    pub(super) before: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Load {
    pub(super) cap: Option<Spanned<i64>>,
    pub(super) weights: ByUrgency<Option<Spanned<i64>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Returning {
    pub(super) enabled: Option<bool>,
    pub(super) within: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Routing {
    pub(super) claim_on_reply: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Duplicates {
    pub(super) window: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Labels {
    pub(super) summary_language: Option<Text>,
    pub(super) monthly_budget: Option<Loose>,
    pub(super) daily_budget: Option<Loose>,
    pub(super) input_price: Option<Loose>,
    pub(super) output_price: Option<Loose>,
    pub(super) instructions: Option<Text>,
    pub(super) learn_examples: Option<Spanned<i64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Channel {
    pub(super) media: Option<MediaPolicy>,
    pub(super) retention: Option<Text>,
    pub(super) silence: Option<Text>,
    pub(super) threads_per_hour: Option<Spanned<i64>>,
    pub(super) most_urgency: Option<Spanned<Urgency>>,
    pub(super) label: Option<Spanned<bool>>,
    pub(super) ads: Option<Spanned<UnderAds>>,
    pub(super) mentions: Option<Spanned<bool>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Digest {
    pub(super) at: Option<Loose>,
    pub(super) days: Option<Vec<Text>>,
    pub(super) time_zone: Option<Text>,
    pub(super) recipients: Vec<Text>,
    pub(super) channel: Option<Text>,
    pub(super) silent_after: Option<Text>,
    pub(super) keep: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Costs {
    pub(super) plan: Option<Plan>,
    pub(super) monthly: Option<Loose>,
    pub(super) prices: Table<Loose>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamChannel {
    pub(super) kind: TeamChannelKind,
    pub(super) url: Option<Text>,
    pub(super) secret: Option<Text>,
    pub(super) summaries: Option<bool>,
    pub(super) words: Option<Spanned<bool>>,
}
