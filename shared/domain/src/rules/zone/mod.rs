//! Time zones as data: every name of the IANA database with the rule it follows now, in POSIX form.
//!
//! The rule tells today's and tomorrow's offsets, which is all that shifts need; offsets of the past are not kept.
//! Morocco moves its clocks around Ramadan by decree, which no rule of this form can tell: it is taken as UTC+1.

mod posix;

use std::collections::BTreeSet;

use posix::Posix;

use crate::time::Timestamp;

/// Names by rule: each line holds a rule and the zones that follow it.
const NAMES: &str = include_str!("names.txt");

/// A time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    rule: Posix,
}

/// No zone has this name, and it is no POSIX rule either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no time zone is called `{name}`")]
pub struct UnknownZone {
    /// What was asked for.
    pub name: String,
    /// Names like it, the likeliest first.
    pub close: Vec<&'static str>,
}

/// The instants that one reading of the local clock can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instants {
    /// The first.
    pub earliest: Timestamp,
    /// The last: another than the first where clocks are turned back.
    pub latest: Timestamp,
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), rule: Posix::fixed(0) }
    }

    /// The zone called `name` (`Europe/Berlin`, `UTC`), or the one of a POSIX rule (`CET-1CEST,M3.5.0,M10.5.0/3`).
    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        let known = NAMES.lines().find_map(|line| {
            let (rule, names) = line.split_once(' ')?;
            let name = names.split(' ').find(|one| one.eq_ignore_ascii_case(name))?;
            Some(Self { name: name.to_owned(), rule: Posix::parse(rule)? })
        });
        known
            .or_else(|| Some(Self { name: name.to_owned(), rule: Posix::parse(name)? }))
            .ok_or_else(|| UnknownZone { name: name.to_owned(), close: close_to(name) })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Seconds east of Greenwich at `at`.
    pub fn offset(&self, at: Timestamp) -> i32 {
        self.rule.offset(at.millis().div_euclid(1000))
    }

    /// What a clock on the wall shows at `at`, in seconds since 1970-01-01T00:00:00 on that clock.
    pub fn local(&self, at: Timestamp) -> i64 {
        at.millis().div_euclid(1000) + i64::from(self.offset(at))
    }

    /// When a clock on the wall shows `local` (seconds as in [`Zone::local`]). A time that is skipped when clocks
    /// are put forward is taken as the one shown by a clock that was not.
    pub fn instants(&self, local: i64) -> Instants {
        let (earliest, latest) = self.rule.instants(local);
        Instants { earliest: Timestamp::from_seconds(earliest), latest: Timestamp::from_seconds(latest) }
    }
}

/// Every zone that has a name, with no order.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.lines().flat_map(|line| line.split(' ').skip(1))
}

/// Up to three names that somebody who wrote `name` may have meant.
fn close_to(name: &str) -> Vec<&'static str> {
    let wanted = name.to_lowercase().replace(' ', "_");
    let found: BTreeSet<(usize, &str)> = names()
        .filter_map(|known| {
            let lower = known.to_lowercase();
            let city = lower.rsplit('/').next().unwrap_or_default();
            let asked = wanted.rsplit('/').next().unwrap_or_default();
            let distance = super::suggest::distance(&lower, &wanted).min(super::suggest::distance(city, asked));
            (distance <= (asked.chars().count() / 3).max(1)).then_some((distance, known))
        })
        .collect();
    found.into_iter().take(3).map(|(_, known)| known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn every_named_zone_has_a_rule() {
        for name in names() {
            let zone = Zone::parse(name).unwrap();
            assert_eq!(zone.name(), name);
            assert!(zone.offset(at("2026-07-01T00:00:00Z")).abs() <= 14 * 3600, "{name}");
        }
        assert!(names().count() > 400);
    }

    #[test]
    fn offsets_are_those_of_the_clock_database() {
        // Read off the system's zoneinfo, one second before and at each change of 2026.
        for (zone, time, hours) in [
            ("Europe/Berlin", "2026-03-29T00:59:59Z", 1.0),
            ("Europe/Berlin", "2026-03-29T01:00:00Z", 2.0),
            ("Europe/Berlin", "2026-10-25T00:59:59Z", 2.0),
            ("Europe/Berlin", "2026-10-25T01:00:00Z", 1.0),
            ("America/New_York", "2026-03-08T06:59:59Z", -5.0),
            ("America/New_York", "2026-03-08T07:00:00Z", -4.0),
            ("America/St_Johns", "2026-07-01T00:00:00Z", -2.5),
            ("Europe/Dublin", "2026-03-29T00:59:59Z", 0.0),
            ("Europe/Dublin", "2026-03-29T01:00:00Z", 1.0),
            ("Australia/Lord_Howe", "2026-04-04T14:59:59Z", 11.0),
            ("Australia/Lord_Howe", "2026-04-04T15:00:00Z", 10.5),
            ("Australia/Sydney", "2026-01-01T00:00:00Z", 11.0),
            ("America/Nuuk", "2026-03-29T00:59:59Z", -2.0),
            ("America/Nuuk", "2026-03-29T01:00:00Z", -1.0),
            ("Asia/Jerusalem", "2026-03-26T23:59:59Z", 2.0),
            ("Asia/Jerusalem", "2026-03-27T00:00:00Z", 3.0),
            ("Asia/Kolkata", "2026-03-27T00:00:00Z", 5.5),
            ("Africa/Cairo", "2026-04-23T22:00:00Z", 3.0),
            ("utc", "2026-03-27T00:00:00Z", 0.0),
        ] {
            let offset = f64::from(Zone::parse(zone).unwrap().offset(at(time))) / 3600.0;
            assert!((offset - hours).abs() < 0.001, "{zone} {time}: {offset}");
        }
    }

    #[test]
    fn a_local_time_is_found_again() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        for time in ["2026-01-15T10:00:00Z", "2026-07-15T22:30:00Z"] {
            let found = zone.instants(zone.local(at(time)));
            assert_eq!((found.earliest, found.latest), (at(time), at(time)));
        }
        let wall = |text: &str| at(text).millis() / 1000;
        let twice = zone.instants(wall("2026-10-25T02:30:00Z"));
        assert_eq!(twice.earliest, at("2026-10-25T00:30:00Z"));
        assert_eq!(twice.latest, at("2026-10-25T01:30:00Z"));
        let never = zone.instants(wall("2026-03-29T02:30:00Z"));
        assert_eq!((never.earliest, never.latest), (at("2026-03-29T01:30:00Z"), at("2026-03-29T01:30:00Z")));
    }

    #[test]
    fn an_unknown_name_comes_with_names_like_it() {
        assert_eq!(Zone::parse("Europe/Berlim").unwrap_err().close.first(), Some(&"Europe/Berlin"));
        assert_eq!(Zone::parse("Berlin").unwrap_err().close.first(), Some(&"Europe/Berlin"));
        assert_eq!(Zone::parse("new york").unwrap_err().close.first(), Some(&"America/New_York"));
        assert!(Zone::parse("xyzzyq").unwrap_err().close.is_empty());
    }

    #[test]
    fn a_rule_may_stand_in_for_a_name() {
        let zone = Zone::parse("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        assert_eq!(zone.offset(at("2026-07-01T00:00:00Z")), 7200);
        for bad in ["", "CET", "CET-1CEST,M13.5.0,M10.5.0/3", "CET-1CEST,M3.5.0", "-1", "CET-99", "CET-1CESTx"] {
            assert!(Zone::parse(bad).is_err(), "{bad}");
        }
    }
}
