//! Deliveries that could not be taken in: kept, shown, replayable.

use tributary_domain::{id::DeliveryId, platform::Platform};
use tributary_wire::queue::DeliveryHeader;

use crate::{clock, d1, edge::Edge, fault::Fault};

/// Where the bytes of parked and dead deliveries are.
const PREFIX: &str = "parked/";

/// Keeps the bytes and shows the delivery. The same delivery parked twice is one.
pub(super) async fn unreadable(
    edge: &Edge,
    header: Option<&DeliveryHeader>,
    bytes: &[u8],
    reason: &str,
) -> Result<(), Fault> {
    keep(edge, header, bytes, "parked", reason).await
}

/// Keeps a delivery that the queue has given up.
pub(super) async fn dead(edge: &Edge, header: Option<&DeliveryHeader>, bytes: &[u8]) -> Result<(), Fault> {
    keep(edge, header, bytes, "dead", "it was tried as often as the queue allows; replay it when the cause is mended").await
}

async fn keep(
    edge: &Edge,
    header: Option<&DeliveryHeader>,
    bytes: &[u8],
    state: &'static str,
    reason: &str,
) -> Result<(), Fault> {
    let id = match header {
        Some(header) => header.id.clone(),
        None => DeliveryId::from_bytes(&clock::random::<16>()?),
    };
    let stored = format!("{PREFIX}{id}");
    edge.blobs()?.put(&stored, bytes.to_vec()).execute().await.map_err(Fault::blobs("park"))?;
    let row = d1::deliveries::Parked {
        id,
        platform: header.map_or(Platform::Facebook, |header| header.platform),
        account: header.and_then(|header| header.account.clone()),
        state,
        reason: reason.to_owned(),
        size: bytes.len(),
        stored,
        received_at: header.map_or_else(clock::now, |header| header.received_at),
    };
    d1::deliveries::park(edge, &row).await
}

/// Counts what is passed over by rule. A lost count is no lost message.
pub(super) async fn count(edge: &Edge, platform: Platform, ignored: &[&'static str], sample: bool) {
    let mut names: Vec<String> = ignored.iter().map(|kind| format!("ignored.{platform}.{kind}")).collect();
    if sample {
        names.push(format!("ignored.{platform}.sample"));
    }
    if let Err(fault) = d1::deliveries::count(edge, &names).await {
        fault.log("count");
    }
}
