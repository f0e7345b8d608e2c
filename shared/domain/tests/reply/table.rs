//! The machine, whole: every state with every event. Read the snapshot as the specification.

use std::fmt::Write as _;

use tributary_domain::{
    capability::ErrorClass,
    id::RemoteId,
    outbound::{Part, SendOutcome},
    reply::{Arrival, Effect, Event, Reply, State},
    time::Span,
    timings::ReplyTimings,
};

use crate::fixture::{
    accepted, dropped, error, evidence, noon, outcome, refused, remote, reply, slow_down, undelivered,
};

fn after(events: &[Event]) -> Reply {
    events.iter().fold(reply(), |reply, event| match reply.apply(event, noon(), &ReplyTimings::default()) {
        Ok((reply, _)) => reply,
        Err((_, refused)) => panic!("{refused}"),
    })
}

fn states() -> Vec<Reply> {
    let second = || vec![Event::Begin, outcome(1, accepted(0))];
    let sent = || vec![Event::Begin, outcome(1, accepted(0)), outcome(2, accepted(1))];
    let with_all = |mut events: Vec<Event>, more: [Event; 2]| {
        events.extend(more);
        events
    };
    let with = |mut events: Vec<Event>, event: Event| {
        events.push(event);
        after(&events)
    };
    vec![
        after(&[]),
        after(&[Event::Begin]),
        after(&[Event::Begin, evidence(0)]),
        after(&second()),
        with(second(), evidence(1)),
        after(&[Event::Begin, outcome(1, slow_down(None))]),
        after(&[Event::Begin, outcome(1, refused())]),
        with(second(), outcome(2, refused())),
        after(&[Event::Begin, outcome(1, dropped())]),
        with(second(), outcome(2, dropped())),
        after(&[Event::Begin, outcome(1, dropped()), Event::SendAgain]),
        after(&[Event::Begin, outcome(1, dropped()), Event::SendAgain, evidence(0), evidence(1)]),
        after(&[Event::Begin, outcome(1, dropped()), Event::SendAgain, Event::Begin]),
        after(&[Event::Begin, outcome(1, dropped()), Event::SendAgain, Event::Begin, outcome(2, accepted(0))]),
        with(second(), outcome(2, accepted(1))),
        after(&[Event::Discard]),
        after(&[Event::Begin, outcome(1, dropped()), Event::Discard]),
        after(&[Event::Begin, undelivered(0)]),
        with(second(), undelivered(0)),
        with(sent(), undelivered(0)),
        with(sent(), undelivered(1)),
        with(with_all(sent(), [undelivered(0), undelivered(1)]), Event::SendAgain),
        with(sent(), undelivered(1)).apply(&Event::Discard, noon(), &ReplyTimings::default()).unwrap().0,
    ]
}

fn events(current: u32) -> Vec<(&'static str, Event, Span)> {
    let now = Span::default();
    vec![
        ("begin", Event::Begin, now),
        ("begin a minute later", Event::Begin, Span::minutes(1)),
        ("accepted", outcome(current, accepted(9)), now),
        ("refused", outcome(current, refused()), now),
        ("slow down", outcome(current, slow_down(None)), now),
        ("slow down for an hour", outcome(current, slow_down(Some(Span::hours(1)))), now),
        ("no answer", outcome(current, dropped()), now),
        ("accepted, of another call", outcome(current + 7, accepted(9)), now),
        ("part 0 accepted after all", outcome(current + 7, accepted(0)), now),
        ("part 0 by another name", Event::Evidence { part: 0, id: RemoteId::new("mid.other") }, now),
        ("evidence of part 0", evidence(0), now),
        ("evidence of part 1", evidence(1), now),
        ("evidence of no part of it", evidence(7), now),
        ("undelivered part 0", undelivered(0), now),
        ("undelivered part 1", undelivered(1), now),
        (
            "undelivered, by another name",
            Event::Undelivered { part: 0, id: RemoteId::new("mid.other"), error: error(ErrorClass::Blocked) },
            now,
        ),
        ("delivered part 0", Event::Delivered { part: 0, id: remote(0) }, now),
        ("delivered part 1", Event::Delivered { part: 1, id: remote(1) }, now),
        ("tick", Event::Tick, now),
        ("tick after the deadline", Event::Tick, ReplyTimings::default().sending_timeout),
        ("arrived, says a person", Event::Arrived, now),
        ("send again, says a person", Event::SendAgain, now),
        ("discard, says a person", Event::Discard, now),
    ]
}

fn show(reply: &Reply) -> String {
    let arrived = reply.parts.iter().map(|part| match &part.arrived {
        _ if !part.twice.is_empty() => '2',
        _ if part.returned => '!',
        _ if part.is_lost() => 'l',
        None => '-',
        Some(Arrival::Named { .. }) => 'n',
        Some(Arrival::Seen) => 's',
    });
    let arrived: String = arrived.collect();
    let state = match &reply.state {
        State::Queued | State::Sent { .. } | State::Discarded { .. } => reply.state.name().to_owned(),
        State::Sending { part, attempt, refusals, .. } => {
            format!("sending part {part}, call {attempt}, slowed {refusals}")
        }
        State::Waiting { part, refusals, not_before } => {
            format!("waiting part {part}, slowed {refusals}, {} ms", not_before.since(noon()).as_millis())
        }
        State::Failed { part, error, .. } => format!("failed part {part}, {:?}", error.class),
        State::Uncertain { part, attempt, cause, .. } => format!("uncertain part {part}, call {attempt}, {cause:?}"),
    };
    format!("{state} [{arrived}] {}", reply.attempts)
}

#[test]
fn every_state_with_every_event() {
    let mut table = String::from(
        "state [arrived: - no, n named, s seen, 2 twice, ! lost, l lost and to be sent again] calls made\n",
    );
    for state in states() {
        let _ = writeln!(table, "\n{}", show(&state));
        for (name, event, later) in events(state.attempts.max(1)) {
            let result = match state.clone().apply(&event, noon().plus(later), &ReplyTimings::default()) {
                Ok((next, None)) if next == state => "same".to_owned(),
                Ok((next, None)) => show(&next),
                Ok((next, Some(Effect::Call { part, attempt }))) => {
                    format!("{}  => CALL part {part}, call {attempt}", show(&next))
                }
                Err((same, refused)) => {
                    assert_eq!(same, state, "a refusal hands the reply back as it was");
                    format!("refused: {refused}")
                }
            };
            let _ = writeln!(table, "    {name:<30}{result}");
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn what_is_sent_is_what_was_confirmed() {
    let reply = reply();
    let Part::Text { text, .. } = &reply.parts[0].part else { panic!("text comes first") };
    assert_eq!(text.as_bytes(), reply.draft.text.as_bytes());
    assert!(reply.authored.covers(&reply.draft));
    for state in states() {
        let sent: Vec<_> = state.parts.iter().map(|part| &part.part).collect();
        assert_eq!(sent, reply.parts.iter().map(|part| &part.part).collect::<Vec<_>>(), "no event touches the words");
        assert_eq!(state.draft, reply.draft);
    }
}

#[test]
fn what_arrives_after_a_person_gave_it_up_is_not_sent_again() {
    let doubt = after(&[Event::Begin, outcome(1, dropped())]);
    let step = |reply: Reply, event: Event| reply.apply(&event, noon(), &ReplyTimings::default()).unwrap();
    // The first call is answered while the reply waits to be sent again: there is nothing left to send.
    let (again, _) = step(doubt.clone(), Event::SendAgain);
    let (again, _) = step(again, outcome(1, accepted(0)));
    let (again, effect) = step(again, Event::Begin);
    assert_eq!(effect, Some(Effect::Call { part: 1, attempt: 2 }), "only what is left of it: {again:?}");
    // It is answered while the second call is on its way.
    let (again, _) = step(doubt.clone(), Event::SendAgain);
    let (again, _) = step(again, Event::Begin);
    let (again, _) = step(again, outcome(1, accepted(0)));
    let (again, effect) = step(again, outcome(2, dropped()));
    assert_eq!(effect, Some(Effect::Call { part: 1, attempt: 3 }), "no doubt about the first part is left: {again:?}");
    // It is answered when it was let be.
    let (gone, _) = step(doubt, Event::Discard);
    let (gone, effect) = step(gone, outcome(1, accepted(0)));
    assert!(gone.parts[0].is_named() && effect.is_none(), "{gone:?}");
}

#[test]
fn a_platform_that_keeps_saying_slow_down_is_believed_in_the_end() {
    let mut reply = reply();
    let (mut now, mut calls) = (noon(), 0);
    loop {
        let (next, effect) = reply.apply(&Event::Begin, now, &ReplyTimings::default()).unwrap();
        let Some(Effect::Call { attempt, .. }) = effect else { panic!("a due reply is called") };
        calls += 1;
        let slow = SendOutcome::RateLimited { retry_after: Some(Span::seconds(2)), code: "429".to_owned() };
        reply = next.apply(&outcome(attempt, slow), now, &ReplyTimings::default()).unwrap().0;
        let State::Waiting { not_before, .. } = reply.state else {
            break;
        };
        assert_eq!(not_before, now.plus(Span::seconds(2)));
        now = not_before;
    }
    assert_eq!(calls, tributary_domain::reply::MOST_ATTEMPTS);
    assert!(reply.needs_a_person());
}

#[test]
fn a_platform_that_does_not_say_how_long_is_given_more_time_each_time() {
    let mut reply = reply();
    let (mut now, mut waits) = (noon(), Vec::new());
    loop {
        let (next, effect) = reply.apply(&Event::Begin, now, &ReplyTimings::default()).unwrap();
        let Some(Effect::Call { attempt, .. }) = effect else { panic!("a due reply is called") };
        reply = next.apply(&outcome(attempt, slow_down(None)), now, &ReplyTimings::default()).unwrap().0;
        let State::Waiting { not_before, .. } = reply.state else { break };
        waits.push(not_before.since(now));
        now = not_before;
    }
    assert_eq!(waits, [5, 20, 80, 320].map(Span::seconds));
}

#[test]
fn what_is_reported_undelivered_is_sent_again_by_a_person_alone() {
    let step = |reply: Reply, event: Event| reply.apply(&event, noon(), &ReplyTimings::default()).unwrap();
    let sent = after(&[Event::Begin, outcome(1, accepted(0)), outcome(2, accepted(1))]);
    // The second part did not arrive: the first is not sent again with it.
    let (lost, effect) = step(sent.clone(), undelivered(1));
    assert!(lost.needs_a_person() && !lost.answers() && effect.is_none(), "{lost:?}");
    assert!(matches!(lost.state, State::Failed { part: 1, .. }));
    let (again, effect) = step(lost.clone(), Event::SendAgain);
    assert_eq!(effect, None);
    let (again, effect) = step(again, Event::Begin);
    assert_eq!(effect, Some(Effect::Call { part: 1, attempt: 3 }));
    let named = SendOutcome::Accepted { ids: vec![RemoteId::new("mid.new")] };
    let (again, _) = step(again, Event::Outcome { part: 1, attempt: 3, outcome: named });
    assert!(matches!(again.state, State::Sent { .. }) && again.answers(), "{again:?}");
    // Told again, it is no news: it was about the first try.
    let (same, _) = step(again.clone(), undelivered(1));
    assert_eq!(same, again);
    // It was on the phone after all: then it went out twice.
    let (twice, _) = step(again, Event::Delivered { part: 1, id: remote(1) });
    assert!(twice.went_out_twice(), "{twice:?}");
    // Without a second try it simply arrived.
    let (arrived, effect) = step(lost, Event::Delivered { part: 1, id: remote(1) });
    assert!(matches!(arrived.state, State::Sent { .. }) && effect.is_none(), "{arrived:?}");
    assert_eq!(arrived, sent);
}

#[test]
fn a_part_that_is_lost_while_the_next_is_on_its_way_is_not_called_for_by_code() {
    let step = |reply: Reply, event: Event| reply.apply(&event, noon(), &ReplyTimings::default()).unwrap();
    let second = after(&[Event::Begin, outcome(1, accepted(0))]);
    let (lost, effect) = step(second, undelivered(0));
    assert!(matches!(lost.state, State::Sending { part: 1, .. }) && effect.is_none());
    let (ended, effect) = step(lost.clone(), outcome(2, accepted(1)));
    assert!(matches!(ended.state, State::Failed { part: 0, .. }) && effect.is_none(), "{ended:?}");
    // Nor after a wait.
    let (waits, _) = step(lost, outcome(2, slow_down(None)));
    let (ended, effect) = waits.apply(&Event::Begin, noon().plus(Span::minutes(1)), &ReplyTimings::default()).unwrap();
    assert!(matches!(ended.state, State::Failed { part: 0, .. }) && effect.is_none(), "{ended:?}");
}
