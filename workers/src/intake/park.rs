//! Deliveries that could not be taken in: kept, shown, replayable.

use sha2::{Digest, Sha256};
use tributary_connectors::{contract::Verified, registry};
use tributary_domain::{id::DeliveryId, platform::Platform};
use tributary_wire::{api::delivery::DeliveryState, queue::DeliveryHeader};

use crate::{
    clock,
    d1::{self, counters::PASSED_OVER, deliveries::Parked},
    edge::Edge,
    fault::Fault,
};

/// Where the bytes of parked and dead deliveries are.
pub(super) const PREFIX: &str = "parked/";

/// Keeps the bytes and shows the delivery. The same delivery parked twice is one.
pub(super) async fn unreadable(
    edge: &Edge,
    header: Option<&DeliveryHeader>,
    bytes: &[u8],
    reason: &str,
) -> Result<(), Fault> {
    keep(edge, header, bytes, DeliveryState::Parked, reason).await
}

/// Keeps a delivery that the queue has given up.
pub(super) async fn dead(edge: &Edge, header: Option<&DeliveryHeader>, bytes: &[u8]) -> Result<(), Fault> {
    let mut reason = "it was tried as often as the queue allows; replay it when the cause is mended".to_owned();
    if let Some(header) = header {
        // It is buried in any case.
        match d1::deliveries::last_try(edge, &header.id).await {
            Ok(Some(said)) => reason = format!("{reason}. The last try said: {said}"),
            Ok(None) => {}
            Err(fault) => fault.log("last try"),
        }
    }
    keep(edge, header, bytes, DeliveryState::Dead, &reason).await
}

async fn keep(
    edge: &Edge,
    header: Option<&DeliveryHeader>,
    bytes: &[u8],
    state: DeliveryState,
    reason: &str,
) -> Result<(), Fault> {
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
    edge.blobs()?.put(&stored, bytes.to_vec()).execute().await.map_err(Fault::blobs("park"))?;
    let about = about.unwrap_or_default();
    d1::deliveries::park(edge, &parked, (state, reason, clock::now()), &about, bytes.len(), &stored).await
}

/// Bytes that are no delivery have no id: theirs follows from themselves, so that a repeat is the same one.
fn unnamed(bytes: &[u8]) -> DeliveryId {
    DeliveryId::from_bytes(Sha256::digest(bytes).get(..16).unwrap_or_default())
}

/// Counts what is passed over by rule. A lost count is no lost message.
pub(super) async fn count(edge: &Edge, platform: Platform, ignored: &[&'static str], sample: bool) {
    let mut names: Vec<String> = ignored.iter().map(|kind| format!("{PASSED_OVER}{platform}.{kind}")).collect();
    if sample {
        names.push(format!("{PASSED_OVER}{platform}.sample"));
    }
    if let Err(fault) = d1::counters::count(edge, &names).await {
        fault.log("count");
    }
}
