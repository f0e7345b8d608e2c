//! Sets of six facts, in each of their 720 orders, and again with every fact told twice.

use serde_json::Value;
use tributary_domain::{
    event::{Side, Stage},
    outbound::{SendOutcome, UncertainCause},
};

use crate::{
    desk::{Desk, Step},
    facts::{
        accepted, called, echo, edit, incoming, message, named, our_echo, outgoing, reaction, receipt, status_of_ours,
        undelivered, unsend, watermark,
    },
};

fn orders(items: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for item in 0..items {
        orders = orders
            .iter()
            .flat_map(|order: &Vec<usize>| {
                (0..=order.len()).map(move |place| {
                    let mut longer = order.clone();
                    longer.insert(place, item);
                    longer
                })
            })
            .collect();
    }
    orders
}

fn end(start: &Desk, steps: &[Step], order: impl IntoIterator<Item = usize>) -> Value {
    let mut desk = start.clone();
    for index in order {
        desk.step(&steps[index]);
    }
    desk.check_record();
    desk.digest()
}

fn one_end(start: &Desk, steps: &[Step]) {
    let orders = orders(steps.len());
    assert_eq!(orders.len(), (1..=steps.len()).product::<usize>());
    let expected = end(start, steps, 0..steps.len());
    for order in &orders {
        let once = end(start, steps, order.iter().copied());
        pretty_eq(&once, &expected, order);
        let each_twice = end(start, steps, order.iter().flat_map(|index| [*index, *index]));
        pretty_eq(&each_twice, &expected, order);
        let all_twice = end(start, steps, order.iter().chain(order).copied());
        pretty_eq(&all_twice, &expected, order);
    }
}

fn pretty_eq(actual: &Value, expected: &Value, order: &[usize]) {
    let differing = |part: &str| {
        let (is, should) = (actual[part].as_object().unwrap(), expected[part].as_object().unwrap());
        let keys = is.keys().chain(should.keys()).filter(|key| is.get(*key) != should.get(*key));
        keys.map(|key| format!("{part}.{key}: {:?} instead of {:?}", is.get(key), should.get(key))).collect::<Vec<_>>()
    };
    if actual != expected {
        let all: Vec<_> = ["thread", "messages", "replies"].into_iter().flat_map(differing).collect();
        panic!("order {order:?}: {}", all.join("\n"));
    }
}

#[test]
fn a_message_and_all_that_is_said_of_it() {
    let id = || incoming(2);
    let set = [
        message(2, 1),
        edit(id(), 1),
        edit(id(), 2),
        reaction(id(), Side::Business, 4),
        reaction(id(), Side::Business, 5),
        echo(1, 3),
    ];
    one_end(&Desk::new(), &set);
}

#[test]
fn a_message_that_is_taken_back() {
    let id = || incoming(2);
    let set =
        [message(2, 1), edit(id(), 1), unsend(id()), reaction(id(), Side::Customer, 7), message(3, 2), echo(1, 3)];
    one_end(&Desk::new(), &set);
}

#[test]
fn an_answer_from_elsewhere_and_its_receipts() {
    let id = || outgoing(1);
    let set = [
        message(1, 1),
        echo(1, 2),
        receipt(id(), Stage::Delivered),
        watermark(Stage::Read, 2),
        reaction(id(), Side::Customer, 4),
        message(3, 5),
    ];
    one_end(&Desk::new(), &set);
}

#[test]
fn our_reply_its_echo_and_what_was_asked_meanwhile() {
    let set = [
        message(1, 0),
        message(3, 5),
        accepted(),
        our_echo(2, true),
        status_of_ours(Stage::Delivered),
        reaction(outgoing(100), Side::Customer, 7),
    ];
    one_end(&Desk::answering(), &set);
}

#[test]
fn our_reply_and_its_echo_without_our_reference() {
    let set = [
        message(1, 0),
        message(3, 1),
        accepted(),
        our_echo(2, false),
        edit(outgoing(100), 3),
        watermark(Stage::Read, 9),
    ];
    one_end(&Desk::answering(), &set);
}

#[test]
fn our_reply_in_doubt_and_the_proofs_of_it() {
    let lost = called(SendOutcome::Uncertain { cause: UncertainCause::Transport });
    let set = [
        message(1, 0),
        lost,
        our_echo(3, true),
        status_of_ours(Stage::Sent),
        status_of_ours(Stage::Read),
        unsend(outgoing(100)),
    ];
    one_end(&Desk::answering(), &set);
}

#[test]
fn names_told_piecemeal_and_failures_reported_twice() {
    let set = [
        named(message(1, 1), Some("Ana"), None),
        named(message(3, 3), None, Some("ana.example")),
        named(message(5, 2), Some("Ana M."), Some("ana")),
        named(message(7, 4), Some("Ana"), None),
        undelivered(outgoing(1), 131_026),
        undelivered(outgoing(1), 130_472),
    ];
    one_end(&Desk::new(), &set);
}
