//! What the rules come to for one thread.

use super::{Due, Plan};
use crate::{
    capability::WindowPolicy,
    id::AccountId,
    routing::targets,
    rules::{Hours, Rules},
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
    let warn_before = rules.targets.warn_before;
    let mut starts = targets::due(over, closes);
    let mut closing = false;
    if let Some(begins) = closes.and_then(|closes| before_all_go(rules, thread, closes))
        && begins < starts
    {
        (starts, closing) = (begins, true);
    }
    let starts = starts.max(basis.from);
    let mut plan = Plan {
        basis,
        target,
        warns: starts.minus(warn_before).max(basis.from),
        starts,
        closing,
        chain: rules.escalation.chain.clone(),
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
    people
        && floors
        && one.targets == other.targets
        && one.escalation == other.escalation
        && one.workspace.hours == other.workspace.hours
        && one.urgency.floors == other.urgency.floors
}

/// Where nobody is at work when the window closes: when the chain has to begin for the last shift to see it.
fn before_all_go(rules: &Rules, thread: &Thread, closes: Timestamp) -> Option<Timestamp> {
    let everybody = everybody(rules, &thread.account);
    let last = closes.minus(Span::millis(1));
    if everybody.iter().any(|hours| hours.at_work(last)) {
        return None;
    }
    let end = everybody.iter().filter_map(|hours| hours.last_end(closes)).max()?;
    let targets = &rules.targets;
    Some(end.minus(targets.before_shift_end).plus(targets.warn_before).min(end))
}

/// Reminders wait for somebody who can read them.
fn rest(rules: &Rules, thread: &Thread, plan: &Plan) -> Option<Timestamp> {
    let (at, Due::Remind) = thread.escalation.next(plan)? else { return None };
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
