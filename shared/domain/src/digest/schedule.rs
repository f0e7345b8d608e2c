//! When a digest is due: once per local day, whatever the clocks do and however late somebody asks.

use chrono::{DateTime, Datelike, Days, NaiveDate};

use crate::{
    rules::{Rules, Zone},
    time::{Span, Timestamp},
};

const DAY: i64 = 86_400;
/// A digest that could not go out for longer than this does not go out any more.
const LATE: Span = Span::hours(12);
/// How far ahead the next one is looked for: further than any holidays reach.
const AHEAD: u64 = 400;

/// A digest that should be out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Its local day: what makes it the same digest to whoever asks.
    pub day: NaiveDate,
    /// When it should have gone out.
    pub at: Timestamp,
}

/// The digest that should be out `now`; none when there is none, or it is too late for it. To be asked as often as one
/// likes: the day is the same for everybody who asks.
pub fn due(rules: &Rules, now: Timestamp) -> Option<Due> {
    // `24:00` of a day is the beginning of the next.
    let today = local_day(&rules.digest.zone, now)?;
    let yesterday = today.checked_sub_days(Days::new(1))?;
    let candidates = [today, yesterday].into_iter().filter_map(|day| planned(rules, day));
    candidates.filter(|due| due.at <= now && now.since(due.at) <= LATE).max_by_key(|due| due.at)
}

/// When the next one goes out, after `now`.
pub fn next(rules: &Rules, now: Timestamp) -> Option<Timestamp> {
    let start = local_day(&rules.digest.zone, now)?.checked_sub_days(Days::new(1))?;
    (0..AHEAD)
        .map_while(|ahead| start.checked_add_days(Days::new(ahead)))
        .filter_map(|day| planned(rules, day))
        .map(|due| due.at)
        .find(|at| *at > now)
}

/// When the digest of `day` goes out; not on every day there is one. In the hour that is skipped it goes out an hour
/// later by the wall; in the hour that comes twice, the first time.
fn planned(rules: &Rules, day: NaiveDate) -> Option<Due> {
    let digest = &rules.digest;
    let weekday = u8::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
    if !digest.days.contains(&weekday) || rules.workspace.hours.holidays.contains(&day) {
        return None;
    }
    let at = digest.zone.instants(midnight(day) + i64::from(digest.at) * 60).earliest;
    Some(Due { day, at })
}

/// The day on the wall at `now`.
pub fn local_day(zone: &Zone, now: Timestamp) -> Option<NaiveDate> {
    DateTime::from_timestamp(zone.local(now), 0).map(|time| time.date_naive())
}

/// The first instant of `day`, and the first that is no longer in it.
pub fn bounds(zone: &Zone, day: NaiveDate) -> (Timestamp, Timestamp) {
    let start = midnight(day);
    (zone.instants(start).earliest, zone.instants(start + DAY).earliest)
}

/// The day `back` days before `day`.
pub fn earlier(day: NaiveDate, back: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(back)).unwrap_or(day)
}

/// As `2026-01-31`.
pub fn day_name(day: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
}

fn midnight(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days() * DAY
}
