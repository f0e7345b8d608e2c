//! Each state, and what leads out of it.

use tributary_domain::{
    authored::{MayNotReply, ModerationOrder},
    capability::{ErrorClass, Feature, PlatformError},
    id::MessageId,
    moderation::{MOST_ATTEMPTS, Moderation, ModerationAction, ModerationOutcome as Outcome, NotTaken, Report, State},
    outbound::UncertainCause,
    time::{Span, Timestamp},
    timings::ModerationTimings,
};

use super::{noon, order, session};

const LOST: Outcome = Outcome::Uncertain { cause: UncertainCause::Transport };

fn timings() -> ModerationTimings {
    ModerationTimings::default()
}

/// An action that was wanted and begun at noon.
fn doing(action: ModerationAction) -> Moderation {
    let mut moderation = Moderation::default();
    assert_eq!(moderation.order(order(action, noon()), noon()), Ok(true));
    assert_eq!(moderation.begin(noon()).unwrap().attempt, 1);
    moderation
}

fn state(moderation: &Moderation) -> &'static str {
    moderation.tasks().last().map_or("nothing", |task| task.state().name())
}

fn slow_down(wait: Option<Span>) -> Outcome {
    Outcome::RateLimited { retry_after: wait, code: "4".to_owned() }
}

#[test]
fn each_answer_leads_where_it_should() {
    let error = PlatformError { class: ErrorClass::Permission, code: "200".to_owned() };
    let gone = Outcome::Gone { code: "100/33".to_owned() };
    let cases = [
        (ModerationAction::Hide, Outcome::Done, "done"),
        (ModerationAction::Like, Outcome::AlreadySo, "done"),
        (ModerationAction::Delete, gone.clone(), "done"),
        (ModerationAction::Hide, gone, "failed"),
        (ModerationAction::Hide, Outcome::Refused { error }, "failed"),
        (ModerationAction::Hide, slow_down(None), "wanted"),
        (ModerationAction::Hide, slow_down(Some(Span::minutes(30))), "wanted"),
        (ModerationAction::Hide, slow_down(Some(Span::hours(2))), "failed"),
        (ModerationAction::Delete, LOST, "wanted"),
    ];
    for (action, outcome, expected) in cases {
        let mut moderation = doing(action);
        let settled = moderation.came_back(1, &outcome, noon(), &timings());
        assert_eq!(state(&moderation), expected, "{action} {outcome:?}");
        assert_eq!(settled.is_some(), expected != "wanted", "{action} {outcome:?}");
        assert_eq!(moderation.wakes_at(&timings()).is_some(), expected == "wanted");
    }
}

#[test]
fn calls_without_an_answer_are_made_again_after_growing_pauses_and_then_a_person_is_told() {
    let mut moderation = doing(ModerationAction::Hide);
    let (mut now, mut pauses) = (noon(), Vec::new());
    for attempt in 1..MOST_ATTEMPTS {
        assert_eq!(moderation.came_back(attempt, &LOST, now, &timings()), None);
        let wake = moderation.wakes_at(&timings()).unwrap();
        pauses.push(wake.since(now).as_millis() / 1000);
        assert_eq!(moderation.begin(wake.minus(Span::millis(1))), None, "not before its time");
        now = wake;
        assert_eq!(moderation.begin(now).unwrap().attempt, attempt + 1);
    }
    assert_eq!(pauses, [2, 8, 32, 128]);
    let settled = moderation.came_back(MOST_ATTEMPTS, &LOST, now, &timings()).unwrap();
    assert!(matches!(settled.result, State::Unknown { .. }));
    assert_eq!(moderation.wakes_at(&timings()), None, "code does nothing more");
    assert_eq!(moderation.order(order(ModerationAction::Hide, now), now), Ok(true), "a person may want it again");
    assert!(moderation.begin(now).is_some());
}

#[test]
fn a_call_of_which_nothing_is_heard_is_found() {
    let mut moderation = doing(ModerationAction::Hide);
    let lost = moderation.wakes_at(&timings()).unwrap();
    assert_eq!(lost, noon().plus(timings().doing_timeout));
    moderation.tick(lost.minus(Span::millis(1)), &timings());
    assert_eq!(state(&moderation), "doing");
    moderation.tick(lost, &timings());
    assert_eq!(state(&moderation), "wanted");
    assert_eq!(moderation.came_back(1, &Outcome::Done, lost, &timings()), None, "it is waited for no more");
}

#[test]
fn what_waits_is_replaced_by_its_opposite_and_what_runs_is_waited_for() {
    let mut waits = Moderation::default();
    waits.order(order(ModerationAction::Hide, noon()), noon()).unwrap();
    waits.order(order(ModerationAction::Unhide, noon()), noon()).unwrap();
    assert_eq!(waits.begin(noon()).unwrap().order.action(), ModerationAction::Unhide);
    assert_eq!(waits.begin(noon()), None, "one call");

    let mut runs = doing(ModerationAction::Hide);
    assert_eq!(runs.order(order(ModerationAction::Unhide, noon()), noon()), Ok(true));
    assert_eq!(runs.order(order(ModerationAction::Unhide, noon()), noon()), Ok(false), "it is wanted already");
    assert_eq!(runs.begin(noon()), None, "not while the other call is on its way");
    let settled = runs.came_back(1, &Outcome::Done, noon(), &timings()).unwrap();
    assert_eq!(settled.order.action(), ModerationAction::Hide, "it was hidden for a moment");
    assert_eq!(runs.begin(noon()).unwrap().order.action(), ModerationAction::Unhide);

    let mut failed = doing(ModerationAction::Hide);
    failed.order(order(ModerationAction::Unhide, noon()), noon()).unwrap();
    assert_eq!(failed.came_back(1, &LOST, noon(), &timings()), None, "nobody wants it any more");
    assert_eq!(failed.begin(noon()).unwrap().order.action(), ModerationAction::Unhide);
}

#[test]
fn a_deletion_supersedes_all_and_nothing_supersedes_it() {
    let mut moderation = doing(ModerationAction::Like);
    moderation.order(order(ModerationAction::Delete, noon()), noon()).unwrap();
    for action in ModerationAction::ALL.into_iter().filter(|action| *action != ModerationAction::Delete) {
        assert_eq!(moderation.order(order(action, noon()), noon()), Err(NotTaken::BeingDeleted), "{action}");
    }
    assert_eq!(moderation.tasks().len(), 1);
    assert_eq!(moderation.came_back(1, &Outcome::Done, noon(), &timings()), None, "the like counts no more");
    assert_eq!(moderation.begin(noon()).unwrap().order.action(), ModerationAction::Delete);
}

#[test]
fn what_the_platform_reports_wins() {
    let mut hidden = doing(ModerationAction::Hide);
    assert!(hidden.reported(Report::Hidden(true), noon(), noon()).is_none(), "the call is waited for");
    assert!(hidden.came_back(1, &LOST, noon(), &timings()).is_some(), "whatever its answer");
    assert_eq!(state(&hidden), "done");
    assert!(hidden.reported(Report::Hidden(false), noon(), noon()).is_none());
    assert_eq!(state(&hidden), "nothing", "another admin shows it again");

    let mut earlier = doing(ModerationAction::Hide);
    let before = noon().minus(Span::seconds(1));
    earlier.came_back(1, &LOST, noon(), &timings());
    assert!(
        earlier.reported(Report::Hidden(true), before, noon()).is_none(),
        "what was before it was wanted says nothing"
    );
    let same_second = Timestamp::from_seconds(noon().millis() / 1000);
    assert!(earlier.reported(Report::Hidden(true), same_second, noon()).is_some());

    let mut gone = doing(ModerationAction::Hide);
    gone.order(order(ModerationAction::Like, noon()), noon()).unwrap();
    assert!(gone.reported(Report::Gone, noon(), noon()).is_none());
    assert_eq!((state(&gone), gone.wakes_at(&timings())), ("nothing", None), "nothing is wanted of what is gone");

    let mut deleted = doing(ModerationAction::Hide);
    deleted.order(order(ModerationAction::Delete, noon()), noon()).unwrap();
    let settled = deleted.reported(Report::Gone, noon(), noon()).unwrap();
    assert_eq!(settled.order.action(), ModerationAction::Delete);
    assert_eq!(deleted.begin(noon()), None);
}

#[test]
fn a_role_that_only_looks_wants_nothing() {
    let message = MessageId::from_bytes(&[1]);
    let viewer = session(false, noon());
    assert_eq!(ModerationOrder::by(&viewer, ModerationAction::Hide, message), Err(MayNotReply));
}

#[test]
fn ours_is_deleted_and_nothing_else() {
    let needs: Vec<_> = ModerationAction::ALL.map(|action| (action.needs(false), action.needs(true))).to_vec();
    let hide = Some(Feature::Hide);
    let like = Some(Feature::Like);
    let delete = (Some(Feature::DeleteTheirs), Some(Feature::Delete));
    assert_eq!(needs, [(hide, None), (hide, None), delete, (like, None), (like, None)]);
}
