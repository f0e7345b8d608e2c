//! What time brings: nothing that was promised is left to a message that may be lost.

use super::{
    state::{Status, Thread},
    work::{Effect, Work},
};
use crate::{
    audit::{Actor, AuditDetail},
    id::ReplyId,
    message::MediaState,
    mutant::{self, Mutant},
    reply::{self, Reply, State},
    time::{Span, Timestamp},
    timings::{ThreadTimings, Timings},
};

impl Work {
    /// Lets time pass: asks again for whatever was asked for and has not come. Load every reply that is not
    /// settled and every message with an attachment still to be fetched.
    pub fn tick(&mut self) {
        let ids: Vec<ReplyId> = self.replies.keys().cloned().collect();
        for id in &ids {
            self.advance(id, &reply::Event::Tick);
            if mutant::on(Mutant::ResendAfterCrash) && self.changed_replies.contains(id) {
                self.advance(id, &reply::Event::SendAgain);
            }
        }
        self.resume();
        self.wake_snoozed();
        if !mutant::on(Mutant::LabelLost) {
            self.ask_for_labels();
        }
        self.ask_for_media();
        let timings = &self.timings.thread;
        if self.thread.profile_pending(timings)
            && self
                .thread
                .profile_asked_at
                .is_some_and(|asked| asked.plus(self.thread.profile_retry_after(timings)) <= self.now)
        {
            self.ask_for_profile();
        }
        self.drop_media();
        if self.thread.roster_pending() {
            self.effect(Effect::Roster);
        }
    }

    fn resume(&mut self) {
        if let Some(reply) = self.next_in_line() {
            self.effect(Effect::Resume { reply });
        }
    }

    fn wake_snoozed(&mut self) {
        if let Status::Snoozed { until } = self.thread.status
            && until <= self.now
        {
            let was = self.thread.status.as_str().to_owned();
            self.record(Actor::System, AuditDetail::Reopened { was, note: None, because: None, reply: None });
            self.thread.status = Status::Open;
            self.thread.escalation.resumed(self.now);
            // The roster let go of it; whom the rules chose then may carry too much now. A person's choice stays.
            self.thread.to_route |= self.thread.owner_by.is_none();
            self.roster_changed();
        }
    }

    /// Has copies deleted that are no longer ours to keep, until somebody says that they are gone.
    fn drop_media(&mut self) {
        for id in self.thread.dropping.clone() {
            self.effect(Effect::DropMedia { id });
        }
    }

    fn ask_for_media(&mut self) {
        let messages: Vec<_> = self.messages.values().cloned().collect();
        for mut message in messages {
            let Some(received_at) = message.body.as_ref().map(|body| body.received_at) else { continue };
            let pending: Vec<u32> = message
                .media
                .iter()
                .filter(|(_, state)| **state == MediaState::Pending)
                .map(|(place, _)| *place)
                .collect();
            let given_up = self.now.since(received_at) >= self.timings.thread.media_give_up_after;
            for place in pending {
                if !given_up {
                    self.effect(Effect::Media { message: message.id.clone(), place });
                } else if message.media_is(place, MediaState::Failed) {
                    self.keep_message(message.clone());
                }
            }
        }
    }
}

impl Thread {
    /// Whether the roster has to learn of a change. A thread that is yet to be routed gets there by its routing.
    pub fn roster_pending(&self) -> bool {
        self.roster_version_acked < self.roster_due && !self.to_route && self.opened_at.is_some()
    }

    /// Whether a look-up of the contact was asked for, and nobody has answered. After a week in vain, only the
    /// customer's next message has it asked for again.
    fn profile_pending(&self, timings: &ThreadTimings) -> bool {
        self.profile_asked_at.is_some_and(|asked| self.profile.at.is_none_or(|answered| answered < asked))
            && self.asked_in_vain() < timings.profile_give_up_after
    }

    /// For how long a look-up was asked for since the customer's last sign of life.
    fn asked_in_vain(&self) -> Span {
        let last = self.window_opened_at.max(self.opened_at);
        self.profile_asked_at.zip(last).map_or(Span::default(), |(asked, last)| asked.since(last))
    }

    /// A look-up that was asked for is asked for again after this long: the longer it was in vain, the later.
    fn profile_retry_after(&self, timings: &ThreadTimings) -> Span {
        self.asked_in_vain().clamp(timings.profile_retry_after, timings.profile_longest_retry_after)
    }

    /// When it has to be looked at again, given its unsettled replies and whether attachments are still to be fetched. An
    /// alarm that is set for earlier has to stay: this looks ahead from `now`, and every commit would push it on.
    pub fn wakes_at<'a>(
        &self,
        replies: impl IntoIterator<Item = &'a Reply>,
        fetching: bool,
        now: Timestamp,
        timings: &Timings,
    ) -> Option<Timestamp> {
        let unsettled: Vec<&Reply> = replies.into_iter().collect();
        let replies = next_in_line(unsettled.iter().copied(), now, timings);
        let timings = &timings.thread;
        let snoozed = match self.status {
            Status::Snoozed { until } => Some(until),
            Status::Open | Status::Closed { .. } => None,
        };
        let unpublished = self.opened_at.is_some()
            && (self.index_version_acked < self.version || self.roster_pending())
            && !mutant::on(Mutant::UnpublishedUnwatched);
        let unlabelled = self.opened_at.is_some() && (self.turn > self.labelled_turn() || self.to_route);
        let times = [
            replies,
            snoozed,
            unpublished.then(|| now.plus(timings.publish_retry_after)),
            unlabelled.then(|| self.label_asked_at.unwrap_or(now).plus(timings.label_retry_after)),
            (fetching || !self.dropping.is_empty()).then(|| now.plus(timings.media_retry_after)),
            self.escalates_at(unsettled, now, timings),
            self.profile_pending(timings).then(|| {
                let asked = self.profile_asked_at.unwrap_or(now);
                asked.plus(self.profile_retry_after(timings)).max(now.plus(timings.profile_retry_after))
            }),
        ];
        times.into_iter().flatten().min()
    }
}

/// When the reply on its way, or else the first of those that wait, has to be looked at. A time that has passed is
/// put off: whoever was told then is at work on it.
fn next_in_line<'a>(
    replies: impl IntoIterator<Item = &'a Reply>,
    now: Timestamp,
    timings: &Timings,
) -> Option<Timestamp> {
    let soon = now.plus(timings.thread.publish_retry_after);
    let times = replies.into_iter().filter_map(|reply| {
        let at = reply.wakes_at(&timings.reply)?;
        let waits = !matches!(reply.state, State::Sending { .. });
        Some((waits, if at <= now { soon } else { at }))
    });
    times.min().map(|(_, at)| at)
}
