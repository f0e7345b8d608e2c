//! One reply on its way out: the only code that can reach a customer.
//!
//! ```text
//! queued ──begin──> sending ──accepted──> (next part: sending) ──> sent
//!                     │ ├──refused──────> failed
//!                     │ ├──rate limited─> waiting ──begin──> sending
//!                     │ ├──next step────> waiting
//!                     │ └──no answer────> uncertain ──evidence──> sent
//! sent ──reported undelivered──> failed ──reported delivered──> sent
//! a person: failed | uncertain ──send again──> queued      uncertain ──arrived──> sent
//! a person: queued | waiting | failed | uncertain ──discard──> discarded
//! ```
//!
//! Nothing but a person's word leads out of `uncertain` towards another send, or to another send of what is lost. Where the
//! platform knows a repeated call by its key, no answer leads to `waiting`, and only after the last call to `uncertain`; where
//! it can be asked, its answer is evidence.

mod part;

use serde::{Deserialize, Serialize};

use crate::{
    authored::Authored,
    capability::{ErrorClass, PlatformError, SendSemantics},
    id::{RemoteId, ReplyId, TeammateId},
    outbound::{Draft, Part, SendOutcome, UncertainCause},
    time::{Span, Timestamp},
    timings::ReplyTimings,
};

pub use part::{Arrival, PartState, Step};

/// The code of a call that was not made: whoever had the reply sent may not sign in any more.
pub const AUTHOR_DISABLED: &str = "author_disabled";
/// The code of a call that was not made: the comment's one private reply is another's.
pub const PRIVATE_REPLY_TAKEN: &str = "private_reply_taken";
/// Most calls for one part that the platform answers with "slow down", or not at all where it knows a repeated one,
/// before a person is asked.
pub const MOST_ATTEMPTS: u32 = 5;
/// How often a platform is asked about a call without an answer.
pub const MOST_CHECKS: u32 = 3;
/// Most steps of one part.
pub const MOST_STEPS: u32 = 8;
/// A reply and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reply {
    /// Its id, made by the writer's client.
    pub id: ReplyId,
    /// Who wrote it, and the proof that somebody did.
    pub authored: Authored,
    pub draft: Draft,
    /// The template it began from.
    pub template: Option<String>,
    /// The calls it takes, in order.
    pub parts: Vec<PartState>,
    pub state: State,
    /// Calls made so far, over all parts.
    pub attempts: u32,
    /// Who had it sent again last, when somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_by: Option<TeammateId>,
    /// The topic of the chat that it belongs to, in chats that have several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// What is known on its channel when the answer to a call is lost.
    pub semantics: SendSemantics,
    /// The thread of the comment that it answers has heard that it was sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told: bool,
}

/// Where a reply stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum State {
    /// Waiting for its turn.
    Queued,
    /// The call for a part is being made.
    Sending {
        part: u32,
        /// Number of the call.
        attempt: u32,
        /// Calls for this part that were in vain.
        refusals: u32,
        since: Timestamp,
    },
    /// Another call is to be made: the platform said "slow down", which proves that it did not take it; or a step is done;
    /// or nothing came back from a platform that knows a repeated call.
    Waiting {
        part: u32,
        /// Calls for this part that were in vain.
        refusals: u32,
        /// Not before then.
        not_before: Timestamp,
    },
    /// The platform took every part. Terminal, unless it reports that one did not arrive.
    Sent {
        /// When that was known.
        at: Timestamp,
    },
    /// Proved that a part was not sent, or did not arrive.
    Failed {
        part: u32,
        error: PlatformError,
        /// When that was known.
        at: Timestamp,
    },
    /// Nobody knows whether a part was sent.
    Uncertain {
        part: u32,
        /// Number of the call.
        attempt: u32,
        /// What was seen instead of an answer.
        cause: UncertainCause,
        at: Timestamp,
        /// How often the platform was asked, and did not have it.
        checks: u32,
    },
    /// A person let it be. Terminal, unless evidence shows that it arrived.
    Discarded { at: Timestamp },
}

/// What can happen to a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Event {
    /// It is its turn: make the call.
    Begin,
    /// The call came back.
    Outcome {
        part: u32,
        /// Number of the call.
        attempt: u32,
        outcome: SendOutcome,
    },
    /// An echo or a status of the platform carries our reference.
    Evidence {
        part: u32,
        /// What the platform calls it.
        id: RemoteId,
    },
    /// The platform reports by our reference that it is on the customer's device.
    Delivered {
        part: u32,
        /// What the platform calls it.
        id: RemoteId,
    },
    /// The platform reports by our reference that it was not delivered.
    Undelivered {
        part: u32,
        /// What the platform calls it.
        id: RemoteId,
        error: PlatformError,
    },
    /// The platform was asked whether it has the part.
    Checked {
        part: u32,
        /// Number of the call.
        attempt: u32,
        /// What the platform calls it; empty where it does not have it, or not yet.
        found: Vec<RemoteId>,
    },
    Tick,
    /// A person says that it arrived.
    Arrived,
    /// A person says that it did not, and sends it again.
    SendAgain,
    /// A person lets it be.
    Discard,
}

/// What is to be done now that a reply changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Make this call; its marker is committed with this state.
    Call {
        part: u32,
        /// Number of the call.
        attempt: u32,
    },
}

/// The event does not fit the state; nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a reply that is {state} cannot take `{event}`")]
pub struct Refused {
    pub state: &'static str,
    pub event: &'static str,
}

impl Reply {
    /// A reply as written, waiting for its turn.
    pub fn new(id: ReplyId, authored: Authored, draft: Draft, template: Option<String>, parts: Vec<Part>) -> Self {
        let parts = parts.into_iter().map(PartState::new).collect();
        Self {
            id,
            authored,
            draft,
            template,
            parts,
            state: State::Queued,
            attempts: 0,
            again_by: None,
            topic: None,
            semantics: SendSemantics::default(),
            told: false,
        }
    }

    /// What comes of `event`. On refusal the reply is handed back as it was.
    #[expect(clippy::result_large_err, reason = "a refused reply is handed back whole")]
    pub fn apply(
        mut self,
        event: &Event,
        now: Timestamp,
        timings: &ReplyTimings,
    ) -> Result<(Self, Option<Effect>), (Self, Refused)> {
        let effect = match (self.state.clone(), event) {
            (State::Queued, Event::Begin) => self.call_next(0, now),
            (State::Waiting { not_before, refusals, .. }, Event::Begin) if not_before <= now => {
                self.call_next(refusals, now)
            }

            (State::Sending { part, attempt, refusals, .. }, Event::Outcome { attempt: of, outcome, .. })
                if attempt == *of =>
            {
                self.came_back((part, refusals), outcome, now, timings)
            }
            (State::Uncertain { part, attempt, .. }, Event::Outcome { attempt: of, outcome, .. }) if attempt == *of => {
                self.came_back_late(part, outcome, now);
                None
            }
            // A person did not wait for it: it arrived all the same, and what is not sent yet need not be.
            (_, Event::Outcome { part, outcome: SendOutcome::Accepted { ids }, .. }) => {
                self.evidence(*part, ids, now);
                None
            }

            (_, Event::Evidence { part, id }) => {
                self.evidence(*part, std::slice::from_ref(id), now);
                None
            }

            (_, Event::Delivered { part, id }) => {
                if let Some(state) = self.parts.get_mut(*part as usize) {
                    state.deliver(id);
                }
                self.evidence(*part, std::slice::from_ref(id), now);
                None
            }

            (_, Event::Undelivered { part, id, error }) => {
                self.lose(*part, id, error, now);
                None
            }

            (State::Uncertain { part, attempt, cause, at, checks }, Event::Checked { attempt: of, found, .. })
                if attempt == *of && found.is_empty() =>
            {
                // Their copies may lag: that it is not there proves nothing.
                self.state = State::Uncertain { part, attempt, cause, at, checks: checks.saturating_add(1) };
                None
            }
            (_, Event::Checked { part, found, .. }) => {
                if !found.is_empty() {
                    self.evidence(*part, found, now);
                }
                None
            }

            (State::Sending { part, attempt, since, refusals }, Event::Tick)
                if now.since(since) >= timings.sending_timeout =>
            {
                // An echo may have come before the call was given up: then there is no doubt.
                if self.has_arrived(part) {
                    self.state = in_doubt((part, attempt), UncertainCause::Interrupted, now);
                    self.settle(now);
                } else if let Some(error) = self.returned(part) {
                    self.state = State::Failed { part, error, at: now };
                } else {
                    self.state = self.unanswered((part, refusals), UncertainCause::Interrupted, now, timings);
                }
                None
            }

            (State::Uncertain { part, .. }, Event::Arrived) => {
                self.arrive(part, Arrival::Seen);
                self.settle(now);
                None
            }
            (State::Uncertain { part, .. }, Event::SendAgain) => {
                if let Some(doubtful) = self.parts.get_mut(part as usize) {
                    doubtful.again = true;
                }
                self.send_again();
                None
            }
            (State::Failed { .. }, Event::SendAgain) => {
                self.send_again();
                None
            }
            (
                State::Queued | State::Waiting { .. } | State::Failed { .. } | State::Uncertain { .. },
                Event::Discard,
            ) => {
                self.state = State::Discarded { at: now };
                None
            }

            // Time that is not up; the refusal of a call that was settled otherwise in the meantime.
            (_, Event::Tick | Event::Outcome { .. }) => None,

            (state, event) => return Err((self, Refused { state: state.name(), event: event.name() })),
        };
        Ok((self, effect))
    }

    /// Starts the call for the first part that has not arrived. What is lost waits for a person, and all of it with it.
    fn call_next(&mut self, refusals: u32, now: Timestamp) -> Option<Effect> {
        let mut parts = (0_u32..).zip(&self.parts);
        if let Some((part, error)) = parts.find_map(|(part, _)| Some((part, self.returned(part)?))) {
            self.state = State::Failed { part, error, at: now };
            return None;
        }
        let Some(part) = self.first_open() else {
            self.state = State::Sent { at: now };
            return None;
        };
        self.attempts = self.attempts.saturating_add(1);
        self.state = State::Sending { part, attempt: self.attempts, refusals, since: now };
        Some(Effect::Call { part, attempt: self.attempts })
    }

    fn came_back(
        &mut self,
        (part, refusals): (u32, u32),
        outcome: &SendOutcome,
        now: Timestamp,
        timings: &ReplyTimings,
    ) -> Option<Effect> {
        // Evidence that came before the answer is stronger than any answer.
        if let SendOutcome::Accepted { ids } = outcome {
            self.arrive(part, Arrival::Named { ids: ids.clone() });
        }
        if self.has_arrived(part) {
            return self.call_next(0, now);
        }
        // So is the report that it did not arrive.
        if let Some(error) = self.returned(part) {
            self.state = State::Failed { part, error, at: now };
            return None;
        }
        self.state = match outcome {
            SendOutcome::Accepted { .. } => match self.taken_and_lost(part) {
                Some(error) => State::Failed { part, error, at: now },
                None => State::Sent { at: now },
            },
            SendOutcome::Refused { error } => State::Failed { part, error: error.clone(), at: now },
            SendOutcome::RateLimited { retry_after, code } => {
                let refusals = refusals.saturating_add(1);
                let wait = retry_after.unwrap_or_else(|| slow_down(refusals, timings));
                if refusals >= MOST_ATTEMPTS || wait > timings.longest_slow_down {
                    let error = PlatformError { class: ErrorClass::RateLimited, code: code.clone() };
                    State::Failed { part, error, at: now }
                } else {
                    State::Waiting { part, refusals, not_before: now.plus(wait) }
                }
            }
            SendOutcome::Continue { handle, after } => self.next_step(part, handle, *after, now),
            SendOutcome::Uncertain { cause } => self.unanswered((part, refusals), *cause, now, timings),
        };
        None
    }

    /// A step is done that nobody sees: the next call goes on from there, whatever becomes of this process.
    fn next_step(&mut self, part: u32, handle: &str, after: Span, now: Timestamp) -> State {
        let goes_on = self.parts.get_mut(part as usize).is_some_and(|state| state.next_step(handle));
        if goes_on {
            return State::Waiting { part, refusals: 0, not_before: now.plus(after) };
        }
        let error = PlatformError { class: ErrorClass::Transient, code: "too_many_steps".to_owned() };
        State::Failed { part, error, at: now }
    }

    /// No answer came. What a platform knows by its key is sent again; of the rest nobody knows.
    fn unanswered(
        &self,
        (part, refusals): (u32, u32),
        cause: UncertainCause,
        now: Timestamp,
        timings: &ReplyTimings,
    ) -> State {
        let refusals = refusals.saturating_add(1);
        if self.semantics == SendSemantics::Idempotent && refusals < MOST_ATTEMPTS {
            return State::Waiting { part, refusals, not_before: now.plus(slow_down(refusals, timings)) };
        }
        in_doubt((part, self.attempts), cause, now)
    }

    /// The answer of a call that had been given up for uncertain: it settles the doubt, and starts nothing.
    fn came_back_late(&mut self, part: u32, outcome: &SendOutcome, now: Timestamp) {
        match outcome {
            SendOutcome::Accepted { ids } => {
                self.arrive(part, Arrival::Named { ids: ids.clone() });
                match self.taken_and_lost(part) {
                    Some(error) => self.state = State::Failed { part, error, at: now },
                    None => self.settle(now),
                }
            }
            SendOutcome::Refused { error } => {
                self.state = State::Failed { part, error: error.clone(), at: now };
            }
            SendOutcome::RateLimited { code, .. } => {
                let error = PlatformError { class: ErrorClass::RateLimited, code: code.clone() };
                self.state = State::Failed { part, error, at: now };
            }
            // Nothing is visible: what is to become of it, a person says.
            SendOutcome::Continue { .. } => self.state = State::Failed { part, error: interrupted(), at: now },
            SendOutcome::Uncertain { .. } => {}
        }
    }

    fn evidence(&mut self, part: u32, ids: &[RemoteId], now: Timestamp) {
        self.arrive(part, Arrival::Named { ids: ids.to_vec() });
        match self.state {
            State::Queued | State::Sending { .. } | State::Waiting { .. } | State::Sent { .. } => {}
            State::Failed { .. } | State::Uncertain { .. } | State::Discarded { .. } => self.settle(now),
        }
    }

    /// A message of ours did not arrive. Never a call: what is to become of it, a person says.
    fn lose(&mut self, part: u32, id: &RemoteId, error: &PlatformError, now: Timestamp) {
        let Some(lost) = self.parts.get_mut(part as usize) else { return };
        lost.lose(id, error);
        let shown = match &self.state {
            State::Sent { .. } | State::Queued | State::Waiting { .. } => true,
            State::Uncertain { part: of, .. } => part == *of,
            // The call that is on its way comes back first, or is given up.
            State::Sending { .. } | State::Failed { .. } | State::Discarded { .. } => false,
        };
        if lost.returned && shown {
            self.state = State::Failed { part, error: error.clone(), at: now };
        }
    }

    /// Why a part came back, if it did and no person has seen to it.
    fn returned(&self, part: u32) -> Option<PlatformError> {
        self.parts.get(part as usize).filter(|state| state.returned).and_then(PartState::loss)
    }

    /// Why the part that the platform just said to have taken is lost: the report came before the answer.
    fn taken_and_lost(&mut self, part: u32) -> Option<PlatformError> {
        let lost = self.parts.get_mut(part as usize)?;
        let error = lost.loss()?;
        lost.returned = true;
        Some(error)
    }

    /// A person has it sent again: all of it that has not arrived.
    fn send_again(&mut self) {
        self.parts.iter_mut().for_each(PartState::send_again);
        self.state = State::Queued;
    }

    /// After a doubt is settled for the better: done, or the rest is left to a person. Never a call.
    fn settle(&mut self, now: Timestamp) {
        match (self.first_open(), &self.state) {
            (None, _) => self.state = State::Sent { at: now },
            (Some(part), State::Uncertain { part: doubtful, .. }) if self.has_arrived(*doubtful) => {
                let lost = self.parts.get(part as usize).and_then(PartState::loss);
                self.state = State::Failed { part, error: lost.unwrap_or_else(interrupted), at: now };
            }
            (Some(_), _) => {}
        }
    }

    fn arrive(&mut self, part: u32, arrival: Arrival) {
        if let Some(state) = self.parts.get_mut(part as usize) {
            state.arrive(arrival);
        }
    }

    fn has_arrived(&self, part: u32) -> bool {
        self.parts.get(part as usize).is_some_and(|state| state.arrived.is_some())
    }

    fn first_open(&self) -> Option<u32> {
        let open = self.parts.iter().position(|state| state.arrived.is_none())?;
        u32::try_from(open).ok()
    }

    /// Whether it holds the thread's line: a later reply has to wait for it.
    pub fn holds_the_line(&self) -> bool {
        matches!(self.state, State::Queued | State::Sending { .. } | State::Waiting { .. })
    }

    /// Whether nothing comes of it any more. What the platform never named is no message: it is shown as the reply that it
    /// is.
    pub fn is_settled(&self) -> bool {
        match self.state {
            State::Sent { .. } => self.parts.iter().all(PartState::is_named) && !self.is_to_be_told(),
            State::Discarded { .. } => true,
            _ => false,
        }
    }

    /// Whether the thread of the comment that it answers has yet to hear that it was sent.
    pub fn is_to_be_told(&self) -> bool {
        !self.told && self.draft.private_to().is_some() && matches!(self.state, State::Sent { .. })
    }

    /// Whether somebody has to look at it.
    pub fn needs_a_person(&self) -> bool {
        matches!(self.state, State::Failed { .. } | State::Uncertain { .. })
    }

    /// Whether it answers what was asked: some of it arrived, and none of it is lost.
    pub fn answers(&self) -> bool {
        self.parts.iter().any(|part| part.arrived.is_some()) && !self.parts.iter().any(PartState::is_lost)
    }

    /// Whether the platform took all of it, whatever became of it.
    pub fn was_taken(&self) -> bool {
        self.parts.iter().all(|part| part.arrived.is_some() || part.is_lost())
    }

    /// Whether a part of it came back since `before`.
    pub fn came_back_since(&self, before: &Self) -> bool {
        self.parts.iter().zip(&before.parts).any(|(is, was)| is.returned && !was.returned)
    }

    /// Who had it sent last: its author, or whoever had it sent again.
    pub fn sent_by(&self) -> &TeammateId {
        self.again_by.as_ref().unwrap_or_else(|| self.authored.teammate())
    }

    /// Whether some of it reached the customer more than once.
    pub fn went_out_twice(&self) -> bool {
        self.parts.iter().any(|part| !part.twice.is_empty())
    }

    /// Whether `event`, that made this of `before`, proves that a part arrived which nobody expected any more: it was
    /// given up, or was to be sent again.
    pub fn surprises(&self, before: &Self, event: &Event) -> bool {
        let given_up = match (&before.state, event) {
            (State::Failed { .. } | State::Discarded { .. }, _) => true,
            (State::Sending { attempt, .. }, Event::Outcome { attempt: of, .. }) => attempt != of,
            (State::Queued | State::Waiting { .. }, _) => before.attempts > 0,
            (State::Sending { .. } | State::Sent { .. } | State::Uncertain { .. }, _) => false,
        };
        given_up && before.parts.iter().zip(&self.parts).any(|(was, is)| was.arrived.is_none() && is.is_named())
    }

    /// When the platform is to be asked whether it has the part that is in doubt, where it can be asked.
    pub fn check_at(&self, timings: &ReplyTimings) -> Option<Timestamp> {
        match &self.state {
            State::Uncertain { at, checks, .. }
                if self.semantics == SendSemantics::Checkable && *checks < MOST_CHECKS =>
            {
                let wait = timings.check_after.as_millis().saturating_mul(6_u64.saturating_pow(*checks));
                Some(at.plus(Span::millis(wait)))
            }
            _ => None,
        }
    }

    /// When it has to be looked at again by code.
    pub fn wakes_at(&self, timings: &ReplyTimings) -> Option<Timestamp> {
        match &self.state {
            State::Queued => Some(self.authored.at().plus(timings.begin_retry_after)),
            State::Sending { since, .. } => Some(since.plus(timings.sending_timeout)),
            State::Waiting { not_before, .. } => Some(*not_before),
            State::Uncertain { .. } => self.check_at(timings),
            State::Sent { at } if self.is_to_be_told() => Some(at.plus(timings.begin_retry_after)),
            State::Sent { .. } | State::Failed { .. } | State::Discarded { .. } => None,
        }
    }
}

/// How long to wait when the platform does not say: each time four times as long.
fn in_doubt((part, attempt): (u32, u32), cause: UncertainCause, at: Timestamp) -> State {
    State::Uncertain { part, attempt, cause, at, checks: 0 }
}

fn interrupted() -> PlatformError {
    PlatformError { class: ErrorClass::Transient, code: "interrupted".to_owned() }
}

fn slow_down(refusals: u32, timings: &ReplyTimings) -> Span {
    let longer = 4_u64.saturating_pow(refusals.saturating_sub(1));
    Span::millis(timings.slow_down.as_millis().saturating_mul(longer))
}

impl State {
    /// The state's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending { .. } => "sending",
            Self::Waiting { .. } => "waiting",
            Self::Sent { .. } => "sent",
            Self::Failed { .. } => "failed",
            Self::Uncertain { .. } => "uncertain",
            Self::Discarded { .. } => "discarded",
        }
    }
}

impl Event {
    /// The event's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Outcome { .. } => "outcome",
            Self::Evidence { .. } => "evidence",
            Self::Delivered { .. } => "delivered",
            Self::Undelivered { .. } => "undelivered",
            Self::Checked { .. } => "checked",
            Self::Tick => "tick",
            Self::Arrived => "arrived",
            Self::SendAgain => "sendAgain",
            Self::Discard => "discard",
        }
    }
}
