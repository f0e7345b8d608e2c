//! What the rules come to for one thread.

use super::{Due, Plan};
use crate::{
    capability::WindowPolicy,
    id::{AccountId, TeamId},
    routing::targets,
    rules::{EscalationStep, Hours, Rules},
    thread::Thread,
    time::{Span, Timestamp},
};

/// The plan for `thread` by `rules`; none while it waits for nothing.
pub fn plan(rules: &Rules, thread: &Thread, window: WindowPolicy) -> Option<Plan> {
    let basis = thread.basis()?;
    let escalation = &thread.escalation;
    let counted = |from| targets::target(rules, basis.urgency, from, &escalation.pauses);
    let target = counted(basis.asked_at);
    let over = escalation.again.map_or(target, counted);
    // A window that closed before the round began cannot be met any more.
    let closes = window.closes(basis.window_opened_at).filter(|closes| *closes > basis.from);
    let due = targets::due(over, closes);
    let warn_before = rules.targets.warn_before;
    let all_go = closes.and_then(|closes| Some((closes, before_all_go(rules, thread, closes)?)));
    let before_end = rules.targets.before_shift_end;
    let last_call = all_go.map(|(closes, end)| (end.minus(before_end).max(basis.from), closes));
    // Those of the last shift have to see the chain begin; whoever took it up since they were told has the target's time.
    let taken_up = |end: Timestamp| escalation.again.is_some_and(|again| again >= end.minus(before_end));
    let begins = all_go.filter(|(_, end)| !taken_up(*end));
    let begins = begins.map(|(_, end)| end.minus(before_end).plus(warn_before).min(end)).filter(|begins| *begins < due);
    let starts = begins.unwrap_or(due).max(basis.from);
    let mut plan = Plan {
        basis,
        target,
        warns: starts.minus(warn_before).max(basis.from),
        starts,
        closing: begins.is_some(),
        last_call,
        chain: chain(rules, thread),
        every: rules.escalation.every,
        rest: None,
    };
    plan.rest = rest(rules, thread, &plan);
    Some(plan)
}

/// Whether both come to the same for every thread: its floors and its plan.
pub fn same(one: &Rules, other: &Rules) -> bool {
    let people = one.teammates.len() == other.teammates.len()
        && one
            .teammates
            .values()
            .zip(other.teammates.values())
            .all(|(one, other)| one.hours == other.hours && one.accounts == other.accounts);
    let floors = one.topics.len() == other.topics.len()
        && one.topics.iter().zip(other.topics.iter()).all(|((name, one), (other_name, other))| {
            name == other_name && one.urgency_floor == other.urgency_floor && one.keywords == other.keywords
        });
    // Who leads decides whether there is a step `lead`.
    let led = |rules: &Rules, topic: Option<&TeamId>| rules.lead_of(topic.or(rules.triage.team.as_ref())).is_some();
    let leads = led(one, None) == led(other, None)
        && one
            .topics
            .values()
            .zip(other.topics.values())
            .all(|(topic, other_topic)| led(one, topic.team.as_ref()) == led(other, other_topic.team.as_ref()))
        && one.teams.iter().all(|(id, team)| other.lead_of(Some(id)).is_some() == team.lead.is_some());
    people
        && floors
        && leads
        && one.targets == other.targets
        && one.escalation == other.escalation
        && one.workspace.hours == other.workspace.hours
        && one.urgency.floors == other.urgency.floors
}

/// The steps that can lead to somebody: without a lead of its team there is none to be asked, unless nothing else is
/// left to do.
fn chain(rules: &Rules, thread: &Thread) -> Vec<EscalationStep> {
    let chain = &rules.escalation.chain;
    let team = thread.assignment.team.as_ref().or_else(|| rules.team_of(&thread.labelling.topic()));
    if rules.lead_of(team).is_some() || **chain == [EscalationStep::Lead] {
        return chain.clone();
    }
    chain.iter().copied().filter(|step| *step != EscalationStep::Lead).collect()
}

/// Where nobody is at work when the window closes: when the last shift before that ends.
fn before_all_go(rules: &Rules, thread: &Thread, closes: Timestamp) -> Option<Timestamp> {
    let everybody = everybody(rules, &thread.account);
    let last = closes.minus(Span::millis(1));
    if everybody.iter().any(|hours| hours.at_work(last)) {
        return None;
    }
    everybody.iter().filter_map(|hours| hours.last_end(closes)).max()
}

/// Reminders wait for somebody who can read them.
fn rest(rules: &Rules, thread: &Thread, plan: &Plan) -> Option<Timestamp> {
    let (at, Due::Remind) = thread.escalation.climbs(plan)? else { return None };
    let everybody = everybody(rules, &thread.account);
    if everybody.iter().any(|hours| hours.at_work(at)) {
        return None;
    }
    everybody.iter().filter_map(|hours| hours.next(at)).min()
}

/// The hours of those whom the rules name and who answer for the account; where they name nobody, everybody's.
fn everybody<'a>(rules: &'a Rules, account: &AccountId) -> Vec<&'a Hours> {
    let named = rules.teammates.values();
    let hours: Vec<&Hours> =
        named.filter(|one| one.accounts.is_empty() || one.accounts.contains(account)).map(|one| &one.hours).collect();
    if hours.is_empty() { vec![&rules.workspace.hours] } else { hours }
}
