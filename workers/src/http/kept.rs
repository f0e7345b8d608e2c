//! Kinds that are not read yet: what is kept of them, and what is passed over.

use tributary_connectors::registry;
use tributary_domain::{id::KindId, platform::Platform, time::Span};
use tributary_wire::{
    api::{
        delivery::{PassedOverItem, ReplayedItem},
        endpoints::{
            DismissKeptKind, ListKeptDeliveries, ListKeptKinds, ListPassedOver, ReadKeptDelivery, ReplayKeptKind,
        },
    },
    history::WorkspaceDetail,
    queue::{Delivery, DeliveryHeader},
};

use super::{
    call::Call,
    deliveries,
    guard::Person,
    handle::{Answer, By, Handle, Input},
    page,
    problem::Refused,
};
use crate::{
    d1::{
        self,
        kept::{KeptRow, KindRow},
    },
    error::InternalError,
    intake, publish,
};

/// Deliveries that one call puts on the queue again.
const AT_ONCE: u32 = 500;
/// How far back what was passed over is counted.
const COUNTED: Span = Span::days(30);
/// Why what a platform's dashboard sends is passed over.
const SAMPLE: &str = "the platform's dashboard tried the address";

impl Handle for ListKeptKinds {
    async fn handle(call: &Call, _: &By<Self>, _: Input<Self>) -> Answer<Self> {
        let rows = d1::kept::kinds(&call.app).await?;
        let items = rows.iter().filter_map(KindRow::item).collect();
        page::page(call, items, None).await
    }
}

async fn kind(call: &Call, id: &KindId) -> Result<KindRow, Refused> {
    let rows = d1::kept::kinds(&call.app).await?;
    rows.into_iter().find(|row| row.id == id.as_str()).ok_or_else(|| Refused::not_found("kind"))
}

impl Handle for ListKeptDeliveries {
    async fn handle(call: &Call, _: &By<Self>, Input { path: (id,), query, .. }: Input<Self>) -> Answer<Self> {
        let limit = query.limit.get();
        let (at, after) = page::newest(query.cursor);
        let kind = kind(call, &id).await?;
        let mut rows = d1::kept::newest(&call.app, &kind.id, (at, &after), limit + 1).await?;
        let next = cursor(&mut rows, limit);
        let items = rows.iter().map(KeptRow::item).collect();
        page::page(call, items, next).await
    }
}

fn cursor(rows: &mut Vec<KeptRow>, limit: u32) -> Option<String> {
    page::cut(rows, limit, |row| (row.received_at().millis(), row.delivery.as_str()))
}

fn header(row: &KeptRow, platform: Platform) -> DeliveryHeader {
    let header = DeliveryHeader {
        v: 1,
        id: row.delivery.clone(),
        platform,
        account: row.door.clone(),
        feed: None,
        received_at: row.received_at(),
        stored: None,
    };
    DeliveryHeader { stored: Some(intake::key_of(&header)), ..header }
}

/// What came. That somebody looks is written down first: it may hold customers' words.
impl Handle for ReadKeptDelivery {
    async fn handle(call: &Call, person: &Person, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        let missing = || Refused::not_found("delivery");
        let row = d1::kept::find(&call.app, &id).await?.ok_or_else(missing)?;
        let key = intake::key_of(&header(&row, row.platform().ok_or_else(missing)?));
        let done = WorkspaceDetail::DeliveryRead { delivery: id };
        let entry = person.did(call, done)?;
        entry.run(&call.app).await?;
        deliveries::shown(call, &key, row.size).await
    }
}

/// Puts deliveries on the intake queue again, by reference to their bytes. What of them is known already is a duplicate,
/// and what is still not read stays kept.
impl Handle for ReplayKeptKind {
    async fn handle(call: &Call, person: &Person, Input { path: (id,), query, .. }: Input<Self>) -> Answer<Self> {
        let (at, after) = query.cursor.map_or((-1, String::new()), |cursor| (cursor.number, cursor.id));
        let kind = kind(call, &id).await?;
        let mut rows = d1::kept::oldest(&call.app, &kind.id, (at, &after), AT_ONCE + 1).await?;
        let next_cursor = cursor(&mut rows, AT_ONCE);
        let mut texts = Vec::new();
        for row in &rows {
            let Some(platform) = row.platform() else { continue };
            let delivery = Delivery { header: header(row, platform), body: None };
            texts.push(delivery.to_text().map_err(InternalError::form("replay_kept"))?);
        }
        let replayed = u32::try_from(texts.len()).unwrap_or(AT_ONCE);
        let (platform, name) = (kind.platform(), kind.kind);
        let done = WorkspaceDetail::KeptReplayed { platform, kind: name, deliveries: replayed };
        let entry = person.did(call, done)?;
        d1::together(&call.app, "replay_kept", vec![d1::kept::taken_up(&kind.id), entry]).await?;
        publish::put_texts(&call.app, "INTAKE", &texts, 0).await?;
        Ok(ReplayedItem { replayed, next_cursor })
    }
}

/// Puts a kind away, and writes down who did and why.
impl Handle for DismissKeptKind {
    async fn handle(
        call: &Call,
        person: &Person,
        Input { path: (id,), body: request, .. }: Input<Self>,
    ) -> Answer<Self> {
        let reason = request.reason.as_str();
        let row = kind(call, &id).await?;
        let by = &person.teammate.id;
        let done =
            WorkspaceDetail::KeptDismissed { platform: row.platform(), kind: row.kind, reason: reason.to_owned() };
        let entry = person.did(call, done)?;
        let statements = vec![d1::kept::dismiss(&row.id, by, reason, call.now), entry];
        d1::together(&call.app, "dismiss_kind", statements).await?;
        let item = kind(call, &id).await?.item();
        item.ok_or_else(|| Refused::not_found("kind"))
    }
}

impl Handle for ListPassedOver {
    async fn handle(call: &Call, _: &By<Self>, _: Input<Self>) -> Answer<Self> {
        let since = d1::counters::day_of(call.now.minus(COUNTED));
        let rows = d1::counters::passed_over(&call.app, &since).await?;
        let item = |row: &d1::counters::PassedRow| {
            let (platform, kind) = row.name.split_once('.')?;
            let platform = Platform::from_name(platform)?;
            let listed = registry::harmless(platform).find(|(known, _)| *known == kind);
            let why = listed
                .map_or(if kind == "sample" { SAMPLE } else { "an earlier release passed it over" }, |(_, why)| why);
            Some(PassedOverItem {
                platform,
                kind: kind.to_owned(),
                why: why.to_owned(),
                count: row.value,
                last_day: row.last.clone(),
            })
        };
        let items = rows.iter().filter_map(item).collect();
        page::page(call, items, None).await
    }
}
