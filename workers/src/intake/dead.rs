//! The dead-letter queue: what no retry could save is stored and shown. Only this stands before its loss.

use tributary_wire::queue::{Delivery, Job};
use worker::{MessageBatch, MessageExt as _, RawMessage};

use super::{body, park};
use crate::{edge::Edge, fault::Fault, jobs};

pub(crate) async fn bury(batch: &MessageBatch<serde_json::Value>, edge: &Edge) {
    for message in batch.raw_iter() {
        match entomb(edge, &message).await {
            Ok(()) => message.ack(),
            Err(fault) => {
                fault.log("dead letters");
                message.retry();
            }
        }
    }
}

async fn entomb(edge: &Edge, message: &RawMessage) -> Result<(), Fault> {
    let Some(text) = message.body().as_string() else {
        return park::dead(edge, None, b"").await;
    };
    // Jobs follow from the threads' states: what is still wanted is asked for again.
    if let Ok(job) = serde_json::from_slice::<Job>(text.as_bytes()) {
        return jobs::give_up(edge, &job).await;
    }
    if serde_json::from_slice::<tributary_wire::queue::LabelJob>(text.as_bytes()).is_ok() {
        return Ok(());
    }
    let Ok(delivery) = Delivery::from_text(&text) else {
        return park::dead(edge, None, text.as_bytes()).await;
    };
    let header = &delivery.header;
    match (delivery.body, &header.stored) {
        (Some(body), _) => park::dead(edge, Some(header), body.as_bytes()).await?,
        (None, Some(key)) => {
            if let Some(bytes) = body::load(edge, key).await? {
                park::dead(edge, Some(header), &bytes).await?;
            }
        }
        (None, None) => {}
    }
    match &header.stored {
        Some(key) if key.starts_with(body::PREFIX) => body::forget(edge, vec![key.to_owned()]).await,
        _ => Ok(()),
    }
}
