//! By when a thread must be answered.

use crate::{
    label::Urgency,
    rules::{Count, Rules},
    time::{Span, Timestamp},
};

/// When the time of an `urgency` is over that is counted from `from`: by the clock on the wall, or by one that stands
/// still outside of the workspace's hours, as the rules say; and by neither during `pauses` (from and to, in order).
pub fn target(rules: &Rules, urgency: Urgency, from: Timestamp, pauses: &[(Timestamp, Timestamp)]) -> Timestamp {
    let count = rules.targets.counts.of(urgency);
    let (mut at, mut left) = (from, rules.targets.spans.of(urgency));
    for (paused, resumed) in pauses {
        if *resumed <= at {
            continue;
        }
        let ran = counted(rules, count, at, (*paused).max(at));
        if ran >= left {
            break;
        }
        left = Span::millis(left.as_millis().saturating_sub(ran.as_millis()));
        at = *resumed;
    }
    match count {
        Count::Clock => at.plus(left),
        // Rules by which nobody ever works again must not keep a thread from becoming due.
        Count::Working => rules.workspace.hours.after(at, left).unwrap_or_else(|| at.plus(left)),
    }
}

fn counted(rules: &Rules, count: Count, from: Timestamp, to: Timestamp) -> Span {
    match count {
        Count::Clock => to.since(from),
        Count::Working => rules.workspace.hours.worked(from, to),
    }
}

/// When a thread is due whose target is over at `target`: then, or when the platform's window closes, whichever comes
/// first.
pub fn due(target: Timestamp, window_closes: Option<Timestamp>) -> Timestamp {
    window_closes.map_or(target, |closes| closes.min(target))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::DEFAULT;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn working() -> Rules {
        let text = "[workspace]\ntime_zone = \"Europe/Berlin\"\nholidays = [\"2026-03-04\"]\n\
            [hours]\nshifts = [{ days = [\"mon-fri\"], from = \"09:00\", to = \"17:00\" }]\n\
            [targets]\ncount = \"working\"\ncounts = { urgent = \"clock\" }\n";
        Rules::parse(text).unwrap()
    }

    #[test]
    fn due_is_the_earlier_of_target_and_window() {
        let rules = Rules::parse(DEFAULT).unwrap();
        let asked = Timestamp::from_seconds(1_000_000);
        let target = target(&rules, Urgency::Urgent, asked, &[]);
        assert_eq!(target, asked.plus(Span::minutes(15)));
        let closes = asked.plus(Span::minutes(3));
        assert_eq!(due(target, Some(closes)), closes);
        assert_eq!(due(target, Some(asked.plus(Span::days(7)))), target);
        assert_eq!(due(target, None), target);
    }

    #[test]
    fn each_urgency_is_counted_as_the_rules_say() {
        let rules = working();
        // Tuesday, 3 March 2026, 16:00 in Berlin; Wednesday is a holiday.
        let asked = at("2026-03-03T15:00:00Z");
        assert_eq!(target(&rules, Urgency::Normal, asked, &[]), at("2026-03-05T11:00:00Z"));
        assert_eq!(target(&rules, Urgency::Urgent, asked, &[]), at("2026-03-03T15:15:00Z"));
        let never = Rules::parse("[workspace]\nholidays = []\n[targets]\ncount = \"working\"").unwrap();
        assert_eq!(target(&never, Urgency::Normal, asked, &[]), asked.plus(Span::hours(4)), "no shifts: always");
    }

    #[test]
    fn time_put_aside_does_not_count_by_either_clock() {
        let clock = Rules::parse("").unwrap();
        let asked = at("2026-03-03T08:00:00Z");
        let pauses = [(at("2026-03-03T09:00:00Z"), at("2026-03-03T15:00:00Z"))];
        assert_eq!(target(&clock, Urgency::Normal, asked, &pauses), at("2026-03-03T18:00:00Z"));
        assert_eq!(target(&working(), Urgency::Normal, asked, &pauses), at("2026-03-05T10:00:00Z"));
        let late = [(at("2026-03-03T13:00:00Z"), at("2026-03-03T15:00:00Z"))];
        assert_eq!(target(&clock, Urgency::Normal, asked, &late), at("2026-03-03T12:00:00Z"), "it was due before");
        let old = [(at("2026-03-01T13:00:00Z"), at("2026-03-03T07:00:00Z"))];
        assert_eq!(target(&clock, Urgency::Normal, asked, &old), at("2026-03-03T12:00:00Z"), "of an earlier round");
    }
}
