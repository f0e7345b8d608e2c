use std::collections::BTreeMap;

use serde_json::{Value, json};
use tributary_domain::{
    audit::Action,
    insights::{Counter, Line, Query, Report, RollupTable, Table, Tally, What, hour_of, table},
    platform::Surface,
    rules::NaiveDate,
    rules::zone::Zone,
    time::Timestamp,
};

use super::{at, entry, line};

fn query(report: Report, zone: &Zone) -> Query<'_> {
    let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
    Query { report, from: day(28), to: day(30), zone, platform: None, surface: None, topic: None, whose: None }
}

fn read(query: &Query<'_>, happened: &[(Timestamp, Line)]) -> Table {
    let mut hours: BTreeMap<Timestamp, Tally> = BTreeMap::new();
    for (time, line) in happened {
        hours.entry(hour_of(query.zone, *time)).or_default().add(line);
    }
    let sheets: Vec<(Timestamp, Vec<Counter>)> =
        hours.iter().flat_map(|(hour, tally)| RollupTable::ALL.map(|sheet| (*hour, tally.cells(sheet)))).collect();
    let spent = [(NaiveDate::from_ymd_opt(2026, 3, 29).unwrap(), 3_000_000)].into();
    table(query, sheets.iter().map(|(hour, cells)| (*hour, cells.as_slice())), &spent)
}

fn message(time: &str, topic: &str, owner: &str) -> (Timestamp, Line) {
    (at(time), line("one", topic, owner, What::Messages { incoming: true, count: 1 }))
}

fn replied(time: &str, waited: u64, who: &str) -> (Timestamp, Line) {
    let detail = json!({ "waited": waited, "target": 900, "met": waited <= 900, "urgency": "urgent", "first": true });
    (at(time), line("one", "orders", who, What::Entry(entry(1, at(time), Some(who), Action::Replied, detail))))
}

#[test]
fn days_are_those_of_the_workspaces_clocks_also_when_they_change() {
    let zone = Zone::parse("Europe/Berlin").unwrap();
    let happened = [
        message("2026-03-27T22:59:59Z", "orders", "tm_a"), // still the 27th
        message("2026-03-27T23:00:00Z", "orders", "tm_a"),
        message("2026-03-28T22:59:59Z", "orders", "tm_a"),
        message("2026-03-28T23:00:00Z", "orders", "tm_a"),
        message("2026-03-29T21:59:59Z", "orders", "tm_a"), // a day of 23 hours
        message("2026-03-29T22:00:00Z", "orders", "tm_a"),
        message("2026-03-30T22:00:00Z", "orders", "tm_a"), // the 31st
    ];
    let found = read(&query(Report::Volume, &zone), &happened);
    let days: Vec<(Value, Value)> = found.rows.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    assert_eq!(
        days,
        [(json!("2026-03-28"), json!(2)), (json!("2026-03-29"), json!(2)), (json!("2026-03-30"), json!(1))]
    );
    assert_eq!(found.total.unwrap()[1], json!(5));
}

#[test]
fn filters_leave_what_they_name() {
    let zone = Zone::utc();
    let happened = [
        message("2026-03-28T10:00:00Z", "orders", "tm_a"),
        message("2026-03-28T10:00:00Z", "returns", "team_care"),
        message("2026-03-28T10:00:00Z", "returns", "unassigned"),
    ];
    let all = |query: &Query<'_>| read(query, &happened).total.unwrap()[1].clone();
    let base = query(Report::Volume, &zone);
    assert_eq!(all(&base), json!(3));
    assert_eq!(all(&Query { topic: Some("returns"), ..base.clone() }), json!(2));
    assert_eq!(all(&Query { platform: Some("two"), ..base.clone() }), json!(0));
    let (hour, mut comment) = message("2026-03-28T10:00:00Z", "orders", "tm_a");
    comment.surface = Surface::Comments;
    let both = [happened[1].clone(), (hour, comment)];
    let of = |surface| read(&Query { surface, ..base.clone() }, &both).total.unwrap()[1].clone();
    let kinds = [None, Some(Surface::Messages), Some(Surface::Comments), Some(Surface::Reviews)];
    assert_eq!(kinds.map(of), [2, 1, 1, 0].map(|count| json!(count)));
    let care = ["tm_a", "team_care"].into_iter().map(str::to_owned).collect();
    assert_eq!(all(&Query { whose: Some(care), ..base }), json!(2));
}

#[test]
fn answers_are_told_by_median_and_ninetieth_and_targets_by_their_share() {
    let zone = Zone::utc();
    let happened: Vec<_> = (1..=10)
        .map(|n| replied("2026-03-28T10:00:00Z", n * 100, "tm_a"))
        .chain([replied("2026-03-29T10:00:00Z", 10, "tm_b")])
        .collect();
    let answers = read(&query(Report::Answers, &zone), &happened);
    let seconds = |place: usize| answers.rows[0][place].as_u64().unwrap();
    assert_eq!(answers.rows[0][1], json!(10));
    assert!(seconds(2).abs_diff(500) * 16 <= 500 && seconds(3).abs_diff(900) * 16 <= 900);
    assert_eq!(answers.rows[1][2], json!(10));
    assert_eq!(answers.rows[2][1..4], [json!(0), Value::Null, Value::Null]);
    let targets = read(&query(Report::Targets, &zone), &happened);
    assert_eq!(targets.rows[0][1..], [json!(9), json!(1), json!(90.0), json!(1)]);
    assert_eq!(targets.rows[2][3], Value::Null);
    let load = read(&query(Report::Load, &zone), &happened);
    assert_eq!(load.rows[0], [json!("Saturday"), json!(10), json!("tm_a"), json!(0), json!(10)]);
}

#[test]
fn accuracy_is_what_people_left_as_it_was_by_week() {
    let zone = Zone::utc();
    let said = json!({ "topic": "orders", "urgency": "low", "language": "en", "source": { "model": { "id": "m" } } });
    let right = json!({ "topic": "returns", "urgency": "low", "language": "en" });
    let made = |time: &str, action, detail| {
        (at(time), line("one", "returns", "tm_a", What::Entry(entry(1, at(time), Some("tm_a"), action, detail))))
    };
    let mut happened: Vec<_> = (0..6).map(|_| made("2026-03-28T10:00:00Z", Action::Labelled, said.clone())).collect();
    let corrected = json!({ "from": said, "to": right, "said": said, "seen": said });
    happened.push(made("2026-03-28T11:00:00Z", Action::Corrected, corrected));
    happened.push(made("2026-03-28T11:00:00Z", Action::Closed, json!({ "seen": said })));
    happened.push(made("2026-03-28T11:00:00Z", Action::Replied, json!({ "seen": said })));
    let spoken = json!({ "topic": "orders", "urgency": "low", "language": "en", "given": ["topic", "language"] });
    happened.push(made("2026-03-28T11:00:00Z", Action::Replied, json!({ "seen": spoken })));
    happened.push(made("2026-03-28T12:00:00Z", Action::Replied, json!({}))); // it had been looked at before
    let found = read(&query(Report::Accuracy, &zone), &happened);
    let row = |field: &str| found.rows.iter().find(|row| row[1] == json!(field)).unwrap().clone();
    assert_eq!(row("topic")[..3], [json!("2026-03-23"), json!("topic"), json!("orders")]);
    assert_eq!(row("topic")[3..], [json!(6), json!(3), json!(1), json!(66.6)]);
    assert_eq!(row("urgency")[3..], [json!(6), json!(4), json!(0), json!(100.0)]);
    assert_eq!(row("language")[3..], [json!(6), json!(3), json!(0), json!(100.0)]);
    let cost = read(&query(Report::Cost, &zone), &happened);
    assert_eq!(cost.rows[0][2..4], [json!(6), json!(0)]);
    assert_eq!(cost.rows[1][4], json!(3.0));
}

#[test]
fn labels_that_nobody_looked_at_are_not_called_right() {
    let zone = Zone::utc();
    let said = json!({ "topic": "orders", "urgency": "low", "language": "en", "source": { "model": { "id": "m" } } });
    let right = json!({ "topic": "returns", "urgency": "low", "language": "en" });
    let made = |time: &str, action, detail| {
        (at(time), line("one", "returns", "tm_a", What::Entry(entry(1, at(time), Some("tm_a"), action, detail))))
    };
    let labelled = made("2026-03-28T10:00:00Z", Action::Labelled, said.clone());
    // Looked at in an earlier week, put right in this one.
    let late = made("2026-03-30T10:00:00Z", Action::Corrected, json!({ "from": said, "to": right, "said": said }));
    let found = read(&query(Report::Accuracy, &zone), &[labelled, late]);
    let topics: Vec<&[Value]> = found.rows.iter().filter(|row| row[1] == json!("topic")).map(|row| &row[3..]).collect();
    assert_eq!(topics[0], [json!(1), json!(0), json!(0), Value::Null]);
    assert_eq!(topics[1], [json!(0), json!(0), json!(1), Value::Null]);
}

#[test]
fn a_language_that_was_put_right_counts_against_the_one_that_was_said() {
    let zone = Zone::utc();
    let said = json!({ "topic": "orders", "urgency": "low", "language": "en", "source": { "model": { "id": "m" } } });
    let right = json!({ "topic": "orders", "urgency": "low", "language": "pt" });
    let made = |action, detail| {
        let time = at("2026-03-28T10:00:00Z");
        (time, line("one", "orders", "tm_a", What::Entry(entry(1, time, Some("tm_a"), action, detail))))
    };
    let corrected = json!({ "from": said, "to": right, "said": said, "seen": said });
    let happened = [made(Action::Labelled, said.clone()), made(Action::Corrected, corrected)];
    let found = read(&query(Report::Accuracy, &zone), &happened);
    let told = |field: &str| {
        let row = found.rows.iter().find(|row| row[1] == json!(field)).unwrap();
        (row[2].clone(), row[6].clone())
    };
    assert_eq!(told("language"), (json!("en"), json!(0.0)));
    assert_eq!(told("topic"), (json!("orders"), json!(100.0)));
}

#[test]
fn every_row_has_a_cell_for_every_column() {
    let zone = Zone::utc();
    let happened = [message("2026-03-28T10:00:00Z", "orders", "tm_a"), replied("2026-03-28T10:00:00Z", 5, "tm_a")];
    for (name, report) in Report::ALL {
        let found = read(&query(report, &zone), &happened);
        for row in found.rows.iter().chain(&found.total) {
            assert_eq!(row.len(), found.columns.len(), "{name}");
        }
    }
}
