//! How spans of time are spread: counted in steps that grow with them, eight to each doubling, so that days of counts
//! can be added up and still tell their median. What is read from it is off by a sixteenth at most.

use std::collections::BTreeMap;

/// Steps per doubling.
const STEPS: u64 = 8;

/// How often each span of time occurred.
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    steps: BTreeMap<u64, u64>,
    count: u64,
}

impl Histogram {
    /// The step of a span in seconds. Below sixteen seconds every second is one.
    pub const fn step(seconds: u64) -> u64 {
        if seconds < 2 * STEPS {
            return seconds;
        }
        let shift = seconds.ilog2() as u64 - STEPS.ilog2() as u64;
        shift * STEPS + (seconds >> shift)
    }

    /// The middle of a step, in seconds.
    pub const fn middle(step: u64) -> u64 {
        if step < 2 * STEPS {
            return step;
        }
        let shift = step / STEPS - 1;
        if shift > 48 {
            return u64::MAX;
        }
        ((step % STEPS + STEPS) << shift) + ((1 << shift) - 1) / 2
    }

    /// Counts spans of one step.
    pub fn add(&mut self, step: u64, count: u64) {
        let sum = self.steps.entry(step).or_default();
        *sum = sum.saturating_add(count);
        self.count = self.count.saturating_add(count);
    }

    /// How many were counted.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The seconds that so many of a hundred took at most.
    pub fn of_hundred(&self, hundredth: u64) -> Option<u64> {
        let wanted = self.count.saturating_mul(hundredth).div_ceil(100).max(1);
        let mut seen = 0_u64;
        self.steps.iter().find_map(|(step, count)| {
            seen = seen.saturating_add(*count);
            (seen >= wanted).then(|| Self::middle(*step))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_off_by_a_sixteenth_at_most() {
        let mut last = 0;
        for seconds in (0..5000).chain((5000..40_000_000).step_by(997)) {
            let step = Histogram::step(seconds);
            assert!(step >= last, "{seconds}");
            last = step;
            assert!(Histogram::middle(step).abs_diff(seconds) * 16 <= seconds, "{seconds} {}", Histogram::middle(step));
        }
    }

    #[test]
    fn the_median_and_the_ninetieth_are_those_of_the_spans() {
        let mut spread = Histogram::default();
        assert_eq!(spread.of_hundred(50), None);
        for seconds in 1..=10 {
            spread.add(Histogram::step(seconds), 1);
        }
        assert_eq!(
            (spread.of_hundred(50), spread.of_hundred(90), spread.of_hundred(100)),
            (Some(5), Some(9), Some(10))
        );
        assert_eq!(spread.count(), 10);
        assert_eq!(Histogram::middle(u64::MAX), u64::MAX);
    }
}
