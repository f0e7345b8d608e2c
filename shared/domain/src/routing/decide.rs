//! The four guardrails.

use super::{
    Candidate, Cause, Decision, Guardrail, Load, Reason, RoutingRequest,
    pool::CandidatePool,
    reason::{blocked, names, passed},
};
use crate::{id::TeamId, owner::Owner, rules::Rules, time::Timestamp};

/// Decides who owns a thread: *who* it belongs to, narrowed to those on shift (*hours*), of whom the one who
/// carries least takes it (*load*); where nobody is left, a *backup*, else nobody and the team channel hears of it.
///
/// A pinned contact or a returning customer goes to their teammate while that one is on shift and has room; else
/// to whoever the topic belongs to, as if neither were there.
pub fn decide(rules: &Rules, load: &Load, request: &RoutingRequest, now: Timestamp) -> Decision {
    let candidates = CandidatePool::of(rules, load, request);
    let mut deciding = Deciding { candidates: &candidates, request, now, reasons: Vec::new(), could: Vec::new() };
    let team = team(rules, request);
    let chosen = match &request.cause {
        Cause::Asked => deciding.asked(),
        Cause::Team { team } => deciding.of_team(team),
        Cause::Overdue { from, lead, team: of } => {
            let from = from.as_ref().and_then(|id| candidates.id(id));
            if *lead { deciding.led(from, team.as_ref(), of.as_ref()) } else { deciding.overdue(from, of.as_ref()) }
        }
    };
    deciding.complete(chosen);
    let overdue = matches!(request.cause, Cause::Overdue { .. });
    let owner = match (chosen, &request.cause) {
        (Some(candidate), _) => Owner::Teammate { id: candidate.member.id.clone() },
        (None, Cause::Team { team } | Cause::Overdue { team: Some(team), .. }) => Owner::Team { id: team.clone() },
        (None, Cause::Asked | Cause::Overdue { team: None, .. }) => Owner::Unassigned,
    };
    let next_shift = if chosen.is_some() { None } else { candidates.next_shift(&deciding.off_shift(), now) };
    Decision { notify_team_channel: chosen.is_none() || overdue, owner, team, reasons: deciding.reasons, next_shift }
}

/// The team in whose queue the thread is.
fn team(rules: &Rules, request: &RoutingRequest) -> Option<TeamId> {
    match &request.cause {
        Cause::Team { team } | Cause::Overdue { team: Some(team), .. } => Some(team.clone()),
        Cause::Asked | Cause::Overdue { team: None, .. } => rules.team_of(&request.topic).cloned(),
    }
}

struct Deciding<'a> {
    candidates: &'a CandidatePool<'a>,
    request: &'a RoutingRequest,
    now: Timestamp,
    reasons: Vec<Reason>,
    /// Everybody who was thought of.
    could: Vec<&'a Candidate>,
}

impl<'a> Deciding<'a> {
    fn asked(&mut self) -> Option<&'a Candidate> {
        self.pinned()
            .or_else(|| self.returning())
            .or_else(|| {
                if self.reasons.is_empty() {
                    let detail = "this contact is pinned to nobody, and nobody answered this customer lately";
                    self.reasons.push(passed(Guardrail::Who, detail));
                }
                let group = self.of_topic();
                self.among(Guardrail::Who, &group)
            })
            .or_else(|| self.backup(None))
            .or_else(|| self.nobody())
    }

    fn of_team(&mut self, team: &TeamId) -> Option<&'a Candidate> {
        let group = self.members_of(team);
        self.among(Guardrail::Who, &group).or_else(|| self.nobody())
    }

    /// Those of a team that a person handed it to, with a reason.
    fn members_of(&mut self, team: &TeamId) -> Vec<&'a Candidate> {
        let group = self.candidates.team(team);
        let name = self.candidates.rules.teams.get(team).map_or(team.as_str(), |team| team.name.as_str());
        self.reasons.push(if group.is_empty() {
            blocked(Guardrail::Who, format!("handed to team {name}, which has nobody who can answer here"))
        } else {
            passed(Guardrail::Who, format!("handed to team {name}: {}", names(&group)))
        });
        group
    }

    /// The step `backup`: the backup, else others, of the team it was handed `to` if it was, else of the topic.
    fn overdue(&mut self, from: Option<&'a Candidate>, to: Option<&TeamId>) -> Option<&'a Candidate> {
        self.late(from);
        self.others(from, to).or_else(|| self.keeps(from)).or_else(|| self.nobody())
    }

    /// The step `lead`: the lead; others were asked before, and are only where whoever has it has gone.
    fn led(
        &mut self,
        from: Option<&'a Candidate>,
        team: Option<&TeamId>,
        to: Option<&TeamId>,
    ) -> Option<&'a Candidate> {
        self.late(from);
        self.lead(team, from).or_else(|| self.keeps(from)).or_else(|| self.others(from, to)).or_else(|| self.nobody())
    }

    fn late(&mut self, from: Option<&Candidate>) {
        let late = from.map_or("nobody", |candidate| candidate.member.name.as_str());
        self.reasons.push(passed(Guardrail::Who, format!("not answered in time by {late}")));
    }

    fn others(&mut self, from: Option<&'a Candidate>, to: Option<&TeamId>) -> Option<&'a Candidate> {
        let group = match to {
            Some(team) => self.members_of(team),
            None => self.seats_of_topic(),
        };
        let not_late = |candidate: &&Candidate| from.is_none_or(|from| from.member.id != candidate.member.id);
        let group: Vec<&Candidate> = group.into_iter().filter(not_late).collect();
        let backup = if to.is_none() { self.backup(from) } else { None };
        backup.or_else(|| self.among(Guardrail::Who, &group))
    }

    /// Whoever has it, while they are at work.
    fn keeps(&mut self, from: Option<&'a Candidate>) -> Option<&'a Candidate> {
        let from = from.filter(|candidate| self.candidates.at_work(candidate, self.now))?;
        self.reasons.push(passed(Guardrail::Backup, format!("nobody else can take it: {} keeps it", from.member.name)));
        Some(from)
    }

    /// Whoever leads the team, unless it is they who are `late`.
    fn lead(&mut self, team: Option<&TeamId>, late: Option<&Candidate>) -> Option<&'a Candidate> {
        let Some(team) = team.and_then(|team| self.candidates.rules.teams.get(team)) else {
            self.reasons.push(blocked(Guardrail::Backup, "there is no team whose lead could take it"));
            return None;
        };
        let lead = team.lead.as_ref().and_then(|email| self.candidates.emails([email]).first().copied());
        let lead = lead.filter(|candidate| late.is_none_or(|late| late.member.id != candidate.member.id));
        let Some(lead) = lead else {
            self.reasons.push(blocked(Guardrail::Backup, format!("{} has no lead who could take it", team.name)));
            return None;
        };
        self.reasons.push(passed(Guardrail::Backup, format!("lead of {}: {}", team.name, lead.member.name)));
        self.among(Guardrail::Backup, &[lead])
    }

    /// A pinned teammate, when on shift and with room.
    fn pinned(&mut self) -> Option<&'a Candidate> {
        let email = self.candidates.rules.pins.get(&self.request.contact)?;
        self.single(self.candidates.emails([email]).first().copied(), "this contact is pinned to")
    }

    /// Whoever answered this customer last, when not too long ago, on shift and with room.
    fn returning(&mut self) -> Option<&'a Candidate> {
        let within = self.candidates.rules.returning?;
        let last = self.request.last_answered.as_ref().filter(|last| self.now.since(last.at) <= within)?;
        self.single(self.candidates.id(&last.by), "this customer was last answered by")
    }

    fn single(&mut self, candidate: Option<&'a Candidate>, why: &str) -> Option<&'a Candidate> {
        let Some(candidate) = candidate else {
            self.reasons.push(blocked(Guardrail::Who, format!("{why} somebody who cannot answer here")));
            return None;
        };
        self.reasons.push(passed(Guardrail::Who, format!("{why} {}", candidate.member.name)));
        self.among(Guardrail::Who, &[candidate])
    }

    /// The topic's owners, else its team, else triage, with a reason.
    fn of_topic(&mut self) -> Vec<&'a Candidate> {
        let group = self.seats_of_topic();
        let topic = &self.request.topic;
        let rules = self.candidates.rules;
        let entry = rules.topic(topic);
        let whose = match entry {
            Some(entry) if !self.candidates.emails(&entry.owners).is_empty() => {
                format!("owners of {topic}")
            }
            Some(entry) if entry.team.as_ref().is_some_and(|team| !self.candidates.team(team).is_empty()) => {
                format!("the team of {topic}")
            }
            _ if rules.triage.team.is_some() => {
                format!("{topic} has nobody of its own, so the triage team")
            }
            _ => format!("{topic} has nobody of its own, so everybody"),
        };
        self.reasons.push(if group.is_empty() {
            blocked(Guardrail::Who, format!("{whose}: nobody can answer here"))
        } else {
            passed(Guardrail::Who, format!("{whose}: {}", names(&group)))
        });
        group
    }

    fn seats_of_topic(&self) -> Vec<&'a Candidate> {
        let candidates = self.candidates;
        let topic = candidates.rules.topic(&self.request.topic);
        let owners = topic.map(|topic| candidates.emails(&topic.owners)).unwrap_or_default();
        if !owners.is_empty() {
            return owners;
        }
        let team = topic.and_then(|topic| topic.team.as_ref()).map(|team| candidates.team(team)).unwrap_or_default();
        if !team.is_empty() {
            return team;
        }
        candidates.rules.triage.team.as_ref().map_or_else(|| candidates.all.clone(), |team| candidates.team(team))
    }

    /// The topic's backup, else triage's; nobody who is `late`.
    fn backup(&mut self, late: Option<&Candidate>) -> Option<&'a Candidate> {
        let rules = self.candidates.rules;
        let of_topic = rules.topic(&self.request.topic).and_then(|topic| topic.backup.as_ref());
        let Some(backup) = of_topic.or(rules.triage.backup.as_ref()) else {
            self.reasons.push(blocked(Guardrail::Backup, format!("{} has no backup", self.request.topic)));
            return None;
        };
        let mut group = self.candidates.backup(backup);
        group.retain(|candidate| late.is_none_or(|late| late.member.id != candidate.member.id));
        if group.is_empty() {
            self.reasons.push(blocked(Guardrail::Backup, "the backup cannot answer here"));
            return None;
        }
        self.reasons.push(passed(Guardrail::Backup, format!("backup: {}", names(&group))));
        self.among(Guardrail::Backup, &group)
    }

    /// A word from the guardrails that had nothing to say: who reads a decision must not wonder what they came to.
    fn complete(&mut self, chosen: Option<&Candidate>) {
        let spoke = |reasons: &[Reason], one: Guardrail| reasons.iter().any(|reason| reason.guardrail == one);
        for (guardrail, detail) in [
            (Guardrail::Hours, "nobody is left whose shift could be looked at"),
            (Guardrail::Load, "nobody is left to compare"),
        ] {
            if !spoke(&self.reasons, guardrail) {
                let backup = self.reasons.iter().position(|reason| reason.guardrail == Guardrail::Backup);
                self.reasons.insert(backup.unwrap_or(self.reasons.len()), blocked(guardrail, detail));
            }
        }
        if let (Some(candidate), false) = (chosen, spoke(&self.reasons, Guardrail::Backup)) {
            self.reasons
                .push(passed(Guardrail::Backup, format!("no backup is needed: {} can take it", candidate.member.name)));
        }
    }

    fn nobody(&mut self) -> Option<&'a Candidate> {
        self.reasons
            .push(blocked(Guardrail::Backup, "nobody can take it now: it waits, and the team channel hears of it"));
        None
    }

    /// *Hours*, then *load*.
    fn among(&mut self, of: Guardrail, group: &[&'a Candidate]) -> Option<&'a Candidate> {
        if group.is_empty() {
            return None;
        }
        let who = if of == Guardrail::Backup { "of the backup " } else { "" };
        self.could.extend(group);
        let (on, off): (Vec<&Candidate>, Vec<&Candidate>) =
            group.iter().partition(|candidate| self.candidates.at_work(candidate, self.now));
        if on.is_empty() {
            let next = self.candidates.next_shift(&off, self.now);
            let until = next.map_or_else(String::new, |next| format!(" until {}", self.candidates.said(next)));
            self.reasons.push(blocked(Guardrail::Hours, format!("{who}{} off shift{until}", be(&off))));
            return None;
        }
        let away = if off.is_empty() { String::new() } else { format!("; {} off shift", be(&off)) };
        self.reasons.push(passed(Guardrail::Hours, format!("{who}{} on shift{away}", be(&on))));

        let (free, full): (Vec<&Candidate>, Vec<&Candidate>) =
            on.iter().partition(|candidate| self.candidates.has_room(candidate, self.request));
        let speakers: Vec<&Candidate> = free
            .iter()
            .copied()
            .filter(|candidate| self.candidates.speaks(candidate, &self.request.language))
            .collect();
        let spoken = !speakers.is_empty() && speakers.len() < free.len();
        let candidates = if speakers.is_empty() { free } else { speakers };
        let chosen = candidates.into_iter().min_by_key(|candidate| {
            (candidate.weight, candidate.last_assigned, candidate.member.email.to_lowercase(), &candidate.member.id)
        });
        let Some(chosen) = chosen else {
            self.reasons.push(blocked(Guardrail::Load, format!("{} at the cap", be(&full))));
            return None;
        };
        let language =
            if spoken { format!(" of those who answer in {}", self.request.language) } else { String::new() };
        self.reasons.push(passed(
            Guardrail::Load,
            format!(
                "{} has the lightest load{language} ({} of {})",
                chosen.member.name,
                chosen.weight,
                self.candidates.cap(chosen),
            ),
        ));
        Some(chosen)
    }

    /// Those thought of who are off shift: one of them may take it later.
    fn off_shift(&self) -> Vec<&'a Candidate> {
        self.could.iter().copied().filter(|candidate| !self.candidates.at_work(candidate, self.now)).collect()
    }
}

/// `Mia is`, `Mia and Jon are`.
fn be(candidates: &[&Candidate]) -> String {
    format!("{} {}", names(candidates), if candidates.len() == 1 { "is" } else { "are" })
}
