//! The rules document as it is written, before its parts are held against each other.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Spanned, Value};

use crate::{
    capability::MediaPolicy,
    label::Urgency,
    platform::{Platform, Surface},
};

pub(super) type Text = Spanned<String>;
pub(super) type Table<T> = BTreeMap<Text, T>;

/// The whole document.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Document {
    pub(super) workspace: Workspace,
    pub(super) hours: Hours,
    pub(super) teams: Table<Team>,
    pub(super) teammates: Table<Teammate>,
    pub(super) topics: Table<Topic>,
    pub(super) triage: Triage,
    pub(super) urgency: Cues,
    pub(super) targets: Targets,
    pub(super) load: Load,
    pub(super) pins: Table<Text>,
    pub(super) returning: Returning,
    pub(super) duplicates: Duplicates,
    pub(super) labels: Labels,
    pub(super) channels: BTreeMap<Platform, BTreeMap<Surface, Channel>>,
    pub(super) team_channels: Table<TeamChannel>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Workspace {
    pub(super) name: Option<Text>,
    pub(super) time_zone: Option<Text>,
    pub(super) holidays: Vec<Spanned<Value>>,
    pub(super) digest_at: Option<Spanned<Value>>,
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
    pub(super) from: Spanned<Value>,
    pub(super) to: Spanned<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Team {
    pub(super) name: Option<Text>,
    pub(super) channel: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Teammate {
    #[serde(default)]
    pub(super) teams: Vec<Text>,
    pub(super) time_zone: Option<Text>,
    pub(super) shifts: Option<Vec<Spanned<Shift>>>,
    #[serde(default)]
    pub(super) holidays: Vec<Spanned<Value>>,
    #[serde(default)]
    pub(super) leave: Vec<Spanned<Leave>>,
    pub(super) cap: Option<Spanned<i64>>,
    #[serde(default)]
    pub(super) languages: Vec<Text>,
    #[serde(default)]
    pub(super) accounts: Vec<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Leave {
    pub(super) from: Spanned<Value>,
    pub(super) to: Spanned<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Topic {
    pub(super) description: Text,
    #[serde(default)]
    pub(super) keywords: Vec<Text>,
    pub(super) urgency_floor: Option<Urgency>,
    #[serde(default)]
    pub(super) owners: Vec<Text>,
    pub(super) team: Option<Text>,
    pub(super) backup: Option<Text>,
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
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Load {
    pub(super) cap: Option<Spanned<i64>>,
    pub(super) weights: Weights,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Weights {
    pub(super) low: Option<Spanned<i64>>,
    pub(super) normal: Option<Spanned<i64>>,
    pub(super) high: Option<Spanned<i64>>,
    pub(super) urgent: Option<Spanned<i64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Returning {
    pub(super) enabled: Option<bool>,
    pub(super) within: Option<Text>,
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
    pub(super) monthly_budget: Option<Spanned<Value>>,
    pub(super) input_price: Option<Spanned<Value>>,
    pub(super) output_price: Option<Spanned<Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Channel {
    pub(super) media: Option<MediaPolicy>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamChannel {
    pub(super) kind: super::TeamChannelKind,
    pub(super) url: Option<Text>,
    pub(super) secret: Option<Text>,
}
