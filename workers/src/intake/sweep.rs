//! Copies of deliveries that nobody took in: their queue message was lost, or was never sent.

use tributary_domain::{
    id::{DeliveryId, RemoteId},
    platform::Platform,
    time::Timestamp,
};
use tributary_wire::queue::{Delivery, DeliveryHeader};
use worker::wasm_bindgen::JsValue;

use super::body::PREFIX;
use crate::{edge::Edge, fault::Fault};

/// Copies taken up in one go.
const MOST: usize = 1000;

/// Puts leftovers on the queue again, oldest first. One that is being taken in just now comes twice, and the
/// second finds that its bytes are gone or its events are known.
pub(crate) async fn sweep(edge: &Edge) -> Result<(), Fault> {
    let listed = edge
        .blobs()?
        .list()
        .prefix(PREFIX)
        .limit(u32::try_from(MOST).unwrap_or(u32::MAX))
        .execute()
        .await
        .map_err(Fault::blobs("sweep"))?;
    let mut texts = Vec::new();
    for object in listed.objects() {
        let Some(header) = header(&object.key()) else { continue };
        texts.push(Delivery { header, body: None }.to_text().map_err(Fault::form("sweep"))?);
    }
    let failed = |source| Fault::Queue { binding: "INTAKE", source: Box::new(source) };
    let queue = edge.queue("INTAKE")?;
    for text in texts {
        let message = worker::RawMessageBuilder::new(JsValue::from_str(&text));
        let message = message.build_with_content_type(worker::QueueContentType::Text);
        queue.send_raw(message).await.map_err(failed)?;
    }
    Ok(())
}

/// Reads a key of [`super::body::store`].
fn header(key: &str) -> Option<DeliveryHeader> {
    let mut parts = key.strip_prefix(PREFIX)?.splitn(4, '/');
    let received_at = Timestamp::from_millis(parts.next()?.parse().ok()?);
    let platform = Platform::from_name(parts.next()?)?;
    let account = Some(parts.next()?).filter(|account| *account != "-").map(RemoteId::new);
    let id = DeliveryId::parse(parts.next()?).ok()?;
    Some(DeliveryHeader { v: 1, id, platform, account, received_at, stored: Some(key.to_owned()) })
}
