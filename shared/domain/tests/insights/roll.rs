use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;
use tributary_domain::{
    audit::Action,
    insights::{Counter, Kind, Line, RollupTable, Tally, What, hour_of, next_hour},
    rules::zone::Zone,
    time::Timestamp,
};

use super::{entry, line};

/// What the index holds: lines with their times.
type Happened = Vec<(Timestamp, Line)>;
/// What was counted, by sheet and hour.
type Facts = BTreeMap<(&'static str, i64), Vec<Counter>>;

fn happening() -> impl Strategy<Value = (Timestamp, Line)> {
    let start = 1_780_000_000_000_i64;
    let platform = prop_oneof![Just("one"), Just("two")];
    let topic = prop_oneof![Just("orders"), Just("returns"), Just("")];
    let who = prop_oneof![Just("tm_a"), Just("tm_b")];
    (0..36_000_000_i64, platform, topic, who, 0..7_u8, 0..100_000_u64).prop_map(move |(ms, platform, topic, who, kind, n)| {
        let time = Timestamp::from_millis(start + ms);
        let made = |action, detail| What::Entry(entry(u8::try_from(n % 200).unwrap(), time, Some(who), action, detail));
        let said = json!({ "topic": "orders", "urgency": "low", "language": "en" });
        let right = json!({ "topic": "returns", "urgency": "high", "language": "en" });
        let what = match kind {
            0 => What::Messages { incoming: true, count: n },
            1 => What::Messages { incoming: false, count: n },
            2 => made(Action::Opened, json!({})),
            3 => made(Action::Replied, json!({ "waited": n, "target": 3600, "met": n <= 3600, "urgency": "high", "first": n % 2 == 0 })),
            4 => made(Action::Closed, json!({ "open": n })),
            5 => made(Action::Corrected, json!({ "from": said, "to": right, "said": said, "seen": said })),
            _ => made(
                Action::Labelled,
                json!({ "topic": "orders", "urgency": "low", "language": "en", "source": { "model": { "id": "m" } } }),
            ),
        };
        (time, line(platform, topic, who, what))
    })
}

/// Counts one hour and replaces what was counted of it.
fn roll(facts: &mut Facts, happened: &Happened, hour: Timestamp) {
    let mut tally = Tally::default();
    let end = next_hour(hour);
    for (_, line) in happened.iter().filter(|(at, _)| *at >= hour && *at < end) {
        tally.add(line);
    }
    for sheet in RollupTable::ALL {
        facts.insert((sheet.as_str(), hour.millis()), tally.cells(sheet));
    }
}

fn hours(happened: &Happened, zone: &Zone) -> Vec<Timestamp> {
    happened.iter().map(|(at, _)| hour_of(zone, *at)).collect()
}

proptest! {
    /// Duplicates of a count, replays and any order of the work leave the same facts.
    #[test]
    fn counting_twice_is_counting_once(
        happened in prop::collection::vec(happening(), 1..60),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..80),
        reversed in any::<bool>(),
    ) {
        let zone = Zone::parse("Asia/Kolkata").unwrap();
        let hours = hours(&happened, &zone);
        let mut once = Facts::new();
        for hour in &hours {
            roll(&mut once, &happened, *hour);
        }
        let mut often = Facts::new();
        // At first only some of it had happened; later all of it, in another order.
        let early: Happened = happened.iter().take(happened.len() / 2).cloned().collect();
        for place in &order {
            roll(&mut often, &early, hours[place.index(hours.len())]);
        }
        let mut again = happened.clone();
        if reversed { again.reverse(); }
        for place in order.iter().rev() {
            roll(&mut often, &again, hours[place.index(hours.len())]);
        }
        for hour in hours.iter().rev() {
            roll(&mut often, &again, *hour);
        }
        prop_assert_eq!(once, often);
    }

    /// No line is counted in two hours, and none in none.
    #[test]
    fn every_message_is_counted_in_one_hour(happened in prop::collection::vec(happening(), 1..60), zone in 0..3_usize) {
        let zone = Zone::parse(["UTC", "Asia/Kolkata", "Australia/Lord_Howe"][zone]).unwrap();
        let mut facts = Facts::new();
        for hour in hours(&happened, &zone) {
            roll(&mut facts, &happened, hour);
        }
        let flow = facts.iter().filter(|((sheet, _), _)| *sheet == "flow").flat_map(|(_, cells)| cells);
        let counted: u64 = flow.filter(|cell| matches!(serde_json::to_string(&cell.kind).unwrap().as_str(), "\"in\"" | "\"out\"")).map(|cell| cell.count).sum();
        let messages = happened.iter().map(|(_, line)| if let What::Messages { count, .. } = line.what { count } else { 0 });
        prop_assert_eq!(counted, messages.sum::<u64>());
    }

    /// What is kept is read back as it was.
    #[test]
    fn cells_survive_their_storage(happened in prop::collection::vec(happening(), 1..40)) {
        let mut tally = Tally::default();
        for (_, line) in &happened {
            tally.add(line);
        }
        for sheet in RollupTable::ALL {
            let cells = tally.cells(sheet);
            let kept: Vec<Counter> = serde_json::from_str(&serde_json::to_string(&cells).unwrap()).unwrap();
            prop_assert_eq!(kept, cells);
        }
    }
}

#[test]
fn a_persons_change_of_a_persons_word_is_no_fault_of_the_machine() {
    let said = json!({ "topic": "orders", "urgency": "low", "language": "en" });
    let mid = json!({ "topic": "returns", "urgency": "low", "language": "en" });
    let last = json!({ "topic": "billing", "urgency": "low", "language": "en" });
    let time = Timestamp::from_seconds(1_780_000_000);
    let wrong = |detail| {
        let mut tally = Tally::default();
        tally.add(&line("one", "x", "tm_a", What::Entry(entry(1, time, Some("tm_a"), Action::Corrected, detail))));
        tally.cells(RollupTable::Labels).len()
    };
    assert_eq!(wrong(json!({ "from": said, "to": mid, "said": said })), 2);
    assert_eq!(wrong(json!({ "from": mid, "to": last, "said": said })), 0);
    assert_eq!(wrong(json!({ "from": null, "to": last, "said": null })), 0);
    assert_eq!(wrong(json!({ "from": said, "to": mid })), 0);
}

#[test]
fn whether_an_answer_was_in_time_is_told_by_its_entry() {
    let at = Timestamp::from_millis(1_780_000_000_000);
    let counts = |detail| {
        let mut tally = Tally::default();
        tally.add(&line("one", "orders", "tm_a", What::Entry(entry(1, at, Some("tm_a"), Action::Replied, detail))));
        let cells = tally.cells(RollupTable::Answers);
        (cells.iter().any(|cell| cell.kind == Kind::Met), cells.iter().any(|cell| cell.kind == Kind::Late))
    };
    // A night lay between: by the clock on the wall it would be late.
    assert_eq!(counts(json!({ "waited": 90_000, "target": 3600, "met": true, "urgency": "high" })), (true, false));
    assert_eq!(counts(json!({ "waited": 10, "target": 3600, "met": false, "urgency": "high" })), (false, true));
}
