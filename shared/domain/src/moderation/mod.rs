//! What a person does to a comment on its platform: hides it, shows it again, deletes it, likes it.
//!
//! ```text
//! wanted ──begin──> doing ──done, already so, gone (of a deletion)──> done
//!   ▲                 ├──refused──────────────────────────────────> failed
//!   └──slow down──────┤
//!   └──no answer──────┴──no answer, for the last time──────────────> unknown
//! the platform reports what was wanted: any of them ──> done
//! a person: anything but a deletion under way ──another action──> wanted
//! ```
//!
//! "Be hidden" said twice is the same as said once. So code may repeat a call without an answer, which it never may with a
//! reply; and a person may change their mind at any time: while a call is on its way, what they want instead waits for it.

mod task;

use serde::{Deserialize, Serialize};

pub use self::task::{State, Task};
use crate::{
    authored::ModerationOrder,
    capability::{Feature, PlatformError},
    mutant::{self, Mutant},
    outbound::UncertainCause,
    time::{Span, Timestamp},
    timings::ModerationTimings,
};

/// Most calls for one action that come back without a result before a person is told.
pub const MOST_ATTEMPTS: u32 = 5;

crate::names! {
    /// A moderation action.
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum ModerationAction {
        /// Nobody but its author and their friends sees it any more.
        Hide = "hide",
        /// Everybody sees it again.
        Unhide = "unhide",
        /// It is gone, with what stands below it.
        Delete = "delete",
        /// The account likes it.
        Like = "like",
        /// The account takes its like back.
        Unlike = "unlike",
    }
}

/// What an action changes. Of two actions on the same, the later one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    Visibility,
    Like,
}

impl ModerationAction {
    /// What it changes.
    pub const fn aspect(self) -> Aspect {
        match self {
            Self::Hide | Self::Unhide | Self::Delete => Aspect::Visibility,
            Self::Like | Self::Unlike => Aspect::Like,
        }
    }

    /// What a channel has to be capable of for it. None where it is done to nobody's comment of this kind: what we wrote
    /// ourselves is deleted, not hidden.
    pub const fn needs(self, own: bool) -> Option<Feature> {
        match (self, own) {
            (Self::Hide | Self::Unhide, false) => Some(Feature::Hide),
            (Self::Like | Self::Unlike, false) => Some(Feature::Like),
            (Self::Delete, false) => Some(Feature::DeleteTheirs),
            (Self::Delete, true) => Some(Feature::Delete),
            (_, true) => None,
        }
    }
}

/// What the answer to a call means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ModerationOutcome {
    /// It is so now.
    Done,
    /// It was so before.
    AlreadySo,
    /// There is no such comment, or none that the account can see.
    Gone { code: String },
    /// The platform does not do it.
    Refused { error: PlatformError },
    /// It was not done; it may be asked for again after a while.
    RateLimited {
        /// How long the platform asks us to wait, when it says.
        retry_after: Option<Span>,
        code: String,
    },
    /// It may or may not have been done.
    Uncertain {
        /// What was seen instead of an answer.
        cause: UncertainCause,
    },
}

/// What the platform reports of a comment, whoever did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// It was hidden, or is shown again.
    Hidden(bool),
    /// It was deleted.
    Gone,
}

impl Report {
    /// Whether an action comes to the same.
    pub const fn is(self, action: ModerationAction) -> bool {
        match self {
            Self::Hidden(true) => matches!(action, ModerationAction::Hide),
            Self::Hidden(false) => matches!(action, ModerationAction::Unhide),
            Self::Gone => matches!(action, ModerationAction::Delete),
        }
    }
}

/// Why an action is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// What is being deleted is not hidden, shown or liked.
    #[error("this comment is being deleted")]
    BeingDeleted,
}

/// Whether a call may still be made whose marker was committed then, and which takes so long at most. Once the marker is given
/// up, another call may be on its way, for the opposite: this one must not come after it.
pub fn may_be_made(marked: Timestamp, now: Timestamp, longest: Span, timings: &ModerationTimings) -> bool {
    now.plus(longest) < marked.plus(timings.doing_timeout) || mutant::on(Mutant::LateCallMade)
}

/// A call to make; its marker is committed with the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub order: ModerationOrder,
    /// Its number among the calls for this comment.
    pub attempt: u32,
}

/// An action that came to an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub order: ModerationOrder,
    /// The call that came back, and when it began; none where the platform reported it.
    pub call: Option<(u32, Timestamp)>,
    pub result: State,
}

/// What is done to one comment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Moderation {
    /// Calls made so far.
    calls: u32,
    /// The latest action on each aspect.
    tasks: Vec<Task>,
}

impl Moderation {
    /// The latest action on each aspect.
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// Whether a deletion waits or runs.
    pub fn is_deleting(&self) -> bool {
        self.tasks.iter().any(|task| task.is_open() && task.wanted().action() == ModerationAction::Delete)
    }

    /// A person wants something done. Whether that is news: what waits or runs already is not wanted twice.
    pub fn order(&mut self, order: ModerationOrder, now: Timestamp) -> Result<bool, NotTaken> {
        let action = order.action();
        let open = |task: &&Task| task.is_open() && task.wanted().action() == action;
        if self.tasks.iter().any(|task| open(&task)) {
            return Ok(false);
        }
        if self.is_deleting() {
            return Err(NotTaken::BeingDeleted);
        }
        if action == ModerationAction::Delete {
            self.tasks.retain(|task| task.aspect() == Aspect::Visibility);
        }
        match self.tasks.iter_mut().find(|task| task.aspect() == action.aspect()) {
            Some(task) => task.superseded(order, now),
            None => self.tasks.push(Task::new(order, now)),
        }
        Ok(true)
    }

    /// Begins the first that waits and whose time has come.
    pub fn begin(&mut self, now: Timestamp) -> Option<Call> {
        let attempt = self.calls.saturating_add(1);
        let call = self.tasks.iter_mut().find_map(|task| task.begin(attempt, now))?;
        self.calls = attempt;
        Some(call)
    }

    /// A call came back. Of one that is waited for no more, nothing comes.
    pub fn came_back(
        &mut self,
        attempt: u32,
        outcome: &ModerationOutcome,
        now: Timestamp,
        timings: &ModerationTimings,
    ) -> Option<Settled> {
        let task = self.tasks.iter_mut().find(|task| task.attempt() == Some(attempt))?;
        task.came_back(outcome, now, timings)
    }

    /// Calls of which nothing was heard for too long are given up.
    pub fn tick(&mut self, now: Timestamp, timings: &ModerationTimings) -> Vec<Settled> {
        let lost = ModerationOutcome::Uncertain { cause: UncertainCause::Interrupted };
        let lost = |task: &mut Task| {
            let is_lost = task.since().is_some_and(|since| now.since(since) >= timings.doing_timeout)
                && !mutant::on(Mutant::LostCallKept);
            is_lost.then(|| task.came_back(&lost, now, timings)).flatten()
        };
        self.tasks.iter_mut().filter_map(lost).collect()
    }

    /// The platform reports what became of the comment at that time: it is done if that was wanted, and what was done
    /// before counts no more if it was something else. Of a comment that is gone, nothing else is wanted.
    pub fn reported(&mut self, report: Report, at: Timestamp, now: Timestamp) -> Option<Settled> {
        if mutant::on(Mutant::ReportIgnored) {
            return None;
        }
        let settled = self.tasks.iter_mut().find_map(|task| task.reported(report, at, now));
        self.tasks.retain(|task| task.stands(report));
        settled
    }

    /// When it has to be looked at again by code.
    pub fn wakes_at(&self, timings: &ModerationTimings) -> Option<Timestamp> {
        self.tasks.iter().filter_map(|task| task.wakes_at(timings)).min()
    }

    /// When the next call may be made, or one that is under way is given up.
    pub fn due_at(&self, timings: &ModerationTimings) -> Option<Timestamp> {
        self.tasks.iter().filter_map(|task| task.due_at(timings)).min()
    }

    /// What has not begun is wanted no more. Whether there was anything.
    pub fn drop_waiting(&mut self) -> bool {
        if mutant::on(Mutant::StopIgnored) {
            return false;
        }
        let before = self.tasks.len();
        self.tasks.retain(|task| !matches!(task.state(), State::Wanted { .. }));
        let mut dropped = self.tasks.len() < before;
        for task in &mut self.tasks {
            dropped |= task.drop_next();
        }
        dropped
    }

    /// Whether one failed, or nobody knows whether it was done.
    pub fn needs_a_person(&self) -> bool {
        self.tasks.iter().any(|task| matches!(task.state(), State::Failed { .. } | State::Unknown { .. }))
    }

    /// Whether one of them can begin.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.tasks.iter().any(|task| task.is_due(now))
    }
}
