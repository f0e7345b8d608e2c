//! Clocks on the wall and shifts by plain sums, a minute at a time: nothing of this is taken from what it is held against.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use chrono::{Datelike as _, Days, NaiveDate};

pub(crate) const DAY: i64 = 1440;

/// Minutes since 1970 at midnight, were it in Greenwich.
pub(crate) fn midnight(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days() * DAY
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A Sunday of a month: the first on or after a day of it.
fn sunday(year: i32, month: u32, from: u32) -> i64 {
    let day = NaiveDate::from_ymd_opt(year, month, from).unwrap();
    midnight(day) + i64::from((7 - day.weekday().num_days_from_sunday()) % 7) * DAY
}

/// How many minutes a zone is ahead of Greenwich.
fn ahead(zone: &str, minute: i64) -> i64 {
    let year = (NaiveDate::default() + Days::new(u64::try_from(minute / DAY).unwrap())).year();
    let (usual, spring, autumn) = match zone {
        "UTC" => return 0,
        "Europe/Berlin" => (60, sunday(year, 3, 25) + 60, sunday(year, 10, 25) + 60),
        "America/New_York" => (-300, sunday(year, 3, 8) + 7 * 60, sunday(year, 11, 1) + 6 * 60),
        other => unreachable!("{other} is not worked in"),
    };
    if (spring..autumn).contains(&minute) { usual + 60 } else { usual }
}

/// Days from 0 (Monday), minutes after midnight; what ends on the next day ends after 1440.
#[derive(Debug, Clone)]
pub(crate) struct Shift(pub(crate) Range<u8>, pub(crate) i64, pub(crate) i64);

#[derive(Debug, Clone)]
pub(crate) struct Hours {
    pub(crate) zone: &'static str,
    /// None: always.
    pub(crate) shifts: Vec<Shift>,
    pub(crate) off: BTreeSet<NaiveDate>,
}

impl Hours {
    /// Which minutes of `range` are worked.
    pub(crate) fn worked(&self, range: &Range<i64>) -> Vec<bool> {
        // What the wall says in each minute: where it says the same twice, the first and the last time.
        let mut wall: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
        for minute in range.start - 3 * DAY..range.end + 3 * DAY {
            let says = minute + ahead(self.zone, minute);
            wall.entry(says).and_modify(|(_, last)| *last = minute).or_insert((minute, minute));
        }
        // What it skips happens an hour later.
        let when = |says: i64| wall.get(&says).or_else(|| wall.get(&(says + 60))).copied().unwrap();
        let mut worked = vec![false; usize::try_from(range.end - range.start).unwrap()];
        let always = [Shift(0..7, 0, DAY)];
        let shifts = if self.shifts.is_empty() { &always[..] } else { &self.shifts };
        for number in range.start / DAY - 2..=range.end / DAY + 1 {
            let day = NaiveDate::default() + Days::new(u64::try_from(number).unwrap());
            let weekday = u8::try_from(day.weekday().num_days_from_monday()).unwrap();
            for Shift(days, from, to) in shifts {
                if !days.contains(&weekday) || self.off.contains(&day) {
                    continue;
                }
                for minute in when(number * DAY + from).0..when(number * DAY + to).1 {
                    if range.contains(&minute) {
                        worked[usize::try_from(minute - range.start).unwrap()] = true;
                    }
                }
            }
        }
        worked
    }

    /// As the rules write them.
    pub(crate) fn written(&self) -> String {
        const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let time = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let shift = |Shift(days, from, to): &Shift| {
            let days = days.clone().map(|day| format!("{:?}", NAMES[usize::from(day)])).collect::<Vec<_>>().join(", ");
            let to = if *to > DAY { to - DAY } else { *to };
            format!("{{ days = [{days}], from = {:?}, to = {:?} }}", time(*from), time(to))
        };
        format!("shifts = [{}]\n", self.shifts.iter().map(shift).collect::<Vec<_>>().join(", "))
    }
}
