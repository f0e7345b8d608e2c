//! When somebody works: shifts on the clock of their own time zone, less holidays and leave.

use std::{collections::BTreeSet, ops::RangeInclusive};

use chrono::{DateTime, Datelike, Days, NaiveDate, Timelike};

use super::zone::Zone;
use crate::time::{Span, Timestamp};

const DAY: i64 = 86_400;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How many days ahead a next shift is looked for.
const HORIZON: u64 = 400;

/// How many days back a last shift is looked for.
const LOOK_BACK: u64 = 15;

/// A stretch of work that begins on certain days of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Days on which it begins, from 0 (Monday).
    pub days: BTreeSet<u8>,
    /// Minutes after midnight.
    pub from: u16,
    /// Minutes after midnight; at or before `from` when it ends on the next day.
    pub to: u16,
}

impl Shift {
    /// How many minutes it takes on a day without a change of clocks.
    pub fn minutes(&self) -> u16 {
        let day = super::read::DAY_MINUTES;
        if self.to > self.from { self.to - self.from } else { day - self.from + self.to }
    }
}

/// The working hours of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// Whose clock the shifts go by.
    pub zone: Zone,
    /// None: always at work, but on holidays and leave.
    pub shifts: Vec<Shift>,
    /// Days on which no shift begins.
    pub holidays: BTreeSet<NaiveDate>,
    /// Days away, first and last included.
    pub leave: Vec<RangeInclusive<NaiveDate>>,
}

/// A stretch of time in which somebody is at work: from the first, to before the second.
type Stretch = (Timestamp, Timestamp);

impl Hours {
    /// Always, by universal time.
    pub fn always() -> Self {
        Self { zone: Zone::utc(), shifts: Vec::new(), holidays: BTreeSet::new(), leave: Vec::new() }
    }

    /// Whether they are at work `now`.
    pub fn at_work(&self, now: Timestamp) -> bool {
        self.ends(now).is_some()
    }

    /// When the shift they are on `now` ends; `None` when they are on none.
    pub fn ends(&self, now: Timestamp) -> Option<Timestamp> {
        let today = self.day(now)?;
        let yesterday = today.checked_sub_days(Days::new(1));
        yesterday
            .into_iter()
            .chain([today])
            .flat_map(|day| self.stretches(day))
            .filter(|(from, to)| *from <= now && now < *to)
            .map(|(_, to)| to)
            .max()
    }

    /// When they begin work next, after `now`; `None` when that is not within a year or so.
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let today = self.day(now)?;
        (0..HORIZON)
            .map_while(|ahead| today.checked_add_days(Days::new(ahead)))
            .find_map(|day| self.stretches(day).into_iter().map(|(from, _)| from).filter(|from| *from > now).min())
    }

    /// When `span` of work is done, begun at `from`: what lies between shifts does not count. `None` when that is not
    /// within a year or so.
    pub fn after(&self, from: Timestamp, span: Span) -> Option<Timestamp> {
        let (mut at, mut left) = (from, span);
        if left == Span::default() {
            return Some(at);
        }
        for (start, end) in self.ahead(from) {
            let start = start.max(at);
            let free = end.since(start);
            if free >= left {
                return Some(start.plus(left));
            }
            left = Span::millis(left.as_millis().saturating_sub(free.as_millis()));
            at = at.max(end);
        }
        None
    }

    /// How much of the time from `from` to `to` is worked.
    pub fn worked(&self, from: Timestamp, to: Timestamp) -> Span {
        let (mut at, mut worked) = (from, 0_u64);
        for (start, end) in self.ahead(from).take_while(|(start, _)| *start < to) {
            worked = worked.saturating_add(end.min(to).since(start.max(at)).as_millis());
            at = at.max(end);
        }
        Span::millis(worked)
    }

    /// When they go, if they are at work `now`: the end of the last of the shifts that follow one another without a
    /// break. `None` where they stay for weeks.
    pub fn leaves(&self, now: Timestamp) -> Option<Timestamp> {
        let mut end = self.ends(now)?;
        for _ in 0..LOOK_BACK {
            match self.ends(end) {
                Some(later) => end = later,
                None => return Some(end),
            }
        }
        None
    }

    /// The end of the last shift before `before`; `None` when there was none for some days.
    pub fn last_end(&self, before: Timestamp) -> Option<Timestamp> {
        let today = self.day(before)?;
        (0..LOOK_BACK)
            .map_while(|back| today.checked_sub_days(Days::new(back)))
            .flat_map(|day| self.stretches(day))
            .map(|(_, end)| end)
            .filter(|end| *end <= before)
            .max()
    }

    /// The shifts from the one that `from` may lie in, in their order.
    fn ahead(&self, from: Timestamp) -> impl Iterator<Item = Stretch> {
        let first = self.day(from).and_then(|today| today.checked_sub_days(Days::new(1)));
        let days = (0..HORIZON).map_while(move |ahead| first?.checked_add_days(Days::new(ahead)));
        days.flat_map(|day| {
            let mut stretches = self.stretches(day);
            stretches.sort_by(Ord::cmp);
            stretches
        })
    }

    /// Whether they are off for the whole of `day`.
    pub fn off(&self, day: NaiveDate) -> bool {
        self.holidays.contains(&day) || self.leave.iter().any(|leave| leave.contains(&day))
    }

    /// A time as they say it.
    pub fn said(&self, at: Timestamp) -> String {
        let local = DateTime::from_timestamp(self.zone.local(at), 0).unwrap_or_default();
        let month = usize::try_from(local.month0()).ok().and_then(|place| MONTHS.get(place)).unwrap_or(&"");
        let (day, hour, minute) = (local.day(), local.hour(), local.minute());
        format!("{} {day} {month} {hour:02}:{minute:02} {}", local.weekday(), self.zone.name())
    }

    /// The day on their wall at `now`.
    pub fn day(&self, now: Timestamp) -> Option<NaiveDate> {
        DateTime::from_timestamp(self.zone.local(now), 0).map(|time| time.date_naive())
    }

    /// What they work from the beginning of `day`. A shift that runs past midnight belongs to the day it begins on,
    /// so a holiday does not cut short the night before it.
    fn stretches(&self, day: NaiveDate) -> Vec<Stretch> {
        if self.off(day) {
            return Vec::new();
        }
        let midnight = day.signed_duration_since(NaiveDate::default()).num_days() * DAY;
        let stretch = |from: u16, minutes: u16| {
            let from = midnight + i64::from(from) * 60;
            // Where clocks are turned back, the shift covers both of the hours that look the same.
            (self.zone.instants(from).earliest, self.zone.instants(from + i64::from(minutes) * 60).latest)
        };
        if self.shifts.is_empty() {
            return vec![stretch(0, super::read::DAY_MINUTES)];
        }
        let weekday = u8::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
        self.shifts
            .iter()
            .filter(|shift| shift.days.contains(&weekday))
            .map(|shift| stretch(shift.from, shift.minutes()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn hours(zone: &str, shifts: &[(&[u8], u16, u16)]) -> Hours {
        let shifts = shifts
            .iter()
            .map(|(days, from, to)| Shift { days: days.iter().copied().collect(), from: *from, to: *to })
            .collect();
        Hours { zone: Zone::parse(zone).unwrap(), shifts, ..Hours::always() }
    }

    const WEEK: &[u8] = &[0, 1, 2, 3, 4, 5, 6];

    #[test]
    fn split_shifts_have_a_break() {
        let hours = hours("UTC", &[(WEEK, 9 * 60, 12 * 60), (WEEK, 13 * 60, 17 * 60)]);
        for (time, working) in [
            ("2026-03-04T08:59:59.999Z", false),
            ("2026-03-04T09:00:00Z", true),
            ("2026-03-04T12:00:00Z", false),
            ("2026-03-04T13:00:00Z", true),
            ("2026-03-04T17:00:00Z", false),
        ] {
            assert_eq!(hours.at_work(at(time)), working, "{time}");
        }
        assert_eq!(hours.next(at("2026-03-04T12:30:00Z")), Some(at("2026-03-04T13:00:00Z")));
        assert_eq!(hours.ends(at("2026-03-04T09:00:00Z")), Some(at("2026-03-04T12:00:00Z")));
    }

    #[test]
    fn nights_run_past_midnight_and_into_holidays() {
        // Friday nights.
        let mut hours = hours("Europe/Berlin", &[(&[4], 22 * 60, 6 * 60)]);
        hours.holidays.insert(NaiveDate::from_ymd_opt(2026, 1, 10).unwrap());
        assert!(hours.at_work(at("2026-01-10T04:59:59Z")));
        assert!(!hours.at_work(at("2026-01-10T05:00:00Z")));
        hours.holidays.insert(NaiveDate::from_ymd_opt(2026, 1, 9).unwrap());
        assert!(!hours.at_work(at("2026-01-10T04:59:59Z")));
        assert_eq!(hours.next(at("2026-01-09T00:00:00Z")), Some(at("2026-01-16T21:00:00Z")));
    }

    #[test]
    fn nights_of_the_changes_are_an_hour_shorter_and_longer() {
        let hours = hours("Europe/Berlin", &[(WEEK, 22 * 60, 6 * 60)]);
        assert!(hours.at_work(at("2026-03-29T03:59:59Z")));
        assert!(!hours.at_work(at("2026-03-29T04:00:00Z")));
        assert!(hours.at_work(at("2026-10-25T04:59:59Z")));
        assert!(!hours.at_work(at("2026-10-25T05:00:00Z")));
    }

    #[test]
    fn a_shift_in_the_hour_that_comes_twice_is_worked_through() {
        let hours = hours("Europe/Berlin", &[(&[6], 2 * 60, 2 * 60 + 30)]);
        for (time, working) in [
            ("2026-10-25T00:00:00Z", true),
            ("2026-10-25T00:45:00Z", true),
            ("2026-10-25T01:29:59Z", true),
            ("2026-10-25T01:30:00Z", false),
        ] {
            assert_eq!(hours.at_work(at(time)), working, "{time}");
        }
        // In the hour that is skipped it happens an hour later, by the clock.
        assert!(hours.at_work(at("2026-03-29T01:15:00Z")));
        assert!(!hours.at_work(at("2026-03-29T01:30:00Z")));
    }

    #[test]
    fn without_shifts_every_day_counts_but_leave() {
        let mut hours = hours("Pacific/Auckland", &[]);
        assert!(hours.at_work(at("2026-05-05T03:00:00Z")));
        let from = NaiveDate::from_ymd_opt(2026, 5, 5).unwrap();
        hours.leave.push(from..=NaiveDate::from_ymd_opt(2026, 5, 6).unwrap());
        assert!(!hours.at_work(at("2026-05-05T03:00:00Z")));
        assert_eq!(hours.next(at("2026-05-05T03:00:00Z")), Some(at("2026-05-06T12:00:00Z")));
        hours.leave.push(from..=NaiveDate::from_ymd_opt(2030, 1, 1).unwrap());
        assert_eq!(hours.next(at("2026-05-05T03:00:00Z")), None);
    }

    #[test]
    fn work_is_counted_over_nights_breaks_weekends_and_holidays() {
        let mut hours =
            hours("Europe/Berlin", &[(&[0, 1, 2, 3, 4], 9 * 60, 12 * 60), (&[0, 1, 2, 3, 4], 13 * 60, 17 * 60)]);
        let after = |hours: &Hours, from: &str, span| hours.after(at(from), span).unwrap().to_string();
        // Tuesday, 3 March 2026, 11:00 in Berlin.
        let eleven = "2026-03-03T10:00:00Z";
        assert_eq!(after(&hours, eleven, Span::minutes(30)), "2026-03-03T10:30:00.000Z");
        assert_eq!(after(&hours, eleven, Span::hours(1)), "2026-03-03T11:00:00.000Z", "to the very end of the shift");
        assert_eq!(after(&hours, eleven, Span::minutes(61)), "2026-03-03T12:01:00.000Z", "over the break");
        assert_eq!(after(&hours, eleven, Span::hours(6)), "2026-03-04T09:00:00.000Z", "over the night");
        assert_eq!(after(&hours, "2026-03-06T20:00:00Z", Span::hours(1)), "2026-03-09T09:00:00.000Z", "over a weekend");
        assert_eq!(hours.worked(at("2026-03-02T00:00:00Z"), at("2026-03-09T00:00:00Z")), Span::hours(35));
        hours.holidays.insert(NaiveDate::from_ymd_opt(2026, 3, 9).unwrap());
        assert_eq!(after(&hours, "2026-03-06T20:00:00Z", Span::hours(1)), "2026-03-10T09:00:00.000Z", "over a holiday");
    }

    #[test]
    fn work_is_counted_through_the_changes_of_the_clocks_and_leap_days() {
        let nights = hours("Europe/Berlin", &[(WEEK, 22 * 60, 6 * 60)]);
        // The night in March has seven hours, the one in October nine.
        let night =
            |day: &str, next: &str| nights.worked(at(&format!("{day}T12:00:00Z")), at(&format!("{next}T12:00:00Z")));
        assert_eq!(night("2026-03-28", "2026-03-29"), Span::hours(7));
        assert_eq!(night("2026-10-24", "2026-10-25"), Span::hours(9));
        assert_eq!(night("2028-02-28", "2028-02-29"), Span::hours(8));
        assert_eq!(night("2028-02-29", "2028-03-01"), Span::hours(8));
        let days = hours("UTC", &[(WEEK, 9 * 60, 17 * 60)]);
        let due = days.after(at("2028-02-28T16:00:00Z"), Span::hours(10)).unwrap();
        assert_eq!(due, at("2028-03-01T10:00:00Z"), "the leap day is worked");
        // Two shifts that meet in the hour that comes twice are not counted twice.
        let meet = hours("Europe/Berlin", &[(&[6], 60, 2 * 60), (&[6], 2 * 60, 3 * 60)]);
        assert_eq!(meet.worked(at("2026-10-24T12:00:00Z"), at("2026-10-25T12:00:00Z")), Span::hours(3));
        assert_eq!(meet.after(at("2026-10-24T12:00:00Z"), Span::hours(3)), Some(at("2026-10-25T02:00:00Z")));
    }

    #[test]
    fn what_is_counted_to_is_what_was_worked_until_then() {
        let split = hours("America/New_York", &[(&[0, 2, 4], 8 * 60, 12 * 60), (&[0, 2, 4, 6], 22 * 60, 3 * 60)]);
        for start in 0..400 {
            let from = at("2026-02-20T00:00:00Z").plus(Span::minutes(start * 173));
            for minutes in [1, 59, 240, 1441] {
                let due = split.after(from, Span::minutes(minutes)).unwrap();
                assert_eq!(split.worked(from, due), Span::minutes(minutes), "{from} and {minutes} minutes");
                assert!(split.at_work(due.minus(Span::millis(1))), "{from} and {minutes} minutes");
            }
        }
    }

    #[test]
    fn somebody_leaves_at_the_end_of_all_that_is_worked_in_one_go() {
        let split = hours("UTC", &[(WEEK, 9 * 60, 12 * 60), (WEEK, 12 * 60, 17 * 60), (WEEK, 22 * 60, 24 * 60)]);
        assert_eq!(split.leaves(at("2026-03-04T10:00:00Z")), Some(at("2026-03-04T17:00:00Z")));
        assert_eq!(split.leaves(at("2026-03-04T18:00:00Z")), None, "they are not there");
        assert_eq!(split.last_end(at("2026-03-04T20:00:00Z")), Some(at("2026-03-04T17:00:00Z")));
        assert_eq!(split.last_end(at("2026-03-04T03:00:00Z")), Some(at("2026-03-04T00:00:00Z")));
        assert_eq!(hours("UTC", &[]).leaves(at("2026-03-04T10:00:00Z")), None, "they never go");
    }
}
