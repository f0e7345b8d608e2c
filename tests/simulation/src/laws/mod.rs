//! The laws: what holds at every step, and what is left when the world has come to rest.

mod rest;

use std::fmt;

use tributary_domain::{
    audit::{AuditDetail, Entry},
    reply::{Reply, State},
    thread::{Status, Thread, Work},
    time::Timestamp,
};

use crate::{object::ThreadObject, people::Deeds, platform::Taken, roster::Roster};

pub use rest::rest;

/// A law that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub law: &'static str,
    /// How.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.law, self.what)
    }
}

/// Holds a law.
pub fn law(law: &'static str, holds: bool, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken { law, what: what() }) }
}

/// A new message of the customer's opens a thread that was put away, as does the report that what was answered did not
/// arrive; nothing else that is told does. `wrote`: one of the two.
pub fn reopening(before: &Thread, after: &Thread, wrote: bool) -> Result<(), Broken> {
    let (was, is) = (before.status.as_str(), after.status.as_str());
    law("I24 a new message opens the thread", !wrote || after.status == Status::Open, || format!("{was} stays {is}"))?;
    law("I24 nothing told again opens it", wrote || before.status == after.status, || format!("{was} becomes {is}"))
}

/// What others are known to hold stays known, unless the index is found to have lost it.
pub fn acknowledged(before: &Thread, after: &Thread) -> Result<(), Broken> {
    let versions = |thread: &Thread| (thread.acks.index, thread.acks.roster, thread.acks.audit);
    let ((index, roster, audit), (index_now, roster_now, audit_now)) = (versions(before), versions(after));
    let kept = index_now >= index && roster_now >= roster && audit_now >= audit;
    law("I30 what others hold is not forgotten", kept, || {
        format!("{:?} after {:?}", versions(after), versions(before))
    })?;
    law("I30 nobody holds what there has not been", index_now <= after.version, || format!("{index_now}"))
}

/// The roster keeps in mind which threads have yet to hear whose they are.
pub fn owners_are_told(threads: &[ThreadObject], roster: &Roster) -> Result<(), Broken> {
    for object in threads {
        let thread = object.thread();
        let entry = roster.open(&thread.id).filter(|entry| entry.version == thread.version);
        let Some(entry) = entry.filter(|entry| entry.decision.owner != thread.assignment.owner) else { continue };
        law("I31 who is yet to hear is kept in mind", entry.told.is_some(), || format!("thread {}", object.number))?;
    }
    Ok(())
}

/// What a commit leaves to be published is looked after, whoever was to publish it.
pub fn watched(object: &ThreadObject, alarm: Option<Timestamp>, committed: bool) -> Result<(), Broken> {
    let thread = object.thread();
    let unpublished = committed && thread.opened_at.is_some() && thread.acks.index < thread.version;
    law("I6 what is unpublished is looked after", !unpublished || alarm.is_some(), || {
        format!("thread {} version {}", object.number, thread.version)
    })
}

/// What a commit may change.
pub fn step(object: &ThreadObject, work: &Work) -> Result<(), Broken> {
    let (before, after) = (object.thread(), &work.thread);
    law("one version for one commit", after.version == before.version + 1, || {
        format!("{} after {}", after.version, before.version)
    })?;
    let step = |entry: &Entry| if let AuditDetail::Escalated { step, .. } = entry.done { Some(step) } else { None };
    let taken: Vec<u32> = work.entries.iter().filter_map(step).collect();
    law("I19 each step is taken once, in its turn", taken.len() < 2, || format!("{taken:?} at once"))?;
    if let Some(step) = taken.first() {
        let next = before.escalation.steps + 1;
        law("I19 each step is taken once, in its turn", *step == next, || format!("{step} instead of {next}"))?;
        let waits = !before.questions.waiting.is_empty() && after.status == Status::Open;
        law("I19 none is taken of what waits for nothing", waits, || format!("thread {}", object.number))?;
        let answering = work.replies.values().any(Reply::holds_the_line);
        law("I19 none is taken while somebody answers", !answering, || format!("thread {}", object.number))?;
    }
    let (was, is) = (&before.escalation, &after.escalation);
    let kept = is.steps < was.steps || is.taken.starts_with(&was.taken);
    law("I19 what was taken stays taken until the round ends", kept, || {
        format!("{:?} after {:?}", is.taken, was.taken)
    })?;
    let once = (1..).zip(&is.taken).all(|(next, step)| is.taken.iter().skip(next).all(|other| other != step));
    law("I19 no step of a chain is taken twice", once, || format!("{:?}", is.taken))?;
    for (stage, at) in &before.transcript.reached {
        law("I25 receipts only move on", after.transcript.reached.get(stage).is_some_and(|known| known >= at), || {
            format!("{stage:?} until {at} becomes {:?}", after.transcript.reached.get(stage))
        })?;
    }
    for id in &work.changed_messages {
        let (Some(before), Some(after)) = (object.messages.get(id), work.messages.get(id)) else { continue };
        law("I25 a message's stage only moves on", after.stage >= before.stage, || {
            format!("{:?} becomes {:?}", before.stage, after.stage)
        })?;
    }
    for id in &work.changed_replies {
        let (Some(before), Some(after)) = (object.replies.get(id), work.replies.get(id)) else { continue };
        let sent = matches!(before.state, State::Sent { .. });
        let stays = before.state == after.state || after.came_back_since(before);
        law("a sent reply stays sent, but for a report", !sent || stays, || format!("{:?}", after.state))?;
        law("calls are never uncounted", after.attempts >= before.attempts, || format!("{id}"))?;
    }
    Ok(())
}

/// What may leave.
pub fn leaving(call: &Taken, deeds: &Deeds) -> Result<(), Broken> {
    let words = deeds.words.get(&call.reply);
    law("I13 nothing leaves that no person sent", words.is_some(), || format!("{}", call.reply))?;
    law("I14 what leaves is what was confirmed", words == Some(&call.text), || {
        format!("{:?} instead of {words:?}", call.text)
    })
}

/// How often it may arrive.
pub fn arrived(taken: &[Taken], call: &Taken, deeds: &Deeds) -> Result<(), Broken> {
    let times = taken.iter().filter(|one| one.reply == call.reply && one.part == call.part).count();
    let sends = deeds.sends.get(&call.reply).copied().unwrap_or(0);
    law("I15 no more deliveries than a person's sends", times <= sends, || {
        format!("{}: {times} deliveries for {sends} sends", call.reply)
    })
}
