//! The bytes of deliveries in R2, and queries in addresses.

use tributary_domain::id::RemoteId;
use tributary_wire::queue::DeliveryHeader;

use crate::{app::AppContext, error::InternalError};

/// Copies of deliveries that have not been taken in. A key tells all that the header does, so that a copy whose
/// queue message was lost can be taken up again: `intake/{received}/{platform}/{account}/{id}`.
pub(super) const PREFIX: &str = "intake/";

/// The key of a delivery's bytes: by time, so that the oldest are listed first.
pub(super) fn key(prefix: &str, header: &DeliveryHeader) -> String {
    let account = header.account.as_ref().map_or("-", RemoteId::as_str);
    format!("{prefix}{:015}/{}/{account}/{}", header.received_at.millis(), header.platform, header.id)
}

/// Writes the bytes to R2 and notes in the header where they are.
pub(super) async fn store(app: &AppContext, header: &mut DeliveryHeader, bytes: &[u8]) -> Result<(), InternalError> {
    let key = key(PREFIX, header);
    app.blobs()?.put(&key, bytes.to_vec()).execute().await.map_err(InternalError::blobs("intake copy"))?;
    header.stored = Some(key);
    Ok(())
}

/// The bytes under a key; nothing when they are gone.
pub(super) async fn load(app: &AppContext, key: &str) -> Result<Option<Vec<u8>>, InternalError> {
    let object = app.blobs()?.get(key).execute().await.map_err(InternalError::blobs("load"))?;
    match object.as_ref().and_then(worker::Object::body) {
        Some(body) => body.bytes().await.map(Some).map_err(InternalError::blobs("load")),
        None => Ok(None),
    }
}

/// Forgets the bytes under these keys: one request, for at most a thousand.
pub(super) async fn forget(app: &AppContext, keys: Vec<String>) -> Result<(), InternalError> {
    if keys.is_empty() {
        return Ok(());
    }
    app.blobs()?.delete_multiple(keys).await.map_err(InternalError::blobs("forget"))
}

/// The names and values of a query, decoded.
pub(super) fn query(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}
