//! Brings digests to their readers, one try at a time. The marker of a try is written before the try is made.

use std::time::Duration;

use tributary_domain::{
    digest::{
        Digest,
        delivery::{Answer, settle},
    },
    id::DigestId,
    time::Timestamp,
};
use tributary_wire::{api::digest::DigestWay, view::Told};

use super::{channel, mail};
use crate::{
    d1::{self, digests::DeliveryRow},
    edge::Edge,
    fault::Fault,
};

/// Providers take some two mails a second.
const PAUSE: Duration = Duration::from_millis(550);

/// Tries what is to be tried `now`.
pub(crate) async fn waiting(edge: &Edge, now: Timestamp) -> Result<(), Fault> {
    let mut read: Option<(DigestId, Digest)> = None;
    let mut mailed = false;
    for row in d1::digests::due(edge, now).await? {
        if read.as_ref().is_none_or(|(id, _)| *id != row.digest) {
            let Some(digest) = d1::digests::body(edge, &row.digest).await? else { continue };
            read = Some((row.digest.clone(), digest));
        }
        let Some((_, digest)) = &read else { continue };
        if row.way == DigestWay::Email {
            if mailed {
                worker::Delay::from(PAUSE).await;
            }
            mailed = true;
        }
        bring(edge, &row, digest, now).await?;
    }
    Ok(())
}

async fn bring(edge: &Edge, row: &DeliveryRow, digest: &Digest, now: Timestamp) -> Result<(), Fault> {
    // Only mail by a provider's API carries a key by which a repeated request is known.
    let repeatable = row.way == DigestWay::Email && mail::repeatable(edge);
    if !d1::digests::begin(edge, row, now).await? {
        return Ok(());
    }
    let tries = row.next_try();
    let answer = match row.way {
        // It may have arrived: a second one would be one too many.
        _ if row.lost() && !repeatable => Answer::Silence,
        DigestWay::Channel => {
            let rules = d1::rules::current(edge).await?;
            let link = digest.origin.as_ref().map(|origin| format!("{origin}/digest"));
            let told = Told { key: row.digest.to_string(), kind: "digest", text: digest.post(), link, summary: None };
            channel::post(edge, &rules.rules, &row.target, &told).await
        }
        DigestWay::Email => mail::send(edge, &row.target, digest, &row.request).await,
    };
    d1::digests::end(edge, row, tries, settle(answer, tries, repeatable, now), now).await
}
