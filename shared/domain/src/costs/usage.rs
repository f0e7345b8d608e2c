//! What a model read and wrote for a label, and what that costs.

use serde::{Deserialize, Serialize};

use crate::rules::LabelRules;

/// Tokens a model read and wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    pub input_tokens: u64,
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
}
