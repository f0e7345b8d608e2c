//! The intake queue: deliveries become events, events go to their threads, one call per thread and batch.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, stream};
use tributary_connectors::{
    contract::{Inbound, Verified, Via},
    registry,
};
use tributary_domain::{
    event::{Event, Fact, Received},
    id::{AccountId, DeliveryId, ThreadId},
    platform::Channel,
    subject::Subject,
    thread::Command,
    time::Span,
    timings::IntakeTimings,
};
use tributary_wire::{
    objects::{CommitOutcome, Merged, ThreadCall},
    queue::{Delivery, DeliveryHeader},
};
use worker::{MessageBatch, MessageExt as _, QueueRetryOptionsBuilder};

use super::{body, connections, counterparts, item::Item, keep, known, merit::Weighing, park, posts, reports};
use crate::{app::AppContext, clock, d1, error::InternalError, objects, publish};

/// Objects called at the same time.
const CALLS: usize = 32;

/// Deliveries whose bytes are fetched at the same time: a few, since they may be large.
const FETCHED: usize = 6;

/// The events of one thread in this batch, and the deliveries they came in.
pub(super) struct Group {
    pub(super) thread: ThreadId,
    pub(super) account: AccountId,
    pub(super) channel: Channel,
    counterpart: String,
    subject: Option<Subject>,
    /// Each with the delivery that it came in.
    pub(super) events: Vec<(usize, Received)>,
    items: BTreeSet<usize>,
    /// Nothing but our own reference says that they are this thread's.
    pub(super) referred: bool,
}

/// A thread whose customer turned out to have another already, and that one.
type Joined = (ThreadId, ThreadId);

impl Group {
    /// Whether what becomes of its attachments depends on the rules.
    fn has_attachments(&self) -> bool {
        self.events.iter().any(|(_, one)| match &one.event.fact {
            Fact::Message { content, .. } => !content.attachments.is_empty(),
            _ => false,
        })
    }
}

pub(crate) async fn consume(batch: &MessageBatch<serde_json::Value>, app: &AppContext) {
    let mut items = Vec::new();
    let mut events = Vec::new();
    let fetched = batch.raw_iter().map(|message| async {
        let mut item = Item::of(message);
        let bytes = fetch(app, &mut item).await;
        (item, bytes)
    });
    let mut fetched = stream::iter(fetched).buffered(FETCHED);
    while let Some((mut item, bytes)) = fetched.next().await {
        let index = items.len();
        let found = match bytes {
            Ok(Some(bytes)) => read(app, &mut item, &bytes).await,
            Ok(None) => Ok(Vec::new()),
            Err(fault) => Err(fault),
        };
        match found {
            Ok(found) => events.extend(found.into_iter().map(|event| (index, event))),
            Err(fault) => {
                fault.log("intake read");
                item.failed(fault.to_string());
            }
        }
        items.push(item);
    }
    let accounts = accounts(&items, &events);
    let rules = if posts::any(&events) { d1::rules::at_hand(app).await } else { None };
    let weighing = Weighing::of(app, rules.as_ref().map(|current| &current.rules), &items, &events).await;
    let (first, rest) = weighing.overtaking(&items, events);
    for events in [first, rest].into_iter().filter(|events| !events.is_empty()) {
        take_in(app, &mut items, events, &weighing).await;
    }
    keep::keep(app, &mut items).await;
    settle(app, items).await;
    known::heard(app, &accounts).await;
}

/// Brings events to their threads, and what came of it to the index.
async fn take_in(app: &AppContext, items: &mut [Item], mut events: Vec<(usize, Event)>, weighing: &Weighing<'_>) {
    let handed = posts::find_threads(app, items, &mut events, weighing).await;
    let (groups, merged) = group(app, items, events).await;
    let (mut outcomes, mut strays, astray) = deliver(app, groups, items).await;
    outcomes.extend(handed.outcomes);
    strays.extend(reports::place(app, items, astray).await);
    if !strays.is_empty() {
        let (groups, _) = group(app, items, strays).await;
        outcomes.extend(deliver(app, groups, items).await.0);
    }
    for (thread, into) in merged {
        // What was said there is in the other thread now, or comes again with the delivery.
        if outcomes.iter().any(|one| one.thread == into)
            && let Err(fault) = publish::command(app, &thread, Command::GoesOnIn { thread: into }).await
        {
            fault.log("intake merge");
        }
    }
    // The threads have committed: what is not published now, their alarms publish.
    if let Err(fault) = publish::publish_with(app, &outcomes, &handed.posts).await {
        fault.log("intake publish");
    }
}

/// Whose events these are.
fn accounts(items: &[Item], events: &[(usize, Event)]) -> BTreeSet<AccountId> {
    let account = |(index, event): &(usize, Event)| {
        let header = items.get(*index)?.header.as_ref()?;
        Some(AccountId::of(header.platform, &event.account))
    };
    let mut accounts = BTreeSet::new();
    accounts.extend(events.iter().filter_map(account));
    accounts
}

/// The bytes of a delivery; none where there is nothing to read. What is no delivery is parked.
async fn fetch(app: &AppContext, item: &mut Item) -> Result<Option<Vec<u8>>, InternalError> {
    let Some(text) = item.text() else {
        item.parked = true;
        park::unreadable(app, None, b"", "the queue handed over something that is no text").await?;
        return Ok(None);
    };
    let delivery = match Delivery::from_text(&text) {
        Ok(delivery) => delivery,
        Err(error) => {
            item.parked = true;
            park::unreadable(app, None, text.as_bytes(), &error.to_string()).await?;
            return Ok(None);
        }
    };
    item.inline = delivery.body.is_some();
    let header = item.header.insert(delivery.header);
    match (delivery.body, &header.stored) {
        (Some(body), _) => Ok(Some(body.as_bytes().to_vec())),
        // None: taken in by an earlier try of this very delivery.
        (None, Some(key)) => body::load(app, key).await,
        (None, None) => Ok(None),
    }
}

/// The events of one delivery. One that cannot be read, or is a stranger's, is parked, and is then done with.
async fn read(app: &AppContext, item: &mut Item, bytes: &[u8]) -> Result<Vec<Event>, InternalError> {
    let Some(header) = item.header.clone() else { return Ok(Vec::new()) };
    let inbound = Inbound {
        body: Verified::from_queue(bytes),
        account: header.account.as_ref(),
        via: header.feed.as_deref().map_or(Via::Webhook, Via::Feed),
    };
    let parsed = registry::parse(header.platform, &inbound);
    item.size = bytes.len();
    item.unread = parsed.kept;
    if let Some(first) = parsed.unreadable.first() {
        let reason = format!("{} of its entries cannot be read; the first: {first}", parsed.unreadable.len());
        item.parked = true;
        park::unreadable(app, Some(&header), bytes, &reason).await?;
    }
    park::count(app, header.platform, &parsed.ignored, parsed.sample).await;
    for connection in &parsed.connections {
        d1::connections::keep(app, header.platform, connection, header.received_at).await?;
    }
    let mut accounts = BTreeSet::new();
    accounts.extend(parsed.events.iter().map(|event| AccountId::of(header.platform, &event.account)));
    let strangers = known::strangers(app, &accounts).await;
    if strangers.accounts.is_empty() {
        return named(app, item, &header, parsed.events).await;
    }
    if strangers.sure {
        let reason = "it is for an account that is not connected: connect the account, then replay";
        item.parked = true;
        park::unreadable(app, Some(&header), bytes, reason).await?;
    } else {
        // Nobody can tell now: what is known goes on, and the delivery comes again for the rest.
        item.failed("nobody can tell now whether its account is connected: the index (D1) does not answer");
    }
    let known = |event: &Event| !strangers.accounts.contains(&AccountId::of(header.platform, &event.account));
    named(app, item, &header, parsed.events.into_iter().filter(known).collect()).await
}

/// The events by the names under which their chats are known. A delivery of which that can be told in a moment comes again.
async fn named(
    app: &AppContext,
    item: &mut Item,
    header: &DeliveryHeader,
    events: Vec<Event>,
) -> Result<Vec<Event>, InternalError> {
    let named = connections::named(app, header.platform, events, header.received_at).await?;
    if named.is_none() {
        item.come_again();
    }
    Ok(named.unwrap_or_default())
}

/// Puts events together by thread, in the order in which they came. Where nobody can tell whose thread it is, the
/// delivery comes again.
async fn group(app: &AppContext, items: &mut [Item], events: Vec<(usize, Event)>) -> (Vec<Group>, Vec<Joined>) {
    let peers = events.iter().map(|(index, event)| {
        let header = items.get(*index).and_then(|item| item.header.as_ref());
        (header.map(|header| header.platform), event)
    });
    let found = counterparts::of(app, peers).await;
    let mut groups: BTreeMap<ThreadId, Group> = BTreeMap::new();
    for ((index, mut event), counterpart) in events.into_iter().zip(found.canonical) {
        let Some(item) = items.get_mut(index) else { continue };
        let Some(header) = &item.header else { continue };
        let Some(counterpart) = counterpart else {
            item.failed("nobody can tell now whose thread it is: the account's object does not answer");
            continue;
        };
        let account = AccountId::of(header.platform, &event.account);
        let named = event.thread.take();
        let referred = named.is_some();
        // Who is not named, and whose thread is none of ours, is nobody.
        if counterpart.is_empty() && !referred {
            continue;
        }
        let thread =
            named.unwrap_or_else(|| ThreadId::of(&account, event.surface, &counterpart, event.subject.as_ref()));
        let group = groups.entry(thread.clone()).or_insert_with(|| Group {
            thread,
            account,
            channel: Channel { platform: header.platform, surface: event.surface },
            counterpart: counterpart.clone(),
            subject: event.subject.clone(),
            events: Vec::new(),
            items: BTreeSet::new(),
            referred: true,
        });
        if !referred {
            group.counterpart = counterpart;
            group.referred = false;
        }
        group.events.push((index, Received { event, at: header.received_at }));
        group.items.insert(index);
    }
    let joined = join(app, &mut groups, found.merged).await;
    for group in groups.values() {
        for index in &group.items {
            if let Some(item) = items.get_mut(*index) {
                item.open = item.open.saturating_add(1);
            }
        }
    }
    (groups.into_values().collect(), joined)
}

/// What was said in the thread that is one too many is told to the one that stays.
async fn join(
    app: &AppContext,
    groups: &mut BTreeMap<ThreadId, Group>,
    merged: Vec<(AccountId, Merged)>,
) -> Vec<Joined> {
    let mut joined = Vec::new();
    for (account, Merged { former, canonical }) in merged {
        let staying = groups.values_mut().find(|group| group.account == account && group.counterpart == canonical);
        let Some(group) = staying else { continue };
        let Some(index) = group.items.iter().next().copied() else { continue };
        let thread = ThreadId::of(&account, group.channel.surface, &former, group.subject.as_ref());
        let told: Result<Vec<Received>, InternalError> = objects::thread::call(app, &thread, &ThreadCall::Retell).await;
        match told {
            Ok(told) => {
                group.events.splice(0..0, told.into_iter().map(|one| (index, one)));
                joined.push((thread, group.thread.clone()));
            }
            // It stays open, with all that waits in it.
            Err(fault) => fault.log("intake retell"),
        }
    }
    joined
}

/// Calls every thread once. A delivery is done when all of its threads have answered. Events whose thread there is not
/// are handed back, and so are reports on messages that their thread does not have.
async fn deliver(
    app: &AppContext,
    groups: Vec<Group>,
    items: &mut [Item],
) -> (Vec<CommitOutcome>, Vec<(usize, Event)>, Vec<reports::Report>) {
    let rules = if groups.iter().any(Group::has_attachments) { d1::rules::at_hand(app).await } else { None };
    let rules = rules.as_ref().map(|current| &current.rules);
    let calls = groups.into_iter().map(|group| async move {
        let media = rules.and_then(|rules| rules.channels.get(&group.channel)).and_then(|channel| channel.media);
        let events = || group.events.iter().map(|(_, one)| one.clone()).collect();
        let call = ThreadCall::Ingest {
            account: group.account.clone(),
            platform: group.channel.platform,
            surface: group.channel.surface,
            counterpart: group.counterpart.clone(),
            subject: group.subject.clone(),
            events: events(),
            media,
            known: group.referred,
        };
        let answer: Result<CommitOutcome, InternalError> = objects::thread::call(app, &group.thread, &call).await;
        (group, answer)
    });
    let (mut outcomes, mut strays, mut astray) = (Vec::new(), Vec::new(), Vec::new());
    let mut calls = stream::iter(calls).buffer_unordered(CALLS);
    while let Some((group, answer)) = calls.next().await {
        for index in &group.items {
            if let Some(item) = items.get_mut(*index) {
                item.open = item.open.saturating_sub(1);
                if let Err(fault) = &answer {
                    item.failed(fault.to_string());
                }
            }
        }
        match answer {
            Ok(answer) if answer.missing => {
                strays.extend(group.events.into_iter().map(|(index, one)| (index, one.event)));
            }
            Ok(answer) => {
                astray.extend(reports::of(&group, &answer));
                outcomes.push(answer);
            }
            Err(fault) => fault.log("intake thread"),
        }
    }
    (outcomes, strays, astray)
}

/// How long a delivery of this age waits for its next try: half of it, within bounds.
fn retry_after(age: Span, timings: &IntakeTimings) -> Span {
    Span::millis(age.as_millis() / 2).clamp(timings.retry_after, timings.longest_retry_after)
}

/// Acknowledges what its threads have committed, and has the rest come again.
async fn settle(app: &AppContext, items: Vec<Item>) {
    let now = clock::now();
    let failing: Vec<(&DeliveryId, &str)> = items
        .iter()
        .filter(|item| item.failed || item.open > 0)
        .filter_map(|item| Some((&item.header.as_ref()?.id, item.fault.as_deref()?)))
        .collect();
    // What is not noted is told by nobody, and lost is nothing.
    if let Err(fault) = d1::deliveries::tried(app, &failing, now).await {
        fault.log("intake tries");
    }
    let mut copies = Vec::new();
    let mut acknowledged = Vec::new();
    for item in items {
        if item.failed || item.open > 0 {
            let pause = retry_after(item.age(), &app.config.timings.intake);
            let again = QueueRetryOptionsBuilder::new().with_delay_seconds(pause.whole_seconds()).build();
            item.message.retry_with_options(&again);
            continue;
        }
        match done(app, &item).await {
            Ok(copy) => copies.extend(copy),
            // The sweep will find it, and its events will be found to be known.
            Err(fault) => fault.log("intake done"),
        }
        acknowledged.push(item);
    }
    if let Err(fault) = body::forget(app, copies).await {
        fault.log("intake done");
    }
    for item in acknowledged {
        item.message.ack();
    }
}

/// A delivery is taken in. The key of its copy, if that is not needed any more.
async fn done(app: &AppContext, item: &Item) -> Result<Option<String>, InternalError> {
    let Some(header) = &item.header else { return Ok(None) };
    let Some(key) = header.stored.as_deref() else { return Ok(None) };
    if key.starts_with(keep::PREFIX) {
        return Ok(keep::settle(app, header, &item.unread).await?.then(|| key.to_owned()));
    }
    // A delivery that waited was replayed. Unless it waits again, it is done with.
    if key.starts_with(park::PREFIX) {
        if item.parked {
            return Ok(None);
        }
        d1::deliveries::recovered(app, &header.id).await?;
    }
    Ok(Some(key.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tries_outlast_an_outage_of_some_hours() {
        let settings = include_str!("../../../wrangler.toml");
        let of_intake =
            settings.split("[[queues.consumers]]").skip(1).find(|one| one.contains("\nqueue = \"tributary-intake\""));
        let retries = of_intake.and_then(|one| one.split("max_retries = ").nth(1)?.lines().next()?.parse::<u32>().ok());
        let retries = retries.unwrap();
        assert!(retries <= 100, "more are not to be had");
        let timings = IntakeTimings::default();
        let pause = |age: u64| u64::from(retry_after(Span::seconds(age), &timings).whole_seconds());
        let age = (0..retries).fold(0, |age, _| age + pause(age));
        let hours = age / 3600;
        assert!((6..=12).contains(&hours), "{hours} h: as RELIABILITY.md and wrangler.toml have it");
    }
}
