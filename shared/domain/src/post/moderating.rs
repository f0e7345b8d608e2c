//! What people have done to many held comments: wanted, begun, done. A job makes the calls, a few at a time, as fast as the
//! platform lets the account.

use serde::{Deserialize, Serialize};

use super::{Comment, CommentPlace, PostRecord, Step, Storage, take::Taking};
use crate::{
    authored::ModerationOrder,
    capability::Feature,
    event::{Event, Fact, Received, Toward},
    id::{RemoteId, TeammateId},
    moderation::{Moderation, ModerationAction, ModerationOutcome, Report, Settled, State, Task},
    mutant::{self, Mutant},
    platform::Surface,
    time::{Span, Timestamp},
    timings::ModerationTimings,
};

/// Most comments of which one request drops what has not begun.
const DROPPED: usize = 5000;
/// Of what the platform allows the account, in percent: the rest is left to people's replies.
const ENOUGH: u64 = 80;
/// Pauses grow so many times at most.
const SLOWEST: u32 = 5;

/// How far what is to be done to the comments of a post has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Moderated {
    /// Something is still to be done to so many.
    pub waiting: u64,
    /// With so many it was tried in vain.
    pub failed: u64,
    /// So many came to an end since nothing waited: as it was wanted, and in vain.
    pub ended: (u64, u64),
    /// The platform wants to be left alone until then.
    pub pause: Option<Timestamp>,
    /// So many pauses in a row it asked for.
    slowed: u32,
    /// A job is at work, and is taken for lost then.
    claimed: Option<Timestamp>,
}

impl Moderated {
    fn count(&mut self, standing: Option<Standing>) -> Option<&mut u64> {
        match standing? {
            Standing::Waiting => Some(&mut self.waiting),
            Standing::Failed => Some(&mut self.failed),
        }
    }

    fn moved(&mut self, before: Option<Standing>, after: Option<Standing>) {
        if before == after {
            return;
        }
        if self.waiting == 0 && after == Some(Standing::Waiting) {
            self.ended = (0, 0);
        }
        if let Some(count) = self.count(before) {
            *count = count.saturating_sub(1);
        }
        if let Some(count) = self.count(after) {
            *count += 1;
        }
        match (before, after) {
            (Some(Standing::Waiting), None) => self.ended.0 += 1,
            (Some(Standing::Waiting), Some(Standing::Failed)) => self.ended.1 += 1,
            _ => {}
        }
    }

    /// The platform asks to slow down, the account has little left, or all is as usual.
    fn heard(&mut self, result: &HeldResult, now: Timestamp, timings: &ModerationTimings) {
        let retry_after = match &result.outcome {
            ModerationOutcome::RateLimited { retry_after, .. } => *retry_after,
            _ if result.spent.is_some_and(|percent| percent >= ENOUGH) => None,
            ModerationOutcome::Uncertain { .. } => return,
            _ if self.is_paused(now) => return,
            _ => {
                self.slowed = 0;
                return;
            }
        };
        let growing = Span::millis(timings.retry_after.as_millis().saturating_mul(4_u64.saturating_pow(self.slowed)));
        let until = now.plus(retry_after.unwrap_or(growing).min(timings.longest_slow_down));
        if !self.is_paused(now) {
            self.slowed = self.slowed.saturating_add(1).min(SLOWEST);
        }
        self.pause = self.pause.max(Some(until));
    }

    fn is_paused(&self, now: Timestamp) -> bool {
        self.pause.is_some_and(|until| now < until)
    }

    /// Whether a job is to begin: something waits, the platform may be asked, and no job is at work.
    pub fn is_idle(&self, now: Timestamp) -> bool {
        self.waiting > 0 && !self.is_paused(now) && self.claimed.is_none_or(|until| until <= now)
    }

    /// When a job is to be begun whose first comment may be taken then.
    pub fn begins_at(&self, first: Timestamp) -> Timestamp {
        [self.pause, self.claimed].into_iter().flatten().fold(first, Timestamp::max)
    }
}

/// What is done to a comment while it is held.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Moderating {
    /// What is done.
    pub moderation: Moderation,
    /// When code has to look at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// How the post counts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counted: Option<Standing>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Standing {
    Waiting,
    Failed,
}

impl Moderating {
    fn standing(&self) -> Option<Standing> {
        let tasks = self.moderation.tasks();
        if tasks.iter().any(Task::is_open) {
            return Some(Standing::Waiting);
        }
        self.moderation.needs_a_person().then_some(Standing::Failed)
    }
}

impl Comment {
    /// Whether this could be done to it, and is not so already or about to be.
    pub fn can_be(&self, action: ModerationAction) -> bool {
        let mut tasks = self.moderating.iter().flat_map(|one| one.moderation.tasks()).filter(|task| task.is_open());
        let is_so = match action {
            ModerationAction::Hide => self.is_hidden(),
            ModerationAction::Unhide => !self.is_hidden(),
            ModerationAction::Delete => false,
            ModerationAction::Like | ModerationAction::Unlike => true,
        };
        let open = tasks.next().map(|task| task.wanted().action());
        self.place == CommentPlace::Held
            && match open {
                Some(ModerationAction::Delete) => false,
                Some(wanted) => wanted != action,
                None => !is_so,
            }
    }

    /// The platform reports what became of it: that stands.
    pub(super) fn reported(&mut self, report: Report, at: Timestamp, now: Timestamp) {
        if let Some(moderating) = &mut self.moderating {
            moderating.moderation.reported(report, at, now);
        }
    }
}

/// A call to make; its marker is committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldCall {
    pub comment: RemoteId,
    pub action: ModerationAction,
    /// Its number among the calls for this comment.
    pub attempt: u32,
    /// Who wants it: they must still be one who may.
    pub by: TeammateId,
}

/// What came of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldResult {
    pub comment: RemoteId,
    pub attempt: u32,
    pub outcome: ModerationOutcome,
    /// How much of what the platform allows the account was used, in percent, where it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<u64>,
}

/// A person wants something done to these comments. What is not held any more, is so already or is under way is passed over.
pub fn moderate<S: Storage>(
    storage: &S,
    record: &PostRecord,
    orders: Vec<(RemoteId, ModerationOrder)>,
    features: &[Feature],
    now: Timestamp,
    timings: &ModerationTimings,
) -> Result<Step, S::Error> {
    let mut taking = Taking::new(storage, record, now);
    for (id, order) in orders {
        let action = order.action();
        let capable = action.needs(false).is_some_and(|feature| features.contains(&feature));
        let Some(mut comment) = taking.comment(&id)?.filter(|comment| capable && comment.can_be(action)) else {
            continue;
        };
        let moderating = comment.moderating.get_or_insert_default();
        if moderating.moderation.order(order, now) == Ok(true) {
            moderating.due = moderating.moderation.due_at(timings);
            taking.write(comment);
        }
    }
    taking.done()
}

/// Takes in what came of calls, and begins up to `most` of those whose time has come. Without results a job asks that has
/// just begun: while another is at work, there is nothing for it.
pub fn go_on<S: Storage>(
    storage: &S,
    record: &PostRecord,
    account: &RemoteId,
    results: Vec<HeldResult>,
    most: usize,
    now: Timestamp,
    timings: &ModerationTimings,
) -> Result<(Step, Vec<HeldCall>), S::Error> {
    let mut taking = Taking::new(storage, record, now);
    if results.is_empty() && !record.moderated.is_idle(now) {
        return Ok((taking.done()?, Vec::new()));
    }
    for result in results {
        taking.came_back(account, result, timings)?;
    }
    let mut calls = Vec::new();
    if !taking.record.moderated.is_paused(now) {
        for id in storage.moderating(now, most)? {
            calls.extend(taking.begin(&id, timings)?);
        }
    }
    taking.record.moderated.claimed = (!calls.is_empty()).then(|| now.plus(timings.doing_timeout));
    Ok((taking.done()?, calls))
}

/// What has not begun is wanted no more.
pub fn stop<S: Storage>(storage: &S, record: &PostRecord, now: Timestamp) -> Result<Step, S::Error> {
    let mut taking = Taking::new(storage, record, now);
    for id in storage.moderating(Timestamp::from_millis(i64::MAX), DROPPED)? {
        taking.drop_waiting(&id)?;
    }
    taking.done()
}

/// Something else is wanted of a comment in its thread, which was held before: what waits here is wanted no more. Whether a
/// call is still on its way, or may be made again: the opposite must not overtake it.
pub fn leave<S: Storage>(
    storage: &S,
    record: &PostRecord,
    comment: &RemoteId,
    now: Timestamp,
) -> Result<(Step, bool), S::Error> {
    let mut taking = Taking::new(storage, record, now);
    if !mutant::on(Mutant::BothDecide) {
        taking.drop_waiting(comment)?;
    }
    let left = taking.comment(comment)?.and_then(|comment| comment.moderating);
    let busy = left.is_some_and(|one| one.moderation.tasks().iter().any(Task::is_open));
    Ok((taking.done()?, busy && !mutant::on(Mutant::BothDecide)))
}

impl<S: Storage> Taking<'_, S> {
    fn drop_waiting(&mut self, id: &RemoteId) -> Result<(), S::Error> {
        let Some(mut comment) = self.comment(id)? else { return Ok(()) };
        let Some(moderating) = &mut comment.moderating else { return Ok(()) };
        if moderating.moderation.drop_waiting() {
            // Neither done nor in vain.
            if moderating.standing().is_none() && moderating.counted.take() == Some(Standing::Waiting) {
                self.record.moderated.waiting = self.record.moderated.waiting.saturating_sub(1);
            }
            self.write(comment);
        }
        Ok(())
    }

    /// Counts how a comment stands now.
    pub(super) fn count_moderated(&mut self, comment: &mut Comment) {
        let Some(moderating) = &mut comment.moderating else { return };
        let standing = moderating.standing();
        if standing != Some(Standing::Waiting) {
            moderating.due = None;
        }
        self.record.moderated.moved(std::mem::replace(&mut moderating.counted, standing), standing);
    }

    fn came_back(
        &mut self,
        account: &RemoteId,
        result: HeldResult,
        timings: &ModerationTimings,
    ) -> Result<(), S::Error> {
        self.record.moderated.heard(&result, self.now, timings);
        let HeldResult { comment: id, attempt, mut outcome, .. } = result;
        if let ModerationOutcome::RateLimited { retry_after: Some(wait), .. } = &mut outcome {
            // One of many waits with the others, however long that is.
            *wait = (*wait).min(timings.longest_slow_down);
        }
        let Some(mut comment) = self.comment(&id)? else { return Ok(()) };
        let Some(moderating) = &mut comment.moderating else { return Ok(()) };
        let settled = moderating.moderation.came_back(attempt, &outcome, self.now, timings);
        moderating.due = moderating.moderation.due_at(timings);
        self.write(comment);
        if let Some(told) = settled.and_then(|settled| self.done_to(account, &id, &settled)) {
            self.told_later(&told, id.clone())?;
            // While the call was on its way something later may have been reported, and stands.
            if let Some(mut comment) = self.comment(&id)?
                && let Some(known) = comment.hidden
            {
                comment.reported(Report::Hidden(known.hidden), known.at, self.now);
                self.write(comment);
            }
        }
        Ok(())
    }

    /// What was done, as if the platform had told it: not every platform does.
    fn done_to(&self, account: &RemoteId, id: &RemoteId, settled: &Settled) -> Option<Received> {
        let State::Done { .. } = settled.result else { return None };
        let fact = match settled.order.action() {
            ModerationAction::Delete => Fact::Unsent { id: id.clone() },
            ModerationAction::Hide => Fact::Hidden { id: id.clone(), hidden: true },
            ModerationAction::Unhide => Fact::Hidden { id: id.clone(), hidden: false },
            ModerationAction::Like | ModerationAction::Unlike => return None,
        };
        // Without a call the platform has told it itself.
        let (attempt, since) = settled.call?;
        // Platforms count in seconds: what they report of this second stands.
        let at = Timestamp::from_seconds(since.millis().div_euclid(1000));
        let mut event = Event::new(account.clone(), Surface::Comments, Toward::Comment(id.clone()), Some(at), fact);
        event.key = format!("moderated:{id}:{attempt}");
        event.subject = Some(self.record.name.subject.clone());
        Some(Received { event, at: self.now })
    }

    fn begin(&mut self, id: &RemoteId, timings: &ModerationTimings) -> Result<Option<HeldCall>, S::Error> {
        let Some(mut comment) = self.comment(id)? else { return Ok(None) };
        let Some(moderating) = &mut comment.moderating else { return Ok(None) };
        moderating.moderation.tick(self.now, timings);
        let call = moderating.moderation.begin(self.now);
        moderating.due = moderating.moderation.due_at(timings);
        self.write(comment);
        Ok(call.map(|call| HeldCall {
            comment: id.clone(),
            action: call.order.action(),
            attempt: call.attempt,
            by: call.order.teammate().clone(),
        }))
    }
}
