//! Labels of a thread: asked for, taken from machines, put right by people.

use super::{
    state::{Status, Targets, Thread},
    work::{Effect, Work, teammate},
};
use crate::{
    audit::{Actor, AuditDetail},
    escalation::Plan,
    id::TeammateId,
    label::{About, Correction, EXAMPLE_MESSAGES, LabelSet, Labels},
    message::{Body, Message},
};

impl Thread {
    /// Which of the latest messages labels go by: those of the customer that wait for an answer, and those that came
    /// since a machine last read them, though somebody was quicker to answer. Where there are none, all of theirs.
    pub fn to_label<'a>(&self, latest: &'a [Message]) -> Vec<&'a Message> {
        let waiting = self.waiting.latest();
        let heard = self.labels.machine.as_ref().map(|machine| machine.set.at);
        let new = |message: &Message, body: &Body| {
            waiting.contains_key(&message.id) || heard.is_none_or(|heard| body.received_at > heard)
        };
        let theirs = || latest.iter().filter_map(|message| message.asks().map(|body| (message, body)));
        let chosen: Vec<_> =
            theirs().filter(|(message, body)| new(message, body)).map(|(message, _)| message).collect();
        if chosen.is_empty() { theirs().map(|(message, _)| message).collect() } else { chosen }
    }
}

impl Work {
    pub(super) fn correct(&mut self, correction: Correction, by: &TeammateId) {
        let before = self.thread.labels.current().map(|set| set.labels);
        let after = self.thread.labels.clone().corrected(by.clone(), correction.clone(), self.now);
        let after = after.current().map(|set| set.labels);
        if before == after {
            return;
        }
        let machine = self.thread.labels.machine.as_ref();
        let said = machine.map(|machine| machine.set.labels.clone().into());
        let about = machine.map(|machine| machine.about.clone()).unwrap_or_default();
        let seen = self.thread.labels.look();
        let (from, to) = (before.map(Into::into), after.map(Into::into));
        self.record(teammate(by), AuditDetail::Corrected { from, to, said, about, seen });
        self.thread.labels = self.thread.labels.clone().corrected(by.clone(), correction, self.now);
        self.roster_changed();
    }

    pub(super) fn labelled(&mut self, turn: u64, set: LabelSet, targets: Targets, plan: Option<Plan>) {
        if turn <= self.thread.labelled_turn() {
            return;
        }
        let before = self.thread.urgency();
        let Labels { topic, urgency, language, .. } = set.labels.clone();
        let source = set.source.clone();
        self.record(Actor::System, AuditDetail::Labelled { topic, urgency, language, source });
        self.thread.labels = self.thread.labels.clone().labelled(turn, set);
        let about = self.labelled_now();
        if let Some(machine) = &mut self.thread.labels.machine {
            machine.about = about;
        }
        self.thread.targets = targets;
        if plan.is_some() {
            self.planned(plan);
        }
        if self.thread.turn > turn {
            // They wrote on while it was being labelled.
            self.thread.label_asked_at = None;
        }
        if self.thread.urgency() != before {
            self.roster_changed();
        }
        self.ask_for_labels();
    }

    /// Whoever has it cannot be asked now, and the customer has written: the rules choose anew.
    pub(super) fn owner_away(&mut self, away: Option<&TeammateId>) {
        let theirs = away.is_some() && self.thread.owner.teammate() == away;
        if theirs && self.thread.status == Status::Open && self.thread.needs_answer() {
            self.touch();
            self.thread.to_route = true;
            self.ask_for_labels();
        }
    }

    /// The messages that the labels of this moment are about, the latest of them.
    fn labelled_now(&self) -> Vec<About> {
        let mut waiting: Vec<About> =
            self.thread.waiting.latest().iter().map(|(id, one)| About { message: id.clone(), at: one.at }).collect();
        waiting.sort_by(|a, b| (b.at, &b.message).cmp(&(a.at, &a.message)));
        waiting.truncate(EXAMPLE_MESSAGES);
        waiting.reverse();
        waiting
    }

    /// Asks for labels and an owner where they are missing, unless somebody was asked just now.
    pub(super) fn ask_for_labels(&mut self) {
        let missing = self.thread.turn > self.thread.labelled_turn() || self.thread.to_route;
        if !missing {
            self.thread.label_asked_at = None;
            return;
        }
        let asked = self.thread.label_asked_at;
        let asked_lately = asked.is_some_and(|asked| self.now.since(asked) < self.timings.thread.label_retry_after);
        if !asked_lately && self.thread.opened_at.is_some() {
            self.thread.label_asked_at = Some(self.now);
            self.touch();
            self.effect(Effect::Label);
        }
    }
}
