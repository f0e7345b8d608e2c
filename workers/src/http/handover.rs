//! The end of a shift: who could take what somebody leaves behind, and handing it over.

use tributary_domain::{id::ThreadId, owner::Owner, roster::Proposal, routing, thread::Command, time::Timestamp};
use tributary_wire::{
    api::{
        endpoints::{AcceptHandover, ReadHandover},
        handover::{HandedOverItem, HandoverChoice, HandoverItem, HandoverRefusal, HandoverThread},
        thread::{OwnerItem, OwnerKind, ThreadStatus},
    },
    objects::{RosterCall, ThreadAnswer, ThreadCall},
};

use super::{
    call::Call,
    dry_run,
    guard::Person,
    handle::{Answer, Handle, Input},
    page::Names,
    problem::Refused,
    thread,
};
use crate::{
    d1::{
        self,
        threads::{Narrowed, Place},
    },
    objects, publish,
};

/// Most threads of one hand-over.
const MOST: u32 = 100;

impl Handle for ReadHandover {
    async fn handle(call: &Call, person: &Person, _: Input<Self>) -> Answer<Self> {
        let rules = d1::rules::current(&call.app).await?;
        let hours = rules.rules.hours(&person.teammate.email.trim().to_lowercase());
        let mut item = HandoverItem { ends_at: None, offered_from: None, items: Vec::new(), more: false };
        let ends = if hours.at_work(call.now) { hours.leaves(call.now) } else { hours.last_end(call.now) };
        if let Some(ends) = ends {
            let from = ends.minus(rules.rules.handover);
            (item.ends_at, item.offered_from) = (Some(ends), Some(from));
            if from <= call.now {
                (item.items, item.more) = offered(call, person, ends.max(call.now)).await?;
            }
        }
        Ok(item)
    }
}

/// Their threads that wait for an answer, each with somebody who could take it.
async fn offered(call: &Call, person: &Person, at: Timestamp) -> Result<(Vec<HandoverThread>, bool), Refused> {
    let (me, everything) = (&person.teammate.id, Narrowed::default());
    let queue = Some(me.as_str());
    let page =
        d1::threads::page(&call.app, ThreadStatus::Open, queue, &everything, &Place::start(), MOST, Some(me)).await?;
    // Those that wait come first in a queue.
    let mut threads = d1::threads::only_threads(page.items);
    let more = page.next.is_some() && threads.last().is_some_and(|last| last.needs_answer);
    threads.retain(|thread| thread.needs_answer);
    if threads.is_empty() {
        return Ok((Vec::new(), false));
    }
    let ids: Vec<ThreadId> = threads.iter().map(|thread| thread.id.clone()).collect();
    let asked = RosterCall::Handover { from: me.clone(), threads: ids, at };
    let proposals = publish::roster(&call.app, &asked).await?.proposals;
    let names = Names::load(call).await?;
    names.threads(&mut threads);
    let listed = threads.into_iter().map(|thread| {
        let proposal = proposals.iter().find(|one| one.thread == thread.id);
        HandoverThread {
            taker: proposal.and_then(|one| taker(one, &names)),
            reasons: proposal.map(|proposal| dry_run::reasons(&proposal.decision)).unwrap_or_default(),
            thread,
        }
    });
    Ok((listed.collect(), more))
}

fn taker(proposal: &Proposal, names: &Names) -> Option<OwnerItem> {
    let id = proposal.decision.owner.teammate()?;
    let mut taker = OwnerItem { kind: OwnerKind::Teammate, id: Some(id.to_string()), name: None };
    names.owner(&mut taker);
    Some(taker)
}

/// Hands threads over: each is a reassignment by the person whose shift ends.
impl Handle for AcceptHandover {
    async fn handle(call: &Call, person: &Person, Input { body: request, .. }: Input<Self>) -> Answer<Self> {
        let mut result = HandedOverItem { done: Vec::new(), refused: Vec::new() };
        for choice in request.items.iter() {
            match hand_over(call, person, choice).await? {
                None => result.done.push(choice.thread_id.clone()),
                Some((code, detail)) => {
                    let thread_id = choice.thread_id.clone();
                    result.refused.push(HandoverRefusal { thread_id, code: code.to_owned(), detail });
                }
            }
        }
        Ok(result)
    }
}

type Why = (&'static str, String);

async fn hand_over(call: &Call, person: &Person, choice: &HandoverChoice) -> Result<Option<Why>, Refused> {
    let by = person.signed_in.teammate().clone();
    let question = ThreadCall::Read;
    let current: Option<ThreadAnswer> = objects::thread::call(&call.app, &choice.thread_id, &question).await?;
    let Some(current) = current.filter(|answer| answer.thread.opened_at.is_some()) else {
        return Ok(Some(("not_found", "There is no such thread.".to_owned())));
    };
    let to = Owner::Teammate { id: choice.teammate_id.clone() };
    if current.thread.assignment.owner == to {
        // Said twice: it is theirs already.
        return Ok(None);
    }
    if current.thread.assignment.owner.teammate() != Some(&by) {
        return Ok(Some(("thread_changed", "It is no longer yours: somebody gave it to another.".to_owned())));
    }
    let rules = d1::rules::current(&call.app).await?;
    let row = d1::teammates::find(&call.app, &choice.teammate_id).await?;
    let able = row.is_some_and(|row| routing::may_answer(&rules.rules, &row.member(), &current.thread.account));
    if !able {
        return Ok(Some(("cannot_take", "They cannot answer this thread: choose somebody else.".to_owned())));
    }
    let note = Some("Handed over at the end of a shift.".to_owned());
    let command = Command::Reassign { to, note, by };
    let question = ThreadCall::Command { command, expected: Some(choice.expected_version), through: None };
    let answer: Option<ThreadAnswer> = objects::thread::call(&call.app, &choice.thread_id, &question).await?;
    let Some(answer) = answer else { return Ok(Some(("not_found", "There is no such thread.".to_owned()))) };
    thread::published(call, &answer).await;
    Ok(answer.refused.map(|_| ("thread_changed", "It changed since you looked: look at it again.".to_owned())))
}
