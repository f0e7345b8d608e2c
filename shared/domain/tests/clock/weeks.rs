//! Whole weeks of alarms, on time, late, doubled and lost for hours, held against a plain count of minutes.

use std::{collections::BTreeSet, fmt::Write as _};

use chrono::{Days, NaiveDate};
use tributary_domain::{
    rules::Rules,
    thread::Status,
    time::{Span, Timestamp},
};

use super::{
    desk::{ThreadHarness, WINDOW},
    oracle::{BEFORE_SHIFT_END, EVERY, Oracle, TARGET, WARN_BEFORE},
    wall::{DAY, Hours, Shift, day, midnight},
};

const WEEK: i64 = 7 * DAY;

/// A week of a team: whose clock, everybody's hours, and those of two teammates.
struct Week {
    name: &'static str,
    from: &'static str,
    zone: &'static str,
    shifts: Vec<Shift>,
    holidays: &'static [&'static str],
    people: [Person; 2],
}

struct Person {
    zone: &'static str,
    shifts: Vec<Shift>,
    leave: Option<(&'static str, &'static str)>,
}

fn office() -> Vec<Shift> {
    vec![Shift(0..5, 9 * 60, 17 * 60)]
}

fn split() -> Vec<Shift> {
    vec![Shift(0..5, 8 * 60, 12 * 60 + 30), Shift(0..5, 13 * 60 + 30, 18 * 60)]
}

fn nights() -> Vec<Shift> {
    vec![Shift(0..7, 22 * 60, DAY + 6 * 60)]
}

fn person(zone: &'static str, shifts: Vec<Shift>) -> Person {
    Person { zone, shifts, leave: None }
}

fn weeks() -> Vec<Week> {
    let (berlin, york) = ("Europe/Berlin", "America/New_York");
    vec![
        Week {
            name: "the clocks go forward in Berlin, and Monday is a holiday",
            from: "2028-03-24",
            zone: berlin,
            shifts: office(),
            holidays: &["2028-03-27"],
            people: [person(berlin, split()), person(berlin, vec![Shift(5..7, 22 * 60, DAY + 6 * 60)])],
        },
        Week {
            name: "the clocks go back in Berlin, with nights",
            from: "2028-10-27",
            zone: berlin,
            shifts: nights(),
            holidays: &[],
            people: [person(berlin, nights()), person(berlin, vec![Shift(6..7, 2 * 60, 3 * 60)])],
        },
        Week {
            name: "29 February in New York, with leave",
            from: "2028-02-27",
            zone: york,
            shifts: split(),
            holidays: &["2028-03-01"],
            people: [
                Person { zone: york, shifts: split(), leave: Some(("2028-02-28", "2028-02-29")) },
                person(york, vec![Shift(0..3, 7 * 60, 11 * 60)]),
            ],
        },
        Week {
            name: "the clocks go forward in New York",
            from: "2028-03-10",
            zone: york,
            shifts: vec![Shift(0..7, 20 * 60, DAY + 4 * 60)],
            holidays: &[],
            people: [person(york, nights()), person(york, vec![Shift(6..7, 60, 5 * 60)])],
        },
        Week {
            name: "two zones that change their clocks a week apart",
            from: "2028-10-28",
            zone: berlin,
            shifts: office(),
            holidays: &["2028-11-01"],
            people: [
                Person { zone: berlin, shifts: office(), leave: Some(("2028-10-31", "2028-11-10")) },
                person(york, office()),
            ],
        },
        Week {
            name: "always",
            from: "2026-07-06",
            zone: "UTC",
            shifts: Vec::new(),
            holidays: &[],
            people: [person(berlin, Vec::new()), person("UTC", office())],
        },
    ]
}

impl Week {
    fn rules(&self, count: &str) -> Rules {
        let holidays: Vec<String> = self.holidays.iter().map(|day| format!("{day:?}")).collect();
        let mut text = format!(
            "[workspace]\ntime_zone = {:?}\nholidays = [{}]\n[hours]\n{}[teams.all]\nlead = \"p0@example.com\"\n\
             [triage]\nteam = \"all\"\n[targets]\nnormal = \"{TARGET}m\"\nlow = \"1d\"\nwarn_before = \"{WARN_BEFORE}m\"\n\
             before_shift_end = \"{BEFORE_SHIFT_END}m\"\ncount = {count:?}\n[escalation]\nevery = \"{EVERY}m\"\n",
            self.zone,
            holidays.join(", "),
            self.hours(self.zone, &self.shifts, None).written(),
        );
        for (number, one) in self.people.iter().enumerate() {
            let hours = self.hours(one.zone, &one.shifts, None).written();
            let _ = write!(
                text,
                "[teammates.\"p{number}@example.com\"]\nteams = [\"all\"]\ntime_zone = {:?}\n{hours}",
                one.zone
            );
            if let Some((from, to)) = one.leave {
                let _ = writeln!(text, "leave = [{{ from = {from:?}, to = {to:?} }}]");
            }
        }
        Rules::parse(&text).unwrap()
    }

    fn hours(&self, zone: &'static str, shifts: &[Shift], leave: Option<(&str, &str)>) -> Hours {
        let mut off: BTreeSet<NaiveDate> = self.holidays.iter().map(|text| day(text)).collect();
        if let Some((from, to)) = leave {
            off.extend(day(from).iter_days().take_while(|one| *one <= day(to)));
        }
        Hours { zone, shifts: shifts.to_vec(), off }
    }
}

/// A number that looks like any other.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_seconds(minute * 60)
}

#[test]
fn whatever_the_clocks_and_the_alarms_do_each_step_comes_in_its_minute_and_once() {
    let mut seen = BTreeSet::new();
    for week in weeks() {
        let start = midnight(day(week.from));
        let range = start - 20 * DAY..start + 60 * DAY;
        let everybody = week.people.iter().map(|one| week.hours(one.zone, &one.shifts, one.leave).worked(&range));
        let there = everybody.reduce(|one, other| one.iter().zip(other).map(|(one, other)| *one || other).collect());
        for count in ["clock", "working"] {
            let hours = week.hours(week.zone, &week.shifts, None);
            let runs = if count == "clock" { vec![true; 80 * 1440] } else { hours.worked(&range) };
            for seed in 0..4 {
                let what = format!("{}, by {count}, thread {seed}", week.name);
                let mut dice = Dice(seed * 7919 + u64::try_from(start).unwrap());
                let asked = start + i64::try_from(dice.below(36 * 60)).unwrap();
                let oracle = Oracle::new(range.clone(), &runs, there.as_ref().unwrap(), asked);
                seen.extend(live(&what, &week.rules(count), oracle, &mut dice));
            }
        }
    }
    let all = ["backup", "closing", "lead", "overdue", "reminder", "warning"].map(str::to_owned);
    assert!(seen.into_iter().eq(all), "every kind of step was looked at");
}

/// A thread's week; what was done about it.
fn live(what: &str, rules: &Rules, mut oracle: Oracle<'_>, dice: &mut Dice) -> BTreeSet<String> {
    let asked = oracle.asked;
    let mut desk = ThreadHarness::asked(at(asked));
    desk.ring(rules, at(asked));
    oracle.ring(asked);
    let (mut down, mut expected) = (0, desk.done.len());
    let answered = asked + WEEK - i64::try_from(dice.below(2 * 1440)).unwrap();
    for now in asked..asked + WEEK {
        if now == answered {
            desk.answer(at(now));
            assert_eq!(desk.thread.due(WINDOW), None);
        }
        if now >= answered {
            let wakes = desk.wakes_at(at(now));
            assert!(wakes.is_none() || oracle.aside.is_some(), "{what}: an answer ends it");
            if wakes.is_some_and(|wakes| wakes <= at(now)) {
                assert_eq!(desk.ring(rules, at(now)), None, "{what}: it comes back, and was answered");
            }
            continue;
        }
        if oracle.aside.is_none() && dice.below(2000) == 0 {
            let until = now + 30 + i64::try_from(dice.below(600)).unwrap();
            desk.snooze(at(now), at(until));
            oracle.aside = Some((now, until));
        }
        let wanted = desk.wakes_at(at(now)).unwrap();
        if wanted > at(now) {
            // Each minute would take long.
            let quiet = if now % 11 == 0 { oracle.clone().ring(now) } else { None };
            assert_eq!(quiet, None, "{what}: nobody wakes it at {}, but it is time for that", at(now));
            continue;
        }
        // Nothing runs for hours, or an alarm is a minute late.
        down = if down > 0 {
            down - 1
        } else if dice.below(12) == 0 {
            dice.below(400)
        } else {
            dice.below(2)
        };
        if down > 0 {
            continue;
        }
        for _ in 0..=dice.below(2) {
            let should = oracle.ring(now);
            assert_eq!(desk.ring(rules, at(now)).as_deref(), should, "{what}: at {}", at(now));
            expected += usize::from(should.is_some());
        }
        if desk.thread.status == Status::Open {
            assert_eq!(desk.thread.due(WINDOW), Some(at(oracle.due())), "{what}: at {}", at(now));
        }
    }
    assert_eq!(desk.done.len(), expected, "{what}");
    desk.done.into_iter().map(|(_, kind)| kind).collect()
}

#[test]
fn the_plain_count_knows_the_days_of_the_changes() {
    let hours = Hours { zone: "Europe/Berlin", shifts: nights(), off: BTreeSet::new() };
    for (date, minutes) in [("2028-03-25", 7 * 60), ("2028-10-28", 9 * 60), ("2028-02-28", 8 * 60)] {
        let noon = midnight(day(date)) + 12 * 60;
        let worked = hours.worked(&(noon..noon + DAY)).into_iter().filter(|worked| *worked).count();
        assert_eq!(worked, minutes, "{date}");
    }
    assert_eq!(midnight(day("2028-02-28") + Days::new(2)), midnight(day("2028-03-01")));
    assert_eq!(at(1).since(at(0)), Span::minutes(1));
}
