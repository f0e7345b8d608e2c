//! People who change their minds, calls that are lost or whose makers die, other admins, and webhooks that tell of all of
//! it late. In the end the comment is as the last of them wanted it.

use proptest::prelude::*;
use tributary_domain::{
    moderation::{MOST_ATTEMPTS, Moderation, ModerationAction, ModerationOutcome, Report, Settled, State, Task},
    outbound::UncertainCause,
    time::{Span, Timestamp},
    timings::ModerationTimings,
};

use super::{noon, order};

#[derive(Debug, Clone, Copy)]
enum Move {
    Wanted(ModerationAction),
    Begin,
    /// The platform gets the call that is on its way, and answers.
    Answered,
    /// The platform gets it, or not, and no answer comes back.
    Lost {
        taken: bool,
    },
    /// Whoever makes the call dies.
    Dies {
        taken: bool,
    },
    SlowDown,
    /// Somebody else, in the platform's own app.
    AdminHides(bool),
    AdminDeletes,
    /// The platform's report of what has become of it.
    Told,
    Later,
}

/// The comment as the platform has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Comment {
    hidden: bool,
    gone: bool,
    liked: bool,
}

struct World {
    moderation: Moderation,
    comment: Comment,
    now: Timestamp,
    calls: Vec<(u32, ModerationAction)>,
    /// The report that is on its way.
    report: Option<(Report, Timestamp)>,
    /// Calls since somebody wanted something.
    since_wanted: u32,
    /// It is known to be gone: the page shows no actions any more.
    known_gone: bool,
}

impl World {
    fn timings() -> ModerationTimings {
        ModerationTimings::default()
    }

    fn takes(&mut self, action: ModerationAction) -> ModerationOutcome {
        if self.comment.gone {
            return ModerationOutcome::Gone { code: "100/33".to_owned() };
        }
        match action {
            ModerationAction::Hide => self.comment.hidden = true,
            ModerationAction::Unhide => self.comment.hidden = false,
            ModerationAction::Delete => self.comment.gone = true,
            ModerationAction::Like => self.comment.liked = true,
            ModerationAction::Unlike => self.comment.liked = false,
        }
        self.tells(action);
        ModerationOutcome::Done
    }

    fn tells(&mut self, action: ModerationAction) {
        let report = match action {
            ModerationAction::Hide | ModerationAction::Unhide => Report::Hidden(self.comment.hidden),
            ModerationAction::Delete => Report::Gone,
            ModerationAction::Like | ModerationAction::Unlike => return,
        };
        self.report = Some((report, self.now));
    }

    fn come_back(&mut self, attempt: u32, outcome: &ModerationOutcome) {
        let settled = self.moderation.came_back(attempt, outcome, self.now, &Self::timings());
        let deleted =
            |one: Settled| one.order.action() == ModerationAction::Delete && matches!(one.result, State::Done { .. });
        self.known_gone |= settled.is_some_and(deleted);
    }

    fn happens(&mut self, what: Move) {
        self.now = self.now.plus(Span::seconds(1));
        let lost = ModerationOutcome::Uncertain { cause: UncertainCause::Deadline };
        match what {
            Move::Wanted(_) if self.known_gone => {}
            Move::Wanted(action) => {
                if self.moderation.order(order(action, self.now), self.now) == Ok(true) {
                    self.since_wanted = 0;
                }
            }
            Move::Begin => {
                if let Some(call) = self.moderation.begin(self.now) {
                    self.since_wanted += 1;
                    let (attempt, action) = (call.attempt, call.order.action());
                    let same = self.calls.iter().any(|(_, other)| other.aspect() == action.aspect());
                    assert!(!same, "two calls at once about the same");
                    self.calls.push((attempt, action));
                }
            }
            Move::Answered | Move::Lost { .. } | Move::Dies { .. } | Move::SlowDown => {
                let Some((attempt, action)) = self.calls.pop() else { return };
                let taken = matches!(what, Move::Answered | Move::Lost { taken: true } | Move::Dies { taken: true });
                let outcome = if taken { self.takes(action) } else { lost.clone() };
                match what {
                    Move::Answered => self.come_back(attempt, &outcome),
                    Move::Lost { .. } => self.come_back(attempt, &lost),
                    Move::SlowDown => {
                        let code = "4".to_owned();
                        self.come_back(attempt, &ModerationOutcome::RateLimited { retry_after: None, code });
                    }
                    _ => {}
                }
            }
            Move::AdminHides(hidden) if !self.comment.gone => {
                self.comment.hidden = hidden;
                self.tells(ModerationAction::Hide);
            }
            Move::AdminDeletes if !self.comment.gone => {
                self.comment.gone = true;
                self.tells(ModerationAction::Delete);
            }
            Move::AdminHides(_) | Move::AdminDeletes => {}
            Move::Told => {
                if let Some((report, at)) = self.report.take() {
                    self.moderation.reported(report, at, self.now);
                    self.known_gone |= report == Report::Gone;
                }
            }
            Move::Later => {
                // Whoever makes a call gives it up long before its marker is given up.
                self.calls.clear();
                self.now = self.now.plus(Span::hours(1));
                self.moderation.tick(self.now, &Self::timings());
            }
        }
        self.check();
    }

    fn check(&self) {
        let open = self.moderation.tasks().iter().any(Task::is_open);
        assert_eq!(self.moderation.wakes_at(&Self::timings()).is_some(), open, "nobody would find it");
        assert!(self.since_wanted <= 2 * MOST_ATTEMPTS, "more calls than a person is told of");
        assert!(self.moderation.tasks().len() <= 2);
    }

    /// Nothing is lost any more: all that is to be done is done, and told.
    fn comes_to_rest(&mut self) {
        for _ in 0..12 {
            self.happens(Move::Later);
            self.happens(Move::Told);
            self.happens(Move::Begin);
            self.happens(Move::Answered);
            self.happens(Move::Told);
        }
    }
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        4 => (0..5_usize).prop_map(|at| Move::Wanted(ModerationAction::ALL[at])),
        6 => Just(Move::Begin),
        4 => Just(Move::Answered),
        3 => any::<bool>().prop_map(|taken| Move::Lost { taken }),
        1 => any::<bool>().prop_map(|taken| Move::Dies { taken }),
        1 => Just(Move::SlowDown),
        1 => any::<bool>().prop_map(Move::AdminHides),
        1 => Just(Move::AdminDeletes),
        3 => Just(Move::Told),
        2 => Just(Move::Later),
    ];
    proptest::collection::vec(one, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn in_the_end_it_is_as_it_was_wanted_last(moves in moves()) {
        let mut world = World {
            moderation: Moderation::default(),
            comment: Comment::default(),
            now: noon(),
            calls: Vec::new(),
            report: None,
            since_wanted: 0,
            known_gone: false,
        };
        for one in moves {
            world.happens(one);
        }
        world.comes_to_rest();
        for task in world.moderation.tasks() {
            prop_assert!(!task.is_open(), "{task:?}");
            if let State::Done { .. } = task.state() {
                let action = task.wanted().action();
                let so = match action {
                    ModerationAction::Hide => world.comment.hidden,
                    ModerationAction::Unhide => !world.comment.hidden,
                    ModerationAction::Delete => world.comment.gone,
                    ModerationAction::Like => world.comment.liked,
                    ModerationAction::Unlike => !world.comment.liked,
                };
                prop_assert!(so, "{action} is said to be done, of {:?}", world.comment);
            }
        }
    }
}
