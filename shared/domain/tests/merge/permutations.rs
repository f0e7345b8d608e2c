//! Sets of six facts, in each of their 720 orders, and again with every fact told twice.

use serde_json::Value;
use tributary_domain::{
    audit::{Action, Actor},
    event::{Holder, PeerChange, Side, Stage},
    id::TeammateId,
    outbound::{SendOutcome, UncertainCause},
    reply::State,
};

use crate::{
    desk::{Step, ThreadHarness},
    facts::{
        accepted, called, echo, edit, from, handed_over, incoming, message, named, other_words, our_echo,
        ours_undelivered, outgoing, peer_changed, reaction, receipt, status_of_ours, undelivered, unsend, watched,
        watermark, without_handle,
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

fn end(start: &ThreadHarness, steps: &[Step], order: impl IntoIterator<Item = usize>) -> Value {
    let mut desk = start.clone();
    for index in order {
        desk.step(&steps[index]);
    }
    desk.check_record();
    desk.digest()
}

fn one_end(start: &ThreadHarness, steps: &[Step]) {
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
    one_end(&ThreadHarness::new(), &set);
}

#[test]
fn a_message_that_is_taken_back() {
    let id = || incoming(2);
    let set =
        [message(2, 1), edit(id(), 1), unsend(id()), reaction(id(), Side::Customer, 7), message(3, 2), echo(1, 3)];
    one_end(&ThreadHarness::new(), &set);
}

#[test]
fn a_message_and_other_words_under_its_id() {
    let set = [message(1, 1), other_words(1, 1), message(2, 1), other_words(2, 1), edit(incoming(1), 1), message(3, 2)];
    one_end(&ThreadHarness::new(), &set);
}

#[test]
fn other_words_of_what_is_taken_back() {
    let set = [message(1, 1), other_words(1, 1), unsend(incoming(1)), edit(incoming(1), 1), echo(1, 3)];
    one_end(&ThreadHarness::new(), &set);
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
    one_end(&ThreadHarness::new(), &set);
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
    one_end(&ThreadHarness::answering(), &set);
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
    one_end(&ThreadHarness::answering(), &set);
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
    one_end(&ThreadHarness::answering(), &set);
}

#[test]
fn a_conversation_that_changes_hands() {
    let set = [
        watched(message(1, 1)),
        message(1, 1),
        watched(echo(1, 2)),
        handed_over(Holder::Us, 3),
        watched(message(3, 4)),
        handed_over(Holder::OtherApp, 4),
    ];
    one_end(&ThreadHarness::new(), &set);
}

#[test]
fn a_handle_that_is_given_up() {
    let set = [
        named(message(1, 1), Some("Ana"), Some("@ana.b")),
        without_handle(message(3, 5)),
        named(message(5, 3), None, Some("ana.c")),
        without_handle(message(7, 3)),
        message(9, 8),
        echo(1, 2),
    ];
    one_end(&ThreadHarness::new(), &set);
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
    one_end(&ThreadHarness::new(), &set);
}

/// A question, and a reply to it on its way.
fn asked() -> ThreadHarness {
    let mut desk = ThreadHarness::new();
    desk.step(&message(7, 0));
    desk.answers()
}

#[test]
fn our_reply_and_the_report_that_it_did_not_arrive() {
    let set = [
        accepted(),
        status_of_ours(Stage::Sent),
        ours_undelivered(),
        our_echo(2, true),
        reaction(incoming(7), Side::Customer, 8),
        message(3, 5),
    ];
    one_end(&asked(), &set);
    let mut desk = asked();
    for step in &set {
        desk.step(step);
    }
    let waits: Vec<_> = desk.thread.questions.waiting.latest().keys().cloned().collect();
    assert_eq!(waits.len(), 2, "what it was to answer waits again: {waits:?}");
    assert!(desk.replies.values().all(|reply| matches!(reply.state, State::Failed { .. })));
}

#[test]
fn our_reply_the_report_that_it_did_not_arrive_and_the_proof_that_it_did() {
    let set = [
        accepted(),
        status_of_ours(Stage::Sent),
        ours_undelivered(),
        status_of_ours(Stage::Delivered),
        status_of_ours(Stage::Read),
        message(3, 5),
    ];
    one_end(&asked(), &set);
    let mut desk = asked();
    for step in &set {
        desk.step(step);
    }
    assert_eq!(desk.thread.questions.waiting.len(), 1, "only what was asked since");
    assert!(desk.replies.values().all(|reply| matches!(reply.state, State::Sent { .. })));
}

#[test]
fn our_reply_that_did_not_arrive_and_an_answer_from_elsewhere() {
    let set =
        [accepted(), ours_undelivered(), echo(1, 3), status_of_ours(Stage::Sent), edit(incoming(7), 1), message(3, 5)];
    one_end(&asked(), &set);
    let mut desk = asked();
    for step in &set {
        desk.step(step);
    }
    assert_eq!(desk.thread.questions.waiting.len(), 1, "the other answer stands");
}

#[test]
fn what_we_take_back_is_not_the_customers() {
    let id = || outgoing(1);
    let set = [message(1, 1), echo(1, 2), unsend(id()), message(3, 3), edit(id(), 1), receipt(id(), Stage::Read)];
    one_end(&ThreadHarness::new(), &set);
    for order in orders(3) {
        let mut desk = ThreadHarness::new();
        for index in &order {
            desk.step(&set[*index]);
        }
        assert_eq!(desk.thread.labelling.turn, 1, "it is no new turn: {order:?}");
        let told: Vec<_> = desk.record.iter().filter(|entry| entry.action() == Action::Unsent).collect();
        assert!(matches!(&told[..], [entry] if entry.actor == Actor::NativeApp), "{order:?}: {told:?}");
    }
    // Nor has anybody to look again before they answer.
    let mut desk = ThreadHarness::new();
    set[..2].iter().for_each(|step| desk.step(step));
    let version = desk.thread.version;
    desk.step(&set[2]);
    assert!(!desk.thread.transcript.others_wrote_since(version, &TeammateId::parse("tm_nora").unwrap()));
}

#[test]
fn the_ids_of_a_customer_who_moves_to_another_number() {
    for (old, new) in [("wa:1219", "wa:1650"), ("wa:1650", "wa:1219")] {
        let moved = |at| from(peer_changed(PeerChange::NewIdentity, at), &["bsuid:1", new, old]);
        let set = [
            from(message(1, 1), &["bsuid:1", old]),
            // Of the same second as the change, and told by a status of what we sent before it.
            from(message(3, 4), &["bsuid:1", old]),
            moved(4),
            from(receipt(outgoing(1), Stage::Read), &[old]),
            from(message(5, 9), &["bsuid:2", new]),
            from(reaction(incoming(1), Side::Customer, 2), &["bsuid:1", old]),
        ];
        one_end(&ThreadHarness::new(), &set);
        let mut desk = ThreadHarness::new();
        for step in &set {
            desk.step(step);
        }
        assert_eq!(desk.thread.contact.peer.identities, ["bsuid:2", new, "bsuid:1", old]);
        let mut desk = ThreadHarness::new();
        set[..4].iter().for_each(|step| desk.step(step));
        assert_eq!(desk.thread.contact.peer.identities, ["bsuid:1", new, old]);
        // And back.
        desk.step(&from(message(7, 11), &[old]));
        assert_eq!(desk.thread.contact.peer.identities, [old, "bsuid:1", new]);
    }
}
