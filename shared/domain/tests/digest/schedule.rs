//! Whole years of days, in zones that change their clocks at odd hours, asked for on time, late, twice and hardly ever.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use tributary_domain::{
    digest::schedule::{bounds, due, local_day, next},
    rules::Rules,
    time::{Span, Timestamp},
};

const ZONES: [&str; 9] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Africa/Cairo",
];

fn rules(zone: &str, at: &str, days: &str) -> Rules {
    let text = format!("[workspace]\ntime_zone = \"{zone}\"\n[digest]\nat = \"{at}\"\ndays = [{days}]\n");
    Rules::parse(&text).unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// What goes out in a year, when it is asked for at these times: the first to ask for a day sends it.
fn year(rules: &Rules, asked: impl Iterator<Item = Timestamp>) -> BTreeMap<NaiveDate, Timestamp> {
    let mut sent = BTreeMap::new();
    for now in asked {
        if let Some(due) = due(rules, now) {
            assert!(due.at <= now, "nothing goes out before its time");
            sent.entry(due.day).or_insert(now);
        }
    }
    sent
}

/// Every five minutes of 2026.
fn ticks() -> impl Iterator<Item = Timestamp> {
    ticks_of(2026)
}

/// Every five minutes of a year.
fn ticks_of(year: i32) -> impl Iterator<Item = Timestamp> {
    let start = at(&format!("{year}-01-01T00:00:00Z"));
    (0..368 * 288).map(move |tick| start.plus(Span::minutes(tick * 5)))
}

#[test]
fn every_local_day_of_a_year_gets_one_at_its_time_in_every_zone() {
    every_day_of(2026, &["00:00", "00:30", "02:00", "02:30", "09:00", "23:55"]);
}

#[test]
fn a_leap_year_has_one_more() {
    every_day_of(2028, &["00:00", "02:30", "09:00", "23:55"]);
    let rules = rules("Europe/Berlin", "09:00", "\"mon-sun\"");
    let sent = year(&rules, ticks_of(2028));
    assert_eq!(sent.keys().filter(|day| day.year() == 2028).count(), 366);
    let leap = NaiveDate::from_ymd_opt(2028, 2, 29).unwrap();
    assert_eq!(sent[&leap], at("2028-02-29T08:00:00Z"));
}

fn every_day_of(number: i32, times: &[&str]) {
    for zone in ZONES {
        for time in times {
            let rules = rules(zone, time, "\"mon-sun\"");
            let sent = year(&rules, ticks_of(number));
            let mut day = NaiveDate::from_ymd_opt(number, 1, 3).unwrap();
            while day.year() == number {
                assert!(sent.contains_key(&day), "{zone} {time}: nothing on {day}");
                let sent_at = sent.get(&day).unwrap();
                let wall = rules.digest.zone.local(*sent_at);
                let minutes = wall.rem_euclid(86_400) / 60;
                let wanted = i64::from(rules.digest.at);
                // Only where the clock skips that time it is an hour (on Lord Howe half an hour) later.
                let late = minutes - wanted;
                let (start, end) = bounds(&rules.digest.zone, day);
                let changes = end.since(start) != Span::days(1);
                assert!(late == 0 || (changes && (late == 30 || late == 60)), "{zone} {time} {day}: {late} late");
                assert_eq!(local_day(&rules.digest.zone, *sent_at), Some(day), "{zone} {time}");
                day = day.succ_opt().unwrap();
            }
        }
    }
}

#[test]
fn whoever_asks_twice_late_or_rarely_finds_the_same_day() {
    for zone in ZONES {
        let rules = rules(zone, "09:00", "\"mon-sun\"");
        // Each tick twice; then ticks that are missed for hours, and come at odd minutes.
        let twice = year(&rules, ticks().flat_map(|now| [now, now]));
        assert_eq!(twice, year(&rules, ticks()), "{zone}");
        let seldom = |now: &Timestamp| now.millis() / 300_000 % 127 == 0;
        let rare = year(&rules, ticks().filter(seldom).map(|now| now.plus(Span::seconds(137))));
        // Every 635 minutes: within the twelve hours in which a digest is still worth reading.
        let inside = |day: &&NaiveDate| day.year() == 2026 && day.ordinal() > 1;
        assert!(rare.keys().filter(inside).eq(twice.keys().filter(inside)), "{zone}");
    }
}

#[test]
fn one_that_is_too_late_is_left_out() {
    let rules = rules("Europe/Berlin", "09:00", "\"mon-sun\"");
    let day = |text: &str| due(&rules, at(text)).map(|due| due.day.to_string());
    assert_eq!(day("2026-07-01T06:59:59Z"), None);
    assert_eq!(day("2026-07-01T07:00:00Z").as_deref(), Some("2026-07-01"));
    assert_eq!(day("2026-07-01T19:00:00Z").as_deref(), Some("2026-07-01"));
    assert_eq!(day("2026-07-01T19:00:01Z"), None);
}

#[test]
fn the_end_of_a_day_belongs_to_that_day() {
    let rules = rules("Europe/Berlin", "24:00", "\"wed\"");
    // Wednesday, 1 July.
    assert_eq!(due(&rules, at("2026-07-01T21:59:59Z")), None);
    assert_eq!(due(&rules, at("2026-07-01T22:00:00Z")).unwrap().day.to_string(), "2026-07-01");
    assert_eq!(next(&rules, at("2026-07-01T22:00:00Z")), Some(at("2026-07-08T22:00:00Z")));
}

#[test]
fn an_hour_that_comes_twice_sends_once_and_a_skipped_one_sends() {
    let rules = rules("Europe/Berlin", "02:30", "\"mon-sun\"");
    let autumn = due(&rules, at("2026-10-25T01:45:00Z")).unwrap();
    assert_eq!((autumn.day.to_string().as_str(), autumn.at), ("2026-10-25", at("2026-10-25T00:30:00Z")));
    let spring = due(&rules, at("2026-03-29T01:30:00Z")).unwrap();
    assert_eq!(spring.day.to_string(), "2026-03-29");
}

#[test]
fn other_days_holidays_and_no_days_are_quiet() {
    let mut rules = rules("Europe/Berlin", "09:00", "\"mon-fri\"");
    assert_eq!(next(&rules, at("2026-07-03T07:00:00Z")), Some(at("2026-07-06T07:00:00Z")));
    rules.workspace.hours.holidays.insert(NaiveDate::from_ymd_opt(2026, 7, 6).unwrap());
    assert_eq!(next(&rules, at("2026-07-03T07:00:00Z")), Some(at("2026-07-07T07:00:00Z")));
    assert_eq!(due(&rules, at("2026-07-06T07:00:00Z")), None);
    rules.digest.days.clear();
    assert_eq!(next(&rules, at("2026-07-03T07:00:00Z")), None);
    assert!(year(&rules, ticks()).is_empty());
}

#[test]
fn days_have_the_hours_that_the_clocks_give_them() {
    let rules = rules("Europe/Berlin", "09:00", "\"mon-sun\"");
    let hours = |day: (i32, u32, u32)| {
        let (start, end) = bounds(&rules.digest.zone, NaiveDate::from_ymd_opt(day.0, day.1, day.2).unwrap());
        end.since(start).as_millis() / 3_600_000
    };
    assert_eq!([hours((2026, 3, 29)), hours((2026, 7, 1)), hours((2026, 10, 25))], [23, 24, 25]);
}
