//! A thread that nobody answers: warned of, handed on, told of.

use super::{
    state::Thread,
    status::Status,
    work::{Effect, Work},
};
use crate::{
    audit::{Actor, AuditDetail},
    capability::WindowPolicy,
    escalation::{self, Basis, Due, Plan},
    label,
    notice::{Notice, NoticeKind},
    reply::Reply,
    routing::Cause,
    rules::{EscalationStep, Rules},
    time::Timestamp,
    timings::ThreadTimings,
};

impl Thread {
    /// What its targets are counted by; none while nobody has to answer.
    pub fn basis(&self) -> Option<Basis> {
        let waits = self.status == Status::Open && self.opened_at.is_some();
        if waits { self.question() } else { None }
    }

    /// The same of a question that is put aside or was closed.
    fn question(&self) -> Option<Basis> {
        let asked_at = self.questions.asked_at()?;
        Some(Basis {
            asked_at,
            from: self.escalation.again.map_or(asked_at, |again| again.max(asked_at)),
            paused: self.escalation.paused_for(),
            urgency: self.labelling.urgency(),
            window_opened_at: self.transcript.window_opened_at,
        })
    }

    /// The plan, while it holds.
    pub fn plan(&self) -> Option<&Plan> {
        self.escalation.plan.as_ref().filter(|plan| Some(plan.basis) == self.basis())
    }

    /// When the target's time is over, as its plan has it.
    pub fn target(&self) -> Option<Timestamp> {
        let Basis { asked_at, paused, urgency, .. } = self.question()?;
        // Neither a new round nor another window makes it another.
        let plan =
            self.escalation.plan.as_ref().filter(|plan| {
                (plan.basis.asked_at, plan.basis.paused, plan.basis.urgency) == (asked_at, paused, urgency)
            });
        // Until the rules were looked at, the clock on the wall has to do.
        Some(plan.map_or_else(|| asked_at.plus(self.escalation.targets.of(urgency)).plus(paused), |plan| plan.target))
    }

    /// Whether the rules are needed to go on: the plan no longer holds, or something is to be done.
    pub fn wants_rules(&self, now: Timestamp) -> bool {
        let Some(plan) = self.plan() else { return self.basis().is_some() };
        self.escalation.next(plan).is_some_and(|(at, _)| at <= now)
    }

    /// Why the roster is asked for an owner.
    pub fn cause(&self) -> Cause {
        let (from, team) = (self.assignment.owner.teammate().cloned(), self.assignment.team.clone());
        match (&self.escalation.routing, team) {
            (Some((step, _)), team) if self.assignment.to_route => {
                Cause::Overdue { from, lead: *step == EscalationStep::Lead, team }
            }
            (_, Some(team)) => Cause::Team { team },
            (_, None) => Cause::Asked,
        }
    }

    /// When it has to be looked at again for this.
    pub(super) fn escalates_at<'a>(
        &self,
        replies: impl IntoIterator<Item = &'a Reply>,
        now: Timestamp,
        timings: &ThreadTimings,
    ) -> Option<Timestamp> {
        let pending_notices =
            (!self.escalation.pending_notices.is_empty()).then(|| now.plus(timings.notice_retry_after));
        // What becomes of a reply on its way is heard of, and then this is asked again.
        let answering = replies.into_iter().any(Reply::holds_the_line);
        let next = match (self.basis(), self.plan()) {
            (None, _) => None,
            _ if answering => None,
            (_, Some(plan)) => self.escalation.next(plan).map(|(at, _)| at.max(now)),
            // A label on its way brings a plan along.
            (_, None) if self.labelling.is_behind() => None,
            (_, None) => Some(now.plus(timings.plan_retry_after)),
        };
        [pending_notices, next].into_iter().flatten().min()
    }
}

impl Work {
    /// Lets time pass for what nobody answers: at most one thing is done at once. Without `rules` the plan stands.
    pub fn escalate(&mut self, rules: Option<&Rules>, window: WindowPolicy) {
        self.tell_again();
        if self.thread.basis().is_none() || self.replies.values().any(Reply::holds_the_line) {
            return;
        }
        self.plan(rules, window);
        let Some(plan) = self.thread.plan().cloned() else { return };
        let Some(due) = self.thread.escalation.due(&plan, self.now) else { return };
        self.take(due, &plan);
        self.plan(rules, window);
    }

    /// Goes by rules that may be others than before. What was done stays done, what a person said stands, and a thread
    /// for which nothing is different is left as it is. `words` are those that wait for an answer.
    pub fn replan(&mut self, rules: &Rules, words: &[&str], window: WindowPolicy) {
        if self.thread.basis().is_some() {
            self.raise(rules, words);
            self.plan(Some(rules), window);
        }
    }

    /// No machine's urgency is below the floors of the rules.
    fn raise(&mut self, rules: &Rules, words: &[&str]) {
        let labelling = &mut self.thread.labelling;
        let before = labelling.urgency();
        let raised = labelling.labels.clone().raised(label::floor(rules, &labelling.topic(), words));
        if labelling.labels == raised {
            return;
        }
        labelling.labels = raised;
        let after = labelling.urgency();
        self.touch();
        if after != before {
            self.record(Actor::System, AuditDetail::Raised { from: before, to: after });
            self.roster_changed();
        }
    }

    /// Keeps what the rules come to.
    pub(super) fn planned(&mut self, plan: Option<Plan>) {
        if self.thread.escalation.plan != plan {
            self.thread.escalation.plan = plan;
            self.touch();
        }
    }

    fn plan(&mut self, rules: Option<&Rules>, window: WindowPolicy) {
        let Some(rules) = rules else { return };
        // Those of other urgencies are looked at when it becomes another.
        let (targets, urgency) = (rules.targets.spans, self.thread.labelling.urgency());
        if self.thread.escalation.targets.of(urgency) != targets.of(urgency) {
            self.thread.escalation.targets = targets;
            self.touch();
        }
        self.planned(escalation::plan(rules, &self.thread, window));
    }

    fn take(&mut self, due: Due, plan: &Plan) {
        let closes = plan.last_call.filter(|_| due == Due::LastCall).map(|(_, closes)| closes);
        let tells = matches!(due, Due::Warn | Due::LastCall);
        if !tells {
            // Whom the last step asked for was never found: it is told as it is.
            self.looked_for_somebody(false);
        }
        self.thread.escalation.done(due, plan, self.now);
        if closes.is_some_and(|closes| closes <= self.now) {
            // Nothing can be done about it any more.
            self.touch();
            return;
        }
        let step = self.thread.escalation.steps;
        let (kind, at, owner) = (due.kind(), closes.unwrap_or(plan.starts), self.thread.assignment.owner.clone());
        let done = if tells {
            AuditDetail::Warned { step, kind, due: at, owner }
        } else {
            AuditDetail::Escalated { step, kind, due: at, owner }
        };
        self.record(Actor::System, done);
        match due {
            Due::Step(step @ (EscalationStep::Backup | EscalationStep::Lead)) => {
                self.thread.escalation.routing = Some((step, self.thread.version));
                self.thread.assignment.to_route = true;
                // Whoever was asked before knows nothing of this.
                self.thread.labelling.asked_at = None;
                self.ask_for_labels();
            }
            Due::Warn | Due::LastCall | Due::Step(EscalationStep::Channel) | Due::Remind => self.tell(kind, at, true),
        }
    }

    /// The roster has chosen, or it is too late for that: the notice of the step can say whether there is somebody new.
    pub(super) fn looked_for_somebody(&mut self, found: bool) {
        let Some((step, _)) = self.thread.escalation.routing.take() else { return };
        if let Some(starts) = self.thread.escalation.plan.as_ref().map(|plan| plan.starts) {
            self.tell(Due::Step(step).kind(), starts, found);
        }
    }

    fn tell(&mut self, kind: NoticeKind, due: Timestamp, handed_on: bool) {
        let Some(basis) = self.thread.basis() else { return };
        // A window is told of once, a step once in a round.
        let of = if kind == NoticeKind::Closing {
            due.millis().to_string()
        } else {
            format!("{}-{}", basis.from.millis(), self.thread.escalation.steps)
        };
        let notice = Notice {
            key: format!("{}-{of}-{}", self.thread.id, kind.as_str()),
            kind,
            thread: self.thread.id.clone(),
            topic: self.thread.labelling.topic(),
            urgency: basis.urgency,
            owner: self.thread.assignment.owner.clone(),
            team: self.thread.assignment.team.clone(),
            channel: None,
            next_shift: None,
            due: Some(due),
            handed_on,
        };
        self.thread.escalation.tell(notice.clone());
        self.touch();
        self.effect(Effect::Tell { notice: Box::new(notice) });
    }

    fn tell_again(&mut self) {
        for notice in self.thread.escalation.pending_notices.clone() {
            self.effect(Effect::Tell { notice: Box::new(notice) });
        }
    }

    pub(super) fn notified(&mut self, key: &str) {
        if self.thread.escalation.notified(key) {
            self.touch();
        }
    }
}
