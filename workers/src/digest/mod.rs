//! The daily digest: made once per local day, kept, and put into the outbox for its readers. It goes to the team and
//! nobody else.

mod gather;

use std::collections::BTreeMap;

use tributary_domain::{
    digest::{
        Digest, Maker,
        schedule::{self, day_name, local_day},
    },
    id::{DigestId, TeammateId},
    rules::{NaiveDate, Rules},
    time::Timestamp,
};
use tributary_notify::delivery::DeliveryWay;
use tributary_wire::api::digest::DigestReader;

use crate::{d1, edge::Edge, fault::Fault, outbox};

/// By the clock: makes the digest that should be out by now, if nobody has, and tries what waits to be sent. That waits
/// for no digest that cannot be made.
pub(crate) async fn tick(edge: &Edge, planned: Timestamp) -> Result<(), Fault> {
    if let Err(fault) = make_due(edge, planned).await {
        fault.log("digest");
    }
    outbox::deliver_digests(edge, planned).await
}

async fn make_due(edge: &Edge, now: Timestamp) -> Result<(), Fault> {
    let rules = d1::rules::current(edge).await?;
    if let Some(due) = schedule::due(&rules.rules, now) {
        let id = DigestId::of_day(&day_name(due.day)).map_err(|_| Fault::Rules)?;
        // A workspace that is younger than the hour has nothing to tell yet.
        if !d1::digests::exists(edge, &id).await? && d1::digests::founded(edge, due.at).await? {
            let digest = make(edge, &rules.rules, due.day, now).await?;
            d1::digests::claim(edge, &id, &digest, None, &readers(edge, &rules.rules)).await?;
        }
    }
    Ok(())
}

/// What a digest would say now.
pub(crate) async fn preview(edge: &Edge, rules: &Rules, now: Timestamp) -> Result<Digest, Fault> {
    let today = local_day(&rules.digest.zone, now).unwrap_or_default();
    make(edge, rules, today, now).await
}

/// A person sends one by hand: once per id, however often it is asked for.
pub(crate) async fn by_hand(
    edge: &Edge,
    rules: &Rules,
    id: &DigestId,
    by: &TeammateId,
    now: Timestamp,
) -> Result<(), Fault> {
    if d1::digests::exists(edge, id).await? {
        return Ok(());
    }
    let digest = preview(edge, rules, now).await?;
    d1::digests::claim(edge, id, &digest, Some(by), &readers(edge, rules)).await.map(|_| ())
}

async fn make(edge: &Edge, rules: &Rules, day: NaiveDate, now: Timestamp) -> Result<Digest, Fault> {
    let facts = gather::facts(edge, rules, day, now).await?;
    let people = d1::teammates::all(edge).await?;
    let people: BTreeMap<String, String> = people.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
    Ok(Maker { rules, people: &people, origin: edge.origin.as_deref() }.make(facts, day, now))
}

/// Whom a digest goes to.
pub(crate) fn readers(edge: &Edge, rules: &Rules) -> Vec<DigestReader> {
    let channel = outbox::digest_target(edge, rules).map(|to| DigestReader { way: DeliveryWay::Channel, to });
    let mails = rules.digest.recipients.iter().map(|to| DigestReader { way: DeliveryWay::Email, to: to.clone() });
    channel.into_iter().chain(mails).collect()
}
