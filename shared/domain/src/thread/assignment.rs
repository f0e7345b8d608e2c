//! Whose a thread is: chosen by the rules, or by people, whose choice the rules leave alone.

use serde::{Deserialize, Serialize};

use super::{
    status::Status,
    work::{Work, teammate},
};
use crate::{
    audit::{Actor, AuditDetail, Because},
    bounds,
    id::{TeamId, TeammateId},
    owner::{Claim, Owner, Reason},
};

/// The owner of a thread, and how they came to be it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assignment {
    pub owner: Owner,
    pub reasons: Vec<Reason>,
    /// Who chose the owner, when a person did; rules do not take it away.
    pub chosen_by: Option<TeammateId>,
    /// The version in which a person last chose the owner.
    chosen_in: u64,
    /// The team that a person handed it to: it stays among its members.
    pub team: Option<TeamId>,
    /// The rules have yet to choose an owner.
    pub to_route: bool,
}

impl Assignment {
    /// A person stands by the owner there is.
    pub(super) fn confirm(&mut self, by: &TeammateId, version: u64) {
        self.chosen_in = version;
        self.chosen_by = Some(by.clone());
    }

    /// A person chose another owner.
    fn choose(&mut self, to: Owner, by: &TeammateId, reason: String, version: u64) {
        self.confirm(by, version);
        self.team = match &to {
            Owner::Team { id } => Some(id.clone()),
            Owner::Teammate { .. } | Owner::Unassigned => None,
        };
        self.owner = to;
        self.reasons = vec![Reason { guardrail: "person".to_owned(), text: reason, verdict: None }];
        self.to_route = false;
    }

    /// The rules chose another owner.
    fn route(&mut self, to: Owner, reasons: Vec<Reason>) {
        (self.owner, self.reasons, self.chosen_by) = (to, reasons, None);
        self.shed();
    }

    /// The rules are asked for an owner, unless a person chose one.
    pub(super) fn route_unless_chosen(&mut self) {
        self.to_route |= self.chosen_by.is_none();
    }

    /// Whether a person has chosen since the thread had this version.
    fn is_chosen_after(&self, version: u64) -> bool {
        self.chosen_by.is_some() && version < self.chosen_in
    }

    /// Whether the first to reply may take it.
    fn is_free(&self, claim: Option<&Claim>) -> bool {
        claim.is_some_and(|claim| match &self.owner {
            Owner::Unassigned => true,
            Owner::Team { id } => claim.teams.contains(id),
            Owner::Teammate { .. } => false,
        })
    }

    /// Keeps as many reasons, and as much of each, as there is room for.
    pub(super) fn shed(&mut self) {
        self.reasons.truncate(bounds::REASONS);
        for reason in &mut self.reasons {
            reason.text.truncate(bounds::characters(&reason.text, bounds::REASON).len());
        }
    }
}

impl Work {
    pub(super) fn reassign(&mut self, to: Owner, note: Option<String>, by: &TeammateId) {
        if self.thread.assignment.owner == to && note.is_none() {
            return;
        }
        let reason = match &self.through {
            Some(program) => format!("The program “{}” chose the owner.", program.name),
            None => "A teammate chose the owner.".to_owned(),
        };
        self.give(to, by, note, None, reason);
    }

    /// Whoever replies first to a thread that is nobody's becomes its owner, where the rules say so.
    pub(super) fn claim(&mut self, by: &TeammateId) {
        if self.thread.assignment.is_free(self.claim.as_ref()) {
            let to = Owner::Teammate { id: by.clone() };
            self.give(to, by, None, Some(Because::RepliedFirst), "They were the first to reply.".to_owned());
        }
    }

    /// A person's choice of an owner, whatever led to it.
    fn give(&mut self, to: Owner, by: &TeammateId, note: Option<String>, because: Option<Because>, reason: String) {
        let from = self.thread.assignment.owner.clone();
        self.record(teammate(by), AuditDetail::Reassigned { from, to: to.clone(), note, because });
        self.thread.assignment.choose(to, by, reason, self.thread.version);
        self.thread.escalation.acted(self.now);
        self.ask_for_labels();
        self.roster_changed();
    }

    pub(super) fn routed(&mut self, owner: Owner, reasons: Vec<Reason>, version: u64) {
        let thread = &self.thread;
        // What the roster said before it was asked for somebody else is no answer to that, and where a person has chosen
        // since, the roster hears of it and chooses again if it has to.
        let asked_since = thread.escalation.routing.as_ref().is_some_and(|(_, asked)| version < *asked);
        if asked_since || thread.assignment.is_chosen_after(version) {
            return self.ask_for_labels();
        }
        let same = thread.assignment.owner == owner;
        if same && !thread.assignment.to_route {
            if version >= thread.acks.roster_due {
                // The roster went another way and came back: it waits to hear that this is known.
                self.roster_changed();
            }
            return;
        }
        if !same || thread.assignment.chosen_by.is_none() {
            let (from, to) = (thread.assignment.owner.clone(), owner.clone());
            self.record(Actor::System, AuditDetail::Routed { from, to, reasons: reasons.clone() });
            self.thread.assignment.route(owner, reasons);
        }
        self.looked_for_somebody(!same && self.thread.assignment.owner.teammate().is_some());
        self.thread.assignment.to_route = false;
        self.ask_for_labels();
        self.roster_changed();
    }

    /// Whoever has it cannot be asked now, and the customer has written: the rules choose anew.
    pub(super) fn owner_away(&mut self, away: Option<&TeammateId>) {
        let theirs = away.is_some() && self.thread.assignment.owner.teammate() == away;
        if theirs && self.thread.status == Status::Open && self.thread.needs_answer() {
            self.touch();
            self.thread.assignment.to_route = true;
            self.ask_for_labels();
        }
    }
}
