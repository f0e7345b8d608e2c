//! The money that labels may cost in a calendar month.

use crate::json::Read;
use chrono::{DateTime, Datelike};
use serde::Serialize;

use crate::{rules::LabelRules, time::Timestamp};

/// Tokens a model read and wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Read)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Read.
    pub input_tokens: u64,
    /// Written.
    pub output_tokens: u64,
}

impl Usage {
    /// What they cost at the prices of the rules, in millionths of a dollar, rounded up.
    pub fn cost(self, prices: &LabelRules) -> u64 {
        let of = |tokens: u64, price: u64| u128::from(tokens) * u128::from(price);
        let total = of(self.input_tokens, prices.input_price) + of(self.output_tokens, prices.output_price);
        u64::try_from(total.div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }
}

/// What was spent in a month (UTC), in millionths of a dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Read)]
#[serde(rename_all = "camelCase")]
pub struct Budget {
    /// Months since the beginning of year 0.
    month: i64,
    /// Spent in it.
    spent: u64,
    /// Set aside for calls that have not been answered.
    reserved: u64,
}

impl Budget {
    /// Sets `estimate` aside for one call; `None` when the month's money does not suffice.
    pub fn reserve(self, now: Timestamp, estimate: u64, rules: &LabelRules) -> Option<Self> {
        let current = self.in_month(now);
        let reserved = current.reserved.saturating_add(estimate);
        (current.spent.saturating_add(reserved) <= rules.monthly_budget).then_some(Self { reserved, ..current })
    }

    /// A call for which `estimate` was set aside has cost `cost`; nothing when it failed.
    #[must_use]
    pub fn settle(self, now: Timestamp, estimate: u64, cost: u64) -> Self {
        let current = self.in_month(now);
        Self {
            reserved: current.reserved.saturating_sub(estimate),
            spent: current.spent.saturating_add(cost),
            ..current
        }
    }

    /// Spent in the month of `now`, in millionths of a dollar.
    pub fn spent(self, now: Timestamp) -> u64 {
        self.in_month(now).spent
    }

    /// A new month begins with nothing spent.
    fn in_month(self, now: Timestamp) -> Self {
        let month = DateTime::from_timestamp_millis(now.millis())
            .map_or(0, |time| i64::from(time.year()) * 12 + i64::from(time.month0()));
        // A clock that is behind does not open an old month again.
        if month > self.month { Self { month, spent: 0, reserved: 0 } } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: LabelRules = LabelRules {
        summary_language: None,
        monthly_budget: 1000,
        daily_budget: None,
        input_price: 1_000_000,
        output_price: 5_000_000,
        instructions: None,
        learn_examples: 0,
    };

    #[test]
    fn a_label_of_the_usual_size_costs_what_the_price_list_says() {
        assert_eq!(Usage { input_tokens: 450, output_tokens: 60 }.cost(&RULES), 750);
        assert_eq!(Usage { input_tokens: 1, output_tokens: 0 }.cost(&LabelRules { input_price: 1, ..RULES }), 1);
        assert_eq!(Usage { input_tokens: u64::MAX, output_tokens: u64::MAX }.cost(&RULES), u64::MAX);
    }

    #[test]
    fn the_month_s_money_is_never_overdrawn_by_what_was_estimated() {
        let now = Timestamp::parse("2026-01-31T23:59:59Z").unwrap();
        let budget = Budget::default().reserve(now, 600, &RULES).unwrap();
        assert_eq!(budget.reserve(now, 600, &RULES), None);
        let budget = budget.settle(now, 600, 500);
        assert_eq!(budget.spent(now), 500);
        assert!(budget.reserve(now, 500, &RULES).is_some());
        assert_eq!(budget.reserve(now, 501, &RULES), None);
        let next = Timestamp::parse("2026-02-01T00:00:00Z").unwrap();
        assert_eq!(budget.spent(next), 0);
        assert!(budget.reserve(next, 1000, &RULES).is_some());
        let reserved = Budget::default().reserve(now, 600, &RULES).unwrap();
        assert_eq!(reserved.settle(now, 600, 0).spent(now), 0);
    }
}
