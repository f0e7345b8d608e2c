//! Deliveries that wait for a person.

use serde_json::json;
use tributary_domain::id::DeliveryId;
use tributary_wire::{
    api::delivery::{DeliveryBody, DeliveryState},
    queue::{Delivery, DeliveryHeader},
};
use worker::{QueueContentType, Range, RawMessageBuilder, Response, wasm_bindgen::JsValue};

use super::{
    call::{self, Call},
    guard::Person,
    page,
    problem::{Code, Refused},
    query,
};
use crate::{
    d1::{self, audit, deliveries::DeliveryRow, together},
    fault::Fault,
};

/// The states that a list may ask for.
const STATES: [(&str, &str); 4] = [
    ("waiting", r#"["parked","dead"]"#),
    ("parked", r#"["parked"]"#),
    ("dead", r#"["dead"]"#),
    ("recovered", r#"["recovered"]"#),
];
const ALL: &str = r#"["parked","dead","recovered"]"#;

/// Most bytes of a delivery that are shown.
const SHOWN: u64 = 64 << 10;

pub(super) async fn list(call: &Call) -> Result<Response, Refused> {
    let limit = call.query.limit(100)?;
    let (at, id) = call.query.cursor()?.unwrap_or((1 << 52, String::new()));
    let states = call.query.one_of("state", &STATES)?.unwrap_or(ALL);
    let mut rows = d1::deliveries::page(&call.edge, states, (at, &id), limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| query::cursor(row.received_at().millis(), row.id.as_str()));
    let items = rows.iter().map(DeliveryRow::item).collect();
    call::json(200, &page::page(call, items, next).await?)
}

async fn found(call: &Call, id: &DeliveryId) -> Result<DeliveryRow, Refused> {
    d1::deliveries::find(&call.edge, id).await?.ok_or_else(|| Refused::not_found("delivery"))
}

fn gone() -> Refused {
    Refused::new(Code::DeliveryGone, "Its bytes were deleted: it was taken in meanwhile.")
}

/// What came. That somebody looks is written down first: it may hold customers' words.
pub(super) async fn read(call: &Call, person: &Person, given: &str) -> Result<Response, Refused> {
    let id = DeliveryId::parse(given).map_err(|_| Refused::not_found("delivery"))?;
    let row = found(call, &id).await?;
    let entry = audit::entry(call.now, Some(&person.teammate.id), "deliveryRead", json!({ "delivery": id }))?;
    entry.run(&call.edge).await?;
    if row.size == 0 {
        return call::json(200, &DeliveryBody { text: String::new(), whole: true });
    }
    let failed = || Fault::blobs("read_delivery");
    let blobs = call.edge.blobs()?;
    let some = blobs.get(row.stored.clone()).range(Range::OffsetWithLength { offset: 0, length: SHOWN });
    let object = some.execute().await.map_err(failed())?.ok_or_else(gone)?;
    let bytes = object.body().ok_or_else(gone)?.bytes().await.map_err(failed())?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    call::json(200, &DeliveryBody { text, whole: row.size <= SHOWN })
}

/// Puts a delivery on the intake queue again, by reference to its bytes. Taking it in twice does no harm.
pub(super) async fn replay(call: &Call, person: &Person, given: &str) -> Result<Response, Refused> {
    let id = DeliveryId::parse(given).map_err(|_| Refused::not_found("delivery"))?;
    let row = found(call, &id).await?;
    if row.state == DeliveryState::Recovered {
        return Err(Refused::new(
            Code::DeliveryRecovered,
            "It was taken in on an earlier try. There is nothing to do.",
        ));
    }
    let bytes = call.edge.blobs()?.head(row.stored.clone()).await.map_err(Fault::blobs("replay_delivery"))?;
    if bytes.is_none() {
        return Err(Refused::new(Code::DeliveryGone, "Its bytes were deleted: it cannot be tried again."));
    }
    let header = DeliveryHeader {
        v: 1,
        id: row.id.clone(),
        platform: row.platform,
        account: row.account.clone(),
        received_at: row.received_at(),
        stored: Some(row.stored.clone()),
    };
    let text = Delivery { header, body: None }.to_text().map_err(Fault::form("replay_delivery"))?;
    let message = RawMessageBuilder::new(JsValue::from_str(&text)).build_with_content_type(QueueContentType::Text);
    let binding = "INTAKE";
    // Counted first: a try that is not counted would look as if nobody had tried.
    let entry = audit::entry(call.now, Some(&person.teammate.id), "deliveryReplayed", json!({ "delivery": id }))?;
    together(&call.edge, "replay_delivery", vec![d1::deliveries::replayed(&id), entry]).await?;
    call.edge
        .queue(binding)?
        .send_raw(message)
        .await
        .map_err(|source| Fault::Queue { binding, source: Box::new(source) })?;
    call::json(202, &found(call, &id).await?.item())
}
