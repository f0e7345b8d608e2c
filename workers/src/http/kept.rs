//! Kinds that are not read yet: what is kept of them, and what is passed over.

use serde_json::json;
use tributary_connectors::registry;
use tributary_domain::{id::DeliveryId, platform::Platform, time::Span};
use tributary_wire::{
    api::delivery::{DismissRequest, PassedOverItem, ReplayedItem},
    queue::{Delivery, DeliveryHeader},
};
use worker::Response;

use super::{
    body,
    call::{self, Call},
    deliveries,
    guard::Person,
    page,
    problem::Refused,
    query,
};
use crate::{
    carry,
    d1::{
        self, audit,
        kept::{KeptRow, KindRow},
    },
    fault::Fault,
    intake,
};

/// Deliveries that one call puts on the queue again.
const AT_ONCE: u32 = 500;
/// How far back what was passed over is counted.
const COUNTED: Span = Span::days(30);
/// Why what a platform's dashboard sends is passed over.
const SAMPLE: &str = "the platform's dashboard tried the address";

pub(super) async fn kinds(call: &Call) -> Result<Response, Refused> {
    let rows = d1::kept::kinds(&call.edge).await?;
    let items = rows.iter().filter_map(KindRow::item).collect();
    call::json(200, &page::page(call, items, None).await?)
}

async fn kind(call: &Call, id: &str) -> Result<KindRow, Refused> {
    let rows = d1::kept::kinds(&call.edge).await?;
    rows.into_iter().find(|row| row.id == id).ok_or_else(|| Refused::not_found("kind"))
}

pub(super) async fn list(call: &Call, id: &str) -> Result<Response, Refused> {
    let limit = call.query.limit(100)?;
    let (at, after) = call.query.cursor()?.unwrap_or((1 << 52, String::new()));
    let kind = kind(call, id).await?;
    let mut rows = d1::kept::newest(&call.edge, &kind.id, (at, &after), limit + 1).await?;
    let next = cursor(&mut rows, limit);
    let items = rows.iter().map(KeptRow::item).collect();
    call::json(200, &page::page(call, items, next).await?)
}

/// Takes the rows beyond the limit away, and says where to go on, if there are any.
fn cursor(rows: &mut Vec<KeptRow>, limit: u32) -> Option<String> {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    rows.last().filter(|_| more).map(|row| query::cursor(row.received_at().millis(), row.delivery.as_str()))
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
pub(super) async fn read(call: &Call, person: &Person, given: &str) -> Result<Response, Refused> {
    let missing = || Refused::not_found("delivery");
    let id = DeliveryId::parse(given).map_err(|_| missing())?;
    let row = d1::kept::find(&call.edge, &id).await?.ok_or_else(missing)?;
    let key = intake::key_of(&header(&row, row.platform().ok_or_else(missing)?));
    let entry = audit::entry(call.now, Some(&person.teammate.id), "deliveryRead", json!({ "delivery": id }))?;
    entry.run(&call.edge).await?;
    deliveries::shown(call, &key, row.size).await
}

/// Puts deliveries on the intake queue again, by reference to their bytes. What of them is known already is a duplicate,
/// and what is still not read stays kept.
pub(super) async fn replay(call: &Call, person: &Person, id: &str) -> Result<Response, Refused> {
    let (at, after) = call.query.cursor()?.unwrap_or((-1, String::new()));
    let kind = kind(call, id).await?;
    let mut rows = d1::kept::oldest(&call.edge, &kind.id, (at, &after), AT_ONCE + 1).await?;
    let next_cursor = cursor(&mut rows, AT_ONCE);
    let mut texts = Vec::new();
    for row in &rows {
        let Some(platform) = row.platform() else { continue };
        let delivery = Delivery { header: header(row, platform), body: None };
        texts.push(delivery.to_text().map_err(Fault::form("replay_kept"))?);
    }
    let replayed = u32::try_from(texts.len()).unwrap_or(AT_ONCE);
    let detail = json!({ "platform": kind.platform(), "kind": kind.kind, "deliveries": replayed });
    let entry = audit::entry(call.now, Some(&person.teammate.id), "keptReplayed", detail)?;
    d1::together(&call.edge, "replay_kept", vec![d1::kept::taken_up(&kind.id), entry]).await?;
    carry::put_texts(&call.edge, "INTAKE", &texts, 0).await?;
    call::json(202, &ReplayedItem { replayed, next_cursor })
}

/// Puts a kind away, and writes down who did and why.
pub(super) async fn dismiss(call: &mut Call, person: &Person, id: &str) -> Result<Response, Refused> {
    let request: DismissRequest = body::json(call).await?;
    let reason = deliveries::reason(&request)?;
    let row = kind(call, id).await?;
    let by = &person.teammate.id;
    let detail = json!({ "platform": row.platform(), "kind": row.kind, "reason": reason });
    let entry = audit::entry(call.now, Some(by), "keptDismissed", detail)?;
    let statements = vec![d1::kept::dismiss(&row.id, by, reason, call.now), entry];
    d1::together(&call.edge, "dismiss_kind", statements).await?;
    let item = kind(call, id).await?.item();
    call::json(200, &item.ok_or_else(|| Refused::not_found("kind"))?)
}

pub(super) async fn passed_over(call: &Call) -> Result<Response, Refused> {
    let since = d1::counters::day_of(call.now.minus(COUNTED));
    let rows = d1::counters::passed_over(&call.edge, &since).await?;
    let item = |row: &d1::counters::PassedRow| {
        let (platform, kind) = row.name.split_once('.')?;
        let platform = Platform::from_name(platform)?;
        let listed = registry::harmless(platform).find(|(known, _)| *known == kind);
        let why =
            listed.map_or(if kind == "sample" { SAMPLE } else { "an earlier release passed it over" }, |(_, why)| why);
        Some(PassedOverItem {
            platform,
            kind: kind.to_owned(),
            why: why.to_owned(),
            count: row.value,
            last_day: row.last.clone(),
        })
    };
    let items = rows.iter().filter_map(item).collect();
    call::json(200, &page::page(call, items, None).await?)
}
