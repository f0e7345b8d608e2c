//! What is left when the world has come to rest.

use std::collections::BTreeMap;

use tributary_domain::{
    audit::{self},
    escalation,
    event::{Event, Fact, Scope, Stage},
    id::{MessageId, RemoteId},
    owner::Owner,
    reply::{Arrival, PartState, Reply, State},
    thread::Status,
    time::Span,
};

use super::{Broken, law};
use crate::{
    cast,
    index::{Row, words},
    object::ThreadObject,
    world::World,
};

/// Everything, at rest.
pub fn rest(world: &World) -> Result<(), Broken> {
    for object in &world.threads {
        finished(object)?;
        indexed(world, object)?;
        kept(world, object)?;
        answered(world, object)?;
        escalated(world, object)?;
        let head = audit::verify(&object.entries).ok();
        law("I22 the audit is whole", head.as_ref() == Some(&object.thread().audit), || {
            format!("thread {}", object.number)
        })?;
    }
    terminals(world)?;
    counted(world)
}

fn finished(object: &ThreadObject) -> Result<(), Broken> {
    let thread = object.thread();
    let number = object.number;
    law("I6 no reply is left on its way", object.unfinished().is_none(), || format!("{:?}", object.unfinished()))?;
    if thread.opened_at.is_none() {
        return Ok(());
    }
    law("I6 the index is confirmed", thread.acks.index == thread.version, || {
        format!("thread {number}: {} of {}", thread.acks.index, thread.version)
    })?;
    law("I6 the roster is told", !thread.roster_pending(), || format!("thread {number}: {}", thread.acks.roster_due))?;
    let turns = (thread.labelling.labelled_turn(), thread.labelling.turn);
    law("I6 every turn is labelled", turns.0 == turns.1 && !thread.assignment.to_route, || {
        format!("thread {number}: {turns:?}")
    })?;
    let fetched = |message: &tributary_domain::message::Message| {
        message.media.values().all(|state| *state != tributary_domain::message::MediaState::Pending)
    };
    law("I6 attachments are fetched", object.messages.values().all(fetched), || format!("thread {number}"))?;
    law("I6 what is put aside comes back", !matches!(thread.status, Status::Snoozed { .. }), || {
        format!("thread {number}")
    })
}

/// What nobody answers is not forgotten.
fn escalated(world: &World, object: &ThreadObject) -> Result<(), Broken> {
    let thread = object.thread();
    law("I19 every notice is told", thread.escalation.pending_notices.is_empty(), || {
        format!("thread {}", object.number)
    })?;
    let Some(basis) = thread.basis() else { return Ok(()) };
    let plan = thread.plan().map(|plan| plan.starts);
    let late = plan.is_none_or(|starts| starts.plus(Span::minutes(1)) < world.now);
    let taken = thread.escalation.steps > 0;
    law("I19 what nobody answers is escalated", taken || !late, || {
        format!("thread {} asked at {}, due at {plan:?}, and it is {}", object.number, basis.asked_at, world.now)
    })?;
    let rules = cast::rules(world.other_rules);
    let should = rules.and_then(|rules| escalation::plan(rules, thread, cast::CHANNEL.window));
    law("I26 it goes by the rules as they are", thread.plan() == should.as_ref(), || {
        format!("thread {}: {:?} instead of {should:?}", object.number, thread.plan())
    })?;
    law("I19 it is looked at again", object.alarm.is_some(), || format!("thread {}", object.number))
}

fn indexed(world: &World, object: &ThreadObject) -> Result<(), Broken> {
    let number = object.number;
    let (is, should) = (world.index.rows.get(&number), Row::of(object.thread(), object.trouble()));
    let written = object.messages.values().any(|message| message.body.is_some());
    law("I10 what a customer wrote is listed", !written || is.is_some(), || format!("thread {number} has no row"))?;
    law("I7, I17 the index shows the thread as it is", is == should.as_ref(), || {
        format!("{is:?} instead of {should:?}")
    })?;
    if should.is_none() {
        return Ok(());
    }
    for entry in &object.entries {
        let kept = world.index.audit.get(&(number, entry.sequence));
        law("I7 the index has the audit", kept == Some(&entry.hash), || {
            format!("entry {} of {number}", entry.sequence)
        })?;
    }
    for message in object.messages.values() {
        let (is, should) = (world.index.search.get(&message.id), words(message));
        law("I7 search finds the words as they are", is == should.as_ref(), || {
            format!("{is:?} instead of {should:?}")
        })?;
    }
    Ok(())
}

/// Every fact that was acknowledged is there, once.
fn kept(world: &World, object: &ThreadObject) -> Result<(), Broken> {
    let acked = world.platform.deliveries.iter().filter(|delivery| delivery.acked && !delivery.poison);
    let told: Vec<&Event> = acked
        .flat_map(|delivery| &delivery.told)
        .filter(|(customer, _)| *customer == object.number)
        .map(|(_, event)| event)
        .collect();
    let mut known: BTreeMap<&RemoteId, Vec<&Event>> = BTreeMap::new();
    let mut reached = BTreeMap::new();
    for event in &told {
        match &event.fact {
            Fact::Message { id, .. }
            | Fact::Echo { id, .. }
            | Fact::Edited { id, .. }
            | Fact::Unsent { id }
            | Fact::Reacted { id, .. } => {
                known.entry(id).or_default().push(event);
            }
            Fact::Receipt { scope: Scope::Message { id }, .. } => known.entry(id).or_default().push(event),
            Fact::Receipt { stage, scope: Scope::UpTo { at }, .. } => {
                let at = reached.get(stage).map_or(*at, |known| *at.max(known));
                reached.insert(*stage, at);
            }
            _ => {}
        }
    }
    law("I1, I3 receipts are as told", object.thread().transcript.reached == reached, || {
        format!("{:?} instead of {reached:?}", object.thread().transcript.reached)
    })?;
    for (remote, facts) in &known {
        message(object, remote, facts)?;
    }
    let ours = object.messages.values().filter(|message| !known.contains_key(&message.remote));
    for message in ours {
        let reply = message.body.as_ref().and_then(|body| body.correlation.as_ref());
        law("I3, I4 no message comes from nowhere", reply.is_some(), || {
            format!("{} in {}", message.remote, object.number)
        })?;
    }
    Ok(())
}

fn message(object: &ThreadObject, remote: &RemoteId, facts: &[&Event]) -> Result<(), Broken> {
    let found = object.messages.get(&MessageId::of(cast::account(), remote));
    let Some(message) = found else {
        return law("I1 what was acknowledged is kept", false, || format!("{remote} in {}", object.number));
    };
    let unsent = facts.iter().any(|event| matches!(event.fact, Fact::Unsent { .. }));
    let edits = facts.iter().filter_map(|event| match &event.fact {
        Fact::Edited { revision, text, .. } => Some((*revision, text.clone())),
        _ => None,
    });
    let content = facts.iter().find_map(|event| match &event.fact {
        Fact::Message { content, .. } | Fact::Echo { content, .. } => Some(content.text.clone()),
        _ => None,
    });
    law("I1 a message is kept", content.is_none() || message.body.is_some(), || format!("{remote}"))?;
    let edit = edits.max().map(|(_, text)| text);
    let told = unsent || edit.is_some() || content.is_some();
    let should = if unsent { None } else { edit.or(content).flatten() };
    let right = !told || message.body.is_none() || message.text() == should.as_deref();
    law("I3 the words are the last that were told", right, || {
        format!("{remote}: {:?} instead of {should:?}", message.text())
    })?;
    let stage: Option<Stage> = facts
        .iter()
        .filter_map(|event| match &event.fact {
            Fact::Receipt { stage, .. } => Some(*stage),
            _ => None,
        })
        .max();
    law("I25 the stage is the farthest that was told", message.stage == stage, || {
        format!("{remote}: {:?} instead of {stage:?}", message.stage)
    })
}

/// What is said of a reply is true.
fn answered(world: &World, object: &ThreadObject) -> Result<(), Broken> {
    for reply in object.replies.values() {
        let taken =
            |part: u32| world.platform.taken.iter().filter(move |one| one.reply == reply.id && one.part == part);
        for (part, state) in (0_u32..).zip(&reply.parts) {
            let named = matches!(state.arrived, Some(Arrival::Named { .. }));
            law("I16 named means taken", !named || taken(part).count() > 0, || format!("{} part {part}", reply.id))?;
            let seen = matches!(state.arrived, Some(Arrival::Seen));
            law("I16 seen means that a person saw it", !seen || world.deeds.seen.contains(&reply.id), || {
                format!("{}", reply.id)
            })?;
        }
        if let State::Failed { part, .. } = reply.state {
            let taken_last = taken(part).any(|one| one.attempt == reply.attempts);
            let lost = reply.parts.get(part as usize).is_some_and(PartState::is_lost);
            law("I16 failed means not taken, or lost", !taken_last || lost, || format!("{} part {part}", reply.id))?;
        }
        if let State::Uncertain { part, .. } = reply.state {
            let proved =
                world.platform.deliveries.iter().filter(|one| one.acked && !one.poison).flat_map(|one| &one.told);
            let proved = proved.into_iter().any(|(_, event)| match &event.fact {
                Fact::Echo { id, correlation: Some(of), .. }
                | Fact::Receipt { scope: Scope::Message { id }, correlation: Some(of), .. } => {
                    of.reply == reply.id && of.part == part && !world.platform.lost.contains(id)
                }
                _ => false,
            });
            law("I16 a proof ends the doubt", !proved, || format!("{} part {part}", reply.id))?;
        }
        shown_when_lost(world, object, reply)?;
        law("I13 a person wrote it", world.deeds.words.contains_key(&reply.id), || format!("{}", reply.id))?;
    }
    Ok(())
}

/// What the platform took and said to have lost is shown to a person, until a person has said what is to become of it;
/// and what it was to answer waits, unless it was answered otherwise or put away.
fn shown_when_lost(world: &World, object: &ThreadObject, reply: &Reply) -> Result<(), Broken> {
    let told = world.platform.deliveries.iter().filter(|one| one.acked && !one.poison).flat_map(|one| &one.told);
    let reported = |id: &RemoteId| {
        told.clone().any(|(_, event)| matches!(&event.fact, Fact::Undelivered { id: of, .. } if of == id))
    };
    for (number, part) in (0_u32..).zip(&reply.parts) {
        let id = RemoteId::new(format!("out.{}.{number}.{}", reply.id, reply.attempts));
        if !world.platform.lost.contains(&id) || !reported(&id) {
            continue;
        }
        // By a person's word, or in doubt still: both are shown.
        let seen = reply.needs_a_person() || matches!(reply.state, State::Discarded { .. });
        let settled = world.deeds.seen.contains(&reply.id) || part.arrived.is_some() && part.again;
        law("I29 what did not arrive is shown to a person", seen || settled, || format!("{reply:?}"))?;
        law("I29 and is a trouble of its thread", !reply.needs_a_person() || object.trouble(), || {
            format!("{}", reply.id)
        })?;
    }
    Ok(())
}

fn terminals(world: &World) -> Result<(), Broken> {
    for (number, delivery) in world.platform.deliveries.iter().enumerate() {
        law("I1 every delivery is acknowledged in the end", delivery.acked, || format!("delivery {number}"))?;
        let parked = world.parked.contains(&number);
        law("I1 what cannot be read is shown, and nothing else", parked == delivery.poison, || {
            format!("delivery {number}")
        })?;
    }
    law("I1 no copy is left over", world.copies.is_empty(), || format!("{:?}", world.copies))
}

/// The roster counts what a recount finds, and what it says is heard.
fn counted(world: &World) -> Result<(), Broken> {
    let (roster, state) = (&world.roster, world.roster.stored());
    let mut recount: BTreeMap<Owner, u32> = BTreeMap::new();
    for object in &world.threads {
        let Some(owner) = object.counted() else { continue };
        let chosen = state.open.get(&object.thread().id).map(|entry| &entry.decision.owner);
        law("I9 every thread is in the register", roster.register.contains(&object.thread().id), || {
            format!("thread {}", object.number)
        })?;
        law("I9 a thread is with whom the roster chose", chosen == Some(&owner), || {
            format!("thread {}: {owner:?} instead of {chosen:?}", object.number)
        })?;
        *recount.entry(owner).or_default() += 1;
    }
    let Some(rules) = roster.rules else { return law("the rules are rules", false, String::new) };
    let counts: BTreeMap<Owner, u32> =
        state.counts(rules).into_iter().map(|(owner, count)| (owner, count.threads)).collect();
    law("I9 open threads are counted as a recount finds them", counts == recount, || {
        format!("{counts:?} instead of {recount:?}")
    })?;
    law("I19 every notice is written down", roster.raised == roster.written, || {
        format!("{:?} of {:?}", roster.written, roster.raised)
    })?;
    let heard = state.pending_notices.is_empty() && state.open.values().all(|entry| entry.told.is_none());
    law("I6 the roster waits for nobody", heard, || format!("{state:?}"))
}
