//! The outbox of the team's channels: what the team is told is stored first, then sent, tried again, and given up for
//! everybody to see. Notices and digests go the same way; nothing in it reaches a customer.

mod channel;
mod digest;
pub(crate) mod mail;
mod notice;

use std::time::Duration;

use tributary_domain::time::Timestamp;
use tributary_notify::delivery::{DeliveryOutcome, DeliveryPolicy, DeliveryProgress};

use crate::{app::AppContext, clock, d1::outbox, error::InternalError};

pub(crate) use channel::digest_target;
pub(crate) use digest::deliver as deliver_digests;
pub(crate) use notice::{notify, notify_text, sweep};

/// After these it is tried again to store that a message was taken.
const STORE_RETRY_AFTER: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3)];

/// Makes one attempt, if it is the message's turn and nobody else has it. `planned`: what is done by the clock may begin
/// late and take long; an attempt is its maker's from when it really begins.
async fn attempt<F: Future<Output = DeliveryOutcome>>(
    app: &AppContext,
    (id, target): (&str, Option<&str>),
    policy: &DeliveryPolicy,
    planned: Timestamp,
    send: impl FnOnce() -> F,
) -> Result<Option<DeliveryProgress>, InternalError> {
    let now = || planned.max(clock::now());
    let Some(begun) = outbox::begin(app, id, target, now(), policy.lease).await? else { return Ok(None) };
    let outcome = match policy.after_lost().filter(|_| begun.after_lost()) {
        Some(known) => known,
        None => send().await,
    };
    let ended = now();
    let progress = policy.settle(outcome, begun.tries, ended);
    if let DeliveryProgress::Failed { cause } = progress {
        worker::console_error!("outbox: {id} was given up: {}", cause.as_str());
    }
    let mut stored = outbox::end(app, id, begun.tries, progress, ended).await;
    // What was taken and is not stored as such would be sent again, or shown to have failed, when the lease is over.
    for pause in STORE_RETRY_AFTER {
        if stored.is_ok() || progress != DeliveryProgress::Sent {
            break;
        }
        worker::Delay::from(pause).await;
        stored = outbox::end(app, id, begun.tries, progress, ended).await;
    }
    stored.map(|()| Some(progress))
}
