//! The comments as the platform has them, and what it tells of them.

use std::collections::BTreeMap;

use tributary_domain::{
    capability::{ErrorClass, PlatformError},
    event::{Fact, Received, Toward},
    id::RemoteId,
    moderation::{ModerationAction, ModerationOutcome},
    outbound::UncertainCause,
    time::{Span, Timestamp},
};

use crate::{dice::Dice, post::event};

/// A comment as everybody sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shown {
    pub(super) hidden: bool,
    pub(super) gone: bool,
}

/// A call that the platform has yet to carry out, whoever still waits for its answer.
#[derive(Debug, Clone)]
struct Flight {
    number: usize,
    on: RemoteId,
    action: ModerationAction,
    at: Timestamp,
    fate: Fate,
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Answered,
    /// It is done, and the answer is lost.
    Unheard,
    /// It never comes there.
    Lost,
    Refused,
    SlowDown(Option<Span>),
}

/// The platform.
#[derive(Debug)]
pub(super) struct Wall {
    pub(super) comments: BTreeMap<RemoteId, Shown>,
    /// It tells what becomes of comments, whoever did it.
    pub(super) reports: bool,
    /// Who stands below whom.
    above: BTreeMap<RemoteId, RemoteId>,
    flights: Vec<Flight>,
    answers: BTreeMap<usize, ModerationOutcome>,
    next: usize,
}

/// A call is carried out within so long, or never.
pub(super) const LONGEST: Span = Span::seconds(20);

impl Wall {
    pub(super) fn new(reports: bool) -> Self {
        let (comments, above) = (BTreeMap::new(), BTreeMap::new());
        Self { comments, reports, above, flights: Vec::new(), answers: BTreeMap::new(), next: 0 }
    }

    pub(super) fn written(&mut self, id: &RemoteId, above: Option<&RemoteId>) {
        self.comments.insert(id.clone(), Shown::default());
        self.above.extend(above.map(|above| (id.clone(), above.clone())));
    }

    /// A call sets out: its number, and when its answer is there.
    pub(super) fn call(
        &mut self,
        on: &RemoteId,
        action: ModerationAction,
        now: Timestamp,
        faults: bool,
        dice: &mut Dice,
    ) -> (usize, Timestamp) {
        let fate = match dice.below(10) {
            _ if !faults => Fate::Answered,
            0 => Fate::Unheard,
            1 => Fate::Lost,
            2 => Fate::Refused,
            3 => Fate::SlowDown(dice.once_in(2).then(|| Span::seconds(20))),
            _ => Fate::Answered,
        };
        let at = now.plus(Span::millis(u64::try_from(dice.below(20_000)).unwrap_or_default()));
        self.next += 1;
        self.flights.push(Flight { number: self.next, on: on.clone(), action, at, fate });
        (self.next, at)
    }

    /// Whether a call about a comment may still be carried out.
    pub(super) fn is_called(&self, id: &RemoteId) -> bool {
        self.flights.iter().any(|flight| flight.on == *id && flight.fate != Fate::Lost)
    }

    /// The answer to a call whose time has come; none to one that was not made.
    pub(super) fn answer(&mut self, number: Option<usize>) -> ModerationOutcome {
        let lost = ModerationOutcome::Uncertain { cause: UncertainCause::Deadline };
        number.and_then(|number| self.answers.remove(&number)).unwrap_or(lost)
    }

    /// One call whose time has come is carried out: what the platform tells of it, if anything.
    pub(super) fn land(&mut self, now: Timestamp) -> Option<Vec<Received>> {
        let at = self.flights.iter().position(|flight| flight.at <= now)?;
        let Flight { number, on, action, fate, .. } = self.flights.swap_remove(at);
        let (outcome, told) = match fate {
            Fate::Lost => (None, None),
            Fate::Refused => {
                let error = PlatformError { class: ErrorClass::Permission, code: "200".to_owned() };
                (Some(ModerationOutcome::Refused { error }), None)
            }
            Fate::SlowDown(retry_after) => {
                (Some(ModerationOutcome::RateLimited { retry_after, code: "4".to_owned() }), None)
            }
            Fate::Answered | Fate::Unheard => {
                let (outcome, told) = self.done(&on, action, now);
                (Some(outcome).filter(|_| fate == Fate::Answered), told)
            }
        };
        self.answers.extend(outcome.map(|outcome| (number, outcome)));
        Some(told.into_iter().collect())
    }

    /// Somebody does this to a comment: what the platform answers, and what it tells.
    pub(super) fn done(
        &mut self,
        id: &RemoteId,
        action: ModerationAction,
        now: Timestamp,
    ) -> (ModerationOutcome, Option<Received>) {
        let gone = (ModerationOutcome::Gone { code: "100/33".to_owned() }, None);
        let Some(shown) = self.comments.get_mut(id).filter(|shown| !shown.gone) else { return gone };
        let fact = if action == ModerationAction::Delete {
            *shown = Shown { hidden: false, gone: true };
            for (below, _) in self.above.iter().filter(|(_, above)| *above == id) {
                self.comments.insert(below.clone(), Shown { hidden: false, gone: true });
            }
            Fact::Unsent { id: id.clone() }
        } else {
            let hidden = action == ModerationAction::Hide;
            if std::mem::replace(&mut shown.hidden, hidden) == hidden {
                return (ModerationOutcome::AlreadySo, None);
            }
            Fact::Hidden { id: id.clone(), hidden }
        };
        let second = now.millis().div_euclid(1000) * 1000;
        let key = format!("{action}:{id}:{second}");
        let told = self.reports.then(|| event(key, Toward::Comment(id.clone()), second, fact));
        (ModerationOutcome::Done, told)
    }
}
