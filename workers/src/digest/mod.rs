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

use crate::{app::AppContext, d1, error::InternalError, outbox};

/// By the clock: makes the digest that should be out by now, if nobody has, and tries what waits to be sent. That waits
/// for no digest that cannot be made.
pub(crate) async fn tick(app: &AppContext, planned: Timestamp) -> Result<(), InternalError> {
    if let Err(fault) = make_due(app, planned).await {
        fault.log("digest");
    }
    outbox::deliver_digests(app, planned).await
}

async fn make_due(app: &AppContext, now: Timestamp) -> Result<(), InternalError> {
    let rules = d1::rules::current(app).await?;
    if let Some(due) = schedule::due(&rules.rules, now) {
        let id = DigestId::of_day(&day_name(due.day)).map_err(|_| InternalError::Rules)?;
        // A workspace that is younger than the hour has nothing to tell yet.
        if !d1::digests::exists(app, &id).await? && d1::digests::founded(app, due.at).await? {
            let digest = make(app, &rules.rules, due.day, now).await?;
            d1::digests::claim(app, &id, &digest, None, &readers(app, &rules.rules)).await?;
        }
    }
    Ok(())
}

/// What a digest would say now.
pub(crate) async fn preview(app: &AppContext, rules: &Rules, now: Timestamp) -> Result<Digest, InternalError> {
    let today = local_day(&rules.digest.zone, now).unwrap_or_default();
    make(app, rules, today, now).await
}

/// A person sends one by hand: once per id, however often it is asked for.
pub(crate) async fn by_hand(
    app: &AppContext,
    rules: &Rules,
    id: &DigestId,
    by: &TeammateId,
    now: Timestamp,
) -> Result<(), InternalError> {
    if d1::digests::exists(app, id).await? {
        return Ok(());
    }
    let digest = preview(app, rules, now).await?;
    d1::digests::claim(app, id, &digest, Some(by), &readers(app, rules)).await.map(|_| ())
}

async fn make(app: &AppContext, rules: &Rules, day: NaiveDate, now: Timestamp) -> Result<Digest, InternalError> {
    let facts = gather::facts(app, rules, day, now).await?;
    let people = d1::teammates::all(app).await?;
    let people: BTreeMap<String, String> = people.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
    Ok(Maker { rules, people: &people, origin: app.origin.as_deref() }.make(facts, day, now))
}

/// Whom a digest goes to.
pub(crate) fn readers(app: &AppContext, rules: &Rules) -> Vec<DigestReader> {
    let channel = outbox::digest_target(app, rules).map(|to| DigestReader { way: DeliveryWay::Channel, to });
    let mails = rules.digest.recipients.iter().map(|to| DigestReader { way: DeliveryWay::Email, to: to.clone() });
    channel.into_iter().chain(mails).collect()
}
