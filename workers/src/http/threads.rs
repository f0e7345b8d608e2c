//! Queues of threads.

use tributary_domain::search;
use tributary_wire::{
    api::{
        endpoints::{CountThreads, ListThreads},
        page::{Cursor, Only},
        thread::{CountsItem, Queue, ThreadStatus, ThreadsQuery},
    },
    view::facet::Facet,
};

use super::{
    call::Call,
    guard::Asker,
    handle::{Answer, By, Handle, Input, parameter},
    page::{self, Names},
    problem::Refused,
};
use crate::d1::{
    self,
    threads::{Narrowed, Place},
};

impl Handle for ListThreads {
    async fn handle(call: &Call, asker: &Asker, Input { query, .. }: Input<Self>) -> Answer<Self> {
        let status = query.status.unwrap_or(ThreadStatus::Open);
        let queue = queue(&query, asker)?;
        let limit = query.limit.get();
        let after = query.cursor.clone().map_or_else(Place::start, |Cursor { number, id }| Place { rank: number, id });
        let Some(narrowed) = narrowed(&query, asker) else { return page::page(call, Vec::new(), None).await };
        let found =
            d1::threads::page(&call.app, status, queue.as_deref(), &narrowed, &after, limit, Some(asker.teammate()))
                .await?;
        let mut items = found.items;
        Names::load(call).await?.items(&mut items);
        let next = found.next.map(|place| Cursor { number: place.rank, id: place.id }.to_string());
        page::page(call, items, next).await
    }
}

/// What waits in the queues, by the index that their lists are read from.
impl Handle for CountThreads {
    async fn handle(call: &Call, _: &By<Self>, _: Input<Self>) -> Answer<Self> {
        let queues = d1::threads::counts(&call.app).await?;
        let failed_accounts = page::meta(call).await?.failed_accounts;
        Ok(CountsItem { queues, failed_accounts })
    }
}

/// The queue that is asked for; none for all of them.
fn queue(query: &ThreadsQuery, asker: &Asker) -> Result<Option<String>, Refused> {
    let named = |name, queue: &Option<Queue>| match queue {
        None | Some(Queue::All) => Ok(None),
        Some(Queue::Unassigned) => Ok(Some("unassigned".to_owned())),
        Some(Queue::Of(id)) => Ok(Some(id.clone())),
        Some(Queue::Mine) => match asker {
            Asker::Person(person) => Ok(Some(person.teammate.id.to_string())),
            Asker::Program(_) => Err(parameter(name, "A program has no queue of its own: give an id.")),
        },
    };
    match (named("queue", &query.queue)?, named("assignee", &query.assignee)?) {
        (Some(queue), Some(assignee)) if queue != assignee => {
            Err(parameter("assignee", "`assignee` and `queue` name different people: give one of them."))
        }
        (queue, assignee) => Ok(assignee.or(queue)),
    }
}

/// What narrows the queue; nothing when no thread can fit.
fn narrowed(query: &ThreadsQuery, asker: &Asker) -> Option<Narrowed> {
    let words = match &query.q {
        Some(words) => Some((search::people_expression(words)?, search::expression(words)?)),
        None => None,
    };
    let facets = [
        query.platform.map(Facet::Platform),
        query.account.as_ref().map(|account| Facet::Account(account.as_str())),
        query.surface.map(Facet::Surface),
        query.topic.as_deref().map(Facet::Topic),
        query.urgency.map(Facet::Urgency),
        query.language.as_deref().map(Facet::Language),
        query.tag.as_deref().map(Facet::Tag),
    ];
    let facets = facets.into_iter().flatten().map(Facet::word).collect();
    let unread_by = query.unread.map(|Only::True| asker.teammate().clone());
    Some(Narrowed { facets, unread_by, words })
}
