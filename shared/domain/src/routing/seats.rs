//! The candidates of a decision, and what the rules say of each.

use std::collections::BTreeSet;

use super::{Load, Question, Seat};
use crate::{
    id::{TeamId, TeammateId},
    label::UNDETERMINED,
    rules::{Backup, Rules},
    time::Timestamp,
};

/// The members who may answer the question at all, in a fixed order.
pub(super) struct Seats<'a> {
    pub(super) rules: &'a Rules,
    pub(super) all: Vec<&'a Seat>,
}

impl<'a> Seats<'a> {
    pub(super) fn of(rules: &'a Rules, load: &'a Load, question: &Question) -> Self {
        let mut all: Vec<&Seat> =
            load.seats.iter().filter(|seat| super::may_answer(rules, &seat.member, &question.account)).collect();
        all.sort_by(|left, right| left.member.id.cmp(&right.member.id));
        Self { rules, all }
    }

    pub(super) fn id(&self, id: &TeammateId) -> Option<&'a Seat> {
        self.all.iter().copied().find(|seat| seat.member.id == *id)
    }

    pub(super) fn emails<'b>(&self, emails: impl IntoIterator<Item = &'b String>) -> Vec<&'a Seat> {
        let wanted: BTreeSet<&String> = emails.into_iter().collect();
        self.all.iter().copied().filter(|seat| wanted.contains(&email(seat))).collect()
    }

    pub(super) fn team(&self, team: &TeamId) -> Vec<&'a Seat> {
        let belongs =
            |seat: &Seat| self.rules.teammates.get(&email(seat)).is_some_and(|teammate| teammate.teams.contains(team));
        self.all.iter().copied().filter(|seat| belongs(seat)).collect()
    }

    pub(super) fn backup(&self, backup: &Backup) -> Vec<&'a Seat> {
        match backup {
            Backup::Teammate(email) => self.emails([email]),
            Backup::Team(team) => self.team(team),
        }
    }

    pub(super) fn at_work(&self, seat: &Seat, now: Timestamp) -> bool {
        self.rules.hours(&email(seat)).at_work(now)
    }

    pub(super) fn next_shift(&self, seats: &[&Seat], now: Timestamp) -> Option<Timestamp> {
        seats.iter().filter_map(|seat| self.rules.hours(&email(seat)).next(now)).min()
    }

    /// A time as the people of the workspace say it.
    pub(super) fn said(&self, at: Timestamp) -> String {
        self.rules.workspace.hours.said(at)
    }

    pub(super) fn has_room(&self, seat: &Seat, question: &Question) -> bool {
        seat.weight.saturating_add(self.rules.load.weight(question.urgency)) <= self.rules.cap(&email(seat))
    }

    pub(super) fn cap(&self, seat: &Seat) -> u32 {
        self.rules.cap(&email(seat))
    }

    /// Whether they answer in `language`: those who name none of their own answer in any.
    pub(super) fn speaks(&self, seat: &Seat, language: &str) -> bool {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
        let wanted = primary(language);
        self.rules.teammates.get(&email(seat)).is_none_or(|teammate| {
            wanted == UNDETERMINED
                || teammate.languages.is_empty()
                || teammate.languages.iter().any(|tag| primary(tag) == wanted)
        })
    }
}

fn email(seat: &Seat) -> String {
    seat.member.email.trim().to_lowercase()
}
