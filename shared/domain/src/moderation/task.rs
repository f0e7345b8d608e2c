//! One action on its way.

use serde::{Deserialize, Serialize};

use super::{Aspect, Call, MOST_ATTEMPTS, ModerationAction, ModerationOutcome, Report, Settled};
use crate::{
    authored::ModerationOrder,
    capability::{ErrorClass, PlatformError},
    mutant::{self, Mutant},
    time::{Span, Timestamp},
    timings::ModerationTimings,
};

/// An action, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    order: ModerationOrder,
    state: State,
    /// Calls for it that were in vain.
    vain: u32,
    /// What is wanted instead, as soon as the call for it is back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<ModerationOrder>,
    /// The platform reports that it is so, while the call for it is on its way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    seen: bool,
}

/// Where an action stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum State {
    /// A call is to be made.
    Wanted {
        /// Not before then.
        not_before: Timestamp,
    },
    /// The call is being made.
    Doing {
        /// Its number.
        attempt: u32,
        since: Timestamp,
    },
    /// It is so.
    Done {
        /// When that was known.
        at: Timestamp,
    },
    /// The platform does not do it.
    Failed {
        error: PlatformError,
        /// When that was known.
        at: Timestamp,
    },
    /// Nobody knows whether it is so.
    Unknown {
        /// When it was given up.
        at: Timestamp,
    },
}

impl State {
    /// The state's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Wanted { .. } => "wanted",
            Self::Doing { .. } => "doing",
            Self::Done { .. } => "done",
            Self::Failed { .. } => "failed",
            Self::Unknown { .. } => "unknown",
        }
    }
}

impl Task {
    pub(super) fn new(order: ModerationOrder, now: Timestamp) -> Self {
        Self { order, state: State::Wanted { not_before: now }, vain: 0, next: None, seen: false }
    }

    /// What is wanted now.
    pub fn wanted(&self) -> &ModerationOrder {
        self.next.as_ref().unwrap_or(&self.order)
    }

    /// Where it stands. What is wanted instead of something that runs waits.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Calls for it that were in vain.
    pub fn attempts(&self) -> u32 {
        self.vain
    }

    pub(super) fn aspect(&self) -> Aspect {
        self.order.action().aspect()
    }

    /// Whether code has yet to do something about it.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Wanted { .. } | State::Doing { .. })
    }

    /// Whether the platform was last known to have done this.
    pub fn is_done(&self, action: ModerationAction) -> bool {
        self.order.action() == action && matches!(self.state, State::Done { .. })
    }

    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        matches!(self.state, State::Wanted { not_before } if not_before <= now)
    }

    pub(super) fn attempt(&self) -> Option<u32> {
        match self.state {
            State::Doing { attempt, .. } => Some(attempt),
            _ => None,
        }
    }

    pub(super) fn since(&self) -> Option<Timestamp> {
        match self.state {
            State::Doing { since, .. } => Some(since),
            _ => None,
        }
    }

    /// Something else is wanted. Two calls at once could arrive in either order: the first is waited for.
    pub(super) fn superseded(&mut self, order: ModerationOrder, now: Timestamp) {
        if self.attempt().is_some() && !mutant::on(Mutant::OppositeAtOnce) {
            self.next = Some(order);
        } else {
            *self = Self::new(order, now);
        }
    }

    pub(super) fn begin(&mut self, attempt: u32, now: Timestamp) -> Option<Call> {
        if !self.is_due(now) {
            return None;
        }
        self.state = State::Doing { attempt, since: now };
        Some(Call { order: self.order.clone(), attempt })
    }

    pub(super) fn came_back(
        &mut self,
        outcome: &ModerationOutcome,
        now: Timestamp,
        timings: &ModerationTimings,
    ) -> Option<Settled> {
        let after = self.after(outcome, now, timings);
        // The platform reported it meanwhile, and nobody knows whether the call did it: the report tells when it became so.
        let by_report = self.seen && !matches!(after, State::Done { .. });
        let call = self.attempt().zip(self.since()).filter(|_| !by_report);
        let state = if by_report { State::Done { at: now } } else { after };
        let settled = !matches!(state, State::Wanted { .. } | State::Doing { .. });
        let settled = settled.then(|| Settled { order: self.order.clone(), call, result: state.clone() });
        if let Some(next) = self.next.take() {
            *self = Self::new(next, now);
            // What failed is wanted no more: nobody has to be told.
            return settled.filter(|one| matches!(one.result, State::Done { .. }));
        }
        self.state = state;
        settled
    }

    fn after(&mut self, outcome: &ModerationOutcome, now: Timestamp, timings: &ModerationTimings) -> State {
        let failed = |class, code: &str| {
            let error = PlatformError { class, code: code.to_owned() };
            State::Failed { error, at: now }
        };
        match outcome {
            ModerationOutcome::Done | ModerationOutcome::AlreadySo => State::Done { at: now },
            ModerationOutcome::Gone { .. } if self.order.action() == ModerationAction::Delete => {
                State::Done { at: now }
            }
            ModerationOutcome::Gone { code } => failed(ErrorClass::Gone, code),
            ModerationOutcome::Refused { error } => State::Failed { error: error.clone(), at: now },
            ModerationOutcome::RateLimited { retry_after, code } => {
                let pause = retry_after.unwrap_or_else(|| self.pause(timings));
                if self.is_last() || pause > timings.longest_slow_down {
                    return failed(ErrorClass::RateLimited, code);
                }
                self.vain = self.vain.saturating_add(1);
                State::Wanted { not_before: now.plus(pause) }
            }
            ModerationOutcome::Uncertain { .. } if self.is_last() => {
                self.vain = MOST_ATTEMPTS;
                State::Unknown { at: now }
            }
            ModerationOutcome::Uncertain { .. } => {
                let not_before = now.plus(self.pause(timings));
                self.vain = self.vain.saturating_add(1);
                State::Wanted { not_before }
            }
        }
    }

    /// Whether the call that came back was the last that code makes.
    fn is_last(&self) -> bool {
        self.vain.saturating_add(1) >= MOST_ATTEMPTS
    }

    /// Each pause is four times as long as the one before.
    fn pause(&self, timings: &ModerationTimings) -> Span {
        let longer = 4_u64.saturating_pow(self.vain);
        Span::millis(timings.retry_after.as_millis().saturating_mul(longer))
    }

    /// The platform reports what was wanted. Reports from before it was wanted say nothing; platforms count in seconds.
    pub(super) fn reported(&mut self, report: Report, at: Timestamp, now: Timestamp) -> Option<Settled> {
        let since = self.wanted().at().millis() / 1000;
        let told = report.is(self.wanted().action()) && at.millis() / 1000 >= since;
        if report != Report::Gone && self.attempt().is_some() {
            // The call that is on its way comes back first, or is given up: nothing else may overtake it.
            self.seen = told && self.next.is_none();
            return None;
        }
        if !told || matches!(self.state, State::Done { .. }) {
            return None;
        }
        if let Some(next) = self.next.take() {
            self.order = next;
        }
        self.state = State::Done { at: now };
        Some(Settled { order: self.order.clone(), call: None, result: self.state.clone() })
    }

    /// Whether it is worth keeping, now that the platform reports this.
    pub(super) fn stands(&self, report: Report) -> bool {
        match (report, &self.state) {
            (Report::Gone, _) => self.is_done(ModerationAction::Delete),
            (Report::Hidden(_), State::Done { .. }) => self.aspect() == Aspect::Like || report.is(self.order.action()),
            (Report::Hidden(_), _) => true,
        }
    }

    pub(super) fn due_at(&self, timings: &ModerationTimings) -> Option<Timestamp> {
        match self.state {
            State::Wanted { not_before } => Some(not_before),
            State::Doing { since, .. } => Some(since.plus(timings.doing_timeout)),
            State::Done { .. } | State::Failed { .. } | State::Unknown { .. } => None,
        }
    }

    /// What waits for the call that is on its way is wanted no more.
    pub(super) fn drop_next(&mut self) -> bool {
        self.next.take().is_some()
    }

    pub(super) fn wakes_at(&self, timings: &ModerationTimings) -> Option<Timestamp> {
        match self.state {
            // Whoever was told of it is given the time to begin.
            State::Wanted { not_before } if self.vain == 0 => Some(not_before.plus(timings.begin_retry_after)),
            State::Wanted { not_before } => Some(not_before),
            State::Doing { since, .. } => Some(since.plus(timings.doing_timeout)),
            State::Done { .. } | State::Failed { .. } | State::Unknown { .. } => None,
        }
    }
}
