//! What time brings: nothing that was promised is left to a message that may be lost.

use super::{
    state::Thread,
    status::Status,
    work::{Effect, Work},
};
use crate::{
    id::ReplyId,
    mutant::{self, Mutant},
    reply::{self, Reply, State},
    time::Timestamp,
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
        self.check_replies();
        self.tick_moderation();
        self.tell_comments();
        self.wake_snoozed();
        if !mutant::on(Mutant::LabelLost) {
            self.ask_for_labels();
        }
        self.ask_for_media();
        let profile_at = self.thread.asks_for_profile_at(&self.timings.thread);
        if profile_at.is_some_and(|at| at <= self.now) {
            self.ask_for_profile();
        }
        self.drop_media();
        if self.thread.roster_pending() {
            self.effect(Effect::Roster);
        }
    }

    /// Asks the platform for replies that it can be asked about.
    fn check_replies(&mut self) {
        let due = |reply: &&Reply| reply.check_at(&self.timings.reply).is_some_and(|at| at <= self.now);
        let due: Vec<ReplyId> = self.replies.values().filter(due).map(|reply| reply.id.clone()).collect();
        for reply in due {
            self.effect(Effect::Check { reply });
        }
    }

    fn resume(&mut self) {
        if let Some(reply) = self.next_in_line() {
            self.effect(Effect::Resume { reply });
        }
    }
}

impl Thread {
    /// Whether the roster has to learn of a change. A thread that is yet to be routed gets there by its routing.
    pub fn roster_pending(&self) -> bool {
        self.acks.roster < self.acks.roster_due && !self.assignment.to_route && self.opened_at.is_some()
    }

    fn asks_for_profile_at(&self, timings: &ThreadTimings) -> Option<Timestamp> {
        self.contact.asks_for_profile_at(self.transcript.window_opened_at.max(self.opened_at), timings)
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
        let soon = now.plus(timings.thread.publish_retry_after);
        let timings = &timings.thread;
        let snoozed = match self.status {
            Status::Snoozed { until } => Some(until),
            Status::Open | Status::Closed { .. } => None,
        };
        let unpublished = self.opened_at.is_some()
            && (self.acks.index < self.version || self.roster_pending())
            && !mutant::on(Mutant::UnpublishedUnwatched);
        let unlabelled = self.opened_at.is_some() && self.wants_labels();
        let times = [
            replies,
            self.moderating.wakes_at(now, soon),
            snoozed,
            unpublished.then(|| now.plus(timings.publish_retry_after)),
            unlabelled.then(|| self.labelling.asked_at.unwrap_or(now).plus(timings.label_retry_after)),
            (fetching || !self.transcript.dropping.is_empty()).then(|| now.plus(timings.media_retry_after)),
            self.escalates_at(unsettled, now, timings),
            self.asks_for_profile_at(timings).map(|at| at.max(now.plus(timings.profile_retry_after))),
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
