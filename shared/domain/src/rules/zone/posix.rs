//! POSIX `TZ` rules: a standard offset and, twice a year, a change.

use chrono::{DateTime, Datelike, NaiveDate};

const HOUR: i32 = 3600;
const DAY: i64 = 86_400;

/// A rule: `std offset [dst [offset] , start[/time] , end[/time]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Posix {
    /// Seconds east of Greenwich.
    standard: i32,
    summer: Option<Summer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Summer {
    /// Seconds east of Greenwich.
    offset: i32,
    start: Change,
    end: Change,
}

/// A day of the year, and seconds after its midnight on the clock in force before the change.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    day: Day,
    seconds: i32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Day {
    /// `Mm.w.d`: the `week`th (5: last) `weekday` (0: Sunday) of `month`.
    Weekday { month: u32, week: u32, weekday: u32 },
    /// `Jn`: 1 to 365, without 29 February.
    Julian(u32),
    /// `n`: 0 to 365, with 29 February.
    Ordinal(u32),
}

impl Posix {
    pub(super) const fn fixed(standard: i32) -> Self {
        Self { standard, summer: None }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rest = Rest(text);
        rest.abbreviation()?;
        let standard = -rest.time(24)?;
        if rest.0.is_empty() {
            return Some(Self::fixed(standard));
        }
        rest.abbreviation()?;
        let offset = if rest.0.starts_with(',') { standard + HOUR } else { -rest.time(24)? };
        let start = rest.change()?;
        let end = rest.change()?;
        rest.0.is_empty().then_some(Self { standard, summer: Some(Summer { offset, start, end }) })
    }

    /// Seconds east of Greenwich at `utc` seconds since the epoch.
    pub(super) fn offset(&self, utc: i64) -> i32 {
        let Some(summer) = &self.summer else {
            return self.standard;
        };
        let year = DateTime::from_timestamp(utc + i64::from(self.standard), 0).map_or(1970, |time| time.year());
        let start = summer.start.local(year) - i64::from(self.standard);
        let end = summer.end.local(year) - i64::from(summer.offset);
        let is_summer = if start < end { (start..end).contains(&utc) } else { !(end..start).contains(&utc) };
        if is_summer { summer.offset } else { self.standard }
    }

    /// The first and last second since the epoch at which a local clock shows `local`.
    pub(super) fn instants(&self, local: i64) -> (i64, i64) {
        let other = self.summer.as_ref().map_or(self.standard, |summer| summer.offset);
        let (low, high) = (self.standard.min(other), self.standard.max(other));
        let [first, last] = [high, low].map(|offset| (offset, local - i64::from(offset)));
        match [first, last].map(|(offset, utc)| self.offset(utc) == offset) {
            [true, true] => (first.1, last.1),
            [true, false] => (first.1, first.1),
            // Shown once under the lower offset, or skipped.
            [false, true | false] => (last.1, last.1),
        }
    }
}

impl Change {
    /// Seconds since the epoch of the local clock.
    fn local(&self, year: i32) -> i64 {
        let january = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        let days = match self.day {
            Day::Weekday { month, week, weekday } => {
                let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default();
                let to_weekday = (7 + weekday - first.weekday().num_days_from_sunday()) % 7;
                let last_start = u32::from(first.num_days_in_month()) - 1;
                let mut day = to_weekday + (week - 1) * 7;
                if day > last_start {
                    day -= 7;
                }
                epoch_days(first) + i64::from(day)
            }
            Day::Julian(day) => {
                let leap = u32::from(january.leap_year() && day >= 60);
                epoch_days(january) + i64::from(day - 1 + leap)
            }
            Day::Ordinal(day) => epoch_days(january) + i64::from(day),
        };
        days * DAY + i64::from(self.seconds)
    }
}

fn epoch_days(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

/// What is left to read.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn eat(&mut self, prefix: char) -> bool {
        self.0.strip_prefix(prefix).inspect(|rest| self.0 = rest).is_some()
    }

    /// `CET` or `<+0530>`: at least three characters.
    fn abbreviation(&mut self) -> Option<()> {
        if self.eat('<') {
            let (name, rest) = self.0.split_once('>')?;
            self.0 = rest;
            return (name.len() >= 3).then_some(());
        }
        let rest = self.0.trim_start_matches(|one: char| one.is_ascii_alphabetic());
        let long_enough = self.0.len() - rest.len() >= 3;
        self.0 = rest;
        long_enough.then_some(())
    }

    fn number(&mut self, max: i32) -> Option<i32> {
        let rest = self.0.trim_start_matches(|one: char| one.is_ascii_digit());
        let (digits, _) = self.0.split_at_checked(self.0.len() - rest.len())?;
        self.0 = rest;
        digits.parse().ok().filter(|number| *number <= max)
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    fn time(&mut self, max_hours: i32) -> Option<i32> {
        let negative = self.eat('-');
        if !negative {
            self.eat('+');
        }
        let mut seconds = self.number(max_hours)? * HOUR;
        for unit in [60, 1] {
            if self.eat(':') {
                seconds += self.number(59)? * unit;
            } else {
                break;
            }
        }
        Some(if negative { -seconds } else { seconds })
    }

    /// `,date[/time]`; the time is 02:00 where none is given.
    fn change(&mut self) -> Option<Change> {
        if !self.eat(',') {
            return None;
        }
        let day = if self.eat('M') {
            let month = self.within(1, 12)?;
            let week = self.eat('.').then(|| self.within(1, 5))??;
            let weekday = self.eat('.').then(|| self.within(0, 6))??;
            Day::Weekday { month, week, weekday }
        } else if self.eat('J') {
            Day::Julian(self.within(1, 365)?)
        } else {
            Day::Ordinal(self.within(0, 365)?)
        };
        let seconds = if self.eat('/') { self.time(167)? } else { 2 * HOUR };
        Some(Change { day, seconds })
    }

    fn within(&mut self, low: u32, high: u32) -> Option<u32> {
        let number = u32::try_from(self.number(365)?).ok()?;
        (low..=high).contains(&number).then_some(number)
    }
}
