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
use tributary_wire::api::digest::DigestWay;

use super::{channel, mail};
use crate::{
    clock,
    d1::{self, digests::DeliveryRow},
    edge::Edge,
    fault::Fault,
};

/// Providers take some two mails a second.
const PAUSE: Duration = Duration::from_millis(550);

/// Tries what is to be tried by now, but not before `planned`. What goes wrong with one of them is that one's alone.
pub(crate) async fn waiting(edge: &Edge, planned: Timestamp) -> Result<(), Fault> {
    let mut read: Option<(DigestId, Digest)> = None;
    let mut mailed = false;
    for row in d1::digests::due(edge, by_now(planned)).await? {
        if read.as_ref().is_none_or(|(id, _)| *id != row.digest) {
            match d1::digests::body(edge, &row.digest).await {
                Ok(Some(digest)) => read = Some((row.digest.clone(), digest)),
                Ok(None) => continue,
                Err(fault) => {
                    fault.log("kept digest");
                    continue;
                }
            }
        }
        let Some((_, digest)) = &read else { continue };
        if row.way == DigestWay::Email {
            if mailed {
                worker::Delay::from(PAUSE).await;
            }
            mailed = true;
        }
        if let Err(fault) = bring(edge, &row, digest, planned).await {
            fault.log("digest delivery");
        }
    }
    Ok(())
}

/// What is done by the clock may begin late and take long: a try is its maker's from when it really begins.
fn by_now(planned: Timestamp) -> Timestamp {
    planned.max(clock::now())
}

async fn bring(edge: &Edge, row: &DeliveryRow, digest: &Digest, planned: Timestamp) -> Result<(), Fault> {
    // Only mail by a provider's API carries a key by which a repeated request is known.
    let repeatable = row.way == DigestWay::Email && mail::repeatable(edge);
    if !d1::digests::begin(edge, row, by_now(planned)).await? {
        return Ok(());
    }
    let tries = row.next_try();
    let answer = match row.way {
        // It may have arrived: a second one would be one too many.
        _ if row.lost() && !repeatable => Answer::Silence,
        DigestWay::Channel => {
            let rules = d1::rules::current(edge).await?;
            channel::post(edge, &rules.rules, &row.target, &row.digest, digest).await
        }
        DigestWay::Email => {
            let letter = mail::Letter { subject: digest.subject(), text: digest.text(), html: Some(digest.html()) };
            mail::send(edge, &row.target, &letter, &row.request).await
        }
    };
    let now = by_now(planned);
    d1::digests::end(edge, row, tries, settle(answer, tries, repeatable, now), now).await
}
