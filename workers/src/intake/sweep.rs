//! Copies of deliveries that nobody took in: their queue message was lost, or was never sent.

use tributary_domain::{
    id::{DeliveryId, RemoteId},
    platform::Platform,
    time::Timestamp,
};
use tributary_wire::queue::{Delivery, DeliveryHeader};

use super::body::PREFIX;
use crate::{app::AppContext, error::InternalError, publish};

/// Most that R2 lists in one go.
const LISTED: u32 = 1000;
/// Each costs eleven calls, and one run of a Worker may make ten thousand.
const PAGES: usize = 100;

/// Puts leftovers on the queue again, oldest first. One that is being taken in just now comes twice, and the
/// second finds that its bytes are gone or its events are known.
pub(crate) async fn sweep(app: &AppContext) -> Result<(), InternalError> {
    let bucket = app.blobs()?;
    let mut cursor = None;
    for _ in 0..PAGES {
        let mut list = bucket.list().prefix(PREFIX).limit(LISTED);
        if let Some(cursor) = cursor {
            list = list.cursor(cursor);
        }
        let listed = list.execute().await.map_err(InternalError::blobs("sweep"))?;
        let mut texts = Vec::new();
        for object in listed.objects() {
            let Some(header) = header(&object.key()) else { continue };
            texts.push(Delivery { header, body: None }.to_text().map_err(InternalError::form("sweep"))?);
        }
        publish::put_texts(app, "INTAKE", &texts, 0).await?;
        cursor = if listed.truncated() { listed.cursor() } else { None };
        if cursor.is_none() {
            break;
        }
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
    Some(DeliveryHeader { v: 1, id, platform, account, feed: None, received_at, stored: Some(key.to_owned()) })
}
