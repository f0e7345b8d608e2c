//! The circuit breaker: when models fail again and again, they are left alone for a while.

use serde::{Deserialize, Serialize};

use crate::{
    time::{Span, Timestamp},
    timings::BreakerTimings,
};

/// How many calls in a row must fail before the breaker opens.
pub const FAILURES: u32 = 5;

/// Whether models are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Breaker {
    /// They are; so many calls in a row have failed.
    Closed {
        /// In a row.
        failures: u32,
    },
    /// They are not, until then.
    Open {
        /// When a probe may be sent.
        until: Timestamp,
        /// How long this rest is.
        rest: Span,
    },
    /// One call was let through to see how they are.
    HalfOpen {
        since: Timestamp,
        /// How long the rest before it was.
        rest: Span,
    },
}

impl Default for Breaker {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

impl Breaker {
    /// Whether a call may be made `now`; the one that finds a rest over is the probe.
    #[must_use]
    pub fn ask(self, now: Timestamp, timings: &BreakerTimings) -> (Self, bool) {
        match self {
            Self::Closed { .. } => (self, true),
            Self::Open { until, rest } if until <= now => (Self::HalfOpen { since: now, rest }, true),
            Self::HalfOpen { since, rest } if since.plus(timings.probe_timeout) <= now => {
                (Self::HalfOpen { since: now, rest }, true)
            }
            Self::Open { .. } | Self::HalfOpen { .. } => (self, false),
        }
    }

    /// A call was answered.
    #[must_use]
    pub fn succeeded(self) -> Self {
        match self {
            // The answer of a call from before the breaker opened says nothing about now.
            Self::Open { .. } => self,
            Self::Closed { .. } | Self::HalfOpen { .. } => Self::default(),
        }
    }

    /// A call failed.
    #[must_use]
    pub fn failed(self, now: Timestamp, timings: &BreakerTimings) -> Self {
        match self {
            Self::Closed { failures } if failures.saturating_add(1) < FAILURES => {
                Self::Closed { failures: failures.saturating_add(1) }
            }
            Self::Closed { .. } => Self::Open { until: now.plus(timings.rest), rest: timings.rest },
            Self::HalfOpen { rest, .. } => {
                let rest = Span::millis(rest.as_millis().saturating_mul(2)).min(timings.longest_rest);
                Self::Open { until: now.plus(rest), rest }
            }
            Self::Open { .. } => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_failures_in_a_row_and_closes_after_a_good_probe() {
        let timings = BreakerTimings::default();
        let mut now = Timestamp::from_seconds(1000);
        let mut breaker = Breaker::default().failed(now, &timings).failed(now, &timings).succeeded();
        assert_eq!(breaker, Breaker::default());
        for _ in 0..FAILURES {
            assert!(breaker.ask(now, &timings).1);
            breaker = breaker.failed(now, &timings);
        }
        assert!(!breaker.ask(now, &timings).1);
        assert_eq!(breaker.succeeded(), breaker);
        now = now.plus(timings.rest);
        let (probing, allowed) = breaker.ask(now, &timings);
        assert!(allowed);
        assert!(!probing.ask(now, &timings).1, "one probe at a time");
        assert_eq!(probing.succeeded(), Breaker::default());
        assert!(
            probing.ask(now.plus(timings.probe_timeout), &timings).1,
            "a lost probe does not close the door for ever"
        );
        let again = probing.failed(now, &timings);
        assert!(!again.ask(now.plus(timings.rest), &timings).1);
        assert!(again.ask(now.plus(Span::minutes(1)), &timings).1);
    }

    #[test]
    fn rests_do_not_grow_for_ever() {
        let timings = BreakerTimings::default();
        let mut now = Timestamp::from_seconds(0);
        let mut breaker = Breaker::Open { until: now, rest: timings.rest };
        for _ in 0..20 {
            now = now.plus(timings.longest_rest);
            let (probing, allowed) = breaker.ask(now, &timings);
            assert!(allowed);
            breaker = probing.failed(now, &timings);
        }
        assert_eq!(breaker, Breaker::Open { until: now.plus(timings.longest_rest), rest: timings.longest_rest });
    }
}
