//! What teammates have done to comments on the platform: wanted, begun, done. Only from here does such a call come.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::work::{Effect, Work, teammate};
use crate::{
    audit::{Actor, AuditDetail},
    authored::ModerationOrder,
    bounds,
    capability::Feature,
    id::{MessageId, RemoteId, TeammateId},
    message::{Direction, Hiding, Message},
    moderation::{Moderation, ModerationAction, ModerationOutcome, NotTaken, Report, Settled, State},
    mutant::{self, Mutant},
    time::{Span, Timestamp},
    timings::ModerationTimings,
};

/// The comments of a thread to which something is still to be done, or was not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Moderating {
    /// When each is to be looked at to which something is still to be done.
    open: BTreeMap<MessageId, Timestamp>,
    /// To these it failed, or nobody knows whether it was done: some, where they are many.
    failed: BTreeSet<MessageId>,
}

impl Moderating {
    /// Those that are to be looked at by then.
    pub fn due(&self, now: Timestamp) -> impl Iterator<Item = &MessageId> {
        self.open.iter().filter(move |(_, at)| **at <= now).map(|(id, _)| id)
    }

    /// When the first is to be looked at. A time that has passed is put off: whoever was told then is at work on it.
    pub(super) fn wakes_at(&self, now: Timestamp, soon: Timestamp) -> Option<Timestamp> {
        self.open.values().map(|at| if *at <= now { soon } else { *at }).min()
    }

    fn note(&mut self, message: &Message, timings: &ModerationTimings) {
        if mutant::on(Mutant::OrderUnwatched) {
            return;
        }
        match message.moderation.as_ref().and_then(|one| one.wakes_at(timings)) {
            Some(at) => self.open.insert(message.id.clone(), at),
            None => self.open.remove(&message.id),
        };
        if !message.moderation.as_ref().is_some_and(Moderation::needs_a_person) {
            self.failed.remove(&message.id);
        } else if self.failed.len() < bounds::MODERATING {
            self.failed.insert(message.id.clone());
        }
    }

    /// What failed is left as it is.
    pub(super) fn let_be(&mut self) {
        self.failed.clear();
    }

    /// Whether something failed, or nobody knows whether it was done: a person says what next.
    pub fn needs_a_person(&self) -> bool {
        !self.failed.is_empty()
    }
}

/// Why nothing is done to a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ModerationRefused {
    /// There is no such comment.
    #[error("there is no such comment in this thread")]
    Unknown,
    /// It is there no more.
    #[error("this comment is deleted already")]
    Gone,
    /// The channel cannot do it, or nobody does it to a comment of this kind.
    #[error("this cannot be done to this comment on its platform")]
    Incapable,
    /// It is being deleted.
    #[error(transparent)]
    NotTaken(#[from] NotTaken),
    /// Too much is still to be done.
    #[error("something is still to be done to {} comments of this thread: wait until that is done", bounds::MODERATING)]
    TooMany,
}

/// A call to a platform whose marker is committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModerationCall {
    pub message: MessageId,
    /// What the platform calls the comment.
    pub remote: RemoteId,
    pub action: ModerationAction,
    /// Its number among the calls for this comment.
    pub attempt: u32,
    /// It is a comment of ours.
    pub own: bool,
    /// Who wants it: they must still be one who may.
    pub by: TeammateId,
}

impl Work {
    /// A person wants something done to a comment. What is so already, or under way, is not done twice.
    pub fn moderate(&mut self, order: ModerationOrder, features: &[Feature]) -> Result<(), ModerationRefused> {
        let known = self.messages.get(order.message()).filter(|_| self.thread.subject.is_some());
        let mut message = known.cloned().ok_or(ModerationRefused::Unknown)?;
        let direction = message.body.as_ref().map(|body| body.direction).ok_or(ModerationRefused::Unknown)?;
        let (action, own) = (order.action(), direction == Direction::Outgoing);
        if message.unsent_at.is_some() {
            // Whoever asks again, because the answer was lost, is told the same.
            let again = action == ModerationAction::Delete;
            return if again { Ok(()) } else { Err(ModerationRefused::Gone) };
        }
        if !action.needs(own).is_some_and(|feature| features.contains(&feature)) {
            return Err(ModerationRefused::Incapable);
        }
        if message.was_done(action) {
            return Ok(());
        }
        let open = &self.thread.moderating.open;
        if open.len() >= bounds::MODERATING && !open.contains_key(&message.id) {
            return Err(ModerationRefused::TooMany);
        }
        let (by, id) = (order.teammate().clone(), message.id.clone());
        if !message.moderation.get_or_insert_default().order(order, self.now)? {
            return Ok(());
        }
        self.record(teammate(&by), AuditDetail::ModerationOrdered { message: id.clone(), act: action, own });
        self.keep_moderated(message);
        self.effect(Effect::Moderate { message: id });
        Ok(())
    }

    /// It may be time for what is to be done to a comment: the call to make.
    pub fn begin_moderation(&mut self, id: &MessageId) -> Option<ModerationCall> {
        let mut message = self.messages.get(id)?.clone();
        let own = message.body.as_ref()?.direction == Direction::Outgoing;
        let call = message.moderation.as_mut()?.begin(self.now)?;
        let remote = message.remote.clone();
        self.keep_moderated(message);
        let (action, by) = (call.order.action(), call.order.teammate().clone());
        Some(ModerationCall { message: id.clone(), remote, action, attempt: call.attempt, own, by })
    }

    /// A call came back.
    pub fn moderated(&mut self, id: &MessageId, attempt: u32, outcome: &ModerationOutcome) {
        let Some(mut message) = self.messages.get(id).cloned() else { return };
        let Some(moderation) = message.moderation.as_mut() else { return };
        let before = moderation.clone();
        let settled = moderation.came_back(attempt, outcome, self.now, &self.timings.moderation);
        if *moderation != before {
            self.keep_moderated(message);
        }
        self.settle_moderation(id, settled);
    }

    /// Gives up calls of which nothing was heard, and asks for those whose time has come.
    pub(super) fn tick_moderation(&mut self) {
        let due: Vec<MessageId> = self.thread.moderating.due(self.now).cloned().collect();
        for id in due {
            let Some(mut message) = self.messages.get(&id).cloned() else { continue };
            let Some(moderation) = message.moderation.as_mut() else { continue };
            let before = moderation.clone();
            let settled = moderation.tick(self.now, &self.timings.moderation);
            let (changed, is_due) = (*moderation != before, moderation.is_due(self.now));
            if changed {
                self.keep_moderated(message);
            }
            for one in settled {
                self.settle_moderation(&id, Some(one));
            }
            if is_due {
                self.effect(Effect::Moderate { message: id });
            }
        }
    }

    /// The platform reports what became of a comment: that stands, whatever we did. The teammate who wanted it so, where
    /// one did.
    pub(super) fn moderation_reported(
        &mut self,
        message: &mut Message,
        report: Report,
        at: Timestamp,
    ) -> Option<TeammateId> {
        let moderation = message.moderation.as_mut()?;
        let settled = moderation.reported(report, at, self.now);
        if moderation.tasks().is_empty() {
            message.moderation = None;
        }
        self.thread.moderating.note(message, &self.timings.moderation);
        self.record_settled(&message.id, settled.as_ref());
        settled.map(|settled| settled.order.teammate().clone())
    }

    fn keep_moderated(&mut self, message: Message) {
        self.thread.moderating.note(&message, &self.timings.moderation);
        self.keep_message(message);
    }

    /// What an action that came to an end makes of its comment.
    fn settle_moderation(&mut self, id: &MessageId, settled: Option<Settled>) {
        let Some(settled) = settled else { return };
        self.record_settled(id, Some(&settled));
        let (Some(mut message), State::Done { at }) = (self.messages.get(id).cloned(), &settled.result) else { return };
        let changed = match settled.order.action() {
            ModerationAction::Delete => return self.taken_back(message, *at, Some(settled.order.teammate().clone())),
            ModerationAction::Hide | ModerationAction::Unhide => {
                let done = done_by_us(&settled);
                let changed = message.hide(done);
                // While the call was on its way something later was reported, and stands.
                let later = message.hidden.filter(|known| known.hidden != done.hidden);
                if let Some(later) = later {
                    self.moderation_reported(&mut message, Report::Hidden(later.hidden), later.at);
                }
                changed || later.is_some()
            }
            ModerationAction::Like | ModerationAction::Unlike => {
                let liked = settled.order.action() == ModerationAction::Like;
                std::mem::replace(&mut message.liked, liked) != liked
            }
        };
        if changed {
            self.keep_message(message);
        }
    }

    fn record_settled(&mut self, id: &MessageId, settled: Option<&Settled>) {
        let Some(Settled { order, result, .. }) = settled else { return };
        let (message, act) = (id.clone(), order.action());
        let done = match result {
            State::Wanted { .. } | State::Doing { .. } => return,
            State::Done { .. } => AuditDetail::Moderated { message, act },
            State::Failed { error, .. } => {
                AuditDetail::ModerationFailed { message, act, code: error.code.clone(), class: error.class }
            }
            State::Unknown { .. } => AuditDetail::ModerationUnknown { message, act },
        };
        self.record(Actor::System, done);
    }
}

impl Message {
    /// Whether an action was done, and holds.
    fn was_done(&self, action: ModerationAction) -> bool {
        let holds = match action {
            ModerationAction::Hide => self.is_hidden(),
            ModerationAction::Unhide => !self.is_hidden(),
            ModerationAction::Like => self.liked,
            ModerationAction::Unlike => !self.liked,
            ModerationAction::Delete => self.unsent_at.is_some(),
        };
        holds && self.moderation.as_ref().is_some_and(|one| one.tasks().iter().any(|task| task.is_done(action)))
    }
}

/// When what we did counts from: the second in which its call began. Whatever the platform reports of that second or a
/// later one stands: platforms count in seconds, and what was reported in between may have come after it.
fn done_by_us(settled: &Settled) -> Hiding {
    let (attempt, since) = settled.call.unwrap_or((0, settled.order.at()));
    let since = if mutant::on(Mutant::OwnCallWins) { since.plus(Span::hours(1)) } else { since };
    let at = Timestamp::from_seconds(since.millis().div_euclid(1000));
    Hiding { at, order: attempt.into(), hidden: settled.order.action() == ModerationAction::Hide }
}
