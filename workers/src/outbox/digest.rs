//! Brings digests to their readers, one attempt at a time.

use std::time::Duration;

use tributary_domain::{digest::Digest, id::DigestId, time::Timestamp};
use tributary_notify::{
    Mail, NoticeMessage,
    delivery::{Cause, DeliveryOutcome, DeliveryPolicy, DeliveryWay},
};

use super::{attempt, channel, mail};
use crate::{
    app::AppContext,
    clock,
    d1::{
        self,
        outbox::{self, DigestDelivery},
    },
    error::InternalError,
};

/// Providers take some two mails a second.
const PAUSE: Duration = Duration::from_millis(550);

/// Tries what is to be tried by now, but not before `planned`. What goes wrong with one of them is that one's alone.
pub(crate) async fn deliver(app: &AppContext, planned: Timestamp) -> Result<(), InternalError> {
    let mut read: Option<(DigestId, Digest)> = None;
    let mut mailed = false;
    for row in outbox::due_digests(app, planned.max(clock::now())).await? {
        if read.as_ref().is_none_or(|(id, _)| *id != row.digest) {
            match d1::digests::body(app, &row.digest).await {
                Ok(Some(digest)) => read = Some((row.digest.clone(), digest)),
                Ok(None) => continue,
                Err(fault) => {
                    fault.log("kept digest");
                    continue;
                }
            }
        }
        let Some((_, digest)) = &read else { continue };
        if row.way == DeliveryWay::Email {
            if mailed {
                worker::Delay::from(PAUSE).await;
            }
            mailed = true;
        }
        // Only mail by a provider's API carries a key by which a repeated request is known.
        let policy =
            DeliveryPolicy::digest(&app.config.timings.outbox, row.way == DeliveryWay::Email && mail::idempotent(app));
        let send = || send(app, &row, digest);
        if let Err(fault) = attempt(app, (&row.id, Some(&row.target)), &policy, planned, send).await {
            fault.log("digest delivery");
        }
    }
    Ok(())
}

async fn send(app: &AppContext, row: &DigestDelivery, digest: &Digest) -> DeliveryOutcome {
    if row.way == DeliveryWay::Email {
        return mail::send(app, &row.target, &Mail::of_digest(digest), &row.id).await;
    }
    let rules = match d1::rules::current(app).await {
        Ok(rules) => rules,
        Err(fault) => {
            fault.log("digest rules");
            return DeliveryOutcome::Later(Cause::Unavailable, None);
        }
    };
    match channel::of_target(app, &rules.rules, &row.target) {
        Some(channel) => channel.post(app, &NoticeMessage::of_digest(&row.digest, digest, channel.disclosure)).await,
        None => DeliveryOutcome::Never(Cause::NotConfigured),
    }
}
