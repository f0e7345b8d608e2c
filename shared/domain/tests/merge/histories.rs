//! Random sets of facts in random orders, some told several times.

use proptest::{prelude::*, sample::Index};
use tributary_domain::event::{PeerChange, Side, Stage};

use crate::{
    desk::{Step, ThreadHarness},
    facts::{
        accepted, by_clock, echo, edit, from, incoming, message, named, no_edit, our_echo, ours_undelivered, outgoing,
        peer_changed, reaction, receipt, referred, status_of_ours, undelivered, unsend, watermark,
    },
};

fn side() -> impl Strategy<Value = Side> {
    prop::sample::select(vec![Side::Customer, Side::Business])
}

fn stage() -> impl Strategy<Value = Stage> {
    prop::sample::select(vec![Stage::Sent, Stage::Delivered, Stage::Read])
}

fn fact() -> impl Strategy<Value = Step> {
    let either = || prop_oneof![(0..4_u64).prop_map(incoming), (0..3_u64).prop_map(outgoing), Just(outgoing(100))];
    let name = |at: u64| if at.is_multiple_of(2) { Some("Ana") } else { None };
    let handle = |at: u64| if at.is_multiple_of(3) { Some("ana.example") } else { None };
    prop_oneof![
        4 => (0..4_u64).prop_map(move |number| named(message(number, number * 3), name(number), handle(number))),
        2 => (0..3_u64).prop_map(|number| echo(number, number * 4 + 1)),
        2 => any::<bool>().prop_map(|with| our_echo(2, with)),
        1 => Just(accepted()),
        2 => (either(), 1..4_u64).prop_map(|(id, revision)| edit(id, revision)),
        1 => (0..4_u64, 1..4_u64).prop_map(|(number, revision)| no_edit(number, revision)),
        1 => (6..9_u64, prop::sample::select(vec![0, 86_400, 4_070_908_800]))
            .prop_map(|(number, said)| by_clock(message(number, 0), said)),
        1 => (stage(), prop::sample::select(vec![0, 4_070_908_800]))
            .prop_map(|(stage, said)| by_clock(watermark(stage, 9_999_999), said)),
        1 => either().prop_map(unsend),
        2 => (either(), side(), 0..12_u64).prop_map(|(id, by, at)| reaction(id, by, at)),
        1 => (either(), stage()).prop_map(|(id, stage)| receipt(id, stage)),
        1 => stage().prop_map(status_of_ours),
        1 => (stage(), 0..12_u64).prop_map(|(stage, at)| watermark(stage, at)),
        1 => ((0..3_u64).prop_map(outgoing), 1..4_u64).prop_map(|(id, code)| undelivered(id, code)),
        2 => Just(ours_undelivered()),
        1 => (0..9_u64).prop_map(referred),
        2 => (0..4_u64, 0..3_usize).prop_map(|(number, place)| {
            let ids = [&["bsuid:1", "wa:1219"][..], &["wa:1650"], &["bsuid:2", "wa:1650"]][place];
            from(message(number, number * 3), ids)
        }),
        1 => (0..9_u64).prop_map(|at| from(peer_changed(PeerChange::NewIdentity, at), &["wa:1650", "wa:1219"])),
        1 => (any::<bool>(), 0..9_u64)
            .prop_map(|(blocked, at)| peer_changed(if blocked { PeerChange::Blocked } else { PeerChange::Unblocked }, at)),
    ]
}

fn two_orders() -> impl Strategy<Value = (Vec<Step>, Vec<Step>)> {
    (prop::collection::vec(fact(), 1..14), prop::collection::vec(any::<Index>(), 0..6)).prop_flat_map(
        |(once, again)| {
            let mut told: Vec<Step> = once.clone();
            told.extend(again.iter().map(|index| index.get(&once).clone()));
            (Just(once), Just(told).prop_shuffle())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_and_repetition_do_not_matter((once, told) in two_orders()) {
        let asked = || { let mut desk = ThreadHarness::new(); desk.step(&message(5, 0)); desk.answers() };
        let (mut first, mut second) = (asked(), asked());
        for step in &once {
            first.step(step);
        }
        for step in &told {
            second.step(step);
        }
        first.check_record();
        second.check_record();
        prop_assert_eq!(first.digest(), second.digest());
        // Whatever was told is known: telling it all again is no news.
        let version = second.thread.version;
        for step in &told {
            second.step(step);
        }
        prop_assert_eq!(second.thread.version, version);
    }
}

#[test]
fn a_tampered_record_is_found_wherever_it_is_touched() {
    let mut desk = ThreadHarness::answering();
    for step in [message(1, 1), accepted(), echo(2, 3), unsend(incoming(1)), undelivered(outgoing(2), 9)] {
        desk.step(&step);
    }
    desk.check_record();
    assert!(desk.record.len() >= 6);
    for at in 0..desk.record.len() {
        let mut changed = desk.record.clone();
        changed[at].at = changed[at].at.plus(tributary_domain::time::Span::millis(1));
        assert_eq!(tributary_domain::audit::verify(&changed), Err(at as u64 + 1));
        let mut missing = desk.record.clone();
        missing.remove(at);
        let found = tributary_domain::audit::verify(&missing).map_or(true, |head| head != desk.thread.audit);
        assert!(found, "without entry {at}");
    }
}
