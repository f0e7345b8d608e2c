//! What should happen to a thread that nobody answers, looked up minute by minute.

use std::ops::Range;

pub(crate) const TARGET: i64 = 6 * 60;
pub(crate) const WARN_BEFORE: i64 = 10;
pub(crate) const BEFORE_SHIFT_END: i64 = 30;
pub(crate) const EVERY: i64 = 45;
pub(crate) const CHAIN: [&str; 3] = ["backup", "lead", "overdue"];
const WINDOW: i64 = 24 * 60;

/// A question, by minutes since 1970.
#[derive(Debug, Clone)]
pub(crate) struct Oracle<'a> {
    pub(crate) range: Range<i64>,
    /// Whether a target's time runs, in each minute.
    pub(crate) runs: &'a [bool],
    /// Whether anybody is at work.
    pub(crate) there: &'a [bool],
    pub(crate) asked: i64,
    pub(crate) pauses: Vec<(i64, i64)>,
    /// Since when it is put aside, and until when.
    pub(crate) aside: Option<(i64, i64)>,
    /// When a person acted while the chain was running.
    pub(crate) again: Option<i64>,
    pub(crate) warned: bool,
    pub(crate) called: bool,
    pub(crate) steps: usize,
    pub(crate) last: Option<i64>,
}

impl<'a> Oracle<'a> {
    pub(crate) fn new(range: Range<i64>, runs: &'a [bool], there: &'a [bool], asked: i64) -> Self {
        let (pauses, aside, again, last) = (Vec::new(), None, None, None);
        Self { range, runs, there, asked, pauses, aside, again, warned: false, called: false, steps: 0, last }
    }

    fn of(&self, minutes: &[bool], minute: i64) -> bool {
        minutes[usize::try_from(minute - self.range.start).unwrap()]
    }

    /// When the target's time is over that is counted from a minute on.
    fn over(&self, from: i64) -> i64 {
        let aside = |minute: i64| self.pauses.iter().any(|(from, to)| (*from..*to).contains(&minute));
        let counted = |minute: &i64| self.of(self.runs, *minute) && !aside(*minute);
        (from..self.range.end).filter(counted).nth(usize::try_from(TARGET).unwrap() - 1).unwrap() + 1
    }

    /// When it is due, as lists show it.
    pub(crate) fn due(&self) -> i64 {
        self.over(self.asked).min(self.asked + WINDOW)
    }

    /// The end of the last minute that anybody works before the window closes, where nobody does when it closes.
    fn all_go(&self) -> Option<i64> {
        let closes = self.asked + WINDOW;
        if self.of(self.there, closes - 1) {
            return None;
        }
        (self.range.start..closes).rev().find(|minute| self.of(self.there, *minute)).map(|minute| minute + 1)
    }

    /// What comes next, and from when on.
    pub(crate) fn next(&self) -> (i64, &'static str) {
        let from = self.again.unwrap_or(self.asked);
        // A window that closed before somebody took it up is over.
        let closes = Some(self.asked + WINDOW).filter(|closes| *closes > from);
        let due = closes.map_or(self.over(from), |closes| closes.min(self.over(from)));
        let all_go = closes.and_then(|_| self.all_go());
        let first = all_go.filter(|end| self.again.is_none_or(|again| again < end - BEFORE_SHIFT_END));
        let begins = first.map(|end| (end - BEFORE_SHIFT_END + WARN_BEFORE).min(end)).filter(|begins| *begins < due);
        let starts = begins.unwrap_or(due).max(from);
        let climbs = match self.last {
            None if self.warned || begins.is_some() => (starts, CHAIN[0]),
            None => ((starts - WARN_BEFORE).max(from), "warning"),
            Some(last) if self.steps < CHAIN.len() => (last + EVERY, CHAIN[self.steps]),
            Some(last) => {
                let times = u32::try_from((self.steps - CHAIN.len()).min(5)).unwrap();
                let at = last + EVERY * 2_i64.pow(times);
                let there = (at..self.range.end).find(|minute| self.of(self.there, *minute));
                (there.unwrap_or(self.range.end), "reminder")
            }
        };
        let call = all_go.filter(|_| !self.called).map(|end| ((end - BEFORE_SHIFT_END).max(from), "closing"));
        call.filter(|call| call.0 <= climbs.0).unwrap_or(climbs)
    }

    /// What an alarm brings in a minute.
    pub(crate) fn ring(&mut self, now: i64) -> Option<&'static str> {
        if let Some((since, until)) = self.aside {
            if now < until {
                return None;
            }
            self.aside = None;
            self.pauses.push((since, now));
            if self.steps > 0 {
                (self.again, self.warned, self.steps, self.last) = (Some(now), false, 0, None);
            }
        }
        let (at, what) = self.next();
        if now < at {
            return None;
        }
        if what == "closing" {
            self.called = true;
            self.warned |= self.clone().next().1 == CHAIN[0] && self.last.is_none();
            return (now < self.asked + WINDOW).then_some(what);
        }
        let late = what == "warning" && {
            self.warned = true;
            now >= self.next_start()
        };
        self.warned = true;
        if what == "warning" && !late {
            return Some(what);
        }
        self.steps += 1;
        self.last = Some(now);
        Some(if late { CHAIN[0] } else { what })
    }

    /// When the chain begins, once it was warned of.
    fn next_start(&self) -> i64 {
        Self { called: true, ..self.clone() }.next().0
    }
}
