//! How fast each urgency must be answered.

use serde::{Deserialize, Serialize};

use crate::{label::Urgency, rules, time::Span};

/// How fast each urgency must be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Targets {
    /// Low.
    pub low: Span,
    /// Normal, and whatever is not labelled yet.
    pub normal: Span,
    /// High.
    pub high: Span,
    /// Urgent.
    pub urgent: Span,
}

impl Default for Targets {
    fn default() -> Self {
        Self { low: Span::days(1), normal: Span::hours(4), high: Span::hours(1), urgent: Span::minutes(15) }
    }
}

impl From<&rules::Targets> for Targets {
    fn from(rules: &rules::Targets) -> Self {
        Self { low: rules.low, normal: rules.normal, high: rules.high, urgent: rules.urgent }
    }
}

impl Targets {
    /// The one of an urgency.
    pub const fn of(&self, urgency: Urgency) -> Span {
        match urgency {
            Urgency::Low => self.low,
            Urgency::Normal => self.normal,
            Urgency::High => self.high,
            Urgency::Urgent => self.urgent,
        }
    }
}
