//! The rules document as it is written, before its parts are held against each other.

use toml::Spanned;

use super::{
    TeamChannelKind,
    tree::{Loose, Table, Text, document},
};
use crate::{capability::MediaPolicy, label::Urgency};

document! {
    /// The whole document.
    struct Document {
        section workspace: Workspace,
        section hours: Hours,
        optional teams: Table<Team>,
        optional teammates: Table<Teammate>,
        optional topics: Table<Topic>,
        optional templates: Table<Template>,
        section triage: Triage,
        section urgency: Cues,
        section targets: Targets,
        section escalation: Escalation,
        section handover: Handover,
        section load: Load,
        optional pins: Table<Text>,
        section returning: Returning,
        section routing: Routing,
        section duplicates: Duplicates,
        section labels: Labels,
        optional channels: Table<Table<Channel>>,
        optional team_channels: Table<TeamChannel>,
        section digest: Digest,
        section costs: Costs,
    }

    struct Workspace {
        optional name: Option<Text>,
        optional time_zone: Option<Text>,
        optional holidays: Vec<Loose>,
        optional channel: Option<Text>,
    }

    /// The hours of everybody who has none of their own.
    struct Hours {
        optional shifts: Vec<Spanned<Shift>>,
    }

    struct Shift {
        required days: Vec<Text>,
        required from: Loose,
        required to: Loose,
    }

    struct Team {
        optional name: Option<Text>,
        optional lead: Option<Text>,
        optional channel: Option<Text>,
        optional time_zone: Option<Text>,
        optional shifts: Option<Vec<Spanned<Shift>>>,
        optional holidays: Vec<Loose>,
        optional leave: Vec<Spanned<Leave>>,
        optional cap: Option<Spanned<i64>>,
        optional languages: Vec<Text>,
    }

    struct Teammate {
        optional teams: Vec<Text>,
        optional time_zone: Option<Text>,
        optional shifts: Option<Vec<Spanned<Shift>>>,
        optional holidays: Vec<Loose>,
        optional leave: Vec<Spanned<Leave>>,
        optional cap: Option<Spanned<i64>>,
        optional languages: Vec<Text>,
        optional accounts: Vec<Text>,
    }

    struct Leave {
        required from: Loose,
        required to: Loose,
    }

    struct Topic {
        required description: Text,
        optional keywords: Vec<Text>,
        optional examples: Vec<Text>,
        optional urgency_floor: Option<Urgency>,
        optional owners: Vec<Text>,
        optional team: Option<Text>,
        optional backup: Option<Text>,
    }

    struct Template {
        required title: Text,
        required text: Text,
        optional topic: Option<Text>,
        optional language: Option<Text>,
    }

    struct Triage {
        optional team: Option<Text>,
        optional backup: Option<Text>,
    }

    struct Cues {
        optional built_in: Option<bool>,
        optional urgent: Vec<Text>,
        optional high: Vec<Text>,
        optional low: Vec<Text>,
        optional floors: Vec<Floor>,
    }

    struct Floor {
        required words: Vec<Text>,
        required at_least: Urgency,
    }

    struct Targets {
        optional urgent: Option<Text>,
        optional high: Option<Text>,
        optional normal: Option<Text>,
        optional low: Option<Text>,
        optional warn_before: Option<Text>,
        optional before_shift_end: Option<Text>,
        optional count: Option<Text>,
        section counts: Counts,
    }

    /// How single urgencies are counted, where not as the others.
    struct Counts {
        optional urgent: Option<Text>,
        optional high: Option<Text>,
        optional normal: Option<Text>,
        optional low: Option<Text>,
    }

    struct Escalation {
        optional chain: Option<Vec<Text>>,
        optional every: Option<Text>,
    }

    struct Handover {
        optional before: Option<Text>,
    }

    struct Load {
        optional cap: Option<Spanned<i64>>,
        section weights: Weights,
    }

    struct Weights {
        optional low: Option<Spanned<i64>>,
        optional normal: Option<Spanned<i64>>,
        optional high: Option<Spanned<i64>>,
        optional urgent: Option<Spanned<i64>>,
    }

    struct Returning {
        optional enabled: Option<bool>,
        optional within: Option<Text>,
    }

    struct Routing {
        optional claim_on_reply: Option<bool>,
    }

    struct Duplicates {
        optional window: Option<Text>,
    }

    struct Labels {
        optional summary_language: Option<Text>,
        optional monthly_budget: Option<Loose>,
        optional daily_budget: Option<Loose>,
        optional input_price: Option<Loose>,
        optional output_price: Option<Loose>,
        optional instructions: Option<Text>,
        optional learn_examples: Option<Spanned<i64>>,
    }

    struct Channel {
        optional media: Option<MediaPolicy>,
        optional retention: Option<Text>,
        optional silence: Option<Text>,
    }

    struct Digest {
        optional at: Option<Loose>,
        optional days: Option<Vec<Text>>,
        optional time_zone: Option<Text>,
        optional recipients: Vec<Text>,
        optional channel: Option<Text>,
        optional silent_after: Option<Text>,
        optional keep: Option<Text>,
    }

    struct Costs {
        optional plan: Option<Text>,
        optional monthly: Option<Loose>,
        optional prices: Table<Loose>,
    }

    struct TeamChannel {
        required kind: TeamChannelKind,
        optional url: Option<Text>,
        optional secret: Option<Text>,
        optional summaries: Option<bool>,
        optional words: Option<Spanned<bool>>,
    }
}
