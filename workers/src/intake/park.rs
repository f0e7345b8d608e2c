//! Deliveries that could not be taken in: kept, shown, replayable.

use sha2::{Digest, Sha256};
use tributary_connectors::{contract::Verified, registry};
use tributary_domain::{id::DeliveryId, platform::Platform};
use tributary_wire::{api::delivery::DeliveryState, queue::DeliveryHeader};

use crate::{
    app::AppContext,
    clock,
    d1::{self, counters::PASSED_OVER, deliveries::Parked},
    error::InternalError,
};

/// Where the bytes of parked and dead deliveries are.
pub(super) const PREFIX: &str = "parked/";

/// Keeps the bytes and shows the delivery. The same delivery parked twice is one.
pub(super) async fn unreadable(
    app: &AppContext,
    header: Option<&DeliveryHeader>,
    bytes: &[u8],
    reason: &str,
) -> Result<(), InternalError> {
    keep(app, header, bytes, DeliveryState::Parked, reason).await
}

/// Keeps a delivery that the queue has given up.
pub(super) async fn dead(app: &AppContext, header: Option<&DeliveryHeader>, bytes: &[u8]) -> Result<(), InternalError> {
    let mut reason = "it was tried as often as the queue allows; replay it when the cause is mended".to_owned();
    if let Some(header) = header {
        // It is buried in any case.
        match d1::deliveries::last_try(app, &header.id).await {
            Ok(Some(said)) => reason = format!("{reason}. The last try said: {said}"),
            Ok(None) => {}
            Err(fault) => fault.log("last try"),
        }
    }
    keep(app, header, bytes, DeliveryState::Dead, &reason).await
}

async fn keep(
    app: &AppContext,
    header: Option<&DeliveryHeader>,
    bytes: &[u8],
    state: DeliveryState,
    reason: &str,
) -> Result<(), InternalError> {
    let parked = match header {
        Some(header) => Parked {
            id: header.id.clone(),
            platform: Some(header.platform),
            account: header.account.clone(),
            received_at: header.received_at,
        },
        None => Parked { id: unnamed(bytes), platform: None, account: None, received_at: clock::now() },
    };
    let about =
        header.map(|header| registry::about(header.platform, &Verified::from_queue(bytes), header.account.as_ref()));
    let stored = format!("{PREFIX}{}", parked.id);
    app.blobs()?.put(&stored, bytes.to_vec()).execute().await.map_err(InternalError::blobs("park"))?;
    let about = about.unwrap_or_default();
    d1::deliveries::park(app, &parked, (state, reason, clock::now()), &about, bytes.len(), &stored).await
}

/// Bytes that are no delivery have no id: theirs follows from themselves, so that a repeat is the same one.
fn unnamed(bytes: &[u8]) -> DeliveryId {
    DeliveryId::from_bytes(Sha256::digest(bytes).get(..16).unwrap_or_default())
}

/// Counts what is passed over by rule. A lost count is no lost message.
pub(super) async fn count(app: &AppContext, platform: Platform, ignored: &[&'static str], sample: bool) {
    let mut names: Vec<String> = ignored.iter().map(|kind| format!("{PASSED_OVER}{platform}.{kind}")).collect();
    if sample {
        names.push(format!("{PASSED_OVER}{platform}.sample"));
    }
    if let Err(fault) = d1::counters::count(app, &names).await {
        fault.log("count");
    }
}
