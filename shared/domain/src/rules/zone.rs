//! Time zones by their names in the IANA database, with all its offsets, those of the past included.

use jiff::{
    Timestamp as Instant,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};
use strsim::osa_distance;

use crate::time::Timestamp;

/// A time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

/// No zone has this name, and it is no POSIX rule either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no time zone is called `{name}`")]
pub struct UnknownZone {
    /// What was asked for.
    pub name: String,
    /// Names like it, the likeliest first.
    pub close: Vec<String>,
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
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// The zone called `name` (`Europe/Berlin`, `UTC`), or the one of a POSIX rule (`CET-1CEST,M3.5.0,M10.5.0/3`).
    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        if let Ok(zone) = jiff::tz::db().get(name) {
            // As the database writes it, whatever the capitals that were asked for.
            let name = zone.iana_name().unwrap_or(name).to_owned();
            return Ok(Self { name, zone });
        }
        let zone = TimeZone::posix(name).map_err(|_| UnknownZone { name: name.to_owned(), close: close_to(name) })?;
        Ok(Self { name: name.to_owned(), zone })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Seconds east of Greenwich at `at`.
    pub fn offset(&self, at: Timestamp) -> i32 {
        self.zone.to_offset(instant(at.millis().div_euclid(1000))).seconds()
    }

    /// What a clock on the wall shows at `at`, in seconds since 1970-01-01T00:00:00 on that clock.
    pub fn local(&self, at: Timestamp) -> i64 {
        at.millis().div_euclid(1000) + i64::from(self.offset(at))
    }

    /// When a clock on the wall shows `local` (seconds as in [`Zone::local`]). A time that is skipped when clocks
    /// are put forward is taken as the one shown by a clock that was not.
    pub fn instants(&self, local: i64) -> Instants {
        let shown: DateTime = TimeZone::UTC.to_datetime(instant(local));
        let (earliest, latest) = match self.zone.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Gap { before: offset, .. } => (offset, offset),
            AmbiguousOffset::Fold { before, after } => (before, after),
        };
        let at = |offset: jiff::tz::Offset| Timestamp::from_seconds(local - i64::from(offset.seconds()));
        Instants { earliest: at(earliest), latest: at(latest) }
    }
}

/// The same in the library's terms. Times here end with the year 9999, and so do the library's.
fn instant(seconds: i64) -> Instant {
    Instant::from_second(seconds).unwrap_or(if seconds < 0 { Instant::MIN } else { Instant::MAX })
}

/// Up to three names that somebody who wrote `name` may have meant.
fn close_to(name: &str) -> Vec<String> {
    let wanted = name.to_lowercase().replace(' ', "_");
    let asked = wanted.rsplit('/').next().unwrap_or_default();
    let most = (asked.chars().count() / 3).max(1);
    let mut found: Vec<(usize, String)> = jiff::tz::db()
        .available()
        .filter_map(|known| {
            let lower = known.as_str().to_lowercase();
            let city = lower.rsplit('/').next().unwrap_or_default();
            let distance = osa_distance(&lower, &wanted).min(osa_distance(city, asked));
            (distance <= most).then(|| (distance, known.as_str().to_owned()))
        })
        .collect();
    found.sort();
    found.into_iter().take(3).map(|(_, known)| known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn every_name_of_the_database_is_a_zone() {
        let names: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
        for name in &names {
            let zone = Zone::parse(name).unwrap();
            assert_eq!(zone.name(), name);
            assert!(zone.offset(at("2026-07-01T00:00:00Z")).abs() <= 14 * 3600, "{name}");
        }
        assert!(names.len() > 400);
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
            // Clocks are moved around Ramadan by decree.
            ("Africa/Casablanca", "2026-02-14T12:00:00Z", 1.0),
            ("Africa/Casablanca", "2026-02-20T12:00:00Z", 0.0),
            ("Africa/Casablanca", "2026-03-25T12:00:00Z", 1.0),
            // As it was before a change of the law.
            ("Europe/Istanbul", "2015-12-01T12:00:00Z", 2.0),
            ("Europe/Istanbul", "2026-12-01T12:00:00Z", 3.0),
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
        assert_eq!(Zone::parse("Europe/Berlim").unwrap_err().close.first(), Some(&"Europe/Berlin".to_owned()));
        assert_eq!(Zone::parse("Berlin").unwrap_err().close.first(), Some(&"Europe/Berlin".to_owned()));
        assert_eq!(Zone::parse("new york").unwrap_err().close.first(), Some(&"America/New_York".to_owned()));
        assert!(Zone::parse("xyzzyq").unwrap_err().close.is_empty());
    }

    #[test]
    fn a_rule_may_stand_in_for_a_name() {
        let zone = Zone::parse("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        assert_eq!(zone.offset(at("2026-07-01T00:00:00Z")), 7200);
        for bad in ["", "CET-1CEST,M13.5.0,M10.5.0/3", "CET-1CEST,M3.5.0", "-1", "CET-99", "CET-1CESTx"] {
            assert!(Zone::parse(bad).is_err(), "{bad}");
        }
    }
}
