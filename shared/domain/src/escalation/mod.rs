//! What happens to a thread that nobody answers: a warning before it is due, then the chain of the rules, then
//! reminders, until somebody acts.
//!
//! A *round* begins when a customer asks, and anew when a person has acted on a thread whose chain was running: they
//! have the target's time again. Within a round each step happens once, in order. A round ends with a human answer,
//! and when the thread is closed. The rules are not part of a thread: a [`Plan`] keeps what they come to for it.

mod plan;

use crate::json::Read;
use serde::Serialize;

use crate::{
    label::Urgency,
    notice::{Notice, NoticeKind},
    rules::Rung,
    time::{Span, Timestamp},
};

pub use plan::{plan, same};

/// Most pauses that are remembered of one question.
const MOST_PAUSES: usize = 8;
/// A reminder's distance to the last one grows up to this many times over.
const MOST_DOUBLINGS: u32 = 5;

/// Where a thread stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Read)]
#[serde(rename_all = "camelCase", default)]
pub struct Escalation {
    /// What the rules come to.
    pub plan: Option<Plan>,
    /// When a person acted while the chain was running: the round counts from there.
    pub again: Option<Timestamp>,
    /// When it was put aside, from and to: that time does not count.
    pub pauses: Vec<(Timestamp, Timestamp)>,
    /// Since when it is put aside.
    pub paused_at: Option<Timestamp>,
    /// The owner was warned, or it is too late for that.
    pub warned: bool,
    /// How many steps were taken, reminders included.
    pub steps: u32,
    /// Those of the chain among them: no other chain takes them again.
    pub taken: Vec<Rung>,
    /// When the last one was.
    pub at: Option<Timestamp>,
    /// A step for which the roster has yet to find somebody, and the thread's version that it began with.
    pub routing: Option<(Rung, u64)>,
    /// Notices that nobody is known to have written down.
    pub telling: Vec<Notice>,
}

/// What the rules come to for one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// What it was made from: when that changes, the plan no longer holds.
    pub basis: Basis,
    /// When the target's time is over, counted from the question.
    pub target: Timestamp,
    /// When the owner is warned.
    pub warns: Timestamp,
    /// When the chain begins.
    pub starts: Timestamp,
    /// It begins before the thread is due, because nobody is at work when the window closes.
    pub closing: bool,
    /// The steps.
    pub chain: Vec<Rung>,
    /// From one to the next.
    pub every: Span,
    /// Reminders wait until then: nobody is at work.
    pub rest: Option<Timestamp>,
}

/// What a plan is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "camelCase")]
pub struct Basis {
    /// When the oldest question was asked.
    pub asked_at: Timestamp,
    /// When the round began.
    pub from: Timestamp,
    /// For how long it was put aside.
    pub paused: Span,
    /// How urgent it is.
    pub urgency: Urgency,
    /// The customer's last sign of life.
    pub window_opened_at: Option<Timestamp>,
}

/// What is to be done, when its time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Warn the owner.
    Warn,
    /// Take the next step of the chain.
    Step(Rung),
    /// Tell the team again.
    Remind,
}

impl Due {
    /// The notice that goes with it.
    pub const fn kind(self, closing: bool) -> NoticeKind {
        match self {
            Self::Warn if closing => NoticeKind::Closing,
            Self::Warn => NoticeKind::Warning,
            Self::Step(Rung::Backup) => NoticeKind::Backup,
            Self::Step(Rung::Lead) => NoticeKind::Lead,
            Self::Step(Rung::Channel) => NoticeKind::Overdue,
            Self::Remind => NoticeKind::Reminder,
        }
    }
}

impl Escalation {
    /// What comes next by `plan`, and when. However late it is noticed, what comes after keeps its distance.
    pub fn next(&self, plan: &Plan) -> Option<(Timestamp, Due)> {
        let Some(last) = self.at else {
            let first = plan.chain.first().map(|rung| (plan.starts, Due::Step(*rung)));
            return if self.warned { first } else { Some((plan.warns, Due::Warn)) };
        };
        let taken = self.taken(plan);
        match plan.chain.iter().find(|rung| !taken.contains(rung)) {
            Some(rung) => Some((last.plus(plan.every), Due::Step(*rung))),
            None if plan.chain.is_empty() => None,
            None => {
                let climbed = u32::try_from(taken.len()).unwrap_or(u32::MAX);
                let doublings = self.steps.saturating_sub(climbed).min(MOST_DOUBLINGS);
                let after = Span::millis(plan.every.as_millis().saturating_mul(1 << doublings));
                let at = last.plus(after);
                Some((plan.rest.map_or(at, |rest| at.max(rest)), Due::Remind))
            }
        }
    }

    /// The steps of the chain that were taken; of a round that began before they were kept, the first of the plan's.
    fn taken<'a>(&'a self, plan: &'a Plan) -> &'a [Rung] {
        if !self.taken.is_empty() {
            return &self.taken;
        }
        let steps = usize::try_from(self.steps).unwrap_or(usize::MAX);
        plan.chain.get(..steps).unwrap_or(&plan.chain)
    }

    /// A warning whose time has passed along with that of the first step is left out.
    pub fn due(&self, plan: &Plan, now: Timestamp) -> Option<Due> {
        match self.next(plan)? {
            (_, Due::Warn) if now >= plan.starts => plan.chain.first().map(|rung| Due::Step(*rung)),
            (at, due) if at <= now => Some(due),
            _ => None,
        }
    }

    /// Counts what was done by `plan`.
    pub fn done(&mut self, due: Due, plan: &Plan, now: Timestamp) {
        self.warned = true;
        if due == Due::Warn {
            return;
        }
        if let Due::Step(rung) = due {
            self.taken = self.taken(plan).to_vec();
            self.taken.push(rung);
        }
        self.steps = self.steps.saturating_add(1);
        self.at = Some(now);
    }

    /// A person saw to it. If the chain was running they have the target's time, and then it begins again.
    pub fn acted(&mut self, now: Timestamp) {
        self.routing = None;
        self.telling.clear();
        if self.steps > 0 {
            *self = Self { again: Some(now), pauses: std::mem::take(&mut self.pauses), ..Self::default() };
        }
    }

    /// It is put aside: its time stands still.
    pub fn paused(&mut self, now: Timestamp) {
        self.routing = None;
        self.telling.clear();
        self.paused_at.get_or_insert(now);
    }

    /// It is taken up again.
    pub fn resumed(&mut self, now: Timestamp) {
        let Some(since) = self.paused_at.take() else { return };
        self.pauses.push((since, now));
        if self.pauses.len() > MOST_PAUSES {
            self.pauses.remove(0);
        }
        self.acted(now);
    }

    /// For how long it was put aside.
    pub fn paused_for(&self) -> Span {
        let all = self.pauses.iter().map(|(from, to)| to.since(*from).as_millis());
        Span::millis(all.fold(0, u64::saturating_add))
    }
}
