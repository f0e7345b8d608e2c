//! By when a thread must be answered.

use crate::{label::Urgency, rules::Rules, time::Timestamp};

/// When a thread of `urgency` is due that was asked at `asked_at`: by its target on the clock, or when the
/// platform's window closes, whichever comes first.
pub fn due(rules: &Rules, urgency: Urgency, asked_at: Timestamp, window_closes: Option<Timestamp>) -> Timestamp {
    let target = asked_at.plus(rules.targets.of(urgency));
    window_closes.map_or(target, |closes| closes.min(target))
}

/// When the owner is warned of what is due at `due`; never before it was asked.
pub fn warning(rules: &Rules, asked_at: Timestamp, due: Timestamp) -> Timestamp {
    due.minus(rules.targets.warn_before).max(asked_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{rules::DEFAULT, time::Span};

    #[test]
    fn due_is_the_earlier_of_target_and_window() {
        let rules = Rules::parse(DEFAULT).unwrap();
        let asked = Timestamp::from_seconds(1_000_000);
        assert_eq!(due(&rules, Urgency::Urgent, asked, None), asked.plus(Span::minutes(15)));
        let closes = asked.plus(Span::minutes(3));
        assert_eq!(due(&rules, Urgency::Urgent, asked, Some(closes)), closes);
        assert_eq!(due(&rules, Urgency::Low, asked, Some(asked.plus(Span::days(7)))), asked.plus(Span::days(1)));
        assert_eq!(warning(&rules, asked, closes), asked);
        assert_eq!(warning(&rules, asked, asked.plus(Span::hours(1))), asked.plus(Span::minutes(55)));
    }
}
