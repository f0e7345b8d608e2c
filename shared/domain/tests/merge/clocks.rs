//! Platforms count in seconds, and their clocks may be wrong.

use tributary_domain::{
    event::{Event, Fact, Stage},
    time::{Span, Timestamp},
};

use crate::{
    desk::{Step, ThreadHarness, noon, received},
    facts::{by_clock, message, named, watermark},
};

fn event(step: Step) -> Event {
    let Step::Event(event) = step else { unreachable!() };
    *event
}

/// Eight texts of one second, as one body has them.
fn burst() -> Vec<Event> {
    let placed = |place: u32| Event { place, ..event(message(u64::from(place) * 2 + 1, 0)) };
    (0..8).map(placed).collect()
}

#[test]
fn messages_of_one_second_stand_as_the_platform_has_them_and_then_as_they_arrived() {
    let told: Vec<String> = (0..8).map(|number| format!("Question {}", number * 2 + 1)).collect();
    for turn in 0..8 {
        let (mut desk, mut burst) = (ThreadHarness::new(), burst());
        burst.rotate_left(turn);
        burst.swap(1, 6);
        for event in &burst {
            desk.deliver(event);
        }
        assert_eq!(desk.words(), told);
        assert_eq!(
            desk.thread.transcript.last.as_ref().unwrap().preview,
            "Question 15",
            "the list has the last of them"
        );
    }
    // One by one, each in a delivery of its own; the last comes a second time, and keeps its place.
    let mut desk = ThreadHarness::new();
    let arrived = |number: u32| received().plus(Span::millis(number.into()));
    for (number, event) in (0_u32..8).zip(burst()).rev() {
        desk.deliver_at(&Event { place: 0, ..event }, arrived(number));
    }
    desk.deliver_at(&Event { place: 0, ..burst()[0].clone() }, arrived(99));
    assert_eq!(desk.words(), told);
    // By the platform's own numbers, whenever they arrive.
    let mut desk = ThreadHarness::new();
    for (number, event) in (0_u32..8).zip(burst()).rev() {
        desk.deliver_at(&Event { place: 0, sequence: Some(57 + u64::from(number)), ..event }, arrived(100 - number));
    }
    assert_eq!(desk.words(), told);
}

#[test]
fn a_clock_that_cannot_be_right_is_not_believed_and_the_message_says_so() {
    for said in [0, 86_400, 4_070_908_800, i64::MAX] {
        let wrong = event(named(by_clock(message(1, 0), said), Some("Ana"), None));
        let mut desk = ThreadHarness::new();
        desk.deliver(&wrong);
        let body = desk.messages.values().next().unwrap().body.clone().unwrap();
        assert_eq!((body.at, body.clock), (received(), wrong.at), "{said}");
        let thread = &desk.thread;
        assert_eq!(
            thread.transcript.window_opened_at,
            Some(received()),
            "who just wrote can be answered, for as long as others"
        );
        assert_eq!(thread.questions.asked_at(), Some(received()));
        assert_eq!(thread.transcript.last.as_ref().unwrap().at, received());
        assert_eq!(thread.contact.named_at, received());
        // The first receipt holds, however often it comes.
        let version = thread.version;
        let before = desk.digest();
        desk.deliver_at(&wrong, received().plus(Span::minutes(7)));
        assert_eq!((desk.thread.version, desk.digest()), (version, before));
        // What is told with a time that can be, is believed.
        let right = event(message(1, 5));
        desk.deliver_at(&right, received().plus(Span::minutes(8)));
        let body = desk.messages.values().next().unwrap().body.clone().unwrap();
        assert_eq!((body.at, body.clock), (right.at.unwrap(), None));
    }
}

#[test]
fn a_clock_that_is_a_little_ahead_is_held_to_the_receipt_and_nothing_is_said_of_it() {
    let mut desk = ThreadHarness::new();
    let ahead = event(message(1, 0));
    desk.deliver_at(&ahead, noon().minus(Span::seconds(20)));
    let body = desk.messages.values().next().unwrap().body.clone().unwrap();
    assert_eq!((body.at, body.clock), (noon().minus(Span::seconds(20)), None));
    let version = desk.thread.version;
    desk.deliver_at(&ahead, noon().plus(Span::seconds(20)));
    assert_eq!(desk.thread.version, version);
}

#[test]
fn a_receipt_reaches_no_message_that_is_yet_to_be_sent() {
    let mut far = event(watermark(Stage::Read, 3));
    let Fact::Receipt { scope, .. } = &mut far.fact else { unreachable!() };
    *scope = tributary_domain::event::Scope::UpTo { at: Timestamp::from_seconds(4_070_908_800) };
    let mut desk = ThreadHarness::new();
    desk.deliver(&far);
    assert_eq!(desk.thread.transcript.reached.get(&Stage::Read), far.at.as_ref());
}
