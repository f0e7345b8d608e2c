//! Windows that close while nobody is at work: when the last shift is told, case by case.

use tributary_domain::{escalation, rules::Rules, time::Timestamp};

use super::desk::{ThreadHarness, WINDOW};

const DAYS: &str = "[hours]\nshifts = [{ days = [\"mon-fri\"], from = \"09:00\", to = \"17:00\" }]\n";
/// Only the window makes these threads due.
const PATIENT: &str = "[targets]\nnormal = \"3d\"\nlow = \"3d\"\n";

fn berlin(rest: &str) -> Rules {
    Rules::parse(&format!("[workspace]\ntime_zone = \"Europe/Berlin\"\n{rest}")).unwrap()
}

/// When the last shift is told, and when the chain begins; the window is open for a day.
fn told(rules: &Rules, asked: &str) -> (Option<String>, String) {
    let at = Timestamp::parse(asked).unwrap();
    let plan = escalation::plan(rules, &ThreadHarness::asked(at).thread, WINDOW).unwrap();
    (plan.last_call.map(|(call, _)| call.to_string()), plan.starts.to_string())
}

#[test]
fn the_last_shift_before_the_window_closes_is_told() {
    let late =
        "[teammates.\"mia@example.com\"]\nshifts = [{ days = [\"mon-fri\"], from = \"22:00\", to = \"06:00\" }]\n";
    let split = "[hours]\nshifts = [{ days = [\"mon-fri\"], from = \"08:00\", to = \"12:00\" }, \
        { days = [\"mon-fri\"], from = \"14:00\", to = \"19:00\" }]\n";
    let leave = "[teammates.\"mia@example.com\"]\nleave = [{ from = \"2026-03-05\", to = \"2026-03-05\" }]\n";
    let two = "[teammates.\"mia@example.com\"]\n[teammates.\"jon@example.com\"]\ntime_zone = \"America/New_York\"\n";
    let other = "[teammates.\"mia@example.com\"]\n[teammates.\"jon@example.com\"]\ntime_zone = \"America/New_York\"\n\
        accounts = [\"acc_other\"]\n";
    let sundays = "[hours]\nshifts = [{ days = [\"sat-sun\"], from = \"20:00\", to = \"02:00\" }]\n";
    for (name, rules, asked, call, starts) in [
        // Wednesday, 4 March 2026, 20:00 in Berlin; it closes on Thursday at 20:00.
        ("in the evening", format!("{DAYS}{PATIENT}"), "2026-03-04T19:00:00Z", "2026-03-05T15:30", "2026-03-05T15:35"),
        (
            "over a holiday",
            format!("holidays = [\"2026-03-05\"]\n{DAYS}{PATIENT}"),
            "2026-03-04T11:00:00Z",
            "2026-03-04T15:30",
            "2026-03-04T15:35",
        ),
        (
            "during leave",
            format!("{DAYS}{PATIENT}{leave}"),
            "2026-03-04T11:00:00Z",
            "2026-03-04T15:30",
            "2026-03-04T15:35",
        ),
        (
            "between split shifts",
            format!("{split}{PATIENT}"),
            "2026-03-04T12:00:00Z",
            "2026-03-05T10:30",
            "2026-03-05T10:35",
        ),
        (
            "after a night",
            format!("{DAYS}{PATIENT}{late}"),
            "2026-03-04T06:00:00Z",
            "2026-03-05T04:30",
            "2026-03-05T04:35",
        ),
        ("over a weekend", format!("{DAYS}{PATIENT}"), "2026-03-06T12:00:00Z", "2026-03-06T15:30", "2026-03-06T15:35"),
        (
            "after the other zone",
            format!("{DAYS}{PATIENT}{two}"),
            "2026-03-04T23:00:00Z",
            "2026-03-05T21:30",
            "2026-03-05T21:35",
        ),
        (
            "whoever answers elsewhere",
            format!("{DAYS}{PATIENT}{other}"),
            "2026-03-04T20:00:00Z",
            "2026-03-05T15:30",
            "2026-03-05T15:35",
        ),
        // They go at 02:00, which is before the clocks go forward: 01:00 in Greenwich.
        (
            "in the spring",
            format!("{sundays}{PATIENT}"),
            "2026-03-28T05:00:00Z",
            "2026-03-29T00:30",
            "2026-03-29T00:35",
        ),
        // In the autumn they go at the second 02:00.
        (
            "in the autumn",
            format!("{sundays}{PATIENT}"),
            "2026-10-24T05:00:00Z",
            "2026-10-25T00:30",
            "2026-10-25T00:35",
        ),
        // Asked after the last of them went: at once.
        ("too late", format!("{DAYS}{PATIENT}"), "2026-03-06T19:00:00Z", "2026-03-06T19:00", "2026-03-06T19:00"),
        // The target is the earlier of the two: it is told of all the same.
        ("after its target", DAYS.to_owned(), "2026-03-04T19:00:00Z", "2026-03-05T15:30", "2026-03-04T23:00"),
        ("29 February", format!("{DAYS}{PATIENT}"), "2028-02-28T19:00:00Z", "2028-02-29T15:30", "2028-02-29T15:35"),
    ] {
        let (is, begins) = told(&berlin(&rules), asked);
        let exact = |minute: &str| format!("{minute}:00.000Z");
        assert_eq!((is, begins), (Some(exact(call)), exact(starts)), "{name}");
    }
}

#[test]
fn nobody_is_told_where_somebody_is_there_to_see_it() {
    for (rules, asked) in [
        (PATIENT.to_owned(), "2026-03-04T19:00:00Z"),
        (format!("{DAYS}{PATIENT}"), "2026-03-04T11:00:00Z"),
        // It closes as the shift ends.
        (format!("{DAYS}{PATIENT}"), "2026-03-04T16:00:00Z"),
    ] {
        assert_eq!(told(&berlin(&rules), asked).0, None, "{asked}");
    }
}
