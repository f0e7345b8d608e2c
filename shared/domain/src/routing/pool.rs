//! The candidates of a decision, and what the rules say of each.

use std::collections::BTreeSet;

use super::{Candidate, Load, RoutingRequest};
use crate::{
    id::{TeamId, TeammateId},
    label::UNDETERMINED,
    rules::{Backup, Rules},
    time::Timestamp,
};

/// The members who may answer the request at all, in a fixed order.
pub(super) struct CandidatePool<'a> {
    pub(super) rules: &'a Rules,
    pub(super) all: Vec<&'a Candidate>,
}

impl<'a> CandidatePool<'a> {
    pub(super) fn of(rules: &'a Rules, load: &'a Load, request: &RoutingRequest) -> Self {
        let mut all: Vec<&Candidate> = load
            .candidates
            .iter()
            .filter(|candidate| super::may_answer(rules, &candidate.member, &request.account))
            .collect();
        all.sort_by(|left, right| left.member.id.cmp(&right.member.id));
        Self { rules, all }
    }

    pub(super) fn id(&self, id: &TeammateId) -> Option<&'a Candidate> {
        self.all.iter().copied().find(|candidate| candidate.member.id == *id)
    }

    pub(super) fn emails<'b>(&self, emails: impl IntoIterator<Item = &'b String>) -> Vec<&'a Candidate> {
        let wanted: BTreeSet<&String> = emails.into_iter().collect();
        self.all.iter().copied().filter(|candidate| wanted.contains(&email(candidate))).collect()
    }

    pub(super) fn team(&self, team: &TeamId) -> Vec<&'a Candidate> {
        let belongs = |candidate: &Candidate| {
            self.rules.teammates.get(&email(candidate)).is_some_and(|teammate| teammate.teams.contains(team))
        };
        self.all.iter().copied().filter(|candidate| belongs(candidate)).collect()
    }

    pub(super) fn backup(&self, backup: &Backup) -> Vec<&'a Candidate> {
        match backup {
            Backup::Teammate(email) => self.emails([email]),
            Backup::Team(team) => self.team(team),
        }
    }

    pub(super) fn at_work(&self, candidate: &Candidate, now: Timestamp) -> bool {
        self.rules.hours(&email(candidate)).at_work(now)
    }

    pub(super) fn next_shift(&self, candidates: &[&Candidate], now: Timestamp) -> Option<Timestamp> {
        candidates.iter().filter_map(|candidate| self.rules.hours(&email(candidate)).next(now)).min()
    }

    /// A time as the people of the workspace say it.
    pub(super) fn said(&self, at: Timestamp) -> String {
        self.rules.workspace.hours.said(at)
    }

    pub(super) fn has_room(&self, candidate: &Candidate, request: &RoutingRequest) -> bool {
        candidate.weight.saturating_add(self.rules.load.weights.of(request.urgency))
            <= self.rules.cap(&email(candidate))
    }

    pub(super) fn cap(&self, candidate: &Candidate) -> u32 {
        self.rules.cap(&email(candidate))
    }

    /// Whether they answer in `language`: those who name none of their own answer in any.
    pub(super) fn speaks(&self, candidate: &Candidate, language: &str) -> bool {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
        let wanted = primary(language);
        self.rules.teammates.get(&email(candidate)).is_none_or(|teammate| {
            wanted == UNDETERMINED
                || teammate.languages.is_empty()
                || teammate.languages.iter().any(|tag| primary(tag) == wanted)
        })
    }
}

fn email(candidate: &Candidate) -> String {
    candidate.member.email.trim().to_lowercase()
}
