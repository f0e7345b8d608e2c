//! Reports on messages of ours that name somebody otherwise than the thread of the message does, and do not give our
//! reference back: their thread is found by the message.

use tributary_connectors::registry;
use tributary_domain::{
    event::{Event, Fact, Scope},
    id::{AccountId, MessageId, RemoteId, ThreadId},
};
use tributary_wire::objects::CommitOutcome;

use super::{consume::Group, item::Item};
use crate::{app::AppContext, clock, d1};

/// A report on a message that the thread of whom it names does not have.
pub(super) struct Report {
    index: usize,
    event: Event,
    message: MessageId,
    told: ThreadId,
}

/// The reports of a group that its thread can do nothing with.
pub(super) fn of(group: &Group, outcome: &CommitOutcome) -> Vec<Report> {
    if outcome.strays.is_empty() || group.referred || !registry::aliases(group.channel.platform) {
        return Vec::new();
    }
    let strays = group.events.iter().filter(|(_, one)| outcome.strays.contains(&one.event.key));
    let report = |(index, one): &(usize, tributary_domain::event::Received)| {
        let message = message(&group.account, &one.event.fact)?;
        Some(Report { index: *index, event: one.event.clone(), message, told: group.thread.clone() })
    };
    strays.filter_map(report).collect()
}

fn message(account: &AccountId, fact: &Fact) -> Option<MessageId> {
    let of = |id: &RemoteId| MessageId::of(account, id);
    match fact {
        Fact::Receipt { scope: Scope::Message { id }, .. } | Fact::Undelivered { id, .. } => Some(of(id)),
        _ => None,
    }
}

/// The reports whose message stands in another thread, each with that thread. Where no thread has it, the report stays
/// with the thread that it was told to, in case its message comes there.
pub(super) async fn place(app: &AppContext, items: &mut [Item], reports: Vec<Report>) -> Vec<(usize, Event)> {
    if reports.is_empty() {
        return Vec::new();
    }
    let messages: Vec<MessageId> = reports.iter().map(|report| report.message.clone()).collect();
    let found = d1::search::threads_of(app, &messages, clock::now()).await;
    let mut placed = Vec::new();
    for Report { index, mut event, message, told } in reports {
        let Some(item) = items.get_mut(index) else { continue };
        let found = match &found {
            Ok(found) => found.iter().find(|one| one.message == message),
            Err(fault) => {
                item.fail("intake reports", fault);
                continue;
            }
        };
        match found {
            Some(found) if found.thread != told => {
                event.thread = Some(found.thread.clone());
                placed.push((index, event));
            }
            None if item.age() < app.config.timings.intake.report_wait => item.come_again(),
            Some(_) | None => {}
        }
    }
    placed
}
