//! Windows that close while nobody is at work.

use super::{escalated::tells_of_closing, *};
use crate::{notice::NoticeKind, rules::Rules};

#[test]
fn a_window_that_closes_at_night_is_told_of_before_the_last_shift_ends() {
    // Seven days after noon on Thursday, 1 January 2026: on a Thursday at noon. They work in the mornings.
    let text = "[hours]\nshifts = [{ days = [\"mon-sun\"], from = \"06:00\", to = \"10:00\" }]\n\
        [targets]\nurgent = \"1d\"\nhigh = \"1d\"\nnormal = \"30d\"\nlow = \"30d\"";
    let rules = Rules::parse(text).unwrap();
    let mut desk = ThreadHarness::settled();
    desk.ring(&rules);
    let plan = desk.thread().plan().unwrap().clone();
    assert!(plan.closing);
    assert_eq!(plan.last_call.unwrap().0.to_string(), "2026-01-08T09:30:00.000Z");
    assert_eq!(plan.starts.to_string(), "2026-01-08T09:35:00.000Z");
    assert_eq!(desk.thread().due(WINDOW), Some(noon().plus(Span::days(7))), "what is due is not changed by that");
    let told = desk.told(&rules, Span::days(7));
    let minute = 6 * 24 * 60 + 21 * 60 + 30;
    assert_eq!(told[..2], [(minute, NoticeKind::Closing), (minute + 5, NoticeKind::Backup)]);
    assert!(told[2..].iter().all(|(_, kind)| !matches!(kind, NoticeKind::Closing | NoticeKind::Warning)));
    let always = Rules::parse("[targets]\nnormal = \"30d\"\nlow = \"30d\"").unwrap();
    let mut desk = ThreadHarness::settled();
    desk.ring(&always);
    let plan = desk.thread().plan().unwrap();
    assert!(!plan.closing && plan.last_call.is_none(), "somebody is there to see it");
}

/// They work in the mornings, and what is not answered for a week closes at noon.
const MORNINGS: &str = "[hours]\nshifts = [{ days = [\"mon-sun\"], from = \"06:00\", to = \"10:00\" }]\n";

#[test]
fn a_window_that_closes_at_night_is_told_of_wherever_the_chain_is_and_once() {
    let rules = Rules::parse(MORNINGS).unwrap();
    let call = (6 * 24 * 60 + 21 * 60 + 30, NoticeKind::Closing);
    let mut desk = ThreadHarness::settled();
    let told = desk.told(&rules, Span::days(8));
    assert_eq!(told[..2], [(235, NoticeKind::Warning), (240, NoticeKind::Backup)], "its target came first");
    assert_eq!(told.iter().filter(|(_, kind)| *kind == NoticeKind::Closing).collect::<Vec<_>>(), [&call]);
    // Given to somebody else, the same window is not told of again; another is.
    let mut desk = ThreadHarness::settled();
    desk.told(&rules, Span::minutes(call.0 + 1));
    let to = Owner::Teammate { id: person("ida") };
    desk.command(Command::Reassign { to, note: None, by: person("nora") });
    let told = desk.told(&rules, Span::minutes(35));
    assert!(told.is_empty(), "{told:?}");
    desk.message(2, 0);
    desk.labelled(2, Urgency::Normal);
    let told = desk.told(&rules, Span::days(8));
    assert_eq!(told.iter().filter(|(_, kind)| *kind == NoticeKind::Closing).count(), 1);
    assert_eq!(desk.record.iter().filter(|entry| tells_of_closing(&entry.done)).count(), 2, "once for each window");
}

#[test]
fn an_alarm_that_comes_after_the_window_closed_says_nothing_of_it() {
    let rules = Rules::parse(MORNINGS).unwrap();
    let mut desk = ThreadHarness::settled();
    desk.ring(&rules);
    desk.later(Span::days(9));
    for _ in 0..6 {
        desk.ring(&rules);
    }
    assert!(!desk.record.iter().any(|entry| tells_of_closing(&entry.done)));
    assert_eq!(desk.steps(), [1]);
    assert!(
        desk.thread().escalates_at([], desk.now, &Timings::default().thread).is_none_or(|at| at > desk.now),
        "and the alarm rests"
    );
}

#[test]
fn reminders_wait_for_somebody_to_be_at_work() {
    let text = "[hours]\nshifts = [{ days = [\"mon-fri\"], from = \"08:00\", to = \"18:00\" }]\n\
        [escalation]\nchain = [\"channel\"]";
    let rules = Rules::parse(text).unwrap();
    let mut desk = ThreadHarness::settled();
    // Asked on Thursday at noon, due at 16:00; reminders at 16:30 and 17:30, and the next on Friday, when they are back.
    let told = desk.told(&rules, Span::hours(21));
    let times: Vec<u64> = told.iter().map(|(at, _)| *at).collect();
    assert_eq!(times, [235, 240, 270, 330, 20 * 60]);
}
