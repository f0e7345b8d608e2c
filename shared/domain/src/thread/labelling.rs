//! What a thread is about: asked for, taken from machines, put right by people.

use serde::{Deserialize, Serialize};

use super::{
    state::Thread,
    work::{Effect, Work, teammate},
};
use crate::{
    audit::{Actor, AuditDetail},
    escalation::{Plan, Targets},
    id::TeammateId,
    label::{About, Correction, LabelSet, LabelState, Labels, OTHER, Urgency},
    message::{Body, Message},
    time::{Span, Timestamp},
};

/// The labels of a thread, and how far the customer is ahead of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Labelling {
    /// What machines and people said.
    pub labels: LabelState,
    /// Grows with every change of what the customer says.
    pub turn: u64,
    /// When somebody was last asked to label or route the thread.
    pub(super) asked_at: Option<Timestamp>,
}

impl Labelling {
    /// How urgent it is; `normal` until labelled.
    pub fn urgency(&self) -> Urgency {
        self.labels.current().map_or(Urgency::Normal, |set| set.labels.urgency)
    }

    /// The topic; [`OTHER`] until labelled.
    pub fn topic(&self) -> String {
        self.labels.current().map_or_else(|| OTHER.to_owned(), |set| set.labels.topic)
    }

    /// The turn that was labelled last.
    pub fn labelled_turn(&self) -> u64 {
        self.labels.machine.as_ref().map_or(0, |machine| machine.turn)
    }

    /// Whether a turn is yet to be labelled.
    pub fn is_behind(&self) -> bool {
        self.turn > self.labelled_turn()
    }

    pub(super) fn next_turn(&mut self) {
        self.turn = self.turn.saturating_add(1);
    }

    /// Takes what a machine said about a turn, and what was waiting then.
    fn labelled(&mut self, turn: u64, set: LabelSet, about: Vec<About>) {
        self.labels = std::mem::take(&mut self.labels).labelled(turn, set);
        if let Some(machine) = &mut self.labels.machine {
            machine.about = about;
        }
        if self.is_behind() {
            // They wrote on while it was being labelled.
            self.asked_at = None;
        }
    }

    /// Whether somebody is to be asked now: not if somebody was just now.
    fn asks(&mut self, now: Timestamp, retry_after: Span) -> bool {
        let asks = self.asked_at.is_none_or(|asked| now.since(asked) >= retry_after);
        if asks {
            self.asked_at = Some(now);
        }
        asks
    }
}

impl Thread {
    /// Which of the latest messages labels go by: those of the customer that wait for an answer, and those that came
    /// since a machine last read them, though somebody was quicker to answer. Where there are none, all of theirs.
    pub fn to_label<'a>(&self, latest: &'a [Message]) -> Vec<&'a Message> {
        let waiting = self.questions.waiting.latest();
        let heard = self.labelling.labels.machine.as_ref().map(|machine| machine.set.at);
        let new = |message: &Message, body: &Body| {
            waiting.contains_key(&message.id) || heard.is_none_or(|heard| body.received_at > heard)
        };
        let theirs = || latest.iter().filter_map(|message| message.asks().map(|body| (message, body)));
        let chosen: Vec<_> =
            theirs().filter(|(message, body)| new(message, body)).map(|(message, _)| message).collect();
        if chosen.is_empty() { theirs().map(|(message, _)| message).collect() } else { chosen }
    }

    /// Whether labels or an owner are missing.
    pub fn wants_labels(&self) -> bool {
        self.labelling.is_behind() || self.assignment.to_route
    }
}

impl Work {
    pub(super) fn correct(&mut self, correction: Correction, by: &TeammateId) {
        let labels = &mut self.thread.labelling.labels;
        let mut after = labels.clone().corrected(by.clone(), correction, self.now);
        let (from, to) = (labels.current().map(|set| set.labels), after.current().map(|set| set.labels));
        if from == to {
            return;
        }
        let seen = labels.look();
        after.looked = labels.looked;
        let said = labels.machine.as_ref().map(|machine| machine.set.labels.clone().into());
        let about = labels.machine.as_ref().map(|machine| machine.about.clone()).unwrap_or_default();
        *labels = after;
        let (from, to) = (from.map(Into::into), to.map(Into::into));
        self.record(teammate(by), AuditDetail::Corrected { from, to, said, about, seen });
        self.roster_changed();
    }

    pub(super) fn labelled(&mut self, turn: u64, set: LabelSet, targets: Targets, plan: Option<Plan>) {
        if turn <= self.thread.labelling.labelled_turn() {
            return;
        }
        let before = self.thread.labelling.urgency();
        let Labels { topic, urgency, language, .. } = set.labels.clone();
        let source = set.source.clone();
        self.record(Actor::System, AuditDetail::Labelled { topic, urgency, language, source });
        let about = self.thread.questions.about();
        self.thread.labelling.labelled(turn, set, about);
        self.thread.escalation.targets = targets;
        if plan.is_some() {
            self.planned(plan);
        }
        if self.thread.labelling.urgency() != before {
            self.roster_changed();
        }
        self.ask_for_labels();
    }

    /// Asks for labels and an owner where they are missing, unless somebody was asked just now.
    pub(super) fn ask_for_labels(&mut self) {
        if !self.thread.wants_labels() {
            self.thread.labelling.asked_at = None;
        } else if self.thread.opened_at.is_some()
            && self.thread.labelling.asks(self.now, self.timings.thread.label_retry_after)
        {
            self.touch();
            self.effect(Effect::Label);
        }
    }
}
