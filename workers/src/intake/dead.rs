//! The dead-letter queue: what no retry could save is stored and shown. Only this stands before its loss.

use tributary_wire::queue::{Delivery, Job};
use worker::{MessageBatch, MessageExt as _, RawMessage};

use super::{body, park};
use crate::{app::AppContext, error::InternalError, jobs};

pub(crate) async fn keep_dead_letters(batch: &MessageBatch<serde_json::Value>, app: &AppContext) {
    for message in batch.raw_iter() {
        match entomb(app, &message).await {
            Ok(()) => message.ack(),
            Err(fault) => {
                fault.log("dead letters");
                message.retry();
            }
        }
    }
}

async fn entomb(app: &AppContext, message: &RawMessage) -> Result<(), InternalError> {
    let Some(text) = message.body().as_string() else {
        return park::dead(app, None, b"").await;
    };
    // Jobs follow from the threads' states: what is still wanted is asked for again.
    if let Ok(job) = serde_json::from_slice::<Job>(text.as_bytes()) {
        return jobs::give_up(app, &job).await;
    }
    if serde_json::from_slice::<tributary_wire::queue::LabelJob>(text.as_bytes()).is_ok() {
        return Ok(());
    }
    let Ok(delivery) = Delivery::from_text(&text) else {
        return park::dead(app, None, text.as_bytes()).await;
    };
    let header = &delivery.header;
    match (delivery.body, &header.stored) {
        (Some(body), _) => park::dead(app, Some(header), body.as_bytes()).await?,
        (None, Some(key)) => {
            if let Some(bytes) = body::load(app, key).await? {
                park::dead(app, Some(header), &bytes).await?;
            }
        }
        (None, None) => {}
    }
    match &header.stored {
        Some(key) if key.starts_with(body::PREFIX) => body::forget(app, vec![key.to_owned()]).await,
        _ => Ok(()),
    }
}
