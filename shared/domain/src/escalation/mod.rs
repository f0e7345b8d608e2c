//! What happens to a thread that nobody answers: a warning before it is due, then the chain of the rules, then
//! reminders, until somebody acts.
//!
//! A *round* begins when a customer asks, and anew when a person has acted on a thread whose chain was running: they
//! have the target's time again. Within a round each step happens once, in order. A round ends with a human answer,
//! and when the thread is closed. The rules are not part of a thread: a [`Plan`] keeps what they come to for it.

mod plan;

use serde::{Deserialize, Serialize};

use crate::{
    label::{ByUrgency, Urgency},
    notice::{Notice, NoticeKind},
    rules::EscalationStep,
    time::{Span, Timestamp},
};

pub use plan::{plan, same};

/// More pauses than this of one question are not kept one by one: the oldest two become one.
const MOST_PAUSES: usize = 24;
/// More notices than this are not kept: the latest matter.
const MOST_PENDING_NOTICES: usize = 16;
/// A reminder's distance to the last one grows up to this many times over.
const MOST_DOUBLINGS: u32 = 5;

/// How fast each urgency must be answered. What is not labelled yet counts as normal.
pub type Targets = ByUrgency<Span>;

impl Default for Targets {
    fn default() -> Self {
        Self { low: Span::days(1), normal: Span::hours(4), high: Span::hours(1), urgent: Span::minutes(15) }
    }
}

/// Where a thread stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Escalation {
    /// How fast each urgency must be answered, by the rules as they were last looked at for it.
    pub targets: Targets,
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
    pub taken: Vec<EscalationStep>,
    /// Of which window the team was told that it closes while nobody is at work: that sign of life opened it.
    pub called: Option<Timestamp>,
    /// When the last one was.
    pub at: Option<Timestamp>,
    /// A step for which the roster has yet to find somebody, and the thread's version that it began with.
    pub routing: Option<(EscalationStep, u64)>,
    /// Notices that nobody is known to have written down.
    pub pending_notices: Vec<Notice>,
}

/// What the rules come to for one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Where nobody is at work when the window closes: when the last shift is told of it, and when it closes.
    pub last_call: Option<(Timestamp, Timestamp)>,
    pub chain: Vec<EscalationStep>,
    /// From one to the next.
    pub every: Span,
    /// Reminders wait until then: nobody is at work.
    pub rest: Option<Timestamp>,
}

/// What a plan is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Basis {
    /// When the oldest question was asked.
    pub asked_at: Timestamp,
    /// When the round began.
    pub from: Timestamp,
    /// For how long it was put aside.
    pub paused: Span,
    pub urgency: Urgency,
    /// The customer's last sign of life.
    pub window_opened_at: Option<Timestamp>,
}

/// What is to be done, when its time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    Warn,
    /// Say that the window closes while nobody is at work.
    LastCall,
    /// Take the next step of the chain.
    Step(EscalationStep),
    /// Tell the team again.
    Remind,
}

impl Due {
    /// The notice that goes with it.
    pub const fn kind(self) -> NoticeKind {
        match self {
            Self::Warn => NoticeKind::Warning,
            Self::LastCall => NoticeKind::Closing,
            Self::Step(EscalationStep::Backup) => NoticeKind::Backup,
            Self::Step(EscalationStep::Lead) => NoticeKind::Lead,
            Self::Step(EscalationStep::Channel) => NoticeKind::Overdue,
            Self::Remind => NoticeKind::Reminder,
        }
    }
}

impl Escalation {
    /// What comes next by `plan`, and when. However late it is noticed, what comes after keeps its distance.
    pub fn next(&self, plan: &Plan) -> Option<(Timestamp, Due)> {
        let told = self.called.is_some() && self.called == plan.basis.window_opened_at;
        let call = plan.last_call.filter(|_| !told).map(|(at, _)| (at, Due::LastCall));
        [call, self.climbs(plan)].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// What comes next of the warning, the chain and its reminders.
    fn climbs(&self, plan: &Plan) -> Option<(Timestamp, Due)> {
        let Some(last) = self.at else {
            let first = plan.chain.first().map(|step| (plan.starts, Due::Step(*step)));
            // The last call is a warning.
            let warned = self.warned || plan.closing && plan.last_call.is_some();
            return if warned { first } else { Some((plan.warns, Due::Warn)) };
        };
        match plan.chain.iter().find(|step| !self.taken.contains(step)) {
            Some(step) => Some((last.plus(plan.every), Due::Step(*step))),
            None if plan.chain.is_empty() => None,
            None => {
                let climbed = u32::try_from(self.taken.len()).unwrap_or(u32::MAX);
                let doublings = self.steps.saturating_sub(climbed).min(MOST_DOUBLINGS);
                let after = Span::millis(plan.every.as_millis().saturating_mul(1 << doublings));
                let at = last.plus(after);
                Some((plan.rest.map_or(at, |rest| at.max(rest)), Due::Remind))
            }
        }
    }

    /// A warning whose time has passed along with that of the first step is left out; without a chain it is all there is.
    pub fn due(&self, plan: &Plan, now: Timestamp) -> Option<Due> {
        match self.next(plan)? {
            (_, Due::Warn) if now >= plan.starts => Some(plan.chain.first().map_or(Due::Warn, |step| Due::Step(*step))),
            (at, due) if at <= now => Some(due),
            _ => None,
        }
    }

    /// Counts what was done by `plan`.
    pub fn done(&mut self, due: Due, plan: &Plan, now: Timestamp) {
        if due == Due::LastCall {
            self.called = plan.basis.window_opened_at;
            self.warned |= plan.closing;
            return;
        }
        self.warned = true;
        if due == Due::Warn {
            return;
        }
        if let Due::Step(step) = due {
            self.taken.push(step);
        }
        self.steps = self.steps.saturating_add(1);
        self.at = Some(now);
    }

    /// A person saw to it. If the chain was running they have the target's time, and then it begins again.
    pub fn acted(&mut self, now: Timestamp) {
        self.dropped();
        if self.steps > 0 {
            let pauses = std::mem::take(&mut self.pauses);
            *self = Self { targets: self.targets, again: Some(now), pauses, called: self.called, ..Self::default() };
        }
    }

    /// The question was answered or taken back: the next begins a round of its own.
    pub fn over(&mut self) {
        *self = Self { targets: self.targets, ..Self::default() };
    }

    /// Keeps a notice until it is known to be written down.
    pub fn tell(&mut self, notice: Notice) {
        self.pending_notices.push(notice);
        if self.pending_notices.len() > MOST_PENDING_NOTICES {
            self.pending_notices.remove(0);
        }
    }

    /// A notice is written down: from here on it is told, or shown to have failed. Whether it was pending.
    pub fn notified(&mut self, key: &str) -> bool {
        let before = self.pending_notices.len();
        self.pending_notices.retain(|notice| notice.key != key);
        self.pending_notices.len() != before
    }

    /// What was being done about it is not wanted any more: it was closed, put aside, or somebody has it now.
    pub fn dropped(&mut self) {
        self.routing = None;
        self.pending_notices.clear();
    }

    /// It is put aside: its time stands still.
    pub fn paused(&mut self, now: Timestamp) {
        self.dropped();
        self.paused_at.get_or_insert(now);
    }

    /// It is taken up again.
    pub fn resumed(&mut self, now: Timestamp) {
        let Some(since) = self.paused_at.take() else { return };
        self.pauses.push((since, now));
        if self.pauses.len() > MOST_PAUSES
            && let [(from, to), (again, until), ..] = *self.pauses.as_slice()
        {
            // What ran between them ran before: together they are as long as they were.
            self.pauses.splice(..2, [(from.plus(again.since(to)), until)]);
        }
        self.acted(now);
    }

    /// For how long it was put aside.
    pub fn paused_for(&self) -> Span {
        let all = self.pauses.iter().map(|(from, to)| to.since(*from).as_millis());
        Span::millis(all.fold(0, u64::saturating_add))
    }
}
