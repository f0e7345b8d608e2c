use super::*;
use serde::Deserialize;

const RECORDED: &str = include_str!("../../../../tests/costs/recorded.json");

#[derive(Deserialize)]
struct Recorded {
    mix: Mix,
    counted: BTreeMap<String, u64>,
}

fn rules() -> Rules {
    Rules::parse("").unwrap()
}

#[test]
fn every_operation_has_a_price_and_every_price_a_source() {
    let model = Model::shipped().unwrap();
    for one in model.operations.all() {
        assert!(model.prices.units.iter().any(|price| price.unit == one.unit), "{}", one.unit);
    }
    for price in &model.prices.units {
        assert!(price.source.starts_with("https://"), "{}", price.unit);
    }
}

/// The run was made for itself: no number of the model was taken from it.
#[test]
fn the_model_tells_what_was_counted_in_the_recorded_run() {
    let model = Model::shipped().unwrap();
    let recorded: Recorded = serde_json::from_str(RECORDED).unwrap();
    assert!(recorded.mix.messages >= 10_000);
    let told = model.at_once(recorded.mix);
    assert!(recorded.counted.iter().len() >= 8);
    for (unit, counted) in &recorded.counted {
        let told = told.get(unit.as_str()).copied().unwrap_or_default() / 1000;
        if unit == "requests" {
            // What comes together shares calls of the consumers, and in the run more came together.
            assert!(*counted <= told && told * 10 <= counted * 13, "{unit}: {counted} counted, {told} told");
            continue;
        }
        // In a long run alarms ring between messages, and read what the small runs of the model do not show.
        let part = if unit == "objectRowsRead" { 15 } else { 20 };
        let off = told.abs_diff(*counted);
        assert!(off * part <= *counted || off <= 100, "{unit}: {counted} counted, {told} told");
    }
}

#[test]
fn what_is_included_is_not_paid_and_what_is_beyond_is() {
    let rules = rules();
    let model = Model::shipped().unwrap();
    let nothing = model.bill(Mix::default(), &rules);
    assert_eq!((nothing.total(), nothing.free()), (nothing.floor, Some(0)));
    let small = model.bill(Mix::usual(10_000), &rules);
    let paid: Vec<&str> = small.lines.iter().filter(|line| line.paid > 0).map(|line| unit_of(line.price)).collect();
    assert_eq!(paid, ["tokensIn", "tokensOut"]);
    let vast = model.bill(Mix::usual(100_000_000_000), &rules);
    let unpaid: Vec<&str> = vast.lines.iter().filter(|line| line.paid == 0).map(|line| unit_of(line.price)).collect();
    assert!(unpaid.is_empty(), "{unpaid:?}");
    assert_eq!(vast.free(), None);
}

/// Twenty thousand comments under one post, as the rules have it that ship: what they take without any allowance.
#[test]
fn a_storm_of_comments_costs_cents() {
    let (model, rules) = (Model::shipped().unwrap(), rules());
    let (threads, held) = (101, 19_899);
    let mix = Mix { threads, messages: threads, comments: threads, labels: threads, held, ..Mix::default() };
    let bill = model.bill(mix, &rules);
    let listed: u64 = bill.lines.iter().map(|line| line.used * line.micros / (line.price.per * 1000)).sum();
    assert!((10_000..1_000_000).contains(&listed), "{listed} millionths of a dollar");
    assert!(bill.lines.iter().all(|line| line.is_label() || line.paid == 0), "it is within what is included");
}

#[test]
fn more_of_anything_never_costs_less() {
    let rules = rules();
    let model = Model::shipped().unwrap();
    let mut last = 0;
    for messages in [0, 1, 99, 1_500, 10_000, 100_000, 1_000_000, 10_000_000, u64::MAX / 2] {
        let total = model.bill(Mix::usual(messages), &rules).total();
        assert!(total >= last, "{messages}");
        last = total;
    }
}

#[test]
fn a_month_goes_on_in_its_own_proportions() {
    let mix = Mix { threads: 100, messages: 200, replies: 50, labels: 0, comments: 20, held: 400, hours: 7 };
    let month = Mix { threads: 1000, messages: 2000, replies: 500, labels: 0, comments: 200, held: 4000, hours: MONTH };
    assert_eq!(mix.scaled(2000), month);
    assert_eq!(Mix::default().scaled(1000), Mix::usual(1000));
}

#[test]
fn the_rules_prices_hold_before_the_lists() {
    let model = Model::shipped().unwrap();
    let mix = Mix::usual(100_000_000_000);
    let listed = rules();
    let own =
        Rules::parse("[costs]\nmonthly = 200\nprices = { requests = 0.60, d1Bytes = 0 }\n[labels]\ninput_price = 2")
            .unwrap();
    let (before, after) = (model.bill(mix, &listed), model.bill(mix, &own));
    for (before, after) in before.lines.iter().zip(&after.lines) {
        let unit = unit_of(before.price);
        match unit {
            "requests" | "tokensIn" => assert!(after.paid.abs_diff(before.paid * 2) <= 1, "{unit}"),
            "d1Bytes" => assert!(before.paid > 0 && after.paid == 0),
            _ => assert_eq!(before.paid, after.paid, "{unit}"),
        }
        assert_eq!(after.own, matches!(unit, "requests" | "d1Bytes" | "tokensIn" | "tokensOut"), "{unit}");
    }
    assert_eq!((before.floor, after.floor), (5_000_000, 200_000_000));
}
