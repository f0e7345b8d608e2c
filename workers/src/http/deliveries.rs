//! Dead letters: deliveries that wait for a person.

use tributary_domain::{id::DeliveryId, platform::Platform};
use tributary_wire::{
    api::{
        delivery::{DeliveryBody, DeliveryFilter, DeliveryState},
        endpoints::{DismissDeadLetter, ListDeadLetters, ReadDeadLetter, ReplayDeadLetter},
    },
    history::WorkspaceDetail,
    queue::{Delivery, DeliveryHeader},
};
use worker::{QueueContentType, Range, RawMessageBuilder, wasm_bindgen::JsValue};

use super::{
    call::Call,
    guard::Person,
    handle::{Answer, By, Handle, Input},
    page,
    problem::{Code, Refused},
};
use crate::{
    d1::{self, deliveries::DeliveryRow, together},
    error::InternalError,
};

/// Most bytes of a delivery that are shown.
const SHOWN: u64 = 64 << 10;

impl Handle for ListDeadLetters {
    async fn handle(call: &Call, _: &By<Self>, Input { query, .. }: Input<Self>) -> Answer<Self> {
        let limit = query.limit.get();
        let (at, after) = page::newest(query.cursor);
        let states = states(query.state);
        let mut rows = d1::deliveries::page(&call.app, states, (at, &after), limit + 1).await?;
        let next = page::cut(&mut rows, limit, |row| (row.received_at().millis(), row.id.as_str()));
        let items = rows.iter().map(DeliveryRow::item).collect();
        page::page(call, items, next).await
    }
}

/// The states that a list asks for, as JSON.
const fn states(filter: Option<DeliveryFilter>) -> &'static str {
    match filter {
        None => r#"["parked","dead","recovered","dismissed"]"#,
        Some(DeliveryFilter::Waiting) => r#"["parked","dead"]"#,
        Some(DeliveryFilter::Parked) => r#"["parked"]"#,
        Some(DeliveryFilter::Dead) => r#"["dead"]"#,
        Some(DeliveryFilter::Recovered) => r#"["recovered"]"#,
        Some(DeliveryFilter::Dismissed) => r#"["dismissed"]"#,
    }
}

async fn found(call: &Call, id: &DeliveryId) -> Result<DeliveryRow, Refused> {
    d1::deliveries::find(&call.app, id).await?.ok_or_else(|| Refused::not_found("delivery"))
}

fn gone() -> Refused {
    Refused::new(Code::DeliveryGone, "Its bytes were deleted: there is nothing to look at, or to try again.")
}

/// What came. That somebody looks is written down first: it may hold customers' words.
impl Handle for ReadDeadLetter {
    async fn handle(call: &Call, person: &Person, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        let row = found(call, &id).await?;
        let done = WorkspaceDetail::DeliveryRead { delivery: id };
        let entry = person.did(call, done)?;
        entry.run(&call.app).await?;
        shown(call, &row.stored, row.size).await
    }
}

/// The bytes under a key, or their beginning.
pub(super) async fn shown(call: &Call, key: &str, size: u64) -> Result<DeliveryBody, Refused> {
    if size == 0 {
        return Ok(DeliveryBody { text: String::new(), whole: true });
    }
    let failed = || InternalError::blobs("read_delivery");
    let blobs = call.app.blobs()?;
    let some = blobs.get(key.to_owned()).range(Range::OffsetWithLength { offset: 0, length: SHOWN });
    let object = some.execute().await.map_err(failed())?.ok_or_else(gone)?;
    let bytes = object.body().ok_or_else(gone)?.bytes().await.map_err(failed())?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(DeliveryBody { text, whole: size <= SHOWN })
}

/// Puts a delivery on the intake queue again, by reference to its bytes. Taking it in twice does no harm.
impl Handle for ReplayDeadLetter {
    async fn handle(call: &Call, person: &Person, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        let row = found(call, &id).await?;
        if row.state == DeliveryState::Recovered {
            return Err(recovered());
        }
        let text = match row.platform() {
            Some(platform) => referred(call, &row, platform).await?,
            None => unnamed(call, &row).await?,
        };
        let message = RawMessageBuilder::new(JsValue::from_str(&text)).build_with_content_type(QueueContentType::Text);
        let binding = "INTAKE";
        // Counted first: a try that is not counted would look as if nobody had tried.
        let done = WorkspaceDetail::DeliveryReplayed { delivery: id.clone() };
        let entry = person.did(call, done)?;
        together(&call.app, "replay_delivery", vec![d1::deliveries::replayed(&id), entry]).await?;
        call.app
            .queue(binding)?
            .send_raw(message)
            .await
            .map_err(|source| InternalError::Queue { binding, source: Box::new(source) })?;
        if row.platform().is_none() {
            // From here on it is a delivery with an id of its own.
            d1::deliveries::recovered(&call.app, &id).await?;
            call.app.blobs()?.delete(row.stored.clone()).await.map_err(InternalError::blobs("replay_delivery"))?;
        }
        Ok(found(call, &id).await?.item())
    }
}

/// Puts one away, and writes down who did and why. It can be tried again as before, until it is deleted.
impl Handle for DismissDeadLetter {
    async fn handle(
        call: &Call,
        person: &Person,
        Input { path: (id,), body: request, .. }: Input<Self>,
    ) -> Answer<Self> {
        let reason = request.reason.as_str();
        if found(call, &id).await?.state == DeliveryState::Recovered {
            return Err(recovered());
        }
        let by = &person.teammate.id;
        let done = WorkspaceDetail::DeliveryDismissed { delivery: id.clone(), reason: reason.to_owned() };
        let entry = person.did(call, done)?;
        let statements = vec![d1::deliveries::dismiss(&id, by, reason, call.now), entry];
        together(&call.app, "dismiss_delivery", statements).await?;
        Ok(found(call, &id).await?.item())
    }
}

fn recovered() -> Refused {
    Refused::new(Code::DeliveryRecovered, "It was taken in on an earlier try. There is nothing to do.")
}

/// A delivery by reference to its bytes.
async fn referred(call: &Call, row: &DeliveryRow, platform: Platform) -> Result<String, Refused> {
    let bytes = call.app.blobs()?.head(row.stored.clone()).await.map_err(InternalError::blobs("replay_delivery"))?;
    if bytes.is_none() {
        return Err(gone());
    }
    let header = DeliveryHeader {
        v: 1,
        id: row.id.clone(),
        platform,
        account: row.account.clone(),
        feed: None,
        received_at: row.received_at(),
        stored: Some(row.stored.clone()),
    };
    Ok(Delivery { header, body: None }.to_text().map_err(InternalError::form("replay_delivery"))?)
}

/// What lay on the queue and was no delivery, as it lay there: another release may know its form.
async fn unnamed(call: &Call, row: &DeliveryRow) -> Result<String, Refused> {
    let failed = || InternalError::blobs("replay_delivery");
    let kept = call.app.blobs()?.get(row.stored.clone()).execute().await.map_err(failed())?;
    let Some(body) = kept.as_ref().and_then(worker::Object::body) else { return Err(gone()) };
    let text = String::from_utf8(body.bytes().await.map_err(failed())?).unwrap_or_default();
    match Delivery::from_text(&text) {
        Ok(_) => Ok(text),
        Err(error) => {
            let detail = format!("It is no delivery that this release can read: {error}.");
            Err(Refused::new(Code::DeliveryUnreadable, detail))
        }
    }
}
